//! Public keys that image signatures are checked with.

use std::fmt;

use ring::signature::{self as ring_signature, UnparsedPublicKey, VerificationAlgorithm};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use spki::der::Decode as _;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// More keys than any team signs with.
const MOST: usize = 16;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A public key. `cosign generate-key-pair` writes one as `cosign.pub`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyKey {
    kind: Kind,
    public: Vec<u8>,
    fingerprint: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

/// Why a text is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyKeyProblem {
    /// There is none in it.
    #[error("there is no public key in PEM (`-----BEGIN PUBLIC KEY-----`) in it")]
    None,
    /// It is cut off, or something else.
    #[error("a public key in it cannot be read")]
    Damaged,
    /// Of a kind that is not checked.
    #[error("a public key in it is of a kind that is not checked; ECDSA on P-256 or P-384, Ed25519 and RSA are")]
    Unsupported,
    /// More than anybody signs with.
    #[error("there are more than {MOST} public keys in it")]
    TooMany,
}

impl VerifyKey {
    /// Reads every public key of a text in PEM (`SubjectPublicKeyInfo`, RFC 5280); at least one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read_all(pem: &str) -> Result<Vec<Self>, VerifyKeyProblem> {
        let mut keys = Vec::new();
        for der in SubjectPublicKeyInfoDer::pem_slice_iter(pem.as_bytes()) {
            if keys.len() == MOST {
                return Err(VerifyKeyProblem::TooMany);
            }
            keys.push(Self::of_der(&der.map_err(|_| VerifyKeyProblem::Damaged)?)?);
        }
        if keys.is_empty() { Err(VerifyKeyProblem::None) } else { Ok(keys) }
    }

    /// Reads one public key in DER.
    pub(super) fn of_der(der: &[u8]) -> Result<Self, VerifyKeyProblem> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| VerifyKeyProblem::Damaged)?;
        let curve = info.algorithm.parameters_oid().ok();
        let kind = match (info.algorithm.oid, curve) {
            (ELLIPTIC, Some(P256)) => Kind::P256,
            (ELLIPTIC, Some(P384)) => Kind::P384,
            (ED25519, _) => Kind::Ed25519,
            (RSA, _) => Kind::Rsa,
            _ => return Err(VerifyKeyProblem::Unsupported),
        };
        let public = info.subject_public_key.as_bytes().ok_or(VerifyKeyProblem::Damaged)?.to_vec();
        Ok(Self { kind, public, fingerprint: format!("sha256:{:x}", Sha256::digest(der)) })
    }

    /// `sha256:` and the hash of the key in DER, as `openssl pkey -pubin -outform DER | sha256sum` prints it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether the key made this signature. Keys on P-384 sign with SHA-256 in older cosign, and with SHA-384.
    pub(super) fn made(&self, message: &[u8], signature: &[u8]) -> bool {
        let ways: &[&'static dyn VerificationAlgorithm] = match self.kind {
            Kind::P256 => &[&ring_signature::ECDSA_P256_SHA256_ASN1],
            Kind::P384 => &[&ring_signature::ECDSA_P384_SHA256_ASN1, &ring_signature::ECDSA_P384_SHA384_ASN1],
            Kind::Ed25519 => &[&ring_signature::ED25519],
            Kind::Rsa => &[&ring_signature::RSA_PKCS1_2048_8192_SHA256],
        };
        ways.iter().any(|way| UnparsedPublicKey::new(*way, &self.public).verify(message, signature).is_ok())
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VerifyKey").field(&self.fingerprint).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_a_usable_key_are_told_apart() {
        let cut = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----\n";
        let x25519 = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        for (text, expected) in [
            ("", VerifyKeyProblem::None),
            ("hunter2", VerifyKeyProblem::None),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", VerifyKeyProblem::None),
            ("-----BEGIN PUBLIC KEY-----\nMFkw", VerifyKeyProblem::Damaged),
            (cut, VerifyKeyProblem::Damaged),
            (x25519, VerifyKeyProblem::Unsupported),
        ] {
            assert_eq!(VerifyKey::read_all(text), Err(expected), "{text}");
        }
    }
}
