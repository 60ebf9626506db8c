//! No work where nothing changed.

use crate::support::{Bench, Run};

/// The `read=` of every line in which an index was made.
fn reads(run: &Run) -> Vec<usize> {
    let lines = run.stderr.lines().filter(|line| line.contains("indexed"));
    let number = |line: &str| line.rsplit_once("read=").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    lines.map(|line| number(line).unwrap_or_else(|| panic!("no number in {line}"))).collect()
}

#[test]
fn a_commit_costs_the_files_it_touches_and_nothing_new_costs_no_file_and_no_tag() {
    let bench = Bench::over_http(|mut files| {
        for at in 0..200 {
            files = files.with(&format!("apps/{at}.yaml"), &format!("kind: ConfigMap\nmetadata:\n  name: app-{at}\n"));
        }
        files
    });
    let add = bench.desk.sluice(&["-v", "source", "add", "git", &bench.url, "--name", "fleet", "--mode", "review"]);
    let first = reads(&add.exits(0));
    assert!(first.len() == 1 && first[0] > 200, "{first:?}");
    bench.scan().exits(0);

    // A new process, nothing new: no file is read, and the registry is asked with what it said last.
    bench.registry.forget_requests();
    let scan = bench.desk.sluice(&["-v", "scan"]).exits(0);
    assert_eq!(reads(&scan), [0; 0], "{scan:?}");
    let requests = bench.registry.requests();
    let lists: Vec<_> = requests.iter().filter(|request| request.path.ends_with("/tags/list")).collect();
    assert_eq!(lists.len(), 1, "{requests:?}");
    assert!(lists[0].header("if-none-match").is_some(), "{lists:?}");
    bench.registry.forget_requests();
    let plan = bench.desk.sluice(&["-v", "plan"]).exits(3);
    assert_eq!(reads(&plan), [0; 0], "{plan:?}");
    assert!(bench.registry.lines().is_empty(), "{:?}", bench.registry.lines());

    bench.repository.commit("main", &[("apps/7.yaml", "kind: ConfigMap\nmetadata:\n  name: other\n")], "one file");
    let plan = bench.desk.sluice(&["-v", "plan"]).exits(3);
    assert_eq!(reads(&plan), [1], "{plan:?}");

    // Our own commit is one file too.
    bench.publish("1.0.1");
    bench.scan().exits(0);
    let release = bench.desk.sluice(&["-v", "release", "--yes"]).exits(0);
    assert_eq!(reads(&release), [1], "{release:?}");
}

#[test]
fn a_deleted_cache_costs_a_fetch_and_nothing_else() {
    let bench = Bench::over_http(|files| files);
    bench.add_source("review");
    bench.publish("1.0.1");
    bench.scan().exits(0);
    bench.release().exits(0);
    let before = bench.desk.sluice(&["get", "policies", "-o", "json"]).exits(0).json();
    std::fs::remove_dir_all(bench.desk.data().join("cache")).expect("there is a cache");

    let after = bench.desk.sluice(&["get", "policies", "-o", "json"]).exits(0).json();
    assert_eq!(after, before);
    bench.publish("1.0.2");
    bench.scan().exits(0);
    std::fs::remove_dir_all(bench.desk.data().join("cache")).expect("there is a cache");
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.2");
    assert_eq!(bench.desk.release_states(), ["pushed", "pushed"]);
}
