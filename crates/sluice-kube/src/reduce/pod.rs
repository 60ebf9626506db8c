//! Pods, as small as they can be: a cluster has tens of thousands.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use sluice_core::ObjectKey;
use sluice_core::cluster::{Pod, PodTrouble, RunningImage, WorkloadId, WorkloadKind};

use super::key;
use crate::wire::{ConditionWire, ContainerStatus, PodStatus, PodWire, label};

/// Texts that repeat over many pods, kept once.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    images: HashSet<Arc<str>>,
    workloads: HashSet<Arc<WorkloadId>>,
    /// How many there may be before those that nobody uses are dropped.
    limit: usize,
}

impl Texts {
    fn image(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.images.get(text) {
            return known.clone();
        }
        self.tidy();
        let new: Arc<str> = text.into();
        self.images.insert(new.clone());
        new
    }

    fn workload(&mut self, id: WorkloadId) -> Arc<WorkloadId> {
        if let Some(known) = self.workloads.get(&id) {
            return known.clone();
        }
        self.tidy();
        let new = Arc::new(id);
        self.workloads.insert(new.clone());
        new
    }

    /// Drops what no pod holds any more, when there is twice as much as after the last time.
    fn tidy(&mut self) {
        if self.images.len() + self.workloads.len() < self.limit.max(1024) {
            return;
        }
        drop_unused(&mut self.images);
        drop_unused(&mut self.workloads);
        self.limit = 2 * (self.images.len() + self.workloads.len());
    }
}

fn drop_unused<T: ?Sized + Eq + Hash>(known: &mut HashSet<Arc<T>>) {
    known.retain(|one| Arc::strong_count(one) > 1);
}

/// A pod.
pub(crate) fn pod(wire: PodWire, texts: &mut Texts) -> Option<Pod> {
    let key = key(&wire.metadata)?;
    let status = &wire.status;
    let digest = |name: &str| {
        let found = status.container_statuses.iter().find(|one| one.name == name)?;
        let (_, digest) = found.image_id.rsplit_once('@')?;
        Some(digest)
    };
    let containers = wire.spec.containers.iter().chain(&wire.spec.init_containers);
    let images: Vec<RunningImage> = containers
        .map(|container| RunningImage {
            image: texts.image(&container.image),
            digest: digest(&container.name).map(|digest| texts.image(digest)),
        })
        .collect();
    let is_ready = status.phase == "Succeeded" || holds(&status.conditions, "Ready").is_some();
    Some(Pod {
        workload: owner(&wire, &key).map(|id| texts.workload(id)),
        images: images.into(),
        is_ready,
        is_leaving: wire.metadata.deletion_timestamp.is_some(),
        restarts: status.container_statuses.iter().map(|one| one.restart_count).sum(),
        trouble: if is_ready { None } else { trouble(status).map(Box::new) },
        key,
    })
}

fn holds<'c>(conditions: &'c [ConditionWire], kind: &str) -> Option<&'c ConditionWire> {
    conditions.iter().find(|condition| condition.kind == kind && condition.status == "True")
}

/// The workload behind a pod. A replica set's name is its deployment's with the template's hash, which the pod has as a
/// label; a job's pods belong to the job, also where a cron job made that.
fn owner(wire: &PodWire, pod: &ObjectKey) -> Option<WorkloadId> {
    let owner = wire.metadata.owner_references.iter().flatten().find(|owner| owner.controller == Some(true))?;
    let id = |kind, name: &str| WorkloadId { kind, key: ObjectKey::new(pod.namespace.clone(), name) };
    if owner.kind == "ReplicaSet" {
        let hash = label(&wire.metadata, "pod-template-hash")?;
        let name = owner.name.strip_suffix(hash)?.strip_suffix('-')?;
        return Some(id(WorkloadKind::Deployment, name));
    }
    Some(id(WorkloadKind::named(&owner.kind)?, &owner.name))
}

