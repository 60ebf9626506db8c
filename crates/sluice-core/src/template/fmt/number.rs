//! Whole and floating-point numbers as Go's `fmt` and `strconv` write them.

use super::Flags;
use super::quote::{is_print, quote_char};

/// The digits of a number, most significant first.
fn digits(mut value: u128, base: u128, upper: bool) -> String {
    let mut out = Vec::new();
    loop {
        let digit = u8::try_from(value % base).unwrap_or_default();
        let letter = if upper { b'A' } else { b'a' };
        out.push(char::from(if digit < 10 { b'0' + digit } else { letter + digit - 10 }));
        value /= base;
        if value == 0 {
            return out.into_iter().rev().collect();
        }
    }
}

impl Flags {
    /// `fmt.fmtInteger`: `%d %b %o %O %x %X`.
    pub(super) fn integer(&self, value: i128, base: u128, verb: char) -> String {
        let negative = value < 0;
        let mut written = String::new();
        let mut wanted = 0;
        if let Some(precision) = self.precision {
            wanted = precision;
            if precision == 0 && value == 0 {
                return self.pad_with("", false);
            }
        } else if self.zero
            && !self.minus
            && let Some(width) = self.width
        {
            wanted = width - usize::from(width > 0 && (negative || self.plus || self.space));
        }
        let number = digits(value.unsigned_abs(), base, verb == 'X');
        if negative {
            written.push('-');
        } else if self.plus {
            written.push('+');
        } else if self.space {
            written.push(' ');
        }
        let zeros = "0".repeat(wanted.saturating_sub(number.len()));
        if verb == 'O' {
            written.push_str("0o");
        }
        if self.sharp {
            match base {
                2 => written.push_str("0b"),
                8 if !(zeros.starts_with('0') || number.starts_with('0')) => written.push('0'),
                16 => written.push_str(if verb == 'X' { "0X" } else { "0x" }),
                _ => {}
            }
        }
        written.push_str(&zeros);
        written.push_str(&number);
        self.pad_with(&written, false)
    }

    /// `fmt.fmtUnicode`: `%U`.
    pub(super) fn unicode(&self, value: i128) -> String {
        let number = digits(u128::from(value as u64), 16, true);
        let least = self.precision.unwrap_or(4).max(4);
        let mut written = format!("U+{}{number}", "0".repeat(least.saturating_sub(number.len())));
        let shown = u32::try_from(value).ok().and_then(char::from_u32).filter(|c| self.sharp && is_print(*c));
        if let Some(c) = shown {
            written.push_str(&format!(" '{c}'"));
        }
        self.pad_with(&written, false)
    }

    /// `%c` and `%q` of a number: the character with that code.
    pub(super) fn character(&self, value: i128, quoted: bool) -> String {
        let c = u32::try_from(value).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        if quoted { self.pad(&quote_char(c, self.plus)) } else { self.pad(c.encode_utf8(&mut [0; 4])) }
    }

    /// `fmt.fmtFloat`.
    pub(super) fn float(&self, value: f64, verb: char, precision: Option<usize>) -> String {
        let precision = self.precision.or(precision);
        let mut number = format_float(value, verb, precision);
        if !number.starts_with(['-', '+']) {
            number.insert(0, '+');
        }
        if self.space && number.starts_with('+') && !self.plus {
            number.replace_range(0..1, " ");
        }
        if !value.is_finite() {
            if value.is_nan() && !self.space && !self.plus {
                number.remove(0);
            }
            return self.pad_with(&number, false);
        }
        if self.sharp && verb != 'b' {
            number = with_point(number, verb, precision);
        }
        if self.plus || !number.starts_with('+') {
            if self.zero && !self.minus && self.width.is_some_and(|width| width > number.len()) {
                let missing = self.width.unwrap_or_default() - number.len();
                return format!("{}{}{}", &number[..1], "0".repeat(missing), &number[1..]);
            }
            return self.pad(&number);
        }
        self.pad(&number[1..])
    }
}

