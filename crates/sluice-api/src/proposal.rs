//! Proposals: what was worked out and shown, kept until it is done, thrown away or an hour old.
//!
//! A proposal keeps what was shown. The engine works it out once more right before it does it, and refuses when it would
//! be something else by then.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sluice_core::export::Wish as ExportWish;
use sluice_core::image::ImageName;
use sluice_engine::{
    ApplyPlan, BootstrapPlan, BootstrapWish, EngineError, ExportPlan, HandOver, Writer as DomainWriter,
};
use tokio_util::sync::CancellationToken;

use crate::api::Inner;
use crate::view::common::Mode;
use crate::view::error::{ErrorCode, WireError};
use crate::view::event::{CacheTag, Event};
use crate::view::proposal::{Course, ProposalCheck, Stop, Wish, Writer};

/// How long a proposal is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// Proposals at a time; the oldest that is not being done goes.
const MOST: usize = 20;
/// Lines of a program that are kept.
const LINES: usize = 2000;
/// Where resources of Flux are, unless somebody says otherwise.
const FLUX: &str = "flux-system";

/// Whatever a proposal may have changed.
const TOUCHED: [CacheTag; 10] = [
    CacheTag::Proposals,
    CacheTag::Clusters,
    CacheTag::Sources,
    CacheTag::Shell,
    CacheTag::Inbox,
    CacheTag::Images,
    CacheTag::Policy,
    CacheTag::Review,
    CacheTag::Diagnoses,
    CacheTag::Activity,
];

/// The open proposals.
#[derive(Default)]
pub(crate) struct Proposals {
    kept: HashMap<String, Kept>,
    last: u64,
}

/// One proposal.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) wish: Wish,
    pub(crate) planned: Planned,
    pub(crate) made_at: Timestamp,
    pub(crate) course: Course,
    pub(crate) output: VecDeque<String>,
    /// Stops what is being done, where that can be stopped.
    stop: CancellationToken,
}

/// What was worked out.
#[derive(Clone)]
pub(crate) enum Planned {
    HandOver(HandOver),
    Apply(Arc<ApplyPlan>),
    Export(Arc<ExportPlan>),
    Bootstrap(Arc<BootstrapPlan>),
}

/// What came of it.
#[derive(Default)]
struct Outcome {
    was_stopped: bool,
    commit: Option<String>,
    checks: Vec<ProposalCheck>,
}

