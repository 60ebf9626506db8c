//! A review sheet as the window shows it.

use std::collections::BTreeMap;

use sluice_core::ObjectKey;
use sluice_core::catalogue::Catalogue;
use sluice_core::release::{Gate as DomainGate, Mode as DomainMode, Plan as DomainPlan};

use crate::api::Inner;
use crate::board::Board;
use crate::convert::gate::{GateOwner, gates};
use crate::convert::{file, key, version};
use crate::policy_board::PolicyBoard;
use crate::review::{Made, Order, Sheet};
use crate::view::common::{Approval, FilePlace, ImageVersion, ObjectRef};
use crate::view::error::{ErrorCode, WireError};
use crate::view::gate::{Gate, GateCode};
use crate::view::review::{
    Author, Because, Change, CheckKind, CheckState, Edit, FieldChange, GateCheck, LeftOut, MessageOrigin, Plan, Review,
    Target,
};

impl Inner {
    /// The sheet for the wire.
    pub(crate) async fn show(&self, sheet: &Sheet) -> Result<Review, WireError> {
        let board = self.board().await?;
        let mut left_out = sheet.never.clone();
        let mut plans = Vec::new();
        for order in &sheet.orders {
            match &order.made {
                Ok(made) => {
                    left_out.extend(not_in_plan(order, made));
                    if !made.shown.planned.plan.is_empty() {
                        plans.push(plan(&board, order, made));
                    }
                }
                Err(why) => {
                    left_out.extend(
                        order.policies.iter().chain(order.rule.iter().map(|(policy, _)| policy)).map(|policy| {
                            LeftOut { policy: Some(ObjectRef::of(&order.source, policy)), why: why.clone() }
                        }),
                    )
                }
            }
        }
        Ok(Review {
            review: sheet.id.clone(),
            intent: sheet.intent.clone(),
            plans,
            left_out,
            checked_at: sheet.checked_at,
            hold: sheet.hold.clone(),
        })
    }
}

/// What was asked for and is not written, with why.
fn not_in_plan(order: &Order, made: &Made) -> Vec<LeftOut> {
    let plan = &made.shown.planned.plan;
    let written = &plan.updates;
    if let Some((policy, _)) = &order.rule {
        let words = format!("{policy} says that already");
        let left = |policy| LeftOut {
            policy: Some(ObjectRef::of(&order.source, policy)),
            why: WireError::new(ErrorCode::AlreadyExists, words.clone(), ""),
        };
        return if plan.is_empty() { vec![left(policy)] } else { Vec::new() };
    }
    let missing = order.policies.iter().filter(|policy| !written.iter().any(|update| update.policy == **policy));
    let why = |policy: &ObjectKey| match made.shown.policies.iter().find(|waiting| waiting.policy == *policy) {
        Some(waiting) => match waiting.gates.first() {
            Some(gate) => WireError::new(ErrorCode::GateClosed, format!("{policy}: {gate}"), ""),
            None => WireError::new(
                ErrorCode::NotFound,
                format!("no marker of {policy} lies where the automation writes"),
                "put a marker behind the image, or widen spec.update.path",
            ),
        },
        None => {
            let words = format!("nothing has to be written for {policy}: what is chosen stands in Git");
            WireError::new(ErrorCode::AlreadyExists, words, "")
        }
    };
    missing.map(|policy| LeftOut { policy: Some(ObjectRef::of(&order.source, policy)), why: why(policy) }).collect()
}

fn plan(board: &Board, order: &Order, made: &Made) -> Plan {
    let written = &made.shown.planned.plan;
    let catalogue =
        board.source(&order.source).ok().and_then(|source| source.view.as_ref()).map(|view| &view.catalogue);
    let closed = closed_gates(board, order, made);
    let skips_wait = closed.iter().any(|gate| gate.opens_for == Some(Approval::Urgent));
    Plan {
        plan: order.id.clone(),
        target: target(&order.source, written),
        base: written.target.base.clone(),
        changes: changes(board, order, made),
        files: made
            .shown
            .planned
            .contents
            .iter()
            .map(|content| file::file_change(&content.path, &content.before, &content.after))
            .collect(),
        message: written.message.clone(),
        message_from: match order.rule {
            Some(_) => MessageOrigin::Sluice,
            None => message_from(catalogue.map(|catalogue| &**catalogue), &order.automation),
        },
        author: Author { name: written.author.name.clone(), email: written.author.email.clone() },
        signature: made.shown.signature.as_ref().map(ToString::to_string),
        checks: checks(&closed),
        freshness: made.freshness,
        obstacle: made.shown.gates.first().map(obstacle),
        skips_wait,
    }
}

