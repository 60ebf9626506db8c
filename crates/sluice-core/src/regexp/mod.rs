//! Regular expressions as Go's `regexp` reads and matches them, run by the `regex` crate.
//!
//! Flux's `filterTags.pattern` and `exclusionList` are in Go's syntax (RE2). Most of it means the same to the `regex` crate,
//! but not all: Go's `\d`, `\w`, `\s` and `\b` are ASCII, `\Q…\E`, octal escapes and stray braces are fine, `a**`, `(?x)` and
//! class operators are not. So [`parse`](self) reads Go's syntax into a tree that knows no syntax any more, and the tree
//! is printed in the plainest words of the `regex` crate. [`Template`] is Go's `Regexp.Expand`.
//!
//! This module knows nothing of tags or policies. To extend: a piece of Go's syntax is an arm in `parse.rs`.

mod class;
mod error;
mod expand;
mod parse;
mod print;

use regex::{CaptureLocations, Regex, RegexBuilder};

pub use self::error::{ErrorKind, GoRegexError};
pub use self::expand::Template;

/// The largest program that a pattern may compile to, in bytes. Go stops at a similar size.
const SIZE_LIMIT: usize = 32 << 20;

/// A compiled pattern. Matches anywhere in a text unless the pattern says `^` or `$`, as Go's `MatchString`.
#[derive(Debug, Clone)]
pub struct GoRegex {
    pattern: Box<str>,
    regex: Regex,
    /// The names of the groups by index; the first is the whole match.
    groups: Box<[Option<Box<str>>]>,
    is_anchored: bool,
}

impl GoRegex {
    /// Compiles a pattern that Go's `regexp.Compile` takes (as of Go 1.22, with `(?<name>…)`).
    ///
    /// # Errors
    /// In Go's words, for what Go refuses.
    pub fn new(pattern: &str) -> Result<Self, GoRegexError> {
        let parsed = parse::parse(pattern)?;
        let regex = RegexBuilder::new(&print::print(&parsed.root))
            .size_limit(SIZE_LIMIT)
            .nest_limit(4 * parse::DEEPEST)
            .build()
            .map_err(|_| GoRegexError::new(ErrorKind::TooLarge, pattern))?;
        let is_anchored = parsed.is_anchored();
        Ok(Self { pattern: pattern.into(), regex, groups: parsed.groups.into(), is_anchored })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Whether a match must begin at the start of the text and end at its end.
    pub fn is_anchored(&self) -> bool {
        self.is_anchored
    }

    /// The names of the groups that have one, in order, without repetition.
    pub fn group_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.groups.iter().flatten() {
            if !names.contains(&&**name) {
                names.push(name);
            }
        }
        names
    }

    /// Compiles a template such as `$1.$2` or `${ts}` for this pattern.
    pub fn template(&self, template: &str) -> Template {
        Template::compile(template, &self.groups)
    }

    /// What the template gives for the first match in the text; `None` when there is no match.
    ///
    /// `$name` and `$1` stand for groups, an unknown one for nothing, `$$` for `$`, as in Go's `Regexp.ExpandString`.
    pub fn expand(&self, template: &str, text: &str) -> Option<String> {
        let mut expansion = String::new();
        self.expand_into(&self.template(template), text, &mut self.locations(), &mut expansion).then_some(expansion)
    }

    /// The references in the template that name no group of this pattern: they stand for nothing.
    pub fn unknown_groups(&self, template: &str) -> Vec<String> {
        self.template(template).unknown
    }

