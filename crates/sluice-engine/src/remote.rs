//! Git remotes: their mirrors, one operation at a time each, off the async threads.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sluice_git::{Cancel, CommitId, Fetched, GitAccess, GitError, Mirror, Push, PushKind, Refs, RemoteUrl};
use tokio::sync::Semaphore;

use crate::{Engine, EngineError};

/// How long an operation takes one of the few turns. Whatever lasts longer waits for its remote and not for this
/// machine, and gives the turn to the next one, so that remotes that are silent don't hold up those that answer.
const TURN: Duration = Duration::from_secs(3);
/// Operations that are under way over all remotes, slow ones included. Each has a thread and a connection.
const MOST: usize = 32;

/// One gate a remote.
type Gates = Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>;

/// All remotes that are in use.
#[derive(Debug)]
pub(crate) struct Remotes {
    folder: PathBuf,
    turns: Semaphore,
    all: Semaphore,
    gates: Gates,
    /// Who asks a remote and reads what it has, one after the other.
    reading: Gates,
    cancel: Mutex<Cancel>,
}

impl Remotes {
    pub(crate) fn new(folder: PathBuf, at_once: usize) -> Self {
        let (turns, all) = (Semaphore::new(at_once), Semaphore::new(MOST));
        Self { folder, turns, all, gates: Mutex::default(), reading: Mutex::default(), cancel: Mutex::default() }
    }

    /// Calls off whatever is under way with any remote. What begins later is not concerned.
    pub(crate) fn cancel_all(&self) {
        let mut cancel = self.cancel.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *cancel).cancel();
    }

    fn cancel(&self) -> Cancel {
        self.cancel.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// To be held from before a remote is asked until what it has was read.
    pub(crate) fn reading(&self, url: &RemoteUrl) -> Arc<tokio::sync::Mutex<()>> {
        gate(&self.reading, url)
    }

    /// Runs work on a mirror on a blocking thread, without asking the remote anything.
    pub(crate) async fn offline<R: Send + 'static>(
        &self,
        url: &RemoteUrl,
        work: impl FnOnce(&Mirror) -> Result<R, GitError> + Send + 'static,
    ) -> Result<R, EngineError> {
        let (folder, remote) = (self.folder.clone(), url.clone());
        let done = tokio::task::spawn_blocking(move || work(&Mirror::open(&folder, &remote)?)).await;
        done.map_err(|_| EngineError::Stopped)?.map_err(|cause| EngineError::git(url, cause))
    }

    /// Runs work that talks to the remote: one at a time for a remote, a bounded number over all.
    async fn online<R: Send + 'static>(
        &self,
        url: &RemoteUrl,
        work: impl FnOnce(&Mirror, &Cancel) -> Result<R, GitError> + Send + 'static,
    ) -> Result<R, EngineError> {
        // What waits for its turn is called off with the rest.
        let cancel = self.cancel();
        let gate = gate(&self.gates, url);
        let _alone = gate.lock().await;
        let _place = self.all.acquire().await.map_err(|_| EngineError::Stopped)?;
        let turn = self.turns.acquire().await.map_err(|_| EngineError::Stopped)?;
        if cancel.is_cancelled() {
            return Err(EngineError::Stopped);
        }
        let (folder, remote) = (self.folder.clone(), url.clone());
        let mut working = tokio::task::spawn_blocking(move || work(&Mirror::open(&folder, &remote)?, &cancel));
        let done = match tokio::time::timeout(TURN, &mut working).await {
            Ok(done) => done,
            Err(_) => {
                drop(turn);
                working.await
            }
        };
        match done.map_err(|_| EngineError::Stopped)? {
            Ok(done) => Ok(done),
            Err(GitError::Cancelled { .. }) => Err(EngineError::Stopped),
            Err(cause) => Err(EngineError::git(url, cause)),
        }
    }
}

fn gate(gates: &Gates, url: &RemoteUrl) -> Arc<tokio::sync::Mutex<()>> {
    let mut gates = gates.lock().unwrap_or_else(PoisonError::into_inner);
    gates.entry(url.to_string()).or_default().clone()
}

impl Engine {
    /// Asks a remote for its references and fetches what is new. The outcome is remembered as its heartbeat.
    pub(crate) async fn fetch(&self, url: &RemoteUrl, access: GitAccess) -> Result<Fetched, EngineError> {
        let outcome = self.shared.remotes.online(url, move |mirror, cancel| mirror.fetch(&access, cancel)).await;
        self.heard(&git_subject(url), outcome.as_ref().err()).await?;
        self.forget_refused(outcome.as_ref().err());
        outcome
    }

