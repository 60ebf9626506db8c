//! The why chain.

use std::collections::BTreeSet;

use sluice_engine as engine;

use crate::api::Api;
use crate::board::SourceBoard;
use crate::command::{Answers, AskWhy};
use crate::convert::{count, key, rule};
use crate::policy_board::PolicyBoard;
use crate::view::common::{CheckScope, ObjectRef, Remedy, RemedyAction};
use crate::view::error::WireError;
use crate::view::policy::TrialCounts;
use crate::view::timeline::PassedOver;
use crate::view::why::{Why, WhyFacts, WhyRequest, WhyState, WhyStep};

/// Commits of the marker's file that are looked at for since when the version stands.
const COMMITS: usize = 20;

/// What the steps are made of beside the engine's own.
struct Known<'k> {
    source: &'k SourceBoard,
    policy: &'k PolicyBoard,
    counts: TrialCounts,
    cooling: u32,
    /// Why the tag that was asked about is not the choice.
    asked: Option<PassedOver>,
    /// The commit that brought what stands in Git, whoever made it, and when.
    stood: Option<(String, jiff::Timestamp)>,
}

impl Answers<AskWhy> for Api {
    async fn answer(&self, request: WhyRequest) -> Result<Why, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let (source, policy) = board.policy(&request.policy)?;
        let view = source.view()?;
        let key = request.policy.key();
        let why = inner.engine.why(view, &key, request.tag.as_deref()).await?;
        let history = inner.engine.history_of_policy(view, &key, COMMITS).await?;
        let (_, tags) = inner.tags_of(view, &key).await?;
        let in_git = policy.row.in_git.clone();
        let stands = in_git.as_ref().and_then(|version| version.tag.clone().or_else(|| version.digest.clone()));
        let since = history.moves.last().filter(|last| Some(last.standing.to_string()) == stands);
        let stood = since.map(|last| (last.commit.clone(), last.at));
        let known = Known { stood, ..known(source, policy, &tags, request.tag.as_deref(), board.made_at) };
        let tag = request.tag.as_ref().map(|tag| format!(" --tag {tag}")).unwrap_or_default();
        Ok(Why {
            next: why.next.as_ref().map(Into::into),
            next_seen: why.next_seen,
            now: in_git,
            now_since: since.map(|last| last.at),
            steps: why.steps.into_iter().map(|one| step(one, &known)).collect(),
            words: why.asked.map_or(why.words, |asked| asked.detail),
            command: format!("sluice why {key}{tag}"),
            policy: request.policy,
        })
    }
}

fn known<'k>(
    source: &'k SourceBoard,
    policy: &'k PolicyBoard,
    tags: &[engine::StoredTag],
    asked: Option<&str>,
    now: jiff::Timestamp,
) -> Known<'k> {
    let present: Vec<&str> = tags.iter().filter(|tag| tag.gone_at.is_none()).map(|tag| tag.tag.as_str()).collect();
    let mut counts = TrialCounts { tags: count(present.len()), ..TrialCounts::default() };
    let (mut cooling, mut reason) = (0, None);
    if let Some(compiled) = &policy.compiled {
        let decision = compiled.decide(&present);
        let of = decision.counts();
        counts.excluded = count(of.excluded);
        counts.filtered = count(of.filtered);
        counts.outside = count(of.outside);
        counts.matching = count(of.tags.saturating_sub(of.excluded + of.filtered + of.outside + of.unverified));
        let is_young = |tag: &engine::StoredTag| {
            let age = now.duration_since(tag.first_seen);
            tag.gone_at.is_none() && age < jiff::SignedDuration::try_from(policy.cool_down).unwrap_or_default()
        };
        let could_win = |tag: &engine::StoredTag| {
            decision.why(tag.tag.as_str()).is_none_or(|reason| PassedOver::from(&reason).could_win())
        };
        cooling = count(tags.iter().filter(|tag| is_young(tag) && could_win(tag)).count());
        reason = match asked {
            Some(tag) if !present.contains(&tag) => Some(PassedOver::gone()),
            Some(tag) => decision.why(tag).map(|reason| (&reason).into()),
            None => None,
        };
    }
    Known { source, policy, counts, cooling, asked: reason, stood: None }
}

