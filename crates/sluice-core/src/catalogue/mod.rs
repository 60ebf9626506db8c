//! The union of what the files of one repository say: resources by key, markers, images, problems, each with its file.
//!
//! A catalogue is built from [`FileFacts`], which are remembered by blob id; building it is cheap, so it is made anew
//! whenever a file changed. It may not know where the files come from. To add a kind of resource: a map here and an arm
//! in [`Catalogue::build`].

mod facts;
mod unmarked;

use crate::diagnosis::Code;
use crate::flux::{
    GitRepository, ImagePolicy, ImageRepository, ImageUpdateAutomation, Kind, Kustomization, Problem, Refused,
    Resource, ResourceId,
};
use crate::key::ObjectKey;
use crate::marker::{IgnoredMarker, ImageField, Marker, MarkerRef};
use std::collections::BTreeMap;
use std::sync::Arc;

pub use facts::{FACTS_VERSION, FileFacts};
pub use unmarked::Unmarked;

/// Something with the file that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// Path in the repository, with `/`.
    pub file: Arc<str>,
    /// What stands there.
    pub value: T,
}

impl<T> std::ops::Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Everything that one repository says at one commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Images to scan.
    pub image_repositories: BTreeMap<ObjectKey, Placed<ImageRepository>>,
    /// Choices among their tags.
    pub policies: BTreeMap<ObjectKey, Placed<ImagePolicy>>,
    /// Where choices are written.
    pub automations: BTreeMap<ObjectKey, Placed<ImageUpdateAutomation>>,
    /// Git repositories to write to.
    pub git_repositories: BTreeMap<ObjectKey, Placed<GitRepository>>,
    /// What clusters apply.
    pub kustomizations: BTreeMap<ObjectKey, Placed<Kustomization>>,
    /// Resources that the API server would refuse, or that hold values only known in the cluster.
    pub refused: Vec<Placed<Refused>>,
    /// Markers that stand for a value, by file and line.
    pub markers: Vec<Placed<Marker>>,
    /// Markers that do nothing, whatever policies there are.
    pub ignored: Vec<Placed<IgnoredMarker>>,
    /// Values that name an image, marked or not.
    pub images: Vec<Placed<ImageField>>,
    /// What is wrong with the resources as they are written.
    pub problems: Vec<Placed<Problem>>,
}

impl Catalogue {
    /// Joins the facts of files. Files are taken in the order of their paths; where two define the same resource the
    /// first counts and the second is a problem ([`Code::DefinedTwice`]).
    pub fn build<'f>(files: impl IntoIterator<Item = (&'f str, &'f FileFacts)>) -> Self {
        let mut catalogue = Self::default();
        let mut files: Vec<_> = files.into_iter().filter(|(_, facts)| !facts.is_empty()).collect();
        files.sort_by_key(|(path, _)| *path);
        for (path, facts) in files {
            let file: Arc<str> = path.into();
            let place = |value| Placed { file: file.clone(), value };
            for resource in &facts.flux.resources {
                catalogue.add(&file, resource);
            }
            catalogue
                .refused
                .extend(facts.flux.refused.iter().cloned().map(|value| Placed { file: file.clone(), value }));
            catalogue.problems.extend(facts.flux.problems.iter().cloned().map(place));
            catalogue
                .markers
                .extend(facts.markers.markers.iter().cloned().map(|value| Placed { file: file.clone(), value }));
            catalogue
                .ignored
                .extend(facts.markers.ignored.iter().cloned().map(|value| Placed { file: file.clone(), value }));
            catalogue.images.extend(facts.images.iter().cloned().map(|value| Placed { file: file.clone(), value }));
        }
        catalogue
    }

    fn add(&mut self, file: &Arc<str>, resource: &Resource) {
        let first = match resource {
            Resource::ImageRepository(value) => insert(&mut self.image_repositories, file, &value.meta.key, value),
            Resource::ImagePolicy(value) => insert(&mut self.policies, file, &value.meta.key, value),
            Resource::ImageUpdateAutomation(value) => insert(&mut self.automations, file, &value.meta.key, &**value),
            Resource::GitRepository(value) => insert(&mut self.git_repositories, file, &value.meta.key, value),
            Resource::Kustomization(value) => insert(&mut self.kustomizations, file, &value.meta.key, value),
        };
        if let Some(first) = first {
            let (kind, meta) = (resource.kind(), resource.meta());
            let value = defined_twice(kind, &meta.key, (meta.line, meta.column), &first);
            self.problems.push(Placed { file: file.clone(), value });
        }
    }

    /// The policy that a marker names, if it is here.
    pub fn policy_of(&self, marker: &MarkerRef) -> Option<&Placed<ImagePolicy>> {
        self.policies.get(&marker.policy)
    }

    /// The image repository that a policy chooses from, if it is here.
    pub fn image_repository_of(&self, policy: &ImagePolicy) -> Option<&Placed<ImageRepository>> {
        self.image_repositories.get(&policy.image_repository)
    }

    /// The automations that apply a policy: those of its namespace whose selector takes it.
    pub fn automations_of<'c>(
        &'c self,
        policy: &'c ImagePolicy,
    ) -> impl Iterator<Item = &'c Placed<ImageUpdateAutomation>> {
        self.automations.values().filter(move |automation| {
            automation.meta.key.namespace == policy.meta.key.namespace && automation.selects(&policy.meta.labels)
        })
    }

    /// The markers that name a policy.
    pub fn markers_of<'c>(&'c self, policy: &'c ObjectKey) -> impl Iterator<Item = &'c Placed<Marker>> {
        self.markers.iter().filter(move |marker| marker.reference.policy == *policy)
    }
}

/// Puts a resource in, unless one of that key is there; then gives that one's file.
fn insert<T: Clone>(
    map: &mut BTreeMap<ObjectKey, Placed<T>>,
    file: &Arc<str>,
    key: &ObjectKey,
    value: &T,
) -> Option<Arc<str>> {
    if let Some(first) = map.get(key) {
        return Some(first.file.clone());
    }
    map.insert(key.clone(), Placed { file: file.clone(), value: value.clone() });
    None
}

fn defined_twice(kind: Kind, key: &ObjectKey, (line, column): (u32, u32), first: &str) -> Problem {
    Problem {
        line,
        column,
        code: Code::DefinedTwice,
        severity: Code::DefinedTwice.severity(),
        message: format!("{kind} {key} is defined in {first} already"),
        hint: "keep one of the two".to_owned(),
        object: Some(ResourceId { kind, namespace: key.namespace.clone(), name: key.name.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: flux-system}
spec:
  imageRepositoryRef: {name: app}
  policy: {semver: {range: 1.0.x}}
";

    #[test]
    fn files_are_joined_and_the_second_definition_is_a_problem() {
        let policy = FileFacts::read(POLICY.as_bytes());
        let marked = FileFacts::read(b"image: a/b:1.0.0 # {\"$imagepolicy\": \"flux-system:app\"}\n");
        let catalogue = Catalogue::build([("b.yaml", &policy), ("a.yaml", &policy), ("c.yaml", &marked)]);
        let key = ObjectKey::new("flux-system", "app");
        assert_eq!(&*catalogue.policies[&key].file, "a.yaml");
        assert_eq!(catalogue.problems.len(), 1);
        assert_eq!((&*catalogue.problems[0].file, catalogue.problems[0].code), ("b.yaml", Code::DefinedTwice));
        assert_eq!(catalogue.markers_of(&key).count(), 1);
        assert!(catalogue.policy_of(&catalogue.markers[0].reference).is_some());
    }
}
