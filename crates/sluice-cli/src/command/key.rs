//! `sluice key`: deploy keys, from making one to registering it at the forge.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;
use sluice_core::Secret;
use sluice_engine::{
    KeyAtForge, KeyInCluster, KeyState, KeyView, NewKey, Registration, SecretName, SecretWritten, SshKeyKind,
};

use super::credential::read_secret_file;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Table, Tone, exit_if_any, visible};
use crate::progress::Progress;
use crate::prompt::{chosen, is_attended};
use crate::session::{Session, person};
use crate::when::age;

const GENERATE_EXAMPLES: &str = "\
Examples:
  sluice key generate fleet
  sluice key generate ssh://git@github.com/acme/fleet.git --register
  sluice key generate git.acme.example/team/fleet.git --type ed25519 --comment sluice@build";

const LIST_EXAMPLES: &str = "\
Examples:
  sluice key list -o json

Exit codes: 0 there are keys, 3 there is none";

const SHOW_EXAMPLES: &str = "\
Examples:
  sluice key show fleet
  sluice key show fleet --line | ssh git.acme.example add-key";

const EXPORT_EXAMPLES: &str = "\
Examples:
  sluice key export fleet --name flux-system | kubectl apply -f -
  sluice key export fleet --namespace apps --name fleet > secret.yaml
  sluice key export fleet --name flux-system --to-cluster dev";

const REGISTER_EXAMPLES: &str = "\
Examples:
  sluice key register fleet
  sluice key register ssh://git@github.com/acme/fleet.git --token-file token.txt
  sluice key register git.acme.example --repository ssh://git@git.acme.example/fleet.git
  sluice key register fleet --read-only";

const CHECK_EXAMPLES: &str = "\
Examples:
  sluice key check fleet

Exit codes: 0 it may write, 1 it may not, or the forge does not know it";

const REMOVE_EXAMPLES: &str = "\
Examples:
  sluice key remove fleet
  sluice key remove fleet --at-forge";

/// Make deploy keys, show, export, register and remove them
#[derive(Debug, Args)]
pub(crate) struct KeyVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Generate(Generate),
    List(List),
    Show(Show),
    Export(Export),
    Register(Register),
    Check(Check),
    Remove(Remove),
}

impl KeyVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        match &self.verb {
            Verb::Generate(verb) => verb.run(screen, session),
            Verb::List(_) => list(screen, session),
            Verb::Show(verb) => verb.run(screen, session),
            Verb::Export(verb) => verb.run(screen, session),
            Verb::Register(verb) => verb.run(screen, session),
            Verb::Check(verb) => verb.run(screen, session),
            Verb::Remove(verb) => verb.run(screen, session),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// ECDSA on P-256
    EcdsaP256,
    /// ECDSA on P-384
    EcdsaP384,
    /// ECDSA on P-521
    EcdsaP521,
    /// Ed25519
    Ed25519,
    /// RSA, as long as --bits says
    Rsa,
}

/// Make a key pair and keep it in the keychain
///
/// The private half never touches the disk. The public half is shown, to be registered at the Git host; --register does
/// that over the host's own interface.
#[derive(Debug, Args)]
#[command(after_help = GENERATE_EXAMPLES)]
struct Generate {
    /// What it is for: a source, a repository's address, or a host with or without a path
    #[arg(value_name = "SOURCE|URL|HOST[/PATH]")]
    place: String,
    /// What kind of key
    #[arg(long = "type", value_enum, value_name = "TYPE", default_value_t = Kind::EcdsaP521)]
    kind: Kind,
    /// How long an RSA key is
    #[arg(long, value_name = "N", default_value_t = 4096)]
    bits: usize,
    /// What it is called, at its end
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Encrypt it with the passphrase in this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Encrypt it with a passphrase that is asked for on the terminal
    #[arg(long, conflicts_with = "passphrase_file")]
    ask_passphrase: bool,
    /// Put it in the place of a key that is there
    #[arg(long)]
    replace: bool,
    /// Register it at the Git host too, with the right to write
    #[arg(long)]
    register: bool,
    #[command(flatten)]
    token: Token,
}