/// What the sharp flag does to a float: a decimal point, and for `%g` the zeros behind it.
fn with_point(number: String, verb: char, precision: Option<usize>) -> String {
    let mut missing = match verb {
        'v' | 'g' | 'G' | 'x' => i64::try_from(precision.unwrap_or(6)).unwrap_or(i64::MAX),
        _ => 0,
    };
    let marks: &[char] = if matches!(verb, 'x' | 'X') { &['p', 'P'] } else { &['e', 'E', 'p', 'P'] };
    let cut = number.find(marks).unwrap_or(number.len());
    let (mantissa, tail) = number.split_at(cut);
    let mut written = mantissa.to_owned();
    let mut significant = false;
    for c in mantissa.chars().skip(1).filter(|c| *c != '.') {
        significant |= c != '0';
        missing -= i64::from(significant);
    }
    if !written.contains('.') {
        if written.len() == 2 && written.ends_with('0') {
            missing -= 1;
        }
        written.push('.');
    }
    for _ in 0..missing.clamp(0, 2000) {
        written.push('0');
    }
    written + tail
}

/// `strconv.FormatFloat(value, verb, precision, 64)`; no precision asks for the fewest digits that read back the same.
pub(crate) fn format_float(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let precision = precision.map(|p| p.min(1100));
    match verb {
        'e' | 'E' => exponential(value, precision, verb),
        'f' | 'F' => match precision {
            Some(precision) => format!("{value:.precision$}"),
            None => format!("{value}"),
        },
        'b' => binary(value),
        'x' | 'X' => hexadecimal(value, precision, verb == 'X'),
        _ => general(value, precision, if verb == 'G' { 'E' } else { 'e' }),
    }
}

fn exponential(value: f64, precision: Option<usize>, letter: char) -> String {
    let written = match precision {
        Some(precision) => format!("{value:.precision$e}"),
        None => format!("{value:e}"),
    };
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (sign, size) = match exponent.strip_prefix('-') {
        Some(size) => ('-', size),
        None => ('+', exponent),
    };
    format!("{mantissa}{letter}{sign}{size:0>2}")
}

fn general(value: f64, precision: Option<usize>, letter: char) -> String {
    let scientific = match precision {
        Some(precision) => format!("{value:.*e}", precision.max(1) - 1),
        None => format!("{value:e}"),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let count = mantissa.chars().filter(char::is_ascii_digit).count();
    let mut threshold = match precision {
        Some(precision) => i32::try_from(precision.max(1)).unwrap_or(i32::MAX),
        None => 6,
    };
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    if precision.is_some() && threshold > count && count > exponent {
        threshold = count;
    }
    if precision.is_none() {
        threshold = 21.min(threshold);
    }
    if exponent < -4 || exponent >= threshold {
        return exponential(value, Some(usize::try_from(count - 1).unwrap_or_default()), letter);
    }
    let decimals = usize::try_from(count - 1 - exponent).unwrap_or_default();
    format!("{value:.decimals$}")
}

fn binary(value: f64) -> String {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
    let (mantissa, exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    format!("{sign}{mantissa}p{exponent:+}")
}

fn hexadecimal(value: f64, precision: Option<usize>, upper: bool) -> String {
    let bits = value.to_bits();
    let mut mantissa = bits & ((1 << 52) - 1);
    let mut exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
    if exponent == 0 {
        exponent = -1022;
        if mantissa == 0 {
            exponent = 0;
        } else {
            while mantissa & (1 << 52) == 0 {
                mantissa <<= 1;
                exponent -= 1;
            }
        }
    } else {
        exponent -= 1023;
        mantissa |= 1 << 52;
    }
    // One hexadecimal digit before the point, thirteen behind it.
    if let Some(precision) = precision.filter(|p| *p < 13) {
        let shift = 4 * (13 - precision);
        let half = 1_u64 << (shift - 1);
        let rest = mantissa & ((1 << shift) - 1);
        mantissa >>= shift;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= shift;
        if mantissa >> 53 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut fraction = format!("{:013x}", mantissa & ((1 << 52) - 1));
    match precision {
        Some(precision) if precision <= 13 => fraction.truncate(precision),
        Some(precision) => fraction.push_str(&"0".repeat(precision - 13)),
        None => fraction.truncate(fraction.trim_end_matches('0').len()),
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    let written = format!("{sign}0x{}{point}{fraction}p{exponent_sign}{:02}", mantissa >> 52, exponent.abs());
    if upper { written.to_uppercase() } else { written }
}
