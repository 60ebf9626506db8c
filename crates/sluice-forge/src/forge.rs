//! The handle on one forge.

use reqwest::Method;
use serde_json::Value;
use sluice_core::Secret;

use crate::access::ForgeAccess;
use crate::deploy_key::{DeployKey, NewDeployKey};
use crate::dialect::{self, Dialect};
use crate::error::ForgeError;
use crate::kind::{ForgeKind, Place};
use crate::wire::Wire;

/// One forge and somebody's token for it.
pub struct Forge {
    kind: ForgeKind,
    dialect: &'static dyn Dialect,
    wire: Wire,
}

/// What came of a wish to have a key registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// It was registered now.
    New(DeployKey),
    /// It was registered already and read-only, and was allowed to write now.
    Allowed(DeployKey),
    /// It was registered already, as it is wished.
    Already(DeployKey),
}

impl Registered {
    /// The key as the forge has it now.
    pub fn key(&self) -> &DeployKey {
        match self {
            Self::New(key) | Self::Allowed(key) | Self::Already(key) => key,
        }
    }
}

impl Forge {
    /// Prepares to speak with a forge; nothing is asked yet.
    ///
    /// # Errors
    /// When the token, a certificate or the proxy cannot be used.
    pub fn new(place: &Place, access: &ForgeAccess) -> Result<Self, ForgeError> {
        let dialect = dialect::of(place.kind);
        let host = place.host();
        let token = access.token.as_ref().filter(|token| !token.is_empty()).map(Secret::expose_str).transpose();
        let token = token.map_err(|error| ForgeError::BadAccess {
            forge: host.clone(),
            what: "token",
            words: error.to_string(),
        })?;
        let authorization = token.map(|token| dialect.authorization(token));
        let wire = Wire::new(&place.api, host, access, authorization, dialect.headers())?;
        Ok(Self { kind: place.kind, dialect, wire })
    }

    /// What kind of forge it is.
    pub fn kind(&self) -> ForgeKind {
        self.kind
    }

    /// The keys of a repository, by its path (`acme/fleet.git`).
    ///
    /// # Errors
    /// When the path is none, or the forge refuses or cannot be reached.
    pub async fn deploy_keys(&self, path: &str) -> Result<Vec<DeployKey>, ForgeError> {
        let repository = self.repository(path)?;
        let items = self.wire.list(&self.dialect.keys(&repository), &what(path)).await?;
        items.into_iter().map(|item| self.read(item)).collect()
    }

    /// A repository's key with this public half, if it knows it.
    ///
    /// # Errors
    /// As [`Forge::deploy_keys`].
    pub async fn find(&self, path: &str, public: &str) -> Result<Option<DeployKey>, ForgeError> {
        Ok(self.deploy_keys(path).await?.into_iter().find(|key| key.is(public)))
    }

    /// Sees to it that a key is registered as wished: registers it, or allows one that is there to write. A key that may
    /// write more than is wished is left as it is.
    ///
    /// # Errors
    /// When the forge refuses. A key that had to be made anew and could not be is registered read-only again.
    pub async fn register(&self, path: &str, new: &NewDeployKey) -> Result<Registered, ForgeError> {
        let Some(there) = self.find(path, &new.public).await? else {
            return self.add(path, new).await.map(Registered::New);
        };
        if there.may_write || !new.may_write {
            return Ok(Registered::Already(there));
        }
        let repository = self.repository(path)?;
        if let Some((method, address, form)) = self.dialect.allow_writing(&repository, &there) {
            let changed = self.wire.ask(method, &address, Some(&form), &what(path)).await?;
            return self.read(changed).map(Registered::Allowed);
        }
        self.remove(path, there.id).await?;
        match self.add(path, new).await {
            Ok(key) => Ok(Registered::Allowed(key)),
            Err(error) => {
                let as_before = NewDeployKey { title: there.title, public: there.public, may_write: false };
                if let Err(again) = self.add(path, &as_before).await {
                    tracing::warn!(forge = self.wire.host(), %again, "the read-only key could not be registered again");
                }
                Err(error)
            }
        }
    }

    /// Registers a key.
    ///
    /// # Errors
    /// When the forge refuses; a key that it knows already is [`ForgeError::KeyTaken`].
    pub async fn add(&self, path: &str, new: &NewDeployKey) -> Result<DeployKey, ForgeError> {
        let repository = self.repository(path)?;
        let address = self.dialect.keys(&repository);
        let address = address.split('?').next().unwrap_or_default();
        let form = self.dialect.form(new);
        match self.wire.ask(Method::POST, address, Some(&form), &what(path)).await {
            Ok(key) => self.read(key),
            Err(ForgeError::Refused { forge, words, .. }) if self.dialect.says_taken(&words) => {
                Err(ForgeError::KeyTaken { forge, words })
            }
            Err(error) => Err(error),
        }
    }

    /// Removes a key by the forge's number of it.
    ///
    /// # Errors
    /// When there is none, or the forge refuses.
    pub async fn remove(&self, path: &str, id: u64) -> Result<(), ForgeError> {
        let repository = self.repository(path)?;
        let address = self.dialect.key(&repository, id);
        self.wire.ask(Method::DELETE, &address, None, &format!("key {id} of {}", path.trim_matches('/'))).await?;
        Ok(())
    }

    fn repository(&self, path: &str) -> Result<String, ForgeError> {
        let unknown = || ForgeError::BadRepository {
            forge: self.wire.host().to_owned(),
            path: sluice_core::words::cleaned(path, 200),
        };
        self.dialect.repository(path).ok_or_else(unknown)
    }

    fn read(&self, key: Value) -> Result<DeployKey, ForgeError> {
        let strange = || ForgeError::BadAnswer {
            forge: self.wire.host().to_owned(),
            words: format!("it is no deploy key as {} describes them", self.kind.name()),
        };
        self.dialect.read(key).ok_or_else(strange)
    }
}

fn what(path: &str) -> String {
    format!("repository {}", path.trim_matches('/').trim_end_matches(".git"))
}
