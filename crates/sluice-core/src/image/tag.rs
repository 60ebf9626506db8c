//! Tags.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A tag: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}` (OCI distribution specification, "Pulling manifests"). Ordered by bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(Box<str>);

/// The text is not a tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a tag: up to 128 letters, digits, `_`, `.` and `-`, and the first is no `.` or `-`", text.escape_debug())]
pub struct TagError {
    /// What was given, cut to 200 characters.
    pub text: String,
}

impl Tag {
    /// The most characters a tag may have.
    pub const LONGEST: usize = 128;

    /// Takes a text that is a tag.
    ///
    /// # Errors
    /// When it is not one by the grammar above.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        let bytes = text.as_bytes();
        let first = bytes.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        let rest = bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if first && rest && bytes.len() <= Self::LONGEST {
            Ok(Self(text.into()))
        } else {
            Err(TagError { text: text.chars().take(200).collect() })
        }
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the tag is how tools store something *about* an image where a registry has no referrers API: a cosign
    /// signature, attestation or SBOM (`sha256-….sig`, `.att`, `.sbom`), or the referrers tag schema (`sha256-…`).
    pub fn is_referrer(&self) -> bool {
        let Some(rest) = self.0.strip_prefix("sha256-").or_else(|| self.0.strip_prefix("sha512-")) else {
            return false;
        };
        let hex = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        hex >= 32 && matches!(&rest[hex..], "" | ".sig" | ".att" | ".sbom" | ".cosign")
    }
}

impl AsRef<str> for Tag {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Tag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Tag {
    type Error = TagError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> Self {
        tag.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_follow_the_grammar() {
        for text in ["1.0.0", "_x", "A-b.c_d", &"a".repeat(128)] {
            assert!(Tag::parse(text).is_ok(), "{text}");
        }
        for text in ["", ".a", "-a", "a b", "a+b", "a:b", "ä", "a\n", &"a".repeat(129)] {
            assert!(Tag::parse(text).is_err(), "{text:?} was taken for a tag");
        }
    }

    #[test]
    fn what_stands_beside_an_image_is_no_release() {
        let hex = "a".repeat(64);
        for tail in ["", ".sig", ".att", ".sbom"] {
            assert!(Tag::parse(&format!("sha256-{hex}{tail}")).expect("a tag").is_referrer(), "{tail}");
        }
        for text in ["1.0.0", "sha256-abc", "v1.sig"] {
            assert!(!Tag::parse(text).expect("a tag").is_referrer(), "{text}");
        }
    }
}
