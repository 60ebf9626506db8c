//! One operation of the client: its requests go through the host's gate, carry what the host asks for, follow
//! redirects by our own rules, and are repeated when that may help.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Method, Response, StatusCode};
use sluice_core::Secret;
use sluice_core::image::ImageName;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;
use url::Url;

use crate::access::Access;
use crate::answer::{challenge, problem};
use crate::auth::Authorization;
use crate::client::Shared;
use crate::error::{Place, RegistryError};
use crate::host::{HostGate, HostState, Lane};
use crate::network::{self, READ_OF_ERRORS};
use crate::rate_limit::{RateLimit, retry_after};
use crate::redact::Redactor;
use crate::transport::Transport;
use crate::words::{shown_url, without_userinfo};

/// An operation under way.
pub(crate) struct Operation<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) access: &'a Access,
    /// The registry's `host[:port]` as the image names it.
    pub(crate) host: &'a str,
    pub(crate) repository: Option<String>,
    pub(crate) transport: Transport,
    pub(crate) state: Arc<HostState>,
    redactor: Mutex<Redactor>,
    deadline: Instant,
}

/// What is asked of the registry.
pub(crate) struct Ask<'q> {
    pub(crate) method: Method,
    /// The whole address, or nothing for the path below the API's root.
    pub(crate) url: Option<Url>,
    /// Path and query below `/v2/`.
    pub(crate) path: &'q str,
    pub(crate) accept: &'q str,
    pub(crate) if_none_match: Option<&'q str>,
    pub(crate) lane: Lane,
    /// The most bytes of the answer.
    pub(crate) limit: usize,
    /// What the answer is, for messages.
    pub(crate) what: &'static str,
    /// The tag or digest asked for.
    pub(crate) reference: Option<&'q str>,
}

/// What the registry answered, with status 2xx or 304.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The address that answered, after redirects.
    pub(crate) url: Url,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whether it was answered to somebody who signed in.
    pub(crate) signed_in: bool,
}

/// One HTTP request, ready to be sent.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// Sent to the address's own host only, never after a redirect to another.
    pub(crate) authorization: Option<HeaderValue>,
    /// Sent by POST as a form, and never redirected.
    pub(crate) form: Option<Secret>,
}

impl Outgoing {
    pub(crate) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), authorization: None, form: None }
    }
}

