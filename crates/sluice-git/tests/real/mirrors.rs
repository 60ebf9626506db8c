//! Mirrors: what is fetched, what is forgotten, what is mended.

use std::fs;
use std::path::Path;

use sluice_core::flux::CheckoutRef;
use sluice_git::{Cancel, GitAccess, GitError, Mirror};
use sluice_testkit::git::{BareRepository, HttpGit, HttpGitOptions};

use crate::{Place, id};

#[test]
fn nothing_is_written_when_nothing_moved_and_only_one_question_is_asked() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let server = HttpGit::start(repository.root(), &HttpGitOptions::default());
    let place = Place::of(&server.url(&repository.path()));
    let access = GitAccess::anonymous();
    assert!(place.fetch(&access).unwrap().changed);
    let before = contents(place.mirror.folder());
    server.server().forget_requests();
    let again = place.fetch(&access).unwrap();
    assert!(!again.changed);
    assert_eq!(again.refs, place.mirror.refs().unwrap());
    assert_eq!(server.server().requests().len(), 1);
    assert_eq!(contents(place.mirror.folder()), before);
}

/// Every file with its time of change.
fn contents(folder: &Path) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        if entry.path().is_dir() {
            found.extend(contents(&entry.path()));
        } else {
            let metadata = entry.metadata().expect("the file is there");
            found.push((entry.path(), metadata.modified().expect("files have a time")));
        }
    }
    found.sort();
    found
}

#[test]
fn branches_and_tags_come_move_and_go() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let place = Place::of_folder(&repository);
    let access = GitAccess::anonymous();
    let first = repository.tip("main");
    repository.commit("feature", &[("b", "1")], "feature");
    repository.git(["tag", "light", "main"]);
    repository.git(["tag", "-a", "-m", "heavy", "heavy", "main"]);
    repository.git(["tag", "blob", &format!("{first}:a")]);
    let fetched = place.fetch(&access).unwrap();
    assert!(fetched.changed && !place.fetch(&access).unwrap().changed);
    let names: Vec<_> = fetched.refs.refs.keys().map(String::as_str).collect();
    assert_eq!(names, ["refs/heads/feature", "refs/heads/main", "refs/tags/heavy", "refs/tags/light"]);
    assert_eq!(fetched.refs.head.as_deref(), Some("refs/heads/main"));
    assert_eq!(fetched.refs.tag("heavy"), Some(id(&first)));
    assert_eq!(fetched.refs.head_commit(), Some(id(&first)));

    // A branch is replaced by a folder of branches, the history of another is rewritten, a tag moves, a tag goes.
    repository.git(["branch", "-D", "feature"]);
    repository.commit("feature/one", &[("c", "1")], "one");
    let rewritten = repository.git(["commit-tree", "-m", "rewritten", "main^{tree}"]);
    repository.git(["update-ref", "refs/heads/main", &rewritten]);
    repository.git(["tag", "-f", "light", &rewritten]);
    repository.git(["tag", "-d", "heavy"]);
    repository.git(["symbolic-ref", "HEAD", "refs/heads/feature/one"]);
    let fetched = place.fetch(&access).unwrap();
    assert!(fetched.changed);
    let names: Vec<_> = fetched.refs.refs.keys().map(String::as_str).collect();
    assert_eq!(names, ["refs/heads/feature/one", "refs/heads/main", "refs/tags/light"]);
    assert_eq!((fetched.refs.branch("main"), fetched.refs.tag("light")), (Some(id(&rewritten)), Some(id(&rewritten))));
    assert_eq!(fetched.refs.head.as_deref(), Some("refs/heads/feature/one"));
    // What was fetched before is still there for who remembers it.
    assert_eq!(place.mirror.resolve(&first).unwrap(), id(&first));
}

