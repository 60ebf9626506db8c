//! Adding a marker behind a value.

use super::document::Shape;
use super::find::{find, scan};
use super::grammar::{KEY, MarkerRef};

/// Why a marker cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddMarkerError {
    /// The file cannot be read.
    #[error("the file is not YAML that can be edited; mend it first")]
    Unreadable,
    /// No value begins at that place.
    #[error("no value begins at line {line}, column {column}; the file has changed since it was read")]
    NoValue {
        /// From 1.
        line: u32,
        /// From 1, in characters.
        column: u32,
    },
    /// The rest of the line is taken.
    #[error("line {line} has a comment or another value behind the value; move that away first")]
    NoRoom {
        /// From 1.
        line: u32,
    },
}

/// The file with a marker behind the value that begins at a place (line and column from 1, in characters). Nothing else
/// of the file changes.
///
/// # Errors
/// [`AddMarkerError`]; the file stays as it is.
pub fn add_marker(bytes: &[u8], line: u32, column: u32, reference: &MarkerRef) -> Result<Vec<u8>, AddMarkerError> {
    let scanned = scan(bytes).map_err(|_| AddMarkerError::Unreadable)?;
    let at_place = |node: &&super::document::Node<'_>| {
        node.place == (line, column) && matches!(node.shape, Shape::Scalar { .. }) && !node.span.is_empty()
    };
    let node = scanned.document.nodes.iter().find(at_place).ok_or(AddMarkerError::NoValue { line, column })?;
    let rest = &scanned.text[node.span.end..];
    let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    if !rest[..line_end].trim_matches([' ', '\t', ',']).is_empty() {
        return Err(AddMarkerError::NoRoom { line });
    }
    let at = scanned.skipped + node.span.end + rest[..line_end].trim_end().len();
    let marker = format!(" # {{\"{KEY}\": \"{reference}\"}}");
    let new = [&bytes[..at], marker.as_bytes(), &bytes[scanned.skipped + node.span.end + line_end..]].concat();
    let stands = find(&new)
        .markers
        .iter()
        .any(|found| (found.line, found.column) == (line, column) && found.reference == *reference);
    if stands { Ok(new) } else { Err(AddMarkerError::NoRoom { line }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_added_behind_its_value_and_nothing_else_changes() {
        let marker = MarkerRef::parse("ns:app").unwrap();
        let add = |text: &str, line, column| {
            add_marker(text.as_bytes(), line, column, &marker).map(|new| String::from_utf8(new).unwrap())
        };
        assert_eq!(
            add("a: 1\r\nimage: x:1  \r\nb: 2", 2, 8).as_deref(),
            Ok("a: 1\r\nimage: x:1 # {\"$imagepolicy\": \"ns:app\"}\r\nb: 2")
        );
        assert_eq!(add("image: x:1", 1, 8).as_deref(), Ok("image: x:1 # {\"$imagepolicy\": \"ns:app\"}"));
        assert_eq!(add("image: x:1 # mine\n", 1, 8), Err(AddMarkerError::NoRoom { line: 1 }));
        assert_eq!(add("a: {image: x:1}\n", 1, 12), Err(AddMarkerError::NoRoom { line: 1 }));
        assert_eq!(add("image: x:1\n", 1, 9), Err(AddMarkerError::NoValue { line: 1, column: 9 }));
        assert_eq!(add("a: [\n", 1, 1), Err(AddMarkerError::Unreadable));
    }
}
