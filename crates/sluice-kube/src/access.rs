//! How a cluster is reached.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Kubeconfigs;

/// How a cluster is reached: a context of kubeconfig files, and where to look.
#[derive(Debug, Clone)]
pub struct ClusterAccess {
    /// The files.
    pub kubeconfigs: Kubeconfigs,
    /// The context.
    pub context: String,
    /// Only these namespaces are read; all where there is none.
    pub namespaces: Vec<String>,
    /// What credential plugins are started with.
    pub surroundings: Surroundings,
}

/// What credential plugins are started with.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The person's home, where plugins run.
    pub home: Option<PathBuf>,
    /// The environment.
    pub environment: BTreeMap<OsString, OsString>,
}

impl Surroundings {
    /// The folders that programs are looked for in: `PATH`, and those that an app started from a dock or a menu lacks.
    pub(crate) fn search_path(&self) -> Vec<PathBuf> {
        let path = self.environment.get(std::ffi::OsStr::new("PATH")).cloned().unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
        if cfg!(unix) {
            folders.extend(["/usr/local/bin", "/opt/homebrew/bin", "/snap/bin"].map(PathBuf::from));
            let below = [".local/bin", "bin", ".krew/bin", "google-cloud-sdk/bin", ".asdf/shims"];
            folders.extend(self.home.iter().flat_map(|home| below.map(|folder| home.join(folder))));
        }
        folders
    }

    /// Where a program lies; an absolute path is taken as it is.
    pub async fn find_program(&self, name: &str) -> Option<PathBuf> {
        let path = Path::new(name);
        if name.is_empty() || path.is_absolute() {
            return (!name.is_empty()).then(|| path.to_owned());
        }
        for folder in self.search_path() {
            let candidate = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
            if tokio::fs::metadata(&candidate).await.is_ok_and(|file| file.is_file()) {
                return Some(candidate);
            }
        }
        None
    }
}
