//! The contract between Sluice and its user interface: one list of commands, views, events and one error.
//!
//! The list is [`command`]: each line names a command, what it is asked, what it answers, and which cache tags it reads or
//! spoils. From it come the dispatcher ([`command::dispatch`]) and the UI's TypeScript ([`typescript`], written to
//! `ui/src/api/generated.ts` by `cargo xtask codegen`). Views ([`view`]) are apart from the domain's types and made from
//! them in [`convert`]; the UI gets no secret and makes no request of its own.
//!
//! [`Api`] answers the list over an engine, one file a screen in `handler/`, and tells events; the program around it is
//! its [`Host`]. What most answers are made of is computed together (`board.rs`), so that they agree.
//!
//! To add a command: a line in the list, its views, and `impl Answers<…>`; the compiler asks for the last.

mod alarm;
mod api;
mod board;
mod check;
pub mod command;
pub mod convert;
mod handler;
mod host;
pub mod link;
mod policy_board;
mod proposal;
mod pump;
mod review;
mod stuck;
pub mod typescript;
pub mod view;

pub use api::{Api, EventStream};
pub use command::{Answers, Command, CommandInfo, CommandKind, dispatch};
pub use host::{Host, HostAnswer};
pub use view::error::{ErrorCode, WireError};
