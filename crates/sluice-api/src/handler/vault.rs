//! The vault: opened by a person, and chosen by one.

use sluice_engine::VaultChoice;

use crate::api::Api;
use crate::command::{Answers, ChooseVault, UnlockKeychain};
use crate::convert::count;
use crate::view::common::Nothing;
use crate::view::credential::SecretInput;
use crate::view::error::{ErrorCode, WireError};
use crate::view::vault::{ChooseVaultRequest, UnlockRequest, VaultMoved, VaultPlace};

impl Answers<UnlockKeychain> for Api {
    async fn answer(&self, request: UnlockRequest) -> Result<Nothing, WireError> {
        let passphrase = request.passphrase.map(SecretInput::into_secret).filter(|phrase| !phrase.is_empty());
        self.inner.engine.unlock_keychain(passphrase).await?;
        Ok(Nothing {})
    }
}

impl Answers<ChooseVault> for Api {
    async fn answer(&self, request: ChooseVaultRequest) -> Result<VaultMoved, WireError> {
        let passphrase = request.passphrase.map(SecretInput::into_secret);
        let choice = match (request.place, passphrase) {
            (VaultPlace::System, _) => VaultChoice::System,
            (VaultPlace::File, Some(passphrase)) => VaultChoice::File { path: None, passphrase },
            (VaultPlace::File, None) => {
                let words = "an encrypted file needs a passphrase".to_owned();
                return Err(WireError::new(ErrorCode::InvalidRequest, words, "type one of eight characters or more"));
            }
        };
        let moved = self.inner.engine.choose_vault(choice, &self.inner.who).await?;
        Ok(VaultMoved { moved: count(moved.moved), left: moved.left })
    }
}
