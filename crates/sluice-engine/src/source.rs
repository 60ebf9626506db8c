//! Sources: the repositories whose resources Sluice follows.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use sluice_core::catalogue::Catalogue;
use sluice_core::flux::{CheckoutRef, GitRepository};
use sluice_git::{CommitId, GitError, Mirror, Refs, RemoteUrl};

use crate::index::Index;
use crate::settings::SourceSettings;
use crate::{Engine, EngineError, Event};

/// What is known of a source: its catalogue at one commit. Kept as a whole and replaced as a whole.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// The source's name.
    pub name: String,
    /// Where it is cloned from.
    pub url: RemoteUrl,
    /// The branch that was read.
    pub branch: String,
    /// The commit that was read.
    pub commit: CommitId,
    /// When it was read.
    pub read_at: Timestamp,
    /// The remote's references as they were known then.
    pub refs: Refs,
    /// What the files say.
    pub catalogue: Arc<Catalogue>,
    pub(crate) index: Arc<Index>,
}

impl SourceView {
    /// How many files say something: Flux's resources, markers or images.
    pub fn files(&self) -> usize {
        self.index.files.len()
    }
}

impl Engine {
    /// The settings of a source.
    ///
    /// # Errors
    /// [`EngineError::NoSource`] when there is none of that name.
    pub fn source_settings(&self, name: &str) -> Result<SourceSettings, EngineError> {
        let settings = self.settings();
        settings.sources.iter().find(|source| source.name == name).cloned().ok_or_else(|| EngineError::NoSource {
            name: name.to_owned(),
            known: settings.sources.iter().map(|source| source.name.clone()).collect(),
        })
    }

    /// What is known of a source: in memory, or read from the mirror without asking the remote. A source that was
    /// never fetched is fetched.
    ///
    /// # Errors
    /// When there is no such source, or nothing is known and the remote cannot be reached.
    pub async fn view(&self, name: &str) -> Result<Arc<SourceView>, EngineError> {
        if let Some(view) = self.view_in_memory(name) {
            return Ok(view);
        }
        let source = self.source_settings(name)?;
        match self.read_known(&source).await {
            Ok(view) => Ok(view),
            Err(EngineError::Git { cause, .. }) if is_unknown(&cause) => self
                .refresh(name)
                .await
                .map_err(|cause| EngineError::NeverRead { source_name: name.to_owned(), cause: Box::new(cause) }),
            Err(error) => Err(error),
        }
    }

