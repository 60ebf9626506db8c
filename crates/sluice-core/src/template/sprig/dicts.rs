//! Dictionaries (sprig `dict.go`, imdario/mergo). `set`, `unset` and `merge` change the dictionary they are given.

use std::rc::Rc;

use super::convert::to_text;
use crate::template::call::{Call, Function, Param, fixed, variadic};
use crate::template::data::Object;
use crate::template::fault::{DEEPEST_VALUE, Fault};
use crate::template::semantic::GoVersion;
use crate::template::value::{Entries, Key, Map, Value};

use Param::{Any, Dict, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("dict", &[], Any, dict),
    fixed("get", &[Dict, Text], |call| Ok(call.dict(0).get(call.text(1)).unwrap_or_else(|| "".into()))),
    fixed("set", &[Dict, Text, Any], set),
    fixed("unset", &[Dict, Text], |call| {
        let removed = call.dict(0).entries.borrow_mut().remove(&Key::Text(call.text(1).into()));
        drop(removed);
        Ok(Value::Map(call.dict(0)))
    }),
    fixed("hasKey", &[Dict, Text], |call| Ok(call.dict(0).get(call.text(1)).is_some().into())),
    variadic("pluck", &[Text], Dict, |call| {
        let found = (1..call.args.len()).filter_map(|index| call.dict(index).get(call.text(0)));
        Ok(Value::any_list(found.collect()))
    }),
    variadic("keys", &[], Dict, |call| {
        let mut keys = Vec::new();
        for index in 0..call.args.len() {
            keys.extend(call.dict(index).snapshot().into_iter().map(|(key, _)| key.value()));
        }
        Ok(Value::list(crate::template::value::Items::Text, keys))
    }),
    fixed("values", &[Dict], |call| {
        Ok(Value::any_list(call.dict(0).snapshot().into_iter().map(|(_, value)| value).collect()))
    }),
    variadic("pick", &[Dict], Text, |call| Ok(chosen(call, true))),
    variadic("omit", &[Dict], Text, |call| Ok(chosen(call, false))),
    variadic("merge", &[Dict], Dict, |call| merge(call, false)),
    variadic("mustMerge", &[Dict], Dict, |call| merge(call, false)),
    variadic("mergeOverwrite", &[Dict], Dict, |call| merge(call, true)),
    variadic("mustMergeOverwrite", &[Dict], Dict, |call| merge(call, true)),
    variadic("dig", &[], Any, dig),
    fixed("deepCopy", &[Any], |call| deep_copy(call.any(0), call, 0)),
    fixed("mustDeepCopy", &[Any], |call| deep_copy(call.any(0), call, 0)),
];

fn dict(call: &Call<'_>) -> Result<Value, Fault> {
    let mut entries = Vec::with_capacity(call.args.len() / 2);
    for pair in call.args.chunks(2) {
        entries.push((to_text(&pair[0])?, pair.get(1).cloned().unwrap_or_else(|| "".into())));
    }
    Ok(Value::text_map(Entries::Any, entries))
}

fn set(call: &Call<'_>) -> Result<Value, Fault> {
    let Value::Map(map) = call.any(0) else {
        return Err(Fault::new("assignment to entry in nil map"));
    };
    map.set(call.text(1), call.any(2).clone());
    Ok(call.any(0).clone())
}

fn chosen(call: &Call<'_>, wanted: bool) -> Value {
    let named =
        |key: &Key| call.rest(1).iter().any(|name| matches!((name, key), (Value::Text(a), Key::Text(b)) if a == b));
    let kept = call.dict(0).snapshot().into_iter().filter(|(key, _)| named(key) == wanted);
    Value::map(Entries::Any, kept.collect())
}

fn merge(call: &Call<'_>, overwrite: bool) -> Result<Value, Fault> {
    let target = call.dict(0);
    for index in 1..call.args.len() {
        merge_into(&target, &call.dict(index), overwrite, call, 0)?;
    }
    Ok(Value::Map(target))
}

/// `mergo.deepMerge` of maps: what is empty in the target is taken over, maps are merged, and with `overwrite` scalars
/// and lists are replaced; a map never replaces a value that is no map.
fn merge_into(target: &Rc<Map>, source: &Rc<Map>, overwrite: bool, call: &Call<'_>, depth: usize) -> Result<(), Fault> {
    if depth > DEEPEST_VALUE {
        return Err(Fault::too_deep());
    }
    if Rc::ptr_eq(target, source) {
        return Ok(());
    }
    for (key, new) in source.snapshot() {
        call.budget.spend(1)?;
        let Key::Text(key) = key else { continue };
        let old = target.get(&key);
        if let (Some(Value::Map(old)), Value::Map(new)) = (&old, &new)
            && old.of == new.of
        {
            merge_into(old, new, overwrite, call, depth + 1)?;
        }
        // Asked after the merge: what was an empty map may be full now.
        let old_is_set = old.as_ref().is_some_and(Value::is_true);
        match &new {
            Value::Nil if !overwrite => continue,
            Value::Map(_) if old_is_set => continue,
            Value::List(_) if old_is_set && !overwrite => continue,
            _ => {}
        }
        if overwrite || !old_is_set {
            target.set(key, new);
        }
    }
    Ok(())
}

fn dig(call: &Call<'_>) -> Result<Value, Fault> {
    let [path @ .., default, dict] = &call.args[..] else {
        return Err(Fault::new("dig needs at least three arguments"));
    };
    if path.is_empty() {
        return Err(Fault::new("dig needs at least three arguments"));
    }
    let mut here = dict.clone();
    // sprig looks at every key before it looks at the dictionary.
    for key in path {
        if !matches!(key, Value::Text(_)) {
            return Err(Fault::new(format!("interface conversion: interface {{}} is {}, not string", key.type_name())));
        }
    }
    for key in path {
        let (Value::Map(map), Value::Text(key)) = (&here, key) else {
            return Err(not_a_dict(&here));
        };
        if map.of != Entries::Any {
            return Err(not_a_dict(&here));
        }
        match map.get(key) {
            Some(value) => here = value,
            None => return Ok(default.clone()),
        }
    }
    Ok(here)
}

fn not_a_dict(value: &Value) -> Fault {
    Fault::new(format!("interface conversion: interface {{}} is {}, not map[string]interface {{}}", value.type_name()))
}

fn deep_copy(value: &Value, call: &Call<'_>, depth: usize) -> Result<Value, Fault> {
    if depth > DEEPEST_VALUE {
        return Err(Fault::too_deep());
    }
    call.budget.spend(1)?;
    Ok(match value {
        Value::Nil if depth == 0 => return Err(Fault::new("reflect: call of reflect.Value.Type on zero Value")),
        Value::List(list) if list.is_nil => Value::nil_list(list.of),
        Value::List(list) => {
            let items: Result<Vec<Value>, Fault> =
                list.items.iter().map(|item| deep_copy(item, call, depth + 1)).collect();
            Value::list(list.of, items?)
        }
        Value::Map(map) => {
            let entries = map.snapshot().into_iter().map(|(key, item)| Ok((key, deep_copy(&item, call, depth + 1)?)));
            Value::map(map.of, entries.collect::<Result<_, Fault>>()?)
        }
        // mitchellh/copystructure copies no fields that are the library's own, and a version has no others.
        Value::Object(Object::Version(_)) => Value::Object(Object::Version(Rc::new(GoVersion::default()))),
        other => other.clone(),
    })
}
