//! A quick reader of plainly written manifests: block mappings and lists with a word, a sentence or a quoted text on one
//! line each, which is what nearly every manifest is. Anything else is left to the parser of all of YAML.
//!
//! It tells the parser's own events with the parser's own places, so that nothing behind it can tell the two apart; tests
//! hold it to that. Reading marked files is what setting an image costs most, and this reads them many times faster.

use granit_parser::{Event, Placement, ScalarStyle, StructureStyle};
use std::borrow::Cow;
use std::ops::Range;

use super::ignored::Reason;

/// Deeper manifests are left to the parser, with its own bounds.
const DEEPEST: usize = 32;
/// Longer keys are left to the parser: from 1024 characters on they have to be explicit (YAML 1.2.2, section 7.4.2).
const LONGEST_KEY: usize = 128;

/// Where something begins: its byte, its line from 1 and its column from 0.
#[derive(Debug, Clone, Copy)]
struct Place {
    byte: usize,
    line: u32,
    column: usize,
}

impl Place {
    fn ahead(self, bytes: usize) -> Self {
        Self { byte: self.byte + bytes, column: self.column + bytes, ..self }
    }
}

/// A collection that is not at its end yet.
#[derive(Debug)]
enum Open {
    /// With the place of the colon behind a key that has no value so far.
    Mapping {
        column: usize,
        waiting: Option<Place>,
    },
    List {
        column: usize,
    },
}

impl Open {
    fn column(&self) -> usize {
        match self {
            Self::Mapping { column, .. } | Self::List { column } => *column,
        }
    }
}

/// The text is not written plainly, or the listener wants no more.
struct Stop;

/// Tells the events of a text with their bytes, and their line and column from 1. Returns whether it could be told to its
/// end; if not, what was told is worth nothing, and the parser has the word.
pub(super) fn read<'t>(
    text: &'t str,
    tell: impl FnMut(Event<'t>, Range<usize>, (u32, u32)) -> Result<(), Reason>,
) -> bool {
    let is_plain = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
    let mut reader = Reader { tell, open: Vec::new(), is_in_document: false, has_root: false };
    text.ends_with('\n') && text.bytes().all(is_plain) && reader.all(text).is_ok()
}

struct Reader<F> {
    tell: F,
    /// From the document's root to the innermost.
    open: Vec<Open>,
    is_in_document: bool,
    /// Whether the document has begun with its one value.
    has_root: bool,
}

impl<'t, F: FnMut(Event<'t>, Range<usize>, (u32, u32)) -> Result<(), Reason>> Reader<F> {
    fn all(&mut self, text: &'t str) -> Result<(), Stop> {
        let mut at = Place { byte: 0, line: 1, column: 0 };
        for whole in text.split_terminator('\n') {
            let content = whole.trim_start_matches(' ');
            let indent = whole.len() - content.len();
            match content.as_bytes().first() {
                None => {}
                Some(b'#') => self.comment(content, at.ahead(indent))?,
                Some(b'-') if whole == "---" => self.begin_document(at)?,
                Some(_) => self.line(content, at.ahead(indent))?,
            }
            at = Place { byte: at.byte + whole.len() + 1, line: at.line.saturating_add(1), column: 0 };
        }
        self.end_document(at)
    }

    fn begin_document(&mut self, at: Place) -> Result<(), Stop> {
        if self.is_in_document {
            self.end_document(at)?;
        }
        (self.is_in_document, self.has_root) = (true, false);
        self.tell(Event::DocumentStart(true, None), at, 3)
    }

    /// A document without content has a value all the same, which the parser knows to place.
    fn end_document(&mut self, at: Place) -> Result<(), Stop> {
        if self.open.is_empty() {
            return Err(Stop);
        }
        while !self.open.is_empty() {
            self.close(at)?;
        }
        self.tell(Event::DocumentEnd, at, 0)
    }

