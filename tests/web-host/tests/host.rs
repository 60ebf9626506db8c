//! The host serves files, commands, events and the outside over HTTP, and ends with whoever started it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

struct Host {
    child: Child,
    address: String,
    client: Client,
}

impl Host {
    fn start(arguments: &[&str]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluice-web-host"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the host starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("a line of JSON");
        let address = said["address"].as_str().expect("an address").to_owned();
        Self { child, address, client: Client::new() }
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let answer = self.client.post(format!("{}{path}", self.address)).json(&body).send().await.expect("an answer");
        (answer.status(), answer.json().await.unwrap_or_default())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn commands_files_and_the_outside_are_reached() {
    let ui = tempfile::tempdir().expect("a folder");
    std::fs::write(ui.path().join("index.html"), "<title>Sluice</title>").expect("a file");
    let mut host = Host::start(&["--with-demo", "--ui", ui.path().to_str().expect("a path")]);
    assert!(host.address.starts_with("http://127.0.0.1:"));
    for path in ["/", "/policy/fleet/flux-system/flask-app"] {
        let page = reqwest::get(format!("{}{path}", host.address)).await.expect("a page");
        assert!(page.text().await.expect("a text").contains("Sluice"), "{path}");
    }
    let mut events = host.client.get(format!("{}/api/events", host.address)).send().await.expect("a stream");

    let (status, _) = host.post("/control/publish", json!({ "tags": ["1.0.1"] })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, answer) = host.post("/api/call/checkNow", json!({ "scope": { "what": "all" } })).await;
    assert_eq!((status, answer["asked"].as_u64()), (StatusCode::OK, Some(2)));
    let told = async {
        let mut text = String::new();
        while !text.contains(r#""event":"stale""#) {
            let chunk = events.chunk().await.expect("the stream holds").expect("it does not end");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("something becomes stale");
    let (status, error) = host.post("/api/call/policy", json!({})).await;
    assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalidRequest")));

    host.post("/control/registry", json!({ "running": false })).await;
    let sources = host.post("/api/call/sources", Value::Null).await.1;
    let remote = json!({ "remote": { "kind": "registry", "host": sources["registries"][0]["host"] } });
    let (_, test) = host.post("/api/call/testRemote", remote.clone()).await;
    assert_eq!(test["steps"][0]["problem"]["code"], "unreachable", "{test}");
    host.post("/control/registry", json!({ "running": true })).await;
    let (_, test) = host.post("/api/call/testRemote", remote).await;
    assert_eq!(test["steps"].as_array().map(Vec::len), Some(3), "{test}");

    host.post("/control/agent", json!({ "running": true })).await;
    let here = async {
        while host.post("/api/call/shell", Value::Null).await.1["agent"]["isHere"] != true {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), here).await.expect("the agent runs");

    drop(host.child.stdin.take());
    let ended = async {
        while host.child.try_wait().expect("asked").is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("it ends with its input");
}
