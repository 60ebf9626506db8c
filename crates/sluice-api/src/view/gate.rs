//! Gates and holds: why a release waits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{Approval, Remedy};

/// One reason to wait. The code and the fields say everything that the English words say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// Which kind.
    pub code: GateCode,
    /// One sentence without a full stop.
    pub words: String,
    /// When it opens by itself; nothing when that takes a person.
    pub opens_at: Option<Timestamp>,
    /// What a person has to say to open it; nothing when saying yes is not enough.
    pub opens_for: Option<Approval>,
    /// For `suspended`, `conflict`, `failure`: who, or what the other side said.
    pub detail: Option<String>,
    /// For `hold`: the hold.
    pub hold: Option<Hold>,
    /// What mends it, where something can be done.
    pub remedy: Option<Remedy>,
}

/// The kinds of [`Gate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum GateCode {
    /// The resource says `suspend: true`.
    Suspended,
    /// A person paused the automation, or everything.
    Paused,
    /// The mode is observe, or the repository may not be written to.
    Observe,
    /// Somebody else writes the same places.
    Conflict,
    /// The last try failed, or the source cannot be reached or written to.
    Failure,
    /// A version is kept on purpose.
    Hold,
    /// The chosen version is lower than the one in Git.
    Downgrade,
    /// The tag is not old enough.
    CoolDown,
    /// No release window is open.
    Window,
    /// A person must say yes.
    Review,
}

/// A version that is kept on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// The tag that is kept; nothing keeps whatever stands in Git.
    pub tag: Option<String>,
    /// Why, in a person's words; perhaps empty.
    pub reason: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// Since when; nothing for a hold that stands in Git.
    pub since: Option<Timestamp>,
    /// Who: a person's name, or nothing when it stands in Git as an annotation.
    pub by: Option<String>,
    /// It stands in Git (`sluice.dev/hold`) and is lifted there.
    pub is_in_git: bool,
}

/// A hold to be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct HoldDraft {
    /// The tag to keep; nothing keeps whatever stands in Git.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Sets a hold on a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoldRequest {
    /// The policies to hold.
    pub policies: Vec<super::common::ObjectRef>,
    /// The hold.
    pub hold: HoldDraft,
}
