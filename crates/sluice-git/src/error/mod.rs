//! Why an operation on a repository did not succeed.

mod facts;

use std::time::Duration;

use crate::id::{CommitId, IdError};
use crate::known_hosts::HostKey;
use crate::remote_url::UrlError;

/// Why an operation on a repository did not succeed.
///
/// `remote` is an address without secrets; `words` are the other side's own, without secrets and terminal escapes, cut
/// to 1,000 characters. [`GitError::hint`] says what to do next.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "fields are named by what they are; what is not obvious is said at the variant")]
pub enum GitError {
    /// The address cannot be one.
    #[error(transparent)]
    BadUrl(#[from] UrlError),
    /// The text is no id of a commit or blob.
    #[error(transparent)]
    BadId(#[from] IdError),
    /// What the caller brought cannot be used for this remote. `what`: `private key`, `CA certificate`,
    /// `client certificate`, `proxy`, `credential`, `time limit`.
    #[error("{remote}: the {what} cannot be used: {words}")]
    BadAccess { remote: String, what: &'static str, words: String },
    /// Nothing answered, or the connection broke.
    #[error("{remote}: no connection: {words}")]
    Unreachable { remote: String, words: String },
    /// The other side was silent for `after`, or the whole operation took that long.
    #[error("{remote}: timed out after {} s while {doing}", after.as_secs_f32())]
    TimedOut { remote: String, after: Duration, doing: &'static str },
    /// It was called off by [`Cancel`](crate::Cancel).
    #[error("{remote}: cancelled")]
    Cancelled { remote: String },
    /// The server's certificate is not trusted, or TLS failed otherwise.
    #[error("{remote}: TLS failed: {words}")]
    Certificate { remote: String, words: String },
    /// The remote wants a credential and none was given.
    #[error("{remote}: the remote wants a credential{}", said(words))]
    CredentialsMissing { remote: String, words: String },
    /// The remote does not take the credential. `origin` says where it came from.
    #[error("{remote}: the remote refuses the credential{}{}", from(origin), said(words))]
    CredentialsRefused { remote: String, origin: String, words: String },
    /// The credential is known and may not read this repository.
    #[error("{remote}: access denied{}", said(words))]
    AccessDenied { remote: String, origin: String, words: String },
    /// The server's host key is not among the known hosts. `key` has the line that would make it known.
    #[error("{remote}: the host key of {host} is unknown: {} {}", key.algorithm, key.fingerprint)]
    HostKeyUnknown { remote: String, host: String, key: Box<HostKey> },
    /// The known hosts have other keys for this server.
    #[error(
        "{remote}: the host key of {host} is not the one on record: it shows {} {}, known is {}",
        key.algorithm, key.fingerprint, fingerprints(known)
    )]
    HostKeyChanged { remote: String, host: String, key: Box<HostKey>, known: Box<[HostKey]> },
    /// The known hosts say that this key must not be trusted (`@revoked`).
    #[error("{remote}: the host key of {host} is revoked: {}", key.fingerprint)]
    HostKeyRevoked { remote: String, host: String, key: Box<HostKey> },
    /// There is no such repository, or the credential may not see it.
    #[error("{remote}: no such repository{}", said(words))]
    NotFound { remote: String, words: String },
    /// The repository is somewhere else now.
    #[error("{remote}: the remote redirects to {to}")]
    Redirected { remote: String, to: String },
    /// The remote asked to be left alone for a while.
    #[error("{remote}: rate limited{}{}", for_how_long(*retry_after), said(words))]
    RateLimited { remote: String, retry_after: Option<Duration>, words: String },
    /// The remote has a problem of its own that may pass.
    #[error("{remote}: the remote answered with status {status}{}", said(words))]
    Unavailable { remote: String, status: u16, retry_after: Option<Duration>, words: String },
    /// The answer is not what Git's protocol says.
    #[error("{remote}: the answer cannot be understood: {words}")]
    BadAnswer { remote: String, words: String },
    /// The remote reported a problem of its own in Git's protocol.
    #[error("{remote}: the remote reports: {words}")]
    Remote { remote: String, words: String },

    /// The key or account may read and not write.
    #[error("{remote}: the credential is read-only{}", said(words))]
    ReadOnlyKey { remote: String, origin: String, words: String },
    /// The remote refused to update the reference by a rule of its own: a protected branch, a hook.
    #[error("{remote}: the push to {reference} was refused{}", said(words))]
    PushRefused { remote: String, reference: String, words: String },
    /// The reference on the remote is not where it was expected; nothing was pushed. `found` is where it is, nothing
    /// when it does not exist or moved in the very moment of the push.
    #[error("{remote}: {reference} has moved{}", found.map(|found| format!(" to {found:.7}")).unwrap_or_default())]
    Moved { remote: String, reference: String, found: Option<CommitId> },
    /// The branch was pushed and is at `landed`; the further refspec was not.
    #[error("{landed:.7} was pushed, but not by the further refspec `{refspec}`: {cause}")]
    FurtherRefspec { refspec: String, landed: CommitId, cause: Box<GitError> },
    /// A refspec that cannot be pushed.
    #[error("the refspec `{refspec}` cannot be pushed: {why}")]
    BadRefspec { refspec: String, why: &'static str },

    /// The remote has no such branch, tag, reference or commit, as far as the mirror knows.
    #[error("{remote}: there is no `{reference}`")]
    NoSuchRef { remote: String, reference: String },
    /// The version range is not one.
    #[error("`{range}` is not a version range: {words}")]
    BadRange { range: String, words: String },
    /// No tag is in the version range.
    #[error("{remote}: none of the {tags} tags is a version in `{range}`")]
    NoVersion { remote: String, range: String, tags: usize },
    /// The mirror has no such object.
    #[error("{remote}: the mirror has no object {id}")]
    NoSuchObject { remote: String, id: String },
    /// A file is larger than what is read. Sizes in bytes.
    #[error("{remote}: {id} has {size} bytes, more than the {limit} that are read")]
    TooLarge { remote: String, id: String, size: usize, limit: usize },
    /// A path that no file in a repository can have, or that leads through something that is no folder.
    #[error("`{path}` cannot be written: {why}")]
    BadPath { path: String, why: &'static str },
    /// A commit cannot have this author, message or signature. `what`: `author`, `committer`, `message`, `time`.
    #[error("the commit's {what} cannot be used: {words}")]
    BadCommit { what: &'static str, words: String },
    /// The commit would change nothing.
    #[error("the commit would change nothing")]
    NothingToCommit,
    /// The signer did not sign.
    #[error("the commit could not be signed: {words}")]
    Signing { words: String },

    /// Another process or thread works on the mirror and did not finish in time.
    #[error("{path} is in use by another process")]
    MirrorBusy { path: String },
    /// The mirror on disk is damaged. The next [`Mirror::fetch`](crate::Mirror::fetch) makes it anew.
    #[error("the mirror {path} is damaged: {words}")]
    MirrorDamaged { path: String, words: String },
    /// The disk refused: full, no permission, gone.
    #[error("{path}: {words}")]
    Storage { path: String, words: String },
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

fn fingerprints(keys: &[HostKey]) -> String {
    keys.iter().map(|key| format!("{} {}", key.algorithm, key.fingerprint)).collect::<Vec<_>>().join(", ")
}

fn from(origin: &str) -> String {
    if origin.is_empty() { String::new() } else { format!(" from {origin}") }
}

fn for_how_long(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(" for {} s", wait.as_secs().max(1))).unwrap_or_default()
}
