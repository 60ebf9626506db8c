//! GitHub's interface for apps on loopback: it takes a proof signed by the app's key and gives tokens of installations.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};

use crate::git::ClientKey;
use crate::http::{HttpServer, Reply, Request};

/// An app, installed by one organisation and one person.
pub struct FakeApp {
    server: HttpServer,
    shared: Arc<Shared>,
}

struct Shared {
    app_id: String,
    /// The public key: modulus and exponent.
    key: (Vec<u8>, Vec<u8>),
    given: AtomicU64,
    lasts: AtomicU64,
    tokens: Mutex<Vec<String>>,
}

/// The number of the organisation's installation.
pub const INSTALLATION: u64 = 4711;
/// The organisation that has installed the app.
pub const ORGANISATION: &str = "acme";
/// The person who has installed the app.
pub const PERSON: &str = "octocat";

impl FakeApp {
    /// An app with that id and this RSA key (`KeyKind::Rsa2048Pkcs1` is what GitHub gives).
    ///
    /// # Panics
    /// When the key is not RSA.
    pub fn start(app_id: &str, key: &ClientKey) -> Self {
        let shared = Arc::new(Shared {
            app_id: app_id.to_owned(),
            key: numbers(&key.public_line),
            given: AtomicU64::new(0),
            lasts: AtomicU64::new(3600),
            tokens: Mutex::default(),
        });
        let server = HttpServer::start(None, {
            let shared = shared.clone();
            move |request| shared.answer(request)
        });
        Self { server, shared }
    }

    /// The root of its interface.
    pub fn api(&self) -> String {
        format!("{}/api/v3", self.server.url())
    }

    /// The server, for its log.
    pub fn server(&self) -> &HttpServer {
        &self.server
    }

    /// How many seconds tokens last from now on.
    pub fn tokens_last(&self, seconds: u64) {
        self.shared.lasts.store(seconds, Ordering::SeqCst);
    }

    /// The tokens that were given, oldest first.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.tokens.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Modulus and exponent of a line `ssh-rsa …` (RFC 4253, section 6.6).
fn numbers(line: &str) -> (Vec<u8>, Vec<u8>) {
    let blob = line.split(' ').nth(1).expect("a public key has a second word");
    let blob = STANDARD.decode(blob).expect("it is base64");
    let mut rest = blob.as_slice();
    let mut next = || {
        let (length, after) = rest.split_first_chunk::<4>().expect("a length");
        let (field, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        rest = after;
        field.to_vec()
    };
    assert_eq!(next(), b"ssh-rsa", "the key is not RSA");
    let exponent = next();
    let modulus = next();
    let plain = |number: Vec<u8>| number.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>();
    (plain(modulus), plain(exponent))
}

impl Shared {
    fn answer(&self, request: &Request) -> Reply {
        let said =
            |status: u16, message: &str| Reply::json(json!({ "message": message }).to_string()).with_status(status);
        let Some(below) = request.path.strip_prefix("/api/v3/") else { return said(404, "Not Found") };
        if let Err(why) = self.check_proof(request) {
            return said(401, why);
        }
        let installation =
            |id: u64| Reply::json(json!({ "id": id, "app_id": 1, "target_type": "Organization" }).to_string());
        match (request.method.as_str(), below) {
            ("GET", "orgs/acme/installation") => installation(INSTALLATION),
            ("GET", "users/octocat/installation") => installation(INSTALLATION + 1),
            ("POST", "app/installations/4711/access_tokens" | "app/installations/4712/access_tokens") => {
                let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
                let token = format!("ghs_canary{number:04}");
                self.tokens.lock().unwrap_or_else(PoisonError::into_inner).push(token.clone());
                let ends = now() + self.lasts.load(Ordering::SeqCst);
                let answer =
                    json!({ "token": token, "expires_at": rfc3339(ends), "permissions": { "contents": "write" } });
                Reply::json(answer.to_string()).with_status(201)
            }
            _ => said(404, "Not Found"),
        }
    }

    fn check_proof(&self, request: &Request) -> Result<(), &'static str> {
        let proof = request.authorization().and_then(|value| value.strip_prefix("Bearer ")).ok_or("Bad credentials")?;
        let (signed, signature) = proof.rsplit_once('.').ok_or("A JSON web token could not be decoded")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "A JSON web token could not be decoded")?;
        let key = RsaPublicKeyComponents { n: &self.key.0, e: &self.key.1 };
        let verified = key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature);
        verified.map_err(|_| "A JSON web token could not be decoded")?;
        let claims =
            signed.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok()).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
        let time = |name: &str| claims.get(name).and_then(Value::as_u64).unwrap_or_default();
        if claims.get("iss").and_then(Value::as_str) != Some(&self.app_id) {
            return Err("'Issuer' claim ('iss') must be an Integer");
        }
        if time("iat") > now() || time("exp") <= now() {
            return Err("'Expiration time' claim ('exp') must be a numeric value representing the future time");
        }
        if time("exp") > now() + 600 {
            return Err("'Expiration time' claim ('exp') is too far in the future");
        }
        Ok(())
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

/// Seconds since 1970 as GitHub writes times.
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Civil from days, after Howard Hinnant's algorithm.
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest % 3600 / 60, rest % 60)
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_are_written_as_github_does() {
        assert_eq!(super::rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::rfc3339(1_795_694_400), "2026-11-26T12:00:00Z");
        assert_eq!(super::rfc3339(1_709_164_799), "2024-02-28T23:59:59Z");
        assert_eq!(super::rfc3339(1_709_164_800), "2024-02-29T00:00:00Z");
    }
}
