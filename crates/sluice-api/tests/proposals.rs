//! What is shown first and then done: hand-overs, exports, setting Flux up. Applying to a plain cluster takes a real API
//! server and stands among the journeys of the tier `cluster`.

mod support;

use serde_json::{Value, json};
use sluice_api::ErrorCode;
use sluice_api::view::event::Event;
use sluice_testkit::kubernetes::{WireCluster, kubeconfig};
use support::{App, policy};

const FLUX: &str = "flux-system";

fn automation() -> Value {
    json!({ "source": "fleet", "namespace": FLUX, "name": "flask-app" })
}

/// A cluster whose own controller handles the automation of the scenario.
async fn with_a_writer(app: &App) -> WireCluster {
    let cluster = WireCluster::start("v1.33.1");
    app.put_kubeconfig(&kubeconfig(&[("kind-dev", &cluster.url())]));
    let meta = json!({"name": "flask-app", "namespace": FLUX});
    cluster.put(&json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": meta,
        "spec": {"url": app.demo.git_url(), "ref": {"branch": "main"}}, "status": {"observedGeneration": 1}}));
    cluster.put(&json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageUpdateAutomation", "metadata": meta,
        "spec": {"sourceRef": {"kind": "GitRepository", "name": "flask-app"}, "update": {"path": "./test"},
            "git": {"push": {"branch": "main"}}},
        "status": {"observedGeneration": 1, "lastAutomationRunTime": "2026-11-26T10:00:00Z",
            "conditions": [{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "repository up-to-date"}]}}));
    app.ok("addCluster", json!({ "context": "kind-dev", "name": "dev", "isReadOnly": false })).await;
    app.api.engine().look_for_writers().await.expect("the cluster answers");
    cluster
}

fn suspend(cluster: &WireCluster) -> Value {
    cluster.get("ImageUpdateAutomation", FLUX, "flask-app").expect("it is there")["spec"]["suspend"].clone()
}

