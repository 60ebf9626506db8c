//! `sluice plan`: the diff that a release would push.

use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::release::{Approval, Gate, Plan as Edits};
use sluice_engine::{AutomationPlan, Engine, EngineError, PlanRequest, SourceView};

use super::scan::views;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, exit_if_any, visible, warn};
use crate::progress::Progress;
use crate::session::{Session, object};

const EXAMPLES: &str = "\
Examples:
  sluice plan
  sluice plan flux-system/flask-app
  sluice plan --offline -o json

Exit codes: 0 there is something to release, 1 a plan failed, 3 there is nothing to do";

/// Show the diff that a release would push; changes nothing
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Plan on what is known, without asking remotes
    #[arg(long)]
    offline: bool,
}

/// Which automations and policies.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// Automations, or policies to plan alone; all when none is named
    #[arg(value_name = "NS/NAME", value_parser = object)]
    pub(super) names: Vec<ObjectKey>,
    /// Only this source
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
}

/// An automation to be planned.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) view: std::sync::Arc<SourceView>,
    pub(crate) automation: ObjectKey,
    pub(crate) policies: Option<BTreeSet<ObjectKey>>,
}

impl Choice {
    /// The automations that the names mean.
    pub(super) async fn resolve(&self, engine: &Engine) -> Result<Vec<Wanted>, CliError> {
        let views = views(engine, self.source.as_deref()).await?;
        let mut wanted: Vec<Wanted> = Vec::new();
        if self.names.is_empty() {
            for view in views {
                let keys: Vec<ObjectKey> = view.catalogue.automations.keys().cloned().collect();
                wanted.extend(keys.into_iter().map(|automation| Wanted {
                    view: view.clone(),
                    automation,
                    policies: None,
                }));
            }
            return Ok(wanted);
        }
        for name in &self.names {
            let mut is_found = false;
            for view in &views {
                // Often an automation and a policy have one name; the automation means the policy and all others of it.
                if let Some(policy) = view.catalogue.policies.get(name) {
                    for automation in view.catalogue.automations_of(policy) {
                        is_found = true;
                        add(&mut wanted, view, &automation.meta.key, Some(name));
                    }
                } else if view.catalogue.automations.contains_key(name) {
                    is_found = true;
                    add(&mut wanted, view, name, None);
                }
            }
            if !is_found {
                engine.find_policy(name, self.source.as_deref()).await?;
                return Err(EngineError::Invalid {
                    message: format!("no automation writes {name}"),
                    hint: "add an ImageUpdateAutomation that selects the policy".to_owned(),
                }
                .into());
            }
        }
        Ok(wanted)
    }
}

fn add(
    wanted: &mut Vec<Wanted>,
    view: &std::sync::Arc<SourceView>,
    automation: &ObjectKey,
    policy: Option<&ObjectKey>,
) {
    let same = |one: &&mut Wanted| one.view.name == view.name && one.automation == *automation;
    match (wanted.iter_mut().find(same), policy) {
        (Some(one), Some(policy)) => {
            if let Some(policies) = &mut one.policies {
                policies.insert(policy.clone());
            }
        }
        (Some(one), None) => one.policies = None,
        (None, policy) => wanted.push(Wanted {
            view: view.clone(),
            automation: automation.clone(),
            policies: policy.map(|policy| BTreeSet::from([policy.clone()])),
        }),
    }
}

/// Brings what plans are made of up to date: the sources' commits, tags that were never listed, decisions.
pub(super) async fn bring_up_to_date(engine: &Engine, source: Option<&str>) -> Result<(), CliError> {
    let settings = engine.settings();
    for one in settings.sources.iter().filter(|one| source.is_none_or(|name| name == one.name)) {
        let view = match engine.refresh(&one.name).await {
            Ok(view) => view,
            Err(error) => {
                warn(&format!("{}: {error}; planning on what is known", one.name));
                continue;
            }
        };
        for status in engine.image_statuses(&view).await? {
            let Some(repository) = view.catalogue.image_repositories.get(&status.repository) else { continue };
            if status.state.is_none()
                && !repository.suspend
                && let Err(error) = engine.scan(&view.name, repository).await
            {
                warn(&error.to_string());
            }
        }
        for policy in view.catalogue.policies.values() {
            engine.decide(&view.name, &view.catalogue, policy).await?;
        }
    }
    Ok(())
}

