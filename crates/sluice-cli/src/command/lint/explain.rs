//! `--explain`: what a diagnosis means, with an example and its remedy.

use serde::Serialize;
use sluice_core::diagnosis::{Code, Severity};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table};

/// The page of all diagnoses, which a test of the core holds to what Sluice says.
const PAGE: &str = include_str!("../../../../../docs/diagnoses.md");

/// Prints the section of a code.
pub(super) fn print_one(code: Code, screen: &Screen) -> Result<Exit, CliError> {
    screen.refuse_lint_formats()?;
    screen.print(&Explanation::of(code))?;
    Ok(Exit::Fine)
}

/// Prints a list of all codes.
pub(super) fn print_all(screen: &Screen) -> Result<Exit, CliError> {
    screen.refuse_lint_formats()?;
    screen.print(&Explanations(Code::ALL.iter().map(|code| Explanation::of(*code)).collect()))?;
    Ok(Exit::Fine)
}

/// The JSON of one explanation.
#[derive(Debug, Serialize)]
struct Explanation {
    code: Code,
    severity: Severity,
    title: &'static str,
    explanation: &'static str,
    /// The section of the page, in Markdown.
    section: &'static str,
}

impl Explanation {
    fn of(code: Code) -> Self {
        Self {
            code,
            severity: code.severity(),
            title: code.title(),
            explanation: code.explanation(),
            section: section(code),
        }
    }
}

/// The text below a code's heading.
fn section(code: Code) -> &'static str {
    let heading = format!("\n## `{code}`\n");
    let rest = PAGE.split_once(heading.as_str()).map_or("", |(_, rest)| rest);
    rest.split("\n## ").next().unwrap_or(rest).trim()
}

impl Report for Explanation {
    fn text(&self, _: &Screen) -> String {
        format!("{}\n\n{}", self.code, self.section)
    }
}

/// The JSON of the list.
#[derive(Debug, Serialize)]
struct Explanations(Vec<Explanation>);

impl Report for Explanations {
    fn text(&self, screen: &Screen) -> String {
        let mut table = Table::new(["code", "severity", "title"]);
        for one in &self.0 {
            let severity = Cell::toned(super::tone(one.severity), one.severity.as_str());
            table.row([one.code.as_str().into(), severity, one.title.into()]);
        }
        table.text(screen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_section_with_its_example() {
        for code in Code::ALL {
            let section = section(*code);
            assert!(section.starts_with(&format!("**{}**", code.title())), "{code}: {section}");
            assert!(section.ends_with("```"), "{code}: {section}");
        }
    }
}
