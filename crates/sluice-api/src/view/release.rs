//! Releases: the queue, the history, and the trail of each.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{ObjectRef, Remedy, VersionMove};
use super::error::WireError;
use super::review::{Edit, FieldChange, FileChange, Target};

/// Which releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ReleasesRequest {
    /// All, one's own or the failed ones.
    pub show: ReleaseFilter,
    /// Only those whose policy, commit or person holds this text.
    pub text: Option<String>,
    /// Only those of this policy.
    pub policy: Option<ObjectRef>,
    /// Only those older than this release.
    pub before: Option<String>,
    /// At most so many; at most 500, 100 when absent.
    pub limit: Option<u32>,
}

/// Which releases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseFilter {
    /// All.
    All,
    /// Started by this person.
    Mine,
    /// Failed or stuck.
    Failed,
}

/// A part of the history, newest first. What is under way or queued stands in front of the first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Releases {
    /// The releases.
    pub releases: Vec<ReleaseRow>,
    /// Those under way or queued, in all.
    pub open: u32,
    /// Those that ended, in all.
    pub done: u32,
    /// There are older ones.
    pub has_more: bool,
}

/// One release in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseRow {
    /// Its id.
    pub release: String,
    /// How it is.
    pub state: ReleaseState,
    /// What it changed, by policy.
    pub changes: Vec<ReleaseChange>,
    /// Where it went.
    pub target: Target,
    /// The commit, in full, once it was made.
    pub commit: Option<String>,
    /// Who or what started it.
    pub started: Starter,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// It takes back another release.
    pub undoes: Option<String>,
    /// Another release took it back.
    pub undone_by: Option<String>,
}

/// What a release did for one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseChange {
    /// The policy; nothing for fixes.
    pub policy: Option<ObjectRef>,
    /// What it is called.
    pub title: String,
    /// From which version to which, where it is one.
    pub version: Option<VersionMove>,
    /// The fields of the policy itself that it wrote.
    pub fields: Vec<FieldChange>,
}

/// Who or what started a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "by", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Starter {
    /// The person in front of this machine.
    You,
    /// Somebody else.
    Person {
        /// The login name.
        name: String,
    },
    /// The agent, in the mode `auto`.
    Agent,
}

/// How a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseState {
    /// It waits: for the network, or for its turn on the branch.
    Queued,
    /// The commit is being made or sent.
    Pushing,
    /// The remote has it.
    Pushed,
    /// The remote has it, and what follows takes too long.
    Stuck,
    /// The remote does not have it, and it will not be tried again.
    Failed,
    /// Another plan took its place before it was sent.
    Superseded,
}

/// A release is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseId {
    /// Its id.
    pub release: String,
}

/// One release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseDetail {
    /// What the list says of it.
    pub row: ReleaseRow,
    /// The trail, always all six steps: as far as the cluster that is furthest behind.
    pub trail: Vec<TrailStep>,
    /// How far it is in each cluster that follows it, those that are stuck first.
    pub rollouts: Vec<RolloutRow>,
    /// The files, before and after.
    pub files: Vec<FileChange>,
    /// The edits, by place.
    pub edits: Vec<Edit>,
    /// The commit message.
    pub message: String,
    /// The commit on the forge's pages, https; nothing where the forge is not known.
    pub commit_url: Option<String>,
    /// Why it failed.
    pub failure: Option<WireError>,
    /// What mends it.
    pub remedy: Option<Remedy>,
    /// Whether it can be undone, and if not, why.
    pub undo: Undo,
}

/// Whether a release can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "can", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Undo {
    /// It can: open the review sheet with the intent `undo`.
    Yes,
    /// It cannot.
    No {
        /// Why, as a code …
        code: NoUndo,
        /// … and in words, such as `flux-system/flask-app was changed since`.
        why: String,
        /// The policy that is in the way, where it is one.
        policy: Option<ObjectRef>,
    },
}

/// Why a release cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoUndo {
    /// It was undone already.
    Undone,
    /// Its plan cannot be read.
    Unreadable,
    /// The remote does not have it.
    NotPushed,
    /// Nothing stood there before.
    NothingBefore,
    /// A policy is not in Git any more.
    PolicyGone,
    /// A version was changed since.
    ChangedSince,
    /// It changed the rule of a policy, which the policy's page does.
    Rule,
}

/// A release in one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RolloutRow {
    /// The cluster.
    pub cluster: String,
    /// Where it has come to.
    pub state: RolloutState,
    /// One word for why it is stuck: `ImagePullBackOff`, `BuildFailed`, …; else empty.
    pub reason: String,
    /// The other side's words; else empty.
    pub words: String,
    /// Fetched, applied, rolled out, healthy.
    pub steps: Vec<TrailStep>,
    /// When Flux was asked to begin at once.
    pub requested_at: Option<Timestamp>,
    /// What came of asking, in English; empty while nothing came of it yet.
    pub request: String,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// Where a release has come to in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RolloutState {
    /// It goes on.
    Moving,
    /// It does not go on by itself.
    Stuck,
    /// The new version runs everywhere and is ready.
    Healthy,
    /// It was applied, and what runs cannot be seen.
    Unseen,
    /// A later release took its place.
    Overtaken,
}

/// One step of a trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrailStep {
    /// Which.
    pub step: TrailKind,
    /// How it is.
    pub state: TrailState,
    /// When it was reached.
    pub at: Option<Timestamp>,
    /// More about it in English, such as the commit; perhaps empty.
    pub words: String,
    /// The commit that it is about, in full.
    pub commit: Option<String>,
}

/// The steps of a trail, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrailKind {
    /// The edits were made.
    Planned,
    /// The remote has the commit.
    Pushed,
    /// Flux fetched it.
    Fetched,
    /// Flux applied it.
    Applied,
    /// The workloads were replaced.
    RolledOut,
    /// They are healthy.
    Healthy,
}

/// How a step of a trail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrailState {
    /// Done.
    Done,
    /// Under way.
    Working,
    /// Not yet.
    Waiting,
    /// Failed.
    Failed,
    /// It cannot be known, because no cluster is connected.
    Unknown,
}
