//! Lists (sprig `list.go`). No function changes its argument.

use std::rc::Rc;

use super::convert::to_int64;
use super::equality::is_in;
use crate::template::call::{Call, Function, Param, fixed, variadic};
use crate::template::fault::{Fault, LONGEST_LIST};
use crate::template::value::{Items, List, Value};

use Param::{Any, Int};

/// The table. A `must` function differs from its namesake in the wording of the error only.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("list", &[], Any, |call| Ok(Value::any_list(call.args.clone()))),
    variadic("tuple", &[], Any, |call| Ok(Value::any_list(call.args.clone()))),
    fixed("append", &[Any, Any], push),
    fixed("mustAppend", &[Any, Any], push),
    fixed("push", &[Any, Any], push),
    fixed("mustPush", &[Any, Any], push),
    fixed("prepend", &[Any, Any], prepend),
    fixed("mustPrepend", &[Any, Any], prepend),
    fixed("first", &[Any], |call| Ok(call.list(0, "find first on")?.items.first().cloned().unwrap_or(Value::Nil))),
    fixed("mustFirst", &[Any], |call| Ok(call.list(0, "find first on")?.items.first().cloned().unwrap_or(Value::Nil))),
    fixed("last", &[Any], |call| Ok(call.list(0, "find last on")?.items.last().cloned().unwrap_or(Value::Nil))),
    fixed("mustLast", &[Any], |call| Ok(call.list(0, "find last on")?.items.last().cloned().unwrap_or(Value::Nil))),
    fixed("rest", &[Any], rest),
    fixed("mustRest", &[Any], rest),
    fixed("initial", &[Any], initial),
    fixed("mustInitial", &[Any], initial),
    fixed("reverse", &[Any], reverse),
    fixed("mustReverse", &[Any], reverse),
    fixed("uniq", &[Any], uniq),
    fixed("mustUniq", &[Any], uniq),
    variadic("without", &[Any], Any, without),
    variadic("mustWithout", &[Any], Any, without),
    fixed("has", &[Any, Any], has),
    fixed("mustHas", &[Any, Any], has),
    fixed("compact", &[Any], compact),
    fixed("mustCompact", &[Any], compact),
    variadic("slice", &[Any], Any, slice),
    variadic("mustSlice", &[Any], Any, slice),
    variadic("concat", &[], Any, concat),
    fixed("chunk", &[Int, Any], chunk),
    fixed("mustChunk", &[Int, Any], chunk),
];

fn push(call: &Call<'_>) -> Result<Value, Fault> {
    let mut items = call.list(0, "push on")?.items.clone();
    items.push(call.any(1).clone());
    Ok(Value::any_list(items))
}

fn prepend(call: &Call<'_>) -> Result<Value, Fault> {
    let mut items = vec![call.any(1).clone()];
    items.extend(call.list(0, "prepend on")?.items.iter().cloned());
    Ok(Value::any_list(items))
}

/// A part of a list as `[]interface {}`; nil when the list is empty.
fn part(list: &Rc<List>, from: usize, to: usize) -> Value {
    match list.items.get(from..to) {
        Some(items) => Value::any_list(items.to_vec()),
        None => Value::nil_list(Items::Any),
    }
}

fn rest(call: &Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0, "find rest on")?;
    Ok(part(list, 1, list.items.len()))
}

fn initial(call: &Call<'_>) -> Result<Value, Fault> {
    let list = call.list(0, "find initial on")?;
    Ok(match list.items.len().checked_sub(1) {
        Some(end) => part(list, 0, end),
        None => Value::nil_list(Items::Any),
    })
}

fn reverse(call: &Call<'_>) -> Result<Value, Fault> {
    Ok(Value::any_list(call.list(0, "find reverse on")?.items.iter().rev().cloned().collect()))
}

fn uniq(call: &Call<'_>) -> Result<Value, Fault> {
    let mut kept: Vec<Value> = Vec::new();
    for item in &call.list(0, "find uniq on")?.items {
        if !is_in(&kept, item, call.budget)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::any_list(kept))
}

fn without(call: &Call<'_>) -> Result<Value, Fault> {
    let mut kept = Vec::new();
    for item in &call.list(0, "find without on")?.items {
        if !is_in(call.rest(1), item, call.budget)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::any_list(kept))
}

fn has(call: &Call<'_>) -> Result<Value, Fault> {
    if matches!(call.any(1), Value::Nil) {
        return Ok(false.into());
    }
    is_in(&call.list(1, "find has on")?.items, call.any(0), call.budget).map(Value::from)
}

fn compact(call: &Call<'_>) -> Result<Value, Fault> {
    let kept = call.list(0, "compact on")?.items.iter().filter(|item| item.is_true());
    Ok(Value::any_list(kept.cloned().collect()))
}

fn slice(call: &Call<'_>) -> Result<Value, Fault> {
    let Value::List(list) = call.any(0) else {
        return Err(Fault::new(format!("list should be type of slice or array but {}", call.any(0).kind_name())));
    };
    if list.items.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |index: usize, otherwise: usize| match call.rest(1).get(index) {
        Some(value) => usize::try_from(to_int64(value)).ok(),
        None => Some(otherwise),
    };
    let range = bound(0, 0).zip(bound(1, list.items.len()));
    match range.and_then(|(from, to)| list.items.get(from..to)) {
        Some(items) => Ok(Value::list(list.of, items.to_vec())),
        None => Err(Fault::new(format!("slice bounds out of range of a list of {}", list.items.len()))),
    }
}

fn concat(call: &Call<'_>) -> Result<Value, Fault> {
    let mut items = Vec::new();
    for value in call.rest(0) {
        let Value::List(list) = value else {
            return Err(Fault::new(format!("Cannot concat type {} as list", value.kind_name())));
        };
        items.extend(list.items.iter().cloned());
        if items.len() > LONGEST_LIST {
            return Err(Fault::too_many());
        }
    }
    Ok(if items.is_empty() { Value::nil_list(Items::Any) } else { Value::any_list(items) })
}

fn chunk(call: &Call<'_>) -> Result<Value, Fault> {
    let list = call.list(1, "chunk")?;
    let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
    if call.int(0) < 0 && (length - 1).div_euclid(call.int(0)) == -1 && (length - 1) % call.int(0) == 0 {
        return Ok(Value::list(Items::Lists, Vec::new()));
    }
    let size = usize::try_from(call.int(0)).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Fault::new("makeslice: len out of range"))?;
    Ok(Value::list(Items::Lists, list.items.chunks(size).map(|items| Value::any_list(items.to_vec())).collect()))
}
