//! A YAML file as a flat list of its nodes with their bytes, their roles and the Kubernetes object they belong to.

use super::ObjectId;
use super::ignored::Reason;
use super::plain;
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, options};
use std::borrow::Cow;
use std::ops::Range;

/// What a node is to the collection that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Root,
    Key,
    Value,
    Item,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape<'t> {
    Scalar { value: Cow<'t, str>, style: ScalarStyle, tag: ScalarTag },
    Alias,
    Start,
    End,
}

/// The explicit tag of a scalar, as far as it matters to writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScalarTag {
    /// None, or one of the application's own.
    Free,
    /// `!!str`
    Text,
    /// Another type of YAML's own, such as `!!int`.
    Typed,
}

/// A node, or the end of a collection. Byte ranges count from the beginning of the text that was given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'t> {
    pub(crate) shape: Shape<'t>,
    pub(crate) role: Role,
    pub(crate) span: Range<usize>,
    /// Where it begins: a block scalar with its header, whose lines are the span.
    pub(crate) begin: usize,
    /// Line from 1 and column in characters from 1.
    pub(crate) place: (u32, u32),
    /// The collection that holds it.
    pub(crate) frame: usize,
    /// Position among its siblings, keys counted too.
    pub(crate) position: u32,
    pub(crate) in_flow: bool,
}

/// A collection, or the document itself.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(super) parent: Option<usize>,
    is_mapping: bool,
    flow: bool,
    children: u32,
    /// Bytes of the keys read so far; of mappings only.
    keys: Vec<Range<usize>>,
    /// The key under which this collection stands.
    key: Option<Range<usize>>,
    duty: Duty,
    pub(super) document: usize,
}

/// What a collection is to the object it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Duty {
    None,
    Document,
    /// The mapping that is an object.
    Object(usize),
    Metadata(usize),
    Annotations(usize),
    /// `items` of the document's mapping.
    Items,
}

/// A Kubernetes object, and the annotations that decide whether Flux reads its file at all.
#[derive(Debug, Default)]
struct Object {
    id: ObjectId,
    paths: [Option<String>; 4],
}

/// The annotations of kyaml, the old name before the internal one.
const PATHS: [&str; 4] = [
    "config.kubernetes.io/path",
    "internal.config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "internal.config.kubernetes.io/index",
];

/// A comment that might be a marker.
#[derive(Debug)]
pub(crate) struct Comment<'t> {
    pub(super) text: Cow<'t, str>,
    pub(crate) span: Range<usize>,
    pub(crate) place: (u32, u32),
}

/// Everything that attaching markers needs.
#[derive(Debug, Default)]
pub(crate) struct Document<'t> {
    pub(crate) nodes: Vec<Node<'t>>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) comments: Vec<Comment<'t>>,
    objects: Vec<Object>,
}

impl<'t> Document<'t> {
    /// Reads a whole file. `wanted` says which comments to keep, by their text behind the `#`.
    ///
    /// # Errors
    /// Why Flux would read nothing of the file.
    pub(crate) fn read(text: &'t str, wanted: fn(&str) -> bool) -> Result<Self, Reason> {
        check_separators(text)?;
        check_directives(text)?;
        let mut builder = Builder { text, ..Builder::default() };
        if !plain::read(text, |event, bytes, place| builder.take(event, bytes, place, wanted)) {
            builder = Builder::parsed(text, wanted)?;
        }
        for object in &builder.document.objects {
            let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
            if differ(&object.paths[0], &object.paths[1]) || differ(&object.paths[2], &object.paths[3]) {
                return Err(Reason::PathAnnotations);
            }
        }
        Ok(builder.document)
    }

    /// The object that a collection belongs to: an item of a `List`, otherwise the document.
    pub(super) fn object_of(&self, mut frame: usize) -> ObjectId {
        let mut own = None;
        loop {
            let this = &self.frames[frame];
            if let Duty::Object(object) = this.duty {
                let id = &self.objects[object].id;
                let in_items = this.parent.is_some_and(|parent| self.frames[parent].duty == Duty::Items);
                if in_items && !id.kind.is_empty() {
                    own = Some(id);
                } else if !in_items {
                    let is_list = id.kind.ends_with("List");
                    return own.filter(|_| is_list).unwrap_or(id).clone();
                }
            }
            match this.parent {
                Some(parent) => frame = parent,
                None => return own.cloned().unwrap_or_default(),
            }
        }
    }

    /// Whether the collection stands, at any depth, under a key that its mapping has before.
    pub(super) fn is_shadowed(&self, text: &str, node: &Node<'_>, key: Option<&Range<usize>>) -> bool {
        let repeated = |frame: usize, key: &Range<usize>| {
            let same = |other: &&Range<usize>| other.start < key.start && text[(*other).clone()] == text[key.clone()];
            self.frames[frame].keys.iter().any(|other| same(&other))
        };
        if key.is_some_and(|key| repeated(node.frame, key)) {
            return true;
        }
        let mut frame = node.frame;
        while let Some(parent) = self.frames[frame].parent {
            if self.frames[frame].key.as_ref().is_some_and(|key| repeated(parent, key)) {
                return true;
            }
            frame = parent;
        }
        false
    }
}

