//! Starting and ending other programs.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// Finds a program, or fails the test with what to install.
///
/// # Panics
/// When the program is in none of `PATH`'s folders nor in `/usr/sbin`: a missing part is a failed test.
pub fn program(name: &str, debian_package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/libexec")]);
    let found = folders.map(|folder| folder.join(name)).find(|candidate| is_program(candidate));
    found.unwrap_or_else(|| panic!("this test needs `{name}`; install it: apt-get install {debian_package}"))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Makes ring the process's cryptography provider, once.
pub fn install_crypto() {
    // A second call finds the provider installed, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A program that runs until this value is dropped; then it is killed by its id and waited for.
#[derive(Debug)]
pub struct Running(Child);

impl Running {
    /// Starts a command.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?} could not be started: {error}")))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The process itself, for its pipes and its exit.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "apt-get install imaginary-package")]
    fn a_missing_program_fails_with_what_to_install() {
        program("no-such-program-anywhere", "imaginary-package");
    }

    #[test]
    fn a_program_ends_with_its_value() {
        let mut command = Command::new(program("sleep", "coreutils"));
        let running = Running::start(command.arg("1000"));
        let proc = PathBuf::from(format!("/proc/{}", running.id()));
        assert!(proc.exists() || !cfg!(target_os = "linux"));
        drop(running);
        assert!(!proc.exists());
    }
}
