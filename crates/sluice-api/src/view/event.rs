//! Events: what the application tells the UI without being asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{ObjectRef, Page};
use super::release::{ReleaseState, TrailKind};
use super::source::ReadingStage;

/// What answers are made of and what actions spoil. A command says which tags it reads or spoils; an event says which
/// have gone stale. The UI asks again for what it shows and nothing polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CacheTag {
    /// Counters, foot and tray.
    Shell,
    /// What waits.
    Inbox,
    /// The table's rows.
    Images,
    /// A policy: rule, markers, choice, gates, history.
    Policy,
    /// The tags of an image.
    Tags,
    /// Open review sheets: a branch moved, or a choice changed.
    Review,
    /// Releases.
    Releases,
    /// Remotes, automations and what was found.
    Sources,
    /// Credentials and keys.
    Credentials,
    /// Diagnoses.
    Diagnoses,
    /// The audit log.
    Activity,
    /// Settings.
    Settings,
    /// Saved views of the table.
    SavedViews,
    /// Clusters, and what runs in them.
    Clusters,
    /// Open proposals: one goes on, or is done.
    Proposals,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// Answers have gone stale.
    Stale {
        /// Those that read one of these tags …
        tags: Vec<CacheTag>,
        /// … and, where this is given, of requests that name a policy only those that name this one.
        policy: Option<ObjectRef>,
        /// The same for requests that name a source.
        source: Option<String>,
    },
    /// The agent moved: it began or ended work, or looks at something at another moment. It is told whole, so that nothing
    /// has to be asked for a clock that runs all the time.
    Agent {
        /// How it is now: the same as in the answer for the rail.
        agent: super::shell::Agent,
    },
    /// A look that a person asked for goes on.
    Checking {
        /// Remotes and images answered.
        done: u32,
        /// Remotes and images in all, as far as is known: a commit may bring more.
        total: u32,
        /// It is over, or was called off.
        is_done: bool,
    },
    /// An image's tags come in.
    Scanning {
        /// A policy of the image.
        policy: ObjectRef,
        /// Tags so far.
        tags: u32,
        /// No more come.
        is_done: bool,
    },
    /// A source is being read.
    Reading {
        /// Which.
        source: String,
        /// How far it is.
        stage: ReadingStage,
    },
    /// A release moved.
    Release {
        /// Its id.
        release: String,
        /// How it is.
        state: ReleaseState,
        /// The step that was reached.
        step: TrailKind,
        /// More about it, such as the commit; perhaps empty.
        words: String,
        /// When.
        at: Timestamp,
    },
    /// A program that a proposal runs said something.
    Output {
        /// The proposal.
        proposal: String,
        /// The line, without secrets.
        line: String,
    },
    /// Something to tell a person.
    Notification {
        /// What.
        notification: Notification,
    },
    /// Show a page: a notification, a deep link or the tray asked for it.
    Show {
        /// Which.
        page: Page,
    },
    /// Events were lost because the UI did not listen fast enough: everything may be stale.
    Missed,
}

/// Something to tell a person, in the window and, where it is hidden, by the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Its id; a later one with the same id takes its place.
    pub id: String,
    /// Its kind: the switch that it obeys.
    pub kind: NotificationKind,
    /// What it is about: policies' or sources' names, the first few.
    pub subjects: Vec<String>,
    /// How many it stands for.
    pub count: u32,
    /// English title.
    pub title: String,
    /// English text; perhaps empty.
    pub body: String,
    /// Where a click leads.
    pub page: Page,
    /// The policies that can be put off.
    pub policies: Vec<ObjectRef>,
    /// When.
    pub at: Timestamp,
}

/// The kinds of notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NotificationKind {
    /// A new version is ready.
    Ready,
    /// Something was released.
    Released,
    /// A release failed.
    Failed,
    /// A release is in Git and does not get on in a cluster. It obeys the switch of those that failed.
    Stuck,
    /// A source needs a person.
    Source,
}
