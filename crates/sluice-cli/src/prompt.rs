//! Asking on the terminal for what nobody may see: passphrases, passwords, tokens, private keys.
//!
//! What is typed is never shown. Ctrl-C ends the process as anywhere else, with the terminal as it was before.

use std::io::{ErrorKind, IsTerminal as _};

use sluice_core::Secret;
use zeroize::Zeroizing;

use crate::error::CliError;
use crate::output::say;
use crate::progress::while_still;

/// The most that a secret may have, in bytes: a private key with a long chain.
pub(crate) const LARGEST: u64 = 64 * 1024;

/// Whether a person is there to be asked: standard input is a terminal.
pub(crate) fn is_attended() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks for one line.
pub(crate) fn hidden(question: &str) -> Result<Secret, CliError> {
    let line = while_still(|| without_interrupt(|| line(&format!("{question}: "))))?;
    if line.is_empty() {
        return Err(unanswered());
    }
    Ok(Secret::new(line.as_bytes().to_vec()))
}

/// Asks for a passphrase that is made now, twice, because nobody sees what they type.
pub(crate) fn chosen(question: &str) -> Result<Secret, CliError> {
    let first = hidden(question)?;
    let second = hidden(&format!("{question}, once more"))?;
    if first.expose() != second.expose() {
        let message = "the two passphrases are not the same; nothing was kept";
        return Err(CliError::invalid("passphrases-differ", message, "run the command again"));
    }
    Ok(first)
}

/// Asks for a private key of several lines, up to its last one.
pub(crate) fn key(question: &str) -> Result<Secret, CliError> {
    while_still(|| {
        without_interrupt(|| {
            // All lines of a paste arrive at once; none may be shown between two reads, or be left over for the shell.
            let _quiet = Quiet::begin();
            say(&format!("{question}: paste it, up to its line -----END …"));
            lines_of_key()
        })
    })
}

fn lines_of_key() -> Result<Secret, CliError> {
    let mut text = Zeroizing::new(String::with_capacity(LARGEST as usize));
    loop {
        let line = line("")?;
        text.push_str(&line);
        text.push('\n');
        if !text.starts_with("-----BEGIN") {
            let message = "what was pasted does not begin as a private key does, with -----BEGIN";
            return Err(CliError::invalid("secret-not-a-key", message, "give the file instead: --key-file FILE"));
        }
        if line.starts_with("-----END") {
            return Ok(Secret::new(text.as_bytes().to_vec()));
        }
        if text.len() as u64 > LARGEST {
            let message = "the secret has more than 64 KiB";
            return Err(CliError::invalid("secret-too-large", message, "give one secret alone"));
        }
    }
}

fn line(question: &str) -> Result<Zeroizing<String>, CliError> {
    match rpassword::prompt_password(question) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(unanswered()),
        Err(source) => Err(CliError::Read { path: "the terminal".into(), source }),
    }
}

fn unanswered() -> CliError {
    CliError::invalid("secret-empty", "nothing was typed", "type it, or give it in a file or a pipe")
}

/// Holds Ctrl-C back while the terminal is not itself: it arrives when everything is as it was, and ends the process then.
#[cfg(unix)]
fn without_interrupt<T>(ask: impl FnOnce() -> T) -> T {
    let interrupt = nix::sys::signal::SigSet::from(nix::sys::signal::Signal::SIGINT);
    let held = interrupt.thread_block();
    let answer = ask();
    if held.is_ok() {
        // The signal that was held back ends the process here.
        let _ = interrupt.thread_unblock();
    }
    answer
}

#[cfg(not(unix))]
fn without_interrupt<T>(ask: impl FnOnce() -> T) -> T {
    ask()
}

/// A terminal that shows nothing of what arrives, and forgets what was not read, until this is dropped.
#[cfg(unix)]
struct Quiet(Option<(std::fs::File, nix::sys::termios::Termios)>);

#[cfg(unix)]
impl Quiet {
    fn begin() -> Self {
        use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
        let begun = || {
            let terminal = std::fs::File::open("/dev/tty").ok()?;
            let before = tcgetattr(&terminal).ok()?;
            let mut quiet = before.clone();
            // Ctrl-C comes as a character, as while a line is read, so that it never ends the process before this does.
            quiet.local_flags.remove(LocalFlags::ECHO | LocalFlags::ECHONL | LocalFlags::ISIG);
            tcsetattr(&terminal, SetArg::TCSANOW, &quiet).ok()?;
            Some((terminal, before))
        };
        Self(begun())
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some((terminal, before)) = &self.0 {
            // TCSAFLUSH throws away what was not read. A terminal that is gone needs nothing put back.
            let _ = nix::sys::termios::tcsetattr(terminal, nix::sys::termios::SetArg::TCSAFLUSH, before);
        }
    }
}

#[cfg(not(unix))]
struct Quiet;

#[cfg(not(unix))]
impl Quiet {
    fn begin() -> Self {
        Self
    }
}
