//! A condition as every Kubernetes object with a status has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `status` of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// `True`.
    True,
    /// `False`.
    False,
    /// `Unknown`, or a word that is none of the three.
    Unknown,
}

impl Truth {
    /// Reads the word of a condition.
    pub fn named(word: &str) -> Self {
        match word {
            "True" => Self::True,
            "False" => Self::False,
            _ => Self::Unknown,
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Ready`, `Progressing`, …
    pub kind: String,
    /// Whether it holds.
    pub status: Truth,
    /// One word.
    pub reason: String,
    /// The controller's own words.
    pub message: String,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// Finds a condition by its type.
pub(super) fn find<'c>(conditions: &'c [Condition], kind: &str) -> Option<&'c Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}
