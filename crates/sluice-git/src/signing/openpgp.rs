//! OpenPGP keys that sign commits.

use std::fmt;

use jiff::Timestamp;
use pgp::composed::{ArmorOptions, Deserializable as _, DetachedSignature, SignedPublicKey, SignedSecretKey};
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{
    EncryptedSecretParams, Fingerprint, KeyDetails as _, KeyVersion, Password, S2kParams, SecretParams, StringToKey,
};
use sluice_core::Secret;

use super::certificate::Certificate;
use super::{SignatureKind, SignerFacts};
use crate::key::{KeyProblem, checked_text};
use crate::mirror::SigningError;

/// A secret key and what opens it. It stays encrypted in memory; each signature decrypts it for itself.
pub(super) struct OpenPgpKey {
    key: SignedSecretKey,
    part: Fingerprint,
    passphrase: Password,
    facts: SignerFacts,
}

impl OpenPgpKey {
    /// Whether a text looks like one, so that SSH's readers need not try.
    pub(super) fn is_one(text: &str) -> bool {
        text.contains("-----BEGIN PGP ")
    }

    /// Reads an armored secret key and finds out whether it can sign at that time.
    pub(super) fn read(key: &Secret, passphrase: Option<&Secret>, at: Timestamp) -> Result<Self, KeyProblem> {
        let text = checked_text(key)?;
        if text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----") && !text.contains("PGP PRIVATE KEY BLOCK") {
            return Err(KeyProblem::PublicHalf);
        }
        if !text.contains("-----END PGP PRIVATE KEY BLOCK-----") {
            return Err(KeyProblem::Damaged);
        }
        let blocks = text.matches("-----BEGIN PGP PRIVATE KEY BLOCK-----").count();
        if blocks > 1 {
            return Err(KeyProblem::Several(blocks));
        }
        let (keys, _) = SignedSecretKey::from_string_many(text.trim_start()).map_err(|_| KeyProblem::Damaged)?;
        let mut keys = keys.collect::<Result<Vec<_>, _>>().map_err(|_| KeyProblem::Damaged)?;
        let key = match (keys.pop(), keys.len()) {
            (None, _) => return Err(KeyProblem::Damaged),
            (Some(only), 0) => only,
            (Some(_), others) => return Err(KeyProblem::Several(others + 1)),
        };
        let public = key.to_public_key();
        let certificate = Certificate::of(&public);
        let mut trouble = KeyProblem::NoSecretPart;
        let parts = certificate.signers(at)?;
        let passphrase = passphrase.filter(|phrase| !phrase.is_empty());
        let password = passphrase.map_or_else(Password::empty, |phrase| Password::from(phrase.expose()));
        for part in parts.iter().map(super::certificate::Part::fingerprint) {
            match opens(&key, &part, &password, passphrase.is_some()) {
                Ok(()) => {
                    let facts = facts(&public, &certificate, &part)?;
                    return Ok(Self { part, passphrase: password, facts, key });
                }
                Err(problem) => trouble = problem,
            }
        }
        Err(trouble)
    }

    pub(super) fn facts(&self) -> &SignerFacts {
        &self.facts
    }

    /// The armored signature of the bytes.
    pub(super) fn sign(&self, bytes: &[u8], at: Timestamp) -> Result<String, SigningError> {
        let failed = |error: pgp::errors::Error| SigningError(format!("OpenPGP: {error}"));
        let signature = match self.key.secret_subkeys.iter().find(|subkey| subkey.key.fingerprint() == self.part) {
            Some(subkey) => signature_of(&subkey.key, &self.passphrase, bytes, at),
            None => signature_of(&self.key.primary_key, &self.passphrase, bytes, at),
        };
        DetachedSignature::new(signature.map_err(failed)?).to_armored_string(ArmorOptions::default()).map_err(failed)
    }
}

impl fmt::Debug for OpenPgpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenPgpKey").field(&self.facts.key).finish()
    }
}

