//! Go's grammar of regular expressions (`regexp/syntax` with the Perl flags).

use super::class;
use super::syntax::Node;

/// Go refuses the pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {problem}: `{at}`")]
pub struct GoRegexError {
    /// What is wrong, in Go's words.
    pub problem: &'static str,
    /// The part of the pattern that is wrong.
    pub at: String,
}

impl GoRegexError {
    pub(super) fn new(problem: &'static str, at: &str) -> Self {
        Self { problem, at: at.to_owned() }
    }
}

/// A parsed pattern.
pub(super) struct Parsed {
    pub(super) root: Node,
    /// Name of each group by its number; the first is the whole match.
    pub(super) names: Vec<Option<String>>,
}

/// Go's limits.
const MOST_REPEATS: u32 = 1000;
const DEEPEST: usize = 1000;

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str) -> Result<Parsed, GoRegexError> {
    let mut parser = Parser {
        cursor: Cursor { whole: pattern, at: 0 },
        flags: Flags::default(),
        names: vec![None],
        open: Vec::new(),
        branches: Vec::new(),
        sequence: Vec::new(),
    };
    parser.run()?;
    Ok(Parsed { root: parser.close_level(), names: parser.names })
}

/// A place in the pattern.
pub(super) struct Cursor<'p> {
    pub(super) whole: &'p str,
    pub(super) at: usize,
}

