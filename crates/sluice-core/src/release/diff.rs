//! Unified diffs as `git diff` prints them, byte for byte: CRLF stays, a missing final newline is said.

use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The diff of one file that exists on both sides; empty when nothing differs. `git apply` and `patch -p1` read it.
/// Bytes that are not UTF-8 are shown as U+FFFD.
pub fn unified(path: &str, before: &[u8], after: &[u8]) -> String {
    if before == after {
        return String::new();
    }
    let (old, new) = (lines(before), lines(after));
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut out = format!("--- {}\n+++ {}\n", header("a/", path), header("b/", path));
    for group in group_diff_ops(operations, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old_range = range(first.old_range().start, last.old_range().end);
        let new_range = range(first.new_range().start, last.new_range().end);
        let _infallible = writeln!(out, "@@ -{old_range} +{new_range} @@");
        for operation in &group {
            if operation.tag() == DiffTag::Equal {
                print(&mut out, ' ', &old[operation.old_range()]);
            } else {
                print(&mut out, '-', &old[operation.old_range()]);
                print(&mut out, '+', &new[operation.new_range()]);
            }
        }
    }
    out
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

fn print(out: &mut String, sign: char, lines: &[&[u8]]) {
    for line in lines {
        out.push(sign);
        out.push_str(&String::from_utf8_lossy(line));
        if !line.ends_with(b"\n") {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// `start,count` counted from 1; a count of one is left out, an empty range names the line before it.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

/// The name of a side as Git writes it: quoted when it holds quotes, backslashes or control characters, and followed by
/// a tab when it holds a blank.
fn header(side: &str, path: &str) -> String {
    let needs_quotes = path.chars().any(|c| c == '"' || c == '\\' || c.is_control());
    if !needs_quotes {
        let tab = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}{path}{tab}");
    }
    let mut quoted = format!("\"{side}");
    for c in path.chars() {
        let piece: Cow<'static, str> = match c {
            '"' => "\\\"".into(),
            '\\' => "\\\\".into(),
            '\t' => "\\t".into(),
            '\n' => "\\n".into(),
            '\r' => "\\r".into(),
            c if c.is_control() => c.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect::<String>().into(),
            c => c.to_string().into(),
        };
        quoted.push_str(&piece);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn diffs_read_as_git_prints_them() {
        for (name, before, after, expected) in [
            ("same", "a\n", "a\n", ""),
            ("one line", "a\n", "b\n", "--- a/one line\t\n+++ b/one line\t\n@@ -1 +1 @@\n-a\n+b\n"),
            (
                "crlf.yml",
                "k: 1\r\nv: 1\r\n",
                "k: 1\r\nv: 2\r\n",
                "--- a/crlf.yml\n+++ b/crlf.yml\n@@ -1,2 +1,2 @@\n k: 1\r\n-v: 1\r\n+v: 2\r\n",
            ),
            (
                "end.yml",
                "k: 1\nv: 1",
                "k: 1\nv: 2",
                "--- a/end.yml\n+++ b/end.yml\n@@ -1,2 +1,2 @@\n k: 1\n-v: 1\n\\ No newline at end of file\n+v: 2\n\\ No newline at end of file\n",
            ),
            (
                "far",
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                "x\n2\n3\n4\n5\n6\n7\n8\ny\n",
                "--- a/far\n+++ b/far\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n",
            ),
            (
                "q\"\u{7}",
                "a",
                "b",
                "--- \"a/q\\\"\\007\"\n+++ \"b/q\\\"\\007\"\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
            ),
        ] {
            assert_eq!(unified(name, before.as_bytes(), after.as_bytes()), expected, "{name}");
        }
    }

    /// Applies a diff of ours, as `patch` would.
    fn patched(before: &str, diff: &str) -> String {
        let old: Vec<&str> = before.split_inclusive('\n').collect();
        let (mut out, mut at, mut cut) = (Vec::<String>::new(), 0, false);
        for line in diff.split_inclusive('\n').skip(2) {
            if let Some(ranges) = line.strip_prefix("@@ -") {
                let start: usize = ranges.split([',', ' ']).next().unwrap().parse().unwrap();
                let empty = ranges.starts_with(&format!("{start},0 "));
                let start = if empty { start } else { start - 1 };
                out.extend(old[at..start].iter().map(|line| (*line).to_owned()));
                at = start;
            } else if line.starts_with('\\') {
                if cut {
                    let last = out.last_mut().unwrap();
                    last.truncate(last.len() - 1);
                }
            } else {
                cut = !line.starts_with('-');
                if cut {
                    out.push(line[1..].to_owned());
                }
                at += usize::from(!line.starts_with('+'));
            }
        }
        out.extend(old[at..].iter().map(|line| (*line).to_owned()));
        out.concat()
    }

    proptest! {
        #[test]
        fn a_diff_applied_gives_the_new_text(before in "([a-c]\r?\n){0,20}[a-c]?", after in "([a-c]\r?\n){0,20}[a-c]?") {
            prop_assert_eq!(patched(&before, &unified("f", before.as_bytes(), after.as_bytes())), after);
        }
    }
}
