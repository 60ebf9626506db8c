//! `git http-backend` (git-http-backend(1)) behind our own HTTP server.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::repository::git;
use crate::http::{HttpServer, Reply, Request};
use crate::registry::Authority;

/// Somebody who may come in.
#[derive(Debug, Clone)]
pub struct HttpUser {
    /// The name; for a bearer token it is only shown to Git.
    pub name: String,
    /// The password or, where `is_bearer`, the token.
    pub secret: String,
    /// Whether the secret is a bearer token.
    pub is_bearer: bool,
    /// Whether pushing is allowed.
    pub may_write: bool,
}

impl HttpUser {
    /// Who reads and writes, with a password.
    pub fn writer(name: &str, password: &str) -> Self {
        Self { name: name.into(), secret: password.into(), is_bearer: false, may_write: true }
    }

    /// Who reads, with a password.
    pub fn reader(name: &str, password: &str) -> Self {
        Self { may_write: false, ..Self::writer(name, password) }
    }

    /// Who reads and writes, with a bearer token.
    pub fn bearer(token: &str) -> Self {
        Self { is_bearer: true, ..Self::writer("token", token) }
    }
}

/// How the server is set up. The default is plain HTTP that everybody may read and nobody may write.
#[derive(Default)]
pub struct HttpGitOptions<'a> {
    /// Who signs its certificate, which is for 127.0.0.1 and localhost; without, it is plain HTTP.
    pub authority: Option<&'a Authority>,
    /// Names that its certificate is for as well. They lead to it through a proxy that leads everybody to it
    /// ([`ForwardProxy::leading_to`](crate::http::ForwardProxy::leading_to)).
    pub names: &'a [&'a str],
    /// Whose certificates clients have to show, where it is encrypted.
    pub clients: Option<&'a Authority>,
    /// Who may come in. Where there is anybody, reading wants a name too.
    pub users: Vec<HttpUser>,
    /// What happens at the server right before it answers a request of a push: a `GET` that lists the references, then
    /// a `POST` with the commits.
    pub before_push: Option<BeforePush>,
}

/// Something that happens at the server before it answers a request.
pub type BeforePush = Arc<dyn Fn(&Request) + Send + Sync>;

/// A server of the repositories below a folder, until it is dropped.
pub struct HttpGit {
    server: HttpServer,
    root: PathBuf,
}

impl HttpGit {
    /// Serves the repositories below `root`.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start(root: &Path, options: &HttpGitOptions<'_>) -> Self {
        let names = [&["127.0.0.1", "localhost"], options.names].concat();
        let tls = options.authority.map(|authority| authority.server(&names).server_config(options.clients));
        let (users, before_push, root) = (options.users.clone(), options.before_push.clone(), root.to_owned());
        let server = HttpServer::start(tls, {
            let root = root.clone();
            move |request| answer(&root, &users, before_push.as_ref(), request)
        });
        Self { server, root }
    }

    /// The address of a repository below the root.
    ///
    /// # Panics
    /// When the repository lies elsewhere.
    pub fn url(&self, repository: &Path) -> String {
        let path = repository.strip_prefix(&self.root).expect("the repository lies below the root");
        format!("{}/{}", self.server.url(), path.display())
    }

    /// The server itself, for its log and its other name.
    pub fn server(&self) -> &HttpServer {
        &self.server
    }
}

fn answer(root: &Path, users: &[HttpUser], before_push: Option<&BeforePush>, request: &Request) -> Reply {
    let is_push = request.path.ends_with("/git-receive-pack") || request.query == "service=git-receive-pack";
    let user = users.iter().find(|user| is_shown(user, request));
    if user.is_none() && (is_push || !users.is_empty()) {
        return Reply::of("text/plain", "Authentication required\n")
            .header("WWW-Authenticate", "Basic realm=\"git\"")
            .with_status(401);
    }
    if is_push && user.is_some_and(|user| !user.may_write) {
        let name = user.map(|user| user.name.as_str()).unwrap_or_default();
        let words = format!("remote: Permission to {} denied to {name}.\n", request.path.trim_start_matches('/'));
        return Reply::of("text/plain", words).with_status(403);
    }
    if is_push && let Some(happens) = before_push {
        happens(request);
    }
    backend(root, user, request)
}

fn is_shown(user: &HttpUser, request: &Request) -> bool {
    if user.is_bearer {
        return request.authorization() == Some(&format!("Bearer {}", user.secret));
    }
    request.basic() == Some((user.name.clone(), user.secret.clone()))
}

/// Runs git http-backend as a CGI program (RFC 3875).
fn backend(root: &Path, user: Option<&HttpUser>, request: &Request) -> Reply {
    let mut command: Command = git(root);
    command.arg("http-backend").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_TYPE", request.header("content-type").unwrap_or_default())
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("REMOTE_ADDR", "127.0.0.1");
    if let Some(user) = user {
        command.env("REMOTE_USER", &user.name);
    }
    let mut child = command.spawn().expect("git http-backend starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let body = request.body.clone();
    // On a thread, because it may answer before it has read everything.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&body)));
    let output = child.wait_with_output().expect("git http-backend ends");
    drop(writer.join());
    let (head, body) = split_head(&output.stdout);
    let mut reply = Reply::status(200);
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        match (name, value.trim()) {
            ("Status", status) => {
                reply.status = status.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(500);
            }
            (name, value) => reply = reply.header(name, value),
        }
    }
    reply.body(crate::http::Body::Bytes(body.to_vec()))
}

fn split_head(output: &[u8]) -> (String, &[u8]) {
    let end = output.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = end.map_or((output, &[][..]), |at| (&output[..at], &output[at + 4..]));
    (String::from_utf8_lossy(head).into_owned(), body)
}