    /// A line with content.
    fn line(&mut self, content: &'t str, at: Place) -> Result<(), Stop> {
        let item = content.strip_prefix("- ").map(|rest| rest.trim_start_matches(' '));
        let is_list = |open: &Open| matches!(open, Open::List { .. });
        while let Some(last) = self.open.last() {
            let is_over = last.column() > at.column || (last.column() == at.column && item.is_none() && is_list(last));
            if !is_over {
                break;
            }
            self.close(at)?;
        }
        match self.open.last() {
            None if !self.is_in_document => {
                self.is_in_document = true;
                self.tell(Event::DocumentStart(false, None), at, 0)?;
            }
            // A second root, or a text of several lines.
            None if self.has_root => return Err(Stop),
            Some(Open::List { .. }) if item.is_none() => return Err(Stop),
            _ if self.open.len() > DEEPEST => return Err(Stop),
            _ => {}
        }
        self.has_root = true;
        match item {
            Some(item) => self.item(item, at, at.ahead(content.len() - item.len())),
            None => self.entry(content, at),
        }
    }

    /// `- item`; `at` is the dash, `inner` what stands behind it.
    fn item(&mut self, item: &'t str, at: Place, inner: Place) -> Result<(), Stop> {
        match self.open.last_mut() {
            Some(Open::List { column }) if *column == at.column => {}
            Some(Open::Mapping { column, waiting: waiting @ Some(_) }) => {
                // Where the dashes stand under their key, the parser places the list at its first item.
                let start = if *column == at.column { inner } else { at };
                *waiting = None;
                self.begin_list(start, at.column)?;
            }
            None => self.begin_list(at, at.column)?,
            _ => return Err(Stop),
        }
        if key(item).is_some() { self.entry(item, inner) } else { self.value(item, inner) }
    }

    fn begin_list(&mut self, start: Place, column: usize) -> Result<(), Stop> {
        self.open.push(Open::List { column });
        self.tell(Event::SequenceStart(StructureStyle::Block, 0, None), start, 0)
    }

    /// `key: value`, `key:`, or the first of these behind a dash.
    fn entry(&mut self, content: &'t str, at: Place) -> Result<(), Stop> {
        let Some(key) = key(content) else { return Err(Stop) };
        let is_behind_dash = matches!(self.open.last(), Some(Open::List { column }) if *column < at.column);
        match self.open.last_mut() {
            Some(Open::Mapping { column, waiting }) if *column == at.column => {
                if let Some(colon) = waiting.take() {
                    self.nothing(colon)?;
                }
            }
            Some(Open::Mapping { waiting: waiting @ Some(_), .. }) => {
                *waiting = None;
                self.begin_mapping(at)?;
            }
            None => self.begin_mapping(at)?,
            Some(Open::List { .. }) if is_behind_dash => self.begin_mapping(at)?,
            _ => return Err(Stop),
        }
        self.scalar(key, ScalarStyle::Plain, at, key.len())?;
        let colon = at.ahead(key.len());
        let rest = &content[key.len() + 1..];
        let value = rest.trim_start_matches(' ');
        let inner = colon.ahead(1 + rest.len() - value.len());
        if value.is_empty() || value.starts_with('#') {
            if let Some(Open::Mapping { waiting, .. }) = self.open.last_mut() {
                *waiting = Some(colon);
            }
            return if value.is_empty() { Ok(()) } else { self.comment(value, inner) };
        }
        self.value(value, inner)
    }

    fn begin_mapping(&mut self, at: Place) -> Result<(), Stop> {
        self.open.push(Open::Mapping { column: at.column, waiting: None });
        self.tell(Event::MappingStart(StructureStyle::Block, 0, None), at, 0)
    }

    /// A value on one line, and the comment behind it.
    fn value(&mut self, text: &'t str, at: Place) -> Result<(), Stop> {
        let bytes = text.as_bytes();
        let length = match bytes {
            [b'{' | b'[', ..] => self.flow(text, at)?,
            [b'"' | b'\'', ..] => self.quoted(text, at)?,
            _ => {
                let word = word(text).ok_or(Stop)?;
                self.scalar(word, ScalarStyle::Plain, at, word.len())?;
                word.len()
            }
        };
        let rest = &text[length..];
        let behind = rest.trim_start_matches(' ');
        match behind.as_bytes().first() {
            None => Ok(()),
            // Behind a quote go-yaml wants no blank before a comment.
            Some(b'#') if behind.len() < rest.len() || matches!(bytes, [b'"' | b'\'', ..]) => {
                self.comment(behind, at.ahead(text.len() - behind.len()))
            }
            Some(_) => Err(Stop),
        }
    }

