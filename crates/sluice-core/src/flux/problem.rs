//! What is wrong with a resource as it is written, with the place of the wrong value.

use crate::diagnosis::{Code, Severity};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One wrong field, document or annotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line of the value, from 1.
    pub line: u32,
    /// Column of the value in characters, from 1.
    pub column: u32,
    /// What kind of thing is wrong.
    pub code: Code,
    /// How much it matters; usually the code's own severity.
    pub severity: Severity,
    /// The cause, naming the field: ``spec.interval: `fast` is no duration``.
    pub message: String,
    /// What is expected, or what to do.
    pub hint: String,
    /// The resource, as far as it could be read.
    pub object: Option<ResourceId>,
}

/// The kinds of Flux resources that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// `image.toolkit.fluxcd.io`
    ImageRepository,
    /// `image.toolkit.fluxcd.io`
    ImagePolicy,
    /// `image.toolkit.fluxcd.io`
    ImageUpdateAutomation,
    /// `source.toolkit.fluxcd.io`
    GitRepository,
    /// `kustomize.toolkit.fluxcd.io`
    Kustomization,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [
        Self::ImageRepository,
        Self::ImagePolicy,
        Self::ImageUpdateAutomation,
        Self::GitRepository,
        Self::Kustomization,
    ];

    /// The word in a resource's `kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ImageRepository => "ImageRepository",
            Self::ImagePolicy => "ImagePolicy",
            Self::ImageUpdateAutomation => "ImageUpdateAutomation",
            Self::GitRepository => "GitRepository",
            Self::Kustomization => "Kustomization",
        }
    }

    /// The API group, the part of `apiVersion` before the slash.
    pub fn group(self) -> &'static str {
        match self {
            Self::ImageRepository | Self::ImagePolicy | Self::ImageUpdateAutomation => "image.toolkit.fluxcd.io",
            Self::GitRepository => "source.toolkit.fluxcd.io",
            Self::Kustomization => "kustomize.toolkit.fluxcd.io",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Kind, namespace and name as written; empty where they are missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceId {
    /// The kind.
    pub kind: Kind,
    /// The namespace, perhaps empty.
    pub namespace: String,
    /// The name, perhaps empty.
    pub name: String,
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind, self.namespace, self.name)
    }
}
