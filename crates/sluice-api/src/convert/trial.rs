//! The live tester: what a rule would choose, and which tags it lets in and out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sluice_core::policy::{Decision, Policy};

use super::reason::Reasons;
use super::{count, rule, version};
use crate::view::common::ImageVersion;
use crate::view::policy::{PolicyDraft, PolicyProblem, Trial, TrialCounts, TrialTag};
use crate::view::timeline::PassedOver;

/// Tags listed at most, each way.
const MOST: usize = 200;

/// What a trial is made of.
#[derive(Debug, Clone)]
pub struct TrialInputs<'a> {
    /// The rule to try.
    pub draft: &'a PolicyDraft,
    /// The rule in Git.
    pub standing: Option<&'a PolicyDraft>,
    /// `spec.exclusionList` of the image repository.
    pub exclusions: &'a [String],
    /// The tags in the registry, with when each was first seen.
    pub tags: &'a BTreeMap<String, Timestamp>,
}

/// Tries a rule.
pub fn trial(inputs: &TrialInputs<'_>) -> Trial {
    let tried = match rule::compile(inputs.draft, inputs.exclusions) {
        Ok(policy) => policy,
        Err(problem) => return refused(inputs, problem),
    };
    let standing = inputs.standing.and_then(|draft| rule::compile(draft, inputs.exclusions).ok());
    let names: Vec<&str> = inputs.tags.keys().map(String::as_str).collect();
    let decision = tried.decide(&names);
    let before = standing.as_ref().map(|policy| policy.decide(&names));
    let mut reasons = Reasons::default();
    let mut changed = Changed::default();
    let mut matching = 0;
    for (tag, seen) in inputs.tags {
        let reason: Option<PassedOver> = decision.why(tag).map(|reason| (&reason).into());
        let (can, could) = (reason.as_ref().is_none_or(PassedOver::could_win), could_win(before.as_ref(), tag));
        matching += usize::from(can);
        match (could, can) {
            (true, false) => changed.out.push((*seen, tag, reason)),
            (false, true) if before.is_some() => changed.inside.push((*seen, tag, reason)),
            _ => {}
        }
    }
    let counts = decision.counts();
    let chosen = decision.chosen().map(|tag| (*tag).to_owned());
    let counts = TrialCounts {
        tags: count(counts.tags),
        excluded: count(counts.excluded),
        filtered: count(counts.filtered),
        outside: count(counts.outside),
        matching: count(matching),
        fall_out: count(changed.out.len()),
        come_in: count(changed.inside.len()),
    };
    Trial {
        extracted: decision.candidate().filter(|text| Some(*text) != chosen.as_deref()).map(str::to_owned),
        change: change(before.as_ref(), chosen.as_deref(), &tried),
        counts,
        fall_out: listed(changed.out, &mut reasons),
        come_in: listed(changed.inside, &mut reasons),
        reasons: reasons.into_list(),
        problem: rule::unknown_group(inputs.draft).or_else(|| decision.problem().map(rule::problem)),
        chosen,
    }
}

type Listed<'t> = Vec<(Timestamp, &'t String, Option<PassedOver>)>;

/// Tags whose fate the tried rule changes.
#[derive(Default)]
struct Changed<'t> {
    out: Listed<'t>,
    inside: Listed<'t>,
}

fn could_win<'d>(decision: Option<&Decision<'d, &'d str>>, tag: &str) -> bool {
    decision.is_some_and(|decision| {
        decision.why(tag).map(|reason| PassedOver::from(&reason)).as_ref().is_none_or(PassedOver::could_win)
    })
}

fn listed(mut tags: Listed<'_>, reasons: &mut Reasons) -> Vec<TrialTag> {
    tags.sort_by(|(seen_a, a, _), (seen_b, b, _)| seen_b.cmp(seen_a).then_with(|| b.cmp(a)));
    tags.truncate(MOST);
    let one = |(_, tag, reason): (Timestamp, &String, Option<PassedOver>)| TrialTag {
        tag: tag.clone(),
        reason: reason.map(|reason| reasons.place(reason)),
    };
    tags.into_iter().map(one).collect()
}

fn change<'d>(
    before: Option<&Decision<'d, &'d str>>,
    chosen: Option<&str>,
    policy: &Policy,
) -> Option<crate::view::common::VersionMove> {
    let tag = |tag: &str| ImageVersion { tag: Some(tag.to_owned()), digest: None };
    let from = before.and_then(Decision::chosen).map(|old| tag(old));
    chosen.map(tag).filter(|to| from.as_ref() != Some(to)).map(|to| version::version_move(from, to, Some(policy)))
}

