//! Who signed a commit.

use jiff::Timestamp;
use pgp::composed::{Deserializable as _, DetachedSignature, SignedPublicKey};
use pgp::packet::Signature;
use ssh_key::{PublicKey, SshSig};

use super::allowed::{AllowedSigner, IgnoredSigner, parse};
use super::certificate::Certificate;
use super::openpgp::fingerprint;
use super::{NAMESPACE, SignatureKind};
use crate::key::KeyProblem;
use crate::words::{SHOWN, cleaned};

/// The signature that a commit carries, with what it was made over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitSignature {
    /// The armored signature, as the commit has it.
    pub armored: String,
    /// The commit without its signature.
    pub signed: Vec<u8>,
    /// When the commit says it was made.
    pub at: Timestamp,
}

/// The public keys whose signatures count, and whose they are.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys {
    ssh: Vec<AllowedSigner>,
    openpgp: Vec<SignedPublicKey>,
}

/// What was found out about a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureReport {
    /// OpenPGP or SSH; nothing when it is neither.
    pub kind: Option<SignatureKind>,
    /// What it is worth.
    pub state: SignatureState,
    /// The key that it names: a fingerprint, or the end of one where the signature says no more; may be empty.
    pub key: String,
    /// Whose key that is, where it is on record.
    pub by: String,
    /// One sentence for people.
    pub words: String,
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureState {
    /// It is the signature of a key on record, valid when it was made.
    Good,
    /// It names a key that is not on record. An SSH signature carries its key, so that it fits is known even so.
    UnknownKey,
    /// It is the signature of a key on record that was not valid then: expired, revoked, not for signing.
    NotValid,
    /// It does not belong to the commit, or cannot be read.
    Bad,
}

impl SignatureState {
    /// A stable word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::UnknownKey => "unknown-key",
            Self::NotValid => "not-valid",
            Self::Bad => "bad",
        }
    }
}

impl TrustedKeys {
    /// Adds the lines of an allowed signers file; gives those that say nothing that can be used.
    pub fn add_allowed_signers(&mut self, text: &str) -> Vec<IgnoredSigner> {
        let (signers, ignored) = parse(text);
        self.ssh.extend(signers);
        ignored
    }

    /// Adds an SSH key as somebody's: a line as `authorized_keys` has it. Whether it could be read.
    pub fn add_ssh(&mut self, principal: &str, line: &str) -> bool {
        let Ok(key) = PublicKey::from_openssh(line.trim()) else { return false };
        let (principals, key) = (principal.to_owned(), key.key_data().clone());
        self.ssh.push(AllowedSigner { principals, key, after: None, before: None });
        true
    }

    /// Adds armored OpenPGP public keys; gives how many there were, nothing when the text cannot be read as such.
    pub fn add_openpgp(&mut self, armored: &str) -> Option<usize> {
        let before = self.openpgp.len();
        // A file may hold several blocks, one behind the other.
        for block in armored.split_inclusive("-----END PGP PUBLIC KEY BLOCK-----") {
            if block.trim().is_empty() {
                continue;
            }
            let (keys, _) = SignedPublicKey::from_string_many(block.trim_start()).ok()?;
            for key in keys {
                self.openpgp.push(key.ok()?);
            }
        }
        Some(self.openpgp.len() - before)
    }

    /// Whether no key at all is on record.
    pub fn is_empty(&self) -> bool {
        self.ssh.is_empty() && self.openpgp.is_empty()
    }
}

impl CommitSignature {
    /// Finds out who made it.
    pub fn verify(&self, trusted: &TrustedKeys) -> SignatureReport {
        if self.armored.contains("-----BEGIN SSH SIGNATURE-----") {
            self.verify_ssh(trusted)
        } else if self.armored.contains("-----BEGIN PGP ") {
            self.verify_openpgp(trusted)
        } else {
            report(None, SignatureState::Bad, "", "", "is of a kind that is not verified here")
        }
    }

