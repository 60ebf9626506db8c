//! What the checks look at: this repository, the others, and which of them is which.

use crate::catalogue::{Catalogue, Placed};
use crate::diagnosis::Surroundings;
use crate::diagnosis::surroundings::is_same_remote;
use crate::flux::{
    CheckoutRef, GitRepository, ImagePolicy, ImageRepository, ImageUpdateAutomation, Kind, Refused, UpdatePath,
};
use crate::key::ObjectKey;

pub(super) struct Scene<'c> {
    pub(super) here: &'c Catalogue,
    pub(super) around: &'c Surroundings<'c>,
    /// The addresses of this repository, as far as they are known.
    home: Vec<&'c str>,
    /// The automations that write to this repository.
    pub(super) writers: Vec<Writer<'c>>,
}

/// An automation that writes to this repository.
pub(super) struct Writer<'c> {
    pub(super) automation: &'c ImageUpdateAutomation,
    pub(super) path: UpdatePath,
    /// The branch that it pushes, where it is written.
    pub(super) branch: Option<&'c str>,
}

impl<'c> Scene<'c> {
    pub(super) fn new(here: &'c Catalogue, around: &'c Surroundings<'c>) -> Self {
        let home = around.remote.map_or_else(|| own_addresses(here), |remote| vec![remote]);
        let mut scene = Self { here, around, home, writers: Vec::new() };
        let own = here.automations.values().filter(|automation| scene.writes_here(automation));
        // Where another repository's automations write is told by its address alone.
        let foreign = around.elsewhere.iter().flat_map(|other| other.automations.values()).filter(|automation| {
            let git = scene.git_repository(&automation.source);
            git.is_some_and(|git| scene.is_home(&git.url))
        });
        let automations: Vec<_> = own.chain(foreign).map(|placed| &placed.value).collect();
        scene.writers = automations
            .into_iter()
            .map(|automation| Writer {
                automation,
                path: automation.update_path(),
                branch: push_branch(automation, scene.git_repository(&automation.source).map(|git| &git.value)),
            })
            .collect();
        scene
    }

    fn is_home(&self, address: &str) -> bool {
        self.home.iter().any(|own| is_same_remote(own, address))
    }

    /// Whether an automation writes to this repository. Where that cannot be known it is taken to.
    pub(super) fn writes_here(&self, automation: &ImageUpdateAutomation) -> bool {
        self.home.is_empty() || self.git_repository(&automation.source).is_none_or(|git| self.is_home(&git.url))
    }

    fn everywhere(&self) -> impl Iterator<Item = &'c Catalogue> {
        std::iter::once(self.here).chain(self.around.elsewhere.iter().copied())
    }

    pub(super) fn policy(&self, key: &ObjectKey) -> Option<&'c Placed<ImagePolicy>> {
        self.everywhere().find_map(|catalogue| catalogue.policies.get(key))
    }

    pub(super) fn policies(&self) -> impl Iterator<Item = &'c Placed<ImagePolicy>> {
        self.everywhere().flat_map(|catalogue| catalogue.policies.values())
    }

    pub(super) fn image_repository(&self, key: &ObjectKey) -> Option<&'c Placed<ImageRepository>> {
        self.everywhere().find_map(|catalogue| catalogue.image_repositories.get(key))
    }

    pub(super) fn image_repositories(&self) -> impl Iterator<Item = &'c Placed<ImageRepository>> {
        self.everywhere().flat_map(|catalogue| catalogue.image_repositories.values())
    }

    pub(super) fn git_repository(&self, key: &ObjectKey) -> Option<&'c Placed<GitRepository>> {
        self.everywhere().find_map(|catalogue| catalogue.git_repositories.get(key))
    }

    pub(super) fn git_repositories(&self) -> impl Iterator<Item = &'c Placed<GitRepository>> {
        self.everywhere().flat_map(|catalogue| catalogue.git_repositories.values())
    }

    /// The policies that an automation applies.
    pub(super) fn selected_by(
        &self,
        automation: &ImageUpdateAutomation,
    ) -> impl Iterator<Item = &'c Placed<ImagePolicy>> {
        self.policies().filter(|policy| {
            policy.meta.key.namespace == automation.meta.key.namespace && automation.selects(&policy.meta.labels)
        })
    }

    /// A resource that is there but refused.
    pub(super) fn refused(&self, kind: Kind, key: &ObjectKey) -> Option<&'c Placed<Refused>> {
        let is_it = |refused: &&Placed<Refused>| {
            refused.id.kind == kind && refused.id.namespace == key.namespace && refused.id.name == key.name
        };
        self.everywhere().find_map(|catalogue| catalogue.refused.iter().find(is_it))
    }

    /// Whether any resource of a kind is refused.
    pub(super) fn any_refused(&self, kind: Kind) -> bool {
        self.here.refused.iter().any(|refused| refused.id.kind == kind)
    }
}

/// The addresses of the sources whose Kustomization applies the very file that defines them: only a repository's own
/// files can do that. A Kustomization of a whole repository applies every path, so it counts only without a better one.
fn own_addresses(here: &Catalogue) -> Vec<&str> {
    let applied = here.kustomizations.values().filter(|one| one.source_kind == Kind::GitRepository.as_str());
    let own: Vec<_> = applied
        .filter_map(|kustomization| {
            let git = here.git_repositories.get(&kustomization.source)?;
            let path = UpdatePath::new(&kustomization.path);
            path.covers(&git.file).then_some((path, git.url.as_str()))
        })
        .collect();
    let is_sure = own.iter().any(|(path, _)| !path.is_root());
    own.into_iter().filter(|(path, _)| !is_sure || !path.is_root()).map(|(_, url)| url).collect()
}

/// What an automation checks out: its own reference, else that of its source.
pub(super) fn checkout<'c>(
    automation: &'c ImageUpdateAutomation,
    source: Option<&'c GitRepository>,
) -> Option<&'c CheckoutRef> {
    let own = automation.git.as_ref().and_then(|git| git.checkout.as_ref());
    own.or_else(|| source.and_then(|source| source.reference.as_ref()))
}

/// The branch that an automation pushes (Flux: `git.push.branch`, else the branch that is checked out).
pub(super) fn push_branch<'c>(
    automation: &'c ImageUpdateAutomation,
    source: Option<&'c GitRepository>,
) -> Option<&'c str> {
    let written = automation.git.as_ref().and_then(|git| git.push.as_ref()).and_then(|push| push.branch.as_deref());
    written.or_else(|| checkout(automation, source).and_then(CheckoutRef::checked_out_branch))
}
