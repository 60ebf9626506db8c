//! What a caller brings along to reach one remote.

use std::fmt;
use std::time::Duration;

use sluice_core::Secret;

use crate::known_hosts::KnownHosts;
use crate::words;

/// How to reach a remote: credential, certificates, host keys, proxy, patience.
///
/// It corresponds to `secretRef`, `proxySecretRef` and `timeout` of Flux's GitRepository.
#[derive(Debug)]
pub struct GitAccess {
    /// Who signs in; none is anonymous.
    pub credential: Option<GitCredential>,
    /// Certificate authorities in PEM, trusted for this access besides the system's own (`ca.crt`).
    pub ca_pem: Option<Vec<u8>>,
    /// A certificate of our own for TLS (`tls.crt` and `tls.key`).
    pub client_identity: Option<ClientIdentity>,
    /// The host keys that an SSH server may show. A server with any other key is refused.
    pub known_hosts: KnownHosts,
    /// The longest silence of the other side. The whole operation may last [`TOTAL`] times as long, so that a server
    /// that drips bytes ends as well, and a first fetch of a large repository does not.
    pub timeout: Duration,
    /// A proxy for this remote.
    pub proxy: Option<ProxyAddress>,
    /// Where the credential comes from, in words for messages: `secret flux-system/fleet`. Never a secret.
    pub origin: String,
}

/// How many times [`GitAccess::timeout`] a whole operation may last.
pub const TOTAL: u32 = 30;

impl Default for GitAccess {
    fn default() -> Self {
        Self {
            credential: None,
            ca_pem: None,
            client_identity: None,
            known_hosts: KnownHosts::default(),
            timeout: Duration::from_secs(60),
            proxy: None,
            origin: String::new(),
        }
    }
}

impl GitAccess {
    /// Nothing but the address, and Flux's default patience of 60 seconds.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Signs in with a credential that comes from `origin`.
    pub fn with(credential: GitCredential, origin: impl Into<String>) -> Self {
        Self { credential: Some(credential), origin: origin.into(), ..Self::default() }
    }

    /// A second copy, for a worker thread; the secrets in it are copied on purpose.
    pub fn duplicate(&self) -> Self {
        Self {
            credential: self.credential.as_ref().map(GitCredential::duplicate),
            ca_pem: self.ca_pem.clone(),
            client_identity: self.client_identity.as_ref().map(ClientIdentity::duplicate),
            known_hosts: self.known_hosts.clone(),
            timeout: self.timeout,
            proxy: self.proxy.as_ref().map(ProxyAddress::duplicate),
            origin: self.origin.clone(),
        }
    }
}

/// A certificate and its key.
#[derive(Debug)]
pub struct ClientIdentity {
    /// The certificate, with its chain, in PEM.
    pub certificate_pem: Vec<u8>,
    /// The key in PEM (PKCS#8, PKCS#1 or SEC1).
    pub key_pem: Secret,
}

impl ClientIdentity {
    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        Self { certificate_pem: self.certificate_pem.clone(), key_pem: self.key_pem.duplicate() }
    }
}

/// Who signs in at a remote.
#[derive(Debug)]
pub enum GitCredential {
    /// A name and a password or access token, for HTTP(S).
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token in `Authorization: Bearer`, for HTTP(S).
    Bearer(Secret),
    /// A private key in PEM (OpenSSH, PKCS#1, PKCS#8 or SEC1), for SSH. It never touches the disk.
    SshKey {
        /// The key.
        private_key: Secret,
        /// What it is encrypted with, if it is.
        passphrase: Option<Secret>,
    },
    /// Any key that the SSH agent of this session holds (`SSH_AUTH_SOCK`, Pageant), for SSH.
    SshAgent,
}

impl GitCredential {
    /// A second copy of the same credential, made on purpose.
    pub fn duplicate(&self) -> Self {
        match self {
            Self::Basic { username, password } => {
                Self::Basic { username: username.clone(), password: password.duplicate() }
            }
            Self::Bearer(token) => Self::Bearer(token.duplicate()),
            Self::SshKey { private_key, passphrase } => Self::SshKey {
                private_key: private_key.duplicate(),
                passphrase: passphrase.as_ref().map(Secret::duplicate),
            },
            Self::SshAgent => Self::SshAgent,
        }
    }
}

/// A proxy by address: `http://host:port` (CONNECT) or `socks5://host:port` (`proxySecretRef`).
pub struct ProxyAddress {
    /// The address. A name and password in it are used and never shown.
    pub address: String,
    /// The name and password (`username` and `password` of Flux's Secret).
    pub credential: Option<(String, Secret)>,
}

impl ProxyAddress {
    /// A second copy, made on purpose.
    pub fn duplicate(&self) -> Self {
        let credential = self.credential.as_ref().map(|(name, password)| (name.clone(), password.duplicate()));
        Self { address: self.address.clone(), credential }
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyAddress").field("address", &words::without_userinfo(&self.address)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_shows_in_what_is_printed_for_debugging() {
        let secret = || Secret::new("hunter2");
        for credential in [
            GitCredential::Basic { username: "me".into(), password: secret() },
            GitCredential::Bearer(secret()),
            GitCredential::SshKey { private_key: secret(), passphrase: Some(secret()) },
        ] {
            let proxy = ProxyAddress {
                address: "http://me:hunter2@proxy:3128".into(),
                credential: Some(("me".into(), secret())),
            };
            let access = GitAccess { proxy: Some(proxy), ..GitAccess::with(credential, "secret default/fleet") };
            let shown = format!("{access:?} {:?}", access.duplicate());
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("proxy:3128") && shown.contains("default/fleet"), "{shown}");
        }
    }
}
