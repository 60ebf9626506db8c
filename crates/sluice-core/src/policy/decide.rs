//! The choice itself.

use std::cmp::Ordering;
use std::ops::Range;

use super::reason::{PassedOver, PolicyProblem, Reason};
use super::{Number, Order, Outside, Policy, Rule};
use crate::version::Version;

/// What a policy chose of a list of tags. Borrows both, so that reasons can be worked out when they are asked for.
#[derive(Debug)]
pub struct Decision<'d, T> {
    policy: &'d Policy,
    tags: &'d [T],
    chosen: Option<usize>,
    candidate: String,
    counts: Counts,
    problem: Option<PolicyProblem>,
}

/// How many tags were left after each step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tags that were looked at.
    pub tags: usize,
    /// Left out by the exclusion list.
    pub excluded: usize,
    /// Left out by the filter's pattern.
    pub filtered: usize,
    /// Not a version, or outside the range.
    pub outside: usize,
    /// Without a signature that counts, of those that were looked at.
    pub unverified: usize,
}

/// A tag in the race: its place in the list and what is ranked.
#[derive(Clone, Copy)]
struct Candidate<'c> {
    at: usize,
    text: &'c str,
}

impl Policy {
    /// Chooses. The order of the tags does not matter and a tag may be listed twice.
    pub fn decide<'d, T: AsRef<str>>(&'d self, tags: &'d [T]) -> Decision<'d, T> {
        let mut counts = Counts { tags: tags.len(), ..Counts::default() };
        let mut extracted = String::new();
        let places = self.places(tags, &mut extracted, &mut counts);
        let candidates = places.iter().map(|(at, place)| Candidate {
            at: *at,
            text: place.as_ref().map_or_else(|| tags[*at].as_ref(), |place| &extracted[place.clone()]),
        });
        let outcome = match &self.rule {
            _ if places.is_empty() && counts.unverified > 0 => Err(PolicyProblem::unverified(&counts)),
            _ if places.is_empty() => Err(PolicyProblem::nothing_to_choose_from(&counts)),
            Rule::Semver { range } => {
                self.best_version(candidates, &mut counts).ok_or_else(|| match counts.unverified {
                    0 => PolicyProblem::none_in_range(range, &counts),
                    _ => PolicyProblem::unverified(&counts),
                })
            }
            Rule::Alphabetical { order } => {
                Ok(best_by(candidates, |c| Some(c.text), |a, b| in_order(*order, a.cmp(b))))
            }
            Rule::Numerical { order } => best_number(candidates, *order, tags),
        };
        let (ties, problem) = match outcome {
            Ok(ties) => (ties, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        let last_equal_wins = matches!(self.rule, Rule::Numerical { .. }) && self.filter.is_none();
        let winner = first_of_equals(&ties, tags, last_equal_wins);
        let candidate = winner.map(|winner| winner.text.to_owned()).unwrap_or_default();
        Decision { policy: self, tags, chosen: winner.map(|winner| winner.at), candidate, counts, problem }
    }

    /// The tags that pass exclusion and filter, each with the place of its extracted text, if something is extracted.
    fn places<T: AsRef<str>>(
        &self,
        tags: &[T],
        extracted: &mut String,
        counts: &mut Counts,
    ) -> Vec<(usize, Option<Range<usize>>)> {
        let mut groups = self.filter.as_ref().map(|filter| filter.regex.locations());
        let mut places = Vec::with_capacity(tags.len());
        for (at, tag) in tags.iter().enumerate() {
            let tag = tag.as_ref();
            if self.exclusions.excludes(tag).is_some() {
                counts.excluded += 1;
                continue;
            }
            let place = match (&self.filter, &mut groups) {
                (Some(filter), Some(groups)) => match &filter.extract {
                    None => filter.regex.is_match(tag).then_some(None),
                    Some(template) => {
                        let start = extracted.len();
                        let matched = filter.regex.expand_into(template, tag, groups, extracted);
                        matched.then_some(Some(start..extracted.len()))
                    }
                },
                _ => Some(None),
            };
            match place {
                Some(_) if self.unverified.contains_key(tag) => counts.unverified += 1,
                Some(place) => places.push((at, place)),
                None => counts.filtered += 1,
            }
        }
        places
    }

    fn best_version<'c>(
        &self,
        candidates: impl Iterator<Item = Candidate<'c>>,
        counts: &mut Counts,
    ) -> Option<Vec<Candidate<'c>>> {
        let range = self.range.as_ref()?;
        let mut admitted = 0;
        let mut seen = 0;
        let inside = |candidate: &Candidate<'c>| {
            seen += 1;
            let version = Version::of_tag(candidate.text).ok().filter(|version| range.admits(version))?;
            admitted += 1;
            Some(version)
        };
        let best = best_by(candidates, inside, |a, b| a.compare(b));
        counts.outside = seen - admitted;
        (!best.is_empty()).then_some(best)
    }

    /// The text that is ranked for a tag, where it passes exclusion and filter.
    fn candidate_of(&self, tag: &str) -> Result<String, Reason> {
        if let Some(pattern) = self.exclusions.excludes(tag) {
            return Err(Reason::Excluded { pattern: pattern.to_owned() });
        }
        let Some(filter) = &self.filter else { return Ok(tag.to_owned()) };
        let filtered = || Reason::FilteredOut { pattern: filter.regex.as_str().to_owned() };
        match &filter.extract {
            None if filter.regex.is_match(tag) => Ok(tag.to_owned()),
            None => Err(filtered()),
            Some(template) => {
                let mut out = String::new();
                let matched = filter.regex.expand_into(template, tag, &mut filter.regex.locations(), &mut out);
                if matched { Ok(out) } else { Err(filtered()) }
            }
        }
    }
}

