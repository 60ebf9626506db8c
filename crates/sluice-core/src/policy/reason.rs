//! Why a tag was passed over, and why nothing was chosen, in words.

use serde::{Deserialize, Serialize};

use super::Counts;
use crate::version::VersionError;

/// A tag that was not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver<'t> {
    /// The tag.
    pub tag: &'t str,
    /// Why.
    pub reason: Reason,
}

/// Why a tag was not chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The ImageRepository's exclusion list leaves it out.
    Excluded {
        /// The pattern that matched.
        pattern: String,
    },
    /// The policy's filter does not match it.
    FilteredOut {
        /// The pattern that did not match.
        pattern: String,
    },
    /// A semver policy ignores what is not a version.
    NotAVersion {
        /// What was read as a version: the tag, or what was extracted from it.
        text: String,
        /// Why it is none.
        cause: VersionError,
    },
    /// It is a prerelease, and the range has none.
    Prerelease {
        /// The range.
        range: String,
    },
    /// The range does not contain it.
    OutsideRange {
        /// The range.
        range: String,
        /// The comparator of the range that refused it.
        comparator: String,
    },
    /// A numerical policy cannot rank it, and fails because of it.
    NotANumber {
        /// The tag.
        tag: String,
        /// What was read as a number.
        text: String,
    },
    /// No signature of it counts.
    Unverified {
        /// Why, a sentence's end: `nobody signed it`.
        words: String,
    },
    /// It ranks below the one that was chosen.
    Behind {
        /// The tag that was chosen.
        chosen: String,
    },
    /// It ranks the same and comes later in the order of names.
    Equal {
        /// The tag that was chosen.
        chosen: String,
    },
    /// The same text was extracted from it as from the one that was chosen.
    SameText {
        /// The tag that was chosen.
        chosen: String,
        /// The text.
        text: String,
    },
    /// It could have been chosen, but the policy failed.
    NothingChosen,
}

impl Reason {
    /// A stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Excluded { .. } => "excluded",
            Self::FilteredOut { .. } => "filtered-out",
            Self::NotAVersion { .. } => "not-a-version",
            Self::Prerelease { .. } => "prerelease",
            Self::OutsideRange { .. } => "outside-range",
            Self::NotANumber { .. } => "not-a-number",
            Self::Unverified { .. } => "unverified",
            Self::Behind { .. } => "behind",
            Self::Equal { .. } => "equal",
            Self::SameText { .. } => "same-text",
            Self::NothingChosen => "nothing-chosen",
        }
    }

    /// One sentence without a full stop.
    pub fn detail(&self) -> String {
        match self {
            Self::Excluded { pattern } => format!("left out by the exclusion `{pattern}`"),
            Self::FilteredOut { pattern } => format!("the filter `{pattern}` does not match it"),
            Self::NotAVersion { text, cause } => format!("`{text}` is not a version: {cause}"),
            Self::Prerelease { range } => {
                format!("a prerelease, and {range} admits none; a range with -0 would, such as `>=1.0.0-0`")
            }
            Self::OutsideRange { range, comparator } if range.trim() == comparator => format!("outside {range}"),
            Self::OutsideRange { range, comparator } => format!("outside {range}: `{comparator}` refuses it"),
            Self::NotANumber { text, .. } => format!("`{text}` is not a number"),
            Self::Unverified { words } => format!("not verified: {words}"),
            Self::Behind { chosen } => format!("ranks below {chosen}"),
            Self::Equal { chosen } => format!("ranks the same as {chosen}, whose name comes first"),
            Self::SameText { chosen, text } => {
                format!("the filter extracts `{text}` from it, the same as from {chosen}")
            }
            Self::NothingChosen => "nothing was chosen because the policy failed".to_owned(),
        }
    }
}

/// Why a policy chose nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyProblem {
    /// A stable name.
    pub code: ProblemCode,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// The kinds of [`PolicyProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// There are no tags at all.
    NoTags,
    /// Exclusion and filter left none.
    NothingMatches,
    /// No tag is a version inside the range.
    NoneInRange,
    /// A tag is not a number.
    NotANumber,
    /// The policy itself cannot be evaluated.
    Invalid,
    /// The image repository that it refers to is not known.
    NoImageRepository,
    /// The tags of its image were never listed.
    NeverScanned,
    /// The digest that belongs to the choice could not be looked up.
    DigestUnknown,
    /// None of the tags that could be chosen has a signature that counts.
    Unverified,
}

impl ProblemCode {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoTags => "no-tags",
            Self::NothingMatches => "nothing-matches",
            Self::NoneInRange => "none-in-range",
            Self::NotANumber => "not-a-number",
            Self::Invalid => "invalid",
            Self::NoImageRepository => "no-image-repository",
            Self::NeverScanned => "never-scanned",
            Self::DigestUnknown => "digest-unknown",
            Self::Unverified => "unverified",
        }
    }
}

impl PolicyProblem {
    pub(super) fn nothing_to_choose_from(counts: &Counts) -> Self {
        if counts.tags == 0 {
            return Self {
                code: ProblemCode::NoTags,
                message: "there are no tags to choose from".to_owned(),
                hint: "push an image, or check the name of the image repository".to_owned(),
            };
        }
        let Counts { tags, excluded, filtered, .. } = counts;
        Self {
            code: ProblemCode::NothingMatches,
            message: format!("none of {tags} tags is left: {excluded} excluded, {filtered} not matched by the filter"),
            hint: "try the pattern with `sluice policy test --filter`; it is in Go's syntax and not anchored"
                .to_owned(),
        }
    }

    /// None of the best tags has a signature that counts.
    pub fn unverified(counts: &Counts) -> Self {
        let count = counts.unverified;
        Self {
            code: ProblemCode::Unverified,
            message: format!("none of the {count} best tags has a signature that sluice.dev/verify accepts"),
            hint: "sign the image with the policy's key, such as `cosign sign --key cosign.key IMAGE@DIGEST`; `sluice why POLICY --tag TAG` says what is wrong with a tag".to_owned(),
        }
    }

    pub(super) fn none_in_range(range: &str, counts: &Counts) -> Self {
        Self {
            code: ProblemCode::NoneInRange,
            message: format!("none of {} candidates is a version inside {range}", counts.outside),
            hint: "tags need three parts (major.minor.patch); prereleases are admitted by a range with -0".to_owned(),
        }
    }

    pub(super) fn not_a_number(tag: &str, text: &str) -> Self {
        let what = if tag == text { format!("`{tag}`") } else { format!("`{text}`, extracted from `{tag}`,") };
        Self {
            code: ProblemCode::NotANumber,
            message: format!("{what} is not a number, and a numerical policy needs every tag to be one"),
            hint: "skip such tags with filterTags: {pattern: '^[0-9]+$'}".to_owned(),
        }
    }
}
