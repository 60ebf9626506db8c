//! The functions that Go's `text/template` has itself (`funcs.go`).

use std::cmp::Ordering;

use super::call::{Call, Function, Param, fixed, variadic};
use super::fault::Fault;
use super::fmt::{self, is_print};
use super::value::{Entries, Items, Key, Value, Width};

use Param::{Any, Text};

/// The table.
pub(crate) const FUNCTIONS: &[Function] = &[
    // `and` and `or` are evaluated before their arguments are, in `eval.rs`.
    variadic("and", &[Any], Any, |call| Ok(call.any(0).clone())),
    variadic("or", &[Any], Any, |call| Ok(call.any(0).clone())),
    fixed("not", &[Any], |call| Ok((!call.any(0).is_true()).into())),
    fixed("len", &[Any], |call| length(call.any(0))),
    variadic("index", &[Any], Any, index),
    variadic("call", &[Any], Any, |call| match call.any(0) {
        Value::Nil => Err(Fault::new("call of nil")),
        other => Err(Fault::new(format!("non-function of type {}", other.type_name()))),
    }),
    variadic("print", &[], Any, |call| fmt::sprint(call.rest(0)).map(Value::from)),
    variadic("println", &[], Any, |call| fmt::sprintln(call.rest(0)).map(Value::from)),
    variadic("printf", &[Text], Any, |call| fmt::sprintf(call.text(0), call.rest(1)).map(Value::from)),
    variadic("html", &[], Any, |call| Ok(escape_html(&joined(call)?).into())),
    variadic("js", &[], Any, |call| Ok(escape_js(&joined(call)?).into())),
    variadic("urlquery", &[], Any, |call| Ok(escape_query(&joined(call)?).into())),
    variadic("eq", &[Any], Any, |call| equals_any(call.any(0), call.rest(1)).map(Value::from)),
    fixed("ne", &[Any, Any], |call| equals(call.any(0), call.any(1)).map(|equal| Value::from(!equal))),
    fixed("lt", &[Any, Any], |call| less(call.any(0), call.any(1)).map(Value::from)),
    fixed("le", &[Any, Any], |call| less_or_equal(call.any(0), call.any(1)).map(Value::from)),
    fixed("gt", &[Any, Any], |call| less_or_equal(call.any(0), call.any(1)).map(|le| Value::from(!le))),
    fixed("ge", &[Any, Any], |call| less(call.any(0), call.any(1)).map(|lt| Value::from(!lt))),
];

fn length(value: &Value) -> Result<Value, Fault> {
    let length = match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.items.len(),
        Value::Map(map) => map.len(),
        Value::Nil => return Err(Fault::new("len of nil pointer")),
        other => return Err(Fault::new(format!("len of type {}", other.type_name()))),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index(call: &Call<'_>) -> Result<Value, Fault> {
    let mut item = call.any(0).clone();
    if matches!(item, Value::Nil) {
        return Err(Fault::new("index of untyped nil"));
    }
    for index in call.rest(1) {
        item = match &item {
            Value::List(list) => list.items.get(position(index)?).cloned().ok_or_else(|| out_of_range(index))?,
            Value::Text(text) => {
                let byte = text.as_bytes().get(position(index)?).ok_or_else(|| out_of_range(index))?;
                Value::Int(Width::Uint8, (*byte).into())
            }
            Value::Map(map) => {
                let key = map_key(map.of, index)?;
                let found = map.entries.borrow().get(&key).cloned();
                found.unwrap_or_else(|| zero_entry(map.of))
            }
            Value::Nil => return Err(Fault::new("index of nil pointer")),
            other => return Err(Fault::new(format!("can't index item of type {}", other.type_name()))),
        };
    }
    Ok(item)
}

fn out_of_range(index: &Value) -> Fault {
    Fault::new(format!("index out of range: {}", fmt::plain(index).unwrap_or_default()))
}

fn position(index: &Value) -> Result<usize, Fault> {
    match index {
        Value::Int(_, number) => usize::try_from(*number).map_err(|_| out_of_range(index)),
        Value::Nil => Err(Fault::new("cannot index slice/array with nil")),
        other => Err(Fault::new(format!("cannot index slice/array with type {}", other.type_name()))),
    }
}

fn map_key(of: Entries, index: &Value) -> Result<Key, Fault> {
    use super::data::Object;
    match (of, index) {
        (Entries::Objects, Value::Object(Object::Identifier(id))) => Ok(Key::Object(id.clone())),
        (Entries::Objects, other) => {
            Err(Fault::new(format!("value has type {}; should be update.ObjectIdentifier", other.type_name())))
        }
        (_, Value::Text(text)) => Ok(Key::Text(text.clone())),
        (_, Value::Nil) => Err(Fault::new("value is nil; should be of type string")),
        (_, other) => Err(Fault::new(format!("value has type {}; should be string", other.type_name()))),
    }
}

/// What `index` returns for a key that isn't there.
fn zero_entry(of: Entries) -> Value {
    match of {
        Entries::Any => Value::Nil,
        Entries::Text => "".into(),
        Entries::Files => Value::map(Entries::Objects, Default::default()),
        Entries::Objects => Value::nil_list(Items::Changes),
    }
}

/// The kinds that can be ordered or compared as plain values.
#[derive(PartialEq, Eq)]
enum Kind {
    Bool,
    Int,
    Uint,
    Float,
    Text,
    Other,
}

fn kind(value: &Value) -> Kind {
    match value {
        Value::Bool(_) => Kind::Bool,
        Value::Int(width, _) if width.is_signed() => Kind::Int,
        Value::Int(..) => Kind::Uint,
        Value::Float(_) => Kind::Float,
        Value::Text(_) => Kind::Text,
        _ => Kind::Other,
    }
}

fn incompatible(a: &Value, b: &Value) -> Fault {
    Fault::new(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name()))
}

