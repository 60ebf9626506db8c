//! Debian's packages and sources without touching the system: an apt with lists, cache and sources of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;

/// Whether this is a Debian with its package tools.
pub(crate) fn is_here() -> bool {
    codename().is_some() && ["/usr/bin/apt-get", "/usr/bin/dpkg"].iter().all(|file| Path::new(file).exists())
}

/// The release's code name, on Debian itself and no derivative.
fn codename() -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").ok()?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(line.trim_matches('"').to_owned())
    };
    (value("ID")? == "debian").then(|| value("VERSION_CODENAME")).flatten()
}

/// An apt that reads the system's own sources of the release, source packages too, and writes into its folder only.
pub(crate) struct PrivateApt {
    folder: PathBuf,
}

impl PrivateApt {
    /// Sets it up in a folder.
    ///
    /// # Errors
    /// When the system names no source of its release, or the folder cannot be written.
    pub(crate) fn new(folder: &Path) -> Result<Self, String> {
        let written = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
        for below in ["lists/partial", "cache/archives/partial", "sources"] {
            fs::create_dir_all(folder.join(below)).map_err(written)?;
        }
        let release = codename().ok_or("this is no Debian")?;
        let (mut stanzas, mut lines) = (String::new(), String::new());
        for file in source_files() {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            if file.extension().is_some_and(|extension| extension == "sources") {
                stanzas.push_str(&with_sources(&text, &release));
            } else {
                lines.push_str(&lines_with_sources(&text, &release));
            }
        }
        if stanzas.is_empty() && lines.is_empty() {
            return Err(format!("/etc/apt names no source of {release}"));
        }
        fs::write(folder.join("sources/release.sources"), stanzas).map_err(written)?;
        fs::write(folder.join("sources/release.list"), lines).map_err(written)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Runs apt-get in a folder, which is where it puts what it downloads.
    pub(crate) fn run(&self, folder: &Path, words: &[&str]) -> Result<(), String> {
        let mut command = Command::new("apt-get");
        let place = |option: &str, below: &str| format!("{option}={}", self.folder.join(below).display());
        for option in [
            "Dir::Etc::SourceList=/dev/null".to_owned(),
            place("Dir::Etc::SourceParts", "sources"),
            place("Dir::State::Lists", "lists"),
            place("Dir::Cache", "cache"),
            // Packages land in a folder of the person's, which apt's own user may not enter.
            "APT::Sandbox::User=root".to_owned(),
        ] {
            command.args(["-o", &option]);
        }
        command.args(words).current_dir(folder).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
        cargo::check(&mut command, &format!("apt-get {}", words.join(" ")))
    }
}

fn source_files() -> Vec<PathBuf> {
    let parts = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten();
    let parts = parts.filter_map(|entry| Some(entry.ok()?.path()));
    std::iter::once(PathBuf::from("/etc/apt/sources.list")).chain(parts).collect()
}

/// Whether a suite belongs to the release: `bookworm`, `bookworm-updates`, …
fn is_of(suite: &str, release: &str) -> bool {
    suite == release || suite.strip_prefix(release).is_some_and(|rest| rest.starts_with('-'))
}

/// The release's stanzas of a deb822 file, with source packages.
fn with_sources(text: &str, release: &str) -> String {
    let mut kept = String::new();
    for stanza in text.split("\n\n") {
        let field = |name: &str| {
            stanza.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.split_whitespace().collect())
        };
        let suites: Vec<&str> = field("Suites:").unwrap_or_default();
        let types: Vec<&str> = field("Types:").unwrap_or_default();
        if types.contains(&"deb") && suites.iter().any(|suite| is_of(suite, release)) {
            let lines = stanza.lines().map(|line| if line.starts_with("Types:") { "Types: deb deb-src" } else { line });
            kept.push_str(&lines.collect::<Vec<_>>().join("\n"));
            kept.push_str("\n\n");
        }
    }
    kept
}

/// The release's lines of a one-line file, each a second time for source packages.
fn lines_with_sources(text: &str, release: &str) -> String {
    let mut kept = String::new();
    for line in text.lines().map(str::trim) {
        let Some(rest) = line.strip_prefix("deb ") else { continue };
        if rest.split_whitespace().any(|word| is_of(word, release)) {
            kept.push_str(&format!("deb {rest}\ndeb-src {rest}\n"));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_of_the_release_are_taken_and_they_bring_source_packages() {
        let text = "Types: deb\nURIs: http://mirror.example.com/debian\nSuites: bookworm bookworm-updates\nComponents: main\n\n\
                    Types: deb\nURIs: https://other.example.com\nSuites: nodistro\nComponents: main\n";
        let kept = with_sources(text, "bookworm");
        assert_eq!(kept.matches("Types: deb deb-src").count(), 1, "{kept}");
        assert!(!kept.contains("other.example.com"), "{kept}");
        let lines = "# deb http://mirror.example.com/debian bookworm main\ndeb http://mirror.example.com/debian bookworm main\n\
                     deb https://other.example.com tools-bookworm main\n";
        let kept = lines_with_sources(lines, "bookworm");
        assert_eq!(
            kept,
            "deb http://mirror.example.com/debian bookworm main\ndeb-src http://mirror.example.com/debian bookworm main\n"
        );
    }
}
