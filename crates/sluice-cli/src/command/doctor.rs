//! `sluice doctor`: what Sluice needs of the machine and the network, and how it is.

use clap::Args;
use serde::Serialize;
use sluice_engine::{Check, CheckState};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::progress::Progress;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  sluice doctor
  sluice doctor -o json

Exit codes: 0 nothing is broken, 1 something is";

/// Look at the machine: settings, data folder, keychain, every remote and registry
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {}

#[derive(Serialize)]
struct Shown {
    checks: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: String,
    state: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Doctor {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let progress = Progress::start("looking around");
        let checks = session.run(async { Ok(session.engine.doctor().await?) })?;
        drop(progress);
        let is_broken = checks.iter().any(|check| check.state == CheckState::Broken);
        let one = |check: Check| {
            let Check { name, state, words, hint } = check;
            One { name, state: state.as_str(), message: words, hint }
        };
        screen.print(&Shown { checks: checks.into_iter().map(one).collect() })?;
        Ok(if is_broken { Exit::Failed } else { Exit::Fine })
    }
}

impl Report for Shown {
    fn text(&self, _screen: &Screen) -> String {
        let line = |check: &One| {
            let sign = match check.state {
                "fine" => Tone::Good.paint("✔"),
                "warning" => Tone::Warning.paint("!"),
                _ => Tone::Bad.paint("✗"),
            };
            let hint = check.hint.as_ref().map(|hint| format!("\n    {} {}", Tone::Note.paint("→"), visible(hint)));
            format!("{sign} {}: {}{}", visible(&check.name), visible(&check.message), hint.unwrap_or_default())
        };
        self.checks.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
