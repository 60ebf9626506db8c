//! Deciding: which tag each policy chooses of the tags that are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use sluice_core::ObjectKey;
use sluice_core::catalogue::Catalogue;
use sluice_core::flux::{ImagePolicy, ImageRepository};
use sluice_core::image::{Digest, ImageRef, Tag};
use sluice_core::policy::{Counts, DigestReflection, Exclusions, Policy, PolicyError, PolicyProblem, ProblemCode};
use sluice_store::{Changed, DecisionRow, SignatureCheck, StoredTag};

use super::verify::{MOST_TRIES, VerifyKeys};

use crate::{Engine, EngineError, Event};

/// What a policy chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionReport {
    /// The policy.
    pub policy: ObjectKey,
    /// What it chooses; when it fails, what it chose before.
    pub chosen: Option<ImageRef>,
    /// Whether that is another image than before.
    pub is_changed: bool,
    /// Why it fails, if it does.
    pub problem: Option<PolicyProblem>,
}

/// A policy ready to choose: compiled, with the exclusions of its image repository.
pub(crate) fn compile(policy: &ImagePolicy, repository: &ImageRepository) -> Result<Policy, PolicyProblem> {
    let rule = policy.rule.as_ref().ok_or_else(|| PolicyProblem {
        code: ProblemCode::Invalid,
        message: "it has no rule".to_owned(),
        hint: "write one of semver, alphabetical and numerical".to_owned(),
    })?;
    let compiled = Policy::compile(rule, policy.filter.as_ref()).map_err(|error: PolicyError| PolicyProblem {
        code: ProblemCode::Invalid,
        message: error.to_string(),
        hint: error.hint(),
    })?;
    let exclusions = Exclusions::compile(&repository.exclusion_list).map_err(|error| PolicyProblem {
        code: ProblemCode::Invalid,
        message: error.to_string(),
        hint: "mend spec.exclusionList of the ImageRepository".to_owned(),
    })?;
    Ok(compiled.with_exclusions(exclusions))
}

impl Engine {
    /// Decides again for every policy that `wanted` takes. Nothing is computed where nothing changed.
    ///
    /// # Errors
    /// When the database fails. A policy that fails is a report, not an error.
    pub(crate) async fn decide_all(
        &self,
        source: &str,
        catalogue: &Catalogue,
        wanted: impl Fn(&ImagePolicy) -> bool,
    ) -> Result<Vec<DecisionReport>, EngineError> {
        let mut reports = Vec::new();
        for policy in catalogue.policies.values().filter(|policy| wanted(policy)) {
            reports.push(self.decide(source, catalogue, policy).await?);
        }
        Ok(reports)
    }

    /// Decides again for one policy. Where the choice is another one, an agent of this process plans the automations
    /// that it concerns at once, whoever asked for the decision.
    ///
    /// # Errors
    /// When the database fails. A policy that fails is a report, not an error.
    pub async fn decide(
        &self,
        source: &str,
        catalogue: &Catalogue,
        policy: &ImagePolicy,
    ) -> Result<DecisionReport, EngineError> {
        let report = self.decide_anew(source, catalogue, policy).await?;
        if report.is_changed {
            let concerned = catalogue.automations_of(policy).map(|automation| automation.meta.key.clone());
            self.shared.agent.wake_for(concerned.map(|automation| (source.to_owned(), automation)));
        }
        Ok(report)
    }

