//! A function that a template can call: its parameters' types, checked as Go's `text/template` checks them, and its body.

use std::cell::Cell;
use std::rc::Rc;

use super::data::Object;
use super::fault::{Fault, LONGEST_LIST, LONGEST_TEXT, MOST_STEPS};
use super::moment::Moment;
use super::value::{Entries, List, Map, Value, Width};

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Param {
    /// `interface {}`
    Any,
    /// `string`
    Text,
    /// `int`
    Int,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// `map[string]interface {}`
    Dict,
    /// `time.Time`
    Moment,
}

impl Param {
    /// Go's name of the type.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Int => "int",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Dict => "map[string]interface {}",
            Self::Moment => "time.Time",
        }
    }

    /// Whether nil is a value of the type.
    pub(crate) fn can_be_nil(self) -> bool {
        matches!(self, Self::Any | Self::Dict)
    }

    /// `text/template`'s `validateType`: values are never converted.
    ///
    /// # Errors
    /// When the value is of another type.
    pub(crate) fn validate(self, value: Value) -> Result<Value, Fault> {
        let fits = match (self, &value) {
            (Self::Any, _)
            | (Self::Text, Value::Text(_))
            | (Self::Int, Value::Int(Width::Int, _))
            | (Self::Float, Value::Float(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Moment, Value::Object(Object::Moment(_))) => true,
            (Self::Dict, Value::Map(map)) => map.of == Entries::Any,
            (_, Value::Nil) if self.can_be_nil() => true,
            (_, Value::Nil) => return Err(Fault::new(format!("invalid value; expected {}", self.type_name()))),
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let (expected, got) = (self.type_name(), value.type_name());
        let mut fault = Fault::new(format!("wrong type for value; expected {expected}; got {got}"));
        fault.hint = match (self, &value) {
            (Self::Int, Value::Int(..) | Value::Float(_)) => Some("convert it: (int …)".to_owned()),
            (Self::Text, _) => Some("convert it: (toString …)".to_owned()),
            _ => None,
        };
        Err(fault)
    }
}

/// Counts down what a render may still do.
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(Cell::new(MOST_STEPS))
    }

    /// Takes steps.
    ///
    /// # Errors
    /// When none are left.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), Fault> {
        match self.0.get().checked_sub(steps) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Fault::new(format!("the template takes more than {MOST_STEPS} steps"))
                .with_hint("a commit message is short: does a loop run too long?")),
        }
    }

    /// Takes the steps that a result of this size costs.
    ///
    /// # Errors
    /// When none are left, or the result is beyond the limits.
    pub(crate) fn spend_on(&self, value: &Value) -> Result<(), Fault> {
        let size = match value {
            Value::Text(text) if text.len() > LONGEST_TEXT => return Err(Fault::too_long()),
            Value::List(list) if list.items.len() > LONGEST_LIST => return Err(Fault::too_many()),
            Value::Text(text) => text.len() / 100,
            Value::List(list) => list.items.len() / 10,
            _ => 0,
        };
        self.spend(size + 1)
    }
}

/// The body of a function.
pub(crate) type Body = fn(&Call<'_>) -> Result<Value, Fault>;

/// A function: its name and parameters as in Go, and its body.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Param],
    pub(crate) rest: Option<Param>,
    pub(crate) body: Body,
}

/// A function with a fixed number of parameters.
pub(crate) const fn fixed(name: &'static str, params: &'static [Param], body: Body) -> Function {
    Function { name, params, rest: None, body }
}

/// A function that takes more arguments of one type behind its parameters.
pub(crate) const fn variadic(name: &'static str, params: &'static [Param], rest: Param, body: Body) -> Function {
    Function { name, params, rest: Some(rest), body }
}

/// Arguments that were checked against the parameters.
pub(crate) struct Call<'b> {
    pub(crate) args: Vec<Value>,
    pub(crate) budget: &'b Budget,
}

impl Call<'_> {
    /// An argument.
    pub(crate) fn any(&self, index: usize) -> &Value {
        self.args.get(index).unwrap_or(&Value::Nil)
    }

    /// The arguments from an index on.
    pub(crate) fn rest(&self, from: usize) -> &[Value] {
        self.args.get(from..).unwrap_or_default()
    }

    /// A string.
    pub(crate) fn text(&self, index: usize) -> &str {
        match self.any(index) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// An `int`.
    pub(crate) fn int(&self, index: usize) -> i64 {
        match self.any(index) {
            Value::Int(_, value) => i64::try_from(*value).unwrap_or_default(),
            _ => 0,
        }
    }

    /// A `bool`.
    pub(crate) fn bool(&self, index: usize) -> bool {
        matches!(self.any(index), Value::Bool(true))
    }

    /// A `float64`.
    pub(crate) fn float(&self, index: usize) -> f64 {
        match self.any(index) {
            Value::Float(value) => *value,
            _ => 0.0,
        }
    }

    /// A dictionary; a nil one is empty.
    pub(crate) fn dict(&self, index: usize) -> Rc<Map> {
        match self.any(index) {
            Value::Map(map) => map.clone(),
            _ => Rc::new(Map { of: Entries::Any, entries: Default::default() }),
        }
    }

    /// A time.
    pub(crate) fn moment(&self, index: usize) -> Moment {
        match self.any(index) {
            Value::Object(Object::Moment(moment)) => *moment,
            _ => Moment::ZERO,
        }
    }

    /// A slice of any type.
    ///
    /// # Errors
    /// In sprig's words, with what was to be done to it.
    pub(crate) fn list(&self, index: usize, what: &str) -> Result<&Rc<List>, Fault> {
        match self.any(index) {
            Value::List(list) => Ok(list),
            other => Err(Fault::new(format!("Cannot {what} type {}", other.kind_name()))),
        }
    }
}
