//! A YAML value tree that knows where every value stands.
//!
//! Built on granit-parser's events. It may not know what the values mean. A file is cut into its documents first (a line
//! that begins with `---` or `...` ends a document even inside a block scalar), so that one broken document does not
//! hide the others.

use granit_parser::{Event, Parser, ScalarStyle, options};
use std::collections::HashMap;
use std::rc::Rc;

/// Nodes that one document may expand to, aliases included: an alias bomb ends in an error, not in memory.
const MAX_NODES: usize = 2_000_000;

/// A value and the place of its first character, both counted from 1 (columns in characters).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A value as YAML writes it; what a plain scalar means is the reader's business.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Scalar {
        text: String,
        plain: bool,
        /// Columns before the text of a literal block scalar (`|`), whose lines are the source's lines.
        block_indent: Option<u32>,
    },
    Sequence(Rc<Vec<Node>>),
    Mapping(Rc<Vec<Entry>>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Node,
    pub(crate) value: Node,
}

impl Node {
    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value under `key`, when this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(entries) => {
                entries.iter().find(|entry| entry.key.text() == Some(key)).map(|entry| &entry.value)
            }
            _ => None,
        }
    }

    /// Whether the value is YAML's null: empty, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true, .. } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What kind of value it is, for messages: `a list`, `a number`, …
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar { .. } if self.is_null() => "nothing",
            Value::Scalar { text, plain: true, .. } if plain_bool(text).is_some() => "a boolean",
            Value::Scalar { text, plain: true, .. } if looks_like_number(text) => "a number",
            Value::Scalar { .. } => "a text",
        }
    }
}

/// A plain scalar as a boolean, by YAML 1.1's words, which Kubernetes' YAML reader follows.
pub(crate) fn plain_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Whether a plain scalar resolves to an integer or a float, so that Kubernetes would not take it for a text.
pub(crate) fn looks_like_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let based = |prefix: &str, radix: u32| {
        unsigned.strip_prefix(prefix).is_some_and(|d| !d.is_empty() && d.chars().all(|c| c == '_' || c.is_digit(radix)))
    };
    if based("0x", 16) || based("0o", 8) || based("0b", 2) {
        return true;
    }
    let starts_right = unsigned.starts_with(|c: char| c.is_ascii_digit())
        || unsigned.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    starts_right && unsigned.chars().all(|c| c.is_ascii_digit() || "._eE+-".contains(c)) && {
        let plain = unsigned.replace('_', "");
        plain.parse::<f64>().is_ok()
    }
}

/// A document that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) message: String,
}

/// The text of one document and the number of lines before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk<'t> {
    pub(crate) text: &'t str,
    pub(crate) lines_before: u32,
}

/// Cuts a file into its documents. Directives stay with the document that follows them.
pub(crate) fn documents(text: &str) -> Vec<Chunk<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut chunks = Vec::new();
    let (mut start, mut lines_before, mut at, mut line, mut directives) = (0, 0, 0, 0, false);
    for full in text.split_inclusive('\n') {
        let marks = full.strip_prefix("---").or_else(|| full.strip_prefix("..."));
        if marks.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])) {
            if !directives && at > start {
                chunks.push(Chunk { text: &text[start..at], lines_before });
                (start, lines_before) = (at, line);
            }
            directives = false;
            if full.starts_with("...") {
                (start, lines_before) = (at + full.len(), line + 1);
            }
        } else if full.starts_with('%') && text[start..at].trim().is_empty() {
            directives = true;
        }
        at += full.len();
        line += 1;
    }
    if text.len() > start {
        chunks.push(Chunk { text: &text[start..], lines_before });
    }
    chunks
}

