//! The Secret Service on the session's D-Bus: GNOME Keyring, KWallet, KeePassXC.
//!
//! Source: <https://specifications.freedesktop.org/secret-service/latest/>. Secrets travel encrypted (`Dh`). zbus is used
//! with its own I/O threads, because its tokio support cannot block on a tokio worker.

use std::collections::HashMap;
use std::time::Duration;

use secret_service::blocking::{Collection, SecretService};
use secret_service::{EncryptionType, Error};
use sluice_core::Secret;
use zbus::blocking::connection::Builder;

use super::{Keychain, KeychainError, Slot};
use crate::envelope::LARGEST;
use crate::item::SERVICE;
use crate::words::{SHOWN, cleaned};

/// The Secret Service of a session.
#[derive(Default)]
pub struct SecretServiceKeychain {
    address: Option<String>,
    session: Option<SecretService<'static>>,
}

/// How long the service may take for one call. Questions to a person are not calls, so they may take longer.
const CALL: Duration = Duration::from_secs(10);

/// What the secret is, for programs that show the keychain's contents.
const CONTENT_TYPE: &str = "application/octet-stream";

impl SecretServiceKeychain {
    /// That of this process's session, as `DBUS_SESSION_BUS_ADDRESS` or the user's runtime folder says.
    pub fn new() -> Self {
        Self::default()
    }

    /// That of the session whose D-Bus has this address: `unix:path=…`.
    pub fn at(address: impl Into<String>) -> Self {
        Self { address: Some(address.into()), session: None }
    }

    /// Does something with the service. A session from before may have died with the service: then a new one is made
    /// and the same is tried once more.
    fn with<T>(&mut self, work: impl Fn(&SecretService<'_>) -> Result<T, Error>) -> Result<T, KeychainError> {
        if let Some(session) = &self.session {
            match work(session) {
                Err(error) if is_about_the_session(&error) => self.session = None,
                outcome => return outcome.map_err(|error| told(&error)),
            }
        }
        let session = self.connect().map_err(|error| told(&error))?;
        let outcome = work(&session);
        self.session = Some(session);
        outcome.map_err(|error| told(&error))
    }

    fn connect(&self) -> Result<SecretService<'static>, Error> {
        let builder = match &self.address {
            Some(address) => Builder::address(address.as_str()),
            None => Builder::session(),
        };
        let bus = builder?.method_timeout(CALL).build()?;
        SecretService::connect_with_existing(EncryptionType::Dh, bus)
    }
}

impl Keychain for SecretServiceKeychain {
    fn name(&self) -> String {
        "the system's keychain (Secret Service)".to_owned()
    }

    fn longest(&self) -> usize {
        LARGEST
    }

    fn probe(&mut self) -> Result<(), KeychainError> {
        if self.with(is_locked)? { Err(KeychainError::Locked) } else { Ok(()) }
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        self.with(|service| match unlocked(service) {
            // There is nothing to open before the first secret is kept.
            Err(Error::NoResult) => Ok(()),
            opened => opened.map(drop),
        })
    }

    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        self.with(|service| {
            let collection = match unlocked(service) {
                // The service asks the person for the new collection's passphrase.
                Err(Error::NoResult) => service.create_collection("Default keyring", "default")?,
                opened => opened?,
            };
            let made = collection.create_item(&slot.label, names(slot), secret.expose(), true, CONTENT_TYPE);
            made.map(drop)
        })
    }

    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        self.with(|service| {
            let items = service.search_items(names(slot))?;
            match items.unlocked.first() {
                Some(item) => Ok(Some(Secret::new(item.get_secret()?))),
                // A locked collection does not always tell what is in it.
                None if !items.locked.is_empty() || is_locked(service)? => Err(Error::Locked),
                None => Ok(None),
            }
        })
    }

    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        self.with(|service| {
            let items = service.search_items(names(slot))?;
            for item in items.locked.iter().chain(&items.unlocked) {
                if item.is_locked()? {
                    item.unlock()?;
                }
                item.delete()?;
            }
            Ok(!(items.unlocked.is_empty() && items.locked.is_empty()))
        })
    }
}

/// The attributes by which an item is found again.
fn names(slot: &Slot) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", slot.account.as_str())])
}

/// Whether the default collection is locked. One that does not exist yet is not.
fn is_locked(service: &SecretService<'_>) -> Result<bool, Error> {
    match service.get_default_collection() {
        Ok(collection) => collection.is_locked(),
        Err(Error::NoResult) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The default collection, unlocked; the service asks the person.
fn unlocked<'a>(service: &'a SecretService<'a>) -> Result<Collection<'a>, Error> {
    let collection = service.get_default_collection()?;
    if collection.is_locked()? {
        collection.unlock()?;
        collection.ensure_unlocked()?;
    }
    Ok(collection)
}

/// Whether an error may come from a session that outlived its service, so that a new session may mend it.
fn is_about_the_session(error: &Error) -> bool {
    match error {
        Error::Zbus(zbus::Error::MethodError(name, ..)) => {
            !name.as_str().starts_with("org.freedesktop.Secret.Error.") || name.as_str().ends_with(".NoSession")
        }
        Error::Zbus(_) | Error::ZbusFdo(_) | Error::Zvariant(_) | Error::Crypto(_) | Error::Unavailable => true,
        _ => false,
    }
}

fn told(error: &Error) -> KeychainError {
    match error {
        Error::Locked | Error::Prompt | Error::PromptDisconnected => KeychainError::Locked,
        Error::Unavailable => KeychainError::Missing("there is no D-Bus session or no Secret Service on it".to_owned()),
        Error::Zbus(zbus::Error::MethodError(name, words, _)) => {
            let words = cleaned(words.as_deref().unwrap_or(name.as_str()), SHOWN);
            match name.as_str() {
                "org.freedesktop.Secret.Error.IsLocked" => KeychainError::Locked,
                name if name.starts_with("org.freedesktop.Secret.Error.") => KeychainError::Refused(words),
                "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                    KeychainError::Missing("no Secret Service is running".to_owned())
                }
                name if name.starts_with("org.freedesktop.DBus.Error.Spawn") => KeychainError::Missing(words),
                _ => KeychainError::Refused(words),
            }
        }
        // Whatever else zbus says is about the connection.
        Error::Zbus(error) => KeychainError::Missing(cleaned(&error.to_string(), SHOWN)),
        Error::ZbusFdo(error) => KeychainError::Missing(cleaned(&error.to_string(), SHOWN)),
        Error::Crypto(_) | Error::Zvariant(_) => {
            KeychainError::Refused("the Secret Service's answer is not understood".to_owned())
        }
        _ => KeychainError::Refused("the Secret Service gave no result".to_owned()),
    }
}
