//! Writes the UI's TypeScript: `sluice-codegen FILE`. Run it by `cargo xtask codegen`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        return fail("usage: sluice-codegen FILE");
    };
    match std::fs::write(&path, sluice_api::typescript::generate()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{} cannot be written: {error}", path.display())),
    }
}

#[allow(clippy::print_stderr)] // It is a program for a terminal.
fn fail(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::FAILURE
}
