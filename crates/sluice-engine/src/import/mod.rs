//! Credentials that a cluster's Flux has already: looked at, and kept in the vault when a person says so.
//!
//! Which Secrets there are is known from Flux's own objects in the cluster; each is read by its name, and no list of
//! Secrets is ever asked for.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, FileFacts};
use sluice_core::cluster::LiveKind;
use sluice_core::flux::{GitProvider, Provider, SigningKind};
use sluice_core::image::ImageName;
use sluice_git::{KnownHosts, RemoteUrl, Scheme};
use sluice_kube::KubeError;
use sluice_store::{CredentialKind, CredentialRecord};

use crate::access::credential_target;
use crate::credential::NewCredential;
use crate::keys::{authority, host_and_port};
use crate::settings::ClusterSettings;
use crate::{Engine, EngineError};
use read::{Purpose, Read};

/// A login in a Secret that a cluster's Flux reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FluxCredential {
    /// The Secret.
    pub secret: ObjectKey,
    /// The objects that name it: `GitRepository flux-system/fleet`.
    pub used_by: Vec<String>,
    /// What it is for; nothing for a Secret that cannot be read.
    pub kind: Option<CredentialKind>,
    /// Where it is used: `host[:port][/path]`, or a signing key's name; empty for a Secret that cannot be read.
    pub target: String,
    /// How it signs in: `basic`, `ssh-key`, …
    pub way: &'static str,
    /// How it stands.
    pub state: ImportState,
    /// Why it cannot be used, or what is to be known of it; perhaps empty.
    pub words: String,
}

/// How a login in a cluster stands to what is kept here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportState {
    /// Nothing is kept for its target.
    New,
    /// Something is kept for its target.
    Kept,
    /// It was kept now.
    Imported,
    /// It cannot be used.
    Unusable,
}

impl ImportState {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Kept => "kept",
            Self::Imported => "imported",
            Self::Unusable => "unusable",
        }
    }
}

/// Which logins of a cluster are meant.
#[derive(Debug, Clone, Default)]
pub struct ImportWish {
    /// The cluster; the only one otherwise.
    pub cluster: Option<String>,
    /// These Secrets; all that Flux reads otherwise.
    pub secrets: Vec<ObjectKey>,
    /// What is kept for the same target gives way.
    pub replace: bool,
}

/// A Secret that is named, what for, and by whom.
struct Named {
    secret: ObjectKey,
    purpose: Purpose,
    by: String,
}

impl Engine {
    /// The logins that a cluster's Flux has, and how each stands to what is kept here. Reads the Secrets, keeps nothing.
    ///
    /// # Errors
    /// When the cluster is not known or does not answer, or Flux's objects may not be read there. A Secret that may not be
    /// read is among the answers.
    pub async fn cluster_credentials(&self, wish: &ImportWish) -> Result<Vec<FluxCredential>, EngineError> {
        let settings = self.one_cluster(wish.cluster.as_deref())?;
        let found = self.read_secrets(&settings, wish).await?;
        let records = self.store().credentials().await?;
        Ok(found.into_iter().map(|one| one.shown(&records)).collect())
    }

    /// Keeps the logins that a cluster's Flux has. Host keys that came with an SSH key are trusted, where none is on
    /// record for their host.
    ///
    /// # Errors
    /// As [`Engine::cluster_credentials`], and when the vault refuses. What cannot be used is among the answers.
    pub async fn import_credentials(&self, wish: &ImportWish, who: &str) -> Result<Vec<FluxCredential>, EngineError> {
        let settings = self.one_cluster(wish.cluster.as_deref())?;
        let found = self.read_secrets(&settings, wish).await?;
        let mut answers = Vec::new();
        for mut one in found {
            let records = self.store().credentials().await?;
            let mut shown = one.shown(&records);
            let wanted = match shown.state {
                ImportState::New => true,
                ImportState::Kept => wish.replace,
                ImportState::Imported | ImportState::Unusable => false,
            };
            if let Some(read) = one.read.take().filter(|_| wanted) {
                (shown.state, shown.words) = self.import_one(read, &shown.target, who).await?;
            }
            answers.push(shown);
        }
        let count = answers.iter().filter(|one| one.state == ImportState::Imported).count();
        if count > 0 {
            self.audit(who, "credentials-imported", &settings.name, &format!("{count} from Secrets of Flux")).await?;
        }
        Ok(answers)
    }

    async fn import_one(&self, read: Read, target: &str, who: &str) -> Result<(ImportState, String), EngineError> {
        let Read { kind, username, login, known_hosts, .. } = read;
        let kept = self.add_credential(NewCredential { kind, target: target.to_owned(), username, login }, who).await;
        match kept {
            Ok(_) => {
                let words = match known_hosts {
                    Some(lines) => self.trust_imported(target, &lines, who).await?,
                    None => String::new(),
                };
                Ok((ImportState::Imported, words))
            }
            // The others may be fine all the same.
            Err(error @ (EngineError::Key { .. } | EngineError::Invalid { .. })) => {
                Ok((ImportState::Unusable, error.to_string()))
            }
            Err(error) => Err(error),
        }
    }

