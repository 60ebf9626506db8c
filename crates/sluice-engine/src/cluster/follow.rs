//! Following releases through the clusters: for a person who waits, and in the agent for everybody.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use sluice_kube::{HealthState, Watching};
use sluice_store::{ReleaseState, Rollout, RolloutState};

use super::desk::cluster_subject;
use crate::{Engine, EngineError, Event, Sight};

/// Changes that come within this time are looked at together.
const TOGETHER: Duration = Duration::from_millis(250);
/// How often is looked, also when nothing was heard.
const PACE: Duration = Duration::from_secs(5);
/// Releases that landed longer ago than this are not begun to be followed: they are history.
const NEWS: SignedDuration = SignedDuration::from_mins(15);
/// Releases that landed longer ago than this are not followed any more.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How long something must be stuck before a person who waits is told so: a pod may fail once and then start.
const STUCK_FOR: Duration = Duration::from_secs(4);
/// How often a heartbeat is written down while all is well.
const BEAT: Duration = Duration::from_secs(60);

impl Engine {
    /// Follows a release until it is healthy, stuck or out of sight in every cluster, or `patience` is over. Each step is
    /// told as it happens. Gives how it is then.
    ///
    /// # Errors
    /// When there is no such release, or the database fails.
    pub async fn follow_release(
        &self,
        release: &str,
        patience: Duration,
        told: &(dyn Fn(&Rollout) + Sync),
    ) -> Result<Vec<Rollout>, EngineError> {
        if self.store().release(release).await?.is_none() {
            return Err(EngineError::NotFound { what: "release", name: release.to_owned(), nearest: Vec::new() });
        }
        let started = Instant::now();
        let watchings = self.keep_up_with_all();
        self.ask_clusters(release).await?;
        let mut last: HashMap<String, Rollout> = HashMap::new();
        let mut stuck_since: HashMap<String, Instant> = HashMap::new();
        loop {
            let rollouts = self.look_at_release(release).await?;
            for rollout in &rollouts {
                if last.get(&rollout.cluster) != Some(rollout) {
                    told(rollout);
                    last.insert(rollout.cluster.clone(), rollout.clone());
                }
                if rollout.state == RolloutState::Stuck {
                    stuck_since.entry(rollout.cluster.clone()).or_insert_with(Instant::now);
                } else {
                    stuck_since.remove(&rollout.cluster);
                }
            }
            let is_over = |rollout: &Rollout| match rollout.state {
                RolloutState::Moving => false,
                RolloutState::Stuck => stuck_since[&rollout.cluster].elapsed() >= STUCK_FOR,
                _ => true,
            };
            if rollouts.iter().all(is_over) || started.elapsed() >= patience {
                return Ok(rollouts);
            }
            wait_for_change(&watchings, Duration::from_secs(1)).await;
        }
    }

    /// Keeps up with every cluster of the settings.
    fn keep_up_with_all(&self) -> Vec<(String, Arc<Watching>)> {
        self.drop_strange_connections();
        let settings = self.settings();
        let clusters = settings.clusters.iter();
        clusters.map(|cluster| (cluster.name.clone(), self.connection(cluster).keep_up())).collect()
    }

    /// Keeps up with the clusters and follows releases through them, until it is dropped.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn follow_clusters(&self) -> Result<(), EngineError> {
        let mut seen: HashMap<String, u64> = HashMap::new();
        let mut beats: HashMap<String, (bool, Instant)> = HashMap::new();
        loop {
            let watchings = self.keep_up_with_all();
            if watchings.is_empty() {
                self.shared.clusters.news().await;
                continue;
            }
            for (name, watching) in &watchings {
                let count = *watching.changes().borrow();
                if count > 0 && seen.insert(name.clone(), count) != Some(count) {
                    if watching.is_complete() {
                        self.remember_writers(name, &Sight::Watched(watching.clone())).await?;
                    }
                    self.tell(Event::ClusterChanged { cluster: name.clone() });
                }
                self.beat(name, watching, &mut beats).await?;
            }
            self.follow_open().await?;
            tokio::select! {
                () = self.shared.clusters.news() => {}
                () = wait_for_change(&watchings, PACE) => tokio::time::sleep(TOGETHER).await,
            }
        }
    }

    /// Writes down how a cluster is: at once when that is news, else now and then.
    async fn beat(
        &self,
        name: &str,
        watching: &Watching,
        beats: &mut HashMap<String, (bool, Instant)>,
    ) -> Result<(), EngineError> {
        let health = watching.health();
        let is_well = match health.state {
            HealthState::Starting => return Ok(()),
            HealthState::Connected => true,
            HealthState::Trouble => false,
        };
        let is_due = beats.get(name).is_none_or(|(was_well, at)| *was_well != is_well || at.elapsed() >= BEAT);
        if !is_due {
            return Ok(());
        }
        beats.insert(name.to_owned(), (is_well, Instant::now()));
        let failure = health.trouble.map(|trouble| EngineError::ClusterTrouble {
            cluster: name.to_owned(),
            code: trouble.code,
            message: trouble.message,
            hint: trouble.hint,
        });
        self.heard(&cluster_subject(name), failure.as_ref()).await
    }

    /// Begins to follow what landed a moment ago, and looks at what may still move.
    async fn follow_open(&self) -> Result<(), EngineError> {
        let now = self.now();
        let is_since = |at: Timestamp, longest: SignedDuration| now.duration_since(at) < longest;
        let names: BTreeSet<String> = self.settings().clusters.iter().map(|cluster| cluster.name.clone()).collect();
        let mut open: BTreeSet<String> = BTreeSet::new();
        for row in self.store().releases(20).await? {
            if row.state != ReleaseState::Pushed || !is_since(row.updated_at, LONGEST) {
                continue;
            }
            let known = self.store().rollouts_of(&row.id).await?;
            let is_asked = |name: &String| {
                known.iter().any(|one| one.cluster == *name && (!one.request.is_empty() || !one.state.is_open()))
            };
            if !names.iter().all(is_asked) && is_since(row.updated_at, NEWS) {
                self.ask_clusters(&row.id).await?;
            } else if known.iter().any(|one| one.state.is_open() && names.contains(&one.cluster)) {
                open.insert(row.id);
            }
        }
        // What is stuck is before a person's eyes until it is not, however long that takes.
        let stuck = self.store().open_rollouts().await?.into_iter();
        let stuck = stuck.filter(|rollout| {
            rollout.stuck_since.is_some()
                && names.contains(&rollout.cluster)
                && (rollout.state == RolloutState::Stuck || is_since(rollout.updated_at, LONGEST))
        });
        open.extend(stuck.map(|rollout| rollout.release));
        for release in open {
            self.look_at_release(&release).await?;
        }
        Ok(())
    }
}

/// Waits until one of the clusters changes, at most so long.
async fn wait_for_change(watchings: &[(String, Arc<Watching>)], patience: Duration) {
    let mut receivers: Vec<_> = watchings.iter().map(|(_, watching)| watching.changes()).collect();
    let changed = receivers.iter_mut().map(|receiver| Box::pin(receiver.changed()));
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        return tokio::time::sleep(patience).await;
    }
    let _ = tokio::time::timeout(patience, futures_util::future::select_all(changed)).await;
}