    /// What was read of a source by this process.
    pub(crate) fn view_in_memory(&self, name: &str) -> Option<Arc<SourceView>> {
        self.shared.views.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Asks the source's remote for what is new and reads it.
    ///
    /// # Errors
    /// When there is no such source, or the remote cannot be reached or read; what was known stays.
    pub async fn refresh(&self, name: &str) -> Result<Arc<SourceView>, EngineError> {
        let source = self.source_settings(name)?;
        let access = self.git_access(&source, &source.url).await?;
        // Whoever asked first reads first. A refresh that asked before a push and reads after the next one would put the
        // past in the place of the present until somebody asks again.
        let turn = self.shared.remotes.reading(&source.url);
        let _turn = turn.lock().await;
        let fetched = self.fetch(&source.url, access).await?;
        self.read_source(&source, fetched.refs).await
    }

    /// Reads what the mirror holds of a source at these references, which were just fetched.
    pub(crate) async fn read_source(
        &self,
        source: &SourceSettings,
        refs: Refs,
    ) -> Result<Arc<SourceView>, EngineError> {
        let before = self.view_in_memory(&source.name);
        let view = self.view_at(source, refs, before.clone()).await?;
        if before.as_ref().is_some_and(|before| Arc::ptr_eq(before, &view)) {
            return Ok(view);
        }
        self.shared.views.lock().unwrap_or_else(PoisonError::into_inner).insert(source.name.clone(), view.clone());
        if before.is_none_or(|before| before.commit != view.commit) {
            self.tell(Event::SourceRead { source: source.name.clone(), commit: view.commit.to_string() });
        }
        Ok(view)
    }

    /// Reads what the mirror holds of a source that was not read yet, without asking the remote. Whoever fetched and read
    /// it in the meantime is right.
    pub(crate) async fn read_known(&self, source: &SourceSettings) -> Result<Arc<SourceView>, EngineError> {
        let refs = self.known_refs(&source.url).await?;
        let view = self.view_at(source, refs, None).await?;
        let mut views = self.shared.views.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = views.get(&source.name) {
            return Ok(there.clone());
        }
        views.insert(source.name.clone(), view.clone());
        drop(views);
        self.tell(Event::SourceRead { source: source.name.clone(), commit: view.commit.to_string() });
        Ok(view)
    }

    /// Reads a repository that is none of the sources.
    pub(crate) async fn read_unfollowed(
        &self,
        source: &SourceSettings,
        refs: Refs,
    ) -> Result<Arc<SourceView>, EngineError> {
        self.view_at(source, refs, None).await
    }

    /// The view of a repository at these references; `before` itself when nothing is different.
    async fn view_at(
        &self,
        source: &SourceSettings,
        refs: Refs,
        before: Option<Arc<SourceView>>,
    ) -> Result<Arc<SourceView>, EngineError> {
        let branch = match &source.branch {
            Some(branch) => branch.clone(),
            None => default_branch(&refs).ok_or_else(|| no_branch(&source.url))?,
        };
        let wanted = format!("refs/heads/{branch}");
        let commit = match refs.refs.get(&wanted) {
            Some(commit) => *commit,
            None => {
                let resolve = move |mirror: &Mirror| mirror.resolve(&wanted);
                self.shared.remotes.offline(&source.url, resolve).await?
            }
        };
        if let Some(before) = &before
            && (before.commit, &before.branch) == (commit, &branch)
            && before.refs == refs
        {
            let catalogue = self.with_borrowed(before.catalogue.clone(), &before.index).await;
            return Ok(match Arc::ptr_eq(&catalogue, &before.catalogue) {
                true => before.clone(),
                false => Arc::new(SourceView { catalogue, ..(**before).clone() }),
            });
        }
        let last = before.as_ref().filter(|before| before.url == source.url).map(|before| before.index.clone());
        let index = self.index(&source.url, &branch, commit, last.clone()).await?;
        let catalogue = match &before {
            Some(before) if Arc::ptr_eq(&before.index, &index) => before.catalogue.clone(),
            _ => Arc::new(index.catalogue()),
        };
        let catalogue = self.with_borrowed(catalogue, &index).await;
        Ok(Arc::new(SourceView {
            name: source.name.clone(),
            url: source.url.clone(),
            branch,
            commit,
            read_at: self.now(),
            refs,
            catalogue,
            index,
        }))
    }

    /// Forgets what was read of a source that is not there any more.
    pub(crate) fn forget_view(&self, name: &str) {
        self.shared.views.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// The views of all sources, as far as they are known; a source that cannot be read is an error beside the others.
    pub async fn views(&self) -> Vec<(String, Result<Arc<SourceView>, EngineError>)> {
        let settings = self.settings();
        let reads =
            settings.sources.iter().map(|source| async { (source.name.clone(), self.view(&source.name).await) });
        futures_util::future::join_all(reads).await
    }
}

/// The branch that the remote's HEAD names, or its only branch.
pub(crate) fn default_branch(refs: &Refs) -> Option<String> {
    let branch = |reference: &str| reference.strip_prefix("refs/heads/").map(str::to_owned);
    if let Some(head) = refs.head.as_deref().and_then(branch) {
        return Some(head);
    }
    let mut branches = refs.refs.keys().filter_map(|reference| branch(reference));
    match (branches.next(), branches.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

fn no_branch(url: &RemoteUrl) -> EngineError {
    EngineError::git(url, GitError::NoSuchRef { remote: url.to_string(), reference: "HEAD".to_owned() })
}

fn is_unknown(error: &GitError) -> bool {
    matches!(error, GitError::NoSuchRef { .. })
}

/// Where an automation reads and writes.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    pub(crate) url: RemoteUrl,
    /// The reference, written out: `main`, `tag v1.0.0`, `semver 1.x`.
    pub(crate) words: String,
    /// The branch that is checked out, when it is one.
    pub(crate) branch: Option<String>,
    pub(crate) commit: CommitId,
    pub(crate) refs: Refs,
}

impl Engine {
    /// The remote of a GitRepository as Sluice reaches it: the source's own address when both are the same repository,
    /// because that is the one a person gave a credential for; also that of another source that is known by it.
    pub(crate) fn remote_of(&self, view: &SourceView, repository: &GitRepository) -> Result<RemoteUrl, EngineError> {
        let written =
            RemoteUrl::parse(&repository.url).map_err(|cause| EngineError::git(&repository.url, cause.into()))?;
        let same = self.settings().same_repository();
        if same.are_same(&written, &view.url) {
            return Ok(view.url.clone());
        }
        Ok(same.reached_at(&written).cloned().unwrap_or(written))
    }

    /// Resolves a checkout reference (precedence: commit, name, semver, tag, branch; without any, the remote's HEAD).
    pub(crate) async fn check_out(
        &self,
        url: &RemoteUrl,
        refs: Refs,
        reference: Option<&CheckoutRef>,
    ) -> Result<Checkout, EngineError> {
        let reference = reference.cloned().unwrap_or_default();
        let branch = match reference.checked_out_branch() {
            Some(branch) => Some(branch.to_owned()),
            None if reference == CheckoutRef::default() => Some(default_branch(&refs).ok_or_else(|| no_branch(url))?),
            None => None,
        };
        let words = match &branch {
            Some(branch) => branch.clone(),
            None => in_words(&reference),
        };
        let wanted = CheckoutRef { branch: branch.clone(), ..reference };
        let resolve = move |mirror: &Mirror| mirror.checkout(&wanted);
        let commit = self.shared.remotes.offline(url, resolve).await?.commit;
        Ok(Checkout { url: url.clone(), words, branch, commit, refs })
    }
}

fn in_words(reference: &CheckoutRef) -> String {
    let CheckoutRef { branch, tag, semver, name, commit } = reference;
    let named = [("commit", commit), ("", name), ("semver", semver), ("tag", tag), ("", branch)];
    let first = named.into_iter().find_map(|(kind, value)| value.as_ref().map(|value| (kind, value)));
    first.map_or_else(String::new, |(kind, value)| format!("{kind} {value}").trim().to_owned())
}
