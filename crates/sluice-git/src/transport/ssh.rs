//! Git's protocol over SSH: a command on the server, its standard input and output.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream};
use ssh2::{Channel, ErrorCode, MethodType, Session};

use super::dial::dial;
use super::{LONGEST_LIST, carried, no_operation, program};
use crate::access::{GitAccess, GitCredential};
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::known_hosts::{HostKey, Verdict};
use crate::operation::{self, Operation};
use crate::refusal;
use crate::remote_url::RemoteUrl;

/// The most of standard error that is read, in bytes.
const LAST_WORDS: u64 = 8 << 10;

/// The most keys of an agent that are tried; servers hang up after a few.
const AGENT_KEYS: usize = 20;

/// libssh2's error numbers (libssh2.h) that are told apart.
const AUTHENTICATION_FAILED: i32 = -18;
const PUBLICKEY_UNVERIFIED: i32 = -19;
const FILE: i32 = -16;

/// The subtransport of one remote.
pub(super) struct Ssh(Arc<Operation>);

impl Ssh {
    pub(super) fn new() -> Result<Self, git2::Error> {
        operation::current().map(Self).ok_or_else(no_operation)
    }
}

impl SmartSubtransport for Ssh {
    fn action(&self, _: &str, service: Service) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        let opened = open(&self.0, service).map_err(|error| carried(&self.0, error))?;
        Ok(Box::new(opened))
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

fn open(operation: &Arc<Operation>, service: Service) -> Result<Command, GitError> {
    let session = shaken(operation, None)?;
    check_host_key(operation, &session)?;
    operation.waiting("signing in", || sign_in(operation, &session))?;
    let command = format!("{} {}", program(service), quoted(&server_path(&operation.remote)));
    let channel = operation.waiting("the command was started", || {
        let mut channel = session.channel_session()?;
        channel.exec(&command)?;
        Ok(channel)
    });
    let channel = channel.map_err(|error: ssh2::Error| broken(operation, &error))?;
    let is_push = matches!(service, Service::ReceivePackLs | Service::ReceivePack);
    Ok(Command {
        operation: operation.clone(),
        channel: Some(channel),
        session,
        is_push,
        has_spoken: false,
        list_left: LONGEST_LIST,
    })
}

/// A session whose keys are agreed on. `algorithm` asks for one kind of host key; without it, the kinds on record come
/// first.
fn shaken(operation: &Operation, algorithm: Option<&str>) -> Result<Session, GitError> {
    let socket = dial(operation)?;
    let mut session = Session::new().map_err(|error| broken(operation, &error))?;
    let preferred = match algorithm {
        Some(algorithm) => Some(algorithm.to_owned()),
        None => preference(operation, &session),
    };
    if let Some(preferred) = preferred {
        let outcome = session.method_pref(MethodType::HostKey, &preferred);
        outcome.map_err(|error| broken(operation, &error))?;
    }
    session.set_tcp_stream(socket);
    let outcome = operation.waiting("SSH was agreed on", || session.handshake());
    outcome.map_err(|error| broken(operation, &error))?;
    Ok(session)
}

/// The kinds of host keys that the SSH library knows, those on record for this host first.
///
/// Without this, a server that shows a kind of key that is not on record looks like one whose key has changed.
fn preference(operation: &Operation, session: &Session) -> Option<String> {
    let port = operation.remote.port().unwrap_or_default();
    let recorded = operation.access.known_hosts.algorithms(operation.remote.host(), port);
    if recorded.is_empty() {
        return None;
    }
    let mut methods = session.supported_algs(MethodType::HostKey).ok()?;
    methods.sort_by_key(|method| recorded.iter().position(|kind| *kind == key_kind(method)).unwrap_or(usize::MAX));
    Some(methods.join(","))
}

/// The kind of key that a signature method uses: RSA keys sign in several ways (RFC 8332).
fn key_kind(method: &str) -> &str {
    if matches!(method, "rsa-sha2-512" | "rsa-sha2-256") { "ssh-rsa" } else { method }
}

fn check_host_key(operation: &Operation, session: &Session) -> Result<(), GitError> {
    let (key, _) = session.host_key().ok_or_else(|| operation.bad_answer("the server shows no host key"))?;
    let (host, port) = (operation.remote.host(), operation.remote.port().unwrap_or_default());
    let known = &operation.access.known_hosts;
    let verdict = known.check(host, port, key);
    let (remote, place) = (operation.place(), operation.remote.authority());
    let key = Box::new(HostKey::new(host, port, key));
    match verdict {
        Verdict::Known => Ok(()),
        Verdict::Unknown => Err(GitError::HostKeyUnknown { remote, host: place, key }),
        Verdict::Revoked => Err(GitError::HostKeyRevoked { remote, host: place, key }),
        Verdict::Changed => {
            let known = known.of(host, port).into();
            Err(GitError::HostKeyChanged { remote, host: place, key, known })
        }
    }
}

fn sign_in(operation: &Operation, session: &Session) -> Result<(), GitError> {
    let user = operation.remote.user().unwrap_or("git");
    match &operation.access.credential {
        Some(GitCredential::SshKey { private_key, passphrase }) => {
            let unusable = |words: &str| operation.bad_access("private key", words);
            let key = private_key.expose_str().map_err(|_| unusable("it is not text in PEM"))?;
            let passphrase = passphrase.as_ref().map(sluice_core::Secret::expose_str).transpose();
            let passphrase = passphrase.map_err(|_| unusable("its passphrase is not text"))?;
            if key.contains('\0') || passphrase.is_some_and(|passphrase| passphrase.contains('\0')) {
                return Err(unusable("it has a zero byte in it"));
            }
            let outcome = session.userauth_pubkey_memory(user, None, key, passphrase);
            outcome.map_err(|error| match error.code() {
                ErrorCode::Session(AUTHENTICATION_FAILED | PUBLICKEY_UNVERIFIED) => refused(operation, ""),
                ErrorCode::Session(FILE) => unusable("it cannot be read, or its passphrase is wrong or missing"),
                _ if !is_connected(&error) => broken(operation, &error),
                _ => unusable(error.message()),
            })
        }
        Some(GitCredential::SshAgent) => by_agent(operation, session, user),
        Some(GitCredential::Basic { .. } | GitCredential::Bearer(_)) => {
            Err(operation.bad_access("credential", "it is for HTTP and the address is not"))
        }
        None => Err(GitError::CredentialsMissing { remote: operation.place(), words: String::new() }),
    }
}

/// Tries the keys of the agent in turn.
fn by_agent(operation: &Operation, session: &Session, user: &str) -> Result<(), GitError> {
    let unusable = |error: &ssh2::Error| operation.bad_access("credential", &format!("SSH agent: {}", error.message()));
    let mut agent = session.agent().map_err(|error| unusable(&error))?;
    agent.connect().map_err(|error| unusable(&error))?;
    agent.list_identities().map_err(|error| unusable(&error))?;
    let keys = agent.identities().map_err(|error| unusable(&error))?;
    for key in keys.iter().take(AGENT_KEYS) {
        match agent.userauth(user, key) {
            Ok(()) => return Ok(()),
            Err(error) if !is_connected(&error) => return Err(broken(operation, &error)),
            Err(error) => tracing::debug!(%error, "the server does not take a key of the agent"),
        }
    }
    let words = match keys.len() {
        0 => "the SSH agent has no keys".to_owned(),
        tried => format!("it takes none of the {tried} keys of the SSH agent"),
    };
    Err(refused(operation, &words))
}

fn refused(operation: &Operation, words: &str) -> GitError {
    let origin = operation.access.origin.clone();
    GitError::CredentialsRefused { remote: operation.place(), origin, words: operation.shown(words) }
}

/// Whether the error leaves the connection as it was: the numbers of libssh2.h for broken sockets and time.
fn is_connected(error: &ssh2::Error) -> bool {
    !matches!(error.code(), ErrorCode::Session(-43 | -13 | -7 | -9 | -1 | -30 | -45))
}

fn broken(operation: &Operation, error: &ssh2::Error) -> GitError {
    operation.unreachable(&format!("SSH: {}", error.message()))
}

/// How the server is told where the repository is: decoded, and relative to a home where the address is.
fn server_path(remote: &RemoteUrl) -> String {
    if !remote.path().starts_with('/') {
        return remote.path().to_owned();
    }
    let path = percent_decoded(remote.path());
    // As git itself does: /~me/x is relative to that account's home.
    path.strip_prefix('/').filter(|rest| rest.starts_with('~')).map(str::to_owned).unwrap_or(path)
}

/// The text with `%41` as `A`; what is no escape stays.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|byte| *byte != 0) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// One word for the server's shell, as git quotes it.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''").replace('!', r"'\!'"))
}

