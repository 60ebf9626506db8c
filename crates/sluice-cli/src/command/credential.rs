//! `sluice credential`: secrets for registries, Git hosts and signatures, kept in the OS keychain.

use std::io::Read as _;
use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;
use sluice_core::Secret;
use sluice_engine::{
    CredentialKind, CredentialRecord, EngineError, GitHubApp, Installation, KeyProblem, Login, NewCredential,
    signing_login,
};

use super::credential_import::Import;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Table, Tone, exit_if_any, visible};
use crate::progress::Progress;
use crate::prompt::{LARGEST, hidden, is_attended, key};
use crate::session::{Session, person};
use crate::when::age;

const ADD_EXAMPLES: &str = "\
Examples:
  echo \"$TOKEN\" | sluice credential add registry ghcr.io --username robot
  sluice credential add git-http github.com/acme --username x-access-token < token.txt
  sluice credential add git-ssh github.com/acme/fleet.git --key-file ~/.ssh/fleet_ed25519
  sluice credential add registry registry.acme.example --bearer < token.txt
  sluice credential add github-app github.com/acme --app-id 12345 < app.pem
  sluice credential add tls git.acme.example --ca-file ca.pem
  sluice credential add proxy registry.acme.example --address http://proxy:3128
  sluice credential add signing flux-system/signing-key < signing-key.asc";

const LIST_EXAMPLES: &str = "\
Examples:
  sluice credential list
  sluice credential list -o json

Exit codes: 0 there are credentials, 3 there is none";

const TEST_EXAMPLES: &str = "\
Examples:
  sluice credential test ghcr.io

Exit codes: 0 it was taken, 1 it was refused";

const REMOVE_EXAMPLES: &str = "\
Examples:
  sluice credential remove ghcr.io";

/// Add, list, test and remove credentials
#[derive(Debug, Args)]
pub(crate) struct CredentialVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Add(Box<Add>),
    Import(Import),
    List(List),
    Test(Test),
    Remove(Remove),
}

impl CredentialVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        match &self.verb {
            Verb::Add(verb) => verb.run(screen, session),
            Verb::Import(verb) => verb.run(screen, session),
            Verb::List(_) => list(screen, session),
            Verb::Test(verb) => verb.run(screen, session),
            Verb::Remove(verb) => verb.run(screen, session),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// An OCI registry
    Registry,
    /// Git over HTTPS
    GitHttp,
    /// Git over SSH: a private key
    GitSsh,
    /// Signing commits: an OpenPGP key (armored) or an SSH private key
    Signing,
    /// The interface of a Git host: a token that may manage deploy keys
    Forge,
    /// A GitHub App for Git over HTTPS: its private key
    GithubApp,
    /// TLS with a host: certificate authorities, a certificate of your own
    Tls,
    /// A proxy on the way to a host
    Proxy,
}

impl Kind {
    fn kind(self) -> CredentialKind {
        match self {
            Self::Registry => CredentialKind::Registry,
            Self::GitHttp => CredentialKind::GitHttp,
            Self::GitSsh => CredentialKind::GitSsh,
            Self::Signing => CredentialKind::Signing,
            Self::Forge => CredentialKind::Forge,
            Self::GithubApp => CredentialKind::GitHttp,
            Self::Tls => CredentialKind::Tls,
            Self::Proxy => CredentialKind::Proxy,
        }
    }
}

