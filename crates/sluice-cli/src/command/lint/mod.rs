//! `sluice lint`: every marker and resource of a repository checked.

mod explain;
mod github;
mod places;
mod sarif;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use sluice_core::catalogue::Catalogue;
use sluice_core::diagnosis::{Code, Diagnosis, Severity, Surroundings, diagnose};
use sluice_core::flux::{Kind, UpdatePath};
use sluice_engine::NewSource;
use sluice_engine::folder::{Folder, FolderFacts};

use crate::arguments::Global;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Format, Report, Screen, Tone, counted, visible, warn};
use crate::progress::Progress;
use crate::session::Session;
use places::Places;

const EXAMPLES: &str = "\
Examples:
  sluice lint .
  sluice lint https://github.com/acme/fleet.git
  sluice lint . -o github
  sluice lint . -o sarif > sluice.sarif
  sluice lint --explain marker-unknown-policy
  sluice lint --explain

Besides table, json and yaml, -o takes sarif (SARIF 2.1.0, for code scanning) and github (annotations on a pull request).

Exit codes: 0 no errors (perhaps warnings and hints), 1 errors, or something could not be read, 2 invalid input";

/// Check every marker and resource of a repository
///
/// PATH is the root of the repository: update paths are read from there. An address is read at the tip of its own branch.
/// For a folder nothing is asked of a registry, a Git host or a
/// cluster.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lint {
    /// The folder that holds the repository, or the repository's address
    #[arg(value_name = "PATH|URL", required_unless_present = "explain")]
    path: Option<PathBuf>,
    /// Explain a diagnosis, with an example and its remedy; without a code, list all of them
    #[arg(long, value_name = "CODE", num_args = 0..=1, conflicts_with = "path")]
    explain: Option<Option<Code>>,
}

/// What was read of a repository, from wherever.
struct Source {
    catalogue: Catalogue,
    diagnoses: Vec<Diagnosis>,
    files: usize,
    unread: Vec<Unread>,
}

impl Lint {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, global: &Global) -> Result<Exit, CliError> {
        match (&self.explain, &self.path) {
            (Some(Some(code)), _) => explain::print_one(*code, screen),
            (Some(None), _) | (None, None) => explain::print_all(screen),
            (None, Some(path)) => {
                let findings = Findings::of(match address_of(path) {
                    Some(address) => read_remote(address, &Session::open(global)?)?,
                    None => read_folder(path)?,
                });
                for unread in &findings.unread {
                    warn(&format!("cannot read {}: {}", unread.file, unread.cause));
                }
                print(&findings, &Places::below(path), screen)?;
                let is_fine = findings.summary.errors == 0 && findings.unread.is_empty();
                Ok(if is_fine { Exit::Fine } else { Exit::Failed })
            }
        }
    }
}

fn print(findings: &Findings, places: &Places, screen: &Screen) -> Result<(), CliError> {
    match screen.format {
        Format::Sarif => screen.write(&Format::Json.encode(&sarif::log(&findings.diagnoses, places))?),
        Format::Github => screen.write(&github::commands(&findings.diagnoses, places)),
        Format::Table | Format::Json | Format::Yaml => screen.print(findings),
    }
}

/// The address of a repository, where the argument is one and no folder.
fn address_of(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let is_address = text.contains("://") || text.split_once(':').is_some_and(|(host, _)| host.contains('@'));
    (is_address && !path.exists()).then_some(text)
}

/// Reads the tip of a remote repository's own branch, by the engine's mirror and with the person's credentials.
fn read_remote(address: &str, session: &Session) -> Result<Source, CliError> {
    let progress = Progress::start(format!("reading {address}"));
    let wanted = NewSource { address: address.to_owned(), ..NewSource::default() };
    let (view, diagnoses) = session.run(async {
        let view = session.engine.inspect(&wanted).await?;
        let diagnoses = session.engine.diagnose(&view).await?;
        Ok((view, diagnoses))
    })?;
    drop(progress);
    let catalogue = (*view.catalogue).clone();
    Ok(Source { catalogue, diagnoses, files: view.files(), unread: Vec::new() })
}

