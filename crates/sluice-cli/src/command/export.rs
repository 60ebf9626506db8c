//! `sluice export`: from a workload in a repository to an image policy that releases it.

use clap::Args;
use serde::Serialize;
use sluice_core::export::Wish;
use sluice_core::image::ImageName;
use sluice_engine::{EngineError, ExportPlan};

use super::release::ask_to;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, coloured, counted, visible};
use crate::session::{Session, person};

const EXAMPLES: &str = "\
Examples:
  sluice export flask-app
  sluice export Deployment/flask-app --range '1.0.x' --secret flask-app-deploy-key
  sluice export worker --image ghcr.io/acme/worker --source fleet --yes

Exit codes: 0 pushed or shown, 1 the remote refused, 2 nobody confirmed or something is not clear, 3 all of it is there";

/// Bring a workload under an image policy: write the resources that are missing, and the marker
///
/// GitRepository, Kustomization, ImageRepository, ImagePolicy and ImageUpdateAutomation are written where none of that use
/// is there yet, and the image gets its marker: one commit, shown before it is pushed. What is not said is taken from the
/// repository: its address and branch, the workload's folder and image, the range from the version that stands there.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// The workload
    #[arg(value_name = "[KIND/]NAME")]
    workload: String,
    /// The source that has it, where there are several sources
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Which of its images, where it has several
    #[arg(long, value_name = "REPOSITORY", value_parser = image)]
    image: Option<ImageName>,
    /// The name of the new resources; the workload's own unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The namespace of the new resources
    #[arg(long, value_name = "NAMESPACE", default_value = "flux-system")]
    namespace: String,
    /// The folder that they are written to; beside Flux's other resources unless given
    #[arg(long, value_name = "FOLDER")]
    into: Option<String>,
    /// The versions that are wanted
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// The address that Flux fetches from; Sluice's own unless given
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The Secret that Flux signs in with
    #[arg(long, value_name = "NAME")]
    secret: Option<String>,
    /// Show the commit and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

fn image(text: &str) -> Result<ImageName, String> {
    ImageName::parse(text).map_err(|error| error.to_string())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    source: String,
    policy: String,
    branch: String,
    written: Vec<String>,
    used: Vec<String>,
    files: Vec<String>,
    marked: String,
    notes: Vec<String>,
    commit: Option<String>,
    diff: String,
}

impl Export {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let (plan, commit) = session.run(async {
            let source = self.source(session)?;
            let plan = engine.plan_export(&source, self.wish()).await?;
            if self.dry_run || plan.export.is_empty() {
                return Ok((plan, None));
            }
            if !self.yes {
                ask_to(&coloured(&plan.export.diff()), &format!("Push this to {} of {source}?", plan.branch))?;
            }
            let commit = engine.push_export(&plan, &person()).await?;
            Ok((plan, Some(commit.to_string())))
        })?;
        let is_empty = plan.export.is_empty();
        screen.print(&report(&plan, commit))?;
        Ok(if is_empty { Exit::Nothing } else { Exit::Fine })
    }

    fn source(&self, session: &Session) -> Result<String, CliError> {
        if let Some(source) = &self.source {
            return Ok(source.clone());
        }
        let mut names: Vec<String> =
            session.engine.settings().sources.iter().map(|source| source.name.clone()).collect();
        match (names.pop(), names.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                names.push(last);
                let (what, name) = ("workload", self.workload.clone());
                Err(EngineError::Ambiguous { what, name, sources: names }.into())
            }
            (None, _) => Err(EngineError::NoSource { name: String::new(), known: Vec::new() }.into()),
        }
    }

    fn wish(&self) -> Wish {
        Wish {
            workload: self.workload.clone(),
            image: self.image.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            into: self.into.clone(),
            url: self.url.clone(),
            branch: String::new(),
            secret: self.secret.clone(),
            range: self.range.clone(),
            author: (String::new(), String::new()),
        }
    }
}

fn report(plan: &ExportPlan, commit: Option<String>) -> Exported {
    let export = &plan.export;
    let (file, line) = &export.place;
    Exported {
        source: plan.source.clone(),
        policy: export.marker.policy.to_string(),
        branch: plan.branch.clone(),
        written: export.written.iter().map(ToString::to_string).collect(),
        used: export.used.iter().map(ToString::to_string).collect(),
        files: export.files.iter().map(|file| file.path.clone()).collect(),
        marked: format!("{file}:{line}"),
        notes: export.notes.clone(),
        commit,
        diff: export.diff(),
    }
}

impl Report for Exported {
    fn text(&self, _screen: &Screen) -> String {
        if self.files.is_empty() {
            return format!(
                "{} all of it is there: {} is marked for {}",
                Tone::Faint.paint("·"),
                self.marked,
                self.policy
            );
        }
        let mut lines = Vec::new();
        if self.commit.is_none() {
            lines.push(coloured(&self.diff).trim_end().to_owned());
        }
        lines.extend(self.written.iter().map(|id| format!("{} {}", Tone::Good.paint("write"), visible(id))));
        lines.extend(self.used.iter().map(|id| format!("{} {}", Tone::Faint.paint("use  "), visible(id))));
        lines.push(format!("{} {} for {}", Tone::Good.paint("mark "), visible(&self.marked), self.policy));
        lines.extend(self.notes.iter().map(|note| format!("{} {}", Tone::Warning.paint("note "), visible(note))));
        let (files, branch) = (counted(self.files.len(), "file"), visible(&self.branch));
        lines.push(match &self.commit {
            Some(commit) => {
                let short = commit.get(..7).unwrap_or(commit);
                format!("{} pushed {files} to {branch} of {} ({short})", Tone::Good.paint("✔"), visible(&self.source))
            }
            None => format!("nothing was pushed; {files} would change on {branch} of {}", visible(&self.source)),
        });
        lines.join("\n")
    }
}
