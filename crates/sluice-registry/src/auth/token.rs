//! Tokens of token servers: read, kept until they expire, fetched once however many ask.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use sluice_core::Secret;
use tokio::time::Instant;

use super::credential_fingerprint;
use crate::access::Access;
use crate::answer::challenge::BearerChallenge;
use crate::error::{Place, RegistryError};

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    realm: String,
    service: Option<String>,
    scopes: Vec<String>,
    credential: [u8; 32],
    transport: [u8; 32],
}

impl TokenKey {
    pub(super) fn new(challenge: &BearerChallenge, access: &Access, transport: [u8; 32]) -> Self {
        let scopes = challenge.scope.iter().flat_map(|scope| scope.split_ascii_whitespace());
        let mut scopes: Vec<String> = scopes.map(str::to_owned).collect();
        scopes.sort_unstable();
        let credential = credential_fingerprint(access);
        Self { realm: challenge.realm.clone(), service: challenge.service.clone(), scopes, credential, transport }
    }
}

/// A token as the token server gave it.
#[derive(Debug)]
pub(super) struct Token {
    value: Secret,
    life: Duration,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
    #[serde(default)]
    expires_in: Value,
}

/// How long a token lives whose server does not say (the distribution project's "Token authentication specification").
const UNSAID_LIFE: u64 = 60;

/// No token is used for longer.
const LONGEST_LIFE: u64 = 24 * 3600;

impl Token {
    pub(super) fn read(body: &[u8], at: Box<Place>) -> Result<Self, RegistryError> {
        let bad = |at, words: &str| RegistryError::BadAnswer { at, what: "token", words: words.to_owned() };
        // serde's words could quote the token, so only the kind of mistake is told.
        let Ok(answer) = serde_json::from_slice::<TokenAnswer>(body) else {
            return Err(bad(at, "it is not the JSON of a token server"));
        };
        let text = [answer.token, answer.access_token].into_iter().flatten().find(|token| !token.is_empty());
        let Some(text) = text else { return Err(bad(at, "there is no token in it")) };
        let seconds = match &answer.expires_in {
            Value::Number(number) => number.as_f64().map(|seconds| seconds.clamp(0.0, LONGEST_LIFE as f64) as u64),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let seconds = seconds.unwrap_or(UNSAID_LIFE).min(LONGEST_LIFE);
        // Used only for the first part of its life, so that it does not expire on the way; counted from when we got
        // it, because the server's clock (`issued_at`) may differ from ours.
        let margin = (seconds / 4).min(10);
        Ok(Self { value: Secret::new(text), life: Duration::from_secs(seconds - margin) })
    }
}

/// The tokens in use.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    slots: Mutex<HashMap<TokenKey, Arc<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    /// Counts fetches that ended, so that who waited for one can tell that its failure is theirs too.
    flights: AtomicU64,
    held: tokio::sync::Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    token: Option<(Arc<Secret>, Instant)>,
    failure: Option<RegistryError>,
}

/// More repositories than one scan has at a time; beyond it, expired tokens are thrown away.
const MOST_TOKENS: usize = 8192;

impl Tokens {
    /// The token for a key. Of many who ask at once, one fetches and all get its outcome, a failure too: a wrong
    /// password is tried once, not once a repository's page.
    pub(super) async fn get<F>(&self, key: &TokenKey, fetch: impl FnOnce() -> F) -> Result<Arc<Secret>, RegistryError>
    where
        F: Future<Output = Result<Token, RegistryError>>,
    {
        let slot = self.slot(key);
        let seen = slot.flights.load(Ordering::Acquire);
        let mut held = slot.held.lock().await;
        if let Some((token, good_until)) = &held.token
            && Instant::now() < *good_until
        {
            return Ok(token.clone());
        }
        if slot.flights.load(Ordering::Acquire) > seen
            && let Some(failure) = &held.failure
        {
            return Err(failure.clone());
        }
        let outcome = fetch().await;
        slot.flights.fetch_add(1, Ordering::Release);
        match outcome {
            Ok(token) => {
                let value = Arc::new(token.value);
                *held = Held { token: Some((value.clone(), Instant::now() + token.life)), failure: None };
                Ok(value)
            }
            Err(failure) => {
                *held = Held { token: None, failure: Some(failure.clone()) };
                Err(failure)
            }
        }
    }

