//! Addresses of Git remotes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::words::without_userinfo;

/// How a remote is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `ssh://user@host/path` or `user@host:path`.
    Ssh,
    /// `https://`.
    Https,
    /// `http://`: everything travels unencrypted.
    Http,
    /// A folder on this machine: `file://` or an absolute path.
    File,
}

impl Scheme {
    /// The word before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Https => "https",
            Self::Http => "http",
            Self::File => "file",
        }
    }

    /// The port where none is written; nothing for folders.
    pub fn default_port(self) -> Option<u16> {
        match self {
            Self::Ssh => Some(22),
            Self::Https => Some(443),
            Self::Http => Some(80),
            Self::File => None,
        }
    }
}

/// The address of a remote, checked and in one spelling.
///
/// Two addresses are equal when they certainly mean the same: the host's case, the scheme's own port, a trailing slash
/// and SSH's customary user `git` make no difference. A final `.git` does (some servers hold both), and so does
/// `host:path` against `ssh://host/path` (the first is relative to the account's home). For a looser comparison there is
/// [`crate::SameRepository`].
///
/// It never holds a secret: an address with a password, a token in place of a user, or a query is refused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RemoteUrl {
    spelled: String,
    scheme: Scheme,
    user: Option<String>,
    host: String,
    port: Option<u16>,
    path: String,
}

/// The text is no address of a Git remote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not an address of a Git repository: {problem}")]
pub struct UrlError {
    /// What was given, without what could be a secret.
    pub shown: String,
    /// What is wrong with it.
    pub problem: UrlProblem,
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the words of each variant say what it is")]
pub enum UrlProblem {
    #[error("it is empty")]
    Empty,
    #[error("it has white space or control characters in it")]
    Characters,
    #[error(
        "it begins with neither https://, http://, ssh:// nor file://, and is neither user@host:path nor an absolute path"
    )]
    Scheme,
    #[error("it carries a password; add the address without it and the password as a credential")]
    Password,
    #[error("it carries what looks like an access token; add the address without it and the token as a credential")]
    Token,
    #[error("it names no host")]
    Host,
    #[error("its host or port cannot be one")]
    HostForm,
    #[error("it names no repository on the host")]
    Path,
    #[error("a query or fragment (? or #) has no place in it")]
    Query,
    #[error("it has `..` or characters that must be encoded; write it as ssh://user@host/path with them as %xx")]
    Unencoded,
    #[error("a path on this machine must be absolute")]
    Relative,
    #[error("file:// names a folder on this machine and takes no host")]
    FileHost,
}

impl RemoteUrl {
    /// Reads `https://`, `http://`, `ssh://`, `user@host:path`, `file://` and absolute paths.
    ///
    /// # Errors
    /// When the text is none of these or holds a secret; the error shows none of it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        read(text).map_err(|problem| UrlError { shown: shown(text), problem })
    }

    /// The one spelling; holds no secret.
    pub fn as_str(&self) -> &str {
        &self.spelled
    }

    /// How the remote is reached.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host in lower case, IPv6 without brackets; empty for a folder.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port to connect to; nothing for a folder.
    pub fn port(&self) -> Option<u16> {
        self.port.or(self.scheme.default_port())
    }

    /// Who the address signs in as: SSH's account (`git` where none is written), or the name in an HTTP(S) address.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// What the server calls the repository: with a leading slash, except for `host:path`, which is relative to the
    /// account's home. For HTTP(S) as written, that is percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// `host` or `host:port` where the port is not the scheme's own; the path for a folder.
    pub fn authority(&self) -> String {
        if self.scheme == Scheme::File {
            return self.path.clone();
        }
        let host = bracketed(&self.host);
        self.port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
    }

    /// The repository's own name: the last part of the path without `.git`.
    pub fn name(&self) -> &str {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        last.strip_suffix(".git").filter(|name| !name.is_empty()).unwrap_or(last)
    }

    /// Whether two addresses look like one repository, as [`crate::SameRepository`] describes it. Nobody else asks: what a
    /// person says of a source counts as well.
    pub(crate) fn is_likely_same(&self, other: &Self) -> bool {
        let place = |url: &Self| {
            let path = url.path.trim_start_matches('/');
            (url.host.clone(), path.strip_suffix(".git").unwrap_or(path).to_lowercase())
        };
        place(self) == place(other)
    }
}

fn read(text: &str) -> Result<RemoteUrl, UrlProblem> {
    if text.is_empty() {
        return Err(UrlProblem::Empty);
    }
    if text.chars().any(|c| c.is_control() || (c.is_whitespace() && !is_path(text))) {
        return Err(UrlProblem::Characters);
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return match scheme.to_ascii_lowercase().as_str() {
            "https" => with_host(text, Scheme::Https),
            "http" => with_host(text, Scheme::Http),
            "ssh" | "git+ssh" | "ssh+git" => with_host(text, Scheme::Ssh),
            "file" => file_url(text),
            _ => Err(UrlProblem::Scheme),
        };
    }
    if is_path(text) {
        return folder(text);
    }
    scp(text)
}

fn is_path(text: &str) -> bool {
    std::path::Path::new(text).is_absolute() || text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("file://"))
}

