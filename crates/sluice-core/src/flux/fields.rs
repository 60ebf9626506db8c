//! Reading a mapping field by field: every wrong field becomes a [`Problem`] with its place, and reading goes on.
//!
//! A reader asks [`Fields`] for each field it knows. What was asked for is remembered, so that
//! [`Fields::finish`] can tell typing errors among the rest.

use super::problem::{Kind, Problem, ResourceId};
use super::yaml::{Node, Value, looks_like_number, plain_bool};
use crate::diagnosis::{Code, nearest};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Collects the problems of one resource.
pub(super) struct Report {
    pub(super) problems: RefCell<Vec<Problem>>,
    /// Set when the API server would refuse the resource, or its values can't be known.
    pub(super) refused: Cell<bool>,
    pub(super) object: RefCell<Option<ResourceId>>,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { problems: RefCell::new(Vec::new()), refused: Cell::new(false), object: RefCell::new(None) }
    }

    pub(super) fn identify(&self, kind: Kind, namespace: &str, name: &str) {
        *self.object.borrow_mut() = Some(ResourceId { kind, namespace: namespace.to_owned(), name: name.to_owned() });
    }

    /// Notes a problem that leaves the resource usable.
    pub(super) fn note(&self, code: Code, line: u32, column: u32, message: String, hint: String) {
        self.problems.borrow_mut().push(Problem {
            line,
            column,
            code,
            severity: code.severity(),
            message,
            hint,
            object: self.object.borrow().clone(),
        });
    }

    /// Notes a problem for which the API server refuses the whole resource.
    pub(super) fn refuse(&self, code: Code, line: u32, column: u32, message: String, hint: String) {
        self.refused.set(true);
        self.note(code, line, column, message, hint);
    }
}

/// Why a text does not fit its field, and what would.
pub(super) struct Misfit {
    pub(super) cause: String,
    pub(super) hint: String,
}

/// A mapping that is being read.
pub(super) struct Fields<'n> {
    node: &'n Node,
    path: String,
    report: &'n Report,
    asked: RefCell<Vec<&'static str>>,
}

