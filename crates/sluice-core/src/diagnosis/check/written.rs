//! What is wrong with the files as they are written: fields, and comments that look like markers and are none.

use super::{Findings, Scene, counted, place};
use crate::catalogue::Placed;
use crate::diagnosis::{Code, Diagnosis, Fix};
use crate::flux::{Kind, Problem};
use crate::marker::{IgnoredMarker, MarkerRef, Reason};
use std::collections::BTreeMap;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for problem in &scene.here.problems {
        findings.add(of_problem(problem));
    }
    let mut of_files: BTreeMap<&str, (&Placed<IgnoredMarker>, usize)> = BTreeMap::new();
    for ignored in &scene.here.ignored {
        if ignored.reason.is_of_file() {
            of_files.entry(&ignored.file).or_insert((ignored, 0)).1 += 1;
        } else {
            findings.add(of_ignored(ignored));
        }
    }
    for (file, (first, count)) in of_files {
        let is_told = scene.here.problems.iter().any(|problem| {
            &*problem.file == file
                && problem.code == Code::YamlUnreadable
                && matches!(first.reason, Reason::Unreadable { .. } | Reason::NotUtf8)
        });
        if !is_told {
            let diagnosis = findings.add(of_ignored(first));
            diagnosis.message = format!("{}, so its {} nothing", first.reason, do_nothing(count));
        }
    }
}

fn do_nothing(count: usize) -> String {
    format!("{} {}", counted(count, "marker"), if count == 1 { "does" } else { "do" })
}

fn of_problem(problem: &Placed<Problem>) -> Diagnosis {
    Diagnosis {
        code: problem.code,
        severity: problem.severity,
        place: Some(place(&problem.file, (problem.line, problem.column))),
        object: problem.object.clone(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
        fix: None,
    }
}

fn of_ignored(ignored: &Placed<IgnoredMarker>) -> Diagnosis {
    let code = Code::MarkerNotSettable;
    let policy = MarkerRef::parse(&ignored.text).ok().map(|reference| super::id(Kind::ImagePolicy, &reference.policy));
    Diagnosis {
        code,
        severity: code.severity(),
        place: Some(place(&ignored.file, (ignored.line, ignored.column))),
        object: policy,
        message: format!("`{}` does nothing: {}", ignored.text, ignored.reason),
        hint: ignored.reason.hint(),
        fix: meant(ignored).map(|marker| Fix::ReplaceMarker {
            file: ignored.file.to_string(),
            line: ignored.line,
            column: ignored.column,
            marker,
        }),
    }
}

/// The marker that was meant, where only its spelling is wrong.
fn meant(ignored: &IgnoredMarker) -> Option<MarkerRef> {
    match &ignored.reason {
        Reason::UnknownSuffix { suffix } => {
            let near = crate::diagnosis::nearest(suffix, ["tag", "name", "digest"], 1).first().copied()?;
            let name = ignored.text.strip_suffix(suffix.as_str())?;
            MarkerRef::parse(&format!("{name}{near}")).ok()
        }
        Reason::SingleQuotes => {
            let json = ignored.text.replace('\'', "\"");
            let object: BTreeMap<String, String> = serde_json::from_str(&json).ok()?;
            MarkerRef::parse(object.get("$imagepolicy")?).ok()
        }
        _ => None,
    }
}
