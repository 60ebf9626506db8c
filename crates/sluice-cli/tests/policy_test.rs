//! `sluice policy test`, run as people run it: JSON, exit codes, tables.

mod run;

use run::sluice;
use serde_json::{Value, json};

#[test]
fn the_reference_scenario_chooses_1_0_1_and_says_why_not_1_1_0() {
    let run = sluice(&["policy", "test", "--semver", "1.0.x", "1.0.0", "1.0.1", "1.1.0", "-o", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.json(),
        json!({
            "chosen": {"tag": "1.0.1"},
            "passedOver": [
                {"tag": "1.0.0", "reason": "behind", "detail": "ranks below 1.0.1"},
                {"tag": "1.1.0", "reason": "outside-range", "detail": "outside 1.0.x"},
            ],
            "problem": null,
        })
    );
}

#[test]
fn the_exit_code_tells_chosen_invalid_and_nothing_apart() {
    for (words, tags, code, chosen, problem) in [
        (vec!["--semver", "1.0.x"], "1.0.0\n1.0.1\n", 0, Some("1.0.1"), None),
        (vec!["--semver", "2.x"], "1.0.0\n", 3, None, Some("none-in-range")),
        (vec!["--semver", "nonsense"], "1.0.0\n", 2, None, Some("invalid-range")),
        (vec!["--alphabetical", "desc", "--filter", "("], "a\n", 2, None, Some("invalid-filter")),
        (vec!["--numerical", "asc"], "1\n10\n9\n", 0, Some("10"), None),
        (vec!["--numerical", ""], "1\n10\n9\n", 0, Some("10"), None),
        (vec!["--numerical", "asc"], "1\nx\n", 3, None, Some("not-a-number")),
        (
            vec!["--numerical", "asc", "--filter", "^b(?P<n>[0-9]+)$", "--extract", "$n"],
            "b1\nb12\nx\n",
            0,
            Some("b12"),
            None,
        ),
        (vec!["--alphabetical", "asc"], "a\nb\n", 0, Some("b"), None),
        (vec!["--alphabetical", "asc"], "", 3, None, Some("no-tags")),
    ] {
        let mut line = vec!["policy", "test", "-o", "json", "--tags", "-"];
        line.extend(&words);
        let run = run::sluice_with_input(&line, tags);
        assert_eq!(run.code, code, "{words:?}: {run:?}");
        let verdict = run.json();
        assert_eq!(verdict["chosen"]["tag"].as_str(), chosen, "{words:?}: {verdict}");
        assert_eq!(verdict["problem"]["code"].as_str(), problem, "{words:?}: {verdict}");
    }
}

#[test]
fn an_invalid_policy_is_an_error_with_a_hint_on_standard_error() {
    let run = sluice(&["policy", "test", "--semver", "nonsense", "1.0.0"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.starts_with("error: the range `nonsense` is invalid"), "{}", run.stderr);
    assert!(run.stderr.contains("\nhint: write a range such as 1.0.x"), "{}", run.stderr);

    let run = sluice(&["policy", "test", "--semver", "nonsense", "1.0.0", "-o", "json"]);
    let error: Value = serde_json::from_str(&run.stderr).expect("with -o json the error is JSON too");
    assert_eq!(error["error"]["code"], "invalid-range");
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for line in [
        &["policy", "test", "1.0.0"][..],
        &["policy", "test", "--semver", "1.x", "--numerical", "asc", "1.0.0"],
        &["policy", "test", "--numerical", "upwards", "1"],
        &["policy", "test", "--semver", "1.x", "--tags", "/nowhere/tags"],
        &["policy", "test", "--semver", "1.x", "1.0.0", "-o", "sarif"],
        &["policy"],
        &["nonsense"],
        &[],
    ] {
        let run = sluice(line);
        assert_eq!(run.code, 2, "{line:?}: {run:?}");
        assert_eq!(run.stdout, "", "{line:?}");
        assert!(!run.stderr.is_empty(), "{line:?}");
    }
}

#[test]
fn the_table_is_plain_text_where_no_terminal_reads() {
    let run = sluice(&["policy", "test", "--semver", "1.0.x", "1.0.0", "1.0.1", "1.1.0"]);
    assert_eq!(
        run.stdout,
        "\
chosen: 1.0.1
3 tags, 1 outside the rule

TAG    REASON         DETAIL
1.0.0  behind         ranks below 1.0.1
1.1.0  outside-range  outside 1.0.x
"
    );
}

#[test]
fn yaml_says_what_json_says() {
    let run = sluice(&["policy", "test", "--semver", "1.0.x", "1.0.1", "-o", "yaml"]);
    assert_eq!(run.stdout, "chosen:\n  tag: \"1.0.1\"\npassedOver: []\nproblem: null\n");
}

#[test]
fn a_tag_that_would_steer_the_terminal_is_written_out() {
    let run = sluice(&["policy", "test", "--alphabetical", "asc", "a\u{1b}[31m", "a\u{202e}b"]);
    assert!(run.stdout.contains("a\\u{1b}[31m") && run.stdout.contains("a\\u{202e}b"), "{}", run.stdout);
}

#[test]
fn hundred_thousand_tags_fit_a_table() {
    let tags: String = (0..100_000).map(|n| format!("1.{}.{}\n", n / 1000, n % 1000)).collect();
    let run = run::sluice_with_input(&["policy", "test", "--semver", "1.x", "--tags", "-"], &tags);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("chosen: 1.99.999\n100000 tags\n"), "{}", &run.stdout[..200]);
    assert!(run.stdout.ends_with("… and 99959 more; -o json lists them all\n"));
}
