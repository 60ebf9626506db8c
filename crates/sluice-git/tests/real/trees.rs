//! Files and commits, held to the real git.

use sluice_git::{FileEdit, FileKind, GitError, NewCommit, SigningError, TreeChange};
use sluice_testkit::git::{BareRepository, git};

use crate::{Place, id, noon, robot};

fn edit<'e>(path: &'e str, content: &'e str) -> FileEdit<'e> {
    FileEdit { path, content: content.as_bytes() }
}

/// What git prints about the mirror's own objects.
fn asked(place: &Place, arguments: &[&str]) -> String {
    let output = git(place.mirror.folder()).args(arguments).output().expect("git starts");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn one_file_of_ten_thousand_costs_its_own_objects_only() {
    let paths: Vec<String> = (0..10_000).map(|n| format!("clusters/c{}/apps/a{}/{n}.yaml", n / 1000, n / 50)).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "image: app:1.0.0\n")).collect();
    let repository = BareRepository::with_files("fleet", &files);
    let place = Place::of_folder(&repository);
    let tip = id(&repository.tip("main"));
    assert_eq!(place.mirror.files(tip).unwrap().len(), 10_000);
    let loose = || asked(&place, &["count-objects"]).split(' ').next().unwrap().parse::<usize>().unwrap();
    let before = loose();
    let commit = place.commit(tip, &paths[7_777], "image: app:1.0.1\n");
    // One blob, five folders, one commit.
    assert_eq!(loose() - before, 7);
    asked(&place, &["fsck", "--strict", "--no-dangling"]);
    assert_eq!(asked(&place, &["show", &format!("{commit}:{}", paths[7_777])]), "image: app:1.0.1\n");
    let changed = asked(&place, &["diff-tree", "-r", "--name-only", &tip.to_string(), &commit.to_string()]);
    assert_eq!(changed.trim(), paths[7_777]);
    let changes = place.mirror.changes(tip, commit).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(place.mirror.read(changes[0].new.unwrap().0).unwrap(), b"image: app:1.0.1\n");
}

