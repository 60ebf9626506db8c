//! Where the login for a remote would come from, without handing it out.

use sluice_git::{RemoteUrl, Scheme};
use sluice_store::CredentialKind;
use sluice_vault::{Found, Login, Offers, OriginKind};

use crate::access::{credential_target, lies_under};
use crate::{Engine, EngineError};

/// Where a login would come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginOrigin {
    /// The place.
    pub place: LoginPlace,
    /// The user name, where there is one.
    pub username: Option<String>,
    /// More about the place, in words; perhaps empty.
    pub detail: String,
}

/// The places that logins come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoginPlace {
    /// None is used.
    Anonymous,
    /// Sluice's own item in the keychain.
    Keychain,
    /// What another program keeps on this machine.
    Machine(OriginKind),
}

impl LoginOrigin {
    fn anonymous() -> Self {
        Self { place: LoginPlace::Anonymous, username: None, detail: String::new() }
    }
}

impl Engine {
    /// Where the login for a Git remote would come from. Programs on the machine may be asked, remotes are not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn git_origin(&self, url: &RemoteUrl) -> Result<LoginOrigin, EngineError> {
        let kind = match url.scheme() {
            Scheme::File => return Ok(LoginOrigin::anonymous()),
            Scheme::Ssh => CredentialKind::GitSsh,
            Scheme::Https | Scheme::Http => CredentialKind::GitHttp,
        };
        if let Some(kept) = self.kept_origin(kind, &credential_target(url)).await? {
            return Ok(kept);
        }
        Ok(first(self.shared.machine.git_logins(&url.to_string()).await))
    }

    /// Where the login for a registry's repository would come from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn registry_origin(&self, host: &str, repository: &str) -> Result<LoginOrigin, EngineError> {
        let below = if repository.is_empty() { host.to_owned() } else { format!("{host}/{repository}") };
        if let Some(kept) = self.kept_origin(CredentialKind::Registry, &below).await? {
            return Ok(kept);
        }
        Ok(first(self.shared.machine.registry_logins(host, repository).await))
    }

    async fn kept_origin(&self, kind: CredentialKind, below: &str) -> Result<Option<LoginOrigin>, EngineError> {
        let mut records = self.store().credentials().await?;
        records.retain(|record| record.kind == kind && lies_under(below, &record.target));
        let best = records.into_iter().max_by_key(|record| record.target.len());
        Ok(best.map(|record| LoginOrigin {
            place: LoginPlace::Keychain,
            username: Some(record.username).filter(|name| !name.is_empty()),
            detail: record.target,
        }))
    }
}

fn first(offers: Offers) -> LoginOrigin {
    let found = offers.found.into_iter().find(|found| !found.needs_passphrase);
    found.map_or_else(LoginOrigin::anonymous, |Found { login, origin, source, .. }| LoginOrigin {
        place: LoginPlace::Machine(source),
        username: match login {
            Login::Basic { username, .. } => Some(username).filter(|name| !name.is_empty()),
            _ => None,
        },
        detail: origin,
    })
}
