//! A stand-in for nodes: one node that is always ready, and pods whose fate their image's tag decides.

use futures_util::TryStreamExt as _;
use kube::Client;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::TestCluster;
use super::server::api;

/// The node's name.
const NODE: &str = "node-1";
/// How often an API server that is away is asked.
const PACE: std::time::Duration = std::time::Duration::from_millis(500);

/// The node, until it is dropped.
///
/// A pod that the scheduler gives it runs and is ready at once. The tag of an image decides otherwise: one that ends in
/// `bad` cannot be pulled, one that ends in `crash` starts and ends again and again, one that ends in `slow` starts and
/// never becomes ready. Pods of jobs end with success. What is deleted is gone at once.
pub struct FakeKubelet {
    task: AbortHandle,
}

impl FakeKubelet {
    /// Registers the node and begins to look after its pods.
    pub fn start(cluster: &TestCluster) -> Self {
        let client = cluster.client();
        cluster.block_on(register(client.clone()));
        Self { task: cluster.spawn(look_after_pods(client)) }
    }
}

impl Drop for FakeKubelet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn register(client: Client) {
    let nodes = api(client, "v1", "Node", "");
    let size = json!({"cpu": "10000", "memory": "10Ti", "pods": "100000"});
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}}});
    let node: DynamicObject = serde_json::from_value(node).expect("it is an object");
    nodes.create(&PostParams::default(), &node).await.expect("a node can be made");
    let ready = json!({"status": {"capacity": size, "allocatable": size, "conditions": [
        {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "it is a stand-in"}]}});
    let params = PatchParams::default();
    nodes.patch_status(NODE, &params, &Patch::Merge(ready)).await.expect("its status can be set");
    // Every new node gets the taint `not-ready`, and here is no controller that takes it off.
    let untainted = json!({"spec": {"taints": null}});
    nodes.patch(NODE, &params, &Patch::Merge(untainted)).await.expect("its taints can be taken off");
}

async fn look_after_pods(client: Client) {
    let pods = api(client.clone(), "v1", "Pod", "");
    let events = watcher(pods, watcher::Config::default()).applied_objects();
    let mut events = std::pin::pin!(events);
    loop {
        match events.try_next().await {
            Ok(Some(pod)) => {
                let client = client.clone();
                tokio::spawn(async move { drop(look_after(client, pod).await) });
            }
            Ok(None) => return,
            // An API server that is away is waited for, and asked as often as at first: a test waits as well.
            Err(_) => tokio::time::sleep(PACE).await,
        }
    }
}

async fn look_after(client: Client, pod: DynamicObject) -> kube::Result<()> {
    let Some((namespace, name)) = pod.metadata.namespace.clone().zip(pod.metadata.name.clone()) else { return Ok(()) };
    let value = serde_json::to_value(&pod).expect("an object is JSON");
    if value["spec"]["nodeName"] != NODE {
        return Ok(());
    }
    let pods = api(client, "v1", "Pod", &namespace);
    if pod.metadata.deletion_timestamp.is_some() {
        let now = DeleteParams { grace_period_seconds: Some(0), ..DeleteParams::default() };
        return pods.delete(&name, &now).await.map(drop);
    }
    if value["status"]["containerStatuses"].is_array() {
        return Ok(());
    }
    let status = json!({"status": status_of(&value)});
    for _ in 0..20 {
        if pods.patch_status(&name, &PatchParams::default(), &Patch::Merge(&status)).await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Ok(())
}

/// What a kubelet would say of a pod.
fn status_of(pod: &Value) -> Value {
    let is_job =
        pod["metadata"]["ownerReferences"].as_array().into_iter().flatten().any(|owner| owner["kind"] == "Job");
    let containers = pod["spec"]["containers"].as_array().cloned().unwrap_or_default();
    let statuses: Vec<Value> = containers.iter().map(|container| container_status(container, is_job)).collect();
    let is_ready = !is_job && statuses.iter().all(|status| status["ready"] == true);
    let is_started = statuses.iter().all(|status| status["state"].get("waiting").is_none());
    let truth = |yes: bool| if yes { "True" } else { "False" };
    let why = if is_ready { Value::Null } else { json!("ContainersNotReady") };
    json!({
        "phase": if is_job { "Succeeded" } else if is_started { "Running" } else { "Pending" },
        "podIP": "10.0.0.1", "startTime": "2026-11-20T10:00:00Z",
        "conditions": [
            {"type": "Initialized", "status": "True"},
            {"type": "PodScheduled", "status": "True"},
            {"type": "Ready", "status": truth(is_ready), "reason": why, "lastTransitionTime": "2026-11-20T10:00:00Z"},
            {"type": "ContainersReady", "status": truth(is_ready), "reason": why},
        ],
        "containerStatuses": statuses,
    })
}

fn container_status(container: &Value, is_job: bool) -> Value {
    let image = container["image"].as_str().unwrap_or_default();
    let running = json!({"running": {"startedAt": "2026-11-20T10:00:00Z"}});
    let ended = |reason: &str, code: i32| json!({"terminated": {"exitCode": code, "reason": reason}});
    let (state, last, restarts, is_ready) = if image.ends_with("bad") {
        let words = format!("Back-off pulling image \"{image}\"");
        (json!({"waiting": {"reason": "ImagePullBackOff", "message": words}}), json!({}), 0, false)
    } else if image.ends_with("crash") {
        let words = "back-off 40s restarting failed container";
        let waiting = json!({"waiting": {"reason": "CrashLoopBackOff", "message": words}});
        (waiting, ended("Error", 1), 3, false)
    } else if is_job {
        (ended("Completed", 0), json!({}), 0, false)
    } else {
        (running, json!({}), 0, !image.ends_with("slow"))
    };
    json!({
        "name": container["name"], "image": image, "imageID": format!("{image}@sha256:{}", "0".repeat(64)),
        "ready": is_ready, "started": is_ready, "restartCount": restarts, "state": state, "lastState": last,
    })
}
