//! What the agent has to do, how often, and how it is done.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::policy::DigestReflection;
use sluice_core::schedule::{Pace, Timing, first_run};

use crate::access::credential_target;
use crate::engine::seed;
use crate::remote::git_subject;
use crate::settings::SourceSettings;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// How much later than its interval something may run, so that a hundred images don't ask at once.
const JITTER_PERCENT: u8 = 10;
/// What is overdue at a start is spread over this time.
const AFTER_START: Duration = Duration::from_secs(5);
/// How often a digest is looked up where the policy says `Always` and no interval (§1.3).
const DIGEST_INTERVAL: Duration = Duration::from_secs(600);

/// One thing that is done again and again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Job {
    /// Ask a source's remote for new commits.
    Fetch { source: String },
    /// Look for an image's tags, and decide for its policies.
    Scan { source: String, repository: ObjectKey },
    /// Look where a tag points now, for a policy with `digestReflectionPolicy: Always`.
    Digest { source: String, policy: ObjectKey },
    /// Plan an automation, and release it where the rules allow.
    Automation { source: String, automation: ObjectKey },
}

/// When a job is due.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) pace: Pace,
    pub(crate) timing: Timing,
    pub(crate) failures: u32,
    pub(crate) seed: u64,
}

/// What came of a job that worked.
#[derive(Debug, Default)]
pub(crate) struct Came {
    /// The source's resources may be others now.
    pub(crate) is_source_changed: bool,
    /// Automations that have something new to plan.
    pub(crate) wakes: Vec<(String, ObjectKey)>,
    /// It should be done again no later than then.
    pub(crate) again_at: Option<Timestamp>,
}

impl Engine {
    /// Brings the list of jobs in line with the settings and what the sources say. Jobs that stay keep their time.
    pub(crate) async fn plan_jobs(&self, planned: &mut HashMap<Job, Planned>) -> Result<(), EngineError> {
        let mut wanted = HashMap::new();
        for source in &self.settings().sources {
            let fetch = Job::Fetch { source: source.name.clone() };
            wanted.insert(fetch, source.interval(&self.settings().agent));
            // A source that was never read has no other jobs yet; its first fetch brings them.
            let view = match self.view_in_memory(&source.name) {
                Some(view) => Some(view),
                None => self.view_of_mirror(source).await,
            };
            if let Some(view) = view {
                self.jobs_of(source, &view, &mut wanted);
            }
        }
        planned.retain(|job, _| wanted.contains_key(job));
        for (job, interval) in wanted {
            let pace = Pace { interval, jitter_percent: JITTER_PERCENT };
            if let Some(old) = planned.get_mut(&job) {
                if old.pace != pace {
                    old.pace = pace;
                    old.timing = Timing::at_once(self.now());
                }
                continue;
            }
            let seed = seed(&format!("{job:?}"));
            let timing = self.first_timing(&job, interval, seed).await?;
            planned.insert(job, Planned { pace, timing, failures: 0, seed });
        }
        Ok(())
    }

    /// What the mirror holds of a source, without asking the remote.
    async fn view_of_mirror(&self, source: &SourceSettings) -> Option<std::sync::Arc<SourceView>> {
        self.known_refs(&source.url).await.ok().filter(|refs| !refs.refs.is_empty())?;
        self.read_known(source).await.ok()
    }

    fn jobs_of(&self, source: &SourceSettings, view: &SourceView, wanted: &mut HashMap<Job, Duration>) {
        let shortest =
            self.settings().agent.shortest_scan_interval.map_or(Duration::ZERO, |shortest| shortest.as_std());
        let name = || source.name.clone();
        for (key, repository) in view.catalogue.image_repositories.iter().filter(|(_, value)| !value.suspend) {
            let job = Job::Scan { source: name(), repository: key.clone() };
            wanted.insert(job, repository.interval.as_std().max(shortest));
        }
        for (key, policy) in &view.catalogue.policies {
            if policy.digest_reflection == DigestReflection::Always && !policy.suspend {
                let job = Job::Digest { source: name(), policy: key.clone() };
                wanted.insert(job, policy.interval.map_or(DIGEST_INTERVAL, |interval| interval.as_std()).max(shortest));
            }
        }
        for (key, automation) in view.catalogue.automations.iter().filter(|(_, value)| !value.suspend) {
            let job = Job::Automation { source: name(), automation: key.clone() };
            wanted.insert(job, automation.interval.as_std());
        }
    }

