//! `reflect.DeepEqual`.

use crate::template::call::Budget;
use crate::template::fault::{DEEPEST_VALUE, Fault};
use crate::template::value::Value;

/// Whether two values are deeply equal: same types, same contents; a nil slice is not an empty one.
///
/// # Errors
/// When the values are nested too deep, or the budget is spent.
pub(super) fn deep_equal(a: &Value, b: &Value, budget: &Budget) -> Result<bool, Fault> {
    compare(a, b, budget, 0)
}

fn compare(a: &Value, b: &Value, budget: &Budget, depth: usize) -> Result<bool, Fault> {
    if depth > DEEPEST_VALUE {
        return Err(Fault::too_deep());
    }
    budget.spend(1)?;
    Ok(match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(width_a, a), Value::Int(width_b, b)) => width_a == width_b && a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            if (a.of, a.is_nil, a.items.len()) != (b.of, b.is_nil, b.items.len()) {
                return Ok(false);
            }
            for (a, b) in a.items.iter().zip(&b.items) {
                if !compare(a, b, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.of != b.of || a.len() != b.len() {
                return Ok(false);
            }
            for ((key_a, a), (key_b, b)) in a.snapshot().iter().zip(&b.snapshot()) {
                if key_a != key_b || !compare(a, b, budget, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Object(a), Value::Object(b)) => a.deep_equals(b),
        _ => false,
    })
}

/// Whether a value is in a list.
///
/// # Errors
/// As [`deep_equal`].
pub(super) fn is_in(list: &[Value], wanted: &Value, budget: &Budget) -> Result<bool, Fault> {
    for item in list {
        if deep_equal(wanted, item, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}
