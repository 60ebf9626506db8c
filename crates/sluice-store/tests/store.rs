//! The store keeps what it was told, in the face of other processes, kills and damaged files.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::{ImageRef, Tag};
use sluice_core::policy::{PolicyProblem, ProblemCode};
use sluice_store::{AuditEntry, Beat, Changed, NewRelease, ReleaseState, ScanResult, Store, StoreError};

fn key() -> ObjectKey {
    ObjectKey::new("flux-system", "app")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn tags(names: &[&str]) -> Vec<Tag> {
    names.iter().map(|name| Tag::parse(name).expect("a tag")).collect()
}

fn scan(names: &[&str], second: i64) -> ScanResult {
    ScanResult { image: "ghcr.io/acme/app".into(), tags: tags(names), etag: None, at: at(second) }
}

fn new_release(second: i64) -> NewRelease {
    NewRelease {
        source: "fleet".into(),
        automation: key(),
        remote: "https://git.example/fleet".into(),
        target_ref: "refs/heads/main".into(),
        base: "a".repeat(40),
        started_by: "agent".into(),
        plan: serde_json::json!({"files": []}),
        at: at(second),
    }
}

#[tokio::test]
async fn scans_tell_what_changed_and_first_seen_never_moves() {
    let store = Store::in_memory().await.expect("a store");
    let first = store.record_scan("s", &key(), scan(&["1.0.0", "1.0.1", "1.0.1"], 0)).await.expect("recorded");
    assert!(first.is_first);
    assert_eq!((first.added.len(), first.total), (2, 2));
    let second = store.record_scan("s", &key(), scan(&["1.1.0", "1.0.1"], 10)).await.expect("recorded");
    assert_eq!((second.added, second.gone, second.is_first), (tags(&["1.1.0"]), tags(&["1.0.0"]), false));
    let third = store.record_scan("s", &key(), scan(&["1.0.0", "1.0.1", "1.1.0"], 20)).await.expect("recorded");
    assert_eq!((third.added, third.returned), (vec![], tags(&["1.0.0"])));
    let seen = store.tags("s", &key()).await.expect("tags");
    let first_seen: Vec<_> = seen.iter().map(|tag| (tag.tag.as_str(), tag.first_seen)).collect();
    assert_eq!(first_seen, [("1.0.0", at(0)), ("1.0.1", at(0)), ("1.1.0", at(10))]);
    let fourth = store.record_scan("s", &key(), scan(&["1.1.0", "1.0.1", "1.0.0"], 30)).await.expect("recorded");
    assert_eq!(fourth.revision, third.revision);
    let state = store.image_state("s", &key()).await.expect("a state").expect("a row");
    assert_eq!(state.last_success_at, Some(at(30)));
}

#[tokio::test]
async fn image_repositories_with_one_image_have_their_own_tags() {
    let store = Store::in_memory().await.expect("a store");
    let other = ObjectKey::new("apps", "app");
    store.record_scan("s", &key(), scan(&["1"], 0)).await.expect("recorded");
    store.record_scan("s", &other, scan(&["2"], 0)).await.expect("recorded");
    store.record_scan("t", &key(), scan(&["3"], 0)).await.expect("recorded");
    assert_eq!(store.tags("s", &key()).await.expect("tags")[0].tag.as_str(), "1");
    assert_eq!(store.tags("s", &other).await.expect("tags")[0].tag.as_str(), "2");
}

#[tokio::test]
async fn a_failed_scan_keeps_the_tags_and_another_image_drops_them() {
    let store = Store::in_memory().await.expect("a store");
    store.record_scan("s", &key(), scan(&["1.0.0"], 0)).await.expect("recorded");
    store.record_scan_failure("s", &key(), "ghcr.io/acme/app", at(5), "503").await.expect("recorded");
    let state = store.image_state("s", &key()).await.expect("a state").expect("a row");
    assert_eq!((state.failures, state.last_error.as_deref(), state.last_success_at), (1, Some("503"), Some(at(0))));
    assert_eq!(store.tags("s", &key()).await.expect("tags").len(), 1);
    let renamed = ScanResult { image: "ghcr.io/acme/other".into(), ..scan(&["1.0.0"], 9) };
    let outcome = store.record_scan("s", &key(), renamed).await.expect("recorded");
    assert_eq!(outcome.added, tags(&["1.0.0"]));
    assert_eq!(store.tags("s", &key()).await.expect("tags")[0].first_seen, at(9));
}

#[tokio::test]
async fn a_failing_policy_keeps_its_choice() {
    let store = Store::in_memory().await.expect("a store");
    let image = |tag: &str| ImageRef::parse(&format!("ghcr.io/acme/app:{tag}")).expect("a reference");
    let record = |inputs: &'static str, outcome, second| {
        let store = store.clone();
        async move { store.record_decision("s", &key(), inputs, outcome, at(second)).await.expect("recorded") }
    };
    assert_eq!(record("a", Ok(image("1.0.0")), 0).await, Changed::From(None));
    assert_eq!(record("b", Ok(image("1.0.0")), 1).await, Changed::No);
    let problem = PolicyProblem { code: ProblemCode::NoTags, message: "none".into(), hint: String::new() };
    assert_eq!(record("c", Err(problem.clone()), 2).await, Changed::No);
    let row = store.decision("s", &key()).await.expect("a decision").expect("a row");
    assert_eq!((row.chosen, row.chosen_at, row.problem), (Some(image("1.0.0")), Some(at(0)), Some(problem)));
    assert_eq!(record("d", Ok(image("1.0.1")), 3).await, Changed::From(Some(image("1.0.0"))));
    let past = store.decisions_of("s", &key(), 10).await.expect("history");
    assert_eq!(past.iter().map(|p| p.chosen.tag.as_str()).collect::<Vec<_>>(), ["1.0.1", "1.0.0"]);
}

