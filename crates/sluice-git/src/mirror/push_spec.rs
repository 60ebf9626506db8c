//! `git.push.refspec`: one further reference to push to (gitglossary(7), "refspec").

use git2::Reference;

use crate::error::GitError;

/// A refspec that names one source and one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PushSpec {
    pub(super) is_forced: bool,
    pub(super) source: String,
    pub(super) destination: String,
}

impl PushSpec {
    /// Reads `[+]source[:destination]`.
    ///
    /// # Errors
    /// When it deletes, has a wildcard, or its destination is not the full name of a reference.
    pub(super) fn parse(text: &str) -> Result<Self, GitError> {
        let refused = |why| GitError::BadRefspec { refspec: crate::words::cleaned(text, 200), why };
        let (is_forced, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let (source, destination) = rest.split_once(':').unwrap_or((rest, rest));
        if source.is_empty() {
            return Err(refused("it would delete a reference, which no automation may"));
        }
        if rest.contains('*') {
            return Err(refused("it has a wildcard; write the one reference that is meant"));
        }
        if !destination.starts_with("refs/") {
            return Err(refused("write its destination in full, such as refs/heads/main"));
        }
        // Gerrit's refs/for/main%topic=x is a destination, though Git itself would not store it.
        let bare = destination.split('%').next().unwrap_or_default();
        if !Reference::is_valid_name(bare) || destination.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(refused("its destination is no name of a reference"));
        }
        Ok(Self { is_forced, source: source.to_owned(), destination: destination.to_owned() })
    }

    /// Whether the source is what is being pushed: the branch, in full or short, or `HEAD`.
    pub(super) fn is_about(&self, reference: &str) -> bool {
        self.source == reference
            || self.source == "HEAD"
            || reference.strip_prefix("refs/heads/").is_some_and(|short| short == self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refspec_names_one_source_and_one_destination() {
        for (text, is_forced, source, destination) in [
            ("refs/heads/auto:refs/for/main", false, "refs/heads/auto", "refs/for/main"),
            ("+refs/heads/auto:refs/heads/main", true, "refs/heads/auto", "refs/heads/main"),
            ("refs/heads/main", false, "refs/heads/main", "refs/heads/main"),
            ("HEAD:refs/for/main%topic=x", false, "HEAD", "refs/for/main%topic=x"),
        ] {
            let spec = PushSpec::parse(text).unwrap();
            assert_eq!(
                (spec.is_forced, spec.source.as_str(), spec.destination.as_str()),
                (is_forced, source, destination)
            );
        }
        for text in
            ["", ":", ":refs/heads/main", "refs/heads/*:refs/heads/*", "auto", "auto:main", "a:refs/..", "a:refs/a b"]
        {
            assert!(matches!(PushSpec::parse(text), Err(GitError::BadRefspec { .. })), "{text}");
        }
    }

    #[test]
    fn a_refspec_knows_whether_it_is_about_the_pushed_branch() {
        for (text, expected) in [
            ("refs/heads/auto:refs/for/main", true),
            ("auto:refs/for/main", true),
            ("HEAD:refs/for/main", true),
            ("refs/heads/other:refs/for/main", false),
        ] {
            assert_eq!(PushSpec::parse(text).unwrap().is_about("refs/heads/auto"), expected, "{text}");
        }
    }
}
