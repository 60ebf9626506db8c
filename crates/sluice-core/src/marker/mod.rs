//! The `$imagepolicy` markers: grammar, finding them, rewriting the value they stand behind.
//!
//! The rules are those of kyaml's setters as Flux uses them, on byte ranges of the file: an edit replaces the bytes of
//! one scalar and nothing else. Every marker that does nothing is reported with its [`Reason`].
//!
//! [`grammar`](MarkerRef) reads what a comment says, `document` reads a file into nodes (`plain` does so quickly where it is plainly written), `attach` decides which value a
//! comment belongs to, [`find`] and [`rewrite`] are what others call. To add a reason: a variant of [`Reason`].

mod add;
mod attach;
mod document;
mod find;
mod grammar;
mod ignored;
mod images;
mod plain;
mod replace;
mod rewrite;
mod scalar;

use serde::{Deserialize, Serialize};

/// A file as nodes with their bytes, and how a text is written as a scalar: for other edits than markers'.
pub(crate) mod yaml_nodes {
    pub(crate) use super::document::{Document, Node, Role, Shape};
    pub(crate) use super::scalar::encode;
}

pub use add::{AddMarkerError, add_marker};
pub use find::{FileMarkers, Marker, find, ignore_all, is_candidate_file, mentions_marker};
pub use grammar::{Field, MarkerRef};
pub use ignored::{IgnoredMarker, Reason};
pub use images::{ImageField, images, mentions_image};
pub use replace::{ReplaceMarkerError, replace_marker};
pub use rewrite::{Edit, Resolution, Rewrite, rewrite};

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
