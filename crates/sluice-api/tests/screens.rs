//! What each screen asks, answered over the demo's servers.

mod support;

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::ErrorCode;
use sluice_api::view::event::{CacheTag, Event, NotificationKind};
use support::{App, policy};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn the_rail_of_an_empty_application_offers_the_beginning() {
    let app = App::start().await;
    let shell = app.ok("shell", Value::Null).await;
    assert_eq!(shell["isEmpty"], true);
    assert_eq!(shell["counters"]["inbox"], 0);
    assert_eq!(shell["keychain"]["state"], "open");
    let added = app.ok("startDemo", Value::Null).await;
    assert_eq!(added["source"], "fleet");
    let shell = app.ok("shell", Value::Null).await;
    assert_eq!((&shell["isEmpty"], &shell["isDemo"]), (&json!(false), &json!(true)));
    assert_eq!(shell["sources"]["total"], 2);
    assert_eq!(app.ok("startDemo", Value::Null).await["source"], "fleet", "it is added once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_is_asked_for_what_is_its_own() {
    let app = App::start().await;
    assert_eq!(app.ok("startPage", Value::Null).await["page"]["page"], "releases");
    assert_eq!(app.ok("startPage", Value::Null).await["page"], Value::Null, "it is given once");
    app.ok("openLink", json!({ "url": "https://example.com/a" })).await;
    let refused = app.call("openLink", json!({ "url": "file:///etc/passwd" })).await.expect_err("it is no https");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert_eq!(*app.desk.opened.lock().expect("whole"), ["https://example.com/a"]);
    assert_eq!(app.ok("pickFolder", Value::Null).await["path"], "/srv/fleet");
    app.ok("unlockKeychain", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_has_a_row_for_the_policy() {
    let app = App::with_news().await;
    let images = app.ok("images", Value::Null).await;
    let row = &images["rows"][0];
    assert_eq!(row["policy"], policy());
    assert_eq!(row["image"], app.demo.image().as_str());
    assert_eq!(row["inGit"]["tag"], "1.0.0");
    assert_eq!(row["candidate"]["to"]["tag"], "1.0.1");
    assert_eq!(
        row["rule"],
        json!({ "kind": "semver", "value": "1.0.x", "isFiltered": false, "reflectsDigest": false })
    );
    assert_eq!((&row["mode"], &row["state"]), (&json!("observe"), &json!("observed")));
    assert_eq!(row["gates"][0]["remedy"]["action"]["do"], "allowWriting");
    assert_eq!(row["tags"], 3);
    assert_eq!(images["lookedThrough"][0]["markers"], 1);
    let views = json!({ "views": [{ "name": "mine", "filter": "state:ready", "sort": null, "isDescending": false, "columns": [] }] });
    app.ok("keepViews", views.clone()).await;
    assert_eq!(app.ok("savedViews", Value::Null).await, views);
    let twice = json!({ "views": [views["views"][0], views["views"][0]] });
    let refused = app.call("keepViews", twice).await.expect_err("names are unique");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_put_off() {
    let app = App::writable().await;
    assert_eq!(app.ok("shell", Value::Null).await["counters"]["ready"], 1);
    app.ok("snooze", json!({ "policies": [policy()], "until": "2099-01-01T00:00:00Z" })).await;
    assert_eq!(app.ok("inbox", Value::Null).await["total"], 0);
    assert_eq!(app.ok("shell", Value::Null).await["counters"]["ready"], 0);
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["state"], "ready");
    let past = json!({ "policies": [policy()], "until": "2001-01-01T00:00:00Z" });
    assert_eq!(app.call("snooze", past).await.expect_err("it is past").code, ErrorCode::InvalidRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_off_comes_back_by_itself_when_its_time_is_over() {
    let mut app = App::writable().await;
    // First for long, then for a moment: the later word counts.
    app.ok("snooze", json!({ "policies": [policy()], "until": "2099-01-01T00:00:00Z" })).await;
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(500);
    app.ok("snooze", json!({ "policies": [policy()], "until": until.to_string() })).await;
    assert_eq!(app.ok("inbox", Value::Null).await["total"], 0);
    let told = app.until(|event| matches!(event, Event::Notification { .. })).await;
    let Event::Notification { notification } = told else { unreachable!("it is one") };
    assert_eq!(notification.kind, NotificationKind::Ready);
    assert_eq!(notification.title, "flask-app is ready");
    assert!(jiff::Timestamp::now() >= until);
    assert_eq!(app.ok("inbox", Value::Null).await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_page_says_everything_about_the_policy() {
    let app = App::with_news().await;
    let page = app.ok("policy", json!({ "policy": policy() })).await;
    assert_eq!(page["rule"]["rule"], json!({ "kind": "semver", "range": "1.0.x" }));
    assert_eq!(page["chosen"]["tag"], "1.0.1");
    let used = &page["used"][0];
    assert_eq!(used["place"]["path"], "test/deployment.yml");
    assert!(used["line"].as_str().expect("a line").contains("$imagepolicy"), "{used}");
    assert_eq!(used["automation"]["name"], "flask-app");
    assert_eq!(page["automations"][0]["branch"], "main");
    assert_eq!(page["automations"][0]["interval"], 100);
    assert_eq!(page["diagnoses"], json!([]));
    let missing = json!({ "policy": { "source": "fleet", "namespace": "flux-system", "name": "nobody" } });
    assert_eq!(app.call("policy", missing).await.expect_err("there is none").code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_drawn_explained_and_tried() {
    let app = App::with_news().await;
    let timeline = app.ok("timeline", json!({ "policy": policy() })).await;
    let marks: Vec<(&str, &str)> = timeline["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .map(|tag| (tag["tag"].as_str().expect("a tag"), tag["mark"].as_str().expect("a mark")))
        .collect();
    assert!(marks.contains(&("1.0.1", "matches")) && marks.contains(&("1.1.0", "passedOver")), "{marks:?}");
    assert_eq!(timeline["chosen"], "1.0.1");
    assert_eq!(timeline["flags"][0]["tag"], "1.0.0");
    assert_eq!(timeline["lines"][0]["treads"][0]["author"], "Platform Team");

    let tag = app.ok("tag", json!({ "policy": policy(), "tag": "1.1.0" })).await;
    assert!(tag["digest"].as_str().expect("a digest").starts_with("sha256:"));
    assert_eq!(tag["reason"]["code"], "outsideRange");
    assert_eq!(tag["reference"], format!("{}:1.1.0", app.demo.image()));
    let broken = app.call("tag", json!({ "policy": policy(), "tag": "a b" })).await.expect_err("it is no tag");
    assert_eq!(broken.code, ErrorCode::InvalidRequest);

    let why_not = app.ok("whyNot", json!({ "policy": policy(), "tags": ["1.1.0"] })).await;
    assert_eq!(why_not["groups"][0]["reason"]["code"], "outsideRange");
    assert_eq!(why_not["suggestion"]["chosen"], "1.1.0");

    let draft = json!({ "rule": { "kind": "semver", "range": "1.x" } });
    let trial = app.ok("tryPolicy", json!({ "policy": policy(), "draft": draft })).await;
    assert_eq!(trial["chosen"], "1.1.0");
    assert_eq!(trial["comeIn"][0]["tag"], "1.1.0");

    let why = app.ok("why", json!({ "policy": policy(), "tag": "1.1.0" })).await;
    assert_eq!(why["steps"].as_array().map(Vec::len), Some(9));
    assert_eq!(why["steps"][2]["facts"]["reason"]["code"], "outsideRange");
    assert_eq!(why["steps"][7]["state"], "unknown");
    assert_eq!(why["command"], "sluice why flux-system/flask-app --tag 1.1.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn holds_are_set_shown_and_lifted() {
    let app = App::writable().await;
    let hold = json!({ "tag": "1.0.0", "reason": "1.0.1 leaks" });
    app.ok("hold", json!({ "policies": [policy()], "hold": hold })).await;
    let page = app.ok("policy", json!({ "policy": policy() })).await;
    assert_eq!(page["state"], "held");
    assert_eq!((&page["holds"][0]["by"], &page["holds"][0]["reason"]), (&json!("kim"), &json!("1.0.1 leaks")));
    app.ok("liftHold", json!({ "policy": policy() })).await;
    assert_eq!(app.ok("policy", json!({ "policy": policy() })).await["state"], "ready");
    let none = app.call("liftHold", json!({ "policy": policy() })).await.expect_err("nobody holds it");
    assert_eq!(none.code, ErrorCode::NotFound);
    let history = app.ok("policyHistory", json!({ "policy": policy() })).await;
    let kinds: Vec<&str> = history["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["event"]["event"].as_str().expect("a kind"))
        .collect();
    assert_eq!(kinds[..2], ["lifted", "held"], "{kinds:?}");
    assert!(kinds.contains(&"chose") && kinds.contains(&"written"), "{kinds:?}");
    let activity = app.ok("activity", json!({ "text": "hold", "limit": 1 })).await;
    assert_eq!(activity["entries"][0]["action"], "unhold");
    assert_eq!(activity["entries"][0]["page"]["page"], "policy");
    assert_eq!(activity["hasMore"], true);
}

/// Has everything looked at, and waits until that is over.
async fn look(app: &mut App) {
    app.ok("checkNow", json!({ "scope": { "what": "all" } })).await;
    app.until(|event| matches!(event, Event::Checking { is_done: true, .. })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_how_old_they_are_only_while_nothing_answers() {
    let mut app = App::with_news().await;
    let as_of = async |app: &App| {
        let (images, inbox) = (app.ok("images", Value::Null).await, app.ok("inbox", Value::Null).await);
        assert_eq!(images["asOf"], inbox["asOf"]);
        images["asOf"].clone()
    };
    assert_eq!(as_of(&app).await, Value::Null);
    app.demo.stop_registry().await;
    look(&mut app).await;
    assert_eq!(as_of(&app).await, Value::Null, "the repository answers");
    assert_eq!(app.ok("shell", Value::Null).await["network"]["state"], "online");
    app.demo.stop_git().await;
    look(&mut app).await;
    let sources = app.ok("sources", Value::Null).await;
    let instant = |text: &Value| text.as_str().expect("a time").parse::<Timestamp>().expect("RFC 3339");
    let answered = |beat: &Value| instant(&beat["lastSuccess"]);
    let last = answered(&sources["git"][0]["heartbeat"]).max(answered(&sources["registries"][0]["heartbeat"]));
    assert_eq!(instant(&as_of(&app).await), last);
    assert_eq!(app.ok("shell", Value::Null).await["network"]["state"], "offline");
    app.demo.start_git().await.expect("its port is free");
    app.demo.start_registry().await.expect("its port is free");
    look(&mut app).await;
    assert_eq!(as_of(&app).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agents_clock_is_told_and_need_not_be_asked_for() {
    let mut app = App::with_news().await;
    let (stop, engine) = (CancellationToken::new(), app.api.engine().clone());
    let agent = tokio::spawn({
        let stop = stop.clone();
        async move { engine.run(stop).await }
    });
    let mut moments = std::collections::BTreeSet::new();
    // The image is scanned every ten seconds; each time another moment is the next.
    app.until(|event| {
        if let Event::Agent { agent } = event {
            moments.extend(agent.next_check_at);
        }
        moments.len() >= 3
    })
    .await;
    stop.cancel();
    app.until(|event| matches!(event, Event::Agent { agent } if !agent.is_here)).await;
    agent.await.expect("it does not panic").expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_beside_a_persons_own_repositories_goes_with_the_program() {
    let app = App::start().await;
    app.ok("addSource", json!({ "address": app.demo.git_folder(), "name": "mine" })).await;
    app.ok("startDemo", Value::Null).await;
    let names = async |app: &App| -> Vec<String> {
        let sources = app.ok("sources", Value::Null).await;
        let git = sources["git"].as_array().expect("sources");
        git.iter().map(|source| source["source"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&app).await, ["fleet", "mine"]);
    app.api.engine().remove_temporary_sources("agent").await.expect("the settings can be written");
    assert_eq!(names(&app).await, ["mine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn automations_change_their_mode_and_pause() {
    let app = App::writable().await;
    let automation = policy();
    app.ok("setMode", json!({ "automation": automation, "mode": "auto" })).await;
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["mode"], "auto");
    let span = json!({ "for": "until", "until": "2099-01-01T00:00:00Z" });
    app.ok("pauseAutomation", json!({ "automation": automation, "span": span })).await;
    let source = app.ok("source", json!({ "source": "fleet" })).await;
    assert_eq!(source["automations"][0]["paused"]["until"], "2099-01-01T00:00:00Z");
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["gates"][0]["code"], "review");
    app.ok("resumeAutomation", json!({ "automation": automation })).await;
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["gates"], json!([]));
    let nobody = json!({ "source": "fleet", "namespace": "x", "name": "y" });
    let missing = app.call("setMode", json!({ "automation": nobody, "mode": "auto" })).await;
    assert_eq!(missing.expect_err("there is none").code, ErrorCode::NotFound);
    app.ok("pauseAll", json!({ "span": { "for": "untilTomorrow" } })).await;
    assert_eq!(app.ok("shell", Value::Null).await["tray"]["state"], "paused");
    app.ok("resumeAll", Value::Null).await;
    assert_eq!(app.ok("shell", Value::Null).await["agent"]["paused"], Value::Null);
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": false })).await;
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["mode"], "observe");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_finds_new_tags_and_tells_how_it_goes() {
    let mut app = App::with_news().await;
    app.demo.publish("1.0.2");
    let started = app.ok("checkNow", json!({ "scope": { "what": "all" } })).await;
    assert_eq!(started["asked"], 2);
    // What is stale is gathered for a moment, so it may be told before or after the scan.
    let (mut is_scanned, mut is_stale) = (false, false);
    app.until(|event| {
        is_scanned |= matches!(event, Event::Scanning { is_done: true, tags: 4, .. });
        is_stale |= matches!(event, Event::Stale { tags, .. } if tags.contains(&CacheTag::Tags));
        is_scanned && is_stale
    })
    .await;
    assert_eq!(app.ok("images", Value::Null).await["rows"][0]["candidate"]["to"]["tag"], "1.0.2");
    app.ok("stopChecking", Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_listed_tested_and_removed() {
    let app = App::with_news().await;
    let sources = app.ok("sources", Value::Null).await;
    assert_eq!(sources["git"][0]["heartbeat"]["health"], "fine");
    assert_eq!(sources["git"][0]["isDemo"], true);
    assert_eq!(sources["registries"][0]["images"], 1);
    assert_eq!(sources["needYou"], 0);
    let host = sources["registries"][0]["host"].as_str().expect("a host");
    for remote in [json!({ "kind": "git", "source": "fleet" }), json!({ "kind": "registry", "host": host })] {
        let test = app.ok("testRemote", json!({ "remote": remote })).await;
        let steps = test["steps"].as_array().expect("steps");
        assert!(steps.len() == 3 && steps.iter().all(|step| step["problem"].is_null()), "{test}");
    }
    let same = app.call("addSource", json!({ "address": app.demo.git_url() })).await.expect_err("it is there");
    assert_eq!(same.code, ErrorCode::InvalidRequest);
    let away = app.call("addSource", json!({ "address": "http://127.0.0.1:1/fleet.git" })).await;
    assert_eq!(away.expect_err("nobody is there").code, ErrorCode::Unreachable);
    assert_eq!(app.ok("diagnoses", json!({})).await["diagnoses"], json!([]));
    app.ok("removeSource", json!({ "source": "fleet" })).await;
    assert_eq!(app.ok("shell", Value::Null).await["isEmpty"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_tried_before_they_are_kept() {
    let app = App::with_news().await;
    let add = |keep: bool| json!({ "kind": "gitHttp", "target": "127.0.0.1:1/fleet.git", "username": "bot", "secret": "hunter2", "keepUntested": keep });
    let refused = app.call("addCredential", add(false)).await.expect_err("nobody answers there");
    assert!(!format!("{refused:?}").contains("hunter2"));
    assert_eq!(app.ok("credentials", Value::Null).await["kept"], json!([]));
    let kept = app.ok("addCredential", add(true)).await;
    assert!(!kept["problem"].is_null());
    let credentials = app.ok("credentials", Value::Null).await;
    assert_eq!(credentials["kept"][0]["username"], "bot");
    assert!(!credentials.to_string().contains("hunter2"));
    let id = json!({ "credential": kept["credential"] });
    let test = app.ok("testCredential", id.clone()).await;
    assert!(test["steps"].as_array().expect("steps").iter().any(|step| !step["problem"].is_null()), "{test}");
    app.ok("removeCredential", id.clone()).await;
    assert_eq!(app.call("removeCredential", id).await.expect_err("it is gone").code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_a_form_over_the_file() {
    let app = App::start().await;
    let settings = app.ok("settings", Value::Null).await;
    assert_eq!((&settings["values"]["theme"], &settings["values"]["gitInterval"]), (&json!("system"), &json!(60)));
    let change = json!({
        "theme": "dark", "language": "zh-CN", "autostart": true, "closeToTray": false, "gitInterval": 120,
        "coolDown": 7200, "window": "Mon-Fri 09:00-16:00",
        "notifications": { "ready": true, "released": false, "failed": true, "source": true },
    });
    let changed = app.ok("changeSettings", change).await["values"].clone();
    assert_eq!(changed["theme"], "dark");
    assert_eq!((&changed["language"], &changed["closeToTray"]), (&json!("zh-CN"), &json!(false)));
    assert_eq!((&changed["gitInterval"], &changed["coolDown"]), (&json!(120), &json!(7200)));
    assert_eq!(changed["window"], "Mon-Fri 09:00-16:00");
    assert_eq!(changed["notifications"]["released"], false);
    assert_eq!(*app.desk.autostart.lock().expect("whole"), Some(true));
    let wrong = app.call("changeSettings", json!({ "window": "someday" })).await.expect_err("it is no window");
    assert_eq!(wrong.code, ErrorCode::Settings);
    assert_eq!(app.ok("settings", Value::Null).await["values"]["window"], "Mon-Fri 09:00-16:00");
    let about = app.ok("about", Value::Null).await;
    assert!(about["dataSize"].as_u64().is_some_and(|size| size > 0), "{about}");
}
