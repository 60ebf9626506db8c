//! Sources: Git remotes and registries, how each is, and adding one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{Health, Mode, ObjectRef, Pause, Remedy};
use super::credential::{CredentialOrigin, DeployKey, HostKey};
use super::diagnosis::Diagnosis;
use super::error::WireError;
use super::images::{ImageState, LookedThrough};

/// Every source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Sources {
    /// Git remotes, by name.
    pub git: Vec<GitSource>,
    /// Registries, by host.
    pub registries: Vec<Registry>,
    /// Those that need a person.
    pub need_you: u32,
}

/// How a remote is, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// How it is.
    pub health: Health,
    /// It does not mend by itself, or it fails and has had no success for two of its intervals.
    pub needs_you: bool,
    /// The last try.
    pub last_attempt: Option<Timestamp>,
    /// The last success.
    pub last_success: Option<Timestamp>,
    /// The next try.
    pub next_try: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: u32,
    /// The remote's own last words without secrets; nothing after a success.
    pub words: Option<String>,
    /// What happened, as a code and a sentence; nothing after a success.
    pub problem: Option<WireError>,
    /// What mends it.
    pub remedy: Option<Remedy>,
    /// Tries of the last 24 hours in equal parts, oldest first.
    pub beats: Vec<Beat>,
}

/// The tries in one part of the last day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Beat {
    /// Tries that succeeded.
    pub fine: u32,
    /// Tries that failed.
    pub failed: u32,
}

/// A Git remote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GitSource {
    /// Its id, a short name such as `fleet`.
    pub source: String,
    /// Its address without credentials, or a folder's path.
    pub address: String,
    /// Further addresses that a person said it is known by.
    pub known_as: Vec<String>,
    /// The branch that is read.
    pub branch: String,
    /// The newest commit that was read, in full.
    pub commit: Option<String>,
    /// Sluice may write to it.
    pub may_write: bool,
    /// The freest mode of its automations.
    pub mode: Mode,
    /// It is the built-in demo.
    pub is_demo: bool,
    /// It is a folder of this machine.
    pub is_folder: bool,
    /// How it is.
    pub heartbeat: Heartbeat,
    /// What it is read with.
    pub origin: CredentialOrigin,
    /// Policies in it.
    pub policies: u32,
    /// Releases that wait for it.
    pub waiting: u32,
}

/// A registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// `host[:port]` as images name it; `docker.io` for Docker Hub.
    pub host: String,
    /// How it is.
    pub heartbeat: Heartbeat,
    /// What it is asked with.
    pub origin: CredentialOrigin,
    /// Image repositories in it.
    pub images: u32,
    /// Image repositories that wait for it.
    pub waiting: u32,
    /// What is left of its rate limit, where it says so.
    pub limit: Option<RateLimit>,
    /// It is asked without TLS.
    pub is_insecure: bool,
}

/// A registry's rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// What may be asked in a span.
    pub limit: u32,
    /// What is left of it.
    pub remaining: u32,
    /// The span, in seconds.
    pub window: u32,
    /// When that was said.
    pub at: Timestamp,
}

/// A remote of either kind is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Remote {
    /// A Git remote.
    Git {
        /// Its id.
        source: String,
    },
    /// A registry.
    Registry {
        /// `host[:port]`.
        host: String,
    },
}

/// Tests a remote now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestRequest {
    /// Which.
    pub remote: Remote,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// What was tried, in order, each with its outcome.
    pub steps: Vec<TestStep>,
    /// How long it took, in milliseconds.
    pub took: u32,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TestStep {
    /// What.
    pub step: TestKind,
    /// What was found, such as the branch's commit; perhaps empty.
    pub words: String,
    /// Why it failed.
    pub problem: Option<WireError>,
}

/// What can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TestKind {
    /// The remote answers.
    Reach,
    /// It takes the credential.
    SignIn,
    /// It lets us read.
    Read,
    /// It would let us write; nothing is written.
    Write,
}

/// A Git remote with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceDetail {
    /// What the list says of it.
    pub git: GitSource,
    /// What was found in it.
    pub found: Found,
    /// Its automations, by namespace and name.
    pub automations: Vec<Automation>,
    /// The key that Sluice uses for it, where it is one.
    pub key: Option<DeployKey>,
    /// The server's host key, for SSH.
    pub host_key: Option<HostKey>,
}

