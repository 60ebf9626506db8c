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

/// A copy of the reference scenario's repository, in a resource version.
pub(crate) fn reference(version: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/reference").join(version);
    copy(&from, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the fixture is there") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

/// Every file below a folder with its content, by path.
pub(crate) fn contents(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path);
            } else if let Ok(content) = std::fs::read(&path) {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
                found.insert(name, content);
            }
        }
    }
    found
}
