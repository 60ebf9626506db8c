//! Pods, reduced to what a release needs: whose they are, what runs in them, what keeps them from running.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::workload::{ImageInUse, WorkloadId};
use crate::key::ObjectKey;

/// A pod. Small, because a cluster has tens of thousands: texts that repeat are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// Namespace and name.
    pub key: ObjectKey,
    /// The workload that made it, where its owners say so.
    pub workload: Option<Arc<WorkloadId>>,
    /// The images of its containers.
    pub images: Box<[RunningImage]>,
    /// Whether it is ready to serve, or has ended with success.
    pub is_ready: bool,
    /// Whether it is being deleted.
    pub is_leaving: bool,
    /// How often its containers were started again.
    pub restarts: u32,
    /// What keeps it from running.
    pub trouble: Option<Box<PodTrouble>>,
}

/// The image of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningImage {
    /// As the pod names it.
    pub image: Arc<str>,
    /// The digest that the node has pulled, where it runs.
    pub digest: Option<Arc<str>>,
}

/// What keeps a pod from running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodTrouble {
    /// One word: `ImagePullBackOff`, `CrashLoopBackOff`, `Unschedulable`, …
    pub reason: String,
    /// The node's or the scheduler's words.
    pub message: String,
    /// The container, where it is about one.
    pub container: Option<String>,
}

/// Reasons of a waiting container that only say that it is on its way.
const ON_ITS_WAY: [&str; 2] = ["ContainerCreating", "PodInitializing"];

impl PodTrouble {
    /// A waiting container's trouble; nothing while it is on its way.
    pub fn of_waiting(container: &str, reason: &str, message: &str) -> Option<Self> {
        if reason.is_empty() || ON_ITS_WAY.contains(&reason) {
            return None;
        }
        Some(Self { reason: reason.to_owned(), message: message.to_owned(), container: Some(container.to_owned()) })
    }
}

impl Pod {
    /// Whether one of its containers is meant to run this image: the same repository (a canonical name) and version.
    pub fn uses(&self, canonical: &str, version: &str) -> bool {
        self.images.iter().filter_map(|image| ImageInUse::parse(&image.image)).any(|image| {
            (image.tag == Some(version) || image.digest == Some(version))
                && crate::image::ImageName::parse(image.name).is_ok_and(|name| name.canonical() == canonical)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_on_its_way_is_no_trouble() {
        assert_eq!(PodTrouble::of_waiting("app", "ContainerCreating", ""), None);
        assert_eq!(PodTrouble::of_waiting("app", "", ""), None);
        let trouble = PodTrouble::of_waiting("app", "ErrImagePull", "manifest unknown").expect("it is trouble");
        assert_eq!((trouble.reason.as_str(), trouble.container.as_deref()), ("ErrImagePull", Some("app")));
    }

    #[test]
    fn a_pod_uses_an_image_by_repository_and_version() {
        let image = |text: &str| RunningImage { image: text.into(), digest: None };
        let pod = Pod {
            key: ObjectKey::new("a", "b"),
            workload: None,
            images: [image("redis:7"), image("ghcr.io/a/b:1@sha256:00")].into(),
            is_ready: true,
            is_leaving: false,
            restarts: 0,
            trouble: None,
        };
        assert!(pod.uses("index.docker.io/library/redis", "7"));
        assert!(pod.uses("ghcr.io/a/b", "1"));
        assert!(pod.uses("ghcr.io/a/b", "sha256:00"));
        assert!(!pod.uses("ghcr.io/a/b", "2"));
        assert!(!pod.uses("ghcr.io/a/c", "1"));
    }
}
