//! The adapter against an API on the wire: what a real server does only after hours.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveRef, Snapshot, WorkloadId, WorkloadKind};
use sluice_kube::{Cluster, ClusterAccess, HealthState, Kubeconfigs, Surroundings, Watching};
use sluice_testkit::kubernetes::{WireCluster, kubeconfig};

const PATIENCE: Duration = Duration::from_secs(60);

fn connect(api: &WireCluster) -> (tempfile::TempDir, Cluster) {
    sluice_testkit::install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, kubeconfig(&[("dev", &api.url())])).expect("a file");
    let access = ClusterAccess {
        kubeconfigs: Kubeconfigs::new([file]),
        context: "dev".to_owned(),
        namespaces: Vec::new(),
        surroundings: Surroundings::default(),
    };
    (folder, Cluster::new(access))
}

fn deployment(name: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "shop"},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "app", "image": "ghcr.io/acme/app:1"}]}}}})
}

fn has(name: &str) -> impl Fn(&Snapshot) -> bool + use<> {
    let id = WorkloadId { kind: WorkloadKind::Deployment, key: ObjectKey::new("shop", name) };
    move |snapshot| snapshot.workloads.contains_key(&id)
}

async fn wait(watching: &Watching, what: &str, is_so: impl Fn(&Snapshot) -> bool) {
    let started = Instant::now();
    while !watching.read(&is_so) {
        assert!(started.elapsed() < PATIENCE, "in vain waited until {what}: {:?}", watching.health());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// How often deployments were listed, pages that follow not counted.
fn lists(api: &WireCluster) -> usize {
    let requests = api.requests();
    let of_kind = requests.iter().filter(|request| request.path == "/apis/apps/v1/deployments");
    of_kind.filter(|one| one.parameter("watch").is_none() && one.parameter("continue").is_none()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_whose_past_is_forgotten_lists_anew_once_and_goes_on() {
    let api = WireCluster::start("v1.33.1");
    for n in 0..1200 {
        api.put(&deployment(&format!("many-{n}")));
    }
    let (_folder, cluster) = connect(&api);
    let watching = cluster.watch();
    wait(&watching, "everything is there, over several pages", |snapshot| snapshot.workloads.len() == 1200).await;
    let before = lists(&api);
    for round in 1..=3 {
        // Somebody deletes one while nobody looks, and what happened is forgotten: 410.
        api.remove("Deployment", "shop", &format!("many-{round}"));
        api.forget_past();
        api.put(&deployment(&format!("new-{round}")));
        wait(&watching, "the new one is there", has(&format!("new-{round}"))).await;
        let gone = has(&format!("many-{round}"));
        wait(&watching, "the old one is gone", |snapshot| !gone(snapshot)).await;
    }
    assert_eq!(watching.read(|snapshot| snapshot.workloads.len()), 1200);
    let listed = lists(&api) - before;
    assert!((1..=3).contains(&listed), "listed {listed} times for three times of forgetting");
    assert_eq!(watching.health().state, HealthState::Connected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_everything_is_asked_less_and_less_and_no_storm_follows() {
    let api = WireCluster::start("v1.33.1");
    api.put(&deployment("one"));
    let (_folder, cluster) = connect(&api);
    let watching = cluster.watch();
    wait(&watching, "the first is there", has("one")).await;
    api.set_down(true);
    let started = Instant::now();
    while watching.health().state != HealthState::Trouble {
        assert!(started.elapsed() < PATIENCE, "{:?}", watching.health());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(watching.read(has("one")), "what was known stays");
    let before = api.requests().len();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let asked = api.requests().len() - before;
    // Some fifteen watches and the heartbeat, each of them some times.
    assert!(asked < 120, "{asked} requests in four seconds");
    api.put(&deployment("two"));
    let before = lists(&api);
    api.set_down(false);
    wait(&watching, "the second is there", has("two")).await;
    assert!(lists(&api) - before <= 2, "listed {} times", lists(&api) - before);
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_that_a_server_does_not_serve_yet_after_its_start_are_not_taken_for_gone() {
    let api = WireCluster::start("v1.33.1");
    let kustomization = |name: &str| {
        json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": name, "namespace": "flux-system"}, "spec": {"path": "./apps"}})
    };
    let is_known = |name: &str| {
        let id = LiveRef { kind: LiveKind::Kustomization, key: ObjectKey::new("flux-system", name) };
        move |snapshot: &Snapshot| snapshot.objects.contains_key(&id)
    };
    api.put(&kustomization("one"));
    let (_folder, cluster) = connect(&api);
    let watching = cluster.watch();
    wait(&watching, "the first is there", is_known("one")).await;
    api.set_down(true);
    let started = Instant::now();
    while watching.health().state != HealthState::Trouble {
        assert!(started.elapsed() < PATIENCE, "{:?}", watching.health());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    api.set_bare(true);
    api.set_down(false);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(watching.read(is_known("one")), "it is still known");
    assert_eq!(watching.health().state, HealthState::Trouble, "it is not all there yet");
    api.put(&kustomization("two"));
    api.set_bare(false);
    let second = is_known("two");
    wait(&watching, "the second is there, and nothing is missing", |snapshot| {
        second(snapshot) && snapshot.gaps.is_empty()
    })
    .await;
}
