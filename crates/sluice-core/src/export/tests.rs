use super::*;
use crate::catalogue::FileFacts;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: flask-app\n  namespace: web\nspec:\n  \
    template:\n    spec:\n      containers:\n        - name: flask-app\n          image: registry.example.com/team/flask-app:1.0.3\n";
const URL: &str = "ssh://git@git.example.com/team/fleet.git";

/// Files by path, as a repository has them.
struct Repository(Vec<(&'static str, String)>);

impl Repository {
    fn with(files: &[(&'static str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect())
    }

    fn export(&self, wish: &Wish) -> Result<Export, ExportError> {
        let facts: Vec<(&str, FileFacts)> =
            self.0.iter().map(|(path, text)| (*path, FileFacts::read(text.as_bytes()))).collect();
        let catalogue = Catalogue::build(facts.iter().map(|(path, facts)| (*path, facts)));
        let read = |path: &str| self.0.iter().find(|(own, _)| *own == path).map(|(_, text)| text.clone().into_bytes());
        export(wish, &Files { catalogue: &catalogue, read: &read, is_this_repository: &|url| url == URL })
    }

    /// The repository once the export is written.
    fn after(&self, export: &Export) -> Self {
        let text = |file: &ExportedFile| String::from_utf8(file.after.clone()).expect("it is text");
        let mut files: Vec<(&'static str, String)> = self.0.clone();
        for file in &export.files {
            files.retain(|(path, _)| *path != file.path);
            files.push((file.path.clone().leak(), text(file)));
        }
        Self(files)
    }
}

fn wish(workload: &str) -> Wish {
    Wish {
        workload: workload.to_owned(),
        namespace: "flux-system".to_owned(),
        url: Some(URL.to_owned()),
        branch: "main".to_owned(),
        secret: Some("deploy-key".to_owned()),
        author: ("fluxcdbot".to_owned(), "fluxcdbot@example.com".to_owned()),
        ..Wish::default()
    }
}

fn kinds(ids: &[ResourceId]) -> Vec<Kind> {
    ids.iter().map(|id| id.kind).collect()
}

#[test]
fn a_bare_deployment_becomes_the_reference_scenario() {
    let repository = Repository::with(&[("test/deployment.yml", DEPLOYMENT)]);
    let export = repository.export(&wish("flask-app")).expect("it is exported");
    let paths: Vec<&str> = export.files.iter().map(|file| file.path.as_str()).collect();
    let expected = ["automation", "kustomization", "policy", "registry", "source"];
    let expected: Vec<String> = expected.iter().map(|word| format!("flux/flask-app-{word}.yaml")).collect();
    assert_eq!(paths[..5], expected.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(paths[5], "test/deployment.yml");
    assert!(export.diff().contains("+          image: registry.example.com/team/flask-app:1.0.3 # {\"$imagepolicy\": \"flux-system:flask-app\"}"), "{}", export.diff());

    // What comes out is what Sluice reads, without a complaint.
    let after = repository.after(&export);
    let facts: Vec<(&str, FileFacts)> =
        after.0.iter().map(|(path, text)| (*path, FileFacts::read(text.as_bytes()))).collect();
    let catalogue = Catalogue::build(facts.iter().map(|(path, facts)| (*path, facts)));
    assert_eq!((&catalogue.problems, &catalogue.refused), (&Vec::new(), &Vec::new()));
    let key = ObjectKey::new("flux-system", "flask-app");
    assert_eq!(catalogue.policies[&key].rule, Some(crate::policy::Rule::Semver { range: "1.0.x".to_owned() }));
    assert_eq!(catalogue.kustomizations[&key].target_namespace.as_deref(), Some("web"));
    assert_eq!(catalogue.git_repositories[&key].secret.as_deref(), Some("deploy-key"));
    assert_eq!(catalogue.automations[&key].update_path, "./test");
    assert_eq!(catalogue.markers_of(&key).count(), 1);
    // Again, nothing is missing.
    let again = after.export(&wish("Deployment/flask-app")).expect("it is looked at");
    assert!(again.is_empty(), "{}", again.diff());
    assert_eq!(again.used.len(), 5);
}

#[test]
fn what_is_there_is_used_and_the_folders_list_grows() {
    let sync = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: flux-system\n  namespace: flux-system\nspec:\n  interval: 1m0s\n  ref:\n    branch: main\n  url: {URL}\n"
    );
    let list =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - gotk-sync.yaml\n# the end\n";
    let repository = Repository::with(&[
        ("clusters/dev/flux-system/gotk-sync.yaml", &sync),
        ("clusters/dev/flux-system/kustomization.yaml", list),
        ("test/deployment.yml", DEPLOYMENT),
    ]);
    let export = repository.export(&Wish { url: None, range: Some(">=1.0.0".to_owned()), ..wish("flask-app") });
    let export = export.expect("it is exported");
    assert_eq!(kinds(&export.used), [Kind::GitRepository]);
    let changed = export.files.iter().find(|file| file.path.ends_with("flux-system/kustomization.yaml"));
    let after = String::from_utf8_lossy(&changed.expect("the list changes").after).into_owned();
    assert!(after.ends_with("  - gotk-sync.yaml\n  - flask-app-automation.yaml\n  - flask-app-kustomization.yaml\n  - flask-app-policy.yaml\n  - flask-app-registry.yaml\n# the end\n"), "{after}");
    assert!(export.diff().contains("+      range: \">=1.0.0\""), "{}", export.diff());
}

#[test]
fn what_is_not_clear_is_asked_for() {
    let two = DEPLOYMENT.replace(
        "      containers:\n",
        "      initContainers:\n        - name: init\n          image: busybox:1.36.1\n      containers:\n",
    );
    let latest = DEPLOYMENT.replace("1.0.3", "latest");
    for (text, wish, expected) in [
        (DEPLOYMENT, wish("flsk-app"), "no-workload"),
        (&*two, wish("flask-app"), "several"),
        (&*latest, wish("flask-app"), "no-range"),
        (DEPLOYMENT, Wish { url: None, ..wish("flask-app") }, "no-address"),
        (DEPLOYMENT, Wish { image: ImageName::parse("busybox").ok(), ..wish("flask-app") }, "no-image"),
    ] {
        let error = Repository::with(&[("test/deployment.yml", text)]).export(&wish).expect_err(expected);
        let name = match &error {
            ExportError::NoWorkload { nearest, .. } if nearest == &["flask-app"] => "no-workload",
            ExportError::SeveralImages { images, .. } if images.len() == 2 => "several",
            ExportError::NoRange { .. } => "no-range",
            ExportError::NoAddress => "no-address",
            ExportError::NoImage { .. } => "no-image",
            other => panic!("{other:?}"),
        };
        assert_eq!(name, expected);
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn a_range_is_made_from_the_version_that_stands_there() {
    for (value, range) in [
        ("a/b:1.0.3", Some("1.0.x")),
        ("h:5000/a/b:v2.14.0-rc.1@sha256:00", Some("2.14.x")),
        ("1.2.3", Some("1.2.x")),
        ("a/b:1.2", None),
        ("a/b:latest", None),
        ("a/b", None),
    ] {
        assert_eq!(range_around(value).as_deref(), range, "{value}");
    }
}
