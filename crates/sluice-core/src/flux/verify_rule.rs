//! The rule `sluice.dev/verify`: by whose keys, or by whom, an image must be signed before a policy may choose it.

use serde::{Deserialize, Serialize};

use crate::regexp::GoRegex;

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
    /// Signatures without a kept key: by a certificate for an identity that a trust root vouches for.
    Keyless(KeylessRule),
    /// The rule cannot be read: nothing may be chosen, because anything might be what it forbids.
    Unreadable(String),
}

/// Who must have signed, by which authorities. The names are those of cosign's options.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeylessRule {
    /// `trusted-root`: the file of the repository with the authorities and logs (sigstore's `trusted_root.json`).
    pub trusted_root: String,
    /// `certificate-identity` or `certificate-identity-regexp`.
    pub identity: Wanted,
    /// `certificate-oidc-issuer` or `certificate-oidc-issuer-regexp`.
    pub issuer: Wanted,
}

/// What a text must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Wanted {
    /// This, to the letter.
    Exactly(String),
    /// Something that a regular expression of Go's finds a part in, as cosign does: write `^…$` to mean all of it.
    Pattern(String),
}

impl Wanted {
    /// Whether a text is what is wanted. A pattern that is none matches nothing.
    pub fn is_met_by(&self, text: &str) -> bool {
        match self {
            Self::Exactly(wanted) => wanted == text,
            Self::Pattern(pattern) => GoRegex::new(pattern).is_ok_and(|pattern| pattern.is_match(text)),
        }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(text) => f.write_str(text),
            Self::Pattern(pattern) => write!(f, "/{pattern}/"),
        }
    }
}

/// A rule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyRuleError {
    /// It names nothing.
    #[error("it names no key")]
    Empty,
    /// It asks for what Sluice cannot check.
    #[error(
        "keyless signatures are not checked without a trust root: give trusted-root, certificate-identity and \
         certificate-oidc-issuer, one `name: value` a line"
    )]
    Keyless,
    /// A line of a keyless rule that says nothing, or says it twice.
    #[error("`{line}` is no line of a keyless rule, or says again what was said")]
    KeylessLine {
        /// As it was written.
        line: String,
    },
    /// A keyless rule that leaves open by whom an image must be signed.
    #[error("a keyless rule needs {name}: without it anybody's signature would count")]
    KeylessOpen {
        /// What is missing.
        name: &'static str,
    },
    /// A pattern that cannot be read.
    #[error("`{pattern}` is no regular expression: {cause}")]
    Pattern {
        /// As it was written.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
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
    /// Reads the annotation's value: one or more public keys in PEM; or paths of files with such, separated by commas
    /// or white space; or the lines of a keyless rule, `name: value`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, VerifyRuleError> {
        if text.contains("-----BEGIN") {
            return Ok(Self::Inline(text.trim().to_owned()));
        }
        if let Some(rule) = keyless(text)? {
            return Ok(Self::Keyless(rule));
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
        Ok(Self::Files(paths.into_iter().map(checked_path).collect::<Result<_, _>>()?))
    }
}

fn checked_path(path: &str) -> Result<String, VerifyRuleError> {
    let inner = path.trim_start_matches("./");
    let stays = !inner.is_empty() && inner.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if stays && !inner.contains(['\\', '\0']) {
        Ok(inner.to_owned())
    } else {
        Err(VerifyRuleError::Path { path: path.to_owned() })
    }
}

/// What a keyless rule may say, as cosign calls it.
const NAMES: [&str; 5] = [
    "trusted-root",
    "certificate-identity",
    "certificate-identity-regexp",
    "certificate-oidc-issuer",
    "certificate-oidc-issuer-regexp",
];

