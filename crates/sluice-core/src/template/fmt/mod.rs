//! Go's `fmt`: `Sprintf`, `Sprint`, `Sprintln`, with its way of reporting wrong verbs inside of the text.
//!
//! Knows values, not templates. A verb is a case in `verbs.rs`; how a type prints is there as well.

mod number;
mod quote;
mod verbs;

pub(crate) use number::format_float;
pub(crate) use quote::{is_print, quote};

use super::fault::{Fault, LONGEST_TEXT};
use super::value::Value;

/// Widths and precisions above this are refused inside of the text (`fmt`, `tooLarge`).
const WIDEST: i128 = 1_000_000;

/// The flags, width and precision of one verb.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    width: Option<usize>,
    precision: Option<usize>,
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    /// `%+v`
    plus_v: bool,
    /// `%#v`
    sharp_v: bool,
}

impl Flags {
    /// Pads to the width, with zeros on the left where the flag asks for it.
    fn pad(&self, text: &str) -> String {
        self.pad_with(text, self.zero && !self.minus)
    }

    fn pad_with(&self, text: &str, zeros: bool) -> String {
        let missing = self.width.unwrap_or_default().saturating_sub(text.chars().count());
        if missing == 0 {
            return text.to_owned();
        }
        let padding = if zeros { "0" } else { " " }.repeat(missing);
        if self.minus { format!("{text}{padding}") } else { format!("{padding}{text}") }
    }
}

/// Text that grows up to a limit.
struct Writer {
    text: String,
    flags: Flags,
}

impl Writer {
    fn push(&mut self, text: &str) -> Result<(), Fault> {
        if self.text.len() + text.len() > LONGEST_TEXT {
            return Err(Fault::too_long());
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// `fmt.Sprint`: a space between operands when neither is a string.
///
/// # Errors
/// When the text would be longer, or a value is nested deeper, than the limits allow.
pub(crate) fn sprint(values: &[Value]) -> Result<String, Fault> {
    let mut writer = Writer { text: String::new(), flags: Flags::default() };
    for (index, value) in values.iter().enumerate() {
        let is_text = |value: &Value| matches!(value, Value::Text(_));
        if index > 0 && !is_text(value) && !is_text(&values[index - 1]) {
            writer.push(" ")?;
        }
        writer.argument(value, 'v')?;
    }
    Ok(writer.text)
}

/// `fmt.Sprintln`.
///
/// # Errors
/// As [`sprint`].
pub(crate) fn sprintln(values: &[Value]) -> Result<String, Fault> {
    let mut writer = Writer { text: String::new(), flags: Flags::default() };
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            writer.push(" ")?;
        }
        writer.argument(value, 'v')?;
    }
    writer.push("\n")?;
    Ok(writer.text)
}

/// `fmt.Sprintf("%v", value)`.
///
/// # Errors
/// As [`sprint`].
pub(crate) fn plain(value: &Value) -> Result<String, Fault> {
    sprint(std::slice::from_ref(value))
}

/// `fmt.Sprintf`.
///
/// # Errors
/// As [`sprint`]. Wrong verbs and missing operands are no errors: they are told inside of the text, as in Go.
pub(crate) fn sprintf(format: &str, values: &[Value]) -> Result<String, Fault> {
    let mut job = Job {
        writer: Writer { text: String::new(), flags: Flags::default() },
        rest: format,
        values,
        next: 0,
        reordered: false,
        index_fits: true,
    };
    while let Some(start) = job.rest.find('%') {
        job.writer.push(&job.rest[..start])?;
        job.rest = &job.rest[start + 1..];
        job.directive()?;
    }
    job.writer.push(job.rest)?;
    job.extra()?;
    Ok(job.writer.text)
}

struct Job<'a> {
    writer: Writer,
    rest: &'a str,
    values: &'a [Value],
    next: usize,
    reordered: bool,
    index_fits: bool,
}

