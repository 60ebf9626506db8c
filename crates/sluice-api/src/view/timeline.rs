//! The tag timeline: everything the picture needs, for thousands of tags in one answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::ObjectRef;
use super::policy::PolicyDraft;

/// The timeline of one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// The policy.
    pub policy: ObjectRef,
    /// Every tag that was ever seen, oldest first by `at`.
    pub tags: Vec<TimelineTag>,
    /// The lanes, newest release line on top, `other` last. Tags refer to them by their place.
    pub lanes: Vec<Lane>,
    /// Why tags were passed over, each reason once. Tags refer to them by their place.
    pub reasons: Vec<PassedOver>,
    /// The choice, to be ringed.
    pub chosen: Option<String>,
    /// Where flags stand.
    pub flags: Vec<Flag>,
    /// What stood in Git before: one line for Git.
    pub lines: Vec<StepLine>,
    /// Spans of time to be tinted.
    pub bands: Vec<Band>,
    /// A mark right of now: a release that is planned, or a tag that will have cooled.
    pub upcoming: Vec<Upcoming>,
    /// The registry did not give its whole list of tags.
    pub is_truncated: bool,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct TimelineTag {
    /// The tag.
    pub tag: String,
    /// What is printed under the mark where the lane says the rest: `rc.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where it stands on the axis: when it was built where that is known, else when it was first seen.
    pub at: Timestamp,
    /// When it was built, as the image claims; absent until the image was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When Sluice first saw it.
    pub first_seen: Timestamp,
    /// Its lane: a place in `lanes`.
    pub lane: u32,
    /// How it is drawn.
    pub mark: Mark,
    /// Why it was passed over: a place in `reasons`; absent for the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<u32>,
    /// When it will have cooled, for `cooling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cools_until: Option<Timestamp>,
    /// Why it is blocked, for `blocked`, in a person's words; perhaps empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
    /// Since when the registry no longer has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<Timestamp>,
}

/// How a tag is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// Filled: the policy could choose it.
    Matches,
    /// Hollow: the policy cannot choose it.
    PassedOver,
    /// Hatched: it could be chosen and is not old enough.
    Cooling,
    /// Struck: rolled back or held against.
    Blocked,
}

/// One release line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Lane {
    /// Its name: `1.0`, `2.0-rc`, `main`; empty for `other`.
    pub name: String,
    /// Its kind.
    pub kind: LaneKind,
    /// Tags in it.
    pub tags: u32,
    /// The policy can choose from it.
    pub is_in_range: bool,
    /// Where its first tag stands on the axis.
    pub first_at: Timestamp,
    /// Where its last tag stands.
    pub last_at: Timestamp,
}

/// The kinds of lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LaneKind {
    /// `major.minor`.
    Release,
    /// `major.minor` and the word of its pre-releases.
    Prerelease,
    /// What stands before a build's number, date or commit: a branch's name.
    Branch,
    /// Everything else.
    Other,
}

/// Why a tag was not chosen. The code and the fields say everything that the English words say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct PassedOver {
    /// Which kind.
    pub code: PassedOverCode,
    /// One sentence without a full stop. It does not repeat the tag, so that a thousand tags share one reason.
    pub words: String,
    /// The pattern, for `excluded` and `filteredOut`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The range, for `prerelease` and `outsideRange`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The part of the range that refused it, where that is not the whole range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparator: Option<String>,
    /// The tag that was chosen instead, for `behind`, `equal` and `sameText`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
}

/// The kinds of [`PassedOver`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PassedOverCode {
    /// The exclusion list leaves it out.
    Excluded,
    /// The filter does not match it.
    FilteredOut,
    /// It is no version.
    NotAVersion,
    /// It is a pre-release, and the range has none.
    Prerelease,
    /// The range does not contain it.
    OutsideRange,
    /// It is no number.
    NotANumber,
    /// No signature of it counts.
    Unverified,
    /// It ranks below the choice.
    Behind,
    /// It ranks the same and comes later by name.
    Equal,
    /// The filter extracts the same from it as from the choice.
    SameText,
    /// The policy failed.
    NothingChosen,
    /// The registry no longer has it.
    Gone,
}

