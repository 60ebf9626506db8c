//! What is wrong with a key, as facts. No variant holds anything of the key.

use jiff::civil::Date;

/// Why a private key cannot be used. Prints as the end of a sentence that begins with "the key cannot be used:".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It is longer than any key. Sizes in bytes.
    #[error("it has {size} bytes, more than the {limit} that a key can have")]
    TooLarge {
        /// Its size.
        size: usize,
        /// The most.
        limit: usize,
    },
    /// It is something else, or a format that nobody uses for keys.
    #[error("it is not a private key in PEM or ASCII armor")]
    NotAKey,
    /// It is the half that may be shown to anybody.
    #[error("it is the public half of a key, and the private one is wanted")]
    PublicHalf,
    /// It begins as a key and does not go on as one.
    #[error("it is cut off or damaged")]
    Damaged,
    /// It is encrypted.
    #[error("it is encrypted, and no passphrase was given")]
    PassphraseMissing,
    /// It is encrypted with another passphrase.
    #[error("the passphrase is wrong")]
    PassphraseWrong,
    /// It is encrypted as OpenSSL did it before PKCS#8: a single round of MD5, which is not read here.
    #[error("it is encrypted in PEM's old way, which protects little and is not read")]
    OldEncryption,
    /// The key itself is on a token, which has to be asked through the agent.
    #[error("the key itself is in a security device, and this is only a pointer to it")]
    InDevice,
    /// A kind of key that is not used for this.
    #[error("keys of the kind {0} are not used")]
    Unsupported(String),
    /// An RSA key that can be broken.
    #[error("it is an RSA key of {bits} bits, and at least {least} are needed")]
    TooShort {
        /// Its length.
        bits: usize,
        /// The least.
        least: usize,
    },
    /// More keys than one.
    #[error("it holds {0} keys, and one is wanted")]
    Several(usize),
    /// An OpenPGP key whose secret part stayed on a card or was left out on export.
    #[error("the secret part is not in it: it stayed on a card, or was left out when the key was exported")]
    NoSecretPart,
    /// An OpenPGP key that is for something else.
    #[error("none of its keys is for signing")]
    MayNotSign,
    /// An OpenPGP key whose owner has taken it back.
    #[error("it was revoked")]
    Revoked,
    /// An OpenPGP key whose time is over.
    #[error("it expired on {0}")]
    Expired(Date),
}

impl KeyProblem {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::NotAKey | Self::TooLarge { .. } | Self::Damaged => {
                "Give the whole file as ssh-keygen or `gpg --armor --export-secret-keys` wrote it, with its first and last line."
            }
            Self::PublicHalf => "Give the file without .pub, or the output of `gpg --armor --export-secret-keys`.",
            Self::PassphraseMissing | Self::PassphraseWrong => "Give the key's passphrase.",
            Self::OldEncryption => {
                "Write it anew with `ssh-keygen -p -f FILE`, which encrypts it as OpenSSH does today."
            }
            Self::InDevice => "Load it into the ssh agent and sign through the agent.",
            Self::Unsupported(_) => "Use Ed25519, ECDSA on P-256, P-384 or P-521, RSA, or an OpenPGP key.",
            Self::TooShort { .. } => "Make a new key.",
            Self::Several(_) => "Export one key alone.",
            Self::NoSecretPart => "Export the key with its secret part, or sign with another one.",
            Self::MayNotSign => "Add a subkey for signing, or use another key.",
            Self::Revoked | Self::Expired(_) => "Renew the key with its owner, or use another one.",
        }
    }
}
