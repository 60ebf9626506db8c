//! Which credential goes where: a person's own from the keychain first, then what is on the machine already.

use sluice_forge::APP_USER;
use sluice_git::{GitAccess, GitCredential, KnownHosts, ProxyAddress as GitProxy, RemoteUrl, Scheme};
use sluice_registry::{Access, ClientIdentity, Credential, ProxyAddress};
use sluice_store::{CredentialKind, CredentialRecord};
use sluice_vault::{Found, ItemName, Login};

use sluice_core::flux::ImageRepository;
use sluice_core::image::ImageName;

use crate::engine::read_file;
use crate::network::joined;
use crate::settings::{RegistrySettings, SourceSettings};
use crate::{Engine, EngineError};

impl Engine {
    /// How to reach the registry of an image repository.
    pub(crate) async fn registry_access(&self, repository: &ImageRepository) -> Result<Access, EngineError> {
        let mut access = self.access_to_image(&repository.image).await?;
        access.insecure_http |= repository.insecure;
        access.timeout = Some(repository.effective_timeout());
        Ok(access)
    }

    /// How to reach the registry of an image, whatever resource names it.
    pub(crate) async fn access_to_image(&self, image: &ImageName) -> Result<Access, EngineError> {
        self.access_to_registry(image.registry(), image.repository()).await
    }

    /// How to reach a registry's repository; an empty repository is the host itself.
    pub(crate) async fn access_to_registry(&self, host: &str, repository: &str) -> Result<Access, EngineError> {
        let settings = self.settings();
        let mut access = Access::anonymous();
        if let Some(registry) = settings.registries.get(host) {
            apply(&mut access, registry).await?;
        }
        let below = if repository.is_empty() { host.to_owned() } else { format!("{host}/{repository}") };
        let network = self.network_to(&below).await?;
        access.ca_pem = joined(access.ca_pem, network.ca_pem);
        access.client_identity =
            network.identity.map(|(certificate_pem, key_pem)| ClientIdentity { certificate_pem, key_pem });
        if let Some((address, credential)) = network.proxy.filter(|_| access.proxy.is_none()) {
            access.proxy = Some(ProxyAddress { address, credential });
        }
        if let Some((record, login)) = self.kept(CredentialKind::Registry, &below).await? {
            access.origin = origin_of(&record);
            take_registry_login(&mut access, login);
            return Ok(access);
        }
        let offers = self.shared.machine.registry_logins(host, repository).await;
        if let Some(found) = offers.best()? {
            access.origin = found.origin;
            take_registry_login(&mut access, found.login);
        }
        Ok(access)
    }

    /// How to reach a Git remote.
    pub(crate) async fn git_access(&self, source: &SourceSettings, url: &RemoteUrl) -> Result<GitAccess, EngineError> {
        let mut access = GitAccess::anonymous();
        if let Some(file) = &source.ca_file {
            access.ca_pem = Some(read_file(file).await?);
        }
        let machine = &self.shared.machine;
        let kind = match url.scheme() {
            Scheme::File => return Ok(access),
            Scheme::Ssh => CredentialKind::GitSsh,
            Scheme::Https | Scheme::Http => CredentialKind::GitHttp,
        };
        let below = credential_target(url);
        let network = self.network_to(&below).await?;
        access.proxy = match network.proxy {
            Some((address, credential)) => Some(GitProxy { address, credential }),
            None => GitProxy::of_environment(url, |name| machine.text_variable(name)),
        };
        if kind == CredentialKind::GitSsh {
            access.known_hosts = self.known_hosts().await;
        } else {
            access.ca_pem = joined(access.ca_pem, network.ca_pem);
            access.client_identity = network
                .identity
                .map(|(certificate_pem, key_pem)| sluice_git::ClientIdentity { certificate_pem, key_pem });
        }
        if let Some((record, login)) = self.kept(kind, &below).await? {
            access.origin = origin_of(&record);
            access.credential = self.git_credential(Some(&record.id), login, url).await?;
            return Ok(access);
        }
        let offers = machine.git_logins(&url.to_string()).await;
        // A helper that fails is no reason not to try without: public repositories need none.
        for problem in &offers.problems {
            tracing::debug!(%url, %problem, "a credential helper failed");
        }
        if let Some(Found { login, origin, .. }) = offers.found.into_iter().find(|found| !found.needs_passphrase) {
            access.origin = origin;
            access.credential = git_credential(login);
        }
        Ok(access)
    }

    /// What a login is at a Git remote; a GitHub App's key is exchanged for a token first.
    pub(crate) async fn git_credential(
        &self,
        credential: Option<&str>,
        login: Login,
        url: &RemoteUrl,
    ) -> Result<Option<GitCredential>, EngineError> {
        match login {
            Login::GitHubApp(app) => {
                let password = self.app_token(credential, &app, url).await?;
                Ok(Some(GitCredential::Basic { username: APP_USER.to_owned(), password }))
            }
            login => Ok(git_credential(login)),
        }
    }

