//! Commits that were made.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use git2::{Commit, Oid, Repository, Sort};
use jiff::Timestamp;

use super::Mirror;
use super::commit::Person;
use crate::error::GitError;
use crate::id::{BlobId, CommitId};

/// What a commit says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: CommitId,
    /// The commits that it stands on; more than one for a merge, none for the first.
    pub parents: Vec<CommitId>,
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// When it was committed.
    pub time: Timestamp,
    /// The message as it is; bytes that are not UTF-8 appear as `U+FFFD`.
    pub message: String,
}

impl CommitInfo {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.trim_start().lines().next().unwrap_or_default()
    }
}

/// The most commits that are looked at in search of a file's history.
const LOOKED_AT: usize = 100_000;

impl Mirror {
    /// What a commit says about itself.
    ///
    /// # Errors
    /// When the mirror lacks it.
    pub fn info(&self, commit: CommitId) -> Result<CommitInfo, GitError> {
        self.with(|repository| {
            let found = repository.find_commit(commit.0).map_err(|error| self.missing_or_local(commit.0, error))?;
            Ok(info(&found))
        })
    }

    /// At most `limit` commits from one backwards, the latest first. Only these are read.
    ///
    /// # Errors
    /// When the mirror lacks the commit.
    pub fn log(&self, from: CommitId, limit: usize) -> Result<Vec<CommitInfo>, GitError> {
        self.with(|repository| {
            let mut walk = repository.revwalk().map_err(|error| self.local(error))?;
            walk.set_sorting(Sort::TIME).map_err(|error| self.local(error))?;
            walk.push(from.0).map_err(|error| self.missing_or_local(from.0, error))?;
            let mut commits = Vec::new();
            for id in walk.take(limit) {
                let commit = id.and_then(|id| repository.find_commit(id)).map_err(|error| self.local(error))?;
                commits.push(info(&commit));
            }
            Ok(commits)
        })
    }

    /// At most `limit` commits that changed what stands at `path`, the latest first, each with what it put there
    /// (nothing where it removed the file).
    ///
    /// As `git log path` does, it follows of a merge only a parent that has the same at the path, if there is one. At
    /// most 100,000 commits are looked at.
    ///
    /// # Errors
    /// When the mirror lacks the commit.
    pub fn history_of(
        &self,
        from: CommitId,
        path: &str,
        limit: usize,
    ) -> Result<Vec<(CommitInfo, Option<BlobId>)>, GitError> {
        self.with(|repository| {
            let first = repository.find_commit(from.0).map_err(|error| self.missing_or_local(from.0, error))?;
            let mut pending = BinaryHeap::from([Pending::of(&first)]);
            let mut seen = HashSet::from([from.0]);
            let mut history = Vec::new();
            while let Some(next) = pending.pop() {
                if history.len() >= limit || seen.len() > LOOKED_AT {
                    break;
                }
                let commit = repository.find_commit(next.id).map_err(|error| self.local(error))?;
                let here = self.blob_at(&commit, path)?;
                let (follow, has_changed) = self.parents_to_follow(repository, &commit, path, here)?;
                if has_changed {
                    history.push((info(&commit), here));
                }
                for parent in follow {
                    if seen.insert(parent.id) {
                        pending.push(parent);
                    }
                }
            }
            Ok(history)
        })
    }

    /// The parents that explain what stands at the path, and whether the commit changed it.
    fn parents_to_follow(
        &self,
        repository: &Repository,
        commit: &Commit<'_>,
        path: &str,
        here: Option<BlobId>,
    ) -> Result<(Vec<Pending>, bool), GitError> {
        let mut parents = Vec::new();
        for id in commit.parent_ids() {
            let parent = repository.find_commit(id).map_err(|error| self.local(error))?;
            if self.blob_at(&parent, path)? == here {
                return Ok((vec![Pending::of(&parent)], false));
            }
            parents.push(Pending::of(&parent));
        }
        let has_changed = !parents.is_empty() || here.is_some();
        Ok((parents, has_changed))
    }

    fn blob_at(&self, commit: &Commit<'_>, path: &str) -> Result<Option<BlobId>, GitError> {
        let tree = commit.tree().map_err(|error| self.local(error))?;
        Ok(self.at(&tree, path)?.map(|(blob, _)| blob))
    }
}

/// A commit that is still to be looked at; the latest comes first.
#[derive(PartialEq, Eq)]
struct Pending {
    time: i64,
    id: Oid,
}

impl Pending {
    fn of(commit: &Commit<'_>) -> Self {
        Self { time: commit.committer().when().seconds(), id: commit.id() }
    }
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.time, self.id).cmp(&(other.time, other.id))
    }
}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn info(commit: &Commit<'_>) -> CommitInfo {
    let person = |signature: git2::Signature<'_>| Person {
        name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
    };
    CommitInfo {
        id: CommitId(commit.id()),
        parents: commit.parent_ids().map(CommitId).collect(),
        author: person(commit.author()),
        committer: person(commit.committer()),
        // Git's times can lie outside of what a calendar knows; then it is the epoch.
        time: Timestamp::from_second(commit.committer().when().seconds()).unwrap_or_default(),
        message: String::from_utf8_lossy(commit.message_raw_bytes()).into_owned(),
    }
}
