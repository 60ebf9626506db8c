//! The data of a commit message: Flux's `TemplateData` and what hangs on it, with Go's fields and methods.
//!
//! Fields and embedded structures follow image-automation-controller's `pkg/update`, kyaml's `yaml.ResourceIdentifier`
//! and `types.NamespacedName`, since `%v`, `%+v` and `toJson` show them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::call::Param;
use super::fault::Fault;
use super::moment::Moment;
use super::semantic::GoVersion;
use super::value::{Entries, Items, Key, Value};
use super::{Change, MessageContext};

/// kyaml's `yaml.ResourceIdentifier`, embedded in Flux's `update.ObjectIdentifier`. Ordered as Go orders struct keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identifier {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: String,
}

/// One change, as a template sees it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeData {
    pub(crate) old: Rc<str>,
    pub(crate) new: Rc<str>,
    pub(crate) setter: Rc<str>,
}

/// Flux's `update.Result`.
pub(crate) struct ResultData {
    files: Value,
    changes: Value,
    objects: Value,
}

/// Flux's `source.TemplateData`.
pub(crate) struct TemplateData {
    automation: Value,
    changed: Value,
    values: Value,
}

/// A structure.
#[derive(Clone)]
pub(crate) enum Object {
    /// `source.TemplateData`
    Template(Rc<TemplateData>),
    /// `types.NamespacedName`
    Automation(Rc<crate::ObjectKey>),
    /// `update.Result`
    Result(Rc<ResultData>),
    /// `update.ObjectIdentifier`
    Identifier(Rc<Identifier>),
    /// `yaml.ResourceIdentifier`
    Resource(Rc<Identifier>),
    /// `yaml.TypeMeta`
    TypeMeta(Rc<Identifier>),
    /// `yaml.NameMeta`
    NameMeta(Rc<Identifier>),
    /// `update.Change`
    Change(Rc<ChangeData>),
    /// `*semver.Version`
    Version(Rc<GoVersion>),
    /// `time.Time`
    Moment(Moment),
}

/// A field of a structure.
pub(crate) struct Field {
    /// Its name in Go.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) value: Value,
    /// Its fields can be named as if they were the outer structure's.
    pub(crate) embedded: bool,
}

fn field(name: &'static str, value: Value) -> Field {
    Field { name, value, embedded: false }
}

fn embedded(name: &'static str, object: Object) -> Field {
    Field { name, value: Value::Object(object), embedded: true }
}

impl Object {
    /// What `%T` prints.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Template(_) => "source.TemplateData",
            Self::Automation(_) => "types.NamespacedName",
            Self::Result(_) => "update.Result",
            Self::Identifier(_) => "update.ObjectIdentifier",
            Self::Resource(_) => "yaml.ResourceIdentifier",
            Self::TypeMeta(_) => "yaml.TypeMeta",
            Self::NameMeta(_) => "yaml.NameMeta",
            Self::Change(_) => "update.Change",
            Self::Version(_) => "*semver.Version",
            Self::Moment(_) => "time.Time",
        }
    }

    /// The fields that a template can reach, in Go's order.
    pub(crate) fn fields(&self) -> Vec<Field> {
        match self {
            Self::Template(data) => vec![
                field("AutomationObject", data.automation.clone()),
                field("Changed", data.changed.clone()),
                field("Values", data.values.clone()),
            ],
            Self::Automation(key) => {
                vec![field("Namespace", key.namespace.as_str().into()), field("Name", key.name.as_str().into())]
            }
            Self::Result(result) => vec![field("FileChanges", result.files.clone())],
            Self::Identifier(id) => vec![embedded("ResourceIdentifier", Self::Resource(id.clone()))],
            Self::Resource(id) => {
                vec![embedded("TypeMeta", Self::TypeMeta(id.clone())), embedded("NameMeta", Self::NameMeta(id.clone()))]
            }
            Self::TypeMeta(id) => {
                vec![field("APIVersion", id.api_version.as_str().into()), field("Kind", id.kind.as_str().into())]
            }
            Self::NameMeta(id) => {
                vec![field("Name", id.name.as_str().into()), field("Namespace", id.namespace.as_str().into())]
            }
            Self::Change(change) => vec![
                field("OldValue", Value::Text(change.old.clone())),
                field("NewValue", Value::Text(change.new.clone())),
                field("Setter", Value::Text(change.setter.clone())),
            ],
            Self::Version(_) | Self::Moment(_) => Vec::new(),
        }
    }

    /// The fields that `fmt` shows, which are more than a template can reach.
    pub(crate) fn printed_fields(&self) -> Vec<Field> {
        match self {
            Self::Version(version) => version.fields().into_iter().map(|(name, value)| field(name, value)).collect(),
            other => other.fields(),
        }
    }

    /// A field by its name, through embedded structures too.
    pub(crate) fn field(&self, name: &str) -> Option<Value> {
        let fields = self.fields();
        if let Some(found) = fields.iter().find(|field| field.name == name) {
            return Some(found.value.clone());
        }
        fields.iter().filter(|field| field.embedded).find_map(|field| match &field.value {
            Value::Object(inner) => inner.field(name),
            _ => None,
        })
    }

    /// What a template is meant to name: fields, through embedded structures, and methods that return data.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for field in self.fields() {
            match &field.value {
                Value::Object(inner) if field.embedded => names.extend(inner.names()),
                _ => names.push(field.name),
            }
        }
        if matches!(self, Self::Result(_)) {
            names.extend(["Changes", "Objects"]);
        }
        names
    }

    /// What its `String` method returns, where it has one.
    pub(crate) fn string(&self) -> Option<String> {
        match self {
            Self::Automation(key) => Some(key.to_string()),
            Self::Version(version) => Some(version.to_string()),
            Self::Moment(moment) => Some(moment.to_string()),
            _ => None,
        }
    }

    /// The text that stands for it in JSON: RFC 3339 for a time, the version otherwise.
    pub(crate) fn json_text(&self) -> String {
        match self {
            Self::Moment(moment) => moment.format("2006-01-02T15:04:05.999999999Z07:00"),
            other => other.string().unwrap_or_default(),
        }
    }

    /// The parameters of a method; none where there is no such method.
    pub(crate) fn method_params(&self, name: &str) -> Option<&'static [Param]> {
        match (self, name) {
            (Self::Automation(_), "String") | (Self::Result(_), "Changes" | "Objects") => Some(&[]),
            (Self::Version(_), _) => GoVersion::method_params(name),
            (Self::Moment(_), _) => Moment::method_params(name),
            _ => None,
        }
    }

    /// Calls a method with arguments that fit its parameters.
    ///
    /// # Errors
    /// When the method returns one.
    pub(crate) fn call_method(&self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        match self {
            Self::Automation(key) => Ok(key.to_string().into()),
            Self::Result(result) if name == "Changes" => Ok(result.changes.clone()),
            Self::Result(result) => Ok(result.objects.clone()),
            Self::Version(version) => version.call(name, args),
            Self::Moment(moment) => moment.call(name, args),
            other => Err(Fault::new(format!("{} has no method {name}", other.type_name()))),
        }
    }

    /// Go's `==`.
    ///
    /// # Errors
    /// For structures that hold maps, which can't be compared.
    pub(crate) fn go_equals(&self, other: &Self) -> Result<bool, Fault> {
        if matches!(other, Self::Template(_) | Self::Result(_)) {
            return Err(Fault::new(format!("non-comparable type {}", other.type_name())));
        }
        Ok(match (self, other) {
            (Self::Version(a), Self::Version(b)) => Rc::ptr_eq(a, b),
            _ => self.deep_equals(other),
        })
    }

    /// `reflect.DeepEqual`, of structures without maps.
    pub(crate) fn deep_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Template(a), Self::Template(b)) => Rc::ptr_eq(a, b),
            (Self::Result(a), Self::Result(b)) => Rc::ptr_eq(a, b),
            (Self::Automation(a), Self::Automation(b)) => a == b,
            (Self::Identifier(a), Self::Identifier(b)) | (Self::Resource(a), Self::Resource(b)) => a == b,
            (Self::TypeMeta(a), Self::TypeMeta(b)) => (&a.api_version, &a.kind) == (&b.api_version, &b.kind),
            (Self::NameMeta(a), Self::NameMeta(b)) => (&a.name, &a.namespace) == (&b.name, &b.namespace),
            (Self::Change(a), Self::Change(b)) => a == b,
            (Self::Version(a), Self::Version(b)) => a == b,
            (Self::Moment(a), Self::Moment(b)) => a == b,
            _ => false,
        }
    }
}

