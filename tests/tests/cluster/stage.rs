//! The reference scenario with a cluster: what a person has in front of them before a journey begins.

use std::path::Path;

use serde_json::{Value, json};
use sluice_testkit::cluster::{ClusterOptions, FakeKubelet, FluxStandIn, TestCluster};
use sluice_testkit::git::BareRepository;

use crate::support::{Bench, Files, wait_until};

/// The namespace that the Kustomization targets.
pub(crate) const NAMESPACE: &str = "flask-app";

/// A repository, a registry, a desk, and a cluster in which 1.0.0 runs.
pub(crate) struct Stage {
    pub(crate) bench: Bench,
    pub(crate) flux: FluxStandIn,
    _kubelet: FakeKubelet,
    // Last: what works in the cluster ends before it.
    pub(crate) cluster: TestCluster,
}

impl Stage {
    /// With the files of the reference scenario, which are applied as `flux bootstrap` leaves them.
    pub(crate) fn new() -> Self {
        Self::with(ClusterOptions::default(), |files| files)
    }

    /// With other options, and files that are edited first.
    pub(crate) fn with(options: ClusterOptions, edit: impl FnOnce(Files) -> Files) -> Self {
        let bench = Bench::over_http(edit);
        let (cluster, kubelet, flux) = follow(options, &bench.url, &bench.repository);
        let stage = Self { bench, flux, _kubelet: kubelet, cluster };
        wait_until("1.0.0 runs", || stage.running() == ["1.0.0"]);
        stage
    }

    /// Adds the repository in a mode and the cluster as `dev`.
    pub(crate) fn connect(&self, mode: &str) {
        self.bench.add_source(mode);
        self.add_cluster(&self.cluster, "dev");
    }

    /// Adds a cluster by a name.
    pub(crate) fn add_cluster(&self, cluster: &TestCluster, name: &str) {
        let kubeconfig = cluster.kubeconfig("admin", name);
        let file = text(&kubeconfig);
        self.bench.desk.sluice(&["source", "add", "cluster", name, "--kubeconfig", &file]).exits(0);
    }

    /// The tags of the pods that are ready, without doubles.
    pub(crate) fn running(&self) -> Vec<String> {
        running_in(&self.cluster)
    }

    /// Publishes a tag, scans and releases it, with more words.
    pub(crate) fn release(&self, tag: &str, words: &[&str]) -> crate::support::Run {
        self.bench.publish(tag);
        self.bench.scan().exits(0);
        self.bench.desk.sluice(&[&["release", "--yes", "-o", "json"], words].concat())
    }
}

/// A cluster whose Flux follows a repository.
pub(crate) fn follow(
    options: ClusterOptions,
    url: &str,
    repository: &BareRepository,
) -> (TestCluster, FakeKubelet, FluxStandIn) {
    let cluster = TestCluster::with(options);
    let kubelet = FakeKubelet::start(&cluster);
    let flux = FluxStandIn::start(&cluster, url, &repository.path());
    cluster.namespace("flux-system");
    // What `flux bootstrap` applies; everything else comes from the repository.
    cluster.apply(&json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
        "metadata": {"name": "flux-system", "namespace": "flux-system"},
        "spec": {"url": url, "interval": "1m0s", "ref": {"branch": "main"}}}));
    cluster.apply(&json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
        "metadata": {"name": "flux-system", "namespace": "flux-system"},
        "spec": {"interval": "10m0s", "path": "./flux-clusters/dev-cluster", "prune": true,
                 "sourceRef": {"kind": "GitRepository", "name": "flux-system"}}}));
    (cluster, kubelet, flux)
}

/// The tags of the pods that are ready in a cluster, without doubles.
pub(crate) fn running_in(cluster: &TestCluster) -> Vec<String> {
    let mut tags: Vec<String> = cluster
        .list("v1", "Pod", NAMESPACE)
        .iter()
        .filter(|pod| pod["metadata"]["deletionTimestamp"].is_null() && is_ready(pod))
        .filter_map(|pod| Some(pod["spec"]["containers"][0]["image"].as_str()?.rsplit_once(':')?.1.to_owned()))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}
