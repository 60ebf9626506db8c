//! The clusters, and what may be asked of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveObject, LiveRef, Rollout, Snapshot, Workload};
use sluice_engine::settings::SourceSettings;
use sluice_engine::{
    ClusterStatus, Difference, DifferenceKind as Differs, Lookalike, NewCluster, PLAIN, RemoteUrl, SameRepository,
};

use crate::api::Api;
use crate::command::{
    AddCluster, Answers, GetCluster, GetClusters, GetContexts, ReconcileInCluster, RemoveCluster, SuspendInCluster,
};
use crate::convert::count;
use crate::view::cluster::{
    AddClusterRequest, ClusterDetail, ClusterId, ClusterRow, Clusters, ContextRow, Contexts, DifferenceKind,
    DifferenceRow, LiveRow, LookalikeRow, ReconcileRequest, SuspendRequest, WorkloadRow,
};
use crate::view::common::{Health, Nothing, ObjectRef};
use crate::view::error::{ErrorCode, WireError};

/// Releases that are looked through for the commits that objects are at.
const RELEASES: u32 = 200;

impl Answers<GetClusters> for Api {
    async fn answer(&self, _: Nothing) -> Result<Clusters, WireError> {
        let statuses = self.inner.engine.cluster_statuses().await?;
        Ok(Clusters { clusters: statuses.into_iter().map(row).collect() })
    }
}

impl Answers<GetCluster> for Api {
    async fn answer(&self, request: ClusterId) -> Result<ClusterDetail, WireError> {
        let engine = &self.inner.engine;
        let settings = engine.cluster_settings(&request.cluster)?;
        let (status, sight) = engine.look_at_cluster(&settings).await?;
        let nothing = ClusterDetail {
            cluster: row(status),
            objects: Vec::new(),
            workloads: Vec::new(),
            differences: Vec::new(),
            has_flux: false,
            kustomizations: Vec::new(),
            lookalikes: Vec::new(),
        };
        // What is wrong with it stands in its row.
        let Some(sight) = sight else { return Ok(nothing) };
        let known = engine.settings();
        let in_git =
            Declared { objects: engine.objects_in_git().await, sources: &known.sources, same: known.same_repository() };
        let releases = engine.releases(RELEASES).await?.into_iter().filter_map(|row| Some((row.commit?, row.id)));
        let releases: HashMap<String, String> = releases.collect();
        let (objects, workloads, may_have_flux) = sight.read(|snapshot| {
            // What may not be read may well be there.
            let of_flux = |resource: &str| LiveKind::ALL.into_iter().any(|kind| kind.resource() == resource);
            let is_hidden = snapshot.gaps.iter().any(|gap| of_flux(&gap.resource));
            (objects(snapshot, &in_git, &releases), workloads(snapshot), is_hidden)
        });
        let differences = engine.differences_seen(&settings.name, &sight).await;
        let has_flux = may_have_flux || objects.iter().any(|row| !row.is_plain);
        Ok(ClusterDetail {
            objects,
            workloads,
            differences: differences.into_iter().map(difference).collect(),
            has_flux,
            kustomizations: in_git.kustomizations(),
            lookalikes: engine.lookalikes(&sight).into_iter().map(|one| lookalike(one, &known.sources)).collect(),
            ..nothing
        })
    }
}

/// What the sources declare.
struct Declared<'s> {
    objects: BTreeMap<LiveRef, Vec<String>>,
    sources: &'s [SourceSettings],
    same: SameRepository,
}

