//! The keychains of macOS and Windows.

use std::collections::HashMap;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use sluice_core::Secret;

use super::{Keychain, KeychainError, Slot};
use crate::item::SERVICE;
use crate::words::{SHOWN, cleaned};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(target_os = "windows")]
use windows_native_keyring_store::Store;

/// The keychain of the user who is logged in.
#[derive(Debug, Default)]
pub struct NativeKeychain;

impl NativeKeychain {
    /// That of this process's user.
    pub fn new() -> Self {
        Self
    }

    fn entry(slot: &Slot) -> Result<Entry, KeychainError> {
        let store = Store::new().map_err(|error| told(&error))?;
        let target = format!("{SERVICE}: {}", slot.account);
        // Windows shows the target, and would carry the credential to other machines of a domain without `Local`.
        let windows = HashMap::from([("target", target.as_str()), ("persistence", "Local")]);
        let modifiers = cfg!(target_os = "windows").then_some(&windows);
        store.build(SERVICE, &slot.account, modifiers).map_err(|error| told(&error))
    }
}

impl Keychain for NativeKeychain {
    fn name(&self) -> String {
        if cfg!(target_os = "macos") { "the macOS keychain" } else { "Windows Credential Manager" }.to_owned()
    }

    fn longest(&self) -> usize {
        // CRED_MAX_CREDENTIAL_BLOB_SIZE.
        if cfg!(target_os = "windows") { 5 * 512 } else { crate::envelope::LARGEST }
    }

    fn probe(&mut self) -> Result<(), KeychainError> {
        // A slot that cannot exist: whether the keychain looks for it tells its state.
        self.get(&Slot { account: "is anybody there?".to_owned(), label: String::new() }).map(drop)
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        // Both systems ask by themselves whenever an item is used.
        self.probe()
    }

    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        Self::entry(slot)?.set_secret(secret.expose()).map_err(|error| told(&error))
    }

    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        match Self::entry(slot)?.get_secret() {
            Ok(secret) => Ok(Some(Secret::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        match Self::entry(slot)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(told(&error)),
        }
    }
}

/// `BadEncoding` and `BadDataFormat` carry the secret itself: only what is known to be harmless is shown.
fn told(error: &Error) -> KeychainError {
    match error {
        Error::NoStorageAccess(_) => KeychainError::Locked,
        Error::PlatformFailure(words) => KeychainError::Refused(cleaned(&words.to_string(), SHOWN)),
        Error::TooLong(what, limit) => KeychainError::Refused(format!("{what} is longer than {limit}")),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => KeychainError::Damaged("it was not written by Sluice"),
        Error::Invalid(what, why) => KeychainError::Refused(cleaned(&format!("{what}: {why}"), SHOWN)),
        Error::NoDefaultStore => KeychainError::Missing("there is no store".to_owned()),
        _ => KeychainError::Refused("it gave no result".to_owned()),
    }
}