    /// A text in quotes without escapes. Returns its length.
    fn quoted(&mut self, text: &'t str, at: Place) -> Result<usize, Stop> {
        let quote = text.as_bytes().first().copied().unwrap_or_default();
        let inner = &text[1..];
        let end = memchr::memchr2(quote, b'\\', inner.as_bytes()).filter(|end| inner.as_bytes()[*end] == quote);
        let end = end.ok_or(Stop)?;
        let style = if quote == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
        self.scalar(&inner[..end], style, at, end + 2)?;
        Ok(end + 2)
    }

    /// `{key: word, other: "text"}` or `[word, "text"]` with nothing deeper in it. Returns its length.
    fn flow(&mut self, text: &'t str, at: Place) -> Result<usize, Stop> {
        let is_mapping = text.starts_with('{');
        let (start, end, closing) = match is_mapping {
            true => (Event::MappingStart(StructureStyle::Flow, 0, None), Event::MappingEnd, '}'),
            false => (Event::SequenceStart(StructureStyle::Flow, 0, None), Event::SequenceEnd, ']'),
        };
        self.tell(start, at, 1)?;
        let rest_at = |read: usize| text[read..].trim_start_matches(' ');
        let mut rest = rest_at(1);
        while !rest.starts_with(closing) {
            let mut length = self.flow_scalar(rest, at.ahead(text.len() - rest.len()))?;
            if is_mapping {
                let value = rest[length..].strip_prefix(": ").ok_or(Stop)?.trim_start_matches(' ');
                length = rest.len() - value.len() + self.flow_scalar(value, at.ahead(text.len() - value.len()))?;
            }
            rest = rest_at(text.len() - rest.len() + length);
            match rest.strip_prefix(',').map(|rest| rest.trim_start_matches(' ')) {
                Some(next) if !next.starts_with(closing) => rest = next,
                None if rest.starts_with(closing) => {}
                _ => return Err(Stop),
            }
        }
        let length = text.len() - rest.len();
        self.tell(end, at.ahead(length), 1)?;
        Ok(length + 1)
    }

    fn flow_scalar(&mut self, text: &'t str, at: Place) -> Result<usize, Stop> {
        if text.starts_with(['"', '\'']) {
            return self.quoted(text, at);
        }
        let length = name_length(text);
        if length == 0 {
            return Err(Stop);
        }
        self.scalar(&text[..length], ScalarStyle::Plain, at, length)?;
        Ok(length)
    }

    /// Ends the innermost collection before what stands at a place.
    fn close(&mut self, at: Place) -> Result<(), Stop> {
        match self.open.pop() {
            Some(Open::Mapping { waiting, .. }) => {
                if let Some(colon) = waiting {
                    self.nothing(colon)?;
                }
                self.tell(Event::MappingEnd, at, 0)
            }
            Some(Open::List { .. }) => self.tell(Event::SequenceEnd, at, 0),
            None => Ok(()),
        }
    }

    /// The value of a key that has none.
    fn nothing(&mut self, colon: Place) -> Result<(), Stop> {
        self.scalar("~", ScalarStyle::Plain, colon, 0)
    }

    fn scalar(&mut self, value: &'t str, style: ScalarStyle, at: Place, length: usize) -> Result<(), Stop> {
        self.tell(Event::Scalar(Cow::Borrowed(value), style, 0, None), at, length)
    }

    fn comment(&mut self, text: &'t str, at: Place) -> Result<(), Stop> {
        // Nobody asks where it stands to its neighbours: `attach` finds that out from the bytes.
        self.tell(Event::Comment(Cow::Borrowed(&text[1..]), Placement::Right), at, text.len())
    }