impl Declared<'_> {
    /// As which object of a source an object of a cluster is declared. Where several sources have one of that name, the
    /// repository that it reads from tells.
    fn of(&self, object: &LiveObject, snapshot: &Snapshot) -> Option<ObjectRef> {
        let names = self.objects.get(&object.id)?;
        let [only] = names.as_slice() else {
            let repository = snapshot.object(object.source.as_ref()?.kind, &object.source.as_ref()?.key)?;
            let url = RemoteUrl::parse(repository.url.as_deref()?).ok()?;
            let is_read = |name: &&String| {
                self.sources.iter().any(|source| source.name == **name && self.same.are_same(&source.url, &url))
            };
            let mut reading = names.iter().filter(is_read);
            return match (reading.next(), reading.next()) {
                (Some(name), None) => Some(ObjectRef::of(name, &object.id.key)),
                _ => None,
            };
        };
        Some(ObjectRef::of(only, &object.id.key))
    }

    fn kustomizations(&self) -> Vec<ObjectRef> {
        let all = self.objects.iter().filter(|(id, _)| id.kind == LiveKind::Kustomization);
        all.flat_map(|(id, names)| names.iter().map(|name| ObjectRef::of(name, &id.key))).collect()
    }
}

fn lookalike(one: Lookalike, sources: &[SourceSettings]) -> LookalikeRow {
    let known = sources.iter().filter(|source| source.name == one.source).flat_map(|source| &source.known_as);
    LookalikeRow {
        known_as: known.map(ToString::to_string).collect(),
        source: one.source,
        object: one.object.to_string(),
        address: one.address.to_string(),
    }
}

pub(crate) fn row(status: ClusterStatus) -> ClusterRow {
    let beat = status.heartbeat.as_ref();
    let health = match (&status.problem, &status.version) {
        (Some(_), _) => Health::Broken,
        (None, Some(_)) if status.gaps.is_empty() => Health::Fine,
        (None, Some(_)) => Health::Attention,
        (None, None) => Health::Working,
    };
    ClusterRow {
        cluster: status.settings.name,
        context: status.settings.context,
        version: status.version,
        latency: status.latency.map(millis),
        namespaces: status.settings.namespaces,
        is_read_only: status.settings.read_only,
        health,
        words: status.problem.unwrap_or_default(),
        last_success: beat.and_then(|beat| beat.last_success),
        objects: count(status.objects.iter().map(|(_, count)| count).sum()),
        workloads: count(status.workloads),
        pods: count(status.pods),
        gaps: status.gaps,
    }
}

fn millis(latency: Duration) -> u32 {
    u32::try_from(latency.as_millis()).unwrap_or(u32::MAX)
}

/// Those that fail come first; else as a change travels.
fn objects(snapshot: &Snapshot, in_git: &Declared<'_>, releases: &HashMap<String, String>) -> Vec<LiveRow> {
    let all = snapshot.objects.values();
    let mut rows: Vec<LiveRow> = all.map(|object| live_row(object, snapshot, in_git, releases)).collect();
    rows.sort_by_key(|row| row.health != Health::Broken);
    rows
}

fn live_row(
    object: &LiveObject,
    snapshot: &Snapshot,
    in_git: &Declared<'_>,
    releases: &HashMap<String, String>,
) -> LiveRow {
    let revision = object.git_revision();
    let words = object.failure().or(object.ready()).map(|condition| condition.message.clone());
    let health = match (object.failure(), object.is_ready(), object.is_handled()) {
        (Some(_), _, _) => Health::Broken,
        (None, true, _) => Health::Fine,
        (None, false, true) => Health::Working,
        (None, false, false) => Health::Untried,
    };
    LiveRow {
        kind: object.id.kind.as_str().to_owned(),
        namespace: object.id.key.namespace.clone(),
        name: object.id.key.name.clone(),
        revision: object.revision.clone().or_else(|| object.image.clone()),
        source: object.source.as_ref().map(ToString::to_string),
        is_suspended: object.is_suspended,
        health,
        words: words.unwrap_or_default(),
        is_in_git: object.id.kind.in_git().map(|_| in_git.objects.contains_key(&object.id)),
        release: revision.and_then(|revision| releases.get(&revision.commit).cloned()),
        declared: in_git.of(object, snapshot),
        is_plain: object.api_version == PLAIN,
    }
}

fn workloads(snapshot: &Snapshot) -> Vec<WorkloadRow> {
    let mut rows: Vec<WorkloadRow> = snapshot.workloads.values().map(|one| workload_row(one, snapshot)).collect();
    rows.sort_by_key(|row| row.health == Health::Fine);
    rows
}