/// An automation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Automation {
    /// Which.
    pub automation: ObjectRef,
    /// The mode that counts.
    pub mode: Mode,
    /// The freest mode that the team's rule in Git allows; nothing when there is no rule.
    pub most: Option<Mode>,
    /// It is suspended in Git.
    pub is_suspended: bool,
    /// A person paused it.
    pub paused: Option<Pause>,
    /// The branch that is pushed.
    pub branch: String,
    /// The path that is updated.
    pub path: String,
    /// Seconds between runs.
    pub interval: u32,
    /// Policies that its markers name.
    pub policies: u32,
    /// The last run.
    pub last_run: Option<Timestamp>,
    /// What came of it.
    pub outcome: Option<String>,
    /// The next run.
    pub next_run: Option<Timestamp>,
    /// Who else writes it: Sluice then only observes.
    pub writer: Option<super::cluster::WriterInCluster>,
}

/// Sets how much an automation may do. The team's rule in Git can only be made stricter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModeRequest {
    /// Which.
    pub automation: ObjectRef,
    /// The mode.
    pub mode: Mode,
}

/// An automation is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AutomationId {
    /// Which.
    pub automation: ObjectRef,
}

/// Pauses an automation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PauseAutomationRequest {
    /// Which.
    pub automation: ObjectRef,
    /// For how long.
    pub span: super::shell::PauseSpan,
}

/// Adds a Git remote, read-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct AddSourceRequest {
    /// A Git address (https, ssh, `git@host:path`) or a folder's path.
    pub address: String,
    /// Its short name; absent takes the last part of the address.
    pub name: Option<String>,
    /// The branch to read; absent takes the remote's own.
    pub branch: Option<String>,
}

/// A source was added and is being read. Events tell how it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceAdded {
    /// Its id.
    pub source: String,
}

/// What was found in a source so far: the page that fills while it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The source.
    pub source: String,
    /// Its address without credentials.
    pub address: String,
    /// How far reading is.
    pub stage: ReadingStage,
    /// What was looked through.
    pub looked_through: LookedThrough,
    /// How many of what.
    pub counts: FoundCounts,
    /// What is wrong, the worst first.
    pub problems: Vec<Diagnosis>,
    /// The policies with what each would choose, by namespace and name.
    pub images: Vec<FoundImage>,
    /// Remotes that want a credential that is not there.
    pub missing: Vec<MissingCredential>,
    /// Sluice may write to it.
    pub may_write: bool,
    /// Why it could not be read.
    pub problem: Option<WireError>,
    /// What mends that.
    pub remedy: Option<Remedy>,
}

/// How far reading a source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "stage", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ReadingStage {
    /// The remote is asked.
    Connecting,
    /// Objects come in.
    Fetching {
        /// Objects received.
        received: u32,
        /// Objects in all; 0 until it is known.
        total: u32,
        /// Bytes received.
        bytes: u64,
    },
    /// Files are read.
    Reading {
        /// Files read.
        done: u32,
        /// Files in all.
        total: u32,
    },
    /// Registries are asked for tags.
    Scanning {
        /// Image repositories answered.
        done: u32,
        /// Image repositories in all.
        total: u32,
    },
    /// Everything is known.
    Done,
    /// It failed: see `problem`.
    Failed,
}

/// How many of what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundCounts {
    /// ImageRepositories.
    pub image_repositories: u32,
    /// ImagePolicies.
    pub image_policies: u32,
    /// ImageUpdateAutomations.
    pub automations: u32,
    /// GitRepositories.
    pub git_repositories: u32,
    /// Kustomizations.
    pub kustomizations: u32,
    /// Markers.
    pub markers: u32,
    /// Files with markers.
    pub marked_files: u32,
    /// Problems.
    pub problems: u32,
    /// Of those, errors.
    pub errors: u32,
}

/// A policy that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundImage {
    /// The policy.
    pub policy: ObjectRef,
    /// The image without tag.
    pub image: Option<String>,
    /// What stands in Git.
    pub in_git: Option<super::common::ImageVersion>,
    /// What would be written; nothing when it stands there, or is not known.
    pub candidate: Option<super::common::VersionMove>,
    /// How it is.
    pub state: ImageState,
    /// Why its tags are not known, in the registry's words.
    pub problem: Option<WireError>,
}

/// A remote that wants a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MissingCredential {
    /// What for.
    pub kind: super::credential::CredentialKind,
    /// `host[:port][/path]`.
    pub target: String,
    /// The remote's own words.
    pub words: String,
}

/// Says by which further addresses a repository is known, in place of those that were said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KnownAsRequest {
    /// The source.
    pub source: String,
    /// The addresses; one with a password is refused.
    pub addresses: Vec<String>,
}

/// Allows or forbids writing to a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WritingRequest {
    /// The Git remote.
    pub source: String,
    /// Allowed: its automations go to `review`, unless the team's rule is stricter.
    pub allowed: bool,
}
