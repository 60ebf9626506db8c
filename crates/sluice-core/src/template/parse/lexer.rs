//! Words of a template, by the rules of Go's `text/template/parse/lex.go`.

use super::{Problem, problem};

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    LeftDelimiter,
    RightDelimiter,
    LeftParen,
    RightParen,
    Space,
    Pipe,
    Assign,
    Declare,
    Comma,
    OtherCharacter,
    Bool,
    Character,
    Number,
    Text1,
    RawText,
    Dot,
    Field,
    Variable,
    Identifier,
    Nil,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
    Eof,
}

/// A word, where it begins and what was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
    pub(crate) text: &'t str,
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const LEFT_COMMENT: &str = "/*";
const RIGHT_COMMENT: &str = "*/";

/// Splits a template into words.
///
/// # Errors
/// The first character that can't be read, and why.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token<'_>>, Problem> {
    let mut lexer = Lexer { source, at: 0, depth: 0, found: Vec::new() };
    lexer.run()?;
    Ok(lexer.found)
}

struct Lexer<'t> {
    source: &'t str,
    at: usize,
    depth: usize,
    found: Vec<Token<'t>>,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphabetic() || c.is_numeric()
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, from: usize) {
        self.found.push(Token { kind, at: from, text: &self.source[from..self.at] });
    }

    fn run(&mut self) -> Result<(), Problem> {
        let mut trim_left = false;
        loop {
            let text = if trim_left { self.rest().trim_start_matches(is_space) } else { self.rest() };
            let from = self.source.len() - text.len();
            let Some(length) = text.find(LEFT) else {
                self.at = self.source.len();
                if !text.is_empty() {
                    self.push(Kind::Text, from);
                }
                self.push(Kind::Eof, self.at);
                return Ok(());
            };
            let delimiter = from + length;
            let inside = &self.source[delimiter + LEFT.len()..];
            let trims = inside.starts_with('-') && inside[1..].starts_with(is_space);
            let kept = if trims { text[..length].trim_end_matches(is_space) } else { &text[..length] };
            if !kept.is_empty() {
                self.found.push(Token { kind: Kind::Text, at: from, text: kept });
            }
            self.at = delimiter + LEFT.len() + if trims { 2 } else { 0 };
            trim_left = if self.rest().starts_with(LEFT_COMMENT) {
                self.comment(delimiter)?
            } else {
                self.found.push(Token { kind: Kind::LeftDelimiter, at: delimiter, text: LEFT });
                self.depth = 0;
                self.action(delimiter)?
            };
        }
    }

    /// Skips a comment and its closing delimiter; tells whether that one trims.
    fn comment(&mut self, opened: usize) -> Result<bool, Problem> {
        let Some(length) = self.rest().find(RIGHT_COMMENT) else {
            return Err(problem(opened, "unclosed comment"));
        };
        self.at += length + RIGHT_COMMENT.len();
        match self.closing() {
            Some((length, trims)) => {
                self.at += length;
                Ok(trims)
            }
            None => Err(problem(self.at, "comment ends before closing delimiter")),
        }
    }

    /// The length of a closing delimiter here, and whether it trims what follows.
    fn closing(&self) -> Option<(usize, bool)> {
        let rest = self.rest();
        if rest.starts_with(RIGHT) {
            return Some((RIGHT.len(), false));
        }
        let trimming = rest.starts_with(is_space) && rest[1..].starts_with('-') && rest[2..].starts_with(RIGHT);
        trimming.then_some((2 + RIGHT.len(), true))
    }

    fn action(&mut self, opened: usize) -> Result<bool, Problem> {
        loop {
            if let Some((length, trims)) = self.closing() {
                if self.depth > 0 {
                    return Err(problem(self.at, "unclosed left paren"));
                }
                let from = self.at;
                self.at += length;
                self.push(Kind::RightDelimiter, from);
                return Ok(trims);
            }
            let Some(c) = self.peek() else {
                return Err(problem(opened, "unclosed action"));
            };
            self.word(c)?;
        }
    }

    fn word(&mut self, c: char) -> Result<(), Problem> {
        let from = self.at;
        match c {
            c if is_space(c) => self.space(),
            '"' => return self.quoted(),
            '`' => return self.raw(),
            '\'' => return self.character(),
            '$' => return self.name_after_sign(Kind::Variable),
            '.' if !self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                return self.name_after_sign(Kind::Field);
            }
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            c if is_word(c) => return self.identifier(),
            ':' => {
                if !self.rest().starts_with(":=") {
                    return Err(problem(self.at, "expected :="));
                }
                self.at += 2;
                self.push(Kind::Declare, from);
            }
            ')' if self.depth == 0 => return Err(problem(self.at, "unexpected right paren")),
            c if c == ' ' || c.is_ascii_graphic() => {
                self.at += 1;
                let kind = match c {
                    '=' => Kind::Assign,
                    '|' => Kind::Pipe,
                    ',' => Kind::Comma,
                    '(' => Kind::LeftParen,
                    ')' => Kind::RightParen,
                    _ => Kind::OtherCharacter,
                };
                match kind {
                    Kind::LeftParen => self.depth += 1,
                    Kind::RightParen => self.depth -= 1,
                    _ => {}
                }
                self.push(kind, from);
            }
            c => return Err(problem(self.at, format!("unrecognized character in action: U+{:04X}", c as u32))),
        }
        Ok(())
    }

    /// White space; the one before a trimming delimiter belongs to that.
    fn space(&mut self) {
        let from = self.at;
        while self.peek().is_some_and(is_space) {
            if self.closing().is_some() {
                break;
            }
            self.at += 1;
        }
        if self.at > from {
            self.push(Kind::Space, from);
        }
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(c) => is_space(c) || self.rest().starts_with(RIGHT),
        }
    }

    fn take_word(&mut self) -> Result<(), Problem> {
        while self.peek().is_some_and(is_word) {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
        match self.peek() {
            Some(c) if !self.at_terminator() => {
                Err(problem(self.at, format!("bad character U+{:04X} {c:?}", c as u32)))
            }
            _ => Ok(()),
        }
    }

    fn name_after_sign(&mut self, kind: Kind) -> Result<(), Problem> {
        let from = self.at;
        self.at += 1;
        if self.at_terminator() {
            self.push(if kind == Kind::Field { Kind::Dot } else { kind }, from);
            return Ok(());
        }
        self.take_word()?;
        self.push(kind, from);
        Ok(())
    }

    fn identifier(&mut self) -> Result<(), Problem> {
        let from = self.at;
        self.take_word()?;
        let kind = match &self.source[from..self.at] {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "range" => Kind::Range,
            "template" => Kind::Template,
            "with" => Kind::With,
            _ => Kind::Identifier,
        };
        self.push(kind, from);
        Ok(())
    }

    fn quoted(&mut self) -> Result<(), Problem> {
        self.delimited('"', Kind::Text1, "unterminated quoted string")
    }

    fn character(&mut self) -> Result<(), Problem> {
        self.delimited('\'', Kind::Character, "unterminated character constant")
    }

    fn delimited(&mut self, quote: char, kind: Kind, complaint: &str) -> Result<(), Problem> {
        let from = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((index, c)) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    None | Some((_, '\n')) => break,
                    Some(_) => {}
                },
                '\n' => break,
                c if c == quote => {
                    self.at = from + index + 1;
                    self.push(kind, from);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(problem(from, complaint))
    }

    fn raw(&mut self) -> Result<(), Problem> {
        let from = self.at;
        let Some(length) = self.rest()[1..].find('`') else {
            return Err(problem(from, "unterminated raw quoted string"));
        };
        self.at += length + 2;
        self.push(Kind::RawText, from);
        Ok(())
    }

    fn accept(&mut self, set: &str) -> bool {
        let found = self.peek().is_some_and(|c| set.contains(c));
        if found {
            self.at += 1;
        }
        found
    }

    fn accept_run(&mut self, set: &str) {
        while self.accept(set) {}
    }

    fn number(&mut self) -> Result<(), Problem> {
        let from = self.at;
        self.accept("+-");
        let mut digits = "0123456789_";
        let mut exponent = "eE";
        if self.accept("0") {
            if self.accept("xX") {
                (digits, exponent) = ("0123456789abcdefABCDEF_", "pP");
            } else if self.accept("oO") {
                (digits, exponent) = ("01234567_", "");
            } else if self.accept("bB") {
                (digits, exponent) = ("01_", "");
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        if !exponent.is_empty() && self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        let imaginary = self.accept("i");
        if imaginary {
            return Err(problem(from, "complex numbers are not supported in commit messages"));
        }
        if self.peek().is_some_and(is_word) || self.peek().is_some_and(|c| matches!(c, '+' | '-')) {
            let end = self.at + self.peek().map_or(0, char::len_utf8);
            return Err(problem(from, format!("bad number syntax: {:?}", &self.source[from..end])));
        }
        self.push(Kind::Number, from);
        Ok(())
    }
}
