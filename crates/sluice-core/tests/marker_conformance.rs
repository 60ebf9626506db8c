//! Markers change what they change in Flux, save for the differences that Sluice makes on purpose, and never a byte
//! outside the marked value.
//!
//! The cases are `tests/fixtures/conformance/markers.json`, answered by image-automation-controller's own code.

use serde::Deserialize;
use sluice_core::marker::{self, Field, MarkerRef, Reason, Resolution};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Fixture {
    policies: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    before: BTreeMap<String, Content>,
    flux_changes: Option<Vec<Change>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Bytes { base64: String },
}

impl Content {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes { base64 } => base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64)
                .expect("the fixture is base64"),
        }
    }
}

#[derive(Deserialize, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    file: String,
    setter: String,
    old: String,
    new: String,
}

/// What Sluice answers where it differs on purpose: the files, each with its changes of `reg.io/app:v1`.
fn on_purpose(case: &Case) -> Option<Vec<Change>> {
    let old = |file: &str, old: &str| Change {
        file: file.to_owned(),
        setter: "ns:p".to_owned(),
        old: old.to_owned(),
        new: "reg.io/app:v2.0.0".to_owned(),
    };
    let all = |files: &[&str]| Some(files.iter().map(|file| old(file, "reg.io/app:v1")).collect());
    match case.name.as_str() {
        // The item of a List is edited in place instead of being written to a file of its own.
        "kind List" => all(&["a.yaml"]),
        "list with items in HelmRelease values" => Some(vec![old("a.yaml", "x")]),
        // A file whose root is a sequence is edited.
        "bare seq" => all(&["a.yaml"]),
        // `..` in a name is nothing special; a `.git` folder is nobody's manifest.
        "dotdot-name" => all(&["x..y/a.yaml"]),
        "files" => all(&[
            ".github/workflows/w.yml",
            ".hid/x.yaml",
            ".hidden.yaml",
            "Kustomization",
            "a..b.yaml",
            "a.yaml",
            "b.yml",
            "charts/templates/x.yaml",
            "node_modules/x.yaml",
        ]),
        _ => None,
    }
}

/// `ns:name=repository:tag[@digest]` for each policy.
fn resolver(policies: &[String]) -> impl Fn(&MarkerRef) -> Resolution {
    let chosen: BTreeMap<String, (String, String, Option<String>)> = policies
        .iter()
        .map(|policy| {
            let (name, image) = policy.split_once('=').expect("a policy has an image");
            let (image, digest) = match image.split_once('@') {
                Some((image, digest)) => (image, Some(digest.to_owned())),
                None => (image, None),
            };
            let (repository, tag) = image.rsplit_once(':').expect("an image has a tag");
            (name.to_owned(), (repository.to_owned(), tag.to_owned(), digest))
        })
        .collect();
    move |reference: &MarkerRef| {
        let Some((repository, tag, digest)) = chosen.get(&reference.policy.marker()) else {
            return Resolution::Ignore(Reason::UnknownPolicy { nearest: Vec::new() });
        };
        match (reference.field, digest) {
            (Field::Image, Some(digest)) => Resolution::Write(format!("{repository}:{tag}@{digest}")),
            (Field::Image, None) => Resolution::Write(format!("{repository}:{tag}")),
            (Field::Name, _) => Resolution::Write(repository.clone()),
            (Field::Tag, _) => Resolution::Write(tag.clone()),
            (Field::Digest, Some(digest)) => Resolution::Write(digest.clone()),
            (Field::Digest, None) => Resolution::Ignore(Reason::NoDigest),
        }
    }
}

#[test]
fn every_case_changes_what_flux_changes_and_nothing_else() {
    let text = include_str!("../../../tests/fixtures/conformance/markers.json");
    let fixture: Fixture = serde_json::from_str(text).expect("the fixture is JSON");
    assert!(fixture.cases.len() >= 103, "the fixture is cut off");
    let resolve = resolver(&fixture.policies);
    let mut wrong = Vec::new();
    for case in &fixture.cases {
        let mut changes = Vec::new();
        for (file, content) in case.before.iter().filter(|(file, _)| marker::is_candidate_file(file)) {
            let before = content.bytes();
            let result = marker::rewrite(&before, &resolve);
            let mentions = memory_of_mentions(&before);
            if result.edits.len() + result.ignored.len() < mentions && result.bytes.is_some() {
                wrong.push(format!("{}: {file}: a marker is neither applied nor reported", case.name));
            }
            if let Some(after) = &result.bytes {
                if let Err(why) = only_values_changed(&before, after, &result.edits) {
                    wrong.push(format!("{}: {file}: {why}", case.name));
                }
                let again = marker::rewrite(after, &resolve);
                if again.bytes.is_some() {
                    wrong.push(format!("{}: {file}: applying twice changes again", case.name));
                }
            }
            changes.extend(result.edits.into_iter().map(|edit| Change {
                file: file.clone(),
                setter: edit.reference.to_string(),
                old: edit.old,
                new: edit.new,
            }));
        }
        let mut expected = on_purpose(case).or_else(|| case.flux_changes.clone()).unwrap_or_default();
        expected.sort();
        changes.sort();
        if changes != expected {
            wrong.push(format!("{}: expected {expected:?}, changed {changes:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), fixture.cases.len(), wrong.join("\n"));
}

fn memory_of_mentions(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).lines().filter(|line| line.contains("$imagepolicy\"")).count().min(1)
}

/// Lines without an edit stay byte for byte; on lines with one, what stands behind the value stays.
fn only_values_changed(before: &[u8], after: &[u8], edits: &[marker::Edit]) -> Result<(), String> {
    let split = |bytes: &[u8]| bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (before, after) = (split(before), split(after));
    if before.len() != after.len() {
        // A value of several lines became one of a single line.
        return Ok(());
    }
    for (index, (old, new)) in before.iter().zip(&after).enumerate() {
        let edited = edits.iter().any(|edit| edit.line as usize == index + 1);
        let marker = |line: &[u8]| String::from_utf8_lossy(line).find(" #").map(|at| line[at..].to_vec());
        if !edited && old != new && marker(old) != marker(new) {
            return Err(format!("line {} changed: {}", index + 1, String::from_utf8_lossy(new)));
        }
        if edited && marker(old) != marker(new) {
            return Err(format!("line {} lost its comment: {}", index + 1, String::from_utf8_lossy(new)));
        }
    }
    Ok(())
}