/// kyaml cuts files at lines that begin with `---` and refuses content behind it; the first line is read as it is.
fn check_separators(text: &str) -> Result<(), Reason> {
    let refused = text.match_indices("\n---").any(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let (line, ended) = rest.find('\n').map_or((rest, false), |end| (&rest[..end], true));
        let content = line.trim();
        ended && !content.is_empty() && !content.starts_with('#')
    });
    if refused { Err(Reason::SeparatorContent) } else { Ok(()) }
}

/// Flux parts a file at its `---` lines before it reads the documents, so that go-yaml misses the one behind a directive
/// (yaml.v3, scannerc.go and parserc.go: an unknown directive is an error too).
fn check_directives(text: &str) -> Result<(), Reason> {
    if !text.starts_with('%') && memchr::memmem::find(text.as_bytes(), b"\n%").is_none() {
        return Ok(());
    }
    let mut at_start = true;
    for line in text.lines() {
        if at_start && line.starts_with('%') {
            return Err(Reason::Directive);
        }
        let content = line.trim();
        at_start = line.starts_with("---") || (at_start && (content.is_empty() || content.starts_with('#')));
    }
    Ok(())
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    document: Document<'t>,
    open: Vec<usize>,
}

impl<'t> Builder<'t> {
    /// Reads all of YAML.
    fn parsed(text: &'t str, wanted: fn(&str) -> bool) -> Result<Self, Reason> {
        let settings = options! { max_buffered_comment_events: usize::MAX, block_scalar_eof_without_line_feed: true };
        let mut builder = Self { text, ..Self::default() };
        for event in Parser::new_from_str_with_options(text, settings) {
            let (event, span) = event.map_err(|error| Reason::Unreadable {
                line: count(error.marker().line()),
                message: error.kind().to_string(),
            })?;
            let bytes = span.byte_range().unwrap_or_default();
            let place = (count(span.start.line()), count(span.start.col()).saturating_add(1));
            builder.take(event, bytes, place, wanted)?;
        }
        Ok(builder)
    }

