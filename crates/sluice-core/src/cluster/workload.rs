//! Workloads: what makes pods.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rollout::{Replicas, Rollout};
use crate::key::ObjectKey;

/// The kinds of workload that are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WorkloadKind {
    /// `apps/Deployment`.
    Deployment,
    /// `apps/StatefulSet`.
    StatefulSet,
    /// `apps/DaemonSet`.
    DaemonSet,
    /// `batch/CronJob`.
    CronJob,
    /// `batch/Job`.
    Job,
}

impl WorkloadKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Deployment, Self::StatefulSet, Self::DaemonSet, Self::CronJob, Self::Job];

    /// The word in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::CronJob => "CronJob",
            Self::Job => "Job",
        }
    }

    /// The API group.
    pub fn group(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => "apps",
            Self::CronJob | Self::Job => "batch",
        }
    }

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Which workload. Printed as `Deployment namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WorkloadId {
    /// The kind.
    pub kind: WorkloadKind,
    /// Namespace and name.
    pub key: ObjectKey,
}

impl fmt::Display for WorkloadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.key)
    }
}

/// Which of Flux's objects has applied something, as its labels say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppliedBy {
    /// A Kustomization.
    Kustomization(ObjectKey),
    /// A HelmRelease.
    HelmRelease(ObjectKey),
}

/// A container of a pod template.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image, as it is written.
    pub image: String,
}

/// A workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Which.
    pub id: WorkloadId,
    /// Containers and init containers of its template.
    pub containers: Vec<Container>,
    /// Who applied it, as far as Flux did.
    pub applied_by: Option<AppliedBy>,
    /// How far its last change has come.
    pub rollout: Rollout,
    /// Its pods in numbers.
    pub replicas: Replicas,
}

impl Workload {
    /// The images of its template that are of the same repository as `name` (a canonical name).
    pub fn images_of<'w>(&'w self, name: &'w str) -> impl Iterator<Item = ImageInUse<'w>> {
        self.containers.iter().filter_map(|container| ImageInUse::parse(&container.image)).filter(move |image| {
            crate::image::ImageName::parse(image.name).is_ok_and(|found| found.canonical() == name)
        })
    }
}

/// An image as a container names it, in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageInUse<'i> {
    /// Without tag and digest.
    pub name: &'i str,
    /// The tag, where one is written.
    pub tag: Option<&'i str>,
    /// The digest, where one is written.
    pub digest: Option<&'i str>,
}

impl<'i> ImageInUse<'i> {
    /// Takes an image apart. Nothing where it has no name.
    pub fn parse(text: &'i str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash is a port.
        let after_slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[after_slash..].split_once(':') {
            Some((last, tag)) => (&rest[..after_slash + last.len()], Some(tag)),
            None => (rest, None),
        };
        (!name.is_empty()).then_some(Self { name, tag, digest })
    }

    /// The tag or, without one, the digest.
    pub fn version(self) -> Option<&'i str> {
        self.tag.or(self.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_in_use_is_taken_apart() {
        for (text, name, tag, digest) in [
            ("nginx", "nginx", None, None),
            ("nginx:1.27", "nginx", Some("1.27"), None),
            ("127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b", None, None),
            ("127.0.0.1:5000/a/b:1.0.0", "127.0.0.1:5000/a/b", Some("1.0.0"), None),
            ("ghcr.io/a/b:1@sha256:00", "ghcr.io/a/b", Some("1"), Some("sha256:00")),
            ("ghcr.io/a/b@sha256:00", "ghcr.io/a/b", None, Some("sha256:00")),
        ] {
            assert_eq!(ImageInUse::parse(text), Some(ImageInUse { name, tag, digest }), "{text}");
        }
        assert_eq!(ImageInUse::parse(""), None);
        assert_eq!(ImageInUse::parse(":1"), None);
    }
}
