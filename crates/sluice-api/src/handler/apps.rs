//! The matrix: what of each app runs in which environment.

use std::collections::{BTreeMap, BTreeSet};

use sluice_engine::{InCluster, MarkerHistory, ReleaseRow, ReleaseState, SourceView};

use crate::api::{Api, Inner};
use crate::board::plan_of;
use crate::command::{Answers, GetApps};
use crate::convert::count;
use crate::view::cluster::{AppCell, AppRow, Apps, Environment};
use crate::view::common::{Health, Nothing, ObjectRef};
use crate::view::error::WireError;
use crate::view::images::ImageState;

/// Commits of the marker's file that are looked back at for a version that was not released through Sluice.
const COMMITS: usize = 50;

impl Answers<GetApps> for Api {
    async fn answer(&self, _: Nothing) -> Result<Apps, WireError> {
        let board = self.inner.board().await?;
        let engine = &self.inner.engine;
        let names: Vec<String> = engine.settings().clusters.iter().map(|cluster| cluster.name.clone()).collect();
        let mut rows = Vec::new();
        let mut revisions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let sights = engine.sights().await?;
        let mut problems: BTreeMap<String, String> = BTreeMap::new();
        for (source, policy) in board.policies() {
            let Some(view) = &source.view else { continue };
            let found = engine.policy_in_sights(view, &policy.row.policy.key(), &sights).await?;
            for one in &found {
                if let Some(revision) = &one.revision {
                    revisions.entry(one.cluster.clone()).or_default().insert(revision.clone());
                }
                if let Some(problem) = &one.problem {
                    problems.insert(one.cluster.clone(), problem.clone());
                }
            }
            let mut cells = Vec::new();
            for name in &names {
                let here = found.iter().find(|one| one.cluster == *name && one.problem.is_none());
                // Its repository is followed there, and nothing runs the image.
                let here = here.filter(|one| one.wanted > 0 || !one.running.is_empty());
                cells.push(match here {
                    Some(here) => Some(self.inner.cell(view, &policy.row.policy, here, &board.releases).await?),
                    None => None,
                });
            }
            let row = &policy.row;
            rows.push(AppRow {
                policy: row.policy.clone(),
                in_git: row.in_git.as_ref().and_then(|version| version.tag.clone().or_else(|| version.digest.clone())),
                candidate: row.candidate.as_ref().and_then(|candidate| candidate.to.tag.clone()),
                is_ready: row.state == ImageState::Ready,
                is_held: row.state == ImageState::Held,
                cells,
            });
        }
        rows.sort_by(|a, b| (&a.policy.name, &a.policy.namespace).cmp(&(&b.policy.name, &b.policy.namespace)));
        let environments = names.into_iter().enumerate().map(|(at, cluster)| {
            let mut of_cluster = revisions.remove(&cluster).unwrap_or_default();
            Environment {
                // Only where it is the same for all.
                revision: of_cluster.pop_first().filter(|_| of_cluster.is_empty()),
                last_success: board.heartbeats.get(&format!("cluster {cluster}")).and_then(|beat| beat.last_success),
                suspended: count(rows.iter().filter(|row| is_suspended(row, at)).count()),
                words: problems.remove(&cluster).unwrap_or_default(),
                cluster,
            }
        });
        let environments = environments.collect();
        Ok(Apps { environments, rows })
    }
}

/// How often Git moved on since a version stood there last; every time that is known where it never did.
fn behind(history: &MarkerHistory, tag: &str) -> usize {
    let last = history.moves.iter().rposition(|stood| stood.standing.to_string() == tag);
    history.moves.len() - last.map_or(0, |at| at + 1)
}

fn is_suspended(row: &AppRow, at: usize) -> bool {
    row.cells.get(at).and_then(Option::as_ref).is_some_and(|cell| cell.is_suspended)
}

impl Inner {
    async fn cell(
        &self,
        view: &SourceView,
        policy: &ObjectRef,
        here: &InCluster,
        releases: &[ReleaseRow],
    ) -> Result<AppCell, WireError> {
        let stuck = here.stuck();
        let health = if here.running.is_empty() {
            Health::Untried
        } else if stuck.is_some() && here.stuck_reason() != Some("suspended") {
            Health::Broken
        } else if here.ready < here.wanted {
            if here.ready == 0 { Health::Broken } else { Health::Attention }
        } else if here.is_current {
            Health::Fine
        } else {
            Health::Working
        };
        let of_policy: Vec<(&ReleaseRow, String)> = releases
            .iter()
            .filter(|row| row.source == policy.source && row.state == ReleaseState::Pushed)
            .filter_map(|row| {
                let update = plan_of(row)?.updates.into_iter().find(|update| update.policy == policy.key())?;
                Some((row, update.to.tag.to_string()))
            })
            .collect();
        let oldest = here.running.first().cloned().unwrap_or_default();
        let place = of_policy.iter().position(|(_, tag)| *tag == oldest);
        let behind = match place {
            Some(place) => place,
            // Not through Sluice: Git's own history tells how often it moved on since.
            None if !here.is_current && !here.running.is_empty() => {
                let history = self.engine.history_of_policy(view, &policy.key(), COMMITS).await?;
                behind(&history, &oldest)
            }
            None => 0,
        };
        let since = match place.and_then(|place| of_policy.get(place)) {
            Some((row, _)) => self.engine.healthy_since(&row.id, &here.cluster).await?,
            None => None,
        };
        let words = stuck.or_else(|| here.open_step().map(|step| step.words.clone())).unwrap_or_default();
        Ok(AppCell {
            running: here.running.clone(),
            since,
            health,
            ready: here.ready,
            wanted: here.wanted,
            behind: if here.is_current { 0 } else { count(behind) },
            is_suspended: here.is_suspended,
            // That it is suspended is said by itself.
            reason: here.stuck_reason().filter(|_| !here.is_suspended).map(str::to_owned),
            words,
        })
    }
}
