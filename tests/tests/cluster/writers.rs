//! Two writers: the cluster's own image automation handles the same markers.

use serde_json::json;

use crate::stage::Stage;
use crate::support::bench::APP;

const AUTOMATION: (&str, &str) = ("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation");

/// What the cluster's controller says of its automation once it works.
fn controller_works(stage: &Stage) {
    let status = json!({"status": {"observedGeneration": 1, "lastAutomationRunTime": "2026-11-26T10:00:00Z",
        "conditions": [{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "repository up-to-date"}]}});
    stage.cluster.patch(AUTOMATION.0, AUTOMATION.1, "flux-system", "flask-app", &status);
}

fn is_suspended(stage: &Stage) -> bool {
    let object = stage.cluster.get(AUTOMATION.0, AUTOMATION.1, "flux-system", "flask-app").expect("it is applied");
    object["spec"]["suspend"] == true
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
