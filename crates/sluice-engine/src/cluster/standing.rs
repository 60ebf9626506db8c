//! How what stands in Git is in each cluster: which revision was applied, and what runs.

use std::collections::BTreeSet;
use std::time::Duration;

use sluice_core::ObjectKey;
use sluice_core::cluster::{Change, Ending, Ground, ImageInUse, Rollout, Snapshot, StageState, Trail, Workload};
use sluice_core::image::{ImageName, ImageRef};
use sluice_core::release::Standing;
use sluice_git::SameRepository;
use sluice_store::{ReleaseRow, ReleaseState};

use super::desk::Sight;
use super::trail::{Pushed, trail_in};
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// How long a cluster that is not kept up with may take to be read.
const PATIENCE: Duration = Duration::from_secs(10);

/// How what stands in Git for a policy is in a cluster.
#[derive(Debug, Clone)]
pub struct InCluster {
    /// The cluster.
    pub cluster: String,
    /// How far it has come; nothing where the cluster does not answer.
    pub trail: Option<Trail>,
    /// The revision that was applied, for people: `main@1a2b3c4`.
    pub revision: Option<String>,
    /// The versions that run, without doubles.
    pub running: Vec<String>,
    /// Whether all of it is what stands in Git, and ready.
    pub is_current: bool,
    /// Pods that are ready.
    pub ready: u32,
    /// Pods that there should be.
    pub wanted: u32,
    /// What Flux would apply it with is suspended there.
    pub is_suspended: bool,
    /// Why nothing is known, where that is so.
    pub problem: Option<String>,
}

/// What is seen of every cluster at one moment, so that several questions read each only once.
#[derive(Debug, Clone, Default)]
pub struct Sights {
    /// In the order of the settings: the cluster, and what is seen of it or why nothing is.
    clusters: Vec<(String, Result<Sight, String>)>,
}

impl Engine {
    /// Looks at every cluster, at all of them at the same time. One that does not answer in ten seconds is not seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sights(&self) -> Result<Sights, EngineError> {
        let settings = self.settings();
        let looks = settings.clusters.iter().map(|cluster| async {
            let sight = match tokio::time::timeout(PATIENCE, self.sight(cluster)).await {
                Err(_) => Err(format!("it did not answer within {} s", PATIENCE.as_secs())),
                Ok(Err(EngineError::Cluster { cause, .. })) => Err(cause.to_string()),
                Ok(sight) => Ok(sight?),
            };
            Ok::<_, EngineError>((cluster.name.clone(), sight))
        });
        let clusters: Result<Vec<_>, EngineError> = futures_util::future::join_all(looks).await.into_iter().collect();
        Ok(Sights { clusters: clusters? })
    }

    /// How what stands in Git for a policy is in every cluster that follows it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_in_clusters(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
    ) -> Result<Vec<InCluster>, EngineError> {
        self.policy_in_sights(view, policy, &self.sights().await?).await
    }

    /// The same, where the clusters were looked at already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_in_sights(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        sights: &Sights,
    ) -> Result<Vec<InCluster>, EngineError> {
        if sights.clusters.is_empty() {
            return Ok(Vec::new());
        }
        let release = match self.automation_writing(view, policy) {
            Ok(automation) => self.release_that_wrote(view, &automation, policy).await?,
            Err(_) => None,
        };
        self.in_sights(view, policy, release.as_ref(), sights).await
    }

    /// When a release was first seen to run in a cluster.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn healthy_since(&self, release: &str, cluster: &str) -> Result<Option<jiff::Timestamp>, EngineError> {
        let rollouts = self.store().rollouts_of(release).await?;
        let here = rollouts.into_iter().find(|rollout| rollout.cluster == cluster);
        let step = here.and_then(|rollout| rollout.steps.into_iter().find(|step| step.stage == "healthy"));
        Ok(step.and_then(|step| step.at))
    }

    /// How what stands in Git for a policy is in every cluster, those that follow it only. `release`: the newest that wrote
    /// the policy.
    pub(crate) async fn in_clusters(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        release: Option<&ReleaseRow>,
    ) -> Result<Vec<InCluster>, EngineError> {
        self.in_sights(view, policy, release, &self.sights().await?).await
    }

    async fn in_sights(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        release: Option<&ReleaseRow>,
        sights: &Sights,
    ) -> Result<Vec<InCluster>, EngineError> {
        let same = self.settings().same_repository();
        let Some(standing) = standing_in_git(view, policy, release, &same) else { return Ok(Vec::new()) };
        let standing = &standing;
        let looks = sights.clusters.iter().map(|(cluster, sight)| async move {
            let sight = match sight {
                Ok(sight) => sight,
                Err(problem) => return Some(unknown(cluster, problem)),
            };
            let holding = self.commits_holding(&view.name, standing, sight).await;
            sight.read(|snapshot| {
                let trail = trail_in(snapshot, standing, &holding);
                if trail.ending == Ending::NotFollowed {
                    return None;
                }
                let ground = Ground {
                    snapshot,
                    is_repository: &|url| standing.is_repository(url),
                    contains: &|commit| holding.contains(commit),
                };
                let workloads = Trail::workloads(&standing.change, &ground);
                let route = Trail::route(&standing.change, &ground);
                let revision = route.iter().rev().find_map(|object| object.git_revision());
                Some(InCluster {
                    cluster: cluster.clone(),
                    revision: revision.map(|revision| revision.to_string()),
                    running: running(&workloads, &standing.change, snapshot),
                    ready: workloads.iter().map(|one| one.replicas.ready).sum(),
                    wanted: workloads.iter().map(|one| one.replicas.wanted).sum(),
                    is_suspended: route.iter().any(|object| object.is_suspended),
                    is_current: !workloads.is_empty() && workloads.iter().all(|one| is_current(one, &standing.change)),
                    trail: Some(trail),
                    problem: None,
                })
            })
        });
        Ok(futures_util::future::join_all(looks).await.into_iter().flatten().collect())
    }
}

