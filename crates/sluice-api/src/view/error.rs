//! The one error of the wire.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the UI is told when something fails. It switches on the code and never reads the English words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WireError {
    /// Which kind.
    pub code: ErrorCode,
    /// What happened, to which thing, and the other side's own words without secrets.
    pub message: String,
    /// What to do next; perhaps empty.
    pub hint: String,
}

/// The kinds of [`WireError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// There is no command of that name: UI and application are of different versions.
    UnknownCommand,
    /// The request does not have the command's form, or a value in it is not acceptable.
    InvalidRequest,
    /// The thing is not there, or no longer.
    NotFound,
    /// Something of that name is there already.
    AlreadyExists,
    /// The plan was made on a commit that is no longer the newest, and its edits are not the same any more.
    PlanOutdated,
    /// A gate is closed that a person's yes does not open.
    GateClosed,
    /// The repository may not be written to.
    WritingNotAllowed,
    /// Another process or another release is at it.
    Busy,
    /// A remote cannot be reached.
    Unreachable,
    /// A remote asked to come back later.
    RateLimited,
    /// A remote refused the credentials, or wants some.
    CredentialsRefused,
    /// The key may read and not write.
    KeyReadOnly,
    /// The server's host key is unknown or another than the one on record.
    HostKey,
    /// A remote refused the push.
    PushRefused,
    /// The keychain is locked or missing.
    Keychain,
    /// A file or the database could not be read or written.
    Storage,
    /// The settings file cannot be used.
    Settings,
    /// Something that should not happen: a bug.
    Internal,
}

impl WireError {
    /// Puts an error together.
    pub fn new(code: ErrorCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "; {}", self.hint) }
    }
}

impl std::error::Error for WireError {}
