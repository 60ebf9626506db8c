//! What remotes refuse: the person learns why and what to do, and nothing is lost.

use sluice_testkit::git::{AuthorizedKey, BareRepository, HttpGit, HttpGitOptions, HttpUser};
use sluice_testkit::registry::DockerRegistry;

use crate::support::bench::{IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Bench, Desk, Files};

#[test]
fn a_read_only_deploy_key_is_named_with_its_remedy_and_once_it_may_write_the_same_release_works() {
    let bench = Bench::over_ssh(|files| files);
    let (server, key) = bench.server.as_ref().expect("it is over SSH");
    server.authorize(&[AuthorizedKey::Reader(key)]);
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);

    let failed = bench.release().exits(1).release();
    assert_eq!(failed["error"]["code"], "git-key-read-only", "{failed}");
    let words = failed["error"]["message"].as_str().unwrap_or_default();
    assert!(words.contains("marked as read only"), "the remote's own words are missing: {failed}");
    let hint = failed["error"]["hint"].as_str().unwrap_or_default();
    assert!(hint.contains("write access") && hint.contains("deploy key"), "{failed}");
    assert_eq!(bench.tag_in_git("main"), "1.0.0");
    assert_eq!(bench.desk.release_states(), ["failed"]);
    let failure = bench.desk.releases()[0]["failure"].to_string();
    assert!(failure.contains("read only"), "{failure}");
    let why = bench.desk.sluice(&["why", "flux-system/flask-app", "-o", "json"]);
    assert!(why.stdout.contains("read only"), "{why:?}");

    server.authorize(&[AuthorizedKey::Writer(key)]);
    let released = bench.release().exits(0).release();
    assert_eq!(released["commit"], bench.repository.tip("main"));
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.desk.release_states(), ["failed", "pushed"]);
}

#[test]
fn an_unknown_host_key_is_shown_and_not_trusted_and_a_changed_one_stops_everything() {
    let mut bench = Bench::over_ssh(|files| files);
    let (server, _) = bench.server.as_ref().expect("it is over SSH");
    bench.desk.trust("");
    let add = ["source", "add", "git", &bench.url, "--name", "fleet", "--mode", "review", "-o", "json"];
    let unknown = bench.desk.sluice(&add).exits(1).error();
    assert_eq!(unknown["code"], "git-host-key-unknown", "{unknown}");
    assert!(unknown["message"].as_str().is_some_and(|words| words.contains("SHA256:")), "{unknown}");
    assert!(unknown["hint"].as_str().is_some_and(|words| words.contains("known hosts")), "{unknown}");
    bench.desk.sluice(&["source", "list"]).exits(3);

    bench.desk.trust(&server.known_hosts());
    bench.desk.sluice(&add).exits(0);
    bench.publish("1.0.1");
    bench.scan().exits(0);

    let (server, _) = bench.server.as_mut().expect("it is over SSH");
    server.change_host_keys();
    let known = server.known_hosts();
    let changed = bench.release().exits(1).release();
    assert_eq!(changed["error"]["code"], "git-host-key-changed", "{changed}");
    assert!(changed["error"]["hint"].as_str().is_some_and(|words| words.starts_with("Do not go on")), "{changed}");
    assert_eq!(bench.tag_in_git("main"), "1.0.0");

    bench.desk.trust(&known);
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
}

#[test]
fn a_wrong_password_is_named_with_where_it_came_from_at_git_and_at_the_registry() {
    let repository = BareRepository::new("fleet");
    let users = vec![HttpUser::writer("bot", "right-for-git")];
    let git = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
    let url = git.url(&repository.path());
    let registry = DockerRegistry::basic("robot", "right-for-registry");
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.1");

    let desk = Desk::with_keychain();
    let host = url.trim_start_matches("http://").split('/').next().expect("an address has a host");
    let keep = |words: &[&str], secret: &str| {
        desk.sluice_with_input(&[&["credential", "add"], words].concat(), secret).exits(0);
    };
    keep(&["git-http", host, "--username", "bot"], "wrong-for-git");
    let add = ["source", "add", "git", &url, "--name", "fleet", "--mode", "review", "-o", "json"];
    let refused = desk.sluice(&add).exits(1);
    let error = refused.error();
    assert_eq!(error["code"], "git-credentials-refused", "{error}");
    assert!(error["message"].as_str().is_some_and(|words| words.contains("keychain")), "{error}");
    assert!(!refused.stderr.contains("wrong-for-git"), "{refused:?}");

    keep(&["git-http", host, "--username", "bot"], "right-for-git");
    desk.sluice(&add).exits(0);
    keep(&["registry", &registry.address(), "--username", "robot"], "wrong-for-registry");
    let scan = desk.sluice(&["scan", "-o", "json"]).exits(1);
    let one = scan.json()["scans"][0].clone();
    assert!(one["error"].as_str().is_some_and(|words| words.contains("refuse")), "{one}");
    assert!(one["hint"].as_str().is_some_and(|words| !words.is_empty()), "{one}");
    let test = desk.sluice(&["credential", "test", &registry.address(), "-o", "json"]).exits(1);
    assert_eq!(test.json()["accepted"], false);

    keep(&["registry", &registry.address(), "--username", "robot"], "right-for-registry");
    desk.sluice(&["credential", "test", &registry.address()]).exits(0);
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");
}

#[test]
fn a_protected_branch_refuses_in_its_own_words_and_the_release_is_on_record_as_failed() {
    let bench = Bench::over_ssh(|files| files);
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.repository.protect("main");

    let failed = bench.release().exits(1).release();
    assert_eq!(failed["error"]["code"], "git-push-refused", "{failed}");
    let words = failed["error"]["message"].as_str().unwrap_or_default();
    assert!(words.contains("GH006: Protected branch update failed for refs/heads/main."), "{failed}");
    assert!(failed["error"]["hint"].as_str().is_some_and(|words| words.contains("push")), "{failed}");
    assert_eq!(bench.tag_in_git("main"), "1.0.0");
    assert_eq!(bench.desk.release_states(), ["failed"]);
    let shown = bench.desk.sluice(&["get", "automations"]);
    assert!(shown.stdout.contains("GH006"), "{shown:?}");

    bench.repository.hook("pre-receive", "exit 0");
    bench.release().exits(0);
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.desk.release_states(), ["failed", "pushed"]);
}
