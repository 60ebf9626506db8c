//! Diagnoses: what is wrong, where, why, and how to mend it.

use serde::{Deserialize, Serialize};
use sluice_core::diagnosis::Code;
use ts_rs::{Config, TS};

use super::common::{FilePlace, ObjectRef, Remedy};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Names it as long as it lasts; the same thing keeps its id from check to check.
    pub id: String,
    /// The stable kebab-case code.
    pub code: DiagnosisCode,
    /// How much it matters.
    pub severity: Severity,
    /// A few words.
    pub title: String,
    /// The cause, naming the thing.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// The source it was found in.
    pub source: String,
    /// Where, when it has a place in a file.
    pub place: Option<FilePlace>,
    /// The Flux object it concerns, with its kind.
    pub object: Option<DiagnosedObject>,
    /// Names that were probably meant, the nearest first.
    pub nearest: Vec<String>,
    /// What a click does; nothing when it takes a person elsewhere.
    pub remedy: Option<Remedy>,
}

/// A Flux object with its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosedObject {
    /// `ImagePolicy`, `ImageUpdateAutomation`, …
    pub kind: String,
    /// Which.
    pub object: ObjectRef,
}

/// How much a diagnosis matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// Something does less than its author probably wanted.
    Warning,
    /// Something does not work.
    Error,
}

/// Which diagnoses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct DiagnosesRequest {
    /// Only of this source.
    pub source: Option<String>,
}

/// Everything that is wrong, the worst first, then by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Diagnoses {
    /// The diagnoses.
    pub diagnoses: Vec<Diagnosis>,
}

/// The kinds of diagnoses, as in `sluice lint --explain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DiagnosisCode(pub Code);

/// Written by hand, so that the one list of codes stays in the domain.
impl TS for DiagnosisCode {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn docs() -> Option<String> {
        Some("/**\n * The kinds of diagnoses, as in `sluice lint --explain`.\n */\n".to_owned())
    }

    fn decl(cfg: &Config) -> String {
        format!("type {} = {};", Self::name(cfg), Self::inline(cfg))
    }

    fn decl_concrete(cfg: &Config) -> String {
        Self::decl(cfg)
    }

    fn name(_: &Config) -> String {
        "DiagnosisCode".to_owned()
    }

    fn inline(_: &Config) -> String {
        Code::ALL.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(" | ")
    }

    fn output_path() -> Option<std::path::PathBuf> {
        Some("DiagnosisCode.ts".into())
    }
}
