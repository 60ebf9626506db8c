//! Why: from the registry's tags to what runs, as one value of nine steps that every shell shows.
//!
//! The first six steps speak of what comes next, the last three of what is there now. Each is fine, waiting or broken,
//! and a broken one carries its remedy.

use jiff::Timestamp;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::catalogue::Placed;
use sluice_core::flux::{ImagePolicy, ImageUpdateAutomation};
use sluice_core::image::ImageRef;
use sluice_core::marker::Marker;
use sluice_core::policy::{Policy, PolicyProblem};
use sluice_core::release::{Approval, Gate, Mode};
use sluice_store::{ImageState, ReleaseRow, ReleaseState, SignatureCheck};

use crate::cluster::InCluster;
use crate::job::decide::compile;
use crate::job::plan::{PlanRequest, not_found};
use crate::source::SourceView;
use crate::status::PolicyStatus;
use crate::{AutomationPlan, Engine, EngineError, SignedBy};

/// The answer to "why is this the version, and why not another one?".
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// The source.
    pub source: String,
    /// The policy.
    pub policy: ObjectKey,
    /// What comes next: the choice, where it does not stand everywhere yet.
    pub next: Option<ImageRef>,
    /// When Sluice first saw its tag.
    pub next_seen: Option<Timestamp>,
    /// Tags and digests that stand in Git now.
    pub now: Vec<String>,
    /// Why the tag that was asked about is not the choice; `chosen` when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<AskedTag>,
    /// The nine steps, in order.
    pub steps: Vec<WhyStep>,
    /// One sentence over all: the first step that is not fine, or that all are.
    pub words: String,
}

/// What there is to say of one tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedTag {
    /// The tag.
    pub tag: String,
    /// `chosen`, `unknown`, or why it was passed over, as in `sluice policy test`.
    pub reason: String,
    /// One sentence without a full stop.
    pub detail: String,
    /// When Sluice first saw it.
    pub first_seen: Option<Timestamp>,
    /// Since when it is gone from the registry.
    pub gone_at: Option<Timestamp>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyStep {
    /// How it is.
    pub state: WhyState,
    /// What is known of it.
    #[serde(flatten)]
    pub facts: WhyFacts,
    /// The headline: `177 tags`.
    pub words: String,
    /// A second line; perhaps empty.
    pub detail: String,
    /// What mends it, where it is broken or waits for a person.
    pub remedy: Option<String>,
}

/// How a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhyState {
    /// Done, nothing to see to.
    Fine,
    /// It waits: for a person, a moment or the step before.
    Waiting,
    /// It works less well than it should.
    Degraded,
    /// It is broken.
    Broken,
    /// It cannot be known: no cluster is connected, or it does not answer.
    Unknown,
}

/// The nine steps with what is known of each.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum WhyFacts {
    /// 1. The registry's tags were listed.
    Scanned {
        /// Tags in the registry at the last success.
        tags: usize,
        /// The last success.
        at: Option<Timestamp>,
        /// The next try, as the agent has said.
        next_at: Option<Timestamp>,
        /// Why the last try failed.
        error: Option<String>,
    },
    /// 2. Exclusion list and filter.
    Filtered {
        /// Tags that were looked at.
        tags: usize,
        /// Left out by the exclusion list.
        excluded: usize,
        /// Left out by the filter.
        filtered: usize,
        /// Outside the range, or no version.
        outside: usize,
    },
    /// 3. The rule chose.
    Chosen {
        /// The rule in words: `semver 1.0.x`.
        rule: String,
        /// The choice.
        chosen: Option<ImageRef>,
        /// Why there is none.
        problem: Option<PolicyProblem>,
        /// Tags that could be chosen.
        matching: usize,
    },
    /// 4. Markers that name the policy.
    Marker {
        /// Where they are.
        places: Vec<MarkerPlace>,
    },
    /// 5. The automation that writes.
    Automation {
        /// Which.
        automation: Option<ObjectKey>,
        /// What Sluice may do with it.
        mode: Option<Mode>,
        /// The branch that is pushed.
        branch: Option<String>,
        /// Seconds between runs.
        interval: Option<u64>,
    },
    /// 6. The gates.
    Gate {
        /// The closed ones, the most binding first.
        gates: Vec<Gate>,
    },
    /// 7. What stands in Git was pushed.
    Pushed {
        /// The release.
        release: Option<String>,
        /// The commit, in full.
        commit: Option<String>,
        /// When.
        at: Option<Timestamp>,
        /// What the last push said, when it failed.
        error: Option<String>,
        /// Who signed the commit that put there what stands; nothing where that commit is not known.
        signature: Option<SignedBy>,
    },
    /// 8. The cluster applied it.
    Applied {
        /// The revision that was applied, of the first cluster where there are several.
        revision: Option<String>,
        /// The same of every cluster that follows it.
        clusters: Vec<WhyCluster>,
    },
    /// 9. It runs.
    Running {
        /// The tag that runs, where it is one in all clusters.
        tag: Option<String>,
        /// The same of every cluster that follows it.
        clusters: Vec<WhyCluster>,
    },
}

