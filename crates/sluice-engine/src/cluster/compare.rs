//! Both sides: what Git says should be in a cluster, and what is.

use std::collections::BTreeMap;

use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveRef, Snapshot};
use sluice_core::flux::{Kustomization, Resource};
use sluice_git::SameRepository;

use super::desk::Sight;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// A difference between Git and a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The cluster.
    pub cluster: String,
    /// The source whose files say otherwise; nothing for what is in no file.
    pub source: Option<String>,
    /// The object.
    pub object: LiveRef,
    /// The file, where one defines it.
    pub file: Option<String>,
    /// What differs.
    pub kind: DifferenceKind,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// A file defines it, a Kustomization of the cluster applies that file's folder, and yet it is not there.
    NotApplied,
    /// It is there, a Kustomization has applied it, and no file of the source defines it any more.
    NotInGit,
    /// It is in both, and they say different things.
    Differs,
}

impl DifferenceKind {
    /// The stable kebab-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplied => "not-applied",
            Self::NotInGit => "not-in-git",
            Self::Differs => "differs",
        }
    }
}

impl Engine {
    /// Which of Flux's objects the sources define, and which sources define each.
    pub async fn objects_in_git(&self) -> BTreeMap<LiveRef, Vec<String>> {
        let mut found: BTreeMap<LiveRef, Vec<String>> = BTreeMap::new();
        for (name, view) in self.views().await {
            for (id, _, _) in view.iter().flat_map(|view| resources(view)) {
                found.entry(id).or_default().push(name.clone());
            }
        }
        found
    }

    /// What differs between the sources and one cluster, as it was seen, of the kinds of Flux that Sluice reads.
    pub async fn differences_seen(&self, cluster: &str, sight: &Sight) -> Vec<Difference> {
        let mut differences = Vec::new();
        let same = self.settings().same_repository();
        for view in self.views().await.into_iter().filter_map(|(_, view)| view.ok()) {
            sight.read(|snapshot| differences.extend(between(&view, cluster, snapshot, &same)));
        }
        differences.sort();
        differences.dedup();
        differences
    }

    /// What differs between the sources and the clusters, of the kinds of Flux that Sluice reads. A cluster that does not
    /// answer is left out; whoever asks sees in its status that it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn differences(&self) -> Result<Vec<Difference>, EngineError> {
        let settings = self.settings();
        let mut differences = Vec::new();
        for cluster in &settings.clusters {
            let sight = match self.sight(cluster).await {
                Ok(sight) => sight,
                Err(error @ EngineError::Store(_)) => return Err(error),
                Err(_) => continue,
            };
            differences.extend(self.differences_seen(&cluster.name, &sight).await);
        }
        differences.sort();
        Ok(differences)
    }
}

/// The resources of a source with their file.
fn resources(view: &SourceView) -> Vec<(LiveRef, String, Resource)> {
    let catalogue = &view.catalogue;
    let mut found = Vec::new();
    let mut add = |kind: LiveKind, key: &ObjectKey, file: &str, resource: Resource| {
        found.push((LiveRef { kind, key: key.clone() }, file.to_owned(), resource));
    };
    for (key, one) in &catalogue.git_repositories {
        add(LiveKind::GitRepository, key, &one.file, Resource::GitRepository(one.value.clone()));
    }
    for (key, one) in &catalogue.kustomizations {
        add(LiveKind::Kustomization, key, &one.file, Resource::Kustomization(one.value.clone()));
    }
    for (key, one) in &catalogue.image_repositories {
        add(LiveKind::ImageRepository, key, &one.file, Resource::ImageRepository(one.value.clone()));
    }
    for (key, one) in &catalogue.policies {
        add(LiveKind::ImagePolicy, key, &one.file, Resource::ImagePolicy(one.value.clone()));
    }
    for (key, one) in &catalogue.automations {
        add(
            LiveKind::ImageUpdateAutomation,
            key,
            &one.file,
            Resource::ImageUpdateAutomation(Box::new(one.value.clone())),
        );
    }
    found
}

