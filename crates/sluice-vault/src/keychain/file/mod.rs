//! A vault in a file that a passphrase encrypts, for machines without a keychain. Only ever used where a person chose it.
//!
//! The whole file is one sealed list of slots ([`sealed`]); it is read anew for each call, because a command line and a
//! running agent may share it, and replaced as a whole, so that a crash leaves the old one or the new one.

mod asked;
mod sealed;
mod slots;

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sluice_core::Secret;
use zeroize::Zeroizing;

use super::{Keychain, KeychainError, Slot, WaysOut};
use crate::VaultError;
use crate::envelope::LARGEST;
use crate::words::{SHOWN, cleaned};
pub use asked::{AskedFileKeychain, PassphrasePrompt};
use sealed::{Key, Refused};
use slots::Slots;

/// Keeps secrets in an encrypted file.
pub struct FileKeychain {
    path: PathBuf,
    /// Made from the passphrase once: that takes a moment, on purpose.
    key: Key,
}

/// A vault in a file whose passphrase was not given yet: there, and locked.
#[derive(Debug)]
pub struct ClosedFileKeychain {
    path: PathBuf,
}

impl ClosedFileKeychain {
    /// The vault in a file; nothing is read.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn shut<T>(&self) -> Result<T, KeychainError> {
        match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(KeychainError::Missing("there is no file".into())),
            _ => Err(KeychainError::Locked),
        }
    }
}

impl Keychain for ClosedFileKeychain {
    fn name(&self) -> String {
        name_of(&self.path)
    }

    fn longest(&self) -> usize {
        LARGEST
    }

    fn ways_out(&self) -> WaysOut {
        WaysOut { locked: OPEN, missing: BRING_BACK }
    }

    fn probe(&mut self) -> Result<(), KeychainError> {
        self.shut()
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        self.shut()
    }

    fn set(&mut self, _: &Slot, _: &Secret) -> Result<(), KeychainError> {
        self.shut()
    }

    fn get(&mut self, _: &Slot) -> Result<Option<Secret>, KeychainError> {
        self.shut()
    }

    fn remove(&mut self, _: &Slot) -> Result<bool, KeychainError> {
        self.shut()
    }
}

/// The largest file: thousands of credentials.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

impl FileKeychain {
    /// Opens the vault in a file; a file that is not there is made, empty. Takes part of a second, and blocks.
    ///
    /// # Errors
    /// When the passphrase is not the file's, or the file cannot be read or made.
    pub fn open(path: impl Into<PathBuf>, passphrase: &Secret) -> Result<Self, VaultError> {
        let path = path.into();
        let shown = cleaned(&path.display().to_string(), 500);
        let failed = |words: String| VaultError::File { path: shown.clone(), entry: None, words };
        let _lock = lock(&path).map_err(|error| failed(error.kind().to_string()))?;
        let (key, is_new) = match read(&path) {
            Ok(bytes) => (Key::of_file(&bytes, passphrase), false),
            Err(error) if error.kind() == ErrorKind::NotFound => (Key::new(passphrase), true),
            Err(error) => return Err(failed(error.kind().to_string())),
        };
        let key = key.map_err(|refused| match refused {
            Refused::Passphrase => VaultError::WrongPassphrase { path: shown.clone() },
            Refused::Format(words) => failed(words.to_owned()),
        })?;
        let keychain = Self { path, key };
        if is_new {
            keychain.write(&Slots::default()).map_err(|error| match error {
                KeychainError::Refused(words) => failed(words),
                _ => failed("it cannot be written".to_owned()),
            })?;
        }
        Ok(keychain)
    }

    fn slots(&self) -> Result<Slots, KeychainError> {
        let bytes = read(&self.path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => KeychainError::Missing("the file is gone".to_owned()),
            kind => KeychainError::Refused(cleaned(&kind.to_string(), SHOWN)),
        })?;
        match self.key.open(&bytes) {
            Ok(opened) => Slots::read(&opened).ok_or(KeychainError::Damaged("the vault's file is damaged")),
            // Another process gave it a new passphrase, or it was replaced.
            Err(Refused::Passphrase) => Err(KeychainError::Locked),
            Err(Refused::Format(words)) => Err(KeychainError::Refused(words.to_owned())),
        }
    }

    fn write(&self, slots: &Slots) -> Result<(), KeychainError> {
        let sealed = self.key.seal(slots.written()).map_err(|words| KeychainError::Refused(words.to_owned()))?;
        replace(&self.path, &sealed).map_err(|error| KeychainError::Refused(cleaned(&error.kind().to_string(), SHOWN)))
    }

    /// Changes the slots while no other process does.
    fn change<T>(&self, change: impl FnOnce(&mut Slots) -> T) -> Result<T, KeychainError> {
        let _lock = lock(&self.path).map_err(|error| KeychainError::Refused(error.kind().to_string()))?;
        let mut slots = self.slots()?;
        let outcome = change(&mut slots);
        self.write(&slots)?;
        Ok(outcome)
    }
}

impl Keychain for FileKeychain {
    fn name(&self) -> String {
        name_of(&self.path)
    }

    fn longest(&self) -> usize {
        LARGEST
    }

    fn ways_out(&self) -> WaysOut {
        WaysOut { locked: OPEN_AGAIN, missing: BRING_BACK }
    }

    fn probe(&mut self) -> Result<(), KeychainError> {
        self.slots().map(drop)
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        self.slots().map(drop)
    }

    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        self.change(|slots| slots.set(slot, secret))
    }

    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        Ok(self.slots()?.get(slot))
    }

    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        if self.slots()?.get(slot).is_none() {
            return Ok(false);
        }
        self.change(|slots| slots.remove(slot))
    }
}

/// What to do about a vault that no longer opens.
const OPEN_AGAIN: &str = "open the vault again with its passphrase";
/// What to do about a vault that was not opened yet.
const OPEN: &str = "give its passphrase, in the window, on a terminal, or by --vault-passphrase-file FILE";
/// What to do about a vault whose file is gone.
const BRING_BACK: &str = "bring the file back, or begin a new vault: sluice vault use file";

fn name_of(path: &Path) -> String {
    format!("the encrypted vault {}", cleaned(&path.display().to_string(), 500))
}

impl std::fmt::Debug for FileKeychain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileKeychain").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Waits until no other process changes the vault. The lock is a file of its own, because the vault's is replaced.
fn lock(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = private().write(true).create(true).truncate(false).open(beside(path, ".lock"))?;
    // Held until the file is closed.
    file.lock()?;
    Ok(file)
}

fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > LARGEST_FILE {
        return Err(ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LARGEST_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replaces the file as a whole: written beside it, brought to the disk, renamed.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = beside(path, ".new");
    // One that a crash left may be somebody else's to read.
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().write(true).create_new(true).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Files that nobody else may read.
fn private() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
