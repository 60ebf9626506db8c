//! Review sheets: what was planned and shown, kept until it is released, discarded or an hour old.
//!
//! A sheet keeps the plan that was shown. Only that plan is released: the engine plans again on the newest commit and
//! refuses when the edits are others, and a plan that was made again with other edits has another id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use sluice_core::ObjectKey;
use sluice_core::image::{ImageRef, Tag};
use sluice_core::release::{Approval, NewRule};
use sluice_engine::{AutomationPlan, EngineError, PlanRequest};

use crate::api::Inner;
use crate::board::plan_of;
use crate::convert;
use crate::view::common::ObjectRef;
use crate::view::error::{ErrorCode, WireError};
use crate::view::gate::HoldDraft;
use crate::view::review::{Freshness, Intent, LeftOut};

/// How long a sheet is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// Sheets at a time; the oldest goes.
const MOST: usize = 50;

/// The open sheets.
#[derive(Default)]
pub(crate) struct Sheets {
    sheets: HashMap<String, Sheet>,
    last: u64,
}

/// One sheet.
#[derive(Clone)]
pub(crate) struct Sheet {
    pub(crate) id: String,
    pub(crate) intent: Intent,
    pub(crate) orders: Vec<Order>,
    /// What could not even be ordered.
    pub(crate) never: Vec<LeftOut>,
    pub(crate) checked_at: Timestamp,
    pub(crate) made_at: Timestamp,
    pub(crate) hold: Option<HoldDraft>,
}

/// What is to be written by one automation.
#[derive(Clone)]
pub(crate) struct Order {
    /// The plan's id; another one whenever its edits are others.
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) automation: ObjectKey,
    pub(crate) policies: BTreeSet<ObjectKey>,
    pub(crate) overrides: BTreeMap<ObjectKey, ImageRef>,
    /// A policy that is to say something else: then no image is written.
    pub(crate) rule: Option<(ObjectKey, NewRule)>,
    pub(crate) made: Result<Made, WireError>,
}

/// The plan of an order.
#[derive(Clone)]
pub(crate) struct Made {
    /// As it would be written with a person's yes to everything that a yes opens.
    pub(crate) shown: AutomationPlan,
    /// With every gate that is closed without it.
    pub(crate) gated: AutomationPlan,
    pub(crate) freshness: Freshness,
}

impl Sheets {
    pub(crate) fn keep(&mut self, sheet: Sheet, now: Timestamp) {
        self.sheets.retain(|_, sheet| now.duration_since(sheet.made_at) < KEPT);
        while self.sheets.len() >= MOST && !self.sheets.contains_key(&sheet.id) {
            let oldest = self.sheets.values().min_by_key(|sheet| sheet.made_at).map(|sheet| sheet.id.clone());
            let Some(oldest) = oldest else { break };
            self.sheets.remove(&oldest);
        }
        self.sheets.insert(sheet.id.clone(), sheet);
    }

    pub(crate) fn get(&self, id: &str) -> Result<Sheet, WireError> {
        self.sheets.get(id).cloned().ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "this review is over", "open it again from the policy or the inbox")
        })
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.sheets.remove(id);
    }

    fn fresh_id(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}-{}", self.last)
    }
}

impl Inner {
    /// Orders and plans what a person wants written.
    pub(crate) async fn open_sheet(&self, intent: Intent) -> Result<Sheet, WireError> {
        let (mut orders, mut never, mut hold) = (Vec::new(), Vec::new(), None);
        match &intent {
            Intent::Release { policies } => {
                for policy in policies {
                    self.order(&mut orders, &mut never, policy, None).await?;
                }
            }
            Intent::Tag { policy, tag } => self.order(&mut orders, &mut never, policy, Some(tag)).await?,
            Intent::Rule { policy, draft } => {
                convert::rule::compile(draft, &[])
                    .map_err(|problem| WireError::new(ErrorCode::InvalidRequest, problem.message, problem.hint))?;
                let (rule, filter) = convert::rule::rule_and_filter(draft);
                self.order(&mut orders, &mut never, policy, None).await?;
                for order in &mut orders {
                    let policy = std::mem::take(&mut order.policies).into_iter().next();
                    order.rule = policy.map(|policy| (policy, NewRule { rule: rule.clone(), filter: filter.clone() }));
                }
            }
            Intent::Undo { release } => {
                hold = Some(self.order_undo(&mut orders, &mut never, release).await?);
            }
        }
        for order in &mut orders {
            order.made = self.make(order, true).await;
        }
        let now = self.now();
        let id = self.sheets().fresh_id("review");
        let sheet = Sheet { id, intent, orders, never, checked_at: now, made_at: now, hold };
        self.sheets().keep(sheet.clone(), now);
        Ok(sheet)
    }

