//! From the API's objects to the core's values.

mod flux;
mod plain;
mod pod;
mod workload;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sluice_core::ObjectKey;
use sluice_core::cluster::{AppliedBy, Condition, Truth};

use crate::wire::{ConditionWire, label};

pub(crate) use flux::{REQUESTED_AT, live_object};
pub(crate) use plain::plain;
pub(crate) use pod::{Texts, pod};
pub(crate) use workload::workload;

/// Namespace and name; nothing for an object without either, which no API server sends.
pub(crate) fn key(meta: &ObjectMeta) -> Option<ObjectKey> {
    Some(ObjectKey::new(meta.namespace.clone()?, meta.name.clone()?))
}

fn conditions(wires: Vec<ConditionWire>) -> Vec<Condition> {
    let one = |wire: ConditionWire| Condition {
        kind: wire.kind,
        status: Truth::named(&wire.status),
        reason: wire.reason,
        message: wire.message,
        since: wire.last_transition_time.parse().ok(),
    };
    wires.into_iter().map(one).collect()
}

/// Who applied an object, as Flux's labels say.
fn applied_by(meta: &ObjectMeta) -> Option<AppliedBy> {
    let named = |group: &str| {
        let name = label(meta, &format!("{group}.toolkit.fluxcd.io/name"))?;
        Some(ObjectKey::new(label(meta, &format!("{group}.toolkit.fluxcd.io/namespace"))?, name))
    };
    let helm = named("helm").map(AppliedBy::HelmRelease);
    helm.or_else(|| named("kustomize").map(AppliedBy::Kustomization))
}
