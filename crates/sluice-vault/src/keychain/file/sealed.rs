//! The file's encryption: Argon2id makes a key of the passphrase (RFC 9106), XChaCha20-Poly1305 seals the contents.
//!
//! A file is `sluice-vault`, a version byte, Argon2's memory in KiB, passes and lanes (four bytes each, big endian), 16
//! bytes of salt, 24 bytes of nonce, and the sealed contents. What stands before the contents is authenticated with them.
//! Each write draws a new nonce; 24 random bytes do not repeat.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use sluice_core::Secret;
use zeroize::Zeroizing;

const MAGIC: &[u8; 12] = b"sluice-vault";
const VERSION: u8 = 1;
const SALT: usize = 16;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Magic, version, costs and salt: what the key depends on.
const HEAD: usize = MAGIC.len() + 1 + 12 + SALT;

/// What opening costs whoever guesses passphrases: RFC 9106's second recommendation, 64 MiB and three passes.
const COSTS: Costs = Costs { memory: 64 * 1024, passes: 3, lanes: 4 };
/// The most that a file may ask for: it could have been made to exhaust the machine.
const HIGHEST_COSTS: Costs = Costs { memory: 1024 * 1024, passes: 16, lanes: 16 };

#[derive(Clone, Copy)]
struct Costs {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// Why a file does not open.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The passphrase is another one, or the contents were changed: the two cannot be told apart.
    Passphrase,
    /// It is no vault, or one of another version.
    Format(&'static str),
}

/// What opens and seals one vault.
pub(super) struct Key {
    head: [u8; HEAD],
    cipher: XChaCha20Poly1305,
}

impl Key {
    /// For a new vault.
    pub(super) fn new(passphrase: &Secret) -> Result<Self, Refused> {
        let mut head = [0; HEAD];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        head[MAGIC.len()] = VERSION;
        let costs = [COSTS.memory, COSTS.passes, COSTS.lanes];
        for (place, cost) in head[MAGIC.len() + 1..].chunks_exact_mut(4).zip(costs) {
            place.copy_from_slice(&cost.to_be_bytes());
        }
        getrandom::fill(&mut head[HEAD - SALT..]).map_err(|_| Refused::Format(NO_RANDOM))?;
        Self::derived(head, COSTS, passphrase)
    }

    /// For the vault in a file, whose contents it opens.
    pub(super) fn of_file(file: &[u8], passphrase: &Secret) -> Result<Self, Refused> {
        let head = *file.first_chunk::<HEAD>().ok_or(Refused::Format("it is not a vault"))?;
        let rest = head.strip_prefix(MAGIC).ok_or(Refused::Format("it is not a vault"))?;
        if rest[0] != VERSION {
            return Err(Refused::Format("a newer version of Sluice wrote it"));
        }
        let cost = |number: usize| rest[1..].as_chunks::<4>().0.get(number).map_or(0, |cost| u32::from_be_bytes(*cost));
        let costs = Costs { memory: cost(0), passes: cost(1), lanes: cost(2) };
        let most = HIGHEST_COSTS;
        if costs.memory > most.memory || costs.passes > most.passes || costs.lanes > most.lanes {
            return Err(Refused::Format("opening it would cost more than any vault of Sluice's"));
        }
        let key = Self::derived(head, costs, passphrase)?;
        key.open(file).map(|_| key)
    }

    fn derived(head: [u8; HEAD], costs: Costs, passphrase: &Secret) -> Result<Self, Refused> {
        const WRONG: Refused = Refused::Format("its costs are not those of a vault");
        let params = Params::new(costs.memory, costs.passes, costs.lanes, Some(32)).map_err(|_| WRONG)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose(), &head[HEAD - SALT..], key.as_mut_slice())
            .map_err(|_| WRONG)?;
        Ok(Self { head, cipher: XChaCha20Poly1305::new((&*key).into()) })
    }

    /// The contents of a file.
    pub(super) fn open(&self, file: &[u8]) -> Result<Secret, Refused> {
        let sealed = file.strip_prefix(&self.head).ok_or(Refused::Passphrase)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Refused::Format("it is cut off"))?;
        let (contents, tag) = sealed.split_last_chunk::<TAG>().ok_or(Refused::Format("it is cut off"))?;
        let mut contents = Zeroizing::new(contents.to_owned());
        let (nonce, tag) = (XNonce::from(*nonce), Tag::from(*tag));
        let opened = self.cipher.decrypt_inout_detached(&nonce, &self.head, contents.as_mut_slice().into(), &tag);
        opened.map_err(|_| Refused::Passphrase)?;
        Ok(Secret::new(std::mem::take(&mut *contents)))
    }

    /// A whole file with these contents.
    pub(super) fn seal(&self, mut contents: Zeroizing<Vec<u8>>) -> Result<Vec<u8>, &'static str> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| NO_RANDOM)?;
        // In place: what is left of the contents afterwards is what everybody may see.
        let sealed = contents.as_mut_slice().into();
        let tag = self.cipher.encrypt_inout_detached(&XNonce::from(nonce), &self.head, sealed);
        let tag = tag.map_err(|_| "its contents are too long to be sealed")?;
        Ok([self.head.as_slice(), &nonce, &contents, &tag].concat())
    }
}

const NO_RANDOM: &str = "the system gives no random bytes";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_passphrase_only() {
        let key = Key::new(&Secret::new("correct horse")).expect("a key");
        let contents = || Zeroizing::new(b"CANARY".to_vec());
        let (one, two) = (key.seal(contents()).expect("sealed"), key.seal(contents()).expect("sealed"));
        assert_ne!(one, two, "each write has its own nonce");
        assert!(!one.windows(6).any(|window| window == b"CANARY"));
        let again = Key::of_file(&one, &Secret::new("correct horse")).expect("it opens");
        assert_eq!(again.open(&two).expect("it opens").expose(), b"CANARY");
        assert_eq!(Key::of_file(&one, &Secret::new("correct hors")).err(), Some(Refused::Passphrase));
        for at in [HEAD - 1, HEAD, HEAD + NONCE, one.len() - 1] {
            let mut changed = one.clone();
            changed[at] ^= 1;
            assert!(key.open(&changed).is_err(), "a changed byte {at} is noticed");
        }
        assert_eq!(key.open(&one[..HEAD + NONCE + 3]).err(), Some(Refused::Format("it is cut off")));
    }

    #[test]
    fn a_file_that_asks_for_too_much_is_refused_before_it_costs_anything() {
        let mut file = Key::new(&Secret::new("x")).expect("a key").seal(Zeroizing::default()).expect("sealed");
        file[MAGIC.len() + 1] = 0xff;
        let refused = Key::of_file(&file, &Secret::new("x")).err();
        assert_eq!(refused, Some(Refused::Format("opening it would cost more than any vault of Sluice's")));
        for (file, words) in [
            (b"".as_slice(), "it is not a vault"),
            (&[b'x'; 200], "it is not a vault"),
            (b"sluice-vault\x02and so many bytes more that it is long enough", "a newer version of Sluice wrote it"),
        ] {
            assert_eq!(Key::of_file(file, &Secret::new("x")).err(), Some(Refused::Format(words)));
        }
    }
}
