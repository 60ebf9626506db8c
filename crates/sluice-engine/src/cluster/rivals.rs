//! What tells that somebody else writes the same markers: an automation at work in a cluster that is connected, or commits
//! by the automation's author that are none of ours.

use jiff::SignedDuration;
use sluice_core::diagnosis::{Code, Diagnosis, Trouble};
use sluice_core::flux::{ImageUpdateAutomation, Kind, ResourceId};
use sluice_git::{CommitInfo, Mirror, RemoteUrl};
use sluice_store::{ClusterWriter, ReleaseState};

use super::Place;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// Commits that are looked at for other writers.
const COMMITS: usize = 50;
/// Releases that are looked at for when we began.
const RELEASES: u32 = 200;
/// Commits before this time are history: whoever wrote them may have stopped since.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Engine {
    /// The other writers of what a source's automations write.
    ///
    /// # Errors
    /// When the mirror or the database cannot be read.
    pub(crate) async fn rivals(&self, view: &SourceView) -> Result<Vec<Diagnosis>, EngineError> {
        let mut found = Vec::new();
        for automation in view.catalogue.automations.values().filter(|automation| !automation.suspend) {
            found.extend(self.rival_of(view, automation).await?);
        }
        Ok(found)
    }

    /// The automation in a connected cluster that writes what an automation of a source writes, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rival_writer(
        &self,
        view: &SourceView,
        automation: &ImageUpdateAutomation,
    ) -> Result<Option<ClusterWriter>, EngineError> {
        let Some((remote, branch)) = self.written_place(view, automation) else { return Ok(None) };
        let (automation, path) = (&automation.meta.key, automation.update_path.as_str());
        self.writer_at(&Place { automation, remote: &remote, branch, path }).await
    }

    /// The remote and branch that an automation writes to; nothing where that cannot be read, which is another diagnosis.
    fn written_place<'v>(
        &self,
        view: &'v SourceView,
        automation: &'v ImageUpdateAutomation,
    ) -> Option<(RemoteUrl, &'v str)> {
        let repository = view.catalogue.git_repositories.get(&automation.source)?;
        let remote = self.remote_of(view, repository).ok()?;
        Some((remote, written_branch(automation).unwrap_or(&view.branch)))
    }

    async fn rival_of(
        &self,
        view: &SourceView,
        automation: &ImageUpdateAutomation,
    ) -> Result<Option<Diagnosis>, EngineError> {
        let Some((remote, branch)) = self.written_place(view, automation) else { return Ok(None) };
        let key = &automation.meta.key;
        let object = Some(ResourceId {
            kind: Kind::ImageUpdateAutomation,
            namespace: key.namespace.clone(),
            name: key.name.clone(),
        });
        if let Some(writer) = self.rival_writer(view, automation).await? {
            let trouble = Trouble::ClusterWritesMarkers { cluster: writer.cluster, automation: writer.automation };
            return Ok(Some(trouble.diagnosis(object)));
        }
        if remote != view.url || branch != view.branch {
            return Ok(None);
        }
        Ok(self.foreign_commit(view, automation).await?.map(|commit| {
            let (code, author) = (Code::ClusterWritesMarkers, &commit.author);
            Diagnosis {
                code,
                severity: code.severity(),
                place: None,
                object,
                message: format!(
                    "commit {} by {} <{}> changed what {key} writes, and this Sluice did not make it",
                    commit.id.short(),
                    author.name,
                    author.email
                ),
                hint: "an image-automation-controller in a cluster writes here too, or a Sluice elsewhere: let one of \
                       them write; connect the cluster to see which (sluice source add cluster)"
                    .to_owned(),
                fix: None,
            }
        }))
    }

    /// The newest commit by the automation's author that is none of ours, and came after we had begun to write here.
    async fn foreign_commit(
        &self,
        view: &SourceView,
        automation: &ImageUpdateAutomation,
    ) -> Result<Option<CommitInfo>, EngineError> {
        let Some(author) = automation.git.as_ref().map(|git| git.author.email.clone()) else { return Ok(None) };
        let (remote, key) = (view.url.to_string(), &automation.meta.key);
        let all = self.store().releases(RELEASES).await?;
        let ours = all.iter().filter(|row| row.remote == remote && row.automation == *key);
        let pushed = ours.filter(|row| row.state == ReleaseState::Pushed);
        // Where we have never written, another writer is no rival.
        let Some(begun) = pushed.map(|row| row.created_at).min() else { return Ok(None) };
        let since = begun.max(self.now() - RECENT);
        let (from, path) = (view.commit, automation.update_path());
        let read = move |mirror: &Mirror| {
            let mut written = Vec::new();
            for commit in mirror.log(from, COMMITS)? {
                let is_theirs = commit.author.email == author && commit.time > since;
                let Some(parent) = commit.parents.first().copied().filter(|_| is_theirs) else { continue };
                let changes = mirror.changes(parent, commit.id)?;
                if changes.iter().any(|change| path.covers(&change.path)) {
                    written.push(commit);
                }
            }
            Ok(written)
        };
        for commit in self.shared.remotes.offline(&view.url, read).await? {
            if !self.store().is_our_commit(&remote, &commit.id.to_string()).await? {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }
}

/// The branch that an automation pushes to, where it says so.
fn written_branch(automation: &ImageUpdateAutomation) -> Option<&str> {
    let git = automation.git.as_ref()?;
    let pushed = git.push.as_ref().and_then(|push| push.branch.as_deref()).filter(|branch| !branch.is_empty());
    pushed.or_else(|| git.checkout.as_ref()?.checked_out_branch())
}