impl<'n> Fields<'n> {
    /// Begins to read `node`. Anything but a mapping is refused.
    pub(super) fn open(node: &'n Node, path: &str, report: &'n Report) -> Option<Self> {
        let Value::Mapping(entries) = &node.value else {
            report.refuse(
                Code::FieldInvalid,
                node.line,
                node.column,
                format!("{path}: expected a mapping, found {}", node.kind()),
                format!("write fields below `{}:`, each indented", path.rsplit('.').next().unwrap_or(path)),
            );
            return None;
        };
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.key.text().unwrap_or_default();
            // A merged entry is never a second one: the merge leaves out what the mapping has itself.
            if entries[..index].iter().any(|earlier| earlier.key.text() == Some(name)) {
                report.refuse(
                    Code::DuplicateKey,
                    entry.key.line,
                    entry.key.column,
                    format!("{path}: `{name}` is written twice"),
                    "keep one of the two".to_owned(),
                );
            }
        }
        Some(Self { node, path: path.to_owned(), report, asked: RefCell::new(Vec::new()) })
    }

    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The node under `name`; null counts as absent, as in Kubernetes.
    pub(super) fn node(&self, name: &'static str) -> Option<&'n Node> {
        self.asked.borrow_mut().push(name);
        self.node.get(name).filter(|node| !node.is_null())
    }

    /// Line and column of the field's value, or of the mapping when it is absent.
    pub(super) fn place(&self, name: &str) -> (u32, u32) {
        let node = self.node.get(name).unwrap_or(self.node);
        (node.line, node.column)
    }

    /// The place of a line and column inside a text: exact in a literal block scalar, else the text's own place.
    pub(super) fn place_inside(&self, name: &str, line: u32, column: u32) -> (u32, u32) {
        match self.node.get(name) {
            Some(Node { value: Value::Scalar { block_indent: Some(indent), .. }, line: start, .. }) => {
                (start + line, indent + column)
            }
            _ => self.place(name),
        }
    }

    /// Marks names as known that are of no use here.
    pub(super) fn known(&self, names: &[&'static str]) {
        self.asked.borrow_mut().extend_from_slice(names);
    }

    /// Marks names that the API server drops from a resource of this version, and says so where one is written.
    pub(super) fn dropped(&self, names: &[&'static str], version: super::meta::ApiVersion) {
        for name in names {
            if self.node(name).is_some() {
                self.note(
                    Code::FieldUnknown,
                    name,
                    &format!("{version} has no such field, so it has no effect"),
                    "change the resource's apiVersion to v1",
                );
            }
        }
    }

    pub(super) fn missing(&self, name: &str, hint: &str) {
        self.report.refuse(
            Code::FieldMissing,
            self.node.line,
            self.node.column,
            format!("{} is required and missing", self.path_of(name)),
            hint.to_owned(),
        );
    }

    pub(super) fn invalid(&self, name: &str, cause: &str, hint: &str) {
        let (line, column) = self.place(name);
        self.report.refuse(
            Code::FieldInvalid,
            line,
            column,
            format!("{}: {cause}", self.path_of(name)),
            hint.to_owned(),
        );
    }

    /// Notes something about a field without refusing the resource.
    pub(super) fn note(&self, code: Code, name: &str, cause: &str, hint: &str) {
        let (line, column) = self.place(name);
        self.report.note(code, line, column, format!("{}: {cause}", self.path_of(name)), hint.to_owned());
    }

    /// A text. Numbers and booleans that are not quoted are refused, as the API server does.
    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        let text = self.verbatim(name)?;
        if let Some(variable) = substitution(&text) {
            let (line, column) = self.place(name);
            self.report.refuse(
                Code::Substitution,
                line,
                column,
                format!("{}: `{variable}` is replaced in the cluster and cannot be known here", self.path_of(name)),
                "write the value itself, or leave this resource to the cluster".to_owned(),
            );
            return None;
        }
        Some(text)
    }

    /// A text in which `${…}` has a meaning of its own, such as a regular expression's replacement.
    pub(super) fn verbatim(&self, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        match &node.value {
            Value::Scalar { text, plain, .. } if !plain || (plain_bool(text).is_none() && !looks_like_number(text)) => {
                Some(text.clone())
            }
            Value::Scalar { text, .. } => {
                let found = node.kind();
                self.invalid(
                    name,
                    &format!("expected a text, but `{text}` is {found} in YAML"),
                    &format!("quote it: \"{text}\""),
                );
                None
            }
            _ => {
                self.invalid(name, &format!("expected a text, found {}", node.kind()), "write a single value");
                None
            }
        }
    }

    pub(super) fn required_text(&self, name: &'static str, hint: &str) -> Option<String> {
        if self.node(name).is_none() {
            self.missing(name, hint);
        }
        self.text(name)
    }

    /// A text that must fit `read`.
    pub(super) fn parsed<T>(&self, name: &'static str, read: impl FnOnce(&str) -> Result<T, Misfit>) -> Option<T> {
        let text = self.text(name)?;
        read(&text).map_err(|misfit| self.invalid(name, &misfit.cause, &misfit.hint)).ok()
    }

    pub(super) fn required_parsed<T>(
        &self,
        name: &'static str,
        hint: &str,
        read: impl FnOnce(&str) -> Result<T, Misfit>,
    ) -> Option<T> {
        if self.node(name).is_none() {
            self.missing(name, hint);
        }
        self.parsed(name, read)
    }

    /// One word of a list.
    pub(super) fn word<T: Copy>(&self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.parsed(name, |text| {
            words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
                let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Misfit {
                    cause: format!("`{text}` is not one of its words"),
                    hint: format!("use one of: {}", allowed.join(", ")),
                }
            })
        })
    }

    pub(super) fn boolean(&self, name: &'static str) -> Option<bool> {
        let node = self.node(name)?;
        match &node.value {
            Value::Scalar { text, plain: true, .. } if plain_bool(text).is_some() => plain_bool(text),
            Value::Scalar { .. } if substitution(node.text().unwrap_or_default()).is_some() => {
                let _refused = self.text(name);
                None
            }
            _ => {
                self.invalid(
                    name,
                    &format!("expected true or false, found {}", node.kind()),
                    "write true or false without quotes",
                );
                None
            }
        }
    }

    /// A mapping below this one.
    pub(super) fn section(&self, name: &'static str) -> Option<Fields<'n>> {
        Fields::open(self.node(name)?, &self.path_of(name), self.report)
    }

    pub(super) fn required_section(&self, name: &'static str, hint: &str) -> Option<Fields<'n>> {
        if self.node(name).is_none() {
            self.missing(name, hint);
        }
        self.section(name)
    }

    /// The items of a list; anything else is refused.
    pub(super) fn list(&self, name: &'static str) -> Option<&'n [Node]> {
        let node = self.node(name)?;
        match &node.value {
            Value::Sequence(items) => Some(items),
            _ => {
                self.invalid(
                    name,
                    &format!("expected a list, found {}", node.kind()),
                    "write one item a line, each behind `- `",
                );
                None
            }
        }
    }

    /// A list of mappings, each opened for reading.
    pub(super) fn sections(&self, name: &'static str) -> Vec<Fields<'n>> {
        let items = self.list(name).unwrap_or_default();
        let path = self.path_of(name);
        items
            .iter()
            .enumerate()
            .filter_map(|(i, item)| Fields::open(item, &format!("{path}[{i}]"), self.report))
            .collect()
    }

    /// A list of texts with their places.
    pub(super) fn texts(&self, name: &'static str) -> Vec<(String, u32, u32)> {
        let mut texts = Vec::new();
        for item in self.list(name).unwrap_or_default() {
            match &item.value {
                Value::Scalar { text, plain, .. }
                    if !plain || (plain_bool(text).is_none() && !looks_like_number(text)) =>
                {
                    texts.push((text.clone(), item.line, item.column));
                }
                _ => self.report.refuse(
                    Code::FieldInvalid,
                    item.line,
                    item.column,
                    format!("{}: expected texts, found {}", self.path_of(name), item.kind()),
                    "quote the item".to_owned(),
                ),
            }
        }
        texts
    }

    /// A mapping of texts to texts.
    pub(super) fn text_map(&self, name: &'static str) -> BTreeMap<String, String> {
        let Some(section) = self.section(name) else { return BTreeMap::new() };
        section.as_text_map()
    }

    fn as_text_map(&self) -> BTreeMap<String, String> {
        let Value::Mapping(entries) = &self.node.value else { return BTreeMap::new() };
        let mut map = BTreeMap::new();
        for entry in entries.iter() {
            let Some(key) = entry.key.text() else { continue };
            match &entry.value.value {
                Value::Scalar { text, plain, .. }
                    if !plain || (plain_bool(text).is_none() && !looks_like_number(text)) =>
                {
                    let text = if entry.value.is_null() { String::new() } else { text.clone() };
                    map.insert(key.to_owned(), text);
                }
                _ => self.report.refuse(
                    Code::FieldInvalid,
                    entry.value.line,
                    entry.value.column,
                    format!("{}.{key}: expected a text, found {}", self.path, entry.value.kind()),
                    "quote the value".to_owned(),
                ),
            }
        }
        map
    }

    /// A reference to a Secret or service account: a mapping with a required `name`.
    pub(super) fn named(&self, name: &'static str) -> Option<String> {
        let section = self.section(name)?;
        let found = section.required_text("name", "name the object");
        section.finish();
        found
    }

    /// Hints at fields that were never asked for and look like a typing error.
    pub(super) fn finish(&self) {
        let Value::Mapping(entries) = &self.node.value else { return };
        let asked = self.asked.borrow();
        for entry in entries.iter() {
            let Some(key) = entry.key.text() else { continue };
            if asked.contains(&key) {
                continue;
            }
            let absent = asked.iter().copied().filter(|name| self.node.get(name).is_none());
            if let Some(near) = nearest(key, absent, 1).first() {
                self.report.note(
                    Code::FieldUnknown,
                    entry.key.line,
                    entry.key.column,
                    format!("{}: Flux knows no such field", self.path_of(key)),
                    format!("did you mean `{near}`?"),
                );
            }
        }
    }
}

/// The first `${…}` of a value that Flux's post-build substitution would replace; `$${` is its escape.
pub(super) fn substitution(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(found) = text[from..].find("${") {
        let at = from + found;
        if !text[..at].ends_with('$') {
            let end = text[at..].find('}').map_or(text.len(), |end| at + end + 1);
            return Some(&text[at..end]);
        }
        from = at + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitution_finds_variables_but_not_their_escape() {
        for (text, found) in [
            ("ghcr.io/${ORG}/app", Some("${ORG}")),
            ("${a:=b}", Some("${a:=b}")),
            ("$${kept}", None),
            ("$${kept} ${x}", Some("${x}")),
            ("$ts", None),
            ("${open", Some("${open")),
        ] {
            assert_eq!(substitution(text), found, "{text}");
        }
    }
}
