//! The agent: the work that goes on by itself, in the window's background or as `sluice run`.
//!
//! One loop knows what is due; the work itself is the same use cases that a person calls. Nothing here is remembered
//! only in memory that matters: after a kill the next agent reads from the store when things were done last. To add a
//! kind of work: a variant of [`Job`](jobs::Job), its pace in `jobs.rs`, its arm in [`Loop::start`].

mod automation;
mod jobs;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::schedule::{Outcome, Timing};
use sluice_store::CredentialRecord;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::access::lies_under;
use crate::lock::{LockError, ProcessLock};
use crate::{Engine, EngineError, Event};
use jobs::{Job, Planned};

/// The longest sleep: the wall clock may jump and the settings file may change in the meantime.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// Work that is under way at a time; what it asks of remotes is bounded further by the engine.
const AT_ONCE: usize = 64;
/// How long work under way may take to end once the agent is to stop.
const LAST_MOMENTS: Duration = Duration::from_millis(1500);

/// Where others leave word for the agent, and see how it is.
#[derive(Debug, Default)]
pub(crate) struct AgentDesk {
    wake: Notify,
    check_now: Mutex<bool>,
    /// Automations, by source, for which there is something new to plan.
    concerned: Mutex<BTreeSet<(String, ObjectKey)>>,
    status: Mutex<AgentStatus>,
}

/// How the agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgentStatus {
    /// Whether it runs in this process.
    pub is_running: bool,
    /// Work under way.
    pub working: usize,
    /// When the next work is due.
    pub next: Option<Timestamp>,
}

impl AgentDesk {
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Has these automations planned at once.
    pub(crate) fn wake_for(&self, automations: impl Iterator<Item = (String, ObjectKey)>) {
        self.concerned.lock().unwrap_or_else(PoisonError::into_inner).extend(automations);
        self.wake();
    }

