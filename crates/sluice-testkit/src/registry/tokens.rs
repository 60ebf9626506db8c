//! A token server for registries (the distribution project's "Token authentication specification" and "OAuth2 token
//! authentication").

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::authority::{Authority, Certified};
use super::jwt::signed;
use crate::http::{HttpServer, Reply, Request};

/// How a token server behaves.
#[derive(Clone)]
pub struct TokenOptions {
    /// Who may sign in, with which password.
    pub user: Option<(String, String)>,
    /// The identity token that may be exchanged by POST.
    pub identity_token: Option<String>,
    /// Whether who does not sign in gets a token to pull with.
    pub anonymous: bool,
    /// How long tokens live, in seconds, as the answer says and as the registry checks (with a minute's leeway).
    pub seconds: u64,
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self { user: None, identity_token: None, anonymous: true, seconds: 300 }
    }
}

/// A token server that runs until it is dropped.
pub struct TokenServer {
    http: HttpServer,
    state: Arc<State>,
}

struct State {
    options: Mutex<TokenOptions>,
    key: Certified,
    root: String,
    issued: AtomicU64,
}

/// The names by which registry and token server know each other.
pub(super) const SERVICE: &str = "test registry";
pub(super) const ISSUER: &str = "test token server";

impl TokenServer {
    /// Starts one on plain HTTP.
    pub fn start(options: TokenOptions) -> Self {
        Self::start_with(options, None)
    }

    /// Starts one with TLS, with a certificate of this authority.
    pub fn start_encrypted(options: TokenOptions, authority: &Authority) -> Self {
        Self::start_with(options, Some(authority))
    }

    fn start_with(options: TokenOptions, authority: Option<&Authority>) -> Self {
        let signer = Authority::new("token signers");
        let state = Arc::new(State {
            options: Mutex::new(options),
            key: signer.client(ISSUER),
            root: signer.pem(),
            issued: AtomicU64::new(0),
        });
        let tls = authority.map(|authority| authority.server(&["127.0.0.1", "localhost"]).server_config(None));
        let http = HttpServer::start(tls, {
            let state = state.clone();
            move |request| state.answer(request)
        });
        Self { http, state }
    }

    /// The address that registries send clients to.
    pub fn realm(&self) -> String {
        format!("{}/token", self.http.url())
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.http.requests()
    }

    /// How many tokens were given.
    pub fn issued(&self) -> u64 {
        self.state.issued.load(Ordering::Relaxed)
    }

    /// Behaves differently from now on.
    pub fn set(&self, options: TokenOptions) {
        *self.state.options.lock().unwrap_or_else(PoisonError::into_inner) = options;
    }

    /// A token for the given scopes, made without asking.
    pub fn token(&self, scopes: &[&str]) -> String {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.state.token("the test itself", &scopes, 300)
    }

    /// Makes tokens for a scope as long as anybody needs them, also after this value.
    pub(super) fn pusher(&self) -> Box<dyn Fn(&str) -> String + Send + Sync> {
        let state = self.state.clone();
        Box::new(move |scope| state.token("the test itself", &[scope.to_owned()], 300))
    }

    /// The root certificate that a registry checks tokens with, in PEM.
    pub fn root_pem(&self) -> &str {
        &self.state.root
    }
}

impl State {
    fn answer(&self, request: &Request) -> Reply {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let granted = match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/token") => self.by_password(request, &options),
            ("POST", "/token") => self.by_refresh_token(request, &options),
            _ => return Reply::status(404),
        };
        let Some((account, scopes)) = granted else {
            return Reply { status: 401, ..Reply::json(r#"{"details":"incorrect username or password"}"#) };
        };
        let token = self.token(&account, &scopes, options.seconds);
        self.issued.fetch_add(1, Ordering::Relaxed);
        Reply::json(json!({ "token": token, "access_token": token, "expires_in": options.seconds }).to_string())
    }

    /// Whose token for what: by `Authorization: Basic`, or anybody's to pull.
    fn by_password(&self, request: &Request, options: &TokenOptions) -> Option<(String, Vec<String>)> {
        let scopes = request.parameters("scope");
        match request.basic() {
            Some(pair) if options.user.as_ref() == Some(&pair) => Some((pair.0, scopes)),
            Some(_) => None,
            None => options.anonymous.then(|| (String::new(), scopes)),
        }
    }

    fn by_refresh_token(&self, request: &Request, options: &TokenOptions) -> Option<(String, Vec<String>)> {
        let sent = request.field("refresh_token").filter(|token| Some(token) == options.identity_token.as_ref());
        let is_exchange = request.field("grant_type").as_deref() == Some("refresh_token");
        let scopes = request.field("scope").unwrap_or_default();
        let scopes = scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        sent.filter(|_| is_exchange).map(|_| ("identity".to_owned(), scopes))
    }

    fn token(&self, account: &str, scopes: &[String], seconds: u64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs();
        let access: Vec<Value> = scopes.iter().filter_map(|scope| granted(scope)).collect();
        let claims = json!({
            "iss": ISSUER, "sub": account, "aud": SERVICE, "access": access,
            "iat": now, "nbf": now - 5, "exp": now + seconds, "jti": format!("{:x}", rand_like(now)),
        });
        signed(&claims, &self.key)
    }
}

/// `repository:team/app:pull,push` as a token grants it.
fn granted(scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions.split(',').collect();
    Some(json!({ "type": kind, "name": name, "actions": actions }))
}

/// Different for each token, which is all that `jti` is for here.
fn rand_like(now: u64) -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    now.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ COUNT.fetch_add(1, Ordering::Relaxed)
}
