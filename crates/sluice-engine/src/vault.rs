//! Where secrets are kept: the operating system's keychain, or an encrypted file where a person chose one.
//!
//! The choice stands in the settings (`[vault]`), so that every process of the person follows it. A file's passphrase is
//! nowhere: a process that was not given it finds the vault locked and says so.

use std::path::PathBuf;
use std::sync::PoisonError;

use sluice_core::Secret;
use sluice_vault::{KeychainState, PassphrasePrompt, Vault, VaultError};

use crate::access::item_of;
use crate::settings::VaultSettings;
use crate::{Engine, EngineError};

/// The shortest passphrase of a file, in characters. Argon2id makes each guess slow; that helps nobody with four letters.
const SHORTEST: usize = 8;

/// Where secrets are to be kept.
#[derive(Debug)]
pub enum VaultChoice {
    /// In the operating system's keychain.
    System,
    /// In an encrypted file.
    File {
        /// Where; beside the database when absent.
        path: Option<PathBuf>,
        /// What opens it. A file that is there must open with it.
        passphrase: Secret,
    },
}

/// Where secrets are kept, and how that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultStatus {
    /// What it is called in messages.
    pub name: String,
    /// The encrypted file, where a person chose one.
    pub file: Option<PathBuf>,
    /// Whether it can be used.
    pub state: KeychainState,
}

/// What moving to another vault came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultMoved {
    /// How it is now.
    pub status: VaultStatus,
    /// How many secrets were taken along.
    pub moved: usize,
    /// What could not be read where it was: targets of credentials that have to be given again.
    pub left: Vec<String>,
}

/// The vault that the settings choose: closed, where it is a file, or opened by a person when it is needed.
pub(crate) fn chosen(settings: &VaultSettings, system: &Vault, prompt: Option<&PassphrasePrompt>) -> Vault {
    match (&settings.file, prompt) {
        (Some(path), Some(prompt)) => Vault::asked_file(path, prompt.clone()),
        (Some(path), None) => Vault::closed_file(path),
        (None, _) => system.clone(),
    }
}

impl Engine {
    /// The vault in use. A cheap handle.
    pub(crate) fn vault(&self) -> Vault {
        self.shared.vault.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn put_vault(&self, vault: Vault) {
        *self.shared.vault.write().unwrap_or_else(PoisonError::into_inner) = vault;
    }

    /// Where secrets are kept, and how that is. Never asks a person.
    pub async fn vault_status(&self) -> VaultStatus {
        let vault = self.vault();
        let file = self.settings().vault.file.clone();
        VaultStatus { name: vault.name().to_owned(), file, state: vault.state().await }
    }

    /// Whether the keychain can be used. Never asks a person.
    pub async fn keychain_state(&self) -> KeychainState {
        self.vault().state().await
    }

    /// Opens the vault: the operating system asks the person for its own keychain, a file is opened with its passphrase.
    ///
    /// # Errors
    /// When it is not there, the person did not unlock it, or the passphrase is not the file's.
    pub async fn unlock_keychain(&self, passphrase: Option<Secret>) -> Result<(), EngineError> {
        let settings = self.settings();
        match (&settings.vault.file, passphrase) {
            (Some(path), Some(passphrase)) => {
                // A file that is gone is not begun anew behind the person's back.
                if !tokio::fs::try_exists(path).await.unwrap_or(true) {
                    return Ok(self.vault().unlock().await?);
                }
                self.put_vault(Vault::file(path, passphrase).await?);
            }
            _ => self.vault().unlock().await?,
        }
        self.shared.agent.wake();
        Ok(())
    }

    /// Keeps secrets somewhere else from now on. Those that can be read are taken along, and then removed where they
    /// were.
    ///
    /// # Errors
    /// When the passphrase is too short or not the file's, the new place cannot be used, or the settings cannot be
    /// written; then everything stays as it was.
    pub async fn choose_vault(&self, choice: VaultChoice, who: &str) -> Result<VaultMoved, EngineError> {
        let (file, new) = match choice {
            VaultChoice::System => (None, self.shared.system_vault.clone()),
            VaultChoice::File { path, passphrase } => {
                let path = path.unwrap_or_else(|| self.paths().vault());
                let path = std::path::absolute(&path).unwrap_or(path);
                check_passphrase(&passphrase)?;
                (Some(path.clone()), Vault::file(path, passphrase).await?)
            }
        };
        if self.settings().vault.file == file {
            let is_open = self.keychain_state().await == KeychainState::Ready;
            if !is_open {
                new.unlock().await?;
                self.put_vault(new);
            }
            return Ok(VaultMoved { status: self.vault_status().await, moved: 0, left: Vec::new() });
        }
        new.unlock().await?;
        let old = self.vault();
        let (mut moved, mut left) = (Vec::new(), Vec::new());
        for record in self.store().credentials().await? {
            let item = item_of(&record);
            match old.get(&item).await {
                Ok(Some(login)) => {
                    new.put(&item, &login).await?;
                    moved.push(item);
                }
                Ok(None) => {}
                Err(error @ (VaultError::Locked { .. } | VaultError::Missing { .. } | VaultError::NoAnswer { .. })) => {
                    tracing::debug!(%error, "a secret stays where it is");
                    left.push(record.target);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let written = file.as_ref().map(|path| path.display().to_string().into());
        self.change_settings(|settings| settings.set("vault", "file", written))?;
        self.put_vault(new);
        for item in &moved {
            // Now that it is kept twice, a copy that stays behind is untidy and no loss.
            if let Err(error) = old.remove(item).await {
                tracing::warn!(%error, "a secret could not be removed where it was");
            }
        }
        let status = self.vault_status().await;
        self.audit(who, "vault-chosen", &status.name, &format!("{} secrets moved", moved.len())).await?;
        self.shared.agent.wake();
        Ok(VaultMoved { status, moved: moved.len(), left })
    }
}

fn check_passphrase(passphrase: &Secret) -> Result<(), EngineError> {
    let long_enough = passphrase.expose_str().is_ok_and(|text| text.chars().count() >= SHORTEST);
    if long_enough {
        return Ok(());
    }
    Err(EngineError::Invalid {
        message: format!("the vault's passphrase has fewer than {SHORTEST} characters"),
        hint: "take four words or more; whoever has the file may guess as long as they like".to_owned(),
    })
}