fn workload_row(workload: &Workload, snapshot: &Snapshot) -> WorkloadRow {
    let (health, mut words) = match &workload.rollout {
        Rollout::Current => (Health::Fine, String::new()),
        Rollout::InProgress { words } => (Health::Working, words.clone()),
        Rollout::Failed { reason, words } => (Health::Broken, format!("{reason}: {words}")),
    };
    let mut health = health;
    // Only of those that are not well: a cluster has many pods.
    if health != Health::Fine {
        let trouble = snapshot.pods_of(&workload.id).find_map(|pod| pod.trouble.as_ref());
        if let Some(trouble) = trouble {
            (health, words) = (Health::Broken, format!("{}: {}", trouble.reason, trouble.message));
        }
    }
    let images: BTreeSet<String> = workload.containers.iter().map(|container| container.image.clone()).collect();
    WorkloadRow {
        kind: workload.id.kind.as_str().to_owned(),
        namespace: workload.id.key.namespace.clone(),
        name: workload.id.key.name.clone(),
        images: images.into_iter().collect(),
        ready: workload.replicas.ready,
        wanted: workload.replicas.wanted,
        health,
        words,
    }
}

fn difference(difference: Difference) -> DifferenceRow {
    DifferenceRow {
        source: difference.source,
        object: difference.object.to_string(),
        file: difference.file,
        kind: match difference.kind {
            Differs::NotApplied => DifferenceKind::NotApplied,
            Differs::NotInGit => DifferenceKind::NotInGit,
            Differs::Differs => DifferenceKind::Differs,
        },
    }
}

fn kind(word: &str) -> Result<LiveKind, WireError> {
    let unknown = || WireError::new(ErrorCode::InvalidRequest, format!("`{word}` is no kind of Flux's"), "");
    LiveKind::named(word).ok_or_else(unknown)
}

impl Answers<ReconcileInCluster> for Api {
    async fn answer(&self, request: ReconcileRequest) -> Result<Nothing, WireError> {
        let key = ObjectKey::new(&*request.namespace, &*request.name);
        let (kind, cluster) = (kind(&request.kind)?, Some(request.cluster.as_str()));
        let engine = &self.inner.engine;
        engine.reconcile_live(kind, &key, cluster, request.with_source, &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<SuspendInCluster> for Api {
    async fn answer(&self, request: SuspendRequest) -> Result<Nothing, WireError> {
        let key = ObjectKey::new(&*request.namespace, &*request.name);
        let (kind, cluster) = (kind(&request.kind)?, Some(request.cluster.as_str()));
        self.inner.engine.suspend_live(kind, &key, cluster, request.suspended, &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<GetContexts> for Api {
    async fn answer(&self, _: Nothing) -> Result<Contexts, WireError> {
        let engine = &self.inner.engine;
        let settings = engine.settings();
        let contexts = engine.contexts(None).await?.into_iter().map(|context| ContextRow {
            cluster: settings
                .clusters
                .iter()
                .find(|cluster| cluster.context == context.name && cluster.kubeconfig.is_none())
                .map(|cluster| cluster.name.clone()),
            context: context.name,
            server: context.server,
            user: context.user,
            is_current: context.is_current,
        });
        Ok(Contexts { contexts: contexts.collect() })
    }
}

impl Answers<AddCluster> for Api {
    async fn answer(&self, request: AddClusterRequest) -> Result<ClusterRow, WireError> {
        let new = NewCluster {
            context: Some(request.context),
            name: request.name,
            read_only: request.is_read_only,
            ..NewCluster::default()
        };
        Ok(row(self.inner.engine.add_cluster(new, &self.inner.who).await?))
    }
}

impl Answers<RemoveCluster> for Api {
    async fn answer(&self, request: ClusterId) -> Result<Nothing, WireError> {
        self.inner.engine.remove_cluster(&request.cluster, &self.inner.who).await?;
        Ok(Nothing {})
    }
}
