//! Flux's objects.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveObject, LiveRef, WorkloadId, WorkloadKind};
use sluice_core::flux::Resource;

use super::{applied_by, conditions, key};
use crate::wire::{FluxStatus, FluxWire, Inventory, annotation};

/// What every GitRepository without a reference checks out.
const DEFAULT_BRANCH: &str = "master";

/// One of Flux's objects, read in a version.
pub(crate) fn live_object(kind: LiveKind, api_version: &str, wire: FluxWire) -> Option<LiveObject> {
    let key = key(&wire.metadata)?;
    let resource = resource(kind, api_version, &wire);
    let text = |path: &str| wire.spec.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let image = image(kind, &wire);
    let revision = revision(kind, &wire.status);
    let status = wire.status;
    Some(LiveObject {
        api_version: api_version.to_owned(),
        generation: wire.metadata.generation.unwrap_or_default(),
        observed: status.observed_generation,
        is_suspended: wire.spec["suspend"] == true,
        conditions: conditions(status.conditions)
            .into_iter()
            .filter(|one| matches!(one.kind.as_str(), "Ready" | "Reconciling" | "Stalled"))
            .collect(),
        requested_at: annotation(&wire.metadata, REQUESTED_AT).map(str::to_owned),
        handled_at: status.last_handled_reconcile_at,
        revision,
        attempted: status.last_attempted_revision,
        source: source(&wire.spec, &key),
        url: text("/url"),
        branch: (kind == LiveKind::GitRepository).then(|| branch(&wire.spec)).flatten(),
        path: text("/path").or_else(|| text("/update/path")),
        target_namespace: text("/targetNamespace"),
        inventory: status.inventory.map(workloads).unwrap_or_default(),
        applied_by: applied_by(&wire.metadata),
        image,
        last_run: status.last_automation_run_time.and_then(|text| text.parse::<Timestamp>().ok()),
        last_push: status.last_push_commit,
        resource: resource.map(Box::new),
        id: LiveRef { kind, key },
    })
}

/// The annotation that asks a controller to begin at once.
pub(crate) const REQUESTED_AT: &str = "reconcile.fluxcd.io/requestedAt";

fn revision(kind: LiveKind, status: &FluxStatus) -> Option<String> {
    let revision = if kind.is_source() {
        status.artifact.as_ref().map(|artifact| artifact.revision.clone())
    } else {
        status.last_applied_revision.clone()
    };
    revision.filter(|revision| !revision.is_empty())
}

/// The branch that a GitRepository checks out; nothing where it checks out something else.
fn branch(spec: &Value) -> Option<String> {
    let reference = &spec["ref"];
    let has = |name: &str| reference[name].as_str().is_some_and(|text| !text.is_empty());
    if ["commit", "name", "semver", "tag"].into_iter().any(has) {
        // No branch has this name, so nothing that is pushed to one is taken to arrive here.
        return Some(String::new());
    }
    Some(reference["branch"].as_str().filter(|text| !text.is_empty()).unwrap_or(DEFAULT_BRANCH).to_owned())
}

fn source(spec: &Value, own: &ObjectKey) -> Option<LiveRef> {
    let reference =
        spec.get("sourceRef").or_else(|| spec.pointer("/chart/spec/sourceRef")).or_else(|| spec.get("chartRef"));
    let reference = reference?;
    let kind = LiveKind::named(reference["kind"].as_str().unwrap_or("GitRepository"))?;
    let namespace = reference["namespace"].as_str().filter(|text| !text.is_empty()).unwrap_or(&own.namespace);
    Some(LiveRef { kind, key: ObjectKey::new(namespace, reference["name"].as_str()?) })
}

