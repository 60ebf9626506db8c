//! Diagnoses.

use sluice_core::diagnosis::{Diagnosis as DomainDiagnosis, Severity as DomainSeverity};

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

/// A diagnosis of a source.
pub fn diagnosis(source: &str, found: DomainDiagnosis) -> Diagnosis {
    let object = found.object.filter(|object| !object.name.is_empty()).map(|object| DiagnosedObject {
        kind: object.kind.to_string(),
        object: ObjectRef { source: source.to_owned(), namespace: object.namespace, name: object.name },
    });
    let place = found.place.map(|place| FilePlace {
        source: source.to_owned(),
        path: place.file,
        line: place.line,
        column: place.column,
    });
    let at = place.as_ref().map(|place| format!("{}:{}:{}", place.path, place.line, place.column));
    let about = object.as_ref().map(|found| format!("{}/{}", found.object.namespace, found.object.name));
    Diagnosis {
        id: format!("{source}/{}:{}", at.or(about).unwrap_or_default(), found.code),
        code: DiagnosisCode(found.code),
        severity: found.severity.into(),
        title: found.code.title().to_owned(),
        message: found.message,
        hint: found.hint,
        source: source.to_owned(),
        place,
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
    use sluice_core::diagnosis::{Code, Place};

    fn found(file: &str, code: Code, line: u32) -> DomainDiagnosis {
        DomainDiagnosis {
            code,
            severity: code.severity(),
            place: Some(Place { file: file.to_owned(), line, column: 7 }),
            object: None,
            message: "spec.interval: `fast` is no duration".to_owned(),
            hint: "write 1m40s".to_owned(),
            fix: None,
        }
    }

    #[test]
    fn the_worst_comes_first_and_keeps_its_place_and_code() {
        let mut all: Vec<Diagnosis> = [
            diagnosis("fleet", found("b.yml", Code::FieldUnknown, 3)),
            diagnosis("fleet", found("b.yml", Code::FieldInvalid, 9)),
            diagnosis("fleet", found("a.yml", Code::FieldInvalid, 14)),
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