/// How it is in one cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyCluster {
    /// The cluster.
    pub cluster: String,
    /// How it is there.
    pub state: WhyState,
    /// The revision that was applied.
    pub revision: Option<String>,
    /// The versions that run, without doubles.
    pub running: Vec<String>,
    /// More, for people.
    pub words: String,
}

/// Where a marker stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MarkerPlace {
    /// Path in the repository.
    pub file: String,
    /// Line of the value, from 1.
    pub line: u32,
    /// What stands there.
    pub value: String,
}

/// Everything that the steps are made of.
struct Known {
    policy: ImagePolicy,
    status: PolicyStatus,
    image: Option<ImageState>,
    tags: Vec<sluice_store::StoredTag>,
    compiled: Option<Result<Policy, PolicyProblem>>,
    automation: Option<ImageUpdateAutomation>,
    plan: Option<Result<AutomationPlan, EngineError>>,
    release: Option<ReleaseRow>,
    signature: Option<SignedBy>,
    checks: Vec<SignatureCheck>,
}

impl Engine {
    /// Explains a policy, and one tag of its image if that is asked. Works from what is known, without asking registries
    /// and Git; a cluster that is not kept up with is read.
    ///
    /// # Errors
    /// When there is no such policy, or the database fails.
    pub async fn why(&self, view: &SourceView, policy: &ObjectKey, tag: Option<&str>) -> Result<Why, EngineError> {
        let known = self.known(view, policy).await?;
        let counts = self.counts(&known);
        let mut steps = vec![
            scanned(&known),
            filtered(&counts),
            chosen(&known, &counts),
            marked(&known, view.catalogue.markers_of(policy)),
            automated(&known),
            gated(&known),
            pushed(&known),
        ];
        let clusters = self.in_clusters(view, policy, known.release.as_ref()).await?;
        let nowhere = match self.settings().clusters.as_slice() {
            [] => "no cluster is connected",
            _ => "no cluster follows it",
        };
        steps.push(applied(&clusters, nowhere));
        steps.push(running(&clusters, nowhere));
        let next = known.status.chosen.clone();
        let next_seen =
            next.as_ref().and_then(|next| known.tags.iter().find(|tag| tag.tag == next.tag)).map(|tag| tag.first_seen);
        let words = summary(&steps, &known);
        let asked = tag.map(|tag| asked(&known, tag));
        Ok(Why {
            source: view.name.clone(),
            policy: policy.clone(),
            next,
            next_seen,
            now: known.status.in_git,
            asked,
            steps,
            words,
        })
    }

    async fn known(&self, view: &SourceView, key: &ObjectKey) -> Result<Known, EngineError> {
        let catalogue = &view.catalogue;
        let policy = catalogue.policies.get(key).ok_or_else(|| not_found("policy", key, catalogue.policies.keys()))?;
        let repository = catalogue.image_repository_of(policy);
        let (mut image, mut tags) = (None, Vec::new());
        if let Some(repository) = repository {
            image = self.store().image_state(&view.name, &repository.meta.key).await?;
            tags = self.store().tags_ever(&view.name, &repository.meta.key).await?;
        }
        let automation = catalogue.automations_of(policy).next().map(|automation| automation.value.clone());
        let (mut plan, mut release) = (None, None);
        if let Some(automation) = &automation {
            let asked = PlanRequest {
                policies: Some([key.clone()].into()),
                approval: Approval::None,
                ..PlanRequest::default()
            };
            plan = Some(self.plan(&view.name, &automation.meta.key, &asked).await);
            release = self.release_that_wrote(view, &automation.meta.key, key).await?;
        }
        let signature = self.signature_of_standing(view, key, release.as_ref()).await?;
        let unverified = self.unverified(&view.name, policy).await?;
        let compile = |repository| compile(policy, repository).map(|compiled| compiled.with_unverified(unverified));
        Ok(Known {
            signature,
            checks: self.signature_checks(&view.name, policy).await?,
            status: self.policy_status(view, key).await?,
            compiled: repository.map(|repository| compile(&repository.value)),
            policy: policy.value.clone(),
            image,
            tags,
            automation,
            plan,
            release,
        })
    }

