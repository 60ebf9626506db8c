//! Flux's objects as a cluster holds them: the fields of their spec that connect them, and what their controllers say.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::condition::{Condition, Truth, find};
use super::revision::Revision;
use super::workload::{AppliedBy, WorkloadId};
use crate::flux::{Kind, Resource};
use crate::key::ObjectKey;

/// The kinds of Flux that are followed in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // They are Flux's own words.
pub enum LiveKind {
    GitRepository,
    #[serde(rename = "OCIRepository")]
    OciRepository,
    Bucket,
    HelmRepository,
    Kustomization,
    HelmRelease,
    ImageRepository,
    ImagePolicy,
    ImageUpdateAutomation,
}

impl LiveKind {
    /// All of them, sources first, as a change travels.
    pub const ALL: [Self; 9] = [
        Self::GitRepository,
        Self::OciRepository,
        Self::Bucket,
        Self::HelmRepository,
        Self::Kustomization,
        Self::HelmRelease,
        Self::ImageRepository,
        Self::ImagePolicy,
        Self::ImageUpdateAutomation,
    ];

    /// The word in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitRepository => "GitRepository",
            Self::OciRepository => "OCIRepository",
            Self::Bucket => "Bucket",
            Self::HelmRepository => "HelmRepository",
            Self::Kustomization => "Kustomization",
            Self::HelmRelease => "HelmRelease",
            Self::ImageRepository => "ImageRepository",
            Self::ImagePolicy => "ImagePolicy",
            Self::ImageUpdateAutomation => "ImageUpdateAutomation",
        }
    }

    /// The API group.
    pub fn group(self) -> &'static str {
        match self {
            Self::GitRepository | Self::OciRepository | Self::Bucket | Self::HelmRepository => {
                "source.toolkit.fluxcd.io"
            }
            Self::Kustomization => "kustomize.toolkit.fluxcd.io",
            Self::HelmRelease => "helm.toolkit.fluxcd.io",
            Self::ImageRepository | Self::ImagePolicy | Self::ImageUpdateAutomation => "image.toolkit.fluxcd.io",
        }
    }

    /// The resource in the API's words: `kustomizations.kustomize.toolkit.fluxcd.io`.
    pub fn resource(self) -> String {
        let word = self.as_str().to_ascii_lowercase();
        let plural = match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{word}s"),
        };
        format!("{plural}.{}", self.group())
    }

    /// The kind of that word, as in a manifest or in lower case, also in the plural.
    pub fn named(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let singular = match word.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => word.strip_suffix('s').unwrap_or(&word).to_owned(),
        };
        Self::ALL.into_iter().find(|kind| kind.as_str().to_ascii_lowercase() == singular)
    }

    /// The same kind among those that are read from Git, where it is one.
    pub fn in_git(self) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == self.as_str())
    }

    /// Whether objects of the kind fetch something that others apply.
    pub fn is_source(self) -> bool {
        self.group() == Self::GitRepository.group()
    }
}

