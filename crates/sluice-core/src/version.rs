//! Versions as Masterminds/semver v3 reads them (`NewVersion`, coercing), which is what Flux's semver policies use.
//!
//! A [`Version`] borrows from the text it was read from and costs no allocation, because a policy reads every tag of a
//! repository with it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// How many bytes a version may have (`MaxVersionLen`, since Masterminds/semver 3.5).
pub const MAX_VERSION_LENGTH: usize = 256;

/// A version: up to three numbers, an optional prerelease and optional build metadata.
///
/// Compared by [`Version::compare`]: build metadata never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'t> {
    /// The first number.
    pub major: u64,
    /// The second number, 0 where it is missing.
    pub minor: u64,
    /// The third number, 0 where it is missing.
    pub patch: u64,
    /// What stands behind `-`; empty for a release.
    pub prerelease: &'t str,
    /// What stands behind `+`.
    pub metadata: &'t str,
}

/// Why a text is not a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Flux wants three parts: at least two dots anywhere.
    #[error("it has fewer than three parts (major.minor.patch)")]
    TooFewParts,
    /// It does not have the form of a version.
    #[error("it does not have the form major.minor.patch[-prerelease]")]
    Form,
    /// It is longer than [`MAX_VERSION_LENGTH`].
    #[error("it is longer than {MAX_VERSION_LENGTH} bytes")]
    TooLong,
    /// A number does not fit in 64 bits.
    #[error("one of its numbers is too large")]
    TooLarge,
    /// A numeric prerelease identifier begins with a zero.
    #[error("a number in its prerelease begins with a zero")]
    LeadingZero,
}

impl<'t> Version<'t> {
    /// Reads a tag as Flux's `version.ParseVersion` does: at least two dots, then [`Version::coerce`].
    ///
    /// # Errors
    /// When the tag is not a version; Flux ignores such tags.
    pub fn of_tag(text: &'t str) -> Result<Self, VersionError> {
        if text.bytes().filter(|b| *b == b'.').take(2).count() < 2 {
            return Err(VersionError::TooFewParts);
        }
        Self::coerce(text)
    }

    /// Reads `v1`, `1.2`, `1.2.3-rc.1+build`: missing numbers are 0, leading zeros are dropped.
    ///
    /// # Errors
    /// When the text has another form, more than [`MAX_VERSION_LENGTH`] bytes, a number above 64 bits, or a prerelease
    /// number with a leading zero.
    pub fn coerce(text: &'t str) -> Result<Self, VersionError> {
        if text.len() > MAX_VERSION_LENGTH {
            return Err(VersionError::TooLong);
        }
        let mut rest = text.strip_prefix('v').unwrap_or(text);
        let mut numbers = [0_u64; 3];
        for (at, number) in numbers.iter_mut().enumerate() {
            if at > 0 {
                match rest.strip_prefix('.') {
                    Some(after) if after.starts_with(|c: char| c.is_ascii_digit()) => rest = after,
                    _ => break,
                }
            }
            (*number, rest) = leading_number(rest)?;
        }
        let mut version =
            Self { major: numbers[0], minor: numbers[1], patch: numbers[2], prerelease: "", metadata: "" };
        if let Some(after) = rest.strip_prefix('-') {
            (version.prerelease, rest) = identifiers(after)?;
        }
        if let Some(after) = rest.strip_prefix('+') {
            (version.metadata, rest) = identifiers(after)?;
        }
        if !rest.is_empty() {
            return Err(VersionError::Form);
        }
        let padded = |part: &str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
        if version.prerelease.split('.').any(padded) {
            return Err(VersionError::LeadingZero);
        }
        Ok(version)
    }

    /// Order of precedence: the numbers, then a release above its prereleases, then the prerelease's identifiers.
    pub fn compare(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prereleases(self.prerelease, other.prerelease))
    }
}

/// Digits at the front as a number, and what follows.
fn leading_number(text: &str) -> Result<(u64, &str), VersionError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return Err(VersionError::Form);
    }
    let (number, rest) = text.split_at(digits);
    let mut value: u64 = 0;
    for digit in number.bytes() {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .ok_or(VersionError::TooLarge)?;
    }
    Ok((value, rest))
}

/// Dot-separated, non-empty identifiers at the front, and what follows.
fn identifiers(text: &str) -> Result<(&str, &str), VersionError> {
    let end = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')).count();
    let (found, rest) = text.split_at(end);
    if found.split('.').any(str::is_empty) { Err(VersionError::Form) } else { Ok((found, rest)) }
}

