//! Cutting, joining, quoting and searching of strings (sprig `strings.go`).

use super::convert::{byte_slice, lossy, lower, to_text, to_texts, upper};
use crate::template::call::{Call, Function, Param, fixed, variadic};
use crate::template::fault::{Fault, LONGEST_TEXT};
use crate::template::fmt;
use crate::template::value::{Entries, Value};

use Param::{Any, Int, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("hello", &[], |_| Ok("Hello!".into())),
    fixed("abbrev", &[Int, Text], |call| {
        Ok(if call.int(0) < 4 { call.text(1).into() } else { abbreviate(call.text(1), 0, call.int(0)).into() })
    }),
    fixed("abbrevboth", &[Int, Int, Text], |call| {
        let (left, right, text) = (call.int(0), call.int(1), call.text(2));
        let unchanged = right < 4 || left > 0 && right < 7;
        Ok(if unchanged { text.into() } else { abbreviate(text, left, right).into() })
    }),
    fixed("trunc", &[Int, Text], truncate),
    fixed("trim", &[Text], |call| Ok(call.text(0).trim().into())),
    fixed("upper", &[Text], |call| Ok(call.text(0).chars().map(upper).collect::<String>().into())),
    fixed("lower", &[Text], |call| Ok(call.text(0).chars().map(lower).collect::<String>().into())),
    fixed("substr", &[Int, Int, Text], substring),
    fixed("repeat", &[Int, Text], |call| repeated(call.text(1), call.int(0)).map(Value::from)),
    fixed("trimall", &[Text, Text], trim_all),
    fixed("trimAll", &[Text, Text], trim_all),
    fixed("trimSuffix", &[Text, Text], |call| {
        Ok(call.text(1).strip_suffix(call.text(0)).unwrap_or(call.text(1)).into())
    }),
    fixed("trimPrefix", &[Text, Text], |call| {
        Ok(call.text(1).strip_prefix(call.text(0)).unwrap_or(call.text(1)).into())
    }),
    fixed("contains", &[Text, Text], |call| Ok(call.text(1).contains(call.text(0)).into())),
    fixed("hasPrefix", &[Text, Text], |call| Ok(call.text(1).starts_with(call.text(0)).into())),
    fixed("hasSuffix", &[Text, Text], |call| Ok(call.text(1).ends_with(call.text(0)).into())),
    variadic("quote", &[], Any, |call| each(call, |value| Ok(fmt::quote(&to_text(value)?, false)))),
    variadic("squote", &[], Any, |call| each(call, |value| Ok(format!("'{}'", fmt::plain(value)?)))),
    variadic("cat", &[], Any, |call| each(call, fmt::plain)),
    fixed("indent", &[Int, Text], |call| indented(call.int(0), call.text(1)).map(Value::from)),
    fixed("nindent", &[Int, Text], |call| indented(call.int(0), call.text(1)).map(|text| format!("\n{text}").into())),
    fixed("replace", &[Text, Text, Text], |call| replaced(call.text(2), call.text(0), call.text(1)).map(Value::from)),
    fixed("plural", &[Text, Text, Int], |call| Ok(call.any(usize::from(call.int(2) != 1)).clone())),
    fixed("toString", &[Any], |call| to_text(call.any(0)).map(Value::from)),
    fixed("toStrings", &[Any], |call| to_texts(call.any(0)).map(Value::texts)),
    fixed("join", &[Text, Any], |call| Ok(to_texts(call.any(1))?.join(call.text(0)).into())),
    fixed("sortAlpha", &[Any], |call| {
        let mut texts = to_texts(call.any(0))?;
        if matches!(call.any(0), Value::Nil) {
            texts.push("<nil>".to_owned());
        }
        texts.sort();
        Ok(Value::texts(texts))
    }),
    fixed("split", &[Text, Text], |call| Ok(numbered(split(call.text(1), call.text(0), -1)))),
    fixed("splitn", &[Text, Int, Text], |call| Ok(numbered(split(call.text(2), call.text(0), call.int(1))))),
    fixed("splitList", &[Text, Text], |call| Ok(Value::texts(split(call.text(1), call.text(0), -1)))),
    fixed("shuffle", &[Text], shuffle),
];

/// Applies to every argument that is not nil and joins with spaces.
fn each(call: &Call<'_>, written: impl Fn(&Value) -> Result<String, Fault>) -> Result<Value, Fault> {
    let given = call.rest(0).iter().filter(|value| !matches!(value, Value::Nil));
    let texts: Result<Vec<String>, Fault> = given.map(written).collect();
    Ok(texts?.join(" ").into())
}

