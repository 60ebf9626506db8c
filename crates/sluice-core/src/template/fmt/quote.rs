//! Go's `strconv.Quote` family.

use std::sync::LazyLock;

use regex::Regex;

static PRINTABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]").expect("a constant pattern"));

/// `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{a0}' | '\u{ad}' => false,
        _ => PRINTABLE.is_match(c.encode_utf8(&mut [0; 4])),
    }
}

/// `strconv.Quote`, or `QuoteToASCII` where only ASCII may stay.
pub(crate) fn quote(text: &str, ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        push_escaped(&mut out, c, '"', ascii);
    }
    out.push('"');
    out
}

/// `strconv.QuoteRune`, or `QuoteRuneToASCII`.
pub(crate) fn quote_char(c: char, ascii: bool) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'', ascii);
    out.push('\'');
    out
}

fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    use std::fmt::Write;
    if c == quote || c == '\\' {
        out.push('\\');
        out.push(c);
    } else if if ascii { c.is_ascii() && is_print(c) } else { is_print(c) } {
        out.push(c);
    } else {
        let written = match c {
            '\x07' => out.write_str("\\a"),
            '\x08' => out.write_str("\\b"),
            '\x0c' => out.write_str("\\f"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            '\x0b' => out.write_str("\\v"),
            '\0'..='\x1f' | '\x7f' => write!(out, "\\x{:02x}", c as u32),
            '\u{10000}'.. => write!(out, "\\U{:08x}", c as u32),
            _ => write!(out, "\\u{:04x}", c as u32),
        };
        written.expect("writing to a String can't fail");
    }
}

/// `strconv.CanBackquote`: fits between backquotes unchanged.
pub(crate) fn can_backquote(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || !(c == '\u{feff}' || c < ' ' || c == '`' || c == '\x7f'))
}
