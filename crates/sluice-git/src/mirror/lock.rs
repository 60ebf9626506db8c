//! One at a time: whoever changes a mirror's references holds a lock on a file beside it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::folder::storage;
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::remote_url::RemoteUrl;

/// How often a lock that is taken is tried again.
const TRY: Duration = Duration::from_millis(20);

/// The lock of one folder among all threads and processes, held until dropped; the system lets it go when the process
/// dies.
pub(super) struct Lock {
    /// Holds the lock by being open.
    _file: File,
}

impl Lock {
    /// Waits for the lock, as long as `patience` and `cancel` allow.
    pub(super) fn take(
        folder: &Path,
        patience: Duration,
        cancel: &Cancel,
        remote: &RemoteUrl,
    ) -> Result<Self, GitError> {
        let path = beside(folder);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| storage(&path, &error))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(storage(&path, &error)),
                Err(TryLockError::WouldBlock) if cancel.is_cancelled() => {
                    return Err(GitError::Cancelled { remote: remote.to_string() });
                }
                Err(TryLockError::WouldBlock) if started.elapsed() > patience => {
                    return Err(GitError::MirrorBusy { path: folder.display().to_string() });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(TRY),
            }
        }
    }
}

/// `folder.lock`, so that it outlives a folder that is made anew.
fn beside(folder: &Path) -> PathBuf {
    let mut name = OsString::from(folder);
    name.push(".lock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_waited_for_and_the_wait_can_be_called_off() {
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("x.git");
        let remote = RemoteUrl::parse("https://host/x").unwrap();
        let take =
            |patience: u64, cancel: &Cancel| Lock::take(&folder, Duration::from_millis(patience), cancel, &remote);
        let held = take(0, &Cancel::new()).unwrap();
        assert!(matches!(take(50, &Cancel::new()), Err(GitError::MirrorBusy { .. })));
        let cancel = Cancel::new();
        cancel.cancel();
        assert!(matches!(take(60_000, &cancel), Err(GitError::Cancelled { .. })));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| take(60_000, &Cancel::new()).is_ok());
            drop(held);
            assert!(waiting.join().unwrap());
        });
    }
}