    fn take(
        &mut self,
        event: Event<'t>,
        span: Range<usize>,
        place: (u32, u32),
        wanted: fn(&str) -> bool,
    ) -> Result<(), Reason> {
        match event {
            Event::Comment(text, _) if wanted(&text) => self.document.comments.push(Comment { text, span, place }),
            Event::DocumentStart(_, Some(_)) => return Err(Reason::Directive),
            Event::DocumentStart(..) => {
                self.open(None, false, false, None, Duty::Document);
            }
            Event::DocumentEnd => {
                self.open.pop();
            }
            Event::Scalar(value, style, _, tag) => {
                let tag = match tag.as_deref() {
                    Some(tag) if tag.core_suffix() == Some("str") => ScalarTag::Text,
                    Some(tag) if tag.core_suffix().is_some() => ScalarTag::Typed,
                    _ => ScalarTag::Free,
                };
                if style == ScalarStyle::DoubleQuoted && has_escaped_slash(&self.text[span.clone()]) {
                    return Err(Reason::EscapedSlash);
                }
                let (mut place, mut begin) = (place, span.start);
                if let Some(header) = block_header(self.text, style, span.start) {
                    // People look for the value on the line of its key.
                    place.0 = place.0.saturating_sub(breaks(&self.text[header.start..span.start]));
                    place.1 = column(self.text, header.start);
                    begin = header.start;
                }
                self.node(Shape::Scalar { value, style, tag }, begin, span, place)?;
            }
            Event::Alias(_) => {
                self.node(Shape::Alias, span.start, span, place)?;
            }
            Event::MappingStart(style, ..) => self.start(true, style, span, place)?,
            Event::SequenceStart(style, ..) => self.start(false, style, span, place)?,
            Event::MappingEnd | Event::SequenceEnd => {
                let closed = self.open.pop();
                let frame = self.open.last().copied().unwrap_or_default();
                let in_flow = closed.is_some_and(|closed| self.document.frames[closed].flow);
                let role = Role::Root;
                let begin = span.start;
                self.document.nodes.push(Node {
                    shape: Shape::End,
                    role,
                    span,
                    begin,
                    place,
                    frame,
                    position: 0,
                    in_flow,
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds a node to the open collection. Returns the key it stands under.
    fn node(
        &mut self,
        shape: Shape<'t>,
        begin: usize,
        span: Range<usize>,
        place: (u32, u32),
    ) -> Result<Option<Range<usize>>, Reason> {
        let Some(&at) = self.open.last() else { return Ok(None) };
        let frame = &mut self.document.frames[at];
        let (position, in_flow) = (frame.children, frame.flow);
        frame.children = frame.children.saturating_add(1);
        let role = match (frame.is_mapping, frame.duty) {
            (true, _) if position % 2 == 0 => Role::Key,
            (true, _) => Role::Value,
            (false, Duty::Document) => Role::Root,
            (false, _) => Role::Item,
        };
        let mut key = None;
        match role {
            Role::Key => frame.keys.push(span.clone()),
            Role::Value => key = frame.keys.last().cloned(),
            Role::Root | Role::Item => {}
        }
        let duty = frame.duty;
        if let (Some(key), Shape::Scalar { value, style, .. }) = (&key, &shape) {
            self.learn(duty, key.clone(), value, *style)?;
        }
        self.document.nodes.push(Node { shape, role, span, begin, place, frame: at, position, in_flow });
        Ok(key)
    }

    /// Notes what a scalar says about the object it belongs to.
    fn learn(&mut self, duty: Duty, key: Range<usize>, value: &str, style: ScalarStyle) -> Result<(), Reason> {
        let name = unquoted(&self.text[key]);
        let field = match duty {
            Duty::Object(object) => {
                if name == "metadata" && !(style == ScalarStyle::Plain && is_null(value)) {
                    return Err(Reason::MetadataNotMapping);
                }
                let id = &mut self.document.objects[object].id;
                match name {
                    "apiVersion" => &mut id.api_version,
                    "kind" => &mut id.kind,
                    _ => return Ok(()),
                }
            }
            Duty::Metadata(object) => {
                let id = &mut self.document.objects[object].id;
                match name {
                    "name" => &mut id.name,
                    "namespace" => &mut id.namespace,
                    _ => return Ok(()),
                }
            }
            Duty::Annotations(object) => {
                if let Some(path) = PATHS.iter().position(|path| *path == name) {
                    self.document.objects[object].paths[path] = Some(value.to_owned());
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        if field.is_empty() {
            value.clone_into(field);
        }
        Ok(())
    }

    fn start(
        &mut self,
        is_mapping: bool,
        style: StructureStyle,
        span: Range<usize>,
        place: (u32, u32),
    ) -> Result<(), Reason> {
        let parent = self.open.last().copied();
        let key = self.node(Shape::Start, span.start, span, place)?;
        let duty = parent.map_or(Duty::None, |parent| self.document.frames[parent].duty);
        let name = key.clone().map(|key| unquoted(&self.text[key]));
        let own = match (duty, name, is_mapping) {
            (Duty::Document, _, true) | (Duty::Items, _, true) => Duty::Object(self.new_object()),
            (Duty::Object(object), Some("metadata"), true) => Duty::Metadata(object),
            (Duty::Object(_), Some("metadata"), false) => return Err(Reason::MetadataNotMapping),
            (Duty::Metadata(object), Some("annotations"), true) => Duty::Annotations(object),
            (Duty::Object(_), Some("items"), false) if self.open.len() == 2 => Duty::Items,
            _ => Duty::None,
        };
        self.open(parent, is_mapping, style == StructureStyle::Flow, key, own);
        Ok(())
    }

    fn new_object(&mut self) -> usize {
        self.document.objects.push(Object::default());
        self.document.objects.len() - 1
    }

    fn open(&mut self, parent: Option<usize>, is_mapping: bool, flow: bool, key: Option<Range<usize>>, duty: Duty) {
        let frames = &mut self.document.frames;
        let document = match parent {
            Some(parent) => frames[parent].document,
            None => frames.len(),
        };
        frames.push(Frame { parent, is_mapping, flow, children: 0, keys: Vec::new(), key, duty, document });
        self.open.push(frames.len() - 1);
    }
}

/// The `|` or `>` of a block scalar with its indicators, searched backwards from its first line of content. `None` for
/// other scalars.
pub(super) fn block_header(text: &str, style: ScalarStyle, content: usize) -> Option<Range<usize>> {
    if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        return None;
    }
    let mut end = content;
    while end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |before| before + 1);
        let code = before_comment(&text[start..end]);
        if !code.trim().is_empty() {
            let mark = code.rfind(['|', '>'])?;
            return Some(start + mark..start + mark + code[mark..].trim_end().len());
        }
        end = start;
    }
    None
}

/// A line without its comment: a `#` at the beginning or behind a blank.
fn before_comment(line: &str) -> &str {
    let comment = line.char_indices().find(|(at, c)| *c == '#' && (*at == 0 || line[..*at].ends_with([' ', '\t'])));
    comment.map_or(line, |(at, _)| &line[..at])
}

fn breaks(text: &str) -> u32 {
    count(text.matches('\n').count())
}

fn column(text: &str, at: usize) -> u32 {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    count(text[start..at].chars().count()).saturating_add(1)
}

/// A key as it is written, without quotes. Escapes in keys of Kubernetes' own are nobody's habit.
fn unquoted(key: &str) -> &str {
    let inner = |quote| key.strip_prefix(quote).and_then(|key: &str| key.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(key)
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether a double-quoted scalar holds `\/`, an escape of YAML 1.2 that go-yaml does not know.
fn has_escaped_slash(source: &str) -> bool {
    let mut escaped = false;
    source.bytes().any(|byte| {
        let found = escaped && byte == b'/';
        escaped = byte == b'\\' && !escaped;
        found
    })
}
