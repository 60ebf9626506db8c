//! Keys and host keys that a person makes, registers and confirms. A private half never goes out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::credential::{DeployKey, HostKey, SecretInput};

/// What kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyAlgorithm {
    /// ECDSA on P-256.
    EcdsaP256,
    /// ECDSA on P-384, what `flux create secret git` makes unless told otherwise.
    EcdsaP384,
    /// ECDSA on P-521.
    EcdsaP521,
    /// Ed25519.
    Ed25519,
    /// RSA with 4096 bits.
    Rsa,
}

/// Makes a key.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct GenerateKeyRequest {
    /// What it is for: a source's name, a repository's address, or `host[:port][/path]`.
    pub place: String,
    /// What kind.
    pub algorithm: KeyAlgorithm,
    /// What encrypts it, in the vault and when it is taken along.
    pub passphrase: Option<SecretInput>,
    /// It may take the place of a key that is there.
    pub replace: bool,
}

/// A key was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyMade {
    /// Its id among the credentials.
    pub credential: String,
    /// Its public half, to be registered at the host.
    pub key: DeployKey,
}

/// Asks a Git host about a key.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct KeyRequest {
    /// The key: its id, its target, or a source or address that it is used for.
    pub place: String,
    /// A token for the host, for this once; a kept one otherwise.
    pub token: Option<SecretInput>,
}

/// Registers a key at its Git host.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct RegisterKeyRequest {
    /// The key: its id, its target, or a source or address that it is used for.
    pub place: String,
    /// A token for the host, for this once; a kept one otherwise.
    pub token: Option<SecretInput>,
    /// It may only read.
    pub read_only: bool,
}

/// A key as its Git host has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyAtHost {
    /// The host, such as `GitHub at api.github.com`.
    pub forge: String,
    /// The repository there.
    pub repository: String,
    /// What was done, or is so.
    pub state: KeyStanding,
    /// It may write.
    pub may_write: bool,
    /// What it is called there; empty where it is not known.
    pub title: String,
}

/// How a key stands at its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyStanding {
    /// It was registered now.
    Registered,
    /// It was there and could only read, and may write from now on.
    Allowed,
    /// It was there already.
    Known,
    /// The host does not know it for this repository.
    Unknown,
}

/// A server that is reached over SSH.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostRequest {
    /// A source's name, an address, `host` or `host:port`.
    pub host: String,
}

/// Host keys, and how each compares with what is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostKeys {
    /// The keys.
    pub keys: Vec<HostKey>,
}

/// Trusts host keys that a person compared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TrustHostRequest {
    /// A source's name, an address, `host` or `host:port`.
    pub host: String,
    /// The fingerprints, as they were shown. The server is asked again: it must still show them.
    pub fingerprints: Vec<String>,
    /// They take the place of others that are on record.
    pub replace: bool,
}

/// Writes a key into a connected cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportKeyRequest {
    /// The key: its id, its target, or a source or address that it is used for.
    pub place: String,
    /// The cluster.
    pub cluster: String,
    /// The namespace of the Secret.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// A Secret that is there with other contents gives way.
    pub replace: bool,
}

/// What became of the Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SecretState {
    /// It was not there.
    Created,
    /// It was there with other contents.
    Replaced,
    /// It was there already, the same to the byte.
    Same,
}

/// A key that was taken along into a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyInCluster {
    /// The cluster.
    pub cluster: String,
    /// What became of the Secret.
    pub state: SecretState,
}
