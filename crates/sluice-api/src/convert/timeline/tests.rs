use super::*;
use sluice_core::policy::Rule;

const DAY: Duration = Duration::from_secs(86_400);

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn seen(tag: &str, first_seen: &str) -> SeenTag {
    SeenTag { tag: tag.to_owned(), first_seen: at(first_seen), created: None, gone_at: None }
}

fn key() -> ObjectRef {
    ObjectRef { source: "fleet".to_owned(), namespace: "flux-system".to_owned(), name: "flask-app".to_owned() }
}

fn moved(tag: &str, day: &str) -> GitMove {
    GitMove {
        at: at(day),
        tag: tag.to_owned(),
        commit: "3f1c2a9".repeat(5) + "abcde",
        author: "fluxcdbot".to_owned(),
        subject: format!("Update to {tag}"),
    }
}

/// Like the drawing: the rule is 1.0.x, Git holds 1.0.3 again after 1.0.4 was rolled back, and 1.0.6 is young.
fn drawn(inspect: impl FnOnce(Timeline)) {
    let tags = [
        seen("1.0.2", "2026-11-03T00:00:00Z"),
        seen("1.0.3", "2026-11-09T00:00:00Z"),
        seen("1.0.4", "2026-11-13T00:00:00Z"),
        seen("1.0.5", "2026-11-19T00:00:00Z"),
        seen("1.0.6", "2026-11-23T09:00:00Z"),
        seen("1.1.0", "2026-11-15T00:00:00Z"),
        seen("2.0.0-rc.1", "2026-11-16T00:00:00Z"),
        seen("latest", "2026-11-01T00:00:00Z"),
        SeenTag { gone_at: Some(at("2026-11-20T00:00:00Z")), ..seen("1.0.1", "2026-10-28T00:00:00Z") },
    ];
    let policy = Policy::compile(&Rule::Semver { range: "1.0.x".to_owned() }, None).expect("a range");
    let history = [
        moved("1.0.2", "2026-11-04T00:00:00Z"),
        moved("1.0.3", "2026-11-10T00:00:00Z"),
        moved("1.0.4", "2026-11-13T12:00:00Z"),
        moved("1.0.3", "2026-11-13T18:00:00Z"),
        moved("1.0.3", "2026-11-14T00:00:00Z"),
    ];
    let blocked = BTreeMap::from([("1.0.4".to_owned(), "OOMKilled on start".to_owned())]);
    inspect(timeline(&TimelineInputs {
        key: &key(),
        now: at("2026-11-24T14:32:00Z"),
        tags: &tags,
        policy: Some(&policy),
        in_git: &["1.0.3".to_owned()],
        history: &history,
        has_older: false,
        cool_down: 3 * DAY,
        blocked: &blocked,
        opens_at: None,
        scheduled: None,
        is_truncated: false,
    }));
}

#[test]
fn each_tag_is_drawn_by_what_the_policy_and_people_say_of_it() {
    drawn(|timeline| {
        let marks: Vec<(&str, Mark)> = timeline.tags.iter().map(|tag| (tag.tag.as_str(), tag.mark)).collect();
        assert_eq!(
            marks,
            [
                ("1.0.1", Mark::PassedOver),
                ("latest", Mark::PassedOver),
                ("1.0.2", Mark::Matches),
                ("1.0.3", Mark::Matches),
                ("1.0.4", Mark::Blocked),
                ("1.1.0", Mark::PassedOver),
                ("2.0.0-rc.1", Mark::PassedOver),
                ("1.0.5", Mark::Matches),
                ("1.0.6", Mark::Cooling),
            ]
        );
        assert_eq!(timeline.chosen.as_deref(), Some("1.0.6"));
        let reason = |tag: &str| {
            let tag = timeline.tags.iter().find(|one| one.tag == tag).expect("it is there");
            tag.reason.map(|place| timeline.reasons[place as usize].words.as_str())
        };
        assert_eq!(reason("1.0.6"), None);
        assert_eq!(reason("1.1.0"), Some("outside 1.0.x"));
        assert_eq!(reason("1.0.1"), Some("no longer in the registry"));
    });
}

