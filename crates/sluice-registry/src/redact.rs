//! Secrets taken out of foreign words before anybody sees them.

use base64::Engine as _;
use sluice_core::Secret;

use crate::access::{Access, Credential};
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
                let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
                let encoded = Secret::new(base64::engine::general_purpose::STANDARD.encode(pair.expose()));
                redactor.add(encoded.expose());
            }
        }
        if let Some((_, password)) = access.proxy.as_ref().and_then(|proxy| proxy.credential.as_ref()) {
            redactor.add(password.expose());
        }
        redactor
    }

    /// Learns one more secret.
    pub(crate) fn add(&mut self, secret: &[u8]) {
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

    /// The words without any known secret and without what looks like a credential, cleaned and clipped.
    pub(crate) fn words(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if let Ok(secret) = secret.expose_str()
                && text.contains(secret)
            {
                text = text.replace(secret, "***");
            }
        }
        cleaned(&without_authorizations(&text), SHOWN)
    }
}

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
}
