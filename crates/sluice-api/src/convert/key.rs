//! Names of objects and places, to the wire and back.

use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, Placed};
use sluice_core::marker::{Field, IgnoredMarker, Marker, ObjectId};

use crate::view::common::{FilePlace, ObjectRef};
use crate::view::policy::MarkerPart;

impl ObjectRef {
    /// An object of a source.
    pub fn of(source: &str, key: &ObjectKey) -> Self {
        Self { source: source.to_owned(), namespace: key.namespace.clone(), name: key.name.clone() }
    }

    /// Its namespace and name.
    pub fn key(&self) -> ObjectKey {
        ObjectKey::new(&self.namespace, &self.name)
    }
}

/// Where a marker's value stands.
pub fn place(source: &str, marker: &Placed<Marker>) -> FilePlace {
    FilePlace { source: source.to_owned(), path: marker.file.to_string(), line: marker.line, column: marker.column }
}

/// An object as people write it: `Deployment test/flask-app`; perhaps empty.
pub fn object_words(object: &ObjectId) -> String {
    match (object.kind.as_str(), object.namespace.as_str(), object.name.as_str()) {
        ("", _, "") => String::new(),
        (kind, "", name) => format!("{kind} {name}").trim().to_owned(),
        (kind, namespace, name) => format!("{kind} {namespace}/{name}").trim().to_owned(),
    }
}

impl From<Field> for MarkerPart {
    fn from(field: Field) -> Self {
        match field {
            Field::Image => Self::Reference,
            Field::Name => Self::Name,
            Field::Tag => Self::Tag,
            Field::Digest => Self::Digest,
        }
    }
}

/// The markers that name a policy and do nothing.
pub fn ignored_markers<'c>(
    catalogue: &'c Catalogue,
    policy: &ObjectKey,
) -> impl Iterator<Item = &'c Placed<IgnoredMarker>> + use<'c> {
    let name = policy.marker();
    catalogue.ignored.iter().filter(move |marker| names(&marker.text, &name))
}

/// Whether a text holds `namespace:name` and not only a longer name that begins so.
fn names(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    text.match_indices(name).any(|(at, _)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + name.len()..].chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_marker_names_a_policy_by_its_whole_name() {
        assert!(names(r#"{"$imagepolicy": "flux-system:app:tag"}"#, "flux-system:app"));
        assert!(!names(r#"{"$imagepolicy": "flux-system:app-two"}"#, "flux-system:app"));
        assert!(!names(r#"{"$imagepolicy": "my-flux-system:app"}"#, "flux-system:app"));
    }
}
