//! Reads Go's syntax (`regexp/syntax` with the flags of `regexp.Compile`) into a tree without any syntax left in it.

use regex_syntax::hir::ClassUnicode;

use super::class;
use super::error::{ErrorKind, GoRegexError};

/// The most levels of a tree, as in Go.
pub(super) const DEEPEST: u32 = 1000;
/// The most copies that repetitions, one inside another, may make of something, as in Go.
const MOST_COPIES: u32 = 1000;

/// A pattern, read.
pub(super) struct Parsed {
    pub(super) root: Node,
    /// The names of the groups by index; the first is the whole match.
    pub(super) groups: Vec<Option<Box<str>>>,
}

/// A part of a pattern.
pub(super) struct Node {
    pub(super) kind: NodeKind,
    height: u32,
    copies: u32,
}

pub(super) enum NodeKind {
    /// Matches nothing at all, everywhere.
    Empty,
    /// One character of a set.
    Class(ClassUnicode),
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    WordEdge,
    NoWordEdge,
    Capture(Box<Node>),
    Repeat {
        inner: Box<Node>,
        min: u32,
        max: Option<u32>,
        greedy: bool,
    },
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
}

impl Node {
    fn leaf(kind: NodeKind) -> Self {
        Self { kind, height: 1, copies: 1 }
    }

    /// A node above the parts, whose kind is to be set when the parts can be moved.
    fn over(parts: &[Self]) -> Self {
        let height = 1 + parts.iter().map(|part| part.height).max().unwrap_or(0);
        let copies = parts.iter().map(|part| part.copies).max().unwrap_or(1);
        Self { kind: NodeKind::Empty, height, copies }
    }

    /// The parts one after another; a single part stays itself.
    fn concat(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::leaf(NodeKind::Empty),
            1 => parts.remove(0),
            _ => Self::over(&parts).with(NodeKind::Concat(parts)),
        }
    }

    /// One of the branches; a single branch stays itself.
    fn alternate(mut branches: Vec<Self>) -> Self {
        match branches.len() {
            1 => branches.remove(0),
            _ => Self::over(&branches).with(NodeKind::Alternate(branches)),
        }
    }

    fn with(self, kind: NodeKind) -> Self {
        Self { kind, ..self }
    }
}

impl Parsed {
    /// Whether the pattern is `^…$` at its outermost level.
    pub(super) fn is_anchored(&self) -> bool {
        match &self.root.kind {
            NodeKind::Concat(parts) => {
                matches!(parts.first().map(|part| &part.kind), Some(NodeKind::TextStart))
                    && matches!(parts.last().map(|part| &part.kind), Some(NodeKind::TextEnd))
            }
            _ => false,
        }
    }
}

#[derive(Clone, Copy)]
struct Flags {
    /// `i`: upper and lower case are one.
    fold: bool,
    /// `m`: `^` and `$` match at lines.
    lines: bool,
    /// `s`: the dot matches a newline.
    dot_newline: bool,
    /// `U`: repetitions are lazy, and `?` makes them greedy.
    lazy: bool,
}

/// A group that is not closed yet.
struct Open {
    captures: bool,
    flags_outside: Flags,
    branches: Vec<Node>,
    items: Vec<Node>,
}

struct Parser<'p> {
    whole: &'p str,
    at: usize,
    flags: Flags,
    /// The groups that are open; the first is the whole pattern.
    open: Vec<Open>,
    groups: Vec<Option<Box<str>>>,
}

pub(super) fn parse(pattern: &str) -> Result<Parsed, GoRegexError> {
    let flags = Flags { fold: false, lines: false, dot_newline: false, lazy: false };
    let outermost = Open { captures: false, flags_outside: flags, branches: Vec::new(), items: Vec::new() };
    let mut parser = Parser { whole: pattern, at: 0, flags, open: vec![outermost], groups: vec![None] };
    let mut last_repeat = None;
    while parser.at < pattern.len() {
        last_repeat = parser.step(last_repeat)?;
    }
    match parser.open.pop() {
        Some(open) if parser.open.is_empty() => Ok(Parsed { root: open.close(), groups: parser.groups }),
        _ => Err(GoRegexError::new(ErrorKind::MissingParen, pattern)),
    }
}

