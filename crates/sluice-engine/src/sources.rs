//! Adding, changing, removing and testing sources.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sluice_core::duration::GoDuration;
use sluice_core::release::Mode;
use sluice_git::RemoteUrl;

use crate::settings::{self, SourceSettings};
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// A repository to be added.
#[derive(Debug, Clone, Default)]
pub struct NewSource {
    /// A name of its own; made from the address when absent.
    pub name: Option<String>,
    /// The address, or a folder with a Git repository.
    pub address: String,
    /// Further addresses of the same repository.
    pub known_as: Vec<String>,
    /// The branch to read; the remote's HEAD when absent.
    pub branch: Option<String>,
    /// What Sluice may do; observe when absent.
    pub mode: Option<Mode>,
    /// Time between two looks at the remote.
    pub interval: Option<GoDuration>,
    /// Certificate authorities in PEM.
    pub ca_file: Option<PathBuf>,
    /// It goes with the program that adds it: [`Engine::remove_temporary_sources`].
    pub temporary: bool,
}

impl Engine {
    /// Adds a source and reads it. It is only added when it can be read.
    ///
    /// # Errors
    /// When the address is none, the name is taken, or the remote cannot be read; then nothing is added.
    pub async fn add_source(&self, new: NewSource, who: &str) -> Result<Arc<SourceView>, EngineError> {
        let url = address(&new.address)?;
        let known_as = known_as(&new.known_as)?;
        let taken: Vec<String> = self.settings().sources.iter().map(|source| source.name.clone()).collect();
        let name = match new.name {
            Some(name) => checked_name(name)?,
            None => free_name(&url, &taken),
        };
        if let Some(same) =
            self.settings().sources.iter().find(|source| source.url == url && source.branch == new.branch)
        {
            return Err(EngineError::Invalid {
                message: format!("{url} is there already, as `{}`", same.name),
                hint: format!("look at it: sluice source list; or remove it first: sluice source remove {}", same.name),
            });
        }
        let source = SourceSettings {
            known_as,
            branch: new.branch,
            mode: new.mode,
            interval: new.interval,
            ca_file: new.ca_file,
            temporary: new.temporary,
            ..SourceSettings::new(name.clone(), url)
        };
        // Reachable first: a source that cannot be read would only be a broken row.
        let access = self.git_access(&source, &source.url).await?;
        let fetched = self.fetch(&source.url, access).await?;
        self.change_settings(|file| file.add_source(&source))?;
        let read = self.read_source(&source, fetched.refs).await;
        if read.is_err() {
            self.change_settings(|file| file.remove_source(&name))?;
        } else {
            self.audit(who, "source-added", &name, source.url.as_str()).await?;
        }
        read
    }

    /// Reads a repository without following it: what it says at the tip of its branch. Nothing is written down but its
    /// mirror in the cache.
    ///
    /// # Errors
    /// When the address is none, or the remote cannot be read.
    pub async fn inspect(&self, repository: &NewSource) -> Result<Arc<SourceView>, EngineError> {
        let url = address(&repository.address)?;
        let source = SourceSettings {
            branch: repository.branch.clone(),
            ca_file: repository.ca_file.clone(),
            ..SourceSettings::new(url.name().to_owned(), url)
        };
        let access = self.git_access(&source, &source.url).await?;
        let fetched = self.fetch(&source.url, access).await?;
        self.read_unfollowed(&source, fetched.refs).await
    }

    /// Removes a source. What was remembered of its images stays in the database.
    ///
    /// # Errors
    /// When there is none of that name, or the settings cannot be written.
    pub async fn remove_source(&self, name: &str, who: &str) -> Result<(), EngineError> {
        self.source_settings(name)?;
        self.change_settings(|file| file.remove_source(name))?;
        self.forget_view(name);
        self.audit(who, "source-removed", name, "").await
    }

