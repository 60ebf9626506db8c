//! Flux's revisions: `main@sha1:<hex>`, and `main/<hex>` as versions before Flux 2.0 wrote them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A revision of a Git source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Revision {
    /// The branch, tag or other reference; empty where the revision names a commit only.
    pub reference: String,
    /// The commit in lower-case hex digits.
    pub commit: String,
}

impl Revision {
    /// Reads a revision; nothing where it is none of a Git source (OCI and Helm have others).
    pub fn parse(text: &str) -> Option<Self> {
        let (reference, commit) = match text.rsplit_once("sha1:") {
            Some((before, commit)) => (before.strip_suffix('@').unwrap_or(before), commit),
            None => text.rsplit_once('/').unwrap_or(("", text)),
        };
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_commit.then(|| Self { reference: reference.to_owned(), commit: commit.to_ascii_lowercase() })
    }
}

impl fmt::Display for Revision {
    /// `main@1a2b3c4`, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.commit.get(..7).unwrap_or(&self.commit);
        if self.reference.is_empty() { f.write_str(short) } else { write!(f, "{}@{short}", self.reference) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_of_every_flux_are_read() {
        let hex = "0123456789abcdef0123456789abcdef01234567";
        for (text, reference) in [
            (format!("main@sha1:{hex}"), Some("main")),
            (format!("release/1.x@sha1:{hex}"), Some("release/1.x")),
            (format!("main/{hex}"), Some("main")),
            (format!("sha1:{hex}"), Some("")),
            (hex.to_uppercase(), Some("")),
            ("latest@sha256:0123".to_owned(), None),
            ("6.1.0".to_owned(), None),
            (String::new(), None),
            (format!("main@sha1:{}", &hex[1..]), None),
        ] {
            let revision = Revision::parse(&text);
            assert_eq!(revision.as_ref().map(|revision| revision.reference.as_str()), reference, "{text}");
            assert!(revision.is_none_or(|revision| revision.commit == hex), "{text}");
        }
    }
}
