//! A changed file for the diff.

use sluice_core::release::unified;

use super::count;
use crate::view::review::{FileChange, LineEnds};

/// Files above this size are shown by their diff alone, in bytes.
const LARGE: usize = 1024 * 1024;

/// A file before and after.
pub fn file_change(path: &str, before: &[u8], after: &[u8]) -> FileChange {
    let diff = unified(path, before, after);
    let is_large = before.len().max(after.len()) > LARGE;
    let text = |bytes: &[u8]| if is_large { String::new() } else { String::from_utf8_lossy(bytes).into_owned() };
    // Three lines of header belong to no hunk: `---`, `+++` and `@@`; the first two look like changes.
    let changes = |sign: char| diff.lines().skip(2).filter(|line| line.starts_with(sign)).count();
    FileChange {
        path: path.to_owned(),
        before: text(before),
        after: text(after),
        is_large,
        bytes_before: count(before.len()),
        bytes_after: count(after.len()),
        lines: count(after.split_inclusive(|byte| *byte == b'\n').count()),
        lines_added: count(changes('+')),
        lines_removed: count(changes('-')),
        bytes_changed: count(bytes_changed(before, after)),
        line_ends: line_ends(after),
        ends_with_newline: after.ends_with(b"\n"),
        diff,
    }
}

/// Bytes between the first and the last that differ, on the side that has more.
fn bytes_changed(before: &[u8], after: &[u8]) -> usize {
    let shorter = before.len().min(after.len());
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count().min(shorter - head);
    before.len().max(after.len()) - head - tail
}

fn line_ends(bytes: &[u8]) -> LineEnds {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let (with_return, plain): (Vec<&[u8]>, Vec<&[u8]>) = lines.partition(|line| line.ends_with(b"\r\n"));
    match (with_return.is_empty(), plain.is_empty()) {
        (true, true) => LineEnds::None,
        (true, false) => LineEnds::Lf,
        (false, true) => LineEnds::CrLf,
        (false, false) => LineEnds::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_counted_to_the_byte() {
        let change =
            file_change("test/deployment.yml", b"a: 1\nimage: app:1.0.3\nb: 2\n", b"a: 1\nimage: app:1.0.5\nb: 2\n");
        assert_eq!((change.bytes_changed, change.bytes_before, change.bytes_after), (1, 27, 27));
        assert_eq!((change.lines, change.lines_added, change.lines_removed), (3, 1, 1));
        assert_eq!((change.line_ends, change.ends_with_newline, change.is_large), (LineEnds::Lf, true, false));
        assert!(change.diff.contains("-image: app:1.0.3\n+image: app:1.0.5\n"));
    }

    #[test]
    fn lines_that_look_like_headers_are_counted_too() {
        let change = file_change("a", b"--- a\n", b"+++ a\n");
        assert_eq!((change.lines_added, change.lines_removed), (1, 1));
    }

    #[test]
    fn growing_shrinking_and_repeated_bytes_do_not_confuse_the_count() {
        for (before, after, changed) in
            [("aa", "aaa", 1), ("aaa", "aa", 1), ("", "abc", 3), ("abc", "abc", 0), ("1.0.9", "1.0.10", 2)]
        {
            assert_eq!(bytes_changed(before.as_bytes(), after.as_bytes()), changed, "{before} {after}");
        }
    }

    #[test]
    fn line_ends_are_told_apart() {
        for (text, expected) in [
            ("a", LineEnds::None),
            ("a\nb", LineEnds::Lf),
            ("a\r\nb\r\n", LineEnds::CrLf),
            ("a\r\nb\n", LineEnds::Mixed),
        ] {
            assert_eq!(line_ends(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_large_file_is_shown_by_its_diff() {
        let before = "x: 1\n".repeat(300_000);
        let after = before.replacen('1', "2", 1);
        let change = file_change("large.yml", before.as_bytes(), after.as_bytes());
        assert!(change.is_large && change.before.is_empty() && change.after.is_empty());
        assert_eq!((change.lines_added, change.lines), (1, 300_000));
    }
}
