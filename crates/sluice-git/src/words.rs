//! Foreign words made fit to be shown, without the secrets of an access.

use sluice_core::Secret;
pub(crate) use sluice_core::words::cleaned;

use crate::access::{GitAccess, GitCredential};

/// The most characters of a remote's own words that are shown.
pub(crate) const SHOWN: usize = 1_000;

/// A text that should be an address, without what stands before its `@` and after its `?`.
pub(crate) fn without_userinfo(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(['?', '#']).next().unwrap_or_default();
    cleaned(&if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }, SHOWN)
}

/// The secrets of one operation, to be taken out of foreign words before anybody sees them.
#[derive(Default)]
pub(crate) struct Redactor(sluice_core::words::Redactor);

impl Redactor {
    /// Knows the secrets of an access, also in the forms in which they travel.
    pub(crate) fn of(access: &GitAccess) -> Self {
        let mut redactor = sluice_core::words::Redactor::default();
        match &access.credential {
            Some(GitCredential::Basic { username, password }) => redactor.add_basic(username, password),
            Some(GitCredential::Bearer(token)) => redactor.add(token.expose()),
            Some(GitCredential::SshKey { private_key, passphrase }) => {
                redactor.add(private_key.expose());
                redactor.add(passphrase.as_ref().map(Secret::expose).unwrap_or_default());
            }
            Some(GitCredential::SshAgent) | None => {}
        }
        redactor.add(access.client_identity.as_ref().map(|identity| identity.key_pem.expose()).unwrap_or_default());
        if let Some((username, password)) = access.proxy.as_ref().and_then(|proxy| proxy.credential.as_ref()) {
            redactor.add_basic(username, password);
        }
        Self(redactor)
    }

    /// The words without any known secret, cleaned and clipped.
    pub(crate) fn words(&self, text: &str) -> String {
        self.0.words(text, SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

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
