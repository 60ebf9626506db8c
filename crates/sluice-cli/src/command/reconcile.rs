//! `sluice reconcile`: ask a cluster's Flux to begin at once.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::cluster::LiveKind;

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::session::{Session, object, person};

const EXAMPLES: &str = "\
Examples:
  sluice reconcile kustomization flux-system/flask-app --with-source
  sluice reconcile gitrepository flux-system/flask-app --cluster dev";

/// Ask Flux in a cluster to begin at once
///
/// Sets the annotation that `flux reconcile` sets, and waits for nothing; `sluice follow` shows what comes of a release.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reconcile {
    /// The kind: gitrepository, kustomization, helmrelease, imagerepository, …
    #[arg(value_name = "KIND", value_parser = kind)]
    kind: LiveKind,
    /// The object
    #[arg(value_name = "NS/NAME", value_parser = object)]
    name: ObjectKey,
    /// The cluster, where several have an object of this name
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// Ask its source first
    #[arg(long)]
    with_source: bool,
}

/// Reads a kind on the command line.
pub(super) fn kind(text: &str) -> Result<LiveKind, String> {
    LiveKind::named(text).ok_or_else(|| {
        let kinds: Vec<String> = LiveKind::ALL.iter().map(|kind| kind.as_str().to_ascii_lowercase()).collect();
        format!("it is no kind of Flux's; there are {}", kinds.join(", "))
    })
}

#[derive(Serialize)]
struct Asked {
    cluster: String,
    asked: Vec<String>,
}

impl Reconcile {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let (cluster, asked) = session.run(async {
            let engine = &session.engine;
            let cluster = self.cluster.as_deref();
            Ok(engine.reconcile_live(self.kind, &self.name, cluster, self.with_source, &person()).await?)
        })?;
        screen.print(&Asked { cluster, asked: asked.iter().map(ToString::to_string).collect() })?;
        Ok(Exit::Fine)
    }
}

impl Report for Asked {
    fn text(&self, _screen: &Screen) -> String {
        format!("{} {}: asked {}", Tone::Good.paint("✔"), visible(&self.cluster), visible(&self.asked.join(", ")))
    }
}
