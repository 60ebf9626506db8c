//! GitHub's REST interface, version 2022-11-28: docs.github.com/rest/deploy-keys.

use serde_json::{Value, json};

use super::{Dialect, KeyWithReadOnly, owner_and_name};
use crate::deploy_key::{DeployKey, NewDeployKey};

pub(super) struct GitHub;

impl Dialect for GitHub {
    fn authorization(&self, token: &str) -> (&'static str, String) {
        ("authorization", format!("Bearer {token}"))
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")]
    }

    fn repository(&self, path: &str) -> Option<String> {
        owner_and_name(path)
    }

    fn keys(&self, repository: &str) -> String {
        format!("repos/{repository}/keys?per_page=100")
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
        words.contains("key is already in use")
    }
}
