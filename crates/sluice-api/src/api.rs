//! The application behind the list: one handle that answers commands and tells events.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use sluice_engine::Engine;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, broadcast};

use crate::board::Board;
use crate::check::Checks;
use crate::command::{COMMANDS, CommandKind, dispatch};
use crate::host::Host;
use crate::proposal::Proposals;
use crate::review::Sheets;
use crate::stuck::Told;
use crate::view::error::WireError;
use crate::view::event::Event;
use crate::view::release::Starter;

/// Events that a listener may lag behind before it loses the oldest.
const BACKLOG: usize = 1024;

/// Answers every command of the list. A cheap handle; clones are the same application.
#[derive(Clone)]
pub struct Api {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) host: Arc<dyn Host>,
    /// The person in front of the machine, by login name.
    pub(crate) who: String,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) checks: Checks,
    pub(crate) sheets: Mutex<Sheets>,
    pub(crate) proposals: Mutex<Proposals>,
    pub(crate) board: Mutex<Option<(u64, Arc<Board>)>>,
    /// Grows with everything that may make the board another one.
    pub(crate) generation: AtomicU64,
    pub(crate) was_start_page_given: AtomicBool,
    /// Rings when something was put off.
    pub(crate) snoozed: Arc<Notify>,
    /// What was told of releases that are stuck in a cluster.
    pub(crate) stuck: Told,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("engine", &self.inner.engine).field("who", &self.inner.who).finish_non_exhaustive()
    }
}

impl Api {
    /// The application over an engine, for the person `who` (a login name). It listens to the engine until the last
    /// clone is dropped; whoever wants the agent runs [`Engine::run`] beside it.
    ///
    /// To be called inside of a tokio runtime.
    pub fn new(engine: Engine, host: Arc<dyn Host>, who: impl Into<String>) -> Self {
        let inner = Arc::new(Inner {
            engine,
            host,
            who: who.into(),
            events: broadcast::channel(BACKLOG).0,
            checks: Checks::default(),
            sheets: Mutex::default(),
            proposals: Mutex::default(),
            board: Mutex::default(),
            generation: AtomicU64::default(),
            was_start_page_given: AtomicBool::default(),
            snoozed: Arc::default(),
            stuck: Told::default(),
        });
        crate::pump::start(&inner);
        crate::alarm::start(&inner);
        Self { inner }
    }

    /// The engine below.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// Answers a command by its name, JSON in and out.
    ///
    /// # Errors
    /// When there is no such command, the request does not have its form, or it fails.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value, WireError> {
        let answer = dispatch(self, name, request).await;
        if COMMANDS.iter().any(|command| command.name == name && command.kind == CommandKind::Action) {
            self.inner.outdate();
        }
        answer
    }

    /// What is told from now on.
    pub fn events(&self) -> EventStream {
        EventStream(self.inner.events.subscribe())
    }

    /// Tells whoever listens; shells use it for pages that a deep link or the tray asks for.
    pub fn tell(&self, event: Event) {
        self.inner.tell(event);
    }
}

impl Inner {
    pub(crate) fn tell(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.events.send(event);
    }

    /// What is on the board may not hold any more.
    pub(crate) fn outdate(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    pub(crate) fn sheets(&self) -> std::sync::MutexGuard<'_, Sheets> {
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn proposals(&self) -> std::sync::MutexGuard<'_, Proposals> {
        self.proposals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who started something, seen from the person in front of the machine.
    pub(crate) fn starter(&self, name: &str) -> Starter {
        match name {
            name if name == self.who => Starter::You,
            "agent" | "recovery" => Starter::Agent,
            name => Starter::Person { name: name.to_owned() },
        }
    }
}

/// Events, one after the other.
#[derive(Debug)]
pub struct EventStream(broadcast::Receiver<Event>);

impl EventStream {
    /// The next event; [`Event::Missed`] where some were lost because nobody asked fast enough; nothing once the
    /// application is gone.
    pub async fn next(&mut self) -> Option<Event> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(_)) => Some(Event::Missed),
            Err(RecvError::Closed) => None,
        }
    }
}
