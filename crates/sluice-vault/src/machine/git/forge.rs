//! Tokens of the forges' command lines: `gh` of GitHub and `glab` of GitLab.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;

use serde::Deserialize;
use sluice_core::Secret;

use super::Address;
use crate::machine::Machine;
use crate::machine::program::Call;
use crate::machine::wiped::Wiped;
use crate::words::redacted;
use crate::{Found, HelperProblem, Login, Offers, OriginKind, VaultError};

/// The user name beside a token of GitHub's, where gh does not say whose it is.
const GITHUB_USER: &str = "x-access-token";
/// The user name beside a token of GitLab's.
const GITLAB_USER: &str = "oauth2";

/// An entry of gh's `hosts.yml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GitHubHost {
    user: Option<String>,
    oauth_token: Option<Wiped>,
}

/// What is used of glab's `config.yml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GitLabConfig {
    hosts: BTreeMap<String, Option<GitLabHost>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GitLabHost {
    user: Option<String>,
    token: Option<Wiped>,
}

impl Machine {
    pub(super) async fn of_forge_programs(&self, address: &Address) -> Offers {
        let mut offers = Offers::default();
        for found in [self.of_gh(address).await, self.of_glab(address).await] {
            match found {
                Ok(found) => offers.found.extend(found),
                Err(problem) => offers.problems.push(problem),
            }
        }
        offers
    }

    /// gh keeps its tokens in the keychain since 2.26 and in its file before that, and where there is no keychain.
    async fn of_gh(&self, address: &Address) -> Result<Option<Found>, VaultError> {
        let app_data = self.path_from("APPDATA").filter(|_| cfg!(windows)).map(|folder| folder.join("GitHub CLI"));
        let folder = self.path_from("GH_CONFIG_DIR").or(app_data);
        let folder = folder.or_else(|| self.configuration_folder().map(|folder| folder.join("gh")));
        let Some(path) = folder.map(|folder| folder.join("hosts.yml")) else { return Ok(None) };
        let hosts: Option<BTreeMap<String, Option<GitHubHost>>> = self.yaml(&path).await?;
        let Some(host) = hosts.and_then(|mut hosts| hosts.remove(&address.authority())) else { return Ok(None) };
        let GitHubHost { user, oauth_token } = host.unwrap_or_default();
        let (token, origin) = match oauth_token.filter(|token| !token.is_empty()) {
            Some(token) => (Some(token.secret()), format!("gh, {} ({})", address.authority(), self.shown(&path))),
            None => (self.ask_gh(address).await?, format!("gh auth token, {}", address.authority())),
        };
        let username = user.unwrap_or_else(|| GITHUB_USER.to_owned());
        Ok(token.map(|password| Found::new(OriginKind::GitHubCli, origin, Login::Basic { username, password })))
    }

    async fn ask_gh(&self, address: &Address) -> Result<Option<Secret>, VaultError> {
        let Some(gh) = self.find_program("gh").await else { return Ok(None) };
        let host = address.authority();
        let call = Call {
            program: &gh,
            arguments: &["auth", "token", "--hostname", &host].map(OsStr::new),
            environment: &[("GH_PROMPT_DISABLED", "1"), ("GH_NO_UPDATE_NOTIFIER", "1")],
            input: Secret::new(""),
        };
        let failed = |problem: HelperProblem, words: String| VaultError::Helper {
            helper: "gh auth token".to_owned(),
            server: host.clone(),
            problem,
            words,
        };
        let ended = self.run(call).await.map_err(|problem| failed(problem, String::new()))?;
        if let Some(problem) = ended.problem() {
            let complaint = String::from_utf8_lossy(ended.complaint.expose());
            return Err(failed(problem, redacted(&complaint, ended.answer.expose(), &[&host])));
        }
        let token = ended.answer.expose().trim_ascii();
        Ok((!token.is_empty()).then(|| Secret::new(token)))
    }

    async fn of_glab(&self, address: &Address) -> Result<Option<Found>, VaultError> {
        let Some(path) = self.glab_file() else { return Ok(None) };
        let config: Option<GitLabConfig> = self.yaml(&path).await?;
        let host = config.and_then(|mut config| config.hosts.remove(&address.authority())).flatten();
        let Some(GitLabHost { user, token: Some(token) }) = host else { return Ok(None) };
        let username = user.filter(|user| !user.is_empty()).unwrap_or_else(|| GITLAB_USER.to_owned());
        let origin = format!("glab, {} ({})", address.authority(), self.shown(&path));
        let login = Login::Basic { username, password: token.secret() };
        Ok((!token.is_empty()).then(|| Found::new(OriginKind::GitLabCli, origin, login)))
    }

    fn glab_file(&self) -> Option<PathBuf> {
        let folder = self.path_from("GLAB_CONFIG_DIR");
        let folder = folder.or_else(|| self.configuration_folder().map(|folder| folder.join("glab-cli")));
        folder.map(|folder| folder.join("config.yml"))
    }

    /// Reads a YAML file; the error shows nothing of its contents.
    async fn yaml<T: serde::de::DeserializeOwned>(&self, path: &std::path::Path) -> Result<Option<T>, VaultError> {
        let Some(contents) = self.read(path).await? else { return Ok(None) };
        let wrong = || VaultError::File {
            path: self.shown(path),
            entry: None,
            words: "it is not the YAML that its program writes".to_owned(),
        };
        // glab tags its tokens `!!null`, which would make nothing of them.
        let text = zeroize::Zeroizing::new(contents.expose_str().map_err(|_| wrong())?.replace("!!null ", ""));
        if text.trim().is_empty() {
            return Ok(None);
        }
        serde_saphyr::from_str(&text).map(Some).map_err(|_| wrong())
    }
}
