//! `sluice lint`, run as people and CI jobs run it.

mod run;

use run::{folder, reference, sluice, sluice_in};
use serde_json::{Value, json};

/// The reference scenario with a marker that names a policy wrongly and a range that is none.
fn broken() -> tempfile::TempDir {
    let repository = reference("v1");
    for (file, from, to) in [
        ("test/deployment.yml", "flux-system:flask-app\"", "flux-system:flask-ap\""),
        ("flux-clusters/dev-cluster/flux-system/flask-app-registry.yaml", "interval: 10s", "interval: 1s"),
    ] {
        let path = repository.path().join(file);
        let text = std::fs::read_to_string(&path).expect("the fixture is read");
        assert!(text.contains(from), "{file}");
        std::fs::write(path, text.replace(from, to)).expect("the fixture is written");
    }
    repository
}

#[test]
fn the_reference_scenario_is_fine_in_every_resource_version() {
    for version in ["v1", "v1beta2", "v1beta1"] {
        let repository = reference(version);
        let run = sluice_in(repository.path(), &["lint", "."]);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (0, "nothing wrong in 10 files: 7 resources, 1 marker, 1 image\n"),
            "{version}: {run:?}"
        );
        let run = sluice_in(repository.path(), &["lint", ".", "-o", "json"]);
        assert_eq!(
            run.json(),
            json!({
                "diagnoses": [],
                "unread": [],
                "summary": {
                    "files": 10, "resources": 7, "markers": 1, "images": 1, "errors": 0, "warnings": 0, "hints": 0,
                },
            })
        );
        let run = sluice_in(repository.path(), &["lint", ".", "-o", "github"]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    }
}

#[test]
fn errors_are_exit_code_1_and_grouped_by_file() {
    let repository = broken();
    let run = sluice_in(repository.path(), &["lint", "."]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        run.stdout,
        "\
flux-clusters/dev-cluster/flux-system/flask-app-registry.yaml
  8:13    hint     spec.interval: `1s` is so short that registries and Git hosts will limit it
                   interval-absurd: use 1m or more, and a webhook for speed
test/deployment.yml
  20:18   error    no ImagePolicy flux-system/flask-ap is here, so this value never changes
                   marker-unknown-policy: did you mean flux-system:flask-app?

1 error, 1 hint in 10 files: 7 resources, 1 marker, 1 image
"
    );
}

#[test]
fn json_and_yaml_hold_place_object_and_fix() {
    let repository = broken();
    let run = sluice_in(repository.path(), &["lint", ".", "-o", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    let error = &report["diagnoses"][1];
    assert_eq!(error["place"], json!({"file": "test/deployment.yml", "line": 20, "column": 18}));
    assert_eq!(error["fix"]["marker"], "flux-system:flask-app");
    assert_eq!((error["code"].as_str(), error["severity"].as_str()), (Some("marker-unknown-policy"), Some("error")));
    assert_eq!(error["object"], json!({"kind": "ImagePolicy", "namespace": "flux-system", "name": "flask-ap"}));
    let yaml = sluice_in(repository.path(), &["lint", ".", "-o", "yaml"]).stdout;
    assert!(yaml.contains("code: marker-unknown-policy\n") && yaml.contains("  errors: 1\n"), "{yaml}");
}

#[test]
fn github_annotates_files_as_the_checkout_names_them() {
    let repository = broken();
    let below = repository.path().parent().expect("it works on the fixture");
    let name = repository.path().file_name().expect("it works on the fixture").to_str().unwrap();
    let run = sluice_in(below, &["lint", name, "-o", "github"]);
    assert_eq!(run.code, 1, "{run:?}");
    let lines: Vec<_> = run.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            format!(
                "::notice file={name}/flux-clusters/dev-cluster/flux-system/flask-app-registry.yaml,line=8,col=13,title=Interval is very short or very long (interval-absurd)::spec.interval: `1s` is so short that registries and Git hosts will limit it%0Ause 1m or more, and a webhook for speed"
            ),
            format!(
                "::error file={name}/test/deployment.yml,line=20,col=18,title=Marker names an unknown policy (marker-unknown-policy)::no ImagePolicy flux-system/flask-ap is here, so this value never changes%0Adid you mean flux-system:flask-app?"
            ),
        ]
    );
}

