//! Templates of Go's `Regexp.Expand`.

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Number(usize),
    Name(String),
}

/// Reads a template by Go's rules: a name is the longest run of letters, digits and `_`; a run of digits without a
/// leading zero is a number; what is malformed is text.
pub(super) fn parse(template: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            text.push('$');
            rest = after;
            continue;
        }
        match reference(rest) {
            None => text.push('$'),
            Some((part, after)) => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(part);
                rest = after;
            }
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// What stands behind a `$`, and the rest.
fn reference(text: &str) -> Option<(Part, &str)> {
    let (inner, braced) = match text.strip_prefix('{') {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    // Go's unicode.IsLetter and IsDigit; numbers such as ² are neither.
    let end = inner.find(|c: char| !(c.is_alphabetic() || is_decimal_digit(c) || c == '_')).unwrap_or(inner.len());
    if end == 0 {
        return None;
    }
    let (name, mut rest) = inner.split_at(end);
    if braced {
        rest = rest.strip_prefix('}')?;
    }
    Some((number(name).map_or_else(|| Part::Name(name.to_owned()), Part::Number), rest))
}

fn is_decimal_digit(c: char) -> bool {
    c.is_ascii_digit() || (c.is_numeric() && !c.is_ascii() && c.to_digit(36).is_none() && is_other_decimal(c))
}

/// Decimal digits beyond ASCII come in runs of ten that begin at a multiple of ten above their script's zero; the
/// `regex` crate knows them all.
fn is_other_decimal(c: char) -> bool {
    static DECIMAL: std::sync::LazyLock<regex::Regex> =
        std::sync::LazyLock::new(|| regex::Regex::new(r"^\p{Nd}$").expect("a constant pattern"));
    DECIMAL.is_match(c.encode_utf8(&mut [0; 4]))
}

/// Go: digits below 10⁸ without a leading zero.
fn number(name: &str) -> Option<usize> {
    let plain = name.bytes().all(|b| b.is_ascii_digit()) && !(name.len() > 1 && name.starts_with('0'));
    let value: usize = if plain { name.parse().ok()? } else { return None };
    (value < 100_000_000).then_some(value)
}
