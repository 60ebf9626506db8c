//! A fake of the wire: a small registry in memory that behaves well until it is told not to.
//!
//! Untold it serves what was put into it as registries at large do: pages by `n` and `last` with a `Link` header, an
//! `ETag`, digests, errors with codes. Any address can be made to answer anything instead ([`WireRegistry::answer`]).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::authority::Authority;
use super::image::{Image, Rendered, index};
use crate::http::{HttpServer, Reply, Request};

/// How a fake registry is reached.
#[derive(Default)]
pub struct WireOptions<'a> {
    /// Who signs its certificate (for 127.0.0.1 and localhost), if it encrypts.
    pub tls: Option<&'a Authority>,
    /// Names that its certificate is for as well. They lead to it through a proxy that leads everybody to it
    /// ([`ForwardProxy::leading_to`](crate::http::ForwardProxy::leading_to)).
    pub names: &'a [&'a str],
    /// Whose certificates clients must show, if they must.
    pub clients: Option<&'a Authority>,
}

/// What a fake registry asks everybody for.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// The values of `WWW-Authenticate`.
    pub asked: Vec<String>,
    /// The values of `Authorization` that are taken.
    pub accepted: Vec<String>,
}

impl Challenge {
    /// A name and a password.
    pub fn basic(username: &str, password: &str) -> Self {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
        Self { asked: vec!["Basic realm=\"wire\"".to_owned()], accepted: vec![format!("Basic {pair}")] }
    }

    /// A token of a token server.
    pub fn bearer(realm: &str, scope: Option<&str>, tokens: &[&str]) -> Self {
        let scope = scope.map(|scope| format!(",scope=\"{scope}\"")).unwrap_or_default();
        Self {
            asked: vec![format!("Bearer realm=\"{realm}\",service=\"wire\"{scope}")],
            accepted: tokens.iter().map(|token| format!("Bearer {token}")).collect(),
        }
    }
}

/// A fake registry that runs until it is dropped.
pub struct WireRegistry {
    http: HttpServer,
    state: Arc<Mutex<State>>,
}

type Script = Box<dyn FnMut(&Request) -> Option<Reply> + Send>;

#[derive(Default)]
struct State {
    /// Tags in the order in which they were put, with their manifests' digests.
    repositories: BTreeMap<String, Vec<(String, String)>>,
    /// Media type and bytes by digest.
    content: BTreeMap<String, (String, Vec<u8>)>,
    /// The digests of lists of referrers by path below `/v2/`; as long as there is none, it is a registry without them.
    referrers: BTreeMap<String, String>,
    largest_page: Option<usize>,
    challenge: Option<Challenge>,
    scripts: BTreeMap<String, Script>,
    once: BTreeMap<String, VecDeque<Reply>>,
    otherwise: Option<Script>,
}

impl WireRegistry {
    /// One on plain HTTP.
    pub fn start() -> Self {
        Self::with(&WireOptions::default())
    }

    /// One with TLS, with a certificate of this authority.
    pub fn encrypted(authority: &Authority) -> Self {
        Self::with(&WireOptions { tls: Some(authority), ..WireOptions::default() })
    }

    /// As the options say.
    pub fn with(options: &WireOptions<'_>) -> Self {
        let names = [&["127.0.0.1", "localhost"], options.names].concat();
        let tls = options.tls.map(|authority| authority.server(&names).server_config(options.clients));
        let state = Arc::new(Mutex::new(State::default()));
        let http = HttpServer::start(tls, {
            let state = state.clone();
            move |request| locked(&state).answer(request)
        });
        Self { http, state }
    }

    /// `127.0.0.1:port`, which is the host in the names of its images.
    pub fn address(&self) -> String {
        self.http.address()
    }

    /// The same server under another host's name: `localhost:port`.
    pub fn other_name(&self) -> String {
        self.http.other_name()
    }

    /// `scheme://127.0.0.1:port`.
    pub fn url(&self) -> String {
        self.http.url()
    }

    /// The whole name of an image in it, without a tag.
    pub fn image(&self, repository: &str) -> String {
        format!("{}/{repository}", self.address())
    }

    /// Puts an image under a tag and returns its digest.
    pub fn push(&self, repository: &str, tag: &str, image: &Image) -> String {
        self.put(repository, tag, &image.render())
    }

