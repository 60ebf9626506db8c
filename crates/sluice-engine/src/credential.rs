//! Credentials that a person gives to Sluice: their records in the store, their secrets in the keychain.

use sluice_forge::AppKey;
use sluice_git::{CertificateFacts, CertificateProblem, ClientIdentity, GitError, KeyProblem, RemoteUrl, SshKey};
use sluice_registry::{PingReport, SignIn};
use sluice_store::{CredentialKind, CredentialRecord};
use sluice_vault::Login;

use crate::access::{credential_target, item_of, lies_under};
use crate::settings::SourceSettings;
use crate::signing::signing_key;
use crate::{Engine, EngineError};

/// A credential to be kept.
#[derive(Debug)]
pub struct NewCredential {
    /// What it is for.
    pub kind: CredentialKind,
    /// `host[:port][/path]`: it is used for everything below, by whole path segments. For signing, the Secret's
    /// `namespace/name`, or a name of its own.
    pub target: String,
    /// The user name; empty for a token alone.
    pub username: String,
    /// The secret.
    pub login: Login,
}

/// What a test of a credential came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialTest {
    /// Whether it was taken.
    pub is_accepted: bool,
    /// What was done and what the other side said.
    pub words: String,
}

impl Engine {
    /// Keeps a credential: the secret in the keychain, everything else in the database. One for the same target is
    /// replaced.
    ///
    /// # Errors
    /// When the target is none, a key cannot be used, or the keychain is locked, missing or refuses; then nothing is
    /// kept.
    pub async fn add_credential(&self, new: NewCredential, who: &str) -> Result<CredentialRecord, EngineError> {
        let target = match new.kind {
            CredentialKind::Signing => checked_name(&new.target)?,
            _ => checked_target(&new.target)?,
        };
        let facts = self.facts_of(new.kind, &target, new.login.duplicate()).await?;
        let all = self.store().credentials().await?;
        let before = all.into_iter().find(|record| record.kind == new.kind && record.target == target);
        let id = match &before {
            Some(before) if before.username == new.username => before.id.clone(),
            _ => fresh_id(new.kind, &target, &new.username, self.now()),
        };
        let record = CredentialRecord {
            id,
            kind: new.kind,
            target,
            username: new.username,
            way: new.login.way().to_owned(),
            public_key: facts.public_key,
            created_at: self.now(),
            expires_at: facts.expires_at,
            last_used_at: None,
            wrote_at: None,
            write_refused: None,
        };
        self.vault().put(&item_of(&record), &new.login).await?;
        if let Some(before) = before.filter(|before| before.id != record.id) {
            self.store().remove_credential(&before.id).await?;
            self.vault().remove(&item_of(&before)).await?;
        }
        self.store().put_credential(record.clone()).await?;
        self.shared.app_tokens.forget(&record.id);
        self.shared.agent.wake();
        self.audit(who, "credential-added", &format!("{} {}", record.kind.as_str(), record.target), "").await?;
        Ok(record)
    }

