//! Secrets taken out of foreign words before anybody sees them.

use base64::Engine as _;
use sluice_core::Secret;

use crate::access::{Access, Credential, ProxyAddress};
use crate::words::{SHOWN, cleaned};

/// The secrets of one operation, to be taken out of foreign words before anybody sees them.
#[derive(Default)]
pub(crate) struct Redactor {
    secrets: Vec<Secret>,
}

/// Shorter secrets are not looked for: taking every `a` out of a message helps nobody.
const SHORTEST: usize = 4;

impl Redactor {
    /// Knows the secrets of an access, also in the forms in which they travel.
    pub(crate) fn of(access: &Access) -> Self {
        let mut redactor = Self::default();
        if let Some(credential) = &access.credential {
            redactor.add(credential.secret().expose());
            if let Credential::Basic { username, password } = credential {
                redactor.add_pair(username, password);
            }
        }
        redactor
    }

    /// Knows the secrets of a proxy, those in its address too.
    pub(crate) fn add_proxy(&mut self, proxy: &ProxyAddress) {
        if let Some((username, password)) = &proxy.credential {
            self.add_pair(username, password);
        }
        if let Some((username, password)) = proxy.credential_in_address() {
            self.add_pair(&username, &password);
        }
    }

    fn add_pair(&mut self, username: &str, password: &Secret) {
        let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
        let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
        self.add(password.expose());
        self.add(encoded.expose());
    }

    /// Learns one more secret.
    pub(crate) fn add(&mut self, secret: &[u8]) {
        if secret.len() < SHORTEST || self.secrets.iter().any(|known| known.expose() == secret) {
            return;
        }
        let in_a_form: String = url::form_urlencoded::byte_serialize(secret).collect();
        if in_a_form.as_bytes() != secret {
            self.secrets.push(Secret::new(in_a_form));
        }
        self.secrets.push(Secret::new(secret));
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    }

    /// The words without any known secret and without what looks like a credential, cleaned and clipped.
    pub(crate) fn words(&self, text: &str) -> String {
        self.words_up_to(text, SHOWN)
    }

    /// [`Redactor::words`], cut to so many characters.
    ///
    /// Cleaning could put a secret together again that invisible characters had split, so secrets are taken out before
    /// and after; and cutting comes last, so that no part of one is left over.
    pub(crate) fn words_up_to(&self, text: &str, limit: usize) -> String {
        let clean = cleaned(&self.without_secrets(text), usize::MAX);
        cleaned(&without_authorizations(&self.without_secrets(&clean)), limit)
    }

    fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            let Ok(secret) = secret.expose_str() else { continue };
            if text.contains(secret) {
                text = text.replace(secret, HIDDEN);
            }
            // An answer is read up to a limit, which may cut a secret in two.
            if let Some(length) = cut_short(&text, secret) {
                text.truncate(text.len() - length);
                text.push_str(HIDDEN);
            }
        }
        text
    }
}

/// How many bytes of a secret's beginning the text ends with, if it is enough of it to be worth hiding.
fn cut_short(text: &str, secret: &str) -> Option<usize> {
    let lengths = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST).rev();
    lengths.into_iter().find(|length| text.ends_with(&secret[..*length]))
}

/// What stands in a secret's place.
const HIDDEN: &str = "***";

/// Replaces what follows `Bearer ` or `Basic `, wherever a server echoes a header of ours or somebody else's.
fn without_authorizations(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut hide_next = false;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if hide_next && bare.len() >= 16 {
            clean.push_str("***");
            clean.push_str(&word[bare.len()..]);
        } else {
            clean.push_str(word);
        }
        let name = bare.rsplit([':', '"', '=']).next().unwrap_or(bare);
        hide_next = name.eq_ignore_ascii_case("bearer") || name.eq_ignore_ascii_case("basic");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_come_back_in_words() {
        let redactor = Redactor::of(&Access::basic("me", Secret::new("p&ss wörd")));
        let basic = base64::engine::general_purpose::STANDARD.encode("me:p&ss wörd");
        let cases = [
            "denied for me:p&ss wörd!".to_owned(),
            "?password=p%26ss+w%C3%B6rd".to_owned(),
            format!("you sent {basic}"),
            "Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln".to_owned(),
        ];
        for text in cases {
            let shown = redactor.words(&text);
            assert!(shown.contains("***"), "{shown}");
            for secret in ["p&ss", "p%26ss", basic.as_str(), "eyJ"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        assert_eq!(redactor.words("Bearer authentication needed"), "Bearer authentication needed");
    }

    #[test]
    fn a_secret_in_pieces_does_not_come_back_either() {
        let redactor = Redactor::of(&Access::basic("me", Secret::new("hunter2-canary")));
        for text in [
            "you sent hunter2-\u{200b}canary",
            "you sent hunter2-can",
            "you sent hunt",
            &format!("{}hunter2-canary", "x".repeat(SHOWN - 4)),
        ] {
            let shown = redactor.words(text);
            assert!(!shown.contains("hunt"), "{shown}");
        }
        assert_eq!(redactor.words("the hun"), "the hun");
    }

    #[test]
    fn the_secrets_of_a_proxy_are_known_wherever_they_stand() {
        let in_address = ProxyAddress { address: "http://me:p%40ss-word@proxy:1".into(), credential: None };
        let apart =
            ProxyAddress { address: "proxy:1".into(), credential: Some(("me".into(), Secret::new("p@ss-word"))) };
        for proxy in [in_address, apart] {
            let mut redactor = Redactor::default();
            redactor.add_proxy(&proxy);
            let basic = base64::engine::general_purpose::STANDARD.encode("me:p@ss-word");
            assert_eq!(redactor.words(&format!("p@ss-word, p%40ss-word, {basic}")), "***, ***, ***");
        }
    }
}
