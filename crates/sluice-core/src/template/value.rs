//! Values as a template sees them: Go's types, as far as Flux's data and sprig's functions can produce them.
//!
//! Lists are never changed once they are made. Maps are shared and can be changed by `set`, `unset` and `merge`, as in
//! Go. To add a type: a variant here (or of [`Object`]), its name in [`Value::type_name`], its printing in `fmt`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use super::data::{Identifier, Object};

/// The whole-number types that occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `uint8`, also `byte`
    Uint8,
    /// `uint64`
    Uint64,
}

impl Width {
    /// Whether values can be negative.
    pub(crate) fn is_signed(self) -> bool {
        matches!(self, Self::Int | Self::Int64)
    }

    /// Go's name of the type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint64 => "uint64",
        }
    }
}

/// A value.
#[derive(Clone)]
pub(crate) enum Value {
    /// Nothing: a nil interface, a missing map key.
    Nil,
    /// `bool`
    Bool(bool),
    /// A whole number; always within its width.
    Int(Width, i128),
    /// `float64`
    Float(f64),
    /// `string`
    Text(Rc<str>),
    /// A slice.
    List(Rc<List>),
    /// A map.
    Map(Rc<Map>),
    /// A structure of Flux's, or of a library of sprig's.
    Object(Object),
}

/// What a slice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Items {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Text,
    /// `[]int`
    Int,
    /// `[][]interface {}`
    Lists,
    /// `[]update.Change`
    Changes,
}

impl Items {
    /// Go's name of the slice type.
    pub(crate) fn list_name(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Text => "[]string",
            Self::Int => "[]int",
            Self::Lists => "[][]interface {}",
            Self::Changes => "[]update.Change",
        }
    }
}

/// A slice.
pub(crate) struct List {
    /// What it holds.
    pub(crate) of: Items,
    /// The items.
    pub(crate) items: Vec<Value>,
    /// A nil slice, which prints like an empty one but is `null` in JSON.
    pub(crate) is_nil: bool,
}

/// What a map holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entries {
    /// `map[string]interface {}`
    Any,
    /// `map[string]string`
    Text,
    /// `map[string]update.ObjectChanges`
    Files,
    /// `update.ObjectChanges`
    Objects,
}

impl Entries {
    /// Go's name of the map type.
    pub(crate) fn map_name(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Text => "map[string]string",
            Self::Files => "map[string]update.ObjectChanges",
            Self::Objects => "update.ObjectChanges",
        }
    }
}

/// A key. Ordered as Go's `internal/fmtsort` orders keys when a map is ranged over or printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A string.
    Text(Rc<str>),
    /// The object that a change was made in.
    Object(Rc<Identifier>),
}

impl Key {
    /// The key as a value.
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.clone()),
            Self::Object(id) => Value::Object(Object::Identifier(id.clone())),
        }
    }
}

/// A map.
pub(crate) struct Map {
    /// What it holds.
    pub(crate) of: Entries,
    /// The entries, in the order of their keys.
    pub(crate) entries: RefCell<BTreeMap<Key, Value>>,
}

impl Map {
    /// The value behind a string key.
    pub(crate) fn get(&self, key: &str) -> Option<Value> {
        self.entries.borrow().get(&Key::Text(key.into())).cloned()
    }

    /// Puts a value behind a string key.
    pub(crate) fn set(&self, key: impl Into<Rc<str>>, value: Value) {
        let earlier = self.entries.borrow_mut().insert(Key::Text(key.into()), value);
        drop(earlier);
    }

    /// The entries as they are now.
    pub(crate) fn snapshot(&self) -> Vec<(Key, Value)> {
        self.entries.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.borrow().len()
    }
}

impl Value {
    /// A string.
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// An `int`.
    pub(crate) fn int(value: i64) -> Self {
        Self::Int(Width::Int, value.into())
    }

    /// An `int64`.
    pub(crate) fn int64(value: i64) -> Self {
        Self::Int(Width::Int64, value.into())
    }

    /// A slice.
    pub(crate) fn list(of: Items, items: Vec<Self>) -> Self {
        Self::List(Rc::new(List { of, items, is_nil: false }))
    }

    /// A `[]interface {}`.
    pub(crate) fn any_list(items: Vec<Self>) -> Self {
        Self::list(Items::Any, items)
    }

    /// A `[]string`.
    pub(crate) fn texts<T: Into<Rc<str>>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::list(Items::Text, items.into_iter().map(Self::text).collect())
    }

    /// A nil slice.
    pub(crate) fn nil_list(of: Items) -> Self {
        Self::List(Rc::new(List { of, items: Vec::new(), is_nil: true }))
    }

    /// A map.
    pub(crate) fn map(of: Entries, entries: BTreeMap<Key, Self>) -> Self {
        Self::Map(Rc::new(Map { of, entries: RefCell::new(entries) }))
    }

    /// A map with string keys.
    pub(crate) fn text_map<K: Into<Rc<str>>>(of: Entries, entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::map(of, entries.into_iter().map(|(key, value)| (Key::Text(key.into()), value)).collect())
    }

    /// What `%T` prints.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(width, _) => width.name(),
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(list) => list.of.list_name(),
            Self::Map(map) => map.of.map_name(),
            Self::Object(object) => object.type_name(),
        }
    }

    /// What `reflect.Kind` prints.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Nil => "invalid",
            Self::Bool(_) => "bool",
            Self::Int(width, _) => width.name(),
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(_) => "slice",
            Self::Map(_) => "map",
            Self::Object(Object::Version(_)) => "ptr",
            Self::Object(_) => "struct",
        }
    }

    /// `text/template`'s `IsTrue`: not nil, false, zero or empty. A structure always is.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(_, value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Map(map) => map.len() != 0,
            Self::Object(_) => true,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

/// A template can nest containers as deep as its steps last; they are taken apart without recursion.
fn take_apart(mut waiting: Vec<Value>) {
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(list) => {
                if let Ok(mut list) = Rc::try_unwrap(list) {
                    waiting.append(&mut list.items);
                }
            }
            Value::Map(map) => {
                if let Ok(map) = Rc::try_unwrap(map) {
                    waiting.extend(std::mem::take(&mut *map.entries.borrow_mut()).into_values());
                }
            }
            _ => {}
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if !self.items.is_empty() {
            take_apart(std::mem::take(&mut self.items));
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        if !entries.is_empty() {
            take_apart(entries.into_values().collect());
        }
    }
}
