//! Foreign words made fit to be shown: on one line, cut, without control characters and without secrets.

/// The most characters of somebody else's words that are shown.
pub(crate) const SHOWN: usize = 300;

/// Takes out what must not reach a terminal, a window or a log and cuts to `limit` characters.
///
/// Control characters become spaces; zero-width and direction-changing characters (Unicode UAX #9) vanish, because they
/// can make a text read as something else.
pub(crate) fn cleaned(text: &str, limit: usize) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let spaced: String = visible.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut clean = String::new();
    for word in spaced.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    match clean.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What a program complained about, without anything that could be a secret.
///
/// A program that handles credentials may print one where it complains. So a word is shown only when it reads like
/// language: letters, or short numbers, with punctuation. What mixes letters and digits, is long, follows a word such as
/// `token`, stands before an `@`, or was also in the program's `answer`, is replaced by `***`; words of `harmless` (the
/// host, the helper's name) are always shown.
pub(crate) fn redacted(complaint: &str, answer: &[u8], harmless: &[&str]) -> String {
    // Cleaned first, so that nothing invisible splits a secret into harmless looking pieces.
    let complaint = cleaned(complaint, 4 * SHOWN);
    let answer = String::from_utf8_lossy(answer);
    let mut shown = Vec::new();
    let mut hide = 0;
    for word in complaint.split(' ') {
        let known = harmless.iter().any(|known| word.trim_matches(|c: char| !c.is_alphanumeric()) == *known);
        let secret = hide > 0 || (!known && (reads_like_a_secret(word) || is_part_of(&answer, word)));
        shown.push(if secret { "***" } else { word });
        hide = if announces_a_secret(word) { 2 } else { usize::saturating_sub(hide, 1) };
    }
    shown.dedup_by(|one, other| one == other && *one == "***");
    cleaned(&shown.join(" "), SHOWN)
}

/// The most letters that a word of a language, or a type's name, has.
const LONGEST_WORD: usize = 24;

fn reads_like_a_secret(word: &str) -> bool {
    let before_at = word.contains('@');
    let value = word.split_once(['=', ':']).is_some_and(|(name, value)| !value.is_empty() && names_a_secret(name));
    before_at || value || word.split(|c: char| !c.is_alphanumeric()).any(piece_reads_like_a_secret)
}

fn piece_reads_like_a_secret(piece: &str) -> bool {
    let digits = piece.chars().filter(|c| c.is_ascii_digit()).count();
    let letters = piece.chars().count() - digits;
    (digits > 0 && letters > 0) || digits > 5 || letters > LONGEST_WORD
}

/// Whether a word of at least four letters also occurs in the program's answer.
fn is_part_of(answer: &str, word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    bare.chars().count() >= 4 && answer.contains(bare)
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "passphrase", "secret", "token", "bearer", "basic", "auth", "key", "credential"]
        .iter()
        .any(|secret| name.ends_with(secret) || name.ends_with(&format!("{secret}s")))
}

/// `password:`, `token =`, `Bearer`: what follows is the secret itself.
fn announces_a_secret(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let colon = word.ends_with([':', '=']);
    (colon && names_a_secret(bare)) || bare.eq_ignore_ascii_case("bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_made_fit_to_be_shown() {
        let cases = [
            ("plain words", "plain words"),
            ("two\r\nlines\t here", "two lines here"),
            ("\u{1b}[31mred", "[31mred"),
            ("a\u{202e}b\u{2066}c\u{200b}d", "abcd"),
            ("\0\0nul", "nul"),
        ];
        for (text, expected) in cases {
            assert_eq!(cleaned(text, 100), expected);
        }
        assert_eq!(cleaned(&"ä".repeat(600), 500).chars().count(), 501);
    }

    #[test]
    fn complaints_are_shown_without_what_could_be_a_secret() {
        let cases = [
            (
                "Error: NoCredentialProviders: no valid providers in chain",
                "Error: NoCredentialProviders: no valid providers in chain",
            ),
            ("the region us-east-1 answered 403", "the region us-east-1 answered 403"),
            ("cannot use ghp_16C7e42F292c6912E7", "cannot use ***"),
            ("password: correct horse", "password: ***"),
            ("token=opensesame refused", "*** refused"),
            ("Authorization: Bearer opensesame", "Authorization: Bearer ***"),
            ("https://me:pw@host.example refused", "*** refused"),
            ("said letmein again", "said *** again"),
            ("abcdefghijklmnopqrstuvwxyz", "***"),
            ("pass\u{200b}word123 x", "*** x"),
            (
                "asked 123456789012.dkr.ecr.eu-west-1.amazonaws.com in vain",
                "asked 123456789012.dkr.ecr.eu-west-1.amazonaws.com in vain",
            ),
        ];
        for (complaint, expected) in cases {
            let answer = b"{\"Secret\":\"letmein\"}";
            let harmless = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com"];
            assert_eq!(redacted(complaint, answer, &harmless), expected, "{complaint}");
        }
    }
}
