//! Foreign words made fit to be shown: clipped, without control or direction characters, without secrets.

use base64::Engine as _;
use sluice_core::Secret;

use crate::access::{GitAccess, GitCredential};

/// The most characters of a remote's own words that are shown.
pub(crate) const SHOWN: usize = 1_000;

/// Takes out what must not reach a terminal, a window or a log and cuts to `limit` characters.
///
/// Escape sequences of terminals (ECMA-48) vanish whole, other control characters become spaces; zero-width and
/// direction-changing characters (Unicode UAX #9) vanish, because they can make a text read as something else.
pub(crate) fn cleaned(text: &str, limit: usize) -> String {
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
        if count >= limit {
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
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text that should be an address, without what stands before its `@` and after its `?`.
pub(crate) fn without_userinfo(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(['?', '#']).next().unwrap_or_default();
    cleaned(&if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }, SHOWN)
}

/// The secrets of one operation, to be taken out of foreign words before anybody sees them.
#[derive(Default)]
pub(crate) struct Redactor {
    secrets: Vec<Secret>,
}

/// Shorter secrets are not looked for: taking every `a` out of a message helps nobody.
const SHORTEST: usize = 4;

impl Redactor {
    /// Knows the secrets of an access, also in the forms in which they travel.
    pub(crate) fn of(access: &GitAccess) -> Self {
        let mut redactor = Self::default();
        match &access.credential {
            Some(GitCredential::Basic { username, password }) => redactor.add_basic(username, password),
            Some(GitCredential::Bearer(token)) => redactor.add(token.expose()),
            Some(GitCredential::SshKey { private_key, passphrase }) => {
                redactor.add(private_key.expose());
                redactor.add(passphrase.as_ref().map(Secret::expose).unwrap_or_default());
            }
            Some(GitCredential::SshAgent) | None => {}
        }
        if let Some((username, password)) = access.proxy.as_ref().and_then(|proxy| proxy.credential.as_ref()) {
            redactor.add_basic(username, password);
        }
        redactor
    }

    fn add_basic(&mut self, username: &str, password: &Secret) {
        self.add(password.expose());
        let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
        self.add(base64::engine::general_purpose::STANDARD.encode(pair.expose()).as_bytes());
    }

    fn add(&mut self, secret: &[u8]) {
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

    /// The words without any known secret, cleaned and clipped.
    pub(crate) fn words(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if let Ok(secret) = secret.expose_str()
                && text.contains(secret)
            {
                text = text.replace(secret, "***");
            }
        }
        cleaned(&text, SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ];
        for (text, expected) in cases {
            assert_eq!(cleaned(text, 100), expected, "{text:?}");
        }
        assert_eq!(cleaned(&"ä".repeat(600), 500).chars().count(), 501);
    }

    #[test]
    fn secrets_do_not_come_back_in_words() {
        let credential = GitCredential::Basic { username: "me".into(), password: Secret::new("p&ss wörd") };
        let redactor = Redactor::of(&GitAccess::with(credential, ""));
        let basic = base64::engine::general_purpose::STANDARD.encode("me:p&ss wörd");
        for text in
            ["denied for me:p&ss wörd!".to_owned(), "?pw=p%26ss+w%C3%B6rd".to_owned(), format!("you sent {basic}")]
        {
            let shown = redactor.words(&text);
            assert!(shown.contains("***"), "{shown}");
            for secret in ["p&ss", "p%26ss", basic.as_str()] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}
