//! Gates, and what follows from them: how a policy is in one word, why it waits, what happens next.

use jiff::Timestamp;
use sluice_core::release::{Approval as DomainApproval, Gate as DomainGate, Hold as DomainHold};

use crate::view::common::{Approval, ObjectRef, Remedy, RemedyAction};
use crate::view::gate::{Gate, GateCode, Hold};
use crate::view::images::{ImageState, NextAction, NextKind};
use crate::view::inbox::Wait;

/// Where a hold stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldOrigin {
    /// In Git, as an annotation.
    Git,
    /// Here, set by a person.
    Local {
        /// Who.
        by: String,
        /// When, where the log still knows.
        since: Option<Timestamp>,
    },
}

/// A hold with where it stands.
pub fn hold(hold: &DomainHold, origin: &HoldOrigin) -> Hold {
    let (since, by) = match origin {
        HoldOrigin::Git => (None, None),
        HoldOrigin::Local { by, since } => (*since, Some(by.clone())),
    };
    Hold {
        tag: hold.tag.clone(),
        reason: hold.reason.clone(),
        until: hold.until,
        since,
        by,
        is_in_git: *origin == HoldOrigin::Git,
    }
}

/// Whose gates they are, for the remedies.
#[derive(Debug, Clone)]
pub struct GateOwner<'a> {
    /// The policy.
    pub policy: &'a ObjectRef,
    /// The automation that covers it.
    pub automation: Option<&'a ObjectRef>,
    /// Sluice may write to the repository.
    pub may_write: bool,
    /// The holds of the policy and the automation with their origins.
    pub holds: &'a [(DomainHold, HoldOrigin)],
}

/// Gates for the wire, in the order given.
pub fn gates(gates: &[DomainGate], owner: &GateOwner<'_>) -> Vec<Gate> {
    let is_contested = gates.iter().any(|gate| matches!(gate, DomainGate::Conflict { .. }));
    gates.iter().map(|gate| one(gate, owner, is_contested)).collect()
}

fn one(gate: &DomainGate, owner: &GateOwner<'_>, is_contested: bool) -> Gate {
    let opens_for = [(DomainApproval::Given, Approval::Given), (DomainApproval::Urgent, Approval::Urgent)]
        .into_iter()
        .find(|(approval, _)| gate.opens_for(*approval))
        .map(|(_, approval)| approval);
    let (code, detail) = match gate {
        DomainGate::Suspended { object } => (GateCode::Suspended, Some(object.clone())),
        DomainGate::Observe => (GateCode::Observe, None),
        DomainGate::Conflict { detail } => (GateCode::Conflict, Some(detail.clone())),
        DomainGate::Failure { detail, .. } => (GateCode::Failure, Some(detail.clone())),
        DomainGate::Hold { .. } => (GateCode::Hold, None),
        DomainGate::Downgrade { .. } => (GateCode::Downgrade, None),
        DomainGate::CoolDown { .. } => (GateCode::CoolDown, None),
        DomainGate::Window { .. } => (GateCode::Window, None),
        DomainGate::Review => (GateCode::Review, None),
    };
    let held = match gate {
        DomainGate::Hold { hold: held } => {
            let origin = owner.holds.iter().find(|(known, _)| known == held).map(|(_, origin)| origin);
            Some(hold(held, origin.unwrap_or(&HoldOrigin::Git)))
        }
        _ => None,
    };
    Gate {
        code,
        words: gate.to_string(),
        opens_at: gate.opens_at(),
        opens_for,
        detail,
        remedy: remedy(gate, held.as_ref(), owner, is_contested),
        hold: held,
    }
}

