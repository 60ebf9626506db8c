//! Image policies: which of an image's tags wins, and why the others do not.
//!
//! [`Policy::compile`] checks an ImagePolicy's rule and filter once; [`Policy::decide`] is a total function over tags.
//! It chooses what Flux's image-reflector-controller would choose wherever that is deterministic, and is deterministic
//! where Flux is not: it does not depend on the order of the tags. Reasons cost nothing until they are asked for.
//!
//! To add a kind of policy: a file here, a variant of [`Rule`], an arm in [`Policy::compile`] and one in `decide.rs`.

mod constraint;
mod decide;
mod exclusion;
mod number;
mod reason;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::regexp::{GoRegex, Template};

pub use constraint::{Constraint, ConstraintError, Outside};
pub use decide::{Counts, Decision};
pub use exclusion::{ExclusionError, Exclusions};
pub use number::Number;
pub use reason::{PassedOver, PolicyProblem, ProblemCode, Reason};

/// `spec.policy` of an ImagePolicy: how tags are ranked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// The highest version inside a range, in Masterminds/semver's grammar.
    Semver {
        /// `policy.semver.range`
        range: String,
    },
    /// By bytes.
    Alphabetical {
        /// `policy.alphabetical.order`
        order: Order,
    },
    /// By value; every tag must be a number.
    Numerical {
        /// `policy.numerical.order`
        order: Order,
    },
}

/// Which end of the ranking wins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Ascending: the last, that is the greatest, wins. The default.
    #[default]
    Asc,
    /// Descending: the smallest wins.
    Desc,
}

impl Order {
    /// The word in the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

/// `spec.filterTags` of an ImagePolicy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TagFilter {
    /// A pattern in Go's syntax, not anchored; empty matches everything.
    pub pattern: String,
    /// A template in Go's `Expand` syntax for what is ranked instead of the tag; empty ranks the tag itself.
    pub extract: String,
}

/// `spec.digestReflectionPolicy` of an ImagePolicy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DigestReflection {
    /// The tag only.
    #[default]
    Never,
    /// The digest is looked up when the tag changes.
    IfNotPresent,
    /// The digest is looked up at every interval.
    Always,
}

impl DigestReflection {
    /// The word in the field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::IfNotPresent => "IfNotPresent",
            Self::Always => "Always",
        }
    }
}

/// The policy itself is invalid; Flux reports `InvalidPolicy`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The range cannot be read.
    #[error("the range `{range}` is invalid: {cause}")]
    Range {
        /// The range.
        range: String,
        /// What is wrong with it.
        cause: ConstraintError,
    },
    /// The filter's pattern cannot be read.
    #[error("the pattern `{pattern}` is invalid: {cause}")]
    Filter {
        /// The pattern.
        pattern: String,
        /// What is wrong with it, in Go's words.
        cause: crate::regexp::GoRegexError,
    },
}

impl PolicyError {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Range { .. } => "invalid-range",
            Self::Filter { .. } => "invalid-filter",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Range { .. } => {
                "write a range such as 1.0.x, ~1.2, ^1.2.3, '>=1.0.0 <2.0.0' or '1.x || 2.x'".to_owned()
            }
            Self::Filter { .. } => {
                "write the pattern in Go's RE2 syntax, which has no look-around and no back-references".to_owned()
            }
        }
    }
}

/// A compiled policy.
#[derive(Debug, Clone)]
pub struct Policy {
    rule: Rule,
    range: Option<Constraint>,
    filter: Option<Filter>,
    exclusions: Exclusions,
    /// Tags that may not be chosen, because no signature of theirs counts, with the words why.
    unverified: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
struct Filter {
    regex: GoRegex,
    extract: Option<Template>,
}

impl Policy {
    /// Checks and compiles a policy.
    ///
    /// # Errors
    /// When the range or the filter's pattern is invalid.
    pub fn compile(rule: &Rule, filter: Option<&TagFilter>) -> Result<Self, PolicyError> {
        let range = match rule {
            Rule::Semver { range } => {
                let failed = |cause| PolicyError::Range { range: range.clone(), cause };
                Some(Constraint::parse(range).map_err(failed)?)
            }
            Rule::Alphabetical { .. } | Rule::Numerical { .. } => None,
        };
        let filter = filter.filter(|filter| !filter.pattern.is_empty() || !filter.extract.is_empty());
        let filter = filter.map(Filter::compile).transpose()?;
        Ok(Self { rule: rule.clone(), range, filter, exclusions: Exclusions::none(), unverified: BTreeMap::new() })
    }

    /// The same policy over tags of which some are excluded (`spec.exclusionList` of the ImageRepository).
    #[must_use]
    pub fn with_exclusions(mut self, exclusions: Exclusions) -> Self {
        self.exclusions = exclusions;
        self
    }

    /// The same policy that passes over these tags, because no signature of theirs counts (`sluice.dev/verify`); beside
    /// each tag the words why.
    #[must_use]
    pub fn with_unverified(mut self, unverified: BTreeMap<String, String>) -> Self {
        self.unverified = unverified;
        self
    }

    /// The rule it was compiled from.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// What the rule says in few words: `semver 1.0.x`, `numerical asc`.
    pub fn summary(rule: &Rule) -> String {
        match rule {
            Rule::Semver { range } => format!("semver {range}"),
            Rule::Alphabetical { order } => format!("alphabetical {}", order.as_str()),
            Rule::Numerical { order } => format!("numerical {}", order.as_str()),
        }
    }

    /// Whether `new` ranks below `old` under this policy; nothing when either cannot be ranked by it.
    ///
    /// Used to keep automation from going back on its own when the newest tag disappears.
    pub fn is_downgrade(&self, old: &str, new: &str) -> Option<bool> {
        decide::is_downgrade(self, old, new)
    }
}

impl Filter {
    fn compile(filter: &TagFilter) -> Result<Self, PolicyError> {
        let failed = |cause| PolicyError::Filter { pattern: filter.pattern.clone(), cause };
        let regex = GoRegex::new(&filter.pattern).map_err(failed)?;
        let extract = (!filter.extract.is_empty()).then(|| regex.template(&filter.extract));
        Ok(Self { regex, extract })
    }
}

impl TagFilter {
    /// Groups that `extract` names and `pattern` does not have; nothing when the pattern is invalid.
    pub fn unknown_groups(&self) -> Vec<String> {
        GoRegex::new(&self.pattern).map(|regex| regex.unknown_groups(&self.extract)).unwrap_or_default()
    }

    /// Whether the pattern must match the whole tag. It is a look at the text: `^…$` or `\A…\z`.
    pub fn is_anchored(&self) -> bool {
        let pattern = self.pattern.trim_start_matches("(?i)").trim_start_matches("(?s)");
        let begins = pattern.starts_with('^') || pattern.starts_with(r"\A");
        let ends = (pattern.ends_with('$') && !pattern.ends_with(r"\$")) || pattern.ends_with(r"\z");
        (begins || pattern.starts_with(".*")) && (ends || pattern.ends_with(".*"))
    }
}