    /// Who signed the commit that put there what stands: the release's, or else the last one that changed the marked file.
    async fn signature_of_standing(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
        release: Option<&ReleaseRow>,
    ) -> Result<Option<SignedBy>, EngineError> {
        let released = release.filter(|release| release.state == ReleaseState::Pushed);
        let commit = match released.and_then(|release| release.commit.clone()) {
            Some(commit) => Some(commit),
            // A page of history is enough: what stands came in with one of the last changes.
            None => self.history_of_policy(view, policy, 20).await?.moves.pop().map(|stood| stood.commit),
        };
        let Some(commit) = commit else { return Ok(None) };
        self.signed_by(&view.url, &commit, &self.trusted_signers().await?).await
    }

    /// The newest release of the automation that had to do with the policy.
    pub(crate) async fn release_that_wrote(
        &self,
        view: &SourceView,
        automation: &ObjectKey,
        policy: &ObjectKey,
    ) -> Result<Option<ReleaseRow>, EngineError> {
        let releases = self.store().releases_of(&view.name, automation, 50).await?;
        let name = policy.to_string();
        let wrote = |release: &ReleaseRow| {
            let updates = release.plan.get("updates").and_then(|updates| updates.as_array());
            let mut names = updates.into_iter().flatten().filter_map(|update| update.get("policy")?.as_str());
            release.state != ReleaseState::Superseded && names.any(|one| one == name)
        };
        Ok(releases.into_iter().find(wrote))
    }

    fn counts(&self, known: &Known) -> sluice_core::policy::Counts {
        let names = present(known);
        match &known.compiled {
            Some(Ok(policy)) => policy.decide(&names).counts(),
            _ => sluice_core::policy::Counts { tags: names.len(), ..Default::default() },
        }
    }
}

fn present(known: &Known) -> Vec<&str> {
    known.tags.iter().filter(|tag| tag.gone_at.is_none()).map(|tag| tag.tag.as_str()).collect()
}

fn step(state: WhyState, facts: WhyFacts, words: impl Into<String>) -> WhyStep {
    WhyStep { state, facts, words: words.into(), detail: String::new(), remedy: None }
}

fn scanned(known: &Known) -> WhyStep {
    let facts = |image: Option<&ImageState>| WhyFacts::Scanned {
        tags: image.map_or(0, |image| image.tag_count),
        at: image.and_then(|image| image.last_success_at),
        next_at: image.and_then(|image| image.next_scan_at),
        error: image.and_then(|image| image.last_error.clone()),
    };
    match &known.image {
        None if known.status.image.is_none() => WhyStep {
            remedy: Some("mend spec.imageRepositoryRef, or add the ImageRepository".to_owned()),
            ..step(
                WhyState::Broken,
                facts(None),
                format!("there is no ImageRepository {}", known.policy.image_repository),
            )
        },
        None => {
            WhyStep { remedy: Some("sluice scan".to_owned()), ..step(WhyState::Waiting, facts(None), "never scanned") }
        }
        Some(image) => {
            let state = match (&image.last_error, image.last_success_at) {
                (None, _) => WhyState::Fine,
                (Some(_), Some(_)) => WhyState::Degraded,
                (Some(_), None) => WhyState::Broken,
            };
            let detail = match (&image.last_error, image.last_success_at) {
                (Some(error), _) => error.clone(),
                (None, Some(at)) => format!("scanned {at:.0}"),
                (None, None) => String::new(),
            };
            WhyStep { detail, ..step(state, facts(Some(image)), format!("{} tags", image.tag_count)) }
        }
    }
}

