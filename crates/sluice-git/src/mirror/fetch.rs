//! Bringing the mirror up to date.

use std::collections::BTreeMap;
use std::sync::Arc;

use git2::{
    AutotagOption, Direction, ErrorClass, ErrorCode, FetchOptions, ObjectType, Oid, Reference, RemoteCallbacks,
    Repository,
};

use super::lock::Lock;
use super::references::Refs;
use super::{Mirror, folder};
use crate::access::GitAccess;
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::operation::{self, Operation};
use crate::transport;

/// What a fetch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The remote's references now.
    pub refs: Refs,
    /// Whether any of them is another than at the last fetch.
    pub changed: bool,
}

/// What the remote says that it has.
struct Listed {
    head: Option<String>,
    refs: BTreeMap<String, Oid>,
}

/// From how many references on whole families are asked for in place of single ones.
const MANY: usize = 64;

/// From how many new references on they are put together in one file.
const PACK_REFERENCES: usize = 200;

impl Mirror {
    /// Asks the remote for its branches and tags, and brings what moved. Where nothing did, that is one short exchange
    /// and nothing is written. Branches and tags that the remote no longer has go.
    ///
    /// A damaged mirror is made anew on the way.
    ///
    /// # Errors
    /// When the remote cannot be reached, refuses, or is silent for too long; or when the disk refuses.
    pub fn fetch(&self, access: &GitAccess, cancel: &Cancel) -> Result<Fetched, GitError> {
        self.fetch_also(&[], access, cancel)
    }

    /// As [`Mirror::fetch`], and brings references of other families too, such as `refs/pull/1/head`, where the remote
    /// has them. They stay until a fetch that does not ask for them.
    ///
    /// # Errors
    /// As [`Mirror::fetch`].
    pub fn fetch_also(&self, also: &[String], access: &GitAccess, cancel: &Cancel) -> Result<Fetched, GitError> {
        let _lock = Lock::take(&self.folder, access.timeout, cancel, &self.remote)?;
        folder::sweep(&self.folder);
        if folder::is_damaged(&self.folder, &self.remote) {
            self.make_anew()?;
        }
        let fetched = match self.update(also, access, cancel) {
            Err(GitError::MirrorDamaged { path, words }) => {
                tracing::warn!(path, words, "the mirror is damaged and is made anew");
                self.make_anew()?;
                self.update(also, access, cancel)?
            }
            outcome => outcome?,
        };
        if fetched.changed
            && let Err(error) = self.tidy()
        {
            // What was asked for is done; a disk that is full shows itself soon enough.
            tracing::warn!(%error, "the mirror could not be tidied");
        }
        Ok(fetched)
    }

    fn make_anew(&self) -> Result<(), GitError> {
        self.close();
        folder::make(&self.folder, &self.remote)
    }

    fn update(&self, also: &[String], access: &GitAccess, cancel: &Cancel) -> Result<Fetched, GitError> {
        operation::run(&self.remote, access, cancel, |operation| {
            self.with(|repository| {
                let mut remote = repository
                    .remote_anonymous(&transport::address(&self.remote))
                    .map_err(|error| self.local(error))?;
                let foreign = |error| self.foreign(operation, error);
                let mut connection = remote
                    .connect_auth(Direction::Fetch, Some(callbacks(operation)), None)
                    .map_err(|error| unreached(operation, error))?;
                let head = connection.default_branch().ok().and_then(|name| name.as_str().ok().map(str::to_owned));
                let refs = listed(connection.list().map_err(foreign)?, also);
                let listed = Listed { head, refs };
                let plan = self.compare_references(repository, &listed)?;
                if !plan.missing.is_empty() {
                    let mut options = FetchOptions::new();
                    options.remote_callbacks(self::callbacks(operation)).download_tags(AutotagOption::None);
                    let wanted = refspecs(&plan.missing, also);
                    connection.remote().download(&wanted, Some(&mut options)).map_err(foreign)?;
                }
                drop(connection);
                let changed = self.apply(repository, &listed, &plan)?;
                Ok(Fetched { refs: self.refs_of(repository)?, changed })
            })
        })
    }

    /// What has to happen for the mirror to have the remote's references.
    fn compare_references(&self, repository: &Repository, listed: &Listed) -> Result<Plan, GitError> {
        let objects = repository.odb().map_err(|error| self.local(error))?;
        let mut plan = Plan::default();
        let mut known = folder::read_set_aside(&self.folder);
        for reference in repository.references().map_err(|error| self.local(error))? {
            let reference = reference.map_err(|error| self.local(error))?;
            let (Ok(name), Some(id)) = (reference.name(), reference.target()) else { continue };
            if !objects.exists(id) {
                return Err(self.damaged(format!("{name} points to {id}, which is missing")));
            }
            known.insert(name.to_owned(), id);
        }
        for (name, id) in &listed.refs {
            if known.remove(name) != Some(*id) {
                plan.moved.push((name.clone(), *id));
                if !objects.exists(*id) {
                    plan.missing.push(name.clone());
                }
            }
        }
        plan.gone = known.into_keys().collect();
        Ok(plan)
    }