    /// Sends a commit.
    pub(crate) async fn push(&self, url: &RemoteUrl, access: GitAccess, push: PushOrder) -> Result<(), EngineError> {
        let send = move |mirror: &Mirror, cancel: &Cancel| {
            let options: Vec<String> = push.options.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let push = Push {
                reference: &push.reference,
                commit: push.commit,
                expected: push.expected,
                kind: push.kind,
                further: push.refspec.as_deref(),
                options: &options,
            };
            mirror.push(&push, &access, cancel)
        };
        let outcome = self.shared.remotes.online(url, send).await;
        self.forget_refused(outcome.as_ref().err());
        outcome
    }

    /// What a remote refused is asked for anew the next time: tokens of apps, and what credential helpers answered.
    fn forget_refused(&self, error: Option<&EngineError>) {
        let Some(EngineError::Git { cause, .. }) = error else { return };
        if matches!(**cause, GitError::CredentialsRefused { .. }) {
            self.shared.app_tokens.forget_all();
            self.shared.machine.forget_answers();
        }
    }

    /// The references as they were known last.
    pub(crate) async fn known_refs(&self, url: &RemoteUrl) -> Result<Refs, EngineError> {
        self.shared.remotes.offline(url, Mirror::refs).await
    }

    /// Whether a commit is another one or behind it, as far as is known.
    pub(crate) async fn is_ancestor(
        &self,
        url: &RemoteUrl,
        ancestor: CommitId,
        of: CommitId,
    ) -> Result<bool, EngineError> {
        self.shared.remotes.offline(url, move |mirror| mirror.is_ancestor(ancestor, of)).await
    }

    /// Remembers what a remote said, and tells when that is news.
    pub(crate) async fn heard(&self, subject: &str, failure: Option<&EngineError>) -> Result<(), EngineError> {
        if matches!(failure, Some(EngineError::Stopped)) {
            return Ok(());
        }
        let before = self.store().heartbeat(subject).await?;
        let words = failure.map(ToString::to_string);
        let beat = match &words {
            None => sluice_store::Beat::Success,
            Some(words) => sluice_store::Beat::Failure(words.clone()),
        };
        self.store().record_beat(subject, self.now(), beat, None).await?;
        let mut troubles = self.shared.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => troubles.remove(subject),
            Some(error) => troubles.insert(subject.to_owned(), error.code()),
        };
        drop(troubles);
        if before.is_none_or(|before| before.words != words) {
            self.tell(crate::Event::Heard { subject: subject.to_owned(), failure: words });
        }
        Ok(())
    }

    /// Notes what a registry said about its limits.
    pub(crate) fn note_limit(&self, host: &str, limit: sluice_registry::RateLimit) {
        let mut limits = self.shared.limits.lock().unwrap_or_else(PoisonError::into_inner);
        limits.insert(host.to_owned(), (limit, self.now()));
    }

    /// What a registry said last in this process about how often it may be asked, and when.
    pub fn registry_limit(&self, host: &str) -> Option<(sluice_registry::RateLimit, jiff::Timestamp)> {
        self.shared.limits.lock().unwrap_or_else(PoisonError::into_inner).get(host).copied()
    }

    /// The tries of every remote since a moment, by subject and half hour. Two days are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tries(&self, since: jiff::Timestamp) -> Result<Vec<sluice_store::Tries>, EngineError> {
        Ok(self.store().tries(since).await?)
    }

    /// Whether a remote failed when it was asked last in this process.
    pub fn has_troubles(&self) -> bool {
        !self.shared.troubles.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The code of what a remote said last in this process; nothing after a success or when it was not asked yet.
    pub fn last_trouble(&self, subject: &str) -> Option<&'static str> {
        self.shared.troubles.lock().unwrap_or_else(PoisonError::into_inner).get(subject).copied()
    }
}

/// What is sent, on which condition.
pub(crate) struct PushOrder {
    pub(crate) commit: CommitId,
    pub(crate) reference: String,
    pub(crate) expected: Option<CommitId>,
    pub(crate) kind: PushKind,
    pub(crate) refspec: Option<String>,
    pub(crate) options: BTreeMap<String, String>,
}

/// The subject of a remote's heartbeat.
pub(crate) fn git_subject(url: &RemoteUrl) -> String {
    format!("git {url}")
}
