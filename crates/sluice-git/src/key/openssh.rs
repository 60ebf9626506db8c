//! OpenSSH's own format of private keys (PROTOCOL.key in OpenSSH's source).
//!
//! The container is taken apart here and handed on to the `ssh-key` crate in one spelling, because OpenSSH writes the
//! secret number of an ECDSA key without leading zeros: every second key on P-521 has one less byte than the curve, and
//! the crate takes only the full length.

use ssh_key::{Cipher, Kdf, PrivateKey};
use zeroize::Zeroizing;

use super::KeyProblem;

const MAGIC: &[u8] = b"openssh-key-v1\0";
/// ssh-keygen takes 16 rounds unless told otherwise; more than this would only keep us busy.
const MOST_ROUNDS: u32 = 10_000;
/// The block of the container that is not encrypted.
const BLOCK: usize = 8;

/// Reads the container, decrypting it where needed.
pub(super) fn read(container: &[u8], passphrase: Option<&[u8]>) -> Result<PrivateKey, KeyProblem> {
    let mut rest = container.strip_prefix(MAGIC).ok_or(KeyProblem::Damaged)?;
    let cipher = text(&mut rest)?;
    let (kdf, mut options) = (text(&mut rest)?, string(&mut rest)?);
    match number(&mut rest)? {
        1 => {}
        0 => return Err(KeyProblem::Damaged),
        count => return Err(KeyProblem::Several(usize::try_from(count).unwrap_or(usize::MAX))),
    }
    let public = string(&mut rest)?;
    let kind = text(&mut { public })?;
    if kind.starts_with("sk-") {
        return Err(KeyProblem::InDevice);
    }
    let mut private = Zeroizing::new(string(&mut rest)?.to_vec());
    if cipher != "none" {
        let passphrase = passphrase.filter(|phrase| !phrase.is_empty()).ok_or(KeyProblem::PassphraseMissing)?;
        let cipher = Cipher::new(cipher).map_err(|_| KeyProblem::Unsupported(format!("cipher {}", shown(cipher))))?;
        if kdf != "bcrypt" {
            return Err(KeyProblem::Damaged);
        }
        let (salt, rounds) = (string(&mut options)?.to_vec(), number(&mut options)?);
        if rounds == 0 || rounds > MOST_ROUNDS {
            return Err(KeyProblem::Damaged);
        }
        let tag = if cipher.has_tag() { Some(*rest.first_chunk::<16>().ok_or(KeyProblem::Damaged)?) } else { None };
        let kdf = Kdf::Bcrypt { salt, rounds };
        let (key, vector) = kdf.derive_key_and_iv(cipher, passphrase).map_err(|_| KeyProblem::Damaged)?;
        let decrypted = cipher.decrypt(&key, &vector, &mut private, tag);
        decrypted.map_err(|_| if tag.is_some() { KeyProblem::PassphraseWrong } else { KeyProblem::Damaged })?;
    }
    let spelled = respelled(&private, cipher != "none")?;
    let mut plain = Zeroizing::new(Vec::with_capacity(MAGIC.len() + public.len() + spelled.len() + 64));
    plain.extend_from_slice(MAGIC);
    for field in [b"none".as_slice(), b"none", b""] {
        put(&mut plain, field);
    }
    plain.extend_from_slice(&1_u32.to_be_bytes());
    put(&mut plain, public);
    put(&mut plain, &spelled);
    PrivateKey::from_bytes(&plain).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } => {
            KeyProblem::Unsupported(shown(kind))
        }
        _ => KeyProblem::Damaged,
    })
}

/// The public half in SSH's wire form, which is never encrypted.
pub(super) fn public(container: &[u8]) -> Option<Vec<u8>> {
    let mut rest = container.strip_prefix(MAGIC)?;
    for _ in 0..3 {
        string(&mut rest).ok()?;
    }
    (number(&mut rest).ok()? == 1).then(|| string(&mut rest).ok().map(<[u8]>::to_vec))?
}

/// The private section with an ECDSA key's secret number in the curve's full length, and padded as the container that
/// is not encrypted wants it.
fn respelled(section: &[u8], was_encrypted: bool) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let mut rest = section;
    let (check, again) = (number(&mut rest)?, number(&mut rest)?);
    if check != again {
        return Err(if was_encrypted { KeyProblem::PassphraseWrong } else { KeyProblem::Damaged });
    }
    let kind = text(&mut { rest })?;
    // How many fields there are, and how long a secret number is.
    let (fields, size) = match kind {
        "ssh-ed25519" => (4, None),
        "ecdsa-sha2-nistp256" => (5, Some(32)),
        "ecdsa-sha2-nistp384" => (5, Some(48)),
        "ecdsa-sha2-nistp521" => (5, Some(66)),
        "ssh-rsa" => (8, None),
        other => return Err(KeyProblem::Unsupported(shown(other))),
    };
    let mut spelled = Zeroizing::new(Vec::with_capacity(section.len() + 66 + 2 * BLOCK));
    spelled.extend_from_slice(&section[..8]);
    for number in 0..fields {
        let field = string(&mut rest)?;
        match size.filter(|_| number == SECRET) {
            Some(size) => put(&mut spelled, &in_full_length(field, size)?),
            None => put(&mut spelled, field),
        }
    }
    let padding = spelled.len().next_multiple_of(BLOCK) - spelled.len();
    spelled.extend((1..=padding).map(|byte| byte as u8));
    Ok(spelled)
}

/// Which field of an ECDSA key is the secret number.
const SECRET: usize = 3;

fn in_full_length(number: &[u8], size: usize) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let number = number.strip_prefix(&[0]).filter(|_| number.len() > size).unwrap_or(number);
    let missing = size.checked_sub(number.len()).ok_or(KeyProblem::Damaged)?;
    let mut full = Zeroizing::new(Vec::with_capacity(size + 1));
    // A number whose first bit is set would be negative without a zero before it.
    if missing == 0 && number.first().is_some_and(|byte| *byte >= 0x80) {
        full.push(0);
    }
    full.extend(std::iter::repeat_n(0, missing));
    full.extend_from_slice(number);
    Ok(full)
}

fn put(to: &mut Vec<u8>, field: &[u8]) {
    // Nothing here comes near to 4 GiB: the file has an upper bound.
    to.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
    to.extend_from_slice(field);
}

fn number(from: &mut &[u8]) -> Result<u32, KeyProblem> {
    let (number, rest) = from.split_first_chunk::<4>().ok_or(KeyProblem::Damaged)?;
    *from = rest;
    Ok(u32::from_be_bytes(*number))
}

fn string<'a>(from: &mut &'a [u8]) -> Result<&'a [u8], KeyProblem> {
    let length = usize::try_from(number(from)?).map_err(|_| KeyProblem::Damaged)?;
    let (string, rest) = from.split_at_checked(length).ok_or(KeyProblem::Damaged)?;
    *from = rest;
    Ok(string)
}

fn text<'a>(from: &mut &'a [u8]) -> Result<&'a str, KeyProblem> {
    std::str::from_utf8(string(from)?).map_err(|_| KeyProblem::Damaged)
}

/// A name out of a file, fit to be shown.
fn shown(name: &str) -> String {
    crate::words::cleaned(name, 60)
}
