//! How things stand: images, policies, automations and sources, from what is known. Nothing here asks a remote.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::policy::{PolicyProblem, Rule};
use sluice_core::release::{Mode, Plan, Standing};
use sluice_git::RemoteUrl;
use sluice_store::{AutomationRun, Heartbeat, ImageState, PastDecision, ReleaseRow, StoredTag};

use crate::job::plan::{automation_subject, mode_of, not_found};
use crate::remote::git_subject;
use crate::source::SourceView;
use crate::{Engine, EngineError};

/// How an image repository stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageStatus {
    /// The source.
    pub source: String,
    /// The image repository.
    pub repository: ObjectKey,
    /// Its image, as it is written.
    pub image: String,
    /// `spec.suspend`.
    pub is_suspended: bool,
    /// What is known of its tags; nothing before the first scan.
    pub state: Option<ImageState>,
}

/// How a policy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStatus {
    /// The source.
    pub source: String,
    /// The policy.
    pub policy: ObjectKey,
    /// The image that it chooses from; nothing when the image repository is not known.
    pub image: Option<String>,
    /// Its rule.
    pub rule: Option<Rule>,
    /// `spec.suspend`.
    pub is_suspended: bool,
    /// What it chooses; when it fails, what it chose before.
    pub chosen: Option<ImageRef>,
    /// Since when.
    pub chosen_at: Option<Timestamp>,
    /// What it chose before that.
    pub previous: Option<ImageRef>,
    /// Why it fails, if it does.
    pub problem: Option<PolicyProblem>,
    /// Tags and digests that stand behind its markers, without doubles.
    pub in_git: Vec<String>,
    /// How many markers name it.
    pub markers: usize,
}

/// How an automation stands.
#[derive(Debug, Clone, PartialEq)]
pub struct AutomationStatus {
    /// The source.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// What Sluice may do with it.
    pub mode: Mode,
    /// `spec.suspend`.
    pub is_suspended: bool,
    /// Whether a person has paused it.
    pub is_paused: bool,
    /// Time between runs, in seconds.
    pub interval_seconds: u64,
    /// The agent's last run.
    pub last_run: Option<AutomationRun>,
    /// Its newest release.
    pub last_release: Option<ReleaseRow>,
    /// How its runs and releases fail, if they do.
    pub failure: Option<Heartbeat>,
}

/// How a source stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// Its name.
    pub name: String,
    /// Where it is cloned from.
    pub url: RemoteUrl,
    /// What Sluice may do with its automations.
    pub mode: Mode,
    /// What was heard from the remote last.
    pub heartbeat: Option<Heartbeat>,
    /// The branch that was read.
    pub branch: Option<String>,
    /// The commit that was read.
    pub commit: Option<String>,
    /// How many policies it has.
    pub policies: usize,
    /// How many automations it has.
    pub automations: usize,
    /// How many markers it has.
    pub markers: usize,
    /// Why it cannot be read, if so.
    pub problem: Option<String>,
}

/// A release, and what it did for one policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyRelease {
    /// The release.
    pub row: ReleaseRow,
    /// `1.0.0 → 1.0.1`.
    pub summary: String,
}

