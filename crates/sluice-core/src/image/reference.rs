//! What a policy resolves to: a repository with a tag and perhaps a digest.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Digest, DigestError, ImageName, ImageNameError, Tag, TagError};

/// `name:tag[@digest]`, Flux's `latestRef`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ImageRef {
    /// The repository, as `spec.image` wrote it.
    pub name: ImageName,
    /// The tag.
    pub tag: Tag,
    /// The digest, where the policy reflects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// The text is not `name:tag[@digest]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageRefError {
    /// There is no tag.
    #[error("`{0}` has no tag: write repository:tag or repository:tag@digest")]
    NoTag(String),
    /// The repository is wrong.
    #[error(transparent)]
    Name(#[from] ImageNameError),
    /// The tag is wrong.
    #[error(transparent)]
    Tag(#[from] TagError),
    /// The digest is wrong.
    #[error(transparent)]
    Digest(#[from] DigestError),
}

impl ImageRef {
    /// Reads `name:tag[@digest]`.
    ///
    /// # Errors
    /// When the tag is missing or a part is not what it should be.
    pub fn parse(text: &str) -> Result<Self, ImageRefError> {
        let (image, digest) = match text.split_once('@') {
            Some((image, digest)) => (image, Some(Digest::parse(digest)?)),
            None => (text, None),
        };
        let after_slash = image.rfind('/').map_or(0, |at| at + 1);
        let colon = image[after_slash..].find(':').ok_or_else(|| ImageRefError::NoTag(text.to_owned()))? + after_slash;
        Ok(Self { name: ImageName::parse(&image[..colon])?, tag: Tag::parse(&image[colon + 1..])?, digest })
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.tag)?;
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

impl std::str::FromStr for ImageRef {
    type Err = ImageRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_survive_printing() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for text in ["app:123", "localhost:5000/app:v1", "ghcr.io/a/b:1.0.0", &format!("reg.io/app:v2@{digest}")] {
            assert_eq!(ImageRef::parse(text).map(|reference| reference.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_reference_needs_a_tag() {
        assert_eq!(ImageRef::parse("localhost:5000/app"), Err(ImageRefError::NoTag("localhost:5000/app".into())));
        assert!(ImageRef::parse("app:").is_err());
        assert!(ImageRef::parse("app:v1@sha256:1").is_err());
    }
}
