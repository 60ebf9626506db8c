//! The signature that a commit carries.

use git2::ErrorCode;
use jiff::Timestamp;

use super::Mirror;
use crate::error::GitError;
use crate::id::CommitId;
use crate::signing::CommitSignature;

impl Mirror {
    /// The signature of a commit; nothing when it has none.
    ///
    /// # Errors
    /// When the mirror lacks the commit.
    pub fn signature(&self, commit: CommitId) -> Result<Option<CommitSignature>, GitError> {
        self.with(|repository| {
            let found = repository.find_commit(commit.0).map_err(|error| self.missing_or_local(commit.0, error))?;
            let at = Timestamp::from_second(found.committer().when().seconds()).unwrap_or_default();
            match repository.extract_signature(&commit.0, None) {
                Ok((armored, signed)) => Ok(Some(CommitSignature {
                    armored: String::from_utf8_lossy(&armored).into_owned(),
                    signed: signed.to_vec(),
                    at,
                })),
                Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
                Err(error) => Err(self.local(error)),
            }
        })
    }
}
