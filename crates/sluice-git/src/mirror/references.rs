//! Branches and tags as the mirror knows them.

use std::collections::BTreeMap;

use git2::{ObjectType, Reference, Repository};
use serde::{Deserialize, Serialize};

use super::Mirror;
use crate::error::GitError;
use crate::id::CommitId;

/// What a remote's references point to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refs {
    /// The branch that the remote calls its own (`HEAD`), in full: `refs/heads/main`. Nothing in an empty repository.
    pub head: Option<String>,
    /// Every branch and tag by its full name. Annotated tags point to the commit that they are about; what is about no
    /// commit is left out.
    pub refs: BTreeMap<String, CommitId>,
}

impl Refs {
    /// The commit of a branch, by its short name.
    pub fn branch(&self, name: &str) -> Option<CommitId> {
        self.refs.get(&format!("refs/heads/{name}")).copied()
    }

    /// The commit of a tag, by its short name.
    pub fn tag(&self, name: &str) -> Option<CommitId> {
        self.refs.get(&format!("refs/tags/{name}")).copied()
    }

    /// The commit of the remote's own branch.
    pub fn head_commit(&self) -> Option<CommitId> {
        self.refs.get(self.head.as_ref()?).copied()
    }
}

impl Mirror {
    /// The references as of the last fetch. Nothing is asked of the remote.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub fn refs(&self) -> Result<Refs, GitError> {
        self.with(|repository| self.refs_of(repository))
    }

    pub(super) fn refs_of(&self, repository: &Repository) -> Result<Refs, GitError> {
        let mut refs = BTreeMap::new();
        for reference in repository.references().map_err(|error| self.local(error))? {
            let reference = reference.map_err(|error| self.local(error))?;
            let Ok(name) = reference.name() else { continue };
            if let Some(commit) = commit_of(&reference) {
                refs.insert(name.to_owned(), commit);
            }
        }
        let head = repository.find_reference("HEAD").map_err(|error| self.local(error))?;
        let head = head.symbolic_target().ok().flatten().filter(|name| refs.contains_key(*name)).map(str::to_owned);
        Ok(Refs { head, refs })
    }
}

/// The commit that a reference is about, however it is tagged.
pub(super) fn commit_of(reference: &Reference<'_>) -> Option<CommitId> {
    reference.peel(ObjectType::Commit).ok().map(|object| CommitId(object.id()))
}