fn filtered(counts: &sluice_core::policy::Counts) -> WhyStep {
    let left = counts.tags - counts.excluded - counts.filtered;
    let facts = WhyFacts::Filtered {
        tags: counts.tags,
        excluded: counts.excluded,
        filtered: counts.filtered,
        outside: counts.outside,
    };
    let state = if left == 0 && counts.tags > 0 { WhyState::Broken } else { WhyState::Fine };
    let detail = format!("{} excluded, {} not matched by the filter", counts.excluded, counts.filtered);
    let remedy = (state == WhyState::Broken).then(|| "try the pattern: sluice policy test --filter".to_owned());
    WhyStep { detail, remedy, ..step(state, facts, format!("{left} of {} left", counts.tags)) }
}

fn chosen(known: &Known, counts: &sluice_core::policy::Counts) -> WhyStep {
    let matching = counts.tags - counts.excluded - counts.filtered - counts.outside - counts.unverified;
    let rule = known.status.rule.as_ref().map_or_else(|| "no rule".to_owned(), Policy::summary);
    let (chosen, problem) = (known.status.chosen.clone(), known.status.problem.clone());
    let facts = WhyFacts::Chosen { rule: rule.clone(), chosen: chosen.clone(), problem: problem.clone(), matching };
    match (problem, chosen) {
        (Some(problem), _) => WhyStep {
            detail: problem.message,
            remedy: Some(problem.hint).filter(|hint| !hint.is_empty()),
            ..step(WhyState::Broken, facts, format!("{rule} chooses nothing"))
        },
        (None, Some(chosen)) => WhyStep {
            detail: format!("{matching} match, {} outside{}", counts.outside, verified(known, counts, &chosen)),
            ..step(WhyState::Fine, facts, format!("{rule} chooses {}", chosen.tag))
        },
        (None, None) => step(WhyState::Waiting, facts, format!("{rule} was not tried yet")),
    }
}

/// What is to be said of signatures, where the policy demands them.
fn verified(known: &Known, counts: &sluice_core::policy::Counts, chosen: &ImageRef) -> String {
    let passed_over = match counts.unverified {
        0 => String::new(),
        count => format!(", {count} passed over without a signature that counts"),
    };
    let check = known.checks.iter().find(|check| check.is_verified() && check.tag == chosen.tag.as_str());
    let signed = check.map(|check| match check.signed_by.starts_with("sha256:") {
        true => format!("; signed by the key {}", check.signed_by.get(..19).unwrap_or_default()),
        false => format!("; signed by {}", check.signed_by),
    });
    format!("{passed_over}{}", signed.unwrap_or_default())
}

fn marked<'m>(known: &Known, markers: impl Iterator<Item = &'m Placed<Marker>>) -> WhyStep {
    let places: Vec<MarkerPlace> = markers
        .map(|marker| MarkerPlace {
            file: marker.file.to_string(),
            line: marker.line,
            value: marker.value.value.trim_end().to_owned(),
        })
        .collect();
    let detail = places.first().map(|place| format!("{}:{}", place.file, place.line)).unwrap_or_default();
    match places.len() {
        0 => WhyStep {
            remedy: Some("put a marker behind the image: sluice mark".to_owned()),
            ..step(WhyState::Broken, WhyFacts::Marker { places }, format!("no marker names {}", known.status.policy))
        },
        1 => WhyStep { detail, ..step(WhyState::Fine, WhyFacts::Marker { places }, "1 marker") },
        count => WhyStep {
            detail: format!("{detail} and {} more", count - 1),
            ..step(WhyState::Fine, WhyFacts::Marker { places }, format!("{count} markers"))
        },
    }
}

fn automated(known: &Known) -> WhyStep {
    let Some(automation) = &known.automation else {
        let facts = WhyFacts::Automation { automation: None, mode: None, branch: None, interval: None };
        let remedy = Some("add an ImageUpdateAutomation to the policy's namespace".to_owned());
        return WhyStep { remedy, ..step(WhyState::Broken, facts, "no automation writes it") };
    };
    let key = &automation.meta.key;
    let (mode, branch, failure) = match &known.plan {
        Some(Ok(plan)) => (Some(plan.mode), Some(plan.planned.plan.target.branch().to_owned()), None),
        Some(Err(error)) => (None, None, Some(error)),
        None => (None, None, None),
    };
    let facts = WhyFacts::Automation {
        automation: Some(key.clone()),
        mode,
        branch: branch.clone(),
        interval: Some(automation.interval.as_std().as_secs()),
    };
    match failure {
        Some(error) => WhyStep {
            detail: error.to_string(),
            remedy: error.hint(),
            ..step(WhyState::Broken, facts, format!("{key} cannot work"))
        },
        None => {
            let to = branch.map(|branch| format!("pushes to {branch}")).unwrap_or_default();
            let mode = mode.unwrap_or_default();
            WhyStep { detail: to, ..step(WhyState::Fine, facts, format!("{key}, mode {mode}")) }
        }
    }
}

