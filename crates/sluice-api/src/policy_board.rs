//! How one policy stands: its row of the table, and what the inbox and its page say beside it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_core::ObjectKey;
use sluice_core::policy::{Policy, ProblemCode};
use sluice_core::release::{Hold as DomainHold, Mode as DomainMode, Standing as InGit};
use sluice_engine::settings::SourceSettings;
use sluice_engine::{
    AutomationPlan, AutomationStatus, EngineError, ImageStatus, PolicyStatus, ReleaseState, SourceView,
};

use crate::api::Inner;
use crate::board::Around;
use crate::convert::gate::{self, GateOwner, HoldOrigin, Moments, Standing};
use crate::convert::{count, key, rule, version};
use crate::view::common::{FilePlace, ImageVersion, ObjectRef, Remedy, RemedyAction};
use crate::view::error::WireError;
use crate::view::gate::Gate;
use crate::view::images::{ImageRow, ImageState, NextKind};

/// One policy at one moment.
pub(crate) struct PolicyBoard {
    pub(crate) row: ImageRow,
    pub(crate) status: PolicyStatus,
    /// The compiled policy with the exclusions of its image repository.
    pub(crate) compiled: Option<Policy>,
    /// Markers that name it, by place.
    pub(crate) places: Vec<FilePlace>,
    /// Why this version, or why it waits.
    pub(crate) words: String,
    /// Holds of the policy and its automation.
    pub(crate) holds: Vec<(DomainHold, HoldOrigin)>,
    pub(crate) cool_down: Duration,
    /// Its newest release, while that is under way or failed.
    pub(crate) release: Option<String>,
    /// A person put this version off.
    pub(crate) is_snoozed: bool,
    pub(crate) next_check: Option<Timestamp>,
    /// Why its automation cannot work.
    pub(crate) plan_problem: Option<WireError>,
}

impl Inner {
    #[expect(clippy::too_many_arguments, reason = "each is another part of what was looked up for the source")]
    pub(crate) async fn policy_board(
        &self,
        settings: &SourceSettings,
        view: &Arc<SourceView>,
        status: PolicyStatus,
        images: &BTreeMap<ObjectKey, ImageStatus>,
        automations: &BTreeMap<ObjectKey, AutomationStatus>,
        plans: &BTreeMap<ObjectKey, Result<AutomationPlan, WireError>>,
        around: &Around,
    ) -> Result<PolicyBoard, EngineError> {
        let catalogue = &view.catalogue;
        let resource = &catalogue.policies[&status.policy];
        let object = ObjectRef::of(&view.name, &status.policy);
        let automation = catalogue.automations_of(resource).next();
        let automation_ref = automation.map(|automation| ObjectRef::of(&view.name, &automation.meta.key));
        let plan = automation.and_then(|automation| plans.get(&automation.meta.key));
        let repository = catalogue.image_repository_of(resource);
        let draft = resource.rule.as_ref().map(|written| rule::draft(written, resource.filter.as_ref()));
        let exclusions = repository.map(|repository| repository.exclusion_list.as_slice()).unwrap_or_default();
        let unverified = self.engine.unverified(&view.name, resource).await?;
        let compiled = draft.as_ref().and_then(|draft| rule::compile(draft, exclusions).ok());
        let compiled = compiled.map(|compiled| compiled.with_unverified(unverified));

        let waiting = plan.and_then(|plan| plan.as_ref().ok()).and_then(|plan| {
            plan.policies.iter().find(|waiting| waiting.policy == status.policy).map(|waiting| (plan, waiting))
        });
        let in_git: Vec<ImageVersion> = catalogue
            .markers_of(&status.policy)
            .filter_map(|marker| InGit::of(marker))
            .map(|standing| (&standing).into())
            .collect();
        let candidate = waiting.map(|(_, waiting)| {
            version::version_move(in_git.first().cloned(), (&waiting.to).into(), compiled.as_ref())
        });
        let holds = self.holds_of(settings, view, &status.policy, automation.map(|one| &one.meta.key), around);
        let domain_gates: Vec<_> = waiting
            .map(|(plan, waiting)| waiting.gates.iter().chain(&plan.gates).cloned().collect())
            .unwrap_or_default();
        let mode = automation.and_then(|automation| automations.get(&automation.meta.key)).map(|status| status.mode);
        let owner = GateOwner {
            policy: &object,
            automation: automation_ref.as_ref(),
            may_write: settings.mode.unwrap_or_default() != DomainMode::Observe,
            holds: &holds,
        };
        let gates = gate::gates(&domain_gates, &owner);

        let image = images.get(&resource.image_repository);
        let scanned = image.and_then(|image| image.state.as_ref());
        let newest = around.newest.get(&(view.name.clone(), status.policy.clone()));
        let is_never_scanned = status.problem.as_ref().is_some_and(|problem| problem.code == ProblemCode::NeverScanned);
        let standing = Standing {
            is_unknown: status.chosen.is_none() && (status.problem.is_none() || is_never_scanned),
            is_scanning: image.is_some_and(|image| image.state.is_none() && !image.is_suspended) && around.is_looking,
            is_broken: (status.problem.is_some() && !is_never_scanned)
                || scanned.is_some_and(|state| state.last_error.is_some())
                || plan.is_some_and(Result::is_err),
            is_used: status.markers > 0,
            has_candidate: candidate.is_some(),
            is_releasing: newest
                .is_some_and(|(_, state)| matches!(state, ReleaseState::Planned | ReleaseState::Pushing)),
            is_stuck: candidate.is_some() && newest.is_some_and(|(_, state)| *state == ReleaseState::Failed),
        };
        let state = gate::state(&standing, &gates);
        let interval = repository.map(|repository| SignedDuration::try_from(repository.interval.as_std()));
        let interval = interval.and_then(Result::ok).unwrap_or(SignedDuration::from_secs(60));
        let last_run = automation.and_then(|automation| automations.get(&automation.meta.key));
        let next_check =
            scanned.and_then(|state| state.next_scan_at.or_else(|| state.last_scan_at.checked_add(interval).ok()));
        let first_seen = match (waiting, in_git.first().and_then(|standing| standing.tag.as_deref())) {
            (Some((_, waiting)), _) => waiting.first_seen,
            (None, Some(tag)) => self.first_seen(&view.name, &resource.image_repository, tag).await?,
            (None, None) => None,
        };
        let moments = Moments { ready_since: first_seen, next_run: last_run.and_then(next_run), next_check };
        let mut next = gate::next(state, &gates, moments);
        if next.kind == NextKind::Mend && next.remedy.is_none() {
            next.remedy = mend(&status, plan);
        }
        let chosen = status.chosen.as_ref().map(|chosen| chosen.tag.to_string());
        let is_snoozed = around.snoozes.iter().any(|snooze| {
            (snooze.source.as_str(), &snooze.policy) == (view.name.as_str(), &status.policy)
                && Some(snooze.tag.as_str()) == chosen.as_deref()
        });
        let row = ImageRow {
            image: status.image.clone(),
            registry: repository.map(|repository| repository.image.registry().to_owned()),
            in_git_differs: in_git.windows(2).any(|pair| pair[0] != pair[1]),
            in_git: in_git.into_iter().next(),
            candidate,
            chosen,
            first_seen,
            rule: resource
                .rule
                .as_ref()
                .map(|written| rule::chip(written, resource.filter.as_ref(), resource.digest_reflection)),
            mode: mode.map(Into::into),
            gates,
            state,
            next,
            checked_at: scanned.and_then(|state| state.last_success_at),
            is_stale: is_stale(scanned.and_then(|state| state.last_success_at), interval, around.now),
            tags: scanned.map_or(0, |state| count(state.tag_count)),
            repositories: vec![view.name.clone()],
            automation: automation_ref,
            policy: object,
        };
        let words = words(&row, &status);
        let places = catalogue.markers_of(&status.policy).map(|marker| key::place(&view.name, marker)).collect();
        let cool_down =
            automation.map(|automation| self.engine.min_age(settings, automation, resource)).unwrap_or_default();
        Ok(PolicyBoard {
            words,
            places,
            holds,
            cool_down,
            release: newest.filter(|_| standing.is_stuck || standing.is_releasing).map(|(id, _)| id.clone()),
            is_snoozed,
            next_check,
            plan_problem: plan.and_then(|plan| plan.as_ref().err().cloned()),
            compiled,
            status,
            row,
        })
    }

