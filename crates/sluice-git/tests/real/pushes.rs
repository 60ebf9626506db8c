//! Pushes: what is refused, what moved, what else travels along.

use sluice_core::diagnosis::Code;
use sluice_git::{Cancel, GitAccess, GitError, Push, PushKind};
use sluice_testkit::git::{BareRepository, ClientKey, HttpGit, HttpGitOptions, HttpUser, SshServer};

use crate::{Place, by_key, by_password, id, onto_main, served};

/// The same repository over SSH and over HTTP.
struct Both {
    repository: BareRepository,
    ssh: SshServer,
    http: HttpGit,
    key: ClientKey,
}

impl Both {
    fn new() -> Self {
        let (repository, ssh, key) = served();
        let users = vec![HttpUser::writer("me", "pw-of-mine")];
        let http = HttpGit::start(repository.root(), &HttpGitOptions { users, ..HttpGitOptions::default() });
        Self { repository, ssh, http, key }
    }

    fn each(&self, check: impl Fn(&Place, &GitAccess)) {
        check(&Place::of(&self.ssh.url(&self.repository.path())), &by_key(&self.ssh, &self.key));
        check(&Place::of(&self.http.url(&self.repository.path())), &by_password("me", "pw-of-mine"));
    }
}

#[test]
fn a_protected_branch_refuses_in_the_hooks_words() {
    let both = Both::new();
    both.repository.protect("main");
    let before = both.repository.tip("main");
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let error = place.push(&onto_main(place.commit(tip, "app.yaml", "2"), tip), access).unwrap_err();
        let GitError::PushRefused { reference, words, .. } = &error else { panic!("{error:?}") };
        assert_eq!(reference, "refs/heads/main");
        assert!(words.contains("GH006: Protected branch update failed"), "{words}");
        assert_eq!((error.diagnosis(), error.is_transient()), (Some(Code::PushRefused), false));
        // The mirror does not believe that it landed.
        assert_eq!(place.mirror.refs().unwrap().branch("main"), Some(tip));
    });
    assert_eq!(both.repository.tip("main"), before);
}

#[test]
fn a_branch_that_somebody_moved_is_left_alone_and_said_where_it_is() {
    let both = Both::new();
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let commit = place.commit(tip, "app.yaml", "ours");
        let theirs = both.repository.commit("main", &[("README", &tip.to_string())], "somebody was faster");
        let error = place.push(&onto_main(commit, tip), access).unwrap_err();
        assert!(matches!(&error, GitError::Moved { found: Some(found), .. } if *found == id(&theirs)), "{error:?}");
        assert!(error.is_transient());
        // Fetch, plan again, push again.
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        assert_eq!(tip, id(&theirs));
        place.push(&onto_main(place.commit(tip, "app.yaml", &format!("ours on {tip}")), tip), access).unwrap();
        assert_eq!(both.repository.show("main", "README"), both.repository.show("main~1", "README"));
    });
}

#[test]
fn a_branch_that_moves_during_the_push_is_left_alone() {
    let (repository, server, key) = served();
    let (place, access) = (Place::of(&server.url(&repository.path())), by_key(&server, &key));
    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
    let commit = place.commit(tip, "app.yaml", "ours");
    // Somebody pushes between the list of references and the update: the hook runs in that gap.
    let theirs = repository.commit("aside", &[("x", "y")], "theirs");
    repository.hook("pre-receive", &format!("unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main {theirs}"));
    let error = place.push(&onto_main(commit, tip), &access).unwrap_err();
    assert!(matches!(error, GitError::Moved { found: None, .. }), "{error:?}");
    assert_eq!(repository.tip("main"), theirs);
}

#[test]
fn a_new_branch_must_not_exist_yet() {
    let both = Both::new();
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let name = format!("refs/heads/auto-{}", place.mirror.remote().scheme().as_str());
        let push = |commit, expected| Push {
            reference: &name,
            commit,
            expected,
            kind: PushKind::FastForward,
            further: None,
            options: &[],
        };
        let first = place.commit(tip, "app.yaml", "first");
        place.push(&push(first, None), access).unwrap();
        assert_eq!(both.repository.tip(&name), first.to_string());
        let other = place.commit(tip, "app.yaml", "other");
        let error = place.push(&push(other, None), access).unwrap_err();
        assert!(matches!(error, GitError::Moved { found: Some(found), .. } if found == first), "{error:?}");
        // A push whose answer was lost can be repeated.
        place.push(&push(first, None), access).unwrap();
        let missing = Push { expected: Some(tip), reference: "refs/heads/nowhere", ..push(other, None) };
        assert!(matches!(place.push(&missing, access).unwrap_err(), GitError::Moved { found: None, .. }));
    });
}

#[test]
fn a_rebuilt_branch_is_replaced_only_when_it_is_the_expected_one() {
    let both = Both::new();
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let name = format!("refs/heads/auto-{}", place.mirror.remote().scheme().as_str());
        let push =
            |commit, expected, kind| Push { reference: &name, commit, expected, kind, further: None, options: &[] };
        let old = place.commit(tip, "app.yaml", "old");
        place.push(&push(old, None, PushKind::Rebuild), access).unwrap();
        let new = place.commit(tip, "app.yaml", "new");
        // Not without saying so, …
        let error = place.push(&push(new, Some(old), PushKind::FastForward), access).unwrap_err();
        assert!(matches!(error, GitError::Moved { .. }), "{error:?}");
        // … not when it is another one, …
        let error = place.push(&push(new, Some(tip), PushKind::Rebuild), access).unwrap_err();
        assert!(matches!(error, GitError::Moved { found: Some(found), .. } if found == old), "{error:?}");
        let error = place.push(&push(new, None, PushKind::Rebuild), access).unwrap_err();
        assert!(matches!(error, GitError::Moved { found: Some(found), .. } if found == old), "{error:?}");
        assert_eq!(both.repository.tip(&name), old.to_string());
        // … and then it is.
        place.push(&push(new, Some(old), PushKind::Rebuild), access).unwrap();
        assert_eq!(both.repository.tip(&name), new.to_string());
    });
}

