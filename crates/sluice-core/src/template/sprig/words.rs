//! Words in a string: case styles, wrapping, initials (Masterminds/goutils and huandu/xstrings).

use super::convert::{Category, byte_slice, lower, title as title_case, upper};
use crate::template::call::{Function, Param, fixed};
use crate::template::fault::{Fault, LONGEST_TEXT};
use crate::template::value::Value;

use Param::{Int, Text};

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("title", &[Text], |call| Ok(title(call.text(0)).into())),
    fixed("untitle", &[Text], |call| Ok(untitle(call.text(0)).into())),
    fixed("nospace", &[Text], |call| Ok(without_space(call.text(0)).into())),
    fixed("initials", &[Text], |call| Ok(initials(call.text(0)).into())),
    fixed("swapcase", &[Text], |call| Ok(swap_case(call.text(0)).into())),
    fixed("snakecase", &[Text], |call| Ok(with_connector(call.text(0), '_').into())),
    fixed("kebabcase", &[Text], |call| Ok(with_connector(call.text(0), '-').into())),
    fixed("camelcase", &[Text], |call| Ok(camel_case(call.text(0)).into())),
    fixed("wrap", &[Int, Text], |call| wrap(call.text(1), call.int(0), "\n", false).map(Value::from)),
    fixed("wrapWith", &[Int, Text, Text], |call| {
        let separator = if call.text(1).is_empty() { "\n" } else { call.text(1) };
        wrap(call.text(2), call.int(0), separator, true).map(Value::from)
    }),
];

/// `strings.Title`.
fn title(text: &str) -> String {
    let mut previous = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let separates = match previous {
            '_' => false,
            p if p.is_ascii() => !p.is_ascii_alphanumeric(),
            p => !p.is_alphanumeric() && p.is_whitespace(),
        };
        out.push(if separates { title_case(c) } else { c });
        previous = c;
    }
    out
}

/// `goutils.Uncapitalize`: the first letter of every word.
fn untitle(text: &str) -> String {
    let mut at_start = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            at_start = true;
            out.push(c);
        } else {
            out.push(if at_start { lower(c) } else { c });
            at_start = false;
        }
    }
    out
}

/// A byte as goutils reads it: as if it were a whole character.
fn is_space_byte(byte: u8) -> bool {
    char::from(byte).is_whitespace()
}

/// `goutils.DeleteWhiteSpace`, which goes by bytes: text beyond ASCII is spoilt once a space is removed.
fn without_space(text: &str) -> String {
    if !text.bytes().any(is_space_byte) {
        return text.to_owned();
    }
    text.bytes().filter(|byte| !is_space_byte(*byte)).map(char::from).collect()
}

/// `goutils.Initials`, by bytes.
fn initials(text: &str) -> String {
    let mut at_start = true;
    let mut out = String::new();
    for byte in text.bytes() {
        if is_space_byte(byte) {
            at_start = true;
        } else if at_start {
            out.push(char::from(byte));
            at_start = false;
        }
    }
    out
}

/// `goutils.SwapCase`: a word that begins small begins in title case.
fn swap_case(text: &str) -> String {
    let mut at_start = true;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_upper(c) || Category::Title.has(c) {
            out.push(lower(c));
            at_start = false;
        } else if Category::Lower.has(c) {
            out.push(if at_start { title_case(c) } else { upper(c) });
            at_start = false;
        } else {
            out.push(c);
            at_start = c.is_whitespace();
        }
    }
    out
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

