//! Who signed what stands in Git. Asked for by commit, and only where somebody looks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks who signed commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignaturesRequest {
    /// The source whose repository holds them.
    pub source: String,
    /// The commits, in full; at most 500.
    pub commits: Vec<String>,
}

/// Who signed commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Signatures {
    /// One for each commit, in the order asked.
    pub signatures: Vec<CommitSignature>,
    /// Keys that could not be read, one sentence each: a signature of theirs counts as that of an unknown key.
    pub problems: Vec<String>,
}

/// The signature of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommitSignature {
    /// The commit, as it was asked for.
    pub commit: String,
    /// What the signature is worth.
    pub state: SignatureState,
    /// Its kind; nothing where there is none or it cannot be read.
    pub kind: Option<SignatureKind>,
    /// The key that it names: a fingerprint, or its end; perhaps empty.
    pub key: String,
    /// Whose key that is, where it is on record; perhaps empty.
    pub by: String,
    /// One sentence in English.
    pub words: String,
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SignatureState {
    /// It is of a key on record, valid at the time.
    Good,
    /// It is of a key that is not on record.
    UnknownKey,
    /// It is of a key on record that was not valid at the time.
    NotValid,
    /// It does not belong to the commit, or cannot be read.
    Bad,
    /// There is none.
    Unsigned,
    /// This computer does not have the commit.
    CannotCheck,
}

/// The kinds of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SignatureKind {
    /// OpenPGP.
    Gpg,
    /// SSH.
    Ssh,
}