#[tokio::test]
async fn releases_take_one_step_after_the_other() {
    let store = Store::in_memory().await.expect("a store");
    let id = store.begin_release(new_release(0)).await.expect("begun");
    let early = store.move_release(&id, ReleaseState::Pushed, "", at(1)).await;
    assert!(matches!(early, Err(StoreError::ReleaseMoved { .. })), "a release cannot land before it was sent");
    store.release_is_pushing(&id, &"c".repeat(40), Some(&"a".repeat(40)), at(1)).await.expect("pushing");
    let open = store.unfinished_releases().await.expect("open releases");
    assert_eq!((open.len(), open[0].state, open[0].commit.clone()), (1, ReleaseState::Pushing, Some("c".repeat(40))));
    store.move_release(&id, ReleaseState::Pushed, "main", at(2)).await.expect("pushed");
    assert!(store.unfinished_releases().await.expect("open releases").is_empty());
    assert!(store.move_release(&id, ReleaseState::Failed, "", at(3)).await.is_err(), "what landed cannot fail");
    let release = store.release(&id[..12]).await.expect("found").expect("a release");
    let steps: Vec<_> = release.steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(steps, ["planned", "pushing", "pushed"]);
    assert!(store.is_our_commit("https://git.example/fleet", &"c".repeat(40)).await.expect("known"));
    assert!(!store.is_our_commit("https://git.example/other", &"c".repeat(40)).await.expect("known"));
}

#[tokio::test]
async fn the_audit_log_cannot_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sluice.db");
    let store = Store::open(&file).await.expect("a store");
    let entry =
        AuditEntry { at: at(0), who: "me".into(), action: "released".into(), subject: "x".into(), detail: "y".into() };
    store.add_to_audit(entry.clone()).await.expect("added");
    let connection = rusqlite::Connection::open(&file).expect("the file");
    for statement in ["UPDATE audit SET who = 'you'", "DELETE FROM audit"] {
        let refusal = connection.execute(statement, []).expect_err(statement).to_string();
        assert!(refusal.contains("append only"), "{refusal}");
    }
    assert_eq!(store.audit(10).await.expect("entries"), [entry]);
}

#[tokio::test]
async fn heartbeats_count_failures_until_a_success() {
    let store = Store::in_memory().await.expect("a store");
    let beat = |second, beat| {
        let store = store.clone();
        async move { store.record_beat("git x", at(second), beat, Some(at(second + 60))).await.expect("recorded") }
    };
    beat(0, Beat::Success).await;
    beat(1, Beat::Failure("refused".into())).await;
    beat(2, Beat::Failure("refused again".into())).await;
    let found = store.heartbeat("git x").await.expect("read").expect("a row");
    assert_eq!((found.failures, found.last_success, found.words.as_deref()), (2, Some(at(0)), Some("refused again")));
    beat(3, Beat::Success).await;
    let found = store.heartbeat("git x").await.expect("read").expect("a row");
    assert_eq!((found.failures, found.words, found.next_try), (0, None, Some(at(63))));
}

#[tokio::test]
async fn a_file_that_is_newer_or_damaged_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("newer.db");
    drop(Store::open(&file).await.expect("a store"));
    rusqlite::Connection::open(&file).expect("the file").pragma_update(None, "user_version", 999).expect("set");
    assert!(matches!(Store::open(&file).await, Err(StoreError::TooNew { found: 999, .. })));
    let file = folder.path().join("damaged.db");
    std::fs::write(&file, "this is no database, and long enough to be looked at as one".repeat(100)).expect("written");
    assert!(matches!(Store::open(&file).await, Err(StoreError::Damaged { .. })));
    assert!(std::fs::read_to_string(&file).expect("still there").starts_with("this is no database"));
}