#[test]
fn sarif_keeps_the_rules_of_its_schema() {
    let repository = broken();
    let run = sluice_in(repository.path(), &["lint", ".", "-o", "sarif"]);
    assert_eq!(run.code, 1, "{run:?}");
    let log = run.json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().expect("it works on the fixture").ends_with("sarif-schema-2.1.0.json"));
    let runs = log["runs"].as_array().expect("it works on the fixture");
    let driver = &runs[0]["tool"]["driver"];
    assert_eq!((runs.len(), driver["name"].as_str()), (1, Some("sluice")));
    let rules = driver["rules"].as_array().expect("it works on the fixture");
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string(), "{rule}");
        let level = rule["defaultConfiguration"]["level"].as_str().expect("it works on the fixture");
        assert!(["none", "note", "warning", "error"].contains(&level), "{rule}");
    }
    let results = runs[0]["results"].as_array().expect("it works on the fixture");
    assert_eq!(results.len(), 2);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("it works on the fixture")).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().expect("it works on the fixture")));
        assert!(!result["message"]["text"].as_str().expect("it works on the fixture").is_empty());
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        let region = &location["region"];
        assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1), "{region}");
    }
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "test/deployment.yml");
}

#[test]
fn every_kind_of_trouble_in_a_folder_is_told() {
    let files: &[(&str, &[u8])] = &[
        ("crlf.yaml", b"apiVersion: image.toolkit.fluxcd.io/v1\r\nkind: ImageRepository\r\nmetadata: {name: a, namespace: n}\r\nspec: {image: 'https://x/y', interval: 1m}\r\n"),
        ("bom.yaml", b"\xef\xbb\xbfapiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: a, namespace: n}\nspec: {policy: {semver: {range: one}}, imageRepositoryRef: {name: a}}\n"),
        ("latin.yaml", b"# \xe9\nimage: a:1 # {\"$imagepolicy\": \"n:a\"}\n"),
        ("broken.yaml", b"a: [\nimage: a:1 # {\"$imagepolicy\": \"n:a\"}\n"),
        ("node_modules/x.yml", b"image: a:1 # {'$imagepolicy': 'n:a'}\n"),
        ("empty.yaml", b""),
        ("x.json", b"{\"image\": \"a:1\"}"),
    ];
    let at = folder(files);
    #[cfg(unix)]
    std::os::unix::fs::symlink(at.path().join("node_modules/x.yml"), at.path().join("link.yaml"))
        .expect("it works on the fixture");
    let run = sluice_in(at.path(), &["lint", ".", "-o", "json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let report = run.json();
    let told: Vec<String> = report["diagnoses"]
        .as_array()
        .expect("it works on the fixture")
        .iter()
        .map(|one: &Value| {
            let place = &one["place"];
            format!(
                "{}:{}:{} {}",
                place["file"].as_str().expect("it works on the fixture"),
                place["line"],
                place["column"],
                one["code"].as_str().expect("it works on the fixture")
            )
        })
        .collect();
    let mut expected = vec![
        "bom.yaml:1:1 no-image-repository",
        "bom.yaml:4:16 policy-invalid",
        "broken.yaml:2:12 marker-not-settable",
        "crlf.yaml:4:15 field-invalid",
        "latin.yaml:2:12 marker-not-settable",
        "node_modules/x.yml:1:12 marker-not-settable",
    ];
    if cfg!(unix) {
        expected.insert(5, "link.yaml:1:12 marker-not-settable");
    }
    assert_eq!(told, expected, "{report:#}");
}

#[test]
fn a_single_file_is_examined_without_what_stands_beside_it() {
    let repository = reference("v1");
    let file = repository.path().join("flux-clusters/dev-cluster/flux-system/flask-app-automation.yaml");
    let run = sluice(&["lint", &file.display().to_string(), "-o", "json"]);
    let codes: Vec<_> = run.json()["diagnoses"]
        .as_array()
        .expect("it works on the fixture")
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert_eq!(codes, [json!("selector-selects-nothing"), json!("no-git-repository")], "{run:?}");
}

#[test]
fn a_diagnosis_is_explained_with_its_example() {
    let run = sluice(&["lint", "--explain", "marker-unknown-policy"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("remedy: did you mean flux-system:app?"), "{}", run.stdout);
    let all = sluice(&["lint", "--explain", "-o", "json"]);
    assert!(all.json().as_array().is_some_and(|codes| codes.len() > 40), "{all:?}");
    let unknown = sluice(&["lint", "--explain", "nonsense"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
}

#[test]
fn invalid_input_is_exit_code_2() {
    for words in [
        &["lint"][..],
        &["lint", "/nowhere/at/all"],
        &["lint", "https://user:password@git.example.com/team/app.git"],
        &["lint", "--explain", "no-rule", "."],
        &["lint", ".", "-o", "xml"],
    ] {
        let run = sluice(words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}: {run:?}");
    }
}
