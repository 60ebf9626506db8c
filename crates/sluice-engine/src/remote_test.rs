//! Testing a remote because a person asks.

use sluice_store::CredentialKind;
use sluice_vault::Login;

use crate::access::take_registry_login;
use crate::{Engine, EngineError};

impl Engine {
    /// Asks a registry for its API and signs in as scans do. Gives what it said.
    ///
    /// # Errors
    /// When it cannot be reached or refuses the login.
    pub async fn test_registry_host(&self, host: &str) -> Result<String, EngineError> {
        let mut access = self.access_to_registry(host, "").await?;
        for (_, view) in self.views().await {
            let Ok(view) = view else { continue };
            let of_host = |image: &sluice_core::image::ImageName| image.registry() == host;
            if let Some(repository) = view.catalogue.image_repositories.values().find(|one| of_host(&one.image)) {
                access = self.registry_access(repository).await?;
                break;
            }
        }
        let outcome = self.shared.registry.ping(host, &access).await.map_err(EngineError::from);
        self.heard(&crate::job::scan::registry_subject(host), outcome.as_ref().err()).await?;
        let report = outcome?;
        Ok(match report.sign_in {
            sluice_registry::SignIn::Accepted => format!("{} took the credential", report.url),
            _ => format!("{} answers without asking who it is", report.url),
        })
    }

    /// Signs in with a login that is not kept, where it is meant for. Gives what the other side said.
    ///
    /// # Errors
    /// When it is refused, the remote is out of reach, or there is nothing to try it on ([`EngineError::Invalid`]).
    pub async fn try_login(&self, kind: CredentialKind, target: &str, login: &Login) -> Result<String, EngineError> {
        if kind == CredentialKind::Registry {
            let (host, repository) = target.split_once('/').unwrap_or((target, ""));
            let mut access = self.access_to_registry(host, repository).await?;
            access.credential = None;
            take_registry_login(&mut access, login.duplicate());
            let report = self.shared.registry.ping(host, &access).await?;
            return Ok(report.url);
        }
        // Nobody has to be asked about these; whether they can be used is found out when they are kept.
        match kind {
            CredentialKind::Signing => return Ok(format!("{target} signs commits and signs in nowhere")),
            CredentialKind::Tls | CredentialKind::Proxy => return Ok(format!("it is used on the way to {target}")),
            _ => {}
        }
        if kind == CredentialKind::Forge {
            let source = self.source_to_try(CredentialKind::GitSsh, target)?;
            return self.try_forge(&source.url, crate::forges::token_of(login.duplicate())).await;
        }
        let source = self.source_to_try(kind, target)?;
        let mut access = self.git_access(&source, &source.url).await?;
        access.credential = self.git_credential(None, login.duplicate(), &source.url).await?;
        let fetched = self.fetch(&source.url, access).await?;
        Ok(format!("{} answered with {} references", source.url, fetched.refs.refs.len()))
    }

    /// The subject of a source's heartbeat.
    ///
    /// # Errors
    /// When there is no source of that name.
    pub fn source_subject(&self, name: &str) -> Result<String, EngineError> {
        Ok(crate::remote::git_subject(&self.source_settings(name)?.url))
    }

    /// The subject of a registry's heartbeat.
    pub fn registry_subject(host: &str) -> String {
        crate::job::scan::registry_subject(host)
    }
}
