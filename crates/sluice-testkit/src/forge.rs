//! Forges on loopback: what GitHub, GitLab and Gitea answer about deploy keys, by their published schemas.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::http::{HttpServer, Reply, Request};
use crate::registry::Authority;

/// Which forge is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeFlavour {
    /// GitHub Enterprise Server: `/api/v3`.
    GitHub,
    /// GitLab: `/api/v4`.
    GitLab,
    /// Gitea: `/api/v1`.
    Gitea,
    /// Forgejo: `/api/v1`, with another version.
    Forgejo,
}

/// A key that the forge knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeKey {
    /// Its number.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// The public half.
    pub key: String,
    /// Whether it may write.
    pub may_write: bool,
}

/// A forge that runs until it is dropped.
pub struct FakeForge {
    server: HttpServer,
    shared: Arc<Shared>,
}

struct Shared {
    flavour: ForgeFlavour,
    repository: String,
    token: String,
    page: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Vec<ForgeKey>,
    next: u64,
    replies: VecDeque<Reply>,
    on_change: Option<OnChange>,
}

/// What happens when the keys change: an sshd is told, for example.
pub type OnChange = Box<dyn Fn(&[ForgeKey]) + Send>;

impl FakeForge {
    /// A forge with one repository (`owner/name`), whose keys the holder of `token` may manage.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(flavour: ForgeFlavour, repository: &str, token: &str) -> Self {
        Self::with(flavour, repository, token, None, 100)
    }

    /// The same with TLS, or with short pages.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn with(flavour: ForgeFlavour, repository: &str, token: &str, tls: Option<&Authority>, page: usize) -> Self {
        let (repository, token) = (repository.to_owned(), token.to_owned());
        let shared = Arc::new(Shared { flavour, repository, token, page, state: Mutex::default() });
        let tls = tls.map(|authority| authority.server(&["127.0.0.1", "localhost"]).server_config(None));
        let server = HttpServer::start(tls, {
            let shared = shared.clone();
            move |request| shared.answer(request)
        });
        Self { server, shared }
    }

    /// The server, for its address and its log.
    pub fn server(&self) -> &HttpServer {
        &self.server
    }

    /// The root of its interface.
    pub fn api(&self) -> String {
        format!("{}{}", self.server.url(), self.shared.root())
    }

    /// The word of Sluice's settings for it.
    pub fn kind(&self) -> &'static str {
        match self.shared.flavour {
            ForgeFlavour::GitHub => "github",
            ForgeFlavour::GitLab => "gitlab",
            ForgeFlavour::Gitea | ForgeFlavour::Forgejo => "gitea",
        }
    }

    /// The keys that it knows.
    pub fn keys(&self) -> Vec<ForgeKey> {
        self.shared.lock().keys.clone()
    }

    /// Registers a key, as somebody did in its pages.
    pub fn add(&self, title: &str, key: &str, may_write: bool) -> u64 {
        let mut state = self.shared.lock();
        state.add(title, key, may_write)
    }

    /// Answers the next requests like this, whatever they ask.
    pub fn answer_next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.lock().replies.extend(replies);
    }

    /// Does something at each change of the keys, and once now.
    pub fn on_change(&self, happens: impl Fn(&[ForgeKey]) + Send + 'static) {
        let mut state = self.shared.lock();
        happens(&state.keys);
        state.on_change = Some(Box::new(happens));
    }
}

impl State {
    fn add(&mut self, title: &str, key: &str, may_write: bool) -> u64 {
        self.next += 1;
        self.keys.push(ForgeKey { id: self.next, title: title.to_owned(), key: key.to_owned(), may_write });
        self.changed();
        self.next
    }

