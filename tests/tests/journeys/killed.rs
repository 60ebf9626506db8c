//! Killing the process at every step of a release.

use std::collections::BTreeSet;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::support::{Bench, Files, Run, wait_until};

/// Kills as the kernel does when memory is short: nothing of the process runs any more.
fn kill(child: &mut Child) {
    child.kill().expect("it is there");
    child.wait().expect("it ended");
}

/// Makes pushes stop inside a hook until [`let_go`] says how they end.
fn stop_in(bench: &Bench, hook: &str) {
    let script = "cat > /dev/null\n[ -e over ] && exit 0\ntouch arrived\ni=0\nwhile [ ! -e go ] && [ $i -lt 1500 ]; do \
                  sleep 0.02; i=$((i + 1)); done\nexit $(cat go)";
    bench.repository.hook(hook, script);
}

/// Ends the pushes that stand in the hook with this exit code; later ones do not stop. The hook itself stays as it is,
/// because a shell reads its script while it runs.
fn let_go(bench: &Bench, exit: u8) {
    let folder = bench.repository.path();
    std::fs::write(folder.join("go-soon"), exit.to_string()).expect("the folder can be written to");
    std::fs::rename(folder.join("go-soon"), folder.join("go")).expect("a file can be renamed");
    std::fs::write(folder.join("over"), "").expect("the folder can be written to");
}

/// Starts a release of 1.0.1 and kills it while the server is inside the hook.
fn killed_in(hook: &str) -> Bench {
    let bench = Bench::over_ssh(Files::hurried);
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    stop_in(&bench, hook);
    let mut release = bench.desk.start(&["release", "--yes", "-o", "json"]);
    let arrived = bench.repository.path().join("arrived");
    wait_until("the push arrived", || arrived.exists());
    kill(&mut release);
    assert_eq!(bench.desk.release_states(), ["pushing"], "the release is not on record before the push");
    bench
}

#[test]
fn killed_before_the_remote_took_the_commit_the_release_is_made_again() {
    let bench = killed_in("pre-receive");
    let_go(&bench, 1);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(bench.releases_in_git("main"), 0);

    bench.release().exits(0);
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    assert_eq!(bench.desk.release_states(), ["superseded", "pushed"]);
}

#[test]
fn killed_while_the_remote_takes_the_commit_the_release_is_found_there_and_not_repeated() {
    let bench = killed_in("pre-receive");
    let_go(&bench, 0);
    wait_until("the server is done without us", || bench.releases_in_git("main") == 1);

    bench.release().exits(3);
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.desk.release_states(), ["pushed"]);
}

#[test]
fn killed_after_the_remote_took_the_commit_the_next_agent_settles_the_release() {
    let bench = killed_in("post-receive");
    let_go(&bench, 0);
    assert_eq!(bench.releases_in_git("main"), 1);

    bench.desk.sluice(&["source", "set", "fleet", "--mode", "auto"]).exits(0);
    let agent = bench.desk.agent();
    let settled = agent.wait_for_release("pushed");
    assert!(settled["detail"].as_str().is_some_and(|words| words.contains("after Sluice ended")), "{settled}");
    agent.wait_for_nth(3, "scanned", |_| true);
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.desk.release_states(), ["pushed"]);
}

#[test]
fn an_agent_stopped_in_the_middle_of_a_push_ends_in_time_and_the_next_one_settles_the_release() {
    let bench = Bench::over_ssh(Files::hurried);
    bench.add_source("auto");
    bench.publish("1.0.1");
    stop_in(&bench, "pre-receive");
    let agent = bench.desk.agent();
    let arrived = bench.repository.path().join("arrived");
    wait_until("the push arrived", || arrived.exists());
    let stopped = agent.stop();
    assert_eq!(stopped.code, Some(0), "{}", stopped.log);
    assert!(stopped.took < Duration::from_secs(2), "it took {:?}\n{}", stopped.took, stopped.log);
    assert_eq!(bench.desk.release_states(), ["pushing"]);
    let_go(&bench, 0);
    wait_until("the server is done without us", || bench.releases_in_git("main") == 1);

    let agent = bench.desk.agent();
    agent.wait_for_release("pushed");
    agent.wait_for_nth(3, "scanned", |_| true);
    agent.stop();
    assert_eq!(bench.releases_in_git("main"), 1);
    assert_eq!(bench.desk.release_states(), ["pushed"]);
}

