//! The verbs, one file each.

mod completions;
mod policy;
mod template;

use clap::Subcommand;

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Screen;

/// The verbs. The order is the order of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Policy(policy::PolicyVerbs),
    Template(template::TemplateVerbs),
    Completions(completions::Completions),
}

impl Command {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        match self {
            Self::Policy(verb) => verb.run(screen),
            Self::Template(verb) => verb.run(screen),
            Self::Completions(verb) => verb.run(screen),
        }
    }
}
