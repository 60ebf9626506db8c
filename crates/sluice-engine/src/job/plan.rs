//! Planning: what an automation would write now, and what stands against it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::catalogue::Catalogue;
use sluice_core::diagnosis::Code;
use sluice_core::flux::{GitSpec, ImagePolicy, ImageUpdateAutomation};
use sluice_core::image::ImageRef;
use sluice_core::marker::{FileMarkers, Resolution};
use sluice_core::release::{
    self, Approval, AutomationInputs, Choice, Gate, Hold, Mode, NewRule, PlanInputs, Planned, PolicyInputs, Standing,
    Target, automation_gates, policy_gates, value_of,
};
use sluice_core::template::MessageTemplate;
use sluice_git::{BlobId, Mirror, RemoteUrl};

use super::decide::compile;
use crate::cluster::Place;
use crate::index::Index;
use crate::settings::SourceSettings;
use crate::source::{Checkout, SourceView};
use crate::{Engine, EngineError, PlannedSignature};

/// What is asked of a plan.
#[derive(Debug, Clone, Default)]
pub struct PlanRequest {
    /// Only these policies; all of the automation when absent.
    pub policies: Option<BTreeSet<ObjectKey>>,
    /// What a person has said: which gates it opens.
    pub approval: Approval,
    /// Images to write instead of what policies choose, for a rollback.
    pub overrides: BTreeMap<ObjectKey, ImageRef>,
    /// A policy that is to say something else: then this is the plan, and no image is written.
    pub rule: Option<(ObjectKey, NewRule)>,
    /// Whether the remote is asked for what is new first.
    pub fresh: bool,
}

/// What an automation would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutomationPlan {
    /// The source that declares it.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// What Sluice may do with it.
    pub mode: Mode,
    /// The edits that nothing stands against but the automation's own gates.
    pub planned: Planned,
    /// What stands against the automation as a whole.
    pub gates: Vec<Gate>,
    /// Every policy whose choice does not stand everywhere yet.
    pub policies: Vec<PolicyPlan>,
    /// How the commit will be signed; nothing when it will not.
    pub signature: Option<PlannedSignature>,
    /// Where the commit goes.
    pub(crate) url: RemoteUrl,
}

impl AutomationPlan {
    /// Whether it may be released now: there is something to write and no gate of the automation is closed.
    pub fn is_ready(&self) -> bool {
        self.gates.is_empty() && !self.planned.plan.is_empty()
    }
}

/// A policy whose choice does not stand everywhere yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPlan {
    /// The policy.
    pub policy: ObjectKey,
    /// Tags or digests that stand in Git.
    pub from: Vec<String>,
    /// The image it chooses.
    pub to: ImageRef,
    /// When Sluice first saw the tag.
    pub first_seen: Option<Timestamp>,
    /// What stands against it; without any it is in the plan.
    pub gates: Vec<Gate>,
}

/// Everything that is looked up before planning.
struct Ground {
    view: Arc<SourceView>,
    settings: SourceSettings,
    automation: ImageUpdateAutomation,
    git: GitSpec,
    signature: Option<PlannedSignature>,
    checkout: Checkout,
    target: Target,
    index: Arc<Index>,
}

impl Engine {
    /// Plans an automation: the exact edits, and every closed gate. Writes nothing.
    ///
    /// # Errors
    /// When there is no such automation, it cannot work as it is written, or its remote is not known and out of reach.
    pub async fn plan(
        &self,
        source: &str,
        automation: &ObjectKey,
        request: &PlanRequest,
    ) -> Result<AutomationPlan, EngineError> {
        let ground = self.ground(source, automation, request.fresh).await?;
        if request.fresh {
            self.look_for_writers().await?;
        }
        let (planned, policies) = match &request.rule {
            Some((policy, wanted)) => (self.rule_edit(&ground, policy, wanted).await?, Vec::new()),
            None => {
                let (choices, policies) = self.choices(&ground, request).await?;
                (self.edits(&ground, &choices).await?, policies)
            }
        };
        let gates = self.gates_of_automation(&ground, request.approval).await?;
        Ok(AutomationPlan {
            source: source.to_owned(),
            automation: automation.clone(),
            mode: mode_of(&ground.settings, &ground.automation),
            planned,
            gates,
            policies,
            signature: ground.signature,
            url: ground.checkout.url,
        })
    }

