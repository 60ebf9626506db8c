//! How far a release has come in each cluster: asking Flux to begin, looking, writing down what was seen.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use sluice_core::cluster::{Change, Ending, Ground, LiveKind, LiveObject, Snapshot, StageState, Trail};
use sluice_core::release::Plan;
use sluice_git::{RemoteUrl, SameRepository};
use sluice_kube::HealthState;
use sluice_store::{ReleaseRow, ReleaseState, Rollout, RolloutState, RolloutStep};

use super::desk::Depth;
use crate::settings::ClusterSettings;
use crate::{Engine, EngineError, Event, Sight};

/// How long is waited for a source's controller to begin before the Kustomizations are asked.
const SOURCE_PATIENCE: Duration = Duration::from_secs(8);
/// Between two looks at it.
const SOURCE_PACE: Duration = Duration::from_millis(250);

/// A change with where it was pushed to.
pub(crate) struct Pushed {
    pub(crate) change: Change,
    pub(crate) remote: RemoteUrl,
    /// What is known of other addresses of it.
    pub(crate) same: SameRepository,
}

impl Pushed {
    /// What a release has pushed; nothing for one that has not.
    pub(crate) fn of(row: &ReleaseRow, same: &SameRepository) -> Option<Self> {
        let commit = row.commit.as_deref().filter(|_| row.state == ReleaseState::Pushed)?;
        let plan: Plan = serde_json::from_value(row.plan.clone()).ok()?;
        let remote = RemoteUrl::parse(&row.remote).ok()?;
        Some(Self { change: Change::of_plan(&plan, commit), remote, same: same.clone() })
    }

    pub(crate) fn is_repository(&self, url: &str) -> bool {
        self.same.is_written(url, &self.remote)
    }
}