fn remedy(gate: &DomainGate, held: Option<&Hold>, owner: &GateOwner<'_>, is_contested: bool) -> Option<Remedy> {
    let (words, action) = match gate {
        DomainGate::Suspended { object } => {
            (format!("resume {object} in Git: set spec.suspend to false"), RemedyAction::Read)
        }
        // A freer mode alone would change nothing while somebody else writes.
        DomainGate::Conflict { .. } | DomainGate::Observe if is_contested => {
            let automation = owner.automation?.clone();
            ("suspend the cluster's automation, and let Sluice write".to_owned(), RemedyAction::TakeOver { automation })
        }
        DomainGate::Observe if !owner.may_write => (
            format!("allow writing to {}", owner.policy.source),
            RemedyAction::AllowWriting { source: owner.policy.source.clone() },
        ),
        DomainGate::Observe => {
            let automation = owner.automation?.clone();
            (format!("let {} release after review", automation.name), RemedyAction::SetMode { automation })
        }
        DomainGate::Hold { .. } if held.is_some_and(|held| held.is_in_git) => {
            ("lift the hold in Git: take the annotation sluice.dev/hold away".to_owned(), RemedyAction::Read)
        }
        DomainGate::Hold { .. } => {
            ("lift the hold".to_owned(), RemedyAction::LiftHold { policy: owner.policy.clone() })
        }
        _ => return None,
    };
    Some(Remedy { words, action })
}

/// What decides about a policy beside its gates.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The policy was never evaluated.
    pub is_unknown: bool,
    /// Its image is being scanned and never was before.
    pub is_scanning: bool,
    /// It cannot be evaluated, or its image was not listed at the last try.
    pub is_broken: bool,
    /// A marker names it.
    pub is_used: bool,
    /// Something would be written.
    pub has_candidate: bool,
    /// A release of it is under way.
    pub is_releasing: bool,
    /// Its last release failed or does not get on.
    pub is_stuck: bool,
}

/// How a policy is in one word.
pub fn state(standing: &Standing, gates: &[Gate]) -> ImageState {
    if standing.is_stuck {
        return ImageState::Stuck;
    }
    if standing.is_releasing {
        return ImageState::Releasing;
    }
    if standing.is_scanning {
        return ImageState::Scanning;
    }
    if standing.is_broken && !standing.has_candidate {
        return ImageState::Blocked;
    }
    if standing.is_unknown {
        return ImageState::Unknown;
    }
    if !standing.is_used {
        return ImageState::Unused;
    }
    if !standing.has_candidate {
        return ImageState::UpToDate;
    }
    // The most binding gate decides. A pause is none: a person can still release.
    let binding = gates.iter().find(|gate| gate.code != GateCode::Paused).map(|gate| gate.code);
    match binding {
        Some(GateCode::Suspended | GateCode::Observe) => ImageState::Observed,
        Some(GateCode::Conflict | GateCode::Failure) => ImageState::Blocked,
        Some(GateCode::Hold) => ImageState::Held,
        Some(GateCode::Downgrade) => ImageState::Approval,
        Some(GateCode::CoolDown) => ImageState::Cooling,
        Some(GateCode::Window) => ImageState::Window,
        Some(GateCode::Review | GateCode::Paused) | None => ImageState::Ready,
    }
}

/// The inbox's group of a state; nothing for what wants no decision.
pub fn wait(state: ImageState) -> Option<Wait> {
    match state {
        ImageState::Ready => Some(Wait::Ready),
        ImageState::Cooling => Some(Wait::Cooling),
        ImageState::Window => Some(Wait::Window),
        ImageState::Approval => Some(Wait::Approval),
        ImageState::Held => Some(Wait::Held),
        ImageState::Blocked => Some(Wait::Blocked),
        ImageState::Stuck => Some(Wait::Stuck),
        ImageState::Releasing
        | ImageState::Observed
        | ImageState::UpToDate
        | ImageState::Unused
        | ImageState::Scanning
        | ImageState::Unknown => None,
    }
}

/// Moments that the next action may be at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moments {
    /// Since when the candidate could be released.
    pub ready_since: Option<Timestamp>,
    /// The next run of the automation.
    pub next_run: Option<Timestamp>,
    /// The next listing of the image's tags.
    pub next_check: Option<Timestamp>,
}