fn step(step: engine::WhyStep, known: &Known<'_>) -> WhyStep {
    let state = match step.state {
        engine::WhyState::Fine => WhyState::Fine,
        engine::WhyState::Waiting => WhyState::Waiting,
        engine::WhyState::Degraded => WhyState::Degraded,
        engine::WhyState::Broken => WhyState::Broken,
        engine::WhyState::Unknown => WhyState::Unknown,
    };
    let read = |words: String| Remedy { words, action: RemedyAction::Read };
    let remedy = match &step.facts {
        engine::WhyFacts::Gate { .. } => known.policy.row.gates.first().and_then(|gate| gate.remedy.clone()),
        engine::WhyFacts::Scanned { .. } if state != WhyState::Fine && known.policy.row.image.is_some() => {
            let scope = CheckScope::Policy { policy: known.policy.row.policy.clone() };
            Some(Remedy { words: "look for its tags now".to_owned(), action: RemedyAction::CheckNow { scope } })
        }
        _ => step.remedy.map(read),
    };
    WhyStep { state, facts: facts(step.facts, known), words: step.words, detail: step.detail, remedy }
}

fn facts(facts: engine::WhyFacts, known: &Known<'_>) -> WhyFacts {
    let source = &known.source.settings.name;
    match facts {
        engine::WhyFacts::Scanned { tags, at, next_at, error } => {
            WhyFacts::Scanned { tags: count(tags), at, next_at: next_at.or(known.policy.next_check), error }
        }
        engine::WhyFacts::Filtered { .. } => WhyFacts::Filtered { counts: known.counts },
        engine::WhyFacts::Chosen { chosen, problem, matching, .. } => WhyFacts::Chosen {
            tag: chosen.filter(|_| problem.is_none()).map(|chosen| chosen.tag.to_string()),
            reason: known.asked.clone(),
            matching: count(matching),
            cooling: known.cooling,
        },
        engine::WhyFacts::Marker { .. } => {
            let files: BTreeSet<&str> = known.policy.places.iter().map(|place| place.path.as_str()).collect();
            let ignored = known
                .source
                .view
                .as_ref()
                .map_or(0, |view| key::ignored_markers(&view.catalogue, &known.policy.row.policy.key()).count());
            WhyFacts::Marker { files: count(files.len()), places: known.policy.places.clone(), ignored: count(ignored) }
        }
        engine::WhyFacts::Automation { automation, mode, branch, interval } => WhyFacts::Automation {
            automation: automation.map(|key| ObjectRef::of(source, &key)),
            mode: mode.map(Into::into),
            branch,
            interval: interval.map(|interval| u32::try_from(interval).unwrap_or(u32::MAX)),
        },
        engine::WhyFacts::Gate { .. } => WhyFacts::Gate {
            gates: known.policy.row.gates.clone(),
            since: known.policy.row.first_seen.filter(|_| known.policy.row.candidate.is_some()),
        },
        // What others pushed is known from Git's history.
        engine::WhyFacts::Pushed { commit: None, error: None, .. } if known.stood.is_some() => {
            let (commit, at) = known.stood.clone().unzip();
            WhyFacts::Pushed { commit, at, error: None }
        }
        engine::WhyFacts::Pushed { commit, at, error, .. } => WhyFacts::Pushed { commit, at, error },
        engine::WhyFacts::Applied { revision, .. } => WhyFacts::Applied { commit: revision },
        engine::WhyFacts::Running { tag, .. } => WhyFacts::Running { tag },
    }
}

/// The rule in Git as a form; nothing when there is none.
pub(crate) fn draft_of(policy: &sluice_core::flux::ImagePolicy) -> Option<crate::view::policy::PolicyDraft> {
    policy.rule.as_ref().map(|written| rule::draft(written, policy.filter.as_ref()))
}
