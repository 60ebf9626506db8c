//! Several clusters, a cluster that may only be read, and one with thousands of workloads.

use serde_json::{Value, json};
use sluice_testkit::cluster::{ClusterOptions, TestCluster, User};

use crate::stage::{self, NAMESPACE, Stage, running_in, text};
use crate::support::bench::APP;
use crate::support::{Desk, wait_until};

#[test]
fn two_clusters_that_follow_one_repository_are_followed_each_by_itself() {
    let stage = Stage::new();
    let (other, _kubelet, flux) = stage::follow(ClusterOptions::default(), &stage.bench.url, &stage.bench.repository);
    stage.connect("review");
    stage.add_cluster(&other, "prod");
    wait_until("1.0.0 runs in both", || running_in(&other) == ["1.0.0"]);
    // One of them cannot fetch.
    flux.fail_fetches(Some("connection timed out"));
    let run = stage.release("1.0.1", &["--follow", "--timeout", "60s"]).exits(1);
    let release = run.release();
    let state = |name: &str| {
        let clusters = release["clusters"].as_array().expect("both are told");
        clusters.iter().find(|one| one["cluster"] == name).map(|one| one["state"].clone()).expect("it is told")
    };
    assert_eq!((state("dev"), state("prod")), ("healthy".into(), "stuck".into()), "{release}");
    assert_eq!((stage.running(), running_in(&other)), (vec!["1.0.1".to_owned()], vec!["1.0.0".to_owned()]));

    let why = stage.bench.desk.sluice(&["why", APP, "-o", "json"]).exits(1).json();
    let running = &why["steps"][8]["clusters"];
    assert_eq!((&running[0]["cluster"], &running[0]["running"]), (&"dev".into(), &json!(["1.0.1"])), "{why}");
    assert_eq!((&running[1]["cluster"], &running[1]["running"]), (&"prod".into(), &json!(["1.0.0"])), "{why}");
    assert_eq!((&why["steps"][7]["state"], &why["steps"][8]["state"]), (&"broken".into(), &"waiting".into()), "{why}");

    flux.fail_fetches(None);
    let words = ["reconcile", "gitrepository", "flux-system/flask-app"];
    let both = stage.bench.desk.sluice(&[&words[..], &["-o", "json"]].concat()).exits(2).error();
    assert_eq!(both["code"], "ambiguous", "{both}");
    stage.bench.desk.sluice(&[&words[..], &["--cluster", "prod"]].concat()).exits(0);
    stage.bench.desk.sluice(&["follow", "--timeout", "60s"]).exits(0);
    assert_eq!(running_in(&other), ["1.0.1"]);
    let why = stage.bench.desk.sluice(&["why", APP, "-o", "json"]).exits(0).json();
    assert_eq!(why["steps"][8]["tag"], "1.0.1", "{why}");
}