/// Reads one document. `Ok(None)` when it is empty or holds comments only.
pub(crate) fn parse(chunk: Chunk<'_>) -> Result<Option<Node>, Unreadable> {
    let parser = Parser::new_from_str_with_options(chunk.text, options! { emit_comments: false });
    let mut builder = Builder { text: chunk.text, before: chunk.lines_before, ..Builder::default() };
    for event in parser {
        match event {
            Ok((event, span)) => builder.take(event, span.start.line(), span.start.col())?,
            Err(error) => {
                return Err(builder.unreadable(error.marker().line(), error.marker().col(), error.kind().to_string()));
            }
        }
    }
    Ok(builder.root.filter(|node| !node.is_null()))
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    before: u32,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

struct Open {
    line: u32,
    column: u32,
    anchor: usize,
    nodes_before: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Node>, merged: Vec<Node> },
}

impl Builder<'_> {
    /// The indentation of a line of the document, counted from 1; a block scalar begins at its first line with content.
    fn indent_of(&self, line: usize) -> Option<u32> {
        let content = self.text.lines().nth(line.checked_sub(1)?)?;
        u32::try_from(content.len() - content.trim_start_matches(' ').len()).ok()
    }

    fn place(&self, line: usize, column: usize) -> (u32, u32) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (self.before.saturating_add(number(line)), number(column).saturating_add(1))
    }

    fn unreadable(&self, line: usize, column: usize, message: impl Into<String>) -> Unreadable {
        let (line, column) = self.place(line, column);
        Unreadable { line, column, message: message.into() }
    }

    fn take(&mut self, event: Event<'_>, line: usize, column: usize) -> Result<(), Unreadable> {
        let (at_line, at_column) = self.place(line, column);
        let mut open = |nodes_before, anchor, content| {
            self.open.push(Open { line: at_line, column: at_column, anchor, nodes_before, content });
        };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.core_suffix() != Some("str"));
                let block_indent = (style == ScalarStyle::Literal).then(|| self.indent_of(line)).flatten();
                let value = Value::Scalar { text: text.into_owned(), plain, block_indent };
                self.complete(Node { value, line: at_line, column: at_column }, anchor, 1);
            }
            Event::SequenceStart(_, anchor, _) => open(self.nodes, anchor, Content::Sequence(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                open(self.nodes, anchor, Content::Mapping { entries: Vec::new(), key: None, merged: Vec::new() });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(id) => {
                let Some((node, size)) = self.anchors.get(&id).cloned() else {
                    return Err(self.unreadable(line, column, "an alias refers to the value that holds it"));
                };
                self.complete(Node { line: at_line, column: at_column, ..node }, 0, size);
            }
            _ => {}
        }
        if self.nodes > MAX_NODES {
            return Err(self.unreadable(line, column, "aliases make the document too large"));
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let value = match open.content {
            Content::Sequence(items) => Value::Sequence(Rc::new(items)),
            Content::Mapping { mut entries, merged, .. } => {
                merge(&mut entries, &merged);
                Value::Mapping(Rc::new(entries))
            }
        };
        let size = self.nodes - open.nodes_before;
        self.complete(Node { value, line: open.line, column: open.column }, open.anchor, 1);
        if let Some((_, kept)) = self.anchors.get_mut(&open.anchor) {
            *kept = size + 1;
        }
    }

    fn complete(&mut self, mut node: Node, anchor: usize, size: usize) {
        self.nodes = self.nodes.saturating_add(size);
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(self.root.take().unwrap_or(node)),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { entries, key, merged }) => match key.take() {
                None => *key = Some(node),
                Some(name) if matches!(&name.value, Value::Scalar { text, plain: true, .. } if text == "<<") => {
                    merged.push(node)
                }
                Some(name) => {
                    // The parser places a block scalar at its first line with content; people look for its key.
                    if matches!(node.value, Value::Scalar { block_indent: Some(_), .. }) {
                        (node.line, node.column) = (name.line, name.column);
                    }
                    entries.push(Entry { key: name, value: node });
                }
            },
        }
    }
}