/// A cluster that is not seen.
fn unknown(cluster: &str, problem: &str) -> InCluster {
    InCluster {
        cluster: cluster.to_owned(),
        trail: None,
        revision: None,
        running: Vec::new(),
        is_current: false,
        ready: 0,
        wanted: 0,
        is_suspended: false,
        problem: Some(problem.to_owned()),
    }
}

/// What stands in Git as a change: that of the release which wrote it, where it still stands, else the commit that was
/// read last.
fn standing_in_git(
    view: &SourceView,
    policy: &ObjectKey,
    release: Option<&ReleaseRow>,
    same: &SameRepository,
) -> Option<Pushed> {
    let catalogue = &view.catalogue;
    let repository = catalogue.image_repository_of(catalogue.policies.get(policy)?)?;
    let (mut files, mut tags, mut objects) = (Vec::new(), Vec::new(), Vec::new());
    for marker in catalogue.markers_of(policy) {
        tags.extend(Standing::of(marker).and_then(|standing| standing.tag().cloned()));
        files.push(marker.file.to_string());
        objects.push((marker.object.kind.clone(), marker.object.name.clone()));
    }
    tags.dedup();
    // Several versions of one policy in Git are several apps; what each runs is told by the matrix.
    let tag = tags.into_iter().next()?;
    let images = vec![ImageRef { name: repository.image.clone(), tag, digest: None }];
    let pushed = release.filter(|row| row.state == ReleaseState::Pushed).and_then(|row| Pushed::of(row, same));
    if let Some(pushed) = pushed.filter(|pushed| pushed.change.images.iter().any(|image| image.tag == images[0].tag)) {
        let change = Change { files, images, objects, ..pushed.change };
        return Some(Pushed { change, ..pushed });
    }
    let change = Change { commit: view.commit.to_string(), branch: view.branch.clone(), files, images, objects };
    Some(Pushed { change, remote: view.url.clone(), same: same.clone() })
}

/// The versions of a change's images that run, without doubles: those of the pods that are ready. What no pod tells is
/// taken from the template.
fn running(workloads: &[&Workload], change: &Change, snapshot: &Snapshot) -> Vec<String> {
    let names: Vec<String> = change.images.iter().map(|image| image.name.canonical()).collect();
    let mut found = Vec::new();
    for workload in workloads {
        let pods = snapshot.pods_of(&workload.id).filter(|pod| pod.is_ready && !pod.is_leaving);
        let images = pods.flat_map(|pod| pod.images.iter()).filter_map(|image| ImageInUse::parse(&image.image));
        let ours =
            images.filter(|image| ImageName::parse(image.name).is_ok_and(|name| names.contains(&name.canonical())));
        let of_pods: BTreeSet<String> = ours.filter_map(|image| image.version().map(str::to_owned)).collect();
        if of_pods.is_empty() {
            found.extend(versions(&[workload], change));
        } else {
            found.extend(of_pods);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The versions of a change's images that workloads have, without doubles.
fn versions(workloads: &[&Workload], change: &Change) -> Vec<String> {
    let mut versions: Vec<String> = workloads
        .iter()
        .flat_map(|workload| {
            let images = change.images.iter().map(|image| image.name.canonical());
            let found = images.flat_map(|name| {
                let versions = workload.images_of(&name).filter_map(ImageInUse::version);
                versions.map(str::to_owned).collect::<Vec<_>>()
            });
            found.collect::<Vec<_>>()
        })
        .collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

fn is_current(workload: &Workload, change: &Change) -> bool {
    let wanted: Vec<&str> = change.images.iter().map(|image| image.tag.as_str()).collect();
    workload.rollout == Rollout::Current
        && versions(&[workload], change).iter().all(|version| wanted.contains(&version.as_str()))
}

impl InCluster {
    /// The first step that is not done.
    pub fn open_step(&self) -> Option<&sluice_core::cluster::TrailStep> {
        self.trail.as_ref()?.steps.iter().find(|step| step.state != StageState::Done)
    }

    /// Whether the commit was applied.
    pub fn is_applied(&self) -> bool {
        let applied = |step: &&sluice_core::cluster::TrailStep| step.stage == sluice_core::cluster::Stage::Applied;
        let steps = self.trail.as_ref().map(|trail| trail.steps.as_slice()).unwrap_or_default();
        steps.iter().find(applied).is_some_and(|step| step.state == StageState::Done)
    }

    /// Why it is stuck, in one word: `ImagePullBackOff`, `suspended`, …
    pub fn stuck_reason(&self) -> Option<&str> {
        match &self.trail.as_ref()?.ending {
            Ending::Stuck { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Why it is stuck, in words.
    pub fn stuck(&self) -> Option<String> {
        match &self.trail.as_ref()?.ending {
            Ending::Stuck { words, .. } => Some(words.clone()),
            _ => None,
        }
    }
}
