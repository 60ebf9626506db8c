//! The review sheet: open it, look again, release it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use sluice_core::ObjectKey;
use sluice_core::release::{Approval as DomainApproval, Gate as DomainGate};
use sluice_engine::{EngineError, ReleaseOutcome, ReleaseRequest as Order};
use tokio::sync::oneshot;

use crate::api::{Api, Inner};
use crate::board::plan_of;
use crate::command::{Answers, DiscardReview, GetReview, OpenReview, Release, Replan, RetryRelease};
use crate::handler::sheet::obstacle;
use crate::review::{Made, Order as Ordered, no_release};
use crate::view::common::{Approval, Nothing, ObjectRef};
use crate::view::error::{ErrorCode, WireError};
use crate::view::gate::HoldDraft;
use crate::view::release::ReleaseId;
use crate::view::review::{
    Intent, PlanApproval, ReleaseRequest, ReleasesStarted, ReplanRequest, Review, ReviewId, ReviewRequest,
    StartedRelease,
};

impl Answers<OpenReview> for Api {
    async fn answer(&self, request: ReviewRequest) -> Result<Review, WireError> {
        let sheet = self.inner.open_sheet(request.intent).await?;
        self.inner.outdate();
        self.inner.show(&sheet).await
    }
}

impl Answers<GetReview> for Api {
    async fn answer(&self, request: ReviewId) -> Result<Review, WireError> {
        let mut sheet = self.inner.sheets().get(&request.review)?;
        self.inner.plan_again(&mut sheet, false).await;
        self.inner.show(&sheet).await
    }
}

impl Answers<Replan> for Api {
    async fn answer(&self, request: ReplanRequest) -> Result<Review, WireError> {
        let mut sheet = self.inner.sheets().get(&request.review)?;
        if let Some(keep) = &request.keep {
            for order in &mut sheet.orders {
                let Some(kept) = keep.iter().find(|kept| kept.plan == order.id) else { continue };
                order.policies.retain(|policy| kept.changes.contains(&policy.to_string()));
                order.overrides.retain(|policy, _| kept.changes.contains(&policy.to_string()));
            }
            sheet.orders.retain(|order| !order.policies.is_empty());
        }
        self.inner.plan_again(&mut sheet, true).await;
        self.inner.outdate();
        self.inner.show(&sheet).await
    }
}

impl Answers<DiscardReview> for Api {
    async fn answer(&self, request: ReviewId) -> Result<Nothing, WireError> {
        self.inner.sheets().remove(&request.review);
        Ok(Nothing {})
    }
}

impl Answers<RetryRelease> for Api {
    async fn answer(&self, request: ReleaseId) -> Result<Review, WireError> {
        let row = self.inner.engine.release_of(&request.release).await?;
        let row = row.ok_or_else(|| no_release(&request.release))?;
        let updates = plan_of(&row).map(|plan| plan.updates).unwrap_or_default();
        if updates.is_empty() {
            let hint = "plan the change again on the policy's page";
            return Err(WireError::new(ErrorCode::NotFound, "it wrote no version", hint));
        }
        let policies = updates.iter().map(|update| ObjectRef::of(&row.source, &update.policy)).collect();
        let sheet = self.inner.open_sheet(Intent::Release { policies }).await?;
        self.inner.show(&sheet).await
    }
}

impl Answers<Release> for Api {
    async fn answer(&self, request: ReleaseRequest) -> Result<ReleasesStarted, WireError> {
        let inner = &self.inner;
        let mut sheet = inner.sheets().get(&request.review)?;
        let mut wanted = Vec::new();
        for approval in &request.plans {
            let order = sheet.orders.iter().find(|order| order.id == approval.plan).ok_or_else(|| {
                let words = "the plan that was shown is no longer the one that would be written";
                WireError::new(ErrorCode::PlanOutdated, words, "look at the new plan")
            })?;
            let made = order.made.as_ref().map_err(Clone::clone)?;
            refuse(made, request.approval)?;
            wanted.push(inner.order_of(order, made, approval, request.approval));
        }
        let mut releases: Vec<StartedRelease> = Vec::new();
        for (approval, order) in request.plans.iter().zip(wanted) {
            match inner.start_release(order, request.hold.clone()).await {
                Ok(release) => releases.push(StartedRelease { plan: approval.plan.clone(), release }),
                Err(error) if releases.is_empty() => return Err(error),
                // What began cannot be called back; the plans that did not begin stay on the sheet, with why.
                Err(error) => {
                    tracing::warn!(%error, plan = approval.plan, "one of several releases did not begin");
                    if let Some(order) = sheet.orders.iter_mut().find(|order| order.id == approval.plan) {
                        order.made = Err(error);
                    }
                }
            }
        }
        sheet.orders.retain(|order| !releases.iter().any(|started| started.plan == order.id));
        let mut sheets = inner.sheets();
        match sheet.orders.is_empty() {
            true => sheets.remove(&sheet.id),
            false => sheets.keep(sheet, inner.now()),
        }
        drop(sheets);
        Ok(ReleasesStarted { releases })
    }
}

