//! Arithmetic and sequences (sprig `numeric.go`). Whole numbers wrap around as Go's do.

use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Zero};

use super::convert::{to_float, to_int64, to_text};
use crate::template::call::{Call, Function, Param, fixed, variadic};
use crate::template::fault::{Fault, LONGEST_LIST};
use crate::template::value::{Items, Value};

use Param::{Any, Float, Int, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("atoi", &[Text], |call| Ok(Value::int(atoi(call.text(0))))),
    fixed("int", &[Any], |call| Ok(Value::int(to_int64(call.any(0))))),
    fixed("int64", &[Any], |call| Ok(Value::int64(to_int64(call.any(0))))),
    fixed("float64", &[Any], |call| Ok(to_float(call.any(0)).into())),
    fixed("toDecimal", &[Any], |call| {
        Ok(Value::int64(i64::from_str_radix(&to_text(call.any(0))?, 8).unwrap_or_default()))
    }),
    fixed("add1", &[Any], |call| Ok(Value::int64(to_int64(call.any(0)).wrapping_add(1)))),
    variadic("add", &[], Any, |call| Ok(Value::int64(call.rest(0).iter().map(to_int64).fold(0, i64::wrapping_add)))),
    fixed("sub", &[Any, Any], |call| Ok(Value::int64(to_int64(call.any(0)).wrapping_sub(to_int64(call.any(1)))))),
    fixed("div", &[Any, Any], |call| divided(call, i64::wrapping_div)),
    fixed("mod", &[Any, Any], |call| divided(call, i64::wrapping_rem)),
    variadic("mul", &[Any], Any, |call| Ok(Value::int64(call.rest(0).iter().map(to_int64).fold(1, i64::wrapping_mul)))),
    variadic("max", &[Any], Any, |call| Ok(extreme(call, i64::max))),
    variadic("biggest", &[Any], Any, |call| Ok(extreme(call, i64::max))),
    variadic("min", &[Any], Any, |call| Ok(extreme(call, i64::min))),
    variadic("maxf", &[Any], Any, |call| Ok(extreme_float(call, go_max).into())),
    variadic("minf", &[Any], Any, |call| Ok(extreme_float(call, |a, b| -go_max(-a, -b)).into())),
    fixed("floor", &[Any], |call| Ok(to_float(call.any(0)).floor().into())),
    fixed("ceil", &[Any], |call| Ok(to_float(call.any(0)).ceil().into())),
    variadic("round", &[Any, Int], Float, |call| Ok(round(call).into())),
    fixed("add1f", &[Any], |call| decimal_sum(call.any(0), &[Value::int(1)])),
    variadic("addf", &[], Any, |call| decimal_sum(&Value::Float(0.0), call.rest(0))),
    variadic("subf", &[Any], Any, |call| decimals(call.any(0), call.rest(1), |a, b| Ok(a - b))),
    variadic("mulf", &[Any], Any, |call| decimals(call.any(0), call.rest(1), |a, b| Ok(a * b))),
    variadic("divf", &[Any], Any, |call| decimals(call.any(0), call.rest(1), decimal_quotient)),
    variadic("seq", &[], Int, sequence),
    fixed("until", &[Int], |call| {
        let count = call.int(0);
        steps(0, count.into(), if count < 0 { -1 } else { 1 })
            .map(|numbers| Value::list(Items::Int, numbers.into_iter().map(Value::int).collect()))
    }),
    fixed("untilStep", &[Int, Int, Int], |call| {
        let numbers = steps(call.int(0).into(), call.int(1).into(), call.int(2).into())?;
        Ok(Value::list(Items::Int, numbers.into_iter().map(Value::int).collect()))
    }),
    fixed("randInt", &[Int, Int], random),
];

/// `strconv.Atoi` without its error: too large is the nearest that fits, anything else wrong is 0.
fn atoi(text: &str) -> i64 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

fn divided(call: &Call<'_>, divide: fn(i64, i64) -> i64) -> Result<Value, Fault> {
    match to_int64(call.any(1)) {
        0 => Err(Fault::new("runtime error: integer divide by zero")),
        divisor => Ok(Value::int64(divide(to_int64(call.any(0)), divisor))),
    }
}

