//! What registries answer, read by pure functions from bytes to types.
//!
//! Everything here is foreign input; nothing here panics or allocates more than the input warrants. A new kind of
//! answer is a new file with one reading function, a property test, and a target in `sluice-fuzz`.

pub mod challenge;
pub mod image;
pub mod link;
pub mod problem;
pub mod tags;