/// The lines of a keyless rule; nothing where none of the lines is one.
fn keyless(text: &str) -> Result<Option<KeylessRule>, VerifyRuleError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "keyless");
    let said = |line: &str| {
        let (name, value) = line.trim_start_matches("--").split_once([':', '='])?;
        let at = NAMES.iter().position(|known| *known == name.trim())?;
        Some((at, value.trim().trim_matches('"').to_owned())).filter(|(_, value)| !value.is_empty())
    };
    if !lines.clone().any(|line| said(line).is_some()) {
        return Ok(None);
    }
    let mut found: [Option<String>; 5] = Default::default();
    for line in lines {
        let refused = || VerifyRuleError::KeylessLine { line: line.to_owned() };
        let (at, value) = said(line).ok_or_else(refused)?;
        if found[at].replace(value).is_some() {
            return Err(refused());
        }
    }
    let [root, identity, identity_pattern, issuer, issuer_pattern] = found;
    let root = root.ok_or(VerifyRuleError::Keyless)?;
    Ok(Some(KeylessRule {
        trusted_root: checked_path(&root)?,
        identity: wanted(identity, identity_pattern, "certificate-identity")?,
        issuer: wanted(issuer, issuer_pattern, "certificate-oidc-issuer")?,
    }))
}

fn wanted(exactly: Option<String>, pattern: Option<String>, name: &'static str) -> Result<Wanted, VerifyRuleError> {
    match (exactly, pattern) {
        (Some(text), None) => Ok(Wanted::Exactly(text)),
        (None, Some(pattern)) => match GoRegex::new(&pattern) {
            Ok(_) => Ok(Wanted::Pattern(pattern)),
            Err(cause) => Err(VerifyRuleError::Pattern { pattern, cause: cause.to_string() }),
        },
        (None, None) => Err(VerifyRuleError::KeylessOpen { name }),
        (Some(_), Some(pattern)) => Err(VerifyRuleError::KeylessLine { line: format!("{name}-regexp: {pattern}") }),
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

    #[test]
    fn a_keyless_rule_names_a_trust_root_and_who_must_have_signed() {
        let text = "keyless\ntrusted-root: ./keys/trusted_root.json\n\
                    certificate-identity: https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main\n\
                    --certificate-oidc-issuer-regexp=\"^https://token\\.acme\\.example$\"\n";
        let Ok(VerifyRule::Keyless(rule)) = VerifyRule::parse(text) else { panic!("{:?}", VerifyRule::parse(text)) };
        assert_eq!(rule.trusted_root, "keys/trusted_root.json");
        assert!(rule.identity.is_met_by("https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main"));
        assert!(!rule.identity.is_met_by("https://github.com/acme/app/.github/workflows/release.yml@refs/heads/mai"));
        assert!(rule.issuer.is_met_by("https://token.acme.example"));
        assert!(!rule.issuer.is_met_by("https://token.acme.example.evil"));
        let open = |name| VerifyRuleError::KeylessOpen { name };
        let line = |line: &str| VerifyRuleError::KeylessLine { line: line.to_owned() };
        for (text, expected) in [
            ("certificate-identity: a\ncertificate-oidc-issuer: b", VerifyRuleError::Keyless),
            ("trusted-root: a.json\ncertificate-oidc-issuer: b", open("certificate-identity")),
            ("trusted-root: a.json\ncertificate-identity: a", open("certificate-oidc-issuer")),
            ("trusted-root: a.json\ntrusted-root: b.json", line("trusted-root: b.json")),
            ("trusted-root: a.json\ncosign.pub", line("cosign.pub")),
            ("trusted-root: ../a.json", VerifyRuleError::Path { path: "../a.json".to_owned() }),
        ] {
            assert_eq!(VerifyRule::parse(text), Err(expected), "{text}");
        }
        let pattern = VerifyRule::parse("trusted-root: a\ncertificate-identity-regexp: (\ncertificate-oidc-issuer: b");
        assert!(matches!(pattern, Err(VerifyRuleError::Pattern { .. })), "{pattern:?}");
    }
}
