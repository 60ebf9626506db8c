//! Durations as Go writes them (`time.ParseDuration`, `Duration.String`), which is how Flux's fields carry them.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A duration of whole nanoseconds, never negative. Printed as Go's `Duration.String` prints it: `1m40s`, `1.5s`, `0s`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GoDuration(Duration);

/// The text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not a sequence of numbers with units.
    #[error("`{0}` is not a duration: write numbers with units, such as 10s, 1m40s or 1.5h")]
    Syntax(String),
    /// A minus sign.
    #[error("`{0}` is a negative duration")]
    Negative(String),
    /// More than Go's `time.Duration` can hold.
    #[error("`{0}` is longer than 292 years, which is the longest duration there is")]
    TooLong(String),
    /// A unit that the field's schema does not allow.
    #[error("`{text}` uses a unit that is not allowed here: use {allowed}")]
    Unit {
        /// What was written.
        text: String,
        /// The units that are allowed.
        allowed: &'static str,
    },
}

/// Nanoseconds of a unit, by the names that Go knows.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl GoDuration {
    /// So many whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The standard library's type.
    pub const fn as_std(self) -> Duration {
        self.0
    }

    /// Reads what Go's `time.ParseDuration` reads: `300ms`, `1.5h`, `2h45m`, `+5s`, `0`.
    ///
    /// # Errors
    /// When it is not a duration, is negative (Go allows that, no field of Flux does), or is longer than Go can hold.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let syntax = || DurationError::Syntax(text.to_owned());
        let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
        if rest == "0" {
            return Ok(Self::default());
        }
        if rest.is_empty() {
            return Err(syntax());
        }
        let mut total: u128 = 0;
        while !rest.is_empty() {
            let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(syntax)?;
            let (digits, after) = rest.split_at(number);
            let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            let nanoseconds = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size).ok_or_else(syntax)?;
            let part = scaled(digits, nanoseconds).ok_or_else(syntax)?;
            total = total.saturating_add(part);
            if total > i64::MAX as u128 {
                return Err(DurationError::TooLong(text.to_owned()));
            }
            rest = after;
        }
        if text.starts_with('-') && total > 0 {
            return Err(DurationError::Negative(text.to_owned()));
        }
        Ok(Self(Duration::from_nanos(u64::try_from(total).unwrap_or(i64::MAX as u64))))
    }

    /// Reads an `interval` field of Flux: `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`.
    ///
    /// # Errors
    /// When the field's schema would refuse it.
    pub fn parse_interval(text: &str) -> Result<Self, DurationError> {
        Self::parse_units(text, &["ms", "s", "m", "h"], "ms, s, m or h")
    }

    /// Reads a `timeout` field of Flux: `^([0-9]+(\.[0-9]+)?(ms|s|m))+$`; hours are not allowed there.
    ///
    /// # Errors
    /// When the field's schema would refuse it.
    pub fn parse_timeout(text: &str) -> Result<Self, DurationError> {
        Self::parse_units(text, &["ms", "s", "m"], "ms, s or m")
    }

    fn parse_units(text: &str, units: &[&str], allowed: &'static str) -> Result<Self, DurationError> {
        let syntax = || DurationError::Syntax(text.to_owned());
        let mut rest = text;
        if rest.is_empty() {
            return Err(syntax());
        }
        while !rest.is_empty() {
            let whole = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if whole.len() == rest.len() {
                return Err(syntax());
            }
            let after = match whole.strip_prefix('.') {
                None => whole,
                Some(fraction) => {
                    let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                    if after.len() == fraction.len() {
                        return Err(syntax());
                    }
                    after
                }
            };
            let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
            let (unit, next) = after.split_at(end);
            if !units.contains(&unit) {
                let known = UNITS.iter().any(|(name, _)| *name == unit);
                return Err(if known { DurationError::Unit { text: text.to_owned(), allowed } } else { syntax() });
            }
            rest = next;
        }
        Self::parse(text)
    }
}

/// `digits` (with at most one point, at least one digit) times `unit`, cut to whole nanoseconds as Go does.
fn scaled(digits: &str, unit: u64) -> Option<u128> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let mut value: u128 = 0;
    for digit in whole.bytes() {
        // Far above what fits; the caller refuses it as too long.
        value = (value * 10 + u128::from(digit - b'0')).min(u128::from(u64::MAX));
    }
    Some(value * u128::from(unit) + u128::from(scaled_fraction(fraction, unit)))
}

/// `0.fraction` times `unit`. By a float as in Go, so that the last nanosecond is Go's too.
fn scaled_fraction(fraction: &str, unit: u64) -> u64 {
    let (mut numerator, mut denominator) = (0_u64, 1.0_f64);
    for digit in fraction.bytes() {
        // What no longer fits is cut off.
        if numerator > i64::MAX as u64 / 10 {
            break;
        }
        let next = numerator * 10 + u64::from(digit - b'0');
        if next > 1 << 63 {
            break;
        }
        (numerator, denominator) = (next, denominator * 10.0);
    }
    (numerator as f64 * (unit as f64 / denominator)) as u64
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX);
        match nanoseconds {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanoseconds}ns"),
            1_000..1_000_000 => write!(f, "{}µs", decimal(nanoseconds, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{}ms", decimal(nanoseconds, 1_000_000)),
            _ => {
                let seconds = nanoseconds / 1_000_000_000;
                let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if seconds >= 60 {
                    write!(f, "{minutes}m")?;
                }
                write!(f, "{}s", decimal(nanoseconds % 60_000_000_000, 1_000_000_000))
            }
        }
    }
}

/// `value / unit` in decimals, without trailing zeros.
fn decimal(value: u64, unit: u64) -> String {
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    format!("{whole}.{fraction:0width$}").trim_end_matches('0').to_owned()
}

impl From<GoDuration> for String {
    fn from(duration: GoDuration) -> Self {
        duration.to_string()
    }
}

impl TryFrom<String> for GoDuration {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_as_go_does() {
        let cases = [
            ("0", "0s"),
            ("10s", "10s"),
            ("1m40s", "1m40s"),
            ("100s", "1m40s"),
            ("1.5h", "1h30m0s"),
            (".5s", "500ms"),
            ("5.s", "5s"),
            ("+5s", "5s"),
            ("300ms", "300ms"),
            ("1.5ms", "1.5ms"),
            ("2us", "2µs"),
            ("1h0m0.001s", "1h0m0.001s"),
            ("3ns", "3ns"),
            ("24h", "24h0m0s"),
            ("-0s", "0s"),
            ("1.5999999999999999999h", "1h36m0s"),
            (".52562047999999999s", "525.62048ms"),
        ];
        for (text, expected) in cases {
            assert_eq!(GoDuration::parse(text).map(|d| d.to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in ["", "s", "1", "1d", "1 s", ".s", "1..5s", "-1s", "1s1", "9999999999h", "1S"] {
            assert!(GoDuration::parse(text).is_err(), "{text:?} was read");
        }
    }

    #[test]
    fn fields_allow_what_their_schema_allows() {
        assert!(GoDuration::parse_interval("1h30m").is_ok());
        for text in ["", "0", "+5s", ".5s", "5.s", "10us", "1d", "10"] {
            assert!(GoDuration::parse_interval(text).is_err(), "{text:?} was taken for an interval");
        }
        assert!(GoDuration::parse_timeout("90s").is_ok());
        assert!(matches!(GoDuration::parse_timeout("1h"), Err(DurationError::Unit { .. })));
    }
}
