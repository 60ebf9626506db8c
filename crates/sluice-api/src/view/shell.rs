//! What stands around every page: the rail's counters, its foot, the tray.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{CheckScope, Page, Pause};

/// The rail, its foot and the tray, in one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Shell {
    /// The counters in the rail.
    pub counters: Counters,
    /// How the sources are.
    pub sources: SourcesSummary,
    /// The agent's clock.
    pub agent: Agent,
    /// Whether the network is there.
    pub network: Network,
    /// Whether secrets can be read.
    pub keychain: Keychain,
    /// What the tray shows.
    pub tray: Tray,
    /// Nothing was ever added: show the onboarding.
    pub is_empty: bool,
    /// The built-in demo is running.
    pub is_demo: bool,
}

/// The counters in the rail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    /// Versions that want a decision, and releases that are stuck in a cluster.
    pub inbox: u32,
    /// Of those, the ones that only wait for a click.
    pub ready: u32,
    /// Policies.
    pub images: u32,
    /// Releases under way.
    pub releases: u32,
    /// Releases that failed or are stuck and nobody has looked after.
    pub releases_failed: u32,
    /// Sources that need a person.
    pub sources_attention: u32,
}

/// How all sources together are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SourcesSummary {
    /// Git remotes and registries.
    pub total: u32,
    /// Those that need a person.
    pub need_you: u32,
    /// The worst that is said of any of them.
    pub health: super::common::Health,
    /// When anything was last checked with success.
    pub checked_at: Option<Timestamp>,
}

/// The agent: what runs in the background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    /// It runs in this process; otherwise another process of this user does the work.
    pub is_here: bool,
    /// The process that does the work, where it is another one.
    pub elsewhere: Option<String>,
    /// Everything is paused; nothing while it is not.
    pub paused: Option<Pause>,
    /// When something is next looked at; nothing while nobody works or there is nothing to look at.
    pub next_check_at: Option<Timestamp>,
    /// What is being done now.
    pub working: Option<Working>,
}

/// Work under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Working {
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
}

/// Whether the network is there, as far as the last tries tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Network {
    /// At least one remote answered at the last try.
    Online,
    /// No remote can be reached.
    Offline {
        /// Since when.
        since: Timestamp,
        /// When it is tried again.
        next_try_at: Option<Timestamp>,
        /// Releases that wait for the network.
        queued: u32,
    },
}

/// Where secrets are kept: the keychain of the operating system, or an encrypted file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Keychain {
    /// It can be read.
    Open {
        /// The encrypted file that a person chose; nothing for the operating system's keychain.
        file: Option<String>,
    },
    /// It is locked.
    Locked {
        /// Sources that wait for it.
        waiting: u32,
        /// The encrypted file that a person chose; nothing for the operating system's keychain.
        file: Option<String>,
    },
    /// There is none.
    Missing {
        /// What is missing and what to do.
        words: String,
        /// The encrypted file that a person chose; nothing for the operating system's keychain.
        file: Option<String>,
    },
}

/// What the tray shows: the icon and the first lines of its menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Tray {
    /// The icon.
    pub state: TrayState,
    /// The number on the icon; 0 shows none.
    pub count: u32,
    /// The last release, for the menu.
    pub last_release: Option<TrayRelease>,
}

/// The icons of the tray, as the drawings are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrayState {
    /// Nothing waits.
    Idle,
    /// Versions are ready to be released.
    Ready,
    /// A scan or a release is under way.
    Working,
    /// A source needs a person.
    Attention,
    /// Everything is paused.
    Paused,
    /// A release failed or is stuck.
    Stuck,
}

/// A release in the tray's menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrayRelease {
    /// Its id.
    pub release: String,
    /// What it is called: `storefront 2026.11.2`, or `3 images`.
    pub title: String,
    /// When it last moved.
    pub at: Timestamp,
    /// How it is.
    pub state: super::release::ReleaseState,
}

/// Pauses everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PauseRequest {
    /// For how long.
    pub span: PauseSpan,
}

/// For how long something is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "for", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PauseSpan {
    /// For a while.
    Seconds {
        /// How long.
        seconds: u32,
    },
    /// Until the next morning: 08:00 of tomorrow in this machine's time zone.
    UntilTomorrow,
    /// Until a moment.
    Until {
        /// When.
        until: Timestamp,
    },
    /// Until a person ends it.
    Open,
}

/// Asks for a look now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckRequest {
    /// What is looked at.
    pub scope: CheckScope,
}

/// A look began. Events tell how it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckStarted {
    /// Remotes and images that are asked; 0 when all of them are being asked already.
    pub asked: u32,
}

/// Opens an address in the person's browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenLinkRequest {
    /// The address; only https is opened.
    pub url: String,
}

/// A folder that a person picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PickedFolder {
    /// Its path; nothing when the person changed their mind.
    pub path: Option<String>,
}

/// The page to begin with, once: where a deep link, a notification or the last session points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartPage {
    /// The page; nothing leaves the choice to the UI.
    pub page: Option<Page>,
}
