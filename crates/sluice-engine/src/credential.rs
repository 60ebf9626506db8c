//! Credentials that a person gives to Sluice: their records in the store, their secrets in the keychain.

use sluice_git::RemoteUrl;
use sluice_registry::{PingReport, SignIn};
use sluice_store::{CredentialKind, CredentialRecord};
use sluice_vault::{KeychainState, Login};

use crate::access::{credential_target, item_of, lies_under};
use crate::settings::SourceSettings;
use crate::{Engine, EngineError};

/// A credential to be kept.
#[derive(Debug)]
pub struct NewCredential {
    /// What it is for.
    pub kind: CredentialKind,
    /// `host[:port][/path]`: it is used for everything below, by whole path segments.
    pub target: String,
    /// The user name; empty for a token alone.
    pub username: String,
    /// The secret.
    pub login: Login,
}

/// What a test of a credential came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialTest {
    /// Whether it was taken.
    pub is_accepted: bool,
    /// What was done and what the other side said.
    pub words: String,
}

impl Engine {
    /// Keeps a credential: the secret in the keychain, everything else in the database. One for the same target is
    /// replaced.
    ///
    /// # Errors
    /// When the target is none, or the keychain is locked, missing or refuses; then nothing is kept.
    pub async fn add_credential(&self, new: NewCredential, who: &str) -> Result<CredentialRecord, EngineError> {
        let target = checked_target(&new.target)?;
        let all = self.store().credentials().await?;
        let before = all.into_iter().find(|record| record.kind == new.kind && record.target == target);
        let id = match &before {
            Some(before) if before.username == new.username => before.id.clone(),
            _ => fresh_id(new.kind, &target, &new.username, self.now()),
        };
        let record = CredentialRecord { id, kind: new.kind, target, username: new.username, created_at: self.now() };
        self.shared.vault.put(&item_of(&record), &new.login).await?;
        if let Some(before) = before.filter(|before| before.id != record.id) {
            self.store().remove_credential(&before.id).await?;
            self.shared.vault.remove(&item_of(&before)).await?;
        }
        self.store().put_credential(record.clone()).await?;
        self.shared.agent.wake();
        self.audit(who, "credential-added", &format!("{} {}", record.kind.as_str(), record.target), "").await?;
        Ok(record)
    }

    /// Every kept credential, without secrets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self) -> Result<Vec<CredentialRecord>, EngineError> {
        Ok(self.store().credentials().await?)
    }

    /// Removes a credential by its id or its target.
    ///
    /// # Errors
    /// When there is none, several have that target, or the keychain refuses.
    pub async fn remove_credential(&self, name: &str, who: &str) -> Result<CredentialRecord, EngineError> {
        let record = self.find_credential(name).await?;
        self.shared.vault.remove(&item_of(&record)).await?;
        self.store().remove_credential(&record.id).await?;
        self.audit(who, "credential-removed", &format!("{} {}", record.kind.as_str(), record.target), "").await?;
        Ok(record)
    }

    /// Signs in where the credential is for, and says how that went.
    ///
    /// # Errors
    /// When there is none of that name, or the keychain cannot be read. A credential that is refused is an answer.
    pub async fn test_credential(&self, name: &str) -> Result<CredentialTest, EngineError> {
        let record = self.find_credential(name).await?;
        let outcome = match record.kind {
            CredentialKind::Registry => self.test_registry(&record).await,
            CredentialKind::GitHttp | CredentialKind::GitSsh => self.test_git(&record).await,
        };
        match outcome {
            Ok(words) => Ok(CredentialTest { is_accepted: true, words }),
            Err(error @ (EngineError::Store(_) | EngineError::Vault(_) | EngineError::Invalid { .. })) => Err(error),
            Err(error) => Ok(CredentialTest { is_accepted: false, words: error.to_string() }),
        }
    }

    async fn test_registry(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let (host, repository) = record.target.split_once('/').unwrap_or((&record.target, ""));
        let access = self.access_to_registry(host, repository).await?;
        let PingReport { url, sign_in, .. } = self.shared.registry.ping(host, &access).await?;
        Ok(match sign_in {
            SignIn::Accepted => format!("{url} took the credential"),
            SignIn::Anonymous | SignIn::NotAsked => format!("{url} answers without asking who it is"),
        })
    }

    async fn test_git(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let source = self.source_to_try(record.kind, &record.target)?;
        let access = self.git_access(&source, &source.url).await?;
        let fetched = self.fetch(&source.url, access).await?;
        Ok(format!("{} answered with {} references", source.url, fetched.refs.refs.len()))
    }

    /// The repository that a Git credential for `target` can be tried on.
    pub(crate) fn source_to_try(&self, kind: CredentialKind, target: &str) -> Result<SourceSettings, EngineError> {
        let settings = self.settings();
        let below = settings.sources.iter().find(|source| lies_under(&credential_target(&source.url), target));
        match below {
            Some(source) => Ok(source.clone()),
            None if target.contains('/') => {
                let scheme = if kind == CredentialKind::GitSsh { "ssh" } else { "https" };
                let url = format!("{scheme}://{target}");
                let url = RemoteUrl::parse(&url).map_err(|cause| EngineError::git(&url, cause.into()))?;
                Ok(SourceSettings::new("test", url))
            }
            None => Err(EngineError::Invalid {
                message: format!("no source lies under {target}, so there is nothing to try it on"),
                hint: "add a source first, or give the credential the path of a repository".to_owned(),
            }),
        }
    }

    async fn find_credential(&self, name: &str) -> Result<CredentialRecord, EngineError> {
        let all = self.store().credentials().await?;
        let mut found: Vec<_> =
            all.iter().filter(|record| record.id == name || record.target == name).cloned().collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => Err(EngineError::Invalid {
                message: format!("several credentials are for {name}"),
                hint: "name it by its id: sluice credential list".to_owned(),
            }),
            (None, _) => Err(EngineError::NotFound {
                what: "credential",
                name: name.to_owned(),
                nearest: all.into_iter().map(|record| record.target).take(3).collect(),
            }),
        }
    }

    /// Whether the keychain can be used.
    pub async fn keychain_state(&self) -> KeychainState {
        self.shared.vault.state().await
    }
}

fn checked_target(text: &str) -> Result<String, EngineError> {
    let target = text.trim().trim_end_matches('/');
    let target = target.split_once("://").map_or(target, |(_, rest)| rest);
    let fits =
        !target.is_empty() && !target.contains('@') && !target.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits {
        return Ok(target.to_owned());
    }
    Err(EngineError::Invalid {
        message: format!("`{}` is no place for a credential", text.escape_debug()),
        hint: "write a host, or a host with a path: ghcr.io, ghcr.io/acme, github.com/acme/fleet.git".to_owned(),
    })
}

/// Eight digits that name a credential: nobody has to guess them, they only have to differ.
fn fresh_id(kind: CredentialKind, target: &str, username: &str, at: jiff::Timestamp) -> String {
    use sha2::{Digest as _, Sha256};
    let text = format!("{} {target} {username} {}", kind.as_str(), at.as_nanosecond());
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