/// The plans of all, and the errors of those that cannot be planned.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plans {
    plans: Vec<OnePlan>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OnePlan {
    source: String,
    automation: ObjectKey,
    mode: Option<String>,
    plan: Option<Edits>,
    gates: Vec<Gate>,
    policies: Vec<Waiting>,
    ignored: Vec<Ignored>,
    /// How the commit will be signed; nothing when it will not.
    signature: Option<Signature>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Signature {
    /// `gpg` or `ssh`.
    kind: &'static str,
    key: String,
    name: String,
    origin: String,
    #[serde(skip)]
    words: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    policy: ObjectKey,
    from: Vec<String>,
    to: ImageRef,
    gates: Vec<Gate>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ignored {
    file: String,
    line: u32,
    column: u32,
    marker: String,
    reason: String,
    hint: String,
}

impl Plan {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let plans = session.run(async {
            let progress = Progress::start("reading the sources");
            let engine = &session.engine;
            if !self.offline {
                bring_up_to_date(engine, self.choice.source.as_deref()).await?;
            }
            let mut plans = Vec::new();
            for wanted in self.choice.resolve(engine).await? {
                progress.say(format!("planning {}", wanted.automation));
                let request =
                    PlanRequest { policies: wanted.policies, approval: Approval::Given, ..PlanRequest::default() };
                let outcome = engine.plan(&wanted.view.name, &wanted.automation, &request).await;
                plans.push(OnePlan::of(&wanted.view.name, &wanted.automation, outcome));
            }
            Ok(Plans { plans })
        })?;
        screen.print(&plans)?;
        if plans.plans.iter().any(|plan| plan.error.is_some()) {
            return Ok(Exit::Failed);
        }
        Ok(exit_if_any(plans.plans.iter().any(|one| one.plan.as_ref().is_some_and(|plan| !plan.is_empty()))))
    }
}

impl OnePlan {
    pub(super) fn of(source: &str, automation: &ObjectKey, outcome: Result<AutomationPlan, EngineError>) -> Self {
        let empty = Self {
            source: source.to_owned(),
            automation: automation.clone(),
            mode: None,
            plan: None,
            gates: Vec::new(),
            policies: Vec::new(),
            ignored: Vec::new(),
            signature: None,
            error: None,
            hint: None,
        };
        match outcome {
            Err(error) => Self { error: Some(error.to_string()), hint: error.hint(), ..empty },
            Ok(plan) => Self {
                mode: Some(plan.mode.to_string()),
                signature: plan.signature.map(|planned| Signature {
                    words: planned.to_string(),
                    kind: planned.facts.kind.as_str(),
                    key: planned.facts.key,
                    name: planned.facts.name,
                    origin: planned.origin,
                }),
                plan: Some(plan.planned.plan),
                gates: plan.gates,
                policies: plan
                    .policies
                    .into_iter()
                    .map(|one| Waiting { policy: one.policy, from: one.from, to: one.to, gates: one.gates })
                    .collect(),
                ignored: plan
                    .planned
                    .ignored
                    .into_iter()
                    .map(|(file, one)| Ignored {
                        file,
                        line: one.line,
                        column: one.column,
                        marker: one.text,
                        reason: one.reason.to_string(),
                        hint: one.reason.hint(),
                    })
                    .collect(),
                ..empty
            },
        }
    }

    /// The plan for people: what, where to, why it waits, the diff.
    pub(super) fn text(&self) -> String {
        let mut lines = Vec::new();
        let title = format!("{} in {}", self.automation, self.source);
        if let Some(error) = &self.error {
            lines.push(format!("{title}: {}", Tone::Bad.paint(&visible(error))));
            lines.extend(self.hint.iter().map(|hint| format!("{} {}", Tone::Note.paint("hint:"), visible(hint))));
            return lines.join("\n");
        }
        let Some(plan) = &self.plan else { return title };
        if plan.is_empty() {
            lines.push(format!("{title}: nothing to release"));
        } else {
            let target = &plan.target;
            let base = target.base.get(..7).unwrap_or(&target.base);
            lines.push(format!("{title}: {} to {} on {base}", Tone::Good.paint(&plan.summary()), target.branch()));
        }
        for gate in &self.gates {
            lines.push(format!("  {} {}", Tone::Warning.paint("waits:"), visible(&gate.to_string())));
        }
        for waiting in self.policies.iter().filter(|waiting| !waiting.gates.is_empty()) {
            for gate in &waiting.gates {
                let what = format!("{} {} → {}", waiting.policy.name, waiting.from.join(", "), waiting.to.tag);
                lines.push(format!("  {} {what}: {}", Tone::Warning.paint("waits:"), visible(&gate.to_string())));
            }
        }
        for one in &self.ignored {
            let place = format!("{}:{}:{}", one.file, one.line, one.column);
            lines.push(format!("  {} {}: {}", Tone::Warning.paint("ignored:"), visible(&place), visible(&one.reason)));
        }
        if let Some(signature) = self.signature.as_ref().filter(|_| !plan.is_empty()) {
            lines.push(format!("  {} {}", Tone::Note.paint("signed by:"), visible(&signature.words)));
        }
        if !plan.is_empty() {
            lines.push(String::new());
            lines.push(painted(&plan.diff()));
        }
        lines.join("\n")
    }
}

/// A diff in the usual colours.
pub(super) fn painted(diff: &str) -> String {
    let paint = |line: &str| {
        let tone = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Tone::Plain,
            [b'+', ..] => Tone::Good,
            [b'-', ..] => Tone::Bad,
            [b'@', b'@', ..] => Tone::Note,
            _ => Tone::Plain,
        };
        tone.paint(&visible(line))
    };
    diff.lines().map(paint).collect::<Vec<_>>().join("\n")
}

impl Report for Plans {
    fn text(&self, _screen: &Screen) -> String {
        if self.plans.is_empty() {
            return "nothing to plan: no source has an automation".to_owned();
        }
        self.plans.iter().map(OnePlan::text).collect::<Vec<_>>().join("\n\n")
    }
}
