//! Writing a value as a YAML scalar in the style of the one it replaces.

use granit_parser::ScalarStyle;

/// `value` in the given style; block scalars are the caller's business. A plain one becomes double-quoted where YAML 1.1
/// or 1.2 would read it as another type than a text, or where it would not be one scalar.
pub(crate) fn encode(value: &str, style: ScalarStyle, in_flow: bool, tagged_text: bool) -> String {
    match style {
        ScalarStyle::SingleQuoted if fits_on_a_line(value) => format!("'{}'", value.replace('\'', "''")),
        ScalarStyle::Plain if is_plain(value, in_flow) && (tagged_text || !is_other_type(value)) => value.to_owned(),
        _ => double_quoted(value),
    }
}

fn fits_on_a_line(value: &str) -> bool {
    !value.chars().any(|c| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
}

fn double_quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\U{:08x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether the text can stand without quotes at all (YAML 1.2.2, section 7.3.3).
fn is_plain(value: &str, in_flow: bool) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let indicator = ",[]{}#&*!|>'\"%@`".contains(first)
        || ("-?:".contains(first) && value.chars().nth(1).is_none_or(|c| c == ' ' || (in_flow && ",[]{}".contains(c))));
    fits_on_a_line(value)
        && !indicator
        && !value.starts_with("---")
        && !value.starts_with("...")
        && value.trim_matches([' ', '\t']) == value
        && !value.contains(": ")
        && !value.contains(" #")
        && !value.ends_with(':')
        && !(in_flow && value.contains([',', '[', ']', '{', '}']))
}

/// Whether YAML 1.1 or 1.2 reads the plain text as null, a boolean, a number, a date or a merge key.
fn is_other_type(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str()) || matches!(text, "<<" | "=") || is_number(&lower) || is_date(text)
}

/// A number of YAML 1.1 or 1.2, in lower case: decimal, `0x`, `0o`, `0b`, with underscores, sexagesimal, `.inf`, `.nan`.
fn is_number(lower: &str) -> bool {
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(lower);
    if matches!(unsigned, ".inf" | ".nan") {
        return true;
    }
    // go-yaml drops the underscores before it looks for a prefix, and takes a sign behind one (yaml.v3, resolve.go).
    let bare = unsigned.replace('_', "");
    let based = |prefix: &str, radix: u32| {
        let digits = bare.strip_prefix(prefix).map(|digits| digits.strip_prefix(['+', '-']).unwrap_or(digits));
        unsigned.starts_with('0')
            && digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    if based("0x", 16) || based("0o", 8) || based("0b", 2) {
        return true;
    }
    let sexagesimal = unsigned.split_once(':').is_some_and(|(head, rest)| {
        !head.is_empty()
            && head.chars().all(|c| c.is_ascii_digit() || c == '_')
            && rest
                .split(':')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_'))
    });
    let digit_first = unsigned.starts_with(|c: char| c.is_ascii_digit())
        || unsigned.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    sexagesimal
        || (digit_first
            && unsigned.chars().all(|c| c.is_ascii_digit() || "._e+-".contains(c))
            && bare.parse::<f64>().is_ok())
}

/// Whether the text begins as YAML 1.1's timestamp does and goes on as one.
fn is_date(text: &str) -> bool {
    let digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
    };
    let day_part = text.split(['T', 't', ' ', '\t']).next().unwrap_or(text);
    let parts: Vec<&str> = day_part.split('-').collect();
    parts.len() == 3
        && digits(parts[0], 4, 4)
        && digits(parts[1], 1, 2)
        && digits(parts[2], 1, 2)
        && text[day_part.len()..].chars().all(|c| c.is_ascii_digit() || "Tt \t:.Z+-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_value_is_quoted_only_where_it_would_be_something_else() {
        for text in [
            "123",
            "1.10",
            "1e5",
            "0x10",
            "0o7",
            "0123",
            "1_000",
            "0_X02",
            "0__x6",
            "0o-17",
            "12:30",
            "true",
            "No",
            "ON",
            "null",
            "~",
            "2024-01-02",
            "2024-01-02T10:00:00Z",
            "-1",
            ".5",
            ".inf",
            "y",
            "<<",
            "",
            "- x",
            "#x",
            "a: b",
            "a #b",
            "x:",
            "@x",
        ] {
            assert_eq!(encode(text, ScalarStyle::Plain, false, false), format!("\"{text}\""), "{text}");
        }
        for text in [
            "v1",
            "1.2.3",
            "_0x1",
            "0x_",
            "reg.io/app:v2.0.0",
            "1.2.3-rc.1",
            "sha256:abc",
            "2024-01-02-x",
            "latest",
            "-x",
            "a,b",
        ] {
            assert_eq!(encode(text, ScalarStyle::Plain, false, false), text);
        }
        assert_eq!(encode("a,b", ScalarStyle::Plain, true, false), "\"a,b\"");
        assert_eq!(encode("123", ScalarStyle::Plain, false, true), "123");
    }

    #[test]
    fn quotes_stay_what_they_were() {
        assert_eq!(encode("1", ScalarStyle::SingleQuoted, false, false), "'1'");
        assert_eq!(encode("it's", ScalarStyle::SingleQuoted, false, false), "'it''s'");
        assert_eq!(encode("a\"\\b", ScalarStyle::DoubleQuoted, false, false), r#""a\"\\b""#);
        assert_eq!(encode("a\nb", ScalarStyle::SingleQuoted, false, false), r#""a\nb""#);
    }
}
