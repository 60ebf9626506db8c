//! Defaults, choice, types and failure (sprig `defaults.go`, `reflect.go`).

use super::equality::deep_equal;
use crate::template::call::{Function, Param, fixed, variadic};
use crate::template::fault::Fault;
use crate::template::value::Value;

use Param::{Any, Bool, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    variadic("default", &[Any], Any, |call| {
        Ok(if call.any(1).is_true() { call.any(1).clone() } else { call.any(0).clone() })
    }),
    fixed("empty", &[Any], |call| Ok((!call.any(0).is_true()).into())),
    variadic("coalesce", &[], Any, |call| {
        Ok(call.rest(0).iter().find(|value| value.is_true()).cloned().unwrap_or(Value::Nil))
    }),
    variadic("all", &[], Any, |call| Ok(call.rest(0).iter().all(Value::is_true).into())),
    variadic("any", &[], Any, |call| Ok(call.rest(0).iter().any(Value::is_true).into())),
    fixed("ternary", &[Any, Any, Bool], |call| Ok(call.any(usize::from(!call.bool(2))).clone())),
    fixed("typeOf", &[Any], |call| Ok(call.any(0).type_name().into())),
    fixed("typeIs", &[Text, Any], |call| Ok((call.text(0) == call.any(1).type_name()).into())),
    fixed("typeIsLike", &[Text, Any], |call| {
        let (wanted, name) = (call.text(0), call.any(1).type_name());
        Ok((wanted == name || name.strip_prefix('*') == Some(wanted)).into())
    }),
    fixed("kindOf", &[Any], |call| Ok(call.any(0).kind_name().into())),
    fixed("kindIs", &[Text, Any], |call| Ok((call.text(0) == call.any(1).kind_name()).into())),
    fixed("deepEqual", &[Any, Any], |call| deep_equal(call.any(0), call.any(1), call.budget).map(Value::from)),
    fixed("fail", &[Text], |call| Err(Fault::new(call.text(0)))),
];
