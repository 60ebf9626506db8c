//! Image resources that only a cluster has, named by markers in Git.

use serde_json::{Value, json};
use sluice_testkit::kubernetes::{WireCluster, kubeconfig};

use crate::support::Bench;
use crate::support::bench::{IMAGE, tag_of};

const WORKER: &str = "test/worker.yaml";

fn policy(range: &str) -> Value {
    json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy",
        "metadata": {"name": "worker", "namespace": "flux-system"},
        "spec": {"imageRepositoryRef": {"name": "worker"}, "policy": {"semver": {"range": range}}}})
}

#[test]
fn a_policy_that_only_the_cluster_has_is_used_as_the_cluster_has_it() {
    let bench = Bench::over_http(|files| files);
    let image = bench.registry.image(IMAGE);
    let worker = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: worker\nspec:\n  template:\n    spec:\n      containers:\n        \
         - name: worker\n          image: {image}:1.0.0 # {{\"$imagepolicy\": \"flux-system:worker\"}}\n"
    );
    bench.repository.commit("main", &[(WORKER, &worker)], "the worker");
    let cluster = WireCluster::start("v1.33.1");
    cluster.put(&json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageRepository",
        "metadata": {"name": "worker", "namespace": "flux-system"}, "spec": {"image": image, "interval": "1m"}}));
    cluster.put(&policy("1.x"));
    let desk = &bench.desk;
    desk.put("clusters.json", &kubeconfig(&[("dev", &cluster.url())]));
    bench.add_source("review");
    // Nobody knows the policy yet.
    desk.sluice(&["why", "flux-system/worker"]).exits(2);
    let file = desk.home("clusters.json").display().to_string();
    desk.sluice(&["source", "add", "cluster", "dev", "--kubeconfig", &file]).exits(0);

    bench.publish("1.1.0");
    bench.scan().exits(0);
    let why = desk.sluice(&["why", "flux-system/worker", "-o", "json"]).json();
    assert!(why.to_string().contains("1.1.0"), "{why}");
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&bench.repository.show("main", WORKER)), "1.1.0");
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "its own range is another");

    // What the cluster says counts, also once it says something else; and what it said last while it does not answer.
    cluster.put(&policy("1.1.x"));
    bench.publish("1.2.0");
    bench.publish("1.1.1");
    bench.scan().exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&bench.repository.show("main", WORKER)), "1.1.1");
}
