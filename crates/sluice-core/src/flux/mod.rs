//! Flux's custom resources as types, read from YAML of v1beta1, v1beta2 and v1.
//!
//! [`read`] takes the bytes of one file and gives every resource in it with its place, and every wrong field as a
//! [`Problem`] with line, column and what is expected. One wrong resource never hides another. The result depends on the
//! bytes alone, so it is remembered by blob id; [`FACTS_VERSION`] tells when such memories are stale.
//!
//! A resource that the API server would refuse, or whose values are only known in the cluster, is not among the
//! resources: it is in [`FileResources::refused`], so that a reference to it can be explained.
//!
//! To add a field: read it in the kind's file, raise [`FACTS_VERSION`]. To add a kind: a file, a variant of [`Kind`] and
//! of [`Resource`].

mod automation;
mod fields;
mod git_repository;
mod image_policy;
mod image_repository;
mod kustomization;
mod meta;
mod problem;
mod read;
mod selector;
mod team_rules;
mod texts;
mod update_path;
mod verify_rule;
mod yaml;

pub use automation::{Author, GitSpec, ImageUpdateAutomation, PushSpec, SigningKey, SigningKind};
pub use git_repository::{CheckoutRef, GitProvider, GitRepository};
pub use image_policy::ImagePolicy;
pub use image_repository::{AccessFrom, DEFAULT_EXCLUSION, ImageRepository, Provider};
pub use kustomization::Kustomization;
pub use meta::{ApiVersion, DEFAULT_NAMESPACE, Meta};
pub use problem::{Kind, Problem, ResourceId};
pub use read::{FileResources, Refused, Resource, mentions_flux, read};
pub use selector::{LabelSelector, Operator, Requirement};
pub use team_rules::{AgeError, TeamRules, parse_age};
pub use update_path::UpdatePath;
pub use verify_rule::{KeylessRule, VerifyRule, VerifyRuleError, Wanted};

/// Version of what [`read`] returns. A remembered result of another version is read again.
pub const FACTS_VERSION: u32 = 3;
