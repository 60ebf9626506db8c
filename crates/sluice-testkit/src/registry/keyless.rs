//! A sigstore of the test's own: an authority that makes certificates for identities as Fulcio does, and a log that
//! promises to have seen signatures as Rekor does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData as _, SanType, SigningKey as _,
    date_time_ymd,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::cosign::{BUNDLE, signed_statement, simple_payload};
use super::image::{MANIFEST, Rendered, descriptor, digest};

/// A Fulcio and a Rekor.
pub struct Sigstore {
    root: Certificate,
    intermediate: Certificate,
    issuer: Issuer<'static, KeyPair>,
    log: KeyPair,
}

/// Who signs, and how it is written down. [`Default`] is in order.
#[derive(Debug, Clone)]
pub struct Signing {
    /// Whom the certificate is for, an address.
    pub identity: String,
    /// Who vouches for that.
    pub issuer: String,
    /// The issuer stands in the certificate as older Fulcio wrote it.
    pub has_old_issuer: bool,
    /// When the log saw it, in seconds since 1970. The certificate is valid on 2026-11-20.
    pub seen_at: i64,
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            identity: "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main".to_owned(),
            issuer: "https://token.actions.githubusercontent.com".to_owned(),
            has_old_issuer: false,
            // 2026-11-20T10:00:00Z
            seen_at: 1_795_168_800,
        }
    }
}

/// A keyless signature made the older way, as its layer and its annotations hold it.
#[derive(Debug, Clone)]
pub struct KeylessSignature {
    /// What was signed.
    pub payload: Vec<u8>,
    /// The signature in base64.
    pub signature: String,
    /// The certificate in PEM; empty to leave it out.
    pub certificate: String,
    /// What the log says, in JSON; nothing to leave it out.
    pub bundle: Option<Value>,
}

impl Sigstore {
    /// Makes both.
    ///
    /// # Panics
    /// When a key cannot be made.
    pub fn start() -> Self {
        let key = || KeyPair::generate().expect("a key can be made");
        let authority = |name: &str, constraint| {
            let mut params = CertificateParams::default();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(constraint);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            params
        };
        let (root_key, root_params) = (key(), authority("root", BasicConstraints::Constrained(1)));
        let root = root_params.self_signed(&root_key).expect("an authority can sign itself");
        let mut params = authority("intermediate", BasicConstraints::Constrained(0));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        let intermediate_key = key();
        let root_issuer = Issuer::new(root_params, root_key);
        let intermediate = params.signed_by(&intermediate_key, &root_issuer).expect("it can be signed");
        Self { root, intermediate, issuer: Issuer::new(params, intermediate_key), log: key() }
    }

    /// The `trusted_root.json` that names both.
    pub fn trusted_root(&self) -> String {
        self.trusted_root_with_log(&self.log)
    }

    /// The same with the log of another sigstore.
    pub fn trusted_root_with_log_of(&self, other: &Self) -> String {
        self.trusted_root_with_log(&other.log)
    }

