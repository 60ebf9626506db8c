//! Rules, filters and what can be wrong with them.

use sluice_core::policy::{
    DigestReflection, ExclusionError, Exclusions, Order as DomainOrder, Policy, PolicyError,
    PolicyProblem as DomainProblem, ProblemCode, Rule as DomainRule, TagFilter,
};

use crate::view::policy::{Order, PolicyDraft, PolicyProblem, PolicyProblemCode, Rule, RuleChip, RuleKind};

impl From<DomainOrder> for Order {
    fn from(order: DomainOrder) -> Self {
        match order {
            DomainOrder::Asc => Self::Asc,
            DomainOrder::Desc => Self::Desc,
        }
    }
}

impl From<Order> for DomainOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Asc => Self::Asc,
            Order::Desc => Self::Desc,
        }
    }
}

impl From<&DomainRule> for Rule {
    fn from(rule: &DomainRule) -> Self {
        match rule {
            DomainRule::Semver { range } => Self::Semver { range: range.clone() },
            DomainRule::Numerical { order } => Self::Numerical { order: (*order).into() },
            DomainRule::Alphabetical { order } => Self::Alphabetical { order: (*order).into() },
        }
    }
}

impl From<&Rule> for DomainRule {
    fn from(rule: &Rule) -> Self {
        match rule {
            Rule::Semver { range } => Self::Semver { range: range.clone() },
            Rule::Numerical { order } => Self::Numerical { order: (*order).into() },
            Rule::Alphabetical { order } => Self::Alphabetical { order: (*order).into() },
        }
    }
}

/// A rule and a filter for the form.
pub fn draft(rule: &DomainRule, filter: Option<&TagFilter>) -> PolicyDraft {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    PolicyDraft {
        rule: rule.into(),
        pattern: filter.and_then(|filter| text(&filter.pattern)),
        extract: filter.and_then(|filter| text(&filter.extract)),
    }
}

/// The rule and the filter of the form.
pub fn rule_and_filter(draft: &PolicyDraft) -> (DomainRule, Option<TagFilter>) {
    let filter = TagFilter {
        pattern: draft.pattern.clone().unwrap_or_default(),
        extract: draft.extract.clone().unwrap_or_default(),
    };
    let is_empty = filter.pattern.is_empty() && filter.extract.is_empty();
    ((&draft.rule).into(), (!is_empty).then_some(filter))
}

/// Compiles the form over the tags that an image repository leaves.
///
/// # Errors
/// When the range, the pattern or an exclusion cannot be read.
pub fn compile(draft: &PolicyDraft, exclusions: &[String]) -> Result<Policy, PolicyProblem> {
    let (rule, filter) = rule_and_filter(draft);
    let policy = Policy::compile(&rule, filter.as_ref()).map_err(|error| invalid(&error))?;
    let exclusions = Exclusions::compile(exclusions).map_err(|error| excluded(&error))?;
    Ok(policy.with_exclusions(exclusions))
}

/// A rule in few words.
pub fn chip(rule: &DomainRule, filter: Option<&TagFilter>, reflection: DigestReflection) -> RuleChip {
    let (kind, value) = match rule {
        DomainRule::Semver { range } => (RuleKind::Semver, range.clone()),
        DomainRule::Numerical { order } => (RuleKind::Numerical, order.as_str().to_owned()),
        DomainRule::Alphabetical { order } => (RuleKind::Alphabetical, order.as_str().to_owned()),
    };
    RuleChip {
        kind,
        value,
        is_filtered: filter.is_some_and(|filter| !filter.pattern.is_empty()),
        reflects_digest: reflection != DigestReflection::Never,
    }
}

/// The policy cannot be read.
pub fn invalid(error: &PolicyError) -> PolicyProblem {
    let code = match error {
        PolicyError::Range { .. } => PolicyProblemCode::InvalidRange,
        PolicyError::Filter { .. } => PolicyProblemCode::InvalidFilter,
    };
    PolicyProblem { code, message: error.to_string(), hint: error.hint() }
}

fn excluded(error: &ExclusionError) -> PolicyProblem {
    PolicyProblem {
        code: PolicyProblemCode::InvalidExclusion,
        message: error.to_string(),
        hint: "mend spec.exclusionList of the ImageRepository".to_owned(),
    }
}

/// The policy chose nothing.
pub fn problem(problem: &DomainProblem) -> PolicyProblem {
    let code = match problem.code {
        ProblemCode::NoTags => PolicyProblemCode::NoTags,
        ProblemCode::NothingMatches => PolicyProblemCode::NothingMatches,
        ProblemCode::NoneInRange => PolicyProblemCode::NoneInRange,
        ProblemCode::NotANumber => PolicyProblemCode::NotANumber,
        ProblemCode::Invalid => PolicyProblemCode::Invalid,
        ProblemCode::NoImageRepository => PolicyProblemCode::NoImageRepository,
        ProblemCode::NeverScanned => PolicyProblemCode::NeverScanned,
        ProblemCode::DigestUnknown => PolicyProblemCode::DigestUnknown,
        ProblemCode::Unverified => PolicyProblemCode::Unverified,
    };
    PolicyProblem { code, message: problem.message.clone(), hint: problem.hint.clone() }
}

/// What `extract` refers to and the pattern does not have, if anything.
pub fn unknown_group(draft: &PolicyDraft) -> Option<PolicyProblem> {
    let groups = rule_and_filter(draft).1?.unknown_groups();
    let names = groups.iter().map(|group| format!("`{group}`")).collect::<Vec<_>>().join(", ");
    (!groups.is_empty()).then(|| PolicyProblem {
        code: PolicyProblemCode::UnknownGroup,
        message: format!("extract names {names}, which the pattern does not define"),
        hint: "name the group in the pattern, such as (?P<version>…)".to_owned(),
    })
}
