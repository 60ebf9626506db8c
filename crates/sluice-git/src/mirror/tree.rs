//! Files of a commit, and what changed between two.

use std::cmp::Ordering;

use git2::{ErrorCode, ObjectType, Oid, Repository, Tree, TreeEntry};
use serde::{Deserialize, Serialize};

use super::Mirror;
use crate::error::GitError;
use crate::id::{BlobId, CommitId};

/// The largest file that is read, in bytes. Kubernetes takes no object beyond 1.5 MiB.
pub const LARGEST_FILE: usize = 16 << 20;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A file.
    File,
    /// A file with the executable bit.
    Executable,
    /// A symbolic link; its blob is the target's path.
    Link,
    /// Another repository; its id is a commit of that one.
    Submodule,
}

impl FileKind {
    /// Whether its blob is the content of a file.
    pub fn holds_content(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// A path in a commit's tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TreeFile {
    /// From the root, parts separated by `/`. Bytes that are not UTF-8 appear as `U+FFFD`; such a path can be shown and
    /// read, but not written.
    pub path: String,
    /// The content's id; for a submodule the id of its commit.
    pub blob: BlobId,
    /// What it is.
    pub kind: FileKind,
}

/// A path whose content or kind differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TreeChange {
    /// As in [`TreeFile::path`].
    pub path: String,
    /// What was there; nothing where the file is new.
    pub old: Option<(BlobId, FileKind)>,
    /// What is there now; nothing where the file is gone.
    pub new: Option<(BlobId, FileKind)>,
}

impl Mirror {
    /// Every file of a commit, sorted by the bytes of its path. Contents are not read.
    ///
    /// # Errors
    /// When the mirror lacks the commit.
    pub fn files(&self, commit: CommitId) -> Result<Vec<TreeFile>, GitError> {
        self.with(|repository| {
            let tree = self.tree_of(repository, commit)?;
            let mut files = Vec::new();
            self.collect(repository, &tree, &mut String::new(), &mut |path, found| {
                files.push(TreeFile { path, blob: found.0, kind: found.1 });
            })?;
            files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            Ok(files)
        })
    }

    /// What changed from one commit to another, sorted by path. Folders that are equal in both are not opened.
    ///
    /// # Errors
    /// When the mirror lacks one of the commits.
    pub fn changes(&self, old: CommitId, new: CommitId) -> Result<Vec<TreeChange>, GitError> {
        self.with(|repository| {
            let (old, new) = (self.tree_of(repository, old)?, self.tree_of(repository, new)?);
            let mut changes = Vec::new();
            if old.id() != new.id() {
                self.compare(repository, &old, &new, &mut String::new(), &mut changes)?;
            }
            changes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            Ok(changes)
        })
    }

    /// The content of a file.
    ///
    /// # Errors
    /// When the mirror lacks it, or it is larger than [`LARGEST_FILE`].
    pub fn read(&self, blob: BlobId) -> Result<Vec<u8>, GitError> {
        self.with(|repository| {
            let missing = |error| self.missing_or_local(blob.0, error);
            let objects = repository.odb().map_err(|error| self.local(error))?;
            let (size, kind) = objects.read_header(blob.0).map_err(missing)?;
            if kind != ObjectType::Blob {
                let id = blob.to_string();
                return Err(GitError::NoSuchObject { remote: self.remote().to_string(), id });
            }
            if size > LARGEST_FILE {
                let (remote, id) = (self.remote().to_string(), blob.to_string());
                return Err(GitError::TooLarge { remote, id, size, limit: LARGEST_FILE });
            }
            Ok(objects.read(blob.0).map_err(missing)?.data().to_vec())
        })
    }

    /// What stands at a path of a commit, if anything does.
    ///
    /// # Errors
    /// When the mirror lacks the commit.
    pub fn file(&self, commit: CommitId, path: &str) -> Result<Option<TreeFile>, GitError> {
        self.with(|repository| {
            let tree = self.tree_of(repository, commit)?;
            let found = self.at(&tree, path)?;
            Ok(found.map(|(blob, kind)| TreeFile { path: path.to_owned(), blob, kind }))
        })
    }