#[test]
fn a_person_who_may_only_read_sees_everything_and_is_told_what_is_missing_for_the_rest() {
    let options = ClusterOptions { users: vec![User::named("jane")], ..ClusterOptions::default() };
    let stage = Stage::with(options, |files| files);
    let desk = &stage.bench.desk;
    stage.bench.add_source("review");
    let kubeconfig = text(&stage.cluster.kubeconfig("jane", "dev"));
    // Somebody who may nothing is told what is missing, and how to get it.
    let added = desk.sluice(&["source", "add", "cluster", "dev", "--kubeconfig", &kubeconfig]).exits(0);
    assert!(added.stdout.contains("not allowed to list pods") && added.stdout.contains("--print-role"), "{added:?}");
    desk.sluice(&["source", "test", "dev"]).exits(1);
    let role = desk.sluice(&["source", "add", "cluster", "--print-role", "--read-only", "--user", "jane"]).exits(0);
    for document in role.stdout.split("---\n") {
        stage.cluster.apply(&yaml(document));
    }
    wait_until("jane may read", || desk.sluice(&["source", "test", "dev"]).code == 0);
    let objects = desk.sluice(&["get", "flux", "-o", "json"]).exits(0).json();
    let policy = objects["flux"].as_array().expect("there are objects").iter().find(|one| one["kind"] == "ImagePolicy");
    assert_eq!(policy.map(|policy| &policy["provenance"]), Some(&"both".into()), "{objects}");

    // Flux cannot be asked; the release is made all the same, and what comes of it is followed.
    let release = stage.release("1.0.1", &[]).exits(0).release();
    let rollout = &release["clusters"][0];
    let request = rollout["request"].as_str().expect("it says what came of asking");
    assert!(request.contains("not allowed to patch gitrepositories.source.toolkit.fluxcd.io flask-app"), "{request}");
    assert_eq!(rollout["state"], "moving", "{rollout}");
    let refused = desk.sluice(&["suspend", "--cluster", "dev", "--kind", "kustomization", APP, "-o", "json"]).exits(1);
    assert_eq!(refused.error()["code"], "cluster-forbidden", "{refused:?}");
    // At its interval Flux fetches by itself; here somebody who may asks.
    let now = json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "now"}}});
    stage.cluster.patch("source.toolkit.fluxcd.io/v1", "GitRepository", "flux-system", "flask-app", &now);
    desk.sluice(&["follow", "--timeout", "60s"]).exits(0);
    assert_eq!(stage.running(), ["1.0.1"]);
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_git_says_and_what_is_applied_are_compared() {
    let stage = Stage::new();
    stage.connect("review");
    let desk = &stage.bench.desk;
    desk.sluice(&["get", "differences"]).exits(3);
    // Somebody changes an object by hand, deletes another, and Git gets one that is not applied yet.
    let policy = json!({"spec": {"policy": {"semver": {"range": "2.x"}}}});
    stage.cluster.patch("image.toolkit.fluxcd.io/v1", "ImagePolicy", "flux-system", "flask-app", &policy);
    stage.cluster.delete("image.toolkit.fluxcd.io/v1", "ImageRepository", "flux-system", "flask-app");
    let differences = desk.sluice(&["get", "differences", "-o", "json"]).exits(0).json();
    let found: Vec<(String, String)> = differences["differences"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().expect("a text").to_owned();
            (text("object"), text("difference"))
        })
        .collect();
    let expected =
        [("ImageRepository flux-system/flask-app", "not-applied"), ("ImagePolicy flux-system/flask-app", "differs")];
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(found, expected, "{differences}");
}

/// How many workloads the large cluster has.
const MANY: usize = 5_000;

#[test]
fn five_thousand_workloads_are_kept_up_with_in_little_memory() {
    let options = ClusterOptions { has_controllers: false, has_flux: false, ..ClusterOptions::default() };
    let cluster = TestCluster::with(options);
    cluster.namespace(NAMESPACE);
    let numbers = || 0..MANY;
    cluster.seed("deployments", numbers().map(deployment));
    cluster.seed("pods", numbers().map(pod));
    let desk = Desk::new();
    let kubeconfig = text(&cluster.kubeconfig("admin", "large"));
    desk.sluice(&["source", "add", "cluster", "large", "--kubeconfig", &kubeconfig]).exits(0);
    let agent = desk.agent();
    agent.wait_for("cluster-changed", |event| event["cluster"] == "large");
    let listed = desk.sluice(&["get", "workloads", "-o", "json"]).exits(0).json();
    assert_eq!(listed["workloads"].as_array().map(Vec::len), Some(MANY));
    // Changes come while it watches.
    for n in 0..20 {
        let image =
            json!({"spec": {"template": {"spec": {"containers": [{"name": "app", "image": "ghcr.io/acme/app:2"}]}}}});
        cluster.patch("apps/v1", "Deployment", NAMESPACE, &format!("app-{n}"), &image);
    }
    agent.wait_for_nth(2, "cluster-changed", |event| event["cluster"] == "large");
    let peak = peak_mib(agent.id());
    assert!(peak < 150, "{peak} MiB at the peak");
    agent.stop();
}

fn deployment(n: usize) -> Value {
    let name = format!("app-{n}");
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "app", "image": format!("ghcr.io/acme/app-{}:1.0.0", n % 200)}]}}}})
}

fn pod(n: usize) -> Value {
    let name = format!("app-{n}-5d4f-x");
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE,
            "labels": {"pod-template-hash": "5d4f"}, "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet",
                "name": format!("app-{n}-5d4f"), "uid": "0", "controller": true}]},
        "spec": {"containers": [{"name": "app", "image": format!("ghcr.io/acme/app-{}:1.0.0", n % 200)}]}})
}

/// The most memory that a process has held, in MiB.
fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel says it");
    let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse().expect("a number");
    kib / 1024
}
