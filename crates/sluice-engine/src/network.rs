//! What lies between this machine and a host: certificate authorities, a certificate of our own, a proxy.
//!
//! It is looked up by host and path as credentials are, and holds for Git over HTTPS, registries and forges alike. A proxy
//! holds for Git over SSH too.

use sluice_core::Secret;
use sluice_store::CredentialKind;
use sluice_vault::Login;

use crate::{Engine, EngineError};

/// The kept facts about the way to a host.
#[derive(Debug, Default)]
pub(crate) struct Network {
    pub(crate) ca_pem: Option<Vec<u8>>,
    pub(crate) identity: Option<(Vec<u8>, Secret)>,
    pub(crate) proxy: Option<(String, Option<(String, Secret)>)>,
}

impl Engine {
    /// What is kept about the way to `host[:port][/path]`.
    pub(crate) async fn network_to(&self, below: &str) -> Result<Network, EngineError> {
        let mut network = Network::default();
        if let Some((_, Login::Tls { ca_pem, identity })) = self.kept(CredentialKind::Tls, below).await? {
            (network.ca_pem, network.identity) = (ca_pem, identity);
        }
        if let Some((_, Login::Proxy { address, credential })) = self.kept(CredentialKind::Proxy, below).await? {
            network.proxy = Some((address, credential));
        }
        Ok(network)
    }
}

/// Authorities from two places, one behind the other.
pub(crate) fn joined(first: Option<Vec<u8>>, second: Option<Vec<u8>>) -> Option<Vec<u8>> {
    match (first, second) {
        (Some(mut first), Some(second)) => {
            first.push(b'\n');
            first.extend(second);
            Some(first)
        }
        (first, second) => first.or(second),
    }
}