/// `xstrings.ToPascalCase` of xstrings 1.5, which sprig 3.3 calls `camelcase`: words lose their connector and begin
/// large; what is all large at the beginning of a word becomes small.
fn camel_case(text: &str) -> String {
    let start = run_length(text, is_connector);
    let mut rest = text[start..].chars();
    let mut out = text[..start].to_owned();
    let Some(first) = rest.next() else {
        // A text of connectors alone ends with its last one twice, as in xstrings.
        out.extend(text.chars().last());
        return out;
    };
    let mut in_capitals = is_upper(first);
    let mut current = upper(first);
    for next in rest {
        let previous = current;
        current = next;
        if is_connector(current) && is_connector(previous) {
            out.push(previous);
        } else if is_connector(previous) {
            in_capitals = is_upper(current);
            current = upper(current);
        } else {
            in_capitals &= is_upper(current);
            if in_capitals {
                current = lower(current);
            }
            out.push(previous);
        }
    }
    out.push(current);
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Word {
    Invalid,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

fn is_letter(c: char) -> bool {
    Category::Letter.has(c)
}

fn is_punctuation(c: char) -> bool {
    Category::Punctuation.has(c)
}

fn is_upper(c: char) -> bool {
    Category::Upper.has(c)
}

/// `isAlphabet` of xstrings: a letter that is no Chinese, Japanese or Korean ideograph.
fn is_alphabet(c: char) -> bool {
    let ideograph = matches!(c, '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}');
    is_letter(c) && !ideograph
}

fn is_number(c: char) -> bool {
    c.is_numeric()
}

/// The length of the first characters that fit.
fn run_length(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// `nextWord` of xstrings.
fn next_word(text: &str) -> (Word, &str, &str) {
    let Some(first) = text.chars().next() else { return (Word::Invalid, "", "") };
    let size = first.len_utf8();
    let lower_run = |from: usize| from + run_length(&text[from..], |c| is_alphabet(c) && !is_upper(c));
    let (word, length) = if is_connector(first) {
        (Word::Connector, run_length(text, is_connector))
    } else if is_punctuation(first) {
        (Word::Punctuation, run_length(text, is_punctuation))
    } else if is_upper(first) {
        (Word::Upper, upper_word(text, size, lower_run))
    } else if is_alphabet(first) {
        (Word::Alphabet, lower_run(size))
    } else if is_number(first) {
        (Word::Number, run_length(text, is_number))
    } else {
        let other = |c: char| !(is_connector(c) || is_alphabet(c) || is_number(c) || is_punctuation(c));
        (Word::Other, size + run_length(&text[size..], other))
    };
    (word, &text[..length], &text[length..])
}

/// `HTTPStatus` is the words `HTTP` and `Status`.
fn upper_word(text: &str, size: usize, lower_run: impl Fn(usize) -> usize) -> usize {
    match text[size..].chars().next() {
        Some(second) if is_upper(second) => {
            let length = run_length(text, is_upper);
            match text[length..].chars().next() {
                Some(next) if is_alphabet(next) => {
                    length - text[..length].chars().next_back().map_or(0, char::len_utf8)
                }
                _ => length,
            }
        }
        Some(second) if is_alphabet(second) => lower_run(size),
        _ => size,
    }
}

/// `toLower` of xstrings.
fn push_lower(out: &mut String, kind: Word, word: &str, connector: char) {
    if kind != Word::Upper && kind != Word::Connector {
        out.push_str(word);
        return;
    }
    let written = |c: char| match c {
        c if is_connector(c) => connector,
        c if is_upper(c) => lower(c),
        c => c,
    };
    out.extend(word.chars().map(written));
}

/// `camelCaseToLowerCase` of xstrings.
fn with_connector(text: &str, connector: char) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Word::Connector {
            push_lower(&mut out, kind, word, connector);
        }
        let (previous, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match previous {
            Word::Number => {
                while matches!(kind, Word::Alphabet | Word::Number) {
                    push_lower(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if !matches!(kind, Word::Invalid | Word::Punctuation | Word::Connector) {
                    out.push(connector);
                }
            }
            Word::Connector => push_lower(&mut out, previous, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                // A number belongs to the word before it: `Bld4Floor` is `bld4_floor`.
                if kind != Word::Alphabet {
                    push_lower(&mut out, Word::Number, number, connector);
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                    continue;
                }
                // Small letters behind it make it begin a word: `HTTP2xx` is `http_2xx`.
                out.push(connector);
                push_lower(&mut out, Word::Number, number, connector);
                while matches!(kind, Word::Alphabet | Word::Number) {
                    push_lower(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if !matches!(kind, Word::Invalid | Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
        }
    }
    push_lower(&mut out, kind, word, connector);
    out
}

/// `goutils.WrapCustom`, in bytes.
fn wrap(text: &str, width: i64, separator: &str, breaks_words: bool) -> Result<String, Fault> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let bytes = text.as_bytes();
    if text.len() + (text.len() / width + text.matches(' ').count() + 1).saturating_mul(separator.len())
        > 4 * LONGEST_TEXT
    {
        return Err(Fault::too_long());
    }
    let mut out = String::with_capacity(text.len());
    let mut offset = 0;
    while offset < bytes.len() && bytes.len() - offset > width {
        if bytes[offset] == b' ' {
            offset += 1;
            continue;
        }
        let line = &bytes[offset..=offset + width];
        let space = line.iter().rposition(|byte| *byte == b' ').map(|space| space + offset);
        let (end, next) = match space {
            Some(space) => (space, space + 1),
            None if breaks_words => (offset + width, offset + width),
            None => match bytes[offset + width..].iter().position(|byte| *byte == b' ') {
                Some(space) => (offset + width + space, offset + width + space + 1),
                None => {
                    out.push_str(&byte_slice(text, offset, text.len()));
                    offset = bytes.len();
                    continue;
                }
            },
        };
        out.push_str(&byte_slice(text, offset, end));
        out.push_str(separator);
        offset = next;
    }
    out.push_str(&byte_slice(text, offset.min(text.len()), text.len()));
    Ok(out)
}
