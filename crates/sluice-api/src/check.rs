//! Looking for commits and tags because a person asks, whether the agent runs or not.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use sluice_core::flux::ImageRepository;
use sluice_engine::SourceView;
use tokio_util::sync::CancellationToken;

use crate::api::Inner;
use crate::convert::count;
use crate::view::common::{CheckScope, ObjectRef};
use crate::view::error::WireError;
use crate::view::event::Event;
use crate::view::shell::Working;
use crate::view::source::ReadingStage;

/// Looks that are under way.
#[derive(Default)]
pub(crate) struct Checks {
    current: Mutex<Option<Current>>,
    reading: Mutex<HashMap<String, ReadingStage>>,
}

struct Current {
    stop: CancellationToken,
    working: Working,
}

impl Checks {
    pub(crate) fn is_under_way(&self) -> bool {
        self.working().is_some() || !self.reading.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// How far the look is that a person asked for.
    pub(crate) fn working(&self) -> Option<Working> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|current| current.working.clone())
    }

    /// Calls the look off.
    pub(crate) fn stop(&self) {
        if let Some(current) = &*self.current.lock().unwrap_or_else(PoisonError::into_inner) {
            current.stop.cancel();
        }
    }

    /// How far the first reading of a source is; nothing when it is none.
    pub(crate) fn stage(&self, source: &str) -> Option<ReadingStage> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).get(source).cloned()
    }

    fn begin(&self, total: u32) -> Option<CancellationToken> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.is_some() {
            return None;
        }
        let stop = CancellationToken::new();
        *current = Some(Current { stop: stop.clone(), working: Working { done: 0, total } });
        Some(stop)
    }

    fn progress(&self, done: u32, total: u32) {
        if let Some(current) = &mut *self.current.lock().unwrap_or_else(PoisonError::into_inner) {
            current.working.done = done;
            current.working.total = total;
        }
    }

    fn end(&self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn set_stage(&self, source: &str, stage: Option<ReadingStage>) {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        match stage {
            Some(stage) => reading.insert(source.to_owned(), stage),
            None => reading.remove(source),
        };
    }
}

/// What is looked at.
#[derive(Debug, Clone)]
struct Work {
    sources: Vec<String>,
    /// Git remotes are asked for commits first.
    asks_git: bool,
    scope: CheckScope,
}

impl Work {
    /// Whether an image repository is looked at.
    fn takes(&self, view: &SourceView, repository: &ImageRepository) -> bool {
        if repository.suspend {
            return false;
        }
        match &self.scope {
            CheckScope::All | CheckScope::Source { .. } => true,
            CheckScope::Registry { host } => repository.image.registry() == host,
            CheckScope::Policy { policy } => view
                .catalogue
                .policies
                .get(&policy.key())
                .is_some_and(|policy| policy.image_repository == repository.meta.key),
        }
    }
}

impl Inner {
    /// Begins a look. Gives how many remotes and images are asked; 0 when a look is under way.
    pub(crate) async fn start_check(self: &Arc<Self>, scope: CheckScope) -> Result<u32, WireError> {
        let all = || self.engine.settings().sources.iter().map(|source| source.name.clone()).collect::<Vec<_>>();
        let (sources, asks_git) = match &scope {
            CheckScope::All => (all(), true),
            CheckScope::Source { source } => (vec![self.engine.source_settings(source)?.name], true),
            CheckScope::Policy { policy } => (vec![self.engine.source_settings(&policy.source)?.name], false),
            CheckScope::Registry { .. } => (all(), false),
        };
        let work = Work { sources, asks_git, scope };
        let total = self.size_of(&work).await;
        let Some(stop) = self.checks.begin(total) else { return Ok(0) };
        self.tell(Event::Checking { done: 0, total, is_done: false });
        self.tell(Event::Agent { agent: self.agent() });
        let inner = self.clone();
        tokio::spawn(async move {
            let told = |done: u32, total: u32| {
                inner.checks.progress(done, total);
                inner.tell(Event::Checking { done, total, is_done: false });
            };
            tokio::select! {
                () = inner.look(&work, &told) => {}
                () = stop.cancelled() => {}
            }
            let total = inner.checks.working().map_or(total, |working| working.total);
            inner.checks.end();
            inner.outdate();
            inner.tell(Event::Checking { done: total, total, is_done: true });
            inner.tell(Event::Agent { agent: inner.agent() });
        });
        Ok(total)
    }

