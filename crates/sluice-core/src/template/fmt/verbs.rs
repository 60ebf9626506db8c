//! How each type prints under each verb (Go's `fmt/print.go`, `printArg` and `printValue`).

use super::Writer;
use super::quote::{can_backquote, quote};
use crate::template::data::Object;
use crate::template::fault::{DEEPEST_VALUE, Fault};
use crate::template::value::{Key, Value, Width};

impl Writer {
    /// Prints an operand.
    pub(super) fn argument(&mut self, value: &Value, verb: char) -> Result<(), Fault> {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.padded("<nil>"),
            (Value::Nil, _) => self.push(&format!("%!{verb}(<nil>)")),
            (_, 'T') => self.truncated(value.type_name()),
            (Value::List(_) | Value::Map(_) | Value::Object(Object::Version(_)), 'p') => {
                Err(Fault::new("%p prints an address, which differs from run to run")
                    .with_hint("print the value with %v"))
            }
            (_, 'p') => self.bad_verb(value, 'p'),
            _ => self.value(value, verb, 0),
        }
    }

    fn padded(&mut self, text: &str) -> Result<(), Fault> {
        let padded = self.flags.pad(text);
        self.push(&padded)
    }

    /// `%s`: precision counts characters.
    fn truncated(&mut self, text: &str) -> Result<(), Fault> {
        let cut = self.cut(text);
        self.padded(cut)
    }

    fn cut<'t>(&self, text: &'t str) -> &'t str {
        let end = self.flags.precision.and_then(|precision| text.char_indices().nth(precision));
        end.map_or(text, |(end, _)| &text[..end])
    }

    fn bad_verb(&mut self, value: &Value, verb: char) -> Result<(), Fault> {
        self.push(&format!("%!{verb}({}=", value.type_name()))?;
        self.value(value, 'v', 0)?;
        self.push(")")
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST_VALUE {
            return Err(Fault::too_deep());
        }
        match value {
            Value::Nil => self.push(if self.flags.sharp_v { "interface {}(nil)" } else { "<nil>" }),
            Value::Bool(truth) => match verb {
                't' | 'v' => self.padded(if *truth { "true" } else { "false" }),
                _ => self.bad_verb(value, verb),
            },
            Value::Int(width, number) => self.integer(value, *width, *number, verb),
            Value::Float(number) => self.float(value, *number, verb),
            Value::Text(text) => self.text(value, text, verb),
            Value::List(list) => {
                let (open, between, close) = if self.flags.sharp_v { ("{", ", ", "}") } else { ("[", " ", "]") };
                if self.flags.sharp_v {
                    self.push(list.of.list_name())?;
                    if list.is_nil {
                        return self.push("(nil)");
                    }
                }
                self.push(open)?;
                for (index, item) in list.items.iter().enumerate() {
                    self.push(if index > 0 { between } else { "" })?;
                    self.value(item, verb, depth + 1)?;
                }
                self.push(close)
            }
            Value::Map(map) => {
                let (between, close) = if self.flags.sharp_v { (", ", "}") } else { (" ", "]") };
                if self.flags.sharp_v {
                    self.push(map.of.map_name())?;
                }
                self.push(if self.flags.sharp_v { "{" } else { "map[" })?;
                for (index, (key, item)) in map.snapshot().iter().enumerate() {
                    self.push(if index > 0 { between } else { "" })?;
                    self.key(key, verb, depth + 1)?;
                    self.push(":")?;
                    self.value(item, verb, depth + 1)?;
                }
                self.push(close)
            }
            Value::Object(object) => self.object(value, object, verb, depth),
        }
    }

    fn key(&mut self, key: &Key, verb: char, depth: usize) -> Result<(), Fault> {
        self.value(&key.value(), verb, depth)
    }

    fn object(&mut self, value: &Value, object: &Object, verb: char, depth: usize) -> Result<(), Fault> {
        if !self.flags.sharp_v
            && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
            && let Some(text) = object.string()
        {
            return self.text(value, &text, verb);
        }
        match object {
            Object::Version(_) if depth == 0 => self.push("&")?,
            Object::Version(_) | Object::Moment(_) => {
                return Err(Fault::new(format!(
                    "%{verb} of a {} prints an address, which differs from run to run",
                    object.type_name()
                ))
                .with_hint("print it with %v or %s"));
            }
            _ => {}
        }
        if self.flags.sharp_v {
            self.push(object.type_name().trim_start_matches('*'))?;
        }
        self.push("{")?;
        let between = if self.flags.sharp_v { ", " } else { " " };
        for (index, field) in object.printed_fields().iter().enumerate() {
            self.push(if index > 0 { between } else { "" })?;
            if self.flags.plus_v || self.flags.sharp_v {
                self.push(field.name)?;
                self.push(":")?;
            }
            self.value(&field.value, verb, depth + 1)?;
        }
        self.push("}")
    }

    fn integer(&mut self, value: &Value, width: Width, number: i128, verb: char) -> Result<(), Fault> {
        let flags = self.flags;
        let written = match verb {
            'v' if flags.sharp_v && !width.is_signed() => {
                let mut flags = flags;
                flags.sharp = true;
                flags.integer(number, 16, 'x')
            }
            'v' | 'd' => flags.integer(number, 10, verb),
            'b' => flags.integer(number, 2, verb),
            'o' | 'O' => flags.integer(number, 8, verb),
            'x' | 'X' => flags.integer(number, 16, verb),
            'c' | 'q' => flags.character(number, verb == 'q'),
            'U' => flags.unicode(number),
            _ => return self.bad_verb(value, verb),
        };
        self.push(&written)
    }

    fn float(&mut self, value: &Value, number: f64, verb: char) -> Result<(), Fault> {
        let written = match verb {
            'v' => self.flags.float(number, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.flags.float(number, verb, None),
            'f' | 'F' | 'e' | 'E' => self.flags.float(number, verb, Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        self.push(&written)
    }

    fn text(&mut self, value: &Value, text: &str, verb: char) -> Result<(), Fault> {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.truncated(text),
            'q' => self.quoted(text),
            'x' | 'X' => {
                let written = self.hexadecimal(text.as_bytes(), verb == 'X');
                self.push(&written)
            }
            _ => self.bad_verb(value, verb),
        }
    }

    fn quoted(&mut self, text: &str) -> Result<(), Fault> {
        let text = self.cut(text);
        if self.flags.sharp && can_backquote(text) {
            return self.padded(&format!("`{text}`"));
        }
        let quoted = quote(text, self.flags.plus);
        self.padded(&quoted)
    }

    fn hexadecimal(&self, bytes: &[u8], upper: bool) -> String {
        let bytes = &bytes[..self.flags.precision.unwrap_or(bytes.len()).min(bytes.len())];
        let mark = if upper { "0X" } else { "0x" };
        let mut written = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            if self.flags.space && index > 0 {
                written.push(' ');
            }
            if self.flags.sharp && (index == 0 || self.flags.space) {
                written.push_str(mark);
            }
            written.push_str(&if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
        }
        self.flags.pad(&written)
    }
}