impl Engine {
    /// Every image repository of a source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn image_statuses(&self, view: &SourceView) -> Result<Vec<ImageStatus>, EngineError> {
        let mut statuses = Vec::new();
        for (key, repository) in &view.catalogue.image_repositories {
            let state = self.store().image_state(&view.name, key).await?;
            statuses.push(ImageStatus {
                source: view.name.clone(),
                repository: key.clone(),
                image: repository.image.as_written().to_owned(),
                is_suspended: repository.suspend,
                state: state.filter(|state| state.image == repository.image.as_written()),
            });
        }
        Ok(statuses)
    }

    /// Every policy of a source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy_statuses(&self, view: &SourceView) -> Result<Vec<PolicyStatus>, EngineError> {
        let mut statuses = Vec::new();
        for key in view.catalogue.policies.keys() {
            statuses.push(self.policy_status(view, key).await?);
        }
        Ok(statuses)
    }

    /// One policy of a source.
    ///
    /// # Errors
    /// When there is none of that name, or the database fails.
    pub async fn policy_status(&self, view: &SourceView, key: &ObjectKey) -> Result<PolicyStatus, EngineError> {
        let catalogue = &view.catalogue;
        let policy = catalogue.policies.get(key).ok_or_else(|| not_found("policy", key, catalogue.policies.keys()))?;
        let row = self.store().decision(&view.name, key).await?;
        let past = self.store().decisions_of(&view.name, key, 2).await?;
        let mut in_git: Vec<String> = catalogue
            .markers_of(key)
            .filter_map(|marker| Standing::of(marker))
            .map(|standing| standing.to_string())
            .collect();
        in_git.sort_unstable();
        in_git.dedup();
        Ok(PolicyStatus {
            source: view.name.clone(),
            policy: key.clone(),
            image: catalogue.image_repository_of(policy).map(|repository| repository.image.as_written().to_owned()),
            rule: policy.rule.clone(),
            is_suspended: policy.suspend,
            chosen: row.as_ref().and_then(|row| row.chosen.clone()),
            chosen_at: row.as_ref().and_then(|row| row.chosen_at),
            previous: past.into_iter().nth(1).map(|past| past.chosen),
            problem: row.and_then(|row| row.problem),
            in_git,
            markers: catalogue.markers_of(key).count(),
        })
    }

    /// Every automation of a source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn automation_statuses(&self, view: &SourceView) -> Result<Vec<AutomationStatus>, EngineError> {
        let settings = self.source_settings(&view.name)?;
        let mut statuses = Vec::new();
        for (key, automation) in &view.catalogue.automations {
            let failure = self.store().heartbeat(&automation_subject(&view.name, key)).await?;
            statuses.push(AutomationStatus {
                source: view.name.clone(),
                automation: key.clone(),
                mode: mode_of(&settings, automation),
                is_suspended: automation.suspend,
                is_paused: settings.is_paused(key, self.now()),
                interval_seconds: automation.interval.as_std().as_secs(),
                last_run: self.store().automation_run(&view.name, key).await?,
                last_release: self.store().releases_of(&view.name, key, 1).await?.pop(),
                failure: failure.filter(|beat| beat.failures > 0),
            });
        }
        Ok(statuses)
    }

    /// Every source, whether it could be read or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source_statuses(&self) -> Result<Vec<SourceStatus>, EngineError> {
        let mut statuses = Vec::new();
        for (name, view) in self.views().await {
            let settings = self.source_settings(&name)?;
            let heartbeat = self.store().heartbeat(&git_subject(&settings.url)).await?;
            let (view, problem) = match view {
                Ok(view) => (Some(view), None),
                Err(error) => (None, Some(error.to_string())),
            };
            let counts = view.as_ref().map(|view| &view.catalogue);
            statuses.push(SourceStatus {
                url: settings.url,
                mode: settings.mode.unwrap_or_default(),
                heartbeat,
                branch: view.as_ref().map(|view| view.branch.clone()),
                commit: view.as_ref().map(|view| view.commit.to_string()),
                policies: counts.map_or(0, |catalogue| catalogue.policies.len()),
                automations: counts.map_or(0, |catalogue| catalogue.automations.len()),
                markers: counts.map_or(0, |catalogue| catalogue.markers.len()),
                problem,
                name,
            });
        }
        Ok(statuses)
    }

    /// The tags that were ever seen of an image repository, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags_ever(&self, source: &str, repository: &ObjectKey) -> Result<Vec<StoredTag>, EngineError> {
        Ok(self.store().tags_ever(source, repository).await?)
    }

    /// When the images behind an image repository's tags were built, as they claim, by tag: of those that somebody looked
    /// at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn built(
        &self,
        source: &str,
        repository: &ObjectKey,
    ) -> Result<BTreeMap<String, Timestamp>, EngineError> {
        Ok(self.store().built(source, repository).await?)
    }

    /// What a policy chose, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decisions_of(
        &self,
        source: &str,
        policy: &ObjectKey,
        limit: u32,
    ) -> Result<Vec<PastDecision>, EngineError> {
        Ok(self.store().decisions_of(source, policy, limit).await?)
    }

    /// The newest releases, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases(&self, limit: u32) -> Result<Vec<ReleaseRow>, EngineError> {
        Ok(self.store().releases(limit).await?)
    }

    /// The newest releases that had to do with a policy, at most `limit`, and what they did for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases_of_policy(
        &self,
        source: &str,
        policy: &ObjectKey,
        limit: u32,
    ) -> Result<Vec<PolicyRelease>, EngineError> {
        let all = self.store().releases(limit.saturating_mul(20).clamp(200, 5000)).await?;
        let of_policy = |row: ReleaseRow| {
            let plan: Plan = serde_json::from_value(row.plan.clone()).ok()?;
            let update = plan.updates.into_iter().find(|update| update.policy == *policy)?;
            let summary = format!("{} → {}", update.from.join(", "), update.to.tag);
            (row.source == source).then_some(PolicyRelease { row, summary })
        };
        Ok(all.into_iter().filter_map(of_policy).take(limit as usize).collect())
    }

    /// A release by its id or the beginning of it, if exactly one begins so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_of(&self, id: &str) -> Result<Option<ReleaseRow>, EngineError> {
        Ok(self.store().release(id).await?)
    }

    /// What was heard from every remote.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeats(&self) -> Result<Vec<Heartbeat>, EngineError> {
        Ok(self.store().heartbeats().await?)
    }

    /// The source that has a policy of this name; in `source` where that is named.
    ///
    /// # Errors
    /// When no source has it, or several have.
    pub async fn find_policy(
        &self,
        key: &ObjectKey,
        source: Option<&str>,
    ) -> Result<std::sync::Arc<SourceView>, EngineError> {
        self.find("policy", key, source, |view| Box::new(view.catalogue.policies.keys())).await
    }

    /// The source that has an automation of this name; in `source` where that is named.
    ///
    /// # Errors
    /// When no source has it, or several have.
    pub async fn find_automation(
        &self,
        key: &ObjectKey,
        source: Option<&str>,
    ) -> Result<std::sync::Arc<SourceView>, EngineError> {
        self.find("automation", key, source, |view| Box::new(view.catalogue.automations.keys())).await
    }

    /// The source that has an image repository of this name; in `source` where that is named.
    ///
    /// # Errors
    /// When no source has it, or several have.
    pub async fn find_image_repository(
        &self,
        key: &ObjectKey,
        source: Option<&str>,
    ) -> Result<std::sync::Arc<SourceView>, EngineError> {
        self.find("image repository", key, source, |view| Box::new(view.catalogue.image_repositories.keys())).await
    }

    async fn find(
        &self,
        what: &'static str,
        key: &ObjectKey,
        source: Option<&str>,
        keys: impl for<'v> Fn(&'v SourceView) -> Box<dyn Iterator<Item = &'v ObjectKey> + 'v>,
    ) -> Result<std::sync::Arc<SourceView>, EngineError> {
        let views = match source {
            Some(source) => vec![self.view(source).await?],
            None => self.views().await.into_iter().filter_map(|(_, view)| view.ok()).collect(),
        };
        let mut found: Vec<_> = views.iter().filter(|view| keys(view).any(|known| known == key)).collect();
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only.clone()),
            (Some(last), false) => Err(EngineError::Ambiguous {
                what,
                name: key.to_string(),
                sources: found.into_iter().chain([last]).map(|view| view.name.clone()).collect(),
            }),
            (None, _) => Err(not_found(what, key, views.iter().flat_map(|view| keys(view)))),
        }
    }
}
