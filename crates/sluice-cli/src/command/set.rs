//! `sluice set`: write given images behind their markers in a folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::diagnosis::nearest;
use sluice_core::image::ImageRef;
use sluice_core::marker::{Field, MarkerRef, ObjectId, Reason};
use sluice_engine::folder::{Folder, Rewritten, set_images};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table, Tone, counted, print_diff, warn};

const EXAMPLES: &str = "\
Examples:
  sluice set --path . --image flux-system:app=ghcr.io/acme/app:1.0.1
  sluice set --path clusters/prod --image flux-system:app=ghcr.io/acme/app:1.0.1 --dry-run
  sluice set --path . --image ns:web=acme/web:1.2.0 --image ns:api=acme/api:0.3.1 -o json

Exit codes: 0 every marker has its value, 1 a file could not be read or written, 2 invalid input";

/// How many rows a table shows before it says how many more there are.
const ROWS: usize = 40;

/// Write images behind their markers in a folder
///
/// What Flux's image automation does to a checkout, without registry, Git or cluster: every marker
/// # {"$imagepolicy": "NS:NAME"} of a given policy gets its image. Only the bytes of the marked values change, and either
/// every file is written or none is touched.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, verbatim_doc_comment)]
pub(crate) struct Set {
    /// The folder; `.yaml`, `.yml` and `Kustomization` files at any depth are looked at, links are not followed
    #[arg(long, value_name = "DIR")]
    path: PathBuf,
    /// The image of a policy; may be given several times
    #[arg(long = "image", value_name = "NS:NAME=REPO:TAG[@DIGEST]", required = true, value_parser = assignment)]
    images: Vec<(ObjectKey, ImageRef)>,
    /// Change nothing and show what would change, as a diff
    #[arg(long)]
    dry_run: bool,
}

/// `NS:NAME=REPO:TAG[@DIGEST]`
fn assignment(text: &str) -> Result<(ObjectKey, ImageRef), String> {
    let (policy, image) =
        text.split_once('=').ok_or("write NS:NAME=REPO:TAG, for example flux-system:app=ghcr.io/acme/app:1.0.1")?;
    Ok((policy_name(policy)?, ImageRef::parse(image).map_err(|error| error.to_string())?))
}

/// `NS:NAME`, as markers name policies.
pub(super) fn policy_name(text: &str) -> Result<ObjectKey, String> {
    match MarkerRef::parse(text) {
        Ok(MarkerRef { policy, field: Field::Image }) => Ok(policy),
        _ => Err(format!("`{text}` does not name a policy: write NS:NAME, for example flux-system:app")),
    }
}

impl Set {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let images = self.images()?;
        let folder = Folder::open(&self.path)?;
        let rewritten = set_images(&folder, &images)?;
        if !self.dry_run {
            rewritten.changes.write()?;
        }
        warn_of_unused(&rewritten);
        let outcome = Outcome::of(&rewritten);
        if self.dry_run && !screen.format.is_machine_readable() {
            print_diff(screen, &rewritten.changes.diff())?;
            outcome.warn_of_ignored();
        } else {
            screen.print(&outcome)?;
        }
        Ok(Exit::Fine)
    }

    fn images(&self) -> Result<BTreeMap<ObjectKey, ImageRef>, CliError> {
        let mut images: BTreeMap<ObjectKey, ImageRef> = BTreeMap::new();
        for (policy, image) in &self.images {
            if let Some(other) = images.insert(policy.clone(), image.clone()).filter(|other| other != image) {
                let message = format!("{} is given two images: {other} and {image}", policy.marker());
                return Err(CliError::invalid("image-twice", message, "give one"));
            }
        }
        Ok(images)
    }
}

/// An image that no marker names is usually a typing error.
fn warn_of_unused(rewritten: &Rewritten) {
    let unknown =
        rewritten.ignored.iter().filter(|(_, ignored)| matches!(ignored.reason, Reason::UnknownPolicy { .. }));
    let mut names: Vec<String> = unknown
        .filter_map(|(_, ignored)| MarkerRef::parse(&ignored.text).ok())
        .map(|marker| marker.policy.marker())
        .collect();
    names.sort_unstable();
    names.dedup();
    for policy in &rewritten.unused {
        let policy = policy.marker();
        let near = nearest(&policy, names.iter().map(String::as_str), 2);
        let guess = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        warn(&format!("no marker names {policy}{guess}"));
    }
}

/// The JSON of `set`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    edits: Vec<EditRow<'r>>,
    ignored: Vec<IgnoredRow<'r>>,
    files_changed: usize,
}

#[derive(Debug, Serialize)]
struct EditRow<'r> {
    file: &'r str,
    line: u32,
    column: u32,
    marker: String,
    old: &'r str,
    new: &'r str,
    object: &'r ObjectId,
}

