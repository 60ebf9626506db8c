//! Regular expressions in the syntax of Go's `regexp` package, which is RE2's.
//!
//! Flux hands `filterTags.pattern` and `exclusionList` to Go. The `regex` crate has the same engine semantics (linear
//! time, leftmost-first) but another syntax, so a pattern is parsed by Go's grammar ([`parse`]) and printed in a form
//! that means the same to the `regex` crate. Group names stay here: Go allows a name twice, the crate does not.

mod class;
mod expand;
mod parse;
mod syntax;

use regex::{CaptureLocations, Regex, RegexBuilder};

pub use parse::GoRegexError;

/// Memory that one compiled program may take, in bytes. Go bounds repeats at 1000, which stays far below.
const LARGEST_PROGRAM: usize = 64 << 20;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct GoRegex {
    pattern: String,
    regex: Regex,
    /// Name of each group, by its number; group 0 is the whole match.
    names: Vec<Option<String>>,
}

/// Room for the groups of one match, to be used again for the next.
#[derive(Debug, Clone)]
pub struct Groups(CaptureLocations);

impl GoRegex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where Go's `regexp.Compile` refuses it, in the same words.
    pub fn new(pattern: &str) -> Result<Self, GoRegexError> {
        let parsed = parse::parse(pattern)?;
        let regex = RegexBuilder::new(&parsed.root.to_rust())
            .size_limit(LARGEST_PROGRAM)
            .build()
            .map_err(|_| GoRegexError::new("expression is too large", pattern))?;
        Ok(Self { pattern: pattern.to_owned(), regex, names: parsed.names })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern matches anywhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Room for [`GoRegex::expand_into`].
    pub fn groups(&self) -> Groups {
        Groups(self.regex.capture_locations())
    }

    /// Go's `Regexp.ExpandString` on the first match; nothing when there is no match.
    pub fn expand(&self, template: &str, text: &str) -> Option<String> {
        let mut out = String::new();
        self.expand_into(&Template::new(template), text, &mut self.groups(), &mut out).then_some(out)
    }

    /// As [`GoRegex::expand`], appending to `out` and using the caller's room. Tells whether there was a match.
    pub fn expand_into(&self, template: &Template, text: &str, groups: &mut Groups, out: &mut String) -> bool {
        if self.regex.captures_read(&mut groups.0, text).is_none() {
            return false;
        }
        self.push_expanded(template, text, &groups.0, out);
        true
    }

    fn push_expanded(&self, template: &Template, text: &str, groups: &CaptureLocations, out: &mut String) {
        for part in &template.0 {
            match part {
                expand::Part::Text(literal) => out.push_str(literal),
                expand::Part::Number(number) => out.push_str(slice(text, groups.get(*number))),
                expand::Part::Name(name) => {
                    let named = self.names.iter().enumerate().filter(|(_, own)| own.as_deref() == Some(name.as_str()));
                    // Of several groups with one name the first that took part in the match counts.
                    let first = named.filter_map(|(number, _)| groups.get(number)).next();
                    out.push_str(slice(text, first));
                }
            }
        }
    }

    /// Go's `Regexp.ReplaceAllString`.
    pub fn replace_all(&self, text: &str, template: &Template) -> String {
        let mut out = String::with_capacity(text.len());
        let mut groups = self.groups();
        let mut copied = 0;
        for found in self.regex.find_iter(text) {
            out.push_str(&text[copied..found.start()]);
            copied = found.end();
            if self.regex.captures_read_at(&mut groups.0, text, found.start()).is_some() {
                self.push_expanded(template, text, &groups.0, &mut out);
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    /// Groups that a template names and the pattern does not have; they become empty text.
    pub fn unknown_groups(&self, template: &str) -> Vec<String> {
        let missing = |part: &expand::Part| match part {
            expand::Part::Text(_) => None,
            expand::Part::Number(number) => (*number >= self.names.len()).then(|| number.to_string()),
            expand::Part::Name(name) => {
                let known = self.names.iter().any(|own| own.as_deref() == Some(name.as_str()));
                (!known).then(|| name.clone())
            }
        };
        Template::new(template).0.iter().filter_map(missing).collect()
    }

    /// The names of the groups that have one.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(|name| name.as_deref())
    }

    /// The compiled program, for callers that search and replace.
    pub fn as_regex(&self) -> &Regex {
        &self.regex
    }
}

fn slice(text: &str, place: Option<(usize, usize)>) -> &str {
    place.map_or("", |(start, end)| &text[start..end])
}

/// A template of Go's `Expand`, read once: `$name`, `${name}`, `$1`, `$$`.
#[derive(Debug, Clone)]
pub struct Template(Vec<expand::Part>);

impl Template {
    /// Reads a template. What is malformed stays as it is, as in Go.
    pub fn new(text: &str) -> Self {
        Self(expand::parse(text))
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
            "\\p{Letter}",
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
        let deep = "(".repeat(2000) + &")".repeat(2000);
        assert!(GoRegex::new(&deep).is_err());
    }

    #[test]
    fn errors_have_gos_words() {
        let error = GoRegex::new("a++").expect_err("a++");
        assert_eq!(error.to_string(), "error parsing regexp: invalid nested repetition operator: `++`");
        let error = GoRegex::new("(").expect_err("(");
        assert_eq!(error.to_string(), "error parsing regexp: missing closing ): `(`");
    }

    #[test]
    fn templates_expand_as_in_go() {
        let cases = [
            (r"(?P<a>\d)(?P<b>\d)", "$b$a", "12", "21"),
            (r"(\d)(\d)", "$1_$2", "34", "4"),
            (r"(\d)(\d)", "${1}_$2", "34", "3_4"),
            (r"(\d)(\d)", "$1x", "34", ""),
            (r"(\d)", "$$-$0", "x7", "$-7"),
            (r"(\d)", "$01", "7", ""),
            (r"(\d)", "${1", "7", "${1"),
            (r"(\d)", "$", "7", "$"),
            (r"(\d)", "$-", "7", "$-"),
            (r"(\d)", "${t s}", "7", "${t s}"),
            (r"(\d)", "$nope|$9", "7", "|"),
            (r"(a)|(b)", "$1$2", "b", "b"),
            (r"(?P<n>a)|(?P<n>b)", "$n", "b", "b"),
            (r"(?<n>a)", "$n", "a", "a"),
            (r"(?P<1>a)", "$1", "a", "a"),
        ];
        for (pattern, template, text, expected) in cases {
            let regex = GoRegex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert_eq!(regex.expand(template, text).as_deref(), Some(expected), "{pattern} {template}");
        }
        let regex = GoRegex::new(r"^(?P<ts>\d+)$").expect("a pattern");
        assert_eq!(regex.unknown_groups("$ts$tsx${2}$1"), ["tsx", "2"]);
    }
}
