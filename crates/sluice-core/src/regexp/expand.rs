//! Go's `Regexp.Expand`: templates such as `$1.$2` and `${ts}`.

use std::sync::LazyLock;

use regex::Regex;

/// A template, compiled for the groups of one pattern.
#[derive(Debug, Clone)]
pub struct Template {
    pieces: Box<[Piece]>,
    /// The references that name no group.
    pub(super) unknown: Vec<String>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(Box<str>),
    /// The groups of one name or number, of which the first that takes part in the match counts.
    Groups(Box<[usize]>),
}

/// A name as Go reads it: letters, digits and `_` of all scripts.
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}_]+").expect("the pattern of a name is valid"));

impl Template {
    pub(super) fn compile(template: &str, groups: &[Option<Box<str>>]) -> Self {
        let mut compiled = Compiler::default();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('$') {
            compiled.text.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                compiled.text.push('$');
                rest = after;
            } else if let Some((name, after)) = read_reference(after) {
                compiled.reference(name, groups);
                rest = after;
            } else {
                // Malformed: the dollar stands for itself.
                compiled.text.push('$');
                rest = after;
            }
        }
        compiled.text.push_str(rest);
        compiled.flush();
        Self { pieces: compiled.pieces.into(), unknown: compiled.unknown }
    }

    /// Appends the expansion to `out`; `locate` tells where a group matched.
    pub(super) fn expand(&self, text: &str, locate: impl Fn(usize) -> Option<(usize, usize)>, out: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Groups(groups) => {
                    if let Some((start, end)) = groups.iter().find_map(|group| locate(*group)) {
                        out.push_str(&text[start..end]);
                    }
                }
            }
        }
    }
}

#[derive(Default)]
struct Compiler {
    pieces: Vec<Piece>,
    text: String,
    unknown: Vec<String>,
}

impl Compiler {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text).into()));
        }
    }

    fn reference(&mut self, name: &str, groups: &[Option<Box<str>>]) {
        let found: Box<[usize]> = match group_number(name) {
            Some(number) => (number < groups.len()).then_some(number).into_iter().collect(),
            None => (0..groups.len()).filter(|index| groups[*index].as_deref() == Some(name)).collect(),
        };
        if found.is_empty() {
            if !self.unknown.iter().any(|known| known == name) {
                self.unknown.push(name.to_owned());
            }
        } else {
            self.flush();
            self.pieces.push(Piece::Groups(found));
        }
    }
}

/// Reads `name` or `{name}` behind a dollar; returns the name and what follows.
fn read_reference(text: &str) -> Option<(&str, &str)> {
    let (text, braced) = match text.strip_prefix('{') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let name = NAME.find(text)?.as_str();
    let rest = &text[name.len()..];
    Some((name, if braced { rest.strip_prefix('}')? } else { rest }))
}

/// The number that a name is. `01` is a name to Go, and so is a number above a hundred million.
fn group_number(name: &str) -> Option<usize> {
    if !name.bytes().all(|byte| byte.is_ascii_digit()) || (name.len() > 1 && name.starts_with('0')) {
        return None;
    }
    name.parse().ok().filter(|number| *number < 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::super::GoRegex;

    #[test]
    fn templates_expand_as_in_go() {
        let dated = r"^(?P<y>\d{4})-(\d{2})-(?P<d>\d{2})(x)?$";
        let cases = [
            (dated, "$1$2$3", "2024-05-17", "20240517"),
            (dated, "${y}.$d", "2024-05-17", "2024.17"),
            (dated, "$y_$d", "2024-05-17", "17"),
            (dated, "$1x", "2024-05-17", ""),
            (dated, "${1}x", "2024-05-17", "2024x"),
            (dated, "$0", "2024-05-17", "2024-05-17"),
            (dated, "$01", "2024-05-17", ""),
            (dated, "$9", "2024-05-17", ""),
            (dated, "[$4]", "2024-05-17", "[]"),
            (dated, "$$1 $", "2024-05-17", "$1 $"),
            (dated, "${1 ${} $- ${y", "2024-05-17", "${1 ${} $- ${y"),
            (dated, "${y d}", "2024-05-17", "${y d}"),
            ("(?P<n>a)|(?P<n>b)", "$n", "b", "b"),
            ("(a)", "$é$1", "a", "a"),
            ("(a)", "$1é", "a", ""),
            ("(a)", "$1\u{660}", "a", ""),
            ("(a)", "$99999999999999999999", "a", ""),
        ];
        for (pattern, template, text, expected) in cases {
            let regex = GoRegex::new(pattern).expect(pattern);
            assert_eq!(regex.expand(template, text).as_deref(), Some(expected), "{pattern} {template} {text}");
        }
        assert_eq!(GoRegex::new("^a").expect("valid").expand("$0", "b"), None);
    }

    #[test]
    fn references_to_no_group_are_named() {
        let regex = GoRegex::new(r"(?P<ts>\d+)").expect("valid");
        assert_eq!(regex.unknown_groups("$ts ${ts} $1 $tsx ${2} $1_$0 $tsx"), ["tsx", "2", "1_"]);
        assert_eq!(regex.group_names(), ["ts"]);
    }
}