    async fn ground(&self, source: &str, key: &ObjectKey, fresh: bool) -> Result<Ground, EngineError> {
        let settings = self.source_settings(source)?;
        let view = if fresh { self.refresh(source).await? } else { self.view(source).await? };
        let automation = automation_in(&view.catalogue, key)?.clone();
        let fails = |code: Code, message: String, hint: &str| EngineError::Automation {
            automation: key.clone(),
            message,
            hint: hint.to_owned(),
            code,
        };
        let git = automation.git.clone().ok_or_else(|| {
            fails(Code::GitSpecMissing, "it has no spec.git".into(), "add spec.git.commit.author with name and email")
        })?;
        let signature = self.planned_signature(key, git.signing.as_ref()).await?;
        let repository = view.catalogue.git_repositories.get(&automation.source).ok_or_else(|| {
            let message = format!("there is no GitRepository {}", automation.source);
            fails(Code::NoGitRepository, message, "mend spec.sourceRef, or add the GitRepository")
        })?;
        let url = self.remote_of(&view, repository)?;
        let refs = if url == view.url {
            view.refs.clone()
        } else if fresh {
            let access = self.git_access(&settings, &url).await?;
            self.fetch(&url, access).await?.refs
        } else {
            self.known_refs(&url).await?
        };
        let reference = git.checkout.as_ref().or(repository.reference.as_ref());
        let checkout = self.check_out(&url, refs, reference).await?;
        let target = target_of(&git, &checkout).ok_or_else(|| {
            let message = format!("it checks out {} and names no branch to push to", checkout.words);
            fails(Code::PushTargetUnknown, message, "write spec.git.push.branch")
        })?;
        let index = if url == view.url && checkout.commit == view.commit {
            view.index.clone()
        } else {
            self.index(&url, &checkout.words, checkout.commit, None).await?
        };
        Ok(Ground { view, settings, automation, git, signature, checkout, target, index })
    }

    /// What each policy of the namespace wants to write, and what stands against it.
    async fn choices(
        &self,
        ground: &Ground,
        request: &PlanRequest,
    ) -> Result<(BTreeMap<ObjectKey, Choice>, Vec<PolicyPlan>), EngineError> {
        let namespace = &ground.automation.meta.key.namespace;
        let catalogue = &ground.view.catalogue;
        let mut choices = BTreeMap::new();
        let mut waiting = Vec::new();
        for (key, policy) in catalogue.policies.iter().filter(|(key, _)| key.namespace == *namespace) {
            choices.insert(key.clone(), Choice::Leave);
            let asked = request.policies.as_ref().is_none_or(|wanted| wanted.contains(key));
            if !asked || !ground.automation.selects(&policy.meta.labels) {
                continue;
            }
            let image = match request.overrides.get(key) {
                Some(image) => Some(image.clone()),
                None => self.store().decision(&ground.settings.name, key).await?.and_then(|row| row.chosen),
            };
            let Some(image) = image else { continue };
            let standing = standing_of(ground, key, &image);
            if standing.is_current {
                continue;
            }
            let plan = self.policy_plan(ground, policy, image, standing, request.approval).await?;
            if plan.gates.is_empty() {
                choices.insert(key.clone(), Choice::Write(plan.to.clone()));
            }
            waiting.push(plan);
        }
        Ok((choices, waiting))
    }

    async fn policy_plan(
        &self,
        ground: &Ground,
        policy: &ImagePolicy,
        image: ImageRef,
        standing: StandingNow,
        approval: Approval,
    ) -> Result<PolicyPlan, EngineError> {
        let key = &policy.meta.key;
        let source = &ground.settings.name;
        let tags = self.store().tags_ever(source, &policy.image_repository).await?;
        let first_seen = tags.iter().find(|tag| tag.tag == image.tag).map(|tag| tag.first_seen);
        let compiled =
            ground.view.catalogue.image_repository_of(policy).and_then(|repository| compile(policy, repository).ok());
        let lower = |old: &&String| {
            compiled.as_ref().is_some_and(|policy| policy.is_downgrade(old, image.tag.as_str()) == Some(true))
        };
        let settings = self.settings();
        let local: Vec<Hold> = settings
            .holds
            .iter()
            .filter(|hold| hold.source == *source && hold.policy == *key)
            .map(crate::settings::HoldSettings::hold)
            .collect();
        let team = [policy.meta.team.hold.as_ref(), ground.automation.meta.team.hold.as_ref()];
        let holds: Vec<&Hold> = team.into_iter().flatten().chain(&local).collect();
        let suspended = policy.suspend.then(|| format!("ImagePolicy {key}"));
        let gates = policy_gates(&PolicyInputs {
            now: self.now(),
            suspended: suspended.as_deref(),
            to: image.tag.as_str(),
            downgrade_from: standing.tags.iter().find(lower).map(String::as_str),
            holds: &holds,
            min_age: self.min_age(&ground.settings, &ground.automation, policy),
            first_seen,
            approval,
        });
        Ok(PolicyPlan { policy: key.clone(), from: standing.shown, to: image, first_seen, gates })
    }

