//! Where Sluice keeps its files.

use std::path::{Path, PathBuf};

use etcetera::AppStrategy as _;

/// The folders and files of one installation. Deleting the cache costs a fetch and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The settings, `sluice.toml`: written for people, kept by the window with its comments.
    pub settings: PathBuf,
    /// The folder of the database, of locks and of trusted host keys.
    pub data: PathBuf,
    /// The folder of the bare mirrors.
    pub cache: PathBuf,
}

/// The operating system does not say where a person's files belong (no home folder).
#[derive(Debug, thiserror::Error)]
#[error(
    "it is unknown where Sluice's files belong, because there is no home folder; name them by --config and --data-dir"
)]
pub struct NoHome;

impl Paths {
    /// The operating system's own places: the XDG folders on Linux, `~/Library` on macOS, `%APPDATA%` on Windows. What
    /// is given wins; with a data folder of its own an installation keeps its cache in there too.
    ///
    /// # Errors
    /// When something is not given and the operating system does not say it.
    pub fn find(settings: Option<&Path>, data: Option<&Path>) -> Result<Self, NoHome> {
        let own = || {
            etcetera::choose_app_strategy(etcetera::AppStrategyArgs {
                top_level_domain: "dev".to_owned(),
                author: "sluice".to_owned(),
                app_name: "sluice".to_owned(),
            })
            .map_err(|_| NoHome)
        };
        Ok(Self {
            settings: match settings {
                Some(file) => file.to_owned(),
                None => own()?.config_dir().join("sluice.toml"),
            },
            data: match data {
                Some(folder) => folder.to_owned(),
                None => own()?.data_dir(),
            },
            cache: match data {
                Some(folder) => folder.join("cache"),
                None => own()?.cache_dir(),
            },
        })
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.data.join("sluice.db")
    }

    /// The folder of the bare mirrors.
    pub fn mirrors(&self) -> PathBuf {
        self.cache.join("mirrors")
    }

    /// Host keys that a person has trusted in Sluice, beside those of the system.
    pub fn known_hosts(&self) -> PathBuf {
        self.data.join("known_hosts")
    }

    /// The encrypted vault, where a person chose one and said nothing else.
    pub fn vault(&self) -> PathBuf {
        self.data.join("vault.sluice")
    }

    /// The folder of lock files.
    pub(crate) fn locks(&self) -> PathBuf {
        self.data.join("locks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_of_ones_own_holds_everything_but_the_settings() {
        let paths = Paths::find(Some(Path::new("/c/sluice.toml")), Some(Path::new("/d"))).expect("all is given");
        assert_eq!(paths.settings, Path::new("/c/sluice.toml"));
        assert_eq!(paths.database(), Path::new("/d/sluice.db"));
        assert_eq!(paths.mirrors(), Path::new("/d/cache/mirrors"));
    }
}
