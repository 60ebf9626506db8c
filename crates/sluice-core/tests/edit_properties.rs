//! What holds of every edit: bytes outside the marked scalars stay, applying twice changes nothing, planning on the
//! result is empty, and another YAML reader finds the same document but for the scalars.

#![allow(clippy::unwrap_used, reason = "a test that meets a surprise should stop there")]

use proptest::prelude::*;
use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, FileFacts};
use sluice_core::diagnosis::{Surroundings, diagnose};
use sluice_core::flux::{Author, UpdatePath};
use sluice_core::image::{Digest, ImageName, ImageRef, Tag};
use sluice_core::marker::{MarkerRef, Resolution, add_marker, find, images, rewrite};
use sluice_core::release::{Choice, PlanInputs, Planned, Target, plan};
use std::collections::BTreeMap;

/// One line of a generated manifest.
#[derive(Debug, Clone)]
enum Line {
    /// A value, perhaps marked; in a list or behind a key of its own.
    Value { old: String, style: Style, marker: Option<(usize, &'static str)>, in_list: bool, gap: usize },
    /// Anything that belongs to nobody: a comment, a blank line, a new document.
    Other(&'static str),
}

#[derive(Debug, Clone, Copy)]
enum Style {
    Plain,
    Single,
    Double,
}

impl Style {
    fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Single => format!("'{}'", text.replace('\'', "''")),
            Self::Double => format!("\"{text}\""),
        }
    }
}

/// A generated line as text: what stands before its scalar, the scalar, and what stands behind it.
struct Written {
    before: String,
    scalar: String,
    after: String,
    marker: Option<usize>,
}

fn written(at: usize, line: &Line, end: &str) -> Written {
    match line {
        Line::Other(text) => {
            Written { before: format!("{text}{end}"), scalar: String::new(), after: String::new(), marker: None }
        }
        Line::Value { old, style, marker, in_list, gap } => {
            let before = if *in_list { format!("k{at}:{end}  -   ") } else { format!("k{at}:{}", " ".repeat(gap + 1)) };
            let comment = match marker {
                Some((policy, suffix)) => {
                    format!("{}# {{\"$imagepolicy\": \"ns:p{policy}{suffix}\"}}{end}", " ".repeat(gap + 1))
                }
                None => end.to_owned(),
            };
            Written { before, scalar: style.write(old), after: comment, marker: marker.map(|(policy, _)| policy) }
        }
    }
}

fn old_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}(/[a-z]{1,6}){0,2}:[0-9a-z.]{1,8}",
        "v?[0-9]{1,3}(\\.[0-9]{1,3}){0,3}",
        Just("true".to_owned()),
        Just("2024-01-02".to_owned()),
        Just("x#y".to_owned()),
    ]
}

/// What policies choose, from the usual to the hostile.
fn new_value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,8}(/[a-z]{1,6}){0,2}:[0-9a-z.]{1,8}",
        2 => "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}",
        1 => prop::sample::select(vec!["null", "yes", "~", "0x10", "1e5", "1_000", "2024-01-02", "", "- a", "a: b", "a #b", "'", "\"", "\\", "#", "{a}", "*a", "&a", "!a", "%a", "é🚀"])
            .prop_map(str::to_owned),
        1 => "[ -~\u{a0}-\u{ff}]{0,12}",
    ]
}

fn line() -> impl Strategy<Value = Line> {
    let style = prop::sample::select(vec![Style::Plain, Style::Single, Style::Double]);
    let marker = prop::option::weighted(0.6, (0..4_usize, prop::sample::select(vec!["", ":tag", ":name"])));
    prop_oneof![
        4 => (old_value(), style, marker, any::<bool>(), 0..3_usize)
            .prop_map(|(old, style, marker, in_list, gap)| Line::Value { old, style, marker, in_list, gap }),
        1 => prop::sample::select(vec!["", "# a comment", "   ", "---", "# {not a marker}"]).prop_map(Line::Other),
    ]
}

fn manifest() -> impl Strategy<Value = (Vec<Line>, bool, bool)> {
    (prop::collection::vec(line(), 0..12), any::<bool>(), any::<bool>())
}

