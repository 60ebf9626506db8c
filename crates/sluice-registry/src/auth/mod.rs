//! Signing in: which header a request carries, and where tokens come from.
//!
//! A new way of signing in is a variant of [`Challenge`] and an arm in [`Operation::authorization`].

mod token;

use std::sync::Arc;

use base64::Engine as _;
use reqwest::header::HeaderValue;
use sluice_core::Secret;
use url::Url;

pub(crate) use token::Tokens;

use crate::access::{Access, Credential};
use crate::answer::challenge::{BearerChallenge, Challenge};
use crate::error::RegistryError;
use crate::host::{Lane, is_loopback};
use crate::operation::{Operation, Outgoing};
use crate::words::shown_url;
use token::{Token, TokenKey};

/// What a request carries to prove who asks.
#[derive(Default)]
pub(crate) struct Authorization {
    /// The header, if there is one.
    pub(crate) header: Option<HeaderValue>,
    /// Whether it came of the caller's credential.
    pub(crate) signed_in: bool,
    /// The cached token that it carries.
    token: Option<(TokenKey, Arc<Secret>)>,
}

/// Docker's credential helpers say by this name that the password is an identity token.
const IDENTITY_TOKEN_NAME: &str = "<token>";

/// The name under which token servers see us (`client_id` of RFC 6749).
const CLIENT_ID: &str = "sluice";

/// The largest answer of a token server that is read.
const LARGEST_TOKEN: usize = 128 << 10;