    /// Removes the sources that were to live only as long as the program that added them. That program calls it at its
    /// end, and at its start for what a killed one left behind; nobody else does, since it may be running.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn remove_temporary_sources(&self, who: &str) -> Result<(), EngineError> {
        for source in self.settings().sources.iter().filter(|source| source.temporary) {
            self.remove_source(&source.name, who).await?;
        }
        Ok(())
    }

    /// Allows or forbids writing: the mode of a source, or of one of its automations. `None` takes the setting out.
    ///
    /// # Errors
    /// When there is no such source, or the settings cannot be written.
    pub async fn set_mode(
        &self,
        source: &str,
        automation: Option<&sluice_core::ObjectKey>,
        mode: Option<Mode>,
        who: &str,
    ) -> Result<(), EngineError> {
        let key = automation.map(ToString::to_string);
        let value = mode.map(|mode| mode.as_str().into());
        self.source_settings(source)?;
        self.change_settings(|file| file.set_of_source(source, key.as_deref(), "mode", value))?;
        let subject = key.map_or_else(|| source.to_owned(), |key| format!("{source} {key}"));
        self.audit(who, "mode", &subject, mode.map_or("default", Mode::as_str)).await
    }

    /// Pauses or resumes one automation, or all of a source.
    ///
    /// # Errors
    /// When there is no such source, or the settings cannot be written.
    pub async fn set_paused(
        &self,
        source: &str,
        automation: Option<&sluice_core::ObjectKey>,
        paused: bool,
        who: &str,
    ) -> Result<(), EngineError> {
        let key = automation.map(ToString::to_string);
        self.source_settings(source)?;
        let value = paused.then(|| true.into());
        self.change_settings(|file| file.set_of_source(source, key.as_deref(), "paused", value))?;
        let subject = key.map_or_else(|| source.to_owned(), |key| format!("{source} {key}"));
        self.audit(who, if paused { "pause" } else { "resume" }, &subject, "").await
    }

    /// Sets or takes out a value of a source by its name in the settings file: `branch`, `interval`, `min-age`,
    /// `window`, `ca-file`.
    ///
    /// # Errors
    /// When there is no such source, or the settings would not be valid; then nothing is written.
    pub async fn set_of_source(
        &self,
        source: &str,
        key: &'static str,
        value: Option<&str>,
        who: &str,
    ) -> Result<(), EngineError> {
        self.source_settings(source)?;
        self.change_settings(|file| file.set_of_source(source, None, key, value.map(Into::into)))?;
        self.audit(who, "setting", &format!("{source} {key}"), value.unwrap_or("default")).await
    }

    /// Says by which further addresses the repository of a source is known, in place of those that were said before.
    ///
    /// # Errors
    /// When there is no such source, one is no address or holds a password, or the settings cannot be written; then
    /// nothing is.
    pub async fn set_known_as(&self, source: &str, addresses: &[String], who: &str) -> Result<(), EngineError> {
        self.source_settings(source)?;
        let known_as = known_as(addresses)?;
        let value = (!known_as.is_empty()).then(|| settings::addresses(&known_as).into());
        self.change_settings(|file| file.set_of_source(source, None, "known-as", value))?;
        let words: Vec<String> = known_as.iter().map(ToString::to_string).collect();
        self.audit(who, "setting", &format!("{source} known-as"), &words.join(" ")).await
    }
}

/// Addresses that a person says mean one repository, without doubles.
fn known_as(texts: &[String]) -> Result<Vec<RemoteUrl>, EngineError> {
    let mut known: Vec<RemoteUrl> = Vec::new();
    for text in texts {
        let url = RemoteUrl::parse(text.trim()).map_err(|cause| EngineError::Invalid {
            message: cause.to_string(),
            hint: "write it as the GitRepository in the cluster does, without a password or a token".to_owned(),
        })?;
        if !known.contains(&url) {
            known.push(url);
        }
    }
    Ok(known)
}

/// An address, or a folder's.
fn address(text: &str) -> Result<RemoteUrl, EngineError> {
    let text = text.trim();
    let is_folder = Path::new(text).is_dir();
    let absolute = is_folder.then(|| std::fs::canonicalize(text).ok()).flatten();
    let wanted = absolute.as_deref().and_then(Path::to_str).unwrap_or(text);
    RemoteUrl::parse(wanted).map_err(|cause| EngineError::Invalid {
        message: cause.to_string(),
        hint: "write https://…, ssh://…, git@host:path, or a folder; passwords go into the keychain".to_owned(),
    })
}

pub(crate) fn checked_name(name: String) -> Result<String, EngineError> {
    let fits =
        !name.is_empty() && name.len() <= 63 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if fits {
        return Ok(name);
    }
    Err(EngineError::Invalid {
        message: format!("`{}` is no name for a source", name.escape_debug()),
        hint: "use letters, digits, `-`, `_` and `.`, at most 63".to_owned(),
    })
}

/// The last part of the address, with a number where that is taken.
fn free_name(url: &RemoteUrl, taken: &[String]) -> String {
    let base: String =
        url.name().chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(50).collect();
    let base = if base.is_empty() { "source".to_owned() } else { base };
    if !taken.contains(&base) {
        return base;
    }
    let numbered = (2u32..).map(|n| format!("{base}-{n}")).find(|name| !taken.contains(name));
    numbered.unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_after_its_address() {
        let name = |url: &str, taken: &[&str]| {
            let taken: Vec<String> = taken.iter().map(|name| (*name).to_owned()).collect();
            free_name(&RemoteUrl::parse(url).expect("an address"), &taken)
        };
        assert_eq!(name("https://github.com/acme/fleet.git", &[]), "fleet");
        assert_eq!(name("git@github.com:acme/fleet.git", &["fleet", "fleet-2"]), "fleet-3");
        assert_eq!(name("file:///srv/git/fleet", &[]), "fleet");
    }
}
