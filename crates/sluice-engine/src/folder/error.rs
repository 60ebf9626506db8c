//! What can go wrong with a folder.

use std::io;
use std::path::PathBuf;

/// A folder that cannot be read or written as asked. Nothing was written, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// The operating system's word.
        source: io::Error,
    },
    /// The path is neither a folder nor a file that Flux looks at.
    #[error("{} is neither a folder nor a .yaml or .yml file", path.display())]
    NotYaml {
        /// Which.
        path: PathBuf,
    },
    /// A file that would change is read-only.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// Which.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}{}", path.display(), so_far(*written))]
    Write {
        /// Which.
        path: PathBuf,
        /// The operating system's word.
        source: io::Error,
        /// How many files have their new content already.
        written: usize,
    },
    /// Somebody else changed a file between reading and writing.
    #[error("{} was changed by somebody else meanwhile", path.display())]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// The changed files do not fit into the memory that is allowed.
    #[error("the files that would change hold more than {mib} MiB")]
    TooMuch {
        /// The limit.
        mib: u64,
    },
}

impl FolderError {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read-failed",
            Self::NotYaml { .. } => "not-yaml",
            Self::ReadOnly { .. } => "read-only",
            Self::Write { .. } => "write-failed",
            Self::Changed { .. } => "changed-meanwhile",
            Self::TooMuch { .. } => "too-much",
        }
    }

    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { path, source } if source.kind() == io::ErrorKind::NotFound => {
                format!("nothing exists at {}; check the spelling and the current folder", path.display())
            }
            Self::Read { .. } => "see that you may read it, or name a folder without it".into(),
            Self::NotYaml { .. } => "name the folder that holds the manifests".into(),
            Self::ReadOnly { .. } => "make it writable, or leave it out; no file was changed".into(),
            Self::Write { .. } => "see that the folder is writable and the disk has room".into(),
            Self::Changed { .. } => "run it again; no file was changed".into(),
            Self::TooMuch { .. } => "name a part of the folder".into(),
        }
    }
}

fn so_far(written: usize) -> String {
    match written {
        0 => String::new(),
        1 => "; 1 file was written before".to_owned(),
        count => format!("; {count} files were written before"),
    }
}