#[test]
fn a_server_that_forbids_setting_back_refuses_a_rebuilt_branch() {
    let (repository, server, key) = served();
    repository.git(["config", "receive.denyNonFastForwards", "true"]);
    let (place, access) = (Place::of(&server.url(&repository.path())), by_key(&server, &key));
    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
    let old = place.commit(tip, "app.yaml", "old");
    place.push(&onto_main(old, tip), &access).unwrap();
    let rebuilt = Push { kind: PushKind::Rebuild, ..onto_main(place.commit(tip, "app.yaml", "new"), old) };
    let error = place.push(&rebuilt, &access).unwrap_err();
    assert!(matches!(error, GitError::PushRefused { .. }), "{error:?}");
}

#[test]
fn options_reach_hooks_where_the_server_takes_them_and_are_left_out_elsewhere() {
    let both = Both::new();
    let options = ["ci.skip=true".to_owned(), "merge_request.create".to_owned()];
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let commit = place.commit(tip, "app.yaml", &format!("without {tip}"));
        place.push(&Push { options: &options, ..onto_main(commit, tip) }, access).unwrap();
    });
    both.repository.record_push_options();
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        let commit = place.commit(tip, "app.yaml", &format!("with {tip}"));
        place.push(&Push { options: &options, ..onto_main(commit, tip) }, access).unwrap();
    });
    assert_eq!(both.repository.push_options(), [options.clone(), options].concat());
}

#[test]
fn a_further_refspec_is_pushed_too() {
    let (repository, server, key) = served();
    let (place, access) = (Place::of(&server.url(&repository.path())), by_key(&server, &key));
    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
    let commit = place.commit(tip, "app.yaml", "2");
    let further = |text| Push { further: Some(text), ..onto_main(commit, tip) };
    place.push(&further("refs/heads/main:refs/for/review"), &access).unwrap();
    assert_eq!(repository.tip("refs/for/review"), commit.to_string());
    // Equal to the branch, and moving nothing: one push, no failure.
    place.push(&further("refs/heads/main:refs/heads/main"), &access).unwrap();
    place.push(&further("HEAD:refs/for/review"), &access).unwrap();
    for wrong in [":refs/heads/main", "refs/heads/*:refs/heads/*", "main:auto"] {
        let error = place.push(&further(wrong), &access).unwrap_err();
        assert!(matches!(error, GitError::BadRefspec { .. }), "{error:?}");
    }
    repository.protect("second");
    let next = place.commit(commit, "app.yaml", "3");
    let push = Push { further: Some("refs/heads/main:refs/heads/second"), ..onto_main(next, commit) };
    let error = place.push(&push, &access).unwrap_err();
    let GitError::FurtherRefspec { landed, cause, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*landed, cause.code()), (next, "git-push-refused"));
    assert_eq!(repository.tip("main"), next.to_string());
}

#[test]
fn a_post_receive_hook_may_take_its_time() {
    let both = Both::new();
    both.repository.hook("post-receive", "sleep 1; echo done >> finished");
    both.each(|place, access| {
        let tip = place.fetch(access).unwrap().refs.branch("main").unwrap();
        place.push(&onto_main(place.commit(tip, "app.yaml", &tip.to_string()), tip), access).unwrap();
    });
    let finished = std::fs::read_to_string(both.repository.path().join("finished")).unwrap();
    assert_eq!(finished, "done\ndone\n");
}

#[test]
fn of_many_who_push_at_once_one_wins_each_time_and_nothing_is_lost() {
    let (repository, server, key) = served();
    let url = server.url(&repository.path());
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (url, access) = (&url, by_key(&server, &key));
            scope.spawn(move || {
                let place = Place::of(url);
                let path = format!("writer-{writer}.yaml");
                for attempt in 0.. {
                    assert!(attempt < 50, "writer {writer} never got through");
                    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
                    match place.push(&onto_main(place.commit(tip, &path, "mine"), tip), &access) {
                        Ok(()) => return,
                        Err(GitError::Moved { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    assert_eq!(repository.git(["rev-list", "--count", "main"]), "5");
    assert_eq!(repository.git(["ls-tree", "--name-only", "main"]).lines().count(), 5);
}

#[test]
fn a_folder_is_a_remote_too() {
    let repository = BareRepository::with_files("fleet", &[("app.yaml", "1")]);
    let place = Place::of_folder(&repository);
    let access = GitAccess::anonymous();
    let tip = id(&repository.tip("main"));
    let commit = place.commit(tip, "app.yaml", "2");
    place.push(&onto_main(commit, tip), &access).unwrap();
    assert_eq!(repository.tip("main"), commit.to_string());
    let theirs = repository.commit("main", &[("x", "y")], "theirs");
    let error = place.push(&onto_main(place.commit(commit, "app.yaml", "3"), commit), &access).unwrap_err();
    assert!(matches!(error, GitError::Moved { found: Some(found), .. } if found == id(&theirs)), "{error:?}");
    let gone = Place::of(&repository.root().join("nowhere.git").display().to_string());
    let error = gone.mirror.fetch(&access, &Cancel::new()).unwrap_err();
    assert!(matches!(error, GitError::NotFound { .. }), "{error:?}");
}