    /// When a job is due for the first time in this process: where it left off, or soon when it is overdue or new.
    async fn first_timing(&self, job: &Job, interval: Duration, seed: u64) -> Result<Timing, EngineError> {
        let now = self.now();
        let last = match job {
            Job::Fetch { source } => {
                let url = self.source_settings(source)?.url;
                self.store().heartbeat(&git_subject(&url)).await?.and_then(|beat| beat.last_success)
            }
            Job::Scan { source, repository } => {
                self.store().image_state(source, repository).await?.map(|state| state.last_scan_at)
            }
            Job::Digest { source, policy } => self.store().decision(source, policy).await?.map(|row| row.decided_at),
            Job::Automation { source, automation } => {
                self.store().automation_run(source, automation).await?.map(|run| run.at)
            }
        };
        let Some(last) = last else { return Ok(Timing::at_once(now)) };
        let due = Pace::every(interval).next(last, sluice_core::schedule::Outcome::Success, seed);
        Ok(if due.is_due(now) { first_run(now, interval.min(AFTER_START), seed) } else { due })
    }

    /// What a job signs in for, as credentials are matched; nothing for what asks no remote by itself.
    pub(crate) fn place_of(&self, job: &Job) -> Option<String> {
        match job {
            Job::Fetch { source } => Some(credential_target(&self.source_settings(source).ok()?.url)),
            Job::Scan { source, repository } => {
                let view = self.view_in_memory(source)?;
                let image = &view.catalogue.image_repositories.get(repository)?.image;
                Some(format!("{}/{}", image.registry(), image.repository()))
            }
            Job::Digest { .. } | Job::Automation { .. } => None,
        }
    }

    /// Does a job.
    pub(crate) async fn do_job(&self, job: &Job) -> Result<Came, EngineError> {
        match job {
            Job::Fetch { source } => self.job_fetch(source).await,
            Job::Scan { source, repository } => self.job_scan(source, repository).await,
            Job::Digest { source, policy } => {
                let view = self.view(source).await?;
                self.decide_all(source, &view.catalogue, |candidate| candidate.meta.key == *policy).await?;
                Ok(Came::default())
            }
            Job::Automation { source, automation } => self.job_automation(source, automation).await,
        }
    }

    async fn job_fetch(&self, source: &str) -> Result<Came, EngineError> {
        let before = self.view_in_memory(source);
        let view = self.refresh(source).await?;
        if before.is_some_and(|before| before.commit == view.commit && before.refs == view.refs) {
            return Ok(Came::default());
        }
        self.credit_late(&view.url).await?;
        self.decide_all(source, &view.catalogue, |_| true).await?;
        let wakes = view.catalogue.automations.keys().map(|key| (source.to_owned(), key.clone())).collect();
        Ok(Came { is_source_changed: true, wakes, again_at: None })
    }

    async fn job_scan(&self, source: &str, repository: &ObjectKey) -> Result<Came, EngineError> {
        let view = self.view(source).await?;
        let Some(resource) = view.catalogue.image_repositories.get(repository) else { return Ok(Came::default()) };
        let report = self.scan(source, resource).await?;
        // Another process may have scanned before, so that nothing is new here and yet nothing was decided on it. Only
        // a policy whose digest is looked up at an interval of its own waits for that, unless there are other tags.
        self.decide_all(source, &view.catalogue, |policy| {
            let has_own_pace = policy.digest_reflection == DigestReflection::Always;
            policy.image_repository == *repository && (report.is_changed() || !has_own_pace)
        })
        .await?;
        Ok(Came::default())
    }
}