    /// Every kept credential, without secrets.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self) -> Result<Vec<CredentialRecord>, EngineError> {
        Ok(self.store().credentials().await?)
    }

    /// Removes a credential by its id or its target.
    ///
    /// # Errors
    /// When there is none, several have that target, or the keychain refuses.
    pub async fn remove_credential(&self, name: &str, who: &str) -> Result<CredentialRecord, EngineError> {
        let record = self.find_credential(name).await?;
        self.vault().remove(&item_of(&record)).await?;
        self.store().remove_credential(&record.id).await?;
        self.audit(who, "credential-removed", &format!("{} {}", record.kind.as_str(), record.target), "").await?;
        Ok(record)
    }

    /// Signs in where the credential is for, and says how that went.
    ///
    /// # Errors
    /// When there is none of that name, or the keychain cannot be read. A credential that is refused is an answer.
    pub async fn test_credential(&self, name: &str) -> Result<CredentialTest, EngineError> {
        let record = self.find_credential(name).await?;
        // One whose secret is gone would be tried as nobody, or as whoever is found on the machine.
        self.login_of(&record).await?;
        let outcome = match record.kind {
            CredentialKind::Registry => self.test_registry(&record).await,
            CredentialKind::GitHttp | CredentialKind::GitSsh => self.test_git(&record).await,
            CredentialKind::Signing => self.test_signing(&record).await,
            CredentialKind::Forge => self.test_forge(&record).await,
            CredentialKind::Tls | CredentialKind::Proxy => self.test_way(&record).await,
        };
        match outcome {
            Ok(words) => Ok(CredentialTest { is_accepted: true, words }),
            Err(error @ (EngineError::Store(_) | EngineError::Vault(_) | EngineError::Invalid { .. })) => Err(error),
            Err(error) => Ok(CredentialTest { is_accepted: false, words: error.to_string() }),
        }
    }

    async fn test_registry(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let (host, repository) = record.target.split_once('/').unwrap_or((&record.target, ""));
        let access = self.access_to_registry(host, repository).await?;
        let PingReport { url, sign_in, .. } = self.shared.registry.ping(host, &access).await?;
        Ok(match sign_in {
            SignIn::Accepted => format!("{url} took the credential"),
            SignIn::Anonymous | SignIn::NotAsked => format!("{url} answers without asking who it is"),
        })
    }

    async fn test_git(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let source = self.source_to_try(record.kind, &record.target)?;
        let access = self.git_access(&source, &source.url).await?;
        let fetched = self.fetch(&source.url, access).await?;
        Ok(format!("{} answered with {} references", source.url, fetched.refs.refs.len()))
    }

    async fn test_signing(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let login = self.login_of(record).await?;
        let at = self.now();
        let what = format!("signing {}", record.target);
        let signed = tokio::task::spawn_blocking(move || {
            let key = signing_key(&login, at).map_err(|cause| EngineError::Key { what, hint: None, cause })?;
            let signature = key.sign(b"a test\n", at);
            signature.map_err(|error| EngineError::git("the test", GitError::Signing { words: error.to_string() }))?;
            Ok::<_, EngineError>(key.facts().clone())
        });
        let facts = signed.await.map_err(|_| EngineError::Stopped)??;
        let name = if facts.name.is_empty() { String::new() } else { format!(" of {}", facts.name) };
        Ok(format!("the {} key {}{name} signs", facts.kind.name(), facts.key))
    }

    async fn test_forge(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let source = self.source_to_try(CredentialKind::GitSsh, &record.target)?;
        let login = self.login_of(record).await?;
        self.try_forge(&source.url, crate::forges::token_of(login)).await
    }

    /// Whether what is kept about the way to a host can still be used; nobody is asked.
    async fn test_way(&self, record: &CredentialRecord) -> Result<String, EngineError> {
        let login = self.login_of(record).await?;
        self.facts_of(record.kind, &record.target, login).await?;
        Ok(format!("it can be used, and is, on the way to {}", record.target))
    }

    /// The secret half of a credential.
    pub(crate) async fn login_of(&self, record: &CredentialRecord) -> Result<Login, EngineError> {
        let login = self.vault().get(&item_of(record)).await?;
        login.ok_or_else(|| EngineError::Invalid {
            message: format!(
                "the secret of {} {} is not in {}",
                record.kind.as_str(),
                record.target,
                self.vault().name()
            ),
            hint: format!("give it again: sluice credential add {} {}", record.kind.as_str(), record.target),
        })
    }

    /// What may be known of a login by anybody. A key that cannot be used is refused here, before it is kept.
    async fn facts_of(&self, kind: CredentialKind, target: &str, login: Login) -> Result<Facts, EngineError> {
        let what = format!("for {target}");
        let at = self.now();
        let login_again = login.duplicate();
        let read = tokio::task::spawn_blocking(move || match (kind, &login) {
            (CredentialKind::Signing, _) => {
                let facts = signing_key(&login, at)?.facts().clone();
                Ok(Facts { public_key: Some(facts.public), expires_at: facts.expires_at })
            }
            (_, Login::SshKey { private_key, passphrase, .. }) => {
                match SshKey::read(private_key, passphrase.as_ref()) {
                    Ok(key) => Ok(Facts { public_key: Some(key.public().line), expires_at: None }),
                    // The SSH library opens it all the same.
                    Err(KeyProblem::OldEncryption) if passphrase.is_some() => Ok(Facts::default()),
                    Err(problem) => Err(problem),
                }
            }
            _ => Ok(Facts::default()),
        });
        let facts = read.await.map_err(|_| EngineError::Stopped)?;
        let facts = facts.map_err(|cause| EngineError::Key { what, hint: None, cause })?;
        self.facts_of_way(target, &login_again, facts)
    }

    /// What may be known of certificates, proxies and apps. What cannot be used is refused here, before it is kept.
    fn facts_of_way(&self, target: &str, login: &Login, facts: Facts) -> Result<Facts, EngineError> {
        let unusable = |cause: CertificateProblem| EngineError::Invalid {
            message: format!("what was given for TLS with {target} cannot be used: {cause}"),
            hint: "give certificates and the key in PEM, valid today: --certificate-file, --key-file, --ca-file"
                .to_owned(),
        };
        match login {
            Login::Tls { ca_pem: None, identity: None } => Err(unusable(CertificateProblem::None)),
            Login::Tls { ca_pem, identity } => {
                let at = self.now();
                let authorities = ca_pem.as_ref().map(|pem| CertificateFacts::of_authorities(pem, at)).transpose();
                let authorities = authorities.map_err(unusable)?;
                let own = identity.as_ref().map(|(certificate, key)| {
                    ClientIdentity { certificate_pem: certificate.clone(), key_pem: key.duplicate() }.check(at)
                });
                let own = own.transpose().map_err(unusable)?;
                let ends = [authorities, own].into_iter().flatten().map(|facts| facts.not_after);
                Ok(Facts { expires_at: ends.min(), ..facts })
            }
            Login::Proxy { address, .. } => {
                let url = url::Url::parse(address).ok();
                let fits = url.is_some_and(|url| {
                    matches!(url.scheme(), "http" | "https" | "socks5")
                        && url.has_host()
                        && url.username().is_empty()
                        && url.password().is_none()
                });
                if fits {
                    Ok(facts)
                } else {
                    Err(EngineError::Invalid {
                        message: format!("the address of the proxy for {target} is none"),
                        hint: "write http://host:port or socks5://host:port; a name and password are given apart"
                            .to_owned(),
                    })
                }
            }
            Login::GitHubApp(app) => match AppKey::read(&app.private_key) {
                Ok(_) => Ok(facts),
                Err(words) => Err(EngineError::Invalid {
                    message: format!("the key of the GitHub App for {target} cannot be used: {words}"),
                    hint: "give the file as GitHub made it, a private key in PEM".to_owned(),
                }),
            },
            _ => Ok(facts),
        }
    }

    /// The repository that a Git credential for `target` can be tried on.
    pub(crate) fn source_to_try(&self, kind: CredentialKind, target: &str) -> Result<SourceSettings, EngineError> {
        let settings = self.settings();
        let below = settings.sources.iter().find(|source| lies_under(&credential_target(&source.url), target));
        match below {
            Some(source) => Ok(source.clone()),
            None if target.contains('/') => {
                let scheme = if kind == CredentialKind::GitSsh { "ssh" } else { "https" };
                let url = format!("{scheme}://{target}");
                let url = RemoteUrl::parse(&url).map_err(|cause| EngineError::git(&url, cause.into()))?;
                Ok(SourceSettings::new("test", url))
            }
            None => Err(EngineError::Invalid {
                message: format!("no source lies under {target}, so there is nothing to try it on"),
                hint: "add a source first, or give the credential the path of a repository".to_owned(),
            }),
        }
    }

    async fn find_credential(&self, name: &str) -> Result<CredentialRecord, EngineError> {
        let all = self.store().credentials().await?;
        let mut found: Vec<_> =
            all.iter().filter(|record| record.id == name || record.target == name).cloned().collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => Err(EngineError::Invalid {
                message: format!("several credentials are for {name}"),
                hint: "name it by its id: sluice credential list".to_owned(),
            }),
            (None, _) => Err(EngineError::NotFound {
                what: "credential",
                name: name.to_owned(),
                nearest: all.into_iter().map(|record| record.target).take(3).collect(),
            }),
        }
    }
}

