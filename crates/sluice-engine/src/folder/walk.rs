//! Which files of a folder Flux would look at.

use super::error::FolderError;
use sluice_core::flux::UpdatePath;
use sluice_core::marker::is_candidate_file;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

/// A folder and the files in it that count, in the order of their paths.
///
/// The rules are Flux's: `.yaml`, `.yml` and `Kustomization` at any depth, hidden folders too. Links are never followed
/// and `.git` is left alone. The folder that is named may itself be a link.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    pub(super) files: Vec<Found>,
    /// Folders that cannot be listed.
    pub(super) unlisted: Vec<(String, io::Error)>,
    is_whole: bool,
}

/// A file, or a link with the name of one.
#[derive(Debug)]
pub(super) struct Found {
    /// Below the root.
    pub(super) path: PathBuf,
    pub(super) is_link: bool,
}

impl Found {
    /// The path with `/`, as it is printed and compared.
    pub(super) fn name(&self) -> String {
        name_of(&self.path)
    }
}

fn name_of(path: &Path) -> String {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_string_lossy(),
        other => other.as_os_str().to_string_lossy(),
    });
    parts.collect::<Vec<_>>().join("/")
}

impl Folder {
    /// Lists a folder; a single file counts as a folder that holds nothing else.
    ///
    /// # Errors
    /// When the path does not exist, cannot be listed, or is a file that Flux would not look at.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |source| FolderError::Read { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            let mut folder = Self { root: path.to_owned(), files: Vec::new(), unlisted: Vec::new(), is_whole: true };
            folder.list().map_err(failed)?;
            return Ok(folder);
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(FolderError::NotYaml { path: path.to_owned() });
        };
        if !metadata.is_file() || !is_candidate_file(&name.to_string_lossy()) {
            return Err(FolderError::NotYaml { path: path.to_owned() });
        }
        let is_link = fs::symlink_metadata(path).map_err(failed)?.is_symlink();
        let root = if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() };
        Ok(Self { root, files: vec![Found { path: name.into(), is_link }], unlisted: Vec::new(), is_whole: false })
    }

    /// The path that was named; the parent of a single file.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a whole folder was named and not a single file.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// How many files count.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether no file counts.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether the folder has something at an update path.
    pub fn exists(&self, path: &UpdatePath) -> bool {
        fs::metadata(self.root.join(path.as_str())).is_ok()
    }

    /// # Errors
    /// When the root itself cannot be listed.
    fn list(&mut self) -> io::Result<()> {
        let mut open = vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Ok(entries) => entries,
                Err(error) if folder.as_os_str().is_empty() => return Err(error),
                Err(error) => {
                    self.unlisted.push((name_of(&folder), error));
                    continue;
                }
            };
            for entry in entries {
                let typed = entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name())));
                match typed {
                    Ok((kind, name)) => self.take(kind, folder.join(&name), &name.to_string_lossy(), &mut open),
                    Err(error) => self.unlisted.push((name_of(&folder), error)),
                }
            }
        }
        self.files.sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        self.unlisted.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(())
    }

    fn take(&mut self, kind: FileType, path: PathBuf, name: &str, open: &mut Vec<PathBuf>) {
        if kind.is_dir() {
            if name != ".git" {
                open.push(path);
            }
        } else if (kind.is_file() || kind.is_symlink()) && is_candidate_file(name) {
            self.files.push(Found { path, is_link: kind.is_symlink() });
        }
    }
}