impl Engine {
    /// Asks Flux, in every cluster that follows what a release changed, to fetch and apply it at once; and writes down
    /// how the release is in each cluster. A cluster that cannot be asked is on record with the reason; it never fails
    /// the release.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_clusters(&self, release: &str) -> Result<Vec<Rollout>, EngineError> {
        let Some(row) = self.store().release(release).await? else { return Ok(Vec::new()) };
        let settings = self.settings();
        let Some(pushed) = Pushed::of(&row, &settings.same_repository()) else { return Ok(Vec::new()) };
        let asked = settings.clusters.iter().map(|cluster| self.ask_cluster(&row, &pushed, cluster));
        futures_util::future::join_all(asked).await.into_iter().collect()
    }

    /// How a release is in every cluster, as it was written down last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rollouts_of(&self, release: &str) -> Result<Vec<Rollout>, EngineError> {
        Ok(self.store().rollouts_of(release).await?)
    }

    async fn ask_cluster(
        &self,
        row: &ReleaseRow,
        pushed: &Pushed,
        cluster: &ClusterSettings,
    ) -> Result<Rollout, EngineError> {
        let known = self.store().rollouts_of(&row.id).await?.into_iter().find(|one| one.cluster == cluster.name);
        let mut rollout = known.unwrap_or_else(|| new_rollout(row, &cluster.name, self.now()));
        if rollout.request.is_empty() && rollout.state.is_open() && !self.is_out_of_reach(cluster) {
            match self.request(pushed, cluster).await {
                Ok((words, requested)) => {
                    rollout.requested_at = requested.then(|| self.now());
                    rollout.request = words;
                }
                Err(EngineError::Store(error)) => return Err(error.into()),
                // It is asked again once the cluster answers.
                Err(error) if error.is_transient() => rollout.words = error.to_string(),
                Err(error) => rollout.request = error.to_string(),
            }
            self.store().record_rollout(rollout.clone()).await?;
        }
        self.look(row, pushed, cluster, rollout).await
    }

    /// Whether a cluster that is kept up with does not answer now.
    fn is_out_of_reach(&self, cluster: &ClusterSettings) -> bool {
        let watching = self.connection(cluster).watching();
        watching.is_some_and(|watching| watching.health().state == HealthState::Trouble)
    }

    /// Asks the sources, and the Kustomizations once the sources have begun, as `flux reconcile` does. Gives whom it
    /// went to, and whether it went to anybody.
    async fn request(&self, pushed: &Pushed, cluster: &ClusterSettings) -> Result<(String, bool), EngineError> {
        let sight = self.sight_to(cluster, Depth::Flux).await?;
        let mut route = route_of(&sight, pushed);
        if route.is_empty() {
            // Perhaps a base that overlays refer to, which only the workloads tell.
            route = route_of(&self.sight(cluster).await?, pushed);
        }
        if route.is_empty() {
            let mut words = "nothing here follows what was changed".to_owned();
            for lookalike in self.lookalikes(&sight) {
                words.push_str(&format!("; {lookalike}"));
            }
            return Ok((words, false));
        }
        if let Some(plain) = route.iter().find(|object| object.api_version == super::PLAIN) {
            let name = &plain.id.key;
            return Ok((format!("no Flux is here: sluice apply {name} --cluster {}", cluster.name), false));
        }
        if cluster.read_only {
            return Ok(("the cluster is read only here; Flux begins at its own interval".to_owned(), false));
        }
        let connection = self.connection(cluster);
        let mut asked = Vec::new();
        let (sources, others): (Vec<LiveObject>, Vec<LiveObject>) =
            route.into_iter().partition(|object| object.id.kind.is_source());
        for (objects, are_sources) in [(sources, true), (others, false)] {
            for object in objects.iter().filter(|object| !object.is_suspended) {
                let at = self.now();
                let value = connection.cluster.request_reconcile(&object.id, &object.api_version, at).await;
                let value = value.map_err(|cause| EngineError::cluster(&cluster.name, cause))?;
                asked.push(object.id.to_string());
                if are_sources {
                    self.wait_for_source(&connection.cluster, object, &value).await;
                }
            }
        }
        let is_asked = !asked.is_empty();
        let words = if is_asked { format!("asked {}", asked.join(", ")) } else { "all of it is suspended".to_owned() };
        Ok((words, is_asked))
    }

    /// Waits until a source's controller has taken the request up; not forever, because it may be away.
    async fn wait_for_source(&self, cluster: &sluice_kube::Cluster, source: &LiveObject, value: &str) {
        let begun = async {
            loop {
                match cluster.object(&source.id, &source.api_version).await {
                    Ok(object) if object.handled_at.as_deref() == Some(value) => return,
                    Ok(_) => tokio::time::sleep(SOURCE_PACE).await,
                    Err(error) => {
                        tracing::debug!(%error, "the source is not waited for");
                        return;
                    }
                }
            }
        };
        let _ = tokio::time::timeout(SOURCE_PATIENCE, begun).await;
    }

    /// Looks how a release is in every cluster, and writes down what moved.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at_release(&self, release: &str) -> Result<Vec<Rollout>, EngineError> {
        let Some(row) = self.store().release(release).await? else { return Ok(Vec::new()) };
        let settings = self.settings();
        let Some(pushed) = Pushed::of(&row, &settings.same_repository()) else { return Ok(Vec::new()) };
        let known = self.store().rollouts_of(&row.id).await?;
        let looks = settings.clusters.iter().map(|cluster| {
            let rollout = known.iter().find(|one| one.cluster == cluster.name).cloned();
            let rollout = rollout.unwrap_or_else(|| new_rollout(&row, &cluster.name, self.now()));
            self.look(&row, &pushed, cluster, rollout)
        });
        futures_util::future::join_all(looks).await.into_iter().collect()
    }

    /// Looks how a release is in a cluster, and writes it down where it moved. A cluster that does not answer leaves it
    /// as it was.
    async fn look(
        &self,
        row: &ReleaseRow,
        pushed: &Pushed,
        cluster: &ClusterSettings,
        before: Rollout,
    ) -> Result<Rollout, EngineError> {
        if !before.state.is_open() {
            return Ok(before);
        }
        let mut now = before.clone();
        if self.is_overtaken(row).await? {
            now.state = RolloutState::Overtaken;
            now.reason = String::new();
            now.words = "a later release took its place".to_owned();
            now.stuck_since = None;
            return self.moved(row, &before, now).await;
        }
        let sight = match self.sight(cluster).await {
            Ok(sight) => sight,
            Err(EngineError::Cluster { cause, .. }) => {
                now.words = cause.to_string();
                return self.moved(row, &before, now).await;
            }
            Err(error) => return Err(error),
        };
        let holding = self.commits_holding(&row.source, pushed, &sight).await;
        let trail = sight.read(|snapshot| trail_in(snapshot, pushed, &holding));
        take(&mut now, &trail, self.now());
        self.moved(row, &before, now).await
    }

    /// Writes a rollout down and tells it, where it is another than before.
    async fn moved(&self, row: &ReleaseRow, before: &Rollout, mut now: Rollout) -> Result<Rollout, EngineError> {
        if *before == now && !now.steps.is_empty() {
            return Ok(now);
        }
        now.updated_at = self.now();
        self.store().record_rollout(now.clone()).await?;
        let says_another = |one: &Rollout| (one.state, one.words.clone(), stage(one).map(|step| step.stage.clone()));
        if says_another(before) != says_another(&now) || before.steps.is_empty() {
            self.tell(Event::Rollout {
                id: row.id.clone(),
                source: row.source.clone(),
                automation: row.automation.clone(),
                cluster: now.cluster.clone(),
                state: now.state.as_str().to_owned(),
                stage: stage(&now).map(|step| step.stage.clone()).unwrap_or_default(),
                detail: words_of(&now),
            });
        }
        Ok(now)
    }

    /// Whether a later release has written the same policies.
    pub(super) async fn is_overtaken(&self, row: &ReleaseRow) -> Result<bool, EngineError> {
        let policies = |row: &ReleaseRow| -> BTreeSet<String> {
            let updates = row.plan.get("updates").and_then(|updates| updates.as_array());
            let names = updates.into_iter().flatten().filter_map(|update| update.get("policy")?.as_str());
            names.map(str::to_owned).collect()
        };
        let own = policies(row);
        let later = self.store().releases_of(&row.source, &row.automation, 50).await?;
        let later = later.iter().filter(|one| one.state == ReleaseState::Pushed && one.id > row.id);
        Ok(later.map(policies).any(|others| !others.is_disjoint(&own)))
    }

    /// The commits that a cluster is at and that hold the pushed one.
    pub(crate) async fn commits_holding(&self, source: &str, pushed: &Pushed, sight: &Sight) -> BTreeSet<String> {
        let commits = sight.read(|snapshot| commits_in(snapshot, pushed));
        let mut holding = BTreeSet::new();
        let mut has_fetched = false;
        for commit in commits {
            if commit == pushed.change.commit {
                holding.insert(commit);
                continue;
            }
            let mut found = self.holds_commit(pushed, &commit).await;
            if found.is_none() && !has_fetched {
                // The cluster has a commit that is not known here yet.
                has_fetched = true;
                if let Err(error) = self.refresh(source).await {
                    tracing::debug!(%error, "the source is read again later");
                }
                found = self.holds_commit(pushed, &commit).await;
            }
            if found == Some(true) {
                holding.insert(commit);
            }
        }
        holding
    }

    /// Whether a commit holds the pushed one; nothing where it is not known.
    async fn holds_commit(&self, pushed: &Pushed, commit: &str) -> Option<bool> {
        let (ours, theirs) = (pushed.change.commit.parse().ok()?, commit.parse().ok()?);
        self.is_ancestor(&pushed.remote, ours, theirs).await.ok()
    }
}

