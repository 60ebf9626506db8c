//! What the engine tells whoever listens: the window, the tray, the terminal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use tokio::sync::broadcast;

/// Something that happened. Nothing has to be read from an event but which views are stale; what it carries is for
/// people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The settings changed.
    SettingsChanged,
    /// The agent of this process began or ended work, or its next work is due at another moment.
    AgentMoved,
    /// A source was read at another commit, or for the first time.
    SourceRead {
        /// The source.
        source: String,
        /// The commit.
        commit: String,
    },
    /// What was heard from a remote changed: it answered, or it did not.
    Heard {
        /// `git <address>`, `registry <host>` or `cluster <name>`.
        subject: String,
        /// Why it failed; nothing after a success.
        failure: Option<String>,
    },
    /// A scan found new tags or missed old ones.
    TagsChanged {
        /// The source.
        source: String,
        /// The image repository.
        repository: ObjectKey,
        /// New tags.
        added: Vec<String>,
        /// Tags that are gone.
        gone: Vec<String>,
    },
    /// A scan ended, whatever it found.
    Scanned {
        /// The source.
        source: String,
        /// The image repository.
        repository: ObjectKey,
    },
    /// A policy chooses another image, or fails, or works again.
    Decided {
        /// The source.
        source: String,
        /// The policy.
        policy: ObjectKey,
        /// What it chooses.
        chosen: Option<ImageRef>,
        /// What it chose before.
        before: Option<ImageRef>,
    },
    /// Something is ready and waits for a person.
    Ready {
        /// The source.
        source: String,
        /// The automation.
        automation: ObjectKey,
        /// `app 1.0.0 → 1.0.1`.
        summary: String,
    },
    /// A release moved on.
    Release {
        /// Its id.
        id: String,
        /// The source.
        source: String,
        /// The automation.
        automation: ObjectKey,
        /// `planned`, `pushing`, `pushed`, `failed`, `superseded`.
        state: String,
        /// More, for people.
        detail: String,
    },
    /// A release moved on in a cluster.
    Rollout {
        /// The release.
        id: String,
        /// The source.
        source: String,
        /// The automation.
        automation: ObjectKey,
        /// The cluster.
        cluster: String,
        /// `moving`, `healthy`, `stuck`, `unseen`, `not-followed`, `overtaken`.
        state: String,
        /// The stage that it is at: `fetched`, `applied`, `rolled-out`, `healthy`.
        stage: String,
        /// More, for people.
        detail: String,
    },
    /// What is known of a cluster changed: objects, workloads, pods, or how it is reached. Many changes are told once.
    ClusterChanged {
        /// The cluster.
        cluster: String,
    },
    /// An automation's run failed.
    AutomationFailed {
        /// The source.
        source: String,
        /// The automation.
        automation: ObjectKey,
        /// Why.
        words: String,
        /// When it is tried again.
        next_try: Option<Timestamp>,
    },
}

/// Listeners that lag lose the oldest events, never the engine's time.
const BACKLOG: usize = 1024;

/// Where events go.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Events {
    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Tells. Nobody listening is fine.
    pub(crate) fn tell(&self, event: Event) {
        tracing::debug!(?event, "event");
        let _ = self.0.send(event);
    }
}
