//! The trail of a pushed commit through a cluster: fetched → applied → rolled out → healthy, or where it is stuck.
//!
//! Computed anew from what the cluster says; nothing of it has to be remembered to be right. It may not know how a commit
//! contains another: that is asked of whoever has the repository.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::live::{LiveKind, LiveObject};
use super::rollout::Rollout;
use super::snapshot::Snapshot;
use super::workload::{ImageInUse, Workload, WorkloadId, WorkloadKind};
use crate::image::ImageRef;
use crate::release::Plan;

/// A change that was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit.
    pub commit: String,
    /// The branch that it was pushed to.
    pub branch: String,
    /// The files that it changed.
    pub files: Vec<String>,
    /// The images that it wrote.
    pub images: Vec<ImageRef>,
    /// The objects that it changed: kind and name.
    pub objects: Vec<(String, String)>,
}

impl Change {
    /// What a plan changes, once its commit is made.
    pub fn of_plan(plan: &Plan, commit: &str) -> Self {
        let edits = || plan.files.iter().flat_map(|file| &file.edits);
        let objects = edits().map(|edit| (edit.object.kind.clone(), edit.object.name.clone()));
        Self {
            commit: commit.to_owned(),
            branch: plan.target.branch().to_owned(),
            files: plan.files.iter().map(|file| file.path.clone()).collect(),
            images: plan.updates.iter().map(|update| update.to.clone()).collect(),
            objects: objects.filter(|(kind, name)| !kind.is_empty() && !name.is_empty()).collect(),
        }
    }
}

/// What a trail is found in.
pub struct Ground<'a> {
    /// What the cluster says.
    pub snapshot: &'a Snapshot,
    /// Whether an address is that of the repository which was pushed to.
    pub is_repository: &'a dyn Fn(&str) -> bool,
    /// Whether a commit is the pushed one or comes after it.
    pub contains: &'a dyn Fn(&str) -> bool,
}

/// The stages of a release in a cluster, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The source has the revision.
    Fetched,
    /// The Kustomizations have applied it.
    Applied,
    /// Every pod is of the new template.
    RolledOut,
    /// Every pod is ready.
    Healthy,
}

impl Stage {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetched => "fetched",
            Self::Applied => "applied",
            Self::RolledOut => "rolled-out",
            Self::Healthy => "healthy",
        }
    }
}

/// How a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageState {
    /// It is done.
    Done,
    /// It is under way, or waits for the one before.
    Waiting,
    /// It does not go on by itself.
    Stuck,
}

/// A stage with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrailStep {
    /// Which.
    pub stage: Stage,
    /// How it is.
    pub state: StageState,
    /// What there is to say, for people.
    pub words: String,
}

/// Where it has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Ending {
    /// It goes on.
    Moving,
    /// The new image runs everywhere and is ready.
    Healthy,
    /// It does not go on by itself.
    Stuck {
        /// One word: `ImagePullBackOff`, `BuildFailed`, `suspended`, …
        reason: String,
        /// The other side's words.
        words: String,
    },
    /// It was applied, and what runs cannot be seen.
    Unseen {
        /// Why not.
        words: String,
    },
    /// Nothing in the cluster follows what was changed.
    NotFollowed,
}

impl Ending {
    /// The word in the database and in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Healthy => "healthy",
            Self::Stuck { .. } => "stuck",
            Self::Unseen { .. } => "unseen",
            Self::NotFollowed => "not-followed",
        }
    }
}

/// How far a change has come in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trail {
    /// The four stages; none where nothing follows the change.
    pub steps: Vec<TrailStep>,
    /// Where it has come to.
    pub ending: Ending,
}

impl Trail {
    /// Finds out how far a change has come.
    pub fn of(change: &Change, ground: &Ground<'_>) -> Self {
        let route = Route::of(change, ground);
        if route.kustomizations.is_empty() {
            return Self { steps: Vec::new(), ending: Ending::NotFollowed };
        }
        let mut walk = Walk { steps: Vec::new(), ending: None };
        walk.add(Stage::Fetched, fetched(&route, ground));
        walk.add(Stage::Applied, applied(&route, ground));
        let concerned = concerned(change, &route, ground.snapshot);
        if concerned.is_empty() {
            walk.nothing_runs(ground.snapshot);
        } else {
            walk.add(Stage::RolledOut, rolled_out(change, &concerned, ground.snapshot));
            walk.add(Stage::Healthy, healthy(change, &concerned, ground.snapshot));
        }
        walk.end()
    }

    /// The workloads that a change is about: the objects that it edited, else whatever runs the image.
    pub fn workloads<'g>(change: &Change, ground: &Ground<'g>) -> Vec<&'g Workload> {
        concerned(change, &Route::of(change, ground), ground.snapshot)
    }

    /// The objects that a request to reconcile has to go to, in order: sources, then Kustomizations.
    pub fn route<'g>(change: &Change, ground: &Ground<'g>) -> Vec<&'g LiveObject> {
        let route = Route::of(change, ground);
        route.sources.into_iter().chain(route.kustomizations).collect()
    }
}

