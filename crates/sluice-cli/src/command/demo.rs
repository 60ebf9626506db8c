//! `sluice demo`: an own registry and repository on loopback, and the reference scenario end to end.

use clap::Args;
use sluice_demo::Demo as Servers;
use sluice_demo::tour::{Tour, TourStep};

use super::plan::painted;
use super::run::stop_on_signal;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Format, Screen, Tone, visible};
use crate::session::runtime;

const EXAMPLES: &str = "\
Examples:
  sluice demo --headless
  sluice demo --headless -o json
  sluice demo";

/// See the whole loop on a registry and a repository of its own
///
/// Both servers live in this process on loopback; nothing of yours is read or written, and nothing is left behind. With
/// --headless it goes through the loop and ends by itself; without, it keeps the servers running to be looked at.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Go through the loop in this terminal and end
    #[arg(long)]
    headless: bool,
}

impl Demo {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        runtime()?.block_on(async {
            let servers = Servers::start().await?;
            if !self.headless {
                return self.keep_running(screen, &servers).await;
            }
            let mut tour = Tour::start(servers).await?;
            while let Some(step) = tour.next().await? {
                show(screen, &step)?;
            }
            Ok(Exit::Fine)
        })
    }

    async fn keep_running(&self, screen: &Screen, servers: &Servers) -> Result<Exit, CliError> {
        let stop = stop_on_signal()?;
        screen.write(&format!(
            "registry    {}\nrepository  {}\n\nTry it from another terminal:\n\n  sluice --config {folder}/try.toml --data-dir {folder}/try source add git {} --mode review\n  \
             sluice --config {folder}/try.toml --data-dir {folder}/try scan\n  sluice --config {folder}/try.toml --data-dir {folder}/try plan\n\nCtrl-C ends it and removes everything.",
            servers.image(),
            servers.git_url(),
            servers.git_url(),
            folder = servers.folder().display(),
        ))?;
        stop.cancelled().await;
        Ok(Exit::Fine)
    }
}

fn show(screen: &Screen, step: &TourStep) -> Result<(), CliError> {
    if screen.format != Format::Table {
        let line = serde_json::to_string(step)
            .map_err(|error| CliError::Print { format: "json", cause: error.to_string() })?;
        return screen.write(&line);
    }
    let mut text = format!("{} {}", Tone::Note.paint("▸"), visible(&step.title));
    for line in &step.lines {
        text.push_str(&format!("\n  {}", visible(line)));
    }
    if let Some(diff) = &step.diff {
        text.push('\n');
        text.push_str(&painted(diff));
    }
    screen.write(&text)
}
