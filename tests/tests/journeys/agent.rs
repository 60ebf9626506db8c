//! The agent: what it does by itself in each mode, what holds it back, and how it ends.

use std::time::{Duration, Instant};

use sluice_testkit::git::{AuthorizedKey, SilentServer};
use sluice_testkit::registry::Image;

use crate::support::bench::{APP, IMAGE};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Agent, Bench, Files, wait_until};

/// Waits until everything was looked at a few times more.
fn a_few_rounds(agent: &Agent) {
    agent.wait_for_nth(agent.events_of("scanned").len() + 3, "scanned", |_| true);
}

#[test]
fn observing_it_never_writes_and_review_waits_for_a_person_and_says_so_once() {
    let bench = Bench::over_http(Files::hurried);
    bench.publish("1.0.1");
    bench.add_source("observe");
    let agent = bench.desk.agent();
    agent.wait_for("decided", |event| event["chosen"]["tag"] == "1.0.1");
    a_few_rounds(&agent);
    assert_eq!(agent.events_of("ready").len(), 0, "{:#?}", agent.events());
    assert_eq!(bench.tag_in_git("main"), "1.0.0");

    // Edited by hand while the agent runs.
    bench.desk.edit_settings(|text| text.replace("mode = \"observe\"", "mode = \"review\""));
    agent.wait_for("settings-changed", |_| true);
    let ready = agent.wait_for("ready", |_| true);
    assert_eq!(ready["automation"], APP);
    assert_eq!(ready["summary"], "flask-app 1.0.0 → 1.0.1");
    a_few_rounds(&agent);
    assert_eq!(agent.events_of("ready").len(), 1, "{:#?}", agent.events_of("ready"));
    assert_eq!(bench.releases_in_git("main"), 0);
    assert!(bench.desk.release_states().is_empty());

    // Settings that are not valid change nothing.
    bench.desk.edit_settings(|text| text.replace("mode = \"review\"", "mode = \"rewiev\""));
    wait_until("the agent complains", || agent.log().contains("rewiev"));
    a_few_rounds(&agent);
    assert_eq!(bench.releases_in_git("main"), 0);

    bench.desk.edit_settings(|text| text.replace("mode = \"rewiev\"", "mode = \"auto\""));
    let released = agent.wait_for_release("pushed");
    assert_eq!(released["automation"], APP);
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    let row = bench.desk.releases().remove(0);
    assert_eq!(row["state"], "pushed", "{row}");
    a_few_rounds(&agent);
    assert_eq!(bench.releases_in_git("main"), 1);
    let stopped = agent.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.log);
}

#[test]
fn in_the_mode_auto_a_new_tag_is_in_git_within_the_interval() {
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for("scanned", |_| true);
    for at in 1..=3 {
        let tag = format!("1.0.{at}");
        bench.publish(&tag);
        let started = Instant::now();
        wait_until("the tag is in Git", || bench.tag_in_git("main") == tag);
        // The interval is a second; the rest is for a busy machine.
        assert!(started.elapsed() < Duration::from_secs(10), "{tag} took {:?}", started.elapsed());
    }
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 3);
}

#[test]
fn suspended_resources_holds_pauses_and_closed_windows_keep_it_from_releasing() {
    let bench = Bench::over_http(Files::hurried);
    let image = bench.registry.image(IMAGE);
    let files = || Files::reference("v1", &bench.url, &image).hurried();
    bench.publish("1.0.1");
    files().suspended("ImageRepository").commit_to(&bench.repository);
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for("source-read", |_| true);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(agent.events_of("scanned").len(), 0, "a suspended image repository was scanned");

    for kind in ["ImagePolicy", "ImageUpdateAutomation"] {
        let before = agent.events_of("source-read").len();
        files().suspended(kind).commit_to(&bench.repository);
        agent.wait_for_nth(before + 1, "source-read", |_| true);
        agent.wait_for("decided", |event| event["chosen"]["tag"] == "1.0.1");
        a_few_rounds(&agent);
        assert_eq!(bench.tag_in_git("main"), "1.0.0", "a suspended {kind} was released");
    }

    bench.desk.sluice(&["hold", APP, "--reason", "freeze"]).exits(0);
    files().commit_to(&bench.repository);
    agent.wait_for("source-read", |event| event["commit"] == bench.repository.tip("main"));
    a_few_rounds(&agent);
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "a held policy was released");

    bench.desk.sluice(&["suspend", APP]).exits(0);
    bench.desk.sluice(&["unhold", APP]).exits(0);
    a_few_rounds(&agent);
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "a paused automation was released");

    bench.desk.sluice(&["source", "set", "fleet", "--window", &closed_window()]).exits(0);
    bench.desk.sluice(&["resume", APP]).exits(0);
    a_few_rounds(&agent);
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "it was released outside the window");
    let why = bench.desk.sluice(&["why", APP]);
    assert!(why.stdout.contains("the release window opens at"), "{why:?}");

    bench.desk.sluice(&["source", "set", "fleet", "--window", ""]).exits(0);
    agent.wait_for_release("pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 1);
}