/// The workloads of an inventory. An entry is `namespace_name_group_Kind`.
fn workloads(inventory: Inventory) -> Vec<WorkloadId> {
    let one = |id: &str| {
        let mut parts = id.split('_');
        let (namespace, name, group, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let kind = WorkloadKind::named(kind).filter(|kind| kind.group() == group)?;
        Some(WorkloadId { kind, key: ObjectKey::new(namespace, name) })
    };
    inventory.entries.iter().filter_map(|entry| one(&entry.id)).collect()
}

fn image(kind: LiveKind, wire: &FluxWire) -> Option<String> {
    match kind {
        LiveKind::ImageRepository => wire.spec["image"].as_str().map(str::to_owned),
        LiveKind::ImagePolicy => {
            let latest = wire.status.latest_ref.as_ref();
            latest.map(|latest| format!("{}:{}", latest.name, latest.tag)).or_else(|| wire.status.latest_image.clone())
        }
        _ => None,
    }
}

/// The resource as it would be read from a file, for the kinds that are. JSON is YAML.
fn resource(kind: LiveKind, api_version: &str, wire: &FluxWire) -> Option<Resource> {
    kind.in_git()?;
    let metadata = &wire.metadata;
    let document = json!({
        "apiVersion": api_version,
        "kind": kind.as_str(),
        "metadata": {"name": metadata.name, "namespace": metadata.namespace, "labels": metadata.labels,
                     "annotations": metadata.annotations},
        "spec": wire.spec,
    });
    sluice_core::flux::read(document.to_string().as_bytes()).resources.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: LiveKind, value: Value) -> LiveObject {
        let api_version = format!("{}/v1", kind.group());
        live_object(kind, &api_version, serde_json::from_value(value).expect("it is read")).expect("an object")
    }

    #[test]
    fn a_kustomization_is_read_with_its_inventory() {
        let object = read(
            LiveKind::Kustomization,
            json!({
                "metadata": {"name": "apps", "namespace": "flux-system", "generation": 2,
                             "annotations": {"reconcile.fluxcd.io/requestedAt": "then"}},
                "spec": {"interval": "10m", "path": "./test", "prune": true, "targetNamespace": "shop",
                         "sourceRef": {"kind": "GitRepository", "name": "fleet"}},
                "status": {"observedGeneration": 2, "lastHandledReconcileAt": "then",
                           "lastAppliedRevision": "main@sha1:0123456789abcdef0123456789abcdef01234567",
                           "inventory": {"entries": [{"id": "shop_app_apps_Deployment", "v": "v1"}, {"id": "_shop__Namespace", "v": "v1"}]},
                           "conditions": [{"type": "Ready", "status": "True", "reason": "ReconciliationSucceeded",
                                           "message": "Applied", "lastTransitionTime": "2026-11-26T10:00:00Z"}]},
            }),
        );
        assert!(object.is_ready() && object.is_handled());
        assert_eq!(object.inventory.len(), 1);
        assert_eq!(object.source.as_ref().map(ToString::to_string).as_deref(), Some("GitRepository flux-system/fleet"));
        assert_eq!(object.git_revision().map(|revision| revision.reference).as_deref(), Some("main"));
        assert!(matches!(object.resource.as_deref(), Some(Resource::Kustomization(_))), "{:?}", object.resource);
        assert!(object.covers("test/deployment.yml") && !object.covers("testing/deployment.yml"));
    }

    #[test]
    fn what_a_repository_checks_out_is_a_branch_or_not() {
        let with = |reference: Value| {
            read(
                LiveKind::GitRepository,
                json!({"metadata": {"name": "a", "namespace": "n"}, "spec": {"url": "https://h/r", "ref": reference}}),
            )
            .branch
        };
        assert_eq!(with(json!({"branch": "main"})).as_deref(), Some("main"));
        assert_eq!(with(Value::Null).as_deref(), Some("master"));
        assert_eq!(with(json!({"branch": "main", "tag": "v1"})).as_deref(), Some(""));
    }

    #[test]
    fn a_policys_choice_is_read_in_every_version() {
        let with = |status: Value| {
            let meta = json!({"name": "a", "namespace": "n"});
            read(LiveKind::ImagePolicy, json!({"metadata": meta, "spec": {}, "status": status})).image
        };
        assert_eq!(with(json!({"latestRef": {"name": "a/b", "tag": "1.0.0"}})).as_deref(), Some("a/b:1.0.0"));
        assert_eq!(with(json!({"latestImage": "a/b:1.0.0"})).as_deref(), Some("a/b:1.0.0"));
        assert_eq!(with(json!({})), None);
    }
}
