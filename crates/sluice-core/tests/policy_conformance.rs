//! Policies choose what Flux's own code chose, and are refused where it refused them.
//!
//! The cases are `tests/fixtures/conformance/policies.json`: answers of image-reflector-controller with
//! Masterminds/semver 3.5 and Go's regexp.

use serde::Deserialize;
use sluice_core::policy::{Number, Order, Policy, Rule, TagFilter};

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    kind: String,
    arg: String,
    #[serde(default)]
    filter: String,
    #[serde(default)]
    extract: String,
    tags: Vec<String>,
    chosen: Option<String>,
    problem: Option<String>,
    invalid: Option<String>,
}

fn order(text: &str) -> Order {
    if text.eq_ignore_ascii_case("desc") { Order::Desc } else { Order::Asc }
}

/// Where Flux's answer is one of several that it might have given, or rests on NaN and infinities being numbers.
fn differs_on_purpose(case: &Case, policy: &Policy, ours: Option<&str>) -> bool {
    let odd =
        |tag: &String| matches!(tag.to_ascii_lowercase().trim_start_matches(['+', '-']), "nan" | "inf" | "infinity");
    if case.kind == "numerical" && case.tags.iter().any(odd) {
        return true;
    }
    // With a filter Flux picks at random among candidates of equal rank.
    let (Some(ours), Some(theirs)) = (ours, case.chosen.as_deref()) else { return false };
    let equal = policy.is_downgrade(ours, theirs) == Some(false) && policy.is_downgrade(theirs, ours) == Some(false);
    // Above 2⁵³ whole numbers collide in Flux.
    let beyond = Number::parse(theirs).is_some() && theirs.len() > 15;
    (!case.filter.is_empty() && equal) || beyond
}

#[test]
fn every_case_is_answered_as_flux_answers_it() {
    let cases: Cases = serde_json::from_str(include_str!("../../../tests/fixtures/conformance/policies.json"))
        .expect("the fixture reads");
    assert_eq!(cases.cases.len(), 496);
    let mut wrong = Vec::new();
    for case in &cases.cases {
        let rule = match case.kind.as_str() {
            "semver" => Rule::Semver { range: case.arg.clone() },
            "numerical" => Rule::Numerical { order: order(&case.arg) },
            "alphabetical" => Rule::Alphabetical { order: order(&case.arg) },
            kind => panic!("{kind} is no kind of policy"),
        };
        let filter = TagFilter { pattern: case.filter.clone(), extract: case.extract.clone() };
        let label = format!("{} {:?} filter {:?} extract {:?}", case.kind, case.arg, case.filter, case.extract);
        let policy = match Policy::compile(&rule, Some(&filter)) {
            Ok(policy) => policy,
            Err(error) if case.invalid.is_some() => {
                assert!(!error.hint().is_empty());
                continue;
            }
            Err(error) => {
                wrong.push(format!("{label}: refused ({error}), Flux does not"));
                continue;
            }
        };
        if let Some(invalid) = &case.invalid {
            wrong.push(format!("{label}: accepted, Flux says {invalid}"));
            continue;
        }
        let decision = policy.decide(&case.tags);
        let ours = decision.chosen().map(String::as_str);
        assert_eq!(ours.is_none(), decision.problem().is_some(), "{label}: a choice or a problem");
        if ours != case.chosen.as_deref() && !differs_on_purpose(case, &policy, ours) {
            wrong.push(format!("{label}: chose {ours:?}, Flux {:?} ({:?})", case.chosen, case.problem));
        }
        let reasons = decision.passed_over().count();
        let expected = case.tags.iter().filter(|tag| Some(tag.as_str()) != ours).count();
        assert_eq!(reasons, expected, "{label}: every other tag has a reason");
        let mut shuffled = case.tags.clone();
        shuffled.reverse();
        let again = policy.decide(&shuffled);
        assert_eq!(again.chosen().map(String::as_str), ours, "{label}: the order of the tags does not matter");
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.cases.len(), wrong.join("\n"));
}
