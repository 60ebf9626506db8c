//! Why a pattern is refused, in Go's words.

use std::fmt;

/// The pattern is not one that Go compiles. Printed as Go prints it: `error parsing regexp: missing closing ): …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {kind}: `{part}`")]
pub struct GoRegexError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The part of the pattern that is.
    pub part: String,
}

/// The kinds of errors of Go's `regexp/syntax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// `[z-a]`, `[[:nope:]]`, `\p{Nope}`.
    CharRange,
    /// `\y`, `\8`, `\x{110000}`.
    Escape,
    /// `(?P<a b>…)`, `(?P<>…)`.
    NamedCapture,
    /// `(?=…)`, `(?x)`, `(?<!…)`.
    PerlOperator,
    /// `a**`, `a++`.
    RepeatOperator,
    /// `a{1001}`, `a{2,1}`, `(a{100}){100}`.
    RepeatSize,
    /// `[a`.
    MissingBracket,
    /// `(a`.
    MissingParen,
    /// `*a`, `(+)`.
    MissingRepeatArgument,
    /// A single `\` at the end.
    TrailingBackslash,
    /// `a)`.
    UnexpectedParen,
    /// More than a thousand levels.
    NestingDepth,
    /// The compiled pattern would take too much memory.
    TooLarge,
}

impl GoRegexError {
    pub(crate) fn new(kind: ErrorKind, part: &str) -> Self {
        Self { kind, part: part.to_owned() }
    }

    /// What to write instead, where that can be told.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            ErrorKind::CharRange => {
                "write a class such as [a-z] with the smaller character first, or a class RE2 knows"
            }
            ErrorKind::Escape => "escape only punctuation, and use the classes that RE2 knows: \\d \\w \\s \\b \\pL",
            ErrorKind::NamedCapture => "name a group with letters, digits and _ only: (?P<name>…)",
            ErrorKind::PerlOperator => {
                "RE2 has no look-ahead, look-behind or back-reference: match what you want to keep"
            }
            ErrorKind::RepeatOperator => "remove one of the operators; RE2 has no possessive ones",
            ErrorKind::RepeatSize => "repeat at most 1000 times, the smaller number first",
            ErrorKind::MissingBracket => "close the class with ], or write \\[ for a bracket",
            ErrorKind::MissingParen => "close the group with ), or write \\( for a parenthesis",
            ErrorKind::MissingRepeatArgument => {
                "write what is to be repeated before the operator, or \\ before a literal one"
            }
            ErrorKind::TrailingBackslash => "write \\\\ for a backslash",
            ErrorKind::UnexpectedParen => "remove the ), or write \\) for a parenthesis",
            ErrorKind::NestingDepth | ErrorKind::TooLarge => "write a simpler pattern",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CharRange => "invalid character class range",
            Self::Escape => "invalid escape sequence",
            Self::NamedCapture => "invalid named capture",
            Self::PerlOperator => "invalid or unsupported Perl syntax",
            Self::RepeatOperator => "invalid nested repetition operator",
            Self::RepeatSize => "invalid repeat count",
            Self::MissingBracket => "missing closing ]",
            Self::MissingParen => "missing closing )",
            Self::MissingRepeatArgument => "missing argument to repetition operator",
            Self::TrailingBackslash => "trailing backslash at end of expression",
            Self::UnexpectedParen => "unexpected )",
            Self::NestingDepth => "expression nests too deeply",
            Self::TooLarge => "expression too large",
        })
    }
}
