//! Git servers for tests: bare repositories with hooks, a real sshd, `git http-backend` behind our own HTTP server, and
//! a server that never says a word; and keys of clients, with the real gpg and ssh-keygen that verify what they signed.

mod gnupg;
mod http;
mod key;
mod repository;
mod silent;
mod ssh;

pub use gnupg::GnuPg;
pub use http::{BeforePush, HttpGit, HttpGitOptions, HttpUser};
pub use key::{ClientKey, KeyKind, SshAgent, verify_ssh_commit};
pub use repository::{BareRepository, git};
pub use silent::SilentServer;
pub use ssh::{AuthorizedKey, SshServer};
