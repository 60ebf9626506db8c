//! What a private key file says about itself without its passphrase.
//!
//! Source: OpenSSH's PROTOCOL.key, RFC 4253 §6.6 (public key blobs), RFC 1421 (`Proc-Type`), RFC 5958 (PKCS#8).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sluice_core::Secret;
use zeroize::Zeroizing;

/// What is known about a private key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrivateKey {
    /// Whether a passphrase decrypts it.
    pub(super) is_encrypted: bool,
    /// Whether the file only points at a key in a security device (FIDO).
    pub(super) is_in_a_device: bool,
    /// The public half as `authorized_keys` has it; PEM does not show it.
    pub(super) public: Option<String>,
}

const OPENSSH: &[u8] = b"openssh-key-v1\0";

impl PrivateKey {
    /// Looks into a file. The error says what is wrong with it and shows nothing of it.
    pub(super) fn of(file: &Secret) -> Result<Self, &'static str> {
        let text = file.expose_str().map_err(|_| "it is not a private key in text")?;
        let begin = text.lines().map(str::trim).find(|line| line.starts_with("-----BEGIN "));
        match begin {
            Some("-----BEGIN OPENSSH PRIVATE KEY-----") => Self::of_openssh(text).ok_or("the private key is damaged"),
            Some("-----BEGIN ENCRYPTED PRIVATE KEY-----") => Ok(Self::of_pem(true)),
            Some(line) if line.ends_with(" PRIVATE KEY-----") => {
                Ok(Self::of_pem(text.contains("Proc-Type: 4,ENCRYPTED")))
            }
            _ => Err("it is not a private key"),
        }
    }

    fn of_pem(is_encrypted: bool) -> Self {
        Self { is_encrypted, is_in_a_device: false, public: None }
    }

    fn of_openssh(text: &str) -> Option<Self> {
        let lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN ")).skip(1);
        let mut body = Zeroizing::new(String::with_capacity(text.len()));
        lines.take_while(|line| !line.starts_with("-----END ")).for_each(|line| body.push_str(line));
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(body.len())]);
        let length = STANDARD.decode_slice(body.as_bytes(), &mut bytes).ok()?;
        let mut rest = bytes.get(..length)?.strip_prefix(OPENSSH)?;
        let cipher = string(&mut rest)?;
        let (_kdf, _options) = (string(&mut rest)?, string(&mut rest)?);
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        if u32::from_be_bytes(*count) != 1 {
            return None;
        }
        let blob = string(&mut rest)?;
        let kind = std::str::from_utf8(string(&mut { blob })?).ok()?;
        Some(Self {
            is_encrypted: cipher != b"none",
            is_in_a_device: kind.starts_with("sk-"),
            public: Some(format!("{kind} {}", STANDARD.encode(blob))),
        })
    }
}

/// A length in four bytes and so many bytes.
pub(super) fn string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (string, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_keys_are_told() {
        let cases = [
            ("", "it is not a private key"),
            ("ssh-ed25519 AAAA me", "it is not a private key"),
            ("-----BEGIN CERTIFICATE-----\n", "it is not a private key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", "the private key is damaged"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----\n", "the private key is damaged"),
        ];
        for (text, expected) in cases {
            assert_eq!(PrivateKey::of(&Secret::new(text)), Err(expected), "{text}");
        }
        assert_eq!(PrivateKey::of(&Secret::new(vec![0xff])), Err("it is not a private key in text"));
    }

    #[test]
    fn pem_says_whether_it_is_encrypted() {
        let cases = [
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", true),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", false),
            ("-----BEGIN EC PRIVATE KEY-----\nMIIE", false),
            ("-----BEGIN PRIVATE KEY-----\nMIIE", false),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE", true),
        ];
        for (text, expected) in cases {
            assert_eq!(PrivateKey::of(&Secret::new(text)).map(|key| key.is_encrypted), Ok(expected), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(body in "[A-Za-z0-9+/=\n]{0,80}", start in 0_usize..3) {
            let start = ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA", "-----BEGIN EC PRIVATE KEY-----\n", ""][start];
            // Both outcomes are fine.
            let _ = PrivateKey::of(&Secret::new(format!("{start}{body}")));
        }
    }
}
