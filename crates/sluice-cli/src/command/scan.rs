//! `sluice scan`: look for tags now.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::policy::PolicyProblem;
use sluice_engine::{Engine, SourceView};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table, Tone, exit_if_any};
use crate::progress::Progress;
use crate::session::{Session, object};

const EXAMPLES: &str = "\
Examples:
  sluice scan
  sluice scan flux-system/flask-app
  sluice scan --source fleet -o json

Exit codes: 0 everything was scanned, 1 a scan failed, 3 there is nothing to scan";

/// Look for image tags now, and choose again
///
/// Asks the registries of all image repositories, or of the named ones (an ImageRepository or an ImagePolicy), and
/// evaluates their policies.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Scan {
    /// The image repositories or policies; all when none is named
    #[arg(value_name = "NS/NAME", value_parser = object)]
    names: Vec<ObjectKey>,
    /// Only this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scanned {
    scans: Vec<OneScan>,
    policies: Vec<OneDecision>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneScan {
    source: String,
    name: ObjectKey,
    image: String,
    tags: usize,
    added: Vec<String>,
    gone: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneDecision {
    source: String,
    name: ObjectKey,
    chosen: Option<ImageRef>,
    changed: bool,
    problem: Option<PolicyProblem>,
}

impl Scan {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let scanned = session.run(self.scan(&session.engine))?;
        screen.print(&scanned)?;
        if scanned.scans.iter().any(|scan| scan.error.is_some()) {
            return Ok(Exit::Failed);
        }
        Ok(exit_if_any(!scanned.scans.is_empty()))
    }

    async fn scan(&self, engine: &Engine) -> Result<Scanned, CliError> {
        let progress = Progress::start("reading the sources");
        let views = views(engine, self.source.as_deref()).await?;
        let mut found = vec![false; self.names.len()];
        let mut scanned = Scanned { scans: Vec::new(), policies: Vec::new() };
        for view in &views {
            let catalogue = &view.catalogue;
            let mut wanted = Vec::new();
            for (key, repository) in &catalogue.image_repositories {
                let mut is_named = self.names.is_empty();
                for (at, name) in self.names.iter().enumerate() {
                    let by_policy = catalogue.policies.get(name).is_some_and(|policy| policy.image_repository == *key);
                    if name == key || by_policy {
                        (found[at], is_named) = (true, true);
                    }
                }
                if is_named && (!repository.suspend || !self.names.is_empty()) {
                    wanted.push(repository);
                }
            }
            progress.say(format!("asking for the tags of {} images", wanted.len()));
            let scans = wanted.iter().map(|repository| async {
                let outcome = engine.scan(&view.name, repository).await;
                let image = repository.image.as_written().to_owned();
                let empty = OneScan {
                    source: view.name.clone(),
                    name: repository.meta.key.clone(),
                    image,
                    tags: 0,
                    added: Vec::new(),
                    gone: Vec::new(),
                    error: None,
                    hint: None,
                };
                match outcome {
                    Ok(report) => OneScan { tags: report.total, added: report.added, gone: report.gone, ..empty },
                    Err(error) => OneScan { error: Some(error.to_string()), hint: error.hint(), ..empty },
                }
            });
            scanned.scans.extend(futures_util::future::join_all(scans).await);
            for policy in catalogue.policies.values() {
                if wanted.iter().any(|repository| repository.meta.key == policy.image_repository) {
                    let report = engine.decide(&view.name, catalogue, policy).await?;
                    scanned.policies.push(OneDecision {
                        source: view.name.clone(),
                        name: report.policy,
                        chosen: report.chosen,
                        changed: report.is_changed,
                        problem: report.problem,
                    });
                }
            }
        }
        match found.iter().position(|found| !found) {
            Some(missing) if !self.names.is_empty() => {
                engine.find_image_repository(&self.names[missing], self.source.as_deref()).await?;
                Ok(scanned)
            }
            _ => Ok(scanned),
        }
    }
}

/// The named source, or all that can be read; those that cannot are warned of.
pub(crate) async fn views(engine: &Engine, source: Option<&str>) -> Result<Vec<std::sync::Arc<SourceView>>, CliError> {
    if let Some(source) = source {
        return Ok(vec![engine.view(source).await?]);
    }
    let mut views = Vec::new();
    let mut last = None;
    for (name, view) in engine.views().await {
        match view {
            Ok(view) => views.push(view),
            Err(error) => {
                crate::output::warn(&format!("{name}: {error}"));
                last = Some(error);
            }
        }
    }
    match last {
        Some(error) if views.is_empty() => Err(error.into()),
        _ => Ok(views),
    }
}

impl Report for Scanned {
    fn text(&self, screen: &Screen) -> String {
        if self.scans.is_empty() {
            return "nothing to scan: no source has an image repository".to_owned();
        }
        let mut table = Table::new(["name", "image", "tags", "new", "message"]);
        for scan in &self.scans {
            let message = match (&scan.error, scan.gone.len()) {
                (Some(error), _) => Cell::toned(Tone::Bad, error),
                (None, 0) => Cell::toned(Tone::Good, "scanned"),
                (None, gone) => Cell::toned(Tone::Warning, format!("{gone} gone: {}", scan.gone.join(", "))),
            };
            let new = match scan.added.as_slice() {
                [] => String::new(),
                tags if tags.len() > 5 => format!("{} tags", tags.len()),
                tags => tags.join(", "),
            };
            table.row([
                scan.name.to_string().into(),
                scan.image.clone().into(),
                scan.tags.to_string().into(),
                Cell::toned(Tone::Note, new),
                message,
            ]);
        }
        let mut text = table.text(screen);
        for policy in self.policies.iter().filter(|policy| policy.changed || policy.problem.is_some()) {
            let line = match (&policy.problem, &policy.chosen) {
                (Some(problem), _) => Tone::Bad.paint(&format!("{}: {}", policy.name, problem.message)),
                (None, Some(chosen)) => format!("{} chooses {}", policy.name, Tone::Good.paint(chosen.tag.as_str())),
                (None, None) => continue,
            };
            text.push('\n');
            text.push_str(&line);
        }
        text
    }
}