    fn changed(&self) {
        if let Some(happens) = &self.on_change {
            happens(&self.keys);
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn root(&self) -> &'static str {
        match self.flavour {
            ForgeFlavour::GitHub => "/api/v3",
            ForgeFlavour::GitLab => "/api/v4",
            ForgeFlavour::Gitea | ForgeFlavour::Forgejo => "/api/v1",
        }
    }

    /// Where the keys are.
    fn list(&self) -> String {
        let (root, repository) = (self.root(), &self.repository);
        match self.flavour {
            ForgeFlavour::GitLab => format!("{root}/projects/{}/deploy_keys", repository.replace('/', "%2F")),
            _ => format!("{root}/repos/{repository}/keys"),
        }
    }

    fn answer(&self, request: &Request) -> Reply {
        if let Some(reply) = self.lock().replies.pop_front() {
            return reply;
        }
        let Some(below) = request.path.strip_prefix(self.root()) else { return web_page() };
        if let Some(reply) = self.about_itself(below, request) {
            return reply;
        }
        if !self.is_signed_in(request) {
            return self.refusal(401);
        }
        let list = self.list();
        match (request.method.as_str(), request.path.strip_prefix(&list)) {
            ("GET", Some("")) => self.page(request),
            ("POST", Some("")) => self.register(request),
            (method, Some(rest)) => match rest.strip_prefix('/').and_then(|id| id.parse::<u64>().ok()) {
                Some(id) => self.one(method, id, request),
                None => self.refusal(404),
            },
            _ => self.refusal(404),
        }
    }

    /// What each forge says of itself to anybody.
    fn about_itself(&self, below: &str, request: &Request) -> Option<Reply> {
        Some(match (self.flavour, below) {
            (ForgeFlavour::GitHub, "/meta") => Reply::json(json!({ "installed_version": "3.14.2" }).to_string()),
            (ForgeFlavour::Gitea, "/version") => Reply::json(json!({ "version": "1.22.3" }).to_string()),
            (ForgeFlavour::Forgejo, "/version") => Reply::json(json!({ "version": "9.0.1+gitea-1.22.0" }).to_string()),
            (ForgeFlavour::GitLab, "/version") if self.is_signed_in(request) => {
                Reply::json(json!({ "version": "17.5.1", "revision": "24cb8db" }).to_string())
            }
            (ForgeFlavour::GitLab, "/version") => self.refusal(401),
            _ => return None,
        })
    }

    fn is_signed_in(&self, request: &Request) -> bool {
        let expected = match self.flavour {
            ForgeFlavour::GitHub | ForgeFlavour::GitLab => format!("Bearer {}", self.token),
            ForgeFlavour::Gitea | ForgeFlavour::Forgejo => format!("token {}", self.token),
        };
        request.authorization() == Some(&expected)
    }

    fn page(&self, request: &Request) -> Reply {
        let number = |name: &str| request.parameter(name).and_then(|value| value.parse::<usize>().ok());
        let asked = number(if self.root() == "/api/v1" { "limit" } else { "per_page" }).unwrap_or(30);
        let (size, page) = (asked.min(self.page).max(1), number("page").unwrap_or(1).max(1));
        let keys = self.keys_as_json();
        let slice: Vec<&Value> = keys.iter().skip((page - 1) * size).take(size).collect();
        let reply = Reply::json(json!(slice).to_string());
        if page * size >= keys.len() {
            return reply;
        }
        let host = request.header("host").unwrap_or_default();
        let query = format!("{}&page={}", request.query.split("&page=").next().unwrap_or_default(), page + 1);
        reply.header(
            "Link",
            &format!("<http://{host}{}?{query}>; rel=\"next\", <http://{host}/x>; rel=\"last\"", request.path),
        )
    }

    fn keys_as_json(&self) -> Vec<Value> {
        self.lock().keys.iter().map(|key| self.json(key)).collect()
    }

    fn json(&self, key: &ForgeKey) -> Value {
        let ForgeKey { id, title, key, may_write } = key;
        match self.flavour {
            ForgeFlavour::GitHub => json!({
                "id": id, "key": key, "url": format!("{}/{id}", self.list()), "title": title, "verified": true,
                "created_at": "2026-11-20T10:00:00Z", "read_only": !may_write, "added_by": "octocat", "last_used": null,
                "enabled": true,
            }),
            ForgeFlavour::GitLab => json!({
                "id": id, "title": title, "key": key, "fingerprint": "", "fingerprint_sha256": "SHA256:x",
                "created_at": "2026-11-20T10:00:00.000Z", "expires_at": null, "can_push": may_write,
            }),
            ForgeFlavour::Gitea | ForgeFlavour::Forgejo => json!({
                "id": id, "key_id": id + 100, "key": key, "url": format!("{}/{id}", self.list()), "title": title,
                "fingerprint": "SHA256:x", "created_at": "2026-11-20T10:00:00+01:00", "read_only": !may_write,
                "repository": { "id": 1 },
            }),
        }
    }

    fn register(&self, request: &Request) -> Reply {
        let Ok(form) = serde_json::from_slice::<Value>(&request.body) else { return self.refusal(400) };
        let text = |name: &str| form.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(title), Some(key)) = (text("title"), text("key")) else { return self.refusal(400) };
        let flag = |name: &str| form.get(name).and_then(Value::as_bool);
        let may_write = match self.flavour {
            ForgeFlavour::GitLab => flag("can_push").unwrap_or(false),
            _ => !flag("read_only").unwrap_or(false),
        };
        let same = |other: &ForgeKey| other.key.split(' ').nth(1) == key.split(' ').nth(1);
        if self.lock().keys.iter().any(same) {
            return self.taken();
        }
        let id = self.lock().add(&title, &key, may_write);
        let key = ForgeKey { id, title, key, may_write };
        Reply::json(self.json(&key).to_string()).with_status(201)
    }