/// A window that opens about twelve hours from now. Without a zone it is in UTC.
fn closed_window() -> String {
    let since_midnight =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970").as_secs()
            % 86_400;
    let opens = (since_midnight / 3600 + 12) % 24;
    format!("Mon-Sun {opens:02}:00-{opens:02}:30")
}

#[test]
fn a_tag_cools_down_for_as_long_as_was_said_and_is_then_released_by_itself() {
    const AGE: Duration = Duration::from_secs(4);
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    bench.desk.sluice(&["source", "set", "fleet", "--min-age", "4s"]).exits(0);
    let agent = bench.desk.agent();
    agent.wait_for("scanned", |_| true);
    bench.publish("1.0.1");
    agent.wait_for("tags-changed", |event| event["added"] == serde_json::json!(["1.0.1"]));
    let seen = Instant::now();
    let why = bench.desk.sluice(&["why", APP]);
    assert!(why.stdout.contains("cooling down until"), "{why:?}");
    agent.wait_for_release("pushed");
    let waited = seen.elapsed();
    assert!(waited + Duration::from_millis(500) > AGE, "it was released after {waited:?}");
    assert!(waited < AGE + Duration::from_secs(10), "it was released after {waited:?}");
    agent.stop();
}

#[test]
fn what_only_a_person_can_mend_is_tried_once_and_not_again_and_again() {
    let bench = Bench::over_ssh(Files::hurried);
    let (server, key) = bench.server.as_ref().expect("it is over SSH");
    server.authorize(&[AuthorizedKey::Reader(key)]);
    bench.add_source("auto");
    bench.publish("1.0.1");
    let agent = bench.desk.agent();
    let failed = agent.wait_for("automation-failed", |_| true);
    assert!(failed["words"].as_str().is_some_and(|words| words.contains("read only")), "{failed}");
    a_few_rounds(&agent);
    assert_eq!(agent.events_of("automation-failed").len(), 1);
    assert_eq!(bench.desk.release_states(), ["failed"]);

    server.authorize(&[AuthorizedKey::Writer(key)]);
    bench.release().exits(0);
    bench.publish("1.0.2");
    agent.wait_for_release("pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.2");
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 2);
}

