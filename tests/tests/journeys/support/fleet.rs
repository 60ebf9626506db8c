//! The files of the reference scenario, as `flux bootstrap` and a person left them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sluice_testkit::git::BareRepository;

const IMAGE: &str = "registry.example.com/team/flask-app";
const URL: &str = "ssh://git@git.example.com/team/flask-app.git";

/// Where the marked line stands.
pub(crate) const DEPLOYMENT: &str = "test/deployment.yml";
/// Where the automation stands.
pub(crate) const AUTOMATION: &str = "flux-clusters/dev-cluster/flux-system/flask-app-automation.yaml";

/// Files by their path.
#[derive(Debug, Clone)]
pub(crate) struct Files(BTreeMap<String, String>);

impl Files {
    /// Those of `tests/fixtures/reference/VERSION`, with the real addresses.
    pub(crate) fn reference(version: &str, url: &str, image: &str) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/reference").join(version);
        let mut files = BTreeMap::new();
        read(&root, &root, &mut files);
        assert!(files.contains_key(DEPLOYMENT), "{} has no {DEPLOYMENT}", root.display());
        Self(files).replace(URL, url).replace(IMAGE, image)
    }

    /// With a text replaced in every file.
    #[must_use]
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        for text in self.0.values_mut() {
            *text = text.replace(from, to);
        }
        self
    }

    /// As the files of another application, beside those of the first.
    #[must_use]
    pub(crate) fn renamed(self, name: &str) -> Self {
        let moved = self.0.into_iter().filter(|(path, _)| !path.ends_with("gotk-sync.yaml"));
        let moved = moved.map(|(path, text)| {
            let path = path.replace("test/", &format!("{name}/")).replace("flask-app", name);
            (
                path,
                text.replace("name: flask-app", &format!("name: {name}"))
                    .replace("system:flask-app", &format!("system:{name}"))
                    .replace("./test", &format!("./{name}")),
            )
        });
        Self(moved.collect())
    }

    /// With a resource suspended.
    ///
    /// # Panics
    /// When there is no resource of that kind.
    #[must_use]
    pub(crate) fn suspended(self, kind: &str) -> Self {
        let head = format!("kind: {kind}\nmetadata:\n  name: flask-app\n  namespace: flux-system\nspec:\n");
        assert!(self.0.values().any(|text| text.contains(&head)), "there is no {kind}");
        self.replace(&head, &format!("{head}  suspend: true\n"))
    }

    /// With everything done again within a second or so, as it would in hours of work.
    #[must_use]
    pub(crate) fn hurried(self) -> Self {
        self.replace("interval: 1m40s", "interval: 1s").replace("interval: 10s", "interval: 1s")
    }

    /// With a line of the automation replaced.
    ///
    /// # Panics
    /// When the automation has no such line.
    #[must_use]
    pub(crate) fn automation(mut self, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(AUTOMATION).expect("the scenario has an automation");
        assert!(text.contains(from), "the automation has no {from}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// With one more file, or another content.
    #[must_use]
    pub(crate) fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    /// Commits all to `main`.
    pub(crate) fn commit_to(&self, repository: &BareRepository) {
        let files: Vec<(&str, &str)> = self.0.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        repository.commit("main", &files, "the fleet");
    }
}

fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the fixtures are there") {
        let path = entry.expect("the fixtures can be listed").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).expect("fixtures are text"));
        }
    }
}
