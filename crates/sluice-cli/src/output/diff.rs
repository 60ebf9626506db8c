//! Unified diffs: in colour for people, byte for byte for `git apply`.

use std::io::IsTerminal;

use super::{Screen, Tone, visible};
use crate::error::CliError;

/// Prints a diff. Where no terminal reads it is what it is, to be piped into `git apply` or `patch -p1`.
pub(crate) fn print_diff(screen: &Screen, diff: &str) -> Result<(), CliError> {
    if std::io::stdout().is_terminal() {
        screen.write(coloured(diff).trim_end_matches('\n'))
    } else {
        screen.write_exactly(diff)
    }
}

/// The diff with added, removed and heading lines in colour, and everything a terminal would obey written out.
pub(crate) fn coloured(diff: &str) -> String {
    let line = |line: &str| {
        let tone = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Tone::Faint,
            [b'+', ..] => Tone::Good,
            [b'-', ..] => Tone::Bad,
            [b'@', ..] => Tone::Note,
            _ => Tone::Plain,
        };
        tone.paint(&visible(line)) + "\n"
    };
    diff.split_terminator('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_that_a_file_says() {
        let shown = coloured("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+b\u{1b}[2J\r\n");
        let plain = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(plain, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\\u{d}\n+b\\u{1b}[2J\\u{d}\n");
    }
}