    async fn order_undo(
        &self,
        orders: &mut Vec<Order>,
        never: &mut Vec<LeftOut>,
        release: &str,
    ) -> Result<HoldDraft, WireError> {
        let row = self.engine.release_of(release).await?.ok_or_else(|| no_release(release))?;
        let updates = plan_of(&row).map(|plan| plan.updates).unwrap_or_default();
        let mut tags = Vec::new();
        for update in updates {
            let policy = ObjectRef::of(&row.source, &update.policy);
            match update.from.first() {
                Some(tag) => {
                    self.order(orders, never, &policy, Some(tag)).await?;
                    tags.push(tag.clone());
                }
                None => {
                    let why = WireError::new(ErrorCode::NotFound, "nothing stood there before", "");
                    never.push(LeftOut { policy: Some(policy), why });
                }
            }
        }
        // One hold is set on every policy of the sheet: it can name a tag only where there is one.
        let tag = if tags.len() == 1 { tags.pop() } else { None };
        Ok(HoldDraft { tag, reason: "rolled back".to_owned(), until: None })
    }

    /// Adds a policy to the order of its automation.
    async fn order(
        &self,
        orders: &mut Vec<Order>,
        never: &mut Vec<LeftOut>,
        policy: &ObjectRef,
        tag: Option<&str>,
    ) -> Result<(), WireError> {
        let key = policy.key();
        let ordered = async {
            let view = self.engine.view(&policy.source).await?;
            let automation = self.engine.automation_writing(&view, &key)?;
            let image = match tag {
                None => None,
                Some(tag) => {
                    let tag = Tag::parse(tag).map_err(|cause| EngineError::Invalid {
                        message: format!("`{}` is no tag: {cause}", tag.escape_debug()),
                        hint: String::new(),
                    })?;
                    Some(self.engine.image_with_tag(&view, &key, tag).await?)
                }
            };
            Ok::<_, EngineError>((automation, image))
        };
        let (automation, image) = match ordered.await {
            Ok(found) => found,
            Err(error) => {
                never.push(LeftOut { policy: Some(policy.clone()), why: error.into() });
                return Ok(());
            }
        };
        let at = orders.iter().position(|order| order.source == policy.source && order.automation == automation);
        let order = match at {
            Some(at) => &mut orders[at],
            None => {
                let id = self.sheets().fresh_id("plan");
                let source = policy.source.clone();
                let unplanned = WireError::new(ErrorCode::Internal, "it was not planned", "");
                let (policies, overrides) = (BTreeSet::new(), BTreeMap::new());
                orders.push(Order { id, source, automation, policies, overrides, rule: None, made: Err(unplanned) });
                let last = orders.len() - 1;
                &mut orders[last]
            }
        };
        if let Some(image) = image {
            order.overrides.insert(key.clone(), image);
        }
        order.policies.insert(key);
        Ok(())
    }

    /// Plans an order; when the remote cannot be asked, on what was seen last.
    async fn make(&self, order: &Order, fresh: bool) -> Result<Made, WireError> {
        let asked = |approval, fresh| PlanRequest {
            policies: Some(order.policies.clone()),
            approval,
            overrides: order.overrides.clone(),
            rule: order.rule.clone(),
            fresh,
        };
        let plan = |approval, fresh| {
            let request = asked(approval, fresh);
            async move { self.engine.plan(&order.source, &order.automation, &request).await }
        };
        let (shown, freshness) = match plan(Approval::Urgent, fresh).await {
            Ok(shown) => (shown, Freshness::Current),
            Err(EngineError::Git { .. } | EngineError::NeverRead { .. }) if fresh => {
                (plan(Approval::Urgent, false).await?, Freshness::NotChecked)
            }
            Err(error) => return Err(error.into()),
        };
        let gated = plan(Approval::None, false).await?;
        Ok(Made { shown, gated, freshness })
    }

    /// Plans every order of a sheet again and says how that compares with what was shown.
    pub(crate) async fn plan_again(&self, sheet: &mut Sheet, fresh: bool) {
        for order in &mut sheet.orders {
            let mut made = self.make(order, fresh).await;
            if let (Ok(old), Ok(new)) = (&order.made, &mut made) {
                let (before, after) = (&old.shown.planned.plan, &new.shown.planned.plan);
                let is_same = before.makes_same_edits(after);
                new.freshness = match new.freshness {
                    Freshness::NotChecked => Freshness::NotChecked,
                    _ if !is_same => Freshness::OtherEdits,
                    _ if before.target.base != after.target.base => Freshness::SameEdits,
                    // Not asked again is as fresh as it was.
                    _ if fresh => Freshness::Current,
                    _ => old.freshness,
                };
                if !is_same {
                    order.id = self.sheets().fresh_id("plan");
                }
            } else {
                order.id = self.sheets().fresh_id("plan");
            }
            order.made = made;
        }
        let now = self.now();
        if fresh {
            sheet.checked_at = now;
        }
        self.sheets().keep(sheet.clone(), now);
    }
}

pub(crate) fn no_release(id: &str) -> WireError {
    WireError::new(ErrorCode::NotFound, format!("there is no release {id}"), "")
}
