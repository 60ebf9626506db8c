//! Sets of characters as Go's classes name them.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, HirKind};

/// Go's `\d`, `\s`, `\w` and the POSIX classes: ASCII, each as pairs of first and last.
const GROUPS: [(&str, &[(char, char)]); 17] = [
    ("d", &[('0', '9')]),
    ("s", &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')]),
    ("w", &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\x7F')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    ("digit", &[('0', '9')]),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// No character.
pub(super) fn empty() -> ClassUnicode {
    ClassUnicode::empty()
}

/// All characters, without the newline if `newline` is false.
pub(super) fn any(newline: bool) -> ClassUnicode {
    let mut class = empty();
    if !newline {
        class.push(ClassUnicodeRange::new('\n', '\n'));
    }
    class.negate();
    class
}

/// The code points from `first` to `last`. Surrogates are none that a text can have.
pub(super) fn range(first: u32, last: u32, fold: bool) -> ClassUnicode {
    let mut class = empty();
    for (first, last) in [(first, last.min(0xD7FF)), (first.max(0xE000), last)] {
        if let (Some(first), Some(last), true) = (char::from_u32(first), char::from_u32(last), first <= last) {
            class.push(ClassUnicodeRange::new(first, last));
        }
    }
    folded(class, fold)
}

/// A class by the name of `\d`, `\s`, `\w` or `[:alpha:]`, negated if wanted.
pub(super) fn group(name: &str, negated: bool, fold: bool) -> Option<ClassUnicode> {
    let (_, ranges) = GROUPS.iter().find(|(known, _)| *known == name)?;
    let class = ClassUnicode::new(ranges.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last)));
    Some(finished(class, negated, fold))
}

/// A class by the name of a Unicode general category or script, as in `\p{Greek}` and `\pL`.
///
/// Names are compared loosely, as Go does since 1.25; older ones wanted the exact spelling.
pub(super) fn unicode(name: &str, negated: bool, fold: bool) -> Option<ClassUnicode> {
    let is_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' ' | b'-'));
    let loose: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    // The `regex` crate would also read `isGreek`.
    if !is_name || loose.starts_with("is") {
        return None;
    }
    let class = match loose.as_str() {
        "any" => any(true),
        "ascii" => range(0, 0x7F, false),
        "assigned" => {
            let mut class = property("gc", "Cn")?;
            class.negate();
            class
        }
        _ => property("gc", name)
            .or_else(|| property("sc", name).filter(|_| loose.len() != 4 || is_short_script(&loose)))?,
    };
    Some(finished(class, negated, fold))
}

/// The scripts whose whole name has four letters. Other names of four letters are ISO 15924 codes, which Go does not know.
fn is_short_script(loose: &str) -> bool {
    ["cham", "kawi", "lisu", "miao", "modi", "newa", "thai", "toto"].contains(&loose)
}

fn property(kind: &str, name: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(&format!(r"\p{{{kind}={name}}}")).ok()?.into_kind() {
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => Some(class),
        // A class of one character is printed as a literal.
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(ClassUnicode::new(text.chars().map(|c| ClassUnicodeRange::new(c, c))))
        }
        _ => None,
    }
}

fn finished(class: ClassUnicode, negated: bool, fold: bool) -> ClassUnicode {
    let mut class = folded(class, fold);
    if negated {
        class.negate();
    }
    class
}

fn folded(mut class: ClassUnicode, fold: bool) -> ClassUnicode {
    if fold {
        class.case_fold_simple();
    }
    class
}
