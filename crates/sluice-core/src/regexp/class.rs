//! Character classes: `[…]`, `\d`, `[:alpha:]`, `\p{Greek}`.

use super::parse::{Cursor, GoRegexError};

/// Go's Perl classes are ASCII only, and `\s` has no vertical tab.
pub(super) fn perl(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        's' => r"\t\n\x0C\r ",
        'w' => "0-9A-Za-z_",
        _ => return None,
    })
}

fn posix(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t ",
        "cntrl" => r"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => r"\x21-\x7E",
        "lower" => "a-z",
        "print" => r"\x20-\x7E",
        "punct" => r"\x21-/:-@\x5B-`\x7B-\x7E",
        "space" => r"\t\n\x0B\x0C\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

/// The general categories that Go's `unicode` package has tables for.
const CATEGORIES: [&str; 37] = [
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "Any",
];

/// Reads `\pN`, `\p{Name}`, `\P…`, with the cursor on the `p`; gives the class in the `regex` crate's syntax.
pub(super) fn unicode(cursor: &mut Cursor<'_>) -> Result<String, GoRegexError> {
    let start = cursor.at - 1;
    let mut negated = cursor.next() == Some('P');
    let invalid =
        |cursor: &Cursor<'_>| GoRegexError::new("invalid character class range", &cursor.whole[start..cursor.at]);
    let mut name = match cursor.next() {
        None => return Err(invalid(cursor)),
        Some('{') => {
            let Some(length) = cursor.rest().find('}') else {
                cursor.at = cursor.whole.len();
                return Err(invalid(cursor));
            };
            let name = &cursor.rest()[..length];
            cursor.at += length + 1;
            name
        }
        Some(_) => {
            let end = cursor.at;
            let letter = cursor.whole[..end].char_indices().next_back().map_or(end, |(at, _)| at);
            &cursor.whole[letter..end]
        }
    };
    if let Some(rest) = name.strip_prefix('^') {
        negated = !negated;
        name = rest;
    }
    let sign = if negated { 'P' } else { 'p' };
    if name == "Any" {
        return Ok(if negated { r"[^\x00-\x{10FFFF}]" } else { r"\x00-\x{10FFFF}" }.to_owned());
    }
    let printed = match CATEGORIES.contains(&name) {
        true => format!(r"\{sign}{{gc={name}}}"),
        false if is_script_name(name) => format!(r"\{sign}{{sc={name}}}"),
        false => return Err(invalid(cursor)),
    };
    let known = regex_syntax::Parser::new().parse(&printed).is_ok();
    if known { Ok(printed) } else { Err(invalid(cursor)) }
}

/// Go spells scripts as Unicode does, with capitals: `Old_Italic`. The crate would also take aliases.
fn is_script_name(name: &str) -> bool {
    name.len() > 1
        && name.split('_').all(|word| {
            let mut letters = word.chars();
            letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.all(|c| c.is_ascii_lowercase())
        })
        || name == "Nko"
        || name == "SignWriting"
        || name == "Phags_Pa"
}

/// Reads `[…]` with the cursor on the bracket; gives the class in the `regex` crate's syntax.
pub(super) fn bracketed(cursor: &mut Cursor<'_>) -> Result<String, GoRegexError> {
    let start = cursor.at;
    cursor.next();
    let mut out = String::from("[");
    if cursor.eat('^') {
        out.push('^');
    }
    let mut first = true;
    while first || cursor.peek() != Some(']') {
        first = false;
        if cursor.peek().is_none() {
            return Err(GoRegexError::new("missing closing ]", &cursor.whole[start..]));
        }
        item(cursor, start, &mut out)?;
    }
    cursor.next();
    out.push(']');
    Ok(out)
}

fn item(cursor: &mut Cursor<'_>, class: usize, out: &mut String) -> Result<(), GoRegexError> {
    let rest = cursor.rest();
    if rest.starts_with("[:")
        && let Some(length) = rest[2..].find(":]")
    {
        let name = &rest[2..2 + length];
        cursor.at += length + 4;
        let (negated, plain) = name.strip_prefix('^').map_or((false, name), |plain| (true, plain));
        let found =
            posix(plain).ok_or_else(|| GoRegexError::new("invalid character class range", &rest[..length + 4]))?;
        out.push_str(&if negated { format!("[^{found}]") } else { found.to_owned() });
        return Ok(());
    }
    let mut letters = rest.chars();
    if letters.next() == Some('\\') {
        match letters.next() {
            Some('p' | 'P') => {
                cursor.next();
                out.push_str(&unicode(cursor)?);
                return Ok(());
            }
            Some(letter @ ('d' | 's' | 'w')) => {
                cursor.at += 2;
                out.push_str(perl(letter).unwrap_or_default());
                return Ok(());
            }
            Some(letter @ ('D' | 'S' | 'W')) => {
                cursor.at += 2;
                out.push_str(&format!("[^{}]", perl(letter.to_ascii_lowercase()).unwrap_or_default()));
                return Ok(());
            }
            _ => {}
        }
    }
    let from = cursor.at;
    let low = character(cursor, class)?;
    let mut high = low;
    let range = cursor.rest().starts_with('-') && cursor.rest().len() > 1 && !cursor.rest().starts_with("-]");
    if range {
        cursor.next();
        high = character(cursor, class)?;
        if high < low {
            return Err(GoRegexError::new("invalid character class range", &cursor.whole[from..cursor.at]));
        }
    }
    out.push_str(&format!(r"\x{{{:X}}}", u32::from(low)));
    if high != low {
        out.push_str(&format!(r"-\x{{{:X}}}", u32::from(high)));
    }
    Ok(())
}

fn character(cursor: &mut Cursor<'_>, class: usize) -> Result<char, GoRegexError> {
    match cursor.peek() {
        None => Err(GoRegexError::new("missing closing ]", &cursor.whole[class..])),
        Some('\\') => cursor.escape(),
        Some(character) => {
            cursor.next();
            Ok(character)
        }
    }
}