    /// Forgets a token that was refused, unless somebody else has fetched another one since.
    pub(super) async fn forget(&self, key: &TokenKey, refused: &Arc<Secret>) {
        let slot = self.slot(key);
        let mut held = slot.held.lock().await;
        if held.token.as_ref().is_some_and(|(token, _)| Arc::ptr_eq(token, refused)) {
            held.token = None;
        }
    }

    fn slot(&self, key: &TokenKey) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST_TOKENS {
            let now = Instant::now();
            slots.retain(|_, slot| {
                let in_use = Arc::strong_count(slot) > 1;
                let is_good = || slot.held.try_lock().is_ok_and(|held| held.token.as_ref().is_some_and(|t| t.1 > now));
                in_use || is_good()
            });
            if slots.len() >= MOST_TOKENS {
                slots.clear();
            }
        }
        slots.entry(key.clone()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn at() -> Box<Place> {
        Box::new(Place { host: "reg.io".into(), repository: None, url: "https://auth.io/token".into() })
    }

    fn key(scope: &str) -> TokenKey {
        let challenge =
            BearerChallenge { realm: "https://auth.io".into(), service: None, scope: Some(scope.into()), error: None };
        TokenKey::new(&challenge, &Access::anonymous(), [0; 32])
    }

    #[test]
    fn tokens_are_read_as_servers_write_them() {
        let cases = [
            (r#"{"token":"t"}"#, 50),
            (r#"{"access_token":"t","expires_in":300}"#, 290),
            (r#"{"token":"","access_token":"t","expires_in":"300"}"#, 290),
            (r#"{"token":"t","expires_in":8,"issued_at":"2020-01-01T00:00:00Z"}"#, 6),
            (r#"{"token":"t","expires_in":-5}"#, 0),
            (r#"{"token":"t","expires_in":1e300}"#, 24 * 3600 - 10),
            (r#"{"token":"t","expires_in":99999999999999999999}"#, 24 * 3600 - 10),
            (r#"{"token":"t","expires_in":[]}"#, 50),
        ];
        for (body, seconds) in cases {
            let token = Token::read(body.as_bytes(), at()).unwrap_or_else(|error| panic!("{body}: {error}"));
            assert_eq!((token.value.expose(), token.life.as_secs()), (b"t".as_slice(), seconds), "{body}");
        }
        for body in ["", "{}", r#"{"token":5}"#, r#"{"token":"sekret"#, r#"{"token":null}"#] {
            let message = Token::read(body.as_bytes(), at()).expect_err(body).to_string();
            assert!(!message.contains("sekret"), "{message}");
        }
    }

    #[test]
    fn the_order_of_scopes_does_not_matter() {
        assert_eq!(key("a b"), key("b  a"));
        assert_ne!(key("a"), key("b"));
    }

    fn token(seconds: u64) -> Token {
        Token { value: Secret::new("t"), life: Duration::from_secs(seconds) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_fetched_once_by_many_and_again_when_it_expired_or_was_refused() {
        let (tokens, key, fetches) = (Tokens::default(), key("a"), AtomicUsize::new(0));
        let get = || async {
            let fetch = || async {
                fetches.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(token(50))
            };
            tokens.get(&key, fetch).await.expect("a token")
        };
        tokio::join!(get(), get(), get(), get());
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
        tokio::time::advance(Duration::from_secs(49)).await;
        get().await;
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        let refused = get().await;
        assert_eq!(fetches.load(Ordering::Relaxed), 2);
        tokens.forget(&key, &refused).await;
        get().await;
        assert_eq!(fetches.load(Ordering::Relaxed), 3);
        // Who used the same token and is refused later must not throw away the one fetched since.
        tokens.forget(&key, &refused).await;
        get().await;
        assert_eq!(fetches.load(Ordering::Relaxed), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_for_a_failed_fetch_shares_its_failure_and_who_comes_later_tries_again() {
        let (tokens, key, fetches) = (Tokens::default(), key("a"), AtomicUsize::new(0));
        let get = || {
            tokens.get(&key, || async {
                fetches.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Err(RegistryError::Timeout { at: at(), after: Duration::from_secs(1) })
            })
        };
        let (first, second, third) = tokio::join!(get(), get(), get());
        assert!(first.is_err() && second.is_err() && third.is_err());
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
        assert!(get().await.is_err());
        assert_eq!(fetches.load(Ordering::Relaxed), 2);
    }
}
