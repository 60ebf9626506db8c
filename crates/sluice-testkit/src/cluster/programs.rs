//! Where the programs of a cluster are.

use std::path::PathBuf;

/// The folder that `cargo xtask cluster` fills, below the user's cache.
const BUILT: &str = "sluice/cluster/1.20.2";

/// One of the programs: in the folder `KUBEBUILDER_ASSETS`, or among those that `cargo xtask cluster` built.
///
/// # Panics
/// When it is in neither.
pub(super) fn cluster_program(name: &str) -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let folders = [variable("KUBEBUILDER_ASSETS"), cache.map(|cache| cache.join(BUILT))];
    let found = folders.into_iter().flatten().map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("this test needs a Kubernetes cluster's `{name}`; get it: cargo xtask cluster"))
}
