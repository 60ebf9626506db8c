//! Pushing a commit to where it was expected to go, and nowhere else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use git2::{Direction, ErrorCode, Oid, PushOptions, Reference, Repository};

use super::fetch::{callbacks, unreached};
use super::lock::Lock;
use super::push_spec::PushSpec;
use super::{Mirror, folder};
use crate::access::GitAccess;
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::id::CommitId;
use crate::operation::{self, Operation};
use crate::refusal;
use crate::transport;

/// What is pushed, and on which condition.
#[derive(Debug, Clone, Copy)]
pub struct Push<'p> {
    /// The reference on the remote, in full: `refs/heads/main`.
    pub reference: &'p str,
    /// The commit that it is to point to.
    pub commit: CommitId,
    /// Where it must be now; nothing when it must not exist.
    pub expected: Option<CommitId>,
    /// Whether it may be set back.
    pub kind: PushKind,
    /// `git.push.refspec`: one further reference to push to, after the first.
    pub further: Option<&'p str>,
    /// `git.push.options`, each `key=value`; sent where the remote takes options, else left out, as Flux does.
    pub options: &'p [String],
}

/// Whether a reference may be set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushKind {
    /// The commit stands on the expected one.
    FastForward,
    /// A push branch is made anew: what it pointed to need not be among the commit's ancestors. It is still replaced
    /// only when it is the expected one (a lease).
    Rebuild,
}

/// One reference to push to.
struct Target<'t> {
    destination: &'t str,
    commit: Oid,
    /// Where the destination must be now; nothing when that does not matter.
    lease: Option<Option<CommitId>>,
    is_forced: bool,
    options: &'t [String],
}

impl Mirror {
    /// Pushes a commit of the mirror.
    ///
    /// The remote's value is compared with the expected one in the push negotiation, and the remote itself checks it
    /// again when it updates the reference; so nothing that somebody else pushed in between is lost. A reference that
    /// is already at the commit counts as pushed, so that a push whose answer was lost can be repeated.
    ///
    /// # Errors
    /// [`GitError::Moved`] when the reference is not where it was expected, [`GitError::ReadOnlyKey`] and
    /// [`GitError::PushRefused`] when the remote refuses, [`GitError::FurtherRefspec`] when only the further refspec
    /// failed; and everything that a connection can fail with.
    pub fn push(&self, push: &Push<'_>, access: &GitAccess, cancel: &Cancel) -> Result<(), GitError> {
        let further = push.further.map(PushSpec::parse).transpose()?;
        if !push.reference.starts_with("refs/") || !Reference::is_valid_name(push.reference) {
            let why = "it is not the full name of a reference";
            return Err(GitError::BadRefspec { refspec: push.reference.to_owned(), why });
        }
        let _lock = Lock::take(&self.folder, access.timeout, cancel, &self.remote)?;
        folder::sweep(&self.folder);
        self.send(
            access,
            cancel,
            &Target {
                destination: push.reference,
                commit: push.commit.0,
                lease: Some(push.expected),
                is_forced: push.kind == PushKind::Rebuild,
                options: push.options,
            },
        )?;
        self.note_pushed(push)?;
        // A refspec that equals the branch is pushed already (Flux fails on it).
        let Some(further) = further.filter(|further| further.destination != push.reference) else { return Ok(()) };
        self.push_further(push, &further, access, cancel).map_err(|cause| GitError::FurtherRefspec {
            refspec: push.further.unwrap_or_default().to_owned(),
            landed: push.commit,
            cause: Box::new(cause),
        })
    }

    fn push_further(
        &self,
        push: &Push<'_>,
        further: &PushSpec,
        access: &GitAccess,
        cancel: &Cancel,
    ) -> Result<(), GitError> {
        let commit = if further.is_about(push.reference) { push.commit } else { self.resolve(&further.source)? };
        self.send(
            access,
            cancel,
            &Target {
                destination: &further.destination,
                commit: commit.0,
                lease: None,
                is_forced: further.is_forced || push.kind == PushKind::Rebuild,
                options: push.options,
            },
        )
    }