/// A command on the server.
struct Command {
    operation: Arc<Operation>,
    /// There until the value is dropped.
    channel: Option<Channel>,
    session: Session,
    is_push: bool,
    has_spoken: bool,
    /// How much may still come before we say something: the list of references.
    list_left: u64,
}

impl Read for Command {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(channel) = &mut self.channel else { return Ok(0) };
        let outcome = self.operation.waiting("the answer was awaited", || channel.read(buffer));
        match outcome {
            Ok(0) => {
                let mut words = Vec::new();
                // What arrived before a failure is still worth showing.
                let _ = self
                    .operation
                    .waiting("the answer was awaited", || channel.stderr().take(LAST_WORDS).read_to_end(&mut words));
                self.operation.hear(&words);
                if !self.has_spoken {
                    let words = String::from_utf8_lossy(&words);
                    return Err(self.operation.fail(refusal::of_hang_up(&self.operation, self.is_push, &words)));
                }
                Ok(0)
            }
            Ok(amount) => {
                self.has_spoken = true;
                self.list_left = self.list_left.saturating_sub(amount as u64);
                if self.list_left == 0 {
                    return Err(self.operation.fail(self.operation.bad_answer("its list of references has no end")));
                }
                self.operation.note_first(&buffer[..amount]);
                Ok(amount)
            }
            Err(error) => Err(self.operation.fail(self.operation.unreachable(&format!("SSH: {error}")))),
        }
    }
}

