//! The trail of a release: requested, fetched, applied, rolled out, healthy; or stuck, and the way back.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::stage::Stage;
use crate::support::bench::APP;
use crate::support::wait_until;

/// The only cluster's row of a release.
fn rollout(release: &Value) -> Value {
    release["clusters"].as_array().and_then(|clusters| clusters.first()).cloned().unwrap_or_else(|| panic!("{release}"))
}

/// The stages of a rollout that are done.
fn done(rollout: &Value) -> Vec<&str> {
    let steps = rollout["steps"].as_array().unwrap_or_else(|| panic!("{rollout}"));
    steps.iter().filter(|step| step["state"] == "done").filter_map(|step| step["stage"].as_str()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// When the remote moved its branch.
fn pushed(stage: &Stage) -> Timestamp {
    let reference = stage.bench.repository.path().join("refs/heads/main");
    let moved = std::fs::metadata(&reference).and_then(|metadata| metadata.modified()).expect("the branch");
    let moved = Timestamp::try_from(moved).expect("a time");
    // The record counts in milliseconds.
    Timestamp::from_millisecond(moved.as_millisecond()).expect("a time")
}

#[test]
fn a_release_is_followed_from_the_tag_to_the_running_pod() {
    let stage = Stage::new();
    stage.connect("review");
    let run = stage.release("1.0.1", &["--follow", "--timeout", "60s"]).exits(0);
    let release = run.release();
    assert_eq!(release["outcome"], "pushed", "{release}");
    let rollout = rollout(&release);
    assert_eq!(rollout["state"], "healthy", "{rollout}");
    assert_eq!(done(&rollout), ["fetched", "applied", "rolled-out", "healthy"], "{rollout}");
    // The source first, then what reads from it; not the Kustomization that applies another folder.
    let asked = "asked GitRepository flux-system/flask-app, Kustomization flux-system/flask-app";
    assert_eq!(rollout["request"], asked, "{rollout}");
    assert_eq!(stage.running(), ["1.0.1"]);
    let requested: Timestamp = text(&rollout["requestedAt"]).parse().expect("a time");
    let waited = requested.duration_since(pushed(&stage));
    println!("from the push to Flux being asked: {} ms", waited.as_millis());
    assert!(!waited.is_negative(), "Flux is asked for what is not there yet: {waited:?}");
    for words in ["fetched", "rolled-out", "Deployment flask-app/flask-app: 1/1 ready"] {
        assert!(run.stderr.contains(words), "{words} is not told: {}", run.stderr);
    }

    // Again, of what is on record.
    let again = stage.bench.desk.sluice(&["follow", "-o", "json"]).exits(0).json();
    assert_eq!(again["rollouts"][0]["state"], "healthy", "{again}");
}

#[test]
fn a_bad_image_is_stuck_with_the_pods_own_words_and_is_rolled_back_and_held() {
    let stage = Stage::with(Default::default(), |files| files.replace("range: 1.0.x", "range: \">=1.0.0-0\""));
    stage.connect("review");
    let run = stage.release("1.0.1-bad", &["--follow", "--timeout", "60s"]).exits(1);
    let rollout = rollout(&run.release());
    assert_eq!((&rollout["state"], &rollout["reason"]), (&"stuck".into(), &"ImagePullBackOff".into()), "{rollout}");
    let words = rollout["words"].as_str().expect("it says why");
    assert!(words.contains("Back-off pulling image") && words.contains("container flask-app"), "{words}");
    assert_eq!(done(&rollout), ["fetched", "applied"], "{rollout}");
    assert_eq!(stage.running(), ["1.0.0"], "the old pod serves on");

    // Who did not follow it is told where and why, and how it goes back.
    let get = ["get", "releases", "-o", "json"];
    let got = stage.bench.desk.sluice(&get).exits(0).json();
    let stuck = &got["releases"][0]["stuck"][0];
    assert_eq!((&stuck["cluster"], &stuck["reason"]), (&"dev".into(), &"ImagePullBackOff".into()), "{got}");
    assert!(stuck["stuckSince"].is_string(), "{stuck}");
    let table = stage.bench.desk.sluice(&["get", "releases"]).exits(0).stdout;
    for words in ["stuck in dev: ", "Back-off pulling image", "sluice rollback"] {
        assert!(table.contains(words), "{words} is not told: {table}");
    }

    let back = stage.bench.desk.sluice(&[
        "rollback",
        APP,
        "--reason",
        "1.0.1 cannot be pulled",
        "--yes",
        "--follow",
        "-o",
        "json",
    ]);
    let back = back.exits(0).json();
    assert_eq!((&back["tag"], &back["held"]), (&"1.0.0".into(), &true.into()), "{back}");
    assert_eq!(back["clusters"][0]["state"], "healthy", "{back}");
    assert_eq!(stage.running(), ["1.0.0"]);
    wait_until("the bad pod is gone", || stage.cluster.list("v1", "Pod", "flask-app").len() == 1);
    // The first one is not waited for any more, and it stays away.
    let releases = stage.bench.desk.releases();
    let first = releases.last().and_then(|release| release["id"].as_str()).expect("there are two");
    let first = stage.bench.desk.sluice(&["follow", first, "-o", "json"]).exits(3).json();
    assert_eq!(first["rollouts"][0]["state"], "overtaken", "{first}");
    let got = stage.bench.desk.sluice(&get).exits(0).json();
    let stuck: Vec<&Value> = got["releases"].as_array().expect("releases").iter().map(|one| &one["stuck"]).collect();
    assert_eq!(stuck, [&serde_json::json!([]); 2], "{got}");
    stage.bench.desk.sluice(&["release", "--yes"]).exits(1);
    assert_eq!(stage.bench.tag_in_git("main"), "1.0.0");
}

#[test]
fn a_release_is_followed_where_the_cluster_has_another_address_that_the_source_is_known_by() {
    let stage = Stage::new();
    let folder = stage.bench.repository.path();
    let folder = folder.to_str().expect("the path is text");
    let add = ["source", "add", "git", folder, "--name", "fleet", "--mode", "review", "--known-as"];
    let secret = stage.bench.url.replace("://", "://bot:very-secret@");
    let refused = stage.bench.desk.sluice(&[&add[..], &[&secret]].concat()).exits(2);
    assert!(refused.stderr.contains("password") && !refused.stderr.contains("very-secret"), "{}", refused.stderr);
    stage.bench.desk.sluice(&[&add[..], &[&stage.bench.url]].concat()).exits(0);
    stage.add_cluster(&stage.cluster, "dev");
    let release = stage.release("1.0.1", &["--follow", "--timeout", "60s"]).exits(0).release();
    assert_eq!(rollout(&release)["state"], "healthy", "{release}");
    let releases = stage.bench.desk.releases();
    assert!(releases[0]["remote"].as_str().is_some_and(|remote| remote.contains(folder)), "{releases:?}");

    let clusters = || stage.bench.desk.sluice(&["why", APP, "-o", "json"]).json()["steps"][8]["clusters"].clone();
    let here = clusters();
    assert_eq!((&here[0]["cluster"], &here[0]["running"]), (&"dev".into(), &serde_json::json!(["1.0.1"])), "{here}");

    // Without it that is another repository.
    stage.bench.desk.sluice(&["source", "set", "fleet", "--known-as", ""]).exits(0);
    assert_eq!(clusters(), serde_json::json!([]));
}

#[test]
fn a_fetch_that_fails_says_so_in_flux_own_words() {
    let stage = Stage::new();
    stage.connect("review");
    stage.flux.fail_fetches(Some("ssh: handshake failed: knownhosts: key mismatch"));
    let run = stage.release("1.0.1", &["--follow", "--timeout", "60s"]).exits(1);
    let rollout = rollout(&run.release());
    assert_eq!((&rollout["state"], &rollout["reason"]), (&"stuck".into(), &"GitOperationFailed".into()), "{rollout}");
    assert!(rollout["words"].as_str().is_some_and(|words| words.contains("key mismatch")), "{rollout}");
    assert_eq!(done(&rollout), [""; 0], "{rollout}");
    stage.flux.fail_fetches(None);
    // Flux tries again by itself, at its interval; here it is asked.
    let asked = ["reconcile", "kustomization", "flux-system/flask-app", "--with-source", "--cluster", "dev"];
    stage.bench.desk.sluice(&asked).exits(0);
    let now = stage.bench.desk.sluice(&["follow", "--timeout", "60s", "-o", "json"]).exits(0).json();
    assert_eq!(now["rollouts"][0]["state"], "healthy", "{now}");
}

#[test]
fn an_agent_follows_what_it_releases_and_goes_on_after_the_api_server_was_away() {
    let mut stage = Stage::with(Default::default(), |files| files.hurried());
    stage.connect("auto");
    let agent = stage.bench.desk.agent();
    agent.wait_for("cluster-changed", |event| event["cluster"] == "dev");
    // It is away when the version comes, and comes back in the middle of it.
    stage.cluster.kill_server();
    stage.bench.publish("1.0.1");
    agent.wait_for_release("pushed");
    agent.wait_for("heard", |event| event["subject"] == "cluster dev" && event["failure"].is_string());
    stage.cluster.restart_server();
    let healthy = agent.wait_for("rollout", |event| event["state"] == "healthy");
    assert_eq!((&healthy["cluster"], &healthy["stage"]), (&"dev".into(), &"healthy".into()), "{healthy}");
    agent.wait_for("heard", |event| event["subject"] == "cluster dev" && event["failure"].is_null());
    assert_eq!(stage.running(), ["1.0.1"]);
    let stopped = agent.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.log);
}

#[test]
fn a_machine_that_slept_catches_up_with_its_cluster_and_asks_no_more_than_before() {
    let mut stage = Stage::with(Default::default(), |files| files.hurried());
    stage.connect("auto");
    let agent = stage.bench.desk.agent();
    agent.wait_for("cluster-changed", |event| event["cluster"] == "dev");
    std::thread::scope(|scope| {
        scope.spawn(|| agent.sleeps_for(Duration::from_secs(15)));
        std::thread::sleep(Duration::from_secs(1));
        // No connection outlives a night, and the world goes on.
        stage.cluster.restart_server();
        stage.bench.publish("1.0.1");
    });
    agent.wait_for_release("pushed");
    let healthy = agent.wait_for("rollout", |event| event["state"] == "healthy");
    assert_eq!(healthy["cluster"], "dev", "{healthy}");
    assert_eq!(stage.running(), ["1.0.1"]);
    assert_eq!(agent.events_of("release").iter().filter(|event| event["state"] == "pushed").count(), 1);
    let troubles = agent.events_of("heard").into_iter();
    let troubles = troubles.filter(|event| event["subject"] == "cluster dev" && event["failure"].is_string()).count();
    assert!(troubles <= 2, "one lost connection is told {troubles} times: {}", agent.log());
    assert_eq!(agent.stop().code, Some(0));
}
