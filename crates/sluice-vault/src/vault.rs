//! The handle on a keychain, for asynchronous callers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sluice_core::Secret;
use tokio::sync::{mpsc, oneshot};

use crate::envelope::{self, LARGEST};
use crate::keychain::{
    AskedFileKeychain, ClosedFileKeychain, FileKeychain, Keychain, KeychainError, MemoryKeychain, OsKeychain,
    PassphrasePrompt, WaysOut, parts,
};
use crate::{ItemName, KeychainState, Login, VaultError};

/// Keeps logins in a keychain. Cloning it is cheap, and all clones speak to the same keychain.
///
/// A keychain's calls block, some until a person answers a dialog. They are made one after the other on a thread of
/// their own, and each caller waits only so long; while a question stays open, others hear so at once.
#[derive(Clone)]
pub struct Vault {
    jobs: mpsc::Sender<Job>,
    at_work: Arc<AtWork>,
    name: Arc<str>,
    ways_out: WaysOut,
    patience: Patience,
}

type Job = Box<dyn FnOnce(&mut dyn Keychain) + Send>;

/// Since when the thread has been at its present job.
#[derive(Default)]
struct AtWork(Mutex<Option<Instant>>);

/// How long callers wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For an answer that needs no person.
    pub answer: Duration,
    /// For an answer that a person may have to unlock the keychain for.
    pub person: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(15), person: Duration::from_secs(120) }
    }
}

/// How many callers may wait for the thread before further ones wait to be let in.
const QUEUE: usize = 64;

impl Vault {
    /// The operating system's keychain. Nothing is opened before it is needed.
    pub fn os() -> Self {
        Self::over(OsKeychain::new(), Patience::default())
    }

    /// The vault in an encrypted file, which is made when it is not there. A person has to have chosen it.
    ///
    /// # Errors
    /// When the passphrase is not the file's, or the file cannot be read or made.
    pub async fn file(path: impl Into<PathBuf>, passphrase: Secret) -> Result<Self, VaultError> {
        let path = path.into();
        let shown = path.display().to_string();
        let opened = tokio::task::spawn_blocking(move || FileKeychain::open(path, &passphrase)).await;
        let ended = |_| VaultError::File { path: shown, entry: None, words: "opening it broke off".to_owned() };
        Ok(Self::over(opened.map_err(ended)??, Patience::default()))
    }

    /// The vault in an encrypted file whose passphrase was not given yet: every call answers that it is locked.
    pub fn closed_file(path: impl Into<PathBuf>) -> Self {
        Self::over(ClosedFileKeychain::new(path), Patience::default())
    }

    /// The vault in an encrypted file whose passphrase a person is asked for when something in it is needed first.
    pub fn asked_file(path: impl Into<PathBuf>, prompt: PassphrasePrompt) -> Self {
        let person = Duration::from_secs(600);
        Self::over(AskedFileKeychain::new(path, prompt), Patience { answer: person, person })
    }

    /// A keychain that ends with the process, for tests and demonstrations.
    pub fn in_memory() -> Self {
        Self::over(MemoryKeychain::new(), Patience::default())
    }

    /// A keychain of the caller's choice.
    pub fn over(keychain: impl Keychain + 'static, patience: Patience) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>(QUEUE);
        let at_work = Arc::new(AtWork::default());
        let (name, ways_out) = (keychain.name().into(), keychain.ways_out());
        let seen = at_work.clone();
        let thread = std::thread::Builder::new().name("sluice-keychain".into());
        // Without a thread the channel closes, and every call answers that the keychain is missing.
        if let Err(error) = thread.spawn(move || work(keychain, waiting, &seen)) {
            tracing::error!(%error, "the keychain's thread does not start");
        }
        Self { jobs, at_work, name, ways_out, patience }
    }

    /// What the keychain is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the keychain can be used. Never asks a person.
    pub async fn state(&self) -> KeychainState {
        let missing = |words| KeychainState::Missing { words, way_out: self.ways_out.missing.to_owned() };
        match self.ask(self.patience.answer, |keychain| keychain.probe()).await {
            Ok(()) => KeychainState::Ready,
            // What does not answer waits for a person.
            Err(Trouble::Locked | Trouble::NoAnswer(_)) => {
                KeychainState::Locked { way_out: self.ways_out.locked.to_owned() }
            }
            Err(Trouble::Missing(words) | Trouble::Refused(words)) => missing(words),
            Err(Trouble::Damaged(why)) => missing(why.to_owned()),
        }
    }

