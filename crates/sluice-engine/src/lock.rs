//! Locks between processes: one file a lock, held by the operating system, so that a killed process holds nobody up.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// How long between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// A lock that is held until the value is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct ProcessLock {
    _file: File,
}

/// Why a lock was not had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    /// Somebody else has it.
    #[error("another process has it")]
    Taken,
    /// The file cannot be made.
    #[error("cannot lock {}: {cause}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
}

impl ProcessLock {
    /// Takes the lock if nobody has it. The name may be any text.
    pub(crate) fn try_take(folder: &Path, name: &str) -> Result<Self, LockError> {
        let path = folder.join(file_name(name));
        let failed = |cause| LockError::Io { path: path.clone(), cause };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken),
            Err(TryLockError::Error(cause)) => Err(LockError::Io { path, cause }),
        }
    }

    /// Takes the lock, waiting for it as long as `patience`.
    pub(crate) async fn take(folder: &Path, name: &str, patience: Duration) -> Result<Self, LockError> {
        let until = tokio::time::Instant::now() + patience;
        loop {
            match Self::try_take(folder, name) {
                Err(LockError::Taken) if tokio::time::Instant::now() < until => tokio::time::sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
    }
}

/// A file name for any text: what can be read of it, and a digest that tells two names apart.
fn file_name(name: &str) -> String {
    let readable: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '.' { c } else { '_' })
        .take(60)
        .collect();
    let digest = Sha256::digest(name.as_bytes());
    let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{readable}-{short}.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_holder_at_a_time_and_the_next_one_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = ProcessLock::try_take(folder.path(), "push https://a/b refs/heads/main").expect("it is free");
        let second = ProcessLock::try_take(folder.path(), "push https://a/b refs/heads/main");
        assert!(matches!(second, Err(LockError::Taken)));
        ProcessLock::try_take(folder.path(), "push https://a/b refs/heads/other").expect("another name is free");
        let path = folder.path().to_owned();
        let waiting = tokio::spawn(async move {
            ProcessLock::take(&path, "push https://a/b refs/heads/main", Duration::from_secs(10)).await
        });
        tokio::time::sleep(Duration::from_millis(120)).await;
        drop(first);
        waiting.await.expect("it ends").expect("it gets the lock");
    }
}
