//! Who signs a commit, and who signed it.
//!
//! A signature is OpenPGP's or SSH's (`gpg.format` of git-config(1)), made in this process: no `gpg` and no agent of its
//! is needed. [`SigningKey`] makes signatures from a key in memory; [`agent_signature`] puts one together that an ssh
//! agent made; [`CommitSignature::verify`] says who made one, against [`TrustedKeys`].
//!
//! Source of the SSH format: PROTOCOL.sshsig in OpenSSH; the namespace is `git` and the digest SHA-512, as Git and Flux
//! have it.

mod allowed;
mod certificate;
mod openpgp;
mod verify;

use jiff::Timestamp;
use sluice_core::Secret;
use ssh_key::{HashAlg, LineEnding, PublicKey, Signature, SshSig};

pub use allowed::IgnoredSigner;
pub use verify::{CommitSignature, SignatureReport, SignatureState, TrustedKeys};

use crate::key::{KeyProblem, SshKey, SshPublicKey, checked_text};
use crate::mirror::SigningError;
use openpgp::OpenPgpKey;

/// What SSH signatures of Git's objects are for.
const NAMESPACE: &str = "git";
/// SHA-512 is what Git and Flux take.
const DIGEST: HashAlg = HashAlg::Sha512;

/// The two kinds of signatures that Git verifies here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureKind {
    /// OpenPGP (RFC 9580), `gpg` in Flux and Git.
    OpenPgp,
    /// SSH, `ssh` in Flux and Git.
    Ssh,
}

impl SignatureKind {
    /// The word of Flux (`signingKey.type`) and Git (`gpg.format`): `gpg` or `ssh`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenPgp => "gpg",
            Self::Ssh => "ssh",
        }
    }

    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenPgp => "OpenPGP",
            Self::Ssh => "SSH",
        }
    }
}

/// What may be known of a signing key by anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerFacts {
    /// OpenPGP or SSH.
    pub kind: SignatureKind,
    /// Such as `ssh-ed25519` or `rsa`.
    pub algorithm: String,
    /// The fingerprint: 40 or 64 hexadecimal digits of the OpenPGP key, or `SHA256:…` of the SSH key.
    pub key: String,
    /// The OpenPGP key's user id, or the SSH key's comment; may be empty.
    pub name: String,
    /// The public half: armored, or a line for `authorized_keys`.
    pub public: String,
    /// When the key expires, where it says so.
    pub expires_at: Option<Timestamp>,
}

impl SignerFacts {
    /// Reads a public half: an armored OpenPGP key, or a line for `authorized_keys`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn of_public(text: &str) -> Result<Self, KeyProblem> {
        if OpenPgpKey::is_one(text) {
            return openpgp::facts_of_public(text);
        }
        SshPublicKey::read(text).map(ssh_facts)
    }
}

/// A key that signs commits. Printing it for debugging shows its fingerprint.
#[derive(Debug)]
pub struct SigningKey(Inner);

#[derive(Debug)]
enum Inner {
    OpenPgp(Box<OpenPgpKey>),
    Ssh(Box<SshKey>, Box<SignerFacts>),
}

impl SigningKey {
    /// Reads an armored OpenPGP secret key, or an SSH key in any format of [`SshKey::read`], and finds out whether it can
    /// sign at that time.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(key: &Secret, passphrase: Option<&Secret>, at: Timestamp) -> Result<Self, KeyProblem> {
        if OpenPgpKey::is_one(checked_text(key)?) {
            return Ok(Self(Inner::OpenPgp(Box::new(OpenPgpKey::read(key, passphrase, at)?))));
        }
        let key = SshKey::read(key, passphrase)?;
        let facts = ssh_facts(key.public());
        Ok(Self(Inner::Ssh(Box::new(key), Box::new(facts))))
    }

    /// What may be known of it by anybody.
    pub fn facts(&self) -> &SignerFacts {
        match &self.0 {
            Inner::OpenPgp(key) => key.facts(),
            Inner::Ssh(_, facts) => facts,
        }
    }

    /// Signs the bytes of a commit: the armored signature for its `gpgsig`.
    ///
    /// # Errors
    /// When the key's library refuses, in its words.
    pub fn sign(&self, bytes: &[u8], at: Timestamp) -> Result<String, SigningError> {
        match &self.0 {
            Inner::OpenPgp(key) => key.sign(bytes, at),
            Inner::Ssh(key, _) => {
                let public = PublicKey::from_bytes(&key.public().wire()).map_err(ssh_failed)?;
                let signature = key.sign(&agent_message(bytes)?).map_err(ssh_failed)?;
                sealed(&public, signature).and_then(|sealed| sealed.to_pem(LineEnding::LF).map_err(ssh_failed))
            }
        }
    }
}

/// What an ssh agent has to sign for the bytes of a commit to be signed.
///
/// # Errors
/// Never for the namespace in use; the library's words otherwise.
pub fn agent_message(bytes: &[u8]) -> Result<Vec<u8>, SigningError> {
    SshSig::signed_data(NAMESPACE, DIGEST, bytes).map_err(ssh_failed)
}

/// The armored signature from an agent's answer: `blob` is its signature in SSH's wire form, made over
/// [`agent_message`] by that key. It is verified before it is given.
///
/// # Errors
/// When the answer is no signature of that key over these bytes.
pub fn agent_signature(key: &SshPublicKey, bytes: &[u8], blob: &[u8]) -> Result<String, SigningError> {
    let public = PublicKey::from_bytes(&key.wire()).map_err(ssh_failed)?;
    let signature = Signature::try_from(blob).map_err(ssh_failed)?;
    let sealed = sealed(&public, signature)?;
    let verified = public.verify(NAMESPACE, bytes, &sealed);
    verified.map_err(|_| SigningError("the ssh agent answered with a signature that is not the key's".to_owned()))?;
    sealed.to_pem(LineEnding::LF).map_err(ssh_failed)
}

fn sealed(public: &PublicKey, signature: Signature) -> Result<SshSig, SigningError> {
    SshSig::new(public.key_data().clone(), NAMESPACE, DIGEST, signature).map_err(ssh_failed)
}

/// What may be known of an SSH key as a signer.
pub fn ssh_facts(key: SshPublicKey) -> SignerFacts {
    SignerFacts {
        kind: SignatureKind::Ssh,
        algorithm: key.algorithm,
        key: key.fingerprint,
        name: key.comment,
        public: key.line,
        expires_at: None,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn ssh_failed(error: ssh_key::Error) -> SigningError {
    SigningError(format!("SSH: {error}"))
}

#[cfg(test)]
mod tests;
