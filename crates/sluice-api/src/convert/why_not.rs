//! "Why not these": the reasons of brushed tags, and the smallest change of the rule that would choose one of them.

use std::collections::BTreeMap;

use sluice_core::policy::{Policy, Reason};
use sluice_core::version::Version;

use super::rule;
use crate::view::policy::{PolicyDraft, Rule};
use crate::view::timeline::{PassedOver, PassedOverCode, Suggestion, WhyNot, WhyNotGroup};

/// What the question is made of.
#[derive(Debug, Clone)]
pub struct WhyNotInputs<'a> {
    /// The rule in Git; nothing when there is none.
    pub draft: Option<&'a PolicyDraft>,
    /// `spec.exclusionList` of the image repository.
    pub exclusions: &'a [String],
    /// The tags in the registry.
    pub tags: &'a [String],
    /// The brushed ones.
    pub brushed: &'a [String],
    /// Tags that no signature counts for, with the words why.
    pub unverified: &'a BTreeMap<String, String>,
}

impl WhyNotInputs<'_> {
    fn compiled(&self, draft: &PolicyDraft) -> Option<Policy> {
        Some(rule::compile(draft, self.exclusions).ok()?.with_unverified(self.unverified.clone()))
    }
}

/// Answers the question. The tag that is chosen, if it is among the brushed, is in no group.
pub fn why_not(inputs: &WhyNotInputs<'_>) -> WhyNot {
    let policy = inputs.draft.and_then(|draft| inputs.compiled(draft));
    let decision = policy.as_ref().map(|policy| policy.decide(inputs.tags));
    let mut groups: Vec<WhyNotGroup> = Vec::new();
    for tag in inputs.brushed {
        let reason: Option<PassedOver> = match &decision {
            _ if !inputs.tags.contains(tag) => Some(PassedOver::gone()),
            Some(decision) => decision.why(tag).map(|reason| (&reason).into()),
            None => Some((&Reason::NothingChosen).into()),
        };
        let Some(reason) = reason else { continue };
        match groups.iter_mut().find(|group| group.reason == reason) {
            Some(group) => group.tags.push(tag.clone()),
            None => groups.push(WhyNotGroup { reason, tags: vec![tag.clone()] }),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.tags.len()));
    let suggestion = inputs.draft.and_then(|draft| suggest(inputs, draft, &groups));
    WhyNot { groups, suggestion }
}

fn suggest(inputs: &WhyNotInputs<'_>, draft: &PolicyDraft, groups: &[WhyNotGroup]) -> Option<Suggestion> {
    let of = |code| groups.iter().filter(move |group| group.reason.code == code).flat_map(|group| &group.tags);
    let outside: Vec<&String> = of(PassedOverCode::OutsideRange).chain(of(PassedOverCode::Prerelease)).collect();
    // With an extract the range speaks of other texts than the tags.
    let ranges = if draft.extract.is_none() { wider_ranges(&outside) } else { Vec::new() };
    let with_range = ranges.into_iter().map(|range| PolicyDraft { rule: Rule::Semver { range }, ..draft.clone() });
    let is_filtered = of(PassedOverCode::FilteredOut).next().is_some();
    let without_filter = is_filtered.then(|| PolicyDraft { pattern: None, extract: None, ..draft.clone() });
    with_range.chain(without_filter).find_map(|draft| {
        let policy = inputs.compiled(&draft)?;
        let chosen = policy.decide(inputs.tags).chosen()?.clone();
        inputs.brushed.contains(&chosen).then_some(Suggestion { draft, chosen })
    })
}