    fn one(&self, method: &str, id: u64, request: &Request) -> Reply {
        let Some(at) = self.lock().keys.iter().position(|key| key.id == id) else { return self.refusal(404) };
        match (method, self.flavour) {
            ("GET", _) => Reply::json(self.json(&self.lock().keys[at].clone()).to_string()),
            ("DELETE", _) => {
                let mut state = self.lock();
                state.keys.remove(at);
                state.changed();
                Reply::status(204)
            }
            ("PUT", ForgeFlavour::GitLab) => {
                let form: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                let mut state = self.lock();
                if let Some(may_write) = form.get("can_push").and_then(Value::as_bool) {
                    state.keys[at].may_write = may_write;
                }
                state.changed();
                let key = state.keys[at].clone();
                drop(state);
                Reply::json(self.json(&key).to_string())
            }
            // The others change no key.
            _ => Reply::status(405),
        }
    }

    fn taken(&self) -> Reply {
        match self.flavour {
            ForgeFlavour::GitHub => Reply::json(
                json!({
                    "message": "Validation Failed",
                    "errors": [{ "resource": "PublicKey", "code": "custom", "field": "key", "message": "key is already in use" }],
                    "documentation_url": "https://docs.github.com/rest",
                })
                .to_string(),
            )
            .with_status(422),
            ForgeFlavour::GitLab => Reply::json(
                json!({ "message": { "deploy_key.fingerprint_sha256": ["has already been taken"] } }).to_string(),
            )
            .with_status(400),
            ForgeFlavour::Gitea | ForgeFlavour::Forgejo => Reply::json(
                json!({ "message": "Key content has been used as non-deploy key", "url": "https://example.com/api/swagger" })
                    .to_string(),
            )
            .with_status(422),
        }
    }

    fn refusal(&self, status: u16) -> Reply {
        let message = match (self.flavour, status) {
            (ForgeFlavour::GitHub, 401) => "Bad credentials",
            (ForgeFlavour::GitHub, 404) => "Not Found",
            (ForgeFlavour::GitLab, 401) => "401 Unauthorized",
            (ForgeFlavour::GitLab, 404) => "404 Project Not Found",
            (_, 401) => "invalid username, password or token",
            (_, 404) => "The target couldn't be found.",
            _ => "Problems parsing JSON",
        };
        Reply::json(json!({ "message": message }).to_string()).with_status(status)
    }
}

fn web_page() -> Reply {
    Reply::of("text/html", "<!DOCTYPE html><title>Not here</title>").with_status(404)
}
