//! Constants: Go's strings, characters and numbers (The Go Programming Language Specification, "Constants").

use super::ast::Number;

/// The value of a quoted string, without regard to what quotes it. `None` when an escape is wrong.
pub(crate) fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(inside.replace('\r', ""));
    }
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        if c == '\\' {
            escape(&mut rest, quote, &mut bytes)?;
        } else if c == quote || c == '\n' {
            return None;
        } else {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Some(String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned()))
}

fn escape(rest: &mut std::str::Chars<'_>, quote: char, bytes: &mut Vec<u8>) -> Option<()> {
    let simple = match rest.next()? {
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 0x0b,
        '\\' => b'\\',
        c @ ('\'' | '"') if c == quote => c as u8,
        'x' => u8::try_from(digits(rest, 2, 16, 0)?).ok()?,
        c @ '0'..='7' => u8::try_from(digits(rest, 2, 8, c.to_digit(8)?)?).ok()?,
        c @ ('u' | 'U') => {
            let wide = char::from_u32(digits(rest, if c == 'u' { 4 } else { 8 }, 16, 0)?)?;
            bytes.extend_from_slice(wide.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(());
        }
        _ => return None,
    };
    bytes.push(simple);
    Some(())
}

fn digits(rest: &mut std::str::Chars<'_>, count: usize, radix: u32, first: u32) -> Option<u32> {
    (0..count).try_fold(first, |value, _| value.checked_mul(radix)?.checked_add(rest.next()?.to_digit(radix)?))
}

/// Reads a number as `text/template/parse` does: every meaning that it can have.
pub(crate) fn number(text: &str) -> Option<Number> {
    let uint = parse_uint(text);
    let mut int = parse_int(text);
    let mut uint = if text.starts_with(['-', '+']) { None } else { uint };
    if int == Some(0) {
        uint = Some(0);
    }
    let mut float = None;
    if let Some(value) = int {
        float = Some(value as f64);
    } else if let Some(value) = uint {
        float = Some(value as f64);
    } else if let Some(value) = parse_float(text) {
        // A whole number without a mark of a float is too large for any type.
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return None;
        }
        float = Some(value);
        if value.fract() == 0.0 {
            int = (-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&value).then_some(value as i64);
            uint = (0.0..1.844_674_407_370_955_2e19).contains(&value).then_some(value as u64);
        }
    }
    (int.is_some() || uint.is_some() || float.is_some()).then(|| Number { text: text.to_owned(), int, uint, float })
}

/// A character constant such as `'a'`, which is a number.
pub(crate) fn character(text: &str) -> Option<Number> {
    let decoded = unquote(text)?;
    let mut characters = decoded.chars();
    let (c, None) = (characters.next()?, characters.next()) else { return None };
    let value = u32::from(c);
    Some(Number { text: text.to_owned(), int: Some(value.into()), uint: Some(value.into()), float: Some(value.into()) })
}

/// `strconv.ParseInt(text, 0, 64)`.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = i128::from(parse_uint(digits)?);
    i64::try_from(if negative { -value } else { value }).ok()
}

/// `strconv.ParseUint(text, 0, 64)`.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    if digits.contains('_') && !underscores_fit(&lower) {
        return None;
    }
    let plain = digits.replace('_', "");
    if plain.is_empty() || plain.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&plain, radix).ok()
}

/// `strconv.underscoreOK`: underscores stand between digits, or between a base prefix and a digit.
fn underscores_fit(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text).to_ascii_lowercase();
    let bytes = text.as_bytes();
    let prefixed = bytes.len() > 1 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'o' | b'b');
    let hex = prefixed && bytes[1] == b'x';
    let is_digit = |byte: u8| byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit();
    let mut after_digit = prefixed;
    let mut after_underscore = false;
    for &byte in &bytes[if prefixed { 2 } else { 0 }..] {
        let digit = is_digit(byte);
        if byte == b'_' && !after_digit || after_underscore && !digit {
            return false;
        }
        after_digit = digit;
        after_underscore = byte == b'_';
    }
    !after_underscore
}

/// `strconv.ParseFloat(text, 64)`: decimal and hexadecimal, `inf`, `infinity` and `nan` in any case.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    if text.contains('_') && !underscores_fit(text) {
        return None;
    }
    let text = &text.replace('_', "");
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        let value = hex_float(hex)?;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    if unsigned.is_empty() || unsigned.starts_with(['+', '-']) {
        return None;
    }
    if lower == "nan" && unsigned.len() != text.len() {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    let overflowed = value.is_infinite() && !lower.starts_with("inf");
    (!overflowed).then_some(value)
}

fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = exponent.checked_sub(4 * i32::try_from(fraction.len()).ok()?)?;
    Some(value * 2.0_f64.powi(shift))
}
