//! `sluice bootstrap`: set Flux up in a cluster, by the `flux` that is installed.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sluice_core::Secret;
use sluice_engine::{BootstrapCheck, BootstrapWish};

use super::release::ask_to;
use super::run::stop_on_signal;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, say, visible};
use crate::session::{Session, person};

const EXAMPLES: &str = "\
Examples:
  sluice bootstrap fleet --cluster dev
  sluice bootstrap https://github.com/acme/fleet --cluster dev --path clusters/dev --personal
  sluice bootstrap fleet --cluster dev --dry-run

Exit codes: 0 it works, 1 flux failed or was stopped, or something does not work afterwards, 2 nobody confirmed or invalid input";

/// Set Flux up in a cluster: what `flux bootstrap` with the image controllers does
///
/// Runs the `flux` that is installed, shows its output as it comes, and looks afterwards whether source, Kustomization and
/// controllers work. The token of the forge comes from the keychain (`sluice credential add forge HOST`) and goes to flux
/// on its input: it is in no argument and in no environment.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bootstrap {
    /// The source, or the repository's address
    #[arg(value_name = "SOURCE|URL")]
    repository: String,
    /// The cluster
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// The folder of the cluster in the repository; clusters/NAME unless given
    #[arg(long, value_name = "FOLDER")]
    path: Option<String>,
    /// The branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// The owner is a person and no organisation
    #[arg(long)]
    personal: bool,
    /// Leave the image controllers out: Sluice does what they do
    #[arg(long)]
    without_images: bool,
    /// A file that holds the token, for this once
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Show the command and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SetUp {
    cluster: String,
    command: String,
    token: String,
    ran: bool,
    /// It was stopped before flux was through.
    stopped: bool,
    checks: Vec<BootstrapCheck>,
}

impl Bootstrap {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let wish = self.wish()?;
        let report = session.run(async {
            let plan = engine.plan_bootstrap(wish).await?;
            let mut report = SetUp {
                cluster: plan.cluster.clone(),
                command: plan.command.clone(),
                token: plan.token_origin.clone().unwrap_or_else(|| "none is kept".to_owned()),
                ran: false,
                stopped: false,
                checks: Vec::new(),
            };
            if self.dry_run {
                return Ok(report);
            }
            plan.ready()?;
            if !self.yes {
                ask_to(&format!("{}\ntoken: {}", visible(&plan.command), visible(&report.token)), "Run this?")?;
            }
            // Beside the result, so that JSON stays JSON.
            let told = |line: &str| say(&visible(line));
            // flux runs in a group of its own: a signal reaches it through us.
            let stop = stop_on_signal()?;
            let done = engine.bootstrap(&plan, &person(), &stop, &told).await?;
            (report.ran, report.stopped, report.checks) = (true, done.was_stopped, done.checks);
            Ok(report)
        })?;
        let is_fine = !report.stopped && report.checks.iter().all(|check| check.is_fine);
        screen.print(&report)?;
        Ok(if is_fine { Exit::Fine } else { Exit::Failed })
    }

    fn wish(&self) -> Result<BootstrapWish, CliError> {
        let read = |path: &PathBuf| {
            let bytes = std::fs::read(path).map_err(|source| CliError::Read { path: path.clone(), source })?;
            Ok::<_, CliError>(Secret::new(bytes.trim_ascii().to_vec()))
        };
        Ok(BootstrapWish {
            repository: self.repository.clone(),
            cluster: self.cluster.clone(),
            path: self.path.clone(),
            branch: self.branch.clone(),
            is_personal: self.personal,
            with_images: !self.without_images,
            token: self.token_file.as_ref().map(read).transpose()?,
        })
    }
}

impl Report for SetUp {
    fn text(&self, _screen: &Screen) -> String {
        if !self.ran {
            return format!("{}\ntoken: {}", visible(&self.command), visible(&self.token));
        }
        let line = |check: &BootstrapCheck| {
            let mark = if check.is_fine { Tone::Good.paint("✔") } else { Tone::Bad.paint("✗") };
            format!("{mark} {}: {}", visible(&check.what), visible(&check.words))
        };
        let stopped = self.stopped.then(|| {
            format!(
                "{} flux was stopped. What it had done by then stays, a deploy key at the forge too; run it again, and it \
                 goes on where it was. By now:",
                Tone::Warning.paint("!")
            )
        });
        stopped.into_iter().chain(self.checks.iter().map(line)).collect::<Vec<_>>().join("\n")
    }
}
