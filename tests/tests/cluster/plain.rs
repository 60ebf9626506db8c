//! A cluster without Flux: built, compared, applied and pruned on a person's word, and followed all the same.

use serde_json::Value;
use sluice_testkit::cluster::{ClusterOptions, FakeKubelet, TestCluster};

use crate::stage::running_in;
use crate::support::bench::APP;
use crate::support::{Bench, wait_until};

fn actions(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let steps = report["steps"].as_array().unwrap_or_else(|| panic!("{report}"));
    steps.iter().map(|step| (text(&step["action"]), text(&step["object"]))).collect()
}

#[test]
fn the_whole_loop_runs_on_a_bare_cluster() {
    let cluster = TestCluster::with(ClusterOptions { has_flux: false, ..ClusterOptions::default() });
    let _kubelet = FakeKubelet::start(&cluster);
    let extra = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\ndata:\n  is: here\n";
    let bench = Bench::over_http(|files| files.with("test/extra.yaml", extra));
    bench.add_source("review");
    let kubeconfig = cluster.kubeconfig("admin", "bare");
    let file = kubeconfig.to_str().expect("the path is text");
    let desk = &bench.desk;
    desk.sluice(&["source", "add", "cluster", "bare", "--kubeconfig", file]).exits(0);

    // Nothing is done without being asked to.
    let apply = ["apply", APP, "--cluster", "bare", "-o", "json"];
    let shown = desk.sluice(&[&apply[..], &["--dry-run"]].concat()).exits(0).json();
    let expected = [
        ("create", "Namespace flask-app"),
        ("create", "ConfigMap flask-app/extra"),
        ("create", "Service flask-app/flask-app"),
        ("create", "Deployment flask-app/flask-app"),
    ];
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(actions(&shown), expected, "{shown}");
    assert!(cluster.get("v1", "Namespace", "", "flask-app").is_none());
    desk.sluice(&apply).exits(2);
    assert!(cluster.get("v1", "Namespace", "", "flask-app").is_none(), "nobody has confirmed");

    desk.sluice(&[&apply[..], &["--yes"]].concat()).exits(0);
    wait_until("1.0.0 runs", || running_in(&cluster) == ["1.0.0"]);
    desk.sluice(&[&apply[..], &["--yes"]].concat()).exits(3);

    // A release is made, and says what is to be done here.
    bench.publish("1.0.1");
    bench.scan().exits(0);
    let release = bench.release().exits(0).release();
    let rollout = &release["clusters"][0];
    assert_eq!(rollout["request"], format!("no Flux is here: sluice apply {APP} --cluster bare"), "{rollout}");
    // Git loses a file at the same time.
    remove(&bench, "test/extra.yaml");
    let shown = desk.sluice(&[&apply[..], &["--dry-run"]].concat()).exits(0).json();
    let changes: Vec<(String, String)> = actions(&shown).into_iter().filter(|(action, _)| action != "keep").collect();
    let expected = [("change", "Deployment flask-app/flask-app"), ("prune", "ConfigMap flask-app/extra")];
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(changes, expected, "{shown}");
    let diff: String =
        shown["steps"].as_array().expect("steps").iter().filter_map(|step| step["diff"].as_str()).collect();
    assert!(diff.contains("flask-app:1.0.0") && diff.contains("+") && diff.contains("flask-app:1.0.1"), "{diff}");

    desk.sluice(&[&apply[..], &["--yes"]].concat()).exits(0);
    desk.sluice(&["follow", "--timeout", "60s"]).exits(0);
    assert_eq!(running_in(&cluster), ["1.0.1"]);
    assert!(cluster.get("v1", "ConfigMap", "flask-app", "extra").is_none(), "it left Git");
    let why = desk.sluice(&["why", APP, "-o", "json"]).exits(0).json();
    assert_eq!((&why["steps"][7]["state"], &why["steps"][8]["tag"]), (&"fine".into(), &"1.0.1".into()), "{why}");
}

/// Takes a file out of `main`.
pub(crate) fn remove(bench: &Bench, path: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let work = folder.path().to_str().expect("text").to_owned();
    let tree = format!("--work-tree={work}");
    bench.repository.git([&tree, "read-tree", "main"]);
    bench.repository.git([&tree, "rm", "--cached", "--quiet", path]);
    let written = bench.repository.git([&tree, "write-tree"]);
    let parent = bench.repository.tip("main");
    let commit = bench.repository.git(["commit-tree", &written, "-p", &parent, "-m", "without it"]);
    bench.repository.git(["update-ref", "refs/heads/main", &commit]);
}
