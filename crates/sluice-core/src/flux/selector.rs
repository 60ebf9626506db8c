//! Kubernetes' label selector: `matchLabels` and `matchExpressions`, all of which must hold.

use super::fields::Fields;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `metav1.LabelSelector`. An empty one selects everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LabelSelector {
    /// Labels that must be there with exactly these values.
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions.
    pub match_expressions: Vec<Requirement>,
}

/// One condition on a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what; empty for Exists and DoesNotExist.
    pub values: Vec<String>,
}

/// How a requirement compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// The label is there and has one of the values.
    In,
    /// The label is absent or has none of the values.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether an object with these labels is selected.
    pub fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|requirement| requirement.holds(labels))
    }

    pub(super) fn read(section: &Fields<'_>) -> Self {
        let match_labels = section.text_map("matchLabels");
        for (key, value) in &match_labels {
            check_label(section, "matchLabels", key, Some(value));
        }
        let match_expressions = section.sections("matchExpressions").iter().filter_map(Requirement::read).collect();
        section.finish();
        Self { match_labels, match_expressions }
    }
}

const OPERATORS: [(&str, Operator); 4] = [
    ("In", Operator::In),
    ("NotIn", Operator::NotIn),
    ("Exists", Operator::Exists),
    ("DoesNotExist", Operator::DoesNotExist),
];

impl Requirement {
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    fn read(section: &Fields<'_>) -> Option<Self> {
        let key = section.required_text("key", "name the label");
        if section.node("operator").is_none() {
            section.missing("operator", "use In, NotIn, Exists or DoesNotExist");
        }
        let operator = section.word("operator", &OPERATORS);
        let values: Vec<String> = section.texts("values").into_iter().map(|(value, _, _)| value).collect();
        section.finish();
        let (key, operator) = (key?, operator?);
        check_label(section, "key", &key, None);
        for value in &values {
            check_label(section, "values", &key, Some(value));
        }
        match operator {
            Operator::In | Operator::NotIn if values.is_empty() => {
                section.missing("values", "In and NotIn need at least one value");
            }
            Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
                section.invalid("values", "Exists and DoesNotExist take no values", "remove the values");
            }
            _ => {}
        }
        Some(Self { key, operator, values })
    }
}

/// Kubernetes' syntax of label keys and values: a key is `[prefix/]name`; name and value have at most 63 characters.
fn check_label(section: &Fields<'_>, field: &str, key: &str, value: Option<&str>) {
    let name_fits = |name: &str| {
        let alphanumeric = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        name.len() <= 63
            && alphanumeric(name.chars().next())
            && alphanumeric(name.chars().last())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(|prefix| prefix.is_empty() || prefix.len() > 253) || !name_fits(name) {
        section.invalid(
            field,
            &format!("`{key}` is no label key"),
            "write [prefix/]name with letters, digits, `-`, `_` and `.`",
        );
    }
    if let Some(value) = value.filter(|value| !value.is_empty() && !name_fits(value)) {
        section.invalid(
            field,
            &format!("`{value}` is no label value"),
            "use at most 63 letters, digits, `-`, `_` and `.`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_selector_selects_as_kubernetes_does() {
        let requirement = |operator, values: &[&str]| LabelSelector {
            match_labels: BTreeMap::new(),
            match_expressions: vec![Requirement {
                key: "team".into(),
                operator,
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
        };
        let (web, other, none) = (labels(&[("team", "web")]), labels(&[("team", "db")]), labels(&[]));
        for (selector, for_web, for_other, for_none) in [
            (LabelSelector::default(), true, true, true),
            (requirement(Operator::In, &["web", "x"]), true, false, false),
            (requirement(Operator::NotIn, &["web"]), false, true, true),
            (requirement(Operator::Exists, &[]), true, true, false),
            (requirement(Operator::DoesNotExist, &[]), false, false, true),
            (LabelSelector { match_labels: web.clone(), match_expressions: vec![] }, true, false, false),
        ] {
            let found = (selector.selects(&web), selector.selects(&other), selector.selects(&none));
            assert_eq!(found, (for_web, for_other, for_none), "{selector:?}");
        }
    }
}
