//! Version constraints: the grammar and semantics of Masterminds/semver v3.5 `NewConstraint`, which Flux's
//! `policy.semver.range` is written in.
//!
//! It differs from npm's and Cargo's: a bare version is exact, blanks and commas mean AND, `||` means OR, and a
//! prerelease is admitted when *any* comparator of its AND group carries one.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use crate::version::{Version, compare_prereleases};

/// How many bytes a range may have (`MaxConstraintLen`, since Masterminds/semver 3.5).
const MAX_RANGE_LENGTH: usize = 512;
/// How many groups `||` may part a range into (`MaxConstraintGroups`, since Masterminds/semver 3.5).
const MAX_RANGE_GROUPS: usize = 32;

/// A compiled range.
#[derive(Debug, Clone)]
pub struct Constraint {
    groups: Vec<Group>,
}

/// Comparators that must all hold.
#[derive(Debug, Clone)]
struct Group {
    comparators: Vec<Comparator>,
    admits_prereleases: bool,
}

#[derive(Debug, Clone)]
struct Comparator {
    written: String,
    operator: Operator,
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    /// Which number is the first that was left out or a wildcard.
    wild: Option<Wild>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wild {
    Major,
    Minor,
    Patch,
}

/// Why a text is not a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// An OR group is empty or has something in it that is not a comparator.
    #[error("`{0}` is not a version range")]
    Improper(String),
    /// A number of a comparator cannot be one.
    #[error("`{0}` has a version in it that cannot be one")]
    Version(String),
    /// The range is longer than a range may be.
    #[error("a version range has at most {MAX_RANGE_LENGTH} bytes, and this one has {0}")]
    TooLong(usize),
    /// The range has more groups than a range may have.
    #[error("a version range has at most {MAX_RANGE_GROUPS} groups parted by `||`, and this one has {0}")]
    TooManyGroups(usize),
}

/// Why a version is outside a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside<'c> {
    /// No group of the range admits prereleases, and this is one.
    Prerelease,
    /// The comparator that refused it (the first to refuse in the last group that was tried).
    Refused(&'c str),
}

const VERSION: &str = r"v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const OPERATORS: &str = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";
/// Go's `\s`.
const BLANK: &str = r"[\t\n\f\r ]";

struct Grammar {
    group: Regex,
    comparator: Regex,
    whole_comparator: Regex,
    hyphen_range: Regex,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let compile = |pattern: String| Regex::new(&pattern).expect("the grammar is a constant that compiles");
    let comparator = format!("({OPERATORS}){BLANK}*({VERSION})");
    Grammar {
        group: compile(format!(r"^({BLANK}*{comparator}{BLANK}*)((?:{BLANK}+|,{BLANK}*){comparator}{BLANK}*)*$")),
        whole_comparator: compile(format!("^{BLANK}*{comparator}{BLANK}*$")),
        comparator: compile(comparator),
        hyphen_range: compile(format!("{BLANK}*({VERSION}){BLANK}+-{BLANK}+({VERSION}){BLANK}*")),
    }
});

impl Constraint {
    /// Reads a range.
    ///
    /// # Errors
    /// Where Masterminds' `NewConstraint` refuses it.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        if text.len() > MAX_RANGE_LENGTH {
            return Err(ConstraintError::TooLong(text.len()));
        }
        let rewritten = rewrite_hyphen_ranges(text);
        let count = rewritten.split("||").count();
        if count > MAX_RANGE_GROUPS {
            return Err(ConstraintError::TooManyGroups(count));
        }
        let groups = rewritten.split("||").map(|group| Group::parse(group, text)).collect::<Result<_, _>>()?;
        Ok(Self { groups })
    }

    /// Whether a version is inside the range.
    pub fn admits(&self, version: &Version<'_>) -> bool {
        self.groups.iter().any(|group| group.refusal(version).is_none())
    }

    /// Why a version is outside; nothing when it is inside.
    pub fn why_outside(&self, version: &Version<'_>) -> Option<Outside<'_>> {
        let mut why = None;
        for group in &self.groups {
            match group.refusal(version) {
                None => return None,
                Some(Outside::Refused(comparator)) => why = Some(Outside::Refused(comparator)),
                Some(Outside::Prerelease) => why = why.or(Some(Outside::Prerelease)),
            }
        }
        why
    }
}

/// `A - B` means `>= A, <= B`.
fn rewrite_hyphen_ranges(text: &str) -> String {
    let mut out = text.to_owned();
    for found in GRAMMAR.hyphen_range.captures_iter(text) {
        let mut pair = String::new();
        // Groups 1 and 11 are the two versions; each holds nine groups of its own but one.
        if write!(pair, ">= {}, <= {} ", &found[1], &found[11]).is_ok() {
            out = out.replacen(&found[0], &pair, 1);
        }
    }
    out
}