/// What the engine would refuse is refused before anything begins.
fn refuse(made: &Made, approval: Approval) -> Result<(), WireError> {
    if let Some(gate) = made.shown.gates.first() {
        return Err(obstacle(gate));
    }
    let written = |policy: &ObjectKey| made.shown.planned.plan.updates.iter().any(|update| update.policy == *policy);
    let of_policies = made.gated.policies.iter().filter(|waiting| written(&waiting.policy));
    let mut closed = made.gated.gates.iter().chain(of_policies.flat_map(|waiting| &waiting.gates));
    let given = domain(approval);
    match closed.find(|gate: &&DomainGate| !gate.opens_for(given)) {
        Some(gate) => Err(WireError::new(ErrorCode::GateClosed, gate.to_string(), "wait, or release now all the same")),
        None => Ok(()),
    }
}

fn domain(approval: Approval) -> DomainApproval {
    match approval {
        Approval::Given => DomainApproval::Given,
        Approval::Urgent => DomainApproval::Urgent,
    }
}

impl Inner {
    fn order_of(&self, order: &Ordered, made: &Made, approved: &PlanApproval, approval: Approval) -> Order {
        let shown = &made.shown.planned.plan;
        let policies: BTreeSet<ObjectKey> = shown.updates.iter().map(|update| update.policy.clone()).collect();
        let message = (approved.message != shown.message).then(|| approved.message.clone());
        Order {
            source: order.source.clone(),
            automation: order.automation.clone(),
            overrides: order.overrides.clone(),
            rule: order.rule.clone(),
            policies: Some(policies),
            approval: domain(approval),
            shown: Some(shown.clone()),
            message: message.filter(|message| !message.trim().is_empty()),
            started_by: self.who.clone(),
        }
    }

    /// Starts a release on a task of its own and waits until it is written down. Gives its id.
    async fn start_release(self: &Arc<Self>, order: Order, hold: Option<HoldDraft>) -> Result<String, WireError> {
        let (begun, has_begun) = oneshot::channel::<Result<String, WireError>>();
        let begun = Mutex::new(Some(begun));
        let inner = self.clone();
        tokio::spawn(async move {
            // The first word counts: that it began, or why it did not. What comes later is told by events.
            let say = |word: Result<String, WireError>| {
                if let Some(begun) = begun.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    let _ = begun.send(word);
                }
            };
            let outcome = inner.engine.release_telling(&order, &|id| say(Ok(id.to_owned()))).await;
            match outcome {
                Ok(ReleaseOutcome::Pushed(pushed)) => inner.hold_after(&order, &pushed.plan.updates, hold).await,
                Ok(ReleaseOutcome::NothingToDo(_)) => {
                    let words = "nothing is left to be written: what is chosen stands in Git";
                    say(Err(WireError::new(ErrorCode::AlreadyExists, words, "")));
                }
                Err(error) => {
                    tracing::info!(automation = %order.automation, %error, "not released");
                    say(Err(WireError::from(&error)));
                }
            }
            inner.outdate();
        });
        has_begun.await.unwrap_or_else(|_| Err(EngineError::Stopped.into()))
    }

    async fn hold_after(&self, order: &Order, updates: &[sluice_core::release::Update], hold: Option<HoldDraft>) {
        let Some(hold) = hold else { return };
        let policies: Vec<ObjectRef> =
            updates.iter().map(|update| ObjectRef::of(&order.source, &update.policy)).collect();
        if let Err(error) = self.hold_all(&policies, &hold).await {
            tracing::error!(%error, "released, and not held");
        }
    }
}
