//! The review sheet: the one gate for every write.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{Approval, FilePlace, ObjectRef, VersionMove};
use super::error::WireError;
use super::gate::{Gate, HoldDraft};
use super::policy::PolicyDraft;

/// Opens the sheet: what is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewRequest {
    /// What.
    pub intent: Intent,
}

/// What a person wants written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "intent", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Intent {
    /// What these policies choose.
    Release {
        /// Which; several repositories and branches make several plans.
        policies: Vec<ObjectRef>,
    },
    /// This tag of one policy, whether the policy chooses it or not: a rollback, or a step ahead of time.
    Tag {
        /// Which policy.
        policy: ObjectRef,
        /// Which tag.
        tag: String,
    },
    /// Another rule for a policy, written into the ImagePolicy in Git.
    Rule {
        /// Which policy.
        policy: ObjectRef,
        /// The rule and the filter.
        draft: PolicyDraft,
    },
    /// What stood in Git before a release.
    Undo {
        /// Its id.
        release: String,
    },
}

/// The sheet. It is kept until it is released, discarded or an hour old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// Its id.
    pub review: String,
    /// What was asked for.
    pub intent: Intent,
    /// One plan a repository and branch: one commit each.
    pub plans: Vec<Plan>,
    /// What was asked for and is not in a plan.
    pub left_out: Vec<LeftOut>,
    /// When the remotes were last asked whether their branches moved.
    pub checked_at: Timestamp,
    /// A hold that is set with the release, proposed where something is undone; a person may change it.
    pub hold: Option<HoldDraft>,
}

/// Something that was asked for and needs no change or cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Which policy; nothing where it is none.
    pub policy: Option<ObjectRef>,
    /// Why.
    pub why: WireError,
}

/// The exact edits against one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its id.
    pub plan: String,
    /// Where it goes.
    pub target: Target,
    /// The commit that it was made on, in full.
    pub base: String,
    /// The changes: a person can take one out.
    pub changes: Vec<Change>,
    /// The files that differ, by path.
    pub files: Vec<FileChange>,
    /// The commit message.
    pub message: String,
    /// Where the message comes from.
    pub message_from: MessageOrigin,
    /// Who is named as author and committer.
    pub author: Author,
    /// How the commit is signed; nothing when it is not.
    pub signature: Option<String>,
    /// Every gate with what it says, open ones too.
    pub checks: Vec<GateCheck>,
    /// How it compares with the plan that this sheet showed before.
    pub freshness: Freshness,
    /// Why it cannot be released now; nothing when it can.
    pub obstacle: Option<WireError>,
    /// Gates that open for [`Approval::Urgent`] only are closed: releasing skips a wait.
    pub skips_wait: bool,
}

/// Where a plan goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The source's id.
    pub source: String,
    /// The remote's address without credentials.
    pub remote: String,
    /// The branch that the plan was read from.
    pub checkout: String,
    /// The branch that is pushed.
    pub branch: String,
    /// It does not exist yet.
    pub creates_branch: bool,
    /// The automation whose author, message and branch it uses; nothing for plans that are not an automation's.
    pub automation: Option<ObjectRef>,
}

/// How a plan compares with the one shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Freshness {
    /// The branch stands where the plan was made.
    Current,
    /// The branch moved; it was planned again and the edits are the same.
    SameEdits,
    /// The branch moved; it was planned again and the edits differ: look again.
    OtherEdits,
    /// The remote cannot be asked; the plan is of the commit that was last seen.
    NotChecked,
}

/// Where a commit message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MessageOrigin {
    /// The automation's template.
    Template,
    /// Flux's default message.
    FluxDefault,
    /// Sluice's own words.
    Sluice,
}

/// Who a commit names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// Name; perhaps empty.
    pub name: String,
    /// Address.
    pub email: String,
}

/// One change of a plan: what one policy (or one fix) does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Names it within the plan.
    pub change: String,
    /// The policy; nothing for fixes.
    pub policy: Option<ObjectRef>,
    /// What it is called.
    pub title: String,
    /// From which version to which, where it is one.
    pub version: Option<VersionMove>,
    /// One or two sentences: why.
    pub reason: String,
    /// The same as a code.
    pub because: Because,
    /// Its edits behind markers, by place.
    pub edits: Vec<Edit>,
    /// The fields of the policy itself that it writes.
    pub fields: Vec<FieldChange>,
    /// The closed gates of this change alone.
    pub gates: Vec<Gate>,
}