/// What happens next.
pub fn next(state: ImageState, gates: &[Gate], moments: Moments) -> NextAction {
    let has = |code| gates.iter().any(|gate| gate.code == code);
    let action = |kind, at, since| NextAction { kind, at, since, remedy: None };
    let opens = gates
        .iter()
        .filter(|gate| matches!(gate.code, GateCode::CoolDown | GateCode::Window))
        .map(|gate| gate.opens_at)
        .reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b)))
        .flatten();
    match state {
        ImageState::Ready if has(GateCode::Review) => action(NextKind::Review, None, moments.ready_since),
        ImageState::Ready if has(GateCode::Paused) => action(NextKind::Paused, opens_at(gates, GateCode::Paused), None),
        ImageState::Ready => action(NextKind::Release, moments.next_run, moments.ready_since),
        ImageState::Cooling | ImageState::Window if has(GateCode::Review) => action(NextKind::BecomeReady, opens, None),
        ImageState::Cooling | ImageState::Window => action(NextKind::Release, opens, None),
        ImageState::Approval => action(NextKind::Approve, None, moments.ready_since),
        ImageState::Held => action(NextKind::HoldEnds, opens_at(gates, GateCode::Hold), None),
        ImageState::Blocked => blocked(gates, moments),
        ImageState::Stuck => action(NextKind::LookAfter, None, moments.ready_since),
        ImageState::Releasing => action(NextKind::Release, None, moments.ready_since),
        ImageState::Observed => action(NextKind::Watch, None, None),
        ImageState::UpToDate | ImageState::Unused | ImageState::Scanning | ImageState::Unknown => {
            action(NextKind::Check, moments.next_check, None)
        }
    }
}

fn opens_at(gates: &[Gate], code: GateCode) -> Option<Timestamp> {
    gates.iter().filter(|gate| gate.code == code).filter_map(|gate| gate.opens_at).max()
}

