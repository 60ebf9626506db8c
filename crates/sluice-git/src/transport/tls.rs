//! TLS with the system's certificate authorities and those that the access brings.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection};
use rustls_platform_verifier::Verifier;

use crate::error::GitError;
use crate::operation::Operation;

/// A TLS session with the operation's remote, before the handshake.
pub(super) fn session(operation: &Operation) -> Result<ClientConnection, GitError> {
    let failed = |words: &str| GitError::Certificate { remote: operation.place(), words: operation.shown(words) };
    let config = config(operation)?;
    let name = ServerName::try_from(operation.remote.host().to_owned())
        .map_err(|_| failed("the host's name cannot be in a certificate"))?;
    ClientConnection::new(Arc::new(config), name).map_err(|error| failed(&error.to_string()))
}

fn config(operation: &Operation) -> Result<ClientConfig, GitError> {
    let failed = |error: rustls::Error| GitError::Certificate {
        remote: operation.place(),
        words: operation.shown(&error.to_string()),
    };
    // The provider is named, so that it does not matter whether the program installed one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let own = own_authorities(operation)?;
    let verifier = Verifier::new_with_extra_roots(own.iter().cloned(), provider.clone());
    let builder =
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().map_err(failed)?;
    let config = match verifier {
        // Despite the name: the platform's verifier with more roots checks everything.
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        // A machine without any certificate authority of its own can still trust those that were given.
        Err(error) if !own.is_empty() => {
            tracing::warn!(%error, "the system's certificate authorities cannot be used");
            let mut roots = rustls::RootCertStore::empty();
            roots.add_parsable_certificates(own);
            builder.with_root_certificates(roots)
        }
        Err(error) => return Err(failed(error)),
    };
    let mut config = match &operation.access.client_identity {
        None => config.with_no_client_auth(),
        Some(identity) => {
            let unusable = |words: &str| operation.bad_access("client certificate", words);
            let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&identity.certificate_pem).collect();
            let chain = chain.map_err(|error| unusable(&error.to_string()))?;
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose());
            let key = key.map_err(|_| unusable("its key is not PEM"))?;
            config.with_client_auth_cert(chain, key).map_err(|error| unusable(&error.to_string()))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn own_authorities(operation: &Operation) -> Result<Vec<CertificateDer<'static>>, GitError> {
    let Some(pem) = &operation.access.ca_pem else { return Ok(Vec::new()) };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| operation.bad_access("CA certificate", &error.to_string()))?;
    if read.is_empty() {
        return Err(operation.bad_access("CA certificate", "there is no certificate in it"));
    }
    Ok(read)
}
