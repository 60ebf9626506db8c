//! Remedies that are edits.

use crate::marker::{AddMarkerError, MarkerRef, ReplaceMarkerError, add_marker, replace_marker};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An edit that mends something, as a value: shown as a diff first, then applied like any other change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fix {
    /// Writes a marker behind a value.
    AddMarker {
        /// Path in the repository.
        file: String,
        /// Line of the value, from 1.
        line: u32,
        /// Column of the value in characters, from 1.
        column: u32,
        /// What the marker says.
        marker: MarkerRef,
    },
    /// Rewrites a comment so that it is the marker that was probably meant.
    ReplaceMarker {
        /// Path in the repository.
        file: String,
        /// Line of the comment or of the value it stands behind, from 1.
        line: u32,
        /// Column of the comment or of the value in characters, from 1.
        column: u32,
        /// What it says now.
        marker: MarkerRef,
    },
}

/// Why a fix cannot be applied; the file has usually changed since it was examined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// See there.
    #[error(transparent)]
    Add(#[from] AddMarkerError),
    /// See there.
    #[error(transparent)]
    Replace(#[from] ReplaceMarkerError),
}

impl Fix {
    /// The file it edits.
    pub fn file(&self) -> &str {
        match self {
            Self::AddMarker { file, .. } | Self::ReplaceMarker { file, .. } => file,
        }
    }

    /// The file's content with the fix. Several fixes of one file apply one after the other in any order: none moves a
    /// line, nor a value that another one names.
    ///
    /// # Errors
    /// When the content is not what was examined.
    pub fn apply(&self, bytes: &[u8]) -> Result<Vec<u8>, FixError> {
        match self {
            Self::AddMarker { line, column, marker, .. } => Ok(add_marker(bytes, *line, *column, marker)?),
            Self::ReplaceMarker { line, column, marker, .. } => Ok(replace_marker(bytes, *line, *column, marker)?),
        }
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddMarker { marker, .. } => write!(f, "add the marker {marker}"),
            Self::ReplaceMarker { marker, .. } => write!(f, "write the marker as {marker}"),
        }
    }
}
