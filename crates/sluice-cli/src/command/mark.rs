//! `sluice mark`: add markers to images that match an image repository.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sluice_core::image::ImageName;
use sluice_core::marker::{ImageField, ObjectId};
use sluice_engine::folder::{Folder, Marks, Wanted, mark};

use super::set::policy_name;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Table, counted, print_diff, say, warn};

const EXAMPLES: &str = "\
Examples:
  sluice mark .
  sluice mark . --write
  sluice mark . --image ghcr.io/acme/app --write
  sluice mark . --image flux-system:app-stable=ghcr.io/acme/app

Exit codes: 0 every marker is there, was added or is shown, 1 a file could not be read or written, 2 invalid input";

/// Add markers to images that match an image repository
///
/// An image gets the marker of the one ImagePolicy that chooses among its tags. Where several do, they are named and
/// --image says which one is meant. Without --write nothing changes and the diff is shown.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mark {
    /// The folder that holds the manifests and Flux's resources
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Write the markers into the files
    #[arg(long)]
    write: bool,
    /// Mark only this image, with this policy where one is named; may be given several times
    #[arg(long = "image", value_name = "[NS:NAME=]REPO", value_parser = wanted)]
    images: Vec<Wanted>,
}

/// `[NS:NAME=]REPO`
fn wanted(text: &str) -> Result<Wanted, String> {
    let (policy, image) = match text.split_once('=') {
        Some((policy, image)) => (Some(policy_name(policy)?), image),
        None => (None, text),
    };
    Ok(Wanted { image: ImageName::parse(image).map_err(|error| error.to_string())?, policy })
}

impl Mark {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let folder = Folder::open(&self.path)?;
        let marks = mark(&folder, &self.images)?;
        if self.write {
            marks.changes.write()?;
        }
        for unread in &marks.unread {
            warn(&format!("cannot read {}: {}", unread.file, unread.cause));
        }
        let outcome = Outcome::of(&marks);
        if self.write || screen.format.is_machine_readable() || marks.changes.is_empty() {
            screen.print(&outcome)?;
        } else {
            print_diff(screen, &marks.changes.diff())?;
            say(&format!(
                "{} would be added in {}; --write adds them",
                counted(outcome.marks.len(), "marker"),
                counted(outcome.files_changed, "file")
            ));
        }
        if !screen.format.is_machine_readable() {
            outcome.warn_of_undecided();
        }
        Ok(if marks.unread.is_empty() { Exit::Fine } else { Exit::Failed })
    }
}

/// The JSON of `mark`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'m> {
    marks: Vec<MarkRow<'m>>,
    undecided: Vec<UndecidedRow<'m>>,
    files_changed: usize,
}

#[derive(Debug, Serialize)]
struct MarkRow<'m> {
    file: &'m str,
    line: u32,
    column: u32,
    image: &'m str,
    marker: String,
    object: &'m ObjectId,
}

#[derive(Debug, Serialize)]
struct UndecidedRow<'m> {
    file: &'m str,
    line: u32,
    column: u32,
    image: &'m str,
    choices: Vec<String>,
    obstacle: Option<String>,
}

impl<'m> Outcome<'m> {
    fn of(marks: &'m Marks) -> Self {
        let rows = marks.marks.iter().map(|mark| {
            let ImageField { image, line, column, object, .. } = &mark.image;
            MarkRow { file: &mark.file, line: *line, column: *column, image, marker: mark.marker.to_string(), object }
        });
        let undecided = marks.undecided.iter().map(|one| UndecidedRow {
            file: &one.file,
            line: one.image.line,
            column: one.image.column,
            image: &one.image.image,
            choices: one.choices.iter().map(ToString::to_string).collect(),
            obstacle: one.obstacle.as_ref().map(ToString::to_string),
        });
        Self { marks: rows.collect(), undecided: undecided.collect(), files_changed: marks.changes.len() }
    }

    fn warn_of_undecided(&self) {
        for row in &self.undecided {
            let place = format!("{}:{}: {}", row.file, row.line, row.image);
            match &row.obstacle {
                Some(obstacle) => warn(&format!("{place} is not marked: {obstacle}")),
                None => warn(&format!(
                    "{place} fits several policies: choose with --image {}={}",
                    row.choices.first().map_or("", String::as_str).trim_end_matches(":tag"),
                    row.image
                ) as &str),
            }
            if row.choices.len() > 1 {
                say(&format!("  {}", row.choices.join("\n  ")));
            }
        }
    }
}

impl Report for Outcome<'_> {
    fn text(&self, screen: &Screen) -> String {
        if self.marks.is_empty() {
            return "no marker to add".to_owned();
        }
        let mut table = Table::new(["place", "image", "marker"]);
        for row in &self.marks {
            table.row([format!("{}:{}", row.file, row.line).into(), row.image.into(), row.marker.as_str().into()]);
        }
        let summary =
            format!("{} added in {}", counted(self.marks.len(), "marker"), counted(self.files_changed, "file"));
        format!("{}\n\n{summary}", table.text(screen))
    }
}
