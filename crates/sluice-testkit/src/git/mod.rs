//! Git servers for tests: bare repositories with hooks, a real sshd, `git http-backend` behind our own HTTP server, and
//! a server that never says a word.

mod http;
mod key;
mod repository;
mod silent;
mod ssh;

pub use http::{BeforePush, HttpGit, HttpGitOptions, HttpUser};
pub use key::{ClientKey, KeyKind, SshAgent};
pub use repository::{BareRepository, git};
pub use silent::SilentServer;
pub use ssh::{AuthorizedKey, SshServer};