#[test]
fn modes_links_submodules_and_bytes_survive() {
    let repository = BareRepository::new("fleet");
    repository.commit_with_modes(
        "main",
        &[
            ("100755", "bin/run.sh", "#!/bin/sh\r\necho 1"),
            ("120000", "link", "bin/run.sh"),
            ("100644", "bin.yaml", "\u{feff}a: 1\r\n"),
            ("100644", "bin/a.yaml", "a: 1"),
        ],
        "first",
    );
    let sub = repository.tip("main");
    let script = format!("160000,{sub},vendor/sub");
    let index = repository.path().join("index");
    for arguments in [vec!["read-tree", "main"], vec!["update-index", "--add", "--cacheinfo", &script]] {
        assert!(git(&repository.path()).env("GIT_INDEX_FILE", &index).args(arguments).status().unwrap().success());
    }
    let tree = git(&repository.path()).env("GIT_INDEX_FILE", &index).arg("write-tree").output().unwrap().stdout;
    let tree = String::from_utf8(tree).unwrap();
    let with_sub = repository.git(["commit-tree", "-p", "main", "-m", "sub", tree.trim()]);
    repository.git(["update-ref", "refs/heads/main", &with_sub]);

    let place = Place::of_folder(&repository);
    let tip = id(&with_sub);
    let kinds: Vec<_> = place.mirror.files(tip).unwrap().into_iter().map(|file| (file.path, file.kind)).collect();
    let expected = [
        ("bin.yaml", FileKind::File),
        ("bin/a.yaml", FileKind::File),
        ("bin/run.sh", FileKind::Executable),
        ("link", FileKind::Link),
        ("vendor/sub", FileKind::Submodule),
    ];
    assert_eq!(kinds, expected.map(|(path, kind)| (path.to_owned(), kind)));

    let bytes = b"#!/bin/sh\r\necho 2\0\xff";
    let edits = [FileEdit { path: "bin/run.sh", content: bytes }, edit("new/deep/file.yaml", "x")];
    let commit = place.try_commit(Some(tip), &edits).unwrap();
    let listed = |commit: &str| asked(&place, &["ls-tree", "-r", "--full-tree", commit]);
    let (before, after) = (listed(&tip.to_string()), listed(&commit.to_string()));
    let same: Vec<_> = before.lines().filter(|line| !line.contains("run.sh")).collect();
    assert!(same.iter().all(|line| after.contains(line)), "{before}\n{after}");
    assert!(after.lines().any(|line| line.starts_with("100755 blob") && line.ends_with("bin/run.sh")), "{after}");
    assert!(after.lines().any(|line| line.starts_with("100644 blob") && line.ends_with("new/deep/file.yaml")));
    let stored = git(place.mirror.folder()).args(["cat-file", "blob", &format!("{commit}:bin/run.sh")]).output();
    assert_eq!(stored.unwrap().stdout, bytes);
    asked(&place, &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn paths_that_no_file_can_have_are_refused() {
    let repository = BareRepository::new("fleet");
    repository.commit_with_modes("main", &[("120000", "link", "a/b"), ("100644", "a/b", "1")], "first");
    let place = Place::of_folder(&repository);
    let tip = Some(id(&repository.tip("main")));
    for path in [
        "",
        "/a",
        "a/",
        "a//b",
        "./a",
        "../a",
        "a/../b",
        ".git/config",
        "a/.GIT/x",
        "x\0y",
        "link",
        "link/x",
        "a",
        "a/b/c",
    ] {
        let error = place.try_commit(tip, &[edit(path, "x")]).unwrap_err();
        assert!(matches!(error, GitError::BadPath { .. }), "{path}: {error:?}");
    }
    for edits in
        [[edit("x", "1"), edit("x", "2")], [edit("x", "1"), edit("x/y", "2")], [edit("x/y", "1"), edit("x", "2")]]
    {
        assert!(matches!(place.try_commit(tip, &edits), Err(GitError::BadPath { .. })));
    }
    assert!(matches!(place.try_commit(tip, &[edit("a/b", "1")]), Err(GitError::NothingToCommit)));
    assert!(matches!(place.try_commit(tip, &[]), Err(GitError::NothingToCommit)));
    let nowhere = Some(id("2fb1d8b9c1f3a8f5d9a0b3b0a7c2f60b5d1e4c77"));
    assert!(matches!(place.try_commit(nowhere, &[edit("x", "1")]), Err(GitError::NoSuchObject { .. })));
}

#[test]
fn a_commit_says_exactly_what_it_was_given() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let place = Place::of_folder(&repository);
    let tip = id(&repository.tip("main"));
    let (author, committer) = (sluice_git::Person { name: "Ä. Uthor".into(), email: "a@b".into() }, robot());
    let new = |message, signer| NewCommit {
        parent: Some(tip),
        files: &[FileEdit { path: "a", content: b"2" }],
        author: &author,
        committer: &committer,
        time: &NOON,
        message,
        signer,
    };
    static NOON: std::sync::LazyLock<jiff::Zoned> = std::sync::LazyLock::new(noon);
    let message = "\n  subject \n# no comment\n\n\nbody without end";
    let commit = place.mirror.commit(&new(message, None)).unwrap();
    let raw = asked(&place, &["cat-file", "commit", &commit.to_string()]);
    let seconds = NOON.timestamp().as_second();
    assert!(raw.contains(&format!("author Ä. Uthor <a@b> {seconds} +0200\n")), "{raw}");
    assert!(raw.contains(&format!("committer Sluice <sluice@example.com> {seconds} +0200\n")), "{raw}");
    assert!(raw.ends_with(&format!("\n\n{message}")), "{raw:?}");
    // The same parts, the same commit.
    assert_eq!(place.mirror.commit(&new(message, None)).unwrap(), commit);
    let told = place.mirror.info(commit).unwrap();
    assert_eq!((told.author, told.message.as_str(), told.parents), (author.clone(), message, vec![tip]));
    assert_eq!(told.time, NOON.timestamp());

    let sign = |bytes: &[u8]| {
        assert!(bytes.ends_with(b"hello"));
        Ok("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----".to_owned())
    };
    let signed = place.mirror.commit(&new("hello", Some(&sign))).unwrap();
    let raw = asked(&place, &["cat-file", "commit", &signed.to_string()]);
    assert!(raw.contains("gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n"), "{raw}");
    asked(&place, &["fsck", "--strict", "--no-dangling"]);
    let refuse = |_: &[u8]| Err(SigningError("the key is locked".into()));
    let error = place.mirror.commit(&new("hello", Some(&refuse))).unwrap_err();
    assert!(matches!(&error, GitError::Signing { words } if words == "the key is locked"), "{error:?}");
    assert!(matches!(place.mirror.commit(&new("a\0b", None)), Err(GitError::BadCommit { what: "message", .. })));
    let broken = sluice_git::Person { name: "a <b>\nc".into(), email: "x".into() };
    let error = place.mirror.commit(&NewCommit { author: &broken, ..new("x", None) }).unwrap_err();
    assert!(matches!(error, GitError::BadCommit { what: "author", .. }), "{error:?}");
}

#[test]
fn the_first_commit_of_an_empty_repository_can_be_made_and_pushed() {
    let repository = BareRepository::new("fleet");
    let place = Place::of_folder(&repository);
    let refs = place.mirror.refs().unwrap();
    assert_eq!((refs.head, refs.refs.len()), (None, 0));
    let commit = place.try_commit(None, &[edit("a/b.yaml", "x: 1\n")]).unwrap();
    let push = sluice_git::Push { expected: None, ..crate::onto_main(commit, commit) };
    place.push(&push, &sluice_git::GitAccess::anonymous()).unwrap();
    assert_eq!(repository.show("main", "a/b.yaml"), "x: 1\n");
}

#[test]
fn changes_are_those_that_git_sees() {
    let repository = BareRepository::new("fleet");
    repository.commit_with_modes(
        "main",
        &[
            ("100644", "a", "1"),
            ("100644", "d/x", "1"),
            ("100644", "d/y", "1"),
            ("100644", "e", "1"),
            ("100644", "z-b/c", "1"),
        ],
        "first",
    );
    let place = Place::of_folder(&repository);
    let old = id(&repository.tip("main"));
    repository.commit_with_modes(
        "main",
        &[("100755", "a", "1"), ("100644", "e/f", "1"), ("100644", "d/x", "2"), ("100644", "z", "1")],
        "second",
    );
    place.fetch(&sluice_git::GitAccess::anonymous()).unwrap();
    let new = id(&repository.tip("main"));
    let changes = place.mirror.changes(old, new).unwrap();
    let letters: Vec<_> = changes
        .iter()
        .map(|TreeChange { path, old, new }| {
            let letter = match (old, new) {
                (None, Some(_)) => "A",
                (Some(_), None) => "D",
                _ => "M",
            };
            format!("{letter}\t{path}")
        })
        .collect();
    let by_git =
        repository.git(["diff-tree", "-r", "--no-renames", "--name-status", &old.to_string(), &new.to_string()]);
    let mut by_git: Vec<_> = by_git.lines().map(str::to_owned).collect();
    by_git.sort_by(|a, b| a[2..].cmp(&b[2..]));
    assert_eq!(letters, by_git);
    assert_eq!(letters.len(), 5);
    assert_eq!(place.mirror.changes(new, new).unwrap(), []);
    let back: Vec<_> = place.mirror.changes(new, old).unwrap();
    assert!(back.iter().zip(&changes).all(|(b, c)| b.path == c.path && b.old == c.new && b.new == c.old));
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let repository =
        BareRepository::with_files("fleet", &[("big", &"x".repeat(sluice_git::LARGEST_FILE + 1)), ("small", "y")]);
    let place = Place::of_folder(&repository);
    let files = place.mirror.files(id(&repository.tip("main"))).unwrap();
    assert!(matches!(place.mirror.read(files[0].blob), Err(GitError::TooLarge { .. })));
    assert_eq!(place.mirror.read(files[1].blob).unwrap(), b"y");
    let missing = sluice_git::BlobId::of(b"nobody has this");
    assert!(matches!(place.mirror.read(missing), Err(GitError::NoSuchObject { .. })));
    let commit = repository.tip("main").parse().unwrap();
    assert!(matches!(place.mirror.read(commit), Err(GitError::NoSuchObject { .. })));
}

#[test]
fn history_is_told_from_the_latest_backwards() {
    let repository = BareRepository::with_files("fleet", &[("a", "1"), ("b", "1")]);
    for n in 2..=5 {
        repository.commit("main", &[("b", &n.to_string())], &format!("b {n}"));
    }
    repository.commit("main", &[("a", "2")], "a 2");
    repository.commit("main", &[("a", "1")], "a 1 again");
    let place = Place::of_folder(&repository);
    let tip = id(&repository.tip("main"));
    let log = place.mirror.log(tip, 3).unwrap();
    let subjects: Vec<_> = log.iter().map(|commit| commit.subject().to_owned()).collect();
    assert_eq!(subjects, ["a 1 again", "a 2", "b 5"]);
    assert_eq!(place.mirror.log(tip, 100).unwrap().len(), 7);
    let history = |path: &str, limit| {
        let history = place.mirror.history_of(tip, path, limit).unwrap();
        history.into_iter().map(|(commit, blob)| (commit.subject().to_owned(), blob)).collect::<Vec<_>>()
    };
    let of = |text: &str| Some(sluice_git::BlobId::of(text.as_bytes()));
    assert_eq!(history("a", 10), [("a 1 again".into(), of("1")), ("a 2".into(), of("2")), ("first".into(), of("1"))]);
    assert_eq!(history("b", 2), [("b 5".into(), of("5")), ("b 4".into(), of("4"))]);
    assert_eq!(history("c", 10), []);
    let by_git = repository.git(["log", "--format=%s", "main", "--", "b"]);
    let ours: Vec<_> = history("b", 10).into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(ours.join("\n"), by_git);
}
