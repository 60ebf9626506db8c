//! The editor of marked YAML.

use sluice_core::marker::{Edit, Field, MarkerRef, Reason, Resolution, add_marker, find, images, rewrite};

/// Any bytes as a manifest: only marked values change, the markers stay, and a second time changes nothing.
pub fn marker_rewrite(bytes: &[u8]) {
    let before = find(bytes);
    let first = rewrite(bytes, &chosen);
    let Some(after) = &first.bytes else {
        assert!(first.edits.is_empty(), "edits without new bytes: {:?}", first.edits);
        add_markers(bytes);
        return;
    };
    assert_ne!(after.as_slice(), bytes, "new bytes that are the old ones");
    assert!(!first.edits.is_empty(), "new bytes without edits");
    only_edited_lines_change(bytes, after, &first.edits);

    let found = find(after);
    let references = |markers: &[sluice_core::marker::Marker]| -> Vec<MarkerRef> {
        markers.iter().map(|marker| marker.reference.clone()).collect()
    };
    assert_eq!(references(&before.markers), references(&found.markers), "markers came or went");
    for marker in &found.markers {
        if let Resolution::Write(value) = chosen(&marker.reference) {
            assert_eq!(marker.value, value, "the value behind {} does not stand", marker.reference);
        }
    }
    let second = rewrite(after, &chosen);
    assert!(second.bytes.is_none() && second.edits.is_empty(), "a second time changes: {:?}", second.edits);
}

/// What every policy resolves to; those whose name begins with `x` are unknown, and those with `y` have no digest yet.
fn chosen(reference: &MarkerRef) -> Resolution {
    let digest = format!("sha256:{}", "a".repeat(64));
    match (reference.policy.name.as_bytes().first(), reference.field) {
        (Some(b'x'), _) => Resolution::Ignore(Reason::UnknownPolicy { nearest: Vec::new() }),
        (Some(b'y'), _) => Resolution::Leave,
        (Some(b'n'), Field::Tag) => Resolution::Write("1234567890".to_owned()),
        (Some(b'e'), Field::Tag) => Resolution::Write("1e3".to_owned()),
        (_, Field::Image) => Resolution::Write("registry.example.com:5000/team/app:v2.0.0-rc.1".to_owned()),
        (_, Field::Name) => Resolution::Write("registry.example.com:5000/team/app".to_owned()),
        (_, Field::Tag) => Resolution::Write("v2.0.0-rc.1".to_owned()),
        (_, Field::Digest) => Resolution::Write(digest),
    }
}

/// Found out without the editor's own spans. Where a value spans lines, only what stands before the first edit is
/// looked at; the editor itself compares the structure of both.
fn only_edited_lines_change(before: &[u8], after: &[u8], edits: &[Edit]) {
    let (old, new) = (lines(before), lines(after));
    let first = edits.iter().map(|edit| edit.line as usize - 1).min().unwrap_or_default();
    assert_eq!(old.get(..first), new.get(..first), "lines before the first edit changed");
    if old.len() != new.len() {
        return;
    }
    for (number, (old, new)) in old.iter().zip(&new).enumerate().filter(|(_, (old, new))| old != new) {
        let of_line: Vec<&Edit> = edits.iter().filter(|edit| edit.line as usize == number + 1).collect();
        let [edit] = of_line.as_slice() else {
            // A later line of a value that spans several, or several values of one line.
            assert!(edits.iter().any(|edit| edit.line as usize <= number + 1), "line {} changed", number + 1);
            continue;
        };
        let characters = edit.column as usize - 1;
        let at = crate::text(old).char_indices().nth(characters).map_or(old.len(), |(at, _)| at);
        assert!(new.starts_with(&old[..at]), "line {}: what stands before the value changed", number + 1);
        if let Some(comment) = old.iter().rposition(|byte| *byte == b'#').filter(|comment| *comment > at) {
            assert!(new.ends_with(&old[comment..]), "line {}: the comment changed", number + 1);
        }
    }
}

/// Lines as YAML counts them: a line break is `\n`, `\r\n` or `\r`.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let length = match (bytes[at], bytes.get(at + 1)) {
            (b'\r', Some(b'\n')) => 2,
            (b'\r' | b'\n', _) => 1,
            _ => {
                at += 1;
                continue;
            }
        };
        at += length;
        lines.push(&bytes[start..at]);
        start = at;
    }
    lines.push(&bytes[start..]);
    lines
}

/// A marker that is added stands behind its value, and nothing is marked that was not asked for.
fn add_markers(bytes: &[u8]) {
    let fields = images(bytes);
    for field in fields.iter().filter(|field| !field.is_marked).take(3) {
        let Ok(reference) = MarkerRef::parse("flux-system:app") else { return };
        let Ok(new) = add_marker(bytes, field.line, field.column, &reference) else { continue };
        let found = find(&new);
        let is_there = |marker: &sluice_core::marker::Marker| {
            (marker.line, marker.column) == (field.line, field.column) && marker.reference == reference
        };
        assert!(found.markers.iter().any(is_there), "the new marker at line {} does not stand", field.line);
        assert_eq!(found.markers.len(), find(bytes).markers.len() + 1, "another marker came or went");
    }
}
