//! What a marker says: a comment that is wholly a JSON object with the key `$imagepolicy`.

use super::ignored::Reason;
use crate::key::ObjectKey;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The key of a marker's JSON object.
pub(super) const KEY: &str = "$imagepolicy";
/// kyaml's long form of a marker, which Flux honours too.
const LONG_FORM: &str = "#/definitions/io.k8s.cli.setters.";

/// Which part of the chosen image a marker asks for: the suffix behind the policy's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// No suffix: `name:tag`, with `@digest` when the policy reflects one.
    Image,
    /// `:name`: the image as the ImageRepository writes it.
    Name,
    /// `:tag`: the tag alone.
    Tag,
    /// `:digest`: the digest alone.
    Digest,
}

impl Field {
    fn suffix(self) -> &'static str {
        match self {
            Self::Image => "",
            Self::Name => ":name",
            Self::Tag => ":tag",
            Self::Digest => ":digest",
        }
    }
}

/// The value of a marker: `namespace:name[:name|:tag|:digest]`, exact and case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MarkerRef {
    /// The ImagePolicy.
    pub policy: ObjectKey,
    /// Which part of its choice.
    pub field: Field,
}

impl MarkerRef {
    /// Reads a marker's value.
    ///
    /// # Errors
    /// [`Reason::NameMalformed`] or [`Reason::UnknownSuffix`].
    pub fn parse(text: &str) -> Result<Self, Reason> {
        let mut parts = text.split(':');
        let (namespace, name, suffix) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let Some(name) = name.filter(|name| !name.is_empty() && !namespace.is_empty()) else {
            return Err(Reason::NameMalformed);
        };
        let field = match (suffix, parts.next()) {
            (None, _) => Field::Image,
            (Some("name"), None) => Field::Name,
            (Some("tag"), None) => Field::Tag,
            (Some("digest"), None) => Field::Digest,
            (Some(suffix), _) => return Err(Reason::UnknownSuffix { suffix: suffix.to_owned() }),
        };
        Ok(Self { policy: ObjectKey::new(namespace, name), field })
    }
}

impl fmt::Display for MarkerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}{}", self.policy.namespace, self.policy.name, self.field.suffix())
    }
}

impl From<MarkerRef> for String {
    fn from(reference: MarkerRef) -> Self {
        reference.to_string()
    }
}

impl TryFrom<String> for MarkerRef {
    type Error = Reason;

    fn try_from(text: String) -> Result<Self, Reason> {
        Self::parse(&text)
    }
}

/// Reads a comment, without its first `#`. `None` when it does not speak of a marker at all; otherwise what it names and
/// whether that is a marker.
pub(super) fn read_comment(text: &str) -> Option<(String, Result<MarkerRef, Reason>)> {
    let json = text.trim_start_matches('#').trim_matches([' ', '\t', '\r', '\n']);
    if !json.contains(KEY) && !json.contains(LONG_FORM) {
        return None;
    }
    let written = || json.to_owned();
    let object = match serde_json::from_str::<serde_json::Value>(json) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) => return Some((written(), Err(Reason::NotJson))),
        Err(_) => {
            // A long form in prose is nobody's marker.
            return json.contains(KEY).then(|| (written(), Err(why_not_json(json))));
        }
    };
    let texts_only = object.values().all(|value| value.is_string() || value.is_null());
    match object.get(KEY).and_then(serde_json::Value::as_str).filter(|value| texts_only && !value.is_empty()) {
        Some(value) => Some((value.to_owned(), MarkerRef::parse(value))),
        None => match object.get("$ref").and_then(serde_json::Value::as_str).and_then(|r| r.strip_prefix(LONG_FORM)) {
            Some(value) => Some((value.to_owned(), MarkerRef::parse(value))),
            None => Some((written(), Err(Reason::NotTexts))),
        },
    }
}

/// Why a comment that mentions `$imagepolicy` is no JSON object.
fn why_not_json(text: &str) -> Reason {
    let object = text.find('{').zip(text.rfind('}')).filter(|(open, close)| open < close);
    match object.map(|(open, close)| &text[open..=close]) {
        Some(inner) if inner.len() < text.len() && serde_json::from_str::<serde_json::Value>(inner).is_ok() => {
            Reason::ProseAround
        }
        Some(inner)
            if inner.contains('\'')
                && serde_json::from_str::<serde_json::Value>(&inner.replace('\'', "\"")).is_ok() =>
        {
            Reason::SingleQuotes
        }
        _ => Reason::NotJson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_wholly_json_with_texts() {
        let marker = |text: &str| read_comment(text).map(|(_, read)| read.map(|marker| marker.to_string()));
        for (text, expected) in [
            (r#" {"$imagepolicy": "ns:p"}"#, Some(Ok("ns:p"))),
            (r#"{"$imagepolicy":"ns:p:tag"}  "#, Some(Ok("ns:p:tag"))),
            (r##"## {"$imagepolicy": "ns:p:digest", "foo": "bar"}"##, Some(Ok("ns:p:digest"))),
            (r##"{"$ref":"#/definitions/io.k8s.cli.setters.ns:p","x":1}"##, Some(Ok("ns:p"))),
            (r#" {"$imagepolicy": "ns:p"} hello"#, Some(Err(Reason::ProseAround))),
            (r#" see {"$imagepolicy": "ns:p"}"#, Some(Err(Reason::ProseAround))),
            (r#" {'$imagepolicy': 'ns:p'}"#, Some(Err(Reason::SingleQuotes))),
            (r#" {"$imagepolicy": "ns:p", "n": 1}"#, Some(Err(Reason::NotTexts))),
            (r#" {"$imagepolicy": "ns:p:TAG"}"#, Some(Err(Reason::UnknownSuffix { suffix: "TAG".into() }))),
            (r#" {"$imagepolicy": "app"}"#, Some(Err(Reason::NameMalformed))),
            (" about $imagepolicy", Some(Err(Reason::NotJson))),
            (" an ordinary comment", None),
        ] {
            assert_eq!(marker(text), expected.map(|read| read.map(str::to_owned)), "{text}");
        }
    }
}
