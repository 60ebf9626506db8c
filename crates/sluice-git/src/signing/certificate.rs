//! Which part of an OpenPGP key signs, and whether it may at a given time.
//!
//! Source: RFC 9580, sections 5.2.3 (subpackets), 10.1 (how a key is put together). The newest self-signature counts.

use jiff::Timestamp;
use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{Signature, SignatureType};
use pgp::types::{Fingerprint, KeyDetails as _, KeyId, Tag};

use crate::key::KeyProblem;

/// An OpenPGP key's public half, looked at.
pub(super) struct Certificate<'k> {
    key: &'k SignedPublicKey,
    /// The newest signature in which the primary key says what it is.
    says: Option<&'k Signature>,
}

/// A part of a key that can sign.
pub(super) enum Part<'k> {
    /// The primary key.
    Primary(&'k SignedPublicKey),
    /// A subkey.
    Sub(&'k SignedPublicSubKey),
}

impl Part<'_> {
    pub(super) fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Primary(key) => key.primary_key.fingerprint(),
            Self::Sub(key) => key.key.fingerprint(),
        }
    }

    fn id(&self) -> KeyId {
        match self {
            Self::Primary(key) => key.primary_key.legacy_key_id(),
            Self::Sub(key) => key.key.legacy_key_id(),
        }
    }

    /// Whether it made the signature over these bytes.
    pub(super) fn made(&self, signature: &Signature, bytes: &[u8]) -> bool {
        match self {
            Self::Primary(key) => signature.verify(&key.primary_key, bytes).is_ok(),
            Self::Sub(key) => signature.verify(&key.key, bytes).is_ok(),
        }
    }

    /// Whether the signature names it as its maker.
    pub(super) fn is_named_by(&self, signature: &Signature) -> bool {
        signature.issuer_fingerprint().into_iter().any(|found| *found == self.fingerprint())
            || signature.issuer_key_id().into_iter().any(|found| *found == self.id())
    }
}

impl<'k> Certificate<'k> {
    pub(super) fn of(key: &'k SignedPublicKey) -> Self {
        let primary = &key.primary_key;
        let direct = key.details.direct_signatures.iter().filter(|one| one.verify_key(primary).is_ok());
        let of_users = key.details.users.iter().flat_map(|user| {
            let mine = user.signatures.iter().filter(|one| one.typ() != Some(SignatureType::CertRevocation));
            mine.filter(|one| one.verify_certification(primary, Tag::UserId, &user.id).is_ok())
        });
        let says = direct.chain(of_users).max_by_key(|one| one.created());
        Self { key, says }
    }

    /// The first user id that the primary key vouches for; the one marked as primary comes first.
    pub(super) fn name(&self) -> String {
        let users = self.key.details.users.iter().filter(|user| user.verify_bindings(&self.key.primary_key).is_ok());
        let user = users.max_by_key(|user| user.is_primary()).or_else(|| self.key.details.users.first());
        user.map(|user| crate::words::cleaned(&String::from_utf8_lossy(user.id.id()), 200)).unwrap_or_default()
    }

    /// What stands against the key as a whole at that time.
    pub(super) fn trouble(&self, at: Timestamp) -> Option<KeyProblem> {
        let revoked = self.key.details.revocation_signatures.iter();
        if revoked.clone().any(|one| one.verify_key(&self.key.primary_key).is_ok()) {
            return Some(KeyProblem::Revoked);
        }
        let expires = self.says.and_then(|says| expiry(self.key.primary_key.created_at(), says))?;
        (expires <= at).then(|| KeyProblem::Expired(day(expires)))
    }

    /// When the key as a whole expires.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        self.says.and_then(|says| expiry(self.key.primary_key.created_at(), says))
    }

    /// Every part that may sign at that time, the one to sign with first: the newest subkey for signing, then the
    /// primary key.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn signers(&self, at: Timestamp) -> Result<Vec<Part<'k>>, KeyProblem> {
        if let Some(trouble) = self.trouble(at) {
            return Err(trouble);
        }
        let mut trouble = KeyProblem::MayNotSign;
        let mut subkeys: Vec<&SignedPublicSubKey> = Vec::new();
        for subkey in &self.key.public_subkeys {
            match self.subkey_may_sign(subkey, at) {
                Ok(true) => subkeys.push(subkey),
                Ok(false) => {}
                Err(problem) => trouble = problem,
            }
        }
        subkeys.sort_by_key(|subkey| std::cmp::Reverse(subkey.key.created_at()));
        let mut parts: Vec<Part<'k>> = subkeys.into_iter().map(Part::Sub).collect();
        if self.says.is_some_and(|says| says.key_flags().sign()) {
            parts.push(Part::Primary(self.key));
        }
        if parts.is_empty() { Err(trouble) } else { Ok(parts) }
    }

    fn subkey_may_sign(&self, subkey: &SignedPublicSubKey, at: Timestamp) -> Result<bool, KeyProblem> {
        let primary = &self.key.primary_key;
        let bound = subkey.signatures.iter().filter(|one| one.verify_subkey_binding(primary, &subkey.key).is_ok());
        let newest = bound.clone().filter(|one| one.typ() == Some(SignatureType::SubkeyBinding));
        let Some(binding) = newest.max_by_key(|one| one.created()).filter(|one| one.key_flags().sign()) else {
            return Ok(false);
        };
        if bound.clone().any(|one| one.typ() == Some(SignatureType::SubkeyRevocation)) {
            return Err(KeyProblem::Revoked);
        }
        // Only a signature of the subkey itself shows that it belongs to this key.
        let back = binding.embedded_signature();
        if back.is_none_or(|back| back.verify_primary_key_binding(&subkey.key, primary).is_err()) {
            return Ok(false);
        }
        match expiry(subkey.key.created_at(), binding) {
            Some(expires) if expires <= at => Err(KeyProblem::Expired(day(expires))),
            _ => Ok(true),
        }
    }
}

/// When something made at `created` expires by what a signature says; never without a word.
fn expiry(created: pgp::types::Timestamp, says: &Signature) -> Option<Timestamp> {
    let after = says.key_expiration_time().map(std::time::Duration::from).filter(|after| !after.is_zero())?;
    let created = Timestamp::from_second(i64::from(created.as_secs())).ok()?;
    created.checked_add(after).ok()
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}
