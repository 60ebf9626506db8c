//! A new tree from an old one: only the folders on the way to an edited file are written.

use std::collections::BTreeMap;

use git2::{Oid, Repository, Tree};

use super::Mirror;
use super::commit::FileEdit;
use super::tree::kind;
use crate::error::GitError;
use crate::words::cleaned;

/// What is to become of one name in a folder.
enum Node<'e> {
    Folder(BTreeMap<&'e str, Node<'e>>),
    File(&'e [u8]),
}

/// The mode of a file that is new.
const PLAIN: i32 = 0o100_644;
const FOLDER: i32 = 0o040_000;

/// How deep folders may lie in each other.
const DEEPEST: usize = 128;

impl Mirror {
    /// Writes the tree that differs from `base` by these files. Modes stay as they are; a new file is a plain one.
    pub(super) fn edited(
        &self,
        repository: &Repository,
        base: Option<&Tree<'_>>,
        edits: &[FileEdit<'_>],
    ) -> Result<Oid, GitError> {
        self.write(repository, base, &nested(edits)?, "")
    }

    fn write(
        &self,
        repository: &Repository,
        base: Option<&Tree<'_>>,
        nodes: &BTreeMap<&str, Node<'_>>,
        folder: &str,
    ) -> Result<Oid, GitError> {
        let mut builder = repository.treebuilder(base).map_err(|error| self.local(error))?;
        for (name, node) in nodes {
            let path = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            let entry = base.and_then(|tree| tree.get_name(name));
            let there = entry.as_ref().map(|entry| (kind(entry), entry.filemode(), entry.id()));
            let (id, mode) = match (node, there) {
                (Node::File(content), None) => (self.store(repository, content)?, PLAIN),
                (Node::File(content), Some((Some(kind), mode, _))) if kind.holds_content() => {
                    (self.store(repository, content)?, mode)
                }
                (Node::File(_), Some((None, ..))) => return Err(refused(&path, "it is a folder")),
                (Node::File(_), Some(_)) => return Err(refused(&path, "it is a symbolic link or a submodule")),
                (Node::Folder(nodes), None) => (self.write(repository, None, nodes, &path)?, FOLDER),
                (Node::Folder(nodes), Some((None, _, id))) => {
                    let subtree = repository.find_tree(id).map_err(|error| self.local(error))?;
                    (self.write(repository, Some(&subtree), nodes, &path)?, FOLDER)
                }
                (Node::Folder(_), Some(_)) => return Err(refused(&path, "it is no folder")),
            };
            // libgit2 refuses names that no file can have, such as `.git`.
            builder.insert(*name, id, mode).map_err(|_| refused(&path, "no file can have this name"))?;
        }
        builder.write().map_err(|error| self.local(error))
    }

    fn store(&self, repository: &Repository, content: &[u8]) -> Result<Oid, GitError> {
        repository.blob(content).map_err(|error| self.local(error))
    }
}

/// The edits, one map a folder.
fn nested<'e>(edits: &[FileEdit<'e>]) -> Result<BTreeMap<&'e str, Node<'e>>, GitError> {
    let mut root = BTreeMap::new();
    for edit in edits {
        let parts: Vec<&str> = edit.path.split('/').collect();
        if parts.len() > DEEPEST {
            return Err(refused(edit.path, "it is nested too deeply"));
        }
        let is_name = |part: &&str| !matches!(*part, "" | "." | "..") && !part.contains(['\0', '\u{fffd}']);
        if !parts.iter().all(is_name) {
            return Err(refused(edit.path, "it is no path of a file"));
        }
        let mut nodes = &mut root;
        for folder in &parts[..parts.len() - 1] {
            nodes = match nodes.entry(*folder).or_insert_with(|| Node::Folder(BTreeMap::new())) {
                Node::Folder(nodes) => nodes,
                Node::File(_) => return Err(refused(edit.path, "a file is written in place of its folder")),
            };
        }
        if nodes.insert(parts[parts.len() - 1], Node::File(edit.content)).is_some() {
            return Err(refused(edit.path, "it is written twice"));
        }
    }
    Ok(root)
}

fn refused(path: &str, why: &'static str) -> GitError {
    GitError::BadPath { path: cleaned(path, 500), why }
}