    /// The edits that the choices come to. Only files with a value that changes are read.
    async fn edits(&self, ground: &Ground, choices: &BTreeMap<ObjectKey, Choice>) -> Result<Planned, EngineError> {
        let key = &ground.automation.meta.key;
        let path = ground.automation.update_path();
        let template = match &ground.git.message_template {
            None => None,
            Some(text) => Some(MessageTemplate::parse(text).map_err(|cause| template_error(key, cause))?),
        };
        let wanted: Vec<(String, BlobId)> = ground
            .index
            .files
            .iter()
            .filter(|(file, _)| path.covers(file))
            .filter(|(_, file)| has_changes(&file.facts.markers, choices))
            .map(|(file, indexed)| (file.clone(), indexed.blob))
            .collect();
        let read = move |mirror: &Mirror| {
            wanted.into_iter().map(|(file, blob)| Ok((file, mirror.read(blob)?))).collect::<Result<Vec<_>, _>>()
        };
        let files = self.shared.remotes.offline(&ground.checkout.url, read).await?;
        let inputs = PlanInputs {
            automation: key,
            update_path: &path,
            choices,
            target: &ground.target,
            author: &ground.git.author,
            template: template.as_ref(),
            values: &ground.git.message_values,
        };
        release::plan(&inputs, files).map_err(|cause| template_error(key, cause))
    }

    /// The edit of the file that declares a policy.
    async fn rule_edit(&self, ground: &Ground, policy: &ObjectKey, wanted: &NewRule) -> Result<Planned, EngineError> {
        let key = &ground.automation.meta.key;
        let placed = ground.view.catalogue.policies.get(policy);
        let file = &placed.ok_or_else(|| not_found("policy", policy, ground.view.catalogue.policies.keys()))?.file;
        let indexed = ground.index.files.get(&**file).filter(|_| ground.checkout.url == ground.view.url);
        let blob = indexed.map(|indexed| indexed.blob).ok_or_else(|| EngineError::Invalid {
            message: format!("{key} does not write where {file} with ImagePolicy {policy} stands"),
            hint: "edit the file by hand".to_owned(),
        })?;
        let content =
            self.shared.remotes.offline(&ground.checkout.url, move |mirror: &Mirror| mirror.read(blob)).await?;
        let inputs = PlanInputs {
            automation: key,
            update_path: &ground.automation.update_path(),
            choices: &BTreeMap::new(),
            target: &ground.target,
            author: &ground.git.author,
            template: None,
            values: &BTreeMap::new(),
        };
        release::plan_rule(&inputs, policy, wanted, (file.to_string(), content)).map_err(|cause| EngineError::Invalid {
            message: cause.to_string(),
            hint: "edit the file by hand".to_owned(),
        })
    }

    /// How long a tag must be known before a policy's automation writes it: the longest that anybody says.
    pub fn min_age(
        &self,
        settings: &SourceSettings,
        automation: &ImageUpdateAutomation,
        policy: &ImagePolicy,
    ) -> Duration {
        let team = [automation.meta.team.min_age, policy.meta.team.min_age];
        let everywhere = self.settings().agent.min_age.map(crate::settings::MinAge::as_std);
        let local = settings.min_age_of(&automation.meta.key);
        team.into_iter().flatten().chain([local]).chain(everywhere).max().unwrap_or_default()
    }

    async fn gates_of_automation(&self, ground: &Ground, approval: Approval) -> Result<Vec<Gate>, EngineError> {
        let automation = &ground.automation;
        let key = &automation.meta.key;
        let beat = self.store().heartbeat(&automation_subject(&ground.settings.name, key)).await?;
        let failure = beat
            .as_ref()
            .filter(|beat| beat.failures > 0)
            .and_then(|beat| beat.words.as_deref().map(|words| (words, beat.next_try)));
        let team = automation.meta.team.window.as_ref();
        let settings = self.settings();
        let windows: Vec<_> =
            team.into_iter().chain(ground.settings.windows_of(key)).chain(settings.agent.window.as_ref()).collect();
        let suspended = automation.suspend.then(|| format!("ImageUpdateAutomation {key}"));
        let is_paused = ground.settings.is_paused(key, self.now()) || self.settings().agent.is_paused(self.now());
        let mode = mode_of(&ground.settings, automation);
        let place = Place {
            automation: key,
            remote: &ground.checkout.url,
            branch: ground.target.branch(),
            path: &automation.update_path,
        };
        let conflict = self.writer_at(&place).await?.map(|writer| {
            format!(
                "ImageUpdateAutomation {} in the cluster {} writes the same markers",
                writer.automation, writer.cluster
            )
        });
        Ok(automation_gates(&AutomationInputs {
            now: self.now(),
            suspended: suspended.as_deref(),
            mode: if is_paused { mode.min(Mode::Review) } else { mode },
            windows: &windows,
            conflict: conflict.as_deref(),
            failure,
            approval,
        }))
    }
}

