//! Everything that is known of a cluster at a moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::live::{LiveKind, LiveObject, LiveRef};
use super::pod::Pod;
use super::workload::{AppliedBy, Workload, WorkloadId};
use crate::key::ObjectKey;

/// What is known of a cluster. Kept up to date object by object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Flux's objects.
    pub objects: BTreeMap<LiveRef, LiveObject>,
    /// What makes pods.
    pub workloads: BTreeMap<WorkloadId, Workload>,
    /// Pods.
    pub pods: BTreeMap<ObjectKey, Pod>,
    /// What could not be read, and why.
    pub gaps: Vec<Gap>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// The resource in the API's words: `pods`, `kustomizations.kustomize.toolkit.fluxcd.io`.
    pub resource: String,
    /// The namespace, where only one was asked for.
    pub namespace: Option<String>,
    /// Whether permission is what is missing.
    pub is_forbidden: bool,
    /// The API server's words.
    pub words: String,
}

impl Snapshot {
    /// Flux's objects of a kind.
    pub fn of_kind(&self, kind: LiveKind) -> impl Iterator<Item = &LiveObject> {
        self.objects.values().filter(move |object| object.id.kind == kind)
    }

    /// One of Flux's objects.
    pub fn object(&self, kind: LiveKind, key: &ObjectKey) -> Option<&LiveObject> {
        self.objects.get(&LiveRef { kind, key: key.clone() })
    }

    /// The workloads that a Kustomization applies: by itself, or through a HelmRelease that it applies.
    pub fn workloads_of<'s>(&'s self, kustomization: &'s LiveObject) -> impl Iterator<Item = &'s Workload> {
        let direct = AppliedBy::Kustomization(kustomization.id.key.clone());
        let is_of = move |applied_by: &Option<AppliedBy>| applied_by.as_ref() == Some(&direct);
        self.workloads.values().filter(move |workload| {
            kustomization.inventory.contains(&workload.id)
                || is_of(&workload.applied_by)
                || matches!(&workload.applied_by, Some(AppliedBy::HelmRelease(key))
                    if self.object(LiveKind::HelmRelease, key).is_some_and(|release| is_of(&release.applied_by)))
        })
    }

    /// The pods of a workload.
    pub fn pods_of<'s>(&'s self, workload: &'s WorkloadId) -> impl Iterator<Item = &'s Pod> {
        self.pods.values().filter(move |pod| pod.workload.as_deref() == Some(workload))
    }

    /// Whether workloads could be read.
    pub fn sees_workloads(&self) -> bool {
        !self.gaps.iter().any(|gap| gap.resource.starts_with("deployments"))
    }
}
