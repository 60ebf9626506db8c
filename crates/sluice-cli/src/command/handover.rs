//! `sluice handover`: decide who writes, Sluice or the cluster's own automation.

use clap::{Args, ValueEnum};
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::release::Mode;
use sluice_engine::Writer;

use super::release::ask_to;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::session::{Session, object, person};

const EXAMPLES: &str = "\
Examples:
  sluice handover flux-system/flask-app --to here
  sluice handover flux-system/flask-app --to cluster --cluster dev --yes

Exit codes: 0 handed over, 1 the cluster refused, 2 nobody confirmed or there is no such automation, 3 it is so already";

/// Hand the writing of an automation over: to Sluice, or to the cluster's own image automation
///
/// Suspends it there and releases here, or resumes it there and only observes here. Whoever stops writing comes first, so
/// that there are never two.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Handover {
    /// The automation
    #[arg(value_name = "NS/NAME", value_parser = object)]
    automation: ObjectKey,
    /// Who is to write
    #[arg(long, value_enum)]
    to: To,
    /// The cluster, where several have it
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// What Sluice may do from then on
    #[arg(long, value_name = "MODE", default_value = "review")]
    mode: Mode,
    /// The source, where several have an automation of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// Sluice writes
    Here,
    /// The cluster writes
    Cluster,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandedOver {
    automation: ObjectKey,
    cluster: String,
    writer: &'static str,
    steps: Vec<String>,
}

impl Handover {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let (to, writer) = match self.to {
            To::Here => (Writer::Here, "here"),
            To::Cluster => (Writer::Cluster, "cluster"),
        };
        let report = session.run(async {
            let view = engine.find_automation(&self.automation, self.source.as_deref()).await?;
            let cluster = self.cluster.as_deref();
            let plan = engine.plan_hand_over(&view.name, &self.automation, cluster, to, self.mode).await?;
            let steps = plan.steps();
            if !steps.is_empty() {
                if !self.yes {
                    let mut list: Vec<String> = steps.iter().map(|step| format!("  - {}", visible(step))).collect();
                    list.extend(plan.note().map(|note| note.to_string()));
                    ask_to(&list.join("\n"), "Hand over?")?;
                }
                engine.hand_over(&plan, &person()).await?;
            }
            Ok(HandedOver { automation: self.automation.clone(), cluster: plan.cluster, writer, steps })
        })?;
        screen.print(&report)?;
        Ok(if report.steps.is_empty() { Exit::Nothing } else { Exit::Fine })
    }
}

impl Report for HandedOver {
    fn text(&self, _screen: &Screen) -> String {
        let who = if self.writer == "here" { "Sluice".into() } else { visible(&self.cluster) };
        if self.steps.is_empty() {
            return format!("{} {who} writes {} already", Tone::Faint.paint("·"), self.automation);
        }
        let steps: String = self.steps.iter().map(|step| format!("\n  - {}", visible(step))).collect();
        format!("{} {who} writes {} from now on{steps}", Tone::Good.paint("✔"), self.automation)
    }
}
