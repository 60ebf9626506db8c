//! Writing chosen values behind their markers.

use super::ObjectId;
use super::document::{Node, ScalarTag, Shape, block_header};
use super::find::{Scanned, Spot, scan};
use super::grammar::MarkerRef;
use super::ignored::{IgnoredMarker, Reason};
use super::scalar;
use granit_parser::ScalarStyle;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What becomes of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The value that has to stand there.
    Write(String),
    /// Nothing, for a reason that is reported.
    Ignore(Reason),
    /// Nothing, and nothing is said: the marker is somebody else's or waits.
    Leave,
}

/// One value that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Line of the value, from 1.
    pub line: u32,
    /// Column of the value in characters, from 1.
    pub column: u32,
    /// The marker.
    pub reference: MarkerRef,
    /// The value before, as YAML reads it.
    pub old: String,
    /// The value now.
    pub new: String,
    /// The object that holds it.
    pub object: ObjectId,
}

/// What rewriting a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// The new content; `None` when every value stands already.
    pub bytes: Option<Vec<u8>>,
    /// What was replaced, in the order of lines.
    pub edits: Vec<Edit>,
    /// Markers that do nothing, in the order of lines.
    pub ignored: Vec<IgnoredMarker>,
}

/// Rewrites the values behind markers. Only the bytes of the replaced scalars change; the result is read again and
/// compared, unless no such replacement can change anything else, and a file whose structure would change is left as it
/// is.
pub fn rewrite(bytes: &[u8], resolve: &dyn Fn(&MarkerRef) -> Resolution) -> Rewrite {
    let mut scanned = match scan(bytes) {
        Ok(scanned) => scanned,
        Err(ignored) => return Rewrite { ignored, ..Rewrite::default() },
    };
    let mut ignored = std::mem::take(&mut scanned.ignored);
    let mut edits = Vec::new();
    let mut changed: Vec<(usize, String)> = Vec::new();
    for spot in &scanned.spots {
        match resolve(&spot.reference) {
            Resolution::Leave => {}
            Resolution::Ignore(reason) => {
                let (line, column) = spot.comment;
                ignored.push(IgnoredMarker { text: spot.reference.to_string(), line, column, reason });
            }
            Resolution::Write(new) if new == scanned.value(spot) => {}
            Resolution::Write(new) => {
                edits.push(edit(&scanned, spot, new.clone()));
                changed.push((spot.node, new));
            }
        }
    }
    ignored.sort_by_key(|ignored| (ignored.line, ignored.column));
    if changed.is_empty() {
        return Rewrite { bytes: None, edits, ignored };
    }
    let new = splice(bytes, &scanned, &changed);
    let is_plain_swap = changed.iter().all(|(node, new)| is_plain_swap(&scanned, *node, new));
    debug_assert!(!is_plain_swap || keeps_structure(&scanned, &new, &changed), "a swap of plain words changed more");
    if is_plain_swap || keeps_structure(&scanned, &new, &changed) {
        return Rewrite { bytes: Some(new), edits, ignored };
    }
    let reason = Reason::Unreadable {
        line: edits[0].line,
        message: "a value cannot be replaced without changing others".into(),
    };
    ignored.extend(edits.iter().map(|edit| IgnoredMarker {
        text: edit.reference.to_string(),
        line: edit.line,
        column: edit.column,
        reason: reason.clone(),
    }));
    Rewrite { bytes: None, edits: Vec::new(), ignored }
}

fn edit(scanned: &Scanned<'_>, spot: &Spot, new: String) -> Edit {
    let node = scanned.node(spot);
    Edit {
        line: node.place.0,
        column: node.place.1,
        reference: spot.reference.clone(),
        old: scanned.value(spot).to_owned(),
        new,
        object: scanned.document.object_of(node.frame),
    }
}

fn splice(bytes: &[u8], scanned: &Scanned<'_>, changed: &[(usize, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + changed.len() * 16);
    let mut at = 0;
    for (node, new) in changed {
        for (span, text) in replacements(scanned.text, &scanned.document.nodes[*node], new) {
            let span = span.start + scanned.skipped..span.end + scanned.skipped;
            out.extend_from_slice(&bytes[at..span.start]);
            out.extend_from_slice(text.as_bytes());
            at = span.end;
        }
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// The bytes of a scalar and what takes their place. A block scalar has two parts: its header and its lines.
fn replacements(text: &str, node: &Node<'_>, new: &str) -> Vec<(Range<usize>, String)> {
    let Shape::Scalar { style, tag, .. } = node.shape else { return Vec::new() };
    let Some(header) = block_header(text, style, node.span.start) else {
        return vec![(node.span.clone(), scalar::encode(new, style, node.in_flow, tag == ScalarTag::Text))];
    };
    let source = &text[node.span.clone()];
    // The lines end where the last one with content does; what follows are blank lines and the next node's indentation.
    let content = source.trim_end_matches([' ', '\t', '\r', '\n']);
    vec![(header, "|-".to_owned()), (node.span.start..node.span.start + content.len(), new.to_owned())]
}

/// Whether a word takes the place of a word in the same style: neither has a character that means anything to YAML, so
/// that nothing but the value of that one scalar can read differently afterwards. Nearly every image is such a word, and
/// reading the file a second time is what rewriting it costs most.
fn is_plain_swap(scanned: &Scanned<'_>, node: usize, new: &str) -> bool {
    /// Far below the length at which a key would have to be explicit (YAML 1.2.2, section 7.4.2).
    const LONGEST: usize = 512;
    let is_word = |text: &str| {
        text.len() <= LONGEST
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/@:-+".contains(&byte))
    };
    let node = &scanned.document.nodes[node];
    let Shape::Scalar { style, tag, .. } = node.shape else { return false };
    let source = &scanned.text[node.span.clone()];
    let encoded = scalar::encode(new, style, node.in_flow, tag == ScalarTag::Text);
    let quote = match style {
        ScalarStyle::Plain => "",
        ScalarStyle::SingleQuoted => "'",
        ScalarStyle::DoubleQuoted => "\"",
        _ => return false,
    };
    let inside = |text: &str| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)).is_some_and(is_word);
    inside(source) && inside(&encoded)
}

/// Whether the new text reads as the same nodes with the same values, save for the replaced ones.
fn keeps_structure(old: &Scanned<'_>, new: &[u8], changed: &[(usize, String)]) -> bool {
    let Ok(new) = scan(new) else { return false };
    if old.document.nodes.len() != new.document.nodes.len() || old.spots.len() != new.spots.len() {
        return false;
    }
    let mut wanted = changed.iter().peekable();
    let nodes = old.document.nodes.iter().zip(&new.document.nodes).enumerate();
    for (index, (before, after)) in nodes {
        let replaced = wanted.next_if(|(node, _)| *node == index);
        let same = match (&before.shape, &after.shape, replaced) {
            (Shape::Scalar { .. }, Shape::Scalar { value, .. }, Some((_, new))) => value == new,
            (Shape::Scalar { value, style, .. }, Shape::Scalar { value: now, style: as_now, .. }, None) => {
                value == now && style == as_now
            }
            (a, b, _) => std::mem::discriminant(a) == std::mem::discriminant(b),
        };
        if !same || before.role != after.role || before.frame != after.frame {
            return false;
        }
    }
    true
}
