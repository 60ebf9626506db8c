//! Repositories that a cluster reads from and no source is known as, though one looks alike: perhaps the same one by an
//! address that only the cluster knows.

use std::fmt;

use sluice_core::ObjectKey;
use sluice_core::cluster::LiveKind;
use sluice_git::RemoteUrl;

use super::desk::Sight;
use crate::Engine;
use crate::settings::SourceSettings;

/// A GitRepository in a cluster that may read from a source by another address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lookalike {
    /// The source.
    pub source: String,
    /// The GitRepository.
    pub object: ObjectKey,
    /// Its address, which has the path of the source's own.
    pub address: RemoteUrl,
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, object, address } = self;
        write!(f, "GitRepository {object} reads {address}: if that is {source}, ")?;
        write!(f, "say so: sluice source set {source} --known-as {address}")
    }
}

impl Engine {
    /// The GitRepositories of a cluster that may read from a source by another address: no source is known as theirs, and
    /// one has the same path. Sorted; an address that could be several sources is each of theirs.
    pub fn lookalikes(&self, sight: &Sight) -> Vec<Lookalike> {
        let settings = self.settings();
        let same = settings.same_repository();
        let mut found = sight.read(|snapshot| {
            let mut found = Vec::new();
            for repository in snapshot.of_kind(LiveKind::GitRepository) {
                let Some(address) = repository.url.as_deref().and_then(|url| RemoteUrl::parse(url).ok()) else {
                    continue;
                };
                if settings.sources.iter().any(|source| same.are_same(&address, &source.url)) {
                    continue;
                }
                let alike = settings.sources.iter().filter(|source| has_path_of(&address, source));
                found.extend(alike.map(|source| Lookalike {
                    source: source.name.clone(),
                    object: repository.id.key.clone(),
                    address: address.clone(),
                }));
            }
            found
        });
        found.sort();
        found
    }
}

/// Whether an address has the path of a source's own, whatever the case and a final `.git`.
fn has_path_of(address: &RemoteUrl, source: &SourceSettings) -> bool {
    let path = |url: &RemoteUrl| {
        let path = url.path().trim_matches('/');
        path.strip_suffix(".git").unwrap_or(path).to_lowercase()
    };
    path(address) == path(&source.url)
}
