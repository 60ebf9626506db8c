//! The window's page in `ui/`, and what drives it in a browser in `tests/ui/`: npm does the work, from the lock files.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;

/// The oldest Node that the page's tools run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Sees to it that Node is there and new enough. Debian's own is too old to be installed for a person.
pub(crate) fn ensure_node() -> Result<(), String> {
    let wanted = format!("Node {}.{} or newer, with npm (https://nodejs.org)", OLDEST_NODE.0, OLDEST_NODE.1);
    let output = Command::new("node").arg("--version").output().map_err(|_| format!("install {wanted}"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match version(&text) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => Err(format!("node is {text}; install {wanted}")),
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn folder() -> PathBuf {
    cargo::root().join("ui")
}

/// Where the browser's tests are.
fn browser_folder() -> PathBuf {
    cargo::root().join("tests").join("ui")
}

fn npm(folder: &Path, words: &[&str], variables: &[(&str, &Path)]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(program);
    command.args(words).envs(variables.iter().copied()).current_dir(folder);
    cargo::check(&mut command, &format!("npm {}", words.join(" ")))
}

/// Installs what the page's lock file names, unless exactly that is there.
pub(crate) fn install() -> Result<(), String> {
    install_in(&folder())
}

fn install_in(folder: &Path) -> Result<(), String> {
    let read = |path: PathBuf| std::fs::read(path).ok();
    let lock = read(folder.join("package-lock.json"));
    let stamp = folder.join("node_modules").join(".installed-from");
    if lock.is_some() && lock == read(stamp.clone()) {
        return Ok(());
    }
    npm(folder, &["ci", "--no-audit", "--no-fund", "--prefer-offline"], &[])?;
    // Without the stamp the next run installs again, which costs time and nothing else.
    let _ = std::fs::write(stamp, lock.unwrap_or_default());
    Ok(())
}

/// A program of the installed packages.
pub(crate) fn program(name: &str) -> PathBuf {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    folder().join("node_modules").join(".bin").join(name)
}

/// Lint, tests and the production build, whose size is held to its limit.
pub(crate) fn check() -> Result<(), String> {
    install()?;
    ["lint", "test", "build"].into_iter().try_for_each(|script| npm(&folder(), &["run", "--silent", script], &[]))
}

/// The production build alone, for a window that shows it.
pub(crate) fn build() -> Result<(), String> {
    install()?;
    npm(&folder(), &["run", "--silent", "build"], &[])
}

/// Runs scripts of `tests/ui/` over the built page and a host program that was built.
pub(crate) fn drive(scripts: &[&str]) -> Result<(), String> {
    let (folder, host) = (browser_folder(), cargo::program("sluice-web-host"));
    install_in(&folder)?;
    scripts.iter().try_for_each(|script| npm(&folder, &["run", "--silent", script], &[("SLUICE_WEB_HOST", &host)]))
}

/// Takes a picture of every screen whose name holds the word, into a folder.
pub(crate) fn take_pictures(into: &Path, word: Option<&str>) -> Result<(), String> {
    let (folder, host) = (browser_folder(), cargo::program("sluice-web-host"));
    install_in(&folder)?;
    let mut words = vec!["run", "--silent", "screenshots"];
    if let Some(word) = word {
        words.extend(["--", "--grep", word]);
    }
    npm(&folder, &words, &[("SLUICE_WEB_HOST", &host), ("SLUICE_SCREENSHOTS", into)])
}

/// Whether the page was built, so that a window can be built around it.
pub(crate) fn is_built() -> bool {
    folder().join("dist").join("index.html").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_compared_as_numbers() {
        assert_eq!(version("v20.19.2"), Some((20, 19)));
        assert!(version("v20.9.0") < Some(OLDEST_NODE));
        assert!(version("v22.1.0") > Some(OLDEST_NODE));
        assert_eq!(version("node"), None);
    }
}
