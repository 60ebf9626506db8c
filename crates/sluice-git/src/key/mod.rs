//! SSH keys of clients: reading them in whatever format they come, making them, and their public halves.
//!
//! A key is kept decrypted and in memory only. To add a format: a function in `pem.rs` and its label here.

mod certificate;
mod openssh;
mod pem;
mod problem;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::BigUint;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use sha2::Sha512;
use sluice_core::Secret;
use ssh_key::private::{KeypairData, RsaKeypair};
use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, LineEnding, Mpint, PrivateKey, PublicKey, Signature};
use zeroize::Zeroizing;

pub use certificate::{CertificateFacts, CertificateProblem};
pub use problem::KeyProblem;

/// The most bytes of a private key: RSA with 16,384 bits has 13 thousand, OpenPGP keys with many signatures more.
pub const LARGEST_KEY: usize = 256 * 1024;

/// The least bits of an RSA key that is used.
const LEAST_RSA: usize = 2048;
/// The most bits of an RSA key that is made: more takes minutes and helps nobody.
const MOST_RSA: usize = 8192;

/// What kind of key to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SshKeyKind {
    /// ECDSA on P-256.
    EcdsaP256,
    /// ECDSA on P-384, what `flux create secret git` makes unless told otherwise.
    EcdsaP384,
    /// ECDSA on P-521.
    EcdsaP521,
    /// Ed25519.
    Ed25519,
    /// RSA with so many bits.
    Rsa {
        /// 2048 to 8192.
        bits: usize,
    },
}

/// A private SSH key, decrypted.
#[derive(Clone)]
pub struct SshKey(PrivateKey);

/// The half of an SSH key that anybody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshPublicKey {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp521`, `ssh-rsa`.
    pub algorithm: String,
    /// `SHA256:` and the digest, as ssh-keygen and the forges write it.
    pub fingerprint: String,
    /// What its owner calls it; may be empty.
    pub comment: String,
    /// The line for `authorized_keys`, with the comment.
    pub line: String,
}

impl SshKey {
    /// Reads a private key: OpenSSH's format, PKCS#8, PKCS#1 or SEC1, in PEM.
    ///
    /// # Errors
    /// What is wrong with it; nothing of the key is in the error.
    pub fn read(key: &Secret, passphrase: Option<&Secret>) -> Result<Self, KeyProblem> {
        let text = checked_text(key)?;
        let passphrase = passphrase.map(Secret::expose);
        let Some(pem) = Pem::find(text) else {
            return Err(if is_public_half(text) { KeyProblem::PublicHalf } else { KeyProblem::NotAKey });
        };
        let der = || pem.body().ok_or(KeyProblem::Damaged);
        let key = match pem.label {
            "OPENSSH PRIVATE KEY" => openssh::read(&der()?, passphrase),
            _ if text.contains("Proc-Type: 4,ENCRYPTED") => Err(KeyProblem::OldEncryption),
            "PRIVATE KEY" => pem::pkcs8(&der()?),
            "ENCRYPTED PRIVATE KEY" => pem::encrypted_pkcs8(&der()?, passphrase),
            "RSA PRIVATE KEY" => pem::pkcs1(&der()?),
            "EC PRIVATE KEY" => pem::sec1(&der()?),
            "DSA PRIVATE KEY" => Err(KeyProblem::Unsupported("DSA".to_owned())),
            label if label.ends_with("PUBLIC KEY") || label.ends_with("PUBLIC KEY BLOCK") => {
                Err(KeyProblem::PublicHalf)
            }
            _ => Err(KeyProblem::NotAKey),
        }?;
        if let KeypairData::Rsa(pair) = key.key_data() {
            let bits = bits_of(pair);
            if bits < LEAST_RSA {
                return Err(KeyProblem::TooShort { bits, least: LEAST_RSA });
            }
        }
        Ok(Self(key))
    }

