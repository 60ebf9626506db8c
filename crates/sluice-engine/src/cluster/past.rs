//! What of a policy ran in each cluster, and since when: its flags and step lines on the tag timeline.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::release::Plan;

use crate::source::SourceView;
use crate::{Engine, EngineError};

/// Releases that are looked back at.
const RELEASES: u32 = 200;

/// What of a policy ran in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RanIn {
    /// The cluster.
    pub cluster: String,
    /// The versions that run now; none where the cluster does not answer.
    pub running: Vec<String>,
    /// What Sluice released and saw healthy there, oldest first.
    pub moves: Vec<Ran>,
}

/// A version that became healthy in a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// When it was first seen healthy.
    pub at: Timestamp,
    /// Its tag.
    pub tag: String,
    /// The release that brought it.
    pub release: String,
    /// The release's commit, in full.
    pub commit: String,
    /// Who or what started the release.
    pub started_by: String,
}

impl Engine {
    /// What of a policy ran in every cluster that follows it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_ran_in(&self, view: &SourceView, policy: &ObjectKey) -> Result<Vec<RanIn>, EngineError> {
        let here = self.policy_in_clusters(view, policy).await?;
        let mut found: Vec<RanIn> = here
            .into_iter()
            .map(|one| RanIn { cluster: one.cluster, running: one.running, moves: Vec::new() })
            .collect();
        if found.is_empty() {
            return Ok(found);
        }
        for release in self.releases_of_policy(&view.name, policy, RELEASES).await?.into_iter().rev() {
            let plan: Option<Plan> = serde_json::from_value(release.row.plan.clone()).ok();
            let update = plan.and_then(|plan| plan.updates.into_iter().find(|update| update.policy == *policy));
            let (Some(update), Some(commit)) = (update, release.row.commit.clone()) else { continue };
            for rollout in self.rollouts_of(&release.row.id).await? {
                let healthy = rollout.steps.iter().find(|step| step.stage == "healthy").and_then(|step| step.at);
                let there = found.iter_mut().find(|one| one.cluster == rollout.cluster);
                if let (Some(at), Some(there)) = (healthy, there) {
                    there.moves.push(Ran {
                        at,
                        tag: update.to.tag.to_string(),
                        release: release.row.id.clone(),
                        commit: commit.clone(),
                        started_by: release.row.started_by.clone(),
                    });
                }
            }
        }
        for one in &mut found {
            one.moves.sort_by_key(|ran| ran.at);
        }
        Ok(found)
    }
}
