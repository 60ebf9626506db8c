//! Commit messages against what Flux rendered (`tests/fixtures/conformance/templates.json`) and against Go's
//! `text/template` with sprig (`tests/fixtures/template_vectors.json`).

use std::collections::BTreeMap;

use serde::Deserialize;
use sluice_core::ObjectKey;
use sluice_core::marker::ObjectId;
use sluice_core::template::{Change, MessageContext, MessageTemplate, TemplateError};

#[derive(Deserialize)]
struct Suite {
    values: BTreeMap<String, String>,
    /// For the cases that have none of their own.
    #[serde(default)]
    changes: Vec<CaseChange>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    template: String,
    values: Option<BTreeMap<String, String>>,
    changes: Option<Vec<CaseChange>>,
    text: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct CaseChange {
    file: String,
    #[serde(rename = "aPIVersion")]
    api_version: String,
    kind: String,
    name: String,
    namespace: String,
    old: String,
    new: String,
    setter: String,
}

impl From<&CaseChange> for Change {
    fn from(change: &CaseChange) -> Self {
        Self {
            file: change.file.clone(),
            object: ObjectId {
                api_version: change.api_version.clone(),
                kind: change.kind.clone(),
                name: change.name.clone(),
                namespace: change.namespace.clone(),
            },
            setter: change.setter.clone(),
            old: change.old.clone(),
            new: change.new.clone(),
        }
    }
}

fn suite(file: &str) -> Suite {
    let path = format!("{}/../../tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{path}: {cause}"));
    serde_json::from_str(&text).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

fn render(case: &Case, suite: &Suite) -> Result<String, TemplateError> {
    let changes: Vec<Change> = case.changes.as_ref().unwrap_or(&suite.changes).iter().map(Change::from).collect();
    let automation = ObjectKey::new("flux-system", "flask-app");
    let context = MessageContext {
        automation: &automation,
        changes: &changes,
        values: case.values.as_ref().unwrap_or(&suite.values),
    };
    MessageTemplate::parse(&case.template)?.render(&context)
}

/// Renders every case and tells all that differ at once.
fn check(suite: &Suite, cases: impl Iterator<Item = usize>) -> usize {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for index in cases {
        let case = &suite.cases[index];
        checked += 1;
        match (render(case, suite), &case.text, &case.error) {
            (Ok(ours), Some(theirs), _) if ours == *theirs => {}
            (Err(_), None, Some(_)) => {}
            (ours, ..) => wrong.push(format!(
                "{:?}\n  ours:   {ours:?}\n  theirs: {:?}",
                case.template,
                case.text.as_ref().map_or(case.error.clone().unwrap_or_default(), |text| format!("Ok({text:?})"))
            )),
        }
    }
    assert!(wrong.is_empty(), "{} of {checked} differ:\n{}", wrong.len(), wrong.join("\n"));
    checked
}

/// Flux takes an empty template for none and has a constant for it; Sluice has [`default_message`] there.
///
/// [`default_message`]: sluice_core::template::default_message
fn has_template(suite: &Suite, index: &usize) -> bool {
    !suite.cases[*index].template.is_empty()
}

#[test]
fn every_template_renders_as_flux_rendered_it() {
    let suite = suite("conformance/templates.json");
    let cases = (0..suite.cases.len()).filter(|index| has_template(&suite, index));
    assert_eq!(check(&suite, cases), 143, "145 cases, of which two are the constant for no template");
}

#[test]
fn every_function_verb_and_syntax_does_what_go_and_sprig_do() {
    let suite = suite("template_vectors.json");
    let count = suite.cases.len();
    assert!(count > 6000, "{count} vectors");
    assert_eq!(check(&suite, 0..count), count);
}