impl Proposals {
    pub(crate) fn get(&self, id: &str) -> Result<Kept, WireError> {
        self.kept.get(id).cloned().ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "this proposal is over", "begin again where you came from")
        })
    }

    /// Keeps a new one.
    pub(crate) fn keep(&mut self, wish: Wish, planned: Planned, now: Timestamp) -> Kept {
        let is_running = |kept: &Kept| matches!(kept.course, Course::Running { .. });
        self.kept.retain(|_, kept| is_running(kept) || now.duration_since(kept.made_at) < KEPT);
        while self.kept.len() >= MOST {
            let resting = self.kept.values().filter(|kept| !is_running(kept));
            let Some(oldest) = resting.min_by_key(|kept| kept.made_at).map(|kept| kept.id.clone()) else { break };
            self.kept.remove(&oldest);
        }
        self.last += 1;
        let (id, output) = (format!("proposal-{}", self.last), VecDeque::new());
        let stop = CancellationToken::new();
        let kept = Kept { id: id.clone(), wish, planned, made_at: now, course: Course::Proposed, output, stop };
        self.kept.insert(id, kept.clone());
        kept
    }

    /// Forgets one, unless it is being done.
    pub(crate) fn remove(&mut self, id: &str) {
        self.kept.retain(|own, kept| own != id || matches!(kept.course, Course::Running { .. }));
    }

    /// Marks one as being done. Only one that waits can be begun.
    fn begin(&mut self, id: &str, message: Option<String>, now: Timestamp) -> Result<Kept, WireError> {
        let kept = self.get(id)?;
        match kept.course {
            Course::Proposed | Course::Failed { .. } | Course::Stopped { .. } => {}
            Course::Running { .. } => return Err(WireError::new(ErrorCode::Busy, "it is being done already", "")),
            Course::Done { .. } => {
                return Err(WireError::new(ErrorCode::AlreadyExists, "it was done already", ""));
            }
        }
        let own = self.kept.get_mut(id).expect("it was just looked at");
        let stop = if matches!(own.planned, Planned::Bootstrap(_)) { Stop::Possible } else { Stop::Never };
        own.course = Course::Running { since: now, stop };
        own.stop = CancellationToken::new();
        own.output.clear();
        if let (Planned::Export(plan), Some(message)) = (&mut own.planned, message) {
            Arc::make_mut(plan).message = message;
        }
        Ok(own.clone())
    }

    /// Asks one that is being done to stop.
    pub(crate) fn stop(&mut self, id: &str) -> Result<Kept, WireError> {
        let kept = self.get(id)?;
        let Course::Running { since, stop: Stop::Possible | Stop::Asked } = kept.course else {
            return Err(WireError::new(ErrorCode::InvalidRequest, "there is nothing to be stopped", ""));
        };
        let own = self.kept.get_mut(id).expect("it was just looked at");
        own.course = Course::Running { since, stop: Stop::Asked };
        own.stop.cancel();
        Ok(own.clone())
    }

    fn end(&mut self, id: &str, course: Course) {
        if let Some(kept) = self.kept.get_mut(id) {
            kept.course = course;
        }
    }

    fn hear(&mut self, id: &str, line: &str) {
        if let Some(kept) = self.kept.get_mut(id) {
            if kept.output.len() == LINES {
                kept.output.pop_front();
            }
            kept.output.push_back(line.to_owned());
        }
    }
}

impl Inner {
    /// Works out what a wish means, and keeps it.
    pub(crate) async fn propose(&self, wish: Wish) -> Result<Kept, WireError> {
        let (wish, planned) = self.work_out(wish).await?;
        Ok(self.proposals().keep(wish, planned, self.now()))
    }

    async fn work_out(&self, wish: Wish) -> Result<(Wish, Planned), WireError> {
        let engine = &self.engine;
        Ok(match wish {
            Wish::HandOver { automation, cluster, to, mode } => {
                let mode = mode.unwrap_or(Mode::Review);
                let writer = match to {
                    Writer::Here => DomainWriter::Here,
                    Writer::Cluster => DomainWriter::Cluster,
                };
                let (source, key) = (automation.source.as_str(), automation.key());
                let plan = engine.plan_hand_over(source, &key, cluster.as_deref(), writer, mode.into()).await?;
                let cluster = Some(plan.cluster.clone());
                (Wish::HandOver { automation, cluster, to, mode: Some(mode) }, Planned::HandOver(plan))
            }
            Wish::Apply { kustomization, cluster } => {
                let plan = engine.plan_apply(&kustomization.source, &kustomization.key(), &cluster).await?;
                (Wish::Apply { kustomization, cluster }, Planned::Apply(Arc::new(plan)))
            }
            Wish::Export { .. } => {
                let (source, asked) = export_wish(&wish)?;
                let plan = engine.plan_export(&source, asked).await?;
                (wish, Planned::Export(Arc::new(plan)))
            }
            Wish::Bootstrap { .. } => {
                let plan = engine.plan_bootstrap(bootstrap_wish(&wish)).await?;
                (wish, Planned::Bootstrap(Arc::new(plan)))
            }
        })
    }

