//! Names of objects in a repository.

use std::fmt;
use std::str::FromStr;

use git2::Oid;
use serde::{Deserialize, Serialize};

/// The text is no object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the id of a Git object: forty hexadecimal digits are")]
pub struct IdError {
    /// What was given, clipped.
    pub text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub(crate) Oid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0.to_string())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                whole(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// The id of a commit: forty hexadecimal digits (SHA-1), the only object format that Flux and the forges share.
    CommitId
    /// The id of a file's content. Equal contents have equal ids, in every repository.
    BlobId
}

impl CommitId {
    /// The first seven digits, as people write commits.
    pub fn short(&self) -> String {
        format!("{self:.7}")
    }
}

impl BlobId {
    /// The id that this content has, without storing it anywhere.
    pub fn of(content: &[u8]) -> Self {
        Self(Oid::hash_object(git2::ObjectType::Blob, content).expect("content in memory can be hashed"))
    }
}

/// An id written out in full.
pub(crate) fn whole(text: &str) -> Result<Oid, IdError> {
    let refused = || IdError { text: crate::words::cleaned(text, 80) };
    if text.len() != 40 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(refused());
    }
    Oid::from_str(text).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_forty_digits_and_survives_printing_and_json() {
        let text = "2fb1d8b9c1f3a8f5d9a0b3b0a7c2f60b5d1e4c77";
        let id: CommitId = text.parse().unwrap();
        assert_eq!((id.to_string().as_str(), id.short().as_str()), (text, "2fb1d8b"));
        assert_eq!(serde_json::from_str::<CommitId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        for wrong in ["", "2fb1d8b", &text[1..], &format!("{text}0"), &text.replace('2', "g")] {
            assert!(wrong.parse::<CommitId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn contents_have_the_ids_that_git_gives_them() {
        // `printf hello | git hash-object --stdin`
        assert_eq!(BlobId::of(b"hello").to_string(), "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0");
        assert_eq!(BlobId::of(b"").to_string(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }
}
