//! The engine's handle and what all its work shares.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use sluice_core::Secret;
use sluice_registry::{ClientOptions, RateLimit, RegistryClient};
use sluice_store::Store;
use sluice_vault::{Machine, PassphrasePrompt, Vault};
use tokio::sync::{Semaphore, broadcast};

use crate::EngineError;
use crate::event::{Event, Events};
use crate::paths::Paths;
use crate::remote::Remotes;
use crate::settings::{Settings, SettingsFile};
use crate::source::SourceView;

/// Git operations that begin at a time, over all remotes.
const GIT_AT_ONCE: usize = 4;
/// Image repositories scanned at a time, over all registries. The client bounds those of one host further.
const SCANS_AT_ONCE: usize = 16;

/// What an engine is opened with.
#[derive(Debug)]
pub struct EngineOptions {
    /// Where files are.
    pub paths: Paths,
    /// The keychain.
    pub vault: Vault,
    /// Where other programs keep their credentials.
    pub machine: Machine,
    /// Settings of the registry client.
    pub registry: ClientOptions,
    /// Asks the person for the passphrase of an encrypted vault; without it such a vault stays locked until
    /// [`Engine::unlock_keychain`].
    pub passphrase: Option<PassphrasePrompt>,
}

impl EngineOptions {
    /// A person's own: the OS keychain and what this process sees of the machine.
    pub fn of_this_machine(paths: Paths) -> Self {
        Self {
            paths,
            vault: Vault::os(),
            machine: Machine::of_this_process(),
            registry: ClientOptions::default(),
            passphrase: None,
        }
    }

    /// Nothing of the machine: a keychain in memory, no credentials of other programs. For the demo and for tests.
    pub fn isolated(paths: Paths) -> Self {
        let machine = Machine::new(paths.data.join("home"), std::iter::empty::<(&str, &str)>());
        Self { paths, vault: Vault::in_memory(), machine, registry: ClientOptions::default(), passphrase: None }
    }
}

/// Everything Sluice does. A cheap handle; clones are the same engine.
///
/// Methods are spread over the files of the crate by what they are about. Reading methods answer from what is known and
/// work offline; `refresh`, `scan`, `plan_fresh` and `release` ask remotes.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) paths: Paths,
    pub(crate) store: Store,
    /// The vault in use, which a person may change.
    pub(crate) vault: RwLock<Vault>,
    /// The operating system's.
    pub(crate) system_vault: Vault,
    pub(crate) passphrase: Option<PassphrasePrompt>,
    pub(crate) machine: Machine,
    pub(crate) registry: RegistryClient,
    pub(crate) settings_file: SettingsFile,
    pub(crate) settings: RwLock<Arc<Settings>>,
    pub(crate) remotes: Remotes,
    pub(crate) views: Mutex<HashMap<String, Arc<SourceView>>>,
    /// The code of the last failure of each remote that failed last.
    pub(crate) troubles: Mutex<HashMap<String, &'static str>>,
    /// What each registry said last about its limits, and when.
    pub(crate) limits: Mutex<HashMap<String, (RateLimit, Timestamp)>>,
    /// Tokens that GitHub Apps were given.
    pub(crate) app_tokens: crate::github_app::AppTokens,
    pub(crate) events: Events,
    pub(crate) scans: Semaphore,
    pub(crate) agent: crate::agent::AgentDesk,
    pub(crate) clusters: crate::cluster::Clusters,
}

