//! Gitea's and Forgejo's REST interface, version 1: `/repos/{owner}/{repo}/keys` of their swagger.

use serde_json::{Value, json};

use super::{Dialect, KeyWithReadOnly, owner_and_name};
use crate::deploy_key::{DeployKey, NewDeployKey};

pub(super) struct Gitea;

impl Dialect for Gitea {
    fn authorization(&self, token: &str) -> (&'static str, String) {
        ("authorization", format!("token {token}"))
    }

    fn repository(&self, path: &str) -> Option<String> {
        owner_and_name(path)
    }

    fn keys(&self, repository: &str) -> String {
        // 50 is the most that it gives unless its operator says otherwise.
        format!("repos/{repository}/keys?limit=50")
    }

    fn key(&self, repository: &str, id: u64) -> String {
        format!("repos/{repository}/keys/{id}")
    }

    fn form(&self, new: &NewDeployKey) -> Value {
        json!({ "title": new.title, "key": new.public, "read_only": !new.may_write })
    }

    fn read(&self, key: Value) -> Option<DeployKey> {
        serde_json::from_value::<KeyWithReadOnly>(key).ok().map(KeyWithReadOnly::key)
    }

    fn says_taken(&self, words: &str) -> bool {
        // "Key content has been used as non-deploy key", "A key with the same name already exists".
        words.contains("has been used") || words.contains("already exist") || words.contains("already been")
    }
}