    /// Remembers where the remote's reference is now, so that it need not be fetched.
    fn note_pushed(&self, push: &Push<'_>) -> Result<(), GitError> {
        if !push.reference.starts_with("refs/heads/") && !push.reference.starts_with("refs/tags/") {
            return Ok(());
        }
        self.with(|repository| {
            repository.reference(push.reference, push.commit.0, true, "").map_err(|error| self.local(error))?;
            Ok(())
        })
    }

    fn send(&self, access: &GitAccess, cancel: &Cancel, target: &Target<'_>) -> Result<(), GitError> {
        operation::run(&self.remote, access, cancel, |operation| {
            self.with(|repository| self.negotiate(operation, repository, target))
        })
    }

    fn negotiate(
        &self,
        operation: &Arc<Operation>,
        repository: &Repository,
        target: &Target<'_>,
    ) -> Result<(), GitError> {
        repository.find_commit(target.commit).map_err(|error| self.missing_or_local(target.commit, error))?;
        let mut remote =
            repository.remote_anonymous(&transport::address(&self.remote)).map_err(|error| self.local(error))?;
        let foreign = |error| self.foreign(operation, error);
        let mut connection = remote
            .connect_auth(Direction::Push, Some(callbacks(operation)), None)
            .map_err(|error| unreached(operation, error))?;
        let heads = connection.list().map_err(foreign)?;
        let found = heads.iter().find(|head| head.name() == target.destination).map(|head| CommitId(head.oid()));
        if found == Some(CommitId(target.commit)) {
            return Ok(());
        }
        self.check_lease(target, found)?;

        let (seen, answers) = (Rc::new(Cell::new(None)), Rc::new(RefCell::new(Vec::new())));
        let mut callbacks = callbacks(operation);
        callbacks.push_negotiation({
            let (seen, lease) = (seen.clone(), target.lease);
            move |updates| {
                let source = updates.first().map(git2::PushUpdate::src).filter(|id| !id.is_zero()).map(CommitId);
                seen.set(Some(source));
                match lease {
                    Some(expected) if expected != source => Err(git2::Error::from_str("the reference has moved")),
                    _ => Ok(()),
                }
            }
        });
        callbacks.push_update_reference({
            let answers = answers.clone();
            move |name, status| {
                answers.borrow_mut().push((name.to_owned(), status.map(str::to_owned)));
                Ok(())
            }
        });
        let mut options = PushOptions::new();
        options.remote_callbacks(callbacks).packbuilder_parallelism(1);
        let wanted: Vec<&str> = target.options.iter().map(String::as_str).collect();
        if !wanted.is_empty() && operation.is_offered("push-options") {
            options.remote_push_options(&wanted);
        }
        let force = if target.is_forced { "+" } else { "" };
        let refspec = format!("{force}{}:{}", target.commit, target.destination);
        let outcome = connection.remote().push(&[refspec], Some(&mut options));
        drop(options);
        drop(connection);
        if let Err(error) = outcome {
            let source = seen.get().flatten();
            self.check_lease(target, source)?;
            if error.code() == ErrorCode::NotFastForward {
                return Err(self.moved(target, source));
            }
            return Err(foreign(error));
        }
        let answers = answers.take();
        judge(operation, target, &answers)
    }

    fn check_lease(&self, target: &Target<'_>, found: Option<CommitId>) -> Result<(), GitError> {
        match target.lease {
            Some(expected) if expected != found => Err(self.moved(target, found)),
            _ => Ok(()),
        }
    }

    fn moved(&self, target: &Target<'_>, found: Option<CommitId>) -> GitError {
        let (remote, reference) = (self.remote.to_string(), target.destination.to_owned());
        GitError::Moved { remote, reference, found }
    }
}

/// What the remote reports of the reference. A refusal leaves `push()` itself Ok.
fn judge(operation: &Operation, target: &Target<'_>, answers: &[(String, Option<String>)]) -> Result<(), GitError> {
    let answer = answers.iter().find(|(name, _)| name == target.destination);
    match answer {
        Some((_, None)) => Ok(()),
        Some((name, Some(status))) => {
            Err(refusal::of_reference(operation, name, status, &operation.heard(), target.is_forced))
        }
        // libgit2's transport for folders reports nothing and fails instead.
        None if operation.remote.scheme() == crate::remote_url::Scheme::File => Ok(()),
        None => Err(operation.bad_answer("it does not say whether the reference was updated")),
    }
}