    fn trusted_root_with_log(&self, log: &KeyPair) -> String {
        let public = log.subject_public_key_info();
        let certificate = |one: &Certificate| json!({ "rawBytes": STANDARD.encode(one.der()) });
        let span = json!({ "start": "2020-01-01T00:00:00Z" });
        json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [{
                "baseUrl": "https://rekor.example",
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": STANDARD.encode(&public),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": span,
                },
                "logId": { "keyId": STANDARD.encode(Sha256::digest(&public)) },
            }],
            "certificateAuthorities": [{
                "subject": { "organization": "acme", "commonName": "fulcio" },
                "uri": "https://fulcio.example",
                "certChain": { "certificates": [certificate(&self.intermediate), certificate(&self.root)] },
                "validFor": span,
            }],
            "ctlogs": [],
            "timestampAuthorities": [],
        })
        .to_string()
    }

    /// Signs an image the older way.
    pub fn simple(&self, image: &str, signing: &Signing) -> KeylessSignature {
        let payload = simple_payload(image);
        let (certificate, key) = self.certificate(signing);
        let signature = STANDARD.encode(key.sign(&payload).expect("it can be signed"));
        let body = json!({
            "apiVersion": "0.0.1",
            "kind": "hashedrekord",
            "spec": {
                "data": { "hash": { "algorithm": "sha256", "value": format!("{:x}", Sha256::digest(&payload)) } },
                "signature": {
                    "content": signature,
                    "publicKey": { "content": STANDARD.encode(certificate.pem()) },
                },
            },
        });
        let (entry, promise) = self.seen(&body, signing.seen_at);
        let bundle = Some(json!({ "SignedEntryTimestamp": promise, "Payload": entry }));
        KeylessSignature { payload, signature, certificate: certificate.pem(), bundle }
    }

    /// A bundle (version 0.3) that signs an image.
    pub fn bundle(&self, image: &str, predicate: &str, signing: &Signing) -> Value {
        let (kind, payload, signed) = signed_statement(image, predicate);
        let (certificate, key) = self.certificate(signing);
        let signature = STANDARD.encode(key.sign(signed.as_bytes()).expect("it can be signed"));
        let body = json!({
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {
                "envelopeHash": { "algorithm": "sha256", "value": "0".repeat(64) },
                "payloadHash": { "algorithm": "sha256", "value": format!("{:x}", Sha256::digest(&payload)) },
                "signatures": [{ "signature": signature, "verifier": STANDARD.encode(certificate.pem()) }],
            },
        });
        let (entry, promise) = self.seen(&body, signing.seen_at);
        json!({
            "mediaType": BUNDLE,
            "verificationMaterial": {
                "certificate": { "rawBytes": STANDARD.encode(certificate.der()) },
                "tlogEntries": [{
                    "logIndex": entry["logIndex"].to_string(),
                    "logId": { "keyId": STANDARD.encode(self.log_id()) },
                    "kindVersion": { "kind": "dsse", "version": "0.0.1" },
                    "integratedTime": entry["integratedTime"].to_string(),
                    "inclusionPromise": { "signedEntryTimestamp": promise },
                    "canonicalizedBody": entry["body"],
                }],
                "timestampVerificationData": { "rfc3161Timestamps": [] },
            },
            "dsseEnvelope": {
                "payload": STANDARD.encode(payload),
                "payloadType": kind,
                "signatures": [{ "sig": signature }],
            },
        })
    }

    fn log_id(&self) -> Vec<u8> {
        Sha256::digest(self.log.subject_public_key_info()).to_vec()
    }

    /// The log's entry, and its promise in base64.
    fn seen(&self, body: &Value, at: i64) -> (Value, String) {
        let body = STANDARD.encode(body.to_string());
        let id: String = self.log_id().iter().map(|byte| format!("{byte:02x}")).collect();
        // The canonical form, by the letter.
        let canonical = format!(r#"{{"body":"{body}","integratedTime":{at},"logID":"{id}","logIndex":7}}"#);
        let promise = STANDARD.encode(self.log.sign(canonical.as_bytes()).expect("it can be signed"));
        (json!({ "body": body, "integratedTime": at, "logIndex": 7, "logID": id }), promise)
    }

    fn certificate(&self, signing: &Signing) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key can be made");
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.subject_alt_names = vec![SanType::URI(signing.identity.as_str().try_into().expect("it is ASCII"))];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        (params.not_before, params.not_after) = (date_time_ymd(2026, 11, 20), date_time_ymd(2026, 11, 21));
        let issuer = signing.issuer.as_bytes();
        let extension = match signing.has_old_issuer {
            true => CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 57264, 1, 1], issuer.to_vec()),
            false => {
                let length = u8::try_from(issuer.len()).ok().filter(|length| *length < 128).expect("it is short");
                let text = [&[0x0c, length], issuer].concat();
                CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 57264, 1, 8], text)
            }
        };
        params.custom_extensions = vec![extension];
        let certificate = params.signed_by(&key, &self.issuer).expect("it can be signed");
        (certificate, key)
    }
}

/// What stands below the tag of an image's signatures.
pub fn keyless_manifest(signatures: &[KeylessSignature]) -> Rendered {
    let config = b"{}".to_vec();
    let layers = signatures.iter().map(|signature| {
        let mut layer = descriptor("application/vnd.dev.cosign.simplesigning.v1+json", &signature.payload);
        let mut annotations = json!({ "dev.cosignproject.cosign/signature": signature.signature });
        if !signature.certificate.is_empty() {
            annotations["dev.sigstore.cosign/certificate"] = json!(signature.certificate);
        }
        if let Some(bundle) = &signature.bundle {
            annotations["dev.sigstore.cosign/bundle"] = json!(bundle.to_string());
        }
        layer["annotations"] = annotations;
        layer
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": layers.collect::<Vec<_>>(),
    });
    let mut blobs: Vec<_> = signatures.iter().map(|one| (digest(&one.payload), one.payload.clone())).collect();
    blobs.push((digest(&config), config));
    super::cosign::rendered(MANIFEST, &manifest, blobs)
}