    /// Puts images of several platforms under a tag and returns the index's digest.
    pub fn push_index(&self, repository: &str, tag: &str, images: &[Image]) -> String {
        let images: Vec<Rendered> = images.iter().map(Image::render).collect();
        for image in &images {
            locked(&self.state).keep(image);
        }
        self.put(repository, tag, &index(&images))
    }

    /// Puts something rendered under a tag and returns its digest.
    pub fn put(&self, repository: &str, tag: &str, rendered: &Rendered) -> String {
        let mut state = locked(&self.state);
        state.keep(rendered);
        state.tag(repository, tag, &rendered.digest);
        rendered.digest.clone()
    }

    /// Puts artifacts that refer to an image, and from then on says which ones refer to one (`/referrers/`).
    pub fn refer(&self, repository: &str, image: &str, artifacts: &[Rendered]) {
        let list = super::cosign::referrers(artifacts);
        let mut state = locked(&self.state);
        artifacts.iter().for_each(|artifact| state.keep(artifact));
        state.keep(&list);
        state.referrers.insert(format!("{repository}/referrers/{image}"), list.digest);
    }

    /// Adds tags, which need not be proper ones, all of one image.
    pub fn tags<T: AsRef<str>>(&self, repository: &str, tags: impl IntoIterator<Item = T>) {
        let image = Image::new("2026-11-20T10:00:00Z").render();
        let mut state = locked(&self.state);
        state.keep(&image);
        let all = state.repositories.entry(repository.to_owned()).or_default();
        all.extend(tags.into_iter().map(|tag| (tag.as_ref().to_owned(), image.digest.clone())));
    }

    /// Takes a tag away.
    pub fn delete_tag(&self, repository: &str, tag: &str) {
        if let Some(tags) = locked(&self.state).repositories.get_mut(repository) {
            tags.retain(|(name, _)| name != tag);
        }
    }

    /// Answers no more than so many tags a page, however many are asked for.
    pub fn page_by(&self, tags: usize) {
        locked(&self.state).largest_page = Some(tags);
    }

    /// Asks everybody to sign in at every address below `/v2/`, scripted ones included.
    pub fn ask_to_sign_in(&self, challenge: Challenge) {
        locked(&self.state).challenge = Some(challenge);
    }

    /// Answers this path (without query) always like this.
    pub fn answer(&self, path: &str, reply: Reply) {
        self.answer_with(path, move |_| Some(reply.clone()));
    }

    /// Answers this path (without query) with what the function returns; nothing is the usual answer.
    pub fn answer_with(&self, path: &str, script: impl FnMut(&Request) -> Option<Reply> + Send + 'static) {
        locked(&self.state).scripts.insert(path.to_owned(), Box::new(script));
    }

    /// Answers the next request to this path (without query) like this; further ones queue behind it.
    pub fn answer_once(&self, path: &str, reply: Reply) {
        locked(&self.state).once.entry(path.to_owned()).or_default().push_back(reply);
    }

    /// Answers every path that has no answer of its own with what the function returns; nothing is the usual answer.
    pub fn answer_all_with(&self, script: impl FnMut(&Request) -> Option<Reply> + Send + 'static) {
        locked(&self.state).otherwise = Some(Box::new(script));
    }