    fn holds_of(
        &self,
        settings: &SourceSettings,
        view: &SourceView,
        policy: &ObjectKey,
        automation: Option<&ObjectKey>,
        around: &Around,
    ) -> Vec<(DomainHold, HoldOrigin)> {
        let team = view.catalogue.policies.get(policy).and_then(|policy| policy.meta.team.hold.clone());
        let above = automation.and_then(|key| view.catalogue.automations.get(key));
        let above = above.and_then(|automation| automation.meta.team.hold.clone());
        let local = self.engine.holds_on(&settings.name, policy).map(|hold| hold.hold());
        let local = local.map(|hold| (hold, around.local_hold(&settings.name, policy)));
        let holds = team.into_iter().chain(above).map(|hold| (hold, HoldOrigin::Git)).chain(local);
        holds.filter(|(hold, _)| hold.is_active(around.now)).collect()
    }

    async fn first_seen(
        &self,
        source: &str,
        repository: &ObjectKey,
        tag: &str,
    ) -> Result<Option<Timestamp>, EngineError> {
        let Ok(tag) = sluice_core::image::Tag::parse(tag) else { return Ok(None) };
        Ok(self.engine.seen_tag(source, repository, &tag).await?.map(|seen| seen.first_seen))
    }
}

/// When an automation runs next by itself, after a first run.
pub(crate) fn next_run(status: &AutomationStatus) -> Option<Timestamp> {
    let interval = SignedDuration::from_secs(i64::try_from(status.interval_seconds).unwrap_or(i64::MAX));
    status.last_run.as_ref().and_then(|run| run.at.checked_add(interval).ok())
}

/// Whether the last two intervals brought no success. What was never tried is not stale.
fn is_stale(last_success: Option<Timestamp>, interval: SignedDuration, now: Timestamp) -> bool {
    last_success.is_some_and(|at| now.duration_since(at) > interval.saturating_add(interval))
}

fn mend(status: &PolicyStatus, plan: Option<&Result<AutomationPlan, WireError>>) -> Option<Remedy> {
    let of_problem = status.problem.as_ref().map(|problem| problem.hint.clone());
    let of_plan = plan.and_then(|plan| plan.as_ref().err()).map(|problem| problem.hint.clone());
    let words = of_problem.or(of_plan).filter(|words| !words.is_empty())?;
    Some(Remedy { words, action: RemedyAction::Read })
}

fn words(row: &ImageRow, status: &PolicyStatus) -> String {
    let binding = row.gates.first().filter(|_| row.state != ImageState::Ready).map(|gate: &Gate| gate.words.clone());
    let problem = status.problem.as_ref().map(|problem| problem.message.clone());
    binding.or(problem).unwrap_or_else(|| match (&status.rule, &row.chosen) {
        (Some(rule), Some(chosen)) => format!("{} chooses {chosen}", Policy::summary(rule)),
        _ => String::new(),
    })
}