    fn take_concerned(&self) -> BTreeSet<(String, ObjectKey)> {
        std::mem::take(&mut *self.concerned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_check(&self) -> bool {
        std::mem::take(&mut *self.check_now.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells whether it is another one, as far as a person sees it: how much is under way changes all the time.
    fn set_status(&self, status: AgentStatus) -> bool {
        let before = std::mem::replace(&mut *self.status.lock().unwrap_or_else(PoisonError::into_inner), status);
        let seen = |status: AgentStatus| (status.is_running, status.working > 0, status.next);
        seen(before) != seen(status)
    }
}

impl Engine {
    /// How the agent of this process is.
    pub fn agent_status(&self) -> AgentStatus {
        *self.shared.agent.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_agent_status(&self, status: AgentStatus) {
        if self.shared.agent.set_status(status) {
            self.tell(Event::AgentMoved);
        }
    }

    /// Asks the agent to look at everything now.
    pub fn check_now(&self) {
        *self.shared.agent.check_now.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.shared.agent.wake();
    }

    /// Works until `stop`: looks for tags and commits at their intervals, decides, plans, and releases what the rules
    /// allow. It ends within two seconds of being stopped, wherever it is.
    ///
    /// # Errors
    /// [`EngineError::AgentRuns`] when another agent works on the data folder, and errors of the database.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), EngineError> {
        let folder = self.paths().data.clone();
        let _only = ProcessLock::try_take(&self.paths().locks(), "agent").map_err(|error| match error {
            LockError::Taken => EngineError::AgentRuns { folder },
            LockError::Io { path, cause } => EngineError::Lock { path, cause },
        })?;
        tokio::select! {
            recovered = self.recover() => { recovered?; }
            () = stop.cancelled() => return Ok(()),
        }
        let outcome = tokio::select! {
            outcome = Loop::new(self).run(&stop) => outcome,
            outcome = self.follow_clusters() => outcome,
        };
        self.stop_keeping_up();
        self.set_agent_status(AgentStatus::default());
        outcome
    }
}

/// What a piece of work came to.
struct Done {
    job: Job,
    result: Result<jobs::Came, EngineError>,
}

struct Loop<'e> {
    engine: &'e Engine,
    planned: HashMap<Job, Planned>,
    running: HashSet<Job>,
    /// Jobs that were woken while they ran: what woke them may have come too late for that run.
    woken: HashSet<Job>,
    tasks: JoinSet<Done>,
    settings_seen: Option<SystemTime>,
    /// The credentials as they were kept when the loop looked last.
    credentials_seen: Option<Vec<CredentialRecord>>,
    /// Whether what there is to do may have changed.
    is_stale: bool,
}

impl<'e> Loop<'e> {
    fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            planned: HashMap::new(),
            running: HashSet::new(),
            woken: HashSet::new(),
            tasks: JoinSet::new(),
            settings_seen: None,
            credentials_seen: None,
            is_stale: true,
        }
    }

    async fn run(mut self, stop: &CancellationToken) -> Result<(), EngineError> {
        loop {
            self.look_at_settings();
            self.look_at_credentials().await?;
            if self.engine.shared.agent.take_check() {
                self.everything_now();
            }
            if std::mem::take(&mut self.is_stale) {
                self.engine.plan_jobs(&mut self.planned).await?;
            }
            for automation in self.engine.shared.agent.take_concerned() {
                self.wake_automation(&automation, self.engine.now());
            }
            self.start_due();
            let sleep = self.report();
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(sleep) => {}
                () = self.engine.shared.agent.wake.notified() => self.is_stale = true,
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    if let Ok(done) = done {
                        self.finish(done).await?;
                    } else {
                        // A task that panicked has said so; what it held up is planned anew.
                        self.running.clear();
                    }
                }
            }
        }
        self.end().await;
        Ok(())
    }

    /// The file may have been edited by a person or another process.
    fn look_at_settings(&mut self) {
        let changed_at = std::fs::metadata(&self.engine.paths().settings).and_then(|file| file.modified()).ok();
        if changed_at == self.settings_seen {
            return;
        }
        self.settings_seen = changed_at;
        match self.engine.reload_settings() {
            Ok(changed) => self.is_stale |= changed,
            Err(error) => tracing::warn!(%error, "the settings read before stay in force"),
        }
    }

    /// Whoever gives another credential wants to see at once whether it is the right one.
    async fn look_at_credentials(&mut self) -> Result<(), EngineError> {
        let kept = self.engine.store().credentials().await?;
        let Some(seen) = self.credentials_seen.replace(kept.clone()) else { return Ok(()) };
        let changed =
            kept.iter().filter(|one| !seen.contains(one)).chain(seen.iter().filter(|one| !kept.contains(one)));
        let targets: Vec<&str> = changed.map(|record| record.target.as_str()).collect();
        let now = self.engine.now();
        for (job, planned) in self.planned.iter_mut().filter(|_| !targets.is_empty()) {
            let place = self.engine.place_of(job);
            if place.is_some_and(|place| targets.iter().any(|target| lies_under(&place, target))) {
                planned.timing = Timing::at_once(now);
            }
        }
        Ok(())
    }

    fn everything_now(&mut self) {
        let now = self.engine.now();
        for planned in self.planned.values_mut() {
            planned.timing = Timing::at_once(now);
        }
    }

    fn start_due(&mut self) {
        let now = self.engine.now();
        let mut due: Vec<(Timestamp, Job)> = self
            .planned
            .iter()
            .filter(|(job, planned)| planned.timing.is_due(now) && !self.running.contains(job))
            .map(|(job, planned)| (planned.timing.due_at, job.clone()))
            .collect();
        due.sort();
        for (_, job) in due.into_iter().take(AT_ONCE.saturating_sub(self.running.len())) {
            self.running.insert(job.clone());
            let engine = self.engine.clone();
            self.tasks.spawn(async move {
                let result = engine.do_job(&job).await;
                Done { job, result }
            });
        }
    }

    /// Says how the agent is, and for how long there is nothing to do.
    fn report(&self) -> Duration {
        let now = self.engine.now();
        let waiting = self.planned.iter().filter(|(job, _)| !self.running.contains(job));
        let next = waiting.map(|(_, planned)| planned.timing).min_by_key(|timing| timing.due_at);
        let status =
            AgentStatus { is_running: true, working: self.running.len(), next: next.map(|timing| timing.due_at) };
        self.engine.set_agent_status(status);
        if self.running.len() >= AT_ONCE {
            return LONGEST_SLEEP;
        }
        next.map_or(LONGEST_SLEEP, |timing| timing.wait(now)).min(LONGEST_SLEEP)
    }

    async fn finish(&mut self, done: Done) -> Result<(), EngineError> {
        let job = done.job.clone();
        self.plan_next(done)?;
        if let (Job::Scan { source, repository }, Some(planned)) = (&job, self.planned.get(&job)) {
            self.engine.store().record_next_scan(source, repository, planned.timing.due_at).await?;
        }
        Ok(())
    }

    fn plan_next(&mut self, done: Done) -> Result<(), EngineError> {
        let Done { job, result } = done;
        self.running.remove(&job);
        let now = self.engine.now();
        let came = match result {
            Ok(came) => came,
            Err(error @ EngineError::Store(_)) => return Err(error),
            Err(error) => {
                tracing::warn!(?job, %error, "will be tried again");
                let Some(planned) = self.planned.get_mut(&job) else { return Ok(()) };
                planned.failures += 1;
                let retry_after = error.retry_after();
                // What only a person can mend is not tried faster than its interval.
                let failed = Outcome::Failure { in_a_row: planned.failures, retry_after };
                let retry = planned.pace.next(now, failed, planned.seed);
                let usual = planned.pace.next(now, Outcome::Success, planned.seed);
                planned.timing = if error.is_transient() || usual.due_at < retry.due_at { retry } else { usual };
                return Ok(());
            }
        };
        if let Some(planned) = self.planned.get_mut(&job) {
            planned.failures = 0;
            planned.timing = planned.pace.next(now, Outcome::Success, planned.seed);
            if let Some(sooner) = came.again_at.filter(|at| *at < planned.timing.due_at) {
                planned.timing.due_at = sooner;
            }
            if self.woken.remove(&job) {
                planned.timing = Timing::at_once(now);
            }
        }
        self.is_stale |= came.is_source_changed;
        for automation in came.wakes {
            self.wake_automation(&automation, now);
        }
        Ok(())
    }

    fn wake_automation(&mut self, (source, key): &(String, ObjectKey), now: Timestamp) {
        let job = Job::Automation { source: source.clone(), automation: key.clone() };
        if let Some(planned) = self.planned.get_mut(&job) {
            planned.timing = Timing::at_once(now);
        }
        if self.running.contains(&job) {
            self.woken.insert(job);
        }
    }

    /// Ends what is under way: remotes are called off, and what does not end by itself is dropped. A release that is
    /// dropped while it is pushed is settled by the next start.
    async fn end(mut self) {
        self.engine.shared.remotes.cancel_all();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_MOMENTS, all).await.is_err() {
            self.tasks.abort_all();
            // What one of them began in the meantime has a thread that the process would wait for.
            self.engine.shared.remotes.cancel_all();
        }
    }
}