#[test]
fn a_version_that_was_rolled_back_stays_away_until_the_hold_is_lifted() {
    let bench = Bench::over_http(Files::hurried);
    bench.publish("1.0.1");
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for_release("pushed");
    bench.desk.sluice(&["rollback", APP, "--reason", "it leaks", "--yes"]).exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.0");
    a_few_rounds(&agent);
    assert_eq!(bench.tag_in_git("main"), "1.0.0", "the agent released what was rolled back");
    let why = bench.desk.sluice(&["why", APP]);
    assert!(why.stdout.contains("it leaks"), "{why:?}");
    bench.desk.sluice(&["unhold", APP]).exits(0);
    agent.wait_for_nth(2, "release", |event| event["state"] == "pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 3);
}

#[test]
fn many_silent_repositories_do_not_hold_up_the_one_that_answers() {
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    bench.publish("1.0.1");
    let silent: Vec<SilentServer> = (0..6).map(|_| SilentServer::start()).collect();
    for (at, server) in silent.iter().enumerate() {
        let port = server.port();
        bench.desk.add_settings(&format!("[[source]]\nname = \"s{at}\"\nurl = \"http://127.0.0.1:{port}/fleet.git\""));
    }
    let agent = bench.desk.agent();
    wait_until("all are asked", || silent.iter().all(|server| server.connections() > 0));
    agent.wait_for_release("pushed");
    bench.publish("1.0.2");
    wait_until("the next tag is in Git", || bench.tag_in_git("main") == "1.0.2");
    let stopped = agent.stop();
    assert!(stopped.took < Duration::from_secs(2), "it took {:?}\n{}", stopped.took, stopped.log);
}

#[test]
fn two_automations_of_one_branch_release_both_and_neither_fails() {
    let bench = Bench::over_http(Files::hurried);
    let second = Files::reference("v1", &bench.url, &bench.registry.image("team/other")).hurried().renamed("other");
    bench.registry.tags("team/other", ["1.0.0"]);
    second.commit_to(&bench.repository);
    bench.add_source("auto");
    bench.scan().exits(0);
    bench.publish("1.0.1");
    bench.registry.tags("team/other", ["1.0.1"]);
    let agent = bench.desk.agent();
    agent.wait_for_nth(2, "release", |event| event["state"] == "pushed");
    a_few_rounds(&agent);
    assert!(agent.events_of("automation-failed").is_empty(), "{:#?}", agent.events());
    agent.stop();
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    assert!(bench.repository.show("main", "other/deployment.yml").contains("team/other:1.0.1"));
    assert_eq!(bench.releases_in_git("main"), 2);
}

#[test]
fn a_tag_that_is_pushed_again_is_followed_by_its_digest_where_the_policy_says_always() {
    let bench = Bench::over_http(|files| {
        let rule = "  policy:\n    semver:";
        files.hurried().replace(rule, &format!("  digestReflectionPolicy: Always\n  interval: 1s\n{rule}"))
    });
    let push = |created: &str| bench.registry.push(IMAGE, "1.0.1", &Image::new(created));
    let first = push("2026-11-20T10:00:00Z");
    bench.add_source("auto");
    let agent = bench.desk.agent();
    wait_until("the digest is in Git", || bench.repository.show("main", DEPLOYMENT).contains(&first));
    let second = push("2026-11-21T10:00:00Z");
    assert_ne!(first, second);
    wait_until("the new digest is in Git", || bench.repository.show("main", DEPLOYMENT).contains(&second));
    a_few_rounds(&agent);
    agent.stop();
    let line = format!("image: {}:1.0.1@{second} # {{", bench.registry.image(IMAGE));
    assert!(bench.repository.show("main", DEPLOYMENT).contains(&line), "{}", bench.repository.show("main", DEPLOYMENT));
    assert_eq!(bench.releases_in_git("main"), 2);
}

#[test]
fn it_stops_within_two_seconds_of_sigterm_also_while_remotes_are_silent() {
    let registry = SilentServer::start();
    let bench = Bench::over_http(|files| {
        files.hurried().with(
            "flux-clusters/silent.yaml",
            &format!(
                "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata:\n  name: silent\n  \
                 namespace: flux-system\nspec:\n  image: 127.0.0.1:{}/silent\n  interval: 1h\n",
                registry.port()
            ),
        )
    });
    bench.add_source("auto");
    let (git, ssh) = (SilentServer::start(), SilentServer::start());
    bench.desk.add_settings(&format!(
        "[[source]]\nname = \"silent\"\nurl = \"http://127.0.0.1:{}/fleet.git\"\n\
         [[source]]\nname = \"mute\"\nurl = \"ssh://git@127.0.0.1:{}/fleet.git\"",
        git.port(),
        ssh.port()
    ));
    let agent = bench.desk.agent();
    wait_until("all are asked", || [&registry, &git, &ssh].iter().all(|server| server.connections() > 0));
    let stopped = agent.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.log);
    assert!(stopped.took < Duration::from_secs(2), "it took {:?}\n{}", stopped.took, stopped.log);
}