impl Operation<'_> {
    /// What the next request should carry, by what the host asked for before. A host that was not met yet is asked
    /// without anything first.
    pub(crate) async fn authorization(&self, base: &Url) -> Result<Authorization, RegistryError> {
        let Some(challenge) = self.state.expected_challenge(self.repository.as_deref()) else {
            return Ok(Authorization::default());
        };
        if let (Some(credential), Challenge::Basic | Challenge::Bearer(_)) = (&self.access.credential, &challenge) {
            self.check_encrypted(base)?;
            if let Credential::Bearer(token) = credential {
                return self.carrying(bearer_header(token), "token");
            }
        }
        match challenge {
            Challenge::Other(_) => Ok(Authorization::default()),
            Challenge::Basic => match &self.access.credential {
                None => Ok(Authorization::default()),
                Some(Credential::Basic { username, password }) if username != IDENTITY_TOKEN_NAME => {
                    self.carrying(basic_header(username, password), "credential")
                }
                Some(_) => Err(RegistryError::Challenge { at: self.at(base), words: "Basic".to_owned() }),
            },
            Challenge::Bearer(bearer) => self.with_token(base, bearer).await,
        }
    }

    fn carrying(&self, header: Option<HeaderValue>, what: &'static str) -> Result<Authorization, RegistryError> {
        let header = header.ok_or_else(|| RegistryError::Unusable {
            host: self.host.to_owned(),
            what,
            words: "it has characters that cannot be sent".to_owned(),
        })?;
        Ok(Authorization { header: Some(header), signed_in: true, token: None })
    }

    async fn with_token(&self, base: &Url, bearer: BearerChallenge) -> Result<Authorization, RegistryError> {
        let realm = self.realm(base, &bearer)?;
        let key = TokenKey::new(&bearer, self.access, self.transport.fingerprint);
        let token = self.shared.tokens.get(&key, || self.fetch_token(base, &realm, &bearer)).await?;
        self.hide(token.expose());
        let header = bearer_header(&token).ok_or_else(|| RegistryError::BadAnswer {
            at: self.at(&realm),
            what: "token",
            words: "it has characters that cannot be sent".to_owned(),
        })?;
        Ok(Authorization {
            header: Some(header),
            signed_in: self.access.credential.is_some(),
            token: Some((key, token)),
        })
    }

    /// Takes a refusal in: remembers what the host asks for and forgets the token it refused. Returns whether asking
    /// again may help; each request does so once.
    pub(crate) async fn learn(&self, challenge: &Challenge, sent: &Authorization) -> bool {
        self.state.learn(self.repository.as_deref(), challenge);
        if let Some((key, token)) = &sent.token {
            self.shared.tokens.forget(key, token).await;
        }
        match (challenge, &self.access.credential) {
            (Challenge::Other(_), _) | (Challenge::Basic, None) => false,
            // A name and password, or a token of the caller's own, are what they are; a token server's token is not.
            (Challenge::Basic, Some(_)) => sent.header.is_none() || sent.token.is_some(),
            (Challenge::Bearer(_), Some(Credential::Bearer(_))) => sent.header.is_none(),
            (Challenge::Bearer(_), _) => true,
        }
    }

    /// Credentials travel encrypted, except to this machine itself and where plain HTTP was asked for.
    fn check_encrypted(&self, base: &Url) -> Result<(), RegistryError> {
        if base.scheme() == "https" || is_loopback(base) || self.access.insecure_http {
            return Ok(());
        }
        Err(RegistryError::Unencrypted { at: self.at(base), what: "the credential", to: self.shown(base) })
    }

    /// The token server's address, if it may be asked: by HTTPS, or unencrypted if the registry itself is and the
    /// token server is the registry, this machine, or on a network that the caller said to trust.
    fn realm(&self, base: &Url, bearer: &BearerChallenge) -> Result<Url, RegistryError> {
        let unsupported = || RegistryError::Challenge {
            at: self.at(base),
            words: self.words(&format!("Bearer realm={}", crate::words::without_userinfo(&bearer.realm))),
        };
        let mut realm = base.join(&bearer.realm).map_err(|_| unsupported())?;
        realm.set_fragment(None);
        if !matches!(realm.scheme(), "http" | "https") || realm.set_username("").is_err() {
            return Err(unsupported());
        }
        // Cannot fail where the name could be set.
        let _ = realm.set_password(None);
        let trusted = realm.host() == base.host() || is_loopback(&realm) || self.access.insecure_http;
        if realm.scheme() == "https" || (base.scheme() == "http" && trusted) {
            return Ok(realm);
        }
        Err(RegistryError::Unencrypted { at: self.at(base), what: "the sign-in", to: self.shown(&realm) })
    }

    async fn fetch_token(&self, base: &Url, realm: &Url, bearer: &BearerChallenge) -> Result<Token, RegistryError> {
        let outgoing = match &self.access.credential {
            Some(Credential::IdentityToken(token)) => oauth2_request(realm, bearer, token),
            Some(Credential::Basic { username, password }) if username == IDENTITY_TOKEN_NAME => {
                oauth2_request(realm, bearer, password)
            }
            Some(Credential::Basic { username, password }) => {
                let header = self.carrying(basic_header(username, password), "credential")?.header;
                token_request(realm, bearer, Some(username), header)
            }
            // A token of the caller's own never comes here.
            Some(Credential::Bearer(_)) | None => token_request(realm, bearer, None, None),
        };
        tracing::debug!(host = self.host, realm = %shown_url(realm), scope = bearer.scope, "asking for a token");
        let state = self.shared.hosts.state(&authority(realm));
        let _turn = self.turn(&state.gate, Lane::Listing, realm).await?;
        let response = self.follow(base, outgoing).await?;
        if !response.status().is_success() {
            return Err(self.token_refused(&state.gate, realm, response).await);
        }
        let at = self.at(realm);
        let body = self.body(response, LARGEST_TOKEN, "token").await?;
        Token::read(&body, at)
    }
}

/// The address for a token: the realm's own query is kept, as the challenge wrote it.
fn token_request(
    realm: &Url,
    bearer: &BearerChallenge,
    account: Option<&str>,
    header: Option<HeaderValue>,
) -> Outgoing {
    let mut url = realm.clone();
    let mut query = url.query_pairs_mut();
    if let Some(service) = &bearer.service {
        query.append_pair("service", service);
    }
    for scope in bearer.scope.iter().flat_map(|scopes| scopes.split_ascii_whitespace()) {
        query.append_pair("scope", scope);
    }
    if let Some(account) = account {
        query.append_pair("account", account);
    }
    drop(query);
    Outgoing { authorization: header, ..Outgoing::get(url) }
}

