//! Several writers at once.

use std::collections::BTreeSet;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sluice_core::ObjectKey;
use sluice_core::release::Approval;
use sluice_engine::{ReleaseOutcome, ReleaseRequest};
use sluice_testkit::git::{BareRepository, BeforePush, HttpGit, HttpGitOptions, HttpUser};
use sluice_testkit::http::Request;
use sluice_testkit::registry::{Image, WireRegistry};

use crate::support::bench::{APP, IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Bench, Desk, Files, Run};

/// How often in a row somebody is faster.
const TIMES: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_pushes_in_between_a_hundred_times_in_a_row_and_nothing_is_lost() {
    let repository = Arc::new(BareRepository::new("fleet"));
    let users = vec![HttpUser::writer("bot", "pass")];
    let other = Arc::new(Other { repository: repository.clone(), is_ready: AtomicBool::new(false), pushed: 0.into() });
    let before_push: BeforePush = {
        let other = other.clone();
        Arc::new(move |request| other.is_faster(request))
    };
    let options = HttpGitOptions { users, before_push: Some(before_push), ..HttpGitOptions::default() };
    let git = HttpGit::start(repository.root(), &options);
    let url = git.url(&repository.path());
    let registry = WireRegistry::start();
    let push = |tag: &str| registry.push(IMAGE, tag, &Image::new("2026-11-20T10:00:00Z").label("version", tag));
    push("1.0.0");
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);

    let desk = Desk::new();
    desk.put(".netrc", "machine 127.0.0.1 login bot password pass\n");
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review"]).exits(0);
    let engine = desk.engine().await;
    let view = engine.refresh("fleet").await.expect("the source can be read");
    let key = ObjectKey::parse(APP).expect("it is a name");
    let image_repository = view.catalogue.image_repositories.get(&key).expect("it is declared").value.clone();
    let policy = view.catalogue.policies.get(&key).expect("it is declared").value.clone();

    for at in 1..=TIMES {
        push(&format!("1.0.{at}"));
        engine.scan("fleet", &image_repository).await.expect("the registry answers");
        engine.decide("fleet", &view.catalogue, &policy).await.expect("the policy chooses");
        other.is_ready.store(true, Ordering::Release);
        let outcome = engine.release(&request(&key)).await.expect("the release lands");
        let ReleaseOutcome::Pushed(pushed) = outcome else { panic!("{at}: {outcome:?}") };
        assert_eq!(pushed.replanned, 1, "{at} was not overtaken");
        assert_eq!(repository.tip("main"), pushed.commit);
    }
    assert_eq!(other.pushed.load(Ordering::Acquire), TIMES);

    let deployment = repository.show("main", DEPLOYMENT);
    assert_eq!(tag_of(&deployment), format!("1.0.{TIMES}"));
    let log = repository.git(["log", "--reverse", "--format=%an: %s", "main"]);
    let bot = log.lines().filter(|line| line.starts_with("fluxcdbot: ")).count();
    assert_eq!(bot, TIMES, "{log}");
    for at in 0..TIMES {
        assert!(deployment.contains(&format!("# line {at} of somebody else\n")), "line {at} is lost");
        assert_eq!(repository.show("main", &format!("others/{at}.txt")), at.to_string());
    }
    assert_eq!(repository.git(["rev-list", "--count", "main"]), (1 + 2 * TIMES).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asked_early_and_reads_long_does_not_bring_back_the_past() {
    let repository = BareRepository::with_files("fleet", &[("deployment.yml", "image: app:0\n")]);
    // What was asked for is given although the branch has moved since.
    repository.git(["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let git = HttpGit::start(repository.root(), &HttpGitOptions::default());
    let desk = Desk::new();
    desk.sluice(&["source", "add", "git", &git.url(&repository.path()), "--name", "fleet"]).exits(0);
    let engine = desk.engine().await;
    let first = engine.refresh("fleet").await.expect("the remote answers").commit.to_string();

    // Somebody pushes so many files that reading them takes a while, and takes that back while they are read.
    let many: Vec<(String, String)> = (0..4000)
        .map(|at| (format!("many/{at}.yml"), format!("image: app:{at} # {{\"$imagepolicy\": \"a:b\"}}\n")))
        .collect();
    let files: Vec<(&str, &str)> = many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    repository.commit("main", &files, "many files");
    let packs = || git.server().requests().iter().filter(|request| request.method == "POST").count();
    let before = packs();
    let slow = tokio::spawn({
        let engine = engine.clone();
        async move { engine.refresh("fleet").await }
    });
    while packs() == before {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    repository.git(["update-ref", "refs/heads/main", &first]);
    engine.refresh("fleet").await.expect("the remote answers");
    slow.await.expect("it does not panic").expect("the remote answers");
    assert_eq!(engine.view("fleet").await.expect("it was read").commit.to_string(), first);
}

/// Somebody else who works on the same branch.
struct Other {
    repository: Arc<BareRepository>,
    /// Whether they push once more when they can be faster.
    is_ready: AtomicBool,
    pushed: AtomicUsize,
}

impl Other {
    /// Pushes right before the server answers: every other time before it says where the branch stands, and every other
    /// time between that and its taking our commits.
    fn is_faster(&self, request: &Request) {
        let at = self.pushed.load(Ordering::Acquire);
        let moment = if at.is_multiple_of(2) { "GET" } else { "POST" };
        if request.method != moment || !self.is_ready.swap(false, Ordering::AcqRel) {
            return;
        }
        let deployment = self.repository.show("main", DEPLOYMENT);
        let changed = format!("# line {at} of somebody else\n{deployment}");
        let own = format!("others/{at}.txt");
        let files = [(DEPLOYMENT, changed.as_str()), (&own, &at.to_string())];
        self.repository.commit("main", &files, "somebody else's work");
        self.pushed.fetch_add(1, Ordering::AcqRel);
    }
}

fn request(automation: &ObjectKey) -> ReleaseRequest {
    ReleaseRequest {
        source: "fleet".to_owned(),
        automation: automation.clone(),
        policies: None,
        overrides: Default::default(),
        rule: None,
        approval: Approval::Given,
        shown: None,
        message: None,
        started_by: "tester".to_owned(),
    }
}

#[test]
fn a_push_that_lands_while_ours_is_being_received_is_built_upon_in_the_same_release() {
    let bench = Bench::over_ssh(|files| files);
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    // The first push that arrives finds that the branch has just moved, and so does the second.
    bench.repository.hook(
        "pre-receive",
        "n=$(cat tries 2>/dev/null || echo 0)\nn=$((n + 1))\necho $n > tries\n[ $n -gt 2 ] && exit 0\n\
         unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
         new=$(git -c user.name=Other -c user.email=o@example.com commit-tree -p main -m \"other $n\" main^{tree})\n\
         git update-ref refs/heads/main $new",
    );
    let released = bench.release().exits(0).release();
    assert_eq!(released["commit"], bench.repository.tip("main"));
    let subject = "fluxcdbot: flask-app 1.0.0 → 1.0.1 (flux-system/flask-app)";
    assert_eq!(bench.log("main"), ["Somebody: the fleet", "Other: other 1", "Other: other 2", subject]);
    assert_eq!(bench.desk.release_states(), ["superseded", "superseded", "pushed"]);
}

#[test]
fn two_processes_that_release_the_same_at_once_make_one_commit() {
    let bench = Bench::over_ssh(|files| files);
    bench.add_source("review");
    for at in 1..=3 {
        bench.publish(&format!("1.0.{at}"));
        bench.scan().exits(0);
        let words = ["release", "--yes", "-o", "json"];
        let both: Vec<Child> = (0..2).map(|_| bench.desk.start(&words)).collect();
        released_once(both);
        assert_eq!(bench.releases_in_git("main"), at);
        assert_eq!(bench.tag_in_git("main"), format!("1.0.{at}"));
    }
    let states = bench.desk.release_states();
    assert_eq!(states.iter().filter(|state| *state == "pushed").count(), 3, "{states:?}");
    assert!(states.iter().all(|state| state == "pushed" || state == "superseded"), "{states:?}");
}

#[test]
fn two_people_who_release_the_same_at_once_make_one_commit() {
    let bench = Bench::over_ssh(|files| files);
    bench.add_source("review");
    let (server, key) = bench.server.as_ref().expect("it is over SSH");
    let colleague = Desk::new();
    colleague.put_key(key);
    colleague.trust(&server.known_hosts());
    colleague.sluice(&["source", "add", "git", &bench.url, "--name", "fleet", "--mode", "review"]).exits(0);
    for at in 1..=3 {
        bench.publish(&format!("1.0.{at}"));
        bench.scan().exits(0);
        colleague.sluice(&["scan"]).exits(0);
        let words = ["release", "--yes", "-o", "json"];
        released_once(vec![bench.desk.start(&words), colleague.start(&words)]);
        assert_eq!(bench.releases_in_git("main"), at);
    }
    for desk in [&bench.desk, &colleague] {
        let states = desk.release_states();
        assert!(states.iter().all(|state| state == "pushed" || state == "superseded"), "{states:?}");
    }
}

/// One pushed and the other one found nothing to do. Two that make the same commit in the same second make one commit,
/// and each may say that it pushed it.
fn released_once(both: Vec<Child>) {
    let runs: Vec<Run> = both.into_iter().map(|child| Run::of(child.wait_with_output().expect("it ends"))).collect();
    let pushed: BTreeSet<String> =
        runs.iter().filter_map(|run| run.release()["commit"].as_str().map(str::to_owned)).collect();
    assert_eq!(pushed.len(), 1, "{runs:#?}");
    for run in &runs {
        let release = run.release();
        assert!(matches!(release["outcome"].as_str(), Some("pushed" | "nothing-to-do")), "{runs:#?}");
    }
}

#[test]
fn a_person_works_while_the_agent_runs_on_the_same_files_and_a_second_agent_refuses() {
    let bench = Bench::over_http(Files::hurried);
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for("scanned", |_| true);
    let second = bench.desk.sluice(&["run", "-o", "json"]).exits(1).error();
    assert_eq!(second["code"], "agent-runs", "{second}");
    for at in 1..=5 {
        bench.publish(&format!("1.0.{at}"));
        bench.scan().exits(0);
        // Whoever is first releases; the other one finds nothing to do.
        let run = bench.release();
        assert!(matches!(run.code, 0 | 3), "{run:?}");
        assert_eq!(bench.tag_in_git("main"), format!("1.0.{at}"));
        for verb in [["get", "all"], ["plan", "--offline"]] {
            let run = bench.desk.sluice(&verb);
            assert!(matches!(run.code, 0 | 3), "{run:?}");
        }
    }
    let stopped = agent.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.log);
    assert!(!stopped.log.contains("ERROR") && !stopped.log.contains("locked"), "{}", stopped.log);
    assert_eq!(bench.releases_in_git("main"), 5);
}
