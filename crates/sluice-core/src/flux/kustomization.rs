//! Flux's `Kustomization`: which folder of a source the cluster applies.

use super::fields::{Fields, Misfit};
use super::meta::Meta;
use super::texts;
use crate::duration::GoDuration;
use crate::key::ObjectKey;
use serde::{Deserialize, Serialize};

/// The fields of a Kustomization that connect manifests with what the cluster applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kustomization {
    /// Identity.
    pub meta: Meta,
    /// How often the cluster applies.
    pub interval: GoDuration,
    /// Folder in the source; empty is its root.
    pub path: String,
    /// Whether what leaves Git is deleted.
    pub prune: bool,
    /// Namespace that overrides the manifests' own.
    pub target_namespace: Option<String>,
    /// Kind of the source: GitRepository, OCIRepository, Bucket, ExternalArtifact.
    pub source_kind: String,
    /// The source.
    pub source: ObjectKey,
    /// Whether `${…}` in the manifests is replaced (`postBuild` is written).
    pub substitutes: bool,
    /// The cluster does not apply.
    pub suspend: bool,
    /// Fields that are written and change what is applied beside the folder itself: `patches`, `images`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<String>,
}

const SOURCE_KINDS: [&str; 4] = ["OCIRepository", "GitRepository", "Bucket", "ExternalArtifact"];

impl Kustomization {
    pub(super) fn read(meta: Meta, spec: &Fields<'_>) -> Option<Self> {
        let interval = spec.required_parsed("interval", "write how often to apply, such as 10m", texts::interval);
        if spec.node("prune").is_none() {
            spec.missing("prune", "write true to delete what leaves Git, else false");
        }
        let prune = spec.boolean("prune");
        let reference = spec.required_section("sourceRef", "name the GitRepository");
        let source = reference.as_ref().and_then(|reference| {
            let kind = reference.required_parsed("kind", "write kind: GitRepository", |text| {
                if SOURCE_KINDS.contains(&text) {
                    return Ok(text.to_owned());
                }
                Err(Misfit {
                    cause: format!("`{text}` is no kind of source"),
                    hint: format!("use one of: {}", SOURCE_KINDS.join(", ")),
                })
            });
            let name = reference.required_text("name", "name the source");
            let namespace = reference.text("namespace").filter(|namespace| !namespace.is_empty());
            reference.known(&["apiVersion"]);
            reference.finish();
            Some((kind?, ObjectKey::new(namespace.unwrap_or_else(|| meta.key.namespace.clone()), name?)))
        });
        for name in ["timeout", "retryInterval"] {
            let _checked_only = spec.parsed(name, texts::interval);
        }
        spec.known(&OTHERS);
        let overlays = OVERLAYS.into_iter().filter(|name| spec.node(name).is_some()).map(str::to_owned).collect();
        let (source_kind, source) = source?;
        Some(Self {
            path: spec.text("path").unwrap_or_default(),
            target_namespace: spec.parsed("targetNamespace", texts::at_most(63)),
            substitutes: spec.node("postBuild").is_some(),
            suspend: spec.boolean("suspend").unwrap_or_default(),
            overlays,
            meta,
            interval: interval?,
            prune: prune?,
            source_kind,
            source,
        })
    }
}

const OTHERS: [&str; 18] = [
    "commonMetadata",
    "components",
    "decryption",
    "deletionPolicy",
    "dependsOn",
    "force",
    "healthCheckExprs",
    "healthChecks",
    "ignoreMissingComponents",
    "images",
    "kubeConfig",
    "namePrefix",
    "nameSuffix",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "serviceAccountName",
    "wait",
];

/// Those of them that change what is applied.
const OVERLAYS: [&str; 10] = [
    "commonMetadata",
    "components",
    "decryption",
    "images",
    "namePrefix",
    "nameSuffix",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "postBuild",
];