/// `goutils.AbbreviateFull`; an empty text where that returns an error.
fn abbreviate(text: &str, offset: i64, width: i64) -> String {
    lossy(&abbreviate_bytes(text.as_bytes(), offset, width))
}

fn abbreviate_bytes(text: &[u8], offset: i64, width: i64) -> Vec<u8> {
    const MARKER: &[u8] = b"...";
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let slice = |from: i64, to: i64| {
        let within = |index: i64| usize::try_from(index.clamp(0, length)).unwrap_or_default();
        &text[within(from)..within(to)]
    };
    if text.is_empty() || width < 4 {
        return Vec::new();
    }
    if length <= width {
        return text.to_owned();
    }
    let mut offset = offset.min(length);
    if length - offset < width - 3 {
        offset = length - (width - 3);
    }
    if offset <= 4 {
        return [slice(0, width - 3), MARKER].concat();
    }
    if width < 7 {
        return Vec::new();
    }
    if offset + width - 3 < length {
        return [MARKER, &abbreviate_bytes(slice(offset, length), 0, width - 3)].concat();
    }
    [MARKER, slice(length - (width - 3), length)].concat()
}

fn truncate(call: &Call<'_>) -> Result<Value, Fault> {
    let (count, text) = (call.int(0), call.text(1));
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if size >= text.len() {
        return Ok(text.into());
    }
    let cut = if count < 0 { byte_slice(text, text.len() - size, text.len()) } else { byte_slice(text, 0, size) };
    Ok(cut.into())
}

fn substring(call: &Call<'_>) -> Result<Value, Fault> {
    let (start, end, text) = (call.int(0), call.int(1), call.text(2));
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let (from, to) = if start < 0 {
        (0, end)
    } else if end < 0 || end > length {
        (start, length)
    } else {
        (start, end)
    };
    if to < from || to > length {
        return Err(Fault::new(format!("slice bounds out of range [{from}:{to}] with length {length}")));
    }
    let index = |number: i64| usize::try_from(number).unwrap_or_default();
    Ok(byte_slice(text, index(from), index(to)).into())
}

/// `strings.Repeat`.
fn repeated(text: &str, count: i64) -> Result<String, Fault> {
    let count = usize::try_from(count).map_err(|_| Fault::new("strings: negative Repeat count"))?;
    if count.saturating_mul(text.len()) > LONGEST_TEXT {
        return Err(Fault::too_long());
    }
    Ok(if text.is_empty() { String::new() } else { text.repeat(count) })
}

fn trim_all(call: &Call<'_>) -> Result<Value, Fault> {
    let cut = call.text(0);
    Ok(call.text(1).trim_matches(|c| cut.contains(c)).into())
}

fn indented(spaces: i64, text: &str) -> Result<String, Fault> {
    let pad = repeated(" ", spaces)?;
    let lines = text.matches('\n').count() + 1;
    if text.len() + lines.saturating_mul(pad.len()) > LONGEST_TEXT {
        return Err(Fault::too_long());
    }
    Ok(format!("{pad}{}", text.replace('\n', &format!("\n{pad}"))))
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String, Fault> {
    let count = text.matches(old).count();
    if text.len() + count.saturating_mul(new.len()) > LONGEST_TEXT {
        return Err(Fault::too_long());
    }
    Ok(text.replace(old, new))
}

/// `strings.SplitN`; a negative count is no limit.
pub(super) fn split(text: &str, separator: &str, count: i64) -> Vec<String> {
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    if limit == 0 {
        return Vec::new();
    }
    if !separator.is_empty() {
        return text.splitn(limit, separator).map(str::to_owned).collect();
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if parts.len() + 1 == limit {
            parts.push(rest.to_owned());
            return parts;
        }
        parts.push(c.to_string());
        rest = &rest[c.len_utf8()..];
    }
    parts
}

fn numbered(parts: Vec<String>) -> Value {
    let entries = parts.into_iter().enumerate().map(|(index, part)| (format!("_{index}"), Value::from(part)));
    Value::text_map(Entries::Text, entries)
}

fn shuffle(call: &Call<'_>) -> Result<Value, Fault> {
    let mut characters = call.text(0).chars();
    let first = characters.next();
    if characters.any(|c| Some(c) != first) {
        return Err(Fault::new("the result is random: the message that was reviewed would not be the one committed")
            .with_hint("remove shuffle from the template"));
    }
    Ok(call.any(0).clone())
}

/// Go's `string(bytes)`, for functions of other files that decode.
pub(super) fn from_bytes(bytes: &[u8]) -> Value {
    lossy(bytes).into()
}
