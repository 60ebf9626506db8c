//! The `$imagepolicy` markers: grammar, finding them, rewriting the value they stand behind.

use serde::{Deserialize, Serialize};

/// The Kubernetes object that holds a place: of the YAML document, or of the item of a `List`. Empty texts where the
/// document is no Kubernetes object.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectId {
    /// `apiVersion`
    pub api_version: String,
    /// `kind`
    pub kind: String,
    /// `metadata.namespace`
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}