impl fmt::Display for LiveKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names an object. Printed as `Kustomization namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LiveRef {
    /// Its kind.
    pub kind: LiveKind,
    /// Namespace and name.
    pub key: ObjectKey,
}

impl fmt::Display for LiveRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.key)
    }
}

/// One of Flux's objects in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveObject {
    /// Which.
    pub id: LiveRef,
    /// The version that it was read in: `kustomize.toolkit.fluxcd.io/v1`.
    pub api_version: String,
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`.
    pub observed: Option<i64>,
    /// `spec.suspend`.
    pub is_suspended: bool,
    /// Ready, Reconciling, Stalled.
    pub conditions: Vec<Condition>,
    /// `reconcile.fluxcd.io/requestedAt`.
    pub requested_at: Option<String>,
    /// `status.lastHandledReconcileAt`.
    pub handled_at: Option<String>,
    /// What a source has fetched or a Kustomization has applied last.
    pub revision: Option<String>,
    /// What a Kustomization has tried to apply last.
    pub attempted: Option<String>,
    /// Where a Kustomization, HelmRelease or automation reads from.
    pub source: Option<LiveRef>,
    /// A source's address.
    pub url: Option<String>,
    /// The branch that a GitRepository checks out, where it is one.
    pub branch: Option<String>,
    /// A Kustomization's folder, an automation's `update.path`.
    pub path: Option<String>,
    /// A Kustomization's `targetNamespace`.
    pub target_namespace: Option<String>,
    /// The workloads of a Kustomization's inventory.
    pub inventory: Vec<WorkloadId>,
    /// Who applied the object itself.
    pub applied_by: Option<AppliedBy>,
    /// An ImagePolicy's choice as `name:tag`, an ImageRepository's image.
    pub image: Option<String>,
    /// When an automation ran last.
    pub last_run: Option<Timestamp>,
    /// The commit that an automation pushed last.
    pub last_push: Option<String>,
    /// The whole resource, for the kinds that Sluice also reads from Git.
    pub resource: Option<Box<Resource>>,
}

impl LiveObject {
    /// The condition Ready.
    pub fn ready(&self) -> Option<&Condition> {
        find(&self.conditions, "Ready")
    }

    /// Whether its controller says that all is well, of the spec as it is now.
    pub fn is_ready(&self) -> bool {
        self.observed.is_none_or(|observed| observed == self.generation)
            && self.ready().is_some_and(|ready| ready.status == Truth::True)
    }

    /// Whether a controller in the cluster works on it: it has said something.
    pub fn is_handled(&self) -> bool {
        self.observed.is_some_and(|observed| observed > 0) || self.last_run.is_some() || self.ready().is_some()
    }

    /// Why it fails, in its controller's words; nothing while all is well or under way.
    pub fn failure(&self) -> Option<&Condition> {
        let stalled = find(&self.conditions, "Stalled").filter(|condition| condition.status == Truth::True);
        let ready =
            self.ready().filter(|ready| ready.status == Truth::False && !UNDER_WAY.contains(&ready.reason.as_str()));
        stalled.or(ready)
    }

    /// The Git revision that was fetched or applied.
    pub fn git_revision(&self) -> Option<Revision> {
        Revision::parse(self.revision.as_deref()?)
    }

    /// The Git revision that was tried last.
    pub fn git_attempted(&self) -> Option<Revision> {
        Revision::parse(self.attempted.as_deref()?)
    }

    /// Whether a Kustomization's folder holds a file of the repository.
    pub fn covers(&self, file: &str) -> bool {
        let folder = self.path.as_deref().unwrap_or_default();
        let folder = folder.trim_start_matches("./").trim_matches('/');
        folder.is_empty() || folder == "." || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Reasons of `Ready=False` that say that it is being worked on.
const UNDER_WAY: [&str; 4] = ["Progressing", "ProgressingWithRetry", "DependencyNotReady", "ArtifactFailed"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_every_word_for_it() {
        for (word, kind) in [
            ("Kustomization", Some(LiveKind::Kustomization)),
            ("kustomizations", Some(LiveKind::Kustomization)),
            ("gitrepositories", Some(LiveKind::GitRepository)),
            ("ocirepository", Some(LiveKind::OciRepository)),
            ("imagepolicies", Some(LiveKind::ImagePolicy)),
            ("pod", None),
        ] {
            assert_eq!(LiveKind::named(word), kind, "{word}");
        }
    }

    #[test]
    fn every_kind_of_git_is_followed_in_a_cluster_too() {
        for kind in Kind::ALL {
            let live = LiveKind::named(kind.as_str()).expect("it is followed");
            assert_eq!((live.in_git(), live.group()), (Some(kind), kind.group()));
            let plural = live.resource().split('.').next().map(str::to_owned).unwrap_or_default();
            assert_eq!(LiveKind::named(&plural), Some(live));
        }
    }
}
