//! Dates and durations (sprig `date.go`), as far as they don't depend on the present.

use super::convert::to_int64;
use crate::template::call::{Call, Function, Param, fixed};
use crate::template::data::Object;
use crate::template::fault::Fault;
use crate::template::moment::Moment;
use crate::template::value::{Value, Width};

use Param::{Any, Moment as MomentParam, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("ago", &[Any], ago),
    fixed("duration", &[Any], |call| Ok(duration(call).into())),
    fixed("durationRound", &[Any], duration_round),
    fixed("toDate", &[Text, Text], |call| {
        Ok(moment(Moment::parse(call.text(0), call.text(1)).unwrap_or(Moment::ZERO)))
    }),
    fixed("mustToDate", &[Text, Text], |call| Moment::parse(call.text(0), call.text(1)).map(moment)),
    fixed("unixEpoch", &[MomentParam], |call| Ok(call.moment(0).unix().to_string().into())),
    fixed("mustDateModify", &[Text, MomentParam], modify),
    fixed("must_date_modify", &[Text, MomentParam], modify),
];

fn moment(value: Moment) -> Value {
    Value::Object(Object::Moment(value))
}

fn depends_on_now(name: &str) -> Fault {
    Fault::new("the result depends on the present: the message that was reviewed would not be the one committed")
        .with_hint(format!("remove {name} from the template"))
}

/// sprig takes anything that is no time for the present, which is `0s` ago.
fn ago(call: &Call<'_>) -> Result<Value, Fault> {
    match call.any(0) {
        Value::Object(Object::Moment(_)) | Value::Int(Width::Int | Width::Int64, _) => Err(depends_on_now("ago")),
        _ => Ok("0s".into()),
    }
}

fn duration(call: &Call<'_>) -> String {
    let seconds = match call.any(0) {
        Value::Int(Width::Int64, _) => to_int64(call.any(0)),
        Value::Text(text) => clamped(text),
        _ => 0,
    };
    written(seconds.wrapping_mul(1_000_000_000))
}

/// `strconv.ParseInt(text, 10, 64)` without its error.
fn clamped(text: &str) -> i64 {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

fn duration_round(call: &Call<'_>) -> Result<Value, Fault> {
    let nanos = match call.any(0) {
        Value::Text(text) => parse_duration(text).unwrap_or_default(),
        Value::Int(Width::Int64, _) => to_int64(call.any(0)),
        Value::Object(Object::Moment(_)) => return Err(depends_on_now("durationRound")),
        _ => 0,
    };
    const SECOND: u64 = 1_000_000_000;
    const HOUR: u64 = 3600 * SECOND;
    let units = [
        ("y", 365 * 24 * HOUR),
        ("mo", 30 * 24 * HOUR),
        ("d", 24 * HOUR),
        ("h", HOUR),
        ("m", 60 * SECOND),
        ("s", SECOND),
    ];
    let size = nanos.unsigned_abs();
    let unit = units.iter().find(|(_, length)| size > *length);
    Ok(unit.map_or("0s".to_owned(), |(name, length)| format!("{}{name}", size / length)).into())
}

fn modify(call: &Call<'_>) -> Result<Value, Fault> {
    let nanos =
        parse_duration(call.text(0)).ok_or_else(|| Fault::new(format!("time: invalid duration {:?}", call.text(0))))?;
    let moved = call.moment(1).plus_nanos(nanos.into());
    moved.map(moment).ok_or_else(|| Fault::new("the time is out of range"))
}

/// `time.ParseDuration`, in nanoseconds.
fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (whole, fraction) = rest[..end].split_once('.').unwrap_or((&rest[..end], ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        rest = &rest[end..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let unit: i128 = match &rest[..end] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        rest = &rest[end..];
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()?.into() };
        let fraction: String = fraction.chars().take(18).collect();
        let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        let part = if fraction.is_empty() { 0 } else { fraction.parse::<i128>().ok()? * unit / scale };
        total = total.checked_add(whole.checked_mul(unit)?.checked_add(part)?)?;
        if total > 1 << 63 {
            return None;
        }
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// `Duration.String`.
fn written(nanos: i64) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let size = nanos.unsigned_abs();
    let sign = if nanos < 0 { "-" } else { "" };
    let decimal = |value: u64, digits: usize| {
        let scale = 10_u64.pow(u32::try_from(digits).unwrap_or_default());
        let fraction = format!("{:0digits$}", value % scale);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { format!("{}", value / scale) } else { format!("{}.{fraction}", value / scale) }
    };
    match size {
        0..1_000 => format!("{sign}{size}ns"),
        1_000..1_000_000 => format!("{sign}{}µs", decimal(size, 3)),
        1_000_000..1_000_000_000 => format!("{sign}{}ms", decimal(size, 6)),
        _ => {
            let minutes = size / 60_000_000_000;
            let seconds = decimal(size % 60_000_000_000, 9);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{sign}{seconds}s"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}