fn refused(inputs: &TrialInputs<'_>, problem: PolicyProblem) -> Trial {
    Trial {
        chosen: None,
        extracted: None,
        change: None,
        counts: TrialCounts { tags: count(inputs.tags.len()), ..TrialCounts::default() },
        fall_out: Vec::new(),
        come_in: Vec::new(),
        reasons: Vec::new(),
        problem: Some(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::common::Step;
    use crate::view::policy::{Order, PolicyProblemCode, Rule};

    fn semver(range: &str) -> PolicyDraft {
        PolicyDraft { rule: Rule::Semver { range: range.to_owned() }, pattern: None, extract: None }
    }

    fn tags(names: &[&str]) -> BTreeMap<String, Timestamp> {
        names
            .iter()
            .zip(0..)
            .map(|(tag, n)| ((*tag).to_owned(), Timestamp::from_second(n).expect("a moment")))
            .collect()
    }

    fn tried(standing: &PolicyDraft, draft: &PolicyDraft, names: &[&str]) -> Trial {
        trial(&TrialInputs { draft, standing: Some(standing), exclusions: &[], tags: &tags(names) })
    }

    const TAGS: [&str; 6] = ["1.0.0", "1.0.3", "1.1.0", "1.1.3", "2.0.0-rc.1", "latest"];

    #[test]
    fn a_wider_range_lets_tags_in_and_moves_the_choice() {
        let trial = tried(&semver("1.0.x"), &semver("1.x"), &TAGS);
        assert_eq!(trial.chosen.as_deref(), Some("1.1.3"));
        let in_names: Vec<&str> = trial.come_in.iter().map(|tag| tag.tag.as_str()).collect();
        assert_eq!(in_names, ["1.1.3", "1.1.0"]);
        assert!(trial.fall_out.is_empty());
        assert_eq!(trial.change.expect("it moves").step, Some(Step::Minor));
        assert_eq!((trial.counts.matching, trial.counts.outside), (4, 2));
    }

    #[test]
    fn what_falls_out_says_why() {
        let trial = tried(&semver("1.x"), &semver("~1.0"), &TAGS);
        let out: Vec<(&str, &str)> = trial
            .fall_out
            .iter()
            .map(|tag| (tag.tag.as_str(), trial.reasons[tag.reason.expect("a reason") as usize].words.as_str()))
            .collect();
        assert_eq!(out, [("1.1.3", "outside ~1.0"), ("1.1.0", "outside ~1.0")]);
        assert!(trial.change.expect("it moves").is_downgrade);
    }

    #[test]
    fn the_same_rule_changes_nothing() {
        let trial = tried(&semver("1.0.x"), &semver("1.0.x"), &TAGS);
        assert_eq!((trial.change, trial.counts.fall_out, trial.counts.come_in), (None, 0, 0));
    }

    #[test]
    fn what_is_wrong_is_said_while_it_is_typed() {
        for (draft, code) in [
            (semver("1.0."), PolicyProblemCode::InvalidRange),
            (semver("9.x"), PolicyProblemCode::NoneInRange),
            (
                PolicyDraft { rule: Rule::Numerical { order: Order::Asc }, pattern: None, extract: None },
                PolicyProblemCode::NotANumber,
            ),
            (PolicyDraft { pattern: Some("(".to_owned()), ..semver("1.x") }, PolicyProblemCode::InvalidFilter),
            (PolicyDraft { pattern: Some("^x$".to_owned()), ..semver("1.x") }, PolicyProblemCode::NothingMatches),
            (
                PolicyDraft {
                    pattern: Some("^(?P<a>.*)$".to_owned()),
                    extract: Some("$b".to_owned()),
                    ..semver("1.x")
                },
                PolicyProblemCode::UnknownGroup,
            ),
        ] {
            let trial = tried(&semver("1.0.x"), &draft, &TAGS);
            assert_eq!(trial.problem.map(|problem| problem.code), Some(code), "{draft:?}");
        }
    }

    #[test]
    fn what_is_extracted_is_shown() {
        let draft = PolicyDraft {
            rule: Rule::Numerical { order: Order::Asc },
            pattern: Some("^main-(?P<n>[0-9]+)$".to_owned()),
            extract: Some("$n".to_owned()),
        };
        let trial = tried(&semver("*"), &draft, &["main-9", "main-10", "latest"]);
        assert_eq!((trial.chosen.as_deref(), trial.extracted.as_deref()), (Some("main-10"), Some("10")));
        assert_eq!(trial.counts.filtered, 1);
    }
}
