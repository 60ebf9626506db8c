//! Rewriting what a marker says.

use super::find::{Scanned, find, scan, speaks_of_a_marker};
use super::grammar::{KEY, MarkerRef};
use std::ops::Range;

/// Why a marker cannot be rewritten.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceMarkerError {
    /// The file cannot be read.
    #[error("the file is not YAML that can be edited; mend it first")]
    Unreadable,
    /// No marker stands at that place.
    #[error("no marker stands at line {line}, column {column}; the file has changed since it was read")]
    NoMarker {
        /// From 1.
        line: u32,
        /// From 1, in characters.
        column: u32,
    },
    /// Even rewritten it would do nothing there.
    #[error("a marker in line {line} would still do nothing; move it behind its value")]
    NoEffect {
        /// From 1.
        line: u32,
    },
}

/// The file with the comment at a place, or behind the value at that place, written as this marker (line and column from
/// 1, in characters). Nothing else of the file changes.
///
/// # Errors
/// [`ReplaceMarkerError`]; the file stays as it is.
pub fn replace_marker(
    bytes: &[u8],
    line: u32,
    column: u32,
    reference: &MarkerRef,
) -> Result<Vec<u8>, ReplaceMarkerError> {
    let scanned = scan(bytes).map_err(|_| ReplaceMarkerError::Unreadable)?;
    let comment = comment_at(&scanned, (line, column)).ok_or(ReplaceMarkerError::NoMarker { line, column })?;
    let (start, end) = (scanned.skipped + comment.start, scanned.skipped + comment.end);
    let written = scanned.text[comment].trim_end();
    let kept = written.len() - written.trim_start_matches(['#', ' ', '\t']).len();
    let marker = format!("{{\"{KEY}\": \"{reference}\"}}");
    let new = [&bytes[..start + kept], marker.as_bytes(), &bytes[start + written.len()..]].concat();
    debug_assert!(start + written.len() <= end);
    let before = find(bytes);
    let after = find(&new);
    // One more marker works, or one says something else; every value stays.
    let works = |found: &[super::Marker]| found.iter().filter(|found| found.reference == *reference).count();
    let values =
        |found: &[super::Marker]| found.iter().map(|found| (found.line, found.value.clone())).collect::<Vec<_>>();
    let kept_values = values(&before.markers).iter().all(|value| values(&after.markers).contains(value));
    if works(&after.markers) == works(&before.markers) + 1 && kept_values {
        Ok(new)
    } else {
        Err(ReplaceMarkerError::NoEffect { line })
    }
}

/// The bytes of the comment, from its `#` on.
fn comment_at(scanned: &Scanned<'_>, place: (u32, u32)) -> Option<Range<usize>> {
    let behind_value = scanned.spots.iter().find(|spot| scanned.node(spot).place == place).map(|spot| spot.comment);
    let place = behind_value.unwrap_or(place);
    let comment = scanned.document.comments.iter().find(|comment| comment.place == place)?;
    let speaks = speaks_of_a_marker(&scanned.text[comment.span.clone()]);
    speaks.then(|| comment.span.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_says_something_else_and_no_other_byte_changes() {
        let marker = MarkerRef::parse("ns:app").unwrap();
        let replace = |text: &str, line, column| {
            replace_marker(text.as_bytes(), line, column, &marker).map(|new| String::from_utf8(new).unwrap())
        };
        let wanted = Ok("a: 1\r\nimage: x:1  # {\"$imagepolicy\": \"ns:app\"}\r\nb: 2 # c\r\n");
        for (written, column) in [
            (r#"# {"$imagepolicy": "ns:ap"}"#, 8),
            (r#"# {"$imagepolicy": "ns:ap"}"#, 13),
            ("# {'$imagepolicy': 'ns:app'}", 13),
            (r#"# {"$imagepolicy": "ns:app:TAG"}"#, 13),
            (r#"# see {"$imagepolicy": "ns:app"}"#, 13),
        ] {
            let text = format!("a: 1\r\nimage: x:1  {written}\r\nb: 2 # c\r\n");
            assert_eq!(replace(&text, 2, column).as_deref(), wanted, "{written}");
        }
        let bom = "\u{feff}image: x:1 #{\"$imagepolicy\":\"ns:a\"}";
        assert_eq!(replace(bom, 1, 8).as_deref(), Ok("\u{feff}image: x:1 #{\"$imagepolicy\": \"ns:app\"}"));
        let text = "# {'$imagepolicy': 'ns:app'}\nimage: x:1 # other\n";
        assert_eq!(replace(text, 1, 1), Err(ReplaceMarkerError::NoEffect { line: 1 }));
        assert_eq!(replace(text, 2, 12), Err(ReplaceMarkerError::NoMarker { line: 2, column: 12 }));
        assert_eq!(replace("a: [\n", 1, 1), Err(ReplaceMarkerError::Unreadable));
    }
}
