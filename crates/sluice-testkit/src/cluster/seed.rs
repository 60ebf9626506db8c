//! Thousands of objects at once, past the API server: written where it keeps them.
//!
//! Creating them one by one takes minutes on a small machine, and what a test of large clusters is about comes after that.
//! The API server reads JSON from etcd as well as its own protobuf, and tells watches what is written there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::TestCluster;
use crate::http::HttpClient;

/// What etcd takes in one transaction, a little less than its limit of 128.
const TOGETHER: usize = 100;

impl TestCluster {
    /// Puts objects of one kind in. `plural` is the kind's word in addresses.
    ///
    /// # Panics
    /// When etcd refuses.
    pub fn seed(&self, plural: &str, objects: impl IntoIterator<Item = Value>) {
        let client = HttpClient::plain(self.etcd_address());
        let mut objects = objects.into_iter().enumerate().peekable();
        while objects.peek().is_some() {
            let puts: Vec<Value> =
                objects.by_ref().take(TOGETHER).map(|(number, object)| put(plural, number, object)).collect();
            let body = json!({ "success": puts }).to_string();
            let headers = [("Content-Type", "application/json")];
            let answer = client.ask("POST", "/v3/kv/txn", &headers, body.as_bytes()).expect("etcd answers");
            assert_eq!(answer.status, 200, "etcd refuses {plural}: {}", String::from_utf8_lossy(&answer.body));
        }
    }
}

fn put(plural: &str, number: usize, mut object: Value) -> Value {
    let metadata = &mut object["metadata"];
    // What the API server would have set.
    metadata["uid"] = format!("{number:08x}-0000-4000-8000-{:012x}", plural.len()).into();
    metadata["creationTimestamp"] = "2026-11-20T10:00:00Z".into();
    metadata["generation"] = 1.into();
    let text = |name: &str| object["metadata"][name].as_str().expect("an object has a namespace and a name");
    let key = format!("/registry/{plural}/{}/{}", text("namespace"), text("name"));
    json!({ "requestPut": { "key": STANDARD.encode(key), "value": STANDARD.encode(object.to_string()) } })
}