    fn tell(&mut self, event: Event<'t>, at: Place, length: usize) -> Result<(), Stop> {
        let column = u32::try_from(at.column).unwrap_or(u32::MAX).saturating_add(1);
        (self.tell)(event, at.byte..at.byte + length, (at.line, column)).map_err(|_| Stop)
    }
}

/// The key that a line begins with, without its colon.
fn key(content: &str) -> Option<&str> {
    let length = name_length(content);
    let is_key = (1..=LONGEST_KEY).contains(&length)
        && content[length..].starts_with(':')
        && matches!(content.as_bytes().get(length + 1), None | Some(b' '));
    is_key.then(|| &content[..length])
}

/// How many bytes of a text are a name, in which nothing can mean anything to YAML.
fn name_length(text: &str) -> usize {
    let begins = |first: &u8| first.is_ascii_alphanumeric() || *first == b'_';
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./-".contains(byte);
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(first) if begins(first) => bytes.iter().position(|byte| !is_inside(byte)).unwrap_or(bytes.len()),
        _ => 0,
    }
}

/// The plain scalar that a text begins with (YAML 1.2.2, section 7.3.3), up to a comment and without blanks at its end.
fn word(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let begins = match bytes.first()? {
        b'-' => bytes.get(1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'-'),
        first => first.is_ascii_alphanumeric() || b"/._$(+~=".contains(first),
    };
    let end = memchr::memchr_iter(b'#', bytes).find(|at| *at > 0 && bytes[at - 1] == b' ').unwrap_or(bytes.len());
    let word = text[..end].trim_end_matches(' ');
    let has_colon =
        memchr::memchr_iter(b':', word.as_bytes()).any(|at| matches!(word.as_bytes().get(at + 1), None | Some(b' ')));
    (begins && !has_colon).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use granit_parser::{Parser, options};
    use proptest::prelude::*;

    /// The events but for comments, and the comments: nobody asks between which events a comment was told.
    type Told = [Vec<(String, Range<usize>, (u32, u32))>; 2];

    fn words(event: &Event<'_>) -> String {
        match event {
            Event::Comment(text, _) => format!("#{text}"),
            other => format!("{other:?}"),
        }
    }

    fn plain(text: &str) -> Option<Told> {
        let mut told = Told::default();
        let is_told = read(text, |event, bytes, place| {
            told[usize::from(matches!(event, Event::Comment(..)))].push((words(&event), bytes, place));
            Ok(())
        });
        is_told.then_some(told)
    }

    fn parsed(text: &str) -> Result<Told, String> {
        let settings = options! { max_buffered_comment_events: usize::MAX, block_scalar_eof_without_line_feed: true };
        let mut told = Told::default();
        for event in Parser::new_from_str_with_options(text, settings) {
            let (event, span) = event.map_err(|error| error.to_string())?;
            if !matches!(event, Event::StreamStart | Event::StreamEnd) {
                let place = (span.start.line() as u32, span.start.col() as u32 + 1);
                let bytes = span.byte_range().unwrap_or_default();
                told[usize::from(matches!(event, Event::Comment(..)))].push((words(&event), bytes, place));
            }
        }
        Ok(told)
    }

    /// A manifest with one of everything that is plain.
    const MANIFEST: &str = "# head
---
apiVersion: apps/v1 # behind
kind: Deployment
metadata:
  name: app
  # between
  annotations: {}
  labels:
    app.kubernetes.io/name: 'app'   # quoted
  empty:
  8080: a#b \"c\" {d} it's
spec:
  template:
    spec:
      containers:
      - name: app
        image: registry.example.com:5000/team/app:1.0.0@sha256:00 # {\"$imagepolicy\": \"flux-system:app\"}
        args:
          - --level=info
          - -v
          - $(HOME)/x
        env: []
        resources: {limits: \"all\", requests:  none} # short
        ports: [ 80, '443' ]
        list:   # of the same indentation
        - \"one\"
        -   two
        -   deep:   1
            deeper:
              - {}
      -  name: other
         nothing:

         # inside
         last:
---
- a
- b: c
  d:
- e
---
x: y
# tail
";

    #[test]
    fn a_plain_manifest_is_read_as_the_parser_reads_it() {
        let told = plain(MANIFEST).expect("it is plain");
        let expected = parsed(MANIFEST).expect("it is YAML");
        for (ours, theirs) in told.iter().flatten().zip(expected.iter().flatten()) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        let others = [
            "",
            "# nothing\n",
            "a: b",
            "---\n---\na: b\n",
            "a: b\n---\n",
            "--- {a: b}\n",
            "a: |\n  b\n",
            "a: >-\n  b\n",
            "a: b\n  c\n",
            "a:\n  b\n",
            "a: {b: {c: d}}\n",
            "a: {b: c,}\n",
            "a: {b: c\n",
            "a: {b:c}\n",
            "a: {b}\n",
            "a: {b: }\n",
            "a: {b: c} d\n",
            "a: {'b':c}\n",
            "a: [b: c]\n",
            "a: [b c]\n",
            "a: [b, ]\n",
            "a: [,b]\n",
            "a: [b,\n  c]\n",
            "a: &b c\n",
            "a: *b\n",
            "a: !!str b\n",
            "a: \"b\\n\"\n",
            "a: 'it''s'\n",
            "a: \"b\" c\n",
            "a: \"b\n  c\"\n",
            "a: b: c\n",
            "a: b:\n",
            "? a\n: b\n",
            "\"a\": b\n",
            "a : b\n",
            "a:\tb\n",
            "a: b\r\n",
            "a: \u{e9}\n",
            "- - a\n",
            "-\n  a: b\n",
            "- a\n  b: c\n",
            "- a: b\n c: d\n",
            "- a\nb: c\n",
            "a: b\n- c\n",
            "a:\n  - b\n  c: d\n",
            "a:\n    b: c\n  d: e\n",
            "  a: b\nc: d\n",
            "%YAML 1.2\n---\na: b\n",
            "a: b\n...\n",
            "a\n",
            "a: - b\n",
            "a: -\n",
            "a: %b\n",
            "a: @b\n",
            "a: ,b\n",
        ];
        for other in others {
            assert_eq!(plain(other), None, "{other:?}");
        }
    }

    /// Lines that are plain and lines that nearly are, at all indentations.
    fn line() -> impl Strategy<Value = String> {
        let content = prop::sample::select(vec![
            "a:",
            "b: c",
            "b: c d",
            "k: 'q' ",
            "k: \"q\" # c",
            "n: {}",
            "l: [] # c",
            "# c",
            "#",
            "",
            "- a",
            "- b: c",
            "- d:",
            "-  e: f",
            "- \"q\"",
            "- {}",
            "x",
            "-",
            "- - y",
            "---",
            "u: v:w",
            "u: v: w",
            "p: a#b",
            "p: a #b",
            "h: -1",
            "h: - 1",
            "i: |",
            "t: ~",
            "e: ''",
            "s: \"\\\"\"",
            "f: {a: b}",
            "f: { a: 'b' ,c:  d } # c",
            "- [a, \"b\" ,c]",
            "- [ a,b ]",
            "- #c",
            "k:    # c",
            "o: \"a\"b",
            "v: -",
            "r:  two  ",
            "...",
        ]);
        (0..7_usize, content).prop_map(|(indent, content)| format!("{}{content}\n", " ".repeat(indent)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn whatever_is_told_is_what_the_parser_tells(lines in prop::collection::vec(line(), 1..9)) {
            let text = lines.concat();
            if let Some(told) = plain(&text) {
                prop_assert_eq!(Ok(told), parsed(&text), "{}", text);
            }
        }

        #[test]
        fn a_manifest_with_one_line_moved_or_changed_is_no_different(
            at in 0..40_usize,
            removed in 0..3_usize,
            line in line(),
        ) {
            let mut lines: Vec<&str> = MANIFEST.split_inclusive('\n').collect();
            let at = at.min(lines.len());
            let end = (at + removed).min(lines.len());
            lines.splice(at..end, [line.as_str()]);
            let text = lines.concat();
            if let Some(told) = plain(&text) {
                prop_assert_eq!(Ok(told), parsed(&text), "{}", text);
            }
        }
    }
}
