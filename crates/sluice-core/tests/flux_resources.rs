//! Flux's resources as people write them, right and wrong, in every version.

#![allow(clippy::unwrap_used, reason = "a test that meets a surprise should stop there")]

use sluice_core::diagnosis::Code;
use sluice_core::flux::{
    ApiVersion, DEFAULT_EXCLUSION, FileResources, ImagePolicy, ImageUpdateAutomation, Kind, Resource, mentions_flux,
    read,
};
use sluice_core::policy::{DigestReflection, Rule};
use sluice_core::release::Mode;
use std::path::{Path, PathBuf};

fn reference(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/reference").join(version)
}

fn resources_of(version: &str) -> Vec<Resource> {
    let folder = reference(version).join("flux-clusters/dev-cluster/flux-system");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut resources = Vec::new();
    for path in paths {
        let found = read(&std::fs::read(&path).unwrap());
        assert_eq!((found.problems, found.refused), (vec![], vec![]), "{}", path.display());
        resources.extend(found.resources);
    }
    resources
}

/// `code line:column` of every problem.
fn problems(text: &str) -> Vec<String> {
    let found = read(text.as_bytes());
    found.problems.iter().map(|problem| format!("{} {}:{}", problem.code, problem.line, problem.column)).collect()
}

fn only_policy(found: &FileResources) -> &ImagePolicy {
    match found.resources.as_slice() {
        [Resource::ImagePolicy(policy)] => policy,
        other => panic!("expected one policy, found {other:?}\n{:#?}", found.problems),
    }
}

fn only_automation(found: &FileResources) -> &ImageUpdateAutomation {
    match found.resources.as_slice() {
        [Resource::ImageUpdateAutomation(automation)] => automation,
        other => panic!("expected one automation, found {other:?}\n{:#?}", found.problems),
    }
}

#[test]
fn the_reference_scenario_reads_the_same_in_every_version() {
    for (version, expected) in
        [("v1", ApiVersion::V1), ("v1beta2", ApiVersion::V1Beta2), ("v1beta1", ApiVersion::V1Beta1)]
    {
        let resources = resources_of(version);
        assert_eq!(resources.len(), 7, "{version}");
        assert!(
            resources.iter().all(|resource| resource.meta().version == expected && !resource.is_suspended()),
            "{version}"
        );
        for resource in &resources {
            match resource {
                Resource::ImageRepository(found) => {
                    assert_eq!(found.image.as_written(), "registry.example.com/team/flask-app");
                    assert_eq!(found.interval.to_string(), "10s");
                    assert_eq!(found.effective_timeout().as_secs(), 10);
                    assert_eq!(found.exclusion_list, [DEFAULT_EXCLUSION]);
                }
                Resource::ImagePolicy(found) => {
                    assert_eq!(found.rule, Some(Rule::Semver { range: "1.0.x".into() }));
                    assert_eq!(found.image_repository.to_string(), "flux-system/flask-app");
                    assert_eq!(found.digest_reflection, DigestReflection::Never);
                }
                Resource::ImageUpdateAutomation(found) => {
                    let git = found.git.as_ref().unwrap();
                    assert_eq!(git.author.email, "fluxcdbot@users.noreply.github.com");
                    assert_eq!(git.checkout.as_ref().unwrap().checked_out_branch(), Some("main"));
                    assert_eq!(git.push.as_ref().unwrap().branch.as_deref(), Some("main"));
                    assert_eq!(found.interval.to_string(), "1m40s");
                    assert!(found.update_path().covers("test/deployment.yml"));
                }
                Resource::GitRepository(found) => {
                    assert_eq!(found.url, "ssh://git@git.example.com/team/flask-app.git");
                    assert_eq!(found.timeout.to_string(), "1m0s");
                    assert!(found.secret.is_some());
                }
                Resource::Kustomization(found) => assert!(found.prune && found.path.starts_with("./")),
            }
        }
    }
}

#[test]
fn what_is_read_survives_json() {
    for version in ["v1", "v1beta2", "v1beta1"] {
        for resource in resources_of(version) {
            let json = serde_json::to_string(&resource).unwrap();
            assert_eq!(serde_json::from_str::<Resource>(&json).unwrap(), resource);
        }
    }
}

const POLICY_HEAD: &str =
    "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: app, namespace: ns}\nspec:\n";

