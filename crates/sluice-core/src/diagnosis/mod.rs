//! What is wrong, where, why, and how to mend it.
//!
//! A diagnosis is a value with a stable [`Code`]; shells print it and never compose their own. It may not know files or
//! networks: what a check needs (tree paths, refs, tags) is an argument. To add one: a line in [`code`], and the check
//! that produces it.

mod code;
mod nearest;

pub use code::{Code, Severity, UnknownCode};
pub use nearest::nearest;
