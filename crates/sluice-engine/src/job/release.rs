//! Releasing: applying a plan that was shown or that the rules allow.
//!
//! The order is what makes it safe to be killed anywhere: the release is written down, then the commit is made, then it
//! is written down which commit is about to be sent and what the branch is expected to hold, then it is sent. After a
//! start [`super::recover`] asks the remote about whatever is unfinished.

use std::collections::{BTreeMap, BTreeSet};

use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::release::{Approval, Gate, NewRule, Plan, Planned};
use sluice_core::schedule::LONGEST_RETRY;
use sluice_git::{
    BlobId, CommitId, CommitInfo, FileEdit, GitError, Mirror, NewCommit, Person, PushKind, RemoteUrl, Scheme, Signer,
};
use sluice_store::{CredentialKind, NewRelease, ReleaseState};

use super::plan::{AutomationPlan, PlanRequest, automation_subject};
use crate::access::credential_target;
use crate::engine::PATIENCE;
use crate::lock::{LockError, ProcessLock};
use crate::remote::PushOrder;
use crate::source::SourceView;
use crate::{Engine, EngineError, Event};

/// How often a plan is made again because the branch moved, within one release.
const ATTEMPTS: u32 = 20;

/// What is to be released.
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// The source.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// Only these policies; all of the automation when absent.
    pub policies: Option<BTreeSet<ObjectKey>>,
    /// Images to write instead of what policies choose, for a rollback.
    pub overrides: BTreeMap<ObjectKey, ImageRef>,
    /// A policy that is to say something else, instead of images.
    pub rule: Option<(ObjectKey, NewRule)>,
    /// What a person has said.
    pub approval: Approval,
    /// The plan that was shown: what is written must be the same edits. Absent when the rules alone allow it.
    pub shown: Option<Plan>,
    /// A commit message instead of the planned one.
    pub message: Option<String>,
    /// Who or what starts it: a person's name, or `agent`.
    pub started_by: String,
}

/// How a release ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleaseOutcome {
    /// The remote has the commit.
    Pushed(Box<Pushed>),
    /// Every value stands already.
    NothingToDo(Box<AutomationPlan>),
}

/// A release that landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The release's id.
    pub id: String,
    /// The commit, 40 hex digits.
    pub commit: String,
    /// What was written.
    pub plan: Plan,
    /// How often it was planned again because the branch had moved.
    pub replanned: u32,
}

/// How one attempt ended.
enum Attempt {
    Landed(CommitId),
    Moved(String),
}

impl Engine {
    /// Releases an automation: plans on the remote's newest commit, commits and pushes; when the branch moves in
    /// between, fetches, plans and pushes again.
    ///
    /// # Errors
    /// A closed gate, edits other than those shown, and whatever the remote refuses. A release that failed is in the
    /// list of releases with the remote's words.
    pub async fn release(&self, request: &ReleaseRequest) -> Result<ReleaseOutcome, EngineError> {
        self.release_telling(request, &|_| {}).await
    }

    /// Releases as [`Engine::release`] does, and gives the release's id to `begun` once it is written down: again each
    /// time the plan is made anew because the branch moved.
    ///
    /// # Errors
    /// As [`Engine::release`].
    pub async fn release_telling(
        &self,
        request: &ReleaseRequest,
        begun: &(dyn Fn(&str) + Sync),
    ) -> Result<ReleaseOutcome, EngineError> {
        let outcome = self.release_now(request, begun).await;
        let subject = automation_subject(&request.source, &request.automation);
        match &outcome {
            Ok(_) => {
                let failed = self.store().heartbeat(&subject).await?.is_some_and(|beat| beat.failures > 0);
                if failed {
                    self.store().record_beat(&subject, self.now(), sluice_store::Beat::Success, None).await?;
                }
            }
            Err(error) if is_failure(error) => self.automation_failed(request, error).await?,
            Err(_) => {}
        }
        outcome
    }

