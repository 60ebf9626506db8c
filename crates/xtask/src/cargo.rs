//! Calling cargo, with everything it builds outside the checkout.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Where builds go: `CARGO_TARGET_DIR`, or a folder in the user's cache, so that the checkout stays as it was cloned.
pub(crate) fn target_dir() -> PathBuf {
    if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty()) {
        return PathBuf::from(dir);
    }
    cache_dir().join("target")
}

/// A program of the workspace as the tests' build leaves it.
pub(crate) fn program(name: &str) -> PathBuf {
    target_dir().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The folder of what may be deleted and is made again: `sluice` in the user's cache.
pub(crate) fn cache_dir() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    cache.unwrap_or_else(std::env::temp_dir).join("sluice")
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).map(PathBuf::from).unwrap_or(own)
}

/// `cargo VERB`, in the root of the workspace, ready to be run.
pub(crate) fn command(verb: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(verb).current_dir(root()).env("CARGO_TARGET_DIR", target_dir()).stdin(Stdio::null());
    // What cargo tells the programs that it runs would make the inner cargo believe that it builds xtask.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `cargo VERB WORDS… MORE…` with this terminal and fails when it fails.
pub(crate) fn run(verb: &str, words: &[&str], more: &[String]) -> Result<(), String> {
    let mut command = command(verb);
    command.args(words).args(more).stdin(Stdio::inherit());
    check(&mut command, &format!("cargo {verb} {}", words.join(" ")))
}

/// Runs a command and fails when it fails, naming it.
pub(crate) fn check(command: &mut Command, name: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` ended with {status}", name.trim_end())),
        Err(error) => Err(format!("`{}` cannot be started: {error}", name.trim_end())),
    }
}

/// Whether the command runs and succeeds, with nothing printed.
pub(crate) fn succeeds(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
