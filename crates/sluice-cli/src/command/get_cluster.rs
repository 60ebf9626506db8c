//! `sluice get clusters|flux|workloads`: what the clusters say.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sluice_core::cluster::{Container, LiveObject, LiveRef, Rollout, Workload};
use sluice_engine::{Engine, EngineError};

use super::source_cluster::OneCluster;
use crate::error::CliError;
use crate::output::{Cell, Screen, Table, Tone, warn};
use crate::when::age;

/// One of Flux's objects in a cluster.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    cluster: String,
    kind: &'static str,
    name: String,
    revision: Option<String>,
    suspended: bool,
    ready: bool,
    message: String,
    /// Where the object comes from: `cluster`, `git`, or `both`; nothing for kinds that Sluice does not read from Git.
    provenance: Option<&'static str>,
}

/// A workload in a cluster.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneWorkload {
    cluster: String,
    kind: &'static str,
    name: String,
    images: Vec<String>,
    ready: u32,
    wanted: u32,
    /// `current`, `in-progress`, `failed`.
    rollout: &'static str,
    message: String,
}

/// Every cluster, asked now.
pub(super) async fn clusters(engine: &Engine, wanted: Option<&str>) -> Result<Vec<OneCluster>, CliError> {
    let all = engine.cluster_statuses().await?;
    let mine = all.into_iter().filter(|status| wanted.is_none_or(|name| name == status.settings.name));
    Ok(mine.map(|status| OneCluster::of(status, false)).collect())
}

/// Flux's objects in the clusters. A cluster that does not answer is a warning.
pub(super) async fn objects(engine: &Engine, wanted: Option<&str>) -> Result<Vec<Object>, CliError> {
    let mut found = Vec::new();
    for row in in_each(engine, wanted).await? {
        let (name, sight) = row;
        let in_git = engine.objects_in_git().await;
        sight.read(|snapshot| {
            found.extend(snapshot.objects.values().map(|object| Object::of(&name, object, &in_git)));
        });
    }
    Ok(found)
}

/// Workloads in the clusters.
pub(super) async fn workloads(engine: &Engine, wanted: Option<&str>) -> Result<Vec<OneWorkload>, CliError> {
    let mut found = Vec::new();
    for (name, sight) in in_each(engine, wanted).await? {
        sight.read(|snapshot| found.extend(snapshot.workloads.values().map(|one| OneWorkload::of(&name, one))));
    }
    Ok(found)
}

async fn in_each(engine: &Engine, wanted: Option<&str>) -> Result<Vec<(String, sluice_engine::Sight)>, CliError> {
    let mut seen = Vec::new();
    for settings in engine.settings().clusters.iter().filter(|one| wanted.is_none_or(|name| name == one.name)) {
        match engine.sight(settings).await {
            Ok(sight) => {
                for gap in sight.read(|snapshot| snapshot.gaps.clone()) {
                    warn(&format!("{}: {}", settings.name, gap.words));
                }
                seen.push((settings.name.clone(), sight));
            }
            Err(error @ EngineError::Store(_)) => return Err(error.into()),
            Err(error) => warn(&error.to_string()),
        }
    }
    Ok(seen)
}

impl Object {
    fn of(cluster: &str, object: &LiveObject, in_git: &BTreeMap<LiveRef, Vec<String>>) -> Self {
        let message = object.failure().or(object.ready()).map(|condition| condition.message.clone());
        let provenance =
            object.id.kind.in_git().map(|_| if in_git.contains_key(&object.id) { "both" } else { "cluster" });
        Self {
            cluster: cluster.to_owned(),
            kind: object.id.kind.as_str(),
            name: object.id.key.to_string(),
            revision: object.revision.clone().or_else(|| object.image.clone()),
            suspended: object.is_suspended,
            ready: object.is_ready(),
            message: message.unwrap_or_default(),
            provenance,
        }
    }
}

impl OneWorkload {
    fn of(cluster: &str, workload: &Workload) -> Self {
        let (rollout, message) = match &workload.rollout {
            Rollout::Current => ("current", String::new()),
            Rollout::InProgress { words } => ("in-progress", words.clone()),
            Rollout::Failed { reason, words } => ("failed", format!("{reason}: {words}")),
        };
        let mut images: Vec<String> = workload.containers.iter().map(|Container { image, .. }| image.clone()).collect();
        images.dedup();
        Self {
            cluster: cluster.to_owned(),
            kind: workload.id.kind.as_str(),
            name: workload.id.key.to_string(),
            images,
            ready: workload.replicas.ready,
            wanted: workload.replicas.wanted,
            rollout,
            message,
        }
    }
}

/// The table of clusters.
pub(super) fn clusters_text(clusters: &[OneCluster], screen: &Screen) -> String {
    let mut table = Table::new(["name", "context", "version", "latency", "ready", "message", "age"]);
    for one in clusters {
        let latency = one.latency_millis.map_or_else(|| "-".to_owned(), |millis| format!("{millis} ms"));
        table.row([
            one.name.clone().into(),
            one.context.clone().into(),
            one.version.clone().unwrap_or_else(|| "-".to_owned()).into(),
            latency.into(),
            truth(one.ready),
            one.message.clone().into(),
            age(one.last_success as Option<Timestamp>).into(),
        ]);
    }
    table.text(screen)
}

/// The table of Flux's objects.
pub(super) fn objects_text(objects: &[Object], screen: &Screen) -> String {
    let mut table = Table::new(["cluster", "kind", "name", "revision", "suspended", "ready", "from", "message"]);
    for one in objects {
        table.row([
            one.cluster.clone().into(),
            one.kind.into(),
            one.name.clone().into(),
            one.revision.as_deref().map_or_else(|| "-".to_owned(), short).into(),
            Cell::from(if one.suspended { "True" } else { "False" }),
            truth(one.ready),
            one.provenance.unwrap_or("-").into(),
            one.message.clone().into(),
        ]);
    }
    table.text(screen)
}

/// The table of workloads.
pub(super) fn workloads_text(workloads: &[OneWorkload], screen: &Screen) -> String {
    let mut table = Table::new(["cluster", "kind", "name", "images", "ready", "rollout", "message"]);
    for one in workloads {
        let tone = match one.rollout {
            "current" => Tone::Good,
            "failed" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row([
            one.cluster.clone().into(),
            one.kind.into(),
            one.name.clone().into(),
            one.images.join(" ").into(),
            format!("{}/{}", one.ready, one.wanted).into(),
            Cell::toned(tone, one.rollout),
            one.message.clone().into(),
        ]);
    }
    table.text(screen)
}

fn truth(value: bool) -> Cell {
    if value { Cell::toned(Tone::Good, "True") } else { Cell::toned(Tone::Bad, "False") }
}

/// A revision without most of its commit.
fn short(revision: &str) -> String {
    sluice_core::cluster::Revision::parse(revision).map_or_else(|| revision.to_owned(), |revision| revision.to_string())
}
