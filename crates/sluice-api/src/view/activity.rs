//! Activity: the audit log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::Page;
use super::release::Starter;

/// Which entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ActivityRequest {
    /// Only those whose subject, action or person holds this text.
    pub text: Option<String>,
    /// Only those older than this entry.
    pub before: Option<u64>,
    /// At most so many; at most 500, 100 when absent.
    pub limit: Option<u32>,
}

/// A part of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// The entries.
    pub entries: Vec<ActivityEntry>,
    /// There are older ones.
    pub has_more: bool,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    /// Its number; they grow.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Starter,
    /// What: a stable kebab-case word such as `released`, `source-added`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it; never a secret.
    pub detail: String,
    /// Where to look at it.
    pub page: Option<Page>,
}