/// What keeps a pod from running: of its containers first, then of itself.
fn trouble(status: &PodStatus) -> Option<PodTrouble> {
    let containers = || status.init_container_statuses.iter().chain(&status.container_statuses);
    if let Some(found) = containers().find_map(waiting) {
        return Some(found);
    }
    if let Some(found) = containers().find_map(ended) {
        return Some(found);
    }
    let unscheduled = status.conditions.iter().find(|one| one.kind == "PodScheduled" && one.status == "False");
    if let Some(condition) = unscheduled.filter(|condition| condition.reason == "Unschedulable") {
        return Some(PodTrouble {
            reason: condition.reason.clone(),
            message: condition.message.clone(),
            container: None,
        });
    }
    // Evicted, NodeLost, …
    (status.phase == "Failed").then(|| PodTrouble {
        reason: if status.reason.is_empty() { "Failed".to_owned() } else { status.reason.clone() },
        message: status.message.clone(),
        container: None,
    })
}

fn waiting(container: &ContainerStatus) -> Option<PodTrouble> {
    let waiting = container.state.waiting.as_ref()?;
    let last = container.last_state.terminated.as_ref();
    let message = match last {
        Some(last) => format!("{}; last end: {} (exit code {})", waiting.message, last.reason, last.exit_code),
        None => waiting.message.clone(),
    };
    PodTrouble::of_waiting(&container.name, &waiting.reason, &message)
}

fn ended(container: &ContainerStatus) -> Option<PodTrouble> {
    let ended = container.state.terminated.as_ref().filter(|ended| ended.exit_code != 0)?;
    Some(PodTrouble {
        reason: if ended.reason.is_empty() { "Error".to_owned() } else { ended.reason.clone() },
        message: format!("it ended with exit code {}", ended.exit_code),
        container: Some(container.name.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(mut value: Value) -> Pod {
        value["metadata"]["name"] = "app-5d4f-x".into();
        value["metadata"]["namespace"] = "shop".into();
        pod(serde_json::from_value(value).expect("it is read"), &mut Texts::default()).expect("a pod")
    }

    fn with_state(state: &Value) -> Pod {
        read(json!({"spec": {"containers": [{"name": "app", "image": "a/b:1"}]},
            "status": {"phase": "Pending", "containerStatuses": [{"name": "app", "imageID": "", "state": state}]}}))
    }

    #[test]
    fn a_pods_deployment_is_found_without_its_replica_set() {
        let owner = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "app-5d4f", "uid": "1", "controller": true}]);
        let pod = read(json!({"metadata": {"labels": {"pod-template-hash": "5d4f"}, "ownerReferences": owner}}));
        assert_eq!(pod.workload.expect("it has one").to_string(), "Deployment shop/app");
        let bare = read(json!({"metadata": {"ownerReferences": owner}}));
        assert_eq!(bare.workload, None);
    }

    #[test]
    fn what_keeps_a_container_from_running_is_said() {
        for (state, reason) in [
            (json!({"waiting": {"reason": "ImagePullBackOff", "message": "Back-off"}}), Some("ImagePullBackOff")),
            (json!({"waiting": {"reason": "ContainerCreating"}}), None),
            (json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}}), Some("OOMKilled")),
            (json!({"terminated": {"exitCode": 0, "reason": "Completed"}}), None),
            (json!({"running": {}}), None),
        ] {
            let found = with_state(&state).trouble.map(|trouble| trouble.reason);
            assert_eq!(found.as_deref(), reason, "{state}");
        }
        let crash = read(
            json!({"spec": {"containers": [{"name": "app", "image": "a/b:1"}]}, "status": {"phase": "Running",
            "containerStatuses": [{"name": "app", "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}]}}),
        );
        assert_eq!(crash.restarts, 4);
        assert_eq!(crash.trouble.expect("trouble").message, "back-off; last end: Error (exit code 1)");
        let full = read(json!({"status": {"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]}}));
        assert_eq!(full.trouble.expect("trouble").reason, "Unschedulable");
    }

    #[test]
    fn repeated_texts_are_kept_once_and_dropped_when_unused() {
        let mut texts = Texts::default();
        let (first, second) = (texts.image("a"), texts.image("a"));
        assert!(Arc::ptr_eq(&first, &second));
        for n in 0..5000 {
            drop(texts.image(&n.to_string()));
        }
        assert!(texts.images.len() <= 2100, "{}", texts.images.len());
    }
}
