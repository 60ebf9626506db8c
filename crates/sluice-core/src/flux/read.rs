//! From the bytes of a file to its resources and problems.

use super::automation::ImageUpdateAutomation;
use super::fields::{Fields, Report};
use super::git_repository::GitRepository;
use super::image_policy::ImagePolicy;
use super::image_repository::ImageRepository;
use super::kustomization::Kustomization;
use super::meta::{self, ApiVersion, Meta};
use super::problem::{Kind, Problem, ResourceId};
use super::yaml::{self, Node, Value};
use crate::diagnosis::{Code, nearest};
use regex::bytes::Regex;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One resource of Flux.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Resource {
    /// An image to scan.
    ImageRepository(ImageRepository),
    /// A choice among its tags.
    ImagePolicy(ImagePolicy),
    /// Where choices are written.
    ImageUpdateAutomation(Box<ImageUpdateAutomation>),
    /// The Git repository to write to.
    GitRepository(GitRepository),
    /// What the cluster applies.
    Kustomization(Kustomization),
}

impl Resource {
    /// The resource's kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ImageRepository(_) => Kind::ImageRepository,
            Self::ImagePolicy(_) => Kind::ImagePolicy,
            Self::ImageUpdateAutomation(_) => Kind::ImageUpdateAutomation,
            Self::GitRepository(_) => Kind::GitRepository,
            Self::Kustomization(_) => Kind::Kustomization,
        }
    }

    /// Identity, place and team rules.
    pub fn meta(&self) -> &Meta {
        match self {
            Self::ImageRepository(resource) => &resource.meta,
            Self::ImagePolicy(resource) => &resource.meta,
            Self::ImageUpdateAutomation(resource) => &resource.meta,
            Self::GitRepository(resource) => &resource.meta,
            Self::Kustomization(resource) => &resource.meta,
        }
    }

    /// `spec.suspend`.
    pub fn is_suspended(&self) -> bool {
        match self {
            Self::ImageRepository(resource) => resource.suspend,
            Self::ImagePolicy(resource) => resource.suspend,
            Self::ImageUpdateAutomation(resource) => resource.suspend,
            Self::GitRepository(resource) => resource.suspend,
            Self::Kustomization(resource) => resource.suspend,
        }
    }
}

/// A resource that is there but can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What it would be.
    pub id: ResourceId,
    /// Line of its document, from 1.
    pub line: u32,
    /// Column of its document, from 1.
    pub column: u32,
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileResources {
    /// The resources in order; each knows its place by [`Resource::meta`].
    pub resources: Vec<Resource>,
    /// Resources that the API server would refuse, or that hold values only known in the cluster.
    pub refused: Vec<Refused>,
    /// Everything wrong, in order of place.
    pub problems: Vec<Problem>,
}

/// Whether a file can hold a resource of Flux at all: a cheap look at its bytes, so that most files are never parsed.
pub fn mentions_flux(bytes: &[u8]) -> bool {
    static SCREEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"toolkit\.fluxcd\.io").expect("the pattern is a constant that compiles"));
    SCREEN.is_match(bytes)
}

/// Reads every resource of Flux in a file; other documents are passed over. Never fails: what can't be read is a
/// [`Problem`].
pub fn read(bytes: &[u8]) -> FileResources {
    let mut found = FileResources::default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let line = u32::try_from(valid.iter().filter(|byte| **byte == b'\n').count())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            found.problems.push(unreadable(line, 1, "the file is not UTF-8", "save the file as UTF-8"));
            return found;
        }
    };
    for chunk in yaml::documents(text) {
        if !mentions_flux(chunk.text.as_bytes()) || defines_a_resource(chunk.text) {
            continue;
        }
        match yaml::parse(chunk) {
            Ok(Some(node)) => read_document(&node, &mut found, 0),
            Ok(None) => {}
            Err(error) => found.problems.push(unreadable(
                error.line,
                error.column,
                &error.message,
                "mend the YAML of this document; templates must be rendered first",
            )),
        }
    }
    found.problems.sort_by_key(|problem| (problem.line, problem.column));
    found
}

/// A CustomResourceDefinition mentions Flux's groups, is large, and never is one of Flux's resources.
fn defines_a_resource(document: &str) -> bool {
    document.lines().any(|line| line.trim_end() == "kind: CustomResourceDefinition")
}

