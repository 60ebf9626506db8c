//! Workloads.

use sluice_core::cluster::{Container, RolloutFacts, Workload, WorkloadId, WorkloadKind};

use super::{applied_by, conditions, key};
use crate::wire::{PodSpec, WorkloadWire};

/// A workload; nothing for one that another makes and replaces (the Jobs of a CronJob).
pub(crate) fn workload(kind: WorkloadKind, wire: WorkloadWire) -> Option<Workload> {
    let owners = wire.metadata.owner_references.iter().flatten();
    if owners.filter(|owner| owner.controller == Some(true)).any(|owner| WorkloadKind::named(&owner.kind).is_some()) {
        return None;
    }
    let id = WorkloadId { kind, key: key(&wire.metadata)? };
    let applied_by = applied_by(&wire.metadata);
    let facts = facts(kind, &wire);
    let template = match kind {
        WorkloadKind::CronJob => wire.spec.job_template.spec.template,
        _ => wire.spec.template,
    };
    let facts = RolloutFacts { conditions: conditions(wire.status.conditions), ..facts };
    Some(Workload {
        id,
        containers: containers(template.spec),
        applied_by,
        rollout: facts.rollout(kind),
        replicas: facts.replicas(),
    })
}

fn containers(spec: PodSpec) -> Vec<Container> {
    let all = spec.containers.into_iter().chain(spec.init_containers);
    all.map(|container| Container { name: container.name, image: container.image }).collect()
}

fn facts(kind: WorkloadKind, wire: &WorkloadWire) -> RolloutFacts {
    let (spec, status) = (&wire.spec, &wire.status);
    let common = RolloutFacts {
        generation: wire.metadata.generation.unwrap_or_default(),
        observed: status.observed_generation,
        by_hand: spec.update_strategy.kind == "OnDelete",
        ..RolloutFacts::default()
    };
    if kind == WorkloadKind::DaemonSet {
        return RolloutFacts {
            wanted: status.desired_number_scheduled,
            total: status.current_number_scheduled,
            updated: status.updated_number_scheduled,
            ready: status.number_ready,
            available: status.number_available,
            ..common
        };
    }
    RolloutFacts {
        // The API server writes the default; an object that comes without has one pod.
        wanted: spec.replicas.unwrap_or(1),
        total: status.replicas,
        updated: status.updated_replicas,
        ready: status.ready_replicas,
        available: status.available_replicas,
        partition: spec.update_strategy.rolling_update.partition.unwrap_or_default(),
        revisions_differ: status.current_revision != status.update_revision,
        ..common
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use sluice_core::ObjectKey;
    use sluice_core::cluster::{AppliedBy, Rollout};

    fn read(kind: WorkloadKind, value: Value) -> Option<Workload> {
        workload(kind, serde_json::from_value(value).expect("it is read"))
    }

    #[test]
    fn a_deployment_of_flux_is_read() {
        let deployment = read(
            WorkloadKind::Deployment,
            json!({
                "metadata": {"name": "app", "namespace": "shop", "generation": 3, "labels": {
                    "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}},
                "spec": {"replicas": 2, "strategy": {"type": "RollingUpdate"}, "template": {"spec": {
                    "containers": [{"name": "app", "image": "ghcr.io/a/app:1"}], "initContainers": null}}},
                "status": {"observedGeneration": 3, "replicas": 2, "updatedReplicas": 1, "readyReplicas": 2, "availableReplicas": 2},
            }),
        );
        let deployment = deployment.expect("a workload");
        assert_eq!(deployment.id.to_string(), "Deployment shop/app");
        assert_eq!(deployment.applied_by, Some(AppliedBy::Kustomization(ObjectKey::new("flux-system", "apps"))));
        assert_eq!(deployment.rollout, Rollout::InProgress { words: "Updated: 1/2".into() });
        assert_eq!(deployment.containers[0].image, "ghcr.io/a/app:1");
    }

    #[test]
    fn a_cron_jobs_template_is_found_and_its_jobs_are_left_out() {
        let template = json!({"spec": {"containers": [{"name": "job", "image": "busybox:1"}]}});
        let cron = json!({"metadata": {"name": "c", "namespace": "n"}, "spec": {"jobTemplate": {"spec": {"template": template}}}});
        assert_eq!(read(WorkloadKind::CronJob, cron).expect("a workload").containers[0].image, "busybox:1");
        let job = json!({"metadata": {"name": "j", "namespace": "n", "ownerReferences": [
            {"apiVersion": "batch/v1", "kind": "CronJob", "name": "c", "uid": "1", "controller": true}]}, "spec": {"template": template}});
        assert_eq!(read(WorkloadKind::Job, job), None);
    }

    #[test]
    fn an_object_that_says_nothing_is_read() {
        let empty = json!({"metadata": {"name": "a", "namespace": "n"}, "spec": null, "status": null});
        let read = read(WorkloadKind::StatefulSet, empty).expect("a workload");
        assert!(matches!(read.rollout, Rollout::InProgress { .. }));
    }
}
