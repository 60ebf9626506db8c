//! How each kind of forge is spoken to: addresses, headers and forms. Nothing here touches the network.

mod gitea;
mod github;
mod gitlab;

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use crate::deploy_key::{DeployKey, NewDeployKey};
use crate::kind::ForgeKind;

/// One forge's way of speaking. Addresses are below the interface's root.
pub(crate) trait Dialect: Sync {
    /// The header that carries the token.
    fn authorization(&self, token: &str) -> (&'static str, String);

    /// Headers of every request.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// A repository as addresses have it; nothing when the path is none.
    fn repository(&self, path: &str) -> Option<String>;

    /// Where the keys of a repository are, as many a page as the forge gives.
    fn keys(&self, repository: &str) -> String;

    /// Where one key is.
    fn key(&self, repository: &str, id: u64) -> String;

    /// The form of a key to be registered.
    fn form(&self, new: &NewDeployKey) -> Value;

    /// Reads a key.
    fn read(&self, key: Value) -> Option<DeployKey>;

    /// How a registered key is allowed to write, where the forge can change one; else it is made anew.
    fn allow_writing(&self, _repository: &str, _key: &DeployKey) -> Option<(Method, String, Value)> {
        None
    }

    /// Whether a refusal says that the key is in use already.
    fn says_taken(&self, words: &str) -> bool;
}

/// The dialect of a kind.
pub(crate) fn of(kind: ForgeKind) -> &'static dyn Dialect {
    match kind {
        ForgeKind::GitHub => &github::GitHub,
        ForgeKind::GitLab => &gitlab::GitLab,
        ForgeKind::Gitea => &gitea::Gitea,
    }
}

/// `owner/name` of a path with exactly two parts, without `.git`.
fn owner_and_name(path: &str) -> Option<String> {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (owner, name) = path.split_once('/')?;
    let fits = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    (fits(owner) && fits(name)).then(|| format!("{owner}/{name}"))
}

/// A key as GitHub and Gitea describe it.
#[derive(Debug, Deserialize)]
struct KeyWithReadOnly {
    id: u64,
    key: String,
    #[serde(default)]
    title: String,
    /// Absent on very old servers, which let every key write.
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    enabled: Option<bool>,
    #[serde(default)]
    created_at: Option<String>,
}

impl KeyWithReadOnly {
    fn key(self) -> DeployKey {
        DeployKey {
            id: self.id,
            title: self.title,
            public: self.key,
            may_write: !self.read_only,
            is_enabled: self.enabled.unwrap_or(true),
            created_at: self.created_at.and_then(|at| at.parse().ok()),
        }
    }
}

#[cfg(test)]
mod tests;
