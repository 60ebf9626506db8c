//! `sluice apply`: a Kustomization in a cluster without Flux.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_engine::{ApplyAction, ApplyPlan, ApplyStep, EngineError};

use super::release::ask_to;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, coloured, visible};
use crate::progress::Progress;
use crate::session::{Session, object, person};

const EXAMPLES: &str = "\
Examples:
  sluice apply flux-system/flask-app --cluster dev --dry-run
  sluice apply flux-system/flask-app --cluster dev

Exit codes: 0 applied, or with --dry-run something would be, 1 the cluster refused, 2 nobody confirmed or it cannot be
built, 3 everything stands already";

/// Apply a Kustomization to a cluster that has no Flux
///
/// Builds its folder with `kubectl kustomize`, shows the diff as `kubectl diff` does, asks, and applies it server-side.
/// With prune: true, what left Git since the last time is deleted. Where Flux applies it, this is refused.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Apply {
    /// The Kustomization
    #[arg(value_name = "NS/NAME", value_parser = object)]
    name: ObjectKey,
    /// The cluster
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// The source, where several have a Kustomization of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Show the diff and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Applied {
    kustomization: ObjectKey,
    cluster: String,
    revision: String,
    applied: bool,
    steps: Vec<ApplyStep>,
}

impl Apply {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let (plan, applied) = session.run(async {
            let progress = Progress::start("building and comparing");
            let source = self.source(session).await?;
            let plan = engine.plan_apply(&source, &self.name, &self.cluster).await?;
            drop(progress);
            if self.dry_run || plan.is_empty() {
                return Ok((plan, false));
            }
            if !self.yes {
                ask_to(&shown(&plan), &format!("Apply this to {}?", self.cluster))?;
            }
            let _progress = Progress::start(format!("applying to {}", self.cluster));
            engine.apply(&plan, &person()).await?;
            Ok((plan, true))
        })?;
        let is_empty = plan.is_empty();
        screen.print(&Applied {
            kustomization: plan.kustomization,
            cluster: plan.cluster,
            revision: plan.revision,
            applied,
            steps: plan.steps,
        })?;
        Ok(if is_empty { Exit::Nothing } else { Exit::Fine })
    }

    async fn source(&self, session: &Session) -> Result<String, CliError> {
        if let Some(source) = &self.source {
            return Ok(source.clone());
        }
        let views = session.engine.views().await.into_iter().filter_map(|(name, view)| Some((name, view.ok()?)));
        let with = views.filter(|(_, view)| view.catalogue.kustomizations.contains_key(&self.name));
        let mut names: Vec<String> = with.map(|(name, _)| name).collect();
        match (names.pop(), names.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                names.push(last);
                let name = self.name.to_string();
                Err(EngineError::Ambiguous { what: "Kustomization", name, sources: names }.into())
            }
            (None, _) => {
                let name = self.name.to_string();
                Err(EngineError::NotFound { what: "Kustomization", name, nearest: Vec::new() }.into())
            }
        }
    }
}

fn shown(plan: &ApplyPlan) -> String {
    let changes = plan.steps.iter().filter(|step| step.action != ApplyAction::Keep);
    changes.map(|step| format!("{}\n{}", headline(step), step.diff)).collect::<Vec<_>>().join("\n")
}

fn headline(step: &ApplyStep) -> String {
    let (tone, verb) = match step.action {
        ApplyAction::Create => (Tone::Good, "create"),
        ApplyAction::Change => (Tone::Warning, "change"),
        ApplyAction::Keep => (Tone::Faint, "keep"),
        ApplyAction::Prune => (Tone::Bad, "delete"),
    };
    format!("{} {}", tone.paint(&format!("{verb:<7}")), visible(&step.object))
}

impl Report for Applied {
    fn text(&self, _screen: &Screen) -> String {
        let cluster = visible(&self.cluster);
        let mut lines: Vec<String> = Vec::new();
        for step in &self.steps {
            lines.push(headline(step));
            if !self.applied && !step.diff.is_empty() {
                lines.push(coloured(&step.diff).trim_end().to_owned());
            }
        }
        let verb = if self.applied {
            format!("{} applied to {cluster}", Tone::Good.paint("✔"))
        } else {
            format!("nothing was changed in {cluster}")
        };
        lines.push(format!("{verb}: {} at {}", self.kustomization, visible(&self.revision)));
        lines.join("\n")
    }
}