impl Group {
    fn parse(text: &str, whole: &str) -> Result<Self, ConstraintError> {
        if !GRAMMAR.group.is_match(text) {
            let shown = if text.trim().is_empty() { whole } else { text.trim() };
            return Err(ConstraintError::Improper(shown.to_owned()));
        }
        let found = GRAMMAR.comparator.find_iter(text);
        let comparators = found.map(|found| Comparator::parse(found.as_str())).collect::<Result<Vec<_>, _>>()?;
        let admits_prereleases = comparators.iter().any(|comparator| !comparator.prerelease.is_empty());
        Ok(Self { comparators, admits_prereleases })
    }

    fn refusal(&self, version: &Version<'_>) -> Option<Outside<'_>> {
        if !version.prerelease.is_empty() && !self.admits_prereleases {
            return Some(Outside::Prerelease);
        }
        let refused = self.comparators.iter().find(|comparator| !comparator.admits(version));
        refused.map(|comparator| Outside::Refused(&comparator.written))
    }
}

impl Comparator {
    fn parse(text: &str) -> Result<Self, ConstraintError> {
        let improper = || ConstraintError::Improper(text.trim().to_owned());
        let found = GRAMMAR.whole_comparator.captures(text).ok_or_else(improper)?;
        let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
        let number = |at: usize| part(at).trim_start_matches('.');
        let is_wild = |text: &str| matches!(text, "" | "x" | "X" | "*");
        // Without a wildcard Masterminds reads the version as written, whose length counts with its build metadata.
        let (wild, whole) = if is_wild(number(3)) {
            (Some(Wild::Major), format!("0.0.0{}", part(6)))
        } else if is_wild(number(4)) {
            (Some(Wild::Minor), format!("{}.0.0{}", number(3), part(6)))
        } else if is_wild(number(5)) {
            (Some(Wild::Patch), format!("{}.{}.0{}", number(3), number(4), part(6)))
        } else {
            (None, part(2).to_owned())
        };
        let version = Version::coerce(&whole).map_err(|_| ConstraintError::Version(text.trim().to_owned()))?;
        Ok(Self {
            written: text.trim().to_owned(),
            operator: Operator::named(part(1)),
            major: version.major,
            minor: version.minor,
            patch: version.patch,
            prerelease: version.prerelease.to_owned(),
            wild,
        })
    }

    fn version(&self) -> Version<'_> {
        Version { major: self.major, minor: self.minor, patch: self.patch, prerelease: &self.prerelease, metadata: "" }
    }

    /// The prerelease rule has been checked for the whole group before this.
    fn admits(&self, version: &Version<'_>) -> bool {
        let order = version.compare(&self.version());
        match self.operator {
            Operator::Equal if self.wild.is_some() => self.within_tilde(version, order),
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual => self.differs(version, order),
            Operator::Greater => self.is_below(version, order),
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEqual => self.is_not_below(version, order),
            Operator::Tilde => self.within_tilde(version, order),
            Operator::Caret => self.within_caret(version, order),
        }
    }

    fn differs(&self, version: &Version<'_>, order: Ordering) -> bool {
        let Some(wild) = self.wild else { return order != Ordering::Equal };
        if self.major != version.major {
            return true;
        }
        match wild {
            Wild::Minor => false,
            _ if self.minor != version.minor => true,
            Wild::Patch => {
                let prereleases = !(version.prerelease.is_empty() && self.prerelease.is_empty());
                prereleases && compare_prereleases(version.prerelease, &self.prerelease) != Ordering::Equal
            }
            Wild::Major => version.patch != self.patch || order != Ordering::Equal,
        }
    }

    /// `>`: `>1` means at least 2.0.0 and `>1.2` at least 1.3.0.
    fn is_below(&self, version: &Version<'_>, order: Ordering) -> bool {
        match self.wild {
            None => order == Ordering::Greater,
            Some(_) if version.major != self.major => version.major > self.major,
            Some(Wild::Minor) => false,
            Some(Wild::Patch) => version.minor > self.minor,
            Some(Wild::Major) => order == Ordering::Greater,
        }
    }

    /// `<=`: `<=1` includes 1.9.9 and `<=1.2` includes 1.2.9.
    fn is_not_below(&self, version: &Version<'_>, order: Ordering) -> bool {
        match self.wild {
            None => order != Ordering::Greater,
            Some(_) if version.major > self.major => false,
            Some(wild) => !(version.major == self.major && version.minor > self.minor && wild != Wild::Minor),
        }
    }

    fn within_tilde(&self, version: &Version<'_>, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        let zero = (self.major, self.minor, self.patch) == (0, 0, 0);
        // `~0.0.0` admits everything, as does `~*`; so Masterminds has it.
        if zero && !matches!(self.wild, Some(Wild::Minor | Wild::Patch)) {
            return true;
        }
        version.major == self.major && (version.minor == self.minor || self.wild == Some(Wild::Minor))
    }

    fn within_caret(&self, version: &Version<'_>, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        if self.major > 0 || self.wild == Some(Wild::Minor) {
            return version.major == self.major;
        }
        if version.major > 0 {
            return false;
        }
        if self.minor > 0 || self.wild == Some(Wild::Patch) {
            return version.minor == self.minor;
        }
        version.minor == 0 && version.patch == self.patch
    }
}

