//! The reference scenario by commands alone: add a source, look at the inbox, review, release, undo.

mod support;

use serde_json::{Value, json};
use sluice_api::ErrorCode;
use sluice_api::view::event::Event;
use sluice_api::view::release::ReleaseState;
use sluice_testkit::git::{ClientKey, KeyKind};
use support::{App, policy};

fn items<'v>(inbox: &'v Value, wait: &str) -> Vec<&'v Value> {
    let groups = inbox["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["wait"] == wait);
    group.map(|group| group["items"].as_array().expect("items").iter().collect()).unwrap_or_default()
}

/// Releases every plan of a sheet as it is shown.
async fn release(app: &App, review: &Value, hold: Value) -> Result<Value, sluice_api::WireError> {
    let plans: Vec<Value> = review["plans"]
        .as_array()
        .expect("plans")
        .iter()
        .map(|plan| json!({ "plan": plan["plan"], "message": plan["message"] }))
        .collect();
    let mut request = json!({ "review": review["review"], "plans": plans, "approval": "given" });
    if !hold.is_null() {
        request["hold"] = hold;
    }
    app.call("release", request).await
}

async fn pushed(app: &mut App, release: &str) {
    let id = release.to_owned();
    app.until(|event| matches!(event, Event::Release { release, state: ReleaseState::Pushed, .. } if *release == id))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_found_reviewed_released_and_taken_back() {
    let mut app = App::with_news().await;

    let found = app.ok("found", json!({ "source": "fleet" })).await;
    assert_eq!(found["counts"]["imagePolicies"], 1);
    assert_eq!(found["counts"]["markers"], 1);
    assert_eq!(found["stage"]["stage"], "done");
    assert_eq!(found["images"][0]["candidate"]["to"]["tag"], "1.0.1");
    assert_eq!(found["mayWrite"], false);

    // Read-only at first: it is seen and cannot be released.
    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    assert_eq!(review["plans"][0]["obstacle"]["code"], "writingNotAllowed");
    let refused = release(&app, &review, Value::Null).await.expect_err("writing is not allowed");
    assert_eq!(refused.code, ErrorCode::WritingNotAllowed);

    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    let inbox = app.ok("inbox", Value::Null).await;
    let ready = items(&inbox, "ready");
    assert_eq!(ready.len(), 1, "{inbox}");
    assert_eq!(ready[0]["change"]["from"]["tag"], "1.0.0");
    assert_eq!(ready[0]["change"]["to"]["tag"], "1.0.1");
    assert_eq!(ready[0]["change"]["step"], "patch");

    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    let plan = &review["plans"][0];
    assert_eq!(plan["obstacle"], Value::Null);
    assert_eq!(plan["files"].as_array().map(Vec::len), Some(1));
    assert_eq!((&plan["files"][0]["linesAdded"], &plan["files"][0]["linesRemoved"]), (&json!(1), &json!(1)));
    assert_eq!(plan["author"]["name"], "fluxcdbot");
    assert_eq!(plan["target"]["branch"], "main");
    let started = release(&app, &review, Value::Null).await.expect("it begins");
    let id = started["releases"][0]["release"].as_str().expect("an id").to_owned();
    pushed(&mut app, &id).await;

    wait_for_tag(&app, "1.0.1").await;
    let releases = app.ok("releases", json!({ "show": "mine" })).await;
    assert_eq!(releases["releases"][0]["release"], id.as_str());
    assert_eq!(releases["releases"][0]["state"], "pushed");
    assert_eq!(releases["releases"][0]["started"]["by"], "you");
    let detail = app.ok("releaseDetail", json!({ "release": id })).await;
    assert_eq!(detail["trail"].as_array().map(Vec::len), Some(6));
    assert_eq!(detail["undo"]["can"], "yes");
    assert!(detail["files"][0]["after"].as_str().expect("a text").contains("flask-app:1.0.1"));
    let gone = app.call("review", json!({ "review": review["review"] })).await.expect_err("it was released");
    assert_eq!(gone.code, ErrorCode::NotFound);
    let row = app.ok("images", Value::Null).await["rows"][0].clone();
    assert_eq!((&row["state"], &row["inGit"]["tag"]), (&json!("upToDate"), &json!("1.0.1")));

    // Back again, and held there.
    let review = app.ok("openReview", json!({ "intent": { "intent": "undo", "release": id } })).await;
    assert_eq!(review["plans"][0]["changes"][0]["version"]["to"]["tag"], "1.0.0");
    assert_eq!(review["plans"][0]["changes"][0]["version"]["isDowngrade"], true);
    assert_eq!(review["hold"]["tag"], "1.0.0");
    let started = release(&app, &review, review["hold"].clone()).await.expect("it begins");
    let undo = started["releases"][0]["release"].as_str().expect("an id").to_owned();
    pushed(&mut app, &undo).await;
    wait_for_tag(&app, "1.0.0").await;
    let detail = app.ok("releaseDetail", json!({ "release": id })).await;
    assert_eq!(detail["row"]["undoneBy"], undo.as_str());
    assert_eq!(detail["undo"]["can"], "no");
    let inbox = wait_for_group(&app, "held").await;
    assert_eq!(items(&inbox, "held")[0]["gates"][0]["hold"]["by"], "kim");
    let timeline = app.ok("timeline", json!({ "policy": policy() })).await;
    let treads = timeline["lines"][0]["treads"].as_array().expect("a step line");
    assert_eq!(
        treads.iter().map(|tread| tread["tag"].as_str()).collect::<Vec<_>>(),
        [Some("1.0.0"), Some("1.0.1"), Some("1.0.0")]
    );
    assert_eq!(treads[2]["isRollback"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_rule_is_planned_reviewed_and_written_into_the_policy() {
    let mut app = App::writable().await;
    let rule = |range: &str| {
        let draft = json!({ "rule": { "kind": "semver", "range": range } });
        json!({ "intent": { "intent": "rule", "policy": policy(), "draft": draft } })
    };
    let refused = app.call("openReview", rule("1.x.y.z")).await.expect_err("it is no range");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    let same = app.ok("openReview", rule("1.0.x")).await;
    assert_eq!((&same["plans"], &same["leftOut"][0]["why"]["code"]), (&json!([]), &json!("alreadyExists")));

    let review = app.ok("openReview", rule("1.x")).await;
    let plan = &review["plans"][0];
    let field = json!({ "field": "spec.policy.semver.range", "old": "1.0.x", "new": "1.x" });
    assert_eq!(plan["changes"][0]["fields"], json!([field]));
    assert_eq!(plan["messageFrom"], "sluice");
    assert_eq!((&plan["files"][0]["linesAdded"], &plan["files"][0]["linesRemoved"]), (&json!(1), &json!(1)));
    let started = release(&app, &review, Value::Null).await.expect("it begins");
    let id = started["releases"][0]["release"].as_str().expect("an id").to_owned();
    pushed(&mut app, &id).await;

    // The rule counts at once: what it chooses now waits in the inbox.
    for attempt in 0.. {
        let row = app.ok("images", Value::Null).await["rows"][0].clone();
        if row["candidate"]["to"]["tag"] == "1.1.0" {
            assert_eq!(row["rule"]["value"], "1.x");
            break;
        }
        assert!(attempt < 100, "ten seconds later: {row}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let detail = app.ok("releaseDetail", json!({ "release": id })).await;
    assert_eq!(detail["row"]["changes"][0]["fields"], json!([field]));
    assert_eq!((&detail["undo"]["can"], &detail["undo"]["code"]), (&json!("no"), &json!("rule")));
    let of_policy = app.ok("releases", json!({ "show": "all", "policy": policy() })).await;
    assert_eq!(of_policy["releases"][0]["release"], id.as_str());
}

/// The repository is read again right after the push.
async fn wait_for_tag(app: &App, tag: &str) {
    for _ in 0..100 {
        if app.ok("images", Value::Null).await["rows"][0]["inGit"]["tag"] == tag {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{tag} does not stand in Git after ten seconds");
}

/// The hold is set right after the push.
async fn wait_for_group(app: &App, wait: &str) -> Value {
    for _ in 0..100 {
        let inbox = app.ok("inbox", Value::Null).await;
        if !items(&inbox, wait).is_empty() {
            return inbox;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("nothing is {wait} after ten seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_whose_edits_changed_is_not_released() {
    let app = App::writable().await;
    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    // Another choice than the one on the sheet.
    app.demo.publish("1.0.2");
    app.ok("checkNow", json!({ "scope": { "what": "policy", "policy": policy() } })).await;
    for _ in 0..100 {
        let row = app.ok("images", Value::Null).await["rows"][0].clone();
        if row["chosen"] == "1.0.2" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let refused = release(&app, &review, Value::Null).await.expect_err("it would write something else");
    assert_eq!(refused.code, ErrorCode::PlanOutdated, "{refused:?}");
    let again = app.ok("review", json!({ "review": review["review"] })).await;
    assert_eq!(again["plans"][0]["freshness"], "otherEdits");
    assert_ne!(again["plans"][0]["plan"], review["plans"][0]["plan"]);
    let outdated = release(&app, &review, Value::Null).await.expect_err("that plan is gone");
    assert_eq!(outdated.code, ErrorCode::PlanOutdated);
    release(&app, &again, Value::Null).await.expect("the new plan begins");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_taken_out_and_sheets_thrown_away() {
    let app = App::writable().await;
    let review =
        app.ok("openReview", json!({ "intent": { "intent": "tag", "policy": policy(), "tag": "1.1.0" } })).await;
    assert_eq!(review["plans"][0]["changes"][0]["version"]["to"]["tag"], "1.1.0");
    let keep = json!([{ "plan": review["plans"][0]["plan"], "changes": [] }]);
    let emptied = app.ok("replan", json!({ "review": review["review"], "keep": keep })).await;
    assert_eq!(emptied["plans"], json!([]));
    app.ok("discardReview", json!({ "review": review["review"] })).await;
    let gone = app.call("review", json!({ "review": review["review"] })).await.expect_err("it was thrown away");
    assert_eq!(gone.code, ErrorCode::NotFound);
    let nothing =
        app.ok("openReview", json!({ "intent": { "intent": "tag", "policy": policy(), "tag": "1.0.0" } })).await;
    assert_eq!(nothing["plans"], json!([]));
    assert_eq!(nothing["leftOut"][0]["why"]["code"], "alreadyExists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_is_skipped_only_when_a_person_says_so() {
    let app = App::writable().await;
    app.ok("changeSettings", json!({ "coolDown": 3600 })).await;
    let inbox = app.ok("inbox", Value::Null).await;
    assert_eq!(items(&inbox, "cooling").len(), 1, "{inbox}");
    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    assert_eq!(review["plans"][0]["skipsWait"], true);
    let cooling = release(&app, &review, Value::Null).await.expect_err("it is not old enough");
    assert_eq!(cooling.code, ErrorCode::GateClosed);
    let plan = &review["plans"][0];
    let plans = json!([{ "plan": plan["plan"], "message": "Release now\n" }]);
    let request = json!({ "review": review["review"], "plans": plans, "approval": "urgent" });
    let started = app.ok("release", request).await;
    assert_eq!(started["releases"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_what_stands_is_told_by_commit() {
    let app = App::start().await;
    app.put_settings("[signing]\ncredential = \"me\"\n");
    let key = ClientKey::new(KeyKind::Ed25519, None);
    let kept =
        json!({ "kind": "signing", "target": "me", "username": "", "secret": key.private_pem, "keepUntested": false });
    let kept = app.ok("addCredential", kept).await;
    let mut app = app.told_of_news().await;
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    let review = app.ok("openReview", json!({ "intent": { "intent": "release", "policies": [policy()] } })).await;
    let started = release(&app, &review, Value::Null).await.expect("it begins");
    pushed(&mut app, started["releases"][0]["release"].as_str().expect("an id")).await;
    wait_for_tag(&app, "1.0.1").await;

    let history = app.ok("policyHistory", json!({ "policy": policy() })).await;
    let entries = history["entries"].as_array().expect("entries").iter();
    let commits: Vec<&str> = entries.filter_map(|entry| entry["event"]["commit"].as_str()).collect();
    let nobodys = "0123456789012345678901234567890123456789";
    let [ours, theirs] = commits[..] else { panic!("{history}") };
    let ask = json!({ "source": "fleet", "commits": [ours, theirs, nobodys] });
    let told = app.ok("signatures", ask.clone()).await;
    let states = |told: &Value| {
        let all = told["signatures"].as_array().expect("signatures");
        all.iter().map(|one| one["state"].as_str().expect("a state").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(&told), ["good", "unsigned", "cannotCheck"], "{told}");
    let good = &told["signatures"][0];
    assert_eq!((&good["kind"], &good["by"], &good["commit"]), (&json!("ssh"), &json!("me"), &json!(ours)));
    assert_eq!(good["key"], key.fingerprint().as_str());
    assert_eq!(told["problems"], json!([]));

    // The key is not on record any more: the signature still fits, and nobody knows whose it is.
    app.ok("removeCredential", json!({ "credential": kept["credential"] })).await;
    let told = app.ok("signatures", ask).await;
    assert_eq!(states(&told), ["unknownKey", "unsigned", "cannotCheck"], "{told}");
    assert_eq!(told["signatures"][0]["key"], key.fingerprint().as_str());

    let many = json!({ "source": "fleet", "commits": vec![ours; 501] });
    assert_eq!(app.call("signatures", many).await.expect_err("too many").code, ErrorCode::InvalidRequest);
    let other = json!({ "source": "other", "commits": [ours] });
    assert_eq!(app.call("signatures", other).await.expect_err("there is none").code, ErrorCode::NotFound);
}