#[test]
fn every_wrong_field_of_a_policy_is_told_with_its_place() {
    for (spec, expected) in [
        ("  imageRepositoryRef: {name: app}\n  policy:\n    semver: {range: 1.0.x}\n", vec![]),
        ("  imageRepositoryRef: {name: app}\n  policy:\n    semver: {range: 1.0}\n", vec!["field-invalid 7:21"]),
        ("  imageRepositoryRef: {name: app}\n  policy:\n    semver: {range: \"1.0\"}\n", vec![]),
        ("  imageRepositoryRef: {name: app}\n  policy:\n    semver: {}\n", vec!["field-missing 7:13"]),
        ("  imageRepositoryRef: {name: app}\n  policy:\n    numerical: {order: up}\n", vec!["field-invalid 7:24"]),
        ("  imageRepositoryRef: {name: app}\n  policy:\n    alphabetical: {}\n", vec![]),
        ("  imageRepositoryRef: {name: app}\n  policy: {}\n", vec!["no-rule 6:11"]),
        (
            "  imageRepositoryRef: {name: app}\n  policy:\n    semver: {range: 1.x}\n    numerical: {}\n",
            vec!["several-rules 7:5"],
        ),
        ("  policy: {numerical: {order: asc}}\n", vec!["field-missing 5:3"]),
        (
            "  imageRepositoryRef: app\n  policy: []\n  suspend: \"yes\"\n",
            vec!["field-invalid 5:23", "field-invalid 6:11", "field-invalid 7:12"],
        ),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  digestReflectionPolicy: Always\n",
            vec!["field-missing 5:3"],
        ),
        ("  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  interval: 10m\n", vec!["field-invalid 7:13"]),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  interval: 10m\n  digestReflectionPolicy: Always\n",
            vec![],
        ),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  digestReflectionPolicy: always\n",
            vec!["field-invalid 7:27"],
        ),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  filterTag: {pattern: x}\n",
            vec!["field-unknown 7:3"],
        ),
        ("  imageRepositoryRef: {name: app}\n  policy: {semver: {range: \"${RANGE}\"}}\n", vec!["substitution 6:28"]),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  filterTags: {pattern: '(?P<n>.*)', extract: '${n}'}\n",
            vec![],
        ),
        (
            "  imageRepositoryRef: {name: app}\n  policy: {numerical: {}}\n  policy: {semver: {range: 1.x}}\n",
            vec!["duplicate-key 7:3"],
        ),
    ] {
        assert_eq!(problems(&format!("{POLICY_HEAD}{spec}")), expected, "{spec}");
    }
}

#[test]
fn fields_that_v1beta1_does_not_have_are_without_effect() {
    let text = format!(
        "{}  imageRepositoryRef: {{name: app}}\n  policy: {{numerical: {{}}}}\n  digestReflectionPolicy: IfNotPresent\n  suspend: true\n",
        POLICY_HEAD.replace("/v1\n", "/v1beta1\n"),
    );
    let found = read(text.as_bytes());
    assert_eq!(problems(&text), ["field-unknown 7:27", "field-unknown 8:12"]);
    let policy = only_policy(&found);
    assert_eq!((policy.digest_reflection, policy.suspend), (DigestReflection::Never, false));
}

#[test]
fn every_wrong_field_of_an_image_repository_is_told() {
    let head = "apiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImageRepository\nmetadata: {name: app, namespace: ns}\nspec:\n";
    let many: String = (0..26).map(|n| format!("  - '^{n}$'\n")).collect();
    for (spec, expected) in [
        ("  image: ghcr.io/a/b\n  interval: 1h\n  timeout: 1h\n".to_owned(), vec!["field-invalid 7:12"]),
        ("  image: https://ghcr.io/a/b\n  interval: 5\n".to_owned(), vec!["field-invalid 5:10", "field-invalid 6:13"]),
        ("  image: ghcr.io/a/b:1.0\n  interval: 1m\n".to_owned(), vec!["field-invalid 5:10"]),
        ("  interval: fast\n".to_owned(), vec!["field-missing 5:3", "field-invalid 5:13"]),
        ("  image: ghcr.io/a/b\n  interval: 10ms\n".to_owned(), vec!["interval-absurd 6:13"]),
        ("  image: ghcr.io/a/b\n  interval: 1m\n  provider: amazon\n".to_owned(), vec!["field-invalid 7:13"]),
        ("  image: ghcr.io/a/b\n  interval: 1m\n  secretRef: {}\n".to_owned(), vec!["field-missing 7:14"]),
        ("  image: ghcr.io/a/b\n  interval: 1m\n  exclusionList: ['(']\n".to_owned(), vec!["exclusion-invalid 7:19"]),
        (format!("  image: ghcr.io/a/b\n  interval: 1m\n  exclusionList:\n{many}"), vec!["field-invalid 8:5"]),
        (
            format!("  image: ghcr.io/a/b\n  interval: 1m\n  serviceAccountName: {}\n", "a".repeat(254)),
            vec!["field-invalid 7:23"],
        ),
        ("  image: ghcr.io/a/b\n  interval: 1m\n  accessFrom: {}\n".to_owned(), vec!["field-missing 7:15"]),
    ] {
        assert_eq!(problems(&format!("{head}{spec}")), expected, "{spec}");
    }
}