/// Ranges around the tags, the highest tag first and for each the one that people would write first.
fn wider_ranges(tags: &[&String]) -> Vec<String> {
    let mut versions: Vec<Version<'_>> = tags.iter().filter_map(|tag| Version::of_tag(tag).ok()).collect();
    versions.sort_by(|a, b| b.compare(a));
    let mut ranges = Vec::new();
    for Version { major, minor, patch, prerelease, .. } in versions {
        let candidates = if prerelease.is_empty() {
            vec![format!("{major}.x"), format!("{major}.{minor}.x"), format!("{major}.{minor}.{patch}")]
        } else {
            vec![format!(">={major}.{minor}.{patch}-0"), format!("~{major}.{minor}.{patch}-0")]
        };
        for range in candidates {
            if !ranges.contains(&range) {
                ranges.push(range);
            }
        }
    }
    // Releases before pre-releases: nobody wants those by the way.
    ranges.sort_by_key(|range| range.ends_with("-0"));
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::policy::Order;

    const TAGS: [&str; 9] =
        ["1.0.3", "1.0.5", "1.1.0", "1.1.3", "2.0.0-rc.1", "2.0.0-rc.2", "build-1", "build-2", "3.1.0"];

    fn owned(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    fn semver(range: &str) -> PolicyDraft {
        PolicyDraft { rule: Rule::Semver { range: range.to_owned() }, pattern: None, extract: None }
    }

    fn ask(draft: &PolicyDraft, brushed: &[&str]) -> WhyNot {
        let (tags, brushed) = (owned(&TAGS), owned(brushed));
        why_not(&WhyNotInputs {
            draft: Some(draft),
            exclusions: &[],
            tags: &tags,
            brushed: &brushed,
            unverified: &BTreeMap::new(),
        })
    }

    fn range_of(answer: &WhyNot) -> Option<(&str, &str)> {
        let suggestion = answer.suggestion.as_ref()?;
        let Rule::Semver { range } = &suggestion.draft.rule else { return None };
        Some((range, &suggestion.chosen))
    }

    #[test]
    fn brushed_tags_are_grouped_by_reason_and_one_range_would_choose_of_them() {
        let answer = ask(&semver("1.0.x"), &["1.1.0", "2.0.0-rc.1", "1.1.3", "1.0.5"]);
        let groups: Vec<_> = answer.groups.iter().map(|group| (group.reason.code, group.tags.join(" "))).collect();
        assert_eq!(
            groups,
            [
                (PassedOverCode::OutsideRange, "1.1.0 1.1.3".to_owned()),
                (PassedOverCode::Prerelease, "2.0.0-rc.1".to_owned())
            ]
        );
        assert_eq!(range_of(&answer), Some(("1.x", "1.1.3")));
    }

    #[test]
    fn pre_releases_are_suggested_only_when_nothing_else_was_brushed() {
        assert_eq!(range_of(&ask(&semver("1.0.x"), &["2.0.0-rc.1", "2.0.0-rc.2"])), Some(("~2.0.0-0", "2.0.0-rc.2")));
    }

    #[test]
    fn a_range_that_would_choose_another_tag_is_not_suggested() {
        assert_eq!(range_of(&ask(&semver("1.0.x"), &["1.1.0"])), Some(("1.1.0", "1.1.0")));
    }

    #[test]
    fn a_filter_in_the_way_is_taken_away() {
        let draft = PolicyDraft {
            rule: Rule::Alphabetical { order: Order::Asc },
            pattern: Some("^[0-9]".to_owned()),
            extract: None,
        };
        let answer = ask(&draft, &["build-1", "build-2"]);
        assert_eq!(answer.groups.len(), 1);
        let suggestion = answer.suggestion.expect("without the filter");
        assert_eq!((suggestion.chosen.as_str(), suggestion.draft.pattern), ("build-2", None));
    }

    #[test]
    fn strangers_and_broken_rules_are_said() {
        let answer = ask(&semver("1.0."), &["1.1.0", "9.9.9"]);
        let codes: Vec<_> = answer.groups.iter().map(|group| group.reason.code).collect();
        assert_eq!(codes, [PassedOverCode::NothingChosen, PassedOverCode::Gone]);
        assert_eq!(answer.suggestion, None);
    }
}