/// The automation of that name.
pub(crate) fn automation_in<'c>(
    catalogue: &'c Catalogue,
    key: &ObjectKey,
) -> Result<&'c ImageUpdateAutomation, EngineError> {
    let found = catalogue.automations.get(key).map(|placed| &placed.value);
    found.ok_or_else(|| not_found("automation", key, catalogue.automations.keys()))
}

/// Nothing of that name is known; what looks alike is.
pub(crate) fn not_found<'k>(
    what: &'static str,
    key: &ObjectKey,
    known: impl Iterator<Item = &'k ObjectKey>,
) -> EngineError {
    let names: Vec<String> = known.map(ToString::to_string).collect();
    let wanted = key.to_string();
    let near = sluice_core::diagnosis::nearest(&wanted, names.iter().map(String::as_str), 3);
    EngineError::NotFound { what, nearest: near.into_iter().map(str::to_owned).collect(), name: wanted }
}

/// The subject of an automation's heartbeat: how its runs go.
pub(crate) fn automation_subject(source: &str, automation: &ObjectKey) -> String {
    format!("automation {source} {automation}")
}

/// What Sluice may do with an automation: the stricter of the person's and the team's word.
pub(crate) fn mode_of(settings: &SourceSettings, automation: &ImageUpdateAutomation) -> Mode {
    Mode::effective(settings.mode_of(&automation.meta.key), automation.meta.team.mode)
}

fn target_of(git: &GitSpec, checkout: &Checkout) -> Option<Target> {
    let push = git.push.clone().unwrap_or_default();
    let branch = push.branch.filter(|branch| !branch.is_empty()).or_else(|| checkout.branch.clone())?;
    let reference = format!("refs/heads/{branch}");
    // A refspec that says the same as the branch is one push, not two.
    let same = [
        branch.clone(),
        reference.clone(),
        format!("{branch}:{branch}"),
        format!("{reference}:{reference}"),
        format!("HEAD:{reference}"),
    ];
    let expected = checkout.refs.refs.get(&reference).map(ToString::to_string);
    Some(Target {
        remote: checkout.url.to_string(),
        base: checkout.commit.to_string(),
        checkout: checkout.words.clone(),
        refspec: push
            .refspec
            .filter(|spec| !spec.is_empty() && !same.contains(&spec.trim_start_matches('+').to_owned())),
        options: push.options,
        expected,
        reference,
    })
}

/// What stands in the covered files for a policy.
struct StandingNow {
    /// Tags, for comparing versions.
    tags: Vec<String>,
    /// Tags and digests, for people.
    shown: Vec<String>,
    /// Whether every marker holds what the choice wants.
    is_current: bool,
}

fn standing_of(ground: &Ground, policy: &ObjectKey, image: &ImageRef) -> StandingNow {
    let path = ground.automation.update_path();
    let (mut tags, mut shown) = (BTreeSet::new(), BTreeSet::new());
    let mut is_current = true;
    for (_, file) in ground.index.files.iter().filter(|(file, _)| path.covers(file)) {
        for marker in file.facts.markers.markers.iter().filter(|marker| marker.reference.policy == *policy) {
            if let Some(standing) = Standing::of(marker) {
                tags.extend(standing.tag().map(ToString::to_string));
                shown.insert(standing.to_string());
            }
            if let Resolution::Write(value) = value_of(marker.reference.field, image) {
                is_current &= value == marker.value;
            }
        }
    }
    StandingNow { tags: tags.into_iter().collect(), shown: shown.into_iter().collect(), is_current }
}

fn has_changes(markers: &FileMarkers, choices: &BTreeMap<ObjectKey, Choice>) -> bool {
    markers.markers.iter().any(|marker| match choices.get(&marker.reference.policy) {
        Some(Choice::Write(image)) => {
            matches!(value_of(marker.reference.field, image), Resolution::Write(value) if value != marker.value)
        }
        _ => false,
    })
}

fn template_error(automation: &ObjectKey, cause: sluice_core::template::TemplateError) -> EngineError {
    EngineError::Template { automation: automation.clone(), cause: Box::new(cause) }
}