    fn verify_ssh(&self, trusted: &TrustedKeys) -> SignatureReport {
        let kind = Some(SignatureKind::Ssh);
        let Ok(signature) = SshSig::from_pem(self.armored.trim_start()) else {
            return report(kind, SignatureState::Bad, "", "", "cannot be read");
        };
        let key = PublicKey::from(signature.public_key().clone());
        let shown = key.fingerprint(ssh_key::HashAlg::Sha256).to_string();
        if signature.namespace() != NAMESPACE {
            return report(kind, SignatureState::Bad, &shown, "", "was made for something other than Git");
        }
        if key.verify(NAMESPACE, &self.signed, &signature).is_err() {
            return report(kind, SignatureState::Bad, &shown, "", "does not belong to this commit");
        }
        let mut of_key = trusted.ssh.iter().filter(|signer| signer.key == *key.key_data()).peekable();
        let Some(first) = of_key.peek().map(|signer| signer.principals.clone()) else {
            return report(kind, SignatureState::UnknownKey, &shown, "", "is of a key that is not on record");
        };
        let is_valid = |signer: &&AllowedSigner| {
            signer.after.is_none_or(|after| after <= self.at) && signer.before.is_none_or(|before| self.at <= before)
        };
        match of_key.find(is_valid) {
            Some(signer) => report(kind, SignatureState::Good, &shown, &signer.principals, "is good"),
            None => report(kind, SignatureState::NotValid, &shown, &first, "was made when the key was not valid"),
        }
    }

    fn verify_openpgp(&self, trusted: &TrustedKeys) -> SignatureReport {
        let kind = Some(SignatureKind::OpenPgp);
        let Ok((DetachedSignature { signature, .. }, _)) = DetachedSignature::from_string(self.armored.trim_start())
        else {
            return report(kind, SignatureState::Bad, "", "", "cannot be read");
        };
        let mut doubt = None;
        for key in &trusted.openpgp {
            let certificate = Certificate::of(key);
            let shown = fingerprint(&pgp::types::KeyDetails::fingerprint(&key.primary_key));
            let name = certificate.name();
            let made_at = signature.created().and_then(|at| Timestamp::from_second(i64::from(at.as_secs())).ok());
            match certificate.signers(made_at.unwrap_or(self.at)) {
                Ok(parts) => {
                    let Some(part) = parts.iter().find(|part| part.is_named_by(&signature)) else { continue };
                    if part.made(&signature, &self.signed) {
                        return report(kind, SignatureState::Good, &shown, &name, "is good");
                    }
                    let words = "does not belong to this commit";
                    return report(kind, SignatureState::Bad, &shown, &name, words);
                }
                Err(problem) if is_of(key, &signature) => {
                    doubt = Some(report(kind, SignatureState::NotValid, &shown, &name, &words_for(&problem)));
                }
                Err(_) => {}
            }
        }
        doubt.unwrap_or_else(|| {
            let words = "is of a key that is not on record, so it cannot be checked";
            report(kind, SignatureState::UnknownKey, &named(&signature), "", words)
        })
    }
}

/// What a problem of the key means for its signature.
fn words_for(problem: &KeyProblem) -> String {
    match problem {
        KeyProblem::Revoked => "is of a key that was revoked".to_owned(),
        KeyProblem::Expired(on) => format!("was made after the key expired on {on}"),
        _ => "is of a key that is not for signing".to_owned(),
    }
}

/// Whether the signature names the key or one of its parts.
fn is_of(key: &SignedPublicKey, signature: &Signature) -> bool {
    let primary = super::certificate::Part::Primary(key);
    let parts = key.public_subkeys.iter().map(super::certificate::Part::Sub);
    std::iter::once(primary).chain(parts).any(|part| part.is_named_by(signature))
}

/// What the signature calls its key.
fn named(signature: &Signature) -> String {
    if let Some(found) = signature.issuer_fingerprint().first() {
        return fingerprint(found);
    }
    signature.issuer_key_id().first().map(|id| id.to_string().to_ascii_uppercase()).unwrap_or_default()
}

fn report(kind: Option<SignatureKind>, state: SignatureState, key: &str, by: &str, words: &str) -> SignatureReport {
    let by = cleaned(by, SHOWN);
    let what = kind.map_or_else(|| "the signature".to_owned(), |kind| format!("the {} signature", kind.name()));
    let whose = if by.is_empty() { String::new() } else { format!(" of {by}") };
    SignatureReport { kind, state, key: key.to_owned(), words: format!("{what}{whose} {words}"), by }
}
