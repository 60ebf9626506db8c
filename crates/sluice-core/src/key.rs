//! The name of a namespaced Kubernetes object, without its kind.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Namespace and name of an object. Ordered by namespace, then name. Printed as `namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey {
    /// The namespace; never empty.
    pub namespace: String,
    /// The object's `metadata.name`; never empty.
    pub name: String,
}

/// The text is not `namespace/name`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` does not name an object: write namespace/name, for example flux-system/flask-app")]
pub struct ObjectKeyError {
    /// What was given.
    pub text: String,
}

impl ObjectKey {
    /// Puts a key together from its parts.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// Reads `namespace/name`. Exactly one slash, both sides non-empty, no white space or control characters.
    pub fn parse(text: &str) -> Result<Self, ObjectKeyError> {
        let fits =
            |part: &str| !part.is_empty() && !part.chars().any(|c| c == '/' || c.is_whitespace() || c.is_control());
        match text.split_once('/') {
            Some((namespace, name)) if fits(namespace) && fits(name) => Ok(Self::new(namespace, name)),
            _ => Err(ObjectKeyError { text: text.to_owned() }),
        }
    }

    /// The form that a marker uses: `namespace:name`.
    pub fn marker(&self) -> String {
        format!("{}:{}", self.namespace, self.name)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl std::str::FromStr for ObjectKey {
    type Err = ObjectKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = ObjectKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_exactly_namespace_slash_name() {
        assert_eq!(ObjectKey::parse("flux-system/app"), Ok(ObjectKey::new("flux-system", "app")));
        for text in ["", "app", "/app", "ns/", "a/b/c", "ns/a b", "ns/a\n"] {
            assert!(ObjectKey::parse(text).is_err(), "{text:?} was taken for a key");
        }
    }

    #[test]
    fn a_key_survives_printing_and_json() {
        let key = ObjectKey::new("flux-system", "app");
        assert_eq!(ObjectKey::parse(&key.to_string()), Ok(key.clone()));
        let json = serde_json::to_string(&key).expect("a string serialises");
        assert_eq!(json, "\"flux-system/app\"");
        assert_eq!(serde_json::from_str::<ObjectKey>(&json).expect("it was just written"), key);
    }
}