/// Where a plan goes.
pub(crate) fn target(source: &str, plan: &DomainPlan) -> Target {
    Target {
        source: source.to_owned(),
        remote: plan.target.remote.clone(),
        checkout: plan.target.checkout.clone(),
        branch: plan.target.branch().to_owned(),
        creates_branch: plan.target.expected.is_none(),
        automation: Some(ObjectRef::of(source, &plan.automation)),
    }
}

/// Why a plan cannot be released although a person says yes.
pub(crate) fn obstacle(gate: &DomainGate) -> WireError {
    match gate {
        DomainGate::Observe => {
            WireError::new(ErrorCode::WritingNotAllowed, gate.to_string(), "allow writing for the repository")
        }
        gate => WireError::new(ErrorCode::GateClosed, gate.to_string(), ""),
    }
}

fn message_from(catalogue: Option<&Catalogue>, automation: &ObjectKey) -> MessageOrigin {
    let written = catalogue.and_then(|catalogue| catalogue.automations.get(automation));
    match written.and_then(|written| written.git.as_ref()).and_then(|git| git.message_template.as_ref()) {
        Some(_) => MessageOrigin::Template,
        None => MessageOrigin::FluxDefault,
    }
}

/// Every gate that is closed before anybody says yes: the automation's and those of the policies that are written.
fn closed_gates(board: &Board, order: &Order, made: &Made) -> Vec<Gate> {
    let mut closed: Vec<Gate> = Vec::new();
    let written = &made.shown.planned.plan.updates;
    for update in written {
        for gate in gates_of(board, order, made, &update.policy) {
            if !closed.contains(&gate) {
                closed.push(gate);
            }
        }
    }
    let ruled = order.rule.as_ref().map(|(policy, _)| policy);
    let first = written.first().map(|update| &update.policy).or(ruled);
    let first = first.map(|policy| ObjectRef::of(&order.source, policy));
    if let Some(policy) = first {
        for gate in converted(board, order, &policy, &made.gated.gates) {
            if !closed.contains(&gate) {
                closed.push(gate);
            }
        }
    }
    closed
}

fn gates_of(board: &Board, order: &Order, made: &Made, policy: &ObjectKey) -> Vec<Gate> {
    let waiting = made.gated.policies.iter().find(|waiting| waiting.policy == *policy);
    let policy = ObjectRef::of(&order.source, policy);
    waiting.map(|waiting| converted(board, order, &policy, &waiting.gates)).unwrap_or_default()
}

fn converted(board: &Board, order: &Order, policy: &ObjectRef, closed: &[DomainGate]) -> Vec<Gate> {
    let known = board.policy(policy).ok();
    let automation = ObjectRef::of(&order.source, &order.automation);
    let owner = GateOwner {
        policy,
        automation: Some(&automation),
        may_write: known.is_some_and(|(source, _)| source.settings.mode.unwrap_or_default() != DomainMode::Observe),
        holds: known.map(|(_, policy)| policy.holds.as_slice()).unwrap_or_default(),
    };
    gates(closed, &owner)
}

fn changes(board: &Board, order: &Order, made: &Made) -> Vec<Change> {
    let written = &made.shown.planned.plan;
    let edits = edits(&order.source, written);
    let change = |update: &sluice_core::release::Update| {
        let policy = ObjectRef::of(&order.source, &update.policy);
        let known = board.policy(&policy).ok().map(|(_, known)| known);
        Change {
            change: update.policy.to_string(),
            title: update.policy.name.clone(),
            version: Some(version_of(update, known)),
            reason: reason(order, update, known),
            because: because(order, update, known),
            edits: edits.get(&update.policy).cloned().unwrap_or_default(),
            fields: Vec::new(),
            gates: gates_of(board, order, made, &update.policy),
            policy: Some(policy),
        }
    };
    let ruled = fields(written).into_iter().map(|(policy, fields)| Change {
        change: policy.to_string(),
        title: policy.name.clone(),
        version: None,
        reason: "a person wrote this rule".to_owned(),
        because: Because::Person,
        edits: Vec::new(),
        fields,
        gates: Vec::new(),
        policy: Some(ObjectRef::of(&order.source, &policy)),
    });
    written.updates.iter().map(change).chain(ruled).collect()
}

/// The fields that a plan writes, by policy.
pub(crate) fn fields(plan: &DomainPlan) -> BTreeMap<ObjectKey, Vec<FieldChange>> {
    let mut by_policy: BTreeMap<ObjectKey, Vec<FieldChange>> = BTreeMap::new();
    for edit in plan.fields() {
        by_policy.entry(edit.object.clone()).or_default().push(FieldChange {
            field: edit.field.clone(),
            old: edit.old.clone(),
            new: edit.new.clone(),
        });
    }
    by_policy
}

