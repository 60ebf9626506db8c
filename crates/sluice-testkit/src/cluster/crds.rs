//! Minimal definitions of Flux's kinds: names, versions, a status, and fields of any form.

use serde_json::{Value, json};

/// Group, versions that are served (the stored one first), kind, plural.
const KINDS: &[(&str, &[&str], &str, &str)] = &[
    ("source.toolkit.fluxcd.io", &["v1", "v1beta2"], "GitRepository", "gitrepositories"),
    ("source.toolkit.fluxcd.io", &["v1", "v1beta2"], "OCIRepository", "ocirepositories"),
    ("kustomize.toolkit.fluxcd.io", &["v1", "v1beta2"], "Kustomization", "kustomizations"),
    ("helm.toolkit.fluxcd.io", &["v2"], "HelmRelease", "helmreleases"),
    ("image.toolkit.fluxcd.io", &["v1beta2", "v1"], "ImageRepository", "imagerepositories"),
    ("image.toolkit.fluxcd.io", &["v1beta2", "v1"], "ImagePolicy", "imagepolicies"),
    ("image.toolkit.fluxcd.io", &["v1beta2", "v1"], "ImageUpdateAutomation", "imageupdateautomations"),
];

/// The definitions.
pub(super) fn all() -> Vec<Value> {
    KINDS.iter().map(|(group, versions, kind, plural)| definition(group, versions, kind, plural)).collect()
}

/// Every kind with a version of it.
pub(super) fn kinds() -> Vec<(&'static str, &'static str)> {
    // The text lives as long as the program, which is a test.
    KINDS.iter().map(|(group, versions, kind, _)| (&*format!("{group}/{}", versions[0]).leak(), *kind)).collect()
}

fn definition(group: &str, versions: &[&str], kind: &str, plural: &str) -> Value {
    let version = |(at, name): (usize, &&str)| {
        json!({
            "name": name, "served": true, "storage": at == 0, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        })
    };
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")},
            "versions": versions.iter().enumerate().map(version).collect::<Vec<_>>(),
        },
    })
}
