//! What the window does in clusters, through the commands that it calls.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sluice_api::view::common::Page;
use sluice_api::{Api, Host, HostAnswer};
use sluice_testkit::cluster::{ClusterOptions, FakeKubelet, TestCluster};

use crate::plain::remove;
use crate::stage::{Stage, running_in};
use crate::support::{Bench, wait_until};

/// A program around the API of which nothing is asked.
struct NoDesk;

impl Host for NoDesk {
    fn open_link(&self, _: &str) -> HostAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn pick_folder(&self) -> HostAnswer<'_, Option<String>> {
        Box::pin(async { Ok(None) })
    }

    fn start_page(&self) -> Option<Page> {
        None
    }

    fn set_autostart(&self, _: bool) -> HostAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn start_demo(&self) -> HostAnswer<'_, String> {
        Box::pin(async { Ok(String::new()) })
    }

    fn demo_address(&self) -> Option<String> {
        None
    }
}

/// The window over the files of a desk.
struct Window {
    runtime: tokio::runtime::Runtime,
    api: Api,
}

impl Window {
    fn open(bench: &Bench) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let api = runtime.block_on(async { Api::new(bench.desk.engine().await, Arc::new(NoDesk), "kim") });
        Self { runtime, api }
    }

    fn ok(&self, name: &str, request: Value) -> Value {
        let answer = self.runtime.block_on(self.api.call(name, request));
        answer.unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// Says yes to a proposal, and gives it when it is over.
    fn carry_out(&self, proposal: &Value) -> Value {
        let id = json!({ "proposal": proposal["proposal"] });
        self.ok("carryOut", id.clone());
        for _ in 0..600 {
            let now = self.ok("proposal", id.clone());
            if now["course"]["course"] != "running" {
                return now;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("it is over within a minute");
    }
}

fn verbs(proposal: &Value) -> Vec<(&str, &str)> {
    let steps = proposal["steps"].as_array().unwrap_or_else(|| panic!("{proposal}"));
    steps.iter().filter_map(|step| Some((step["verb"].as_str()?, step["object"].as_str()?))).collect()
}

#[test]
fn a_bare_cluster_gets_what_was_shown_and_loses_what_left_git() {
    let cluster = TestCluster::with(ClusterOptions { has_flux: false, ..ClusterOptions::default() });
    let _kubelet = FakeKubelet::start(&cluster);
    let extra = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: extra\ndata:\n  is: here\n";
    let bench = Bench::over_http(|files| files.with("test/extra.yaml", extra));
    bench.add_source("review");
    let kubeconfig = cluster.kubeconfig("admin", "bare");
    let file = kubeconfig.to_str().expect("the path is text");
    bench.desk.sluice(&["source", "add", "cluster", "bare", "--kubeconfig", file]).exits(0);

    let window = Window::open(&bench);
    let detail = window.ok("cluster", json!({ "cluster": "bare" }));
    let app = json!({ "source": "fleet", "namespace": "flux-system", "name": "flask-app" });
    let own = json!({ "source": "fleet", "namespace": "flux-system", "name": "flux-system" });
    assert_eq!((&detail["hasFlux"], &detail["kustomizations"]), (&false.into(), &json!([app, own])), "{detail}");
    let wish = json!({ "wish": { "wish": "apply", "kustomization": app, "cluster": "bare" } });
    let shown = window.ok("propose", wish.clone());
    let expected = [
        ("create", "Namespace flask-app"),
        ("create", "ConfigMap flask-app/extra"),
        ("create", "Service flask-app/flask-app"),
        ("create", "Deployment flask-app/flask-app"),
    ];
    assert_eq!(verbs(&shown), expected, "{shown}");
    assert!(cluster.get("v1", "Namespace", "", "flask-app").is_none(), "shown is not done");
    let done = window.carry_out(&shown);
    assert_eq!(done["course"]["course"], "done", "{done}");
    wait_until("1.0.0 runs", || running_in(&cluster) == ["1.0.0"]);
    let row = window.ok("cluster", json!({ "cluster": "bare" }))["objects"][0].clone();
    assert_eq!((&row["isPlain"], &row["declared"]), (&true.into(), &app), "{row}");

    // What left Git is deleted; what somebody changed in the meantime is shown once more before anything is done.
    remove(&bench, "test/extra.yaml");
    let shown = window.ok("propose", wish.clone());
    let pruned = shown["steps"].as_array().expect("steps").iter().find(|step| step["verb"] == "delete");
    let pruned = pruned.unwrap_or_else(|| panic!("{shown}"));
    assert_eq!((&pruned["object"], &pruned["file"]["after"]), (&"ConfigMap flask-app/extra".into(), &"".into()));
    assert!(pruned["file"]["before"].as_str().is_some_and(|text| text.contains("is: here")), "{pruned}");
    cluster.patch("v1", "ConfigMap", "flask-app", "extra", &json!({ "data": { "is": "another" } }));
    let refused = window.carry_out(&shown);
    assert_eq!(refused["course"]["error"]["code"], "planOutdated", "{refused}");
    assert!(cluster.get("v1", "ConfigMap", "flask-app", "extra").is_some());
    let done = window.carry_out(&window.ok("propose", wish.clone()));
    assert_eq!(done["course"]["course"], "done", "{done}");
    assert!(cluster.get("v1", "ConfigMap", "flask-app", "extra").is_none(), "it left Git");
    let nothing = window.ok("propose", wish);
    assert!(verbs(&nothing).iter().all(|(verb, _)| *verb == "keep"), "{nothing}");
    let log = window.ok("activity", json!({ "text": "apply" }));
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(2), "{log}");
}

#[test]
fn a_release_that_is_stuck_says_so_and_is_rolled_back_and_held_by_the_sheet() {
    let stage = Stage::with(Default::default(), |files| files.replace("range: 1.0.x", "range: \">=1.0.0-0\""));
    stage.connect("review");
    stage.release("1.0.1-bad", &["--follow", "--timeout", "60s"]).exits(1);

    let window = Window::open(&stage.bench);
    let row = window.ok("releases", json!({ "show": "failed" }))["releases"][0].clone();
    assert_eq!(row["state"], "stuck", "{row}");
    let detail = window.ok("releaseDetail", json!({ "release": row["release"] }));
    let rollout = &detail["rollouts"][0];
    assert_eq!(
        (&rollout["cluster"], &rollout["state"], &rollout["reason"]),
        (&"dev".into(), &"stuck".into(), &"ImagePullBackOff".into()),
        "{rollout}"
    );
    assert!(rollout["words"].as_str().is_some_and(|words| words.contains("Back-off pulling image")), "{rollout}");
    let states: Vec<&str> =
        rollout["steps"].as_array().expect("steps").iter().filter_map(|step| step["state"].as_str()).collect();
    assert_eq!(states, ["done", "done", "failed", "waiting"], "{rollout}");
    assert_eq!(detail["undo"]["can"], "yes", "{detail}");

    let intent = json!({ "intent": { "intent": "undo", "release": row["release"] } });
    let review = window.ok("openReview", intent);
    assert_eq!(review["hold"]["tag"], "1.0.0", "{review}");
    let plans = review["plans"].as_array().expect("plans").iter();
    let plans: Vec<Value> = plans.map(|plan| json!({ "plan": plan["plan"], "message": plan["message"] })).collect();
    window.ok(
        "release",
        json!({ "review": review["review"], "plans": plans, "approval": "given", "hold": review["hold"] }),
    );
    wait_until("1.0.0 stands in Git", || stage.bench.tag_in_git("main") == "1.0.0");
    wait_until("it is held", || {
        let app = json!({ "source": "fleet", "namespace": "flux-system", "name": "flask-app" });
        window.ok("policy", json!({ "policy": app }))["holds"][0]["tag"] == "1.0.0"
    });
}
