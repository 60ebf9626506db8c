//! One bare mirror a remote.

mod commit;
mod edit;
mod fetch;
mod folder;
mod history;
mod lock;
mod packs;
mod push;
mod push_spec;
mod references;
mod resolve;
mod signature;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use git2::{ErrorClass, ErrorCode, Repository};

pub use commit::{FileEdit, NewCommit, Person, Signer, SigningError};
pub use fetch::Fetched;
pub use history::CommitInfo;
pub use push::{Push, PushKind};
pub use references::Refs;
pub use resolve::Checkout;
pub use tree::{FileKind, LARGEST_FILE, TreeChange, TreeFile};

use crate::error::GitError;
use crate::remote_url::RemoteUrl;
use crate::words::{SHOWN, cleaned};

/// A bare copy of a remote below the cache folder, with its branches and tags under their own names.
///
/// There is no work tree and no index: files are read from and written to the object store. It may be used from many
/// threads and processes at once; whoever changes references holds a lock on the folder.
#[derive(Debug)]
pub struct Mirror {
    remote: RemoteUrl,
    folder: PathBuf,
    /// Repositories that are open and not in use. libgit2's are for one thread at a time.
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle(Vec<Repository>);

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} idle", self.0.len())
    }
}

/// The most repositories that are kept open, each with a few file handles.
const MOST_IDLE: usize = 4;

impl Mirror {
    /// Opens the mirror of a remote below the cache folder, and makes it if it is missing or damaged. Nothing is asked
    /// of the remote.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(cache: &Path, remote: &RemoteUrl) -> Result<Self, GitError> {
        crate::transport::prepare();
        let folder = folder::prepare(cache, remote)?;
        Ok(Self { remote: remote.clone(), folder, idle: Mutex::default() })
    }

    /// The remote that this is a copy of.
    pub fn remote(&self) -> &RemoteUrl {
        &self.remote
    }

    /// Where it lies on disk.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lends an open repository.
    fn with<T>(&self, work: impl FnOnce(&Repository) -> Result<T, GitError>) -> Result<T, GitError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).0.pop();
        let repository = match idle {
            Some(repository) => repository,
            None => Repository::open_bare(&self.folder).map_err(|error| self.local(error))?,
        };
        let outcome = work(&repository);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.0.len() < MOST_IDLE && !matches!(outcome, Err(GitError::MirrorDamaged { .. })) {
            idle.0.push(repository);
        }
        outcome
    }

    /// Closes what is open, for when the folder is about to be made anew.
    fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).0.clear();
    }

    /// What a failure of libgit2 on the mirror itself means. Damage is noted on disk, so that the next fetch mends it.
    fn local(&self, error: git2::Error) -> GitError {
        let path = self.folder.display().to_string();
        let words = cleaned(error.message(), SHOWN);
        match error.class() {
            ErrorClass::Os | ErrorClass::Filesystem if error.code() != ErrorCode::NotFound => {
                GitError::Storage { path, words }
            }
            ErrorClass::NoMemory => GitError::Storage { path, words },
            _ => {
                folder::note_damage(&self.folder);
                GitError::MirrorDamaged { path, words }
            }
        }
    }

    /// As [`Mirror::local`], where the caller named an object that need not exist.
    fn missing_or_local(&self, id: git2::Oid, error: git2::Error) -> GitError {
        if error.code() == ErrorCode::NotFound {
            return GitError::NoSuchObject { remote: self.remote.to_string(), id: id.to_string() };
        }
        self.local(error)
    }
}
