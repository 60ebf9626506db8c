//! Policies: ranges, Go's regular expressions, and the choice.

use std::cmp::Ordering;

use sluice_core::policy::Order;
use sluice_core::policy::{Constraint, Policy, Rule, TagFilter};
use sluice_core::regexp::GoRegex;
use sluice_core::version::Version;

/// A range in the first line and versions in those after it: admitted, or outside for a reason, and ordered.
pub fn version_range(bytes: &[u8]) {
    let (range, rest) = crate::head(crate::text(bytes));
    let constraint = Constraint::parse(range);
    let versions: Vec<Version<'_>> = rest.lines().take(32).filter_map(|line| Version::coerce(line).ok()).collect();
    if let Ok(constraint) = &constraint {
        for version in &versions {
            assert_eq!(constraint.admits(version), constraint.why_outside(version).is_none(), "{range}: {version:?}");
        }
    }
    for pair in versions.windows(2) {
        assert_eq!(pair[0].compare(&pair[1]), pair[1].compare(&pair[0]).reverse());
        assert_eq!(pair[0].compare(&pair[0]), Ordering::Equal);
    }
}

/// A pattern in the first line, a template in the second, a text in the rest: everything is answered or refused.
pub fn regexp(bytes: &[u8]) {
    let (pattern, rest) = crate::head(crate::text(bytes));
    let (template, text) = crate::head(rest);
    let Ok(regex) = GoRegex::new(pattern) else { return };
    assert_eq!(regex.is_match(text), regex.expand(template, text).is_some(), "{pattern} on {text}");
    let _ = regex.unknown_groups(template);
    let replaced = regex.replace_all(text, &regex.template(template));
    if !regex.is_match(text) {
        assert_eq!(replaced, text);
    }
}

/// A rule in the first line, a filter's pattern and extract in the next two, tags in the rest: the choice is one of the
/// tags, the same whatever their order, and every other one has a reason.
pub fn policy(bytes: &[u8]) {
    let (rule, rest) = crate::head(crate::text(bytes));
    let (pattern, rest) = crate::head(rest);
    let (extract, rest) = crate::head(rest);
    let rule = match rule {
        "numerical" => Rule::Numerical { order: Order::Asc },
        "numerical desc" => Rule::Numerical { order: Order::Desc },
        "alphabetical" => Rule::Alphabetical { order: Order::Asc },
        "alphabetical desc" => Rule::Alphabetical { order: Order::Desc },
        range => Rule::Semver { range: range.to_owned() },
    };
    let filter = TagFilter { pattern: pattern.to_owned(), extract: extract.to_owned() };
    let Ok(policy) = Policy::compile(&rule, Some(&filter)) else { return };
    let mut tags: Vec<&str> = Vec::new();
    for tag in rest.lines().take(64) {
        // A tag that is listed twice is no second one to be passed over.
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let decision = policy.decide(&tags);
    assert_eq!(decision.chosen().is_none(), decision.problem().is_some(), "a choice or a problem");
    if let Some(chosen) = decision.chosen() {
        assert!(tags.contains(chosen));
        assert!(!policy.is_downgrade(chosen, chosen).unwrap_or(false), "{chosen} is below itself");
    }
    let passed_over = decision.passed_over().count();
    assert_eq!(passed_over + usize::from(decision.chosen().is_some()), tags.len(), "a tag without a reason");
    let backwards: Vec<&str> = tags.iter().rev().copied().collect();
    let again = policy.decide(&backwards);
    assert_eq!(decision.candidate(), again.candidate(), "the order of the tags decides");
}