/// Why a change is in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "by", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Because {
    /// The policy's rule chose the version.
    Rule {
        /// The kind of the rule.
        rule: super::policy::RuleKind,
        /// Its range or order.
        value: String,
    },
    /// A person chose the version, or wrote the rule.
    Person,
    /// It is not known any more.
    Unknown,
}

/// A field of a resource that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Its path, such as `spec.policy.semver.range`.
    pub field: String,
    /// What it says; nothing where it is not written.
    pub old: Option<String>,
    /// What it will say; nothing where it goes.
    pub new: Option<String>,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// Where, in the file as it is now.
    pub place: FilePlace,
    /// What stands there.
    pub old: String,
    /// What will stand there.
    pub new: String,
    /// The object it stands in, such as `Deployment test/flask-app`; perhaps empty.
    pub object: String,
}

/// A file before and after, for the diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FileChange {
    /// Path from the repository's root.
    pub path: String,
    /// The file as it is; bytes that are not UTF-8 are shown as U+FFFD. Empty for a file above 1 MiB: see `diff`.
    pub before: String,
    /// The file as it will be.
    pub after: String,
    /// The same as `git diff` prints it.
    pub diff: String,
    /// Both texts are left out because the file is large.
    pub is_large: bool,
    /// Bytes before.
    pub bytes_before: u32,
    /// Bytes after.
    pub bytes_after: u32,
    /// Lines after.
    pub lines: u32,
    /// Lines that are new or changed.
    pub lines_added: u32,
    /// Lines that are gone or changed.
    pub lines_removed: u32,
    /// Bytes that differ.
    pub bytes_changed: u32,
    /// How lines end.
    pub line_ends: LineEnds,
    /// The last line ends with a line end.
    pub ends_with_newline: bool,
}

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LineEnds {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// Both.
    Mixed,
    /// There is none.
    None,
}

/// What one gate says about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GateCheck {
    /// Which gate.
    pub check: CheckKind,
    /// How it is.
    pub state: CheckState,
    /// What it says: `none on 1.0.5`.
    pub words: String,
    /// The gates behind it, when it is not open.
    pub gates: Vec<Gate>,
}

/// The gates of the sheet, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CheckKind {
    /// A person's yes: this sheet.
    Review,
    /// Old enough.
    CoolDown,
    /// A window is open.
    Window,
    /// Not held.
    Hold,
    /// Not a step back.
    Downgrade,
    /// Nobody else writes there.
    Conflict,
    /// The last try did not fail.
    Failure,
    /// The repository may be written to, by us and by the remote.
    WriteAccess,
}

/// How a gate of the sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// Open.
    Open,
    /// It opens with this sheet's button.
    OpensWithRelease,
    /// It opens with this sheet's button and skips a wait.
    OpensUrgently,
    /// Closed.
    Closed,
    /// Nobody knows before it is tried.
    Unknown,
}

/// A sheet is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewId {
    /// Its id.
    pub review: String,
}

/// Plans again: the branch is fetched, and only these changes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ReplanRequest {
    /// The sheet.
    pub review: String,
    /// The changes to keep, by plan; absent keeps what is in it.
    pub keep: Option<Vec<KeptChanges>>,
}

/// The changes of a plan that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptChanges {
    /// The plan.
    pub plan: String,
    /// The names of the changes that stay; none drops the plan.
    pub changes: Vec<String>,
}

/// Releases what the sheet shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ReleaseRequest {
    /// The sheet.
    pub review: String,
    /// Which plans, each with its message as the person left it.
    pub plans: Vec<PlanApproval>,
    /// What the person says.
    pub approval: Approval,
    /// The hold to set once the release is pushed.
    pub hold: Option<HoldDraft>,
}

/// A person's yes to one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlanApproval {
    /// The plan.
    pub plan: String,
    /// The commit message.
    pub message: String,
}

/// Releases began. Events tell how they go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleasesStarted {
    /// One a plan, in the order asked.
    pub releases: Vec<StartedRelease>,
}

/// A release that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartedRelease {
    /// The plan.
    pub plan: String,
    /// The release's id.
    pub release: String,
}
