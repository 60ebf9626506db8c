//! New commits.

use git2::{Repository, Signature, Time, Tree};
use jiff::Zoned;

use super::Mirror;
use crate::error::GitError;
use crate::id::CommitId;
use crate::words::{SHOWN, cleaned};

/// Who wrote or committed something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A file and what is to be in it.
#[derive(Debug, Clone, Copy)]
pub struct FileEdit<'e> {
    /// From the root, parts separated by `/`.
    pub path: &'e str,
    /// The whole content, byte for byte.
    pub content: &'e [u8],
}

/// Signs the bytes of a commit; the answer is an armored signature (`gpgsig`: OpenPGP or SSHSIG).
pub type Signer<'s> = dyn Fn(&[u8]) -> Result<String, SigningError> + 's;

/// Why a signer did not sign, in words without secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SigningError(pub String);

/// What a commit is made of.
pub struct NewCommit<'c> {
    /// The commit that it stands on; nothing for the first one of a repository.
    pub parent: Option<CommitId>,
    /// The files that differ from the parent.
    pub files: &'c [FileEdit<'c>],
    /// Who wrote it.
    pub author: &'c Person,
    /// Who committed it.
    pub committer: &'c Person,
    /// When, with the zone whose offset is recorded.
    pub time: &'c Zoned,
    /// The message, stored byte for byte.
    pub message: &'c str,
    /// Signs it.
    pub signer: Option<&'c Signer<'c>>,
}

impl Mirror {
    /// Makes a commit and its objects. No reference moves: until it is pushed, nothing but its id leads to it.
    ///
    /// The same parts give the same id.
    ///
    /// # Errors
    /// When the mirror lacks the parent, a path cannot be written, nothing would change, or the signer refuses.
    pub fn commit(&self, new: &NewCommit<'_>) -> Result<CommitId, GitError> {
        self.with(|repository| {
            let parent = match new.parent {
                Some(id) => Some(repository.find_commit(id.0).map_err(|error| self.missing_or_local(id.0, error))?),
                None => None,
            };
            let base = parent.as_ref().map(git2::Commit::tree).transpose().map_err(|error| self.local(error))?;
            let tree = self.edited(repository, base.as_ref(), new.files)?;
            if base.as_ref().map_or(new.files.is_empty(), |base| base.id() == tree) {
                return Err(GitError::NothingToCommit);
            }
            let tree = repository.find_tree(tree).map_err(|error| self.local(error))?;
            self.record(repository, new, parent.as_ref(), &tree)
        })
    }

    fn record(
        &self,
        repository: &Repository,
        new: &NewCommit<'_>,
        parent: Option<&git2::Commit<'_>>,
        tree: &Tree<'_>,
    ) -> Result<CommitId, GitError> {
        let author = signature("author", new.author, new.time)?;
        let committer = signature("committer", new.committer, new.time)?;
        if new.message.contains('\0') {
            let words = "it has a zero byte in it".to_owned();
            return Err(GitError::BadCommit { what: "message", words });
        }
        let parents: Vec<&git2::Commit<'_>> = parent.into_iter().collect();
        let local = |error| self.local(error);
        let id = match new.signer {
            None => repository.commit(None, &author, &committer, new.message, tree, &parents).map_err(local)?,
            Some(sign) => {
                let bytes =
                    repository.commit_create_buffer(&author, &committer, new.message, tree, &parents).map_err(local)?;
                let signature = sign(&bytes).map_err(|error| GitError::Signing { words: cleaned(&error.0, SHOWN) })?;
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| GitError::BadCommit { what: "author", words: "it is not UTF-8".to_owned() })?;
                repository.commit_signed(text, &signature, None).map_err(local)?
            }
        };
        Ok(CommitId(id))
    }
}

/// Name, address and time as Git writes them.
///
/// Git's format has no escapes: what would break it (`<`, `>`, line breaks) is refused rather than dropped.
fn signature(what: &'static str, person: &Person, time: &Zoned) -> Result<Signature<'static>, GitError> {
    let refused = |words: &str| GitError::BadCommit { what, words: words.to_owned() };
    let breaks = |text: &str| text.contains(['<', '>', '\n', '\r', '\0']);
    if breaks(&person.name) || breaks(&person.email) {
        return Err(refused("`<`, `>` and line breaks have no place in a name or address"));
    }
    let when = Time::new(time.timestamp().as_second(), time.offset().seconds() / 60);
    Signature::new(&person.name, &person.email, &when).map_err(|error| refused(&cleaned(error.message(), SHOWN)))
}