impl<'a> Operation<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        host: &'a str,
        image: Option<&ImageName>,
        access: &'a Access,
    ) -> Result<Self, RegistryError> {
        let limits = &shared.options.limits;
        let mut redactor = Redactor::of(access);
        if let Some(proxy) = shared.options.named_proxy(access) {
            redactor.add_proxy(proxy);
        }
        let (now, time) = (Instant::now(), access.timeout.unwrap_or(limits.total_time));
        Ok(Self {
            shared,
            access,
            host,
            repository: image.map(|image| image.repository().to_owned()),
            transport: shared.transports.get(&shared.options, host, access)?,
            state: shared.hosts.state(host),
            redactor: Mutex::new(redactor),
            // A time that the clock cannot count to is as good as a day.
            deadline: now.checked_add(time).unwrap_or(now + Duration::from_secs(24 * 3600)),
        })
    }

    /// Bounds everything that the operation does by its time.
    pub(crate) async fn within_its_time<T>(
        &self,
        work: impl Future<Output = Result<T, RegistryError>>,
    ) -> Result<T, RegistryError> {
        tokio::time::timeout_at(self.deadline, work).await.unwrap_or_else(|_| {
            let after = self.access.timeout.unwrap_or(self.shared.options.limits.total_time);
            let url = self.last_known_root().map_or_else(|| self.host.to_owned(), |url| shown_url(&url));
            let at = Place { host: self.host.to_owned(), repository: self.repository.clone(), url };
            Err(RegistryError::Timeout { at: Box::new(at), after })
        })
    }

    /// The place of an error at this address.
    pub(crate) fn at(&self, url: &Url) -> Box<Place> {
        Box::new(Place { host: self.host.to_owned(), repository: self.repository.clone(), url: self.shown(url) })
    }

    /// An address fit to be shown. Registries say where to go next, and may put into it what they were told.
    pub(crate) fn shown(&self, url: &Url) -> String {
        self.words(&shown_url(url))
    }

    /// Takes a secret out of all words from now on.
    pub(crate) fn hide(&self, secret: &[u8]) {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).add(secret);
    }

    pub(crate) fn words(&self, text: &str) -> String {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).words(text)
    }

    /// Words cut to so many characters.
    pub(crate) fn words_up_to(&self, text: &str, limit: usize) -> String {
        self.redactor.lock().unwrap_or_else(PoisonError::into_inner).words_up_to(text, limit)
    }

    /// Asks, and asks again after temporary failures.
    pub(crate) async fn exchange(&self, ask: &Ask<'_>) -> Result<Answer, RegistryError> {
        let retries = &self.shared.options.retries;
        let waits = ExponentialBuilder::new()
            .with_min_delay(retries.first_wait)
            .with_factor(retries.factor.max(1.0))
            .with_max_times(retries.attempts.saturating_sub(1) as usize)
            .with_jitter();
        (|| self.attempt(ask))
            .retry(waits)
            .when(RegistryError::is_transient)
            .adjust(|error, wait| self.wait_before_next(error, wait))
            .notify(|error, wait| tracing::debug!(%error, ?wait, "will be asked again"))
            .await
    }

    /// As long as planned, or as the registry asks; not at all if that is longer than anybody waits.
    fn wait_before_next(&self, error: &RegistryError, planned: Option<Duration>) -> Option<Duration> {
        let wait = planned?.max(error.retry_after().unwrap_or_default());
        let left = self.deadline.saturating_duration_since(Instant::now());
        (wait <= self.shared.options.limits.longest_wait && wait < left).then_some(wait)
    }

    async fn attempt(&self, ask: &Ask<'_>) -> Result<Answer, RegistryError> {
        let base = self.base().await?;
        let url = match &ask.url {
            Some(url) => url.clone(),
            None => self.below(&base, ask.path)?,
        };
        let mut asked_again = false;
        loop {
            let authorization = self.authorization(&base).await?;
            let turn = self.turn(&self.state.gate, ask.lane, &url).await?;
            let outgoing = outgoing(ask, &url, authorization.header.clone().filter(|_| url.origin() == base.origin()));
            let response = match self.follow(&base, outgoing).await {
                Ok(response) => response,
                Err(error) => {
                    self.forget_scheme(&error).await;
                    return Err(error);
                }
            };
            let is_ours = response.url().origin() == base.origin();
            if response.status() != StatusCode::UNAUTHORIZED || !is_ours {
                return self.conclude(ask, response, &authorization).await;
            }
            let challenge = challenge::read(texts(response.headers(), WWW_AUTHENTICATE.as_str()));
            let refused = self.refused(ask, response, &authorization).await;
            // Learning waits for whoever fetches a token, and they may wait for a turn at this very host.
            drop(turn);
            match challenge {
                Some(challenge::Challenge::Other(scheme)) if self.access.credential.is_some() => {
                    return Err(RegistryError::Challenge { at: self.at(&url), words: self.words(&scheme) });
                }
                Some(challenge) if !asked_again && self.learn(&challenge, &authorization).await => asked_again = true,
                _ => return Err(refused),
            }
        }
    }

    /// An address below the API's root. A repository with `..` in it would lead out of it.
    fn below(&self, base: &Url, path: &str) -> Result<Url, RegistryError> {
        let url = Url::parse(&format!("{base}{path}")).ok();
        let whole = path.split('?').next().unwrap_or_default();
        url.filter(|url| url.path().strip_prefix("/v2/") == Some(whole)).ok_or_else(|| RegistryError::Name {
            host: self.host.to_owned(),
            repository: self.repository.clone().unwrap_or_default(),
        })
    }

    /// Waits for this request's turn at a host.
    pub(crate) async fn turn<'g>(
        &self,
        gate: &'g HostGate,
        lane: Lane,
        url: &Url,
    ) -> Result<SemaphorePermit<'g>, RegistryError> {
        gate.enter(lane, self.shared.options.limits.longest_wait).await.map_err(|closed| RegistryError::RateLimited {
            at: self.at(url),
            retry_after: Some(closed.wait),
            words: "it asked earlier to be left alone until then".to_owned(),
        })
    }

    /// Sends a request and follows its redirects: a bounded number, never from HTTPS to HTTP, and without the
    /// credential and the certificate once another host is reached.
    pub(crate) async fn follow(&self, base: &Url, mut outgoing: Outgoing) -> Result<Response, RegistryError> {
        let first = outgoing.url.origin();
        let mut redirects = 0;
        loop {
            let url = outgoing.url.clone();
            let response = self.send(base, &outgoing, url.origin() == first).await?;
            if !is_redirect(response.status()) {
                return Ok(response);
            }
            let Some(target) = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()) else {
                return Ok(response);
            };
            let refused = |to: &Url, why| Err(RegistryError::Redirect { at: self.at(&url), to: self.shown(to), why });
            let Ok(target) = url.join(target) else {
                return refused(&url, "its target is no address");
            };
            redirects += 1;
            if outgoing.form.is_some() {
                return refused(&target, "a sign-in must not be sent elsewhere");
            } else if redirects > self.shared.options.limits.redirects {
                return refused(&target, "there were too many");
            } else if target.scheme() != "https" && !(target.scheme() == "http" && url.scheme() == "http") {
                return refused(&target, "it would leave HTTPS");
            }
            outgoing.url = target;
        }
    }

    async fn send(&self, base: &Url, outgoing: &Outgoing, is_first_host: bool) -> Result<Response, RegistryError> {
        let url = &outgoing.url;
        let client = if url.host() == base.host() { &self.transport.own } else { &self.transport.foreign };
        let mut request = client.request(outgoing.method.clone(), url.clone()).headers(outgoing.headers.clone());
        if let (Some(authorization), true) = (&outgoing.authorization, is_first_host) {
            request = request.header(reqwest::header::AUTHORIZATION, authorization.clone());
        }
        if let Some(form) = &outgoing.form {
            request = client.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            request = request.body(form.expose().to_vec());
        }
        request.send().await.map_err(|error| self.network_error(url, error))
    }

    pub(crate) fn network_error(&self, url: &Url, error: reqwest::Error) -> RegistryError {
        let mut hints = String::new();
        if url.scheme() == "https" && self.access.client_identity.is_none() && network::hung_up(&error) {
            hints.push_str(" (it may want a client certificate)");
        }
        if let Some(proxy) = self.shared.options.named_proxy(self.access) {
            hints.push_str(&format!(" (through the proxy {})", without_userinfo(&proxy.address)));
        }
        network::classify(self.at(url), error, |text| self.words(&format!("{text}{hints}")))
    }

    async fn conclude(&self, ask: &Ask<'_>, response: Response, sent: &Authorization) -> Result<Answer, RegistryError> {
        let status = response.status();
        let unchanged = status == StatusCode::NOT_MODIFIED && ask.if_none_match.is_some();
        if !status.is_success() && !unchanged {
            return Err(self.refused(ask, response, sent).await);
        }
        let headers = response.headers().clone();
        let rate_limit = RateLimit::read(&headers, Timestamp::now());
        if let Some(wait) = rate_limit.and_then(|limit| limit.wait()) {
            self.state.gate.close_lane(ask.counts_as(), wait);
        }
        let url = response.url().clone();
        let body = match ask.method {
            Method::HEAD => Vec::new(),
            _ => self.body(response, ask.limit, ask.what).await?,
        };
        Ok(Answer { status, headers, body, url, rate_limit, signed_in: sent.signed_in })
    }

    /// Reads a body chunk by chunk, after decompression, up to its limit.
    pub(crate) async fn body(
        &self,
        mut response: Response,
        limit: usize,
        what: &'static str,
    ) -> Result<Vec<u8>, RegistryError> {
        let url = response.url().clone();
        let too_large = || RegistryError::TooLarge { at: self.at(&url), what, limit };
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.network_error(&url, error))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// What a refusal means.
    async fn refused(&self, ask: &Ask<'_>, response: Response, sent: &Authorization) -> RegistryError {
        let at = self.at(response.url());
        let status = response.status().as_u16();
        let origin = sent.signed_in.then(|| self.access.origin.clone());
        let (retry_after, words) = self.refusal(&self.state.gate, response).await;
        match status {
            401 => RegistryError::Unauthorized { at, origin, words },
            403 => RegistryError::Denied { at, origin, words },
            404 => RegistryError::NotFound { at, reference: ask.reference.map(str::to_owned), words },
            407 => RegistryError::Proxy { at, words },
            429 => RegistryError::RateLimited { at, retry_after, words },
            _ if is_temporary(status) => RegistryError::Unavailable { at, status, retry_after, words },
            _ => RegistryError::Refused { at, status, words },
        }
    }

    /// What a token server's refusal means.
    pub(crate) async fn token_refused(&self, gate: &HostGate, realm: &Url, response: Response) -> RegistryError {
        let at = self.at(realm);
        let status = response.status().as_u16();
        let origin = self.access.credential.is_some().then(|| self.access.origin.clone());
        let (retry_after, words) = self.refusal(gate, response).await;
        match status {
            407 => RegistryError::Proxy { at, words },
            429 => RegistryError::RateLimited { at, retry_after, words },
            _ if is_temporary(status) => RegistryError::Unavailable { at, status, retry_after, words },
            _ => RegistryError::SignIn { at, realm: self.shown(realm), status, origin, words },
        }
    }

    /// Reads a refusal's words, and closes the gate for as long as it asks.
    async fn refusal(&self, gate: &HostGate, mut response: Response) -> (Option<Duration>, String) {
        let status = response.status().as_u16();
        let now = Timestamp::now();
        let limit = || RateLimit::read(response.headers(), now).and_then(|limit| limit.wait());
        let wait = retry_after(response.headers(), now).or_else(|| if status == 429 { limit() } else { None });
        if let Some(wait) = wait
            && is_temporary(status)
        {
            gate.close(wait);
        }
        let mut body = Vec::new();
        // A body that breaks off still says something.
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk[..chunk.len().min(READ_OF_ERRORS - body.len())]);
            if body.len() >= READ_OF_ERRORS {
                break;
            }
        }
        (wait, self.words(&problem::read(&body)))
    }
}

impl Ask<'_> {
    /// Which lane an answer's limit is about: registries send the pull limit with every manifest, asked by HEAD or GET.
    fn counts_as(&self) -> Lane {
        if self.reference.is_some() { Lane::Pull } else { self.lane }
    }
}

fn outgoing(ask: &Ask<'_>, url: &Url, authorization: Option<HeaderValue>) -> Outgoing {
    let mut headers = HeaderMap::new();
    if let Ok(accept) = HeaderValue::from_str(ask.accept) {
        headers.insert(ACCEPT, accept);
    }
    if let Some(Ok(etag)) = ask.if_none_match.map(HeaderValue::from_str) {
        headers.insert(IF_NONE_MATCH, etag);
    }
    Outgoing { method: ask.method.clone(), url: url.clone(), headers, authorization, form: None }
}

/// The values of a header that are text.
pub(crate) fn texts<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The statuses after which go-containerregistry asks again.
fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 429 | 499 | 500 | 502 | 503 | 504 | 522)
}
