//! What a caller brings along to reach a forge.

use std::time::Duration;

use sluice_core::Secret;

/// How to reach a forge: token, certificates, proxy, patience.
#[derive(Debug)]
pub struct ForgeAccess {
    /// A token of somebody who may manage the repository's keys; none is anonymous.
    pub token: Option<Secret>,
    /// Certificate authorities in PEM, trusted besides the system's own.
    pub ca_pem: Option<Vec<u8>>,
    /// A certificate for TLS with its key, both in PEM.
    pub client_identity: Option<(Vec<u8>, Secret)>,
    /// A proxy, `http://host:port` or `socks5://host:port`; the environment's unless given.
    pub proxy: Option<String>,
    /// A name and a password for the proxy.
    pub proxy_credential: Option<(String, Secret)>,
    /// The longest that one question may take.
    pub timeout: Duration,
    /// Where the token comes from, in words for messages. Never a secret.
    pub origin: String,
}

impl Default for ForgeAccess {
    fn default() -> Self {
        Self {
            token: None,
            ca_pem: None,
            client_identity: None,
            proxy: None,
            proxy_credential: None,
            timeout: Duration::from_secs(30),
            origin: String::new(),
        }
    }
}

impl ForgeAccess {
    /// Signs in with a token that comes from `origin`.
    pub fn with(token: Secret, origin: impl Into<String>) -> Self {
        Self { token: Some(token), origin: origin.into(), ..Self::default() }
    }
}
