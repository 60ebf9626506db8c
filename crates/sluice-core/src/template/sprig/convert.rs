//! Conversions: sprig's `strval` and `strslice`, and spf13/cast's numbers.

use std::sync::LazyLock;

use regex::Regex;

use crate::template::fault::Fault;
use crate::template::fmt;
use crate::template::parse::{parse_float, parse_int};
use crate::template::value::Value;

/// `strval`: a string as it is, everything else as `%v`.
pub(super) fn to_text(value: &Value) -> Result<String, Fault> {
    match value {
        Value::Text(text) => Ok(text.to_string()),
        other => fmt::plain(other),
    }
}

/// `strslice`: the items of a slice without nils, or the value alone.
pub(super) fn to_texts(value: &Value) -> Result<Vec<String>, Fault> {
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::List(list) => list.items.iter().filter(|item| !matches!(item, Value::Nil)).map(to_text).collect(),
        other => Ok(vec![to_text(other)?]),
    }
}

/// `cast.ToInt64`: what can't be converted is 0.
pub(super) fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Int(_, number) => *number as i64,
        Value::Float(number) => float_to_int64(*number),
        Value::Text(text) => parse_int(without_zero_decimals(text)).unwrap_or_default(),
        Value::Bool(truth) => i64::from(*truth),
        _ => 0,
    }
}

/// `cast.ToFloat64`: what can't be converted is 0.
pub(super) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Int(_, number) => *number as f64,
        Value::Float(number) => *number,
        Value::Text(text) => parse_float(text).unwrap_or_default(),
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        _ => 0.0,
    }
}

/// Go's conversion on amd64 and arm64 hosts: what does not fit becomes the least value.
pub(super) fn float_to_int64(number: f64) -> i64 {
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    if fits { number as i64 } else { i64::MIN }
}

/// `3.00` is `3`; `3.10` stays.
fn without_zero_decimals(text: &str) -> &str {
    match text.rfind('.') {
        Some(point) if point + 1 < text.len() && text[point + 1..].bytes().all(|byte| byte == b'0') => &text[..point],
        _ => text,
    }
}

/// `text[from..to]` in bytes; what is cut from a character becomes U+FFFD, one for each byte.
pub(super) fn byte_slice(text: &str, from: usize, to: usize) -> String {
    lossy(&text.as_bytes()[from..to])
}

/// Bytes as text: each byte that is no UTF-8 becomes U+FFFD.
pub(super) fn lossy(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out
}

/// `unicode.ToUpper`: one character for one.
pub(super) fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => c,
    }
}

/// `unicode.ToLower`: one character for one.
pub(super) fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// `unicode.ToTitle`: as [`upper`], but for the letters that are two in one.
pub(super) fn title(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        c => upper(c),
    }
}

/// The classes of characters that functions go by: Unicode's general categories, as Go's `unicode` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Letter,
    Upper,
    Lower,
    Title,
    Punctuation,
}

impl Category {
    /// Whether the character is of this category.
    pub(super) fn has(self, c: char) -> bool {
        static PATTERNS: LazyLock<[Regex; 5]> = LazyLock::new(|| {
            ["L", "Lu", "Ll", "Lt", "P"].map(|name| Regex::new(&format!(r"^\p{{{name}}}")).expect("a constant pattern"))
        });
        match self {
            Self::Letter if c.is_ascii() => c.is_ascii_alphabetic(),
            Self::Upper if c.is_ascii() => c.is_ascii_uppercase(),
            Self::Lower if c.is_ascii() => c.is_ascii_lowercase(),
            _ => PATTERNS[self as usize].is_match(c.encode_utf8(&mut [0; 4])),
        }
    }
}