fn new_rollout(row: &ReleaseRow, cluster: &str, now: Timestamp) -> Rollout {
    Rollout {
        release: row.id.clone(),
        cluster: cluster.to_owned(),
        state: RolloutState::Moving,
        reason: String::new(),
        words: String::new(),
        steps: Vec::new(),
        requested_at: None,
        request: String::new(),
        updated_at: now,
        stuck_since: None,
    }
}

fn route_of(sight: &Sight, pushed: &Pushed) -> Vec<LiveObject> {
    sight.read(|snapshot| {
        let ground = Ground { snapshot, is_repository: &|url| pushed.is_repository(url), contains: &|_| false };
        Trail::route(&pushed.change, &ground).into_iter().cloned().collect()
    })
}

pub(crate) fn trail_in(snapshot: &Snapshot, pushed: &Pushed, holding: &BTreeSet<String>) -> Trail {
    let ground = Ground {
        snapshot,
        is_repository: &|url| pushed.is_repository(url),
        contains: &|commit| holding.contains(commit),
    };
    Trail::of(&pushed.change, &ground)
}

/// The commits that sources of the repository and what reads from them are at.
fn commits_in(snapshot: &Snapshot, pushed: &Pushed) -> BTreeSet<String> {
    let ours = |source: &&LiveObject| source.url.as_deref().is_some_and(|url| pushed.is_repository(url));
    let sources: Vec<&LiveObject> = snapshot.of_kind(LiveKind::GitRepository).filter(ours).collect();
    let readers = snapshot.of_kind(LiveKind::Kustomization).filter(|one| match &one.source {
        Some(source) => sources.iter().any(|ours| ours.id == *source),
        None => ours(one),
    });
    let objects = sources.iter().copied().chain(readers);
    let revisions = objects.flat_map(|object| [object.git_revision(), object.git_attempted()]);
    revisions.flatten().map(|revision| revision.commit).collect()
}

