//! One operation on a remote: who asks, how long it may take, what went wrong.
//!
//! libgit2 calls our transports through C, which loses typed errors; so the operation keeps the first failure aside and
//! [`run`] brings it back. While the operation waits for the network, a watch thread looks at the time and at the
//! [`Cancel`] flag and ends the wait by shutting the operation's sockets down; a silent server cannot hold it.

use std::cell::RefCell;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::access::{GitAccess, TOTAL};
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::remote_url::RemoteUrl;
use crate::words::Redactor;

/// How often the watch looks.
const WATCH: Duration = Duration::from_millis(50);

/// The most bytes of a remote's progress messages that are kept.
const KEPT_WORDS: usize = 8 << 10;

/// How many of the first bytes of an answer are kept; the capabilities take a few hundred.
const FIRST: usize = 8 << 10;

/// One operation on a remote.
pub(crate) struct Operation {
    pub(crate) remote: RemoteUrl,
    pub(crate) access: GitAccess,
    pub(crate) cancel: Cancel,
    redactor: Redactor,
    started: Instant,
    is_over: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Since when the operation waits for the other side, and what for.
    waiting: Option<(Instant, &'static str)>,
    sockets: Vec<TcpStream>,
    failure: Option<GitError>,
    /// The remote's own words: progress on the side band, or standard error over SSH.
    words: Vec<u8>,
    /// The first bytes that the remote sent: the capabilities are in the first line.
    first: Vec<u8>,
}

thread_local! {
    /// The operation that this thread is in. libgit2 makes transports on the thread that asks for them.
    static CURRENT: RefCell<Option<Arc<Operation>>> = const { RefCell::new(None) };
}

/// Does `work` as an operation on the remote, under watch.
pub(crate) fn run<T>(
    remote: &RemoteUrl,
    access: &GitAccess,
    cancel: &Cancel,
    work: impl FnOnce(&Arc<Operation>) -> Result<T, GitError>,
) -> Result<T, GitError> {
    let operation = Arc::new(Operation {
        remote: remote.clone(),
        access: access.duplicate(),
        cancel: cancel.clone(),
        redactor: Redactor::of(access),
        started: Instant::now(),
        is_over: AtomicBool::new(false),
        state: Mutex::default(),
    });
    operation.go_on()?;
    let _current = Current::enter(operation.clone());
    let watch = std::thread::Builder::new().name("git-watch".to_owned()).spawn({
        let operation = operation.clone();
        move || operation.watch()
    });
    let watch = watch.map_err(|error| operation.unreachable(&error.to_string()))?;
    let outcome = work(&operation);
    operation.is_over.store(true, Ordering::Release);
    watch.thread().unpark();
    // It ends by itself within a blink and cannot panic.
    let _ = watch.join();
    match outcome {
        Ok(value) => Ok(value),
        // The failure that came first is the reason; what libgit2 made of it is not.
        Err(error) => Err(operation.lock().failure.take().unwrap_or(error)),
    }
}

/// The operation that this thread is in.
pub(crate) fn current() -> Option<Arc<Operation>> {
    CURRENT.with_borrow(Option::clone)
}

/// Makes an operation the thread's own until dropped.
struct Current;

impl Current {
    fn enter(operation: Arc<Operation>) -> Self {
        CURRENT.set(Some(operation));
        Self
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

impl Operation {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The remote's address, for messages.
    pub(crate) fn place(&self) -> String {
        self.remote.to_string()
    }

    /// Foreign words, fit to be shown.
    pub(crate) fn shown(&self, words: &str) -> String {
        self.redactor.words(words)
    }

    /// No connection.
    pub(crate) fn unreachable(&self, words: &str) -> GitError {
        GitError::Unreachable { remote: self.place(), words: self.shown(words) }
    }

    /// An answer that is not Git's.
    pub(crate) fn bad_answer(&self, words: &str) -> GitError {
        GitError::BadAnswer { remote: self.place(), words: self.shown(words) }
    }

    /// Something that the caller brought and that cannot be used.
    pub(crate) fn bad_access(&self, what: &'static str, words: &str) -> GitError {
        GitError::BadAccess { remote: self.place(), what, words: self.shown(words) }
    }

    /// Keeps the reason aside and gives an error for libgit2 to carry in its place. The first reason stays.
    pub(crate) fn fail(&self, error: GitError) -> io::Error {
        let mut state = self.lock();
        let said = error.to_string();
        state.failure.get_or_insert(error);
        io::Error::other(said)
    }

    /// Whether a reason was kept.
    pub(crate) fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    /// Nothing, or why the operation must end now.
    pub(crate) fn go_on(&self) -> Result<(), GitError> {
        if self.cancel.is_cancelled() {
            return Err(GitError::Cancelled { remote: self.place() });
        }
        let most = self.most();
        if self.started.elapsed() > most {
            return Err(GitError::TimedOut { remote: self.place(), after: most, doing: "the whole operation ran" });
        }
        Ok(())
    }

    fn most(&self) -> Duration {
        self.access.timeout.saturating_mul(TOTAL)
    }

    /// Keeps words that the remote said on the side; beyond a few thousand bytes the oldest are dropped.
    pub(crate) fn hear(&self, words: &[u8]) {
        let mut state = self.lock();
        state.words.extend_from_slice(&words[words.len().saturating_sub(KEPT_WORDS)..]);
        let excess = state.words.len().saturating_sub(KEPT_WORDS);
        state.words.drain(..excess);
    }

    /// Keeps the first bytes of the remote's answer, for [`Operation::is_offered`].
    pub(crate) fn note_first(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let room = FIRST.saturating_sub(state.first.len());
        state.first.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Whether the remote offered a capability (gitprotocol-capabilities(5)).
    pub(crate) fn is_offered(&self, capability: &str) -> bool {
        let first = String::from_utf8_lossy(&self.lock().first).into_owned();
        let capabilities = first.split_once('\0').map(|(_, rest)| rest.lines().next().unwrap_or_default());
        capabilities.unwrap_or_default().split(' ').any(|offered| offered == capability)
    }

    /// What the remote said on the side so far, unfit to be shown.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.lock().words).into_owned()
    }

    /// Puts a socket under watch.
    pub(crate) fn watch_socket(&self, socket: &TcpStream) -> io::Result<()> {
        let copy = socket.try_clone()?;
        self.lock().sockets.push(copy);
        Ok(())
    }

    /// Waits for the other side: `wait` blocks on a socket under watch.
    pub(crate) fn waiting<T>(&self, doing: &'static str, wait: impl FnOnce() -> T) -> T {
        self.lock().waiting = Some((Instant::now(), doing));
        let value = wait();
        self.lock().waiting = None;
        value
    }

    /// Runs beside the operation until it is over.
    fn watch(&self) {
        while !self.is_over.load(Ordering::Acquire) {
            if let Some(reason) = self.reason_to_end() {
                let mut state = self.lock();
                // Between the look and here the other side may have answered.
                if state.waiting.is_some() {
                    state.failure.get_or_insert(reason);
                    for socket in state.sockets.drain(..) {
                        // Fails where the other side hung up already.
                        let _ = socket.shutdown(Shutdown::Both);
                    }
                }
            }
            std::thread::park_timeout(WATCH);
        }
    }

    fn reason_to_end(&self) -> Option<GitError> {
        let (since, doing) = self.lock().waiting?;
        if let Err(reason) = self.go_on() {
            return Some(reason);
        }
        let after = self.access.timeout;
        (since.elapsed() > after).then(|| GitError::TimedOut { remote: self.place(), after, doing })
    }
}
