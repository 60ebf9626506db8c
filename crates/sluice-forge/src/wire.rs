//! Questions and answers over HTTP, with bounds, and what a forge's refusals mean.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LINK, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use sluice_core::words::{Redactor, cleaned};
use url::Url;

use crate::access::ForgeAccess;
use crate::error::ForgeError;

/// The most bytes of an answer: a page of a hundred keys has fifty thousand.
const LARGEST: usize = 1 << 20;
/// The most pages of a list: five thousand keys.
const MOST_PAGES: usize = 50;
/// The most redirects within the interface (a renamed repository).
const MOST_REDIRECTS: usize = 3;
/// The most characters of a forge's own words that are shown.
const SHOWN: usize = 500;

/// A connection to one interface.
pub(crate) struct Wire {
    client: Client,
    api: Url,
    host: String,
    headers: HeaderMap,
    origin: String,
    timeout: Duration,
    redactor: Redactor,
}

/// An answer that is fine.
struct Answer {
    body: Value,
    next: Option<Url>,
}

impl Wire {
    /// Prepares the connection; nothing is asked yet.
    pub(crate) fn new(
        api: &Url,
        host: String,
        access: &ForgeAccess,
        authorization: Option<(&'static str, String)>,
        more: &[(&'static str, &'static str)],
    ) -> Result<Self, ForgeError> {
        let unusable = |what, words: String| ForgeError::BadAccess { forge: host.clone(), what, words };
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        for (name, value) in more {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        if let Some((name, value)) = authorization {
            let value = HeaderValue::from_str(&value);
            let mut value =
                value.map_err(|_| unusable("token", "it has a character that no header can have".to_owned()))?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let mut redactor = Redactor::default();
        redactor.add(access.token.as_ref().map(sluice_core::Secret::expose).unwrap_or_default());
        let client = client(access, &mut redactor, unusable)?;
        Ok(Self {
            client,
            api: api.clone(),
            host,
            headers,
            origin: access.origin.clone(),
            timeout: access.timeout,
            redactor,
        })
    }

    /// Learns one more secret that must not come back in words.
    pub(crate) fn never_show(&mut self, secret: &[u8]) {
        self.redactor.add(secret);
    }

    /// Asks once, without reading meaning into a refusal: status, headers and the body, if it is JSON.
    pub(crate) async fn knock(&self, below: &str) -> Result<(StatusCode, HeaderMap, Option<Value>), ForgeError> {
        let url = self.url(below)?;
        let asked = async {
            let mut response = self.send(Method::GET, url, None).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = self.body(&mut response).await?;
            Ok((status, headers, serde_json::from_slice(&body).ok()))
        };
        self.in_time(asked).await
    }

    /// Asks for something, or changes it.
    pub(crate) async fn ask(
        &self,
        method: Method,
        below: &str,
        form: Option<&Value>,
        what: &str,
    ) -> Result<Value, ForgeError> {
        let url = self.url(below)?;
        Ok(self.in_time(self.answer(method, url, form, what)).await?.body)
    }

    /// Every item of a list, over all its pages.
    pub(crate) async fn list(&self, below: &str, what: &str) -> Result<Vec<Value>, ForgeError> {
        let mut next = Some(self.url(below)?);
        let mut items = Vec::new();
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Ok(items) };
            let answer = self.in_time(self.answer(Method::GET, url, None, what)).await?;
            let Value::Array(page) = answer.body else { return Err(self.bad_answer("it is no list")) };
            items.extend(page);
            next = answer.next;
        }
        Err(self.bad_answer("the list has no end"))
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, ForgeError>>) -> Result<T, ForgeError> {
        let late = ForgeError::TimedOut { forge: self.host.clone(), after: self.timeout };
        tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(late))
    }

    async fn answer(&self, method: Method, url: Url, form: Option<&Value>, what: &str) -> Result<Answer, ForgeError> {
        let mut url = url;
        for _ in 0..=MOST_REDIRECTS {
            let mut response = self.send(method.clone(), url.clone(), form).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            if status.is_redirection() {
                let to = self.redirected(&url, &headers, &method)?;
                url = to;
                continue;
            }
            let body = self.body(&mut response).await?;
            if !status.is_success() {
                return Err(self.refusal(status, &headers, &body, what));
            }
            let next = next_page(&url, &headers);
            if next.as_ref().is_some_and(|next| !self.is_ours(next)) {
                return Err(self.bad_answer("the next page is at another address"));
            }
            if body.is_empty() {
                return Ok(Answer { body: Value::Null, next });
            }
            let body = serde_json::from_slice(&body).map_err(|_| self.bad_answer("it is not JSON"))?;
            return Ok(Answer { body, next });
        }
        Err(self.bad_answer("it redirects again and again"))
    }

    fn redirected(&self, from: &Url, headers: &HeaderMap, method: &Method) -> Result<Url, ForgeError> {
        let location = headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        let to = from.join(location).map_err(|_| self.bad_answer("it redirects to nowhere"))?;
        // A token follows to no other place, and nothing is changed at an address that nobody named.
        if method == Method::GET && self.is_ours(&to) {
            return Ok(to);
        }
        let mut shown = to;
        shown.set_query(None);
        // Both fail only for addresses without a host, which the next word shows as they are.
        let _ = (shown.set_username(""), shown.set_password(None));
        Err(ForgeError::Moved { forge: self.host.clone(), to: cleaned(shown.as_str(), SHOWN) })
    }