/// Masterminds' order of prereleases; an empty one is a release and above all others.
pub(crate) fn compare_prereleases(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => compare_identifiers(left, right),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers below words, numbers by value, words by bytes. Digits beyond 64 bits count as a word.
fn compare_identifiers(left: &str, right: &str) -> Ordering {
    match (left.parse::<u64>(), right.parse::<u64>()) {
        _ if left == right => Ordering::Equal,
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

/// How far apart two versions are: the badge beside a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only the prerelease (or the spelling) differs.
    Prerelease,
    /// The third number differs.
    Patch,
    /// The second number differs.
    Minor,
    /// The first number differs.
    Major,
}

impl Change {
    /// The first number that differs between two tags; nothing when either is no version or the tags are the same.
    pub fn between(old: &str, new: &str) -> Option<Self> {
        let (old_version, new_version) = (Version::coerce(old).ok()?, Version::coerce(new).ok()?);
        if old == new {
            None
        } else if old_version.major != new_version.major {
            Some(Self::Major)
        } else if old_version.minor != new_version.minor {
            Some(Self::Minor)
        } else if old_version.patch != new_version.patch {
            Some(Self::Patch)
        } else {
            Some(Self::Prerelease)
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prerelease => "prerelease",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_versions_where_flux_says_so() {
        let accepted = [
            ("1.2.3", (1, 2, 3, "")),
            ("v1.2.3", (1, 2, 3, "")),
            ("1.2.3-rc1", (1, 2, 3, "rc1")),
            ("1.2-rc.1", (1, 2, 0, "rc.1")),
            ("1-a.b.c", (1, 0, 0, "a.b.c")),
            ("1.2-alpine3.18.1", (1, 2, 0, "alpine3.18.1")),
            ("01.02.03", (1, 2, 3, "")),
            ("1.2.3+b.c", (1, 2, 3, "")),
        ];
        for (tag, (major, minor, patch, prerelease)) in accepted {
            let version = Version::of_tag(tag).expect(tag);
            assert_eq!(
                (version.major, version.minor, version.patch, version.prerelease),
                (major, minor, patch, prerelease)
            );
        }
        let ignored = [
            "V1.2.3",
            "1.2",
            "1",
            "v1",
            "1.2.3.4",
            "1.2.3_b",
            "1.0.0p",
            "latest",
            "1.2.x",
            "1.2.3-01",
            "1.2.3-rc.01",
            "18446744073709551616.0.0",
            "1.2.3-",
            "1.2.3-a..b",
            "1..3",
            ".1.2",
            "1.2.3 ",
            "",
            "...",
        ];
        for tag in ignored {
            assert!(Version::of_tag(tag).is_err(), "{tag} was taken for a version");
        }
    }

    /// Masterminds/semver 3.5, version.go, `NewVersion`: `MaxVersionLen` is looked at first.
    #[test]
    fn versions_longer_than_masterminds_reads_are_none() {
        let of_length = |length: usize| format!("1.2.3-{}", "a".repeat(length - 6));
        assert!(Version::of_tag(&of_length(256)).is_ok());
        assert_eq!(Version::of_tag(&of_length(257)), Err(VersionError::TooLong));
        assert_eq!(Version::of_tag(&format!("{}1.2.3", "0".repeat(252))), Err(VersionError::TooLong));
    }

    #[test]
    fn versions_are_ordered_by_precedence() {
        let ascending = [
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-A",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.1.0",
            "2.0.0",
            "10.0.0",
        ];
        for pair in ascending.windows(2) {
            let (low, high) =
                (Version::coerce(pair[0]).expect("a version"), Version::coerce(pair[1]).expect("a version"));
            assert_eq!(low.compare(&high), Ordering::Less, "{} < {}", pair[0], pair[1]);
            assert_eq!(high.compare(&low), Ordering::Greater);
        }
        let same = (Version::coerce("v1.2.3+a").expect("a version"), Version::coerce("01.2.3").expect("a version"));
        assert_eq!(same.0.compare(&same.1), Ordering::Equal);
    }

    #[test]
    fn a_change_is_named_by_the_first_number_that_differs() {
        assert_eq!(Change::between("1.0.0", "2.0.0"), Some(Change::Major));
        assert_eq!(Change::between("1.0.0", "1.1.0"), Some(Change::Minor));
        assert_eq!(Change::between("v1.0.0", "1.0.1"), Some(Change::Patch));
        assert_eq!(Change::between("1.0.0-rc.1", "1.0.0"), Some(Change::Prerelease));
        assert_eq!(Change::between("1.0.0", "1.0.0"), None);
        assert_eq!(Change::between("main-1", "main-2"), None);
    }
}