impl Engine {
    /// Opens the engine: reads the settings, opens the database, asks nothing of any remote.
    ///
    /// # Errors
    /// When the settings are not valid or the database cannot be opened.
    pub async fn open(options: EngineOptions) -> Result<Self, EngineError> {
        let EngineOptions { paths, vault, machine, registry, passphrase } = options;
        let settings_file = SettingsFile::at(&paths.settings);
        let settings = settings_file.read()?;
        let store = Store::open(&paths.database()).await?;
        let shared = Shared {
            store,
            vault: RwLock::new(crate::vault::chosen(&settings.vault, &vault, passphrase.as_ref())),
            system_vault: vault,
            passphrase,
            machine,
            registry: RegistryClient::new(registry)?,
            settings: RwLock::new(Arc::new(settings)),
            settings_file,
            remotes: Remotes::new(paths.mirrors(), GIT_AT_ONCE),
            views: Mutex::default(),
            troubles: Mutex::default(),
            limits: Mutex::default(),
            app_tokens: crate::github_app::AppTokens::default(),
            events: Events::default(),
            scans: Semaphore::new(SCANS_AT_ONCE),
            agent: crate::agent::AgentDesk::default(),
            clusters: crate::cluster::Clusters::default(),
            paths,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Where files are.
    pub fn paths(&self) -> &Paths {
        &self.shared.paths
    }

    /// What happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.shared.events.listen()
    }

    /// The settings as they were read last.
    pub fn settings(&self) -> Arc<Settings> {
        self.shared.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the settings file again. Tells whether anything changed.
    ///
    /// # Errors
    /// When the file is not valid; the settings read before stay in force.
    pub fn reload_settings(&self) -> Result<bool, EngineError> {
        let read = self.shared.settings_file.read()?;
        Ok(self.adopt(read))
    }

    /// Changes the settings file and takes the result into force.
    pub(crate) fn change_settings(
        &self,
        change: impl FnOnce(&SettingsFile) -> Result<Settings, crate::settings::SettingsError>,
    ) -> Result<(), EngineError> {
        let changed = change(&self.shared.settings_file)?;
        self.adopt(changed);
        Ok(())
    }

    fn adopt(&self, read: Settings) -> bool {
        let mut settings = self.shared.settings.write().unwrap_or_else(PoisonError::into_inner);
        if **settings == read {
            return false;
        }
        let has_other_vault = settings.vault != read.vault;
        *settings = Arc::new(read);
        let shared = &self.shared;
        let vault = has_other_vault
            .then(|| crate::vault::chosen(&settings.vault, &shared.system_vault, shared.passphrase.as_ref()));
        drop(settings);
        if let Some(vault) = vault {
            self.put_vault(vault);
        }
        self.shared.events.tell(Event::SettingsChanged);
        self.shared.agent.wake();
        self.shared.clusters.wake();
        true
    }

    /// The present moment. The one place where the engine reads the clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The present moment in the person's time zone, as commits carry it.
    pub(crate) fn zoned_now(&self) -> jiff::Zoned {
        jiff::Zoned::now()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    pub(crate) fn tell(&self, event: Event) {
        self.shared.events.tell(event);
    }

    /// Puts a text into the audit log, as a person's or the agent's deed.
    pub(crate) async fn audit(&self, who: &str, action: &str, subject: &str, detail: &str) -> Result<(), EngineError> {
        let entry = sluice_store::AuditEntry {
            at: self.now(),
            who: who.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        };
        Ok(self.store().add_to_audit(entry).await?)
    }

    /// The newest entries of the audit log, at most `limit`, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_log(&self, limit: u32) -> Result<Vec<sluice_store::AuditEntry>, EngineError> {
        Ok(self.store().audit(limit).await?)
    }
}

/// Reads a file that the settings name.
pub(crate) async fn read_file(path: &Path) -> Result<Vec<u8>, EngineError> {
    tokio::fs::read(path).await.map_err(|cause| EngineError::Read { path: path.to_owned(), cause })
}

/// Reads a file that holds a key; more than any key has is refused.
pub(crate) async fn read_secret(path: &Path) -> Result<Secret, EngineError> {
    use tokio::io::AsyncReadExt as _;
    let failed = |cause| EngineError::Read { path: path.to_owned(), cause };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    // Allocated once: a buffer that grows leaves copies behind.
    let mut bytes = Vec::with_capacity(sluice_git::LARGEST_KEY + 2);
    file.take(sluice_git::LARGEST_KEY as u64 + 1).read_to_end(&mut bytes).await.map_err(failed)?;
    Ok(Secret::new(bytes))
}

/// A number that spreads the work of one thing: the same name gives the same seed in a process.
pub(crate) fn seed(name: &str) -> u64 {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    name.hash(&mut hasher);
    std::process::id().hash(&mut hasher);
    hasher.finish()
}

/// How long a release waits for another one to the same branch.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
