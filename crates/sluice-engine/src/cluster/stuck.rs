//! Releases that are in Git and do not get on in a cluster: what has to be brought before a person.

use std::collections::BTreeSet;

use sluice_store::{ReleaseRow, Rollout, RolloutState};

use crate::{Engine, EngineError};

/// A release that does not go on by itself in a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct StuckRelease {
    /// The release.
    pub row: ReleaseRow,
    /// How it is in that cluster, in the cluster's words.
    pub rollout: Rollout,
}

impl Engine {
    /// The releases that do not go on by themselves in some cluster, as far as was seen last: the newest first, once for
    /// each cluster. One that a later release took the place of (a rollback is one) is none of them at once, and neither
    /// is one of a source or a cluster that is not in the settings any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stuck(&self) -> Result<Vec<StuckRelease>, EngineError> {
        let settings = self.settings();
        let is_there = |name: &str| settings.clusters.iter().any(|cluster| cluster.name == name);
        let open = self.store().open_rollouts().await?.into_iter();
        let mut stuck: Vec<StuckRelease> = Vec::new();
        let mut over: BTreeSet<String> = BTreeSet::new();
        for rollout in open.filter(|one| one.state == RolloutState::Stuck && is_there(&one.cluster)) {
            if over.contains(&rollout.release) {
                continue;
            }
            let known = stuck.iter().find(|one| one.row.id == rollout.release).map(|one| one.row.clone());
            let row = match known {
                Some(row) => Some(row),
                None => self.standing_release(&rollout.release).await?,
            };
            match row {
                Some(row) => stuck.push(StuckRelease { row, rollout }),
                None => drop(over.insert(rollout.release)),
            }
        }
        Ok(stuck)
    }

    /// The ids of those releases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stuck_releases(&self) -> Result<BTreeSet<String>, EngineError> {
        Ok(self.stuck().await?.into_iter().map(|stuck| stuck.row.id).collect())
    }

    /// A release of a source of the settings that none took the place of.
    async fn standing_release(&self, id: &str) -> Result<Option<ReleaseRow>, EngineError> {
        let Some(row) = self.store().release(id).await? else { return Ok(None) };
        let is_over = self.source_settings(&row.source).is_err() || self.is_overtaken(&row).await?;
        Ok((!is_over).then_some(row))
    }
}
