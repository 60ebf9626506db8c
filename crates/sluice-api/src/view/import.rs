//! What a cluster's Flux signs in with, to be taken over. No secret goes out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::credential::CredentialKind;

/// Looks at what the Flux of a cluster signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterCredentialsRequest {
    /// The cluster.
    pub cluster: String,
}

/// Keeps what the Flux of a cluster signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImportCredentialsRequest {
    /// The cluster.
    pub cluster: String,
    /// The Secrets, each `namespace/name`.
    pub secrets: Vec<String>,
    /// What is kept for the same target gives way.
    pub replace: bool,
}

/// What the Flux of a cluster signs in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterCredentials {
    /// One login each.
    pub credentials: Vec<ClusterCredential>,
}

/// A login in a Secret that Flux reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterCredential {
    /// The Secret, `namespace/name`.
    pub secret: String,
    /// The objects that name it, such as `GitRepository flux-system/fleet`.
    pub used_by: Vec<String>,
    /// What it is for; nothing for a Secret that cannot be used.
    pub kind: Option<CredentialKind>,
    /// Where it is used; empty for a Secret that cannot be used.
    pub target: String,
    /// How it stands.
    pub state: ClusterCredentialState,
    /// Why it cannot be used, or what is to be known of it; perhaps empty.
    pub words: String,
}

/// How a login in a cluster stands to what is kept here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ClusterCredentialState {
    /// Nothing is kept for its target.
    New,
    /// Something is kept for its target.
    Kept,
    /// It was kept now.
    Imported,
    /// It cannot be used.
    Unusable,
}