#[derive(Debug, Serialize)]
struct IgnoredRow<'r> {
    file: &'r str,
    line: u32,
    column: u32,
    marker: &'r str,
    reason: &'static str,
    hint: String,
    #[serde(skip)]
    why: &'r Reason,
}

impl<'r> Outcome<'r> {
    fn of(rewritten: &'r Rewritten) -> Self {
        let edits = rewritten.edits.iter().flat_map(|of_file| {
            of_file.edits.iter().map(|edit| EditRow {
                file: &of_file.file,
                line: edit.line,
                column: edit.column,
                marker: edit.reference.to_string(),
                old: &edit.old,
                new: &edit.new,
                object: &edit.object,
            })
        });
        let ignored = rewritten.ignored.iter().map(|(file, ignored)| IgnoredRow {
            file,
            line: ignored.line,
            column: ignored.column,
            marker: &ignored.text,
            reason: ignored.reason.code(),
            hint: ignored.reason.hint(),
            why: &ignored.reason,
        });
        Self { edits: edits.collect(), ignored: ignored.collect(), files_changed: rewritten.changes.len() }
    }

    /// Ignored markers, without those of policies that were not given and that look like none of the given ones: they
    /// are meant for another time.
    fn surprising(&self) -> impl Iterator<Item = &IgnoredRow<'r>> {
        let is_other =
            |row: &&IgnoredRow<'_>| !matches!(row.why, Reason::UnknownPolicy { nearest } if nearest.is_empty());
        self.ignored.iter().filter(is_other)
    }

    fn warn_of_ignored(&self) {
        for row in self.surprising().take(ROWS) {
            warn(&format!("{}:{}: {} does nothing: {}; {}", row.file, row.line, row.marker, row.why, row.hint));
        }
        if let Some(rest) = self.rest() {
            warn(&rest);
        }
    }

    /// What the rows leave out.
    fn rest(&self) -> Option<String> {
        let surprising = self.surprising().count();
        let mut parts = Vec::new();
        if surprising > ROWS {
            parts.push(format!("{} more do nothing", counted(surprising - ROWS, "marker")));
        }
        let others = self.ignored.len() - surprising;
        if others > 0 {
            let name = if others == 1 { "names a policy that was" } else { "name policies that were" };
            parts.push(format!("{} {name} not given", counted(others, "marker")));
        }
        (!parts.is_empty()).then(|| format!("{}; -o json lists them all", parts.join(", ")))
    }
}

/// `Deployment team/app`, or as much of it as there is.
fn named(object: &ObjectId) -> String {
    let slash = if object.namespace.is_empty() { "" } else { "/" };
    format!("{} {}{slash}{}", object.kind, object.namespace, object.name).trim().to_owned()
}

impl Report for Outcome<'_> {
    fn text(&self, screen: &Screen) -> String {
        let mut parts = Vec::new();
        if self.edits.is_empty() {
            parts.push("nothing to change".to_owned());
        } else {
            let mut table = Table::new(["place", "object", "marker", "old", "new"]);
            for edit in self.edits.iter().take(ROWS) {
                table.row([
                    format!("{}:{}", edit.file, edit.line).into(),
                    named(edit.object).into(),
                    edit.marker.as_str().into(),
                    Cell::toned(Tone::Bad, edit.old),
                    Cell::toned(Tone::Good, edit.new),
                ]);
            }
            let mut text = table.text(screen);
            if self.edits.len() > ROWS {
                text.push_str(&format!("\n… and {} more; -o json lists them all", self.edits.len() - ROWS));
            }
            parts.push(text);
            parts.push(format!(
                "{} set in {}",
                counted(self.edits.len(), "value"),
                counted(self.files_changed, "file")
            ));
        }
        if self.surprising().next().is_some() {
            let mut table = Table::new(["ignored", "marker", "reason", "hint"]);
            for row in self.surprising().take(ROWS) {
                table.row([
                    format!("{}:{}", row.file, row.line).into(),
                    row.marker.into(),
                    Cell::toned(Tone::Warning, row.why.to_string()),
                    Cell::toned(Tone::Note, row.hint.as_str()),
                ]);
            }
            parts.push(table.text(screen));
        }
        parts.extend(self.rest());
        parts.join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_names_a_policy_and_a_whole_image() {
        let read = |text: &str| assignment(text).map(|(policy, image)| (policy.to_string(), image.to_string()));
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, policy, image) in [
            ("ns:app=ghcr.io/acme/app:1.0.1", "ns/app", "ghcr.io/acme/app:1.0.1".to_owned()),
            ("ns:app=localhost:5000/app:v1", "ns/app", "localhost:5000/app:v1".to_owned()),
            (&format!("ns:app=app:1@{digest}"), "ns/app", format!("app:1@{digest}")),
        ] {
            assert_eq!(read(text), Ok((policy.to_owned(), image)), "{text}");
        }
        for text in ["", "ns:app", "app=a:1", "ns:app:tag=a/b:1", "ns:app=ghcr.io/acme/app", "ns/app=a/b:1", "=a/b:1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
