//! A registry that is down, slow, or asks for less.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sluice_testkit::git::SilentServer;
use sluice_testkit::http::Reply;
use sluice_testkit::registry::DockerRegistry;

use crate::support::bench::IMAGE;
use crate::support::{Bench, Desk, Files};

const TAGS: &str = "/v2/team/flask-app/tags/list";

#[test]
fn while_the_registry_is_down_what_is_known_stays_and_when_it_is_back_the_agent_goes_on() {
    let bench = Bench::over_http(Files::hurried);
    let (desk, repository) = (&bench.desk, &bench.repository);
    let mut registry = DockerRegistry::open();
    Files::reference("v1", &bench.url, &registry.image(IMAGE)).hurried().commit_to(repository);
    registry.push(IMAGE, "1.0.0");
    bench.add_source("auto");
    bench.scan().exits(0);

    registry.stop();
    let scan = desk.sluice(&["scan", "-o", "json"]).exits(1).json();
    assert!(scan["scans"][0]["error"].is_string() && scan["scans"][0]["hint"].is_string(), "{scan}");
    let policies = desk.sluice(&["get", "policies", "-o", "json"]).exits(0).json();
    assert_eq!(policies["policies"][0]["tag"], "1.0.0", "{policies}");

    let agent = desk.agent();
    let subject = format!("registry {}", registry.address());
    // The command line has told already that it is down; the agent tells when it is back.
    agent.wait_for_nth(2, "scanned", |_| true);
    registry.start();
    registry.push(IMAGE, "1.0.1");
    agent.wait_for("heard", |event| event["subject"] == subject.as_str() && event["failure"].is_null());
    agent.wait_for_release("pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
}

#[test]
fn a_slow_registry_is_given_up_in_its_time_and_does_not_hold_up_others() {
    let bench = Bench::over_http(Files::hurried);
    let slow = SilentServer::start();
    let resource = format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: slow\n  namespace: flux-system\n\
         spec:\n  image: 127.0.0.1:{}/slow\n  interval: 1s\n  timeout: 2s\n",
        slow.port()
    );
    bench.repository.commit(
        "main",
        &[("flux-clusters/dev-cluster/flux-system/slow.yaml", &resource)],
        "an image in a slow registry",
    );
    bench.add_source("auto");
    bench.publish("1.0.1");
    let agent = bench.desk.agent();
    let started = Instant::now();
    agent.wait_for_release("pushed");
    let released_after = started.elapsed();
    let subject = format!("registry 127.0.0.1:{}", slow.port());
    let heard = agent.wait_for("heard", |event| event["subject"] == subject.as_str());
    assert!(heard["failure"].as_str().is_some_and(|words| !words.is_empty()), "{heard}");
    assert!(released_after < Duration::from_secs(20), "the release waited for the slow one: {released_after:?}");
    agent.stop();
}

#[test]
fn a_registry_that_limits_is_left_alone_for_as_long_as_it_asks() {
    const ASKED: Duration = Duration::from_secs(4);
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    // A second image of the same registry: the limit is the host's.
    let resource = format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: other\n  namespace: flux-system\n\
         spec:\n  image: {}\n  interval: 1s\n",
        bench.registry.image("team/other")
    );
    bench.repository.commit("main", &[("flux-clusters/other.yaml", &resource)], "another image");
    bench.registry.tags("team/other", ["1.0.0"]);

    let agent = bench.desk.agent();
    agent.wait_for_nth(2, "scanned", |event| event["repository"] == "flux-system/other");
    let asked: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let limited: Arc<Mutex<Option<Instant>>> = Arc::default();
    let note = {
        let (asked, limited) = (asked.clone(), limited.clone());
        move |is_limiting: bool| {
            let mut limited = limited.lock().expect("nobody panicked");
            if is_limiting && limited.is_none() {
                *limited = Some(Instant::now());
                let refusal = Reply::refusal(429, "TOOMANYREQUESTS", "slow down, please");
                return Some(refusal.header("Retry-After", &ASKED.as_secs().to_string()));
            }
            if limited.is_some() {
                asked.lock().expect("nobody panicked").push(Instant::now());
            }
            None
        }
    };
    bench.registry.answer_with(TAGS, {
        let note = note.clone();
        move |_| note(true)
    });
    bench.registry.answer_all_with(move |_| note(false));
    let subject = format!("registry {}", bench.registry.address());
    let heard = agent.wait_for("heard", |event| event["subject"] == subject.as_str() && event["failure"].is_string());
    assert!(heard["failure"].as_str().is_some_and(|words| words.contains("limit")), "{heard}");
    bench.publish("1.0.1");
    agent.wait_for_release("pushed");
    agent.stop();

    let since = limited.lock().expect("nobody panicked").expect("it was limited");
    let asked: Vec<Duration> =
        asked.lock().expect("nobody panicked").iter().map(|at| at.duration_since(since)).collect();
    // What was on its way when the limit was told may still arrive.
    let early: Vec<&Duration> =
        asked.iter().filter(|after| **after > Duration::from_millis(300) && **after < ASKED).collect();
    assert!(early.is_empty(), "it was asked too early: {asked:?}");
    assert!(!asked.is_empty());
}

#[test]
fn another_credential_is_tried_at_once_and_not_only_after_the_interval() {
    let registry = DockerRegistry::basic("robot", "right");
    let bench = Bench::over_http_at(Desk::with_keychain(), |files| files);
    Files::reference("v1", &bench.url, &registry.image(IMAGE))
        .replace("interval: 10s", "interval: 1h")
        .commit_to(&bench.repository);
    registry.push(IMAGE, "1.0.1");
    let keep = |password: &str| {
        let words = ["credential", "add", "registry", &registry.address(), "--username", "robot"];
        bench.desk.sluice_with_input(&words, password).exits(0);
    };
    keep("wrong");
    bench.add_source("auto");
    let agent = bench.desk.agent();
    let subject = format!("registry {}", registry.address());
    let refused = agent.wait_for("heard", |event| event["subject"] == subject.as_str());
    assert!(refused["failure"].is_string(), "{refused}");
    keep("right");
    agent.wait_for_release("pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    agent.stop();
}
