//! What is wrong, where, why, and how to mend it.
//!
//! A [`Diagnosis`] is a value with a stable [`Code`]; shells print it and never compose their own. [`diagnose`] looks at
//! what a repository says and at what the caller knows of its [`Surroundings`]; it may not know files or networks. What
//! remotes and clusters answer becomes a diagnosis through [`Trouble`]. To add one: a line in `code.rs`, the check that
//! produces it in `check/`, and its example in `docs/diagnoses.md`, which a test runs.

mod check;
mod code;
mod fix;
mod nearest;
mod surroundings;
mod trouble;

use crate::flux::ResourceId;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use check::diagnose;
pub use code::{Code, Severity, UnknownCode};
pub use fix::{Fix, FixError};
pub use nearest::nearest;
pub use surroundings::Surroundings;
pub use trouble::Trouble;

/// Where something stands in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Path in the repository, with `/`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing that is wrong or worth knowing. Printed as `file:line:column severity code message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// What kind of thing it is.
    pub code: Code,
    /// How much it matters here; usually the code's own severity.
    pub severity: Severity,
    /// Where; nothing for what no file says, such as a remote's answer.
    pub place: Option<Place>,
    /// The Flux resource it is about, as far as there is one.
    pub object: Option<ResourceId>,
    /// The cause in one sentence, naming the things.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The edit that mends it, where there is exactly one.
    pub fix: Option<Fix>,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place} ")?;
        }
        write!(f, "{} {} {}", self.severity, self.code, self.message)
    }
}
