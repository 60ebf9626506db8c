//! From the engine's events to the window's: which answers are stale, how releases go on, what a person is told.
//!
//! What becomes stale is gathered for a moment, so that a scan of a hundred images asks the window to look once and not
//! a hundred times.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use sluice_core::release::Approval;
use sluice_engine::{Event as Happened, PlanRequest};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::api::Inner;
use crate::convert::count;
use crate::view::common::{ObjectRef, Page};
use crate::view::event::{CacheTag, Event, Notification, NotificationKind};
use crate::view::release::{ReleaseState, TrailKind};

/// How long what became stale is gathered.
const SOON: Duration = Duration::from_millis(100);
/// The same for what only shows how old a look is.
const LATER: Duration = Duration::from_secs(5);
/// The same for what a cluster says: a rollout changes many objects within a second.
const CLUSTER: Duration = Duration::from_secs(1);
/// How often at most the agent is told: it may look at a hundred images in a second.
const AGENT: Duration = Duration::from_millis(500);

/// Listens to the engine until nobody needs the application any more.
pub(crate) fn start(inner: &Arc<Inner>) {
    let mut heard = inner.engine.listen();
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        let mut stale = Stale::default();
        if let Some(inner) = weak.upgrade() {
            inner.remember_stuck().await;
        }
        loop {
            // Also while events come without a pause.
            if stale.next_due().is_some_and(|due| due <= Instant::now()) {
                let Some(inner) = weak.upgrade() else { return };
                stale.take_due(Instant::now(), &inner).into_iter().for_each(|event| inner.tell(event));
            }
            let event = match stale.next_due() {
                None => heard.recv().await,
                Some(due) => match tokio::time::timeout_at(due, heard.recv()).await {
                    Ok(event) => event,
                    Err(_) => continue,
                },
            };
            let Some(inner) = Weak::upgrade(&weak) else { return };
            // Where the agent is in its work changes nothing of how everything stands.
            if !matches!(event, Ok(Happened::AgentMoved)) {
                inner.outdate();
            }
            match event {
                Ok(event) => inner.pass_on(event, &mut stale).await,
                Err(RecvError::Lagged(_)) => inner.tell(Event::Missed),
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// What became stale and was not told yet.
#[derive(Default)]
struct Stale {
    tags: BTreeSet<CacheTag>,
    due: Option<Instant>,
    /// The agent is to be told again.
    agent_due: Option<Instant>,
}

impl Stale {
    fn add(&mut self, tags: &[CacheTag], within: Duration) {
        self.tags.extend(tags);
        let due = Instant::now() + within;
        self.due = Some(self.due.map_or(due, |sooner| sooner.min(due)));
    }

    fn next_due(&self) -> Option<Instant> {
        [self.due, self.agent_due].into_iter().flatten().min()
    }

    fn take_due(&mut self, now: Instant, inner: &Inner) -> Vec<Event> {
        let mut events = Vec::new();
        if self.agent_due.take_if(|due| *due <= now).is_some() {
            events.push(Event::Agent { agent: inner.agent() });
        }
        if self.due.take_if(|due| *due <= now).is_some() {
            let tags = std::mem::take(&mut self.tags).into_iter().collect();
            events.push(Event::Stale { tags, policy: None, source: None });
        }
        events
    }
}

impl Inner {
    async fn pass_on(self: &Arc<Self>, event: Happened, stale: &mut Stale) {
        use CacheTag::{
            Activity, Clusters, Credentials, Diagnoses, Images, Inbox, Policy, Releases, Review, Settings, Shell,
            Sources, Tags,
        };
        match event {
            Happened::SettingsChanged => {
                stale.add(&[Settings, Shell, Inbox, Images, Policy, Review, Sources, Activity, Clusters], SOON);
            }
            Happened::AgentMoved => {
                stale.agent_due.get_or_insert_with(|| Instant::now() + AGENT);
                // A remote that fails again and again says so once; how long it does so is told by nobody else.
                if self.engine.has_troubles() {
                    stale.add(&[Shell, Sources, Images, Inbox], LATER);
                }
            }
            Happened::SourceRead { .. } => {
                // Releases too: whether one can be undone depends on what stands in Git.
                stale.add(&[Sources, Shell, Inbox, Images, Policy, Review, Releases, Diagnoses], SOON);
            }
            Happened::Heard { subject, failure } => {
                // Images and the inbox say when nothing at all answers.
                stale.add(&[Sources, Shell, Credentials, Images, Inbox, Clusters], SOON);
                if let Some(words) = failure {
                    self.source_needs_a_person(&subject, &words).await;
                }
            }
            Happened::TagsChanged { .. } => stale.add(&[Tags, Images, Policy, Shell, Diagnoses, Sources], SOON),
            Happened::Scanned { .. } => stale.add(&[Images, Sources], LATER),
            Happened::Decided { .. } => stale.add(&[Policy, Images, Inbox, Shell, Review], SOON),
            Happened::Ready { source, automation, summary } => {
                stale.add(&[Policy, Images, Inbox, Shell], SOON);
                self.ready(&source, &automation, summary).await;
            }
            Happened::Release { id, source, automation, state, detail } => {
                stale.add(&[Releases, Shell, Inbox, Images, Policy, Activity], SOON);
                self.release_moved(&id, &source, &automation.to_string(), &state, detail);
            }
            Happened::Rollout { id, cluster, state, .. } => {
                stale.add(&[Releases, Shell, Inbox, Policy, Clusters], SOON);
                self.rollout_moved(id, cluster, &state);
            }
            Happened::ClusterChanged { .. } => stale.add(&[Policy, Clusters], CLUSTER),
            Happened::AutomationFailed { .. } => stale.add(&[Shell, Inbox, Images, Policy, Sources, Activity], SOON),
        }
    }

    fn release_moved(&self, id: &str, source: &str, automation: &str, state: &str, words: String) {
        let (state, step) = match state {
            "planned" => (ReleaseState::Queued, TrailKind::Planned),
            "pushing" => (ReleaseState::Pushing, TrailKind::Planned),
            "pushed" => (ReleaseState::Pushed, TrailKind::Pushed),
            "superseded" => (ReleaseState::Superseded, TrailKind::Planned),
            _ => (ReleaseState::Failed, TrailKind::Pushed),
        };
        let at = self.now();
        let kind = match state {
            ReleaseState::Pushed => Some((NotificationKind::Released, format!("{automation} was released"))),
            ReleaseState::Failed => Some((NotificationKind::Failed, format!("{automation} was not released"))),
            _ => None,
        };
        if let Some((kind, title)) = kind {
            self.notify(Notification {
                id: format!("release-{id}"),
                kind,
                subjects: vec![format!("{source} {automation}")],
                count: 1,
                title,
                body: words.clone(),
                page: Page::Release { release: id.to_owned() },
                policies: Vec::new(),
                at,
            });
        }
        self.tell(Event::Release { release: id.to_owned(), state, step, words, at });
    }

    /// Tells of versions that wait for a person, but those that were put off.
    async fn ready(&self, source: &str, automation: &sluice_core::ObjectKey, summary: String) {
        let asked = PlanRequest { approval: Approval::Given, ..PlanRequest::default() };
        let Ok(plan) = self.engine.plan(source, automation, &asked).await else { return };
        let snoozes = self.engine.snoozes().await.unwrap_or_default();
        let policies: Vec<ObjectRef> = plan
            .planned
            .plan
            .updates
            .iter()
            .filter(|update| {
                !snoozes.iter().any(|snooze| {
                    snooze.source == source && snooze.policy == update.policy && snooze.tag == update.to.tag.as_str()
                })
            })
            .map(|update| ObjectRef::of(source, &update.policy))
            .collect();
        self.notify_ready(&format!("ready-{source}-{automation}"), policies, summary);
    }

    /// Tells that the choices of these policies wait for a person; nothing about none.
    pub(crate) fn notify_ready(&self, id: &str, policies: Vec<ObjectRef>, summary: String) {
        if policies.is_empty() {
            return;
        }
        self.notify(Notification {
            id: id.to_owned(),
            kind: NotificationKind::Ready,
            subjects: policies.iter().take(3).map(|policy| policy.name.clone()).collect(),
            count: count(policies.len()),
            title: match policies.as_slice() {
                [only] => format!("{} is ready", only.name),
                several => format!("{} versions are ready", several.len()),
            },
            body: summary,
            page: Page::Review { policies: policies.clone() },
            policies,
            at: self.now(),
        });
    }

    /// A remote that refuses does not mend by itself; one that is out of reach usually does.
    async fn source_needs_a_person(&self, subject: &str, words: &str) {
        use crate::view::error::ErrorCode::{Busy, RateLimited, Unreachable};
        let code = self.engine.last_trouble(subject).map(crate::convert::error::code_of);
        if code.is_none_or(|code| matches!(code, Unreachable | RateLimited | Busy)) {
            return;
        }
        let name = subject.split_once(' ').map_or(subject, |(_, name)| name);
        self.notify(Notification {
            id: format!("source-{subject}"),
            kind: NotificationKind::Source,
            subjects: vec![name.to_owned()],
            count: 1,
            title: format!("{name} needs you"),
            body: words.to_owned(),
            page: Page::Sources,
            policies: Vec::new(),
            at: self.now(),
        });
    }

    /// Tells a person, unless they switched that kind off.
    pub(crate) fn notify(&self, notification: Notification) {
        let name = match notification.kind {
            NotificationKind::Ready => "ready",
            NotificationKind::Released => "released",
            NotificationKind::Failed | NotificationKind::Stuck => "failed",
            NotificationKind::Source => "source",
        };
        if !self.engine.settings().window.silent.iter().any(|silent| silent == name) {
            self.tell(Event::Notification { notification });
        }
    }
}
