//! What Sluice needs to be allowed, and whether it is.

use std::fmt::Write as _;

use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use kube::api::{Api, PostParams};
use sluice_core::cluster::{LiveKind, WorkloadKind};

use crate::error::Asked;
use crate::served::plural;
use crate::{Cluster, KubeError};

/// What a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Reading only.
    Read,
    /// Reading, and asking Flux to reconcile, suspend and resume.
    ReadAndReconcile,
}

/// One right, and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// `list`, `watch`, `patch`.
    pub verb: &'static str,
    /// The resource in the API's words.
    pub resource: String,
    /// The namespace, where only one was asked for.
    pub namespace: Option<String>,
    /// Whether the API server says yes.
    pub is_granted: bool,
}

/// The ClusterRole that allows it, with a binding for a user, as YAML to be applied by an administrator.
pub fn role_manifest(rights: Rights, user: &str) -> String {
    let mut text = String::from(
        "# What Sluice needs in a cluster: it reads Flux's objects, workloads and pods, and no secrets.\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: sluice\nrules:\n",
    );
    let mut rule = |group: &str, resources: &[String], verbs: &str| {
        // Writing to a String cannot fail.
        let _ =
            write!(text, "- apiGroups: [\"{group}\"]\n  resources: [{}]\n  verbs: [{verbs}]\n", resources.join(", "));
    };
    let read = "get, list, watch";
    rule("", &["pods".to_owned()], read);
    for group in ["apps", "batch"] {
        let kinds = WorkloadKind::ALL.into_iter().filter(|kind| kind.group() == group);
        rule(group, &kinds.map(|kind| plural(kind.as_str())).collect::<Vec<_>>(), read);
    }
    let verbs = match rights {
        Rights::Read => read.to_owned(),
        Rights::ReadAndReconcile => format!("{read}, patch"),
    };
    for group in flux_groups() {
        let kinds = LiveKind::ALL.into_iter().filter(|kind| kind.group() == group);
        rule(group, &kinds.map(|kind| plural(kind.as_str())).collect::<Vec<_>>(), &verbs);
    }
    let _ = write!(
        text,
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: sluice\nroleRef:\n  \
         apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: sluice\nsubjects:\n- apiGroup: rbac.authorization.k8s.io\n  \
         kind: User\n  name: \"{}\"\n",
        user.replace(['"', '\\'], "")
    );
    text
}

fn flux_groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = Vec::new();
    for kind in LiveKind::ALL {
        if !groups.contains(&kind.group()) {
            groups.push(kind.group());
        }
    }
    groups
}

impl Cluster {
    /// Asks the API server what is allowed: reading each kind that it has, and asking Flux to reconcile.
    ///
    /// # Errors
    /// When it does not answer, or does not review access.
    pub async fn rights(&self) -> Result<Vec<Right>, KubeError> {
        let served = self.served().await?;
        let flux = served.flux.keys().map(|kind| (kind.group(), kind.as_str()));
        let workloads = served.workloads.keys().map(|kind| (kind.group(), kind.as_str()));
        let read = flux.clone().chain(workloads).chain([("", "Pod")]);
        let reads = read.flat_map(|kind| ["list", "watch"].map(|verb| (verb, kind)));
        let asked: Vec<_> = reads.chain(flux.map(|kind| ("patch", kind))).collect();
        let namespaces: Vec<Option<&str>> = match self.namespaces() {
            [] => vec![None],
            some => some.iter().map(|namespace| Some(namespace.as_str())).collect(),
        };
        let mut rights = Vec::new();
        for (verb, (group, kind)) in asked {
            for namespace in &namespaces {
                rights.push(self.right(verb, group, &plural(kind), *namespace).await?);
            }
        }
        Ok(rights)
    }

    async fn right(
        &self,
        verb: &'static str,
        group: &str,
        plural: &str,
        namespace: Option<&str>,
    ) -> Result<Right, KubeError> {
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    group: Some(group.to_owned()),
                    resource: Some(plural.to_owned()),
                    verb: Some(verb.to_owned()),
                    namespace: namespace.map(str::to_owned),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let asked = Asked::new("create", "selfsubjectaccessreviews.authorization.k8s.io", None);
        let answer = self
            .call(&asked, |client| {
                let (api, review) = (Api::<SelfSubjectAccessReview>::all(client), &review);
                async move { api.create(&PostParams::default(), review).await }
            })
            .await?;
        let resource = if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") };
        let is_granted = answer.status.is_some_and(|status| status.allowed);
        Ok(Right { verb, resource, namespace: namespace.map(str::to_owned), is_granted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_for_reading_never_writes_and_never_reads_secrets() {
        let role = role_manifest(Rights::Read, "jane");
        assert!(!role.contains("patch") && !role.contains("secrets]"), "{role}");
        assert!(role.contains("resources: [deployments, statefulsets, daemonsets]"), "{role}");
        assert!(role.contains("imagepolicies, imageupdateautomations"), "{role}");
        let more = role_manifest(Rights::ReadAndReconcile, "jane");
        assert_eq!(more.matches("patch").count(), 4, "{more}");
    }
}
