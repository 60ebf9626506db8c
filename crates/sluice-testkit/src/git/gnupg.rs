//! OpenPGP keys, made by the real gpg in a home of their own, and the real git that verifies by them.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::repository::git;
use crate::process::program;

/// A home of GnuPG, gone when dropped, with the agent that gpg starts in it.
pub struct GnuPg {
    home: TempDir,
}

impl GnuPg {
    /// One without keys.
    ///
    /// # Panics
    /// When no folder can be made.
    pub fn new() -> Self {
        // The agent's socket lies in it, and the path of a socket has an upper bound.
        let home = tempfile::Builder::new().prefix("gpg").tempdir().expect("a temporary folder can be made");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::Permissions::from_mode(0o700);
            fs::set_permissions(home.path(), mode).expect("its mode can be set");
        }
        Self { home }
    }

    /// Makes a key for somebody: `algorithm` and `usage` as `gpg --quick-generate-key` takes them (`ed25519`,
    /// `rsa2048`, `nistp256`; `sign`, `cert`), and `expires` too (`never`, `1d`). Gives the fingerprint.
    ///
    /// # Panics
    /// When gpg is missing or refuses.
    pub fn key(&self, who: &str, algorithm: &str, usage: &str, expires: &str, passphrase: &str) -> String {
        self.run(&["--quick-generate-key", who, algorithm, usage, expires], passphrase);
        self.newest()
    }

    /// Adds a subkey; arguments as of [`GnuPg::key`].
    ///
    /// # Panics
    /// When gpg refuses.
    pub fn subkey(&self, key: &str, algorithm: &str, usage: &str, expires: &str, passphrase: &str) {
        self.run(&["--quick-add-key", key, algorithm, usage, expires], passphrase);
    }

    /// Revokes a key by the certificate that gpg laid beside it.
    ///
    /// # Panics
    /// When there is none, or gpg refuses.
    pub fn revoke(&self, key: &str) {
        let path = self.home.path().join("openpgp-revocs.d").join(format!("{key}.rev"));
        let text = fs::read_to_string(path).expect("gpg wrote a certificate of revocation");
        // A colon before the first line keeps it from being imported by mistake.
        let text = text.replace(":-----BEGIN", "-----BEGIN");
        let file = self.home.path().join("revoke.asc");
        fs::write(&file, text).expect("a file can be written");
        self.run(&["--import", file.to_str().expect("the path is text")], "");
    }

    /// The armored secret key.
    ///
    /// # Panics
    /// When gpg refuses.
    pub fn secret(&self, key: &str, passphrase: &str) -> String {
        self.run(&["--armor", "--export-secret-keys", key], passphrase)
    }

    /// The armored secret key whose primary part is left out.
    ///
    /// # Panics
    /// When gpg refuses.
    pub fn secret_subkeys(&self, key: &str, passphrase: &str) -> String {
        self.run(&["--armor", "--export-secret-subkeys", key], passphrase)
    }

    /// The armored public key.
    ///
    /// # Panics
    /// When gpg refuses.
    pub fn public(&self, key: &str) -> String {
        self.run(&["--armor", "--export", key], "")
    }

    /// `git verify-commit` in a repository with these keys.
    ///
    /// # Panics
    /// When git is missing.
    pub fn verify_commit(&self, repository: &Path, commit: &str) -> Output {
        let mut command = git(repository);
        command.args(["verify-commit", "-v", commit]).env("GNUPGHOME", self.home.path());
        program("gpg", "gnupg");
        command.output().expect("git starts")
    }

    /// Signs the newest commit of a branch anew with the real git, and gives the commit's id.
    ///
    /// # Panics
    /// When git or gpg refuse.
    pub fn sign_commit(&self, repository: &Path, branch: &str, key: &str) -> String {
        let mut command = git(repository);
        command.args(["commit-tree", "-p", branch, &format!("-S{key}"), "-m", "signed", &format!("{branch}^{{tree}}")]);
        let output = command.env("GNUPGHOME", self.home.path()).output().expect("git starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn newest(&self) -> String {
        let list = self.run(&["--list-secret-keys", "--with-colons"], "");
        let lines: Vec<&str> = list.lines().collect();
        let primary = lines.iter().rposition(|line| line.starts_with("sec:")).expect("gpg made a key");
        let print = lines[primary..].iter().find(|line| line.starts_with("fpr:")).expect("gpg shows fingerprints");
        print.split(':').nth(9).expect("a line of fpr has ten fields").to_owned()
    }

    fn run(&self, arguments: &[&str], passphrase: &str) -> String {
        let mut command = Command::new(program("gpg", "gnupg"));
        command.arg("--homedir").arg(self.home.path());
        command.args(["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase-fd", "0"]);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("gpg starts");
        let mut stdin = child.stdin.take().expect("its input is a pipe");
        stdin.write_all(format!("{passphrase}\n").as_bytes()).expect("gpg reads the passphrase");
        drop(stdin);
        let output = child.wait_with_output().expect("gpg ends");
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Default for GnuPg {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for GnuPg {
    fn drop(&mut self) {
        let mut command = Command::new(program("gpgconf", "gnupg"));
        // The agent of this home alone; it ends by itself too when its folder is gone.
        let _ = command.arg("--homedir").arg(self.home.path()).args(["--kill", "all"]).status();
    }
}
