//! What every resource has: its version, key, labels and the team's rules.

use super::fields::{Fields, Report};
use super::problem::Kind;
use super::team_rules::{self, TeamRules};
use super::yaml::Node;
use crate::diagnosis::Code;
use crate::key::ObjectKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The version in `apiVersion`, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApiVersion {
    /// Served by Flux from 2021 to 2025.
    V1Beta1,
    /// Served by Flux until 2026.
    V1Beta2,
    /// Current.
    V1,
}

impl ApiVersion {
    /// The word behind the slash of `apiVersion`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1Beta1 => "v1beta1",
            Self::V1Beta2 => "v1beta2",
            Self::V1 => "v1",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Identity and metadata of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Namespace and name.
    pub key: ObjectKey,
    /// The version it is written in.
    pub version: ApiVersion,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// `sluice.dev/…` annotations.
    pub team: TeamRules,
    /// Line of the document's first key, from 1.
    pub line: u32,
    /// Column of the document's first key, from 1.
    pub column: u32,
}

/// Namespace that is assumed when a resource names none, as kubectl does.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Reads `metadata`. `None` when the resource has no usable name.
pub(super) fn read(node: &Node, top: &Fields<'_>, kind: Kind, version: ApiVersion, report: &Report) -> Option<Meta> {
    let written = |name| node.get("metadata").and_then(|meta| meta.get(name)).and_then(Node::text).unwrap_or_default();
    report.identify(kind, written("namespace"), written("name"));
    let fields = top.required_section("metadata", "every resource has metadata with a name")?;
    let name = fields.required_text("name", "give the resource a name");
    let namespace = fields.text("namespace");
    fields.known(&[
        "generateName",
        "finalizers",
        "creationTimestamp",
        "ownerReferences",
        "uid",
        "resourceVersion",
        "generation",
    ]);
    let labels = fields.text_map("labels");
    let annotations = fields.node("annotations");
    let team = team_rules::read(annotations, kind, report);
    fields.finish();
    let name = name.filter(|name| is_name(name, &fields, "name"))?;
    if namespace.is_none() && fields.node("namespace").is_none() {
        fields.note(
            Code::NamespaceMissing,
            "name",
            &format!("`{name}` names no namespace; {DEFAULT_NAMESPACE} is assumed"),
            "write metadata.namespace, as `flux create … --export` does",
        );
    }
    let namespace = namespace.filter(|namespace| is_name(namespace, &fields, "namespace"));
    let key = ObjectKey::new(namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned()), name);
    report.identify(kind, &key.namespace, &key.name);
    Some(Meta { key, version, labels, team, line: node.line, column: node.column })
}

/// Kubernetes' rule for names: a DNS subdomain (RFC 1123), at most 253 characters.
fn is_name(name: &str, fields: &Fields<'_>, field: &str) -> bool {
    let label = |label: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        ends(label.chars().next())
            && ends(label.chars().last())
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let fits = name.len() <= 253 && name.split('.').all(label);
    if !fits {
        fields.invalid(
            field,
            &format!("`{}` is no Kubernetes name", name.escape_debug()),
            "use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit",
        );
    }
    fits
}
