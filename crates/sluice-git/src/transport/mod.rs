//! How bytes get to a remote and back: our own subtransports below libgit2's smart protocol.
//!
//! libgit2's own transports for HTTP and SSH take certificate authorities and time limits from process-wide settings,
//! cannot be called off, lose what a server says besides a status, and let the SSH library choose the kind of host key.
//! Here each operation brings its own: authorities, proxy, patience, known hosts, words. The transports are registered
//! under private schemes, so that another user of libgit2 in the same process is not affected.

mod dial;
mod http;
mod proxy;
mod ssh;
mod stream;
mod tls;

use std::sync::Once;

use git2::transport::{Service, Transport};

use crate::error::GitError;
use crate::operation;
use crate::remote_url::{RemoteUrl, Scheme};

pub(crate) use ssh::scan;

const HTTP: &str = "sluice-http";
const SSH: &str = "sluice-ssh";

/// The longest list of references that is read, in bytes; more than a million references.
const LONGEST_LIST: u64 = 128 << 20;

/// Settles what libgit2 keeps process-wide. Called before anything else is asked of it.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(settle);
}

/// The most memory, in bytes, that libgit2 keeps of parsed objects, and that it maps of packs at a time.
const CACHED: isize = 16 << 20;
const MAPPED: usize = 128 << 20;
const WINDOW: usize = 16 << 20;

#[allow(unsafe_code, reason = "libgit2's settings are process-wide; they are made once, before any other call")]
fn settle() {
    use git2::ConfigLevel::{Global, ProgramData, System, XDG};
    // SAFETY: `Once` lets nobody else in meanwhile, and nothing of this crate calls libgit2 before.
    unsafe {
        // Settings of the person (insteadOf, proxies, hooks) must not change where an automation goes.
        for level in [Global, XDG, System, ProgramData] {
            settled(git2::opts::set_search_path(level, ""));
        }
        settled(git2::opts::set_cache_max_size(CACHED));
        settled(git2::opts::set_mwindow_mapped_limit(MAPPED));
        settled(git2::opts::set_mwindow_size(WINDOW));
        settled(git2::transport::register(HTTP, |remote| Transport::smart(remote, true, http::Http::new()?)));
        settled(git2::transport::register(SSH, |remote| Transport::smart(remote, false, ssh::Ssh::new()?)));
    }
}

fn settled(outcome: Result<(), git2::Error>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "libgit2 refused a setting");
    }
}

/// How libgit2 is told where to go. The transports take the real address from the operation.
pub(crate) fn address(remote: &RemoteUrl) -> String {
    match remote.scheme() {
        Scheme::Https | Scheme::Http => format!("{HTTP}://remote"),
        Scheme::Ssh => format!("{SSH}://remote"),
        Scheme::File => remote.as_str().to_owned(),
    }
}

/// The program that a service is on the server.
fn program(service: Service) -> &'static str {
    match service {
        Service::UploadPackLs | Service::UploadPack => "git-upload-pack",
        Service::ReceivePackLs | Service::ReceivePack => "git-receive-pack",
    }
}

/// A Rust error in libgit2's clothes; the real one is kept in the operation.
fn carried(operation: &operation::Operation, error: GitError) -> git2::Error {
    let said = operation.fail(error).to_string();
    git2::Error::new(git2::ErrorCode::GenericError, git2::ErrorClass::Net, said.replace('\0', " "))
}

/// A transport was asked for outside of [`operation::run`].
fn no_operation() -> git2::Error {
    git2::Error::new(git2::ErrorCode::GenericError, git2::ErrorClass::Net, "no operation is running on this thread")
}
