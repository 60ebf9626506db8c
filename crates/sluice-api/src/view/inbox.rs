//! Inbox: everything that wants a decision, by why it waits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{FilePlace, ObjectRef, VersionMove};
use super::gate::Gate;
use super::images::NextAction;
use super::release::ReleaseChange;

/// The inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Inbox {
    /// The groups that are not empty, in the order they are shown.
    pub groups: Vec<InboxGroup>,
    /// Releases that are in Git and do not get on in a cluster: by cluster, the newest first.
    pub rollouts: Vec<StuckRollout>,
    /// All items, and all those releases.
    pub total: u32,
    /// When anything last answered, while nothing does; absent while at least one remote answers.
    pub as_of: Option<Timestamp>,
}

/// Items that wait for the same kind of reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxGroup {
    /// Why they wait.
    pub wait: Wait,
    /// The items; in each group the one that can move first stands first.
    pub items: Vec<InboxItem>,
}

/// Why something waits: the groups of the inbox, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Wait {
    /// Only a person's review is missing.
    Ready,
    /// The tag is not old enough.
    Cooling,
    /// No release window is open.
    Window,
    /// A person must agree to something unusual: a step back.
    Approval,
    /// Kept on purpose.
    Held,
    /// Something outside refuses: credentials, a conflict, a rate limit, a read-only key.
    Blocked,
    /// A release failed: the remote does not have it.
    Stuck,
}

/// One version that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct InboxItem {
    /// The policy that chose it.
    pub policy: ObjectRef,
    /// The image without tag.
    pub image: String,
    /// From which version to which.
    pub change: VersionMove,
    /// When Sluice first saw the new version.
    pub first_seen: Option<Timestamp>,
    /// Where it would be written, by place; the first is shown.
    pub places: Vec<FilePlace>,
    /// One sentence: why this version, or why it waits.
    pub words: String,
    /// Every closed gate, the most binding first.
    pub gates: Vec<Gate>,
    /// For how long the wait lasts in all, where it ends by itself: from here …
    pub waits_since: Option<Timestamp>,
    /// … to here.
    pub waits_until: Option<Timestamp>,
    /// What happens next.
    pub next: NextAction,
    /// The release that failed.
    pub release: Option<String>,
    /// The automation that would write it.
    pub automation: Option<ObjectRef>,
}

/// A release that does not go on by itself in a cluster. It leaves when it goes on, when a later release takes its place,
/// and when it is rolled back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StuckRollout {
    /// The release's id.
    pub release: String,
    /// The cluster's name.
    pub cluster: String,
    /// The source that it was pushed to.
    pub source: String,
    /// What it changed, by policy.
    pub changes: Vec<ReleaseChange>,
    /// One word for why: `ImagePullBackOff`, `BuildFailed`, `suspended`, …; perhaps empty.
    pub reason: String,
    /// The cluster's words: a condition's message, or what keeps a pod from running.
    pub words: String,
    /// Since when it has not got on.
    pub since: Timestamp,
    /// What it brought still stands in Git, so that it can be rolled back and held.
    pub can_undo: bool,
}

/// Puts a version off: no notification and no counter until then. It stays in the list of images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SnoozeRequest {
    /// The policies.
    pub policies: Vec<ObjectRef>,
    /// Until when.
    pub until: Timestamp,
}
