//! `sluice credential import`: the credentials that a cluster's Flux has already.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_engine::{FluxCredential, ImportState, ImportWish};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Table, Tone, exit_if_any, visible};
use crate::progress::Progress;
use crate::session::{Session, object, person};

const EXAMPLES: &str = "\
Examples:
  sluice credential import
  sluice credential import flux-system/flux-system
  sluice credential import --all --cluster dev

Exit codes: 0 there are credentials, or some were kept; 1 one that was named cannot be used; 3 there is none";

/// Take over the credentials that a cluster's Flux has; without a name it only shows them
///
/// Looks at the Secrets that GitRepositories, ImageRepositories and ImageUpdateAutomations of the cluster name: SSH keys
/// with their host keys, names and passwords, tokens, GitHub Apps, pull secrets, certificates, proxies and signing keys.
/// Each is read by its name and kept in the keychain; nothing in the cluster is changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// The Secrets to be kept
    #[arg(value_name = "NS/NAME", value_parser = object)]
    secrets: Vec<ObjectKey>,
    /// Keep all of them
    #[arg(long, conflicts_with = "secrets")]
    all: bool,
    /// Which cluster, where several are connected
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    /// What is kept for the same target gives way
    #[arg(long)]
    replace: bool,
}

#[derive(Serialize)]
struct Shown {
    credentials: Vec<One>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One {
    secret: String,
    used_by: Vec<String>,
    kind: Option<&'static str>,
    target: String,
    way: &'static str,
    /// `new`, `kept`, `imported` or `unusable`.
    state: &'static str,
    message: String,
}

impl One {
    fn of(found: FluxCredential) -> Self {
        Self {
            secret: found.secret.to_string(),
            used_by: found.used_by,
            kind: found.kind.map(sluice_engine::CredentialKind::as_str),
            target: found.target,
            way: found.way,
            state: found.state.as_str(),
            message: found.words,
        }
    }
}

impl Import {
    /// Runs the verb.
    pub(super) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let wish = ImportWish { cluster: self.cluster.clone(), secrets: self.secrets.clone(), replace: self.replace };
        let keeps = self.all || !self.secrets.is_empty();
        let progress = Progress::start("reading what Flux has");
        let found = session.run(async {
            Ok(match keeps {
                true => session.engine.import_credentials(&wish, &person()).await?,
                false => session.engine.cluster_credentials(&wish).await?,
            })
        });
        drop(progress);
        let found = found?;
        let fails = !self.secrets.is_empty() && found.iter().any(|one| one.state == ImportState::Unusable);
        let shown = Shown { credentials: found.into_iter().map(One::of).collect() };
        screen.print(&shown)?;
        Ok(if fails { Exit::Failed } else { exit_if_any(!shown.credentials.is_empty()) })
    }
}

impl Report for Shown {
    fn text(&self, screen: &Screen) -> String {
        if self.credentials.is_empty() {
            return "nothing that Flux has in this cluster names a Secret".to_owned();
        }
        let mut table = Table::new(["secret", "kind", "target", "way", "state", "used by"]);
        for one in &self.credentials {
            table.row([
                one.secret.clone().into(),
                one.kind.unwrap_or("-").into(),
                one.target.clone().into(),
                one.way.into(),
                one.state.into(),
                one.used_by.join(", ").into(),
            ]);
        }
        let mut text = table.text(screen);
        for one in self.credentials.iter().filter(|one| !one.message.is_empty()) {
            let tone = if one.state == "unusable" { Tone::Bad.paint("✗") } else { Tone::Note.paint("→") };
            text.push_str(&format!("\n{tone} {}: {}", visible(&one.secret), visible(&one.message)));
        }
        text
    }
}
