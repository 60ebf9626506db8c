//! Rolling back: writing what stood before, and holding it there.

use std::collections::{BTreeMap, BTreeSet};

use sluice_core::ObjectKey;
use sluice_core::image::{ImageRef, Tag};
use sluice_core::policy::DigestReflection;
use sluice_core::release::{Approval, Plan};
use sluice_store::ReleaseState;

use super::plan::{PlanRequest, not_found};
use super::release::ReleaseRequest;
use crate::settings::HoldSettings;
use crate::source::SourceView;
use crate::{AutomationPlan, Engine, EngineError};

/// A rollback that was planned and not yet made.
#[derive(Debug, Clone)]
pub struct Rollback {
    /// The release to be made.
    pub request: ReleaseRequest,
    /// The hold that keeps it.
    pub hold: HoldSettings,
    /// What it would write.
    pub plan: AutomationPlan,
}

impl Engine {
    /// Plans going back: to `tag`, or to what stood in Git before the newest release of the policy. Writes nothing.
    ///
    /// # Errors
    /// When there is no such policy or automation, or it is unknown what stood before.
    pub async fn plan_rollback(
        &self,
        source: &str,
        policy: &ObjectKey,
        tag: Option<&Tag>,
        reason: &str,
        who: &str,
    ) -> Result<Rollback, EngineError> {
        let view = self.view(source).await?;
        let automation = self.automation_writing(&view, policy)?;
        let tag = match tag {
            Some(tag) => tag.clone(),
            None => self.tag_before(source, &automation, policy).await?,
        };
        let image = self.image_with_tag(&view, policy, tag).await?;
        let hold = HoldSettings {
            source: source.to_owned(),
            policy: policy.clone(),
            tag: Some(image.tag.to_string()),
            reason: if reason.is_empty() { "rolled back".to_owned() } else { reason.to_owned() },
            until: None,
        };
        let policies = Some(BTreeSet::from([policy.clone()]));
        let overrides = BTreeMap::from([(policy.clone(), image)]);
        let approval = Approval::Urgent;
        let asked =
            PlanRequest { policies: policies.clone(), overrides: overrides.clone(), approval, rule: None, fresh: true };
        let plan = self.plan(source, &automation, &asked).await?;
        let request = ReleaseRequest {
            source: source.to_owned(),
            automation,
            policies,
            overrides,
            rule: None,
            approval,
            shown: Some(plan.planned.plan.clone()),
            message: None,
            started_by: who.to_owned(),
        };
        Ok(Rollback { request, hold, plan })
    }

    /// The automation that writes a policy: the first that selects it.
    ///
    /// # Errors
    /// When there is no such policy, or no automation writes it.
    pub fn automation_writing(&self, view: &SourceView, policy: &ObjectKey) -> Result<ObjectKey, EngineError> {
        let catalogue = &view.catalogue;
        let resource =
            catalogue.policies.get(policy).ok_or_else(|| not_found("policy", policy, catalogue.policies.keys()))?;
        let automation = catalogue.automations_of(resource).next().ok_or_else(|| EngineError::Invalid {
            message: format!("no automation writes {policy}"),
            hint: "add an ImageUpdateAutomation that selects the policy".to_owned(),
        })?;
        Ok(automation.meta.key.clone())
    }

    /// The image of a policy at a tag, with its digest where the policy reflects digests. The registry is asked for a
    /// digest that is not known.
    ///
    /// # Errors
    /// When there is no such policy or image repository, or the registry cannot be asked.
    pub async fn image_with_tag(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        tag: Tag,
    ) -> Result<ImageRef, EngineError> {
        let catalogue = &view.catalogue;
        let resource =
            catalogue.policies.get(policy).ok_or_else(|| not_found("policy", policy, catalogue.policies.keys()))?;
        let repository = catalogue.image_repository_of(resource).ok_or_else(|| {
            not_found("image repository", &resource.image_repository, catalogue.image_repositories.keys())
        })?;
        let mut image = ImageRef { name: repository.image.clone(), tag, digest: None };
        if resource.digest_reflection != DigestReflection::Never {
            let known = self.store().digest_of(&view.name, &repository.meta.key, &image.tag).await?;
            image.digest = match known {
                Some(digest) => Some(digest),
                None => {
                    let access = self.registry_access(repository).await?;
                    Some(self.shared.registry.digest(&repository.image, &image.tag, &access).await?)
                }
            };
        }
        Ok(image)
    }

    /// What the newest release of a policy replaced.
    async fn tag_before(&self, source: &str, automation: &ObjectKey, policy: &ObjectKey) -> Result<Tag, EngineError> {
        let releases = self.store().releases_of(source, automation, 200).await?;
        let before = releases.iter().filter(|release| release.state == ReleaseState::Pushed).find_map(|release| {
            let plan: Plan = serde_json::from_value(release.plan.clone()).ok()?;
            let update = plan.updates.into_iter().find(|update| update.policy == *policy)?;
            update.from.iter().find_map(|tag| Tag::parse(tag).ok())
        });
        before.ok_or_else(|| EngineError::Invalid {
            message: format!("no release of {policy} is known that could be undone"),
            hint: "name the tag to go back to: --to TAG".to_owned(),
        })
    }
}