    /// Makes a key from the operating system's randomness. RSA takes seconds.
    ///
    /// # Errors
    /// When the number of bits is not one that is made.
    pub fn generate(kind: SshKeyKind, comment: &str) -> Result<Self, KeyProblem> {
        let ecdsa = |curve| Algorithm::Ecdsa { curve };
        // It fails only for kinds that the library was built without.
        let random = |algorithm| {
            PrivateKey::random(&mut OsRng, algorithm).map_err(|error| KeyProblem::Unsupported(error.to_string()))
        };
        let mut key = match kind {
            SshKeyKind::EcdsaP256 => random(ecdsa(EcdsaCurve::NistP256))?,
            SshKeyKind::EcdsaP384 => random(ecdsa(EcdsaCurve::NistP384))?,
            SshKeyKind::EcdsaP521 => random(ecdsa(EcdsaCurve::NistP521))?,
            SshKeyKind::Ed25519 => random(Algorithm::Ed25519)?,
            SshKeyKind::Rsa { bits } if !(LEAST_RSA..=MOST_RSA).contains(&bits) || bits % 8 != 0 => {
                return Err(KeyProblem::Unsupported(format!("RSA with {bits} bits")));
            }
            SshKeyKind::Rsa { bits } => {
                let pair = RsaKeypair::random(&mut OsRng, bits);
                let pair = pair.map_err(|error| KeyProblem::Unsupported(error.to_string()))?;
                PrivateKey::new(KeypairData::Rsa(pair), "").map_err(|_| KeyProblem::Damaged)?
            }
        };
        key.set_comment(one_line(comment));
        Ok(Self(key))
    }

    /// The half that anybody may see.
    pub fn public(&self) -> SshPublicKey {
        SshPublicKey::of(self.0.public_key())
    }

    /// The key in OpenSSH's format, encrypted where a passphrase is given (AES-256 in counter mode, bcrypt).
    ///
    /// # Errors
    /// When the key cannot be written, which no key that was read or made is known to do.
    pub fn to_openssh(&self, passphrase: Option<&Secret>) -> Result<Secret, KeyProblem> {
        let written = match passphrase.filter(|phrase| !phrase.is_empty()) {
            None => self.0.to_openssh(LineEnding::LF),
            Some(phrase) => self.0.encrypt(&mut OsRng, phrase.expose()).and_then(|key| key.to_openssh(LineEnding::LF)),
        };
        written.map(|text| Secret::new(text.as_bytes())).map_err(|_| KeyProblem::Damaged)
    }

    /// Signs bytes, as agents do: RSA with SHA-512 (RFC 8332).
    ///
    /// RSA is signed here and not by the `ssh-key` crate, whose 0.6 puts the key together from one prime twice. The
    /// numbers are blinded, as the timing of `rsa` depends on them.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Signature, ssh_key::Error> {
        let KeypairData::Rsa(pair) = self.0.key_data() else { return Ok(self.0.key_data().try_sign(bytes)?) };
        let number = |of: &Mpint| BigUint::from_bytes_be(of.as_bytes());
        let key = rsa::RsaPrivateKey::from_components(
            number(&pair.public.n),
            number(&pair.public.e),
            number(&pair.private.d),
            vec![number(&pair.private.p), number(&pair.private.q)],
        );
        let key = rsa::pkcs1v15::SigningKey::<Sha512>::new(key.map_err(|_| ssh_key::Error::Crypto)?);
        let signature = key.try_sign_with_rng(&mut OsRng, bytes)?;
        Signature::new(Algorithm::Rsa { hash: Some(HashAlg::Sha512) }, signature.to_vec())
    }
}

impl fmt::Debug for SshKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SshKey").field(&self.public().fingerprint).finish()
    }
}

impl SshPublicKey {
    /// Reads a line as `authorized_keys` and `.pub` files have it, without options before it.
    ///
    /// # Errors
    /// When it is none, or of a kind that is not used.
    pub fn read(line: &str) -> Result<Self, KeyProblem> {
        PublicKey::from_openssh(line.trim()).map(|key| Self::of(&key)).map_err(|_| KeyProblem::NotAKey)
    }

