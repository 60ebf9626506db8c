//! Somebody else writes the same markers: seen by the commits, where no cluster is connected that would tell.

use std::time::Duration;

use serde_json::Value;
use sluice_testkit::git::git;

use crate::support::Bench;
use crate::support::fleet::DEPLOYMENT;

fn warning(bench: &Bench) -> Option<String> {
    let lint: Value = bench.desk.sluice(&["lint", &bench.url, "-o", "json"]).json();
    let all = lint["diagnoses"].as_array().unwrap_or_else(|| panic!("{lint}"));
    let found = all.iter().find(|one| one["code"] == "cluster-writes-markers")?;
    found["message"].as_str().map(str::to_owned)
}

#[test]
fn a_commit_by_the_automations_author_that_sluice_did_not_make_is_named() {
    let bench = Bench::over_http(|files| files);
    bench.add_source("review");
    let controller = |from: &str, to: &str| {
        let text = bench.repository.show("main", DEPLOYMENT).replace(&format!(":{from} "), &format!(":{to} "));
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("deployment.yml");
        std::fs::write(&file, text).expect("a file");
        let blob = bench.repository.git(["hash-object", "-w", &file.display().to_string()]);
        let index = format!("--work-tree={}", folder.path().display());
        bench.repository.git([&index, "read-tree", "main"]);
        bench.repository.git([&index, "update-index", "--cacheinfo", &format!("100644,{blob},{DEPLOYMENT}")]);
        let tree = bench.repository.git([&index, "write-tree"]);
        let parent = bench.repository.tip("main");
        let mut command = git(&bench.repository.path());
        command.env("GIT_AUTHOR_NAME", "fluxcdbot").env("GIT_AUTHOR_EMAIL", "fluxcdbot@users.noreply.github.com");
        command.args(["commit-tree", &tree, "-p", &parent, "-m", "Update from image update automation"]);
        let output = command.output().expect("git starts");
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        bench.repository.git(["update-ref", "refs/heads/main", &commit]);
    };
    // Before Sluice has written anything, whoever writes is no rival.
    controller("1.0.0", "1.0.0-a");
    assert_eq!(warning(&bench), None);
    controller("1.0.0-a", "1.0.0");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    assert_eq!(warning(&bench), None, "its own commit is no other's");
    // A commit's time has whole seconds.
    std::thread::sleep(Duration::from_millis(1100));
    controller("1.0.1", "1.0.0");
    let words = warning(&bench).expect("it is named");
    let short = &bench.repository.tip("main")[..7];
    assert!(words.contains(short) && words.contains("fluxcdbot"), "{words}");
}
