//! Clusters: how each is reached, what Flux does there, what runs; and the matrix of apps over them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{Health, ObjectRef};

/// Every cluster that is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Clusters {
    /// By name.
    pub clusters: Vec<ClusterRow>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRow {
    /// Its name in the settings.
    pub cluster: String,
    /// The context in the kubeconfig.
    pub context: String,
    /// The API server's version.
    pub version: Option<String>,
    /// How long a small request takes, in milliseconds.
    pub latency: Option<u32>,
    /// Only these namespaces are read; all where there is none.
    pub namespaces: Vec<String>,
    /// Nothing is ever asked of its Flux.
    pub is_read_only: bool,
    /// How it is.
    pub health: Health,
    /// What is wrong, in English; empty while nothing is.
    pub words: String,
    /// When it answered last.
    pub last_success: Option<Timestamp>,
    /// Objects of Flux.
    pub objects: u32,
    /// Workloads.
    pub workloads: u32,
    /// Pods.
    pub pods: u32,
    /// What may not be read, in the API server's words.
    pub gaps: Vec<String>,
}

/// Names a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterId {
    /// Its name in the settings.
    pub cluster: String,
}

/// A cluster with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDetail {
    /// How it is reached.
    pub cluster: ClusterRow,
    /// Flux's objects, sources first.
    pub objects: Vec<LiveRow>,
    /// Workloads, those that are not well first.
    pub workloads: Vec<WorkloadRow>,
    /// What Git says and the cluster does not, and the other way round.
    pub differences: Vec<DifferenceRow>,
    /// Flux is there.
    pub has_flux: bool,
    /// The Kustomizations of the sources, which can be applied where no Flux is.
    pub kustomizations: Vec<ObjectRef>,
    /// What may be a source by an address that it is not known by.
    pub lookalikes: Vec<LookalikeRow>,
}

/// A GitRepository in a cluster that no source is known as, though one has the same path elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookalikeRow {
    /// The source.
    pub source: String,
    /// The GitRepository, `namespace/name`.
    pub object: String,
    /// The address that it reads.
    pub address: String,
    /// What the source is known by already.
    pub known_as: Vec<String>,
}

/// One of Flux's objects in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LiveRow {
    /// `GitRepository`, `Kustomization`, …
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What it has fetched or applied, or the image that it chose.
    pub revision: Option<String>,
    /// Where it reads from: `GitRepository flux-system/fleet`.
    pub source: Option<String>,
    /// Its controller is paused.
    pub is_suspended: bool,
    /// How it is.
    pub health: Health,
    /// Its controller's words.
    pub words: String,
    /// Whether Git has it too; nothing for kinds that Sluice does not read from Git.
    pub is_in_git: Option<bool>,
    /// The release whose commit it is at, where Sluice made it.
    pub release: Option<String>,
    /// As which object of a source, where that is clear.
    pub declared: Option<ObjectRef>,
    /// It stands for what Sluice itself has applied here: no controller works on it.
    pub is_plain: bool,
}

/// An automation in a cluster that writes the same markers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriterInCluster {
    /// The cluster.
    pub cluster: String,
    /// The automation there: `flux-system/flask-app`.
    pub automation: String,
    /// When it ran last.
    pub last_run: Option<Timestamp>,
}

/// A workload in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadRow {
    /// `Deployment`, …
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The images of its template, without doubles.
    pub images: Vec<String>,
    /// Pods that are ready.
    pub ready: u32,
    /// Pods that there should be.
    pub wanted: u32,
    /// How it is.
    pub health: Health,
    /// What is missing, or what keeps a pod from running; empty while all is well.
    pub words: String,
}

/// A difference between Git and a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceRow {
    /// The source whose files say otherwise.
    pub source: Option<String>,
    /// `ImagePolicy flux-system/app`.
    pub object: String,
    /// The file, where one defines it.
    pub file: Option<String>,
    /// What differs.
    pub kind: DifferenceKind,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DifferenceKind {
    /// In Git, and not applied.
    NotApplied,
    /// Applied, and in Git no more.
    NotInGit,
    /// In both, and they say different things.
    Differs,
}

/// Asks Flux to begin at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReconcileRequest {
    /// The cluster.
    pub cluster: String,
    /// The kind.
    pub kind: String,
    /// The object's namespace.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// Its source first.
    pub with_source: bool,
}

/// Pauses an object of Flux, or lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SuspendRequest {
    /// The cluster.
    pub cluster: String,
    /// The kind.
    pub kind: String,
    /// The object's namespace.
    pub namespace: String,
    /// The object's name.
    pub name: String,
    /// Whether it is to pause.
    pub suspended: bool,
}

/// The contexts of the person's kubeconfigs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Contexts {
    /// In the order of the files.
    pub contexts: Vec<ContextRow>,
}

/// A context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextRow {
    /// Its name.
    pub context: String,
    /// The API server's address.
    pub server: String,
    /// The user's name in the file.
    pub user: Option<String>,
    /// It is kubectl's current one.
    pub is_current: bool,
    /// It is connected already, by this name.
    pub cluster: Option<String>,
}

/// Connects a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct AddClusterRequest {
    /// The context.
    pub context: String,
    /// A name of its own.
    pub name: Option<String>,
    /// Never ask its Flux for anything.
    pub is_read_only: bool,
}

/// Apps over environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Apps {
    /// The columns: one a cluster.
    pub environments: Vec<Environment>,
    /// The rows: one a policy.
    pub rows: Vec<AppRow>,
}

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// The cluster.
    pub cluster: String,
    /// The revision that its apps were applied at, for people, where it is the same one for all.
    pub revision: Option<String>,
    /// When it answered last.
    pub last_success: Option<Timestamp>,
    /// Apps whose sync is suspended there.
    pub suspended: u32,
    /// Why it cannot be read, in English; empty while it can.
    pub words: String,
}

/// A row of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppRow {
    /// The policy.
    pub policy: ObjectRef,
    /// What stands in Git.
    pub in_git: Option<String>,
    /// What would come next.
    pub candidate: Option<String>,
    /// It waits for a person.
    pub is_ready: bool,
    /// It is held.
    pub is_held: bool,
    /// One a column; nothing where it is not deployed there.
    pub cells: Vec<Option<AppCell>>,
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppCell {
    /// The versions that run, without doubles.
    pub running: Vec<String>,
    /// Since when, where Sluice has released it.
    pub since: Option<Timestamp>,
    /// How it is.
    pub health: Health,
    /// Pods that are ready.
    pub ready: u32,
    /// Pods that there should be.
    pub wanted: u32,
    /// How many releases what runs is behind what stands in Git.
    pub behind: u32,
    /// Its sync is suspended.
    pub is_suspended: bool,
    /// Why it does not go on by itself, in one word of Kubernetes' or Flux's: `ImagePullBackOff`, `BuildFailed`, …
    pub reason: Option<String>,
    /// What keeps it from what stands in Git; empty while nothing does.
    pub words: String,
}
