//! What the files of a repository say, kept by blob id so that a new commit costs its changed files only.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sluice_core::catalogue::{Catalogue, FACTS_VERSION, FileFacts};
use sluice_core::marker::is_candidate_file;
use sluice_git::{BlobId, CommitId, FileKind, GitError, Mirror, RemoteUrl, TreeChange};

use crate::{Engine, EngineError};

/// A file that says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexedFile {
    pub(crate) blob: BlobId,
    #[serde(with = "shared")]
    pub(crate) facts: Arc<FileFacts>,
}

/// Shared facts are written as the facts themselves.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use sluice_core::catalogue::FileFacts;

    pub(super) fn serialize<S: Serializer>(facts: &Arc<FileFacts>, to: S) -> Result<S::Ok, S::Error> {
        FileFacts::serialize(facts, to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Arc<FileFacts>, D::Error> {
        FileFacts::deserialize(from).map(Arc::new)
    }
}

/// What the files of one commit say. Files that say nothing are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) commit: CommitId,
    pub(crate) files: BTreeMap<String, IndexedFile>,
}

/// How an index came about, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Files whose bytes were read.
    pub(crate) read: usize,
}

impl Index {
    /// Reads a commit, taking over from `before` whatever did not change.
    pub(crate) fn read(mirror: &Mirror, commit: CommitId, before: Option<&Self>) -> Result<(Self, Effort), GitError> {
        let mut effort = Effort::default();
        if let Some(before) = before {
            if before.commit == commit {
                return Ok((before.clone(), effort));
            }
            if let Ok(changes) = mirror.changes(before.commit, commit) {
                return Ok((before.changed(mirror, commit, changes, &mut effort)?, effort));
            }
            // The old commit is gone from the mirror; what was read of its blobs still holds.
        }
        let known: HashMap<BlobId, &Arc<FileFacts>> = before
            .map(|before| before.files.values().map(|file| (file.blob, &file.facts)).collect())
            .unwrap_or_default();
        let mut files = BTreeMap::new();
        for file in mirror.files(commit)? {
            if !file.kind.holds_content() || !is_candidate_file(&file.path) {
                continue;
            }
            let facts = match known.get(&file.blob) {
                Some(facts) => (*facts).clone(),
                None => facts_of(mirror, file.blob, &mut effort)?,
            };
            if !facts.is_empty() {
                files.insert(file.path, IndexedFile { blob: file.blob, facts });
            }
        }
        Ok((Self { commit, files }, effort))
    }

    fn changed(
        &self,
        mirror: &Mirror,
        commit: CommitId,
        changes: Vec<TreeChange>,
        effort: &mut Effort,
    ) -> Result<Self, GitError> {
        let mut files = self.files.clone();
        for change in changes {
            files.remove(&change.path);
            let is_read = |(_, kind): &(BlobId, FileKind)| kind.holds_content() && is_candidate_file(&change.path);
            let Some((blob, _)) = change.new.filter(is_read) else { continue };
            let facts = facts_of(mirror, blob, effort)?;
            if !facts.is_empty() {
                files.insert(change.path, IndexedFile { blob, facts });
            }
        }
        Ok(Self { commit, files })
    }

    /// The catalogue of the files.
    pub(crate) fn catalogue(&self) -> Catalogue {
        Catalogue::build(self.files.iter().map(|(path, file)| (path.as_str(), &*file.facts)))
    }
}

fn facts_of(mirror: &Mirror, blob: BlobId, effort: &mut Effort) -> Result<Arc<FileFacts>, GitError> {
    effort.read += 1;
    Ok(Arc::new(FileFacts::read(&mirror.read(blob)?)))
}

impl Engine {
    /// The index of a remote's commit. `slot` names what is followed, such as a branch: its last index is the one that
    /// the new one is made from, also after a restart.
    pub(crate) async fn index(
        &self,
        url: &RemoteUrl,
        slot: &str,
        commit: CommitId,
        last: Option<Arc<Index>>,
    ) -> Result<Arc<Index>, EngineError> {
        if let Some(last) = last.as_ref().filter(|last| last.commit == commit) {
            return Ok(last.clone());
        }
        let remote = url.to_string();
        let remembered = match &last {
            Some(last) => Some((**last).clone()),
            None => self.remembered(&remote, slot).await?,
        };
        if let Some(remembered) = remembered.as_ref().filter(|remembered| remembered.commit == commit) {
            return Ok(Arc::new(remembered.clone()));
        }
        let read = move |mirror: &Mirror| Index::read(mirror, commit, remembered.as_ref());
        let (index, effort) = self.shared.remotes.offline(url, read).await?;
        tracing::debug!(%url, %commit, files = index.files.len(), read = effort.read, "indexed");
        if let Ok(facts) = serde_json::to_string(&index.files) {
            self.store().remember_index(&remote, slot, &commit.to_string(), FACTS_VERSION, facts).await?;
        }
        Ok(Arc::new(index))
    }

    async fn remembered(&self, remote: &str, slot: &str) -> Result<Option<Index>, EngineError> {
        let Some((commit, facts)) = self.store().repository_index(remote, slot, FACTS_VERSION).await? else {
            return Ok(None);
        };
        // What cannot be read back is read from the repository again.
        let index = commit.parse().ok().zip(serde_json::from_str(&facts).ok());
        Ok(index.map(|(commit, files)| Index { commit, files }))
    }
}