/// YAML 1.1's merge key: entries of the merged mappings that the mapping itself does not have.
fn merge(entries: &mut Vec<Entry>, merged: &[Node]) {
    let mut sources = Vec::new();
    for node in merged {
        match &node.value {
            Value::Mapping(from) => sources.push(Rc::clone(from)),
            Value::Sequence(items) => sources.extend(items.iter().filter_map(|item| match &item.value {
                Value::Mapping(from) => Some(Rc::clone(from)),
                _ => None,
            })),
            Value::Scalar { .. } => {}
        }
    }
    for source in sources {
        for entry in source.iter() {
            if !entries.iter().any(|own| own.key.text() == entry.key.text()) {
                entries.push(entry.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_all(text: &str) -> Vec<Result<Option<Node>, Unreadable>> {
        documents(text).into_iter().map(parse).collect()
    }

    #[test]
    fn places_count_from_one_over_all_documents() {
        let read = parse_all("\u{feff}# head\r\na: 1\r\n---\nb:\n  é: [x, y]\n...\n---\nc: 3");
        let second = read[1].as_ref().unwrap().as_ref().unwrap();
        let list = second.get("b").unwrap().get("é").unwrap();
        assert_eq!((list.line, list.column), (5, 6));
        let third = read[2].as_ref().unwrap().as_ref().unwrap();
        assert_eq!((third.get("c").unwrap().line, third.get("c").unwrap().column), (8, 4));
    }

    #[test]
    fn one_broken_document_leaves_the_others_readable() {
        let read = parse_all("a: 1\n---\nb: {{ .Values.x }\n---\nc: 3\n");
        assert!(read[0].as_ref().unwrap().is_some());
        let error = read[1].as_ref().unwrap_err();
        assert!(error.line >= 3, "{error:?}");
        assert_eq!(read[2].as_ref().unwrap().as_ref().unwrap().get("c").unwrap().text(), Some("3"));
    }

    #[test]
    fn a_mark_inside_a_block_scalar_or_a_longer_word_does_not_cut() {
        assert_eq!(documents("a: |\n  ---\n  x\nb: 1\n").len(), 1);
        assert_eq!(documents("---x: 1\n").len(), 1);
        assert_eq!(documents("%YAML 1.2\n---\na: 1\n").len(), 1);
        assert_eq!(documents("").len(), 0);
    }

    #[test]
    fn aliases_and_merge_keys_are_followed_and_bombs_are_refused() {
        let read = parse_all("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n");
        let used = read[0].as_ref().unwrap().as_ref().unwrap().get("use").unwrap().clone();
        assert_eq!(used.get("x").unwrap().text(), Some("1"));
        assert_eq!(used.get("y").unwrap().text(), Some("3"));
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..9 {
            bomb += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
        }
        assert!(parse_all(&bomb)[0].as_ref().unwrap_err().message.contains("too large"));
    }

    #[test]
    fn a_block_scalar_knows_its_indentation() {
        for (text, line, indent) in
            [("k:\n  a: |\n\n    x\n    y\n", 2, 4), ("k:\n  a: |-\n    x\n", 2, 4), ("a: | # c\n x\n", 1, 1)]
        {
            let read = parse_all(text);
            let root = read[0].as_ref().unwrap().as_ref().unwrap();
            let node = root.get("a").or_else(|| root.get("k").unwrap().get("a")).unwrap();
            let Value::Scalar { block_indent, .. } = node.value else { panic!("{node:?}") };
            assert_eq!((node.line, block_indent), (line, Some(indent)), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_what_kubernetes_would_not_take_for_a_text() {
        for text in ["1", "1.0", "-3", "1e3", "0x1F", "0755", ".5", "1_000", ".inf"] {
            assert!(looks_like_number(text), "{text}");
        }
        for text in ["1.0.x", "1.0.0", "v1", "10m", "1-2", "", ".", "0xZZ", "1e"] {
            assert!(!looks_like_number(text), "{text}");
        }
    }
}
