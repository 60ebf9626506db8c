//! From a Deployment in a repository to one that is released by policy: `sluice export`.

use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::bench::{IMAGE, tag_of};

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap_or_else(|| panic!("{value}")).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn a_workload_is_brought_under_a_policy_by_one_commit_that_was_shown() {
    let bench = Bench::over_http(|files| {
        let worker = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: worker\n  namespace: jobs\nspec:\n  selector:\n    \
            matchLabels:\n      app: worker\n  template:\n    metadata:\n      labels:\n        app: worker\n    spec:\n      \
            containers:\n        - name: worker\n          image: registry.example.com/team/flask-app:1.0.0 # the same image\n";
        files.with("worker/deployment.yaml", worker)
    });
    let desk = &bench.desk;
    // The file came after the addresses were filled in.
    let image = bench.registry.image(IMAGE);
    let text = bench.repository.show("main", "worker/deployment.yaml");
    let text = text.replace("registry.example.com/team/flask-app", &image).replace(" # the same image", "");
    bench.repository.commit("main", &[("worker/deployment.yaml", &text)], "the worker");
    bench.add_source("observe");
    let before = bench.repository.tip("main");

    let wanted = ["export", "worker", "--range", ">=1.0.0", "-o", "json"];
    let shown = desk.sluice(&[&wanted[..], &["--dry-run"]].concat()).exits(0).json();
    assert_eq!(
        texts(&shown["used"]),
        ["GitRepository flux-system/flask-app", "ImageRepository flux-system/flask-app"],
        "{shown}"
    );
    let folder = "flux-clusters/dev-cluster/flux-system";
    let mut expected: Vec<String> =
        ["kustomization.yaml", "worker-automation.yaml", "worker-kustomization.yaml", "worker-policy.yaml"]
            .iter()
            .map(|name| format!("{folder}/{name}"))
            .collect();
    expected.push("worker/deployment.yaml".to_owned());
    assert_eq!(texts(&shown["files"]), expected, "{shown}");
    assert_eq!((&shown["commit"], &shown["notes"]), (&Value::Null, &json!([])), "{shown}");
    // Nothing is written without a word, and nothing where it is not allowed.
    desk.sluice(&wanted).exits(2);
    let refused = desk.sluice(&[&wanted[..], &["--yes"]].concat()).exits(2).error();
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("--mode review")), "{refused}");
    assert_eq!(bench.repository.tip("main"), before);

    desk.sluice(&["source", "set", "fleet", "--mode", "review"]).exits(0);
    let pushed = desk.sluice(&[&wanted[..], &["--yes"]].concat()).exits(0).json();
    assert_eq!(pushed["commit"], bench.repository.tip("main"), "{pushed}");
    assert_eq!(bench.log("main").len(), 3, "one commit: {:?}", bench.log("main"));
    let list = bench.repository.show("main", &format!("{folder}/kustomization.yaml"));
    assert!(list.contains("  - flask-app-automation.yaml\n  - worker-automation.yaml\n"), "{list}");
    desk.sluice(&["export", "worker"]).exits(3);

    // And from now on it is released.
    bench.publish("1.2.0");
    bench.scan().exits(0);
    desk.sluice(&["release", "flux-system/worker", "--yes"]).exits(0);
    assert_eq!(tag_of(&bench.repository.show("main", "worker/deployment.yaml")), "1.2.0");
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "the other one stays in its own range");
}

#[test]
fn what_is_not_clear_is_said_before_anything_is_written() {
    let bench = Bench::over_http(|files| files);
    bench.add_source("review");
    let error = bench.desk.sluice(&["export", "flsk-app", "-o", "json"]).exits(2).error();
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("flask-app")), "{error}");
    // The reference scenario lacks nothing.
    let nothing = bench.desk.sluice(&["export", "flask-app", "-o", "json"]).exits(3).json();
    assert_eq!((&nothing["files"], nothing["used"].as_array().map(Vec::len)), (&json!([]), Some(5)), "{nothing}");
}
