//! What can go wrong with credentials, as facts. No variant ever holds a secret.

use std::time::Duration;

/// Why a credential could not be kept, read or found.
///
/// `words` are somebody else's own, cleaned of control characters and of whatever could be a secret, and cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keychain is there and locked, or waits for a person to answer its question.
    #[error("{keychain} is locked; {way_out}")]
    Locked {
        /// Which keychain, in words.
        keychain: String,
        /// What a person can do.
        way_out: String,
    },
    /// There is no keychain.
    #[error("{keychain} cannot be reached ({words}); {way_out}")]
    Missing {
        /// Which keychain, in words.
        keychain: String,
        /// Why.
        words: String,
        /// What a person can do.
        way_out: String,
    },
    /// The keychain did not answer.
    #[error("{keychain} did not answer within {} s; if it asks to be unlocked, do so and try again", after.as_secs_f32())]
    NoAnswer {
        /// Which keychain, in words.
        keychain: String,
        /// How long was waited.
        after: Duration,
    },
    /// The keychain refused.
    #[error("{keychain} refused `{item}`: {words}")]
    Keychain {
        /// Which keychain, in words.
        keychain: String,
        /// The item.
        item: String,
        /// What it said.
        words: String,
    },
    /// What the keychain keeps under the name is not what Sluice put there.
    #[error("the keychain's item `{item}` cannot be used: {why}; remove the credential and add it again")]
    Damaged {
        /// The item.
        item: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The login is larger than any credential is.
    #[error("the credential `{item}` has {size} bytes; at most {limit} can be kept")]
    TooLarge {
        /// The item.
        item: String,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The encrypted file vault does not open with this passphrase.
    #[error("{path} does not open: the passphrase is wrong, or the file was damaged")]
    WrongPassphrase {
        /// The file.
        path: String,
    },
    /// A file that other programs keep credentials in cannot be read or understood.
    #[error("{path}{} cannot be used: {words}", entry.as_deref().map(|entry| format!(", {entry}")).unwrap_or_default())]
    File {
        /// The file.
        path: String,
        /// The entry in it, where one is at fault.
        entry: Option<String>,
        /// What is wrong, without anything of the file's contents.
        words: String,
    },
    /// A configuration names a helper that no program can have.
    #[error("{path} names the credential helper `{helper}`; a helper's name has only A-Z, a-z, 0-9, `.`, `_` and `-`")]
    HelperName {
        /// The configuration.
        path: String,
        /// The name, made fit to be shown.
        helper: String,
    },
    /// A credential helper did not give a credential.
    #[error("`{helper}` gave no credential for {server}: {problem}{}", said(words))]
    Helper {
        /// The program.
        helper: String,
        /// What was asked for.
        server: String,
        /// What went wrong.
        problem: HelperProblem,
        /// What it complained about, if that can be shown.
        words: String,
    },
    /// The ssh agent did not do what was asked of it.
    #[error("the ssh agent {words}")]
    Agent {
        /// What it did instead.
        words: String,
    },
    /// The address of a repository cannot be asked for.
    #[error("no credential can be looked for: {words}")]
    Address {
        /// What is wrong with it.
        words: String,
    },
}

/// What went wrong with a helper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperProblem {
    /// It is in no folder of `PATH`.
    #[error("it is not installed, or not in PATH")]
    NotInstalled,
    /// It could not be started.
    #[error("it could not be started ({0})")]
    NotStarted(std::io::ErrorKind),
    /// It took too long and was ended.
    #[error("it did not answer within {} s and was ended; try it by hand, it may be waiting for you", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It said no.
    #[error("it ended with exit code {0}")]
    Exit(i32),
    /// A signal ended it.
    #[error("it was ended by a signal")]
    Ended,
    /// It wrote more than any answer has.
    #[error("it wrote more than {0} bytes")]
    TooLong(usize),
    /// What it wrote is not what the protocol asks for.
    #[error("its answer is not understood")]
    Answer,
}

/// The words with what introduces them, if there are any.
fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}