    /// What stands at a path of a tree.
    pub(super) fn at(&self, tree: &Tree<'_>, path: &str) -> Result<Option<(BlobId, FileKind)>, GitError> {
        match tree.get_path(std::path::Path::new(path)) {
            Ok(entry) => Ok(kind(&entry).map(|kind| (BlobId(entry.id()), kind))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            // An empty path, or one through a file.
            Err(error) if error.class() == git2::ErrorClass::Tree => Ok(None),
            Err(error) => Err(self.local(error)),
        }
    }

    pub(super) fn tree_of<'r>(&self, repository: &'r Repository, commit: CommitId) -> Result<Tree<'r>, GitError> {
        let commit = repository.find_commit(commit.0).map_err(|error| self.missing_or_local(commit.0, error))?;
        commit.tree().map_err(|error| self.local(error))
    }

    fn subtree<'r>(&self, repository: &'r Repository, id: Oid) -> Result<Tree<'r>, GitError> {
        repository.find_tree(id).map_err(|error| self.local(error))
    }

    fn collect(
        &self,
        repository: &Repository,
        tree: &Tree<'_>,
        path: &mut String,
        found: &mut impl FnMut(String, (BlobId, FileKind)),
    ) -> Result<(), GitError> {
        for entry in tree {
            self.collect_entry(repository, &entry, path, found)?;
        }
        Ok(())
    }

    /// Calls `found` for the entry, or for every file below it.
    fn collect_entry(
        &self,
        repository: &Repository,
        entry: &TreeEntry<'_>,
        path: &mut String,
        found: &mut impl FnMut(String, (BlobId, FileKind)),
    ) -> Result<(), GitError> {
        let before = push(path, entry);
        match kind(entry) {
            Some(kind) => found(path.clone(), (BlobId(entry.id()), kind)),
            None => {
                let subtree = self.subtree(repository, entry.id())?;
                self.collect(repository, &subtree, path, found)?;
            }
        }
        path.truncate(before);
        Ok(())
    }

    /// Walks two trees side by side; git keeps the entries of both in one order.
    fn compare(
        &self,
        repository: &Repository,
        old: &Tree<'_>,
        new: &Tree<'_>,
        path: &mut String,
        changes: &mut Vec<TreeChange>,
    ) -> Result<(), GitError> {
        let (mut o, mut n) = (0, 0);
        loop {
            let (left, right) = (old.get(o), new.get(n));
            let order = match (&left, &right) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => order(left, right),
            };
            o += usize::from(order != Ordering::Greater);
            n += usize::from(order != Ordering::Less);
            match (order, left, right) {
                (Ordering::Equal, Some(left), Some(right)) => {
                    self.compare_entries(repository, &left, &right, path, changes)?;
                }
                (Ordering::Less, Some(left), _) => self.collect_entry(repository, &left, path, &mut |path, old| {
                    changes.push(TreeChange { path, old: Some(old), new: None });
                })?,
                (_, _, Some(right)) => self.collect_entry(repository, &right, path, &mut |path, new| {
                    changes.push(TreeChange { path, old: None, new: Some(new) });
                })?,
                _ => return Ok(()),
            }
        }
    }

    /// Two entries of one name, both a folder or neither.
    fn compare_entries(
        &self,
        repository: &Repository,
        old: &TreeEntry<'_>,
        new: &TreeEntry<'_>,
        path: &mut String,
        changes: &mut Vec<TreeChange>,
    ) -> Result<(), GitError> {
        if old.id() == new.id() && old.filemode_raw() == new.filemode_raw() {
            return Ok(());
        }
        let before = push(path, new);
        match (kind(old), kind(new)) {
            (None, None) => {
                let (old, new) = (self.subtree(repository, old.id())?, self.subtree(repository, new.id())?);
                self.compare(repository, &old, &new, path, changes)?;
            }
            (old_kind, new_kind) => {
                let (old, new) =
                    (old_kind.map(|kind| (BlobId(old.id()), kind)), new_kind.map(|kind| (BlobId(new.id()), kind)));
                if old != new {
                    changes.push(TreeChange { path: path.clone(), old, new });
                }
            }
        }
        path.truncate(before);
        Ok(())
    }
}

/// Git's order of a tree's entries: by bytes, folders as if their names ended in a slash.
fn order(a: &TreeEntry<'_>, b: &TreeEntry<'_>) -> Ordering {
    let key = |entry: &TreeEntry<'_>| {
        let mut name = entry.name_bytes().to_vec();
        if kind(entry).is_none() {
            name.push(b'/');
        }
        name
    };
    key(a).cmp(&key(b))
}

/// Adds an entry's name to a path; gives the length to go back to.
fn push(path: &mut String, entry: &TreeEntry<'_>) -> usize {
    let before = path.len();
    if !path.is_empty() {
        path.push('/');
    }
    path.push_str(&String::from_utf8_lossy(entry.name_bytes()));
    before
}

/// What an entry is; nothing for a folder.
pub(super) fn kind(entry: &TreeEntry<'_>) -> Option<FileKind> {
    match entry.filemode() {
        0o040000 => None,
        0o120000 => Some(FileKind::Link),
        0o160000 => Some(FileKind::Submodule),
        0o100755 => Some(FileKind::Executable),
        _ => Some(FileKind::File),
    }
}