    fn is_ours(&self, url: &Url) -> bool {
        url.origin() == self.api.origin()
    }

    async fn send(&self, method: Method, url: Url, form: Option<&Value>) -> Result<reqwest::Response, ForgeError> {
        tracing::debug!(%method, url = %url.path(), forge = self.host, "asking");
        let mut request = self.client.request(method, url).headers(self.headers.clone());
        if let Some(form) = form {
            request = request.json(form);
        }
        request.send().await.map_err(|error| self.network(error))
    }

    async fn body(&self, response: &mut reqwest::Response) -> Result<Vec<u8>, ForgeError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.network(error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(self.bad_answer("it is longer than any answer"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn network(&self, error: reqwest::Error) -> ForgeError {
        let error = error.without_url();
        let (mut words, mut cause): (String, &dyn std::error::Error) = (error.to_string(), &error);
        while let Some(source) = cause.source() {
            words = source.to_string();
            cause = source;
        }
        let is_tls = is_tls(&error);
        let (forge, words) = (self.host.clone(), self.redactor.words(&words, SHOWN));
        if is_tls { ForgeError::Certificate { forge, words } } else { ForgeError::Unreachable { forge, words } }
    }

    fn bad_answer(&self, words: &str) -> ForgeError {
        ForgeError::BadAnswer { forge: self.host.clone(), words: words.to_owned() }
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8], what: &str) -> ForgeError {
        let said = serde_json::from_slice::<Value>(body).ok().map(|body| said(&body)).unwrap_or_default();
        let said = if said.is_empty() { status.canonical_reason().unwrap_or("no word").to_owned() } else { said };
        let words = self.redactor.words(&said, SHOWN);
        let (forge, origin) = (self.host.clone(), self.origin.clone());
        let until = until(headers, Timestamp::now());
        match status.as_u16() {
            401 => ForgeError::TokenRefused { forge, origin, words },
            429 => ForgeError::RateLimited { forge, until, words },
            403 if until.is_some() || is_spent(headers) => ForgeError::RateLimited { forge, until, words },
            403 => ForgeError::NotAllowed { forge, origin, words },
            404 => ForgeError::NotFound { forge, what: what.to_owned() },
            status if status >= 500 => ForgeError::Unavailable { forge, status, words },
            status => ForgeError::Refused { forge, status, words },
        }
    }

    fn url(&self, below: &str) -> Result<Url, ForgeError> {
        self.api.join(below).map_err(|_| ForgeError::BadAddress { address: below.to_owned() })
    }

    /// The interface's host, for messages.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

/// Whether TLS failed: its error is among the causes, also inside the I/O errors that wrap it.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        let inner: &(dyn std::error::Error + 'static) = inner;
        if is_tls(inner) {
            return true;
        }
    }
    error.source().is_some_and(is_tls)
}

fn client(
    access: &ForgeAccess,
    redactor: &mut Redactor,
    unusable: impl Fn(&'static str, String) -> ForgeError,
) -> Result<Client, ForgeError> {
    let mut builder = Client::builder()
        .user_agent(concat!("sluice/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(access.timeout);
    if let Some(pem) = &access.ca_pem {
        let authorities = reqwest::Certificate::from_pem_bundle(pem);
        let authorities = authorities.map_err(|_| unusable("CA certificate", "it is not PEM".to_owned()))?;
        if authorities.is_empty() {
            return Err(unusable("CA certificate", "there is none in it".to_owned()));
        }
        builder = builder.tls_certs_merge(authorities);
    }
    if let Some((certificate, key)) = &access.client_identity {
        let mut both = zeroed(certificate.len() + key.expose().len() + 1);
        both.extend_from_slice(certificate);
        both.push(b'\n');
        both.extend_from_slice(key.expose());
        let both = sluice_core::Secret::new(both);
        redactor.add(key.expose());
        let identity = reqwest::Identity::from_pem(both.expose());
        builder = builder
            .identity(identity.map_err(|_| unusable("client certificate", "it is not PEM with its key".to_owned()))?);
    }
    if let Some(address) = &access.proxy {
        let proxy = reqwest::Proxy::all(address.as_str());
        let mut proxy = proxy.map_err(|_| unusable("proxy", "its address is none".to_owned()))?;
        if let Some((name, password)) = &access.proxy_credential {
            redactor.add_basic(name, password);
            let password = password.expose_str().map_err(|error| unusable("proxy", error.to_string()))?;
            proxy = proxy.basic_auth(name, password);
        }
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| unusable("connection", error.without_url().to_string()))
}

/// A buffer of the right size from the start: one that grows leaves copies behind.
fn zeroed(capacity: usize) -> Vec<u8> {
    Vec::with_capacity(capacity)
}

/// The address behind `rel="next"` (RFC 8288).
fn next_page(from: &Url, headers: &HeaderMap) -> Option<Url> {
    for line in headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok()) {
        for link in line.split(',') {
            let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            let is_next = parameters.split(';').any(|one| matches!(one.trim(), "rel=\"next\"" | "rel=next"));
            if is_next {
                return from.join(address).ok();
            }
        }
    }
    None
}

/// Until when the forge wants to be left alone, where it says so.
fn until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    if let Some(wait) = number(RETRY_AFTER.as_str()).filter(|wait| (0..=86_400).contains(wait)) {
        return now.checked_add(jiff::SignedDuration::from_secs(wait)).ok();
    }
    let reset = number("x-ratelimit-reset").or_else(|| number("ratelimit-reset"))?;
    is_spent(headers).then(|| Timestamp::from_second(reset).ok())?
}

fn is_spent(headers: &HeaderMap) -> bool {
    let names = ["x-ratelimit-remaining", "ratelimit-remaining"];
    names.iter().any(|name| headers.get(*name).is_some_and(|left| left.as_bytes() == b"0"))
}

/// What a refusal says: GitHub has `message` and `errors`, GitLab a `message` that may be a tree, or `error`, Gitea
/// `message`.
fn said(body: &Value) -> String {
    let mut texts = Vec::new();
    for name in ["message", "error", "error_description"] {
        if let Some(value) = body.get(name) {
            gather(value, "", &mut texts, 0);
        }
    }
    for error in body.get("errors").and_then(Value::as_array).into_iter().flatten() {
        gather(error.get("message").unwrap_or(error), "", &mut texts, 0);
    }
    texts.dedup();
    texts.join("; ")
}

/// The texts of a tree, each behind the names that lead to it.
fn gather(value: &Value, name: &str, texts: &mut Vec<String>, depth: usize) {
    const DEEPEST: usize = 4;
    const MOST: usize = 8;
    if depth > DEEPEST || texts.len() >= MOST {
        return;
    }
    match value {
        Value::String(text) if name.is_empty() => texts.push(text.clone()),
        Value::String(text) => texts.push(format!("{name} {text}")),
        Value::Array(items) => items.iter().for_each(|item| gather(item, name, texts, depth + 1)),
        Value::Object(fields) => fields.iter().for_each(|(name, item)| gather(item, name, texts, depth + 1)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[test]
    fn the_next_page_is_found_in_every_forges_spelling() {
        let from = Url::parse("https://api.github.com/repos/a/b/keys?per_page=100").expect("an address");
        for (line, expected) in [
            (
                "<https://api.github.com/repositories/1/keys?page=2>; rel=\"next\", <https://api.github.com/x>; rel=\"last\"",
                Some("/repositories/1/keys"),
            ),
            ("</api/v4/keys?page=2>; rel=\"next\"", Some("/api/v4/keys")),
            ("<https://x/1>; rel=\"prev\",<https://x/3>; rel=\"next\"", Some("/3")),
            ("<https://x/1>; rel=\"last\"", None),
            ("", None),
            ("nonsense", None),
        ] {
            let next = next_page(&from, &headers(&[("link", line)]));
            assert_eq!(next.as_ref().map(Url::path), expected, "{line}");
        }
    }

    #[test]
    fn a_spent_limit_says_until_when() {
        let now: Timestamp = "2026-11-26T12:00:00Z".parse().expect("a time");
        let in_a_minute = "2026-11-26T12:01:00Z".parse().ok();
        let reset = now.as_second() + 60;
        let reset = reset.to_string();
        for (lines, expected) in [
            (vec![("retry-after", "60")], in_a_minute),
            (vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())], in_a_minute),
            (vec![("ratelimit-remaining", "0"), ("ratelimit-reset", reset.as_str())], in_a_minute),
            (vec![("x-ratelimit-remaining", "7"), ("x-ratelimit-reset", reset.as_str())], None),
            (vec![("retry-after", "soon")], None),
            (vec![("retry-after", "-5")], None),
            (vec![], None),
        ] {
            assert_eq!(until(&headers(&lines), now), expected, "{lines:?}");
        }
    }

    #[test]
    fn refusals_are_read_in_every_forges_form() {
        for (body, expected) in [
            (
                serde_json::json!({ "message": "Validation Failed", "errors": [{ "resource": "PublicKey", "code": "custom", "field": "key", "message": "key is already in use" }] }),
                "Validation Failed; key is already in use",
            ),
            (
                serde_json::json!({ "message": { "deploy_key.fingerprint_sha256": ["has already been taken"] } }),
                "deploy_key.fingerprint_sha256 has already been taken",
            ),
            (
                serde_json::json!({ "error": "insufficient_scope", "error_description": "needs api" }),
                "insufficient_scope; needs api",
            ),
            (
                serde_json::json!({ "message": "Key content has been used as non-deploy key", "url": "https://x" }),
                "Key content has been used as non-deploy key",
            ),
            (serde_json::json!({ "message": 7 }), ""),
            (serde_json::json!([]), ""),
        ] {
            assert_eq!(said(&body), expected);
        }
    }
}
