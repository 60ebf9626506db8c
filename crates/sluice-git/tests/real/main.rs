//! The crate against real servers: sshd, `git http-backend` over HTTPS, and folders; checked with the real git.

mod https;
mod keys;
mod mirrors;
mod patience;
mod pushes;
mod shared;
mod signing;
mod ssh;
mod trees;

use std::time::Duration;

use jiff::Zoned;
use sluice_core::Secret;
use sluice_git::{
    Cancel, CommitId, FileEdit, GitAccess, GitCredential, GitError, KnownHosts, Mirror, NewCommit, Person, Push,
    PushKind, RemoteUrl,
};
use sluice_testkit::git::{AuthorizedKey, BareRepository, ClientKey, KeyKind, SshServer};
use tempfile::TempDir;

/// A mirror in a cache folder of its own.
struct Place {
    cache: TempDir,
    mirror: Mirror,
}

impl Place {
    fn of(url: &str) -> Self {
        let cache = tempfile::tempdir().expect("a temporary folder can be made");
        let remote = RemoteUrl::parse(url).expect("the test's address is one");
        let mirror = Mirror::open(cache.path(), &remote).expect("a mirror can be made");
        Self { cache, mirror }
    }

    /// The mirror of a folder, fetched.
    fn of_folder(repository: &BareRepository) -> Self {
        let place = Self::of(&repository.path().display().to_string());
        place.fetch(&GitAccess::anonymous()).expect("a folder can be fetched");
        place
    }

    fn fetch(&self, access: &GitAccess) -> Result<sluice_git::Fetched, GitError> {
        self.mirror.fetch(access, &Cancel::new())
    }

    fn push(&self, push: &Push<'_>, access: &GitAccess) -> Result<(), GitError> {
        self.mirror.push(push, access, &Cancel::new())
    }

    /// A commit on `parent` that writes one file.
    fn commit(&self, parent: CommitId, path: &str, content: &str) -> CommitId {
        self.try_commit(Some(parent), &[FileEdit { path, content: content.as_bytes() }]).expect("it can be committed")
    }

    fn try_commit(&self, parent: Option<CommitId>, files: &[FileEdit<'_>]) -> Result<CommitId, GitError> {
        let person = robot();
        self.mirror.commit(&NewCommit {
            parent,
            files,
            author: &person,
            committer: &person,
            time: &noon(),
            message: "release",
            signer: None,
        })
    }
}

fn robot() -> Person {
    Person { name: "Sluice".into(), email: "sluice@example.com".into() }
}

fn noon() -> Zoned {
    "2026-06-01T12:00:00+02:00[+02:00]".parse().expect("a time")
}

/// A push that moves `main` from one commit to another.
fn onto_main(commit: CommitId, expected: CommitId) -> Push<'static> {
    Push {
        reference: "refs/heads/main",
        commit,
        expected: Some(expected),
        kind: PushKind::FastForward,
        further: None,
        options: &[],
    }
}

fn id(text: &str) -> CommitId {
    text.parse().expect("git prints whole ids")
}

/// Patience for tests: long enough for a busy machine, short enough to see a hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn by_key(server: &SshServer, key: &ClientKey) -> GitAccess {
    let credential = GitCredential::SshKey {
        private_key: Secret::new(key.private_pem.as_str()),
        passphrase: key.passphrase.as_deref().map(Secret::new),
    };
    GitAccess {
        known_hosts: KnownHosts::parse(&server.known_hosts()),
        timeout: PATIENCE,
        ..GitAccess::with(credential, "secret default/fleet")
    }
}

fn by_password(name: &str, password: &str) -> GitAccess {
    let credential = GitCredential::Basic { username: name.into(), password: Secret::new(password) };
    GitAccess { timeout: PATIENCE, ..GitAccess::with(credential, "secret default/fleet") }
}

/// A repository with one file, an sshd that serves it, and a key that may write.
fn served() -> (BareRepository, SshServer, ClientKey) {
    let repository = BareRepository::with_files("fleet", &[("app.yaml", "image: app:1.0.0\n")]);
    let key = ClientKey::new(KeyKind::Ed25519, None);
    let server = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&key)]);
    (repository, server, key)
}
