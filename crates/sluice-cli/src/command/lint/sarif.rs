//! `-o sarif`: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), which code scanning reads.

use serde_json::{Value, json};
use sluice_core::diagnosis::{Code, Diagnosis, Severity};

use super::places::Places;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole log: one run, every code as a rule.
pub(super) fn log(diagnoses: &[Diagnosis], places: &Places) -> Value {
    let results: Vec<Value> = diagnoses.iter().map(|diagnosis| result(diagnosis, places)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "sluice",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }]
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": {"text": code.title()},
        "fullDescription": {"text": code.explanation()},
        "help": {"text": format!("sluice lint --explain {code}")},
        "defaultConfiguration": {"level": level(code.severity())},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

fn result(diagnosis: &Diagnosis, places: &Places) -> Value {
    let index = Code::ALL.iter().position(|code| *code == diagnosis.code);
    let mut result = json!({
        "ruleId": diagnosis.code.as_str(),
        "ruleIndex": index,
        "level": level(diagnosis.severity),
        "message": {"text": format!("{}. Remedy: {}.", diagnosis.message, diagnosis.hint.trim_end_matches(['.', '?']))},
    });
    if let Some(place) = &diagnosis.place {
        let path = places.of(&place.file);
        let artifact = match path.starts_with('/') {
            true => json!({"uri": format!("file://{}", percent_encoded(&path))}),
            false => json!({"uri": percent_encoded(&path), "uriBaseId": "%SRCROOT%"}),
        };
        result["locations"] = json!([{
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {"startLine": place.line, "startColumn": place.column},
            }
        }]);
    }
    result
}

/// A path as a relative URI reference (RFC 3986): what may not stand there is percent-encoded, a `:` too, since it would
/// end a scheme.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri_reference() {
        for (path, uri) in [
            ("clusters/prod/a.yaml", "clusters/prod/a.yaml"),
            ("a b/c:d.yaml", "a%20b/c%3Ad.yaml"),
            ("é#?.yaml", "%C3%A9%23%3F.yaml"),
        ] {
            assert_eq!(percent_encoded(path), uri);
        }
    }
}
