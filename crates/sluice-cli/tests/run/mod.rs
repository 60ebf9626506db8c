//! Runs the real binary with nothing of this machine's settings.

#![allow(dead_code)] // Each test program uses its part.

use std::path::Path;

/// What a run left.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

/// Runs `sluice WORDS…`.
pub(crate) fn sluice(words: &[&str]) -> Run {
    finish(&mut command(words))
}

/// Runs `sluice WORDS…` with this on standard input.
pub(crate) fn sluice_with_input(words: &[&str], input: &str) -> Run {
    finish(command(words).write_stdin(input.as_bytes().to_vec()))
}

/// Runs `sluice WORDS…` in a folder.
pub(crate) fn sluice_in(folder: &Path, words: &[&str]) -> Run {
    finish(command(words).current_dir(folder))
}

fn command(words: &[&str]) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_sluice"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("SLUICE_") || name.starts_with("CLICOLOR")) {
            command.env_remove(name);
        }
    }
    command.args(words);
    command
}

fn finish(command: &mut assert_cmd::Command) -> Run {
    let output = command.output().expect("sluice starts");
    Run {
        code: output.status.code().expect("sluice ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