impl Open {
    fn next_branch(&mut self) {
        let branch = Node::concat(std::mem::take(&mut self.items));
        self.branches.push(branch);
    }

    fn close(mut self) -> Node {
        self.next_branch();
        Node::alternate(self.branches)
    }
}

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p str {
        &self.whole[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.whole.as_bytes().get(self.at).copied()
    }

    fn next_char(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// The error about the text from `start` to where the parser stands.
    fn error<T>(&self, kind: ErrorKind, start: usize) -> Result<T, GoRegexError> {
        Err(GoRegexError::new(kind, &self.whole[start..self.at]))
    }

    fn error_about<T>(&self, kind: ErrorKind, part: &str) -> Result<T, GoRegexError> {
        Err(GoRegexError::new(kind, part))
    }

    fn current(&mut self) -> &mut Open {
        self.open.last_mut().expect("the outermost group is closed only at the end")
    }

    fn push(&mut self, node: Node) -> Result<(), GoRegexError> {
        let too_deep = node.height > DEEPEST;
        self.current().items.push(node);
        if too_deep { self.error_about(ErrorKind::NestingDepth, self.whole) } else { Ok(()) }
    }

    fn push_leaf(&mut self, kind: NodeKind) -> Result<(), GoRegexError> {
        self.push(Node::leaf(kind))
    }

    fn push_class(&mut self, class: ClassUnicode) -> Result<(), GoRegexError> {
        self.push_leaf(NodeKind::Class(class))
    }

    fn push_literal(&mut self, code: u32) -> Result<(), GoRegexError> {
        self.push_class(class::range(code, code, self.flags.fold))
    }

    /// Reads one item. Takes and returns where the repetition that ends right here began.
    fn step(&mut self, last_repeat: Option<usize>) -> Result<Option<usize>, GoRegexError> {
        let start = self.at;
        let flags = self.flags;
        match self.next_char().expect("the caller looked that there is more") {
            '(' => self.open_group(start)?,
            ')' => self.close_group()?,
            '|' => self.current().next_branch(),
            '^' => self.push_leaf(if flags.lines { NodeKind::LineStart } else { NodeKind::TextStart })?,
            '$' => self.push_leaf(if flags.lines { NodeKind::LineEnd } else { NodeKind::TextEnd })?,
            '.' => self.push_class(class::any(flags.dot_newline))?,
            '[' => self.bracket_class(start)?,
            '*' => return self.repeat(start, 0, None, last_repeat).map(Some),
            '+' => return self.repeat(start, 1, None, last_repeat).map(Some),
            '?' => return self.repeat(start, 0, Some(1), last_repeat).map(Some),
            '{' => match self.repeat_count() {
                Some((min, max)) => return self.counted(start, min, max, last_repeat).map(Some),
                None => self.push_literal(u32::from('{'))?,
            },
            '\\' => self.escape(start)?,
            literal => self.push_literal(u32::from(literal))?,
        }
        Ok(None)
    }

    fn open_group(&mut self, start: usize) -> Result<(), GoRegexError> {
        let flags_outside = self.flags;
        let mut captures = true;
        if self.peek() == Some(b'?') {
            match self.perl_group(start)? {
                Perl::FlagsOnly => return Ok(()),
                Perl::Group => captures = false,
                Perl::Named(name) => self.groups.push(Some(name.into())),
            }
        } else {
            self.groups.push(None);
        }
        if self.open.len() > DEEPEST as usize {
            return self.error_about(ErrorKind::NestingDepth, self.whole);
        }
        self.open.push(Open { captures, flags_outside, branches: Vec::new(), items: Vec::new() });
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), GoRegexError> {
        if self.open.len() == 1 {
            return self.error_about(ErrorKind::UnexpectedParen, self.whole);
        }
        let open = self.open.pop().expect("there are two or more");
        self.flags = open.flags_outside;
        let captures = open.captures;
        let inner = open.close();
        if !captures {
            return self.push(inner);
        }
        let capture = Node::over(std::slice::from_ref(&inner));
        self.push(capture.with(NodeKind::Capture(Box::new(inner))))
    }

    /// Reads what follows `(?`: a name, flags, or both flags and the start of a group.
    fn perl_group(&mut self, start: usize) -> Result<Perl<'p>, GoRegexError> {
        let text = &self.whole[start..];
        let name_at = if text.starts_with("(?P<") && text.len() > 4 {
            Some(4)
        } else if text.starts_with("(?<") && text.len() > 3 {
            Some(3)
        } else {
            None
        };
        if let Some(name_at) = name_at {
            let Some(end) = text.find('>') else { return self.error_about(ErrorKind::NamedCapture, text) };
            let name = &text[name_at..end];
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return self.error_about(ErrorKind::NamedCapture, &text[..=end]);
            }
            self.at = start + end + 1;
            return Ok(Perl::Named(name));
        }
        self.at = start + 2;
        self.perl_flags(start)
    }

    fn perl_flags(&mut self, start: usize) -> Result<Perl<'p>, GoRegexError> {
        let mut flags = self.flags;
        let (mut value, mut saw_flag) = (true, false);
        while let Some(next) = self.next_char() {
            let flag = match next {
                'i' => &mut flags.fold,
                'm' => &mut flags.lines,
                's' => &mut flags.dot_newline,
                'U' => &mut flags.lazy,
                '-' if value => {
                    (value, saw_flag) = (false, false);
                    continue;
                }
                ':' | ')' if value || saw_flag => {
                    self.flags = flags;
                    return Ok(if next == ':' { Perl::Group } else { Perl::FlagsOnly });
                }
                _ => break,
            };
            *flag = value;
            saw_flag = true;
        }
        self.error(ErrorKind::PerlOperator, start)
    }

    /// Reads `min}`, `min,}` or `min,max}` behind a brace. `None`, and nothing read, when it is none of them. A number too
    /// large to matter is `u32::MAX`.
    fn repeat_count(&mut self) -> Option<(u32, Option<u32>)> {
        let (min, rest) = read_count(self.rest())?;
        let (max, rest) = match rest.strip_prefix(',') {
            None => (Some(min), rest),
            Some(rest) if rest.starts_with('}') => (None, rest),
            Some(rest) => {
                let (max, rest) = read_count(rest)?;
                (Some(max), rest)
            }
        };
        let rest = rest.strip_prefix('}')?;
        self.at = self.whole.len() - rest.len();
        Some((min, max))
    }

    fn counted(
        &mut self,
        start: usize,
        min: u32,
        max: Option<u32>,
        last_repeat: Option<usize>,
    ) -> Result<usize, GoRegexError> {
        if min > MOST_COPIES || max.is_some_and(|max| max > MOST_COPIES || min > max) {
            return self.error(ErrorKind::RepeatSize, start);
        }
        self.repeat(start, min, max, last_repeat)?;
        let repeated = self.current().items.last_mut().expect("it was just repeated");
        let times = max.unwrap_or(min);
        if max == Some(0) {
            repeated.copies = 1;
        } else if times > 0 {
            repeated.copies = repeated.copies.saturating_mul(times);
        }
        let is_valid = repeated.copies <= MOST_COPIES || (min < 2 && max.is_none_or(|max| max < 2));
        if is_valid { Ok(start) } else { self.error(ErrorKind::RepeatSize, start) }
    }

    fn repeat(
        &mut self,
        start: usize,
        min: u32,
        max: Option<u32>,
        last_repeat: Option<usize>,
    ) -> Result<usize, GoRegexError> {
        let mut greedy = !self.flags.lazy;
        if self.peek() == Some(b'?') {
            self.at += 1;
            greedy = !greedy;
        }
        if let Some(last) = last_repeat {
            return self.error(ErrorKind::RepeatOperator, last);
        }
        let Some(inner) = self.current().items.pop() else {
            return self.error(ErrorKind::MissingRepeatArgument, start);
        };
        let node = Node::over(std::slice::from_ref(&inner));
        self.push(node.with(NodeKind::Repeat { inner: Box::new(inner), min, max, greedy }))?;
        Ok(start)
    }

    /// Reads what follows a backslash outside of a class.
    fn escape(&mut self, start: usize) -> Result<(), GoRegexError> {
        let kind = match self.peek() {
            Some(b'A') => NodeKind::TextStart,
            Some(b'z') => NodeKind::TextEnd,
            Some(b'b') => NodeKind::WordEdge,
            Some(b'B') => NodeKind::NoWordEdge,
            Some(b'Q') => {
                self.at += 1;
                return self.quoted();
            }
            _ => {
                return match self.escaped_class(start)? {
                    Some(class) => self.push_class(class),
                    None => {
                        let literal = self.escaped_char(start)?;
                        self.push_literal(literal)
                    }
                };
            }
        };
        self.at += 1;
        self.push_leaf(kind)
    }

    /// `\Q…\E`; without an end it goes to the end of the pattern.
    fn quoted(&mut self) -> Result<(), GoRegexError> {
        let rest = self.rest();
        let (text, length) = match rest.split_once(r"\E") {
            Some((text, _)) => (text, text.len() + 2),
            None => (rest, rest.len()),
        };
        self.at += length;
        text.chars().try_for_each(|literal| self.push_literal(u32::from(literal)))
    }

    /// Reads `d`, `W`, `pL`, `P{Greek}` behind the backslash at `start`. `None`, and nothing read, if it is none of them.
    fn escaped_class(&mut self, start: usize) -> Result<Option<ClassUnicode>, GoRegexError> {
        let fold = self.flags.fold;
        let Some(letter) = self.peek() else { return Ok(None) };
        if matches!(letter, b'd' | b's' | b'w' | b'D' | b'S' | b'W') {
            self.at += 1;
            let name = char::from(letter.to_ascii_lowercase()).to_string();
            return Ok(class::group(&name, letter.is_ascii_uppercase(), fold));
        }
        if !matches!(letter, b'p' | b'P') {
            return Ok(None);
        }
        self.at += 1;
        let mut negated = letter == b'P';
        let text = &self.whole[start..];
        let name = match self.next_char() {
            Some('{') => {
                let Some(end) = text.find('}') else { return self.error_about(ErrorKind::CharRange, text) };
                self.at = start + end + 1;
                &text[3..end]
            }
            _ => &self.whole[start + 2..self.at],
        };
        let name = name.strip_prefix('^').inspect(|_| negated = !negated).unwrap_or(name);
        match class::unicode(name, negated, fold) {
            Some(class) => Ok(Some(class)),
            None => self.error(ErrorKind::CharRange, start),
        }
    }

    /// Reads the character that the backslash at `start` makes.
    fn escaped_char(&mut self, start: usize) -> Result<u32, GoRegexError> {
        let Some(escaped) = self.next_char() else { return self.error_about(ErrorKind::TrailingBackslash, "") };
        let octal =
            |byte: Option<u8>| byte.filter(|byte| matches!(byte, b'0'..=b'7')).map(|byte| u32::from(byte - b'0'));
        match escaped {
            // A single digit other than zero would be a back-reference.
            '1'..='7' if octal(self.peek()).is_none() => {}
            '0'..='7' => {
                let mut code = u32::from(escaped) - u32::from('0');
                for _ in 0..2 {
                    let Some(digit) = octal(self.peek()) else { break };
                    code = code * 8 + digit;
                    self.at += 1;
                }
                return Ok(code);
            }
            'x' => {
                if let Some(code) = self.hexadecimal() {
                    return Ok(code);
                }
            }
            'a' => return Ok(0x07),
            'f' => return Ok(0x0C),
            'n' => return Ok(0x0A),
            'r' => return Ok(0x0D),
            't' => return Ok(0x09),
            'v' => return Ok(0x0B),
            _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => return Ok(u32::from(escaped)),
            _ => {}
        }
        self.error(ErrorKind::Escape, start)
    }

    /// Reads `FF` or `{10FFFF}` behind `\x`.
    fn hexadecimal(&mut self) -> Option<u32> {
        let first = self.next_char()?;
        if first != '{' {
            let second = self.next_char()?;
            return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
        }
        let (mut code, mut digits) = (0, 0);
        loop {
            match self.next_char()? {
                '}' => return (digits > 0).then_some(code),
                digit => code = code * 16 + digit.to_digit(16)?,
            }
            digits += 1;
            if code > 0x10_FFFF {
                return None;
            }
        }
    }

    /// Reads a class in brackets; the parser stands behind the bracket at `start`.
    fn bracket_class(&mut self, start: usize) -> Result<(), GoRegexError> {
        let mut class = class::empty();
        let negated = self.peek() == Some(b'^');
        self.at += usize::from(negated);
        let mut first = true;
        while self.peek() != Some(b']') || first {
            first = false;
            let item = self.class_item(start)?;
            class.union(&item);
        }
        self.at += 1;
        if negated {
            class.negate();
        }
        self.push_class(class)
    }

    fn class_item(&mut self, class_start: usize) -> Result<ClassUnicode, GoRegexError> {
        let start = self.at;
        if let Some(class) = self.posix_class()? {
            return Ok(class);
        }
        if self.peek() == Some(b'\\') {
            self.at += 1;
            if let Some(class) = self.escaped_class(start)? {
                return Ok(class);
            }
            self.at = start;
        }
        let first = self.class_char(class_start)?;
        let mut last = first;
        let rest = self.rest().as_bytes();
        // At the end of the class a hyphen is itself.
        if rest.len() >= 2 && rest[0] == b'-' && rest[1] != b']' {
            self.at += 1;
            last = self.class_char(class_start)?;
            if last < first {
                return self.error(ErrorKind::CharRange, start);
            }
        }
        Ok(class::range(first, last, self.flags.fold))
    }

    /// `[:alpha:]`, `[:^alpha:]`; without its end it is no such class.
    fn posix_class(&mut self) -> Result<Option<ClassUnicode>, GoRegexError> {
        let rest = self.rest();
        let Some(end) = rest.strip_prefix("[:").and_then(|name| name.find(":]")) else { return Ok(None) };
        let name = &rest[2..2 + end];
        let (plain, negated) = match name.strip_prefix('^') {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        // The one-letter names are those of `\d`, `\s` and `\w`.
        match class::group(plain, negated, self.flags.fold).filter(|_| plain.len() > 1) {
            Some(class) => {
                self.at += end + 4;
                Ok(Some(class))
            }
            None => self.error_about(ErrorKind::CharRange, &rest[..end + 4]),
        }
    }

    fn class_char(&mut self, class_start: usize) -> Result<u32, GoRegexError> {
        let start = self.at;
        match self.next_char() {
            None => self.error(ErrorKind::MissingBracket, class_start),
            Some('\\') => self.escaped_char(start),
            Some(literal) => Ok(u32::from(literal)),
        }
    }
}

/// What `(?` began.
enum Perl<'p> {
    FlagsOnly,
    Group,
    Named(&'p str),
}

/// A number without leading zeros, and what follows.
fn read_count(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
