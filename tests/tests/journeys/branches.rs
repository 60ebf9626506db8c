//! Where the commit goes: push branches, refspecs, push options.

use crate::support::Bench;

#[test]
fn a_push_branch_is_rebuilt_on_the_newest_commit_while_it_is_only_ours_and_left_alone_once_it_is_not() {
    let bench = Bench::over_ssh(|files| files.automation("push:\n      branch: main", "push:\n      branch: updates"));
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.0");
    assert_eq!(bench.tag_in_git("updates"), "1.0.1");
    // What is there already is not pushed again.
    bench.release().exits(3);

    let base = bench.repository.commit("main", &[("README.md", "hello")], "somebody works on main");
    bench.publish("1.0.2");
    bench.scan().exits(0);
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("updates"), "1.0.2");
    assert_eq!(bench.repository.git(["rev-parse", "updates~1"]), base, "it was not rebuilt on the newest commit");
    assert_eq!(bench.releases_in_git("updates"), 1);

    bench.repository.commit("updates", &[("note.txt", "a word")], "somebody else's commit");
    let theirs = bench.repository.tip("updates");
    bench.publish("1.0.3");
    bench.scan().exits(0);
    let refused = bench.release().exits(1).release();
    assert_eq!(refused["error"]["code"], "foreign-commits", "{refused}");
    assert!(refused["error"]["message"].as_str().is_some_and(|words| words.contains("Somebody")), "{refused}");
    assert!(refused["error"]["hint"].as_str().is_some_and(|words| words.contains("merge or delete")), "{refused}");
    assert_eq!(bench.repository.tip("updates"), theirs);

    // Merged, the branch is ours again.
    bench.repository.git(["update-ref", "refs/heads/main", &theirs]);
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("updates"), "1.0.3");
    assert_eq!(bench.repository.git(["rev-parse", "updates~1"]), theirs);
}

#[test]
fn a_push_branch_that_somebody_moves_while_it_is_rebuilt_keeps_their_commit() {
    let bench = Bench::over_ssh(|files| files.automation("push:\n      branch: main", "push:\n      branch: updates"));
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    bench.repository.commit("main", &[("README.md", "hello")], "somebody works on main");
    bench.publish("1.0.2");
    bench.scan().exits(0);
    bench.repository.hook(
        "pre-receive",
        "[ -e moved ] && exit 0\ntouch moved\n\
         unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
         new=$(git -c user.name=Other -c user.email=o@example.com commit-tree -p updates -m theirs updates^{tree})\n\
         git update-ref refs/heads/updates $new",
    );
    let refused = bench.release().exits(1).release();
    assert_eq!(refused["error"]["code"], "foreign-commits", "{refused}");
    assert_eq!(bench.log("updates").last().map(String::as_str), Some("Other: theirs"));
}

#[test]
fn a_refspec_that_says_the_same_as_the_branch_is_one_push_and_options_arrive() {
    let bench = Bench::over_ssh(|files| {
        files.automation(
            "push:\n      branch: main",
            "push:\n      branch: main\n      refspec: refs/heads/main:refs/heads/main\n      options:\n        \
             ci.skip: \"\"\n        merge_request.title: A new release",
        )
    });
    bench.repository.git(["config", "receive.advertisePushOptions", "true"]);
    bench.repository.hook(
        "post-receive",
        "cat >> pushes\ni=0\nwhile [ \"$i\" -lt \"${GIT_PUSH_OPTION_COUNT:-0}\" ]; do\n  \
         eval \"echo \\\"\\$GIT_PUSH_OPTION_$i\\\"\" >> push-options\n  i=$((i + 1))\ndone",
    );
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    let pushes = std::fs::read_to_string(bench.repository.path().join("pushes")).expect("there was a push");
    assert_eq!(pushes.lines().count(), 1, "{pushes}");
    assert_eq!(bench.repository.push_options(), ["ci.skip=", "merge_request.title=A new release"]);
    assert_eq!(bench.desk.release_states(), ["pushed"]);
}

#[test]
fn a_further_refspec_gets_the_same_commit() {
    let bench = Bench::over_ssh(|files| {
        files.automation(
            "push:\n      branch: main",
            "push:\n      branch: main\n      refspec: refs/heads/main:refs/heads/mirror",
        )
    });
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    assert_eq!(bench.repository.tip("mirror"), bench.repository.tip("main"));
    assert_eq!(bench.tag_in_git("mirror"), "1.0.1");
}