/// Keep a secret in the keychain; it is asked for on a terminal, and read from standard input otherwise
///
/// The secret is never an argument, so that it stays out of the shell's history and the process list. A line end behind
/// it is left out. The credential is used for everything below its target, by whole path segments. A key that signs
/// commits is kept under the name of the Secret that an automation's signingKey names, NAMESPACE/NAME, or under a word
/// of your own for the settings.
#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
struct Add {
    /// What it is for
    #[arg(value_enum)]
    kind: Kind,
    /// A host, or a host with a path; for a signing key, its name
    #[arg(value_name = "HOST[/PATH]|NAME")]
    target: String,
    /// The user name that belongs to the password or token
    #[arg(short, long, value_name = "NAME", default_value = "")]
    username: String,
    /// The secret is a token that is sent as it is, without a user name
    #[arg(long, conflicts_with = "username")]
    bearer: bool,
    /// A GitHub App's id or client id
    #[arg(long, value_name = "ID", help_heading = "GitHub App")]
    app_id: Option<String>,
    /// The number of its installation
    #[arg(long, value_name = "N", help_heading = "GitHub App", conflicts_with = "installation_owner")]
    installation_id: Option<String>,
    /// The account that has installed it
    #[arg(long, value_name = "ACCOUNT", help_heading = "GitHub App")]
    installation_owner: Option<String>,
    /// The root of the interface, where it is not the host's usual one
    #[arg(long, value_name = "URL", help_heading = "GitHub App")]
    api: Option<String>,
    /// Certificate authorities in PEM, trusted for this host besides the system's
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    ca_file: Option<std::path::PathBuf>,
    /// A certificate of your own in PEM, with its chain
    #[arg(long, value_name = "FILE", help_heading = "TLS", requires = "key_file")]
    certificate_file: Option<std::path::PathBuf>,
    /// The private key of a certificate, for SSH, for signing or of a GitHub App (`-` is standard input)
    #[arg(long, value_name = "FILE")]
    key_file: Option<std::path::PathBuf>,
    /// The proxy, http://host:port or socks5://host:port; with --username its password is read from standard input
    #[arg(long, value_name = "URL", help_heading = "Proxy")]
    address: Option<String>,
    /// The private key is encrypted, and its passphrase is in this file; asked for on a terminal otherwise
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<std::path::PathBuf>,
}

/// List credentials, without their secrets
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct List {}

/// Sign in with a credential, and say how that went
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
struct Test {
    /// Its target or id
    name: String,
}

/// Remove a credential from the keychain
#[derive(Debug, Args)]
#[command(after_help = REMOVE_EXAMPLES)]
struct Remove {
    /// Its target or id
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    kind: &'static str,
    target: String,
    username: String,
    /// How it signs in: `basic`, `bearer`, `ssh-key`, …
    way: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// The public half of a key.
    public_key: Option<String>,
}

impl Shown {
    fn of(record: CredentialRecord) -> Self {
        Self {
            kind: record.kind.as_str(),
            id: record.id,
            target: record.target,
            username: record.username,
            way: record.way,
            created_at: record.created_at,
            last_used_at: record.last_used_at,
            expires_at: record.expires_at,
            public_key: record.public_key,
        }
    }
}

#[derive(Serialize)]
struct Kept {
    credential: Shown,
    #[serde(skip)]
    verb: &'static str,
}

impl Report for Kept {
    fn text(&self, _screen: &Screen) -> String {
        let Shown { kind, target, id, .. } = &self.credential;
        format!("{} {kind} {} {} ({id})", Tone::Good.paint("✔"), visible(target), self.verb)
    }
}