/// The objects that a change travels through.
struct Route<'g> {
    sources: Vec<&'g LiveObject>,
    kustomizations: Vec<&'g LiveObject>,
}

impl<'g> Route<'g> {
    fn of(change: &Change, ground: &Ground<'g>) -> Self {
        let snapshot = ground.snapshot;
        let is_ours = |object: &LiveObject| {
            object.url.as_deref().is_some_and(|url| (ground.is_repository)(url))
                // Without a branch Flux checks out `master`; an older version says nothing at all.
                && object.branch.as_deref().is_none_or(|branch| branch == change.branch)
        };
        let ours: Vec<&LiveObject> =
            snapshot.of_kind(LiveKind::GitRepository).filter(|source| is_ours(source)).collect();
        let reads_ours = |object: &&LiveObject| {
            object.source.as_ref().is_some_and(|source| ours.iter().any(|one| one.id == *source))
                // What Sluice itself has applied is its own source.
                || (object.source.is_none() && is_ours(object))
        };
        let all: Vec<&LiveObject> = snapshot.of_kind(LiveKind::Kustomization).filter(reads_ours).collect();
        let covering = |one: &&LiveObject| change.files.iter().any(|file| one.covers(file));
        let mut kustomizations: Vec<&LiveObject> = all.iter().copied().filter(covering).collect();
        if kustomizations.is_empty() {
            // A base that overlays elsewhere refer to: whoever runs the image.
            let runs = |one: &&LiveObject| {
                snapshot.workloads_of(one).any(|workload| change.images.iter().any(|image| runs_image(workload, image)))
            };
            kustomizations = all.into_iter().filter(runs).collect();
        }
        let is_read = |source: &&LiveObject| kustomizations.iter().any(|one| one.source.as_ref() == Some(&source.id));
        let sources = ours.into_iter().filter(is_read).collect();
        Self { sources, kustomizations }
    }
}

fn runs_image(workload: &Workload, image: &ImageRef) -> bool {
    workload.images_of(&image.name.canonical()).next().is_some()
}

/// How a stage is, with words and, where it is stuck, a reason.
struct Found {
    state: StageState,
    reason: String,
    words: String,
}

impl Found {
    fn done(words: impl Into<String>) -> Self {
        Self { state: StageState::Done, reason: String::new(), words: words.into() }
    }

    fn waiting(words: impl Into<String>) -> Self {
        Self { state: StageState::Waiting, reason: String::new(), words: words.into() }
    }

    fn stuck(reason: impl Into<String>, words: impl Into<String>) -> Self {
        Self { state: StageState::Stuck, reason: reason.into(), words: words.into() }
    }
}

struct Walk {
    steps: Vec<TrailStep>,
    ending: Option<Ending>,
}

impl Walk {
    /// Adds a stage. One behind a stage that is not done waits, whatever it is itself.
    fn add(&mut self, stage: Stage, found: Found) {
        let is_open = self.steps.last().is_none_or(|before| before.state == StageState::Done);
        if !is_open {
            self.steps.push(TrailStep { stage, state: StageState::Waiting, words: String::new() });
            return;
        }
        if found.state == StageState::Stuck {
            self.ending = Some(Ending::Stuck { reason: found.reason, words: found.words.clone() });
        }
        self.steps.push(TrailStep { stage, state: found.state, words: found.words });
    }

    fn nothing_runs(&mut self, snapshot: &Snapshot) {
        let is_applied = self.steps.last().is_some_and(|step| step.state == StageState::Done);
        let words = if snapshot.sees_workloads() {
            "nothing that is applied runs the image"
        } else {
            "workloads may not be read in this cluster"
        };
        self.add(Stage::RolledOut, Found::waiting(words));
        self.add(Stage::Healthy, Found::waiting(""));
        if is_applied {
            self.ending = Some(Ending::Unseen { words: words.to_owned() });
        }
    }

    fn end(self) -> Trail {
        let is_done = self.steps.iter().all(|step| step.state == StageState::Done);
        let ending = self.ending.unwrap_or(if is_done { Ending::Healthy } else { Ending::Moving });
        Trail { steps: self.steps, ending }
    }
}

/// What one object says about the commit: done, failing, suspended, or on its way.
fn progress(object: &LiveObject, has: bool, tried: bool, verb: &str) -> Found {
    let id = &object.id;
    if has {
        let revision = object.git_revision().map(|revision| revision.to_string()).unwrap_or_default();
        return Found::done(format!("{id}: {revision}"));
    }
    if object.is_suspended {
        return Found::stuck("suspended", format!("{id} is suspended in the cluster"));
    }
    match object.failure().filter(|_| tried) {
        Some(failure) => Found::stuck(failure.reason.clone(), format!("{id}: {}", failure.message)),
        None => {
            let at = object.git_revision().map(|revision| format!(", it is at {revision}")).unwrap_or_default();
            Found::waiting(format!("{id} has not {verb} it yet{at}"))
        }
    }
}

