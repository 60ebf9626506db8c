//! One cache folder for several processes.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use sluice_testkit::git::{BareRepository, HttpGit, HttpGitOptions, git};

use crate::{Place, id};

/// An example of this crate, which cargo builds beside the tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("the test knows where it is");
    let target = tests.parent().and_then(|deps| deps.parent()).expect("tests lie in target/debug/deps");
    let path = target.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is missing: run the tests with `cargo test -p sluice-git`", path.display());
    path
}

#[test]
fn processes_that_fetch_at_once_share_one_mirror() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let server = HttpGit::start(repository.root(), &HttpGitOptions::default());
    let url = server.url(&repository.path());
    let place = Place::of(&url);
    for round in 0..3 {
        for n in 0..20 {
            repository.commit(&format!("branch-{n}"), &[("b", &format!("{round} {n}"))], "more");
        }
        let start = || {
            let mut command = Command::new(example("fetch"));
            command.arg(place.cache.path()).arg(&url).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the example starts")
        };
        let processes: Vec<_> = (0..4).map(|_| start()).collect();
        for process in processes {
            let output = process.wait_with_output().unwrap();
            let words = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{words}");
            assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 21, "{words}");
        }
    }
    let output = git(place.mirror.folder()).args(["fsck", "--strict", "--no-dangling"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(place.mirror.refs().unwrap().branch("branch-7"), Some(id(&repository.tip("branch-7"))));
}

#[test]
fn threads_read_while_another_fetches() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let place = Place::of_folder(&repository);
    let access = sluice_git::GitAccess::anonymous();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let tip = place.mirror.refs().unwrap().branch("main").expect("main is always there");
                    let files = place.mirror.files(tip).unwrap();
                    assert!(!place.mirror.read(files[0].blob).unwrap().is_empty());
                }
            });
        }
        scope.spawn(|| {
            for n in 0..10 {
                repository.commit("main", &[("a", &n.to_string())], "more");
                assert!(place.fetch(&access).unwrap().changed);
            }
        });
    });
}
