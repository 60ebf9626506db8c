//! The options of the window's binary. People start it from a menu; options are for the session's start, tests and demos.

use std::path::PathBuf;

use clap::Parser;

/// Sluice: GitOps releases from your own desk
#[derive(Debug, Clone, Parser)]
#[command(name = "sluice-desktop", version)]
pub struct Arguments {
    /// A link to a page, such as sluice://image/fleet/flux-system/flask-app or sluice://release/ID
    #[arg(value_name = "LINK")]
    pub link: Option<String>,
    /// Open on the built-in demo: an own registry and repository on loopback; nothing of yours is read or written
    #[arg(long)]
    pub demo: bool,
    /// Start in the tray, without a window
    #[arg(long)]
    pub hidden: bool,
    /// The settings file [default: sluice.toml in the system's folder for configuration]
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub config: Option<PathBuf>,
    /// The folder of the database; the mirrors are kept in there too [default: the system's folder for data]
    #[arg(long, value_name = "DIR", conflicts_with = "demo")]
    pub data_dir: Option<PathBuf>,
    /// Print what the page's console says (Linux)
    #[arg(long)]
    pub console: bool,
    /// Say more on standard error; twice: everything
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The option that starts Sluice in the tray, as the session's start gives it.
pub(crate) const HIDDEN: &str = "--hidden";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn options_are_well_formed_and_the_session_start_is_understood() {
        Arguments::command().debug_assert();
        let started = Arguments::try_parse_from(["sluice-desktop", HIDDEN]).expect("the option exists");
        assert!(started.hidden && !started.demo);
    }

    #[test]
    fn a_link_is_understood_as_the_system_hands_it_over() {
        let started = Arguments::try_parse_from(["sluice-desktop", "sluice://inbox"]).expect("a link may be given");
        assert_eq!(started.link.as_deref(), Some("sluice://inbox"));
    }

    #[test]
    fn the_demo_is_never_pointed_at_a_persons_own_files() {
        for own in [["--config", "a"], ["--data-dir", "a"]] {
            Arguments::try_parse_from(["sluice-desktop", "--demo"].into_iter().chain(own))
                .expect_err("the demo has files of its own");
        }
    }
}
