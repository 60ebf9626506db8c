//! Images: the table of policies, and the views of it that a person keeps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{ImageVersion, Mode, ObjectRef, Remedy, VersionMove};
use super::gate::Gate;
use super::policy::RuleChip;

/// The table. Filtering, sorting and scrolling are the UI's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Images {
    /// One row a policy, by namespace and name.
    pub rows: Vec<ImageRow>,
    /// Rows whose image was never scanned with success.
    pub unscanned: u32,
    /// When anything last answered, while nothing does; absent while at least one remote answers.
    pub as_of: Option<Timestamp>,
    /// What was looked through, for a table without rows.
    pub looked_through: Vec<LookedThrough>,
}

/// What a source was searched for, so that an empty table can say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookedThrough {
    /// The source.
    pub source: String,
    /// Its branch.
    pub branch: String,
    /// The commit, in full.
    pub commit: Option<String>,
    /// YAML files.
    pub files: u32,
    /// Images in manifests, marked or not.
    pub images: u32,
    /// Markers.
    pub markers: u32,
    /// When.
    pub at: Option<Timestamp>,
}

/// One policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageRow {
    /// The policy.
    pub policy: ObjectRef,
    /// The image without tag; nothing when the policy names no image repository that is there.
    pub image: Option<String>,
    /// The registry's `host[:port]`.
    pub registry: Option<String>,
    /// What stands in Git: the first marked place's value.
    pub in_git: Option<ImageVersion>,
    /// The marked places do not all say the same.
    pub in_git_differs: bool,
    /// What would be written: nothing when what is chosen stands in Git, or nothing is chosen.
    pub candidate: Option<VersionMove>,
    /// What the policy chooses, whether it stands in Git or not.
    pub chosen: Option<String>,
    /// When Sluice first saw the candidate, or what stands in Git where there is no candidate.
    pub first_seen: Option<Timestamp>,
    /// The rule.
    pub rule: Option<RuleChip>,
    /// The mode that counts.
    pub mode: Option<Mode>,
    /// Every closed gate, the most binding first.
    pub gates: Vec<Gate>,
    /// How it is, in one word.
    pub state: ImageState,
    /// What happens next.
    pub next: NextAction,
    /// When the image's tags were last listed with success.
    pub checked_at: Option<Timestamp>,
    /// The last two intervals brought no success.
    pub is_stale: bool,
    /// Tags in the registry.
    pub tags: u32,
    /// Where the policy is written, for `repo:` filters; by name.
    pub repositories: Vec<String>,
    /// The automation that writes it.
    pub automation: Option<ObjectRef>,
}

/// How a policy is, in one word; the values of the filter `state:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ImageState {
    /// Only a person's review is missing.
    Ready,
    /// The tag is not old enough.
    Cooling,
    /// No release window is open.
    Window,
    /// A person must agree to a step back.
    Approval,
    /// Kept on purpose.
    Held,
    /// Something outside refuses, or the policy cannot be evaluated.
    Blocked,
    /// A release failed or does not get on.
    Stuck,
    /// A release is under way.
    Releasing,
    /// A newer version is there and Sluice only observes.
    Observed,
    /// What is chosen stands in Git.
    UpToDate,
    /// No marker names it, so there is nothing to write.
    Unused,
    /// Its image is being scanned for the first time.
    Scanning,
    /// Nothing is known yet.
    Unknown,
}

/// What happens next, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NextAction {
    /// What.
    pub kind: NextKind,
    /// When it happens by itself; nothing when it takes a person.
    pub at: Option<Timestamp>,
    /// Since when it could be done, or lasts.
    pub since: Option<Timestamp>,
    /// What mends it, for `mend`.
    pub remedy: Option<Remedy>,
}

/// What can happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NextKind {
    /// A person reviews.
    Review,
    /// A person agrees to something unusual.
    Approve,
    /// It becomes ready to be reviewed at `at`.
    BecomeReady,
    /// It is released by itself at `at`.
    Release,
    /// It is tried again at `at`.
    Retry,
    /// The hold ends at `at`, or is lifted by a person.
    HoldEnds,
    /// A person mends something: see `remedy`.
    Mend,
    /// A person rolls back or looks after a release that does not get on.
    LookAfter,
    /// Tags are listed again at `at`.
    Check,
    /// Nothing: it is only watched.
    Watch,
    /// Nothing until the pause ends.
    Paused,
}

/// A view of the table that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Its name; unique.
    pub name: String,
    /// The filter's text, such as `state:ready repo:fleet`.
    pub filter: String,
    /// The column it is sorted by; nothing leaves the table's own order.
    pub sort: Option<String>,
    /// Sorted downwards.
    pub is_descending: bool,
    /// The columns that are shown, in order; empty shows the usual ones.
    pub columns: Vec<String>,
}

/// The views that are kept, in a person's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedViews {
    /// The views.
    pub views: Vec<SavedView>,
}
