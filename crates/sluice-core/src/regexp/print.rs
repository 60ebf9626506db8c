//! Prints a pattern's tree in the syntax of the `regex` crate, in words that no flag changes.

use std::fmt::Write;

use super::parse::{Node, NodeKind};

/// The pattern for the `regex` crate. Groups keep their numbers and lose their names, which may repeat in Go.
pub(super) fn print(root: &Node) -> String {
    let mut out = String::new();
    print_node(root, &mut out);
    out
}

fn print_node(node: &Node, out: &mut String) {
    match &node.kind {
        NodeKind::Empty => out.push_str("(?:)"),
        NodeKind::Class(class) => print_class(class, out),
        NodeKind::LineStart => out.push_str("(?m:^)"),
        NodeKind::LineEnd => out.push_str("(?m:$)"),
        NodeKind::TextStart => out.push_str(r"\A"),
        NodeKind::TextEnd => out.push_str(r"\z"),
        NodeKind::WordEdge => out.push_str(r"(?-u:\b)"),
        NodeKind::NoWordEdge => out.push_str(r"(?-u:\B)"),
        NodeKind::Capture(inner) => enclose("(", inner, out),
        NodeKind::Repeat { inner, min, max, greedy } => {
            enclose("(?:", inner, out);
            print_repeat(*min, *max, *greedy, out);
        }
        NodeKind::Concat(parts) => {
            for part in parts {
                match part.kind {
                    NodeKind::Alternate(_) => enclose("(?:", part, out),
                    _ => print_node(part, out),
                }
            }
        }
        NodeKind::Alternate(branches) => {
            for (index, branch) in branches.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                print_node(branch, out);
            }
        }
    }
}

fn enclose(open: &str, inner: &Node, out: &mut String) {
    out.push_str(open);
    print_node(inner, out);
    out.push(')');
}

fn print_repeat(min: u32, max: Option<u32>, greedy: bool, out: &mut String) {
    match (min, max) {
        (0, None) => out.push('*'),
        (1, None) => out.push('+'),
        (0, Some(1)) => out.push('?'),
        (min, None) => write!(out, "{{{min},}}").expect("a string can be written to"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}").expect("a string can be written to"),
    }
    if !greedy {
        out.push('?');
    }
}

fn print_class(class: &regex_syntax::hir::ClassUnicode, out: &mut String) {
    if class.ranges().is_empty() {
        // What never matches: a lone surrogate, the negation of everything.
        out.push_str(r"[^\x{0}-\x{10FFFF}]");
        return;
    }
    out.push('[');
    for range in class.ranges() {
        let (first, last) = (u32::from(range.start()), u32::from(range.end()));
        write!(out, r"\x{{{first:X}}}-\x{{{last:X}}}").expect("a string can be written to");
    }
    out.push(']');
}
