//! A certificate authority of the test's own.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SigningKey as _,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// A certificate authority that nobody else trusts.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate of an [`Authority`], with its key.
pub struct Certified {
    /// The certificate in PEM.
    pub certificate_pem: String,
    /// The key in PEM (PKCS#8).
    pub key_pem: String,
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    /// Makes one.
    ///
    /// # Panics
    /// When the key cannot be made.
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let mut params = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).expect("an authority can sign itself");
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// Its certificate in PEM.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A certificate for a server with these names and addresses.
    ///
    /// # Panics
    /// When a name cannot stand in a certificate.
    pub fn server(&self, names: &[&str]) -> Certified {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names fit a certificate");
        params.distinguished_name.push(DnType::CommonName, "server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.certify(params)
    }

    /// A certificate for a client.
    pub fn client(&self, name: &str) -> Certified {
        let mut params = named(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.certify(params)
    }

    /// A certificate for a client whose time is long over.
    pub fn expired_client(&self, name: &str) -> Certified {
        let mut params = named(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        self.certify(params)
    }

    /// What a TLS client of ours needs to trust this authority only; with `identity`, it shows that certificate.
    ///
    /// # Panics
    /// When rustls does not take what rcgen made.
    pub fn client_config(&self, identity: Option<&Certified>) -> Arc<ClientConfig> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_root_certificates(self.roots());
        Arc::new(match identity {
            None => builder.with_no_client_auth(),
            Some(own) => builder
                .with_client_auth_cert(vec![own.certificate.der().clone()], own.private_key())
                .expect("rustls takes the certificate"),
        })
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).expect("our authority is a root");
        roots
    }

    fn certify(&self, mut params: CertificateParams) -> Certified {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.signed_by(&key, &self.issuer).expect("an authority can sign");
        Certified { certificate_pem: certificate.pem(), key_pem: key.serialize_pem(), certificate, key }
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl Certified {
    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// Signs bytes with the key: ECDSA P-256 with SHA-256, in DER.
    ///
    /// # Panics
    /// When the key cannot sign.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.key.sign(bytes).expect("a key of our own can sign")
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("rcgen writes PKCS#8")
    }

    /// What a TLS server of ours needs; with `clients`, it wants a certificate of that authority.
    ///
    /// # Panics
    /// When rustls does not take what rcgen made.
    pub fn server_config(&self, clients: Option<&Authority>) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions");
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let roots = authority.roots().into();
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
                builder.with_client_cert_verifier(verifier.expect("one root is enough"))
            }
        };
        let config = builder.with_single_cert(vec![self.certificate.der().clone()], self.private_key());
        Arc::new(config.expect("rustls takes the certificate"))
    }
}
