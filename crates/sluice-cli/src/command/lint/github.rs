//! `-o github`: workflow commands, which GitHub shows as annotations on the lines of a pull request.

use sluice_core::diagnosis::{Diagnosis, Severity};

use super::places::Places;

/// One command a diagnosis, a line each.
pub(super) fn commands(diagnoses: &[Diagnosis], places: &Places) -> String {
    let commands: Vec<_> = diagnoses.iter().map(|diagnosis| command(diagnosis, places)).collect();
    commands.join("\n")
}

fn command(diagnosis: &Diagnosis, places: &Places) -> String {
    let level = match diagnosis.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let place = diagnosis.place.as_ref().map_or(String::new(), |place| {
        format!("file={},line={},col={},", property(&places.of(&place.file)), place.line, place.column)
    });
    let title = property(&format!("{} ({})", diagnosis.code.title(), diagnosis.code));
    let message = data(&format!("{}\n{}", diagnosis.message, diagnosis.hint));
    format!("::{level} {place}title={title}::{message}")
}

/// Escapes text behind `::` as GitHub's runner reads it (actions/toolkit, `escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property (actions/toolkit, `escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::diagnosis::{Code, Place};
    use std::path::Path;

    #[test]
    fn nothing_that_a_file_says_ends_a_command() {
        let diagnosis = Diagnosis {
            code: Code::MarkerUncovered,
            severity: Severity::Warning,
            place: Some(Place { file: "a,b:c%.yaml".into(), line: 3, column: 7 }),
            object: None,
            message: "100%\r\n::error::injected".into(),
            hint: "move it".into(),
            fix: None,
        };
        assert_eq!(
            commands(&[diagnosis], &Places::below(Path::new("."))),
            "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=Marker outside every automation's path (marker-uncovered)\
             ::100%25%0D%0A::error::injected%0Amove it"
        );
    }
}