async fn mode(app: &App) -> Value {
    app.ok("policy", json!({ "policy": policy() })).await["automations"][0]["mode"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writing_is_handed_over_either_way_as_it_was_shown() {
    let app = App::writable().await;
    let cluster = with_a_writer(&app).await;
    // Where the window says who writes.
    let page = app.ok("policy", json!({ "policy": policy() })).await;
    assert_eq!(page["automations"][0]["writer"]["cluster"], "dev", "{page}");
    let source = app.ok("source", json!({ "source": "fleet" })).await;
    assert_eq!(source["automations"][0]["writer"]["automation"], "flux-system/flask-app", "{source}");
    let detail = app.ok("cluster", json!({ "cluster": "dev" })).await;
    let row = detail["objects"].as_array().expect("rows").iter().find(|row| row["kind"] == "ImageUpdateAutomation");
    assert_eq!(row.expect("it is listed")["declared"], automation(), "{detail}");
    let gate = page["gates"].as_array().expect("gates").iter().find(|gate| gate["code"] == "conflict");
    assert_eq!(gate.expect("it waits for that")["remedy"]["action"]["do"], "takeOver", "{page}");

    // Nothing is changed by looking.
    let here = json!({ "wish": { "wish": "handOver", "automation": automation(), "to": "here", "mode": "auto" } });
    let shown = app.ok("propose", here).await;
    let suspends = json!({ "verb": "suspend", "object": "ImageUpdateAutomation flux-system/flask-app",
        "place": { "at": "cluster", "cluster": "dev" },
        "fields": [{ "field": "spec.suspend", "old": null, "new": "true" }], "file": null });
    assert_eq!(shown["steps"][0], suspends, "{shown}");
    let field = &shown["steps"][1]["fields"][0];
    assert_eq!((&field["old"], &field["new"]), (&"review".into(), &"auto".into()), "{shown}");
    assert_eq!((suspend(&cluster), mode(&app).await), (Value::Null, "review".into()));

    let done = app.carried_out(&shown).await;
    assert_eq!(done["course"]["course"], "done", "{done}");
    assert_eq!((suspend(&cluster), mode(&app).await), (true.into(), "auto".into()));
    let page = app.ok("policy", json!({ "policy": policy() })).await;
    assert_eq!(page["automations"][0]["writer"], Value::Null, "{page}");
    let again = app.call("carryOut", json!({ "proposal": done["proposal"] })).await.expect_err("once is enough");
    assert_eq!(again.code, ErrorCode::AlreadyExists);

    let there =
        json!({ "wish": { "wish": "handOver", "automation": automation(), "to": "cluster", "cluster": "dev" } });
    let shown = app.ok("propose", there).await;
    let verbs: Vec<&str> =
        shown["steps"].as_array().expect("steps").iter().filter_map(|step| step["verb"].as_str()).collect();
    assert_eq!(verbs, ["setMode", "resume"], "whoever stops comes first: {shown}");
    app.carried_out(&shown).await;
    assert_eq!((suspend(&cluster), mode(&app).await), (Value::Null, "observe".into()));
    let activity = app.ok("activity", json!({ "text": "hand-over" })).await;
    let details: Vec<&str> =
        activity["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["detail"].as_str()).collect();
    assert_eq!(details, ["dev", "here"], "{activity}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_thing_by_then_is_not_done() {
    let app = App::writable().await;
    let cluster = with_a_writer(&app).await;
    let here = json!({ "wish": { "wish": "handOver", "automation": automation(), "to": "here" } });
    let shown = app.ok("propose", here.clone()).await;
    app.ok("setMode", json!({ "automation": automation(), "mode": "observe" })).await;
    let failed = app.carried_out(&shown).await;
    assert_eq!(failed["course"]["error"]["code"], "planOutdated", "{failed}");
    assert_eq!(suspend(&cluster), Value::Null, "nothing was done");
    // A new one can be made, and one can be thrown away.
    let anew = app.ok("propose", here).await;
    app.ok("discardProposal", json!({ "proposal": anew["proposal"] })).await;
    let gone = app.call("carryOut", json!({ "proposal": anew["proposal"] })).await.expect_err("it is gone");
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workload_is_brought_under_a_policy_by_a_commit_that_was_shown() {
    let app = App::with_news().await;
    let image = app.demo.image();
    let worker = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: worker\n  namespace: jobs\nspec:\n  template:\n    spec:\n      \
         containers:\n        - name: worker\n          image: {image}:1.0.0\n"
    );
    app.commit("worker/deployment.yaml", &worker);
    app.api.engine().refresh("fleet").await.expect("it is read");
    let found = app.ok("exportables", json!({ "source": "fleet" })).await;
    let worker = &found["workloads"][1];
    assert_eq!(
        (&worker["workload"], &worker["isMarked"], &worker["range"]),
        (&"Deployment/worker".into(), &false.into(), &"1.0.x".into()),
        "{found}"
    );
    assert_eq!(found["workloads"][0]["isMarked"], true, "{found}");

    let wish = json!({ "wish": { "wish": "export", "source": "fleet", "workload": "Deployment/worker", "range": ">=1.0.0",
        "name": "" } });
    let shown = app.ok("propose", wish.clone()).await;
    // The demo is observed until a person allows more.
    assert_eq!(shown["remedy"]["action"]["do"], "allowWriting", "{shown}");
    app.call("carryOut", json!({ "proposal": shown["proposal"] })).await.expect_err("it is not allowed");
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    let shown = app.ok("propose", wish).await;
    assert_eq!(shown["obstacle"], Value::Null, "{shown}");
    let steps = shown["steps"].as_array().expect("steps");
    let last = steps.iter().find(|step| step["object"] == "worker/deployment.yaml").expect("it is marked");
    let after = last["file"]["after"].as_str().expect("a text");
    assert!(after.contains(r#"1.0.0 # {"$imagepolicy": "flux-system:worker"}"#), "{after}");
    assert!(steps.iter().any(|step| step["verb"] == "use"), "{shown}");

    let id = json!({ "proposal": shown["proposal"], "message": "bring the worker under a policy\n" });
    app.ok("carryOut", id).await;
    let done = loop {
        let now = app.ok("proposal", json!({ "proposal": shown["proposal"] })).await;
        if now["course"]["course"] != "running" {
            break now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(done["course"]["course"], "done", "{done}");
    let log = std::process::Command::new("git")
        .args(["--git-dir", app.demo.git_folder().to_str().expect("text"), "log", "-1", "--format=%H %s", "main"])
        .output()
        .expect("git runs");
    let log = String::from_utf8_lossy(&log.stdout).trim().to_owned();
    let commit = done["course"]["commit"].as_str().expect("it was pushed");
    assert_eq!(log, format!("{commit} bring the worker under a policy"));
    let images = app.ok("images", json!({})).await;
    assert!(images.to_string().contains("\"worker\""), "{images}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn flux_is_set_up_with_its_lines_told_as_they_come() {
    use std::os::unix::fs::PermissionsExt as _;

    let tools = tempfile::tempdir().expect("a folder");
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let mut app = App::start_with(&[("PATH", &path)]).await;
    let cluster = WireCluster::start("v1.33.1");
    app.put_kubeconfig(&kubeconfig(&[("kind-dev", &cluster.url())]));
    app.ok("addCluster", json!({ "context": "kind-dev", "name": "dev", "isReadOnly": false })).await;
    let wish = json!({ "wish": { "wish": "bootstrap", "repository": "https://github.com/acme/fleet", "cluster": "dev",
        "isPersonal": false, "withImages": false } });

    // Neither a token nor a program: both are said, and what would be run.
    let shown = app.ok("propose", wish.clone()).await;
    let command = "flux bootstrap github --hostname=github.com --owner=acme --repository=fleet --branch=main \
                   --path=clusters/dev --context=kind-dev";
    assert_eq!(shown["run"], json!({ "command": command, "token": null, "program": null }), "{shown}");
    let sign_in = json!({ "do": "signIn", "kind": "forge", "target": "github.com" });
    assert_eq!(shown["remedy"]["action"], sign_in, "{shown}");
    app.put_at_home(".netrc", "machine github.com login acme-bot password very-secret\n");
    let shown = app.ok("propose", wish.clone()).await;
    assert!(shown["obstacle"]["hint"].as_str().is_some_and(|hint| hint.contains("fluxcd.io")), "{shown}");
    app.call("carryOut", json!({ "proposal": shown["proposal"] })).await.expect_err("there is no flux");

    let flux = tools.path().join("flux");
    std::fs::write(
        &flux,
        "#!/bin/sh\nread token\necho \"► connecting to github.com with $token\"\necho '✔ done' >&2\n",
    )
    .expect("a file");
    std::fs::set_permissions(&flux, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    let ready = json!([{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "all is well"}]);
    let meta = json!({"name": FLUX, "namespace": FLUX});
    for (group, kind) in [("source", "GitRepository"), ("kustomize", "Kustomization")] {
        cluster.put(&json!({"apiVersion": format!("{group}.toolkit.fluxcd.io/v1"), "kind": kind, "metadata": meta,
            "spec": {"url": "https://github.com/acme/fleet", "path": "./clusters/dev",
                "sourceRef": {"kind": "GitRepository", "name": FLUX}},
            "status": {"observedGeneration": 1, "conditions": ready}}));
    }
    for name in ["source-controller", "kustomize-controller"] {
        cluster.put(
            &json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": FLUX},
            "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "manager", "image": "x:1"}]}}},
            "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1,
                "availableReplicas": 1, "conditions": [{"type": "Available", "status": "True"}]}}),
        );
    }
    let shown = app.ok("propose", wish).await;
    assert_eq!((&shown["obstacle"], &shown["run"]["program"]), (&Value::Null, &flux.to_str().into()), "{shown}");
    let done = app.carried_out(&shown).await;
    assert_eq!(done["course"]["course"], "done", "{done}");
    assert!(done["course"]["checks"].as_array().is_some_and(|checks| checks.len() == 4), "{done}");
    let output: Vec<&str> = done["output"].as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    assert!(output.contains(&"► connecting to github.com with ***") && output.contains(&"✔ done"), "{done}");
    let told = app.until(|event| matches!(event, Event::Output { line, .. } if line.starts_with('►'))).await;
    assert!(matches!(told, Event::Output { proposal, .. } if done["proposal"] == proposal));
    assert!(!done.to_string().contains("very-secret"), "{done}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_flux_that_is_at_work_is_stopped_and_what_is_there_by_then_is_said() {
    use std::os::unix::fs::PermissionsExt as _;

    let tools = tempfile::tempdir().expect("a folder");
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let mut app = App::start_with(&[("PATH", &path)]).await;
    let cluster = WireCluster::start("v1.33.1");
    app.put_kubeconfig(&kubeconfig(&[("kind-dev", &cluster.url())]));
    app.put_at_home(".netrc", "machine github.com login acme-bot password very-secret\n");
    app.ok("addCluster", json!({ "context": "kind-dev", "name": "dev", "isReadOnly": false })).await;
    let flux = tools.path().join("flux");
    std::fs::write(&flux, "#!/bin/sh\nread token\necho '► committing'\nsleep 600\necho '✔ done'\n").expect("a file");
    std::fs::set_permissions(&flux, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    let wish = json!({ "wish": { "wish": "bootstrap", "repository": "https://github.com/acme/fleet", "cluster": "dev",
        "isPersonal": false, "withImages": false } });
    let shown = app.ok("propose", wish).await;
    let id = json!({ "proposal": shown["proposal"] });
    let too_early = app.call("stopProposal", id.clone()).await.expect_err("nothing runs");
    assert_eq!(too_early.code, ErrorCode::InvalidRequest);

    let begun = app.ok("carryOut", id.clone()).await;
    assert_eq!(begun["course"]["stop"], "possible", "{begun}");
    app.until(|event| matches!(event, Event::Output { line, .. } if line == "► committing")).await;
    let stopping = app.ok("stopProposal", id.clone()).await;
    assert_eq!(stopping["course"]["stop"], "asked", "{stopping}");
    let stopped = app.over(&id).await;
    assert_eq!(stopped["course"]["course"], "stopped", "{stopped}");
    let checks = stopped["course"]["checks"].as_array().expect("checks");
    let said =
        |what: &str| checks.iter().find(|check| check["what"].as_str().is_some_and(|words| words.contains(what)));
    let words = "no source follows this repository: look there for what was pushed";
    assert_eq!(said("acme/fleet").expect("the repository")["words"], words, "{stopped}");
    let source = said("GitRepository flux-system/flux-system").expect("what flux makes in the cluster");
    assert_eq!((&source["isFine"], &source["words"]), (&false.into(), &"it is not there".into()), "{stopped}");
    assert_eq!(stopped["output"], json!(["► committing"]), "it said nothing more");
    let log = app.ok("activity", json!({})).await;
    assert_eq!(log["entries"][0]["action"], "bootstrap-stopped", "{log}");

    // It can be begun again from where it is.
    let again = app.ok("carryOut", id.clone()).await;
    assert_eq!((&again["course"]["course"], &again["output"]), (&"running".into(), &json!([])), "{again}");
    app.ok("stopProposal", id).await;
}
