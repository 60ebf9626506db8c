//! What stood behind a policy's markers before, from Git's own history, whoever committed it.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::catalogue::FileFacts;
use sluice_core::release::Standing;
use sluice_git::Mirror;

use crate::source::SourceView;
use crate::{Engine, EngineError};

/// A commit that changed what stands behind a policy's first marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// The commit's time.
    pub at: Timestamp,
    /// What stood there from then on.
    pub standing: Standing,
    /// The commit, in full.
    pub commit: String,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

/// What stood behind a marker over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkerHistory {
    /// The changes, oldest first.
    pub moves: Vec<Stood>,
    /// There are older commits of the file that were not read.
    pub has_older: bool,
}

impl Engine {
    /// What stood behind the first marker of a policy, from at most `limit` commits of its file. A policy without a
    /// marker has no history.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn history_of_policy(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        limit: usize,
    ) -> Result<MarkerHistory, EngineError> {
        let Some(marker) = view.catalogue.markers_of(policy).find(|marker| Standing::of(marker).is_some()) else {
            return Ok(MarkerHistory::default());
        };
        let (file, policy, commit) = (marker.file.to_string(), policy.clone(), view.commit);
        let read = move |mirror: &Mirror| {
            let commits = mirror.history_of(commit, &file, limit)?;
            let has_older = commits.len() >= limit;
            let mut moves: Vec<Stood> = Vec::new();
            for (info, blob) in commits.into_iter().rev() {
                let Some(blob) = blob else { continue };
                let facts = FileFacts::read(&mirror.read(blob)?);
                let mut markers = facts.markers.markers.iter().filter(|marker| marker.reference.policy == policy);
                let Some(standing) = markers.find_map(Standing::of) else { continue };
                if moves.last().is_some_and(|last| last.standing == standing) {
                    continue;
                }
                moves.push(Stood {
                    at: info.time,
                    standing,
                    commit: info.id.to_string(),
                    subject: info.subject().to_owned(),
                    author: info.author.name,
                });
            }
            Ok(MarkerHistory { moves, has_older })
        };
        self.shared.remotes.offline(&view.url, read).await
    }
}

impl Engine {
    /// What files of a source hold at the commit that was read; those that are not there are left out.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn files_of(
        &self,
        view: &SourceView,
        paths: std::collections::BTreeSet<String>,
    ) -> Result<std::collections::BTreeMap<String, Vec<u8>>, EngineError> {
        let commit = view.commit;
        let read = move |mirror: &Mirror| {
            let mut contents = std::collections::BTreeMap::new();
            for path in paths {
                if let Some(file) = mirror.file(commit, &path)? {
                    contents.insert(path, mirror.read(file.blob)?);
                }
            }
            Ok(contents)
        };
        self.shared.remotes.offline(&view.url, read).await
    }
}

/// A file before and after a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedFile {
    /// Path in the repository.
    pub path: String,
    /// What it held.
    pub before: Vec<u8>,
    /// What the release's commit holds; nothing when no commit was made or the mirror does not have it.
    pub after: Option<Vec<u8>>,
}

impl Engine {
    /// The files that a release changed, from the mirror. Files that the mirror does not have are left out.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn released_files(&self, release: &sluice_store::ReleaseRow) -> Result<Vec<ReleasedFile>, EngineError> {
        let plan: Option<sluice_core::release::Plan> = serde_json::from_value(release.plan.clone()).ok();
        let paths: Vec<String> = plan.into_iter().flat_map(|plan| plan.files).map(|file| file.path).collect();
        let url = sluice_git::RemoteUrl::parse(&release.remote)
            .map_err(|cause| EngineError::git(&release.remote, cause.into()))?;
        let id = |text: &str| text.parse::<sluice_git::CommitId>().ok();
        let (base, commit) = (id(&release.base), release.commit.as_deref().and_then(id));
        let read = move |mirror: &Mirror| {
            let content = |commit: sluice_git::CommitId, path: &str| {
                let file = mirror.file(commit, path).ok().flatten();
                file.and_then(|file| mirror.read(file.blob).ok())
            };
            let one = |path: String| {
                let before = content(base?, &path)?;
                let after = commit.and_then(|commit| content(commit, &path));
                Some(ReleasedFile { path, before, after })
            };
            Ok(paths.into_iter().filter_map(one).collect())
        };
        self.shared.remotes.offline(&url, read).await
    }
}