fn in_order(order: Order, ordering: Ordering) -> Ordering {
    match order {
        Order::Asc => ordering,
        Order::Desc => ordering.reverse(),
    }
}

/// Every candidate of the highest rank.
fn best_by<'c, R>(
    candidates: impl Iterator<Item = Candidate<'c>>,
    mut rank: impl FnMut(&Candidate<'c>) -> Option<R>,
    compare: impl Fn(&R, &R) -> Ordering,
) -> Vec<Candidate<'c>> {
    let mut best: Option<R> = None;
    let mut ties = Vec::new();
    for candidate in candidates {
        let Some(own) = rank(&candidate) else { continue };
        let order = best.as_ref().map_or(Ordering::Greater, |best| compare(&own, best));
        match order {
            Ordering::Less => {}
            Ordering::Equal => ties.push(candidate),
            Ordering::Greater => {
                best = Some(own);
                ties.clear();
                ties.push(candidate);
            }
        }
    }
    ties
}

fn best_number<'c, T: AsRef<str>>(
    candidates: impl Iterator<Item = Candidate<'c>>,
    order: Order,
    tags: &[T],
) -> Result<Vec<Candidate<'c>>, PolicyProblem> {
    let mut no_number: Option<Candidate<'c>> = None;
    let rank = |candidate: &Candidate<'c>| {
        let number = Number::parse(candidate.text);
        // Of several the one that Flux would meet first is named: the greatest tag by bytes.
        if number.is_none() && no_number.is_none_or(|known| tags[candidate.at].as_ref() > tags[known.at].as_ref()) {
            no_number = Some(*candidate);
        }
        number
    };
    let best = best_by(candidates, rank, |a, b| in_order(order, a.compare(b)));
    match no_number {
        None => Ok(best),
        Some(candidate) => Err(PolicyProblem::not_a_number(tags[candidate.at].as_ref(), candidate.text)),
    }
}

/// Flux sees tags in byte-descending order. Of several tags with one extracted text it keeps the last, so the smallest
/// tag stands for them; of equal texts the first wins, save that numbers without a filter let the last win.
fn first_of_equals<'c, T: AsRef<str>>(ties: &[Candidate<'c>], tags: &[T], last_wins: bool) -> Option<Candidate<'c>> {
    let tag = |candidate: &Candidate<'c>| tags[candidate.at].as_ref();
    let mut sorted = ties.to_vec();
    sorted.sort_by(|a, b| a.text.cmp(b.text).then_with(|| tag(a).cmp(tag(b))));
    sorted.dedup_by(|later, first| later.text == first.text);
    let smallest = |a: &Candidate<'c>, b: &Candidate<'c>| tag(a).cmp(tag(b));
    if last_wins { sorted.into_iter().min_by(smallest) } else { sorted.into_iter().max_by(smallest) }
}

/// See [`Policy::is_downgrade`].
pub(super) fn is_downgrade(policy: &Policy, old: &str, new: &str) -> Option<bool> {
    let (old_text, new_text) = (policy.candidate_of(old).ok()?, policy.candidate_of(new).ok()?);
    let order = match &policy.rule {
        Rule::Semver { .. } => Version::of_tag(&new_text).ok()?.compare(&Version::of_tag(&old_text).ok()?),
        Rule::Alphabetical { order } => in_order(*order, new_text.cmp(&old_text)),
        Rule::Numerical { order } => in_order(*order, Number::parse(&new_text)?.compare(&Number::parse(&old_text)?)),
    };
    Some(order == Ordering::Less)
}