/// Reads a folder.
fn read_folder(path: &Path) -> Result<Source, CliError> {
    let folder = Folder::open(path)?;
    let facts = folder.facts();
    let catalogue = facts.catalogue();
    let exists = |path: &UpdatePath| folder.exists(path);
    let around = Surroundings {
        // A single file does not tell what stands beside it.
        exists: folder.is_whole().then_some(&exists as &dyn Fn(&UpdatePath) -> bool),
        ..Surroundings::default()
    };
    let diagnoses = diagnose(&catalogue, &around);
    let FolderFacts { unread, .. } = facts;
    let unread = unread.into_iter().map(|one| Unread { file: one.file, cause: one.cause.to_string() }).collect();
    Ok(Source { catalogue, diagnoses, files: folder.len(), unread })
}

/// The JSON of `lint`.
#[derive(Debug, Serialize)]
struct Findings {
    diagnoses: Vec<Diagnosis>,
    unread: Vec<Unread>,
    summary: Summary,
}

/// A file or folder that could not be read.
#[derive(Debug, Serialize)]
struct Unread {
    file: String,
    cause: String,
}

#[derive(Debug, Serialize)]
struct Summary {
    /// YAML files that were looked at.
    files: usize,
    /// Flux's resources, refused ones too.
    resources: usize,
    /// Markers, those that do nothing too.
    markers: usize,
    /// Values that name an image to run.
    images: usize,
    errors: usize,
    warnings: usize,
    hints: usize,
}

impl Findings {
    fn of(source: Source) -> Self {
        let Source { catalogue, diagnoses, files, unread } = source;
        let of = |severity| diagnoses.iter().filter(|diagnosis| diagnosis.severity == severity).count();
        let is_run = |version: &str| !version.starts_with(Kind::ImageRepository.group());
        let summary = Summary {
            files,
            resources: catalogue.image_repositories.len()
                + catalogue.policies.len()
                + catalogue.automations.len()
                + catalogue.git_repositories.len()
                + catalogue.kustomizations.len()
                + catalogue.refused.len(),
            markers: catalogue.markers.len() + catalogue.ignored.len(),
            images: catalogue.images.iter().filter(|image| is_run(&image.object.api_version)).count(),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            hints: of(Severity::Hint),
        };
        Self { diagnoses, unread, summary }
    }
}

/// The colour of a severity.
fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warning,
        Severity::Hint => Tone::Note,
    }
}

impl Report for Findings {
    fn text(&self, _: &Screen) -> String {
        let mut text = String::new();
        let mut file = None;
        for diagnosis in &self.diagnoses {
            let own = diagnosis.place.as_ref().map(|place| place.file.as_str());
            if file != own {
                text.push_str(&format!("{}\n", visible(own.unwrap_or("elsewhere"))));
                file = own;
            }
            let place = diagnosis.place.as_ref().map_or(String::new(), |at| format!("{}:{}", at.line, at.column));
            let severity = tone(diagnosis.severity).paint(&format!("{:<7}", diagnosis.severity));
            text.push_str(&format!("  {place:<7} {severity}  {}\n", visible(&diagnosis.message)));
            text.push_str(&format!(
                "          {:<7}  {}: {}\n",
                "",
                Tone::Faint.paint(diagnosis.code.as_str()),
                visible(&diagnosis.hint)
            ));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text + &self.summary.text()
    }
}

impl Summary {
    /// `1 error, 2 warnings in 12 files: 7 resources, 1 marker, 1 image`
    fn text(&self) -> String {
        let found: Vec<String> = [(self.errors, "error"), (self.warnings, "warning"), (self.hints, "hint")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| counted(count, what))
            .collect();
        let found = match (found.is_empty(), self.errors) {
            (true, _) => Tone::Good.paint("nothing wrong"),
            (false, 0) => Tone::Warning.paint(&found.join(", ")),
            (false, _) => Tone::Bad.paint(&found.join(", ")),
        };
        format!(
            "{found} in {}: {}, {}, {}",
            counted(self.files, "file"),
            counted(self.resources, "resource"),
            counted(self.markers, "marker"),
            counted(self.images, "image")
        )
    }
}
