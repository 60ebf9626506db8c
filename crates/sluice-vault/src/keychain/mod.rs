//! Where secrets are kept: the operating system's keychain, an encrypted file where a person chose one, or memory for
//! tests.

mod file;
mod memory;
#[cfg(any(target_os = "macos", target_os = "windows"))]
mod native;
pub(crate) mod parts;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;

pub use file::{AskedFileKeychain, ClosedFileKeychain, FileKeychain, PassphrasePrompt};
pub use memory::MemoryKeychain;
#[cfg(any(target_os = "macos", target_os = "windows"))]
pub use native::NativeKeychain as OsKeychain;
#[cfg(all(unix, not(target_os = "macos")))]
pub use secret_service::SecretServiceKeychain as OsKeychain;

use sluice_core::Secret;

/// A place that keeps secrets by name. Its calls block, some until a person answers a question; a
/// [`Vault`](crate::Vault) makes them on a thread of their own.
pub trait Keychain: Send {
    /// What it is called in messages: `the system's keychain (Secret Service)`.
    fn name(&self) -> String;

    /// The most bytes that one slot holds.
    fn longest(&self) -> usize;

    /// What a person can do when it is locked, and when it is not there.
    fn ways_out(&self) -> WaysOut {
        WaysOut { locked: UNLOCK, missing: PROVIDE }
    }

    /// Finds out whether it can be used. Never asks a person.
    ///
    /// # Errors
    /// When it cannot.
    fn probe(&mut self) -> Result<(), KeychainError>;

    /// Opens it, by asking a person where that is needed.
    ///
    /// # Errors
    /// When it stays locked or is not there.
    fn unlock(&mut self) -> Result<(), KeychainError>;

    /// Keeps a secret, in place of what was in the slot. May ask a person to unlock.
    ///
    /// # Errors
    /// When it is locked, not there, or refuses.
    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError>;

    /// The secret in the slot, if there is one. Never asks a person where the system can do without.
    ///
    /// # Errors
    /// When it is locked, not there, or refuses.
    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError>;

    /// Empties the slot; whether there was something in it. May ask a person to unlock.
    ///
    /// # Errors
    /// When it is locked, not there, or refuses.
    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError>;
}

/// One place in a keychain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What names it, uniquely.
    pub account: String,
    /// What a person sees, where the keychain shows labels.
    pub label: String,
}

/// Whether a keychain can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeychainState {
    /// It can.
    Ready,
    /// A person has to unlock it first.
    Locked {
        /// What they can do.
        way_out: String,
    },
    /// There is none.
    Missing {
        /// Why.
        words: String,
        /// What a person can do.
        way_out: String,
    },
}

/// What a keychain answers when it gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeychainError {
    /// It is locked, and nobody unlocked it.
    Locked,
    /// It is not there.
    Missing(String),
    /// It said no, in these words.
    Refused(String),
    /// What is in the slot is not what was put there.
    Damaged(&'static str),
}

/// What a person can do, in words that follow a semicolon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaysOut {
    /// When the keychain is locked.
    pub locked: &'static str,
    /// When it is not there.
    pub missing: &'static str,
}

/// What to do about a locked keychain.
const UNLOCK: &str =
    "unlock it (it usually opens when you log in), or choose the encrypted file vault: sluice vault use file";

/// What to do about a keychain that is not there.
#[cfg(all(unix, not(target_os = "macos")))]
const PROVIDE: &str = "log in to a desktop with GNOME Keyring, KWallet or KeePassXC, or start gnome-keyring-daemon, \
     or choose the encrypted file vault: sluice vault use file";
/// What to do about a keychain that is not there.
#[cfg(any(target_os = "macos", target_os = "windows"))]
const PROVIDE: &str =
    "log in with a user account that has a keychain, or choose the encrypted file vault: sluice vault use file";