#[test]
fn a_push_that_lands_only_after_it_was_given_up_is_on_record_as_what_it_is() {
    let bench = killed_in("pre-receive");
    let again = bench.desk.start(&["release", "--yes", "-o", "json"]);
    // The next process asks the remote, which does not have the commit yet, and pushes one of its own.
    wait_until("the next release is under way", || bench.desk.release_states() == ["superseded", "pushing"]);
    let_go(&bench, 0);
    let again = Run::of(again.wait_with_output().expect("it ends"));
    assert!(matches!(again.code, 0 | 3), "{again:?}");

    let tip = bench.repository.tip("main");
    assert_eq!(bench.releases_in_git("main"), 1);
    bench.release().exits(3);
    let pushed: Vec<_> = bench.desk.releases().into_iter().filter(|one| one["state"] == "pushed").collect();
    assert_eq!(pushed.len(), 1, "{:#?}", bench.desk.releases());
    assert_eq!(pushed[0]["commit"], tip);
}

#[test]
fn killed_anywhere_and_started_again_every_release_is_made_exactly_once() {
    const TIMES: u32 = 16;
    let bench = Bench::over_ssh(|files| files);
    bench.add_source("review");
    // How long an undisturbed release takes, so that the kills are spread over all of it.
    bench.publish("1.0.1");
    bench.scan().exits(0);
    let started = Instant::now();
    bench.release().exits(0);
    let whole = started.elapsed();

    for at in 0..TIMES {
        let tag = format!("1.0.{}", at + 2);
        bench.publish(&tag);
        bench.scan().exits(0);
        let mut release = bench.desk.start(&["release", "--yes", "-o", "json"]);
        std::thread::sleep(whole * at / (TIMES - 1));
        kill(&mut release);
        let again = bench.release();
        assert!(matches!(again.code, 0 | 3), "{tag}: {again:?}");
        assert_eq!(bench.tag_in_git("main"), tag);
    }
    let log = bench.log("main");
    assert_eq!(bench.releases_in_git("main") as u32, TIMES + 1, "{log:#?}");
    assert_eq!(log.iter().collect::<BTreeSet<_>>().len(), log.len(), "a release was repeated: {log:#?}");
    let releases = bench.desk.releases();
    assert!(releases.iter().all(|one| one["state"] == "pushed" || one["state"] == "superseded"), "{releases:#?}");
    let on_record: BTreeSet<&str> =
        releases.iter().filter(|one| one["state"] == "pushed").filter_map(|one| one["commit"].as_str()).collect();
    let in_git = bench.repository.git(["log", "--author=fluxcdbot", "--format=%H", "main"]);
    assert_eq!(on_record, in_git.lines().collect(), "what is on record is not what is in Git");
    bench.repository.git(["fsck", "--strict"]);
}

#[test]
fn a_killed_agent_is_followed_by_one_that_loses_and_repeats_nothing() {
    let bench = Bench::over_ssh(Files::hurried);
    bench.add_source("auto");
    for at in 1..=6u32 {
        bench.publish(&format!("1.0.{at}"));
        let agent = bench.desk.agent();
        agent.wait_for("tags-changed", |_| true);
        std::thread::sleep(Duration::from_millis(u64::from(at) * 40));
        // Dropping it is kill -9.
        drop(agent);
    }
    let agent = bench.desk.agent();
    wait_until("the newest tag is in Git", || bench.tag_in_git("main") == "1.0.6");
    agent.wait_for_nth(agent.events_of("scanned").len() + 2, "scanned", |_| true);
    agent.stop();
    let log = bench.log("main");
    assert_eq!(log.iter().collect::<BTreeSet<_>>().len(), log.len(), "a release was repeated: {log:#?}");
    let releases = bench.desk.releases();
    let on_record: BTreeSet<&str> =
        releases.iter().filter(|one| one["state"] == "pushed").filter_map(|one| one["commit"].as_str()).collect();
    let in_git = bench.repository.git(["log", "--author=fluxcdbot", "--format=%H", "main"]);
    assert_eq!(on_record, in_git.lines().collect(), "{releases:#?}");
}
