//! The policy page without its timeline: rule, where it is used, what it chose before, and the live tester.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{FilePlace, ImageVersion, Mode, ObjectRef, VersionMove};
use super::diagnosis::Diagnosis;
use super::gate::{Gate, Hold};
use super::images::{ImageState, NextAction};
use super::timeline::PassedOver;

/// The page of one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyPage {
    /// The policy.
    pub policy: ObjectRef,
    /// The image without tag; nothing when the policy names no image repository that is there.
    pub image: Option<String>,
    /// The ImageRepository that lists the tags.
    pub image_repository: Option<ObjectRef>,
    /// The rule and the filter as they stand in Git; nothing when the policy has no rule.
    pub rule: Option<PolicyDraft>,
    /// The rule in few words.
    pub chip: Option<RuleChip>,
    /// Where the rule stands in Git.
    pub place: Option<FilePlace>,
    /// What the image repository leaves out, as patterns.
    pub exclusions: Vec<String>,
    /// What is chosen.
    pub chosen: Option<ImageVersion>,
    /// Since when it is chosen.
    pub chosen_at: Option<Timestamp>,
    /// What stands in Git.
    pub in_git: Option<ImageVersion>,
    /// What would be written.
    pub candidate: Option<VersionMove>,
    /// Why nothing is chosen, or the policy cannot be evaluated.
    pub problem: Option<PolicyProblem>,
    /// How it is, in one word.
    pub state: ImageState,
    /// Every closed gate, the most binding first.
    pub gates: Vec<Gate>,
    /// What happens next.
    pub next: NextAction,
    /// The holds that count, the team's and the person's.
    pub holds: Vec<Hold>,
    /// How long after first sight a tag must wait, in seconds; 0 when it need not.
    pub cool_down: u32,
    /// The automations that cover its markers.
    pub automations: Vec<PolicyAutomation>,
    /// Where it is used.
    pub used: Vec<MarkerUse>,
    /// Markers that name it and do nothing.
    pub ignored: Vec<IgnoredMarker>,
    /// What is wrong around it.
    pub diagnoses: Vec<Diagnosis>,
    /// When the tags were last listed with success.
    pub checked_at: Option<Timestamp>,
    /// When they are listed next.
    pub next_check_at: Option<Timestamp>,
    /// What the registry said at the last try, when that failed.
    pub last_error: Option<String>,
}

/// An automation of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyAutomation {
    /// Which.
    pub automation: ObjectRef,
    /// The mode that counts.
    pub mode: Mode,
    /// The freest mode that the team's rule in Git allows; nothing when there is no rule.
    pub most: Option<Mode>,
    /// The branch that is pushed.
    pub branch: String,
    /// Seconds between runs.
    pub interval: u32,
    /// It is suspended in Git.
    pub is_suspended: bool,
    /// A person paused it.
    pub paused: Option<super::common::Pause>,
    /// Who else writes it: Sluice then only observes.
    pub writer: Option<super::cluster::WriterInCluster>,
}

/// A rule in few words, for the chip: `semver` and `1.0.x`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RuleChip {
    /// The kind.
    pub kind: RuleKind,
    /// The range, or `asc`, `desc`.
    pub value: String,
    /// A filter narrows it.
    pub is_filtered: bool,
    /// The digest is written as well.
    pub reflects_digest: bool,
}

/// The kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RuleKind {
    /// The highest version inside a range.
    Semver,
    /// By value.
    Numerical,
    /// By bytes.
    Alphabetical,
}

/// A policy's rule and filter, as they are or as a person tries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct PolicyDraft {
    /// The rule.
    pub rule: Rule,
    /// `filterTags.pattern`, in Go's syntax; absent or empty lets every tag through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// `filterTags.extract`; absent or empty ranks the tag itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract: Option<String>,
}

/// How tags are ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Rule {
    /// The highest version inside a range.
    Semver {
        /// The range, in Masterminds/semver's grammar.
        range: String,
    },
    /// By value; every tag must be a number.
    Numerical {
        /// Which end wins.
        order: Order,
    },
    /// By bytes.
    Alphabetical {
        /// Which end wins.
        order: Order,
    },
}

/// Which end of the ranking wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The greatest.
    Asc,
    /// The smallest.
    Desc,
}