impl Write for Command {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.list_left = u64::MAX;
        let Some(channel) = &mut self.channel else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let outcome = self.operation.waiting("data was sent", || channel.write(bytes));
        outcome.map_err(|error| self.operation.fail(self.operation.unreachable(&format!("SSH: {error}"))))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Command {
    /// Lets the server finish (its post-receive hooks run after the report), under watch like every other wait.
    fn drop(&mut self) {
        let Some(mut channel) = self.channel.take() else { return };
        let (operation, is_push) = (self.operation.clone(), self.is_push && !self.operation.has_failed());
        operation.waiting("the remote finished", || {
            // What was to be known is known; nothing follows from a failure here.
            if is_push && channel.send_eof().is_ok() {
                let _ = io::copy(&mut (&mut channel).take(1 << 20), &mut io::sink());
            }
            drop(channel);
            let _ = self.session.disconnect(None, "done", None);
        });
    }
}

/// The host keys that a server shows, one of each kind that it has. Nothing is checked: it is for a person to compare
/// the fingerprints.
pub(crate) fn scan(host: &str, port: u16, timeout: Duration) -> Result<Vec<HostKey>, GitError> {
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let remote = RemoteUrl::parse(&format!("ssh://git@{bracketed}:{port}/host-key"))?;
    let access = GitAccess { timeout, ..GitAccess::anonymous() };
    operation::run(&remote, &access, &Cancel::new(), |operation| {
        let first = shaken(operation, None)?;
        let mut found = Vec::new();
        let mut kinds: Vec<&'static str> = Vec::new();
        for method in first.supported_algs(MethodType::HostKey).map_err(|error| broken(operation, &error))? {
            if !kinds.iter().any(|kind| key_kind(kind) == key_kind(method)) {
                kinds.push(method);
            }
        }
        let mut add = |session: &Session| {
            let key = session.host_key().map(|(key, _)| HostKey::new(host, port, key));
            if let Some(key) = key.filter(|key| !found.contains(key)) {
                found.push(key);
            }
        };
        add(&first);
        for kind in kinds {
            // A server that has no key of this kind hangs up.
            match shaken(operation, Some(kind)) {
                Ok(session) => add(&session),
                Err(error) if operation.go_on().is_err() => return Err(error),
                Err(error) => tracing::debug!(%error, kind, "the server has no such host key"),
            }
        }
        Ok(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reaches_the_server_as_one_word() {
        for (url, word) in [
            ("ssh://host/srv/x.git", "'/srv/x.git'"),
            ("git@host:acme/x.git", "'acme/x.git'"),
            ("ssh://host/~me/x", "'~me/x'"),
            ("ssh://host/a%20b'c", r"'/a b'\''c'"),
            ("ssh://host/x!y", r"'/x'\!'y'"),
            ("ssh://host/$(id);%60id%60", "'/$(id);`id`'"),
        ] {
            assert_eq!(quoted(&server_path(&RemoteUrl::parse(url).unwrap())), word);
        }
        assert_eq!(percent_decoded("%41%zz%4%"), "A%zz%4%");
    }
}