impl<'d, T: AsRef<str>> Decision<'d, T> {
    /// The tag that wins.
    pub fn chosen(&self) -> Option<&'d T> {
        self.chosen.map(|at| &self.tags[at])
    }

    /// What was ranked for the tag that wins: the tag itself, or what the filter extracted from it.
    pub fn candidate(&self) -> Option<&str> {
        self.chosen.map(|_| self.candidate.as_str())
    }

    /// How many tags each step left out.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Why nothing was chosen.
    pub fn problem(&self) -> Option<&PolicyProblem> {
        self.problem.as_ref()
    }

    /// Every tag that was not chosen, in the order given, with its reason.
    pub fn passed_over(&self) -> impl Iterator<Item = PassedOver<'d>> {
        let tags = self.tags;
        tags.iter().filter_map(move |tag| self.why(tag.as_ref()).map(|reason| PassedOver { tag: tag.as_ref(), reason }))
    }

    /// How many [`Decision::passed_over`] gives, without looking for reasons.
    pub fn passed_over_count(&self) -> usize {
        let chosen = self.chosen().map(AsRef::as_ref);
        self.tags.iter().filter(|tag| Some(tag.as_ref()) != chosen).count()
    }

    /// Why a tag was not chosen, whether it is in the list or not; nothing for the one that was.
    pub fn why(&self, tag: &str) -> Option<Reason> {
        let chosen = self.chosen().map(AsRef::as_ref);
        if chosen == Some(tag) {
            return None;
        }
        let text = match self.policy.candidate_of(tag) {
            Ok(text) => text,
            Err(reason) => return Some(reason),
        };
        if let Some(reason) = self.cannot_win(tag, &text) {
            return Some(reason);
        }
        if let Some(words) = self.policy.unverified.get(tag) {
            return Some(Reason::Unverified { words: words.clone() });
        }
        Some(match chosen {
            None => Reason::NothingChosen,
            Some(chosen) => self.behind(chosen.to_owned(), &text),
        })
    }

    fn cannot_win(&self, tag: &str, text: &str) -> Option<Reason> {
        match (&self.policy.rule, &self.policy.range) {
            (Rule::Semver { range: written }, Some(range)) => {
                let version = match Version::of_tag(text) {
                    Ok(version) => version,
                    Err(cause) => return Some(Reason::NotAVersion { text: text.to_owned(), cause }),
                };
                range.why_outside(&version).map(|outside| match outside {
                    Outside::Prerelease => Reason::Prerelease { range: written.clone() },
                    Outside::Refused(comparator) => {
                        Reason::OutsideRange { range: written.clone(), comparator: comparator.to_owned() }
                    }
                })
            }
            (Rule::Numerical { .. }, _) if Number::parse(text).is_none() => {
                Some(Reason::NotANumber { tag: tag.to_owned(), text: text.to_owned() })
            }
            _ => None,
        }
    }

    /// The tag could have won and did not: it ranks below, or is equal and comes later.
    fn behind(&self, chosen: String, text: &str) -> Reason {
        if text == self.candidate {
            return Reason::SameText { chosen, text: text.to_owned() };
        }
        let equal = match &self.policy.rule {
            Rule::Semver { .. } => match (Version::of_tag(text), Version::of_tag(&self.candidate)) {
                (Ok(own), Ok(best)) => own.compare(&best) == Ordering::Equal,
                _ => false,
            },
            Rule::Numerical { .. } => match (Number::parse(text), Number::parse(&self.candidate)) {
                (Some(own), Some(best)) => own.compare(&best) == Ordering::Equal,
                _ => false,
            },
            Rule::Alphabetical { .. } => false,
        };
        if equal { Reason::Equal { chosen } } else { Reason::Behind { chosen } }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Policy, ProblemCode, Reason, Rule};

    #[test]
    fn tags_without_a_signature_that_counts_are_passed_over_with_their_words() {
        let policy = Policy::compile(&Rule::Semver { range: "1.x".to_owned() }, None).expect("a range");
        let tags = ["1.0.0", "1.0.1", "1.0.2", "2.0.0"];
        let without = |names: &[&str]| {
            let words = names.iter().map(|name| ((*name).to_owned(), "nobody signed it".to_owned()));
            policy.clone().with_unverified(words.collect())
        };
        let some = without(&["1.0.2", "2.0.0"]);
        let decision = some.decide(&tags);
        assert_eq!((decision.chosen(), decision.counts().unverified), (Some(&"1.0.1"), 2));
        assert_eq!(decision.why("1.0.2"), Some(Reason::Unverified { words: "nobody signed it".to_owned() }));
        // What the range leaves out is left out by it.
        assert!(matches!(decision.why("2.0.0"), Some(Reason::OutsideRange { .. })));
        assert_eq!(some.is_downgrade("1.0.2", "1.0.1"), Some(true));
        let all = without(&["1.0.0", "1.0.1", "1.0.2"]);
        let decision = all.decide(&tags);
        assert_eq!(decision.chosen(), None);
        assert_eq!(decision.problem().map(|problem| problem.code), Some(ProblemCode::Unverified));
    }
}
