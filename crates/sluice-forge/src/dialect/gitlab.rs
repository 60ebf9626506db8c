//! GitLab's REST interface, version 4: docs.gitlab.com/api/deploy_keys.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Dialect;
use crate::deploy_key::{DeployKey, NewDeployKey};

pub(super) struct GitLab;

/// A key of a project.
#[derive(Debug, Deserialize)]
struct ProjectKey {
    id: u64,
    key: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    can_push: bool,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    expires_at: Option<String>,
}

impl Dialect for GitLab {
    fn authorization(&self, token: &str) -> (&'static str, String) {
        // Taken for personal, project and group tokens as well as for OAuth's.
        ("authorization", format!("Bearer {token}"))
    }

    fn repository(&self, path: &str) -> Option<String> {
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let fits = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let has_group = path.contains('/');
        (has_group && path.split('/').all(fits)).then(|| path.replace('/', "%2F"))
    }

    fn keys(&self, repository: &str) -> String {
        format!("projects/{repository}/deploy_keys?per_page=100")
    }

    fn key(&self, repository: &str, id: u64) -> String {
        format!("projects/{repository}/deploy_keys/{id}")
    }

    fn form(&self, new: &NewDeployKey) -> Value {
        json!({ "title": new.title, "key": new.public, "can_push": new.may_write })
    }

    fn read(&self, key: Value) -> Option<DeployKey> {
        let key: ProjectKey = serde_json::from_value(key).ok()?;
        let at = |text: Option<String>| text.and_then(|at| at.parse::<jiff::Timestamp>().ok());
        Some(DeployKey {
            id: key.id,
            title: key.title,
            public: key.key,
            may_write: key.can_push,
            // What has expired is listed all the same; it has been so since it was said to end.
            is_enabled: key
                .expires_at
                .is_none_or(|ends| at(Some(ends)).is_none_or(|ends| ends > jiff::Timestamp::now())),
            created_at: at(key.created_at),
        })
    }

    fn allow_writing(&self, repository: &str, key: &DeployKey) -> Option<(Method, String, Value)> {
        Some((Method::PUT, self.key(repository, key.id), json!({ "can_push": true })))
    }

    fn says_taken(&self, words: &str) -> bool {
        words.contains("has already been taken")
    }
}