#[test]
fn git_has_a_flag_and_a_stair_with_its_rollbacks() {
    drawn(|timeline| {
        let [flag] = timeline.flags.as_slice() else { panic!("one flag: {:?}", timeline.flags) };
        assert_eq!((flag.tag.as_str(), flag.since), ("1.0.3", Some(at("2026-11-14T00:00:00Z"))));
        let treads: Vec<_> = timeline.lines[0].treads.iter().map(|one| (one.tag.as_str(), one.is_rollback)).collect();
        assert_eq!(treads, [("1.0.2", false), ("1.0.3", false), ("1.0.4", false), ("1.0.3", true)]);
    });
}

#[test]
fn a_young_tag_says_when_it_has_cooled() {
    drawn(|timeline| {
        let [next] = timeline.upcoming.as_slice() else { panic!("one: {:?}", timeline.upcoming) };
        assert_eq!((next.tag.as_str(), next.at), ("1.0.6", at("2026-11-26T09:00:00Z")));
        assert_eq!(timeline.bands.len(), 1);
        assert_eq!(timeline.bands[0].from, at("2026-11-21T14:32:00Z"));
    });
}

#[test]
fn only_lanes_that_can_be_chosen_from_are_in_range() {
    drawn(|timeline| {
        let lanes: Vec<_> = timeline.lanes.iter().map(|lane| (lane.name.as_str(), lane.is_in_range)).collect();
        assert_eq!(lanes, [("2.0-rc", false), ("1.1", false), ("1.0", true), ("", false)]);
    });
}

#[test]
fn what_was_there_at_the_first_look_does_not_cool_below_the_tag_in_git() {
    let tags: Vec<SeenTag> = ["1.0.0", "1.0.1", "1.0.2"].map(|tag| seen(tag, "2026-11-24T14:00:00Z")).into();
    let policy = Policy::compile(&Rule::Semver { range: "1.0.x".to_owned() }, None).expect("a range");
    let timeline = timeline(&TimelineInputs {
        key: &key(),
        now: at("2026-11-24T14:32:00Z"),
        tags: &tags,
        policy: Some(&policy),
        in_git: &["1.0.1".to_owned()],
        history: &[],
        has_older: false,
        cool_down: DAY,
        blocked: &BTreeMap::new(),
        opens_at: None,
        scheduled: None,
        is_truncated: false,
    });
    let marks: Vec<Mark> = timeline.tags.iter().map(|tag| tag.mark).collect();
    assert_eq!(marks, [Mark::Matches, Mark::Matches, Mark::Cooling]);
}

#[test]
fn without_a_policy_every_tag_is_there_and_none_is_chosen() {
    let tags = [seen("1.0.0", "2026-11-24T14:00:00Z")];
    let timeline = timeline(&TimelineInputs {
        key: &key(),
        now: at("2026-11-24T14:32:00Z"),
        tags: &tags,
        policy: None,
        in_git: &[],
        history: &[],
        has_older: false,
        cool_down: Duration::MAX,
        blocked: &BTreeMap::new(),
        opens_at: None,
        scheduled: None,
        is_truncated: true,
    });
    assert_eq!(timeline.chosen, None);
    assert_eq!(timeline.tags[0].mark, Mark::PassedOver);
    assert!(timeline.lines.is_empty());
}

#[test]
fn ten_thousand_tags_take_less_than_a_moment() {
    let tags: Vec<SeenTag> =
        (0..10_000).map(|n| seen(&format!("{}.{}.{}", n % 3, n / 3 % 50, n / 150), "2026-11-01T00:00:00Z")).collect();
    let policy = Policy::compile(&Rule::Semver { range: "1.x".to_owned() }, None).expect("a range");
    let began = std::time::Instant::now();
    let timeline = timeline(&TimelineInputs {
        key: &key(),
        now: at("2026-11-24T14:32:00Z"),
        tags: &tags,
        policy: Some(&policy),
        in_git: &[],
        history: &[],
        has_older: false,
        cool_down: Duration::ZERO,
        blocked: &BTreeMap::new(),
        opens_at: None,
        scheduled: None,
        is_truncated: false,
    });
    assert_eq!(timeline.tags.len(), 10_000);
    assert!(timeline.reasons.len() < 10, "{}", timeline.reasons.len());
    // Generous: an unoptimised build on a busy machine.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let bytes = serde_json::to_vec(&timeline).expect("it can be written").len();
    assert!(bytes < 2_000_000, "{bytes}");
}