fn version_of(update: &sluice_core::release::Update, known: Option<&PolicyBoard>) -> crate::view::common::VersionMove {
    let from = update.from.first().map(|stood| standing_words(stood));
    version::version_move(from, (&update.to).into(), known.and_then(|known| known.compiled.as_ref()))
}

/// A tag or a digest as a plan says what stood there.
pub(crate) fn standing_words(text: &str) -> ImageVersion {
    match text.contains(':') {
        true => ImageVersion { tag: None, digest: Some(text.to_owned()) },
        false => ImageVersion { tag: Some(text.to_owned()), digest: None },
    }
}

fn reason(order: &Order, update: &sluice_core::release::Update, known: Option<&PolicyBoard>) -> String {
    if order.overrides.contains_key(&update.policy) {
        return format!("a person chose {}", update.to.tag);
    }
    let rule = known.and_then(|known| known.status.rule.as_ref()).map(sluice_core::policy::Policy::summary);
    rule.map(|rule| format!("{rule} chooses {}", update.to.tag)).unwrap_or_default()
}

fn because(order: &Order, update: &sluice_core::release::Update, known: Option<&PolicyBoard>) -> Because {
    if order.overrides.contains_key(&update.policy) {
        return Because::Person;
    }
    let chip = known.and_then(|known| known.row.rule.as_ref());
    chip.map_or(Because::Unknown, |chip| Because::Rule { rule: chip.kind, value: chip.value.clone() })
}

/// The edits of a plan by policy, each by place.
pub(crate) fn edits(source: &str, plan: &DomainPlan) -> BTreeMap<ObjectKey, Vec<Edit>> {
    let mut edits: BTreeMap<ObjectKey, Vec<Edit>> = BTreeMap::new();
    for file in &plan.files {
        for edit in &file.edits {
            edits.entry(edit.reference.policy.clone()).or_default().push(Edit {
                place: FilePlace {
                    source: source.to_owned(),
                    path: file.path.clone(),
                    line: edit.line,
                    column: edit.column,
                },
                old: edit.old.clone(),
                new: edit.new.clone(),
                object: key::object_words(&edit.object),
            });
        }
    }
    edits
}

/// What each gate says, open ones too.
fn checks(closed: &[Gate]) -> Vec<GateCheck> {
    let kinds = [
        (CheckKind::Review, GateCode::Review, "this sheet is the review"),
        (CheckKind::CoolDown, GateCode::CoolDown, "old enough"),
        (CheckKind::Window, GateCode::Window, "releases may happen now"),
        (CheckKind::Hold, GateCode::Hold, "nothing is held"),
        (CheckKind::Downgrade, GateCode::Downgrade, "no step back"),
        (CheckKind::Conflict, GateCode::Conflict, "nobody else is known to write there"),
        (CheckKind::Failure, GateCode::Failure, "the last try did not fail"),
    ];
    let check = |(kind, code, open): (CheckKind, GateCode, &str)| {
        let gates: Vec<Gate> = closed.iter().filter(|gate| gate.code == code).cloned().collect();
        let state = match gates.iter().map(|gate| gate.opens_for).reduce(weaker) {
            None => CheckState::Open,
            Some(Some(Approval::Given)) => CheckState::OpensWithRelease,
            Some(Some(Approval::Urgent)) => CheckState::OpensUrgently,
            Some(None) => CheckState::Closed,
        };
        let words = gates.first().map_or_else(|| open.to_owned(), |gate| gate.words.clone());
        GateCheck { check: kind, state, words, gates }
    };
    let mut checks: Vec<GateCheck> = kinds.into_iter().map(check).collect();
    let forbidden: Vec<Gate> =
        closed.iter().filter(|gate| matches!(gate.code, GateCode::Observe | GateCode::Suspended)).cloned().collect();
    checks.push(match forbidden.first() {
        Some(gate) => GateCheck {
            check: CheckKind::WriteAccess,
            state: CheckState::Closed,
            words: gate.words.clone(),
            gates: forbidden,
        },
        None => GateCheck {
            check: CheckKind::WriteAccess,
            state: CheckState::Unknown,
            words: "allowed here; the remote says so when it is pushed".to_owned(),
            gates: Vec::new(),
        },
    });
    checks
}

/// Of two gates, what it takes to open both.
fn weaker(a: Option<Approval>, b: Option<Approval>) -> Option<Approval> {
    a.zip(b).map(|(a, b)| a.max(b))
}
