//! `sluice host`: the host keys of SSH servers, looked at and trusted by a person.

use clap::{Args, Subcommand};
use serde::Serialize;
use sluice_engine::{HostTrust, SeenHostKey};

use crate::error::CliError;
use crate::exit::Exit;
use crate::input::asked;
use crate::output::{Cell, Report, Screen, Table, Tone, exit_if_any, say, visible};
use crate::progress::Progress;
use crate::session::{Session, person};

const LIST_EXAMPLES: &str = "\
Examples:
  sluice host list

Exit codes: 0 there are trusted hosts, 3 there is none";

const SCAN_EXAMPLES: &str = "\
Examples:
  sluice host scan github.com
  sluice host scan fleet -o json

Exit codes: 0 the keys are on record or published, 1 they are new, have changed or are revoked";

const TRUST_EXAMPLES: &str = "\
Examples:
  sluice host trust github.com
  sluice host trust acme.example:22 --fingerprint SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s
  sluice host trust git.acme.example --fingerprint SHA256:… --replace";

const FORGET_EXAMPLES: &str = "\
Examples:
  sluice host forget git.acme.example

Exit codes: 0 it is forgotten, 3 it was not trusted in Sluice";

/// Look at the host keys of SSH servers, and trust them
#[derive(Debug, Args)]
pub(crate) struct HostVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(List),
    Scan(Scan),
    Trust(Trust),
    Forget(Forget),
}

impl HostVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        match &self.verb {
            Verb::List(_) => list(screen, session),
            Verb::Scan(verb) => verb.run(screen, session),
            Verb::Trust(verb) => verb.run(screen, session),
            Verb::Forget(verb) => verb.run(screen, session),
        }
    }
}

/// List the keys that were trusted in Sluice (those of ~/.ssh/known_hosts count too and are not listed)
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct List {}

/// Show the keys that a server has, and how they compare with what is on record
#[derive(Debug, Args)]
#[command(after_help = SCAN_EXAMPLES)]
struct Scan {
    /// A host, host:port, source or address
    #[arg(value_name = "HOST[:PORT]|SOURCE|URL")]
    host: String,
}

/// Trust the keys of a server, after their fingerprints were compared with what its operator publishes
///
/// On a terminal it shows them and asks. Elsewhere the fingerprints are given: only keys that the server shows and that
/// are named are trusted. Keys that are published by GitHub, GitLab, Bitbucket or Codeberg are said to be so.
#[derive(Debug, Args)]
#[command(after_help = TRUST_EXAMPLES)]
struct Trust {
    /// A host, host:port, source or address
    #[arg(value_name = "HOST[:PORT]|SOURCE|URL")]
    host: String,
    /// A fingerprint that was compared; may be repeated
    #[arg(long, value_name = "SHA256:…")]
    fingerprint: Vec<String>,
    /// Trust what the host publishes without asking; anything else is still asked for
    #[arg(long)]
    published: bool,
    /// The host's keys have changed, and its operator says that it is right
    #[arg(long)]
    replace: bool,
}

/// Forget the keys of a server that were trusted in Sluice
#[derive(Debug, Args)]
#[command(after_help = FORGET_EXAMPLES)]
struct Forget {
    /// A host, host:port, source or address
    #[arg(value_name = "HOST[:PORT]|SOURCE|URL")]
    host: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    host: String,
    algorithm: String,
    fingerprint: String,
    /// `known`, `published`, `new`, `changed`, `revoked`.
    trust: &'static str,
    /// The fingerprints on record, where they are others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    on_record: Vec<String>,
}

impl Shown {
    fn of(key: SeenHostKey) -> Self {
        let trust = key.trust.as_str();
        let on_record = match key.trust {
            HostTrust::Changed { known } => known,
            _ => Vec::new(),
        };
        Self { host: key.host, algorithm: key.algorithm, fingerprint: key.fingerprint, trust, on_record }
    }

