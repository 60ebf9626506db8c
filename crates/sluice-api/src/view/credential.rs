//! Credentials: what there is, where it comes from, and whether it works. A secret only ever comes in, never goes out.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use sluice_core::Secret;
use ts_rs::TS;

use super::error::WireError;

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    /// An OCI registry.
    Registry,
    /// Git over HTTPS.
    GitHttp,
    /// Git over SSH: a private key.
    GitSsh,
    /// Signing commits: an OpenPGP or SSH key.
    Signing,
    /// The interface of a Git host: a token that may manage deploy keys.
    Forge,
    /// TLS with a host: certificate authorities, a certificate of our own.
    Tls,
    /// A proxy on the way to a host.
    Proxy,
}

/// Where a credential comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialOrigin {
    /// The place it is kept in.
    pub place: CredentialPlace,
    /// The user name; nothing where there is none.
    pub username: Option<String>,
    /// More about the place, such as the helper's name; perhaps empty.
    pub detail: String,
}

/// Where credentials are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CredentialPlace {
    /// None is used.
    Anonymous,
    /// The operating system's keychain, where Sluice put it.
    Keychain,
    /// Docker's or podman's configuration.
    DockerConfig,
    /// A helper that the configuration of docker or podman names.
    DockerHelper,
    /// Git's credential helper.
    GitHelper,
    /// The SSH agent.
    SshAgent,
    /// A key file in `~/.ssh`.
    SshFile,
    /// `~/.netrc`
    Netrc,
    /// An environment variable.
    Environment,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// What Sluice keeps in the keychain, by target.
    pub kept: Vec<Credential>,
    /// What was found on this computer, by place.
    pub found: Vec<FoundCredential>,
}

/// A credential that Sluice keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// Its id.
    pub credential: String,
    /// What it is for.
    pub kind: CredentialKind,
    /// `host[:port][/path]`: it is used for everything below.
    pub target: String,
    /// The user name; perhaps empty.
    pub username: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// When it ends, where that is known.
    pub expires_at: Option<Timestamp>,
    /// What the remote said of it at the last use; nothing when it worked or was not used.
    pub problem: Option<WireError>,
    /// Its public half, for a key.
    pub key: Option<DeployKey>,
}

/// A credential that is on this computer already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundCredential {
    /// Names the place: the whole place is allowed or not.
    pub place: CredentialPlace,
    /// More about it, such as the file or the helper's name.
    pub detail: String,
    /// What is in it.
    pub entries: Vec<FoundEntry>,
    /// How it went when it was last used.
    pub tried: Tried,
}

/// One entry of such a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundEntry {
    /// The host, or a key's kind and comment.
    pub target: String,
    /// The user name, where it can be known without asking for the secret.
    pub username: Option<String>,
}

/// How a use went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "tried", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Tried {
    /// Not tried.
    No,
    /// It works for these.
    Works {
        /// Hosts or sources.
        targets: Vec<String>,
    },
    /// It was refused.
    Refused {
        /// The remote's own words.
        words: String,
    },
}

/// A public key that a remote may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeployKey {
    /// Its kind, such as `ECDSA P-521`.
    pub algorithm: String,
    /// The public half, as one line of `authorized_keys`.
    pub public: String,
    /// `SHA256:…`
    pub fingerprint: String,
    /// Where the private half is.
    pub origin: CredentialOrigin,
    /// What is known of its right to write.
    pub write: WriteAccess,
}

/// What is known of a right to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WriteAccess {
    /// It was never tried.
    Untried,
    /// It wrote, or was let through.
    Allowed {
        /// When.
        at: Timestamp,
    },
    /// It was refused.
    Refused {
        /// When.
        at: Timestamp,
        /// The remote's own words.
        words: String,
    },
}

/// A server's host key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HostKey {
    /// The server, `host[:port]`.
    pub host: String,
    /// Its kind, such as `ED25519`.
    pub algorithm: String,
    /// `SHA256:…`
    pub fingerprint: String,
    /// When it was first seen.
    pub seen_at: Timestamp,
    /// How it compares.
    pub trust: HostKeyTrust,
}

/// How a host key compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "trust", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum HostKeyTrust {
    /// It is among the known hosts.
    Known {
        /// `Sluice`, or `known_hosts` for the file of the SSH programs.
        place: String,
    },
    /// It is new and the same as the host publishes.
    Published,
    /// It is new.
    New,
    /// It is on record as one that must not be trusted.
    Revoked,
    /// It is another than the one on record.
    Changed {
        /// The one on record.
        known: String,
        /// Where that stands.
        place: String,
    },
}

/// A secret on its way in. It cannot be printed, compared or sent back.
#[derive(TS)]
#[ts(type = "string")]
pub struct SecretInput(Secret);

impl SecretInput {
    /// The secret.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl<'de> Deserialize<'de> for SecretInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own error would repeat what was sent.
        let no_text = |_| serde::de::Error::custom("a secret is sent as a text");
        String::deserialize(deserializer).map(|text| Self(Secret::new(text))).map_err(no_text)
    }
}

/// Keeps a credential in the keychain, after it was tried.
#[derive(Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct AddCredentialRequest {
    /// What it is for.
    pub kind: CredentialKind,
    /// `host[:port][/path]`.
    pub target: String,
    /// The user name; empty for a bearer token or a key.
    pub username: String,
    /// The password, token or private key.
    pub secret: SecretInput,
    /// The private key's passphrase.
    pub passphrase: Option<SecretInput>,
    /// What some kinds need besides.
    pub details: Option<CredentialDetails>,
    /// Keep it even when the remote refuses it or cannot be reached.
    pub keep_untested: bool,
}

/// What some kinds of credentials need besides their secret. None of it is secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct CredentialDetails {
    /// Where a proxy is: `http://host:port` or `socks5://host:port`.
    pub address: Option<String>,
    /// Certificate authorities in PEM, for TLS.
    pub ca_pem: Option<String>,
    /// A certificate in PEM, for TLS; its key is the secret.
    pub certificate_pem: Option<String>,
    /// A GitHub App; its key is the secret.
    pub app: Option<GitHubAppDetails>,
}

/// A GitHub App.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct GitHubAppDetails {
    /// Its id or client id.
    pub app_id: String,
    /// The number of its installation.
    pub installation_id: Option<String>,
    /// The account that has installed it, where the number is not given.
    pub installation_owner: Option<String>,
    /// The root of the interface, where it is not the host's usual one.
    pub api: Option<String>,
}

/// A credential was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialAdded {
    /// Its id.
    pub credential: String,
    /// What the remote said; nothing when it took it.
    pub problem: Option<WireError>,
}

/// A credential is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialId {
    /// Its id.
    pub credential: String,
}