    async fn decide_anew(
        &self,
        source: &str,
        catalogue: &Catalogue,
        policy: &ImagePolicy,
    ) -> Result<DecisionReport, EngineError> {
        let key = &policy.meta.key;
        let before = self.store().decision(source, key).await?;
        let Some(repository) = catalogue.image_repository_of(policy) else {
            let problem = PolicyProblem {
                code: ProblemCode::NoImageRepository,
                message: format!("there is no ImageRepository {}", policy.image_repository),
                hint: "mend spec.imageRepositoryRef, or add the ImageRepository".to_owned(),
            };
            return self.conclude(source, key, before, "no image repository".to_owned(), Err(problem)).await;
        };
        let state = self.store().image_state(source, &repository.meta.key).await?;
        let state = state.filter(|state| state.image == repository.image.as_written());
        let Some(state) = state.filter(|state| state.last_success_at.is_some()) else {
            let problem = PolicyProblem {
                code: ProblemCode::NeverScanned,
                message: format!("the tags of {} are not known yet", repository.image),
                hint: "scan it: sluice scan".to_owned(),
            };
            return self.conclude(source, key, before, "never scanned".to_owned(), Err(problem)).await;
        };
        let keys = match self.verify_keys(source, policy).await? {
            Ok(keys) => keys,
            Err(problem) => {
                // Anything might be what the rule forbids, the choice before too.
                self.store().forget_choice(source, key).await?;
                let before = before.map(|before| DecisionRow { chosen: None, ..before });
                return self.conclude(source, key, before, "no keys".to_owned(), Err(problem)).await;
            }
        };
        let inputs = inputs_of(policy, repository, &state.revision, keys.as_ref());
        let same = before.as_ref().filter(|before| before.inputs == inputs && before.problem.is_none());
        let asks_again = policy.digest_reflection == DigestReflection::Always || keys.is_some();
        if let (Some(row), false) = (same, asks_again) {
            return Ok(report(key, row.chosen.clone(), false, None));
        }
        let outcome = self.choose(source, policy, repository, before.as_ref(), keys.as_ref()).await?;
        let before = match (before, &outcome, &keys) {
            (Some(before), Err(_), Some(keys)) => Some(self.still_verified(source, policy, before, keys).await?),
            (before, ..) => before,
        };
        self.conclude(source, key, before, inputs, outcome).await
    }

    /// The decision before, without its choice where that was not verified with the keys that hold now.
    async fn still_verified(
        &self,
        source: &str,
        policy: &ImagePolicy,
        before: DecisionRow,
        keys: &VerifyKeys,
    ) -> Result<DecisionRow, EngineError> {
        let checks = self.signature_checks(source, policy).await?;
        if before.chosen.as_ref().is_none_or(|chosen| keys.accepted(&checks, chosen)) {
            return Ok(before);
        }
        self.store().forget_choice(source, &policy.meta.key).await?;
        Ok(DecisionRow { chosen: None, ..before })
    }

    async fn choose(
        &self,
        source: &str,
        policy: &ImagePolicy,
        repository: &ImageRepository,
        before: Option<&DecisionRow>,
        keys: Option<&VerifyKeys>,
    ) -> Result<Result<ImageRef, PolicyProblem>, EngineError> {
        let compiled = match compile(policy, repository) {
            Ok(compiled) => compiled,
            Err(problem) => return Ok(Err(problem)),
        };
        let tags = Arc::new(self.store().tags(source, &repository.meta.key).await?);
        let Some(keys) = keys else {
            return Ok(match best(&compiled, &tags).await? {
                Ok(tag) => self.with_digest(source, policy, repository, before, tag).await?.map(|(chosen, _)| chosen),
                Err(problem) => Err(problem),
            });
        };
        let known = self.signature_checks(source, policy).await?;
        let mut found: Vec<SignatureCheck> = Vec::new();
        let outcome = loop {
            let refused = found.iter().map(|check| (check.tag.clone(), check.refused.clone()));
            let refused: BTreeMap<String, String> = refused.collect();
            if refused.len() >= MOST_TRIES {
                break Err(PolicyProblem::unverified(&Counts { unverified: refused.len(), ..Counts::default() }));
            }
            let tag = match best(&compiled.clone().with_unverified(refused), &tags).await? {
                Ok(tag) => tag,
                Err(problem) => break Err(problem),
            };
            let (chosen, digest) = match self.with_digest(source, policy, repository, before, tag).await? {
                Ok((chosen, Some(digest))) => (chosen, digest),
                Ok((chosen, None)) => match self.digest(source, repository, &chosen).await? {
                    Ok(digest) => (chosen, digest),
                    Err(problem) => return Ok(Err(problem)),
                },
                Err(problem) => return Ok(Err(problem)),
            };
            match self.check_signatures(repository, keys, &chosen, &digest, &known).await? {
                Ok(check) => found.push(check),
                Err(problem) => return Ok(Err(problem)),
            }
            if found.last().is_some_and(SignatureCheck::is_verified) {
                break Ok(chosen);
            }
        };
        let chosen_before = before.and_then(|before| before.chosen.as_ref());
        self.keep_checks(source, &policy.meta.key, found, &known, chosen_before).await?;
        Ok(outcome)
    }