    fn tone(&self) -> Tone {
        match self.trust {
            "known" | "published" => Tone::Good,
            "new" => Tone::Warning,
            _ => Tone::Bad,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    host_keys: Vec<Shown>,
}

impl Keys {
    fn of(keys: Vec<SeenHostKey>) -> Self {
        Self { host_keys: keys.into_iter().map(Shown::of).collect() }
    }
}

impl Report for Keys {
    fn text(&self, screen: &Screen) -> String {
        if self.host_keys.is_empty() {
            return "no host key was trusted in Sluice; those of ~/.ssh/known_hosts count too".to_owned();
        }
        let mut table = Table::new(["host", "type", "fingerprint", "trust"]);
        for key in &self.host_keys {
            let trust = if key.on_record.is_empty() {
                key.trust.to_owned()
            } else {
                format!("{}, on record: {}", key.trust, key.on_record.join(", "))
            };
            table.row([
                key.host.clone().into(),
                key.algorithm.clone().into(),
                key.fingerprint.clone().into(),
                Cell::toned(key.tone(), trust),
            ]);
        }
        table.text(screen)
    }
}

fn list(screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    let keys = Keys::of(session.run(async { Ok(session.engine.trusted_hosts().await?) })?);
    screen.print(&keys)?;
    Ok(exit_if_any(!keys.host_keys.is_empty()))
}

impl Scan {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let keys = Keys::of(scan(session, &self.host)?);
        screen.print(&keys)?;
        let is_fine = keys.host_keys.iter().all(|key| key.tone() == Tone::Good);
        Ok(if is_fine { Exit::Fine } else { Exit::Failed })
    }
}

fn scan(session: &Session, host: &str) -> Result<Vec<SeenHostKey>, CliError> {
    let progress = Progress::start(format!("asking {host} for its keys"));
    let keys = session.run(async { Ok(session.engine.scan_host(host).await?) });
    drop(progress);
    keys
}

impl Trust {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let fingerprints =
            if self.fingerprint.is_empty() { self.confirmed(screen, session)? } else { self.fingerprint.clone() };
        let trusted = session
            .run(async { Ok(session.engine.trust_host(&self.host, &fingerprints, self.replace, &person()).await?) })?;
        let host_keys =
            trusted.into_iter().map(|key| Shown { trust: "known", on_record: Vec::new(), ..Shown::of(key) });
        screen.print(&Trusted { host_keys: host_keys.collect() })?;
        Ok(Exit::Fine)
    }

    /// The fingerprints that a person, or the host itself, vouches for.
    fn confirmed(&self, screen: &Screen, session: &Session) -> Result<Vec<String>, CliError> {
        let keys = scan(session, &self.host)?;
        let prints: Vec<String> = keys.iter().map(|key| key.fingerprint.clone()).collect();
        let is_vouched = |key: &SeenHostKey| matches!(key.trust, HostTrust::Published | HostTrust::Known);
        if self.published && keys.iter().all(is_vouched) {
            return Ok(prints);
        }
        let refused = || {
            CliError::invalid(
                "not-confirmed",
                format!("the keys of {} are not trusted", self.host),
                "compare the fingerprints with what its operator publishes, and name them: --fingerprint SHA256:…",
            )
        };
        say(&Keys::of(keys).text(screen));
        let question = format!("Do these agree with what the operator of {} publishes? [y/N] ", visible(&self.host));
        if asked(&question) { Ok(prints) } else { Err(refused()) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trusted {
    host_keys: Vec<Shown>,
}

impl Report for Trusted {
    fn text(&self, _screen: &Screen) -> String {
        let one =
            |key: &Shown| format!("{} {} {} is trusted", Tone::Good.paint("✔"), visible(&key.host), key.fingerprint);
        self.host_keys.iter().map(one).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Serialize)]
struct Forgotten {
    host: String,
    keys: usize,
}

impl Report for Forgotten {
    fn text(&self, _screen: &Screen) -> String {
        match self.keys {
            0 => format!("{} was not trusted in Sluice", visible(&self.host)),
            count => format!("{} {} is forgotten ({count} keys)", Tone::Good.paint("✔"), visible(&self.host)),
        }
    }
}

impl Forget {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let keys = session.run(async { Ok(session.engine.forget_host(&self.host, &person()).await?) })?;
        screen.print(&Forgotten { host: self.host.clone(), keys })?;
        Ok(exit_if_any(keys > 0))
    }
}