/// Why a policy chooses nothing or cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyProblem {
    /// Which kind.
    pub code: PolicyProblemCode,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The kinds of [`PolicyProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PolicyProblemCode {
    /// The range cannot be read.
    InvalidRange,
    /// The pattern cannot be read.
    InvalidFilter,
    /// `extract` names a group that the pattern does not have.
    UnknownGroup,
    /// A pattern of the exclusion list cannot be read.
    InvalidExclusion,
    /// There are no tags.
    NoTags,
    /// Exclusion and filter left none.
    NothingMatches,
    /// No tag is a version inside the range.
    NoneInRange,
    /// A tag is not a number.
    NotANumber,
    /// The policy itself cannot be evaluated, for another reason than its range or its filter.
    Invalid,
    /// The image repository that it refers to is not known.
    NoImageRepository,
    /// The tags of its image were never listed.
    NeverScanned,
    /// The digest that belongs to the choice could not be looked up.
    DigestUnknown,
    /// None of the tags that could be chosen has a signature that counts.
    Unverified,
}

/// A marker that a policy writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MarkerUse {
    /// Where.
    pub place: FilePlace,
    /// What stands there now.
    pub value: String,
    /// The whole line, as it is in the file, without its end.
    pub line: String,
    /// What the marker sets.
    pub part: MarkerPart,
    /// The object it stands in, such as `Deployment test/flask-app`.
    pub object: String,
    /// The automation that covers it; nothing when none does.
    pub automation: Option<ObjectRef>,
}

/// What a marker sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MarkerPart {
    /// The whole reference.
    Reference,
    /// The image without tag.
    Name,
    /// The tag.
    Tag,
    /// The digest.
    Digest,
}

/// A marker that does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IgnoredMarker {
    /// Where.
    pub place: FilePlace,
    /// Its text.
    pub text: String,
    /// A stable name of the reason.
    pub code: String,
    /// The reason.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What happened to a policy, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyHistory {
    /// The entries.
    pub entries: Vec<HistoryEntry>,
    /// There are older ones.
    pub has_more: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: HistoryEvent,
}

/// What can happen to a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HistoryEvent {
    /// It chose another tag.
    Chose {
        /// Which.
        tag: String,
    },
    /// A commit changed what stands in Git, whoever made it.
    Written {
        /// From which version to which.
        change: VersionMove,
        /// The commit, in full.
        commit: String,
        /// Its author's name.
        author: String,
        /// The release of Sluice that made it.
        release: Option<String>,
        /// Back to a version that stood there before.
        is_rollback: bool,
    },
    /// A person held a version.
    Held {
        /// The hold.
        hold: Hold,
    },
    /// A person lifted a hold.
    Lifted {
        /// Who.
        by: String,
    },
    /// The rule was changed in Git.
    RuleChanged {
        /// The commit, in full.
        commit: String,
        /// Its author's name.
        author: String,
        /// Before, in few words.
        from: String,
        /// After, in few words.
        to: String,
    },
}

/// Which part of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct HistoryRequest {
    /// Which policy.
    pub policy: ObjectRef,
    /// Only what is older than this.
    pub before: Option<Timestamp>,
    /// At most so many entries; at most 500, 50 when absent.
    pub limit: Option<u32>,
}

/// Tries a rule on the tags that are known. Nothing is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrialRequest {
    /// Whose tags.
    pub policy: ObjectRef,
    /// The rule to try.
    pub draft: PolicyDraft,
}

/// What a rule that is tried would choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// The tag that wins.
    pub chosen: Option<String>,
    /// What was ranked for it, where that is not the tag itself.
    pub extracted: Option<String>,
    /// From what the rule in Git chooses to what this one would.
    pub change: Option<VersionMove>,
    /// How many tags each step left out.
    pub counts: TrialCounts,
    /// Tags that the rule in Git could choose and this one could not, newest first; at most 200.
    pub fall_out: Vec<TrialTag>,
    /// Tags that this rule could choose and the one in Git could not, newest first; at most 200.
    pub come_in: Vec<TrialTag>,
    /// The reasons that tags refer to by their place.
    pub reasons: Vec<PassedOver>,
    /// Why it chooses nothing or cannot be evaluated.
    pub problem: Option<PolicyProblem>,
}

/// A tag whose fate the tried rule changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrialTag {
    /// The tag.
    pub tag: String,
    /// Its reason under the tried rule: a place in `reasons`; nothing for the one that wins.
    pub reason: Option<u32>,
}

/// How many tags each step left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrialCounts {
    /// All tags.
    pub tags: u32,
    /// Left out by the exclusion list.
    pub excluded: u32,
    /// Left out by the filter.
    pub filtered: u32,
    /// No version, or outside the range.
    pub outside: u32,
    /// What could win.
    pub matching: u32,
    /// Tags that fall out in all.
    pub fall_out: u32,
    /// Tags that come in in all.
    pub come_in: u32,
}
