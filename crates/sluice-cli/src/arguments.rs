//! What every verb shares: the global options, the reading of the command line and the last word on standard error.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser};

use crate::command::Command;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Format, Screen};

const EXAMPLES: &str = "\
Examples:
  sluice demo --headless
  sluice source add git https://github.com/acme/fleet.git
  sluice scan && sluice plan
  sluice lint .
  sluice set --path . --image flux-system:app=ghcr.io/acme/app:1.0.1 --dry-run
  sluice policy test --semver 1.0.x 1.0.0 1.0.1 1.1.0

Exit codes:
  0  done
  1  failed, or lint found errors
  2  wrong usage or invalid input
  3  nothing chosen, or nothing to do where a result was asked for";

/// Release management for GitOps: finds new image tags, chooses by policy, rewrites the marked lines in Git, and says why.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, max_term_width = 100, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that every verb takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// How to print the result; errors follow suit
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    pub(crate) output: Format,
    /// Print without colours (they are left out anyway where no terminal reads, or NO_COLOR is set)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Say more on standard error; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// The settings file, instead of sluice.toml in the operating system's configuration folder
    #[arg(long, global = true, env = "SLUICE_CONFIG", value_name = "FILE", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// The folder of the database, instead of the operating system's data folder
    #[arg(long, global = true, env = "SLUICE_DATA_DIR", value_name = "DIR", hide_env_values = true)]
    pub(crate) data_dir: Option<PathBuf>,
    /// The file with the passphrase of the encrypted vault, where one was chosen (`sluice vault use file`)
    #[arg(long, global = true, env = "SLUICE_VAULT_PASSPHRASE_FILE", value_name = "FILE", hide_env_values = true)]
    pub(crate) vault_passphrase_file: Option<PathBuf>,
}

/// Reads the command line, runs the verb and says on standard error what went wrong, if anything.
pub(crate) fn start(words: Vec<OsString>) -> Exit {
    let early = EarlyOptions::read(&words);
    if early.no_color {
        anstream::ColorChoice::Never.write_global();
    }
    let arguments = match Arguments::command().try_get_matches_from(words).and_then(|m| Arguments::from_arg_matches(&m))
    {
        Ok(arguments) => arguments,
        Err(error) => return refuse_usage(&error, early.format),
    };
    log_to_stderr(arguments.global.verbose);
    tracing::debug!(config = ?arguments.global.config, data_dir = ?arguments.global.data_dir, "global options");
    let screen = Screen::of_stdout(arguments.global.output);
    match arguments.command.run(&screen, &arguments.global) {
        Ok(exit) => exit,
        Err(CliError::OutputClosed) => Exit::Fine,
        Err(error) => {
            error.report(arguments.global.output);
            error.exit()
        }
    }
}

/// Help and version are results and go to standard output; a wrong command line is an error as any other.
fn refuse_usage(error: &clap::Error, format: Format) -> Exit {
    if !error.use_stderr() {
        // A closed pipe behind `sluice --help | head` is nobody's problem.
        let _ = error.print();
        return Exit::Fine;
    }
    if format.is_machine_readable() {
        let text = error.to_string();
        let message = text.trim_start_matches("error: ").lines().next().unwrap_or_default().to_owned();
        CliError::Usage { message }.report(format);
    } else {
        let _ = error.print();
    }
    Exit::Invalid
}

/// The options that decide how even a refused command line is reported, read before the command line is understood.
struct EarlyOptions {
    no_color: bool,
    format: Format,
}

impl EarlyOptions {
    fn read(words: &[OsString]) -> Self {
        let mut early = Self { no_color: false, format: Format::Table };
        let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
        while let Some(word) = words.next() {
            let format = match word {
                "--" => break,
                "--no-color" => {
                    early.no_color = true;
                    continue;
                }
                "-o" | "--output" => words.next(),
                _ => word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o")),
            };
            if let Some(format) = format.and_then(|name| Format::named(name.trim_start_matches('='))) {
                early.format = format;
            }
        }
        early
    }
}

/// Sends what the libraries tell about their work to standard error: with `-v` our own crates', with `-vv` everybody's.
fn log_to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => return,
        1 => {
            "warn,sluice=debug,sluice_core=debug,sluice_engine=debug,sluice_registry=debug,sluice_git=debug,sluice_kube=debug"
        }
        _ => "debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .without_time()
        .init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_an_error_is_known_before_the_command_line_is_understood() {
        for (line, format, no_color) in [
            ("sluice nonsense -o json", Format::Json, false),
            ("sluice -ojson nonsense", Format::Json, false),
            ("sluice -o=yaml x --no-color", Format::Yaml, true),
            ("sluice --output=yaml nonsense", Format::Yaml, false),
            ("sluice nonsense -- -o json", Format::Table, false),
            ("sluice nonsense -o", Format::Table, false),
            ("sluice nonsense -o xml", Format::Table, false),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let early = EarlyOptions::read(&words);
            assert_eq!((early.format, early.no_color), (format, no_color), "{line}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
