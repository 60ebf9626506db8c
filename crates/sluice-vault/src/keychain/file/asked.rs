//! A vault in a file whose passphrase a person is asked for when it is needed first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sluice_core::Secret;

use super::{BRING_BACK, ClosedFileKeychain, FileKeychain, OPEN, name_of};
use crate::VaultError;
use crate::envelope::LARGEST;
use crate::keychain::{Keychain, KeychainError, Slot, WaysOut};

/// How often a person may mistype.
const TRIES: usize = 3;

/// Asks a person for the passphrase of a vault's file. It may block until they answer.
#[derive(Clone)]
pub struct PassphrasePrompt(Arc<Ask>);

type Ask = dyn Fn(&Path, bool) -> Option<Secret> + Send + Sync;

impl PassphrasePrompt {
    /// Asks by a function: of the vault's file, and whether the last answer was wrong. Nothing when they do not answer.
    pub fn new(ask: impl Fn(&Path, bool) -> Option<Secret> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }
}

impl std::fmt::Debug for PassphrasePrompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PassphrasePrompt")
    }
}

/// Opens an encrypted file when something in it is asked for, once for the process.
pub struct AskedFileKeychain {
    path: PathBuf,
    prompt: PassphrasePrompt,
    opened: Option<FileKeychain>,
    /// The person did not answer, or not well enough, and is left alone.
    has_given_up: bool,
}

impl AskedFileKeychain {
    /// The vault in a file; nothing is read and nobody asked.
    pub fn new(path: impl Into<PathBuf>, prompt: PassphrasePrompt) -> Self {
        Self { path: path.into(), prompt, opened: None, has_given_up: false }
    }

    fn open(&mut self) -> Result<&mut FileKeychain, KeychainError> {
        if self.opened.is_none() {
            self.opened = Some(self.ask()?);
        }
        self.opened.as_mut().ok_or(KeychainError::Locked)
    }

    fn ask(&mut self) -> Result<FileKeychain, KeychainError> {
        // A file that is gone is not begun anew behind the person's back.
        if self.has_given_up || !self.path.exists() {
            return ClosedFileKeychain::new(&self.path).shut();
        }
        for again in 0..TRIES {
            let Some(passphrase) = (self.prompt.0)(&self.path, again > 0) else { break };
            match FileKeychain::open(&self.path, &passphrase) {
                Ok(opened) => return Ok(opened),
                Err(VaultError::WrongPassphrase { .. }) => {}
                Err(error) => return Err(KeychainError::Refused(error.to_string())),
            }
        }
        self.has_given_up = true;
        Err(KeychainError::Locked)
    }
}

impl Keychain for AskedFileKeychain {
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
        match &mut self.opened {
            Some(opened) => opened.probe(),
            None => ClosedFileKeychain::new(&self.path).shut(),
        }
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        self.open()?.unlock()
    }

    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        self.open()?.set(slot, secret)
    }

    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        self.open()?.get(slot)
    }

    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        self.open()?.remove(slot)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn slot() -> Slot {
        Slot { account: "a".to_owned(), label: "A".to_owned() }
    }

    /// A vault with one secret, and a keychain over it that is given these answers.
    fn asked(answers: &[&str]) -> (tempfile::TempDir, AskedFileKeychain, Arc<Mutex<Vec<bool>>>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vault");
        let mut made = FileKeychain::open(&path, &Secret::new("right".to_owned())).expect("it is made");
        made.set(&slot(), &Secret::new("hidden".to_owned())).expect("it is kept");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = heard.clone();
        let left = Mutex::new(answers.iter().rev().map(|answer| (*answer).to_owned()).collect::<Vec<_>>());
        let prompt = PassphrasePrompt::new(move |_, again| {
            told.lock().expect("whole").push(again);
            left.lock().expect("whole").pop().map(Secret::new)
        });
        (folder, AskedFileKeychain::new(path, prompt), heard)
    }

    #[test]
    fn a_person_is_asked_once_and_only_when_something_is_needed() {
        let (_folder, mut keychain, heard) = asked(&["right"]);
        assert_eq!(keychain.probe(), Err(KeychainError::Locked));
        assert!(heard.lock().expect("whole").is_empty());
        for _ in 0..2 {
            let found = keychain.get(&slot()).expect("it opens").expect("it is there");
            assert_eq!(found.expose_str(), Ok("hidden"));
        }
        assert_eq!(keychain.probe(), Ok(()));
        assert_eq!(*heard.lock().expect("whole"), [false]);
    }

    #[test]
    fn a_wrong_answer_is_asked_again_and_after_three_the_vault_stays_locked() {
        let (_folder, mut keychain, heard) = asked(&["wrong", "right"]);
        assert!(keychain.get(&slot()).expect("it opens").is_some());
        assert_eq!(*heard.lock().expect("whole"), [false, true]);
        let (_folder, mut keychain, heard) = asked(&["a", "b", "c", "right"]);
        for _ in 0..2 {
            assert_eq!(keychain.get(&slot()).map(|_| ()), Err(KeychainError::Locked));
        }
        assert_eq!(heard.lock().expect("whole").len(), 3);
    }

    #[test]
    fn a_file_that_is_gone_is_not_asked_for() {
        let (folder, mut keychain, heard) = asked(&["right"]);
        std::fs::remove_file(folder.path().join("vault")).expect("it goes");
        assert!(matches!(keychain.get(&slot()), Err(KeychainError::Missing(_))));
        assert!(heard.lock().expect("whole").is_empty());
    }
}