#[test]
fn an_empty_exclusion_list_is_the_default_one() {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: a, namespace: n}\nspec: {image: a/b, interval: 1m, exclusionList: []}\n";
    let found = read(text.as_bytes());
    let [Resource::ImageRepository(repository)] = found.resources.as_slice() else { panic!("{found:?}") };
    assert_eq!(repository.exclusion_list, [DEFAULT_EXCLUSION]);
}

const AUTOMATION: &str = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata:
  name: app
  namespace: ns
spec:
  interval: 5m
  sourceRef: {kind: GitRepository, name: app}
  git:
    commit:
      author: {email: bot@example.com}
      messageTemplate: |
        Update

        {{ range .Updated.Images }}{{ end }}
  update: {path: ./apps}
";

#[test]
fn a_template_that_flux_no_longer_knows_is_told_in_the_line_where_it_stands() {
    let found = read(AUTOMATION.as_bytes());
    let [problem] = found.problems.as_slice() else { panic!("{:?}", found.problems) };
    assert_eq!((problem.code, problem.line), (Code::TemplateInvalid, 15), "{problem:?}");
    assert!(only_automation(&found).git.is_some());
}

#[test]
fn every_wrong_field_of_an_automation_is_told() {
    for (from, to, expected) in [
        ("        {{ range .Updated.Images }}{{ end }}\n", "", vec![]),
        ("kind: GitRepository, ", "", vec!["template-invalid 15"]),
        ("kind: GitRepository", "kind: Bucket", vec!["field-invalid 8", "template-invalid 15"]),
        ("{email: bot@example.com}", "{name: bot}", vec!["field-missing 11", "template-invalid 15"]),
        ("{path: ./apps}", "{path: ./apps, strategy: Replace}", vec!["template-invalid 15", "field-invalid 16"]),
        ("  interval: 5m\n", "", vec!["field-missing 7", "template-invalid 14"]),
        ("  git:\n", "  git:\n    checkout: {}\n", vec!["field-missing 10", "template-invalid 16"]),
        ("  git:\n", "  git:\n    push: {branch: [a]}\n", vec!["field-invalid 10", "template-invalid 16"]),
        (
            "  git:\n",
            "  policySelector: {matchExpressions: [{key: team, operator: Is}, {key: team, operator: In}]}\n  git:\n",
            vec!["field-invalid 9", "field-missing 9", "template-invalid 16"],
        ),
        ("image.toolkit.fluxcd.io/v1\n", "image.toolkit.fluxcd.io/v1alpha1\n", vec!["version-unsupported 1"]),
        ("  namespace: ns\n", "", vec!["namespace-missing 4", "template-invalid 14"]),
        ("  name: app\n", "  name: App\n", vec!["field-invalid 4"]),
    ] {
        assert!(AUTOMATION.contains(from), "{from}");
        let found = read(AUTOMATION.replacen(from, to, 1).as_bytes());
        let told: Vec<_> = found.problems.iter().map(|problem| format!("{} {}", problem.code, problem.line)).collect();
        assert_eq!(told, expected, "{from} → {to}\n{:#?}", found.problems);
    }
}

#[test]
fn without_spec_git_an_automation_stays_but_is_told() {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata: {name: a, namespace: n}\nspec:\n  interval: 5m\n  sourceRef: {kind: GitRepository, name: app}\n";
    assert_eq!(problems(text), ["git-spec-missing 5:3"]);
    assert!(only_automation(&read(text.as_bytes())).git.is_none());
}

#[test]
fn one_wrong_document_does_not_hide_the_others() {
    let good = format!("{POLICY_HEAD}  imageRepositoryRef: {{name: app}}\n  policy: {{numerical: {{}}}}\n");
    let text = format!(
        "{good}---\n# toolkit.fluxcd.io\n{{{{ if .Values.x }}}}\na: [\n---\n{}",
        good.replace("name: app,", "name: other,")
    );
    let found = read(text.as_bytes());
    assert_eq!(found.resources.len(), 2);
    assert_eq!(found.problems.len(), 1);
    assert_eq!(found.problems[0].code, Code::YamlUnreadable);
    assert!((8..=10).contains(&found.problems[0].line), "{:?}", found.problems);
}