fn signature_of(
    key: &impl pgp::types::SigningKey,
    passphrase: &Password,
    bytes: &[u8],
    at: Timestamp,
) -> pgp::errors::Result<pgp::packet::Signature> {
    let hash = key.hash_alg();
    let mut config = match key.version() {
        KeyVersion::V6 => SignatureConfig::v6(rand::thread_rng(), SignatureType::Binary, key.algorithm(), hash)?,
        _ => SignatureConfig::v4(SignatureType::Binary, key.algorithm(), hash),
    };
    // Before 1970 and after 2106 OpenPGP has no time.
    let at = pgp::types::Timestamp::from_secs(u32::try_from(at.as_second()).unwrap_or_default());
    config.hashed_subpackets = vec![
        Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
        Subpacket::critical(SubpacketData::SignatureCreationTime(at))?,
    ];
    if key.version() != KeyVersion::V6 {
        config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?];
    }
    config.sign(key, passphrase, bytes)
}

/// Whether a part's secret is there and opens.
fn opens(key: &SignedSecretKey, part: &Fingerprint, password: &Password, is_given: bool) -> Result<(), KeyProblem> {
    let subkey = key.secret_subkeys.iter().find(|subkey| subkey.key.fingerprint() == *part);
    let is_primary = key.primary_key.fingerprint() == *part;
    let (params, opened) = match subkey {
        Some(subkey) => {
            (subkey.key.secret_params(), subkey.key.unlock(password, |_, _| Ok(())).and_then(|inner| inner).is_ok())
        }
        None if is_primary => {
            let primary = &key.primary_key;
            (primary.secret_params(), primary.unlock(password, |_, _| Ok(())).and_then(|inner| inner).is_ok())
        }
        None => return Err(KeyProblem::NoSecretPart),
    };
    match params {
        SecretParams::Encrypted(sealed) if is_a_stub(sealed) => Err(KeyProblem::NoSecretPart),
        _ if opened => Ok(()),
        SecretParams::Encrypted(_) if !is_given => Err(KeyProblem::PassphraseMissing),
        SecretParams::Encrypted(_) => Err(KeyProblem::PassphraseWrong),
        SecretParams::Plain(_) => Err(KeyProblem::Damaged),
    }
}

/// GnuPG's place holder for a secret that is on a card or was not exported (its `doc/DETAILS`, S2K 101).
fn is_a_stub(sealed: &EncryptedSecretParams) -> bool {
    match sealed.string_to_key_params() {
        S2kParams::Aead { s2k, .. } | S2kParams::Cfb { s2k, .. } | S2kParams::MalleableCfb { s2k, .. } => {
            matches!(s2k, StringToKey::Private { .. })
        }
        S2kParams::Unprotected | S2kParams::LegacyCfb { .. } => false,
    }
}

/// What a public key says of itself.
pub(super) fn facts_of_public(armored: &str) -> Result<SignerFacts, KeyProblem> {
    let (key, _) = SignedPublicKey::from_string(armored.trim_start()).map_err(|_| KeyProblem::Damaged)?;
    facts(&key, &Certificate::of(&key), &key.primary_key.fingerprint())
}

fn facts(
    public: &SignedPublicKey,
    certificate: &Certificate<'_>,
    part: &Fingerprint,
) -> Result<SignerFacts, KeyProblem> {
    let armored = public.to_armored_string(ArmorOptions::default()).map_err(|_| KeyProblem::Damaged)?;
    let algorithm = match public.public_subkeys.iter().find(|subkey| subkey.key.fingerprint() == *part) {
        Some(subkey) => subkey.key.algorithm(),
        None => public.primary_key.algorithm(),
    };
    Ok(SignerFacts {
        kind: SignatureKind::OpenPgp,
        algorithm: format!("{algorithm:?}").to_ascii_lowercase(),
        key: fingerprint(&public.primary_key.fingerprint()),
        name: certificate.name(),
        public: armored,
        expires_at: certificate.expires_at(),
    })
}

/// A fingerprint as GnuPG shows it: hexadecimal digits in capitals.
pub(super) fn fingerprint(of: &Fingerprint) -> String {
    of.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
}
