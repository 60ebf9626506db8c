//! `spec.exclusionList` of an ImageRepository.

use crate::regexp::{GoRegex, GoRegexError};

/// Patterns of tags that are left out. A tag is left out when any of them matches anywhere in it.
#[derive(Debug, Clone)]
pub struct Exclusions(Vec<GoRegex>);

/// A pattern of the list is invalid; Flux fails every scan of such an ImageRepository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the exclusion `{pattern}` is invalid: {cause}")]
pub struct ExclusionError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it, in Go's words.
    pub cause: GoRegexError,
}

impl Exclusions {
    /// What Flux leaves out when the list is absent or empty: cosign's signatures.
    pub const DEFAULT: &'static str = r"^.*\.sig$";

    /// Compiles a list; an empty one is the default, so exclusion cannot be switched off with `[]`.
    ///
    /// # Errors
    /// When a pattern is invalid.
    pub fn compile(patterns: &[String]) -> Result<Self, ExclusionError> {
        let compile = |pattern: &str| {
            GoRegex::new(pattern).map_err(|cause| ExclusionError { pattern: pattern.to_owned(), cause })
        };
        if patterns.is_empty() {
            return Ok(Self(vec![compile(Self::DEFAULT)?]));
        }
        patterns.iter().map(|pattern| compile(pattern)).collect::<Result<_, _>>().map(Self)
    }

    /// Nothing is left out; for tags that come from elsewhere than a scan.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// The first pattern that leaves the tag out.
    pub fn excludes(&self, tag: &str) -> Option<&str> {
        self.0.iter().find(|regex| regex.is_match(tag)).map(GoRegex::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_match_anywhere_and_default_to_signatures() {
        let list = Exclusions::compile(&["1.0.2".to_owned()]).expect("a list");
        assert_eq!(list.excludes("1002"), None);
        assert_eq!(list.excludes("11x0.21"), Some("1.0.2"));
        let default = Exclusions::compile(&[]).expect("the default");
        assert_eq!(default.excludes("sha256-abc.sig"), Some(Exclusions::DEFAULT));
        assert_eq!(default.excludes("1.0.0"), None);
        assert!(Exclusions::compile(&["(".to_owned()]).is_err());
    }
}