    /// Trusts the host keys that came with a key, unless other ones are on record. Says what became of them.
    async fn trust_imported(&self, target: &str, lines: &str, who: &str) -> Result<String, EngineError> {
        let (host, port) = host_and_port(target)?;
        let given = KnownHosts::parse(lines).of(&host, port);
        let known = self.known_hosts().await;
        if given.is_empty() {
            return Ok(format!("its known_hosts has no key of {}", authority(&host, port)));
        }
        let on_record: Vec<String> = known.of(&host, port).into_iter().map(|key| key.fingerprint).collect();
        if given.iter().all(|key| on_record.contains(&key.fingerprint)) {
            return Ok(String::new());
        }
        if !on_record.is_empty() {
            return Ok(format!(
                "the cluster trusts other host keys of {} than this machine; look: sluice host scan {0}",
                authority(&host, port)
            ));
        }
        self.trust_lines(&host, port, given.into_iter().map(|key| key.line).collect(), who).await?;
        Ok(format!("the host keys of {} are trusted as the cluster does", authority(&host, port)))
    }

    /// The cluster of that name, or the only one.
    pub(crate) fn one_cluster(&self, name: Option<&str>) -> Result<ClusterSettings, EngineError> {
        if let Some(name) = name {
            return self.cluster_settings(name);
        }
        let clusters = self.settings().clusters.clone();
        match clusters.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(EngineError::Invalid {
                message: "no cluster is connected".to_owned(),
                hint: "connect one: sluice source add cluster CONTEXT".to_owned(),
            }),
            several => Err(EngineError::Invalid {
                message: "several clusters are connected".to_owned(),
                hint: format!(
                    "say which: --cluster {}",
                    several.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("|")
                ),
            }),
        }
    }

    async fn read_secrets(&self, settings: &ClusterSettings, wish: &ImportWish) -> Result<Vec<Found>, EngineError> {
        let cluster = &self.connection(settings).cluster;
        let failed = |cause: KubeError| EngineError::cluster(&settings.name, cause);
        let kinds = [LiveKind::GitRepository, LiveKind::ImageRepository, LiveKind::ImageUpdateAutomation];
        let manifests = cluster.flux_manifests(&kinds).await.map_err(failed)?;
        let texts: Vec<String> = manifests.iter().map(ToString::to_string).collect();
        let facts: Vec<FileFacts> = texts.iter().map(|text| FileFacts::read(text.as_bytes())).collect();
        let names: Vec<String> = (0..facts.len()).map(|number| format!("{number}.yaml")).collect();
        let catalogue = Catalogue::build(names.iter().map(String::as_str).zip(&facts));
        let mut named = named_by(&catalogue);
        for (repository, image, account) in accounts(&catalogue) {
            match cluster.pull_secrets(&account).await {
                Ok(secrets) => named.extend(secrets.into_iter().map(|secret| Named {
                    secret: ObjectKey::new(&account.namespace, secret),
                    purpose: Purpose::Registry(image.clone()),
                    by: format!("ImageRepository {repository}"),
                })),
                Err(KubeError::Forbidden { .. } | KubeError::NotFound { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        if !wish.secrets.is_empty() {
            for wanted in &wish.secrets {
                if !named.iter().any(|one| one.secret == *wanted) {
                    let known = named.iter().map(|one| one.secret.to_string());
                    let known: Vec<String> = known.collect::<BTreeSet<_>>().into_iter().take(5).collect();
                    return Err(EngineError::NotFound {
                        what: "Secret that Flux reads",
                        name: wanted.to_string(),
                        nearest: known,
                    });
                }
            }
            named.retain(|one| wish.secrets.contains(&one.secret));
        }
        let mut found: Vec<Found> = Vec::new();
        for Named { secret, purpose, by } in named {
            let outcome = match cluster.secret(&secret).await {
                Ok(live) => read::read(&purpose, live),
                Err(error @ (KubeError::Forbidden { .. } | KubeError::NotFound { .. })) => {
                    Err(format!("{error}; {}", error.hint()))
                }
                Err(error) => return Err(failed(error)),
            };
            match outcome {
                Ok(all) => found.extend(all.into_iter().map(|read| Found::of(&secret, &by, read))),
                Err(words) => found.push(Found::unusable(secret, by, words)),
            }
        }
        Ok(joined(found))
    }
}

/// A login that was found, with what may be shown of it.
struct Found {
    secret: ObjectKey,
    used_by: Vec<String>,
    target: String,
    read: Option<Read>,
    words: String,
}

impl Found {
    fn of(secret: &ObjectKey, by: &str, read: Read) -> Self {
        let (secret, used_by, target) = (secret.clone(), vec![by.to_owned()], read.broad.clone());
        Self { secret, used_by, target, read: Some(read), words: String::new() }
    }

    fn unusable(secret: ObjectKey, by: String, words: String) -> Self {
        Self { secret, used_by: vec![by], target: String::new(), read: None, words }
    }

    fn shown(&self, records: &[CredentialRecord]) -> FluxCredential {
        let kind = self.read.as_ref().map(|read| read.kind);
        let is_kept = records.iter().any(|record| Some(record.kind) == kind && record.target == self.target);
        let state = match (kind, is_kept) {
            (None, _) => ImportState::Unusable,
            (Some(_), true) => ImportState::Kept,
            (Some(_), false) => ImportState::New,
        };
        FluxCredential {
            secret: self.secret.clone(),
            used_by: self.used_by.clone(),
            kind,
            target: self.target.clone(),
            way: self.read.as_ref().map_or("", |read| read.login.way()),
            state,
            words: self.words.clone(),
        }
    }
}

/// Each login once. Where two Secrets reach equally far, each is kept for the one remote that it was named for.
fn joined(found: Vec<Found>) -> Vec<Found> {
    let mut secrets: BTreeMap<(&'static str, String), BTreeSet<ObjectKey>> = BTreeMap::new();
    for one in &found {
        if let Some(read) = &one.read {
            secrets.entry((read.kind.as_str(), read.broad.clone())).or_default().insert(one.secret.clone());
        }
    }
    let mut all: Vec<Found> = Vec::new();
    for mut one in found {
        if let Some(read) = &one.read
            && secrets.get(&(read.kind.as_str(), read.broad.clone())).is_some_and(|secrets| secrets.len() > 1)
        {
            one.target.clone_from(&read.narrow);
        }
        let kind = |one: &Found| one.read.as_ref().map(|read| read.kind);
        let same = all.iter_mut().find(|other| {
            other.secret == one.secret
                && other.target == one.target
                && kind(other) == kind(&one)
                && other.words == one.words
        });
        match same {
            Some(same) => same.used_by.extend(one.used_by),
            None => all.push(one),
        }
    }
    for one in &mut all {
        one.used_by.dedup();
    }
    all
}

/// The Secrets that Flux's objects name.
fn named_by(catalogue: &Catalogue) -> Vec<Named> {
    let mut named = Vec::new();
    for (key, repository) in &catalogue.git_repositories {
        let Ok(url) = RemoteUrl::parse(&repository.url) else { continue };
        let of = |name: &str| ObjectKey::new(&key.namespace, name);
        let by = || format!("GitRepository {key}");
        // A cloud's login is not in a Secret.
        let is_cloud = matches!(repository.provider, GitProvider::Aws | GitProvider::Azure);
        if let Some(secret) = repository.secret.as_deref().filter(|_| !is_cloud) {
            let purpose = Purpose::Git { url: url.clone(), provider: repository.provider };
            named.push(Named { secret: of(secret), purpose, by: by() });
        }
        if let Some(secret) = repository.proxy_secret.as_deref().filter(|_| url.scheme() != Scheme::File) {
            named.push(Named { secret: of(secret), purpose: Purpose::Proxy(credential_target(&url)), by: by() });
        }
    }
    for (key, repository) in &catalogue.image_repositories {
        let of = |name: &str| ObjectKey::new(&key.namespace, name);
        let by = || format!("ImageRepository {key}");
        let image = || repository.image.clone();
        if let Some(secret) = repository.secret.as_deref().filter(|_| repository.provider == Provider::Generic) {
            named.push(Named { secret: of(secret), purpose: Purpose::Registry(image()), by: by() });
        }
        if let Some(secret) = &repository.cert_secret {
            named.push(Named { secret: of(secret), purpose: Purpose::RegistryTls(image()), by: by() });
        }
        if let Some(secret) = &repository.proxy_secret {
            let target = format!("{}/{}", repository.image.registry(), repository.image.repository());
            named.push(Named { secret: of(secret), purpose: Purpose::Proxy(target), by: by() });
        }
    }
    for (key, automation) in &catalogue.automations {
        let Some(signing) = automation.git.as_ref().and_then(|git| git.signing.as_ref()) else { continue };
        let secret = ObjectKey::new(&key.namespace, &signing.secret);
        let kind: SigningKind = signing.kind;
        let purpose = Purpose::Signing { name: secret.to_string(), kind };
        named.push(Named { secret, purpose, by: format!("ImageUpdateAutomation {key}") });
    }
    named
}

/// The service accounts whose pull secrets image repositories use.
fn accounts(catalogue: &Catalogue) -> Vec<(ObjectKey, ImageName, ObjectKey)> {
    let of = |(key, repository): (&ObjectKey, &sluice_core::catalogue::Placed<sluice_core::flux::ImageRepository>)| {
        let account = repository.service_account.as_ref().filter(|_| repository.provider == Provider::Generic)?;
        Some((key.clone(), repository.image.clone(), ObjectKey::new(&key.namespace, account)))
    };
    catalogue.image_repositories.iter().filter_map(of).collect()
}