    /// The public half that a private key in OpenSSH's format shows without its passphrase; nothing where there is none.
    pub fn of_private(key: &Secret) -> Option<Self> {
        let pem = Pem::find(checked_text(key).ok()?).filter(|pem| pem.label == "OPENSSH PRIVATE KEY")?;
        let blob = openssh::public(&pem.body()?)?;
        Self::from_wire(&blob, "").ok()
    }

    /// Describes a public key in SSH's wire form, as agents hand it out.
    ///
    /// # Errors
    /// When it is none, or of a kind that is not used.
    pub fn from_wire(blob: &[u8], comment: &str) -> Result<Self, KeyProblem> {
        let mut key = PublicKey::from_bytes(blob).map_err(|_| KeyProblem::NotAKey)?;
        key.set_comment(one_line(comment));
        Ok(Self::of(&key))
    }

    /// The key in SSH's wire form.
    pub fn wire(&self) -> Vec<u8> {
        let blob = self.line.split(' ').nth(1).unwrap_or_default();
        STANDARD.decode(blob).unwrap_or_default()
    }

    fn of(key: &PublicKey) -> Self {
        let comment = one_line(key.comment());
        // The key was read or made, so it can be written.
        let blob = key.to_bytes().map(|bytes| STANDARD.encode(bytes)).unwrap_or_default();
        let algorithm = key.algorithm().as_str().to_owned();
        let line = format!("{algorithm} {blob} {comment}").trim_end().to_owned();
        Self { fingerprint: key.fingerprint(HashAlg::Sha256).to_string(), algorithm, comment, line }
    }
}

/// The key's text, after the bounds that hold for every format.
pub(crate) fn checked_text(key: &Secret) -> Result<&str, KeyProblem> {
    let size = key.expose().len();
    if size > LARGEST_KEY {
        return Err(KeyProblem::TooLarge { size, limit: LARGEST_KEY });
    }
    let text = key.expose_str().map_err(|_| KeyProblem::NotAKey)?;
    if text.trim().is_empty() { Err(KeyProblem::Empty) } else { Ok(text) }
}

fn is_public_half(text: &str) -> bool {
    let first = text.trim_start();
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|kind| first.starts_with(kind))
}

fn bits_of(pair: &RsaKeypair) -> usize {
    let modulus = pair.public.n.as_positive_bytes().unwrap_or_default();
    modulus.len() * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros() as usize)
}

/// Without what would break a line of `authorized_keys`.
fn one_line(comment: &str) -> String {
    crate::words::cleaned(comment, 200)
}

/// What stands between a `BEGIN` line and its `END`.
struct Pem<'t> {
    label: &'t str,
    lines: &'t str,
    is_whole: bool,
}

impl<'t> Pem<'t> {
    fn find(text: &'t str) -> Option<Self> {
        let (_, rest) = text.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let end = rest.find(&format!("-----END {label}-----"));
        Some(Self { label: label.trim(), lines: &rest[..end.unwrap_or(rest.len())], is_whole: end.is_some() })
    }

    /// The bytes; nothing when it is cut off or not base64.
    fn body(&self) -> Option<Zeroizing<Vec<u8>>> {
        if !self.is_whole {
            return None;
        }
        let mut joined = Zeroizing::new(String::with_capacity(self.lines.len()));
        // Headers of the old way of encryption have a colon; no line of base64 has.
        self.lines.lines().filter(|line| !line.contains(':')).for_each(|line| joined.push_str(line.trim()));
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(joined.len())]);
        let length = STANDARD.decode_slice(joined.as_bytes(), &mut bytes).ok()?;
        bytes.truncate(length);
        Some(bytes)
    }
}

#[cfg(test)]
mod tests;
