//! How results are printed: a table for people, JSON or YAML for programs.
//!
//! A verb builds one value that implements [`Report`]; [`Screen::print`] does the rest. JSON is the serialised value and
//! therefore stable: fields are only ever added. Colour is added here and taken away again by `anstream` where nobody
//! wants it. To add a format: a variant of [`Format`] and its arm in [`Format::encode`].

mod diff;
mod table;
mod visible;

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::error::CliError;
use crate::exit::Exit;
pub(crate) use diff::{coloured, print_diff};
pub(crate) use table::{Cell, Table};
pub(crate) use visible::visible;

/// The format of the result, `-o`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people, fitted to the terminal
    Table,
    /// JSON with stable fields
    Json,
    /// The same fields as YAML
    Yaml,
    /// SARIF 2.1.0, for code scanning (`lint` only)
    #[value(hide = true)]
    Sarif,
    /// Workflow commands that annotate a pull request (`lint` only)
    #[value(hide = true)]
    Github,
}

impl Format {
    /// The format of that name, if it is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        <Self as ValueEnum>::from_str(name, false).ok()
    }

    /// Whether a program reads the result, and so the errors too.
    pub(crate) fn is_machine_readable(self) -> bool {
        matches!(self, Self::Json | Self::Yaml | Self::Sarif)
    }

    /// The value as JSON or YAML, without a line end. Everything but YAML is JSON here.
    pub(crate) fn encode<T: Serialize>(self, value: &T) -> Result<String, CliError> {
        match self {
            Self::Yaml => serde_saphyr::to_string(value)
                .map(|text| text.trim_end().to_owned())
                .map_err(|error| CliError::Print { format: "yaml", cause: error.to_string() }),
            _ => serde_json::to_string_pretty(value)
                .map_err(|error| CliError::Print { format: "json", cause: error.to_string() }),
        }
    }
}

/// A result that can be printed: the same facts for people and for programs.
pub(crate) trait Report: Serialize {
    /// The result for people, without a line end. May carry ANSI colours; they are stripped where they are not wanted.
    fn text(&self, screen: &Screen) -> String;
}

/// Where results go and what fits there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// The format that was asked for.
    pub(crate) format: Format,
    /// The terminal's width in columns; none where no terminal reads, and then nothing is wrapped or cut.
    pub(crate) width: Option<u16>,
}

impl Screen {
    /// The screen behind standard output.
    pub(crate) fn of_stdout(format: Format) -> Self {
        let width = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
        Self { format, width: width.map(|(width, _)| width.0) }
    }

    /// Prints a result in the format that was asked for.
    pub(crate) fn print<R: Report>(&self, report: &R) -> Result<(), CliError> {
        match self.format {
            Format::Table => self.write(&report.text(self)),
            Format::Json | Format::Yaml => self.write(&self.format.encode(report)?),
            Format::Sarif | Format::Github => Err(self.not_for_this_verb()),
        }
    }

    /// Refuses, before any work, a format that only `lint` has.
    pub(crate) fn refuse_lint_formats(&self) -> Result<(), CliError> {
        match self.format {
            Format::Sarif | Format::Github => Err(self.not_for_this_verb()),
            Format::Table | Format::Json | Format::Yaml => Ok(()),
        }
    }

    fn not_for_this_verb(&self) -> CliError {
        let name = if self.format == Format::Github { "github" } else { "sarif" };
        CliError::Usage { message: format!("`-o {name}` belongs to `sluice lint`; use table, json or yaml here") }
    }

    /// Writes text and a line end to standard output.
    pub(crate) fn write(&self, text: &str) -> Result<(), CliError> {
        if text.is_empty() {
            return Ok(());
        }
        let mut stdout = anstream::AutoStream::auto(std::io::stdout().lock());
        writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|_| CliError::OutputClosed)
    }

    /// Writes text byte for byte to standard output, without a line end.
    pub(crate) fn write_exactly(&self, text: &str) -> Result<(), CliError> {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|_| CliError::OutputClosed)
    }
}

/// Says a line to the person on standard error. Nothing can be done where even that is closed.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::AutoStream::auto(std::io::stderr().lock()), "{text}");
}

/// A note that does not change the result: `warning: …` on standard error.
pub(crate) fn warn(text: &str) {
    say(&format!("{} {}", Tone::Warning.paint("warning:"), visible(text)));
}

/// `1 file`, `3 files`, `2 policies`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match what.strip_suffix('y') {
        _ if count == 1 => format!("1 {what}"),
        Some(stem) => format!("{count} {stem}ies"),
        None => format!("{count} {what}s"),
    }
}

/// What a colour means. Nothing is said by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As the terminal prints.
    Plain,
    /// Chosen, added, healthy.
    Good,
    /// Wants a look.
    Warning,
    /// Refused, removed, broken.
    Bad,
    /// A name or a hint.
    Note,
    /// Less important than its surroundings.
    Faint,
}

impl Tone {
    /// The text in this tone's ANSI colour.
    pub(crate) fn paint(self, text: &str) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }

    fn style(self) -> anstyle::Style {
        let colour = |colour: anstyle::AnsiColor| anstyle::Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => anstyle::Style::new(),
            Self::Good => colour(anstyle::AnsiColor::Green),
            Self::Warning => colour(anstyle::AnsiColor::Yellow),
            Self::Bad => colour(anstyle::AnsiColor::Red),
            Self::Note => colour(anstyle::AnsiColor::Cyan),
            Self::Faint => anstyle::Style::new().dimmed(),
        }
    }
}

/// The exit of a verb that was asked for something: fine when there is one, nothing otherwise.
pub(crate) fn exit_if_any(any: bool) -> Exit {
    if any { Exit::Fine } else { Exit::Nothing }
}
