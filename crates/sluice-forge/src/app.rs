//! GitHub Apps: a key that is exchanged for tokens that last an hour.
//!
//! Source: docs.github.com "Generating a JSON Web Token (JWT) for a GitHub App" and "Authenticating as a GitHub App
//! installation"; RFC 7519, and RFC 7518 for RS256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::{Value, json};
use sluice_core::Secret;
use sluice_core::words::cleaned;

use crate::access::ForgeAccess;
use crate::error::ForgeError;
use crate::kind::Place;
use crate::wire::Wire;

/// How long a proof of being the app lasts; GitHub takes at most ten minutes.
const LASTS: SignedDuration = SignedDuration::from_mins(9);
/// Clocks differ: the proof counts from a minute ago.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// The name beside an installation's token, for Git over HTTPS.
pub const APP_USER: &str = "x-access-token";

/// An app's RSA key.
pub struct AppKey(RsaKeyPair);

/// Where an app is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstalledAt {
    /// By the installation's number.
    Id(String),
    /// By the account that has it.
    Owner(String),
}

/// A token of an installation.
#[derive(Debug)]
pub struct AppToken {
    /// The token.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl AppKey {
    /// Reads the key as GitHub gives it (PKCS#1 in PEM), or PKCS#8.
    ///
    /// # Errors
    /// What is wrong with it; nothing of the key is in the words.
    pub fn read(pem: &Secret) -> Result<Self, &'static str> {
        let text = pem.expose_str().map_err(|_| "it is not text in PEM")?;
        if text.contains("ENCRYPTED") {
            return Err("it is encrypted; GitHub gives it without a passphrase");
        }
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| "it is not a whole private key in PEM")?;
        let pair = match &key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            _ => return Err("it is not an RSA key"),
        };
        pair.map(Self).map_err(|_| "it is not an RSA key of 2048 bits or more")
    }

    /// The proof of being the app (RS256).
    fn proof(&self, app_id: &str, now: Timestamp) -> Result<Secret, &'static str> {
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "iat": (now - SKEW).as_second(), "exp": (now + LASTS).as_second(), "iss": app_id });
        let signed = format!("{}.{}", encoded(&json!({ "alg": "RS256", "typ": "JWT" })), encoded(&claims));
        let mut signature = vec![0; self.0.public().modulus_len()];
        let done = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        done.map_err(|_| "it does not sign")?;
        Ok(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

#[derive(Deserialize)]
struct Installed {
    id: u64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    expires_at: String,
}

/// Exchanges an app's key for a token of its installation.
///
/// `access` says how to reach the interface; a token in it is not used.
///
/// # Errors
/// When the key is none, the app is not installed there, or GitHub refuses or cannot be reached.
pub async fn app_token(
    place: &Place,
    access: &ForgeAccess,
    app_id: &str,
    installed: &InstalledAt,
    key: &Secret,
    now: Timestamp,
) -> Result<AppToken, ForgeError> {
    let host = place.host();
    let unusable =
        |words: &str| ForgeError::BadAccess { forge: host.clone(), what: "app's key", words: words.to_owned() };
    let proof = AppKey::read(key).and_then(|key| key.proof(app_id, now)).map_err(unusable)?;
    let bearer = format!("Bearer {}", proof.expose_str().unwrap_or_default());
    let headers = [("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
    let mut wire = Wire::new(&place.api, place.host(), access, Some(("authorization", bearer)), &headers)?;
    wire.never_show(proof.expose());
    let refused = |error: ForgeError| match error {
        ForgeError::TokenRefused { forge, words, .. } => {
            ForgeError::AppRefused { forge, app: app_id.to_owned(), words }
        }
        error => error,
    };
    let strange = |what: &str| ForgeError::BadAnswer { forge: host.clone(), words: format!("it is no {what}") };
    let id = match installed {
        InstalledAt::Id(id) if id.bytes().all(|byte| byte.is_ascii_digit()) && !id.is_empty() => id.clone(),
        InstalledAt::Id(id) => return Err(unusable(&format!("`{}` is no number of an installation", cleaned(id, 60)))),
        InstalledAt::Owner(owner) => {
            let fits = !owner.is_empty()
                && owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            if !fits {
                return Err(unusable(&format!("`{}` is no account", cleaned(owner, 60))));
            }
            let what = format!("installation of the app {app_id} at {owner}");
            let found = match wire.ask(Method::GET, &format!("orgs/{owner}/installation"), None, &what).await {
                // A person is no organisation, and is found under another address.
                Err(ForgeError::NotFound { .. }) => {
                    wire.ask(Method::GET, &format!("users/{owner}/installation"), None, &what).await
                }
                outcome => outcome,
            };
            let found = found.map_err(refused)?;
            serde_json::from_value::<Installed>(found).map_err(|_| strange("installation"))?.id.to_string()
        }
    };
    let what = format!("installation {id} of the app {app_id}");
    let answer =
        wire.ask(Method::POST, &format!("app/installations/{id}/access_tokens"), None, &what).await.map_err(refused)?;
    let Token { token, expires_at } = serde_json::from_value(answer).map_err(|_| strange("token"))?;
    let expires_at = expires_at.parse().map_err(|_| strange("token"))?;
    Ok(AppToken { token: Secret::new(token), expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_none_are_told_by_their_reason() {
        for (text, expected) in [
            ("", "it is not a whole private key in PEM"),
            ("hunter2", "it is not a whole private key in PEM"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "it is not a whole private key in PEM"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                "it is not an RSA key of 2048 bits or more",
            ),
            ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "it is not an RSA key"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "it is encrypted; GitHub gives it without a passphrase"),
        ] {
            assert_eq!(AppKey::read(&Secret::new(text)).err(), Some(expected), "{text}");
        }
        assert_eq!(AppKey::read(&Secret::new(vec![0xff])).err(), Some("it is not text in PEM"));
    }
}