impl<'p> Cursor<'p> {
    pub(super) fn rest(&self) -> &'p str {
        &self.whole[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    /// An escape that stands for one character, with the cursor on the backslash.
    pub(super) fn escape(&mut self) -> Result<char, GoRegexError> {
        let start = self.at;
        self.next();
        let invalid = |cursor: &Self| GoRegexError::new("invalid escape sequence", &cursor.whole[start..cursor.at]);
        let Some(character) = self.next() else {
            return Err(GoRegexError::new("trailing backslash at end of expression", ""));
        };
        match character {
            '1'..='7' if !self.peek().is_some_and(|c| ('0'..='7').contains(&c)) => Err(invalid(self)),
            '0'..='7' => {
                let mut value = character.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else { break };
                    value = value * 8 + digit;
                    self.next();
                }
                char::from_u32(value).ok_or_else(|| invalid(self))
            }
            'x' => self.hexadecimal().ok_or_else(|| invalid(self)),
            'a' => Ok('\u{7}'),
            'f' => Ok('\u{c}'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\u{b}'),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(c),
            _ => Err(invalid(self)),
        }
    }

    fn hexadecimal(&mut self) -> Option<char> {
        if self.eat('{') {
            let mut value: u32 = 0;
            let mut digits = 0;
            loop {
                let character = self.next()?;
                if character == '}' {
                    return if digits > 0 { char::from_u32(value) } else { None };
                }
                value = value.checked_mul(16)?.checked_add(character.to_digit(16)?)?;
                digits += 1;
                if value > 0x0010_FFFF {
                    return None;
                }
            }
        }
        let high = self.next()?.to_digit(16)?;
        let low = self.next()?.to_digit(16)?;
        char::from_u32(high * 16 + low)
    }
}

/// What stood before an open group.
struct Level {
    branches: Vec<Node>,
    sequence: Vec<Node>,
    flags: Flags,
    captures: bool,
    /// Number of the group, to be put in order of the opening parentheses; unused when nothing is captured.
    at: usize,
}

struct Parser<'p> {
    cursor: Cursor<'p>,
    flags: Flags,
    names: Vec<Option<String>>,
    open: Vec<Level>,
    branches: Vec<Node>,
    sequence: Vec<Node>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), GoRegexError> {
        // Where the repetition before began, if the last thing read was one: Go does not allow another on top.
        let mut last_repeat: Option<usize> = None;
        while let Some(character) = self.cursor.peek() {
            let start = self.cursor.at;
            let mut repeat = None;
            match character {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '|' => {
                    self.cursor.next();
                    let branch = concat(std::mem::take(&mut self.sequence));
                    self.branches.push(branch);
                }
                '^' => self.place(if self.flags.multi_line { "(?m:^)" } else { r"\A" }),
                '$' => self.place(if self.flags.multi_line { "(?m:$)" } else { r"\z" }),
                '.' => {
                    self.cursor.next();
                    self.sequence.push(Node::Any { newline: self.flags.dot_newline });
                }
                '[' => {
                    let text = class::bracketed(&mut self.cursor)?;
                    self.sequence.push(Node::Class { text, fold: self.flags.fold });
                }
                '*' | '+' | '?' => {
                    self.cursor.next();
                    let (min, max) = match character {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    self.repeat(start, last_repeat, min, max, false)?;
                    repeat = Some(start);
                }
                '{' => match counted(self.cursor.rest()) {
                    None => self.literal(),
                    Some((min, max, length)) => {
                        self.cursor.at += length;
                        let too_many = |n: Option<u32>| n.is_none_or(|n| n > MOST_REPEATS);
                        let upside_down = matches!((min, max), (Some(min), Some(Some(max))) if min > max);
                        if too_many(min) || max.is_some_and(too_many) || upside_down {
                            let shown = &self.cursor.whole[start..self.cursor.at];
                            return Err(GoRegexError::new("invalid repeat count", shown));
                        }
                        self.repeat(start, last_repeat, min.unwrap_or(0), max.flatten(), true)?;
                        repeat = Some(start);
                    }
                },
                '\\' => self.backslash()?,
                _ => self.literal(),
            }
            last_repeat = repeat.map(|start| last_repeat.unwrap_or(start));
        }
        if !self.open.is_empty() {
            return Err(GoRegexError::new("missing closing )", self.cursor.whole));
        }
        Ok(())
    }

    fn literal(&mut self) {
        if let Some(character) = self.cursor.next() {
            self.sequence.push(Node::Literal { character, fold: self.flags.fold });
        }
    }

    fn place(&mut self, place: &'static str) {
        self.cursor.next();
        self.sequence.push(Node::Place(place));
    }

    fn repeat(
        &mut self,
        start: usize,
        last_repeat: Option<usize>,
        min: u32,
        max: Option<u32>,
        counted: bool,
    ) -> Result<(), GoRegexError> {
        let mut greedy = !self.flags.lazy;
        if self.cursor.eat('?') {
            greedy = !greedy;
        }
        let whole = self.cursor.whole;
        if let Some(before) = last_repeat {
            let shown = &whole[before..self.cursor.at];
            return Err(GoRegexError::new("invalid nested repetition operator", shown));
        }
        let missing = || GoRegexError::new("missing argument to repetition operator", &whole[start..self.cursor.at]);
        let node = Box::new(self.sequence.pop().ok_or_else(missing)?);
        let repeated = Node::Repeat { node, min, max, greedy, counted };
        if counted && (min >= 2 || max.is_some_and(|max| max >= 2)) && !repeated.repeats_within(MOST_REPEATS) {
            return Err(GoRegexError::new("invalid repeat count", &whole[start..self.cursor.at]));
        }
        self.sequence.push(repeated);
        Ok(())
    }

    fn open_group(&mut self) -> Result<(), GoRegexError> {
        if !self.cursor.rest().starts_with("(?") {
            self.cursor.next();
            return self.push_group(Some(None));
        }
        let rest = self.cursor.rest();
        let prefix = ["(?P<", "(?<"].into_iter().find(|prefix| rest.starts_with(prefix));
        let Some(prefix) = prefix else { return self.flag_group() };
        let Some(end) = rest.find('>') else {
            return Err(GoRegexError::new("invalid named capture", rest));
        };
        let name = &rest[prefix.len()..end];
        let valid = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !valid {
            return Err(GoRegexError::new("invalid named capture", &rest[..=end]));
        }
        self.cursor.at += end + 1;
        self.push_group(Some(Some(name.to_owned())))
    }

    /// `(?flags)` and `(?flags:…)`.
    fn flag_group(&mut self) -> Result<(), GoRegexError> {
        let start = self.cursor.at;
        self.cursor.at += 2;
        let before = self.flags;
        let mut flags = self.flags;
        let (mut value, mut seen) = (true, false);
        while let Some(letter) = self.cursor.next() {
            match letter {
                'i' => flags.fold = value,
                'm' => flags.multi_line = value,
                's' => flags.dot_newline = value,
                'U' => flags.lazy = value,
                '-' if value => {
                    value = false;
                    seen = false;
                    continue;
                }
                ':' | ')' if value || seen => {
                    if letter == ':' {
                        self.push_group(None)?;
                        if let Some(level) = self.open.last_mut() {
                            level.flags = before;
                        }
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            seen = true;
        }
        let whole = self.cursor.whole;
        if self.cursor.peek().is_none() && !whole[start..].ends_with([':', ')']) {
            let known = whole[start + 2..].bytes().all(|b| b"imsU-".contains(&b));
            if known {
                return Err(GoRegexError::new("missing closing )", whole));
            }
        }
        Err(GoRegexError::new("invalid or unsupported Perl syntax", &whole[start..self.cursor.at]))
    }

    /// Opens a group: `Some(name)` captures.
    fn push_group(&mut self, capture: Option<Option<String>>) -> Result<(), GoRegexError> {
        if self.open.len() >= DEEPEST {
            return Err(GoRegexError::new("expression nests too deeply", ""));
        }
        let captures = capture.is_some();
        if let Some(name) = capture {
            self.names.push(name);
        }
        self.open.push(Level {
            branches: std::mem::take(&mut self.branches),
            sequence: std::mem::take(&mut self.sequence),
            flags: self.flags,
            captures,
            at: self.cursor.at,
        });
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), GoRegexError> {
        let inner = self.close_level();
        let Some(level) = self.open.pop() else {
            return Err(GoRegexError::new("unexpected )", self.cursor.whole));
        };
        debug_assert!(level.at <= self.cursor.at, "a group closes behind its opening");
        self.cursor.next();
        self.branches = level.branches;
        self.sequence = level.sequence;
        self.flags = level.flags;
        // A group that captures nothing is kept as one node, so that a repetition takes all of it.
        self.sequence.push(if level.captures { Node::Group(Box::new(inner)) } else { Node::Concat(vec![inner]) });
        Ok(())
    }

    fn close_level(&mut self) -> Node {
        let last = concat(std::mem::take(&mut self.sequence));
        let mut branches = std::mem::take(&mut self.branches);
        if branches.is_empty() {
            return last;
        }
        branches.push(last);
        Node::Alternate(branches)
    }

    fn backslash(&mut self) -> Result<(), GoRegexError> {
        let fold = self.flags.fold;
        let rest = self.cursor.rest();
        match rest.chars().nth(1) {
            Some('A') => self.two_letter_place(r"\A"),
            Some('b') => self.two_letter_place(r"(?-u:\b)"),
            Some('B') => self.two_letter_place(r"(?-u:\B)"),
            Some('z') => self.two_letter_place(r"\z"),
            Some('Q') => {
                let (quoted, length) = match rest.find("\\E") {
                    Some(end) => (&rest[2..end], end + 2),
                    None => (&rest[2..], rest.len()),
                };
                self.cursor.at += length;
                self.sequence.extend(quoted.chars().map(|character| Node::Literal { character, fold }));
            }
            Some('p' | 'P') => {
                self.cursor.next();
                let text = format!("[{}]", class::unicode(&mut self.cursor)?);
                self.sequence.push(Node::Class { text, fold });
            }
            Some(letter @ ('d' | 's' | 'w' | 'D' | 'S' | 'W')) => {
                self.cursor.at += 2;
                let negation = if letter.is_ascii_uppercase() { "^" } else { "" };
                let members = class::perl(letter.to_ascii_lowercase()).unwrap_or_default();
                self.sequence.push(Node::Class { text: format!("[{negation}{members}]"), fold: false });
            }
            _ => {
                let character = self.cursor.escape()?;
                self.sequence.push(Node::Literal { character, fold });
            }
        }
        Ok(())
    }

    fn two_letter_place(&mut self, place: &'static str) {
        self.cursor.at += 2;
        self.sequence.push(Node::Place(place));
    }
}

fn concat(mut nodes: Vec<Node>) -> Node {
    match nodes.len() {
        0 => Node::Empty,
        1 => nodes.remove(0),
        _ => Node::Concat(nodes),
    }
}

/// Reads `{n}`, `{n,}` or `{n,m}` at the front: minimum, maximum (`Some(None)` is never produced; `None` is open) and
/// length. A number that is too large for Go is `None` inside. Anything else is literal text.
#[allow(clippy::type_complexity)]
fn counted(text: &str) -> Option<(Option<u32>, Option<Option<u32>>, usize)> {
    let (min, rest) = count(text.strip_prefix('{')?)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(after) if after.starts_with('}') => (None, after),
        Some(after) => {
            let (max, rest) = count(after)?;
            (Some(max), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    Some((min, max, text.len() - rest.len()))
}

/// Digits without a leading zero; `None` inside where the number is beyond Go's bound.
fn count(text: &str) -> Option<(Option<u32>, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    if digits == 0 || (digits > 1 && number.starts_with('0')) {
        return None;
    }
    Some((number.parse().ok(), rest))
}