impl Job<'_> {
    fn accept(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Digits here: a number. One that is too large swallows the rest of the format, as in Go.
    fn number(&mut self) -> Option<usize> {
        let length = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(length);
        if digits.is_empty() {
            return None;
        }
        self.rest = rest;
        // Go checks before it takes the last digit.
        let before_last =
            digits[..digits.len() - 1].parse::<i128>().unwrap_or(if digits.len() > 1 { i128::MAX } else { 0 });
        if before_last <= WIDEST {
            return digits.parse().ok();
        }
        self.rest = "";
        None
    }

    /// `[n]` before a width, a precision or the verb.
    fn index(&mut self) -> bool {
        if !self.rest.starts_with('[') {
            return false;
        }
        self.reordered = true;
        let Some(end) = self.rest.find(']') else {
            self.index_fits = false;
            self.rest = &self.rest[1..];
            return false;
        };
        let inside = &self.rest[1..end];
        self.rest = &self.rest[end + 1..];
        let all_digits = !inside.is_empty() && inside.bytes().all(|b| b.is_ascii_digit());
        match inside.parse::<usize>() {
            Ok(number) if all_digits && number >= 1 && number <= self.values.len() => {
                self.next = number - 1;
                true
            }
            _ => {
                self.index_fits = false;
                all_digits
            }
        }
    }

    /// The operand of a `*`.
    fn star(&mut self) -> Option<i128> {
        let value = self.values.get(self.next);
        if value.is_some() {
            self.next += 1;
        }
        match value {
            Some(Value::Int(_, number)) if number.abs() <= WIDEST => Some(*number),
            _ => None,
        }
    }

    fn directive(&mut self) -> Result<(), Fault> {
        let mut flags = Flags::default();
        loop {
            match self.rest.chars().next() {
                Some('#') => flags.sharp = true,
                Some('0') => flags.zero = true,
                Some('+') => flags.plus = true,
                Some('-') => flags.minus = true,
                Some(' ') => flags.space = true,
                _ => break,
            }
            self.rest = &self.rest[1..];
        }
        self.index_fits = true;
        let mut after_index = self.index();
        if self.accept('*') {
            match self.star() {
                Some(width) => {
                    flags.minus |= width < 0;
                    flags.width = usize::try_from(width.abs()).ok();
                }
                None => self.writer.push("%!(BADWIDTH)")?,
            }
            after_index = false;
        } else if let Some(width) = self.number() {
            flags.width = Some(width);
            if after_index {
                self.index_fits = false;
            }
        }
        if self.rest.len() > 1 && self.accept('.') {
            if after_index {
                self.index_fits = false;
            }
            after_index = self.index();
            if self.accept('*') {
                match self.star() {
                    Some(precision) if precision >= 0 => flags.precision = usize::try_from(precision).ok(),
                    Some(_) | None => self.writer.push("%!(BADPREC)")?,
                }
                after_index = false;
            } else {
                flags.precision = self.number().or(Some(0));
            }
        }
        if !after_index {
            self.index();
        }
        self.verb(flags)
    }

    fn verb(&mut self, flags: Flags) -> Result<(), Fault> {
        let Some(verb) = self.rest.chars().next() else {
            return self.writer.push("%!(NOVERB)");
        };
        self.rest = &self.rest[verb.len_utf8()..];
        if verb == '%' {
            return self.writer.push("%");
        }
        if !self.index_fits {
            return self.writer.push(&format!("%!{verb}(BADINDEX)"));
        }
        let Some(value) = self.values.get(self.next) else {
            return self.writer.push(&format!("%!{verb}(MISSING)"));
        };
        self.next += 1;
        self.writer.flags = flags;
        if verb == 'v' {
            self.writer.flags.sharp_v = std::mem::take(&mut self.writer.flags.sharp);
            self.writer.flags.plus_v = std::mem::take(&mut self.writer.flags.plus);
        }
        self.writer.argument(value, verb)
    }

    fn extra(&mut self) -> Result<(), Fault> {
        if self.reordered || self.next >= self.values.len() {
            return Ok(());
        }
        self.writer.flags = Flags::default();
        self.writer.push("%!(EXTRA ")?;
        for (index, value) in self.values[self.next..].iter().enumerate() {
            if index > 0 {
                self.writer.push(", ")?;
            }
            if matches!(value, Value::Nil) {
                self.writer.push("<nil>")?;
            } else {
                self.writer.push(value.type_name())?;
                self.writer.push("=")?;
                self.writer.argument(value, 'v')?;
            }
        }
        self.writer.push(")")
    }
}
