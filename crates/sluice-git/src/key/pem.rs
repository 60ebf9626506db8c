//! The formats of private keys besides OpenSSH's own: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) and SEC1 (RFC 5915), in PEM.
//!
//! They are what x/crypto's `ParsePrivateKey` takes, so what a Secret of Flux may hold.

use pkcs8::der::Decode as _;
use pkcs8::der::asn1::{ObjectIdentifier, OctetStringRef};
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo, SecretDocument};
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use ssh_key::PrivateKey;
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair};

use super::KeyProblem;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Reads `PRIVATE KEY`.
pub(super) fn pkcs8(der: &[u8]) -> Result<PrivateKey, KeyProblem> {
    let info = PrivateKeyInfo::from_der(der).map_err(|_| KeyProblem::Damaged)?;
    match info.algorithm.oid {
        RSA => pkcs1(info.private_key),
        EC => {
            let curve = info.algorithm.parameters_oid().map_err(|_| KeyProblem::Damaged)?;
            on_curve(curve, info.private_key)
        }
        ED25519 => {
            let seed = OctetStringRef::from_der(info.private_key).map_err(|_| KeyProblem::Damaged)?;
            let seed = seed.as_bytes().try_into().map_err(|_| KeyProblem::Damaged)?;
            of(KeypairData::Ed25519(Ed25519Keypair::from_seed(seed)))
        }
        other => Err(KeyProblem::Unsupported(other.to_string())),
    }
}

/// Reads `ENCRYPTED PRIVATE KEY`.
pub(super) fn encrypted_pkcs8(der: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, KeyProblem> {
    let passphrase = passphrase.filter(|phrase| !phrase.is_empty()).ok_or(KeyProblem::PassphraseMissing)?;
    let sealed = EncryptedPrivateKeyInfo::from_der(der).map_err(|_| KeyProblem::Damaged)?;
    // Which of the two is wrong, the passphrase or the data, cannot be told: decryption ends in noise either way.
    let opened: SecretDocument = sealed.decrypt(passphrase).map_err(|_| KeyProblem::PassphraseWrong)?;
    pkcs8(opened.as_bytes())
}

/// Reads `RSA PRIVATE KEY`.
pub(super) fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyProblem> {
    let key = rsa::RsaPrivateKey::from_pkcs1_der(der).map_err(|_| KeyProblem::Damaged)?;
    of(KeypairData::Rsa(RsaKeypair::try_from(key).map_err(|_| KeyProblem::Damaged)?))
}

/// Reads `EC PRIVATE KEY`.
pub(super) fn sec1(der: &[u8]) -> Result<PrivateKey, KeyProblem> {
    let key = sec1::EcPrivateKey::from_der(der).map_err(|_| KeyProblem::Damaged)?;
    let curve = key.parameters.and_then(|parameters| parameters.named_curve()).ok_or(KeyProblem::Damaged)?;
    on_curve(curve, der)
}

/// A key on one of the curves, from its SEC1 structure.
fn on_curve(curve: ObjectIdentifier, der: &[u8]) -> Result<PrivateKey, KeyProblem> {
    let damaged = |_| KeyProblem::Damaged;
    let pair = match curve {
        P256 => {
            let key = p256::SecretKey::from_sec1_der(der).map_err(damaged)?;
            EcdsaKeypair::NistP256 { public: key.public_key().into(), private: key.into() }
        }
        P384 => {
            let key = p384::SecretKey::from_sec1_der(der).map_err(damaged)?;
            EcdsaKeypair::NistP384 { public: key.public_key().into(), private: key.into() }
        }
        P521 => {
            let key = p521::SecretKey::from_sec1_der(der).map_err(damaged)?;
            EcdsaKeypair::NistP521 { public: key.public_key().into(), private: key.into() }
        }
        other => return Err(KeyProblem::Unsupported(format!("curve {other}"))),
    };
    of(KeypairData::Ecdsa(pair))
}

fn of(pair: KeypairData) -> Result<PrivateKey, KeyProblem> {
    PrivateKey::new(pair, "").map_err(|_| KeyProblem::Damaged)
}
