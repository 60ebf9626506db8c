//! `spec.update.path` of an automation: which files of the repository it covers.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A path inside the repository: a folder, or one file. Read as Flux's securejoin does: `./`, empty parts and a leading
/// slash vanish, and `..` never leaves the repository. Links are not followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct UpdatePath(String);

impl UpdatePath {
    /// Reads a path as it is written in the resource; every text is one.
    pub fn new(written: &str) -> Self {
        let mut parts: Vec<&str> = Vec::new();
        for part in written.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        Self(parts.join("/"))
    }

    /// The path without leading or trailing slash; empty for the repository's root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the whole repository.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a file of the repository lies under it (or is it).
    pub fn covers(&self, file: &str) -> bool {
        self.is_root() || file == self.0 || file.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The file's path seen from here, as a commit message template gets it. A path that is the file itself gives the
    /// file's name. `None` when the file is not covered.
    pub fn relative<'f>(&self, file: &'f str) -> Option<&'f str> {
        if self.is_root() {
            return Some(file);
        }
        let rest = file.strip_prefix(&self.0)?;
        if rest.is_empty() { file.rsplit('/').next() } else { rest.strip_prefix('/') }
    }
}

impl fmt::Display for UpdatePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_covers_its_folder_or_its_file_and_nothing_beside_it() {
        for (written, file, relative) in [
            ("./test", "test/deployment.yml", Some("deployment.yml")),
            ("test/", "test/a/b.yaml", Some("a/b.yaml")),
            ("/test", "test2/a.yaml", None),
            ("./test", "other/test/a.yaml", None),
            ("", "a.yaml", Some("a.yaml")),
            (".", "x/a.yaml", Some("x/a.yaml")),
            ("../../test", "test/a.yaml", Some("a.yaml")),
            ("a/../test//./x", "test/x/a.yaml", Some("a.yaml")),
            ("test/deployment.yml", "test/deployment.yml", Some("deployment.yml")),
            ("..", "a.yaml", Some("a.yaml")),
        ] {
            let path = UpdatePath::new(written);
            assert_eq!(path.relative(file), relative, "{written} {file}");
            assert_eq!(path.covers(file), relative.is_some(), "{written} {file}");
        }
    }
}
