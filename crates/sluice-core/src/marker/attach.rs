//! Which value a comment belongs to: kyaml's and go-yaml's rules for line comments and head comments.

use super::document::{Comment, Document, Node, Role, Shape};
use super::ignored::Reason;
use granit_parser::ScalarStyle;

/// The index of the scalar that a comment stands for.
///
/// # Errors
/// Why it stands for none.
pub(super) fn target(text: &str, document: &Document<'_>, comment: &Comment<'_>) -> Result<usize, Reason> {
    let line = line_start(text, comment.span.start);
    let before = &text[line..comment.span.start];
    let found = if before.trim().is_empty() {
        {
            let several = |found| if has_comment_above(text, line) { Err(Reason::SeveralLines) } else { Ok(found) };
            above(text, document, comment.span.end, false).and_then(several)
        }
    } else {
        behind(text, document, line, comment.span.start)
    }?;
    let node = &document.nodes[found];
    let key = document.nodes[..found].iter().rev().find(|key| key.frame == node.frame && key.role == Role::Key);
    let key = key.filter(|_| node.role == Role::Value).map(|key| &key.span);
    if document.is_shadowed(text, node, key) { Err(Reason::DuplicateKey) } else { Ok(found) }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// A comment behind something on its line.
fn behind(text: &str, document: &Document<'_>, line: usize, comment: usize) -> Result<usize, Reason> {
    // Nodes come in the order of their beginnings; that of a collection equals that of its first child.
    let after = document.nodes.partition_point(|node| node.begin < comment);
    let last = after.checked_sub(1).ok_or(Reason::OwnLine)?;
    let node = &document.nodes[last];
    if is_block(node) && node.begin >= line {
        return if matches!(node.role, Role::Value | Role::Item) { Ok(last) } else { Err(Reason::BehindKey) };
    }
    let rest = text.get(node.span.end.max(line)..comment).unwrap_or_default().trim();
    let is_behind_node = rest.is_empty() || (rest == "," && (node.in_flow || node.shape == Shape::End));
    if node.span.end > line && is_behind_node {
        return match (&node.shape, node.role) {
            (Shape::Scalar { .. }, Role::Value | Role::Item) if !node.span.is_empty() => Ok(last),
            (Shape::Alias, _) => Err(Reason::BehindAlias),
            (Shape::End, _) if node.in_flow => Err(Reason::BehindCollection),
            (Shape::Scalar { .. }, Role::Key) => Err(Reason::BehindKey),
            _ => Err(Reason::OwnLine),
        };
    }
    let word = rest.rsplit([' ', '\t']).next().unwrap_or_default();
    match document.nodes.get(after) {
        // Behind an anchor or a tag whose value is on the next line.
        Some(next) if word.starts_with(['&', '!']) && can_hold(next) => Ok(after),
        // Behind the dash of an item whose value is on the next line: a head comment.
        Some(_) if word == "-" => {
            if has_comment_above(text, line) {
                return Err(Reason::SeveralLines);
            }
            let end = comment + text[comment..].find(['\n', '\r']).unwrap_or(text.len() - comment);
            above(text, document, end, true)
        }
        _ => Err(Reason::BehindKey),
    }
}

fn is_block(node: &Node<'_>) -> bool {
    matches!(node.shape, Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. })
}

/// Whether the node is a scalar with a value of its own that is no key.
fn can_hold(node: &Node<'_>) -> bool {
    matches!(node.shape, Shape::Scalar { .. })
        && matches!(node.role, Role::Value | Role::Item)
        && (!node.span.is_empty() || is_block(node))
}

/// Whether a comment, whatever it says, stands behind the scalar on its line: kyaml then looks at no other.
fn has_line_comment(text: &str, node: &Node<'_>) -> bool {
    let from = if is_block(node) { node.begin } else { node.span.end };
    let line = text[from..].lines().next().unwrap_or_default();
    let rest = if is_block(node) { line.trim_start_matches(|c: char| !c.is_whitespace()) } else { line };
    let rest = rest.trim_start();
    rest.strip_prefix(',').map_or(rest, str::trim_start).starts_with('#')
}

/// A head comment, which ends at `comment`: it stands for the list item, or the value below its key, that begins right
/// below. Behind a dash, the value may follow without another one.
fn above(text: &str, document: &Document<'_>, comment: usize, behind_dash: bool) -> Result<usize, Reason> {
    let from = document.nodes.partition_point(|node| node.begin < comment);
    let is_value = |node: &Node<'_>| match node.shape {
        Shape::Scalar { .. } => !node.span.is_empty() || is_block(node),
        Shape::Alias => true,
        Shape::Start | Shape::End => false,
    };
    let below = from + document.nodes[from..].iter().position(is_value).ok_or(Reason::OwnLine)?;
    let node = &document.nodes[below];
    if !can_hold(node) || has_line_comment(text, node) {
        return Err(Reason::OwnLine);
    }
    let between = &text[comment..node.begin];
    if between.contains('#') {
        return Err(Reason::SeveralLines);
    }
    let lead = between.trim();
    let (dash, properties) = lead.strip_prefix('-').map_or((false, lead), |rest| (true, rest.trim_start()));
    let dash_fits = dash == (node.role == Role::Item && !node.in_flow) || (behind_dash && node.role == Role::Item);
    if !dash_fits || !(properties.is_empty() || properties.starts_with(['&', '!'])) {
        return Err(Reason::OwnLine);
    }
    // Behind a blank line go-yaml gives the comment to the item before, or to the document.
    let first = node.position == 0 || node.role == Role::Value;
    let at_top = document.frames[node.frame].parent.is_none_or(|parent| document.frames[parent].parent.is_none());
    let gap = &between[..between.find(['-', '&', '!']).unwrap_or(between.len())];
    let parted = gap.matches('\n').count() > 1 && (!first || at_top);
    // Below a block mapping or list, a comment at another column than the dash belongs to that.
    let closed = |node: &Node<'_>| node.shape == Shape::End && !node.in_flow;
    let closes_block = document.nodes[from.saturating_sub(1)..below].iter().any(closed);
    let aligned = dash.then(|| comment + between.find('-').unwrap_or_default()).is_none_or(|dash| {
        let indent =
            |at: usize| text[line_start(text, at)..].len() - text[line_start(text, at)..].trim_start_matches(' ').len();
        indent(dash) == indent(comment)
    });
    if parted || (!first && closes_block && !aligned && !behind_dash) { Err(Reason::OwnLine) } else { Ok(below) }
}

/// Whether the line above is a comment too, alone or behind a dash.
fn has_comment_above(text: &str, line: usize) -> bool {
    let above = text[..line].lines().next_back().unwrap_or_default().trim_start();
    above.trim_start_matches(['-', ' ', '\t']).starts_with('#')
}