fn blocked(gates: &[Gate], moments: Moments) -> NextAction {
    let remedy = gates.iter().find_map(|gate| gate.remedy.clone());
    let retry = opens_at(gates, GateCode::Failure).or(moments.next_check);
    let kind = if remedy.is_some() || retry.is_none() { NextKind::Mend } else { NextKind::Retry };
    NextAction { kind, at: retry, since: None, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn object(name: &str) -> ObjectRef {
        ObjectRef { source: "fleet".to_owned(), namespace: "flux-system".to_owned(), name: name.to_owned() }
    }

    fn converted(domain: &[DomainGate], holds: &[(DomainHold, HoldOrigin)]) -> Vec<Gate> {
        let (policy, automation) = (object("app"), object("automation"));
        gates(domain, &GateOwner { policy: &policy, automation: Some(&automation), may_write: true, holds })
    }

    fn candidate() -> Standing {
        Standing { is_used: true, has_candidate: true, ..Standing::default() }
    }

    #[test]
    fn the_most_binding_gate_says_how_a_policy_is_and_what_comes_next() {
        let until = at("2026-11-26T09:12:00Z");
        let opens = at("2026-11-27T22:00:00Z");
        let hold = DomainHold { tag: None, reason: "waits for libvips".to_owned(), until: Some(opens) };
        for (domain, state_word, wait_word, kind, moment) in [
            (vec![], ImageState::Ready, Some(Wait::Ready), NextKind::Release, None),
            (vec![DomainGate::Review], ImageState::Ready, Some(Wait::Ready), NextKind::Review, None),
            (vec![DomainGate::Observe], ImageState::Observed, None, NextKind::Watch, None),
            (
                vec![DomainGate::CoolDown { until }, DomainGate::Review],
                ImageState::Cooling,
                Some(Wait::Cooling),
                NextKind::BecomeReady,
                Some(until),
            ),
            (
                vec![DomainGate::CoolDown { until }, DomainGate::Window { opens: Some(opens) }],
                ImageState::Cooling,
                Some(Wait::Cooling),
                NextKind::Release,
                Some(opens),
            ),
            (vec![DomainGate::Window { opens: None }], ImageState::Window, Some(Wait::Window), NextKind::Release, None),
            (vec![DomainGate::Hold { hold }], ImageState::Held, Some(Wait::Held), NextKind::HoldEnds, Some(opens)),
            (
                vec![DomainGate::Failure { detail: "429".to_owned(), retry_at: Some(until) }, DomainGate::Review],
                ImageState::Blocked,
                Some(Wait::Blocked),
                NextKind::Retry,
                Some(until),
            ),
            (
                vec![DomainGate::Downgrade { from: "2".to_owned(), to: "1".to_owned() }],
                ImageState::Approval,
                Some(Wait::Approval),
                NextKind::Approve,
                None,
            ),
        ] {
            let gates = converted(&domain, &[]);
            let word = state(&candidate(), &gates);
            let action = next(word, &gates, Moments::default());
            assert_eq!((word, wait(word)), (state_word, wait_word), "{domain:?}");
            assert_eq!((action.kind, action.at), (kind, moment), "{domain:?}");
        }
    }

    #[test]
    fn a_policy_without_candidate_is_not_judged_by_gates() {
        let gates = converted(&[DomainGate::Review], &[]);
        for (standing, expected) in [
            (Standing { is_used: true, ..Standing::default() }, ImageState::UpToDate),
            (Standing::default(), ImageState::Unused),
            (Standing { is_broken: true, ..Standing::default() }, ImageState::Blocked),
            (Standing { is_unknown: true, ..Standing::default() }, ImageState::Unknown),
            (Standing { is_scanning: true, is_unknown: true, ..Standing::default() }, ImageState::Scanning),
            (Standing { is_stuck: true, ..candidate() }, ImageState::Stuck),
            (Standing { is_releasing: true, ..candidate() }, ImageState::Releasing),
        ] {
            assert_eq!(state(&standing, &gates), expected, "{standing:?}");
        }
    }

    #[test]
    fn a_gate_says_what_opens_it() {
        let domain = [
            DomainGate::Review,
            DomainGate::CoolDown { until: at("2026-11-26T09:12:00Z") },
            DomainGate::Conflict { detail: "the cluster".to_owned() },
        ];
        let opens: Vec<_> = converted(&domain, &[]).into_iter().map(|gate| gate.opens_for).collect();
        assert_eq!(opens, [Some(Approval::Given), Some(Approval::Urgent), None]);
    }

    #[test]
    fn what_a_cluster_writes_is_taken_over_and_not_only_allowed() {
        let action = |domain: &[DomainGate]| converted(domain, &[])[0].remedy.clone().map(|remedy| remedy.action);
        let automation = object("automation");
        let conflict = DomainGate::Conflict { detail: "the cluster".to_owned() };
        let over = RemedyAction::TakeOver { automation: automation.clone() };
        assert_eq!(action(&[DomainGate::Observe, conflict.clone()]), Some(over.clone()));
        assert_eq!(action(&[conflict]), Some(over));
        assert_eq!(action(&[DomainGate::Observe]), Some(RemedyAction::SetMode { automation }));
    }

    #[test]
    fn a_hold_is_lifted_where_it_stands() {
        let held = DomainHold { tag: Some("1.0.3".to_owned()), reason: String::new(), until: None };
        let local = HoldOrigin::Local { by: "kim".to_owned(), since: Some(at("2026-11-13T18:05:00Z")) };
        let here = converted(&[DomainGate::Hold { hold: held.clone() }], &[(held.clone(), local)]);
        assert_eq!(
            here[0].remedy.as_ref().map(|remedy| &remedy.action),
            Some(&RemedyAction::LiftHold { policy: object("app") })
        );
        assert_eq!(here[0].hold.as_ref().and_then(|hold| hold.by.as_deref()), Some("kim"));
        let in_git = converted(&[DomainGate::Hold { hold: held.clone() }], &[(held, HoldOrigin::Git)]);
        assert_eq!(in_git[0].remedy.as_ref().map(|remedy| &remedy.action), Some(&RemedyAction::Read));
    }
}