/// A refresh token is exchanged by POST (RFC 6749 section 6; the distribution project's "OAuth2 token authentication").
fn oauth2_request(realm: &Url, bearer: &BearerChallenge, refresh_token: &Secret) -> Outgoing {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token").append_pair("client_id", CLIENT_ID);
    form.append_pair("service", bearer.service.as_deref().unwrap_or_default());
    if let Some(scope) = &bearer.scope {
        form.append_pair("scope", scope);
    }
    form.append_pair("refresh_token", refresh_token.expose_str().unwrap_or_default());
    Outgoing { form: Some(Secret::new(form.finish())), ..Outgoing::get(realm.clone()) }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `Basic` of RFC 7617.
fn basic_header(username: &str, password: &Secret) -> Option<HeaderValue> {
    let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
    let text = Secret::new(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.expose())));
    sensitive(&text)
}

/// `Bearer` of RFC 6750.
fn bearer_header(token: &Secret) -> Option<HeaderValue> {
    let is_token = |b: &u8| b.is_ascii_graphic();
    if token.is_empty() || !token.expose().iter().all(is_token) {
        return None;
    }
    sensitive(&Secret::new([b"Bearer ".as_slice(), token.expose()].concat()))
}

fn sensitive(text: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(text.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Whose tokens these are, without keeping the secret.
fn credential_fingerprint(access: &Access) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    match &access.credential {
        None => hash.update(b"anonymous"),
        Some(Credential::Basic { username, password }) => {
            hash.update(b"basic");
            hash.update((username.len() as u64).to_le_bytes());
            hash.update(username);
            hash.update(password.expose());
        }
        Some(Credential::IdentityToken(token)) => {
            hash.update(b"identity");
            hash.update(token.expose());
        }
        Some(Credential::Bearer(token)) => {
            hash.update(b"bearer");
            hash.update(token.expose());
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(scope: Option<&str>) -> BearerChallenge {
        BearerChallenge {
            realm: "https://auth.io/token?x=1".into(),
            service: Some("my registry".into()),
            scope: scope.map(Into::into),
            error: None,
        }
    }

    #[test]
    fn tokens_are_asked_for_with_what_the_challenge_said() {
        let realm = Url::parse("https://auth.io/token?x=1").expect("a url");
        let ask = |scope, account| token_request(&realm, &challenge(scope), account, None).url.to_string();
        assert_eq!(
            ask(Some("repository:a/b:pull repository:c:pull"), Some("me")),
            "https://auth.io/token?x=1&service=my+registry&scope=repository%3Aa%2Fb%3Apull&scope=repository%3Ac%3Apull&account=me"
        );
        assert_eq!(ask(None, None), "https://auth.io/token?x=1&service=my+registry");
        let form = oauth2_request(&realm, &challenge(Some("s")), &Secret::new("r&t")).form.expect("a form");
        assert_eq!(
            form.expose_str(),
            Ok("grant_type=refresh_token&client_id=sluice&service=my+registry&scope=s&refresh_token=r%26t")
        );
    }

    #[test]
    fn hostile_tokens_make_no_header() {
        for token in ["", "a\r\nX-Evil: 1", "a b", "tökén", "a\u{0}b", "\u{7f}"] {
            assert!(bearer_header(&Secret::new(token)).is_none(), "{token:?}");
        }
        assert!(bearer_header(&Secret::new("eyJ.e30.sig-_~+/=")).is_some());
    }

    #[test]
    fn headers_do_not_show_themselves() {
        let shown = format!("{:?}", basic_header("me", &Secret::new("pass")).expect("a header"));
        assert_eq!(shown, "Sensitive");
    }

    #[test]
    fn credentials_are_told_apart() {
        let all = [
            Access::anonymous(),
            Access::basic("a", Secret::new("bc")),
            Access::basic("ab", Secret::new("c")),
            Access { credential: Some(Credential::Bearer(Secret::new("t"))), ..Access::default() },
            Access { credential: Some(Credential::IdentityToken(Secret::new("t"))), ..Access::default() },
        ];
        let distinct: std::collections::HashSet<[u8; 32]> = all.iter().map(credential_fingerprint).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