/// `scheme://user@host:port/path`.
fn with_host(text: &str, scheme: Scheme) -> Result<RemoteUrl, UrlProblem> {
    let (_, rest) = text.split_once("://").ok_or(UrlProblem::Scheme)?;
    // One scheme for all: the url crate treats http's more leniently (backslashes, missing slashes) than we want.
    let url = Url::parse(&format!("ssh://{rest}")).map_err(|error| match error {
        url::ParseError::EmptyHost => UrlProblem::Host,
        _ => UrlProblem::HostForm,
    })?;
    if url.password().is_some() {
        return Err(UrlProblem::Password);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlProblem::Query);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(UrlProblem::Host)?;
    let user = Some(url.username()).filter(|user| !user.is_empty());
    assemble(scheme, user, host, url.port(), url.path())
}

/// `user@host:path`, the way of scp; the path is relative to the account's home unless it begins with a slash.
fn scp(text: &str) -> Result<RemoteUrl, UrlProblem> {
    let after_brackets = text.rfind(']').unwrap_or(0);
    let colon = text[after_brackets..].find(':').map(|at| at + after_brackets).ok_or(UrlProblem::Scheme)?;
    let (place, path) = (&text[..colon], &text[colon + 1..]);
    if place.contains('/') || place.contains('\\') {
        return Err(UrlProblem::Relative);
    }
    let (user, host) = match place.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        // One letter is a drive of Windows.
        None if place.len() == 1 => return Err(UrlProblem::Scheme),
        None => (None, place),
    };
    if path.is_empty() {
        return Err(UrlProblem::Path);
    }
    if user.is_some_and(|user| user.contains(':')) || path.contains('@') && user.is_none() {
        return Err(UrlProblem::Password);
    }
    if path.starts_with("//") {
        return Err(UrlProblem::Path);
    }
    let url = assemble(Scheme::Ssh, user, host, None, path)?;
    // An absolute path is spelled ssh://user@host/path, where some characters mean something else or must be encoded.
    if path.starts_with('/') && with_host(&url.spelled, Scheme::Ssh).as_ref() != Ok(&url) {
        return Err(UrlProblem::Unencoded);
    }
    Ok(url)
}

fn assemble(
    scheme: Scheme,
    user: Option<&str>,
    host: &str,
    port: Option<u16>,
    path: &str,
) -> Result<RemoteUrl, UrlProblem> {
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host).to_owned();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() {
        return Err(UrlProblem::Host);
    }
    if host.starts_with('-') || !host.chars().all(fits) || port == Some(0) {
        return Err(UrlProblem::HostForm);
    }
    if user.is_some_and(looks_like_a_token) {
        return Err(UrlProblem::Token);
    }
    let user = match (user, scheme) {
        (Some(user), _) => Some(user.to_owned()),
        (None, Scheme::Ssh) => Some("git".to_owned()),
        (None, _) => None,
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() || path == "~" {
        return Err(UrlProblem::Path);
    }
    let port = port.filter(|port| Some(*port) != scheme.default_port());
    let mut url = RemoteUrl { spelled: String::new(), scheme, user, host, port, path: path.to_owned() };
    let user = url.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    url.spelled = if path.starts_with('/') {
        format!("{}://{user}{}{path}", scheme.as_str(), url.authority())
    } else {
        format!("{user}{}:{path}", bracketed(&url.host))
    };
    Ok(url)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn file_url(text: &str) -> Result<RemoteUrl, UrlProblem> {
    let url = Url::parse(text).map_err(|_| UrlProblem::HostForm)?;
    if url.host().is_some() {
        return Err(UrlProblem::FileHost);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(UrlProblem::Query);
    }
    let path = url.to_file_path().map_err(|()| UrlProblem::Relative)?;
    folder(path.to_str().ok_or(UrlProblem::Characters)?)
}

/// The path without empty parts, `..` and a final slash: as the url crate reads what is spelled, so that reading it again
/// gives the same address.
fn folder(path: &str) -> Result<RemoteUrl, UrlProblem> {
    let url_of = |path: &str| Url::from_file_path(path).map_err(|()| UrlProblem::Relative);
    let url = Url::parse(url_of(path)?.as_str()).map_err(|_| UrlProblem::Relative)?;
    let path = url.to_file_path().map_err(|()| UrlProblem::Relative)?;
    let path = path.to_str().ok_or(UrlProblem::Characters)?.trim_end_matches(['/', std::path::MAIN_SEPARATOR]);
    if path.is_empty() {
        return Err(UrlProblem::Path);
    }
    Ok(RemoteUrl {
        spelled: url_of(path)?.to_string(),
        scheme: Scheme::File,
        user: None,
        host: String::new(),
        port: None,
        path: path.to_owned(),
    })
}

/// The beginnings of forges' access tokens, and a length that no account's name has.
fn looks_like_a_token(user: &str) -> bool {
    const BEGINNINGS: [&str; 9] = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "ATBB"];
    BEGINNINGS.iter().any(|start| user.starts_with(start)) || user.len() >= 32
}

/// What was given, without anything that could be a secret: no user, no password, no query.
fn shown(text: &str) -> String {
    without_userinfo(text)
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spelled)
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteUrl({})", self.spelled)
    }
}

impl FromStr for RemoteUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RemoteUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RemoteUrl> for String {
    fn from(url: RemoteUrl) -> Self {
        url.spelled
    }
}

#[cfg(test)]
mod tests;
