//! The rule `sluice.dev/verify`: by whose keys an image must be signed before a policy may choose it.

use serde::{Deserialize, Serialize};

/// More files than any team keeps keys in.
const MOST_FILES: usize = 8;

/// What the team wrote down.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VerifyRule {
    /// Public keys in PEM, in the annotation itself. One signature by one of them is enough.
    Inline(String),
    /// Files of the repository that hold them, by path from its root.
    Files(Vec<String>),
    /// The rule cannot be read: nothing may be chosen, because anything might be what it forbids.
    Unreadable(String),
}

/// A rule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyRuleError {
    /// It names nothing.
    #[error("it names no key")]
    Empty,
    /// It asks for what Sluice cannot check.
    #[error("keyless signatures are not checked: that needs a trust root, certificates and a transparency log")]
    Keyless,
    /// A path that leads out of the repository, or none at all.
    #[error("`{path}` is no path in the repository")]
    Path {
        /// As it was written.
        path: String,
    },
    /// More files than anybody has.
    #[error("it names more than {MOST_FILES} files")]
    TooMany,
}

impl VerifyRule {
    /// Reads the annotation's value: one or more public keys in PEM, or paths of files with such, separated by commas
    /// or white space.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, VerifyRuleError> {
        if text.contains("-----BEGIN") {
            return Ok(Self::Inline(text.trim().to_owned()));
        }
        let paths: Vec<&str> =
            text.split(|c: char| c == ',' || c.is_whitespace()).filter(|path| !path.is_empty()).collect();
        match paths.as_slice() {
            [] => return Err(VerifyRuleError::Empty),
            _ if paths.len() > MOST_FILES => return Err(VerifyRuleError::TooMany),
            _ if paths.iter().any(|path| path.eq_ignore_ascii_case("keyless") || path.contains("://")) => {
                return Err(VerifyRuleError::Keyless);
            }
            _ => {}
        }
        let checked = paths.into_iter().map(|path| {
            let inner = path.trim_start_matches("./");
            let stays = !inner.is_empty() && inner.split('/').all(|part| !matches!(part, "" | "." | ".."));
            if stays && !inner.contains(['\\', '\0']) {
                Ok(inner.to_owned())
            } else {
                Err(VerifyRuleError::Path { path: path.to_owned() })
            }
        });
        Ok(Self::Files(checked.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_annotation_or_in_files_of_the_repository() {
        let files = |paths: &[&str]| Ok(VerifyRule::Files(paths.iter().map(|path| (*path).to_owned()).collect()));
        for (text, expected) in [
            ("cosign.pub", files(&["cosign.pub"])),
            (" ./keys/a.pub,\n  keys/b.pub ", files(&["keys/a.pub", "keys/b.pub"])),
            ("", Err(VerifyRuleError::Empty)),
            (" , ", Err(VerifyRuleError::Empty)),
            ("keyless", Err(VerifyRuleError::Keyless)),
            ("k8s://flux-system/cosign", Err(VerifyRuleError::Keyless)),
            ("/etc/passwd", Err(VerifyRuleError::Path { path: "/etc/passwd".to_owned() })),
            ("keys/../../up", Err(VerifyRuleError::Path { path: "keys/../../up".to_owned() })),
            ("a b c d e f g h i", Err(VerifyRuleError::TooMany)),
        ] {
            assert_eq!(VerifyRule::parse(text), expected, "{text:?}");
        }
        let pem = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
        assert_eq!(VerifyRule::parse(pem), Ok(VerifyRule::Inline(pem.trim().to_owned())));
    }
}
