//! Logins of docker and podman: their configuration files and credential helpers.

mod answers;
mod config;
mod helper;
mod scope;

use std::path::PathBuf;

use sluice_core::Secret;

use super::Machine;
use crate::{Found, Login, Offers, OriginKind, VaultError};

pub(super) use answers::Answers;
use config::{Config, Entry};
use scope::{Scope, canonical_host};

/// Whose file it is.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Docker,
    Podman,
}

/// A way to a login that a file names for the repository at hand.
struct Candidate {
    /// How many path segments it names: the more, the closer it is meant.
    depth: usize,
    way: Way,
    /// The file, as people write it.
    file: String,
    owner: Owner,
    /// The key in the file.
    key: String,
}

enum Way {
    /// A helper of its own for this key.
    Helper(String),
    /// The helper for everything.
    Store(String),
    /// A login in the file itself.
    Entry(Entry),
}

impl Way {
    /// Among equally close ones docker asks the key's own helper, else the common one, else the file.
    fn rank(&self) -> u8 {
        match self {
            Self::Helper(_) => 0,
            Self::Store(_) => 1,
            Self::Entry(_) => 2,
        }
    }
}

/// A key of a docker configuration as it is written, with its login or what is wrong with it.
pub type DockerEntry = (String, Result<Login, &'static str>);

/// The entries of a docker configuration that is not this machine's own, such as a Kubernetes pull secret: each key as
/// it is written, with its login or what is wrong with it. Helpers that it names are not looked at.
///
/// # Errors
/// What is wrong with it, without anything of its contents.
pub fn docker_entries(config: &Secret) -> Result<Vec<DockerEntry>, String> {
    let config = Config::parse(config)?;
    let entries = config.auths.into_iter().filter_map(|(key, entry)| Some((key, entry.login().transpose()?)));
    Ok(entries.collect())
}

impl Machine {
    /// Everything on the machine that could sign in at a registry, for one repository.
    ///
    /// `host` is the registry's `host[:port]`, `repository` the path in it. Docker's configuration comes first, then
    /// podman's; keys match by whole path segments and the longest is the first; all names of Docker Hub are one.
    /// Credential helpers are run, and their answers kept for a few minutes in memory.
    pub async fn registry_logins(&self, host: &str, repository: &str) -> Offers {
        let (candidates, problems) = self.candidates(host, repository).await;
        let mut offers = Offers { found: Vec::new(), problems };
        for candidate in candidates {
            match self.follow(candidate).await {
                Ok(found) => offers.found.extend(found),
                Err(problem) => offers.problems.push(problem),
            }
        }
        offers
    }

    /// The login to use for one repository: the first of [`Machine::registry_logins`], without asking further helpers
    /// once it is found.
    ///
    /// # Errors
    /// When nothing was found and something went wrong on the way: the first problem.
    pub async fn registry_login(&self, host: &str, repository: &str) -> Result<Option<Found>, VaultError> {
        let (candidates, mut problems) = self.candidates(host, repository).await;
        for candidate in candidates {
            match self.follow(candidate).await {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        problems.into_iter().next().map_or(Ok(None), Err)
    }

    async fn candidates(&self, host: &str, repository: &str) -> (Vec<Candidate>, Vec<VaultError>) {
        let host = canonical_host(host);
        let mut candidates = Vec::new();
        let mut problems = Vec::new();
        for (owner, path) in self.container_files() {
            match self.container_file(&path).await {
                Ok(Some(config)) => candidates.extend(named(config, owner, self.shown(&path), &host, repository)),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        // Stable: at the same depth docker's file comes before podman's.
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.depth));
        (candidates, problems)
    }

    /// The files, in the order in which they count.
    fn container_files(&self) -> Vec<(Owner, PathBuf)> {
        let docker = match self.path_from("DOCKER_CONFIG") {
            Some(folder) => Some(folder.join("config.json")),
            None => self.in_home(".docker/config.json"),
        };
        let podman = match self.path_from("REGISTRY_AUTH_FILE") {
            Some(file) => vec![Some(file)],
            None => vec![
                self.path_from("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json")),
                self.configuration_folder().map(|folder| folder.join("containers/auth.json")),
            ],
        };
        let docker = docker.map(|path| (Owner::Docker, path));
        docker.into_iter().chain(podman.into_iter().flatten().map(|path| (Owner::Podman, path))).collect()
    }

    async fn container_file(&self, path: &std::path::Path) -> Result<Option<Config>, VaultError> {
        let Some(contents) = self.read(path).await? else { return Ok(None) };
        let config = Config::parse(&contents);
        config.map(Some).map_err(|words| VaultError::File { path: self.shown(path), entry: None, words })
    }

    async fn follow(&self, candidate: Candidate) -> Result<Option<Found>, VaultError> {
        let Candidate { way, file, owner, key, .. } = candidate;
        let (name, source) = match owner {
            Owner::Docker => ("docker config", OriginKind::DockerConfig),
            Owner::Podman => ("podman auth", OriginKind::PodmanAuth),
        };
        match way {
            Way::Entry(entry) => match entry.login() {
                Ok(login) => Ok(login.map(|login| Found::new(source, format!("{name} {file}, {key}"), login))),
                Err(words) => Err(VaultError::File { path: file, entry: Some(key), words: words.to_owned() }),
            },
            Way::Helper(helper) | Way::Store(helper) => {
                let login = self.ask_helper(&helper, &key, &file).await?;
                let origin = format!("{} for {key} ({name} {file})", helper::program(&helper));
                Ok(login.map(|login| Found::new(OriginKind::DockerHelper, origin, login)))
            }
        }
    }
}

/// The ways to a login that a file names for a repository, the closest first.
fn named(config: Config, owner: Owner, file: String, host: &str, repository: &str) -> Vec<Candidate> {
    let depth = |key: &str| Scope::of(key).depth_for(host, repository);
    let Config { auths, helpers, store } = config;
    let store = store.filter(|store| helper::is_a_program(store));
    let mut ways: Vec<(usize, Way, String)> = Vec::new();
    for (key, helper) in helpers.into_iter().filter(|(_, helper)| helper::is_a_program(helper)) {
        ways.extend(depth(&key).map(|depth| (depth, Way::Helper(helper), key)));
    }
    if let Some(store) = &store {
        // The store knows it under the spelling of the key; without a key, under the host's own. A login that a file
        // keeps for a part of a registry is podman's, which asks no store for it.
        let in_store = |key: &str, entry: &Entry| depth(key).is_some_and(|depth| depth == 0 || entry.is_empty());
        let mut keys: Vec<&String> =
            auths.iter().filter(|(key, entry)| in_store(key, entry)).map(|(key, _)| key).collect();
        let own = helper::server(host);
        if !keys.iter().any(|key| depth(key) == Some(0)) {
            keys.push(&own);
        }
        for key in keys {
            ways.extend(depth(key).map(|depth| (depth, Way::Store(store.clone()), key.clone())));
        }
    }
    for (key, entry) in auths {
        ways.extend(depth(&key).map(|depth| (depth, Way::Entry(entry), key)));
    }
    ways.sort_by_key(|(depth, way, _)| (std::cmp::Reverse(*depth), way.rank()));
    let candidate = |(depth, way, key)| Candidate { depth, way, file: file.clone(), owner, key };
    ways.into_iter().map(candidate).collect()
}