    /// Begins to do what was shown, on a task of its own. Events tell how it goes on.
    pub(crate) fn carry_out(self: &Arc<Self>, id: &str, message: Option<String>) -> Result<Kept, WireError> {
        let message = message.filter(|message| !message.trim().is_empty());
        if let Some(error) = self.obstacle_to(&self.proposals().get(id)?.planned) {
            return Err(error);
        }
        let kept = self.proposals().begin(id, message, self.now())?;
        let (inner, begun) = (self.clone(), kept.clone());
        tokio::spawn(async move {
            let done = inner.perform(&begun).await;
            let at = inner.now();
            let course = match done {
                Ok(Outcome { was_stopped: true, checks, .. }) => Course::Stopped { at, checks },
                Ok(Outcome { commit, checks, .. }) => Course::Done { at, commit, checks },
                Err(error) => {
                    tracing::info!(proposal = begun.id, %error, "not done");
                    Course::Failed { at, error: WireError::from(&error) }
                }
            };
            inner.proposals().end(&begun.id, course);
            inner.outdate();
            inner.tell(Event::Stale { tags: TOUCHED.to_vec(), policy: None, source: None });
        });
        Ok(kept)
    }

    /// Why it cannot be done, where that is known beforehand.
    pub(crate) fn obstacle_to(&self, planned: &Planned) -> Option<WireError> {
        let ready = match planned {
            Planned::Bootstrap(plan) => plan.ready(),
            Planned::Export(plan) => self.engine.may_export(&plan.source),
            Planned::HandOver(_) | Planned::Apply(_) => Ok(()),
        };
        ready.err().map(WireError::from)
    }

    async fn perform(&self, kept: &Kept) -> Result<Outcome, EngineError> {
        let (engine, who) = (&self.engine, self.who.as_str());
        match &kept.planned {
            Planned::HandOver(plan) => engine.hand_over(plan, who).await.map(|()| Outcome::default()),
            Planned::Apply(plan) => engine.apply(plan, who).await.map(|()| Outcome::default()),
            Planned::Export(plan) => {
                let commit = engine.push_export(plan, who).await?;
                Ok(Outcome { commit: Some(commit.to_string()), ..Outcome::default() })
            }
            Planned::Bootstrap(plan) => {
                let told = |line: &str| {
                    self.proposals().hear(&kept.id, line);
                    self.tell(Event::Output { proposal: kept.id.clone(), line: line.to_owned() });
                };
                let done = engine.bootstrap(plan, who, &kept.stop, &told).await?;
                let checks = done.checks.into_iter().map(|check| ProposalCheck {
                    what: check.what,
                    is_fine: check.is_fine,
                    words: check.words,
                });
                Ok(Outcome { was_stopped: done.was_stopped, commit: None, checks: checks.collect() })
            }
        }
    }
}

fn export_wish(wish: &Wish) -> Result<(String, ExportWish), WireError> {
    let Wish::Export { source, workload, image, name, namespace, into, range, secret } = wish else {
        return Err(WireError::new(ErrorCode::Internal, "it is no export", ""));
    };
    let image = image.as_deref().map(ImageName::parse).transpose();
    let image = image.map_err(|cause| WireError::new(ErrorCode::InvalidRequest, cause.to_string(), ""))?;
    let asked = ExportWish {
        workload: workload.clone(),
        image,
        name: given(name.as_deref()),
        namespace: given(namespace.as_deref()).unwrap_or_else(|| FLUX.to_owned()),
        into: given(into.as_deref()),
        range: given(range.as_deref()),
        secret: given(secret.as_deref()),
        ..ExportWish::default()
    };
    Ok((source.clone(), asked))
}

fn bootstrap_wish(wish: &Wish) -> BootstrapWish {
    let Wish::Bootstrap { repository, cluster, path, branch, is_personal, with_images } = wish else {
        return BootstrapWish::default();
    };
    BootstrapWish {
        repository: repository.trim().to_owned(),
        cluster: cluster.clone(),
        path: given(path.as_deref()),
        branch: given(branch.as_deref()),
        is_personal: *is_personal,
        with_images: *with_images,
        token: None,
    }
}

/// A field that was left empty is one that was not given.
fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