impl Add {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let record = self.keep(session, self.login()?)?;
        screen.print(&Kept { credential: Shown::of(record), verb: "is in the keychain" })?;
        Ok(Exit::Fine)
    }

    /// Keeps a login. The passphrase of a key that turns out to be encrypted is asked for, where somebody is there.
    fn keep(&self, session: &Session, mut login: Login) -> Result<CredentialRecord, CliError> {
        for tries in 0.. {
            let new = NewCredential {
                kind: self.kind.kind(),
                target: self.target.clone(),
                username: self.username.clone(),
                login: login.duplicate(),
            };
            let kept = session.run(async { Ok(session.engine.add_credential(new, &person()).await?) });
            let question = match &kept {
                Err(CliError::Engine(EngineError::Key { cause: KeyProblem::PassphraseMissing, .. })) => {
                    "Passphrase of the key"
                }
                Err(CliError::Engine(EngineError::Key { cause: KeyProblem::PassphraseWrong, .. })) => {
                    "That was not it. Passphrase of the key"
                }
                _ => return kept,
            };
            if !is_attended() || self.passphrase_file.is_some() || tries == TRIES {
                return kept;
            }
            let typed = hidden(question)?;
            if let Login::SshKey { passphrase, .. } | Login::OpenPgpKey { passphrase, .. } = &mut login {
                *passphrase = Some(typed);
            }
        }
        unreachable!("the loop has no end of its own")
    }

    fn login(&self) -> Result<Login, CliError> {
        let usage = |message: &str| Err(CliError::Usage { message: message.to_owned() });
        let takes_key = matches!(self.kind, Kind::Tls | Kind::GithubApp | Kind::GitSsh | Kind::Signing);
        if self.key_file.is_some() && !takes_key {
            return usage("--key-file is for git-ssh, signing, github-app and tls");
        }
        Ok(match self.kind {
            Kind::Tls => return self.tls(),
            Kind::Proxy => return self.proxy(),
            Kind::GithubApp => return self.github_app(),
            Kind::GitSsh => {
                Login::SshKey { private_key: self.key()?, public_key: None, passphrase: self.passphrase()? }
            }
            Kind::Signing => signing_login(self.key()?, self.passphrase()?),
            Kind::Forge => Login::Bearer(self.secret("Token")?),
            Kind::Registry | Kind::GitHttp if self.bearer => Login::Bearer(self.secret("Token")?),
            Kind::Registry | Kind::GitHttp if self.username.is_empty() => {
                let message = "a password belongs to a name: give --username, or --bearer for a token".to_owned();
                return Err(CliError::Usage { message });
            }
            Kind::Registry | Kind::GitHttp => {
                Login::Basic { username: self.username.clone(), password: self.secret("Password or token")? }
            }
        })
    }

    fn github_app(&self) -> Result<Login, CliError> {
        let usage = |message: &str| CliError::Usage { message: message.to_owned() };
        let app_id = self.app_id.clone().ok_or_else(|| usage("a GitHub App has an id: give --app-id"))?;
        let installation = match (&self.installation_id, &self.installation_owner) {
            (Some(id), _) => Installation::Id(id.clone()),
            (None, Some(owner)) => Installation::Owner(owner.clone()),
            (None, None) => {
                return Err(usage("say where the app is installed: --installation-id or --installation-owner"));
            }
        };
        let private_key = self.key()?;
        Ok(Login::GitHubApp(Box::new(GitHubApp { app_id, installation, api: self.api.clone(), private_key })))
    }

    fn tls(&self) -> Result<Login, CliError> {
        let read = |path: &std::path::PathBuf| {
            std::fs::read(path).map_err(|source| CliError::Read { path: path.clone(), source })
        };
        let ca_pem = self.ca_file.as_ref().map(read).transpose()?;
        let identity = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some((read(certificate)?, read_secret_file(key)?)),
            (None, None) => None,
            _ => {
                let message = "a certificate and its key belong together: give --certificate-file and --key-file";
                return Err(CliError::Usage { message: message.to_owned() });
            }
        };
        if ca_pem.is_none() && identity.is_none() {
            let message = "give --ca-file, or --certificate-file with --key-file, or all of them".to_owned();
            return Err(CliError::Usage { message });
        }
        Ok(Login::Tls { ca_pem, identity })
    }

    fn proxy(&self) -> Result<Login, CliError> {
        let missing = || CliError::Usage { message: "say where the proxy is: --address http://host:port".to_owned() };
        let address = self.address.clone().ok_or_else(missing)?;
        let credential = match self.username.is_empty() {
            true => None,
            false => Some((self.username.clone(), self.secret("Password")?)),
        };
        Ok(Login::Proxy { address, credential })
    }

    fn passphrase(&self) -> Result<Option<Secret>, CliError> {
        self.passphrase_file.as_deref().map(read_secret_file).transpose()
    }

    /// The private key: from its file, pasted by a person, or from standard input.
    fn key(&self) -> Result<Secret, CliError> {
        match &self.key_file {
            Some(file) => read_secret_file(file),
            None if is_attended() => key(&format!("Private key for {}", self.target)),
            None => read_secret(),
        }
    }

    /// A secret of one line: typed by a person, or from standard input.
    fn secret(&self, what: &str) -> Result<Secret, CliError> {
        match (is_attended(), self.username.as_str()) {
            (false, _) => read_secret(),
            (true, "") => hidden(&format!("{what} for {}", self.target)),
            (true, name) => hidden(&format!("{what} of {name} for {}", self.target)),
        }
    }
}

