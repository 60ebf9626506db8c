//! New contents of files, and writing them so that no file is ever half-written.

use super::error::FolderError;
use super::spread::spread;
use super::walk::{Folder, Found};
use sluice_core::release::unified;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The most bytes that the old and new contents of all changed files may have together, 512 MiB.
pub const MOST_CHANGES: u64 = 512 * 1024 * 1024;

/// The new content of one file.
#[derive(Debug)]
pub struct Change {
    /// Path in the folder, with `/`.
    pub file: String,
    /// The content that was read.
    pub before: Vec<u8>,
    /// The content to write.
    pub after: Vec<u8>,
    pub(super) path: PathBuf,
    /// What the file was when it was read.
    pub(super) stamp: Metadata,
}

impl Change {
    /// The unified diff of the file.
    pub fn diff(&self) -> String {
        unified(&self.file, &self.before, &self.after)
    }
}

/// What would change in a folder; nothing is written before [`Changes::write`].
#[derive(Debug, Default)]
pub struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn new(changes: Vec<Change>) -> Self {
        Self(changes)
    }

    /// The changed files, by path.
    pub fn iter(&self) -> std::slice::Iter<'_, Change> {
        self.0.iter()
    }

    /// How many files change.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The unified diff of all files, which `git apply` and `patch -p1` read.
    pub fn diff(&self) -> String {
        self.0.iter().map(Change::diff).collect()
    }

    /// Writes the new contents: all of them are put beside their files first, then each takes the place of its file at
    /// once. Mode and, where the system allows it, owner stay. Links are replaced by nobody: a file that became one, or
    /// changed in any way since it was read, stops everything before the first file is touched.
    ///
    /// Nothing waits for the disk: after a power cut a file may be as old as the system's last write-back, which the
    /// repository itself can restore.
    ///
    /// # Errors
    /// [`FolderError::ReadOnly`], [`FolderError::Changed`] and [`FolderError::Write`]; only the last one may come after
    /// some files were written, and says how many.
    pub fn write(&self) -> Result<(), FolderError> {
        if let Some(change) = self.0.iter().find(|change| change.stamp.permissions().readonly()) {
            return Err(FolderError::ReadOnly { path: change.path.clone() });
        }
        let staged = spread(&self.0, || (), |(), change| Some(Staged::new(change)));
        let staged = staged.into_iter().collect::<Result<Vec<_>, _>>()?;
        for change in &self.0 {
            if !is_as_read(change) {
                return Err(FolderError::Changed { path: change.path.clone() });
            }
        }
        let pairs: Vec<(&Change, Staged)> = self.0.iter().zip(staged).collect();
        let replaced = spread(&pairs, || (), |(), (change, staged)| Some((*change, staged.replace(&change.path))));
        let written = replaced.iter().filter(|(_, outcome)| outcome.is_ok()).count();
        for (change, outcome) in replaced {
            outcome.map_err(|source| FolderError::Write { path: change.path.clone(), source, written })?;
        }
        Ok(())
    }
}

/// The sum of changes so far, for threads that make them.
#[derive(Debug, Default)]
pub(super) struct Budget(AtomicU64);

impl Budget {
    /// The change of a file.
    ///
    /// # Errors
    /// When all changes together go beyond [`MOST_CHANGES`].
    pub(super) fn change(
        &self,
        folder: &Folder,
        found: &Found,
        before: &[u8],
        after: Vec<u8>,
        stamp: Metadata,
    ) -> Result<Change, FolderError> {
        let size = (before.len() + after.len()) as u64;
        if self.0.fetch_add(size, Ordering::Relaxed).saturating_add(size) > MOST_CHANGES {
            return Err(FolderError::TooMuch { mib: MOST_CHANGES / 1024 / 1024 });
        }
        let path = folder.root().join(&found.path);
        Ok(Change { file: found.name(), before: before.to_vec(), after, path, stamp })
    }
}

/// A new content beside its file. Removed when it is not used.
struct Staged {
    path: PathBuf,
    is_used: AtomicBool,
}

impl Staged {
    fn new(change: &Change) -> Result<Self, FolderError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = change.path.with_file_name(format!(".sluice-{}-{number}.tmp", std::process::id()));
        let failed = |source| FolderError::Write { path: change.path.clone(), source, written: 0 };
        let file = create(&path, &change.stamp).map_err(failed)?;
        let staged = Self { path, is_used: AtomicBool::new(false) };
        fill(file, change).map_err(failed)?;
        Ok(staged)
    }

    fn replace(&self, file: &Path) -> io::Result<()> {
        fs::rename(&self.path, file)?;
        self.is_used.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_used.load(Ordering::Relaxed) {
            // What cannot be removed has a hidden name that nobody reads.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn fill(mut file: File, change: &Change) -> io::Result<()> {
    file.write_all(&change.after)?;
    keep_mode_and_owner(&file, &change.stamp)
}

#[cfg(unix)]
fn create(path: &Path, like: &Metadata) -> io::Result<File> {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    OpenOptions::new().write(true).create_new(true).mode(like.mode() & 0o7777).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _: &Metadata) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn keep_mode_and_owner(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (like.uid(), like.gid()) {
        // Only the administrator may give files away; for anyone else the file becomes their own, as an editor's would.
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
    if now.mode() != like.mode() {
        file.set_permissions(like.permissions())?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_mode_and_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether the file is still the one that was read.
fn is_as_read(change: &Change) -> bool {
    let Ok(now) = fs::symlink_metadata(&change.path) else { return false };
    now.is_file()
        && now.len() == change.stamp.len()
        && now.modified().ok() == change.stamp.modified().ok()
        && is_same(&now, &change.stamp)
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
