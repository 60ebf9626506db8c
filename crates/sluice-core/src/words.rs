//! Foreign words made fit to be shown: clipped, without control or direction characters, without secrets.
//!
//! Every adapter shows what its remotes say, and none shows it as it came.

use base64::Engine as _;

use crate::Secret;

/// Takes out what must not reach a terminal, a window or a log and cuts to `limit` characters.
///
/// Escape sequences of terminals (ECMA-48) vanish whole, other control characters become spaces; zero-width and
/// direction-changing characters (Unicode UAX #9) vanish, because they can make a text read as something else.
pub fn cleaned(text: &str, limit: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(limit));
    let mut count = 0;
    let mut gap = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            skip_escape(&mut chars);
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            gap = !clean.is_empty();
            continue;
        }
        if count + usize::from(gap) >= limit {
            clean.push('…');
            break;
        }
        if gap {
            clean.push(' ');
            count += 1;
            gap = false;
        }
        clean.push(c);
        count += 1;
    }
    clean
}

/// Skips what follows an ESC: a control sequence to its final byte, a string (OSC, DCS, …) to its terminator, or one
/// character.
fn skip_escape(chars: &mut std::str::Chars<'_>) {
    match chars.clone().next() {
        Some('[') => {
            chars.next();
            for c in chars.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&c) {
                    return;
                }
            }
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            for c in chars.by_ref() {
                // The terminator is BEL, or ESC and a backslash.
                if c == '\u{7}' || c == '\u{1b}' {
                    break;
                }
            }
            if chars.clone().next() == Some('\\') {
                chars.next();
            }
        }
        Some(_) => drop(chars.next()),
        None => {}
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}' | '\u{ffa0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Secrets to be taken out of foreign words before anybody sees them, also in the forms in which they travel.
#[derive(Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

/// Shorter secrets are not looked for: taking every `a` out of a message helps nobody.
const SHORTEST: usize = 4;
/// Of a secret with lines, shorter ones say nothing.
const LINE: usize = 16;

impl Redactor {
    /// Learns a name and its password, together and apart.
    pub fn add_basic(&mut self, username: &str, password: &Secret) {
        self.add(password.expose());
        let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
        self.add(base64::engine::general_purpose::STANDARD.encode(pair.expose()).as_bytes());
    }

    /// Learns one more secret. Of one with several lines, such as a private key, each line is a secret too.
    pub fn add(&mut self, secret: &[u8]) {
        for line in secret.split(|byte| *byte == b'\n').filter(|line| line.len() >= LINE && !line.starts_with(b"-----"))
        {
            if line.len() < secret.len() {
                self.add_one(line);
            }
        }
        self.add_one(secret);
    }

    fn add_one(&mut self, secret: &[u8]) {
        if secret.len() < SHORTEST {
            return;
        }
        let in_a_form: String = url::form_urlencoded::byte_serialize(secret).collect();
        if in_a_form.as_bytes() != secret {
            self.secrets.push(Secret::new(in_a_form));
        }
        self.secrets.push(Secret::new(secret));
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    }

    /// The words without any known secret, cleaned and cut to `limit` characters.
    pub fn words(&self, text: &str, limit: usize) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if let Ok(secret) = secret.expose_str()
                && text.contains(secret)
            {
                text = text.replace(secret, "***");
            }
        }
        cleaned(&text, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_on_one_line_and_not_longer_than_they_may_be(text in ".*", limit in 1_usize..80) {
            let shown = cleaned(&text, limit);
            prop_assert!(shown.chars().count() <= limit + 1, "{shown}");
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
        }
    }

    #[test]
    fn foreign_words_are_made_fit_to_be_shown() {
        let cases = [
            ("plain words", "plain words"),
            ("two\r\nlines\t here", "two lines here"),
            ("\u{1b}[31;1mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}after", "after"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}cfull reset", "full reset"),
            ("\u{1b}", ""),
            ("\u{1b}[", ""),
            ("a\u{202e}b\u{2066}c\u{200b}d", "abcd"),
            ("\0\0nul\u{9b}31m", "nul 31m"),
            ("a\u{3164}b\u{34f}c", "abc"),
        ];
        for (text, expected) in cases {
            assert_eq!(cleaned(text, 100), expected, "{text:?}");
        }
        assert_eq!(cleaned(&"ä".repeat(600), 500).chars().count(), 501);
    }

    #[test]
    fn known_secrets_vanish_in_every_form_and_short_ones_are_left_alone() {
        let mut redactor = Redactor::default();
        redactor.add_basic("me", &Secret::new("p&ss wörd"));
        redactor.add(b"abc");
        let basic = base64::engine::general_purpose::STANDARD.encode("me:p&ss wörd");
        let said = format!("abc p&ss wörd p%26ss+w%C3%B6rd {basic}");
        assert_eq!(redactor.words(&said, 100), "abc *** *** ***");
        redactor.add(b"-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG\nshort\n-----END KEY-----\n");
        let said = "it says MIIEvgIBADANBgkqhkiG and -----BEGIN KEY-----";
        assert_eq!(redactor.words(said, 100), "it says *** and -----BEGIN KEY-----");
    }
}
