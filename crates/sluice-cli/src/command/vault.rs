//! `sluice vault`: where secrets are kept, in the OS keychain or in an encrypted file.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use sluice_core::Secret;
use sluice_engine::{KeychainState, VaultChoice, VaultMoved, VaultStatus};

use super::credential::read_secret_file;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::prompt::{chosen, hidden, is_attended};
use crate::session::{Session, person};

const SHOW_EXAMPLES: &str = "\
Examples:
  sluice vault show

Exit codes: 0 it can be used, 1 it is locked or not there";

const USE_EXAMPLES: &str = "\
Examples:
  sluice vault use file
  sluice vault use file --passphrase-file passphrase.txt
  sluice vault use file --path /srv/sluice/vault.sluice --passphrase-file - < passphrase.txt
  sluice vault use system

Afterwards each command that needs a secret asks for the passphrase on a terminal, or is given it:
  sluice --vault-passphrase-file passphrase.txt release
  SLUICE_VAULT_PASSPHRASE_FILE=passphrase.txt sluice run";

/// Choose where secrets are kept: the OS keychain, or an encrypted file
#[derive(Debug, Args)]
pub(crate) struct VaultVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Show(Show),
    Use(Use),
}

/// Say where secrets are kept, and whether that can be used
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
struct Show {}

/// Keep secrets somewhere else from now on; those that can be read are taken along
///
/// The operating system's keychain is what Sluice uses by itself. On a machine without one, or where it is never unlocked,
/// choose an encrypted file. Its passphrase is kept nowhere: the window and commands on a terminal ask for it,
/// others read it from a file.
#[derive(Debug, Args)]
#[command(after_help = USE_EXAMPLES)]
struct Use {
    /// Where
    #[arg(value_enum)]
    place: Place,
    /// The encrypted file; vault.sluice in the data folder otherwise
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    /// What opens it, in a file (`-` is standard input); eight characters or more. Asked for on a terminal otherwise
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Place {
    /// The operating system's keychain
    System,
    /// A file that a passphrase encrypts
    File,
}

impl VaultVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        match &self.verb {
            Verb::Show(_) => show(screen, session),
            Verb::Use(verb) => verb.run(screen, session),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    /// `system` or `file`.
    place: &'static str,
    name: String,
    /// `ready`, `locked` or `missing`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl Shown {
    fn of(status: VaultStatus) -> Self {
        let (state, message, hint) = match status.state {
            KeychainState::Ready => ("ready", None, None),
            KeychainState::Locked { way_out } => ("locked", None, Some(way_out)),
            KeychainState::Missing { words, way_out } => ("missing", Some(words), Some(way_out)),
        };
        Self {
            place: if status.file.is_some() { "file" } else { "system" },
            name: status.name,
            state,
            message,
            hint,
            file: status.file.map(|path| path.display().to_string()),
        }
    }
}

impl Report for Shown {
    fn text(&self, _screen: &Screen) -> String {
        let (sign, words) = match self.state {
            "ready" => (Tone::Good.paint("✔"), "can be used"),
            "locked" => (Tone::Warning.paint("!"), "is locked"),
            _ => (Tone::Bad.paint("✗"), "is not there"),
        };
        let why = self.message.as_ref().map(|words| format!(": {}", visible(words))).unwrap_or_default();
        let hint = self.hint.as_ref().map(|hint| format!("\n    {} {}", Tone::Note.paint("→"), visible(hint)));
        format!("{sign} {} {words}{why}{}", visible(&self.name), hint.unwrap_or_default())
    }
}

fn show(screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    let status = session.run(async { Ok(session.engine.vault_status().await) })?;
    let is_ready = status.state == KeychainState::Ready;
    screen.print(&Shown::of(status))?;
    Ok(if is_ready { Exit::Fine } else { Exit::Failed })
}

#[derive(Serialize)]
struct Moved {
    vault: Shown,
    /// How many secrets were taken along.
    moved: usize,
    /// Targets of credentials whose secrets could not be read, and have to be given again.
    left: Vec<String>,
}

impl Report for Moved {
    fn text(&self, screen: &Screen) -> String {
        let mut text = format!("{}\n{} secrets were taken along", self.vault.text(screen), self.moved);
        if !self.left.is_empty() {
            let targets = visible(&self.left.join(", ")).into_owned();
            text.push_str(&format!("\n{} not readable, give them again: {targets}", Tone::Warning.paint("!")));
        }
        text
    }
}

impl Use {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let choice = match self.place {
            Place::File => VaultChoice::File { path: self.path.clone(), passphrase: self.passphrase(session)? },
            Place::System => VaultChoice::System,
        };
        let moved = session.run(async { Ok(session.engine.choose_vault(choice, &person()).await?) })?;
        let VaultMoved { status, moved, left } = moved;
        screen.print(&Moved { vault: Shown::of(status), moved, left })?;
        Ok(Exit::Fine)
    }

    /// The passphrase from its file, or as a person types it: twice where it is a new one.
    fn passphrase(&self, session: &Session) -> Result<Secret, CliError> {
        if let Some(file) = &self.passphrase_file {
            return read_secret_file(file);
        }
        if !is_attended() {
            let message = "the encrypted file wants a passphrase: give --passphrase-file FILE (`-` is standard input)";
            return Err(CliError::Usage { message: message.to_owned() });
        }
        let path = self.path.clone().unwrap_or_else(|| session.engine.paths().vault());
        match path.exists() {
            true => hidden(&format!("Passphrase of the vault {}", path.display())),
            false => chosen("New passphrase of the vault, eight characters or more"),
        }
    }
}