fn between(view: &SourceView, cluster: &str, snapshot: &Snapshot, same: &SameRepository) -> Vec<Difference> {
    let appliers = appliers(view, snapshot, same);
    let resources = resources(view);
    let mut found = Vec::new();
    let mut note = |object: &LiveRef, file: Option<&str>, kind| {
        found.push(Difference {
            cluster: cluster.to_owned(),
            source: Some(view.name.clone()),
            object: object.clone(),
            file: file.map(str::to_owned),
            kind,
        });
    };
    for (id, file, resource) in &resources {
        let is_applied_here = appliers.iter().any(|(_, applier)| applier.covers(file));
        if !is_applied_here || cannot_be_read(snapshot, id.kind) {
            continue;
        }
        match snapshot.objects.get(id) {
            None => note(id, Some(file), DifferenceKind::NotApplied),
            Some(live) if live.resource.as_deref().is_some_and(|live| !says_the_same(live, resource)) => {
                note(id, Some(file), DifferenceKind::Differs);
            }
            Some(_) => {}
        }
    }
    for (id, live) in snapshot.objects.iter().filter(|(id, _)| id.kind.in_git().is_some()) {
        let is_ours = live.applied_by.as_ref().is_some_and(|applied_by| {
            appliers.iter().any(|(key, _)| *applied_by == sluice_core::cluster::AppliedBy::Kustomization(key.clone()))
        });
        if is_ours && !resources.iter().any(|(known, _, _)| known == id) {
            note(id, None, DifferenceKind::NotInGit);
        }
    }
    found
}

/// The Kustomizations of a cluster that apply folders of a source, and the folders.
fn appliers<'s>(
    view: &SourceView,
    snapshot: &'s Snapshot,
    same: &SameRepository,
) -> Vec<(ObjectKey, &'s sluice_core::cluster::LiveObject)> {
    let is_source = |url: &str| same.is_written(url, &view.url);
    snapshot
        .of_kind(LiveKind::Kustomization)
        .filter(|one| {
            let source = one.source.as_ref().and_then(|source| snapshot.objects.get(source));
            source.and_then(|source| source.url.as_deref()).is_some_and(is_source)
        })
        .map(|one| (one.id.key.clone(), one))
        .collect()
}

fn cannot_be_read(snapshot: &Snapshot, kind: LiveKind) -> bool {
    let resource = kind.resource();
    snapshot.gaps.iter().any(|gap| gap.resource == resource)
}

/// Whether two resources say the same, wherever they stand and in whichever version they are written.
fn says_the_same(live: &Resource, file: &Resource) -> bool {
    match (live, file) {
        (Resource::GitRepository(a), Resource::GitRepository(b)) => {
            (&a.url, &a.interval, &a.reference, a.suspend) == (&b.url, &b.interval, &b.reference, b.suspend)
        }
        (Resource::Kustomization(a), Resource::Kustomization(b)) => of_kustomization(a) == of_kustomization(b),
        (Resource::ImageRepository(a), Resource::ImageRepository(b)) => {
            (&a.image, &a.interval, a.suspend) == (&b.image, &b.interval, b.suspend)
        }
        (Resource::ImagePolicy(a), Resource::ImagePolicy(b)) => {
            (&a.image_repository, &a.rule, &a.filter, a.suspend) == (&b.image_repository, &b.rule, &b.filter, b.suspend)
        }
        (Resource::ImageUpdateAutomation(a), Resource::ImageUpdateAutomation(b)) => {
            (&a.source, &a.interval, &a.update_path, a.suspend) == (&b.source, &b.interval, &b.update_path, b.suspend)
        }
        _ => true,
    }
}

fn of_kustomization(one: &Kustomization) -> (&str, bool, &Option<String>, &ObjectKey, bool) {
    (one.path.as_str(), one.prune, &one.target_namespace, &one.source, one.suspend)
}