impl From<&crate::marker::ObjectId> for Identifier {
    fn from(id: &crate::marker::ObjectId) -> Self {
        Self {
            api_version: id.api_version.clone(),
            kind: id.kind.clone(),
            name: id.name.clone(),
            namespace: id.namespace.clone(),
        }
    }
}

/// The value that a template starts with.
pub(crate) fn template_data(context: &MessageContext<'_>) -> Value {
    let values = context.values.iter().map(|(key, value)| (key.as_str(), Value::from(value.as_str())));
    Value::Object(Object::Template(Rc::new(TemplateData {
        automation: Value::Object(Object::Automation(Rc::new(context.automation.clone()))),
        changed: Value::Object(Object::Result(Rc::new(result(context.changes)))),
        values: Value::text_map(Entries::Text, values),
    })))
}

fn result(changes: &[Change]) -> ResultData {
    let mut files: BTreeMap<&str, BTreeMap<Rc<Identifier>, Vec<Value>>> = BTreeMap::new();
    for change in changes {
        let object = Rc::new(Identifier::from(&change.object));
        files.entry(&change.file).or_default().entry(object).or_default().push(change_value(change));
    }
    let mut objects: BTreeMap<Rc<Identifier>, Vec<Value>> = BTreeMap::new();
    for (object, changes) in files.values().flatten() {
        objects.entry(object.clone()).or_default().extend(changes.iter().cloned());
    }
    ResultData {
        changes: distinct_changes(changes),
        objects: object_changes(objects),
        files: Value::text_map(
            Entries::Files,
            files.into_iter().map(|(file, objects)| (file, object_changes(objects))),
        ),
    }
}

fn change_value(change: &Change) -> Value {
    Value::Object(Object::Change(Rc::new(ChangeData {
        old: change.old.as_str().into(),
        new: change.new.as_str().into(),
        setter: change.setter.as_str().into(),
    })))
}

/// Every change once by what it says, files in the order of their names, lines in the order given.
fn distinct_changes(changes: &[Change]) -> Value {
    let mut in_order: Vec<&Change> = changes.iter().collect();
    in_order.sort_by(|a, b| a.file.cmp(&b.file));
    let mut seen = BTreeSet::new();
    in_order.retain(|change| seen.insert((&change.old, &change.new, &change.setter)));
    if in_order.is_empty() {
        return Value::nil_list(Items::Changes);
    }
    Value::list(Items::Changes, in_order.into_iter().map(change_value).collect())
}

fn object_changes(objects: BTreeMap<Rc<Identifier>, Vec<Value>>) -> Value {
    let entries =
        objects.into_iter().map(|(object, changes)| (Key::Object(object), Value::list(Items::Changes, changes)));
    Value::map(Entries::Objects, entries.collect())
}
