//! The tree of a pattern, and how it is printed for the `regex` crate.

use std::fmt::Write as _;

/// A node of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Matches the empty text.
    Empty,
    /// One character; `fold` ignores case.
    Literal { character: char, fold: bool },
    /// A class, already in the `regex` crate's syntax, without flags.
    Class { text: String, fold: bool },
    /// `.`; `newline` says whether it matches one.
    Any { newline: bool },
    /// A place between characters, in the `regex` crate's syntax.
    Place(&'static str),
    /// A group that remembers its match.
    Group(Box<Node>),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first that matches.
    Alternate(Vec<Node>),
    /// Some number of times.
    Repeat { node: Box<Node>, min: u32, max: Option<u32>, greedy: bool, counted: bool },
}

impl Node {
    /// Prints the tree. Every flag is spelled out where it counts, so nothing depends on the crate's scoping rules.
    pub(super) fn to_rust(&self) -> String {
        let mut out = String::new();
        self.print(&mut out);
        out
    }

    fn print(&self, out: &mut String) {
        match self {
            Self::Empty => {}
            Self::Literal { character, fold } => {
                let escaped = regex::escape(character.encode_utf8(&mut [0; 4]));
                // The default of the crate has no x flag, so blanks and # stand for themselves.
                if *fold && character.is_alphabetic() {
                    let _ = write!(out, "(?i:{escaped})");
                } else {
                    out.push_str(&escaped);
                }
            }
            Self::Class { text, fold: true } => {
                let _ = write!(out, "(?i:{text})");
            }
            Self::Class { text, fold: false } => out.push_str(text),
            Self::Any { newline: true } => out.push_str("(?s:.)"),
            Self::Any { newline: false } => out.push_str("[^\\n]"),
            Self::Place(place) => out.push_str(place),
            Self::Group(node) => {
                out.push('(');
                node.print(out);
                out.push(')');
            }
            Self::Concat(nodes) => nodes.iter().for_each(|node| node.print_in_concat(out)),
            Self::Alternate(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    if at > 0 {
                        out.push('|');
                    }
                    node.print(out);
                }
            }
            Self::Repeat { node, min, max, greedy, .. } => {
                out.push_str("(?:");
                node.print(out);
                out.push(')');
                match (min, max) {
                    (0, None) => out.push('*'),
                    (1, None) => out.push('+'),
                    (0, Some(1)) => out.push('?'),
                    (min, None) => {
                        let _ = write!(out, "{{{min},}}");
                    }
                    (min, Some(max)) => {
                        let _ = write!(out, "{{{min},{max}}}");
                    }
                }
                if !greedy {
                    out.push('?');
                }
            }
        }
    }

    fn print_in_concat(&self, out: &mut String) {
        if matches!(self, Self::Alternate(_)) {
            out.push_str("(?:");
            self.print(out);
            out.push(')');
        } else {
            self.print(out);
        }
    }

    /// Go refuses counted repeats whose product with the counted repeats inside them is above `limit`.
    pub(super) fn repeats_within(&self, limit: u32) -> bool {
        match self {
            Self::Repeat { node, min, max, counted, .. } => {
                let times = max.unwrap_or(*min);
                if !counted {
                    return node.repeats_within(limit);
                }
                if *max == Some(0) {
                    return true;
                }
                times <= limit && node.repeats_within(if times > 0 { limit / times } else { limit })
            }
            Self::Group(node) => node.repeats_within(limit),
            Self::Concat(nodes) | Self::Alternate(nodes) => nodes.iter().all(|node| node.repeats_within(limit)),
            _ => true,
        }
    }
}