/// Takes what a trail says into what is written down. When a stage was first seen done stays.
fn take(rollout: &mut Rollout, trail: &Trail, now: Timestamp) {
    let stage_before = stage(rollout).map(|step| step.stage.clone());
    (rollout.state, rollout.reason, rollout.words) = match &trail.ending {
        Ending::Moving => (RolloutState::Moving, String::new(), String::new()),
        Ending::Healthy => (RolloutState::Healthy, String::new(), String::new()),
        Ending::Stuck { reason, words } => (RolloutState::Stuck, reason.clone(), words.clone()),
        Ending::Unseen { words } => (RolloutState::Unseen, String::new(), words.clone()),
        Ending::NotFollowed => (RolloutState::NotFollowed, String::new(), String::new()),
    };
    let old = std::mem::take(&mut rollout.steps);
    let step = |step: &sluice_core::cluster::TrailStep| {
        let before = old.iter().find(|one| one.stage == step.stage.as_str());
        let state = match step.state {
            StageState::Done => "done",
            StageState::Waiting => "waiting",
            StageState::Stuck => "stuck",
        };
        let at = (step.state == StageState::Done).then(|| before.and_then(|before| before.at).unwrap_or(now));
        RolloutStep { stage: step.stage.as_str().to_owned(), state: state.to_owned(), words: step.words.clone(), at }
    };
    rollout.steps = trail.steps.iter().map(step).collect();
    let is_there_still = stage(rollout).map(|step| &step.stage) == stage_before.as_ref();
    rollout.stuck_since = match rollout.state {
        RolloutState::Stuck => rollout.stuck_since.filter(|_| is_there_still).or(Some(now)),
        // The controllers try again and again what fails.
        RolloutState::Moving if is_there_still => rollout.stuck_since,
        _ => None,
    };
}

/// The stage that a rollout is at: the first that is not done, else the last.
pub(crate) fn stage(rollout: &Rollout) -> Option<&RolloutStep> {
    rollout.steps.iter().find(|step| step.state != "done").or_else(|| rollout.steps.last())
}

/// What there is to say of a rollout, in one sentence without a full stop.
pub(crate) fn words_of(rollout: &Rollout) -> String {
    match rollout.state {
        RolloutState::Stuck if !rollout.reason.is_empty() => format!("{}: {}", rollout.reason, rollout.words),
        RolloutState::NotFollowed => "nothing here follows what was changed".to_owned(),
        RolloutState::Healthy => "it runs and is ready".to_owned(),
        _ if !rollout.words.is_empty() => rollout.words.clone(),
        _ => stage(rollout).map(|step| step.words.clone()).unwrap_or_default(),
    }
}
