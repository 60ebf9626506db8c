//! Silence, cancellation and hostile answers.

use std::time::{Duration, Instant};

use sluice_git::{Cancel, GitAccess, GitError, scan_host_key};
use sluice_testkit::git::{BareRepository, HttpGit, HttpGitOptions, SilentServer};
use sluice_testkit::http::{Body, HttpServer, Reply};

use crate::{PATIENCE, Place, by_key, onto_main, served};

const SHORT: Duration = Duration::from_millis(500);

/// How long an end may take beyond its time on a busy machine.
const GRACE: Duration = Duration::from_secs(5);

fn hurried() -> GitAccess {
    GitAccess { timeout: SHORT, ..GitAccess::anonymous() }
}

#[test]
fn a_silent_server_ends_within_the_time() {
    let silent = SilentServer::start();
    for scheme in ["ssh", "https", "http"] {
        let place = Place::of(&format!("{scheme}://127.0.0.1:{}/x.git", silent.port()));
        let started = Instant::now();
        let error = place.fetch(&hurried()).unwrap_err();
        assert!(matches!(error, GitError::TimedOut { after: SHORT, .. }), "{scheme}: {error:?}");
        assert!(error.is_transient());
        assert!(started.elapsed() >= SHORT && started.elapsed() < SHORT + GRACE, "{:?}", started.elapsed());
    }
    assert_eq!(silent.connections(), 3);
    let error = scan_host_key("127.0.0.1", silent.port(), SHORT).unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error:?}");
}

#[test]
fn a_silent_server_is_left_when_that_is_asked_for() {
    let silent = SilentServer::start();
    for scheme in ["ssh", "https", "http"] {
        let place = Place::of(&format!("{scheme}://127.0.0.1:{}/x.git", silent.port()));
        let (access, cancel) = (GitAccess { timeout: PATIENCE, ..GitAccess::anonymous() }, Cancel::new());
        std::thread::scope(|scope| {
            let fetching = scope.spawn(|| place.mirror.fetch(&access, &cancel));
            let taken = silent.connections();
            let started = Instant::now();
            while silent.connections() == taken && started.elapsed() < GRACE {
                std::thread::sleep(Duration::from_millis(10));
            }
            let asked = Instant::now();
            cancel.cancel();
            let error = fetching.join().unwrap().unwrap_err();
            assert!(matches!(error, GitError::Cancelled { .. }), "{scheme}: {error:?}");
            assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        });
        let error = place.mirror.fetch(&access, &cancel).unwrap_err();
        assert!(matches!(error, GitError::Cancelled { .. }), "{error:?}");
    }
}

#[test]
fn a_hook_that_never_ends_does_not_hold_a_push_for_ever() {
    let (repository, server, key) = served();
    repository.hook("pre-receive", "sleep 30");
    let place = Place::of(&server.url(&repository.path()));
    let access = by_key(&server, &key);
    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
    let push = onto_main(place.commit(tip, "app.yaml", "2"), tip);
    let started = Instant::now();
    let error = place.push(&push, &GitAccess { timeout: Duration::from_secs(2), ..by_key(&server, &key) }).unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error:?}");
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let pushing = scope.spawn(|| place.mirror.push(&push, &access, &cancel));
        std::thread::sleep(Duration::from_millis(500));
        cancel.cancel();
        assert!(matches!(pushing.join().unwrap().unwrap_err(), GitError::Cancelled { .. }));
    });
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    assert_eq!(place.mirror.refs().unwrap().branch("main"), Some(tip));
}

#[test]
fn bytes_that_drip_keep_it_waiting_and_a_broken_answer_does_not_pass_for_one() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let git = HttpGit::start(repository.root(), &HttpGitOptions::default());
    let whole = |path: &str, query: &str| {
        let client = sluice_testkit::http::HttpClient::plain(git.server().address());
        client.ask("GET", &format!("{path}?{query}"), &[], &[]).expect("it answers").body
    };
    let refs = whole("/fleet.git/info/refs", "service=git-upload-pack");
    let kind = "application/x-git-upload-pack-advertisement";
    let (slow, cut) = (refs.clone(), refs);
    let server = HttpServer::start(None, move |request| match request.path.as_str() {
        "/slow.git/info/refs" => {
            let pause = Duration::from_millis(5);
            Reply::of(kind, "").body(Body::Dripping { bytes: slow.clone(), pause })
        }
        "/cut.git/info/refs" => {
            let bytes = cut[..cut.len() / 2].to_vec();
            Reply::of(kind, "").body(Body::Cut { bytes, missing: cut.len() as u64 })
        }
        "/endless.git/info/refs" => {
            let chunk = b"003fe69de29bb2d1d6434b8b29ae775ad8c2e48c5391 refs/heads/some-name\n".repeat(1_000);
            Reply::of(kind, "").body(Body::Repeated { chunk, total: 1 << 30 })
        }
        _ => Reply::status(404),
    });
    let fetch =
        |path: &str, access: &GitAccess| Place::of(&format!("{}/{path}", server.url())).fetch(access).unwrap_err();
    // It takes longer than the longest silence, and is heard to the end; then the pack is asked for, which is not there.
    let error = fetch("slow.git", &hurried());
    assert!(matches!(error, GitError::NotFound { .. }), "{error:?}");
    let error = fetch("cut.git", &hurried());
    assert!(matches!(error, GitError::Unreachable { .. }), "{error:?}");
    let error = fetch("endless.git", &GitAccess { timeout: PATIENCE, ..GitAccess::anonymous() });
    assert!(matches!(error, GitError::BadAnswer { .. }), "{error:?}");
}