/// The first that is stuck, else the first that waits, else the last that is done.
fn worst(found: impl Iterator<Item = Found>) -> Found {
    let rank = |found: &Found| match found.state {
        StageState::Stuck => 0,
        StageState::Waiting => 1,
        StageState::Done => 2,
    };
    found.min_by_key(rank).unwrap_or_else(|| Found::waiting(""))
}

fn fetched(route: &Route<'_>, ground: &Ground<'_>) -> Found {
    if route.sources.is_empty() {
        return Found::done("nothing fetches here: Sluice applies it itself");
    }
    worst(route.sources.iter().map(|source| {
        let has = source.git_revision().is_some_and(|revision| (ground.contains)(&revision.commit));
        // A fetch that fails may have failed before the push as well; it will not bring the commit either way.
        progress(source, has, true, "fetched")
    }))
}

fn applied(route: &Route<'_>, ground: &Ground<'_>) -> Found {
    worst(route.kustomizations.iter().map(|one| {
        let has = one.git_revision().is_some_and(|revision| (ground.contains)(&revision.commit));
        let tried = one.git_attempted().is_some_and(|revision| (ground.contains)(&revision.commit));
        progress(one, has, tried, "applied")
    }))
}

/// The workloads that the change is about: the objects that it edited, else whatever runs the image.
fn concerned<'g>(change: &Change, route: &Route<'g>, snapshot: &'g Snapshot) -> Vec<&'g Workload> {
    let applied: BTreeMap<&WorkloadId, &Workload> = route
        .kustomizations
        .iter()
        .flat_map(|one| snapshot.workloads_of(one))
        .filter(|workload| change.images.iter().any(|image| runs_image(workload, image)))
        .map(|workload| (&workload.id, workload))
        .collect();
    let is_edited = |workload: &&Workload| {
        change
            .objects
            .iter()
            .any(|(kind, name)| WorkloadKind::named(kind) == Some(workload.id.kind) && *name == workload.id.key.name)
    };
    let edited: Vec<&Workload> = applied.values().copied().filter(is_edited).collect();
    if edited.is_empty() { applied.into_values().collect() } else { edited }
}

/// Whether every image of the change that the workload's template names is the new one.
fn is_new(change: &Change, workload: &Workload) -> bool {
    change.images.iter().all(|image| {
        let name = image.name.canonical();
        workload.images_of(&name).all(|found| is_version(found, image))
    })
}

fn is_version(found: ImageInUse<'_>, image: &ImageRef) -> bool {
    match (found.digest, &image.digest) {
        (Some(found), Some(wanted)) if found == wanted.as_str() => true,
        _ => found.tag == Some(image.tag.as_str()),
    }
}

fn rolled_out(change: &Change, concerned: &[&Workload], snapshot: &Snapshot) -> Found {
    worst(concerned.iter().map(|workload| {
        let id = &workload.id;
        if !is_new(change, workload) {
            return Found::waiting(format!("{id} still has another version"));
        }
        if let Some(found) = trouble(change, workload, snapshot) {
            return found;
        }
        let replicas = &workload.replicas;
        match &workload.rollout {
            Rollout::Current => Found::done(format!("{id}: {}/{} updated", replicas.updated, replicas.wanted)),
            Rollout::Failed { reason, words } => Found::stuck(reason.clone(), format!("{id}: {words}")),
            Rollout::InProgress { .. } if replicas.wanted > 0 && replicas.are_new() => {
                Found::done(format!("{id}: {}/{} updated", replicas.updated, replicas.wanted))
            }
            Rollout::InProgress { words } => Found::waiting(format!("{id}: {words}")),
        }
    }))
}

fn healthy(change: &Change, concerned: &[&Workload], snapshot: &Snapshot) -> Found {
    worst(concerned.iter().map(|workload| {
        let id = &workload.id;
        if let Some(found) = trouble(change, workload, snapshot) {
            return found;
        }
        match &workload.rollout {
            Rollout::Current => {
                Found::done(format!("{id}: {}/{} ready", workload.replicas.ready, workload.replicas.wanted))
            }
            Rollout::InProgress { words } => Found::waiting(format!("{id}: {words}")),
            Rollout::Failed { reason, words } => Found::stuck(reason.clone(), format!("{id}: {words}")),
        }
    }))
}

/// What keeps a pod of the new version from running.
fn trouble(change: &Change, workload: &Workload, snapshot: &Snapshot) -> Option<Found> {
    let is_new = |pod: &&super::pod::Pod| {
        change.images.iter().any(|image| {
            let name = image.name.canonical();
            pod.uses(&name, image.tag.as_str())
                || image.digest.as_ref().is_some_and(|digest| pod.uses(&name, digest.as_str()))
        })
    };
    let pods = snapshot.pods_of(&workload.id).filter(|pod| !pod.is_leaving).filter(is_new);
    let (pod, trouble) = pods.filter_map(|pod| Some((pod, pod.trouble.as_ref()?))).next()?;
    let container = trouble.container.as_deref().map(|name| format!(", container {name}")).unwrap_or_default();
    let words = format!("pod {}{container}: {}: {}", pod.key, trouble.reason, trouble.message);
    Some(Found::stuck(trouble.reason.clone(), words))
}

#[cfg(test)]
mod tests;
