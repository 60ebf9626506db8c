//! Which value a comment belongs to: kyaml's and go-yaml's rules for line comments and head comments.

use super::document::{Comment, Document, Node, Role, Shape};
use super::ignored::Reason;
use granit_parser::ScalarStyle;
use std::ops::Range;

/// The index of the scalar that a comment stands for.
///
/// # Errors
/// Why it stands for none.
pub(super) fn target(text: &str, document: &Document<'_>, comment: &Comment<'_>) -> Result<usize, Reason> {
    let line = line_start(text, comment.span.start);
    let before = &text[line..comment.span.start];
    let found = if before.trim().is_empty() {
        above(text, document, comment.span.clone())
    } else {
        behind(text, document, comment.span.start, line + before.trim_end().len())
    }?;
    let node = &document.nodes[found];
    let key = document.nodes[..found].iter().rev().find(|key| key.frame == node.frame && key.role == Role::Key);
    let key = key.filter(|_| node.role == Role::Value).map(|key| &key.span);
    if document.is_shadowed(text, node, key) { Err(Reason::DuplicateKey) } else { Ok(found) }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// A comment behind something, which ends at `content_end`.
fn behind(text: &str, document: &Document<'_>, comment: usize, content_end: usize) -> Result<usize, Reason> {
    // Nodes come in the order of their bytes, save that a collection's beginning equals that of its first child.
    let after = document.nodes.partition_point(|node| node.span.start < comment);
    let last = after.checked_sub(1).ok_or(Reason::OwnLine)?;
    let node = &document.nodes[last];
    let rest = text.get(node.span.end..content_end).unwrap_or_default().trim();
    let next = document.nodes.get(after);
    if rest.is_empty() || (rest == "," && in_flow(document, last)) {
        return match (&node.shape, node.role) {
            (Shape::Scalar { .. }, Role::Value | Role::Item) if !node.span.is_empty() => Ok(last),
            (Shape::Alias, _) => Err(Reason::BehindAlias),
            (Shape::End, _) if node.in_flow => Err(Reason::BehindCollection),
            (Shape::Scalar { .. }, Role::Key) => Err(Reason::BehindKey),
            _ => Err(Reason::OwnLine),
        };
    }
    let can_hold = |node: &&Node<'_>| {
        matches!(node.shape, Shape::Scalar { .. }) && matches!(node.role, Role::Value | Role::Item) && !node.span.is_empty()
    };
    let is_block = |node: &Node<'_>| {
        matches!(node.shape, Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. })
    };
    let word = rest.rsplit([' ', '\t']).next().unwrap_or_default();
    match next {
        Some(next) if is_block(next) && word.starts_with(['|', '>']) && matches!(next.role, Role::Value | Role::Item) => {
            Ok(after)
        }
        // Behind an anchor or a tag whose value is on the next line.
        Some(next) if word.starts_with(['&', '!']) && can_hold(&next) => Ok(after),
        // Behind the dash of an item whose value is on the next line.
        Some(next) if word == "-" && next.role == Role::Item && can_hold(&next) => Ok(after),
        _ => Err(Reason::BehindKey),
    }
}

/// Whether a comma behind the node belongs to a flow collection that holds it.
fn in_flow(document: &Document<'_>, node: usize) -> bool {
    let node = &document.nodes[node];
    node.in_flow || matches!(node.shape, Shape::End)
}

/// A comment on a line of its own: it stands for the list item, or the value below its key, that begins right below.
fn above(text: &str, document: &Document<'_>, comment: Range<usize>) -> Result<usize, Reason> {
    let from = document.nodes.partition_point(|node| node.span.start < comment.end);
    let below = document.nodes[from..].iter().position(|node| matches!(node.shape, Shape::Scalar { .. } | Shape::Alias));
    let below = from + below.ok_or(Reason::OwnLine)?;
    let node = &document.nodes[below];
    if !matches!(node.shape, Shape::Scalar { .. }) || !matches!(node.role, Role::Value | Role::Item) || node.span.is_empty() {
        return Err(Reason::OwnLine);
    }
    let between = &text[comment.end..node.span.start];
    let last_line = line_start(text, node.span.start);
    let lead = text[last_line..node.span.start].trim();
    let lead_fits = match node.role {
        Role::Item if node.in_flow => lead.is_empty(),
        Role::Item => lead == "-" || lead.starts_with("- &") || lead.starts_with("- !"),
        _ => lead.is_empty() || lead.starts_with(['&', '!']),
    };
    let lines_between = text.get(comment.end..last_line).unwrap_or_default();
    if !lead_fits || between.contains(',') {
        return Err(Reason::OwnLine);
    }
    if lines_between.contains('#') {
        return Err(Reason::SeveralLines);
    }
    if !lines_between.trim().is_empty() {
        return Err(Reason::OwnLine);
    }
    let first = node.position == 0 || (node.role == Role::Value);
    let blank_below = lines_between.matches('\n').count() > 1;
    let at_top = document.frames[node.frame].parent.is_none_or(|parent| document.frames[parent].parent.is_none());
    if blank_below && (!first || at_top) {
        // go-yaml gives it to the item before, or to the document.
        return Err(Reason::OwnLine);
    }
    if has_comment_above(text, comment.start, first) { Err(Reason::SeveralLines) } else { Ok(below) }
}

/// Whether another comment line belongs to the same head comment. Above a first item blank lines do not part them.
fn has_comment_above(text: &str, comment: usize, over_blank_lines: bool) -> bool {
    let head = &text[..line_start(text, comment)];
    for line in head.lines().rev() {
        let line = line.trim();
        if line.is_empty() && over_blank_lines {
            continue;
        }
        return line.starts_with('#');
    }
    false
}
