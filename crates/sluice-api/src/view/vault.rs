//! Where secrets are kept, and a person's choice of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::credential::SecretInput;

/// Opens the vault.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct UnlockRequest {
    /// The passphrase of an encrypted file; nothing for the operating system's keychain, which asks by itself.
    pub passphrase: Option<SecretInput>,
}

/// Where secrets are to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VaultPlace {
    /// In the operating system's keychain.
    System,
    /// In an encrypted file beside the database.
    File,
}

/// Keeps secrets somewhere else from now on.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ChooseVaultRequest {
    /// Where.
    pub place: VaultPlace,
    /// What opens the encrypted file; at least eight characters.
    pub passphrase: Option<SecretInput>,
}

/// Secrets are kept somewhere else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultMoved {
    /// How many secrets were taken along.
    pub moved: u32,
    /// Targets of credentials whose secrets could not be read, and have to be given again.
    pub left: Vec<String>,
}
