//! A tag that disappears.

use crate::support::Bench;
use crate::support::bench::IMAGE;

#[test]
fn a_tag_deleted_upstream_never_leads_to_a_downgrade_by_itself_but_a_person_can() {
    let bench = Bench::over_http(crate::support::Files::hurried);
    bench.publish("1.0.1");
    bench.add_source("auto");
    let agent = bench.desk.agent();
    agent.wait_for_release("pushed");
    assert_eq!(bench.tag_in_git("main"), "1.0.1");

    bench.registry.delete_tag(IMAGE, "1.0.1");
    let gone = agent.wait_for("tags-changed", |event| event["gone"] == serde_json::json!(["1.0.1"]));
    assert_eq!(gone["added"], serde_json::json!([]));
    agent.wait_for("decided", |event| event["chosen"]["tag"] == "1.0.0");
    // It had its chance, several times.
    agent.wait_for_nth(agent.events_of("scanned").len() + 3, "scanned", |_| true);
    agent.stop();
    assert_eq!(bench.tag_in_git("main"), "1.0.1");
    assert_eq!(bench.releases_in_git("main"), 1);

    let why = bench.desk.sluice(&["why", "flux-system/flask-app", "-o", "json"]).exits(0).json();
    let gate = &why["steps"][5];
    assert_eq!(gate["state"], "waiting", "{why}");
    assert!(gate["words"].as_str().is_some_and(|words| words.contains("1.0.0 is lower than 1.0.1")), "{gate}");

    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.0");
}