/// List the keys that are kept, by their public halves
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct List {}

/// Show the public half of a key
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
struct Show {
    /// Its target or id, or a source or address that it is used for
    name: String,
    /// Print nothing but the line for authorized_keys
    #[arg(long)]
    line: bool,
}

/// Print a key as the Secret that `flux create secret git` makes
///
/// It holds the private half (identity), the public half (identity.pub), the host keys that are trusted (known_hosts) and,
/// where the key is encrypted, its passphrase (password).
#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
struct Export {
    /// Its target or id, or a source or address that it is used for
    key: String,
    /// The namespace of the Secret
    #[arg(long, value_name = "NS", default_value = "flux-system")]
    namespace: String,
    /// The name of the Secret
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Write it into a connected cluster instead of standard output
    #[arg(long, value_name = "CLUSTER")]
    to_cluster: Option<String>,
    /// A Secret that is there with other contents gives way
    #[arg(long, requires = "to_cluster")]
    replace: bool,
}

/// Register a key at the Git host, with the right to write
///
/// One that is registered read-only is allowed to write. The token is, in this order: the one in --token-file, a kept one
/// (`sluice credential add forge HOST`), one of gh, glab or Git's credential helpers.
#[derive(Debug, Args)]
#[command(after_help = REGISTER_EXAMPLES)]
struct Register {
    /// Its target or id, or a source or address that it is used for
    name: String,
    /// Which repository, where the key is for a whole host
    #[arg(long, value_name = "SOURCE|URL")]
    repository: Option<String>,
    /// What it is to be called there; its comment otherwise
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// It may only read
    #[arg(long)]
    read_only: bool,
    #[command(flatten)]
    token: Token,
}

/// Ask the Git host whether it knows a key, and whether that may write
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
struct Check {
    /// Its target or id, or a source or address that it is used for
    name: String,
    /// Which repository, where the key is for a whole host
    #[arg(long, value_name = "SOURCE|URL")]
    repository: Option<String>,
    #[command(flatten)]
    token: Token,
}

/// Remove a key from the keychain
#[derive(Debug, Args)]
#[command(after_help = REMOVE_EXAMPLES)]
struct Remove {
    /// Its target or id, or a source or address that it is used for
    name: String,
    /// Take it off the Git host first
    #[arg(long)]
    at_forge: bool,
    #[command(flatten)]
    token: Token,
}