/// How often a person may mistype the passphrase of a key.
const TRIES: usize = 3;

/// Reads a secret from a file (`-` is standard input, typed unseen on a terminal) without the line end behind it.
pub(crate) fn read_secret_file(path: &Path) -> Result<Secret, CliError> {
    if path == Path::new("-") && is_attended() {
        return hidden("Secret");
    }
    let failed = |source| CliError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::with_capacity(LARGEST as usize + 1);
    if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    }
    if bytes.len() as u64 > LARGEST {
        let message = format!("{} has more than 64 KiB", path.display());
        return Err(CliError::invalid("secret-too-large", message, "give one secret alone"));
    }
    Ok(Secret::new(without_line_end(bytes)))
}

fn read_secret() -> Result<Secret, CliError> {
    let mut bytes = Vec::with_capacity(LARGEST as usize + 1);
    let read = std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|source| CliError::Read { path: "-".into(), source })?;
    if bytes.len() as u64 > LARGEST {
        return Err(CliError::invalid("secret-too-large", "the secret has more than 64 KiB", "give one secret alone"));
    }
    let secret = Secret::new(without_line_end(bytes));
    if secret.is_empty() {
        return Err(CliError::invalid(
            "secret-empty",
            "nothing was read from standard input",
            "pipe the secret in: … | sluice credential add",
        ));
    }
    Ok(secret)
}

/// One line end behind a password is the shell's; one behind a private key is part of it and does no harm either way.
fn without_line_end(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(b"-----BEGIN") {
        return bytes;
    }
    if bytes.ends_with(b"\n") {
        bytes.pop();
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    bytes
}

#[derive(Serialize)]
struct All {
    credentials: Vec<Shown>,
}

fn list(screen: &Screen, session: &Session) -> Result<Exit, CliError> {
    let records = session.run(async { Ok(session.engine.credentials().await?) })?;
    let all = All { credentials: records.into_iter().map(Shown::of).collect() };
    screen.print(&all)?;
    Ok(exit_if_any(!all.credentials.is_empty()))
}

impl Report for All {
    fn text(&self, screen: &Screen) -> String {
        if self.credentials.is_empty() {
            return "no credential is kept; those of docker, git and ssh on this machine are used where they fit"
                .to_owned();
        }
        let mut table = Table::new(["id", "kind", "target", "username", "way", "age", "used", "expires"]);
        for one in &self.credentials {
            table.row([
                one.id.clone().into(),
                one.kind.into(),
                one.target.clone().into(),
                one.username.clone().into(),
                one.way.clone().into(),
                age(Some(one.created_at)).into(),
                age(one.last_used_at).into(),
                one.expires_at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}")).into(),
            ]);
        }
        table.text(screen)
    }
}

#[derive(Serialize)]
struct Tested {
    accepted: bool,
    message: String,
}

impl Report for Tested {
    fn text(&self, _screen: &Screen) -> String {
        let sign = if self.accepted { Tone::Good.paint("✔") } else { Tone::Bad.paint("✗") };
        format!("{sign} {}", visible(&self.message))
    }
}

impl Test {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let progress = Progress::start(format!("signing in at {}", self.name));
        let test = session.run(async { Ok(session.engine.test_credential(&self.name).await?) })?;
        drop(progress);
        screen.print(&Tested { accepted: test.is_accepted, message: test.words })?;
        Ok(if test.is_accepted { Exit::Fine } else { Exit::Failed })
    }
}

impl Remove {
    fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        let record = session.run(async { Ok(session.engine.remove_credential(&self.name, &person()).await?) })?;
        screen.print(&Kept { credential: Shown::of(record), verb: "is removed" })?;
        Ok(Exit::Fine)
    }
}
