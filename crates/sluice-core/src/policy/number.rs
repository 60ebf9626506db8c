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
        // Whole numbers are what tags mostly are; of 19 digits they fit an integer.
        if (1..=19).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
            let value = bytes.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
            return Some(Self { value: value as f64, text });
        }
        let literal = Literal::scan(bytes)?;
        let value = literal.value(text);
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

/// What Go's `readFloat` finds in a text that is a number.
struct Literal {
    is_hexadecimal: bool,
    /// Where the digits begin: behind the sign and `0x`.
    start: usize,
}

impl Literal {
    /// The grammar: `[sign] digits [. digits] [e [sign] digits]`, or `0x` with hexadecimal digits and a `p` that must be
    /// there. There is a digit before the exponent, and a point may stand anywhere among the digits.
    fn scan(text: &[u8]) -> Option<Self> {
        let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        let prefix = (text.get(at), text.get(at + 1).map(u8::to_ascii_lowercase));
        let is_hexadecimal = prefix == (Some(&b'0'), Some(b'x')) && at + 2 < text.len();
        at += if is_hexadecimal { 2 } else { 0 };
        let start = at;
        let (mut saw_point, mut saw_digit) = (false, false);
        loop {
            match text.get(at) {
                Some(b'_') => {}
                Some(b'.') if !saw_point => saw_point = true,
                Some(byte) if byte.is_ascii_digit() || (is_hexadecimal && byte.is_ascii_hexdigit()) => saw_digit = true,
                _ => break,
            }
            at += 1;
        }
        let mark = if is_hexadecimal { b'p' } else { b'e' };
        let has_exponent = text.get(at).map(u8::to_ascii_lowercase) == Some(mark);
        if has_exponent {
            at += 1;
            at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
            if !text.get(at).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            at += text[at..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
        }
        let is_number = saw_digit && at == text.len() && (has_exponent || !is_hexadecimal);
        (is_number && underscores_fit(text)).then_some(Self { is_hexadecimal, start })
    }

    fn value(&self, text: &str) -> f64 {
        if self.is_hexadecimal {
            let size = hexadecimal_value(&text[self.start..].to_ascii_lowercase().replace('_', ""));
            return if text.starts_with('-') { -size } else { size };
        }
        let parsed = if text.contains('_') { text.replace('_', "").parse() } else { text.parse() };
        parsed.unwrap_or(f64::NAN)
    }
}

/// Go's `underscoreOK`: an underscore stands between digits, or between `0x` and a digit.
fn underscores_fit(text: &[u8]) -> bool {
    if !text.contains(&b'_') {
        return true;
    }
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        all => all,
    };
    let base = match unsigned {
        [b'0', letter, ..] => letter.to_ascii_lowercase(),
        _ => 0,
    };
    let has_prefix = matches!(base, b'b' | b'o' | b'x');
    let is_digit = |byte: u8| byte.is_ascii_digit() || (base == b'x' && byte.is_ascii_hexdigit());
    let mut before = if has_prefix { b'0' } else { b'^' };
    for byte in &unsigned[if has_prefix { 2 } else { 0 }..] {
        let kind = if is_digit(*byte) { b'0' } else { *byte };
        let wrong = match kind {
            b'0' => false,
            b'_' => before != b'0',
            _ => before == b'_',
        };
        if wrong {
            return false;
        }
        before = kind;
    }
    before != b'_'
}

/// The size of a text such as `1.8p-2`, which the scan found to be one, as Go rounds it.
fn hexadecimal_value(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once('p').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (mut value, mut shift) = (0_u128, -4 * i32::try_from(fraction.len()).unwrap_or(i32::MAX / 8));
    for digit in whole.chars().chain(fraction.chars()).filter_map(|digit| digit.to_digit(16)) {
        if value >> 120 == 0 {
            value = value * 16 + u128::from(digit);
        } else {
            // Beyond 120 bits a digit only tells whether the value lies above the middle of two floats.
            value |= u128::from(digit != 0);
            shift += 4;
        }
    }
    if value == 0 {
        return 0.0;
    }
    let exponent: i32 = exponent.parse().unwrap_or(if exponent.starts_with('-') { -100_000 } else { 100_000 });
    let exponent = exponent.clamp(-100_000, 100_000).saturating_add(shift);
    // In two steps, lest the power alone overflow or vanish.
    value as f64 * 2_f64.powi(exponent / 2) * 2_f64.powi(exponent - exponent / 2)
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
        let lower = match lower.strip_prefix("0x") {
            Some(hexadecimal) => format!("{:e}", hexadecimal_value(hexadecimal)),
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
        for text in [
            "1",
            "01",
            "+1",
            "-1",
            "1.5",
            ".5",
            "5.",
            "1e3",
            "1E+3",
            "1_000",
            "0x1p4",
            "0x1.8p-2",
            "0X_1P4",
            "1e-400",
            "0x0p99999999999",
            "1e0_1",
        ] {
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
            "1e_1",
            "1_e1",
            "0b1_",
            "0x1p400_000",
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
