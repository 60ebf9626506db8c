//! `sluice suspend`, `sluice resume`: pause releases by themselves here, or Flux's objects in a cluster.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::cluster::LiveKind;
use sluice_engine::Pause;

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen};
use crate::session::{Session, object, person};

const SUSPEND_EXAMPLES: &str = "\
Examples:
  sluice suspend flux-system/flask-app
  sluice suspend --all
  sluice suspend --cluster dev --kind kustomization flux-system/flask-app";

const RESUME_EXAMPLES: &str = "\
Examples:
  sluice resume flux-system/flask-app
  sluice resume --all
  sluice resume --cluster dev --kind kustomization flux-system/flask-app";

/// What is paused or resumed.
#[derive(Debug, Args)]
pub(crate) struct Whom {
    /// The automations
    #[arg(value_name = "NS/NAME", value_parser = object, required_unless_present = "all")]
    names: Vec<ObjectKey>,
    /// Everything
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// The source, where several have an automation of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// In this cluster instead of here: what Flux does there
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "source"])]
    cluster: Option<String>,
    /// The kind of the objects in the cluster
    #[arg(long, value_name = "KIND", value_parser = super::reconcile::kind, default_value = "imageupdateautomation", requires = "cluster")]
    kind: LiveKind,
}

/// Pause automations of this Sluice, or objects of Flux in a cluster
///
/// Looking goes on, and a person may still release. What a cluster does is not touched, unless --cluster names it.
#[derive(Debug, Args)]
#[command(after_help = SUSPEND_EXAMPLES)]
pub(crate) struct Suspend {
    #[command(flatten)]
    whom: Whom,
}

/// Let paused automations work again, or objects of Flux in a cluster
#[derive(Debug, Args)]
#[command(after_help = RESUME_EXAMPLES)]
pub(crate) struct Resume {
    #[command(flatten)]
    whom: Whom,
}

#[derive(Serialize)]
struct Done {
    paused: bool,
    automations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
}

impl Suspend {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        self.whom.set(screen, session, true)
    }
}

impl Resume {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        self.whom.set(screen, session, false)
    }
}

impl Whom {
    fn set(&self, screen: &Screen, session: &Session, paused: bool) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let names = || self.names.iter().map(ToString::to_string).collect();
        if let Some(cluster) = &self.cluster {
            session.run(async {
                for name in &self.names {
                    engine.suspend_live(self.kind, name, Some(cluster), paused, &person()).await?;
                }
                Ok(())
            })?;
            screen.print(&Done { paused, automations: names(), cluster: Some(cluster.clone()) })?;
            return Ok(Exit::Fine);
        }
        session.run(async {
            if self.all {
                let pause = if paused { Pause::UntilFurtherNotice } else { Pause::No };
                engine.pause(pause, &person()).await?;
            }
            for name in &self.names {
                let view = engine.find_automation(name, self.source.as_deref()).await?;
                engine.set_paused(&view.name, Some(name), paused, &person()).await?;
            }
            Ok(())
        })?;
        screen.print(&Done { paused, automations: names(), cluster: None })?;
        Ok(Exit::Fine)
    }
}

impl Report for Done {
    fn text(&self, _screen: &Screen) -> String {
        let whom = if self.automations.is_empty() { "everything".to_owned() } else { self.automations.join(", ") };
        let place = self.cluster.as_deref().map(|name| format!(" in {name}")).unwrap_or_default();
        format!("{whom} {}{place}", if self.paused { "is paused" } else { "works again" })
    }
}