    /// Go's `Regexp.ReplaceAllString`: every match replaced by the template's expansion.
    pub fn replace_all(&self, text: &str, template: &Template) -> String {
        let mut out = String::with_capacity(text.len());
        let mut locations = self.locations();
        let mut copied = 0;
        for found in self.regex.find_iter(text) {
            out.push_str(&text[copied..found.start()]);
            copied = found.end();
            if self.regex.captures_read_at(&mut locations, text, found.start()).is_some() {
                template.expand(text, |group| locations.get(group), &mut out);
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    /// The compiled program, for callers that search, split and replace by plain text.
    pub fn as_regex(&self) -> &Regex {
        &self.regex
    }

    /// Room for the groups of a match, to be used again for many texts.
    pub(crate) fn locations(&self) -> CaptureLocations {
        self.regex.capture_locations()
    }

    /// Appends the expansion of the first match to `out`. Says whether there is a match.
    pub(crate) fn expand_into(
        &self,
        template: &Template,
        text: &str,
        locations: &mut CaptureLocations,
        out: &mut String,
    ) -> bool {
        if self.regex.captures_read(locations, text).is_none() {
            return false;
        }
        template.expand(text, |group| locations.get(group), out);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        GoRegex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).is_match(text)
    }

    #[test]
    fn go_syntax_means_what_go_says() {
        let cases = [
            (r"^\d+$", "12", "１２"),
            (r"^\w+$", "a_1", "é"),
            (r"^\s$", " ", "\u{b}"),
            (r"^\S$", "\u{b}", " "),
            (r"^[\d]+$", "3", "٣"),
            (r"^[^\d]$", "٣", "3"),
            (r"^\Qa.b\E+$", "a.bb", "axb"),
            (r"^\101$", "A", "101"),
            (r"^\07$", "\u{7}", "07"),
            (r"^\x41\x{42}$", "AB", "x41"),
            (r"^[[a]$", "[", "b"),
            (r"^[a[b]$", "[", "c"),
            (r"^[a&&b]+$", "a&b", "c"),
            (r"^[+--]$", ",", "a"),
            (r"^a{,3}$", "a{,3}", "aaa"),
            (r"^a{$", "a{", "a"),
            (r"^a{x}$", "a{x}", "a"),
            (r"^{$", "{", ""),
            (r"^a{2}$", "aa", "a"),
            (r"^a{01}$", "a{01}", "a"),
            (r"^(?i)REL$", "rel", "r"),
            (r"^a(?i)b|c$", "aB", "A"),
            (r"^(?:a|(?i)b)c$", "Bc", "BC"),
            (r"^(?s).$", "\n", ""),
            (r"^.$", "a", "\n"),
            (r"(?m)^b$", "a\nb", "ab"),
            (r"a$", "a", "a\n"),
            (r"a\z", "a", "a\n"),
            (r"\bfoo\b", "é foo", "foobar"),
            (r"^\pL+$", "äb", "1"),
            (r"^\p{Greek}$", "λ", "l"),
            (r"^\p{^Greek}$", "l", "λ"),
            (r"^\PL$", "1", "a"),
            (r"^[[:digit:]]+$", "12", "a"),
            (r"^[[:^digit:]]+$", "a", "1"),
            (r"^[[:word:]-]+$", "a-b", "a b"),
            (r"^[]a]$", "]", "b"),
            (r"^[^]a]$", "b", "]"),
            (r"(?i)^[\W]$", "-", "k"),
            (r"(?i)^[^k]$", "a", "\u{212a}"),
            (r"^\p{greek}$", "λ", "l"),
            (r"^\p{Uppercase_Letter}$", "A", "a"),
            (r"^[\x{D800}a]$", "a", "b"),
            (r"^[a-]$", "-", "b"),
            (r"^\<a\>$", "<a>", "a"),
            (r"^a||b$", "zzz", "\u{0}\u{0}never"),
            (r"^(|a)+$", "aa", "b"),
            (r"^\_\-$", "_-", "x"),
            (r"^ # no comment$", " # no comment", ""),
        ];
        for (pattern, yes, no) in cases {
            assert!(matches(pattern, yes), "{pattern} should match {yes:?}");
            if no != "\u{0}\u{0}never" {
                assert!(!matches(pattern, no), "{pattern} should not match {no:?}");
            }
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        let refused = [
            "a++",
            "a**",
            "a*+",
            "a*{2}",
            "(",
            ")",
            "a)",
            "(?P<n>a",
            "(?P<n",
            "(?P<>a)",
            "(?P<x y>a)",
            "(?P<é>a)",
            "(?<a",
            "(?x)",
            "(?i-)",
            "(?--i)",
            "[",
            "[a",
            "[z-a]",
            "[a-\\d]",
            "[[:foo:]]",
            "\\",
            "\\8",
            "\\1",
            "\\C",
            "\\E",
            "\\e",
            "\\u00e9",
            "\\é",
            "\\x",
            "\\x4",
            "\\x{110000}",
            "\\x{}",
            "\\p",
            "\\p{",
            "\\p{Foo}",
            "\\p{Grek}",
            "\\p{isGreek}",
            "a{1001}",
            "a{2,1}",
            "(a{100}){100}",
            "*",
            "+a",
            "|*",
            "(*)",
            "(?:?)",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?>a)",
            "(?#c)",
            "(?",
            "(?i",
            "a{1000}{2}",
        ];
        for pattern in refused {
            assert!(GoRegex::new(pattern).is_err(), "{pattern} was accepted");
        }
    }

    #[test]
    fn a_pattern_may_nest_a_thousand_levels() {
        let nested = |levels| GoRegex::new(&("(".repeat(levels) + "a" + &")".repeat(levels)));
        assert!(nested(990).expect("as deep as Go reads").is_match("a"));
        assert_eq!(nested(2000).map_err(|error| error.kind).err(), Some(ErrorKind::NestingDepth));
    }

    #[test]
    fn errors_have_gos_words() {
        let error = GoRegex::new("a++").expect_err("a++");
        assert_eq!(error.to_string(), "error parsing regexp: invalid nested repetition operator: `++`");
        let error = GoRegex::new("(").expect_err("(");
        assert_eq!(error.to_string(), "error parsing regexp: missing closing ): `(`");
    }
}