    /// What was asked so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.http.requests()
    }

    /// The lines of what was asked so far: `GET /v2/app/tags/list?n=1000`.
    pub fn lines(&self) -> Vec<String> {
        self.requests().iter().map(Request::line).collect()
    }

    /// Starts the log anew.
    pub fn forget_requests(&self) {
        self.http.forget_requests();
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn keep(&mut self, rendered: &Rendered) {
        let manifest = (rendered.media_type.to_owned(), rendered.manifest.clone());
        self.content.insert(rendered.digest.clone(), manifest);
        for (digest, bytes) in &rendered.blobs {
            self.content.insert(digest.clone(), ("application/octet-stream".to_owned(), bytes.clone()));
        }
    }

    fn tag(&mut self, repository: &str, tag: &str, digest: &str) {
        let tags = self.repositories.entry(repository.to_owned()).or_default();
        match tags.iter_mut().find(|(name, _)| name == tag) {
            Some((_, known)) => *known = digest.to_owned(),
            None => tags.push((tag.to_owned(), digest.to_owned())),
        }
    }

    fn answer(&mut self, request: &Request) -> Reply {
        if let Some(refusal) = self.refusal(request) {
            return refusal;
        }
        if let Some(reply) = self.once.get_mut(&request.path).and_then(VecDeque::pop_front) {
            return reply;
        }
        let scripted = match self.scripts.get_mut(&request.path) {
            Some(script) => script(request),
            None => self.otherwise.as_mut().and_then(|script| script(request)),
        };
        scripted.unwrap_or_else(|| self.usual(request))
    }

    fn refusal(&self, request: &Request) -> Option<Reply> {
        let challenge = self.challenge.as_ref().filter(|_| request.path.starts_with("/v2/"))?;
        let is_accepted = |sent: &str| challenge.accepted.iter().any(|accepted| accepted == sent);
        if request.authorization().is_some_and(is_accepted) {
            return None;
        }
        let refusal = Reply::refusal(401, "UNAUTHORIZED", "authentication required");
        Some(challenge.asked.iter().fold(refusal, |reply, value| reply.header("WWW-Authenticate", value)))
    }

    /// What a registry at large would answer.
    fn usual(&self, request: &Request) -> Reply {
        let Some(path) = request.path.strip_prefix("/v2/") else {
            return Reply::refusal(404, "UNSUPPORTED", "no such endpoint");
        };
        if path.is_empty() {
            return Reply::json("{}");
        }
        if let Some(repository) = path.strip_suffix("/tags/list") {
            return self.tag_list(repository, request);
        }
        if let Some((repository, reference)) = path.rsplit_once("/manifests/") {
            let tags = self.repositories.get(repository).into_iter().flatten();
            let digest = tags.into_iter().find(|(tag, _)| tag == reference).map(|(_, digest)| digest.as_str());
            return self.content(digest.unwrap_or(reference), "MANIFEST_UNKNOWN");
        }
        if path.contains("/referrers/") && !self.referrers.is_empty() {
            let empty = || Reply::of(super::image::INDEX, r#"{"schemaVersion":2,"manifests":[]}"#);
            return self.referrers.get(path).map_or_else(empty, |digest| self.content(digest, "MANIFEST_UNKNOWN"));
        }
        match path.rsplit_once("/blobs/") {
            Some((_, digest)) => self.content(digest, "BLOB_UNKNOWN"),
            None => Reply::refusal(404, "UNSUPPORTED", "no such endpoint"),
        }
    }

    fn content(&self, digest: &str, unknown: &str) -> Reply {
        match self.content.get(digest) {
            Some((kind, bytes)) => Reply::of(kind, bytes.clone()).header("Docker-Content-Digest", digest),
            None => Reply::refusal(404, unknown, "unknown to registry"),
        }
    }

    fn tag_list(&self, repository: &str, request: &Request) -> Reply {
        let Some(tags) = self.repositories.get(repository) else {
            return Reply::refusal(404, "NAME_UNKNOWN", "repository name not known to registry");
        };
        let last = request.parameter("last");
        let start = last.and_then(|last| tags.iter().position(|(tag, _)| *tag == last)).map_or(0, |at| at + 1);
        let asked = request.parameter("n").and_then(|n| n.parse().ok()).unwrap_or(usize::MAX);
        let size = asked.min(self.largest_page.unwrap_or(usize::MAX));
        let page: Vec<&str> = tags[start..].iter().take(size).map(|(tag, _)| tag.as_str()).collect();
        let body = serde_json::json!({ "name": repository, "tags": page }).to_string();
        let etag = format!("\"{:x}\"", Sha256::digest(&body));
        if request.header("if-none-match") == Some(&etag) {
            return Reply::status(304).header("ETag", &etag);
        }
        let reply = Reply::json(body).header("ETag", &etag);
        match page.last().filter(|_| start + page.len() < tags.len()) {
            Some(last) => {
                let next = format!("</v2/{repository}/tags/list?n={size}&last={last}>; rel=\"next\"");
                reply.header("Link", &next)
            }
            None => reply,
        }
    }
}