#[test]
fn thousands_of_references_are_fetched_at_once() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let tip = repository.tip("main");
    let script: String = (0..2_000).map(|n| format!("create refs/tags/v1.{n}.0 {tip}\n")).collect();
    let mut command = sluice_testkit::git::git(&repository.path());
    let mut child = command.args(["update-ref", "--stdin"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let server = HttpGit::start(repository.root(), &HttpGitOptions::default());
    let place = Place::of(&server.url(&repository.path()));
    assert_eq!(place.fetch(&GitAccess::anonymous()).unwrap().refs.refs.len(), 2_001);
    assert!(!place.fetch(&GitAccess::anonymous()).unwrap().changed);
    let semver = CheckoutRef { semver: Some("~1.1999".into()), ..CheckoutRef::default() };
    assert_eq!(place.mirror.checkout(&semver).unwrap().reference.as_deref(), Some("refs/tags/v1.1999.0"));
}

#[test]
fn a_checkout_reference_comes_to_what_flux_would_check_out() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let first = repository.tip("main");
    repository.git(["tag", "1.0.0", "main"]);
    let second = repository.commit("main", &[("a", "2")], "second");
    repository.git(["tag", "-a", "-m", "x", "v1.0.0", "main"]);
    repository.git(["tag", "1.1.0-rc.1", "main"]);
    repository.git(["tag", "not-a-version", "main"]);
    let pull = repository.commit("pull", &[("p", "1")], "pull");
    repository.git(["update-ref", "refs/pull/7/head", &pull]);
    repository.git(["branch", "-D", "pull"]);
    let place = Place::of_folder(&repository);
    let access = GitAccess::anonymous();
    let checkout = |set: &dyn Fn(&mut CheckoutRef)| {
        let mut wanted = CheckoutRef::default();
        set(&mut wanted);
        place.mirror.checkout(&wanted).map(|found| (found.commit.to_string(), found.reference.unwrap_or_default()))
    };
    let text = |text: &str| Some(text.to_owned());
    let main = (second.clone(), "refs/heads/main".to_owned());
    assert_eq!(checkout(&|_| ()).unwrap(), main);
    assert_eq!(checkout(&|wanted| wanted.branch = text("main")).unwrap(), main);
    assert_eq!(checkout(&|wanted| wanted.name = text("refs/heads/main")).unwrap(), main);
    assert_eq!(checkout(&|wanted| wanted.tag = text("1.0.0")).unwrap().0, first);
    assert_eq!(checkout(&|wanted| wanted.commit = Some(first.clone())).unwrap(), (first.clone(), String::new()));
    // Of equal versions the one with the later commit.
    assert_eq!(checkout(&|wanted| wanted.semver = text(">=1.0.0")).unwrap(), (second, "refs/tags/v1.0.0".into()));
    let candidates = checkout(&|wanted| wanted.semver = text(">=1.0.0-0")).unwrap();
    assert_eq!(candidates.1, "refs/tags/1.1.0-rc.1");
    // Precedence: commit, name, semver, tag, branch.
    let all = checkout(&|wanted| {
        *wanted = CheckoutRef {
            branch: text("nowhere"),
            tag: text("nowhere"),
            semver: text("nonsense"),
            name: text("refs/heads/nowhere"),
            commit: Some(first.clone()),
        };
    });
    assert_eq!(all.unwrap().0, first);
    let code = |set: &dyn Fn(&mut CheckoutRef)| checkout(set).unwrap_err().code();
    assert_eq!(code(&|wanted| wanted.branch = text("nowhere")), "git-reference-not-found");
    assert_eq!(code(&|wanted| wanted.branch = text("1.0.0")), "git-reference-not-found");
    assert_eq!(code(&|wanted| wanted.branch = text("a b..c")), "git-reference-not-found");
    assert_eq!(
        code(&|wanted| wanted.commit = text("2fb1d8b9c1f3a8f5d9a0b3b0a7c2f60b5d1e4c77")),
        "git-reference-not-found"
    );
    assert_eq!(code(&|wanted| wanted.semver = text(">=9")), "git-no-version-in-range");
    assert_eq!(code(&|wanted| wanted.semver = text("nonsense")), "git-range-invalid");
    // References of other families come when they are asked for.
    let name = "refs/pull/7/head";
    assert_eq!(code(&|wanted| wanted.name = text(name)), "git-reference-not-found");
    place.mirror.fetch_also(&[name.to_owned()], &access, &Cancel::new()).unwrap();
    assert_eq!(checkout(&|wanted| wanted.name = text(name)).unwrap(), (pull.clone(), name.to_owned()));

    for (reference, expected) in [
        ("main", &repository.tip("main")),
        ("1.0.0", &first),
        ("HEAD", &repository.tip("main")),
        (&first[..8], &first),
        (name, &pull),
    ] {
        assert_eq!(place.mirror.resolve(reference).unwrap().to_string(), *expected, "{reference}");
    }
    for nothing in ["", "nowhere", "refs/heads/nowhere", "main^", "main~1", ":/x", &first[..4]] {
        assert!(matches!(place.mirror.resolve(nothing), Err(GitError::NoSuchRef { .. })), "{nothing}");
    }
    let (old, new) = (id(&first), id(&repository.tip("main")));
    assert!(place.mirror.is_ancestor(old, new).unwrap() && place.mirror.is_ancestor(new, new).unwrap());
    assert!(!place.mirror.is_ancestor(new, old).unwrap());
}

