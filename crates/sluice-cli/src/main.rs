//! The `sluice` command line: one file a verb in [`command`].
//!
//! It is a shell around the core and the engine: it reads arguments, calls one function, and prints the value that comes
//! back as a table, JSON or YAML. It holds no logic of its own: whatever the window can do, this can, through the same
//! function. Standard output carries the result only; words for people (progress, notes, errors) go to standard error.
//!
//! To add a verb: a file in [`command`] with its arguments, examples and report, and one line in `command/mod.rs`.

mod arguments;
mod command;
mod error;
mod exit;
mod input;
mod output;
mod progress;
mod prompt;
mod session;
mod when;

use std::process::ExitCode;

fn main() -> ExitCode {
    sluice_engine::no_core_files();
    // Every TLS client of the process takes this provider. Failing means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    arguments::start(std::env::args_os().collect()).into()
}
