//! Numbers as Go's `strconv.ParseFloat` reads them, compared exactly.
//!
//! Flux compares 64-bit floats, where whole numbers above 2⁵³ collide. Here floats decide first, and the digits where
//! the floats are equal. NaN and infinities, which Go reads, are not numbers here.

use std::cmp::Ordering;

/// A number and the digits it was read from.
#[derive(Debug, Clone, Copy)]
pub struct Number<'t> {
    value: f64,
    text: &'t str,
}

impl<'t> Number<'t> {
    /// Reads a number; nothing when Go would refuse it, or it is NaN or infinite.
    pub fn parse(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Whole numbers below 2⁵³ are what tags mostly are; they are exact in a float.
        if (1..=15).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
            let value = bytes.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
            return Some(Self { value: value as f64, text });
        }
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let lower = unsigned.to_ascii_lowercase();
        let value = match lower.strip_prefix("0x") {
            Some(hexadecimal) => hexadecimal_value(hexadecimal)?,
            None => decimal_value(&lower)?,
        };
        let value = if text.starts_with('-') { -value } else { value };
        value.is_finite().then_some(Self { value, text })
    }

    /// Order by value.
    pub fn compare(&self, other: &Self) -> Ordering {
        match self.value.partial_cmp(&other.value) {
            Some(Ordering::Equal) | None if self.text != other.text => {
                Digits::of(self.text).compare(&Digits::of(other.text))
            }
            Some(order) => order,
            None => Ordering::Equal,
        }
    }
}

/// Go allows `_` between digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'_' && !(digit(at.checked_sub(1)) && digit(Some(at + 1))) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

/// `digits[.digits][e[±]digits]` with at least one digit before the exponent.
fn decimal_value(text: &str) -> Option<f64> {
    let text = if text.contains('_') { without_underscores(text)? } else { text.to_owned() };
    let (mantissa, exponent) = text.split_once('e').map_or((text.as_str(), None), |(m, e)| (m, Some(e)));
    let has_digit = mantissa.bytes().any(|b| b.is_ascii_digit());
    let plain = mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.') && mantissa.matches('.').count() <= 1;
    if !has_digit || !plain || !exponent.is_none_or(is_exponent) {
        return None;
    }
    text.parse().ok()
}

fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `hex[.hex]p[±]digits`; Go wants the exponent. Rounded to a float as Go rounds it, save for mantissas beyond 64 bits.
fn hexadecimal_value(text: &str) -> Option<f64> {
    // An underscore may stand directly behind the 0x.
    let text = without_underscores(text.strip_prefix('_').unwrap_or(text))?;
    let (mantissa, exponent) = text.split_once('p')?;
    if !is_exponent(exponent) {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let mut value: f64 = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    let exponent: i32 = exponent.parse().unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    Some(value * 2_f64.powi(exponent.saturating_sub(shift)))
}

/// A decimal number as sign, digits without zeros around them, and the power of ten of the first digit.
struct Digits {
    negative: bool,
    digits: String,
    magnitude: i64,
}

impl Digits {
    fn of(text: &str) -> Self {
        let negative = text.starts_with('-');
        let lower = text.trim_start_matches(['+', '-']).to_ascii_lowercase().replace('_', "");
        let lower = match lower.strip_prefix("0x").and_then(hexadecimal_value) {
            Some(value) => format!("{value:e}"),
            None => lower,
        };
        let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
        let exponent: i64 =
            exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let leading = all.bytes().take_while(|b| *b == b'0').count();
        let digits = all.trim_matches('0').to_owned();
        let whole = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4);
        let leading = i64::try_from(leading).unwrap_or(i64::MAX / 4);
        let magnitude =
            if digits.is_empty() { i64::MIN } else { exponent.saturating_add(whole).saturating_sub(leading) };
        Self { negative: negative && !digits.is_empty(), digits, magnitude }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        self.magnitude.cmp(&other.magnitude).then_with(|| self.digits.cmp(&other.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_go_reads() {
        for text in
            ["1", "01", "+1", "-1", "1.5", ".5", "5.", "1e3", "1E+3", "1_000", "0x1p4", "0x1.8p-2", "0X_1P4", "1e-400"]
        {
            assert!(Number::parse(text).is_some(), "{text}");
        }
        let refused = [
            "",
            " 1",
            "1 ",
            "0x10",
            "0b11",
            "１",
            "1e400",
            "inf",
            "-Infinity",
            "NaN",
            ".",
            "+",
            "1e",
            "1__0",
            "_1",
            "1_",
            "1._5",
            "--1",
            "1.2.3",
            "0x",
            "0xp1",
            "1e5.0",
            "v1",
        ];
        for text in refused {
            assert!(Number::parse(text).is_none(), "{text:?} was taken for a number");
        }
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let ascending = [
            "-9007199254740993",
            "-9007199254740992",
            "-1.5",
            "-0.1",
            "0",
            "1e-400",
            "0.1",
            "1",
            "1.5",
            "0x1p4",
            "1e3",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.5",
            "100000000000000000000000000000000000001",
        ];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                let (left_number, right_number) =
                    (Number::parse(left).expect(left), Number::parse(right).expect(right));
                assert_eq!(left_number.compare(&right_number), at.cmp(&other), "{left} against {right}");
            }
        }
        for (left, right) in
            [("1", "01"), ("1.0", "1"), ("1e3", "1000"), ("0", "-0"), ("1_000", "1000"), ("0x1p4", "16")]
        {
            let (left, right) = (Number::parse(left).expect(left), Number::parse(right).expect(right));
            assert_eq!(left.compare(&right), Ordering::Equal, "{left:?} {right:?}");
        }
    }
}
