//! Images that a manifest names, for those that want a marker and have none.

use super::ObjectId;
use super::document::{Document, Node, Role, Shape};
use super::find::scan;
use super::grammar::Field;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value that names an image, or the tag of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageField {
    /// The image as written, without tag and digest.
    pub image: String,
    /// Which marker fits: the whole image, or its tag.
    pub field: Field,
    /// The value as written.
    pub value: String,
    /// Line of the value, from 1.
    pub line: u32,
    /// Column of the value in characters, from 1.
    pub column: u32,
    /// Whether a marker stands behind it.
    pub is_marked: bool,
    /// The object that holds it.
    pub object: ObjectId,
}

/// Whether a file has to be read for images at all.
pub fn mentions_image(bytes: &[u8]) -> bool {
    ["image", "newTag"].iter().any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}

/// The images of a file: `image: NAME:TAG` of containers, `repository` with `tag` of Helm values, `name` or `newName`
/// with `newTag` of a Kustomization's `images`. Nothing of a file that cannot be read.
pub fn images(bytes: &[u8]) -> Vec<ImageField> {
    let Ok(scanned) = scan(bytes) else { return Vec::new() };
    let document = &scanned.document;
    let mut marked: Vec<usize> = scanned.spots.iter().map(|spot| spot.node).collect();
    marked.sort_unstable();
    let mut mappings: BTreeMap<usize, Vec<(&str, usize)>> = BTreeMap::new();
    let mut found = Vec::new();
    let mut keys: BTreeMap<usize, &str> = BTreeMap::new();
    for (index, node) in document.nodes.iter().enumerate() {
        let Shape::Scalar { value, .. } = &node.shape else { continue };
        match node.role {
            Role::Key => {
                keys.insert(node.frame, value);
            }
            Role::Value => match keys.get(&node.frame).copied() {
                Some("image") => {
                    if let Some(image) = image_name(value) {
                        found.push(field(
                            document,
                            node,
                            value,
                            image,
                            Field::Image,
                            marked.binary_search(&index).is_ok(),
                        ));
                    }
                }
                Some(key @ ("repository" | "tag" | "name" | "newName" | "newTag")) => {
                    mappings.entry(node.frame).or_default().push((key, index));
                }
                _ => {}
            },
            Role::Item | Role::Root => {}
        }
    }
    for pairs in mappings.values() {
        let get = |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, index)| *index);
        let helm = get("repository").zip(get("tag"));
        let kustomize = get("newName").or_else(|| get("name")).zip(get("newTag"));
        if let Some((name, tag)) = helm.or(kustomize) {
            let (Some(name), Some(written)) = (text_of(document, name), text_of(document, tag)) else { continue };
            let node = &document.nodes[tag];
            found.push(field(document, node, written, name, Field::Tag, marked.binary_search(&tag).is_ok()));
        }
    }
    found.sort_by_key(|image| (image.line, image.column));
    found
}

fn text_of<'d>(document: &'d Document<'_>, node: usize) -> Option<&'d str> {
    match &document.nodes[node].shape {
        Shape::Scalar { value, .. } if !value.is_empty() => Some(value),
        _ => None,
    }
}

fn field(
    document: &Document<'_>,
    node: &Node<'_>,
    value: &str,
    image: &str,
    field: Field,
    is_marked: bool,
) -> ImageField {
    ImageField {
        image: image.to_owned(),
        field,
        value: value.to_owned(),
        line: node.place.0,
        column: node.place.1,
        is_marked,
        object: document.object_of(node.frame),
    }
}

/// The name of `NAME[:TAG][@DIGEST]`; `None` when the text is nothing of the kind.
fn image_name(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('@').unwrap_or((text, ""));
    let slash = name.rfind('/').map_or(0, |slash| slash + 1);
    let name = name[slash..].find(':').map_or(name, |colon| &name[..slash + colon]);
    let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-/:".contains(c));
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_with_the_marker_that_fits() {
        let text = "\
kind: Deployment
spec:
  containers:
  - image: ghcr.io/acme/app:1.0.0
  - image: localhost:5000/b # {\"$imagepolicy\": \"ns:b\"}
  - image: '{{ .Values.image }}'
---
values:
  image:
    repository: ghcr.io/acme/c
    tag: v1
---
images:
- name: d
  newName: ghcr.io/acme/d
  newTag: v2
";
        let found: Vec<_> = images(text.as_bytes())
            .into_iter()
            .map(|image| (image.image, image.field, image.line, image.column, image.is_marked))
            .collect();
        assert_eq!(
            found,
            [
                ("ghcr.io/acme/app".to_owned(), Field::Image, 4, 12, false),
                ("localhost:5000/b".to_owned(), Field::Image, 5, 12, true),
                ("ghcr.io/acme/c".to_owned(), Field::Tag, 11, 10, false),
                ("ghcr.io/acme/d".to_owned(), Field::Tag, 16, 11, false),
            ]
        );
    }
}
