//! From what people write to a commit.

use std::cmp::Ordering;

use git2::{ErrorCode, ObjectType, Oid, Repository};
use sluice_core::flux::CheckoutRef;
use sluice_core::policy::Constraint;
use sluice_core::version::Version;

use super::Mirror;
use super::references::commit_of;
use crate::error::GitError;
use crate::id::{CommitId, whole};
use crate::words::cleaned;

/// What a checkout reference comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The commit.
    pub commit: CommitId,
    /// The full name of the reference that led there (`refs/heads/main`); nothing where a commit was written.
    pub reference: Option<String>,
}

impl Checkout {
    /// The branch's short name, when it was a branch.
    pub fn branch(&self) -> Option<&str> {
        self.reference.as_deref()?.strip_prefix("refs/heads/")
    }
}

/// How few digits of a commit are taken for one.
const FEWEST_DIGITS: usize = 7;

impl Mirror {
    /// The commit of a branch, a tag, a full reference (`refs/pull/1/head`), `HEAD`, or a commit's id (at least seven
    /// digits); the first of these that exists. Nothing is asked of the remote.
    ///
    /// # Errors
    /// When the mirror has nothing of that name.
    pub fn resolve(&self, reference: &str) -> Result<CommitId, GitError> {
        self.with(|repository| {
            let candidates = match reference {
                "HEAD" => vec!["HEAD".to_owned()],
                full if full.starts_with("refs/") => vec![full.to_owned()],
                name => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
            };
            for name in candidates {
                if let Some(commit) = self.named(repository, &name)? {
                    return Ok(commit);
                }
            }
            self.commit_by_digits(repository, reference)?.ok_or_else(|| self.no_such(reference))
        })
    }

    /// The commit that Flux would check out: `commit` before `name` before `semver` before `tag` before `branch`; where
    /// none is written the remote's own branch. With `semver`, the highest tag in the range by the rules of policies;
    /// of equal versions the one with the latest commit.
    ///
    /// # Errors
    /// When the mirror has nothing of that name, the range is none, or no tag is in it.
    pub fn checkout(&self, wanted: &CheckoutRef) -> Result<Checkout, GitError> {
        let full = |name: String| {
            let commit = self.with(|repository| self.named(repository, &name))?;
            let commit = commit.ok_or_else(|| self.no_such(&name))?;
            Ok(Checkout { commit, reference: Some(name) })
        };
        if let Some(commit) = &wanted.commit {
            let found = self.with(|repository| self.commit_by_digits(repository, commit))?;
            return Ok(Checkout { commit: found.ok_or_else(|| self.no_such(commit))?, reference: None });
        }
        match (&wanted.name, &wanted.semver, &wanted.tag, &wanted.branch) {
            (Some(name), ..) if name == "HEAD" => self.own_branch(),
            (Some(name), ..) => full(name.clone()),
            (_, Some(range), ..) => self.highest(range),
            (_, _, Some(tag), _) => full(format!("refs/tags/{tag}")),
            (_, _, _, Some(branch)) => full(format!("refs/heads/{branch}")),
            (None, None, None, None) => self.own_branch(),
        }
    }

    fn own_branch(&self) -> Result<Checkout, GitError> {
        let refs = self.refs()?;
        let commit = refs.head_commit().ok_or_else(|| self.no_such("HEAD"))?;
        Ok(Checkout { commit, reference: refs.head })
    }

    fn highest(&self, range: &str) -> Result<Checkout, GitError> {
        let constraint = Constraint::parse(range)
            .map_err(|error| GitError::BadRange { range: cleaned(range, 200), words: error.to_string() })?;
        let refs = self.refs()?.refs;
        let tags: Vec<_> =
            refs.iter().filter_map(|(name, commit)| Some((name.strip_prefix("refs/tags/")?, *commit))).collect();
        let mut best: Option<(Version<'_>, &str, CommitId)> = None;
        for (tag, commit) in &tags {
            let Ok(version) = Version::of_tag(tag) else { continue };
            if !constraint.admits(&version) {
                continue;
            }
            let is_better = match &best {
                None => true,
                Some((other, _, other_commit)) => match version.compare(other) {
                    Ordering::Equal => self.committed(*commit)? > self.committed(*other_commit)?,
                    order => order == Ordering::Greater,
                },
            };
            if is_better {
                best = Some((version, tag, *commit));
            }
        }
        let (_, tag, commit) = best.ok_or_else(|| GitError::NoVersion {
            remote: self.remote().to_string(),
            range: range.to_owned(),
            tags: tags.len(),
        })?;
        Ok(Checkout { commit, reference: Some(format!("refs/tags/{tag}")) })
    }

    /// When it was committed, in seconds since 1970.
    fn committed(&self, commit: CommitId) -> Result<i64, GitError> {
        self.with(|repository| {
            let commit = repository.find_commit(commit.0).map_err(|error| self.missing_or_local(commit.0, error))?;
            Ok(commit.committer().when().seconds())
        })
    }

    fn named(&self, repository: &Repository, name: &str) -> Result<Option<CommitId>, GitError> {
        match repository.find_reference(name) {
            Ok(reference) => Ok(commit_of(&reference)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(self.local(error)),
        }
    }

    fn commit_by_digits(&self, repository: &Repository, digits: &str) -> Result<Option<CommitId>, GitError> {
        if !(FEWEST_DIGITS..=40).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let found = match whole(digits) {
            Ok(id) => repository.find_object(id, None),
            Err(_) => repository.find_object_by_prefix(digits, Some(ObjectType::Commit)),
        };
        let object = match found {
            Ok(object) => object,
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::Ambiguous) => return Ok(None),
            Err(error) => return Err(self.local(error)),
        };
        Ok(object.peel(ObjectType::Commit).ok().map(|commit| CommitId(commit.id())))
    }

    fn no_such(&self, reference: &str) -> GitError {
        GitError::NoSuchRef { remote: self.remote().to_string(), reference: cleaned(reference, 200) }
    }

    /// Whether `ancestor` is `of` itself or among the commits that it stands on.
    ///
    /// # Errors
    /// When the mirror lacks one of them.
    pub fn is_ancestor(&self, ancestor: CommitId, of: CommitId) -> Result<bool, GitError> {
        self.with(|repository| {
            for id in [ancestor.0, of.0] {
                repository.find_commit(id).map_err(|error| self.missing_or_local(id, error))?;
            }
            Ok(ancestor == of || self.descends(repository, of.0, ancestor.0)?)
        })
    }

    fn descends(&self, repository: &Repository, commit: Oid, ancestor: Oid) -> Result<bool, GitError> {
        repository.graph_descendant_of(commit, ancestor).map_err(|error| self.local(error))
    }
}