    /// Opens the keychain, by asking the person where that is needed.
    ///
    /// # Errors
    /// When it stays locked or is not there.
    pub async fn unlock(&self) -> Result<(), VaultError> {
        let done = self.ask(self.patience.person, |keychain| keychain.unlock()).await;
        done.map_err(|trouble| self.error(trouble, None))
    }

    /// Keeps a login, in place of what had that name. The person may be asked to unlock the keychain.
    ///
    /// # Errors
    /// When the keychain is locked, missing, slow or refuses, or the login is larger than any credential is.
    pub async fn put(&self, item: &ItemName, login: &Login) -> Result<(), VaultError> {
        let sealed = envelope::seal(login);
        let size = sealed.expose().len();
        if size > LARGEST {
            return Err(VaultError::TooLarge { item: item.label(), size, limit: LARGEST });
        }
        let name = item.clone();
        let done = self.ask(self.patience.person, move |keychain| parts::set(keychain, &name, &sealed)).await;
        done.map_err(|trouble| self.error(trouble, Some(item)))
    }

    /// The login of that name, if there is one. The person is not asked: a locked keychain is an error.
    ///
    /// # Errors
    /// When the keychain is locked, missing, slow or refuses, or holds something else under that name.
    pub async fn get(&self, item: &ItemName) -> Result<Option<Login>, VaultError> {
        let name = item.clone();
        let sealed: Option<Secret> = self
            .ask(self.patience.answer, move |keychain| parts::get(keychain, &name))
            .await
            .map_err(|trouble| self.error(trouble, Some(item)))?;
        let login = sealed.map(|sealed| envelope::open(&sealed)).transpose();
        login.map_err(|why| VaultError::Damaged { item: item.label(), why })
    }

    /// Forgets the login of that name; whether there was one. The person may be asked to unlock the keychain.
    ///
    /// # Errors
    /// When the keychain is locked, missing, slow or refuses.
    pub async fn remove(&self, item: &ItemName) -> Result<bool, VaultError> {
        let name = item.clone();
        let done = self.ask(self.patience.person, move |keychain| parts::remove(keychain, &name)).await;
        done.map_err(|trouble| self.error(trouble, Some(item)))
    }

    async fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&mut dyn Keychain) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, Trouble> {
        if let Some(after) = self.at_work.since().filter(|time| *time > self.patience.answer) {
            return Err(Trouble::NoAnswer(after));
        }
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |keychain| {
            // Whoever gave up gets nothing done behind their back.
            if !reply.is_closed() {
                // They may give up just now; then nobody is there to be told.
                let _ = reply.send(job(keychain));
            }
        });
        let asked = async {
            self.jobs.send(job).await.map_err(|_| Trouble::gone())?;
            answer.await.map_err(|_| Trouble::gone())?.map_err(Trouble::from)
        };
        tokio::time::timeout(patience, asked).await.unwrap_or(Err(Trouble::NoAnswer(patience)))
    }

    fn error(&self, trouble: Trouble, item: Option<&ItemName>) -> VaultError {
        let keychain = self.name.to_string();
        let item = item.map(ItemName::label).unwrap_or_default();
        match trouble {
            Trouble::Locked => VaultError::Locked { keychain, way_out: self.ways_out.locked.to_owned() },
            Trouble::Missing(words) => {
                VaultError::Missing { keychain, words, way_out: self.ways_out.missing.to_owned() }
            }
            Trouble::NoAnswer(after) => VaultError::NoAnswer { keychain, after },
            Trouble::Refused(words) => VaultError::Keychain { keychain, item, words },
            Trouble::Damaged(why) => VaultError::Damaged { item, why },
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why there is no answer.
enum Trouble {
    Locked,
    Missing(String),
    Refused(String),
    Damaged(&'static str),
    NoAnswer(Duration),
}

impl Trouble {
    fn gone() -> Self {
        Self::Missing("its thread has ended".to_owned())
    }
}

impl From<KeychainError> for Trouble {
    fn from(error: KeychainError) -> Self {
        match error {
            KeychainError::Locked => Self::Locked,
            KeychainError::Missing(words) => Self::Missing(words),
            KeychainError::Refused(words) => Self::Refused(words),
            KeychainError::Damaged(why) => Self::Damaged(why),
        }
    }
}

impl AtWork {
    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn since(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.elapsed())
    }
}

fn work(mut keychain: impl Keychain, mut waiting: mpsc::Receiver<Job>, at_work: &AtWork) {
    while let Some(job) = waiting.blocking_recv() {
        at_work.set(Some(Instant::now()));
        job(&mut keychain);
        at_work.set(None);
    }
}
