//! Policies that markers in Git name and only a cluster has: they are used as it has them.

use std::sync::Arc;
use std::time::Duration;

use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, Placed};
use sluice_core::cluster::{LiveKind, Snapshot};
use sluice_core::flux::Resource;

use super::desk::Depth;
use crate::Engine;
use crate::index::Index;

/// How long a cluster may take to tell. A source is never kept from being read by it.
const PATIENCE: Duration = Duration::from_secs(10);
/// What stands in the place of a file: `cluster dev`. No file of a repository that Flux reads is called so.
const CLUSTER: &str = "cluster ";

impl Engine {
    /// The catalogue with the policies that its markers name and no file defines, as far as clusters have them, and the
    /// image repositories that those choose from. The same value where nothing is different.
    pub(crate) async fn with_borrowed(&self, catalogue: Arc<Catalogue>, index: &Index) -> Arc<Catalogue> {
        let settings = self.settings();
        let has_borrowed = catalogue.policies.values().any(|one| one.file.starts_with(CLUSTER));
        if !has_borrowed && (settings.clusters.is_empty() || missing(&catalogue).is_empty()) {
            return catalogue;
        }
        let mut own = if has_borrowed { index.catalogue() } else { (*catalogue).clone() };
        for cluster in &settings.clusters {
            let place = format!("{CLUSTER}{}", cluster.name);
            match tokio::time::timeout(PATIENCE, self.sight_to(cluster, Depth::Flux)).await {
                Ok(Ok(sight)) => sight.read(|snapshot| borrow(&mut own, snapshot, &place)),
                // What it said last counts while it does not answer.
                _ => keep(&mut own, &catalogue, &place),
            }
        }
        if own == *catalogue { catalogue } else { Arc::new(own) }
    }
}

/// The policies that markers name and nobody defines.
fn missing(catalogue: &Catalogue) -> Vec<ObjectKey> {
    let named = catalogue.markers.iter().map(|marker| &marker.reference.policy);
    let mut missing: Vec<ObjectKey> = named.filter(|key| !catalogue.policies.contains_key(*key)).cloned().collect();
    missing.sort();
    missing.dedup();
    missing
}

fn borrow(catalogue: &mut Catalogue, snapshot: &Snapshot, place: &str) {
    let file: Arc<str> = place.into();
    for key in missing(catalogue) {
        let live = snapshot.object(LiveKind::ImagePolicy, &key).and_then(|object| object.resource.as_deref());
        let Some(Resource::ImagePolicy(policy)) = live else { continue };
        let needed = policy.image_repository.clone();
        catalogue.policies.insert(key, Placed { file: file.clone(), value: policy.clone() });
        if catalogue.image_repositories.contains_key(&needed) {
            continue;
        }
        let live = snapshot.object(LiveKind::ImageRepository, &needed).and_then(|object| object.resource.as_deref());
        if let Some(Resource::ImageRepository(repository)) = live {
            catalogue.image_repositories.insert(needed, Placed { file: file.clone(), value: repository.clone() });
        }
    }
}

/// Keeps what was borrowed from a cluster before.
fn keep(catalogue: &mut Catalogue, before: &Catalogue, place: &str) {
    for (key, one) in before.policies.iter().filter(|(_, one)| &*one.file == place) {
        catalogue.policies.entry(key.clone()).or_insert_with(|| one.clone());
    }
    for (key, one) in before.image_repositories.iter().filter(|(_, one)| &*one.file == place) {
        catalogue.image_repositories.entry(key.clone()).or_insert_with(|| one.clone());
    }
}