fn gated(known: &Known) -> WhyStep {
    let Some(Ok(plan)) = &known.plan else {
        return step(WhyState::Waiting, WhyFacts::Gate { gates: Vec::new() }, "nothing can be planned");
    };
    let Some(policy) = plan.policies.first() else {
        return step(
            WhyState::Fine,
            WhyFacts::Gate { gates: Vec::new() },
            "nothing waits: the choice stands everywhere",
        );
    };
    let gates: Vec<Gate> = policy.gates.iter().chain(&plan.gates).cloned().collect();
    let words = match gates.first() {
        None => "open: it is released at the next run".to_owned(),
        Some(gate) => gate.to_string(),
    };
    let detail = match gates.len() {
        0 | 1 => String::new(),
        more => format!("and {} more", more - 1),
    };
    let remedy = gates.first().map(|gate| match gate {
        Gate::Review | Gate::Downgrade { .. } | Gate::Failure { .. } => "sluice release".to_owned(),
        Gate::Observe => format!("sluice source set {} --mode review", plan.source),
        Gate::Hold { .. } => format!("sluice unhold {}", policy.policy),
        Gate::CoolDown { .. } | Gate::Window { .. } => "wait, or: sluice release --now".to_owned(),
        Gate::Suspended { .. } => "set spec.suspend to false in Git".to_owned(),
        Gate::Conflict { .. } => "decide who writes: sluice handover".to_owned(),
    });
    WhyStep { detail, remedy, ..step(WhyState::Waiting, WhyFacts::Gate { gates }, words) }
}

fn pushed(known: &Known) -> WhyStep {
    let none =
        WhyFacts::Pushed { release: None, commit: None, at: None, error: None, signature: known.signature.clone() };
    let signed = known.signature.as_ref().map(SignedBy::summary).unwrap_or_default();
    let Some(release) = &known.release else {
        let words = match known.status.in_git.as_slice() {
            [] => "nothing stands in Git".to_owned(),
            tags => format!("{} stands in Git, not released by Sluice", tags.join(", ")),
        };
        return WhyStep { detail: signed, ..step(WhyState::Fine, none, words) };
    };
    let facts = WhyFacts::Pushed {
        release: Some(release.id.clone()),
        commit: release.commit.clone(),
        at: Some(release.updated_at),
        error: release.failure.clone(),
        signature: known.signature.clone(),
    };
    match release.state {
        ReleaseState::Failed => WhyStep {
            detail: release.failure.clone().unwrap_or_default(),
            remedy: Some("mend the cause, then: sluice release".to_owned()),
            ..step(WhyState::Broken, facts, "the last push failed")
        },
        ReleaseState::Pushed => {
            let commit = release.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or("?");
            WhyStep {
                detail: format!("{:.0}, {signed}", release.updated_at).trim_end_matches(", ").to_owned(),
                ..step(WhyState::Fine, facts, format!("pushed as {commit} by {}", release.started_by))
            }
        }
        _ => step(WhyState::Waiting, facts, "a release is under way"),
    }
}

/// The worst of what the clusters say, with all their words.
fn over_clusters(
    clusters: &[InCluster],
    nowhere: &str,
    judge: impl Fn(&InCluster) -> (WhyState, String),
    facts: impl FnOnce(Vec<WhyCluster>) -> WhyFacts,
) -> WhyStep {
    let one = |cluster: &InCluster| {
        let (state, words) = match &cluster.problem {
            Some(problem) => (WhyState::Unknown, problem.clone()),
            None => judge(cluster),
        };
        WhyCluster {
            cluster: cluster.cluster.clone(),
            state,
            revision: cluster.revision.clone(),
            running: cluster.running.clone(),
            words,
        }
    };
    let all: Vec<WhyCluster> = clusters.iter().map(one).collect();
    let rank =
        |state: WhyState| [WhyState::Broken, WhyState::Waiting].iter().position(|one| *one == state).unwrap_or(2);
    let Some(worst) = all.iter().min_by_key(|one| rank(one.state)) else {
        return step(WhyState::Unknown, facts(Vec::new()), nowhere);
    };
    let said = |one: &WhyCluster| format!("{}: {}", one.cluster, one.words);
    let (state, words) = (worst.state, said(worst));
    let rest: Vec<String> = all.iter().filter(|one| *one != worst).map(said).collect();
    WhyStep { detail: rest.join("; "), ..step(state, facts(all), words) }
}

