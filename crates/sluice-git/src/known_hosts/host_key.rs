//! The public key of an SSH server.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

/// A key that a server shows, and how it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, …
    pub algorithm: String,
    /// `SHA256:` and the digest, as ssh-keygen and the forges write it.
    pub fingerprint: String,
    /// The line for known_hosts.
    pub line: String,
}

impl HostKey {
    /// Describes the public key, in SSH's wire form, of a host.
    pub(crate) fn new(host: &str, port: u16, key: &[u8]) -> Self {
        let algorithm = algorithm(key).unwrap_or("unknown").to_owned();
        let host = host.to_ascii_lowercase();
        let host = if port == 22 { host } else { format!("[{host}]:{port}") };
        let line = format!("{host} {algorithm} {}", STANDARD.encode(key));
        Self { algorithm, fingerprint: fingerprint(key), line }
    }
}

/// The fingerprint of a public key in SSH's wire form.
fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

/// The kind that a public key in SSH's wire form says it is: its first string (RFC 4253, section 6.6).
pub(crate) fn algorithm(key: &[u8]) -> Option<&str> {
    let (length, rest) = key.split_first_chunk::<4>()?;
    let name = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()))
}