fn unreadable(line: u32, column: u32, cause: &str, hint: &str) -> Problem {
    Problem {
        line,
        column,
        code: Code::YamlUnreadable,
        severity: Code::YamlUnreadable.severity(),
        message: cause.to_owned(),
        hint: hint.to_owned(),
        object: None,
    }
}

/// Lists inside lists deeper than this are not followed.
const DEEPEST_LIST: usize = 8;

fn read_document(node: &Node, found: &mut FileResources, depth: usize) {
    let text = |name| node.get(name).and_then(Node::text).unwrap_or_default();
    let (api_version, kind_word) = (text("apiVersion"), text("kind"));
    if kind_word.ends_with("List") && depth < DEEPEST_LIST {
        if let Some(Value::Sequence(items)) = node.get("items").map(|items| &items.value) {
            for item in items.iter() {
                read_document(item, found, depth + 1);
            }
        }
        return;
    }
    let (group, version_word) = api_version.split_once('/').unwrap_or((api_version, ""));
    let Some(kind) = find_kind(node, group, kind_word, found) else { return };
    let report = Report::new();
    let resource =
        find_version(node, kind, version_word, &report).and_then(|version| read_resource(node, kind, version, &report));
    let object = report.object.into_inner();
    match resource.filter(|_| !report.refused.get()) {
        Some(resource) => found.resources.push(resource),
        None => {
            let unnamed = ResourceId { kind, namespace: String::new(), name: String::new() };
            found.refused.push(Refused { id: object.clone().unwrap_or(unnamed), line: node.line, column: node.column });
        }
    }
    found.problems.extend(report.problems.into_inner().into_iter().map(|mut problem| {
        problem.object.clone_from(&object);
        problem
    }));
}

/// The kind by group and word. A group of Flux's with a kind that is nearly one of ours is a typing error.
fn find_kind(node: &Node, group: &str, word: &str, found: &mut FileResources) -> Option<Kind> {
    let in_group = |kind: &&Kind| kind.group() == group;
    if let Some(kind) = Kind::ALL.iter().filter(in_group).find(|kind| kind.as_str() == word) {
        return Some(*kind);
    }
    if group == Kind::ImagePolicy.group() {
        let near = nearest(word, Kind::ALL.iter().filter(in_group).map(|kind| kind.as_str()), 1);
        let hint = near.first().map_or_else(
            || "use ImageRepository, ImagePolicy or ImageUpdateAutomation".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let place = node.get("kind").unwrap_or(node);
        let mut problem = unreadable(place.line, place.column, &format!("kind: `{word}` is no kind of {group}"), &hint);
        problem.code = Code::FieldInvalid;
        found.problems.push(problem);
    }
    None
}

fn find_version(node: &Node, kind: Kind, word: &str, report: &Report) -> Option<ApiVersion> {
    let version =
        [ApiVersion::V1Beta1, ApiVersion::V1Beta2, ApiVersion::V1].into_iter().find(|version| version.as_str() == word);
    if version.is_none() {
        let id = |name| node.get("metadata").and_then(|meta| meta.get(name)).and_then(Node::text).unwrap_or_default();
        report.identify(kind, id("namespace"), id("name"));
        let place = node.get("apiVersion").unwrap_or(node);
        let message = format!("apiVersion: `{}/{word}` is not supported", kind.group());
        report.refuse(
            Code::VersionUnsupported,
            place.line,
            place.column,
            message,
            format!("write {}/v1", kind.group()),
        );
    }
    version
}

fn read_resource(node: &Node, kind: Kind, version: ApiVersion, report: &Report) -> Option<Resource> {
    let top = Fields::open(node, "", report)?;
    top.known(&["apiVersion", "kind", "status"]);
    let meta = meta::read(node, &top, kind, version, report);
    let spec = top.required_section("spec", "every resource has a spec");
    top.finish();
    let (meta, spec) = (meta?, spec?);
    let resource = match kind {
        Kind::ImageRepository => ImageRepository::read(meta, &spec, report).map(Resource::ImageRepository),
        Kind::ImagePolicy => ImagePolicy::read(meta, &spec).map(Resource::ImagePolicy),
        Kind::ImageUpdateAutomation => ImageUpdateAutomation::read(meta, &spec, report)
            .map(|found| Resource::ImageUpdateAutomation(Box::new(found))),
        Kind::GitRepository => GitRepository::read(meta, &spec).map(Resource::GitRepository),
        Kind::Kustomization => Kustomization::read(meta, &spec).map(Resource::Kustomization),
    };
    spec.finish();
    resource
}
