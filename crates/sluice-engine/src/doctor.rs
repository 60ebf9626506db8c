//! The machine: what Sluice needs, and how it is.

use sluice_vault::KeychainState;

use crate::{Engine, EngineError};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What: `settings`, `database`, `keychain`, `source fleet`, …
    pub name: String,
    /// How it is.
    pub state: CheckState,
    /// What was found.
    pub words: String,
    /// What to do, where there is something to do.
    pub hint: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckState {
    /// Nothing to do.
    Fine,
    /// It works, less well than it could.
    Warning,
    /// It does not work.
    Broken,
}

impl CheckState {
    /// The word in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

fn check(name: impl Into<String>, state: CheckState, words: impl Into<String>, hint: Option<String>) -> Check {
    Check { name: name.into(), state, words: words.into(), hint }
}

impl Engine {
    /// Looks at everything Sluice needs: files, keychain, every remote and every registry. It asks the remotes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn doctor(&self) -> Result<Vec<Check>, EngineError> {
        let mut checks = vec![self.check_settings(), self.check_folder(), self.check_keychain().await];
        checks.push(self.check_releases().await?);
        let settings = self.settings();
        let sources = settings.sources.iter().map(|source| self.check_source(&source.name));
        checks.extend(futures_util::future::join_all(sources).await);
        checks.extend(self.check_registries().await);
        if settings.sources.is_empty() {
            let hint = "add a repository: sluice source add git URL; or try: sluice demo".to_owned();
            checks.push(check("sources", CheckState::Warning, "no source is set up", Some(hint)));
        }
        Ok(checks)
    }

    fn check_settings(&self) -> Check {
        let path = self.paths().settings.display().to_string();
        match self.reload_settings() {
            Ok(_) if self.paths().settings.exists() => check("settings", CheckState::Fine, path, None),
            Ok(_) => check("settings", CheckState::Fine, format!("{path} does not exist yet; defaults hold"), None),
            Err(error) => check("settings", CheckState::Broken, error.to_string(), error.hint()),
        }
    }

    fn check_folder(&self) -> Check {
        let folder = &self.paths().data;
        let probe = folder.join(format!(".probe-{}", std::process::id()));
        let written = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
        match written {
            Ok(()) => check("data folder", CheckState::Fine, folder.display().to_string(), None),
            Err(cause) => {
                let words = format!("cannot write to {}: {cause}", folder.display());
                check("data folder", CheckState::Broken, words, Some("make it writable, or use --data-dir".to_owned()))
            }
        }
    }

    async fn check_keychain(&self) -> Check {
        let name = self.vault().name().to_owned();
        match self.keychain_state().await {
            KeychainState::Ready => check("keychain", CheckState::Fine, name, None),
            KeychainState::Locked { way_out } => {
                check("keychain", CheckState::Warning, format!("{name} is locked"), Some(way_out))
            }
            KeychainState::Missing { words, way_out } => {
                check("keychain", CheckState::Warning, format!("{name} is not there: {words}"), Some(way_out))
            }
        }
    }

    async fn check_releases(&self) -> Result<Check, EngineError> {
        let unfinished = self.store().unfinished_releases().await?.len();
        Ok(if unfinished == 0 {
            check("releases", CheckState::Fine, "none is unfinished", None)
        } else {
            let hint = "the agent, or the next release to that branch, finds out what became of them".to_owned();
            check("releases", CheckState::Warning, format!("{unfinished} unfinished"), Some(hint))
        })
    }

    async fn check_source(&self, name: &str) -> Check {
        let title = format!("source {name}");
        match self.refresh(name).await {
            Ok(view) => {
                let words = format!("{} at {} ({})", view.url, view.branch, view.commit.short());
                check(title, CheckState::Fine, words, None)
            }
            Err(error) => check(title, CheckState::Broken, error.to_string(), error.hint()),
        }
    }

    async fn check_registries(&self) -> Vec<Check> {
        let mut hosts = std::collections::BTreeMap::new();
        for (_, view) in self.views().await {
            let Ok(view) = view else { continue };
            for repository in view.catalogue.image_repositories.values() {
                hosts.entry(repository.image.registry().to_owned()).or_insert_with(|| repository.value.clone());
            }
        }
        let pings = hosts.into_iter().map(|(host, repository)| async move {
            let title = format!("registry {host}");
            let asked = async {
                let access = self.registry_access(&repository).await?;
                Ok::<_, EngineError>(self.shared.registry.ping(&host, &access).await?)
            };
            match asked.await {
                Ok(report) => check(title, CheckState::Fine, format!("{} answers", report.url), None),
                Err(error) => check(title, CheckState::Broken, error.to_string(), error.hint()),
            }
        });
        futures_util::future::join_all(pings).await
    }
}