/// A flag at a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Flag {
    /// Where the flag stands.
    pub tag: String,
    /// Whose it is.
    pub owner: FlagOwner,
    /// Since when it stands there.
    pub since: Option<Timestamp>,
}

/// Whose flag it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FlagOwner {
    /// It stands in Git.
    Git,
    /// It runs in a cluster.
    Cluster {
        /// Its name.
        cluster: String,
    },
}

/// What of a policy runs in the clusters, and since when: flags and step lines beside those of Git.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyClusters {
    /// Where flags stand: one for each version that runs in a cluster.
    pub flags: Vec<Flag>,
    /// What Sluice released and saw healthy, a line for each cluster.
    pub lines: Vec<StepLine>,
}

/// What stood somewhere, as a stair over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepLine {
    /// Where it stood.
    pub owner: FlagOwner,
    /// The treads, oldest first; each lasts until the next.
    pub treads: Vec<Tread>,
    /// There are older ones that were not read.
    pub has_older: bool,
}

/// One tread: a version that stood for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Tread {
    /// Since when: the commit's time.
    pub at: Timestamp,
    /// The tag, or the whole value where it holds no tag.
    pub tag: String,
    /// The commit that brought it, in full.
    pub commit: String,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// Back to a version that had stood there before the one it replaced.
    pub is_rollback: bool,
}

/// A span of time to be tinted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Band {
    /// What it shows.
    pub kind: BandKind,
    /// Its begin.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// The kinds of bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum BandKind {
    /// Tags first seen in it are not old enough.
    CoolDown,
    /// No window is open in it.
    Closed,
}

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Upcoming {
    /// The tag.
    pub tag: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: UpcomingKind,
}

/// What will happen to a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UpcomingKind {
    /// It will be old enough.
    Cooled,
    /// It will be released.
    Released,
}

/// Asks about tags that were brushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyNotRequest {
    /// Whose tags.
    pub policy: ObjectRef,
    /// The brushed tags.
    pub tags: Vec<String>,
}

/// Why brushed tags were passed over, and what one change of the policy would choose of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyNot {
    /// The reasons, the most frequent first.
    pub groups: Vec<WhyNotGroup>,
    /// The smallest change of the rule that would choose one of them.
    pub suggestion: Option<Suggestion>,
}

/// Tags with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyNotGroup {
    /// The reason.
    pub reason: PassedOver,
    /// The tags, in the order asked.
    pub tags: Vec<String>,
}

/// A change of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The rule and the filter with the change.
    pub draft: PolicyDraft,
    /// What it would choose.
    pub chosen: String,
}

/// Asks for one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TagRequest {
    /// Whose tag.
    pub policy: ObjectRef,
    /// The tag.
    pub tag: String,
}

/// What is known of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TagDetail {
    /// The tag.
    pub tag: String,
    /// The image with the tag, to be copied.
    pub reference: String,
    /// What it points at, `sha256:…`; nothing when the registry could not be asked.
    pub digest: Option<String>,
    /// What it pointed at before, newest first.
    pub digests: Vec<PastDigest>,
    /// When it was built, as the image claims.
    pub created: Option<Timestamp>,
    /// When Sluice first saw it.
    pub first_seen: Option<Timestamp>,
    /// Since when the registry no longer has it.
    pub gone_at: Option<Timestamp>,
    /// Compressed size of one platform's layers, in bytes.
    pub size: Option<u64>,
    /// Platforms, such as `linux/amd64`.
    pub platforms: Vec<String>,
    /// Labels, by name.
    pub labels: Vec<Label>,
    /// Why it was not chosen; nothing for the choice.
    pub reason: Option<PassedOver>,
    /// What could not be had, in the registry's words.
    pub problem: Option<super::error::WireError>,
}

/// A label of an image: text from strangers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a tag pointed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastDigest {
    /// The digest.
    pub digest: String,
    /// When Sluice first saw it there.
    pub seen_at: Timestamp,
}