#[test]
fn a_damaged_mirror_is_made_anew() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let place = Place::of_folder(&repository);
    let access = GitAccess::anonymous();
    let tip = id(&repository.tip("main"));
    let folder = place.mirror.folder().to_owned();
    let fresh = || Mirror::open(place.cache.path(), place.mirror.remote()).unwrap();
    let is_fine = |mirror: &Mirror| {
        let fetched = mirror.fetch(&access, &Cancel::new()).unwrap();
        assert_eq!(fetched.refs.branch("main"), Some(tip));
        assert_eq!(mirror.files(tip).unwrap().len(), 1);
    };
    // Objects lost.
    fs::remove_dir_all(folder.join("objects")).unwrap();
    fs::create_dir_all(folder.join("objects/pack")).unwrap();
    is_fine(&fresh());
    // Not a repository any more.
    fs::remove_file(folder.join("HEAD")).unwrap();
    is_fine(&fresh());
    is_fine(&place.mirror);
    // Packs cut short: seen when something is read, mended by the next fetch.
    let (cache, remote) = (place.cache, place.mirror.remote().clone());
    drop(place.mirror);
    let packs: Vec<_> = walk(&folder.join("objects/pack"));
    assert!(!packs.is_empty());
    for pack in packs {
        fs::remove_file(&pack).unwrap();
        fs::write(pack, "PACK").unwrap();
    }
    let mirror = Mirror::open(cache.path(), &remote).unwrap();
    assert!(matches!(mirror.files(tip), Err(GitError::MirrorDamaged { .. } | GitError::NoSuchObject { .. })));
    is_fine(&mirror);
    // Left by a process that was killed.
    fs::write(folder.join("refs/heads/main.lock"), "").unwrap();
    fs::write(folder.join("HEAD.lock"), "").unwrap();
    let moved = repository.commit("main", &[("b", "1")], "moved");
    assert_eq!(mirror.fetch(&access, &Cancel::new()).unwrap().refs.branch("main"), Some(id(&moved)));
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    contents(folder).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn two_remotes_have_two_mirrors_and_a_reopened_one_remembers() {
    let (one, two) =
        (BareRepository::with_files("fleet", &[("a", "1")]), BareRepository::with_files("fleet", &[("a", "2")]));
    let place = Place::of_folder(&one);
    let other = Mirror::open(place.cache.path(), &two.path().display().to_string().parse().unwrap()).unwrap();
    assert_ne!(other.folder(), place.mirror.folder());
    assert_eq!(other.refs().unwrap().refs.len(), 0);
    let again = Mirror::open(place.cache.path(), place.mirror.remote()).unwrap();
    assert_eq!(again.refs().unwrap().branch("main"), Some(id(&one.tip("main"))));
}

#[test]
fn settings_of_the_person_do_not_change_where_it_goes() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let elsewhere = BareRepository::with_files("elsewhere", &[("a", "2")]);
    let home = tempfile::tempdir().unwrap();
    let rewrite = format!("[url \"{}\"]\n\tinsteadOf = file://\n", elsewhere.path().display());
    fs::write(home.path().join(".gitconfig"), rewrite).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(crate::shared::example("fetch"))
        .arg(cache.path())
        .arg(repository.path())
        .env("HOME", home.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains(&repository.tip("main")), "{printed}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn many_fetches_and_commits_do_not_scatter_the_mirror() {
    let repository = BareRepository::with_files("fleet", &[("a", "0")]);
    let place = Place::of_folder(&repository);
    let access = GitAccess::anonymous();
    let waiting = place.commit(id(&repository.tip("main")), "waiting", "for its push");
    for n in 1..60 {
        repository.commit("main", &[("a", &n.to_string())], "more");
        place.fetch(&access).unwrap();
    }
    let packs = || walk(&place.mirror.folder().join("objects/pack")).len();
    assert!(packs() < 60, "{} files of packs", packs());
    // Nothing was lost: not the history, and not what no reference leads to.
    assert_eq!(place.mirror.log(id(&repository.tip("main")), 100).unwrap().len(), 60);
    assert_eq!(place.mirror.files(waiting).unwrap().len(), 2);
    let fsck = sluice_testkit::git::git(place.mirror.folder()).args(["fsck", "--strict"]).output().unwrap();
    assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
}
