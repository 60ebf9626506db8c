//! What Sluice itself has applied in a cluster without Flux: an inventory, seen as a Kustomization that is its own source.

use sluice_core::ObjectKey;
use sluice_core::cluster::{Condition, LiveKind, LiveObject, LiveRef, Revision, Truth, WorkloadId, WorkloadKind};

use crate::Inventory;
use crate::apply::{INVENTORY_KEY, PLAIN_VERSION};
use crate::wire::ConfigMapWire;

/// The Kustomization that an inventory stands for; nothing for another ConfigMap.
pub(crate) fn plain(wire: &ConfigMapWire) -> Option<LiveObject> {
    let inventory: Inventory = serde_json::from_str(wire.data.get(INVENTORY_KEY)?).ok()?;
    let key = inventory.kustomization?;
    let is_done = inventory.revision.is_some();
    let words = inventory.revision.as_ref().map_or_else(
        || "applying was broken off; apply it again".to_owned(),
        |revision| format!("Applied revision: {revision}"),
    );
    let ready = Condition {
        kind: "Ready".to_owned(),
        status: if is_done { Truth::True } else { Truth::False },
        reason: if is_done { "ReconciliationSucceeded" } else { "Interrupted" }.to_owned(),
        message: words,
        since: None,
    };
    let workload = |id: &crate::ManifestId| {
        let kind = WorkloadKind::named(&id.kind)?;
        Some(WorkloadId { kind, key: ObjectKey::new(id.namespace.clone()?, id.name.clone()) })
    };
    Some(LiveObject {
        id: LiveRef { kind: LiveKind::Kustomization, key },
        api_version: PLAIN_VERSION.to_owned(),
        generation: 1,
        observed: Some(1),
        is_suspended: false,
        conditions: vec![ready],
        requested_at: None,
        handled_at: None,
        branch: inventory.revision.as_deref().and_then(Revision::parse).map(|revision| revision.reference),
        attempted: inventory.revision.clone(),
        revision: inventory.revision,
        source: None,
        url: Some(inventory.remote),
        path: Some(inventory.path),
        target_namespace: None,
        inventory: inventory.objects.iter().filter_map(workload).collect(),
        applied_by: None,
        image: None,
        last_run: None,
        last_push: None,
        resource: None,
    })
}
