//! The reference scenario: a repository as `flux bootstrap` leaves it, with one application that is updated by policy.
//!
//! The files stand in the crate's `scenario/` folder as a person would write them; only the image and the repository's
//! address are filled in, because the ports are free ones.

use std::path::Path;

use git2::{Repository, RepositoryInitOptions, Signature};

/// The image's repository inside the demo's registry.
pub const IMAGE: &str = "acme/flask-app";

/// The bare repository's folder name, and the path of its URL.
pub const REPOSITORY: &str = "fleet.git";

/// The branch that holds everything.
pub const BRANCH: &str = "main";

const FLUX_SYSTEM: &str = "flux-clusters/dev-cluster/flux-system";

macro_rules! scenario_file {
    ($path:literal) => {
        ($path, include_str!(concat!("../scenario/", $path)))
    };
}

const FILES: [(&str, &str); 8] = [
    scenario_file!("flux-clusters/dev-cluster/flux-system/flask-app-automation.yaml"),
    scenario_file!("flux-clusters/dev-cluster/flux-system/flask-app-images.yaml"),
    scenario_file!("flux-clusters/dev-cluster/flux-system/flask-app-kustomization.yaml"),
    scenario_file!("flux-clusters/dev-cluster/flux-system/flask-app-source.yaml"),
    scenario_file!("flux-clusters/dev-cluster/flux-system/kustomization.yaml"),
    scenario_file!("test/deployment.yml"),
    scenario_file!("test/namespace.yml"),
    scenario_file!("test/service.yml"),
];

/// The scenario's files: path in the repository and content.
pub fn files(image: &str, git_url: &str) -> Vec<(&'static str, String)> {
    FILES.iter().map(|(path, text)| (*path, text.replace("@IMAGE@", image).replace("@GIT_URL@", git_url))).collect()
}

/// Makes the bare repository with one commit on [`BRANCH`].
///
/// # Errors
/// When the folder cannot be written.
pub fn write_repository(folder: &Path, image: &str, git_url: &str) -> Result<(), git2::Error> {
    let repository =
        Repository::init_opts(folder, RepositoryInitOptions::new().bare(true).mkpath(true).initial_head(BRANCH))?;
    let mut index = git2::Index::new()?;
    for (path, text) in files(image, git_url) {
        let blob = repository.blob(text.as_bytes())?;
        index.add(&entry(path, blob))?;
    }
    let tree = repository.find_tree(index.write_tree_to(&repository)?)?;
    let author = Signature::now("Platform Team", "platform@acme.example")?;
    let message = format!("Add flask-app 1.0.0\n\nResources for Flux in {FLUX_SYSTEM}, the application in test/.\n");
    repository.commit(Some("HEAD"), &author, &author, &message, &tree, &[])?;
    Ok(())
}

fn entry(path: &str, blob: git2::Oid) -> git2::IndexEntry {
    git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: blob,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
