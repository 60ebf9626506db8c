//! Which of the kinds that are followed a server has, and in which version.

use std::collections::BTreeMap;

use kube::discovery::ApiResource;
use sluice_core::cluster::{LiveKind, WorkloadKind};

use crate::error::Asked;
use crate::{Cluster, KubeError};

/// What a server has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// The versions of Flux's kinds: `v1`.
    pub flux: BTreeMap<LiveKind, String>,
    /// The versions of workloads.
    pub workloads: BTreeMap<WorkloadKind, String>,
}

/// Versions that can be read, the best first. Anything else is of another time.
const READABLE: [&str; 6] = ["v2", "v1", "v2beta2", "v2beta1", "v1beta2", "v1beta1"];

/// The groups with the kinds that are followed.
const GROUPS: [&str; 6] = [
    "source.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
    "apps",
    "batch",
];

/// How Flux and Kubernetes call many of a kind.
pub(crate) fn plural(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    match lower.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{lower}s"),
    }
}

impl Served {
    /// How a kind of Flux's is asked for.
    pub(crate) fn resource(&self, kind: LiveKind) -> Option<ApiResource> {
        Some(resource(kind.group(), self.flux.get(&kind)?, kind.as_str()))
    }

    /// How a kind of workload is asked for.
    pub(crate) fn workload(&self, kind: WorkloadKind) -> Option<ApiResource> {
        Some(resource(kind.group(), self.workloads.get(&kind)?, kind.as_str()))
    }

    /// Whether it has every kind that the other has, in whichever version.
    pub(crate) fn has_all_of(&self, other: &Self) -> bool {
        other.flux.keys().all(|kind| self.flux.contains_key(kind))
            && other.workloads.keys().all(|kind| self.workloads.contains_key(kind))
    }

    /// Whether the server knows any kind of Flux's.
    pub fn has_flux(&self) -> bool {
        !self.flux.is_empty()
    }
}

/// How a kind is asked for.
pub(crate) fn resource(group: &str, version: &str, kind: &str) -> ApiResource {
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version,
        kind: kind.to_owned(),
        plural: plural(kind),
    }
}

/// A resource in the API's words: `pods`, `kustomizations.kustomize.toolkit.fluxcd.io`.
pub(crate) fn in_api_words(resource: &ApiResource) -> String {
    if resource.group.is_empty() { resource.plural.clone() } else { format!("{}.{}", resource.plural, resource.group) }
}

impl Cluster {
    /// Asks which kinds the server has.
    ///
    /// # Errors
    /// When it does not answer or refuses.
    pub async fn served(&self) -> Result<Served, KubeError> {
        let asked = Asked::new("list", "the API's groups", None);
        let groups = self.call(&asked, |client| async move { client.list_api_groups().await }).await?;
        let mut served = Served::default();
        for group in groups.groups.iter().filter(|group| GROUPS.contains(&group.name.as_str())) {
            let mut versions: Vec<&str> = group.versions.iter().map(|version| version.version.as_str()).collect();
            versions.retain(|version| READABLE.contains(version));
            versions.sort_by_key(|version| READABLE.iter().position(|readable| readable == version));
            for version in versions {
                self.note_kinds(&group.name, version, &mut served).await?;
            }
        }
        Ok(served)
    }

    /// Notes the kinds of one version that no better version has.
    async fn note_kinds(&self, group: &str, version: &str, served: &mut Served) -> Result<(), KubeError> {
        let api_version = format!("{group}/{version}");
        let asked = Asked::new("list", format!("the kinds of {api_version}"), None);
        let list = |client: kube::Client| {
            let api_version = api_version.clone();
            async move { client.list_api_group_resources(&api_version).await }
        };
        let resources = match self.call(&asked, list).await {
            Ok(list) => list.resources,
            // An extension server that is down takes no others with it.
            Err(KubeError::Refused { .. } | KubeError::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        for resource in resources.iter().filter(|resource| !resource.name.contains('/')) {
            let version = || version.to_owned();
            if let Some(kind) = LiveKind::named(&resource.kind).filter(|kind| kind.group() == group) {
                served.flux.entry(kind).or_insert_with(version);
            }
            if let Some(kind) = WorkloadKind::named(&resource.kind).filter(|kind| kind.group() == group) {
                served.workloads.entry(kind).or_insert_with(version);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_named_as_the_api_does() {
        for (group, kind, words) in [
            ("", "Pod", "pods"),
            ("apps", "Deployment", "deployments.apps"),
            ("source.toolkit.fluxcd.io", "GitRepository", "gitrepositories.source.toolkit.fluxcd.io"),
            ("source.toolkit.fluxcd.io", "OCIRepository", "ocirepositories.source.toolkit.fluxcd.io"),
            ("image.toolkit.fluxcd.io", "ImagePolicy", "imagepolicies.image.toolkit.fluxcd.io"),
        ] {
            assert_eq!(in_api_words(&resource(group, "v1", kind)), words);
        }
    }
}
