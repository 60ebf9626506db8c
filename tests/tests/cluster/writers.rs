//! Two writers: the cluster's own image automation handles the same markers.

use serde_json::json;

use crate::stage::Stage;
use crate::support::bench::APP;

const AUTOMATION: (&str, &str) = ("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation");

/// What the cluster's controller says of the automation of Git once it works.
fn controller_works(stage: &Stage) {
    controller_works_on(stage, "flask-app");
}

/// What the cluster's controller says of an automation once it works.
fn controller_works_on(stage: &Stage, name: &str) {
    let status = json!({"status": {"observedGeneration": 1, "lastAutomationRunTime": "2026-11-26T10:00:00Z",
        "conditions": [{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "repository up-to-date"}]}});
    stage.cluster.patch(AUTOMATION.0, AUTOMATION.1, "flux-system", name, &status);
}

/// An automation that no file in Git has, at work on every folder of the repository.
fn somebody_applies(stage: &Stage, name: &str) {
    stage.cluster.apply(&json!({"apiVersion": AUTOMATION.0, "kind": AUTOMATION.1,
        "metadata": {"name": name, "namespace": "flux-system"},
        "spec": {"interval": "1m0s", "sourceRef": {"kind": "GitRepository", "name": "flask-app"},
            "git": {"checkout": {"ref": {"branch": "main"}}, "push": {"branch": "main"},
                "commit": {"author": {"name": "fluxbot", "email": "fluxbot@acme.example"}}},
            "update": {"path": "./", "strategy": "Setters"}}}));
    controller_works_on(stage, name);
}

fn is_suspended(stage: &Stage) -> bool {
    is_suspended_of(stage, "flask-app")
}

fn is_suspended_of(stage: &Stage, name: &str) -> bool {
    let object = stage.cluster.get(AUTOMATION.0, AUTOMATION.1, "flux-system", name).expect("it is applied");
    object["spec"]["suspend"] == true
}

/// Which automation a release is in conflict with.
fn conflict(stage: &Stage) -> String {
    let refused = stage.bench.desk.sluice(&["release", "--yes", "-o", "json"]).exits(1).release();
    assert_eq!(refused["error"]["code"], "conflict", "{refused}");
    refused["error"]["message"].as_str().expect("it says why").to_owned()
}

/// What taking over does.
fn take_over(stage: &Stage) -> Vec<String> {
    let over = stage.bench.desk.sluice(&["handover", APP, "--to", "here", "--mode", "auto", "--yes", "-o", "json"]);
    serde_json::from_value(over.exits(0).json()["steps"].clone()).expect("steps in words")
}

#[test]
fn sluice_observes_while_the_clusters_automation_writes_and_takes_over_on_a_persons_word() {
    let stage = Stage::new();
    stage.connect("auto");
    // No controller has ever looked at it: the object alone writes nothing.
    let first = stage.release("1.0.1", &["--follow"]).exits(0).release();
    assert_eq!(first["clusters"][0]["state"], "healthy", "{first}");

    controller_works(&stage);
    let refused = stage.release("1.0.2", &[]).exits(1).release();
    assert_eq!(refused["error"]["code"], "conflict", "{refused}");
    let words = refused["error"]["message"].as_str().expect("it says why");
    assert!(words.contains("ImageUpdateAutomation flux-system/flask-app in the cluster dev"), "{words}");
    assert_eq!(stage.bench.tag_in_git("main"), "1.0.1");
    let why = stage.bench.desk.sluice(&["why", APP, "-o", "json"]).json();
    assert_eq!(why["steps"][5]["gates"][0]["gate"], "conflict", "{why}");

    // What it saw counts although the cluster cannot be asked now.
    let lost = stage.bench.desk.home("nothing.kubeconfig");
    stage.bench.desk.edit_settings(|text| {
        let line =
            text.lines().find(|line| line.starts_with("kubeconfig = ")).expect("it names a kubeconfig").to_owned();
        text.replace(&line, &format!("kubeconfig = \"{}\" # {line}", lost.display()))
    });
    let still = stage.bench.desk.sluice(&["release", "--yes", "-o", "json"]).exits(1).release();
    assert_eq!(still["error"]["code"], "conflict", "{still}");
    stage.bench.desk.edit_settings(|text| {
        let line =
            text.lines().find(|line| line.starts_with("kubeconfig = ")).expect("it names a kubeconfig").to_owned();
        text.replace(&line, line.split_once("# ").expect("the line of before").1)
    });

    // A lint of the source names it too.
    let lint = stage.bench.desk.sluice(&["lint", &stage.bench.url, "-o", "json"]).json();
    let found =
        lint["diagnoses"].as_array().expect("a list").iter().find(|one| one["code"] == "cluster-writes-markers");
    let message = found.and_then(|one| one["message"].as_str()).unwrap_or_else(|| panic!("{lint}"));
    assert!(message.contains("in the cluster dev the automation flux-system/flask-app"), "{message}");

    let over = stage.bench.desk.sluice(&["handover", APP, "--to", "here", "--yes", "-o", "json"]).exits(0).json();
    let suspends = "suspend ImageUpdateAutomation flux-system/flask-app in dev";
    assert_eq!(over["steps"][0], suspends, "{over}");
    assert!(is_suspended(&stage));
    let now = stage.bench.desk.sluice(&["release", "--yes", "--follow", "-o", "json"]).exits(0).release();
    assert_eq!(now["clusters"][0]["state"], "healthy", "{now}");
    assert_eq!(stage.running(), ["1.0.2"]);

    let back = stage.bench.desk.sluice(&["handover", APP, "--to", "cluster", "--yes", "-o", "json"]).exits(0).json();
    assert_eq!(back["steps"].as_array().map(Vec::len), Some(2), "{back}");
    assert!(!is_suspended(&stage));
    stage.bench.publish("1.0.3");
    stage.bench.scan().exits(0);
    let observed = stage.bench.desk.sluice(&["release", "--yes", "-o", "json"]).exits(1).release();
    assert_eq!(observed["error"]["code"], "observe", "{observed}");
    stage.bench.desk.sluice(&["handover", APP, "--to", "cluster", "--yes"]).exits(3);
}

