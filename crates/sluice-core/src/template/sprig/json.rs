//! JSON as Go's `encoding/json` writes and reads it (sprig `defaults.go`).

use crate::template::call::{Budget, Function, Param, fixed};
use crate::template::data::Object;
use crate::template::fault::{DEEPEST_VALUE, Fault, LONGEST_TEXT};
use crate::template::fmt::format_float;
use crate::template::value::{Entries, Key, Value};

use Param::{Any, Text};

/// The table. Functions without `must` return nothing where the others fail; only `toRawJson` fails too.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("toJson", &[Any], |call| lenient(encode(call.any(0), Style::PLAIN, call.budget))),
    fixed("toPrettyJson", &[Any], |call| lenient(encode(call.any(0), Style::PRETTY, call.budget))),
    fixed("toRawJson", &[Any], |call| strict(encode(call.any(0), Style::RAW, call.budget))),
    fixed("mustToJson", &[Any], |call| strict(encode(call.any(0), Style::PLAIN, call.budget))),
    fixed("mustToPrettyJson", &[Any], |call| strict(encode(call.any(0), Style::PRETTY, call.budget))),
    fixed("mustToRawJson", &[Any], |call| strict(encode(call.any(0), Style::RAW, call.budget))),
    fixed("fromJson", &[Text], |call| Ok(decode(call.text(0)).unwrap_or(Value::Nil))),
    fixed("mustFromJson", &[Text], |call| decode(call.text(0))),
];

#[derive(Clone, Copy)]
struct Style {
    escape_html: bool,
    indent: bool,
}

impl Style {
    const PLAIN: Self = Self { escape_html: true, indent: false };
    const PRETTY: Self = Self { escape_html: true, indent: true };
    const RAW: Self = Self { escape_html: false, indent: false };
}

/// Why there is no JSON.
enum Failure {
    /// The value has none: Go's error.
    Unsupported(String),
    /// A limit of ours.
    Limit(Fault),
}

fn lenient(result: Result<String, Failure>) -> Result<Value, Fault> {
    match result {
        Ok(text) => Ok(text.into()),
        Err(Failure::Unsupported(_)) => Ok("".into()),
        Err(Failure::Limit(fault)) => Err(fault),
    }
}

fn strict(result: Result<String, Failure>) -> Result<Value, Fault> {
    match result {
        Ok(text) => Ok(text.into()),
        Err(Failure::Unsupported(message)) => Err(Fault::new(message)),
        Err(Failure::Limit(fault)) => Err(fault),
    }
}

fn encode(value: &Value, style: Style, budget: &Budget) -> Result<String, Failure> {
    let mut writer = Writer { out: String::new(), style, budget };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'b> {
    out: String,
    style: Style,
    budget: &'b Budget,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Failure> {
        if depth > DEEPEST_VALUE {
            return Err(Failure::Limit(Fault::too_deep()));
        }
        if self.out.len() > LONGEST_TEXT {
            return Err(Failure::Limit(Fault::too_long()));
        }
        self.budget.spend(1).map_err(Failure::Limit)?;
        match value {
            Value::Nil => self.out.push_str("null"),
            Value::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Value::Int(_, number) => self.out.push_str(&number.to_string()),
            Value::Float(number) => self.float(*number)?,
            Value::Text(text) => self.text(text),
            Value::List(list) if list.is_nil => self.out.push_str("null"),
            Value::List(list) => {
                self.enclosed('[', ']', &list.items, depth, |writer, item| writer.value(item, depth + 1))?
            }
            Value::Map(map) if map.of == Entries::Objects => {
                return Err(Failure::Unsupported("json: unsupported type: update.ObjectChanges".to_owned()));
            }
            Value::Map(map) => self.enclosed('{', '}', &map.snapshot(), depth, |writer, (key, item)| {
                if let Key::Text(name) = key {
                    writer.name(name);
                }
                writer.value(item, depth + 1)
            })?,
            Value::Object(object) => self.object(object, depth)?,
        }
        Ok(())
    }

    fn name(&mut self, name: &str) {
        self.text(name);
        self.out.push_str(if self.style.indent { ": " } else { ":" });
    }

    fn enclosed<T>(
        &mut self,
        open: char,
        close: char,
        items: &[T],
        depth: usize,
        write: impl Fn(&mut Self, &T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.out.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.line(depth + 1);
            write(self, item)?;
        }
        if !items.is_empty() {
            self.line(depth);
        }
        self.out.push(close);
        Ok(())
    }

    fn line(&mut self, depth: usize) {
        if self.style.indent {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(depth));
        }
    }

    fn object(&mut self, object: &Object, depth: usize) -> Result<(), Failure> {
        if let Object::Version(_) | Object::Moment(_) = object {
            let text = object.json_text();
            self.text(&text);
            return Ok(());
        }
        let fields = json_fields(object);
        self.enclosed('{', '}', &fields, depth, |writer, (name, item)| {
            writer.name(name);
            writer.value(item, depth + 1)
        })
    }

    /// ES6 number format, as `encoding/json` chooses it.
    fn float(&mut self, number: f64) -> Result<(), Failure> {
        if !number.is_finite() {
            return Err(Failure::Unsupported(format!("json: unsupported value: {}", format_float(number, 'g', None))));
        }
        let size = number.abs();
        if size == 0.0 || (1e-6..1e21).contains(&size) {
            self.out.push_str(&format_float(number, 'f', None));
        } else {
            self.out.push_str(&format_float(number, 'e', None).replace("e-0", "e-"));
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\x08' => self.out.push_str("\\b"),
                '\x0c' => self.out.push_str("\\f"),
                '<' | '>' | '&' if self.style.escape_html => self.out.push_str(&format!("\\u{:04x}", c as u32)),
                '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => self.out.push_str(&format!("\\u{:04x}", c as u32)),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// The fields by their JSON names; kyaml's identifiers leave out what is empty.
fn json_fields(object: &Object) -> Vec<(&'static str, Value)> {
    let identifier_name = |name: &'static str| match name {
        "APIVersion" => "apiVersion",
        "Kind" => "kind",
        "Name" => "name",
        "Namespace" => "namespace",
        other => other,
    };
    let mut found = Vec::new();
    for field in object.fields() {
        match (&field.value, object) {
            (Value::Object(inner), _) if field.embedded => found.extend(json_fields(inner)),
            (value, Object::TypeMeta(_) | Object::NameMeta(_)) => {
                if value.is_true() {
                    found.push((identifier_name(field.name), value.clone()));
                }
            }
            (value, _) => found.push((field.name, value.clone())),
        }
    }
    found
}

fn decode(text: &str) -> Result<Value, Fault> {
    let parsed: serde_json::Value =
        serde_json::from_str(text).map_err(|wrong| Fault::new(format!("invalid JSON: {wrong}")))?;
    Ok(from_json(parsed))
}

fn from_json(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(truth) => truth.into(),
        serde_json::Value::Number(number) => number.as_f64().unwrap_or_default().into(),
        serde_json::Value::String(text) => text.into(),
        serde_json::Value::Array(items) => Value::any_list(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::text_map(Entries::Any, entries.into_iter().map(|(key, value)| (key, from_json(value))))
        }
    }
}
