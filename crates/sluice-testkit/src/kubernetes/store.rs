//! What the API holds, and what happened to it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::plural;

/// Objects by the plural of their kind, namespace and name, with what happened since.
#[derive(Default)]
pub(super) struct Store {
    objects: BTreeMap<&'static str, BTreeMap<(String, String), Value>>,
    past: Vec<Happened>,
    /// The version of the last change.
    version: u64,
    /// What happened up to here is forgotten.
    forgotten: u64,
    pub(super) forbidden: Vec<String>,
    pub(super) is_down: bool,
    /// Only the kinds of Kubernetes itself are served.
    pub(super) is_bare: bool,
    pub(super) is_over: bool,
}

/// One change.
struct Happened {
    version: u64,
    plural: &'static str,
    verb: &'static str,
    object: Value,
}

impl Store {
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn put(&mut self, mut object: Value) {
        let plural = plural(object["kind"].as_str().expect("an object has a kind"));
        let name = object["metadata"]["name"].as_str().expect("an object has a name").to_owned();
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        if object["metadata"]["generation"].is_null() {
            object["metadata"]["generation"] = 1.into();
        }
        let before = self.objects.entry(plural).or_default().insert((namespace, name), object.clone());
        let verb = if before.is_some() { "MODIFIED" } else { "ADDED" };
        self.past.push(Happened { version: self.version, plural, verb, object });
    }

    pub(super) fn remove(&mut self, plural: &'static str, namespace: &str, name: &str) {
        let key = (namespace.to_owned(), name.to_owned());
        let object = self.objects.get_mut(plural).and_then(|objects| objects.remove(&key));
        let mut object = object.unwrap_or_else(|| panic!("there is no {plural} {namespace}/{name}"));
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        self.past.push(Happened { version: self.version, plural, verb: "DELETED", object });
    }

    pub(super) fn get(&self, plural: &str, namespace: &str, name: &str) -> Option<&Value> {
        self.objects.get(plural)?.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// Those of a namespace, or all where it is empty, that have the label.
    pub(super) fn list(&self, plural: &str, namespace: &str, label: Option<(&str, &str)>) -> Vec<&Value> {
        let objects = self.objects.get(plural).into_iter().flatten();
        objects.filter(|((own, _), object)| is_meant(object, own, namespace, label)).map(|(_, object)| object).collect()
    }

    /// What happened to a kind after a version; nothing when that is forgotten.
    pub(super) fn since(&self, version: u64, plural: &str, namespace: &str) -> Option<Vec<(&'static str, &Value)>> {
        if version < self.forgotten {
            return None;
        }
        // Versions grow, so that what is new is at the end.
        let from = self.past.partition_point(|happened| happened.version <= version);
        let of_kind = self.past[from..].iter().filter(|happened| happened.plural == plural);
        let found = of_kind.filter(|happened| {
            let own = happened.object["metadata"]["namespace"].as_str().unwrap_or_default();
            is_meant(&happened.object, own, namespace, None)
        });
        Some(found.map(|happened| (happened.verb, &happened.object)).collect())
    }

    pub(super) fn forget_past(&mut self) {
        // The next version is one that nobody has seen, as after a compaction.
        self.version += 1;
        self.forgotten = self.version;
        self.past.clear();
    }
}

fn is_meant(object: &Value, own: &str, namespace: &str, label: Option<(&str, &str)>) -> bool {
    (namespace.is_empty() || own == namespace)
        && label.is_none_or(|(name, value)| object["metadata"]["labels"][name] == value)
}

/// Merges a patch as RFC 7386 says.
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(own) = target else { return };
    for (name, value) in fields {
        if value.is_null() {
            own.remove(name);
        } else {
            merge(own.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
