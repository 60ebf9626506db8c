//! Where a file is, seen from where the report is read.

use std::path::{Component, Path, PathBuf};

/// Turns paths in the examined folder into paths from the working folder, which in CI is the checkout.
pub(super) struct Places {
    root: PathBuf,
}

impl Places {
    /// Paths below the folder (or file) that was named.
    pub(super) fn below(path: &Path) -> Self {
        let root = if path.is_file() { path.parent().unwrap_or(path) } else { path };
        let here = std::env::current_dir().unwrap_or_default();
        let root = root.strip_prefix(&here).unwrap_or(root);
        Self { root: root.components().filter(|part| *part != Component::CurDir).collect() }
    }

    /// The path of a file, with `/`.
    pub(super) fn of(&self, file: &str) -> String {
        let root = self.root.to_string_lossy().replace('\\', "/");
        match root.trim_end_matches('/') {
            "" if root.is_empty() => file.to_owned(),
            root => format!("{root}/{file}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_working_folder() {
        let here = std::env::current_dir().unwrap();
        for (root, expected) in [
            (PathBuf::from("."), "a/b.yaml".to_owned()),
            (PathBuf::from("./clusters/"), "clusters/a/b.yaml".to_owned()),
            (here.join("clusters"), "clusters/a/b.yaml".to_owned()),
            (here.clone(), "a/b.yaml".to_owned()),
            (PathBuf::from("../other"), "../other/a/b.yaml".to_owned()),
        ] {
            assert_eq!(Places::below(&root).of("a/b.yaml"), expected, "{}", root.display());
        }
    }
}