fn equals_any(first: &Value, others: &[Value]) -> Result<bool, Fault> {
    if others.is_empty() {
        return Err(Fault::new("missing argument for comparison"));
    }
    for other in others {
        if equals(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equals(a: &Value, b: &Value) -> Result<bool, Fault> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Int(_, a), Value::Int(_, b)) => Ok(a == b),
        (Value::Float(a), Value::Float(b)) => Ok(a == b),
        (Value::Text(a), Value::Text(b)) => Ok(a == b),
        (Value::Nil, Value::Nil) => Ok(true),
        (Value::Nil, other) | (other, Value::Nil) => Ok(is_nil(other)),
        _ if kind(a) != kind(b) => Err(incompatible(a, b)),
        _ if a.kind_name() != b.kind_name() => {
            Err(Fault::new(format!("non-comparable types {}, {}", a.type_name(), b.type_name())))
        }
        _ if is_nil(a) || is_nil(b) => Ok(is_nil(a) == is_nil(b)),
        (Value::Object(a), Value::Object(b)) => a.go_equals(b),
        (_, b) => Err(Fault::new(format!("non-comparable type {}", b.type_name()))),
    }
}

/// A slice is comparable with nil only, and equals it when it is a nil slice.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil,
        _ => false,
    }
}

fn less(a: &Value, b: &Value) -> Result<bool, Fault> {
    match (a, b) {
        (Value::Int(_, a), Value::Int(_, b)) => Ok(a < b),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b) == Some(Ordering::Less)),
        (Value::Text(a), Value::Text(b)) => Ok(a < b),
        _ if kind(a) == kind(b) => Err(Fault::new("invalid type for comparison")),
        _ => Err(incompatible(a, b)),
    }
}

fn less_or_equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    Ok(less(a, b)? || equals(a, b)?)
}

/// What the escaping functions escape (`evalArgs`): a single string as it is, everything else printed.
fn joined(call: &Call<'_>) -> Result<String, Fault> {
    let values: Vec<Value> = call
        .rest(0)
        .iter()
        .map(|value| if matches!(value, Value::Nil) { "<no value>".into() } else { value.clone() })
        .collect();
    fmt::sprint(&values)
}

fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

fn escape_js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => {
                out.push('\\');
                out.push(c);
            }
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if c < ' ' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if c.is_ascii() || is_print(c) => out.push(c),
            c => out.push_str(&format!("\\u{:04X}", c as u32)),
        }
    }
    out
}

/// `url.QueryEscape`.
pub(crate) fn escape_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