    /// The image with this tag, and the digest that is written with it where the policy says so.
    async fn with_digest(
        &self,
        source: &str,
        policy: &ImagePolicy,
        repository: &ImageRepository,
        before: Option<&DecisionRow>,
        tag: Tag,
    ) -> Result<Result<(ImageRef, Option<Digest>), PolicyProblem>, EngineError> {
        let mut chosen = ImageRef { name: repository.image.clone(), tag, digest: None };
        let kept = before.and_then(|before| before.chosen.as_ref()).filter(|old| {
            (&old.name, &old.tag) == (&chosen.name, &chosen.tag)
                && policy.digest_reflection == DigestReflection::IfNotPresent
        });
        chosen.digest = match (policy.digest_reflection, kept.and_then(|kept| kept.digest.clone())) {
            (DigestReflection::Never, _) => None,
            (_, Some(digest)) => Some(digest),
            _ => match self.digest(source, repository, &chosen).await? {
                Ok(digest) => Some(digest),
                Err(problem) => return Ok(Err(problem)),
            },
        };
        let digest = chosen.digest.clone();
        Ok(Ok((chosen, digest)))
    }

    /// Asks the registry what a tag points at. A failure is the policy's: neither tag nor digest move (§3.6).
    async fn digest(
        &self,
        source: &str,
        repository: &ImageRepository,
        image: &ImageRef,
    ) -> Result<Result<Digest, PolicyProblem>, EngineError> {
        let asked = async {
            let access = self.registry_access(repository).await?;
            Ok::<_, EngineError>(self.shared.registry.digest(&repository.image, &image.tag, &access).await?)
        };
        match asked.await {
            Ok(digest) => {
                self.store().record_digest(source, &repository.meta.key, &image.tag, &digest, self.now()).await?;
                Ok(Ok(digest))
            }
            Err(error @ EngineError::Store(_)) => Err(error),
            Err(error) => Ok(Err(PolicyProblem {
                code: ProblemCode::DigestUnknown,
                message: format!("the digest of {} is not known: {error}", image.tag),
                hint: error.hint().unwrap_or_default(),
            })),
        }
    }

    async fn conclude(
        &self,
        source: &str,
        policy: &ObjectKey,
        before: Option<DecisionRow>,
        inputs: String,
        outcome: Result<ImageRef, PolicyProblem>,
    ) -> Result<DecisionReport, EngineError> {
        let problem = outcome.as_ref().err().cloned();
        let old_problem = before.as_ref().and_then(|before| before.problem.clone());
        let old = before.and_then(|before| before.chosen);
        let changed = self.store().record_decision(source, policy, &inputs, outcome.clone(), self.now()).await?;
        let is_changed = matches!(changed, Changed::From(_));
        let chosen = outcome.ok().or_else(|| old.clone());
        if is_changed || problem != old_problem {
            let (source, policy) = (source.to_owned(), policy.clone());
            self.tell(Event::Decided { source, policy, chosen: chosen.clone(), before: old });
        }
        Ok(report(policy, chosen, is_changed, problem))
    }
}

/// The best tag, worked out beside the async threads: there may be a hundred thousand.
async fn best(policy: &Policy, tags: &Arc<Vec<StoredTag>>) -> Result<Result<Tag, PolicyProblem>, EngineError> {
    let (policy, tags) = (policy.clone(), tags.clone());
    let chosen = tokio::task::spawn_blocking(move || {
        let names: Vec<&str> = tags.iter().map(|tag| tag.tag.as_str()).collect();
        let decision = policy.decide(&names);
        let at = decision.chosen().and_then(|chosen| names.iter().position(|name| name == chosen));
        match (at, decision.problem()) {
            (Some(at), _) => Ok(tags[at].tag.clone()),
            (None, problem) => Err(problem.cloned()),
        }
    });
    Ok(chosen.await.map_err(|_| EngineError::Stopped)?.map_err(|problem| {
        problem.unwrap_or_else(|| PolicyProblem {
            code: ProblemCode::NothingMatches,
            message: "nothing was chosen".to_owned(),
            hint: "try the policy: sluice policy test".to_owned(),
        })
    }))
}

fn report(
    policy: &ObjectKey,
    chosen: Option<ImageRef>,
    is_changed: bool,
    problem: Option<PolicyProblem>,
) -> DecisionReport {
    DecisionReport { policy: policy.clone(), chosen, is_changed, problem }
}

/// Stands for everything a decision is made of: while it is the same, so is the decision.
fn inputs_of(policy: &ImagePolicy, repository: &ImageRepository, revision: &str, keys: Option<&VerifyKeys>) -> String {
    use sha2::{Digest as _, Sha256};
    let parts = serde_json::json!([
        policy.rule,
        policy.filter,
        policy.digest_reflection,
        repository.image,
        repository.exclusion_list,
        revision,
        keys.map(|keys| &keys.rule),
    ]);
    let digest = Sha256::digest(parts.to_string().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