impl Operator {
    fn named(text: &str) -> Self {
        match text {
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            "<" => Self::Less,
            ">=" | "=>" => Self::GreaterOrEqual,
            "<=" | "=<" => Self::LessOrEqual,
            "~" | "~>" => Self::Tilde,
            "^" => Self::Caret,
            _ => Self::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let constraint = Constraint::parse(range).unwrap_or_else(|error| panic!("{range}: {error}"));
        for text in inside {
            let version = Version::coerce(text).expect("a version");
            assert!(constraint.admits(&version), "{range} should admit {text}");
            assert_eq!(constraint.why_outside(&version), None);
        }
        for text in outside {
            let version = Version::coerce(text).expect("a version");
            assert!(!constraint.admits(&version), "{range} should not admit {text}");
            assert!(constraint.why_outside(&version).is_some());
        }
    }

    #[test]
    fn operators_mean_what_masterminds_says() {
        check("1.0.x", &["1.0.0", "1.0.9"], &["1.1.0", "1.0.1-rc.1", "0.9.9"]);
        check("1.2.3", &["1.2.3", "v1.2.3"], &["1.2.4"]);
        check("!=1.2", &["1.3.0"], &["1.2.0", "1.2.9"]);
        check(">1", &["2.0.0"], &["1.9.9", "1.0.0"]);
        check(">1.2", &["1.3.0"], &["1.2.9"]);
        check("<=1", &["1.9.9", "0.1.0"], &["2.0.0"]);
        check("<=1.2", &["1.2.9"], &["1.3.0"]);
        check("1.2 - 1.4", &["1.2.0", "1.4.9"], &["1.5.0", "1.1.9"]);
        check("~1.2.3", &["1.2.3", "1.2.9"], &["1.3.0", "1.2.2"]);
        check("~1", &["1.9.9"], &["2.0.0"]);
        check("~0.0.0", &["0.0.0", "99.0.0"], &["1.0.0-rc.1"]);
        check("*", &["0.0.0", "99.0.0"], &["1.0.0-rc.1"]);
        check("^1.2.3", &["1.9.9"], &["2.0.0", "1.2.2"]);
        check("^0.2.3", &["0.2.9"], &["0.3.0"]);
        check("^0.0.3", &["0.0.3"], &["0.0.4"]);
        check("^0.0", &["0.0.9"], &["0.1.0"]);
        check("^0", &["0.9.9"], &["1.0.0"]);
        check(">=1.0.0 <2.0.0 || 3.x", &["1.5.0", "3.1.0"], &["2.0.0", "4.0.0"]);
    }

    #[test]
    fn prereleases_are_admitted_by_the_group() {
        check(">=1.0.0-0", &["2.0.0-rc.1", "1.0.0-0"], &["0.9.0"]);
        check(">=1.0.0 <2.0.0-0", &["1.9.0-rc.1"], &["2.0.0-rc.1", "2.0.0-0"]);
        check("^1.2.3-beta.2", &["1.3.0-alpha", "1.2.3-beta.2"], &["1.2.3-beta.1"]);
        check("1.x-0", &["1.5.0-rc.1"], &["2.0.0-rc.1"]);
        check("*-0", &["1.5.0-rc.1"], &[]);
        let constraint = Constraint::parse("1.x").expect("a range");
        assert_eq!(
            constraint.why_outside(&Version::coerce("1.1.0-rc.1").expect("a version")),
            Some(Outside::Prerelease)
        );
    }

    /// Masterminds/semver 3.5, constraints.go, `NewConstraint` and `parseConstraint` (which calls `NewVersion`).
    #[test]
    fn ranges_longer_than_masterminds_reads_are_refused() {
        let range = |length: usize| format!(">={}1.0.0", " ".repeat(length - 7));
        assert!(Constraint::parse(&range(512)).is_ok());
        assert_eq!(Constraint::parse(&range(513)).err(), Some(ConstraintError::TooLong(513)));
        let groups = |count: usize| vec!["1.x"; count].join("||");
        assert!(Constraint::parse(&groups(32)).is_ok());
        assert_eq!(Constraint::parse(&groups(33)).err(), Some(ConstraintError::TooManyGroups(33)));
        let version = |metadata: usize| format!("=1.2.3+{}", "a".repeat(metadata));
        assert!(Constraint::parse(&version(250)).is_ok());
        assert!(Constraint::parse(&version(251)).is_err());
        assert!(Constraint::parse(&format!("=1.x+{}", "a".repeat(300))).is_ok(), "build metadata behind a wildcard");
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in
            ["", "||", ">=1 || ", "latest", "1.2.3.4", "= =1.2.3", "a", "1|2", "18446744073709551616.0.0", "xx", "1 - "]
        {
            assert!(Constraint::parse(text).is_err(), "{text:?} was taken for a range");
        }
    }
}
