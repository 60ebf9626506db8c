//! Words that many screens share: which object, which place, which step, how much it matters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which object of which source. A policy, an automation or an image repository is named by it everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRef {
    /// The source that declares it: the id of a Git remote, such as `fleet`.
    pub source: String,
    /// Its `metadata.namespace`.
    pub namespace: String,
    /// Its `metadata.name`.
    pub name: String,
}

/// A place in a repository's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FilePlace {
    /// The source whose repository holds the file.
    pub source: String,
    /// Path from the repository's root, with `/`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The first part of a version that differs, as the badge beside a candidate says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The tag stays and points to another digest.
    Digest,
    /// Only the pre-release differs.
    Prerelease,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number: the one step that is shown as a risk.
    Major,
}

/// A version as it stands in Git or would stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageVersion {
    /// The tag; nothing where only a digest stands.
    pub tag: Option<String>,
    /// The digest, `sha256:…`; nothing where only a tag stands.
    pub digest: Option<String>,
}

/// From which version to which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VersionMove {
    /// What stands in Git now; nothing where nothing readable stands there.
    pub from: Option<ImageVersion>,
    /// What would stand there, or stands there since.
    pub to: ImageVersion,
    /// How far apart they are; nothing where the tags are no versions.
    pub step: Option<Step>,
    /// The new version ranks below the old one under the policy.
    pub is_downgrade: bool,
}

/// How much an automation may do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// Never writes.
    Observe,
    /// Plans and waits for a person.
    Review,
    /// Releases by itself within its interval and windows.
    Auto,
}

/// What a person says about gates that a person can open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Approval {
    /// Yes, when cool-down and windows allow it.
    Given,
    /// Yes, now, whatever the cool-down and the windows say.
    Urgent,
}

/// How something is, as a glyph and a word say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Health {
    /// It did what it should at the last try.
    Fine,
    /// It is being tried for the first time, or again.
    Working,
    /// It has not succeeded for two intervals, or something about it wants a look; it goes on with what is known.
    Attention,
    /// It fails and does not mend by itself.
    Broken,
    /// It was never tried.
    Untried,
}

/// Where in the window something is. Notifications, deep links and remedies lead to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "page", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Page {
    /// The inbox.
    Inbox,
    /// The matrix of apps over clusters.
    Apps,
    /// The table of images.
    Images,
    /// One policy.
    Policy {
        /// Which.
        policy: ObjectRef,
        /// The tag to point at.
        tag: Option<String>,
    },
    /// The review sheet for these policies.
    Review {
        /// Which.
        policies: Vec<ObjectRef>,
    },
    /// The list of releases.
    Releases,
    /// One release.
    Release {
        /// Its id.
        release: String,
    },
    /// The clusters.
    Clusters,
    /// One cluster.
    Cluster {
        /// Its name.
        cluster: String,
    },
    /// The list of sources and credentials.
    Sources,
    /// One Git remote.
    Source {
        /// Its id.
        source: String,
    },
    /// One registry.
    Registry {
        /// `host[:port]`.
        host: String,
    },
    /// The audit log.
    Activity,
    /// The settings.
    Settings,
}

/// What mends something: a sentence, and what a click on it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    /// One sentence: what to do.
    pub words: String,
    /// What a click does.
    pub action: RemedyAction,
}

/// What a click on a remedy does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RemedyAction {
    /// Nothing that Sluice can do: the words are for a person.
    Read,
    /// Show a page.
    Show {
        /// Which.
        page: Page,
    },
    /// Ask for a credential.
    SignIn {
        /// What it is for.
        kind: super::credential::CredentialKind,
        /// `host[:port][/path]`.
        target: String,
    },
    /// Give the deploy key of a repository the right to write (`registerKey`), on the source's panel.
    RegisterKey {
        /// The Git remote.
        source: String,
    },
    /// Allow writing to a repository (`allowWriting`).
    AllowWriting {
        /// The Git remote.
        source: String,
    },
    /// Let an automation do more (`setMode`).
    SetMode {
        /// Which automation.
        automation: ObjectRef,
    },
    /// End a person's pause of an automation (`resumeAutomation`).
    ResumeAutomation {
        /// Which automation.
        automation: ObjectRef,
    },
    /// End the pause of everything (`resumeAll`).
    ResumeAll,
    /// Lift the hold (`liftHold`).
    LiftHold {
        /// The policy that is held.
        policy: ObjectRef,
    },
    /// Try again now (`checkNow`).
    CheckNow {
        /// What.
        scope: CheckScope,
    },
    /// Unlock the keychain (`unlockKeychain`).
    UnlockKeychain,
    /// Take the writing over from a cluster: a proposal (`propose`).
    TakeOver {
        /// Which automation.
        automation: ObjectRef,
    },
}

/// What is looked at by "check now".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CheckScope {
    /// Every remote and every image.
    All,
    /// One repository and the images it names.
    Source {
        /// Which.
        source: String,
    },
    /// The image of one policy.
    Policy {
        /// Which.
        policy: ObjectRef,
    },
    /// Every image of one registry.
    Registry {
        /// `host[:port]`.
        host: String,
    },
}

/// Nothing is asked for or answered. In JSON it is `{}`, and `null` is read as it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
pub struct Nothing {}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Whatever is sent along is not looked at, as serde does with fields it does not know.
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self {})
    }
}

/// A policy is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRequest {
    /// Which.
    pub policy: ObjectRef,
}

/// A Git remote is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourceRequest {
    /// Its id.
    pub source: String,
}

/// A pause: until a moment, or until it is ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// When it ends by itself; nothing when a person ends it.
    pub until: Option<Timestamp>,
}