    async fn release_now(
        &self,
        request: &ReleaseRequest,
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<ReleaseOutcome, EngineError> {
        let mut lock: Option<(String, ProcessLock)> = None;
        let mut branch = (String::new(), String::new());
        for attempt in 0..ATTEMPTS {
            let mut plan = self.plan(&request.source, &request.automation, &plan_request(request)).await?;
            branch = (plan.url.to_string(), plan.planned.plan.target.reference.clone());
            let name = format!("push {} {}", branch.0, branch.1);
            if lock.as_ref().is_none_or(|(held, _)| *held != name) {
                lock = Some((name.clone(), self.lock(&name).await?));
                self.settle(&plan.url, &plan.planned.plan.target.reference).await?;
                if attempt == 0 {
                    // Whoever held the lock may have released the same.
                    plan = self.plan(&request.source, &request.automation, &plan_request(request)).await?;
                }
            }
            self.credit_late(&plan.url).await?;
            if plan.planned.plan.is_empty() {
                self.refuse_if_gated(request, &plan)?;
                return Ok(ReleaseOutcome::NothingToDo(Box::new(plan)));
            }
            if let Some(gate) = plan.gates.first() {
                return Err(closed(request, gate));
            }
            if let Some(shown) = &request.shown
                && !shown.makes_same_edits(&plan.planned.plan)
            {
                return Err(EngineError::PlanChanged { automation: request.automation.clone() });
            }
            if let Some(message) = &request.message {
                plan.planned.plan.message.clone_from(message);
            }
            let kind = match self.push_kind(&plan).await? {
                Some(kind) => kind,
                None => return Ok(ReleaseOutcome::NothingToDo(Box::new(plan))),
            };
            let begun = self.begin(request, &plan).await?;
            tell(&begun);
            match self.send(request, &begun, &plan, kind).await? {
                Attempt::Landed(commit) => {
                    let (id, commit) = (begun, commit.to_string());
                    let plan = plan.planned.plan;
                    return Ok(ReleaseOutcome::Pushed(Box::new(Pushed { id, commit, plan, replanned: attempt })));
                }
                Attempt::Moved(words) => {
                    self.move_on(request, &begun, ReleaseState::Superseded, &words).await?;
                }
            }
        }
        let (remote, reference) = branch;
        Err(EngineError::BranchRestless { remote, reference, attempts: ATTEMPTS })
    }

    /// Nothing is planned because policies wait: the person hears which gate it is, unless nothing was asked for.
    fn refuse_if_gated(&self, request: &ReleaseRequest, plan: &AutomationPlan) -> Result<(), EngineError> {
        let gate = plan.policies.iter().flat_map(|policy| &policy.gates).next();
        match gate {
            Some(gate) if request.approval != Approval::None => Err(closed(request, gate)),
            _ => Ok(()),
        }
    }

    /// How the commit is sent; nothing when the push branch holds it already.
    async fn push_kind(&self, plan: &AutomationPlan) -> Result<Option<PushKind>, EngineError> {
        let target = &plan.planned.plan.target;
        if !target.switches_branch() {
            return Ok(Some(PushKind::FastForward));
        }
        let Some(tip) = target.expected.as_deref().and_then(|tip| tip.parse::<CommitId>().ok()) else {
            return Ok(Some(PushKind::FastForward));
        };
        let base = commit_id(&target.base)?;
        if self.is_ancestor(&plan.url, tip, base).await? {
            // The push branch was merged, or is behind: the new commit follows it by itself.
            return Ok(Some(PushKind::FastForward));
        }
        let beyond = self.shared.remotes.offline(&plan.url, move |mirror: &Mirror| beyond(mirror, tip, base)).await?;
        for commit in &beyond {
            if !self.store().is_our_commit(&plan.url.to_string(), &commit.id.to_string()).await? {
                return Err(EngineError::ForeignCommits {
                    remote: plan.url.to_string(),
                    branch: target.branch().to_owned(),
                    author: commit.author.name.clone(),
                    commit: commit.id.short(),
                });
            }
        }
        if beyond.len() == 1 && beyond[0].parents == [base] && self.holds(&plan.url, base, tip, &plan.planned).await? {
            return Ok(None);
        }
        Ok(Some(PushKind::Rebuild))
    }

    /// Whether the commit at `tip` is exactly the plan applied to `base`.
    async fn holds(
        &self,
        url: &RemoteUrl,
        base: CommitId,
        tip: CommitId,
        planned: &Planned,
    ) -> Result<bool, EngineError> {
        let changes = self.shared.remotes.offline(url, move |mirror: &Mirror| mirror.changes(base, tip)).await?;
        let wanted = planned.contents.iter().map(|file| (file.path.as_str(), BlobId::of(&file.after)));
        let found: Option<Vec<_>> =
            changes.iter().map(|change| change.new.map(|(blob, _)| (change.path.as_str(), blob))).collect();
        Ok(found.is_some_and(|found| found.into_iter().collect::<BTreeSet<_>>() == wanted.collect::<BTreeSet<_>>()))
    }

    async fn begin(&self, request: &ReleaseRequest, plan: &AutomationPlan) -> Result<String, EngineError> {
        let value = &plan.planned.plan;
        let new = NewRelease {
            source: request.source.clone(),
            automation: request.automation.clone(),
            remote: value.target.remote.clone(),
            target_ref: value.target.reference.clone(),
            base: value.target.base.clone(),
            started_by: request.started_by.clone(),
            plan: serde_json::to_value(value).unwrap_or_default(),
            at: self.now(),
        };
        let id = self.store().begin_release(new).await?;
        self.tell_release(request, &id, ReleaseState::Planned, &value.summary());
        Ok(id)
    }

    async fn send(
        &self,
        request: &ReleaseRequest,
        id: &str,
        plan: &AutomationPlan,
        kind: PushKind,
    ) -> Result<Attempt, EngineError> {
        let value = &plan.planned.plan;
        let commit = match self.commit(plan).await {
            Ok(commit) => commit,
            Err(error) => return Err(self.failed(request, id, error).await?),
        };
        let expected = value.target.expected.as_deref();
        self.store().release_is_pushing(id, &commit.to_string(), expected, self.now()).await?;
        self.tell_release(request, id, ReleaseState::Pushing, &commit.short());
        let source = self.source_settings(&request.source)?;
        let access = self.git_access(&source, &plan.url).await?;
        let push = PushOrder {
            commit,
            reference: value.target.reference.clone(),
            expected: expected.map(commit_id).transpose()?,
            kind,
            refspec: value.target.refspec.clone(),
            options: value.target.options.clone(),
        };
        let pushed = self.push(&plan.url, access, push).await;
        self.note_push(&plan.url, pushed.as_ref().err()).await?;
        match pushed {
            Ok(()) => {
                self.landed(request, id, value, commit).await?;
                Ok(Attempt::Landed(commit))
            }
            Err(EngineError::Git { cause, .. }) if matches!(*cause, GitError::Moved { .. }) => {
                Ok(Attempt::Moved(cause.to_string()))
            }
            Err(error @ EngineError::Stopped) => Err(error),
            Err(error) if error.is_transient() => {
                // Nobody knows whether it landed; the remote does.
                match self.is_at_remote(&request.source, &plan.url, &value.target.reference, commit).await {
                    Ok(true) => {
                        self.landed(request, id, value, commit).await?;
                        Ok(Attempt::Landed(commit))
                    }
                    Ok(false) => Err(self.failed(request, id, error).await?),
                    // It stays unfinished and is settled before the next release to this branch.
                    Err(_) => Err(error),
                }
            }
            Err(error) => Err(self.failed(request, id, error).await?),
        }
    }

    /// Remembers of the kept credential that a push went through, or was refused because it may only read.
    async fn note_push(&self, url: &RemoteUrl, error: Option<&EngineError>) -> Result<(), EngineError> {
        let refused = match error {
            None => None,
            Some(EngineError::Git { cause, .. }) if matches!(**cause, GitError::ReadOnlyKey { .. }) => {
                Some(cause.to_string())
            }
            Some(_) => return Ok(()),
        };
        let kind = match url.scheme() {
            Scheme::Ssh => CredentialKind::GitSsh,
            Scheme::Https | Scheme::Http => CredentialKind::GitHttp,
            Scheme::File => return Ok(()),
        };
        if let Some(record) = self.kept_record(kind, &credential_target(url)).await? {
            self.store().credential_pushed(&record.id, self.now(), refused.as_deref()).await?;
        }
        Ok(())
    }

    async fn commit(&self, plan: &AutomationPlan) -> Result<CommitId, EngineError> {
        let value = &plan.planned.plan;
        let person = Person { name: value.author.name.clone(), email: value.author.email.clone() };
        let (parent, message, time) = (commit_id(&value.target.base)?, value.message.clone(), self.zoned_now());
        let contents = plan.planned.contents.clone();
        let signer = match &plan.signature {
            Some(planned) => Some(self.signer(planned).await?),
            None => None,
        };
        let make = move |mirror: &Mirror| {
            let edits = contents.iter().map(|file| FileEdit { path: &file.path, content: &file.after });
            let files: Vec<FileEdit<'_>> = edits.collect();
            let sign = signer.as_ref().map(|signer| |bytes: &[u8]| signer.sign(bytes));
            mirror.commit(&NewCommit {
                parent: Some(parent),
                files: &files,
                author: &person,
                committer: &person,
                time: &time,
                message: &message,
                signer: sign.as_ref().map(|sign| sign as &Signer<'_>),
            })
        };
        self.shared.remotes.offline(&plan.url, make).await
    }

    async fn landed(
        &self,
        request: &ReleaseRequest,
        id: &str,
        plan: &Plan,
        commit: CommitId,
    ) -> Result<(), EngineError> {
        let detail = format!("{} is at {}", commit.short(), plan.target.branch());
        self.move_on(request, id, ReleaseState::Pushed, &detail).await?;
        let subject = format!("{} {}", request.source, request.automation);
        self.audit(&request.started_by, "release", &subject, &format!("{} ({})", plan.summary(), commit.short()))
            .await?;
        // What was pushed is what is there now; the next look at the remote confirms it.
        let read = match self.refresh(&request.source).await {
            Ok(view) => self.decide_again(request, &view).await,
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            tracing::debug!(%error, "the source is read again later");
        }
        self.shared.clusters.wake();
        Ok(())
    }

    /// A rule that was written counts at once.
    async fn decide_again(&self, request: &ReleaseRequest, view: &SourceView) -> Result<(), EngineError> {
        let written = request.rule.as_ref().and_then(|(policy, _)| view.catalogue.policies.get(policy));
        if let Some(policy) = written {
            self.decide(&request.source, &view.catalogue, policy).await?;
        }
        Ok(())
    }

    /// Whether a remote's branch has a commit, asked of the remote.
    pub(crate) async fn is_at_remote(
        &self,
        source: &str,
        url: &RemoteUrl,
        reference: &str,
        commit: CommitId,
    ) -> Result<bool, EngineError> {
        let settings = self.source_settings(source)?;
        let access = self.git_access(&settings, url).await?;
        let refs = self.fetch(url, access).await?.refs;
        match refs.refs.get(reference) {
            None => Ok(false),
            Some(tip) if *tip == commit => Ok(true),
            Some(tip) => self.is_ancestor(url, commit, *tip).await,
        }
    }

    async fn failed(&self, request: &ReleaseRequest, id: &str, error: EngineError) -> Result<EngineError, EngineError> {
        let words = error.to_string();
        self.store().fail_release(id, error.code(), &words, self.now()).await?;
        self.tell_release(request, id, ReleaseState::Failed, &words);
        let subject = format!("{} {}", request.source, request.automation);
        self.audit(&request.started_by, "release-failed", &subject, &error.to_string()).await?;
        Ok(error)
    }

    async fn move_on(
        &self,
        request: &ReleaseRequest,
        id: &str,
        state: ReleaseState,
        detail: &str,
    ) -> Result<(), EngineError> {
        self.store().move_release(id, state, detail, self.now()).await?;
        self.tell_release(request, id, state, detail);
        Ok(())
    }

    fn tell_release(&self, request: &ReleaseRequest, id: &str, state: ReleaseState, detail: &str) {
        self.tell(Event::Release {
            id: id.to_owned(),
            source: request.source.clone(),
            automation: request.automation.clone(),
            state: state.as_str().to_owned(),
            detail: detail.to_owned(),
        });
    }

    async fn automation_failed(&self, request: &ReleaseRequest, error: &EngineError) -> Result<(), EngineError> {
        let subject = automation_subject(&request.source, &request.automation);
        let failures = self.store().heartbeat(&subject).await?.map_or(0, |beat| beat.failures) + 1;
        let outcome = sluice_core::schedule::Outcome::Failure { in_a_row: failures, retry_after: error.retry_after() };
        let pace = sluice_core::schedule::Pace::every(std::time::Duration::from_secs(1));
        let backed_off = pace.next(self.now(), outcome, 0).due_at;
        // What somebody has to mend first is tried again all the same, because nobody may tell when it is mended.
        let next_try = if error.is_transient() { Some(backed_off) } else { later(self.now(), LONGEST_RETRY) };
        let words = error.to_string();
        self.store().record_beat(&subject, self.now(), sluice_store::Beat::Failure(words.clone()), next_try).await?;
        let (source, automation) = (request.source.clone(), request.automation.clone());
        self.tell(Event::AutomationFailed { source, automation, words, next_try });
        Ok(())
    }

    pub(crate) async fn lock(&self, name: &str) -> Result<ProcessLock, EngineError> {
        ProcessLock::take(&self.paths().locks(), name, PATIENCE).await.map_err(|error| match error {
            LockError::Taken => EngineError::Busy { what: name.to_owned() },
            LockError::Io { path, cause } => EngineError::Lock { path, cause },
        })
    }
}

fn plan_request(request: &ReleaseRequest) -> PlanRequest {
    PlanRequest {
        policies: request.policies.clone(),
        overrides: request.overrides.clone(),
        rule: request.rule.clone(),
        approval: request.approval,
        fresh: true,
    }
}

fn closed(request: &ReleaseRequest, gate: &Gate) -> EngineError {
    EngineError::GateClosed { automation: request.automation.clone(), gate: Box::new(gate.clone()) }
}

/// Whether an error is a failure of the automation, and not an answer to the person.
fn is_failure(error: &EngineError) -> bool {
    !matches!(
        error,
        EngineError::GateClosed { .. }
            | EngineError::PlanChanged { .. }
            | EngineError::Stopped
            | EngineError::Busy { .. }
            | EngineError::NoSource { .. }
            | EngineError::NotFound { .. }
            | EngineError::Store(_)
    )
}

/// A moment so much later.
fn later(now: jiff::Timestamp, wait: std::time::Duration) -> Option<jiff::Timestamp> {
    now.checked_add(wait).ok()
}

/// The commits of a branch that its base does not have, newest first, at most a few hundred.
fn beyond(mirror: &Mirror, tip: CommitId, base: CommitId) -> Result<Vec<CommitInfo>, GitError> {
    const MOST: usize = 200;
    let mut commits = Vec::new();
    for commit in mirror.log(tip, MOST)? {
        if !mirror.is_ancestor(commit.id, base)? {
            commits.push(commit);
        }
    }
    Ok(commits)
}

fn commit_id(text: &str) -> Result<CommitId, EngineError> {
    text.parse().map_err(|cause: sluice_git::IdError| EngineError::git("", cause.into()))
}