#[derive(Debug, Args)]
struct Token {
    /// A token for the Git host's interface, for this once (`-` is standard input)
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Token {
    fn read(&self) -> Result<Option<Secret>, CliError> {
        self.token_file.as_deref().map(read_secret_file).transpose()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    target: String,
    algorithm: String,
    fingerprint: String,
    public_key: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    /// When a push by it last went through.
    wrote_at: Option<Timestamp>,
    /// The remote's words, when the last push by it was refused because it may only read.
    write_refused: Option<String>,
}

impl Shown {
    fn of(key: KeyView) -> Self {
        let KeyView { record, public } = key;
        Self {
            id: record.id,
            target: record.target,
            algorithm: public.algorithm,
            fingerprint: public.fingerprint,
            public_key: public.line,
            created_at: record.created_at,
            last_used_at: record.last_used_at,
            wrote_at: record.wrote_at,
            write_refused: record.write_refused.map(|(_, words)| words),
        }
    }

    /// `yes`, `no` or `-` where no push has told yet.
    fn writes(&self) -> &'static str {
        match (&self.write_refused, self.wrote_at) {
            (Some(_), _) => "no",
            (None, Some(_)) => "yes",
            (None, None) => "-",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One {
    key: Shown,
    /// What the Git host says of it, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    forge: Option<AtForge>,
    #[serde(skip)]
    headline: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AtForge {
    name: String,
    repository: String,
    /// `registered`, `allowed`, `known` or `unknown`.
    state: &'static str,
    may_write: bool,
    title: String,
}

impl One {
    fn at_forge(found: KeyAtForge) -> Self {
        let KeyAtForge { key, forge, repository, state, may_write, title } = found;
        let right = if may_write { "may write" } else { "may only read" };
        let headline = match state {
            KeyState::Registered => format!("is registered for {repository} at {forge} now and {right}"),
            KeyState::Allowed => format!("was read-only for {repository} at {forge} and {right} now"),
            KeyState::Known => format!("is registered for {repository} at {forge} and {right}"),
            KeyState::Unknown => format!("is not registered for {repository} at {forge}"),
        };
        let forge = AtForge { name: forge, repository, state: state.as_str(), may_write, title };
        Self { key: Shown::of(key), forge: Some(forge), headline }
    }
}

impl Report for One {
    fn text(&self, _screen: &Screen) -> String {
        let Shown { target, algorithm, fingerprint, public_key, .. } = &self.key;
        let tone = match &self.forge {
            Some(forge) if !forge.may_write => Tone::Warning,
            _ => Tone::Good,
        };
        let sign = if tone == Tone::Good { "✔" } else { "!" };
        format!(
            "{} the key for {} {}\n  {algorithm} {fingerprint}\n{}",
            tone.paint(sign),
            visible(target),
            visible(&self.headline),
            visible(public_key)
        )
    }
}

impl Generate {
    fn passphrase(&self) -> Result<Option<Secret>, CliError> {
        match &self.passphrase_file {
            Some(file) => read_secret_file(file).map(Some),
            None if !self.ask_passphrase => Ok(None),
            None if is_attended() => chosen("New passphrase of the key").map(Some),
            None => {
                let message = "nobody is there to be asked for a passphrase: give --passphrase-file FILE";
                Err(CliError::Usage { message: message.to_owned() })
            }
        }
    }

    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let kind = match self.kind {
            Kind::EcdsaP256 => SshKeyKind::EcdsaP256,
            Kind::EcdsaP384 => SshKeyKind::EcdsaP384,
            Kind::EcdsaP521 => SshKeyKind::EcdsaP521,
            Kind::Ed25519 => SshKeyKind::Ed25519,
            Kind::Rsa => SshKeyKind::Rsa { bits: self.bits },
        };
        let new = NewKey {
            kind,
            place: self.place.clone(),
            comment: self.comment.clone(),
            passphrase: self.passphrase()?,
            replace: self.replace,
        };
        let token = self.token.read()?;
        let progress = Progress::start("making the key");
        let one = session.run(async {
            let made = session.engine.generate_key(new, &person()).await?;
            if !self.register {
                return Ok(One { key: Shown::of(made), forge: None, headline: "is in the keychain".to_owned() });
            }
            progress.say("asking the Git host to register it");
            let repository = self.place.contains('/').then(|| self.place.clone());
            let wish = Registration { repository, token, ..Registration::default() };
            Ok(One::at_forge(session.engine.register_key(&made.record.id, wish, &person()).await?))
        })?;
        drop(progress);
        screen.print(&one)?;
        Ok(Exit::Fine)
    }
}

#[derive(Serialize)]
struct All {
    keys: Vec<Shown>,
}

fn list(screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    let keys = session.run(async { Ok(session.engine.keys().await?) })?;
    let all = All { keys: keys.into_iter().map(Shown::of).collect() };
    screen.print(&all)?;
    Ok(exit_if_any(!all.keys.is_empty()))
}

impl Report for All {
    fn text(&self, screen: &Screen) -> String {
        if self.keys.is_empty() {
            return "no deploy key is kept; make one: sluice key generate SOURCE".to_owned();
        }
        let mut table = Table::new(["id", "target", "type", "fingerprint", "writes", "age", "used"]);
        for key in &self.keys {
            table.row([
                key.id.clone().into(),
                key.target.clone().into(),
                key.algorithm.clone().into(),
                key.fingerprint.clone().into(),
                key.writes().into(),
                age(Some(key.created_at)).into(),
                age(key.last_used_at).into(),
            ]);
        }
        table.text(screen)
    }
}

impl Show {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let key = session.run(async { Ok(session.engine.key(&self.name).await?) })?;
        if self.line {
            screen.write(&key.public.line)?;
            return Ok(Exit::Fine);
        }
        screen.print(&One { key: Shown::of(key), forge: None, headline: "is in the keychain".to_owned() })?;
        Ok(Exit::Fine)
    }
}

impl Export {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let name = SecretName { namespace: self.namespace.clone(), name: self.name.clone() };
        if let Some(cluster) = &self.to_cluster {
            return self.write_to_cluster(screen, session, &name, cluster);
        }
        let yaml = session.run(async { Ok(session.engine.export_key(&self.key, &name, &person()).await?) })?;
        // The one verb whose result is a secret: it is what was asked for, and goes to standard output alone.
        screen.write_exactly(yaml.expose_str().unwrap_or_default())?;
        Ok(Exit::Fine)
    }
}

impl Export {
    fn write_to_cluster(
        &self,
        screen: &Screen,
        session: &Session,
        name: &SecretName,
        cluster: &str,
    ) -> Result<Exit, CliError> {
        let progress = Progress::start(format!("writing to {cluster}"));
        let who = person();
        let export = session.engine.export_key_to_cluster(&self.key, name, Some(cluster), self.replace, &who);
        let done = session.run(async { Ok(export.await?) });
        drop(progress);
        let KeyInCluster { key, cluster, secret, written } = done?;
        let written = match written {
            SecretWritten::Created => "created",
            SecretWritten::Replaced => "replaced",
            SecretWritten::Same => "same",
        };
        let SecretName { namespace, name } = secret;
        screen.print(&InCluster { fingerprint: key.public.fingerprint, cluster, namespace, name, written })?;
        Ok(Exit::Fine)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InCluster {
    fingerprint: String,
    cluster: String,
    namespace: String,
    name: String,
    /// `created`, `replaced` or `same`.
    written: &'static str,
}

impl Report for InCluster {
    fn text(&self, _screen: &Screen) -> String {
        let Self { fingerprint, cluster, namespace, name, written } = self;
        let written = if *written == "same" { "was there already" } else { *written };
        let what = visible(&format!("Secret {namespace}/{name} in {cluster}")).into_owned();
        format!("{} {what} {written}: {fingerprint}", Tone::Good.paint("✔"))
    }
}

impl Register {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let wish = Registration {
            repository: self.repository.clone(),
            token: self.token.read()?,
            title: self.title.clone(),
            read_only: self.read_only,
        };
        let progress = Progress::start("asking the Git host");
        let found = session.run(async { Ok(session.engine.register_key(&self.name, wish, &person()).await?) })?;
        drop(progress);
        screen.print(&One::at_forge(found))?;
        Ok(Exit::Fine)
    }
}

impl Check {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let token = self.token.read()?;
        let progress = Progress::start("asking the Git host");
        let repository = self.repository.as_deref();
        let found = session.run(async { Ok(session.engine.check_key(&self.name, repository, token).await?) })?;
        drop(progress);
        let may_write = found.may_write;
        screen.print(&One::at_forge(found))?;
        Ok(if may_write { Exit::Fine } else { Exit::Failed })
    }
}

#[derive(Serialize)]
struct Removed {
    key: Shown,
    #[serde(rename = "removedAtForge")]
    at_forge: bool,
}

impl Report for Removed {
    fn text(&self, _screen: &Screen) -> String {
        let more = if self.at_forge { ", and off the Git host" } else { "" };
        format!("{} the key for {} is removed{more}", Tone::Good.paint("✔"), visible(&self.key.target))
    }
}

impl Remove {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let token = self.token.read()?;
        let removed = session.run(async {
            let engine = &session.engine;
            let key = engine.key(&self.name).await?;
            let at_forge = self.at_forge && engine.unregister_key(&self.name, None, token, &person()).await?;
            engine.remove_credential(&key.record.id, &person()).await?;
            Ok(Removed { key: Shown::of(key), at_forge })
        })?;
        screen.print(&removed)?;
        Ok(Exit::Fine)
    }
}
