//! Git's own credential helpers, asked through `git credential fill`, so that every setting of Git's counts.

use std::ffi::OsStr;

use sluice_core::Secret;

use super::Address;
use super::address::Transport;
use crate::machine::Machine;
use crate::machine::program::Call;
use crate::words::redacted;
use crate::{Found, HelperProblem, Login, Offers, OriginKind, VaultError};

/// Nobody sits there to be asked: where Git knows nothing, `true` answers its questions with nothing.
const NOT_INTERACTIVE: [(&str, &str); 4] =
    [("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", "true"), ("GCM_INTERACTIVE", "never"), ("GIT_TRACE", "0")];

impl Machine {
    /// What Git's helpers know about a remote. Nothing when Git is not installed: then it has no helpers.
    pub(super) async fn of_git_helpers(&self, address: &Address) -> Offers {
        let Some(git) = self.find_program("git").await else { return Offers::default() };
        let call = Call {
            program: &git,
            arguments: &[OsStr::new("credential"), OsStr::new("fill")],
            environment: &NOT_INTERACTIVE,
            input: Secret::new(question(address)),
        };
        let place = address.authority();
        let failed = |problem: HelperProblem, words: String| Offers {
            problems: vec![VaultError::Helper {
                helper: "git credential fill".to_owned(),
                server: place.clone(),
                problem,
                words,
            }],
            ..Offers::default()
        };
        let ended = match self.run(call).await {
            Ok(ended) => ended,
            Err(problem) => return failed(problem, String::new()),
        };
        if let Some(problem) = ended.problem() {
            let complaint = String::from_utf8_lossy(ended.complaint.expose());
            return failed(problem, redacted(&complaint, ended.answer.expose(), &[&place, &address.host]));
        }
        let origin = format!("git credential helper for {place}");
        let found = login(&ended.answer).map(|login| Found::new(OriginKind::GitHelper, origin, login));
        Offers { found: found.into_iter().collect(), problems: Vec::new() }
    }
}

/// The question in Git's credential protocol (gitcredentials(7)). The address has no control characters.
fn question(address: &Address) -> String {
    let protocol = if address.transport == Transport::Http { "http" } else { "https" };
    let mut question = format!("protocol={protocol}\nhost={}\n", address.authority());
    if !address.path.is_empty() {
        question.push_str(&format!("path={}\n", address.path));
    }
    if let Some(user) = &address.user {
        question.push_str(&format!("username={user}\n"));
    }
    question.push('\n');
    question
}

/// The answer's name and password, when there is a password.
fn login(answer: &Secret) -> Option<Login> {
    let line = |name: &str| {
        answer.expose().split(|byte| *byte == b'\n').find_map(|line| {
            line.strip_prefix(name.as_bytes())?
                .strip_prefix(b"=")
                .map(|value| value.strip_suffix(b"\r").unwrap_or(value))
        })
    };
    let password = line("password").filter(|password| !password.is_empty())?;
    let username = String::from_utf8(line("username").unwrap_or_default().to_owned()).ok()?;
    Some(Login::Basic { username, password: Secret::new(password) })
}