#[test]
fn taking_over_suspends_the_automation_at_work_whatever_it_is_called() {
    let stage = Stage::new();
    stage.connect("auto");
    somebody_applies(&stage, "everything");
    stage.bench.publish("1.0.1");
    stage.bench.scan().exits(0);
    assert!(conflict(&stage).contains("flux-system/everything in the cluster dev"), "{}", conflict(&stage));
    assert_eq!(take_over(&stage), ["suspend ImageUpdateAutomation flux-system/everything in dev"]);
    assert!(is_suspended_of(&stage, "everything"));
    assert!(!is_suspended(&stage), "nobody works on that one");
    let now = stage.bench.desk.sluice(&["release", "--yes", "--follow", "-o", "json"]).exits(0).release();
    assert_eq!(now["clusters"][0]["state"], "healthy", "{now}");
    // Asked again, it makes sure of the one that Git has, though no controller has looked at it yet.
    assert_eq!(take_over(&stage), ["suspend ImageUpdateAutomation flux-system/flask-app in dev"]);
    stage.bench.desk.sluice(&["handover", APP, "--to", "here", "--mode", "auto", "--yes"]).exits(3);

    // What goes on when the cluster is to write again is what Git has; the other stays as it was left.
    stage.bench.desk.sluice(&["handover", APP, "--to", "cluster", "--yes"]).exits(0);
    assert!(!is_suspended(&stage) && is_suspended_of(&stage, "everything"));
}

#[test]
fn of_two_automations_at_work_each_is_taken_over_before_anything_is_released() {
    let stage = Stage::new();
    stage.connect("auto");
    somebody_applies(&stage, "everything");
    controller_works(&stage);
    stage.bench.publish("1.0.1");
    stage.bench.scan().exits(0);
    let mut taken = Vec::new();
    for _ in 0..2 {
        let words = conflict(&stage);
        let steps = take_over(&stage);
        let [step] = steps.as_slice() else { panic!("one is suspended at a time: {steps:?}") };
        let name = step.strip_prefix("suspend ImageUpdateAutomation ").and_then(|rest| rest.strip_suffix(" in dev"));
        let name = name.unwrap_or_else(|| panic!("{step}"));
        assert!(words.contains(name), "the one that is taken over is the one that was named: {words}");
        taken.push(name.to_owned());
        assert_eq!(stage.bench.tag_in_git("main"), "1.0.0", "two never write");
    }
    taken.sort();
    assert_eq!(taken, ["flux-system/everything", "flux-system/flask-app"]);
    assert!(is_suspended(&stage) && is_suspended_of(&stage, "everything"));
    let now = stage.bench.desk.sluice(&["release", "--yes", "--follow", "-o", "json"]).exits(0).release();
    assert_eq!(now["clusters"][0]["state"], "healthy", "{now}");
}
