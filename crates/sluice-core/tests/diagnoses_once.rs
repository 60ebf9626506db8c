//! One cause is told once, and what belongs to another repository is not complained of.

#![allow(clippy::unwrap_used, reason = "a test that meets a surprise should stop there")]

use sluice_core::catalogue::{Catalogue, FileFacts};
use sluice_core::diagnosis::{Surroundings, diagnose};
use sluice_core::flux::UpdatePath;

const REPOSITORY: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: app, namespace: flux-system}
spec: {image: registry.example.com/team/app, interval: 5m}
";
const POLICY: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: flux-system}
spec:
  imageRepositoryRef: {name: app}
  policy: {semver: {range: 1.0.x}}
";
const SOURCE: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: app, namespace: flux-system}
spec: {url: 'ssh://git@git.example.com/team/app.git', interval: 5m, ref: {branch: main}}
";
const AUTOMATION: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: app, namespace: flux-system}
spec:
  interval: 5m
  sourceRef: {kind: GitRepository, name: app}
  git: {commit: {author: {email: bot@example.com}}}
  update: {path: ./test}
";
/// What `flux bootstrap` writes for the repository that a cluster is made of.
const FLEET: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {url: 'ssh://git@git.example.com/team/fleet.git', interval: 5m, ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 10m, path: ./clusters, prune: true, sourceRef: {kind: GitRepository, name: fleet}}
";

fn marked(count: usize) -> String {
    let one = "- registry.example.com/team/app:1.0.0 # {\"$imagepolicy\": \"flux-system:app\"}\n";
    format!("kind: List\nimages:\n{}", one.repeat(count))
}

fn catalogue(files: &[(&str, &str)]) -> Catalogue {
    let facts: Vec<_> = files.iter().map(|(path, text)| (*path, FileFacts::read(text.as_bytes()))).collect();
    Catalogue::build(facts.iter().map(|(path, facts)| (*path, facts)))
}

/// `place code` of everything that is told.
fn told(files: &[(&str, &str)], around: &Surroundings<'_>) -> Vec<String> {
    diagnose(&catalogue(files), around)
        .iter()
        .map(|found| format!("{} {}", found.place.as_ref().unwrap(), found.code))
        .collect()
}

#[test]
fn many_markers_of_one_cause_are_told_once() {
    let broken = POLICY.replace("  imageRepositoryRef: {name: app}\n", "");
    let second = AUTOMATION.replace("name: app, namespace", "name: second, namespace");
    let marked = marked(3);
    let unreadable = format!("{marked}}}: [\n");
    for (what, files, expected) in [
        (
            "a refused policy",
            vec![("r", REPOSITORY), ("s", SOURCE), ("a", AUTOMATION), ("p", &broken), ("test/m", &marked)],
            vec!["p:5:3 field-missing", "test/m:3:3 marker-unknown-policy"],
        ),
        (
            "no automation",
            vec![("r", REPOSITORY), ("p", POLICY), ("test/m", &marked)],
            vec!["test/m:3:3 marker-uncovered"],
        ),
        (
            "two automations on one branch",
            vec![
                ("r", REPOSITORY),
                ("p", POLICY),
                ("s", SOURCE),
                ("a", AUTOMATION),
                ("b", &second),
                ("test/m", &marked),
            ],
            vec!["test/m:3:3 marker-two-writers"],
        ),
        (
            "an unreadable file",
            vec![("r", REPOSITORY), ("p", POLICY), ("s", SOURCE), ("a", AUTOMATION), ("test/m", &unreadable)],
            vec!["test/m:3:39 marker-not-settable"],
        ),
        (
            "an unreadable file that mentions Flux",
            vec![("a", "# toolkit.fluxcd.io {\"$imagepolicy\": \"flux-system:app\"}\n}: [\n")],
            vec!["a:2:1 yaml-unreadable"],
        ),
        (
            "a wrong update path",
            vec![("r", REPOSITORY), ("p", POLICY), ("s", SOURCE), ("a", AUTOMATION), ("tests/m", &marked)],
            vec!["a:8:18 update-path-missing"],
        ),
    ] {
        let exists = |path: &UpdatePath| files.iter().any(|(file, _)| path.covers(file));
        let around = Surroundings { exists: Some(&exists), ..Surroundings::default() };
        assert_eq!(told(&files, &around), expected, "{what}");
    }
}

#[test]
fn automations_on_different_branches_or_suspended_do_not_meet() {
    let with = |extra: &str| AUTOMATION.replace("name: app, namespace", "name: second, namespace") + extra;
    let marked = marked(1);
    for (second, expected) in [
        (with("  suspend: true\n"), vec!["b:1:1 suspended"]),
        (with("").replace("git: {", "git: {push: {branch: staging}, "), vec![]),
        (with("").replace("./test", "./other"), vec![]),
        (with("").replace("./test", "."), vec!["test/m:3:3 marker-two-writers"]),
    ] {
        let files =
            [("r", REPOSITORY), ("p", POLICY), ("s", SOURCE), ("a", AUTOMATION), ("b", &second), ("test/m", &marked)];
        assert_eq!(told(&files, &Surroundings::default()), expected, "{second}");
    }
}

