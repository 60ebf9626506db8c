//! Automations, holds, and the right to write.

use sluice_core::release::Mode as DomainMode;
use sluice_engine::settings::HoldSettings;

use crate::api::{Api, Inner};
use crate::command::{AllowWriting, Answers, Hold, LiftHold, PauseAutomation, ResumeAutomation, SetKnownAs, SetMode};
use crate::view::common::{Nothing, ObjectRef, PolicyRequest};
use crate::view::error::{ErrorCode, WireError};
use crate::view::gate::{HoldDraft, HoldRequest};
use crate::view::source::{AutomationId, KnownAsRequest, ModeRequest, PauseAutomationRequest, WritingRequest};

impl Inner {
    async fn has_automation(&self, automation: &ObjectRef) -> Result<(), WireError> {
        self.engine.find_automation(&automation.key(), Some(&automation.source)).await?;
        Ok(())
    }

    /// Holds policies.
    pub(crate) async fn hold_all(&self, policies: &[ObjectRef], hold: &HoldDraft) -> Result<(), WireError> {
        for policy in policies {
            let hold = HoldSettings {
                source: policy.source.clone(),
                policy: policy.key(),
                tag: hold.tag.clone().filter(|tag| !tag.is_empty()),
                reason: hold.reason.clone(),
                until: hold.until,
            };
            self.engine.hold(hold, &self.who).await?;
        }
        Ok(())
    }
}

impl Answers<SetMode> for Api {
    async fn answer(&self, request: ModeRequest) -> Result<Nothing, WireError> {
        let ModeRequest { automation, mode } = request;
        self.inner.has_automation(&automation).await?;
        let (engine, who) = (&self.inner.engine, &self.inner.who);
        engine.set_mode(&automation.source, Some(&automation.key()), Some(mode.into()), who).await?;
        Ok(Nothing {})
    }
}

impl Answers<PauseAutomation> for Api {
    async fn answer(&self, request: PauseAutomationRequest) -> Result<Nothing, WireError> {
        let automation = &request.automation;
        self.inner.has_automation(automation).await?;
        let (engine, who, key) = (&self.inner.engine, &self.inner.who, automation.key());
        match self.inner.end_of(&request.span)? {
            Some(until) => engine.pause_automation_until(&automation.source, &key, until, who).await?,
            None => engine.set_paused(&automation.source, Some(&key), true, who).await?,
        }
        Ok(Nothing {})
    }
}

impl Answers<ResumeAutomation> for Api {
    async fn answer(&self, request: AutomationId) -> Result<Nothing, WireError> {
        let automation = &request.automation;
        self.inner.has_automation(automation).await?;
        self.inner.engine.resume_automation(&automation.source, &automation.key(), &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<SetKnownAs> for Api {
    async fn answer(&self, request: KnownAsRequest) -> Result<Nothing, WireError> {
        let inner = &self.inner;
        inner.engine.set_known_as(&request.source, &request.addresses, &inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<AllowWriting> for Api {
    async fn answer(&self, request: WritingRequest) -> Result<Nothing, WireError> {
        let mode = if request.allowed { DomainMode::Review } else { DomainMode::Observe };
        let engine = &self.inner.engine;
        let settings = engine.source_settings(&request.source)?;
        engine.set_mode(&request.source, None, Some(mode), &self.inner.who).await?;
        if !request.allowed {
            // What was allowed for one automation would outlive the word about the whole repository.
            for (automation, own) in &settings.automations {
                if own.mode.is_some_and(|mode| mode != DomainMode::Observe) {
                    engine.set_mode(&request.source, Some(automation), None, &self.inner.who).await?;
                }
            }
        }
        Ok(Nothing {})
    }
}

impl Answers<Hold> for Api {
    async fn answer(&self, request: HoldRequest) -> Result<Nothing, WireError> {
        self.inner.hold_all(&request.policies, &request.hold).await?;
        Ok(Nothing {})
    }
}

impl Answers<LiftHold> for Api {
    async fn answer(&self, request: PolicyRequest) -> Result<Nothing, WireError> {
        let policy = &request.policy;
        if self.inner.engine.unhold(&policy.source, &policy.key(), &self.inner.who).await? {
            return Ok(Nothing {});
        }
        let words = format!("nobody holds {}/{} here", policy.namespace, policy.name);
        let hint = "a hold in Git is lifted there: take the annotation sluice.dev/hold away";
        Err(WireError::new(ErrorCode::NotFound, words, hint))
    }
}