fn extreme(call: &Call<'_>, choose: fn(i64, i64) -> i64) -> Value {
    let first = to_int64(call.any(0));
    Value::int64(call.rest(1).iter().map(to_int64).fold(first, choose))
}

fn extreme_float(call: &Call<'_>, choose: impl Fn(f64, f64) -> f64) -> f64 {
    call.rest(1).iter().map(to_float).fold(to_float(call.any(0)), choose)
}

/// `math.Max`: an infinity wins over NaN, NaN over numbers, 0 over -0.
fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else if a > b {
        a
    } else {
        b
    }
}

fn round(call: &Call<'_>) -> f64 {
    let rounds_at = if call.args.len() > 2 { call.float(2) } else { 0.5 };
    let power = 10_f64.powi(i32::try_from(call.int(1)).unwrap_or(i32::MAX));
    let digit = power * to_float(call.any(0));
    let rounded = if digit.fract() >= rounds_at { digit.ceil() } else { digit.floor() };
    rounded / power
}

fn decimal(value: &Value) -> Result<BigDecimal, Fault> {
    let number = to_float(value);
    BigDecimal::from_str(&format!("{number:e}"))
        .map_err(|_| Fault::new(format!("Cannot create a Decimal from {number}")))
}

fn decimals(
    first: &Value,
    rest: &[Value],
    combine: impl Fn(BigDecimal, BigDecimal) -> Result<BigDecimal, Fault>,
) -> Result<Value, Fault> {
    const LONGEST: u64 = 10_000;
    let mut result = decimal(first)?;
    for value in rest {
        result = combine(result, decimal(value)?)?;
        if result.digits() > LONGEST {
            return Err(Fault::new(format!("the number has more than {LONGEST} digits")));
        }
    }
    Ok(result.to_scientific_notation().parse::<f64>().unwrap_or(f64::NAN).into())
}

fn decimal_sum(first: &Value, rest: &[Value]) -> Result<Value, Fault> {
    decimals(first, rest, |a, b| Ok(a + b))
}

/// shopspring/decimal divides to 16 places and rounds half away from zero.
fn decimal_quotient(a: BigDecimal, b: BigDecimal) -> Result<BigDecimal, Fault> {
    if b.is_zero() {
        return Err(Fault::new("decimal division by 0"));
    }
    Ok((a / b).with_scale_round(16, RoundingMode::HalfUp))
}

/// The numbers from `start` to before `stop` (`untilStep`).
fn steps(start: i128, stop: i128, step: i128) -> Result<Vec<i64>, Fault> {
    let mut numbers = Vec::new();
    let goes_down = stop < start;
    if goes_down && step >= 0 || !goes_down && step <= 0 {
        return Ok(numbers);
    }
    let mut number = start;
    while if goes_down { number > stop } else { number < stop } {
        if numbers.len() >= LONGEST_LIST {
            return Err(Fault::too_many());
        }
        numbers.push(i64::try_from(number).unwrap_or(i64::MAX));
        number += step;
    }
    Ok(numbers)
}

fn sequence(call: &Call<'_>) -> Result<Value, Fault> {
    let number = |index: usize| i128::from(call.int(index));
    let toward = |start: i128, end: i128| if end < start { -1 } else { 1 };
    let numbers = match call.args.len() {
        1 => steps(1, number(0) + toward(1, number(0)), toward(1, number(0)))?,
        2 => {
            let step = toward(number(0), number(1));
            steps(number(0), number(1) + step, step)?
        }
        3 => {
            let (start, step, end) = (number(0), number(1), number(2));
            if end < start && step > 0 {
                return Ok("".into());
            }
            steps(start, end + toward(start, end), step)?
        }
        _ => Vec::new(),
    };
    Ok(numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" ").into())
}

fn random(call: &Call<'_>) -> Result<Value, Fault> {
    let (from, to) = (call.int(0), call.int(1));
    match to.wrapping_sub(from) {
        1 => Ok(Value::int(from)),
        ..=0 => Err(Fault::new("invalid argument to Intn")),
        _ => Err(Fault::new("the result is random: the message that was reviewed would not be the one committed")
            .with_hint("remove randInt from the template")),
    }
}
