//! A person's home for tests: folders, files and programs of its own.
#![allow(dead_code)] // Each test file uses a part of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sluice_core::Secret;
use sluice_testkit::program;
use sluice_vault::{Found, Login, Machine, Offers};
use tempfile::TempDir;

/// A home with an empty `PATH` folder of its own before the system's.
pub(crate) struct Home {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("bin")).expect("a temporary folder can be written to");
        let bin = folder.path().join("bin").display().to_string();
        let home = folder.path().display().to_string();
        let environment = BTreeMap::from([
            ("PATH".to_owned(), format!("{bin}:/usr/local/bin:/usr/bin:/bin")),
            ("HOME".to_owned(), home),
        ]);
        Self { folder, environment }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Sets a variable; `~/` at the value's start is the home.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let value = match value.strip_prefix("~/") {
            Some(rest) => self.path(rest).display().to_string(),
            None => value.to_owned(),
        };
        self.environment.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("a temporary folder can be written to");
        fs::write(&path, text).expect("a temporary folder can be written to");
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// A program in `PATH`, as a shell script. `$HOME` is this home.
    pub(crate) fn script(&self, name: &str, body: &str) -> &Self {
        self.write(&format!("scripts/{name}"), format!("#!/bin/sh\n{body}\n"));
        // Another process writes it: while this one has a program open for writing, a thread that starts something
        // else would keep it from being run.
        let status = Command::new(program("install", "coreutils"))
            .args(["-m", "755"])
            .arg(self.path(&format!("scripts/{name}")))
            .arg(self.path(&format!("bin/{name}")))
            .status();
        assert!(status.is_ok_and(|status| status.success()));
        self
    }

    pub(crate) fn machine(&self) -> Machine {
        Machine::new(self.folder.path(), self.environment.clone()).with_patience(Duration::from_secs(20))
    }

    /// Runs a program of the system's in this home.
    pub(crate) fn run(&self, name: &str, package: &str, arguments: &[&str]) {
        let mut command = Command::new(program(name, package));
        command.args(arguments).env_clear().envs(&self.environment).current_dir(self.folder.path());
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A login in one line.
pub(crate) fn told(login: &Login) -> String {
    let text = |secret: &Secret| secret.expose_str().expect("text").to_owned();
    match login {
        Login::Basic { username, password } => format!("{username}:{}", text(password)),
        Login::IdentityToken(token) => format!("identity {}", text(token)),
        Login::Bearer(token) => format!("bearer {}", text(token)),
        Login::SshKey { public_key, .. } => format!("key {}", public_key.as_deref().unwrap_or("?")),
        Login::SshAgent => "agent".to_owned(),
        Login::ClientCertificate { .. } => "certificate".to_owned(),
        Login::OpenPgpKey { .. } => "openpgp".to_owned(),
        Login::Tls { .. } | Login::Proxy { .. } | Login::GitHubApp(_) => login.way().to_owned(),
    }
}

/// What was found, a line each: `login | origin`.
pub(crate) fn lines(offers: &Offers) -> Vec<String> {
    let line = |found: &Found| format!("{} | {}", told(&found.login), found.origin);
    offers.found.iter().map(line).collect()
}

/// What went wrong, a line each.
pub(crate) fn problems(offers: &Offers) -> Vec<String> {
    offers.problems.iter().map(ToString::to_string).collect()
}