fn applied(clusters: &[InCluster], nowhere: &str) -> WhyStep {
    let judge = |cluster: &InCluster| {
        let revision = cluster.revision.clone().unwrap_or_else(|| "nothing".to_owned());
        match (cluster.is_applied(), cluster.stuck(), cluster.open_step()) {
            (true, _, _) => (WhyState::Fine, format!("{revision} is applied")),
            (false, Some(words), _) => (WhyState::Broken, words),
            (false, None, Some(step)) => (WhyState::Waiting, step.words.clone()),
            (false, None, None) => (WhyState::Waiting, format!("{revision} is applied")),
        }
    };
    let revision = clusters.iter().find_map(|cluster| cluster.revision.clone());
    let found = over_clusters(clusters, nowhere, judge, |clusters| WhyFacts::Applied { revision, clusters });
    let remedy = (found.state == WhyState::Broken).then(|| "mend the cause, then: sluice reconcile".to_owned());
    WhyStep { remedy, ..found }
}

fn running(clusters: &[InCluster], nowhere: &str) -> WhyStep {
    let judge = |cluster: &InCluster| {
        let runs = match cluster.running.as_slice() {
            [] => "nothing that is seen runs it".to_owned(),
            versions => format!("{} runs", versions.join(", ")),
        };
        if cluster.is_current {
            return (WhyState::Fine, runs);
        }
        match (cluster.stuck(), cluster.open_step()) {
            (Some(words), _) if cluster.is_applied() => (WhyState::Broken, words),
            (_, _) if cluster.running.is_empty() => (WhyState::Unknown, runs),
            (_, Some(step)) if !step.words.is_empty() => (WhyState::Waiting, format!("{runs}; {}", step.words)),
            _ => (WhyState::Waiting, runs),
        }
    };
    let mut tags: Vec<&String> = clusters.iter().flat_map(|cluster| &cluster.running).collect();
    tags.dedup();
    let tag = match tags.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    };
    let found = over_clusters(clusters, nowhere, judge, |clusters| WhyFacts::Running { tag, clusters });
    let remedy = (found.state == WhyState::Broken).then(|| "go back and hold: sluice rollback".to_owned());
    WhyStep { remedy, ..found }
}

fn summary(steps: &[WhyStep], known: &Known) -> String {
    let broken = steps.iter().find(|step| step.state == WhyState::Broken);
    let waiting = steps.iter().find(|step| step.state == WhyState::Waiting);
    match (broken.or(waiting), &known.status.chosen) {
        (Some(step), _) => step.words.clone(),
        (None, Some(chosen)) => format!("{} is chosen and stands in Git", chosen.tag),
        (None, None) => "nothing is chosen".to_owned(),
    }
}

fn asked(known: &Known, tag: &str) -> AskedTag {
    let stored = known.tags.iter().find(|stored| stored.tag.as_str() == tag);
    let (first_seen, gone_at) = stored.map_or((None, None), |stored| (Some(stored.first_seen), stored.gone_at));
    let say = |reason: &str, detail: String| AskedTag {
        tag: tag.to_owned(),
        reason: reason.to_owned(),
        detail,
        first_seen,
        gone_at,
    };
    if stored.is_none() {
        return say("unknown", "the registry has never listed it".to_owned());
    }
    if let Some(gone_at) = gone_at {
        return say("gone", format!("it is gone from the registry since {gone_at:.0}"));
    }
    let names = present(known);
    match &known.compiled {
        Some(Ok(policy)) => match policy.decide(&names).why(tag) {
            None => say("chosen", "it is the policy's choice".to_owned()),
            Some(reason) => say(reason.code(), reason.detail()),
        },
        Some(Err(problem)) => say("nothing-chosen", problem.message.clone()),
        None => say("nothing-chosen", "the policy has no image repository".to_owned()),
    }
}