#[test]
fn an_automation_of_another_repository_is_not_held_to_these_files() {
    let fleet =
        [("clusters/r", REPOSITORY), ("clusters/p", POLICY), ("clusters/s", SOURCE), ("clusters/a", AUTOMATION)];
    let nothing_exists = |_: &UpdatePath| false;
    let around = Surroundings { exists: Some(&nothing_exists), ..Surroundings::default() };
    let unknown_home = told(&fleet, &around);
    assert_eq!(unknown_home, ["clusters/a:8:18 update-path-missing", "clusters/p:1:1 policy-unused"]);
    let bootstrapped: Vec<_> = fleet.iter().copied().chain([("clusters/gotk-sync.yaml", FLEET)]).collect();
    assert_eq!(told(&bootstrapped, &around), Vec::<String>::new());
    let remote = Some("https://git.example.com/team/fleet");
    assert_eq!(told(&fleet, &Surroundings { remote, ..around }), Vec::<String>::new());
}

#[test]
fn what_other_repositories_say_counts() {
    let marked = marked(2);
    let app = [("test/m", marked.as_str())];
    let alone = told(&app, &Surroundings::default());
    assert_eq!(alone, ["test/m:3:3 marker-unknown-policy", "test/m:4:3 marker-unknown-policy"]);
    let fleet = catalogue(&[("r", REPOSITORY), ("p", POLICY), ("s", SOURCE), ("a", AUTOMATION)]);
    let elsewhere = [&fleet];
    let here = |remote| Surroundings { remote: Some(remote), elsewhere: &elsewhere, ..Surroundings::default() };
    assert_eq!(told(&app, &here("https://git.example.com/team/app")), Vec::<String>::new());
    let outside = [("prod/m", marked.as_str())];
    assert_eq!(told(&outside, &here("https://git.example.com/team/app")).len(), 2, "the update path is ./test");
}

#[test]
fn a_diagnosis_prints_survives_json_and_its_fix_mends_the_file() {
    let text = "image: registry.example.com/team/app:1.0.0 # {\"$imagepolicy\": \"flux-system:ap\"}\n";
    let files = [("r", REPOSITORY), ("p", POLICY), ("s", SOURCE), ("a", AUTOMATION), ("test/m", text)];
    let found = diagnose(&catalogue(&files), &Surroundings::default());
    let [diagnosis] = found.as_slice() else { panic!("{found:#?}") };
    assert!(diagnosis.to_string().starts_with("test/m:1:8 error marker-unknown-policy no ImagePolicy flux-system/ap"));
    let json = serde_json::to_value(diagnosis).unwrap();
    assert_eq!(json["place"], serde_json::json!({"file": "test/m", "line": 1, "column": 8}));
    assert_eq!(json["object"], serde_json::json!({"kind": "ImagePolicy", "namespace": "flux-system", "name": "ap"}));
    assert_eq!(json["fix"]["kind"], "replace-marker");
    assert_eq!(&serde_json::from_value::<sluice_core::diagnosis::Diagnosis>(json).unwrap(), diagnosis);
    let mended = diagnosis.fix.as_ref().unwrap().apply(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(mended).unwrap(), text.replace("system:ap\"", "system:app\""));
}

#[test]
fn a_policy_may_use_what_access_lists_let_it() {
    let foreign = POLICY.replace("{name: app}", "{name: app, namespace: images}");
    let marked = marked(1);
    for (access, expected) in [
        ("", Some("access-denied")),
        ("{namespaceSelectors: []}", Some("access-denied")),
        ("{namespaceSelectors: [{matchLabels: {}}]}", None),
        ("{namespaceSelectors: [{}]}", None),
        ("{namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: flux-system}}]}", None),
        ("{namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: web}}]}", Some("access-denied")),
        ("{namespaceSelectors: [{matchLabels: {team: a}}]}", Some("access-unknown")),
        ("{namespaceSelectors: [{matchLabels: {team: a}}, {matchLabels: {}}]}", None),
    ] {
        let access = if access.is_empty() { String::new() } else { format!(", accessFrom: {access}") };
        let repository =
            REPOSITORY.replace("namespace: flux-system", "namespace: images").replace("5m}", &format!("5m{access}}}"));
        let files =
            [("r", repository.as_str()), ("p", &foreign), ("s", SOURCE), ("a", AUTOMATION), ("test/m", &marked)];
        let expected: Vec<_> = expected.map(|code| format!("p:1:1 {code}")).into_iter().collect();
        assert_eq!(told(&files, &Surroundings::default()), expected, "{access}");
    }
}
