//! The one type that carries secrets.
//!
//! It cannot be printed, serialised, compared or cloned, so that a secret reaches a log, an error, the database, a
//! wire message or a child's arguments only by a visible call of [`Secret::expose`]. Its memory is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// Bytes that must not be shown: a password, a token, a private key.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over. The caller's own copies, if any, are the caller's to wipe.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for the one call that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, for protocols that carry text.
    ///
    /// # Errors
    /// When they are not UTF-8; the error shows none of them.
    pub fn expose_str(&self) -> Result<&str, NotText> {
        std::str::from_utf8(&self.0).map_err(|_| NotText)
    }

    /// A second copy of the same secret, made on purpose (for example to hand one to a worker thread).
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The secret is not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret is not text (UTF-8)")]
pub struct NotText;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::new("hunter2");
        assert!(!format!("{secret:?}").contains("hunter2"));
        let error = Secret::new(vec![0xff, 0xfe]).expose_str().expect_err("these bytes are not UTF-8");
        assert!(!error.to_string().contains("ff"));
    }
}