/// The documents as another YAML reader sees them.
fn documents(text: &str) -> Vec<serde_json::Value> {
    serde_saphyr::from_multiple(text.trim_start_matches('\u{feff}')).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

/// The leaves of a document, by path.
fn leaves(value: &serde_json::Value, path: String, found: &mut BTreeMap<String, serde_json::Value>) {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(key, value)| leaves(value, format!("{path}/{key}"), found))
        }
        serde_json::Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| leaves(value, format!("{path}/{at}"), found));
        }
        leaf => {
            found.insert(path, leaf.clone());
        }
    }
}

fn all_leaves(text: &str) -> BTreeMap<String, serde_json::Value> {
    let mut found = BTreeMap::new();
    for (at, document) in documents(text).iter().enumerate() {
        leaves(document, at.to_string(), &mut found);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn only_marked_scalars_change_and_the_document_stays_the_same(
        (lines, crlf, bom) in manifest(),
        values in prop::collection::vec(new_value(), 4),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let parts: Vec<Written> = lines.iter().enumerate().map(|(at, line)| written(at, line, end)).collect();
        let mark = if bom { "\u{feff}" } else { "" };
        let text = format!("{mark}{}", parts.iter().map(|part| format!("{}{}{}", part.before, part.scalar, part.after)).collect::<String>());
        let resolve = |marker: &MarkerRef| {
            let number: usize = marker.policy.name[1..].parse().unwrap();
            Resolution::Write(values[number].clone())
        };
        let result = rewrite(text.as_bytes(), &resolve);
        let after = result.bytes.as_ref().map_or(text.clone(), |bytes| String::from_utf8(bytes.clone()).unwrap());

        let mut rest = after.strip_prefix(mark).unwrap();
        for part in &parts {
            rest = rest.strip_prefix(part.before.as_str()).unwrap_or_else(|| panic!("{:?} is gone from {after:?}", part.before));
            let scalar = match part.marker {
                None => part.scalar.clone(),
                // The scalar ends where what stood behind it begins.
                Some(_) => rest[..rest.find(part.after.as_str()).unwrap_or_else(|| panic!("{:?} is gone from {after:?}", part.after))].to_owned(),
            };
            rest = rest.strip_prefix(scalar.as_str()).unwrap().strip_prefix(part.after.as_str()).unwrap();
        }
        prop_assert_eq!(rest, "", "nothing is added at the end");

        let (old, new) = (all_leaves(&text), all_leaves(&after));
        prop_assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
        let changed: Vec<_> = old.iter().filter(|(path, value)| new[*path] != **value).map(|(path, _)| &new[path]).collect();
        let written: Vec<_> = result.edits.iter().map(|edit| serde_json::Value::String(edit.new.clone())).collect();
        prop_assert!(changed.len() <= written.len() && changed.iter().all(|value| written.contains(value)), "{:?} {:?}", changed, written);
        prop_assert!(rewrite(after.as_bytes(), &resolve).bytes.is_none(), "applying twice changes again: {:?}", after);
    }

    #[test]
    fn planning_on_the_result_is_empty(
        (lines, crlf, _) in manifest(),
        tags in prop::collection::vec("[a-z0-9_][a-z0-9_.-]{0,8}", 4),
        with_digest in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let parts = lines.iter().enumerate().map(|(at, line)| written(at, line, end));
        let text: String = parts.map(|part| format!("{}{}{}", part.before, part.scalar, part.after)).collect();
        let digest = with_digest.then(|| Digest::parse(&format!("sha256:{}", "a".repeat(64))).unwrap());
        let image = |tag: &String| ImageRef {
            name: ImageName::parse("registry.example.com/team/app").unwrap(),
            tag: Tag::parse(tag).unwrap(),
            digest: digest.clone(),
        };
        let choices: BTreeMap<ObjectKey, Choice> = tags
            .iter()
            .enumerate()
            .map(|(at, tag)| (ObjectKey::new("ns", format!("p{at}")), Choice::Write(image(tag))))
            .collect();
        let once = planned(&choices, text.into_bytes());
        let changed = once.contents.iter().map(|content| content.after.clone()).next();
        if let Some(after) = changed {
            let again = planned(&choices, after);
            prop_assert!(again.plan.is_empty() && again.contents.is_empty(), "{}", again.plan.diff());
        }
    }

    #[test]
    fn a_marker_is_added_and_every_byte_before_and_behind_it_stays((lines, crlf, bom) in manifest()) {
        let end = if crlf { "\r\n" } else { "\n" };
        let parts = lines.iter().enumerate().map(|(at, line)| written(at, line, end));
        let body: String = parts.map(|part| format!("{}{}{}", part.before, part.scalar, part.after)).collect();
        let text = format!("{}{}", if bom { "\u{feff}" } else { "" }, body.replace("k0:", "image:"));
        let marker = MarkerRef::parse("ns:new").unwrap();
        for image in images(text.as_bytes()).into_iter().filter(|image| !image.is_marked) {
            let Ok(marked) = add_marker(text.as_bytes(), image.line, image.column, &marker) else { continue };
            let same = marked.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
            let added = marked.len() - text.len();
            prop_assert_eq!(&marked[same + added..], &text.as_bytes()[same..]);
            let found = find(&marked).markers;
            prop_assert_eq!(found.iter().filter(|found| found.reference == marker).count(), 1);
            prop_assert_eq!(found.len(), find(text.as_bytes()).markers.len() + 1);
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        soup in prop::collection::vec(prop::sample::select(SOUP.to_vec()), 0..40),
    ) {
        let resolve = |_: &MarkerRef| Resolution::Write("a/b:2".to_owned());
        for content in [bytes, soup.concat().into_bytes()] {
            let rewritten = rewrite(&content, &resolve);
            if let Some(after) = rewritten.bytes {
                prop_assert!(rewrite(&after, &resolve).bytes.is_none());
            }
            let facts = FileFacts::read(&content);
            let catalogue = Catalogue::build([("a.yaml", &facts), ("b.yaml", &facts)]);
            for diagnosis in diagnose(&catalogue, &Surroundings::default()) {
                prop_assert!(!diagnosis.message.is_empty() && !diagnosis.hint.is_empty());
                if let Some(fix) = diagnosis.fix {
                    let _may_be_refused = fix.apply(&content);
                }
            }
        }
    }
}

/// What YAML and Flux's resources are made of.
const SOUP: [&str; 32] = [
    "\n",
    "\r\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "|\n",
    ">-\n",
    "'",
    "\"",
    "&a ",
    "*a",
    "---\n",
    "# ",
    "# {\"$imagepolicy\": \"n:p\"}\n",
    "# {\"$imagepolicy\": \"n:p:tag\"}\n",
    "image: a/b:1",
    "tag: 1",
    "? ",
    "!!int ",
    "apiVersion: image.toolkit.fluxcd.io/v1\n",
    "kind: ImagePolicy\n",
    "metadata: {name: p, namespace: n}\n",
    "spec: {policy: {semver: {range: 1.x}}, imageRepositoryRef: {name: r}}\n",
    "kind: List\nitems:\n",
    "\u{feff}",
    "é🚀",
    "\t",
];

fn planned(choices: &BTreeMap<ObjectKey, Choice>, bytes: Vec<u8>) -> Planned {
    let base = "1".repeat(40);
    let target = Target {
        remote: "https://git.example.com/fleet.git".into(),
        base: base.clone(),
        checkout: "main".into(),
        reference: "refs/heads/main".into(),
        expected: Some(base),
        refspec: None,
        options: BTreeMap::new(),
    };
    let automation = ObjectKey::new("ns", "updates");
    let inputs = PlanInputs {
        automation: &automation,
        update_path: &UpdatePath::new("."),
        choices,
        target: &target,
        author: &Author { name: "bot".into(), email: "bot@example.com".into() },
        template: None,
        values: &BTreeMap::new(),
    };
    plan(&inputs, [("a.yaml".to_owned(), bytes)]).unwrap()
}
