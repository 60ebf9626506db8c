//! What is wrong with a template, and where.

use super::fault::Fault;

/// When a template failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// It can't be read.
    Parse,
    /// It was read and failed while rendering.
    Render,
}

/// A template that is refused or fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template:{line}:{column}: {message}{}{}", if .place.is_empty() { "" } else { " at " }, .place)]
pub struct TemplateError {
    /// Whether parsing or rendering failed.
    pub kind: TemplateErrorKind,
    /// Line in the template, from 1.
    pub line: u32,
    /// Column in the line, in characters, from 1.
    pub column: u32,
    /// What stands there, shortened, between `<` and `>`; empty at the end of the template.
    pub place: String,
    /// The cause.
    pub message: String,
    /// The next step; empty where there is none to name.
    pub hint: String,
}

impl TemplateError {
    pub(crate) fn at(kind: TemplateErrorKind, source: &str, at: usize, message: String, hint: Option<String>) -> Self {
        let at = (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or_default();
        let before = &source[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        Self {
            kind,
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].chars().count()),
            place: place(&source[at..]),
            message,
            hint: hint.unwrap_or_default(),
        }
    }

    pub(crate) fn from_fault(source: &str, fault: Fault) -> Self {
        Self::at(TemplateErrorKind::Render, source, fault.at.unwrap_or_default(), fault.message, fault.hint)
    }
}

/// The words at the place, up to the end of the action or line.
fn place(rest: &str) -> String {
    const LONGEST: usize = 40;
    let skip = if rest.starts_with("{{") { 2 } else { 0 };
    let end = rest[skip..].find(['\n', '}']).map_or(rest.len(), |end| end + skip);
    let end = if rest[end..].starts_with("}}") && skip == 2 { end + 2 } else { end };
    let words = rest[..end].trim_end();
    match words.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("<{}…>", &words[..cut]),
        None if words.is_empty() => String::new(),
        None => format!("<{words}>"),
    }
}
