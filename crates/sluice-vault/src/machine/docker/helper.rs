//! Docker's credential helpers: programs `docker-credential-NAME`.
//!
//! Source: <https://github.com/docker/docker-credential-helpers>: the server on standard input, `get` as the argument,
//! `{"ServerURL", "Username", "Secret"}` on standard output; on failure the words are on standard output too.

use std::ffi::OsStr;

use serde::Deserialize;
use sluice_core::Secret;

use super::scope::DOCKER_HUB;
use crate::machine::Machine;
use crate::machine::program::{Call, Ended};
use crate::machine::wiped::Wiped;
use crate::words::{cleaned, redacted};
use crate::{HelperProblem, Login, VaultError};

/// The name of a helper's program.
pub(super) fn program(helper: &str) -> String {
    format!("docker-credential-{helper}")
}

/// Whether a configuration means a program: an empty name is the file itself, and podman calls its own file so.
pub(super) fn is_a_program(helper: &str) -> bool {
    !matches!(helper, "" | "containers-auth.json")
}

/// What docker calls a registry when it asks a helper.
pub(super) fn server(host: &str) -> String {
    if host == DOCKER_HUB { format!("https://{DOCKER_HUB}/v1/") } else { host.to_owned() }
}

/// The error of every helper that knows nothing about the server, which docker recognises by these words as well.
const KNOWS_NOTHING: &[u8] = b"credentials not found in native keychain";

/// What stands for a name when the secret is an identity token.
const TOKEN: &str = "<token>";

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Username", default)]
    username: String,
    #[serde(rename = "Secret", default)]
    secret: Wiped,
}

impl Machine {
    /// What a helper knows about a server; `file` names it.
    pub(super) async fn ask_helper(&self, helper: &str, server: &str, file: &str) -> Result<Option<Login>, VaultError> {
        let named = helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if !named || server.contains(['\n', '\r', '\0']) {
            return Err(VaultError::HelperName { path: file.to_owned(), helper: cleaned(helper, 80) });
        }
        let kept = self.0.answers.of(helper, server);
        kept.get_or_ask(|| self.run_helper(helper, server)).await
    }

    async fn run_helper(&self, helper: &str, server: &str) -> Result<Option<Login>, VaultError> {
        let name = program(helper);
        let failed =
            |problem, words| VaultError::Helper { helper: name.clone(), server: cleaned(server, 200), problem, words };
        let path = self.find_program(&name).await;
        let path = path.ok_or_else(|| failed(HelperProblem::NotInstalled, String::new()))?;
        let call = Call {
            program: &path,
            arguments: &[OsStr::new("get")],
            environment: &[],
            input: Secret::new(format!("{server}\n")),
        };
        let ended = self.run(call).await.map_err(|problem| failed(problem, String::new()))?;
        login(&ended).map_err(|problem| {
            let complaint = String::from_utf8_lossy(ended.complaint.expose());
            failed(problem, redacted(&complaint, ended.answer.expose(), &[server, helper, &name]))
        })
    }
}

fn login(ended: &Ended) -> Result<Option<Login>, HelperProblem> {
    if let Some(problem) = ended.problem() {
        let knows_nothing = ended.answer.expose().trim_ascii().starts_with(KNOWS_NOTHING);
        return if knows_nothing { Ok(None) } else { Err(problem) };
    }
    let Answer { username, secret } =
        serde_json::from_slice(ended.answer.expose()).map_err(|_| HelperProblem::Answer)?;
    if secret.is_empty() {
        return Ok(None);
    }
    let secret = secret.secret();
    Ok(Some(if username == TOKEN { Login::IdentityToken(secret) } else { Login::Basic { username, password: secret } }))
}