    /// Looks for the tags of a source that was just read, and tells how that goes on.
    pub(crate) fn start_reading(self: &Arc<Self>, source: &str) {
        let (inner, source) = (self.clone(), source.to_owned());
        let stage = |done, total| ReadingStage::Scanning { done, total };
        inner.checks.set_stage(&source, Some(stage(0, 0)));
        tokio::spawn(async move {
            let scope = CheckScope::Source { source: source.clone() };
            let work = Work { sources: vec![source.clone()], asks_git: false, scope };
            let told = |done: u32, total: u32| {
                inner.checks.set_stage(&source, Some(stage(done, total)));
                inner.tell(Event::Reading { source: source.clone(), stage: stage(done, total) });
            };
            inner.look(&work, &told).await;
            inner.checks.set_stage(&source, None);
            inner.outdate();
            inner.tell(Event::Reading { source: source.clone(), stage: ReadingStage::Done });
        });
    }

    async fn size_of(&self, work: &Work) -> u32 {
        let mut size = if work.asks_git { work.sources.len() } else { 0 };
        for (name, view) in self.engine.views().await {
            let Ok(view) = view else { continue };
            if work.sources.contains(&name) {
                let repositories = view.catalogue.image_repositories.values();
                size += repositories.filter(|repository| work.takes(&view, repository)).count();
            }
        }
        count(size)
    }

    async fn look(&self, work: &Work, told: &(dyn Fn(u32, u32) + Sync)) {
        let (done, total) = (AtomicU32::new(0), AtomicU32::new(0));
        let step = |done_more: u32, total_more: u32| {
            let total = total.fetch_add(total_more, Ordering::SeqCst) + total_more;
            told(done.fetch_add(done_more, Ordering::SeqCst) + done_more, total);
        };
        let mut sources: FuturesUnordered<_> =
            work.sources.iter().map(|source| self.look_at_source(work, source, &step)).collect();
        while sources.next().await.is_some() {}
    }

    /// Failures are in the heartbeats and in the image repositories' rows; there is nobody to hand them to.
    async fn look_at_source(&self, work: &Work, source: &str, step: &(dyn Fn(u32, u32) + Sync)) {
        if work.asks_git {
            step(0, 1);
            if let Err(error) = self.engine.refresh(source).await {
                tracing::info!(source, %error, "asked for, and not answered");
            }
            step(1, 0);
        }
        let Ok(view) = self.engine.view(source).await else { return };
        let wanted: Vec<&ImageRepository> = view
            .catalogue
            .image_repositories
            .values()
            .map(|placed| &placed.value)
            .filter(|repository| work.takes(&view, repository))
            .collect();
        step(0, count(wanted.len()));
        let mut scans: FuturesUnordered<_> =
            wanted.into_iter().map(|repository| self.look_at_image(&view, repository)).collect();
        while scans.next().await.is_some() {
            step(1, 0);
        }
    }

    async fn look_at_image(&self, view: &SourceView, repository: &ImageRepository) {
        let scanned = self.engine.scan(&view.name, repository).await;
        let policies = view.catalogue.policies.values();
        for policy in policies.filter(|policy| policy.image_repository == repository.meta.key) {
            if let Err(error) = self.engine.decide(&view.name, &view.catalogue, policy).await {
                tracing::warn!(policy = %policy.meta.key, %error, "not decided");
            }
            if let Ok(report) = &scanned {
                let policy = ObjectRef::of(&view.name, &policy.meta.key);
                self.tell(Event::Scanning { policy, tags: count(report.total), is_done: true });
            }
        }
    }
}