    /// The host keys that are trusted: the system's, and those a person trusted in Sluice.
    pub(crate) async fn known_hosts(&self) -> KnownHosts {
        let mut text = self.shared.machine.known_hosts_text().await;
        if let Ok(own) = tokio::fs::read_to_string(self.paths().known_hosts()).await {
            text.push('\n');
            text.push_str(&own);
        }
        KnownHosts::parse(&text)
    }

    /// What is on record of the credential that [`Engine::kept`] finds.
    pub(crate) async fn kept_record(
        &self,
        kind: CredentialKind,
        below: &str,
    ) -> Result<Option<CredentialRecord>, EngineError> {
        let mut records = self.store().credentials().await?;
        records.retain(|record| record.kind == kind && lies_under(below, &record.target));
        Ok(records.into_iter().max_by_key(|record| record.target.len()))
    }

    /// The kept credential whose target is the longest that `below` lies under, by whole path segments.
    pub(crate) async fn kept(
        &self,
        kind: CredentialKind,
        below: &str,
    ) -> Result<Option<(CredentialRecord, Login)>, EngineError> {
        let Some(record) = self.kept_record(kind, below).await? else { return Ok(None) };
        let item = item_of(&record);
        match self.vault().get(&item).await? {
            Some(login) => {
                self.store().credential_was_used(&record.id, self.now()).await?;
                Ok(Some((record, login)))
            }
            None => Ok(None),
        }
    }
}

/// The keychain's item of a credential.
pub(crate) fn item_of(record: &CredentialRecord) -> ItemName {
    ItemName::new(&record.id, &record.target, &record.username)
}

/// `host[:port]/path` of a remote, as credentials are matched.
pub(crate) fn credential_target(url: &RemoteUrl) -> String {
    format!("{}/{}", url.authority(), url.path().trim_matches('/'))
}

/// Whether a path lies under a target: the same, or below it at a segment's edge. Docker Hub's names are one.
pub(crate) fn lies_under(path: &str, target: &str) -> bool {
    let (path, target) = (canonical(path), canonical(target));
    path == target || path.strip_prefix(target.as_str()).is_some_and(|rest| rest.starts_with('/'))
}

fn canonical(text: &str) -> String {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let (host, path) = text.split_once('/').map_or((text.as_str(), ""), |(host, path)| (host, path));
    let host =
        if matches!(host, "docker.io" | "registry-1.docker.io" | "hub.docker.com") { "index.docker.io" } else { host };
    if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
}

pub(crate) fn origin_of(record: &CredentialRecord) -> String {
    format!("keychain, {} {}", record.kind.as_str(), record.target)
}

async fn apply(access: &mut Access, settings: &RegistrySettings) -> Result<(), EngineError> {
    access.insecure_http = settings.insecure;
    if let Some(file) = &settings.ca_file {
        access.ca_pem = Some(read_file(file).await?);
    }
    if let Some(address) = &settings.proxy {
        access.proxy = Some(ProxyAddress { address: address.clone(), credential: None });
    }
    Ok(())
}

pub(crate) fn take_registry_login(access: &mut Access, login: Login) {
    match login {
        Login::Basic { username, password } => access.credential = Some(Credential::Basic { username, password }),
        Login::IdentityToken(token) => access.credential = Some(Credential::IdentityToken(token)),
        Login::Bearer(token) => access.credential = Some(Credential::Bearer(token)),
        Login::ClientCertificate { certificate_pem, key_pem } => {
            access.client_identity = Some(ClientIdentity { certificate_pem, key_pem });
        }
        Login::SshKey { .. }
        | Login::SshAgent
        | Login::OpenPgpKey { .. }
        | Login::Tls { .. }
        | Login::Proxy { .. }
        | Login::GitHubApp(_) => {}
    }
}

pub(crate) fn git_credential(login: Login) -> Option<GitCredential> {
    match login {
        Login::Basic { username, password } => Some(GitCredential::Basic { username, password }),
        Login::Bearer(token) | Login::IdentityToken(token) => Some(GitCredential::Bearer(token)),
        Login::SshKey { private_key, passphrase, .. } => Some(GitCredential::SshKey { private_key, passphrase }),
        Login::SshAgent => Some(GitCredential::SshAgent),
        Login::ClientCertificate { .. }
        | Login::OpenPgpKey { .. }
        | Login::Tls { .. }
        | Login::Proxy { .. }
        | Login::GitHubApp(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_used_below_its_target_by_whole_segments() {
        for (path, target, fits) in [
            ("ghcr.io/acme/app", "ghcr.io", true),
            ("ghcr.io/acme/app", "ghcr.io/acme", true),
            ("ghcr.io/acme/app", "ghcr.io/acme/app", true),
            ("ghcr.io/acme-labs/app", "ghcr.io/acme", false),
            ("ghcr.io/acme/app", "ghcr.io/other", false),
            ("ghcr.io:5000/acme/app", "ghcr.io", false),
            ("index.docker.io/library/redis", "docker.io", true),
            ("GHCR.io/acme/app", "ghcr.io/acme/", true),
        ] {
            assert_eq!(lies_under(path, target), fits, "{path} {target}");
        }
    }
}
