//! Fetches over SSH with the keys of the session's agent: `agent CACHE-FOLDER ADDRESS KNOWN-HOSTS-FILE`.

#![allow(clippy::print_stderr, reason = "it is a program that prints")]

use std::path::Path;
use std::process::ExitCode;

use sluice_git::{Cancel, GitAccess, GitCredential, GitError, KnownHosts, Mirror, RemoteUrl};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [cache, address, known_hosts] = arguments.as_slice() else {
        eprintln!("usage: agent CACHE-FOLDER ADDRESS KNOWN-HOSTS-FILE");
        return ExitCode::from(2);
    };
    match fetch(cache, address, known_hosts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}\n{}", error.code(), error.hint());
            ExitCode::FAILURE
        }
    }
}

fn fetch(cache: &str, address: &str, known_hosts: &str) -> Result<(), GitError> {
    let text = std::fs::read_to_string(known_hosts)
        .map_err(|error| GitError::Storage { path: known_hosts.to_owned(), words: error.to_string() })?;
    let access = GitAccess {
        known_hosts: KnownHosts::parse(&text),
        ..GitAccess::with(GitCredential::SshAgent, "the SSH agent")
    };
    Mirror::open(Path::new(cache), &RemoteUrl::parse(address)?)?.fetch(&access, &Cancel::new())?;
    Ok(())
}
