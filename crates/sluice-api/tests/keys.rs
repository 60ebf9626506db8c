//! A deploy key that may only read: the source's row and the failed release offer what mends it.

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use sluice_api::view::event::Event;
use sluice_api::view::release::ReleaseState;
use sluice_api::view::source::ReadingStage;
use sluice_testkit::forge::{FakeForge, ForgeFlavour};
use sluice_testkit::git::{AuthorizedKey, ClientKey, SshServer};
use support::{App, policy};

const TOKEN: &str = "forge-token";

/// Lets the server follow what is registered at the forge.
fn follow(forge: &FakeForge, server: &Arc<SshServer>) {
    let server = server.clone();
    forge.on_change(move |keys| {
        let client =
            |line: &str| ClientKey { private_pem: String::new(), public_line: line.to_owned(), passphrase: None };
        let clients: Vec<_> = keys.iter().map(|key| (client(&key.key), key.may_write)).collect();
        let lines = clients.iter().map(|(client, may_write)| match may_write {
            true => AuthorizedKey::Writer(client),
            false => AuthorizedKey::Reader(client),
        });
        server.authorize(&lines.collect::<Vec<_>>());
    });
}

async fn row(app: &App) -> Value {
    app.ok("sources", Value::Null).await["git"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_whose_key_may_only_read_offers_to_register_it_with_write_access() {
    let mut app = App::start().await;
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("fleet.git");
    let server = Arc::new(SshServer::start(root.path(), &[]));
    let url = server.url(&folder);
    sluice_demo::scenario::write_repository(&folder, &app.demo.image(), &url).expect("a repository");
    // Of the forges GitLab is the one whose repositories lie as deep as a folder does.
    let path = url.split_once("//").and_then(|(_, rest)| rest.split_once('/')).expect("an address has a path").1;
    let forge = FakeForge::start(ForgeFlavour::GitLab, path.trim_end_matches(".git"), TOKEN);
    follow(&forge, &server);
    app.put_settings(&format!("[forge.\"127.0.0.1\"]\nkind = \"{}\"\napi = \"{}\"\n", forge.kind(), forge.api()));
    app.demo.publish("1.0.1");
    let host = app.ok("scanHost", json!({ "host": url })).await;
    let print = host["keys"][0]["fingerprint"].clone();
    app.ok("trustHost", json!({ "host": url, "fingerprints": [print], "replace": false })).await;
    let made = json!({ "place": url, "algorithm": "ecdsaP521", "replace": false });
    app.ok("generateKey", made).await;
    let register = |read_only: bool| json!({ "place": url, "token": TOKEN, "readOnly": read_only });
    app.ok("registerKey", register(true)).await;
    assert!(!forge.keys()[0].may_write);
    app.ok("addSource", json!({ "address": url, "name": "fleet" })).await;
    app.until(|event| matches!(event, Event::Reading { stage: ReadingStage::Done, .. })).await;
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    assert_eq!(row(&app).await["heartbeat"]["problem"], Value::Null);

    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    let plan = &review["plans"][0];
    let plans = json!([{ "plan": plan["plan"], "message": plan["message"] }]);
    let request = json!({ "review": review["review"], "plans": plans, "approval": "given" });
    let started = app.ok("release", request).await;
    let id = started["releases"][0]["release"].as_str().expect("an id").to_owned();
    app.until(|event| matches!(event, Event::Release { release, state: ReleaseState::Failed, .. } if *release == id))
        .await;

    let refused = row(&app).await;
    let action = json!({ "do": "registerKey", "source": "fleet" });
    assert_eq!(refused["heartbeat"]["problem"]["code"], "keyReadOnly", "{refused}");
    assert_eq!(refused["heartbeat"]["remedy"]["action"], action, "{refused}");
    assert_eq!(refused["heartbeat"]["health"], "attention");
    let words = refused["heartbeat"]["words"].as_str().expect("the server's words");
    assert!(words.contains("read only"), "{refused}");
    assert_eq!(app.ok("sources", Value::Null).await["needYou"], 1);
    let detail = app.ok("releaseDetail", json!({ "release": id })).await;
    assert_eq!(detail["failure"]["code"], "keyReadOnly");
    assert_eq!(detail["remedy"]["action"], action);

    // Where nothing is to be written nothing is amiss.
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": false })).await;
    assert_eq!(row(&app).await["heartbeat"]["problem"], Value::Null);
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    assert_eq!(row(&app).await["heartbeat"]["remedy"]["action"], action);

    let allowed = app.ok("registerKey", register(false)).await;
    assert_eq!(allowed["mayWrite"], true);
    let mended = row(&app).await;
    assert_eq!((&mended["heartbeat"]["problem"], &mended["heartbeat"]["remedy"]), (&Value::Null, &Value::Null));
}
