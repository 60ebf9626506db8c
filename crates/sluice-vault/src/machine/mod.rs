//! What is on the machine already: credentials that a person set up for other programs.

mod docker;
mod git;
mod kube;
mod program;
mod ssh;
mod wiped;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sluice_core::Secret;
use tokio::io::AsyncReadExt as _;

use crate::VaultError;
use docker::Answers;
pub use docker::{DockerEntry, docker_entries};

pub use ssh::AgentKey;

/// A person's home, their environment and their programs.
///
/// The environment is looked up once, when the value is made; nothing reads the process's own later, so that tests (and
/// several users of one process) have folders of their own. Cloning is cheap; clones share what credential helpers
/// answered a moment ago.
///
/// Files are read anew at each call, never written, and never kept.
#[derive(Clone)]
pub struct Machine(Arc<Surroundings>);

#[derive(Clone)]
struct Surroundings {
    /// Nothing is looked for in a home that nobody knows.
    home: Option<PathBuf>,
    environment: BTreeMap<OsString, OsString>,
    /// Where the machine's own ssh configuration lies.
    system_ssh: PathBuf,
    patience: Duration,
    answers: Arc<Answers>,
}

/// How long a helper may take. Some ask a server of their cloud for a fresh token.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest file that is read: known_hosts of a large company has a megabyte.
const LARGEST_FILE: usize = 4 * 1024 * 1024;

impl Machine {
    /// The machine as this process sees it.
    pub fn of_this_process() -> Self {
        let environment: Vec<_> = std::env::vars_os().collect();
        let system_ssh = match std::env::var_os("ProgramData") {
            Some(folder) if cfg!(windows) => PathBuf::from(folder).join("ssh"),
            _ => PathBuf::from("/etc/ssh"),
        };
        Self::with(etcetera::home_dir().ok(), environment, system_ssh)
    }

    /// Another home and environment, with nothing from this process's own.
    pub fn new<K, V>(home: impl Into<PathBuf>, environment: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let home = home.into();
        let system_ssh = home.join("etc-ssh");
        Self::with(Some(home), environment.into_iter().map(|(name, value)| (name.into(), value.into())), system_ssh)
    }

    fn with(
        home: Option<PathBuf>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        system_ssh: PathBuf,
    ) -> Self {
        // Names are case-insensitive on Windows, and other programs get none of what is meant for Sluice alone.
        let name = |name: OsString| if cfg!(windows) { name.to_ascii_uppercase() } else { name };
        let environment = environment.into_iter().map(|(key, value)| (name(key), value));
        let ours = |name: &OsStr| name.to_string_lossy().starts_with("SLUICE_");
        Self(Arc::new(Surroundings {
            home: home.filter(|home| home.is_absolute()),
            environment: environment.filter(|(name, _)| !ours(name)).collect(),
            system_ssh,
            patience: PATIENCE,
            answers: Arc::default(),
        }))
    }

    /// The same machine, whose helpers may take so long.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self(Arc::new(Surroundings { patience, ..(*self.0).clone() }))
    }

    /// The same machine, whose own ssh configuration and known hosts are in this folder instead of `/etc/ssh`.
    pub fn with_system_ssh(self, folder: impl Into<PathBuf>) -> Self {
        Self(Arc::new(Surroundings { system_ssh: folder.into(), ..(*self.0).clone() }))
    }

    /// Forgets what helpers answered, so that they are asked again: after a refused sign-in, and for a test button.
    pub fn forget_answers(&self) {
        self.0.answers.forget();
    }

    /// A variable of the environment, where it is set, not empty and Unicode. For what is no secret, such as `https_proxy`.
    pub fn text_variable(&self, name: &str) -> Option<String> {
        self.variable(name).and_then(OsStr::to_str).map(str::to_owned)
    }

    /// A variable of the environment, where it is set and not empty.
    fn variable(&self, name: &str) -> Option<&OsStr> {
        self.0.environment.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A path from the environment. A relative one would mean another file in each folder.
    fn path_from(&self, name: &str) -> Option<PathBuf> {
        self.variable(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    fn in_home(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.0.home.as_ref().map(|home| home.join(path))
    }

    /// A path with `~/` as the home folder, as people write it in settings.
    pub fn expanded(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix("~").ok().and_then(|rest| self.in_home(rest));
        below.unwrap_or_else(|| path.to_owned())
    }

    /// The folder in which programs keep their configuration (XDG base directories).
    fn configuration_folder(&self) -> Option<PathBuf> {
        self.path_from("XDG_CONFIG_HOME").or_else(|| self.in_home(".config"))
    }

    /// A path as people write it: `~/.docker/config.json`.
    fn shown(&self, path: &Path) -> String {
        let in_home = self.0.home.as_ref().and_then(|home| path.strip_prefix(home).ok());
        let shown = match in_home {
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        };
        crate::words::cleaned(&shown, 500)
    }

    /// Reads a file; nothing when there is none.
    async fn read(&self, path: &Path) -> Result<Option<Secret>, VaultError> {
        self.read_up_to(path, LARGEST_FILE).await
    }

    async fn read_up_to(&self, path: &Path, limit: usize) -> Result<Option<Secret>, VaultError> {
        match read(path, limit).await {
            Ok(contents) => Ok(Some(contents)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(self.unreadable(path, &error)),
        }
    }

    fn unreadable(&self, path: &Path, error: &std::io::Error) -> VaultError {
        let words = match error.kind() {
            ErrorKind::FileTooLarge => "it is too large for what it should be".to_owned(),
            kind => kind.to_string(),
        };
        VaultError::File { path: self.shown(path), entry: None, words }
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The environment may hold other programs' secrets.
        f.debug_struct("Machine").field("home", &self.0.home).finish_non_exhaustive()
    }
}

/// Reads a regular file of at most `limit` bytes into a buffer of the right size: one that grows leaves copies behind.
async fn read(path: &Path, limit: usize) -> std::io::Result<Secret> {
    let kind = tokio::fs::metadata(path).await?;
    // Opening a pipe would wait for somebody to write into it.
    if !kind.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let size = usize::try_from(kind.len()).unwrap_or(usize::MAX);
    if size > limit {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let mut contents = Vec::with_capacity(size + 1);
    let file = tokio::fs::File::open(path).await?;
    // A file that grew meanwhile is read as long as it was.
    file.take(size as u64).read_to_end(&mut contents).await?;
    Ok(Secret::new(contents))
}