/// What anybody may know of a login.
#[derive(Debug, Default)]
struct Facts {
    public_key: Option<String>,
    expires_at: Option<jiff::Timestamp>,
}

/// A name for a signing key: any word, and two of them with a `/` for a Secret.
fn checked_name(text: &str) -> Result<String, EngineError> {
    let name = text.trim();
    if !name.is_empty() && name.len() <= 253 && name.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(name.to_owned());
    }
    Err(EngineError::Invalid {
        message: format!("`{}` is no name for a signing key", text.escape_debug()),
        hint: "write the Secret that an automation names, NAMESPACE/NAME, or a word of your own".to_owned(),
    })
}

pub(crate) fn checked_target(text: &str) -> Result<String, EngineError> {
    let target = text.trim().trim_end_matches('/');
    let target = target.split_once("://").map_or(target, |(_, rest)| rest);
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    if !target.is_empty() && !target.starts_with(['/', '.', '~']) && !target.contains(is_strange) {
        return Ok(target.to_owned());
    }
    Err(EngineError::Invalid {
        message: format!("`{}` is no place for a credential", text.escape_debug()),
        hint: "write a host, or a host with a path: ghcr.io, ghcr.io/acme, github.com/acme/fleet.git".to_owned(),
    })
}

/// Eight digits that name a credential: nobody has to guess them, they only have to differ.
fn fresh_id(kind: CredentialKind, target: &str, username: &str, at: jiff::Timestamp) -> String {
    use sha2::{Digest as _, Sha256};
    let text = format!("{} {target} {username} {}", kind.as_str(), at.as_nanosecond());
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
