//! What a person arranges for themselves in the window: versions put off, kept views, single settings, the log.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::Tag;
use sluice_store::{AuditEntry, SavedView, Snooze, StoredTag};

use crate::{Engine, EngineError};

/// A value of the settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A text.
    Text(String),
    /// True or false.
    Switch(bool),
    /// Texts.
    List(Vec<String>),
}

impl From<SettingValue> for toml_edit::Value {
    fn from(value: SettingValue) -> Self {
        match value {
            SettingValue::Text(text) => text.into(),
            SettingValue::Switch(on) => on.into(),
            SettingValue::List(texts) => texts.into_iter().collect::<toml_edit::Array>().into(),
        }
    }
}

impl Engine {
    /// Sets or takes out one value of a section of the settings file, such as `theme` of `window`.
    ///
    /// # Errors
    /// When the settings would not be valid or cannot be written; then nothing is written.
    pub async fn set_setting(
        &self,
        section: &str,
        key: &str,
        value: Option<SettingValue>,
        who: &str,
    ) -> Result<(), EngineError> {
        let words = match &value {
            None => "default".to_owned(),
            Some(SettingValue::Text(text)) => text.clone(),
            Some(SettingValue::Switch(on)) => on.to_string(),
            Some(SettingValue::List(texts)) => texts.join(", "),
        };
        self.change_settings(|file| file.set(section, key, value.map(Into::into)))?;
        self.audit(who, "setting", &format!("{section} {key}"), &words).await
    }

    /// Pauses an automation until a moment.
    ///
    /// # Errors
    /// When there is no such source, the moment is past, or the settings cannot be written.
    pub async fn pause_automation_until(
        &self,
        source: &str,
        automation: &ObjectKey,
        until: Timestamp,
        who: &str,
    ) -> Result<(), EngineError> {
        if until <= self.now() {
            return Err(EngineError::Invalid {
                message: format!("the pause would end at {until:.0}, which is past"),
                hint: "give a later end".to_owned(),
            });
        }
        self.source_settings(source)?;
        let (key, value) = (automation.to_string(), until.to_string());
        self.change_settings(|file| file.set_of_source(source, Some(&key), "paused-until", Some(value.into())))?;
        self.audit(who, "pause", &format!("{source} {automation}"), &format!("until {until:.0}")).await
    }

    /// Ends every pause of an automation.
    ///
    /// # Errors
    /// When there is no such source, or the settings cannot be written.
    pub async fn resume_automation(&self, source: &str, automation: &ObjectKey, who: &str) -> Result<(), EngineError> {
        let key = automation.to_string();
        self.change_settings(|file| file.set_of_source(source, Some(&key), "paused-until", None))?;
        self.set_paused(source, Some(automation), false, who).await
    }

    /// Puts versions off until a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snooze(&self, snooze: Snooze) -> Result<(), EngineError> {
        Ok(self.store().snooze(snooze, self.now()).await?)
    }

    /// What is put off now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snoozes(&self) -> Result<Vec<Snooze>, EngineError> {
        Ok(self.store().snoozes(self.now()).await?)
    }

    /// The views of the window's tables that a person keeps.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn saved_views(&self) -> Result<Vec<SavedView>, EngineError> {
        Ok(self.store().saved_views().await?)
    }

    /// Keeps these views instead of the ones before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_views(&self, views: &[SavedView]) -> Result<(), EngineError> {
        Ok(self.store().keep_views(views).await?)
    }

    /// A part of the log with the entries' numbers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_page(
        &self,
        before: Option<u64>,
        text: &str,
        limit: u32,
    ) -> Result<Vec<(u64, AuditEntry)>, EngineError> {
        Ok(self.store().audit_page(before, text, limit).await?)
    }

    /// One tag as it was seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seen_tag(
        &self,
        source: &str,
        repository: &ObjectKey,
        tag: &Tag,
    ) -> Result<Option<StoredTag>, EngineError> {
        Ok(self.store().seen_tag(source, repository, tag).await?)
    }
}