/// Not a test of its own: what the tests below run in another process.
#[tokio::test]
async fn in_another_process() {
    let Ok(role) = std::env::var("SLUICE_STORE_ROLE") else { return };
    let file = std::env::var("SLUICE_STORE_FILE").expect("a file");
    let store = Store::open(file.as_ref()).await.expect("a store");
    match role.as_str() {
        "write" => {
            let mut round = 0;
            loop {
                round += 1;
                let id = store.begin_release(new_release(round)).await.expect("begun");
                store.release_is_pushing(&id, &format!("{round:040}"), None, at(round)).await.expect("pushing");
                let names: Vec<String> = (0..round).map(|n| format!("1.0.{n}")).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                store.record_scan("s", &key(), scan(&names, round)).await.expect("recorded");
                eprintln!("round {round}");
            }
        }
        "claim" => {
            let owner = std::process::id().to_string();
            let mut won = Vec::new();
            for round in 0..100 {
                if store.claim(&format!("branch {round}"), &owner, at(0), Duration::from_secs(60)).await.expect("asked")
                {
                    won.push(round.to_string());
                }
            }
            eprintln!("won {}", won.join(","));
        }
        role => panic!("{role} is no role"),
    }
}

fn another_process(role: &str, file: &std::path::Path) -> std::process::Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "in_another_process", "--nocapture"])
        .env("SLUICE_STORE_ROLE", role)
        .env("SLUICE_STORE_FILE", file)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("another process")
}

#[tokio::test]
async fn a_killed_process_leaves_a_whole_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sluice.db");
    drop(Store::open(&file).await.expect("a store"));
    for kill in 0..5 {
        let mut child = another_process("write", &file);
        let lines = BufReader::new(child.stderr.take().expect("its words")).lines();
        let seen = lines.map_while(Result::ok).filter(|line| line.starts_with("round")).take(3 + kill).count();
        assert_eq!(seen, 3 + kill, "the other process wrote");
        child.kill().expect("killed");
        child.wait().expect("gone");
        let connection = rusqlite::Connection::open(&file).expect("the file");
        let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(sound, "ok");
        drop(connection);
        let store = Store::open(&file).await.expect("it opens again");
        for release in store.unfinished_releases().await.expect("open releases") {
            assert_eq!(
                release.commit.is_some(),
                release.state == ReleaseState::Pushing,
                "a commit is known when it may have been sent"
            );
            store.move_release(&release.id, ReleaseState::Failed, "killed", at(0)).await.expect("settled");
        }
        let state = store.image_state("s", &key()).await.expect("a state").expect("a row");
        assert_eq!(store.tags("s", &key()).await.expect("tags").len(), state.tag_count, "a scan is whole or not there");
    }
}

#[tokio::test]
async fn of_two_processes_exactly_one_has_a_claim() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sluice.db");
    drop(Store::open(&file).await.expect("a store"));
    let children = [another_process("claim", &file), another_process("claim", &file)];
    let mut won = Vec::new();
    for child in children {
        let output = child.wait_with_output().expect("its words");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = words.lines().find_map(|line| line.strip_prefix("won ")).expect("a result").to_owned();
        won.extend(line.split(',').filter(|round| !round.is_empty()).map(str::to_owned));
    }
    assert_eq!(won.len(), 100, "no claim was won twice");
    won.sort();
    won.dedup();
    assert_eq!(won.len(), 100, "every claim was won");
    let store = Store::open(&file).await.expect("a store");
    assert!(!store.claim("branch 1", "late", at(59), Duration::from_secs(60)).await.expect("asked"));
    assert!(
        store.claim("branch 1", "late", at(61), Duration::from_secs(60)).await.expect("asked"),
        "a claim ends by itself"
    );
    store.release_claim("branch 1", "late").await.expect("given up");
    assert_eq!(store.claim_owner("branch 1", at(61)).await.expect("asked"), None);
}

#[tokio::test]
async fn two_million_tags_would_fit_in_three_hundred_megabytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sluice.db");
    let store = Store::open(&file).await.expect("a store");
    let (repositories, each) = (50, 400);
    for repository in 0..repositories {
        let tags = (0..each)
            .map(|n| Tag::parse(&format!("main-{n:07x}-{}", 1_700_000_000 + n * 7 + repository)).expect("a tag"));
        let scan =
            ScanResult { image: format!("ghcr.io/acme/app-{repository}"), tags: tags.collect(), etag: None, at: at(0) };
        store
            .record_scan("fleet", &ObjectKey::new("flux-system", format!("app-{repository}")), scan)
            .await
            .expect("recorded");
    }
    drop(store);
    let connection = rusqlite::Connection::open(&file).expect("the file");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("checkpointed");
    let bytes = std::fs::metadata(&file).expect("a file").len();
    let per_tag = bytes / u64::try_from(repositories * each).expect("a count");
    assert!(per_tag < 150, "{per_tag} bytes a tag; 2,000,000 tags may take 300 MB");
}
