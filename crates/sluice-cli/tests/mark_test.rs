//! `sluice mark`, run as people run it.

mod run;

use run::{contents, reference, sluice_in};
use serde_json::json;

/// The reference scenario without its marker.
fn unmarked(version: &str) -> tempfile::TempDir {
    let repository = reference(version);
    let file = repository.path().join("test/deployment.yml");
    let text = std::fs::read_to_string(&file).expect("it works on the fixture");
    std::fs::write(&file, text.replace(r##" # {"$imagepolicy": "flux-system:flask-app"}"##, ""))
        .expect("it works on the fixture");
    repository
}

const SECOND_POLICY: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: flask-edge, namespace: flux-system}
spec:
  imageRepositoryRef: {name: flask-app}
  policy: {semver: {range: '>=1.0.0-0'}}
";

#[test]
fn the_marker_of_the_only_policy_is_shown_then_written() {
    for version in ["v1", "v1beta2", "v1beta1"] {
        let marked = contents(reference(version).path());
        let repository = unmarked(version);
        let before = contents(repository.path());
        let run = sluice_in(repository.path(), &["mark", "."]);
        assert_eq!(run.code, 0, "{run:?}");
        let added = r##"+          image: registry.example.com/team/flask-app:1.0.0 # {"$imagepolicy": "flux-system:flask-app"}"##;
        assert!(run.stdout.lines().any(|line| line == added), "{version}: {}", run.stdout);
        assert!(run.stderr.contains("1 marker would be added in 1 file; --write adds them"), "{run:?}");
        assert_eq!(contents(repository.path()), before, "{version}: only shown");

        let run = sluice_in(repository.path(), &["mark", ".", "--write", "-o", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        let report = run.json();
        assert_eq!((report["filesChanged"].as_u64(), report["undecided"].clone()), (Some(1), json!([])));
        let mark = &report["marks"][0];
        assert_eq!(
            (mark["file"].as_str(), mark["marker"].as_str(), mark["image"].as_str()),
            (Some("test/deployment.yml"), Some("flux-system:flask-app"), Some("registry.example.com/team/flask-app"))
        );
        assert_eq!(contents(repository.path()), marked, "{version}: the marker stands where it was");

        let again = sluice_in(repository.path(), &["mark", "."]);
        assert_eq!((again.code, again.stdout.as_str()), (0, "no marker to add\n"));
    }
}

#[test]
fn several_policies_are_named_and_one_is_chosen_by_hand() {
    let repository = unmarked("v1");
    std::fs::write(repository.path().join("edge.yaml"), SECOND_POLICY).expect("it works on the fixture");
    let before = contents(repository.path());
    let run = sluice_in(repository.path(), &["mark", ".", "--write", "-o", "json"]);
    assert_eq!(run.json()["undecided"][0]["choices"], json!(["flux-system:flask-app", "flux-system:flask-edge"]));
    assert_eq!((run.code, contents(repository.path()) == before), (0, true), "{run:?}");
    let run = sluice_in(repository.path(), &["mark", "."]);
    assert!(run.stderr.contains("--image flux-system:flask-app=registry.example.com/team/flask-app"), "{run:?}");

    let image = "flux-system:flask-edge=registry.example.com/team/flask-app";
    let run = sluice_in(repository.path(), &["mark", ".", "--write", "--image", image]);
    assert_eq!(run.code, 0, "{run:?}");
    let now =
        String::from_utf8(contents(repository.path())["test/deployment.yml"].clone()).expect("it works on the fixture");
    assert!(now.contains(r##"app:1.0.0 # {"$imagepolicy": "flux-system:flask-edge"}"##), "{now}");
}

#[test]
fn only_the_images_that_are_named_are_marked() {
    let repository = unmarked("v1");
    let run = sluice_in(repository.path(), &["mark", ".", "--image", "registry.example.com/team/other"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "no marker to add\n"));
    let run = sluice_in(repository.path(), &["mark", ".", "--image", "registry.example.com/team/flask-app"]);
    assert!(run.stdout.starts_with("--- a/test/deployment.yml\n"), "{run:?}");
}

#[test]
fn where_a_marker_cannot_stand_the_obstacle_is_told() {
    let repository = unmarked("v1");
    let file = repository.path().join("test/deployment.yml");
    let text = std::fs::read_to_string(&file).expect("it works on the fixture");
    std::fs::write(&file, text.replace("flask-app:1.0.0", "flask-app:1.0.0 # pinned"))
        .expect("it works on the fixture");
    let before = contents(repository.path());
    let run = sluice_in(repository.path(), &["mark", ".", "--write"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "no marker to add\n"), "{run:?}");
    assert!(run.stderr.contains("has a comment or another value behind the value"), "{run:?}");
    assert_eq!(contents(repository.path()), before);
}

#[test]
fn invalid_input_is_exit_code_2() {
    let repository = reference("v1");
    for words in [
        &["mark"][..],
        &["mark", "nowhere"],
        &["mark", ".", "--image", "app=a/b"],
        &["mark", ".", "--image", "ns:app=a/b:1"],
        &["mark", ".", "-o", "github"],
    ] {
        let run = sluice_in(repository.path(), words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}: {run:?}");
    }
}
