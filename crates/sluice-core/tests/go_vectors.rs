//! Patterns, numbers, durations and ranges mean what they mean to Go's own code.
//!
//! The vectors are `tests/fixtures/go/*.jsonl`: random inputs with the answers of `regexp`, `strconv`, `time` and
//! Masterminds/semver.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sluice_core::duration::{DurationError, GoDuration};
use sluice_core::policy::{Constraint, Number};
use sluice_core::regexp::GoRegex;
use sluice_core::version::Version;

fn vectors<T: DeserializeOwned>(lines: &str) -> Vec<T> {
    let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    let vectors: Vec<T> = lines.lines().map(read).collect();
    assert!(vectors.len() > 500, "the fixture is cut off");
    vectors
}

/// Fails with every vector that `differs` says something about.
fn check<T: DeserializeOwned>(lines: &str, differs: impl Fn(&T) -> Option<String>) {
    let wrong: Vec<String> = vectors(lines).iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Deserialize)]
struct Pattern {
    pattern: String,
    error: Option<String>,
    #[serde(default)]
    template: String,
    #[serde(default)]
    texts: Vec<String>,
    #[serde(default)]
    expansions: Vec<Option<String>>,
}

#[test]
fn patterns_match_and_expand_as_in_go() {
    check(include_str!("../../../tests/fixtures/go/regexp.jsonl"), |case: &Pattern| {
        let regex = match (GoRegex::new(&case.pattern), &case.error) {
            (Ok(regex), None) => regex,
            (Err(ours), Some(gos)) if ours.to_string() == *gos => return None,
            (ours, gos) => return Some(format!("{}: {:?}, Go {gos:?}", case.pattern, ours.err())),
        };
        case.texts.iter().zip(&case.expansions).find_map(|(text, gos)| {
            let ours = regex.expand(&case.template, text);
            (ours != *gos || regex.is_match(text) != gos.is_some())
                .then(|| format!("{} with {} on {text:?}: {ours:?}, Go {gos:?}", case.pattern, case.template))
        })
    });
}

#[derive(Deserialize)]
struct Float {
    text: String,
    value: Option<String>,
}

#[test]
fn numbers_are_read_as_by_go_save_nan_and_infinities() {
    check(include_str!("../../../tests/fixtures/go/parse_float.jsonl"), |case: &Float| {
        let gos = case.value.as_deref().filter(|value| !matches!(*value, "NaN" | "+Inf" | "-Inf"));
        let (ours, gos) = match (Number::parse(&case.text), gos) {
            (None, None) => return None,
            (Some(ours), Some(gos)) => (ours, Number::parse(gos).expect("Go prints numbers")),
            (ours, gos) => return Some(format!("{}: {ours:?}, Go {gos:?}", case.text)),
        };
        // Beyond fifteen digits, and where Go underflows, the exact comparison tells apart what Go rounds together.
        let is_exact = case.text.bytes().filter(u8::is_ascii_digit).count() <= 15 && case.value.as_deref() != Some("0");
        (is_exact && ours.compare(&gos).is_ne()).then(|| format!("{} is {gos:?} to Go", case.text))
    });
}

#[derive(Deserialize)]
struct Span {
    text: String,
    printed: Option<String>,
    nanoseconds: i128,
}

#[test]
fn durations_are_read_and_printed_as_by_go_save_negative_ones() {
    check(include_str!("../../../tests/fixtures/go/parse_duration.jsonl"), |case: &Span| {
        match (GoDuration::parse(&case.text), &case.printed) {
            (Err(DurationError::Negative(_)), _) if case.nanoseconds < 0 => None,
            (Err(_), None) => None,
            (Ok(ours), Some(gos)) if ours.to_string() == *gos => {
                let nanoseconds = i128::try_from(ours.as_std().as_nanos()).expect("Go's fit 64 bits");
                (nanoseconds != case.nanoseconds).then(|| format!("{}: {nanoseconds} nanoseconds", case.text))
            }
            (ours, gos) => Some(format!("{}: {ours:?}, Go {gos:?}", case.text)),
        }
    });
}

#[derive(Deserialize)]
struct Range {
    range: String,
    error: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    admitted: Vec<Option<bool>>,
}

#[test]
fn ranges_admit_what_masterminds_admits() {
    check(include_str!("../../../tests/fixtures/go/constraint.jsonl"), |case: &Range| {
        let constraint = match (Constraint::parse(&case.range), &case.error) {
            (Ok(constraint), None) => constraint,
            (Err(_), Some(_)) => return None,
            (ours, gos) => return Some(format!("{:?}: {:?}, Masterminds {gos:?}", case.range, ours.err())),
        };
        case.tags.iter().zip(&case.admitted).find_map(|(tag, theirs)| {
            let ours = Version::of_tag(tag).ok().map(|version| constraint.admits(&version));
            (ours != *theirs).then(|| format!("{:?} on {tag}: {ours:?}, Masterminds {theirs:?}", case.range))
        })
    });
}

#[derive(Deserialize)]
struct Marked {
    text: String,
    /// Line, column, marker and value, as go-yaml and kyaml's rules give them.
    found: Vec<(u32, u32, String, String)>,
    /// Whether Sluice is known to find other ones.
    #[serde(default)]
    open: bool,
}

#[test]
fn markers_stand_for_the_values_that_go_yaml_gives_them() {
    check(include_str!("../../../tests/fixtures/go/markers.jsonl"), |case: &Marked| {
        let found = sluice_core::marker::find(case.text.as_bytes());
        let found: Vec<_> = found.markers.into_iter().map(|m| (m.line, m.reference.to_string(), m.value)).collect();
        let expected: Vec<_> =
            case.found.iter().map(|(line, _, name, value)| (*line, name.clone(), value.clone())).collect();
        let differs = found != expected;
        // What is known to differ is marked; a mark that is not true any more has to go.
        (differs != case.open).then(|| format!("{}\n-- Go finds {expected:?}, Sluice {found:?}", case.text))
    });
}