    /// Moves the mirror's references. Says whether there was anything to do.
    fn apply(&self, repository: &Repository, listed: &Listed, plan: &Plan) -> Result<bool, GitError> {
        let local = |error| self.local(error);
        // First what is gone: `a` may make room for `a/b`.
        for name in &plan.gone {
            match repository.find_reference(name).and_then(|mut reference| reference.delete()) {
                // It was set aside.
                Err(error) if error.code() == ErrorCode::NotFound => {}
                outcome => outcome.map_err(local)?,
            }
        }
        let mut set_aside = folder::read_set_aside(&self.folder);
        set_aside
            .retain(|name, _| listed.refs.contains_key(name) && !plan.moved.iter().any(|(moved, _)| moved == name));
        for (name, id) in &plan.moved {
            let object = repository.find_object(*id, None).map_err(local)?;
            if object.peel(ObjectType::Commit).is_ok() {
                repository.reference(name, *id, true, "").map_err(local)?;
            } else {
                set_aside.insert(name.clone(), *id);
            }
        }
        folder::write_set_aside(&self.folder, &set_aside)?;
        if plan.moved.len() >= PACK_REFERENCES {
            repository.refdb().and_then(|references| references.compress()).map_err(local)?;
        }
        let head = repository.find_reference("HEAD").map_err(local)?;
        let own = head.symbolic_target().ok().flatten().map(str::to_owned);
        let has_head_moved = match &listed.head {
            Some(name) if own.as_ref() != Some(name) => {
                repository.reference_symbolic("HEAD", name, true, "").map_err(local)?;
                true
            }
            _ => false,
        };
        Ok(has_head_moved || !plan.moved.is_empty() || !plan.gone.is_empty())
    }

    fn damaged(&self, words: String) -> GitError {
        folder::note_damage(&self.folder);
        GitError::MirrorDamaged { path: self.folder.display().to_string(), words }
    }

    /// What a failure of libgit2 in an exchange with the remote means, where the transport kept nothing aside.
    pub(super) fn foreign(&self, operation: &Operation, error: git2::Error) -> GitError {
        let said = error.message();
        match error.class() {
            _ if operation.cancel.is_cancelled() => GitError::Cancelled { remote: operation.place() },
            ErrorClass::Net | ErrorClass::Http | ErrorClass::Ssh => protocol(operation, &error),
            ErrorClass::Indexer => operation.bad_answer(said),
            _ => self.local(error),
        }
    }
}

/// What it means that the remote did not even list its references, where the transport kept nothing aside.
pub(super) fn unreached(operation: &Operation, error: git2::Error) -> GitError {
    let remote = operation.place();
    match error.class() {
        _ if operation.cancel.is_cancelled() => GitError::Cancelled { remote },
        // libgit2's transport for folders.
        ErrorClass::Os | ErrorClass::Repository => {
            GitError::NotFound { remote, words: operation.shown(error.message()) }
        }
        ErrorClass::Config => operation.bad_access("folder", error.message()),
        _ => protocol(operation, &error),
    }
}

/// A failure of the protocol itself.
fn protocol(operation: &Operation, error: &git2::Error) -> GitError {
    let said = error.message();
    match said.strip_prefix("remote error: ") {
        Some(words) => crate::refusal::of_hang_up(operation, false, words),
        None if error.code() == ErrorCode::Eof => operation.unreachable(&with_aside(said, operation)),
        None => operation.bad_answer(&with_aside(said, operation)),
    }
}

/// What libgit2 says, and what the remote said on the side.
fn with_aside(said: &str, operation: &Operation) -> String {
    let heard = operation.heard();
    if heard.trim().is_empty() { said.to_owned() } else { format!("{said}: {heard}") }
}

#[derive(Default)]
struct Plan {
    /// References that point elsewhere now, or are new.
    moved: Vec<(String, Oid)>,
    /// Those of them whose object is not here.
    missing: Vec<String>,
    /// References that the remote no longer has.
    gone: Vec<String>,
}

fn listed(heads: &[git2::RemoteHead<'_>], also: &[String]) -> BTreeMap<String, Oid> {
    let is_wanted = |name: &str| {
        let is_ours = name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
        // `refs/tags/v1^{}` is what an annotated tag is about, and no reference.
        (is_ours || also.iter().any(|other| other == name)) && Reference::is_valid_name(name)
    };
    heads.iter().filter(|head| is_wanted(head.name())).map(|head| (head.name().to_owned(), head.oid())).collect()
}

/// What is asked for: single references, or where there are many, whole families.
fn refspecs(missing: &[String], also: &[String]) -> Vec<String> {
    let one = |name: &String| format!("+{name}:{name}");
    if missing.len() < MANY {
        return missing.iter().map(one).collect();
    }
    let families = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    families.into_iter().map(str::to_owned).chain(also.iter().filter(|name| missing.contains(name)).map(one)).collect()
}

/// What libgit2 asks and tells on the way, for a fetch.
pub(super) fn callbacks(operation: &Arc<Operation>) -> RemoteCallbacks<'static> {
    let mut callbacks = RemoteCallbacks::new();
    let at_progress = operation.clone();
    callbacks.transfer_progress(move |_| !at_progress.cancel.is_cancelled());
    let at_words = operation.clone();
    callbacks.sideband_progress(move |words| {
        at_words.hear(words);
        !at_words.cancel.is_cancelled()
    });
    callbacks
}
