//! After a start: finding out what became of releases that were under way when the process ended.

use sluice_git::RemoteUrl;
use sluice_store::{ReleaseRow, ReleaseState, StoreError};

use super::plan::automation_subject;
use crate::lock::{LockError, ProcessLock};
use crate::{Engine, EngineError, Event};

/// How long after it was given up a release is still looked for at the remote.
const LATEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

impl Engine {
    /// Settles every unfinished release that no living process works on: one that was sent is asked after at the
    /// remote, one that was not is given up. A remote that is out of reach leaves its releases for the next time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<Vec<String>, EngineError> {
        let mut settled = Vec::new();
        for release in self.store().unfinished_releases().await? {
            let name = format!("push {} {}", release.remote, release.target_ref);
            let _lock = match ProcessLock::try_take(&self.paths().locks(), &name) {
                Ok(lock) => lock,
                Err(LockError::Taken) => continue,
                Err(LockError::Io { path, cause }) => return Err(EngineError::Lock { path, cause }),
            };
            match self.settle_one(&release).await {
                Ok(()) => settled.push(release.id),
                Err(error @ EngineError::Store(_)) => return Err(error),
                Err(error) => tracing::warn!(release = release.id, %error, "an unfinished release is settled later"),
            }
        }
        Ok(settled)
    }

    /// Settles the unfinished releases of one branch. The caller holds the branch's lock, so that none of them is
    /// anybody's work.
    pub(crate) async fn settle(&self, url: &RemoteUrl, reference: &str) -> Result<(), EngineError> {
        let remote = url.to_string();
        for release in self.store().unfinished_releases().await? {
            if release.remote == remote && release.target_ref == reference {
                self.settle_one(&release).await?;
            }
        }
        Ok(())
    }

    /// Finds among the releases to a remote that were given up those that it has after all, because its hooks were slow
    /// or its answer was lost. Looks at what was fetched last; asks nobody.
    pub(crate) async fn credit_late(&self, url: &RemoteUrl) -> Result<(), EngineError> {
        let since = self.now().checked_sub(LATEST).unwrap_or(jiff::Timestamp::MIN);
        let given_up = self.store().given_up_releases(&url.to_string(), since).await?;
        if given_up.is_empty() {
            return Ok(());
        }
        let refs = self.known_refs(url).await?.refs;
        for release in given_up {
            let commit = release.commit.as_deref().and_then(|commit| commit.parse().ok());
            let (Some(commit), Some(tip)) = (commit, refs.get(&release.target_ref)) else { continue };
            // A commit that is gone from the mirror did not come back from the remote.
            if *tip != commit && !self.is_ancestor(url, commit, *tip).await.unwrap_or(false) {
                continue;
            }
            match self
                .conclude_release(&release, ReleaseState::Pushed, "the remote took it after it was given up")
                .await
            {
                // Another process was faster.
                Err(EngineError::Store(StoreError::ReleaseMoved { .. })) => continue,
                outcome => outcome?,
            }
            let subject = automation_subject(&release.source, &release.automation);
            self.store().record_beat(&subject, self.now(), sluice_store::Beat::Success, None).await?;
        }
        Ok(())
    }

    async fn settle_one(&self, release: &ReleaseRow) -> Result<(), EngineError> {
        // Another process may have settled it since it was read.
        let Some(now) = self.store().release(&release.id).await? else { return Ok(()) };
        let is_followed = self.source_settings(&release.source).is_ok();
        let (state, detail) = match (now.state, now.commit.as_deref().and_then(|commit| commit.parse().ok())) {
            (ReleaseState::Planned, _) => (ReleaseState::Superseded, "nothing was sent before Sluice ended"),
            (ReleaseState::Pushing, None) => (ReleaseState::Superseded, "no commit was made before Sluice ended"),
            (ReleaseState::Pushing, Some(_)) if !is_followed => {
                (ReleaseState::Superseded, "its source was removed before the remote could be asked")
            }
            (ReleaseState::Pushing, Some(commit)) => {
                let url = RemoteUrl::parse(&release.remote)
                    .map_err(|cause| EngineError::git(&release.remote, cause.into()))?;
                match self.is_at_remote(&release.source, &url, &release.target_ref, commit).await? {
                    true => (ReleaseState::Pushed, "the remote has it, as it said after Sluice ended in between"),
                    false => (ReleaseState::Superseded, "the remote does not have it; it is planned again"),
                }
            }
            _ => return Ok(()),
        };
        self.conclude_release(release, state, detail).await
    }

    /// Moves a release that another process, or an earlier run, left behind.
    async fn conclude_release(
        &self,
        release: &ReleaseRow,
        state: ReleaseState,
        detail: &str,
    ) -> Result<(), EngineError> {
        self.store().move_release(&release.id, state, detail, self.now()).await?;
        let subject = format!("{} {}", release.source, release.automation);
        self.audit("recovery", state.as_str(), &subject, detail).await?;
        self.tell(Event::Release {
            id: release.id.clone(),
            source: release.source.clone(),
            automation: release.automation.clone(),
            state: state.as_str().to_owned(),
            detail: detail.to_owned(),
        });
        Ok(())
    }
}
