//! Holds: keeping a version on purpose, whatever a policy chooses.

use jiff::Timestamp;
use sluice_core::ObjectKey;

use super::plan::not_found;
use crate::settings::HoldSettings;
use crate::{Engine, EngineError};

impl Engine {
    /// Holds a policy: it keeps `tag`, or whatever stands in Git, until `until` or until somebody lifts it.
    ///
    /// # Errors
    /// When there is no such policy, the end lies in the past, or the settings cannot be written.
    pub async fn hold(&self, hold: HoldSettings, who: &str) -> Result<(), EngineError> {
        let view = self.view(&hold.source).await?;
        if !view.catalogue.policies.contains_key(&hold.policy) {
            return Err(not_found("policy", &hold.policy, view.catalogue.policies.keys()));
        }
        if let Some(until) = hold.until.filter(|until| *until <= self.now()) {
            return Err(EngineError::Invalid {
                message: format!("the hold would end at {until:.0}, which is past"),
                hint: "give a later end, or none".to_owned(),
            });
        }
        self.change_settings(|file| file.add_hold(&hold))?;
        let kept = hold.tag.as_deref().unwrap_or("what is in Git");
        let until = hold.until.map(|until| format!(" until {until:.0}")).unwrap_or_default();
        let subject = format!("{} {}", hold.source, hold.policy);
        self.audit(who, "hold", &subject, &format!("{kept}{until}: {}", hold.reason)).await
    }

    /// Lifts the person's holds on a policy. Tells whether there was one. A hold that the team wrote into Git stays.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn unhold(&self, source: &str, policy: &ObjectKey, who: &str) -> Result<bool, EngineError> {
        let had = self.holds_on(source, policy).next().is_some();
        if had {
            self.change_settings(|file| file.remove_holds(source, &policy.to_string()))?;
            self.audit(who, "unhold", &format!("{source} {policy}"), "").await?;
        }
        Ok(had)
    }

    /// The person's holds on a policy, ended ones included.
    pub fn holds_on(&self, source: &str, policy: &ObjectKey) -> impl Iterator<Item = HoldSettings> + use<> {
        let settings = self.settings();
        let holds: Vec<_> =
            settings.holds.iter().filter(|hold| hold.source == source && hold.policy == *policy).cloned().collect();
        holds.into_iter()
    }

    /// Pauses releases by themselves: until a moment, until further notice, or not any more. Looking goes on, and a
    /// person may release.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn pause(&self, pause: Pause, who: &str) -> Result<(), EngineError> {
        let (paused, until) = match pause {
            Pause::No => (None, None),
            Pause::Until(until) => (None, Some(until.to_string().into())),
            Pause::UntilFurtherNotice => (Some(true.into()), None),
        };
        self.change_settings(|file| {
            file.set("agent", "paused", paused)?;
            file.set("agent", "paused-until", until)
        })?;
        self.audit(who, "pause", "all", &pause.to_string()).await
    }
}

/// How long nothing is released by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Not at all: the agent works.
    No,
    /// Until then.
    Until(Timestamp),
    /// Until somebody says otherwise.
    UntilFurtherNotice,
}

impl std::fmt::Display for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::No => f.write_str("resumed"),
            Self::Until(until) => write!(f, "until {until:.0}"),
            Self::UntilFurtherNotice => f.write_str("until further notice"),
        }
    }
}