#[test]
fn items_of_a_list_are_resources_with_their_own_place() {
    let item = |name: &str| {
        format!(
            "- apiVersion: image.toolkit.fluxcd.io/v1\n  kind: ImagePolicy\n  metadata: {{name: {name}, namespace: ns}}\n  spec: {{imageRepositoryRef: {{name: app}}, policy: {{numerical: {{}}}}}}\n"
        )
    };
    let found = read(format!("apiVersion: v1\nkind: List\nitems:\n{}{}", item("a"), item("b")).as_bytes());
    let places: Vec<_> = found.resources.iter().map(|r| (r.meta().key.to_string(), r.meta().line)).collect();
    assert_eq!(places, [("ns/a".to_owned(), 4), ("ns/b".to_owned(), 8)], "{:?}", found.problems);
}

#[test]
fn a_refused_resource_is_remembered_by_name() {
    let found = read(format!("{POLICY_HEAD}  policy: {{numerical: {{}}}}\n").as_bytes());
    assert!(found.resources.is_empty());
    let refused: Vec<_> = found.refused.iter().map(|refused| (refused.id.kind, refused.id.to_string())).collect();
    assert_eq!(refused, [(Kind::ImagePolicy, "ImagePolicy ns/app".to_owned())]);
}

#[test]
fn team_rules_are_read_and_a_wrong_one_sets_nothing_free() {
    let with = |annotations: &str| {
        AUTOMATION
            .replace("  name: app\n", &format!("  name: app\n  annotations:\n{annotations}"))
            .replace(".Updated.Images", ".Changed.Changes")
    };
    let text = with(
        "    sluice.dev/mode: auto\n    sluice.dev/min-age: 2d\n    sluice.dev/window: Mon-Fri 09:00-17:00 Europe/Berlin\n    sluice.dev/hold: 1.0.3\n    sluice.dev/hold-reason: 1.0.4 leaks\n    sluice.dev/hold-until: \"2026-12-01\"\n    other.dev/x: y\n",
    );
    let found = read(text.as_bytes());
    assert_eq!(found.problems, vec![]);
    let team = &only_automation(&found).meta.team;
    assert_eq!(team.mode, Some(Mode::Auto));
    assert_eq!(team.min_age.unwrap().as_secs(), 2 * 86_400);
    assert_eq!(team.window.as_ref().unwrap().as_str(), "Mon-Fri 09:00-17:00 Europe/Berlin");
    let hold = team.hold.as_ref().unwrap();
    assert_eq!((hold.tag.as_deref(), hold.reason.as_str()), (Some("1.0.3"), "1.0.4 leaks"));
    assert_eq!(hold.until.unwrap().to_string(), "2026-12-02T00:00:00Z");
    for wrong in [
        "mode: automatic",
        "window: whenever",
        "min-age: soon",
        "hold: \"a b\"",
        "hold-until: later",
        "holdd: x",
        "hold-until: 2026-12-01",
    ] {
        let found = read(
            with(
                &format!("    sluice.dev/mode: auto\n    sluice.dev/{wrong}\n")
                    .replace("sluice.dev/mode: auto\n    sluice.dev/mode", "sluice.dev/mode"),
            )
            .as_bytes(),
        );
        let codes: Vec<_> = found.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::TeamRuleInvalid], "{wrong}: {:#?}", found.problems);
        assert_eq!(only_automation(&found).meta.team.mode, Some(Mode::Observe), "{wrong}");
    }
}

#[test]
fn other_peoples_yaml_is_none_of_our_business() {
    for text in [
        "",
        "# toolkit.fluxcd.io\n",
        "a: b\n",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {}\n",
        "kind: [toolkit.fluxcd.io]\n",
        "- toolkit.fluxcd.io\n",
    ] {
        assert_eq!(read(text.as_bytes()), FileResources::default(), "{text}");
    }
    assert!(!mentions_flux(b"apiVersion: apps/v1") && mentions_flux(b"apiVersion: image.toolkit.fluxcd.io/v1"));
}

#[test]
fn a_kind_with_a_typing_error_is_told() {
    let found = read(b"apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolcy\nmetadata: {name: a}\n");
    assert_eq!(found.problems[0].hint, "did you mean `ImagePolicy`?");
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let found = read(b"a: b\nb: toolkit.fluxcd.io \xff\n");
    assert_eq!((found.problems[0].code, found.problems[0].line), (Code::YamlUnreadable, 2));
}

#[test]
fn an_scp_style_address_is_refused_with_the_address_that_works() {
    let found = read(b"apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a, namespace: n}\nspec: {url: 'git@github.com:org/repo.git', interval: 1m}\n");
    assert_eq!(found.problems[0].hint, "write ssh://git@github.com/org/repo.git");
}
