//! The verbs, one file each.

mod apply;
mod bootstrap;
mod completions;
mod credential;
mod credential_import;
mod demo;
mod doctor;
mod export;
mod follow;
mod get;
mod get_cluster;
mod get_release;
mod handover;
mod history;
mod hold;
mod host;
mod key;
mod lint;
mod mark;
mod plan;
mod policy;
mod reconcile;
mod release;
mod rollback;
mod run;
mod scan;
mod set;
mod source;
mod source_cluster;
mod suspend;
mod template;
mod vault;
mod why;

use clap::Subcommand;
pub(crate) use credential::read_secret_file;

use crate::arguments::Global;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::Screen;
use crate::session::Session;

/// The verbs. The order is the order of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Source(source::SourceVerbs),
    Scan(scan::Scan),
    Get(get::Get),
    Why(why::Why),
    Plan(plan::Plan),
    Release(release::Release),
    Follow(follow::Follow),
    Rollback(rollback::Rollback),
    Hold(hold::Hold),
    Unhold(hold::Unhold),
    Reconcile(reconcile::Reconcile),
    Handover(handover::Handover),
    Apply(apply::Apply),
    Export(export::Export),
    Bootstrap(bootstrap::Bootstrap),
    Suspend(suspend::Suspend),
    Resume(suspend::Resume),
    History(history::History),
    Run(run::Run),
    Lint(lint::Lint),
    Set(set::Set),
    Mark(mark::Mark),
    Policy(policy::PolicyVerbs),
    Template(template::TemplateVerbs),
    Credential(credential::CredentialVerbs),
    Key(key::KeyVerbs),
    Host(host::HostVerbs),
    Vault(vault::VaultVerbs),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
}

impl Command {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, global: &Global) -> Result<Exit, CliError> {
        let open = || Session::open(global);
        match self {
            Self::Demo(verb) => verb.run(screen),
            Self::Source(verb) => verb.run(screen, &open()?),
            Self::Scan(verb) => verb.run(screen, &open()?),
            Self::Get(verb) => verb.run(screen, &open()?),
            Self::Why(verb) => verb.run(screen, &open()?),
            Self::Plan(verb) => verb.run(screen, &open()?),
            Self::Release(verb) => verb.run(screen, &open()?),
            Self::Follow(verb) => verb.run(screen, &open()?),
            Self::Rollback(verb) => verb.run(screen, &open()?),
            Self::Reconcile(verb) => verb.run(screen, &open()?),
            Self::Handover(verb) => verb.run(screen, &open()?),
            Self::Apply(verb) => verb.run(screen, &open()?),
            Self::Export(verb) => verb.run(screen, &open()?),
            Self::Bootstrap(verb) => verb.run(screen, &open()?),
            Self::Hold(verb) => verb.run(screen, &open()?),
            Self::Unhold(verb) => verb.run(screen, &open()?),
            Self::Suspend(verb) => verb.run(screen, &open()?),
            Self::Resume(verb) => verb.run(screen, &open()?),
            Self::History(verb) => verb.run(screen, &open()?),
            Self::Run(verb) => verb.run(screen, &open()?),
            Self::Credential(verb) => verb.run(screen, &open()?),
            Self::Key(verb) => verb.run(screen, &open()?),
            Self::Host(verb) => verb.run(screen, &open()?),
            Self::Vault(verb) => verb.run(screen, &open()?),
            Self::Doctor(verb) => verb.run(screen, &open()?),
            Self::Lint(verb) => verb.run(screen, global),
            Self::Set(verb) => verb.run(screen),
            Self::Mark(verb) => verb.run(screen),
            Self::Policy(verb) => verb.run(screen),
            Self::Template(verb) => verb.run(screen),
            Self::Completions(verb) => verb.run(screen),
        }
    }
}
