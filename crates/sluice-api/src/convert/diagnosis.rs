//! Problems of resources as they are written.

use sluice_core::diagnosis::Severity as DomainSeverity;
use sluice_core::flux::Problem;

use crate::view::common::{FilePlace, ObjectRef};
use crate::view::diagnosis::{DiagnosedObject, Diagnosis, DiagnosisCode, Severity};

impl From<DomainSeverity> for Severity {
    fn from(severity: DomainSeverity) -> Self {
        match severity {
            DomainSeverity::Hint => Self::Hint,
            DomainSeverity::Warning => Self::Warning,
            DomainSeverity::Error => Self::Error,
        }
    }
}

/// A problem in a file of a source.
pub fn of_problem(source: &str, file: &str, problem: &Problem) -> Diagnosis {
    let object = problem.object.as_ref().filter(|object| !object.name.is_empty()).map(|object| DiagnosedObject {
        kind: object.kind.to_string(),
        object: ObjectRef { source: source.to_owned(), namespace: object.namespace.clone(), name: object.name.clone() },
    });
    Diagnosis {
        // Lines move with every edit above them, but a problem that moved is read again with its file anyway.
        id: format!("{source}/{file}:{}:{}:{}", problem.line, problem.column, problem.code),
        code: DiagnosisCode(problem.code),
        severity: problem.severity.into(),
        title: problem.code.title().to_owned(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
        source: source.to_owned(),
        place: Some(FilePlace {
            source: source.to_owned(),
            path: file.to_owned(),
            line: problem.line,
            column: problem.column,
        }),
        object,
        nearest: Vec::new(),
        remedy: None,
    }
}

/// The worst first, then by place.
pub fn sort(diagnoses: &mut [Diagnosis]) {
    diagnoses.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then_with(|| a.source.cmp(&b.source)).then_with(|| a.place.cmp(&b.place))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::diagnosis::Code;

    fn problem(code: Code, line: u32) -> Problem {
        Problem {
            line,
            column: 7,
            code,
            severity: code.severity(),
            message: "spec.interval: `fast` is no duration".to_owned(),
            hint: "write 1m40s".to_owned(),
            object: None,
        }
    }

    #[test]
    fn the_worst_comes_first_and_keeps_its_place_and_code() {
        let mut all: Vec<Diagnosis> = [
            of_problem("fleet", "b.yml", &problem(Code::FieldUnknown, 3)),
            of_problem("fleet", "b.yml", &problem(Code::FieldInvalid, 9)),
            of_problem("fleet", "a.yml", &problem(Code::FieldInvalid, 14)),
        ]
        .into();
        sort(&mut all);
        let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(
            ids,
            ["fleet/a.yml:14:7:field-invalid", "fleet/b.yml:9:7:field-invalid", "fleet/b.yml:3:7:field-unknown"]
        );
        let json = serde_json::to_value(&all[0]).expect("it can be written");
        assert_eq!((&json["code"], &json["severity"]), (&"field-invalid".into(), &"error".into()));
        assert_eq!(json["place"]["line"], 14);
    }
}
