//! `sluice release`: apply a plan and push it.

use std::io::{BufRead as _, IsTerminal as _};

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::duration::GoDuration;
use sluice_core::release::{Approval, Plan as Edits};
use sluice_engine::{Engine, EngineError, PlanRequest, ReleaseOutcome, ReleaseRequest, Rollout};

use super::follow;
use super::plan::{Choice, OnePlan, Wanted, bring_up_to_date};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, exit_if_any, say, visible};
use crate::progress::Progress;
use crate::session::{Session, person};

const EXAMPLES: &str = "\
Examples:
  sluice release
  sluice release flux-system/flask-app --yes --follow
  sluice release flux-system/flask-app --yes --now --message 'Hotfix 1.0.1'

Exit codes: 0 released, 1 a release failed, a gate is closed, or what is followed got stuck, 2 nobody confirmed, 3 there is nothing to do";

/// Commit and push what policies choose
///
/// Shows the plan and asks; with --yes it does not ask. What is pushed is exactly what was shown: if it would be
/// something else by then, nothing is pushed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Release {
    #[command(flatten)]
    choice: Choice,
    /// Release without asking
    #[arg(short, long)]
    yes: bool,
    /// Release now, whatever cool-down and windows say
    #[arg(long)]
    now: bool,
    /// The commit message, instead of the automation's own
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Wait until it runs in the clusters, or is stuck
    #[arg(long)]
    follow: bool,
    /// How long to wait at most
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = follow::duration, requires = "follow")]
    timeout: GoDuration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Released {
    releases: Vec<One>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One {
    source: String,
    automation: ObjectKey,
    /// `pushed`, `nothing-to-do` or `failed`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Edits>,
    /// How it is in each cluster; nothing where no cluster is connected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clusters: Vec<Rollout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

#[derive(Serialize)]
struct Failure {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Release {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let released = session.run(self.release(&session.engine))?;
        screen.print(&released)?;
        if released.releases.iter().any(|one| one.error.is_some()) {
            return Ok(Exit::Failed);
        }
        let is_stuck = |one: &One| self.follow && follow::exit_of(&one.clusters) == Exit::Failed;
        if released.releases.iter().any(is_stuck) {
            return Ok(Exit::Failed);
        }
        Ok(exit_if_any(released.releases.iter().any(|one| one.commit.is_some())))
    }

    async fn release(&self, engine: &Engine) -> Result<Released, CliError> {
        let progress = Progress::start("reading the sources");
        bring_up_to_date(engine, self.choice.source.as_deref()).await?;
        let wanted = self.choice.resolve(engine).await?;
        drop(progress);
        let mut releases = Vec::new();
        for one in wanted {
            releases.push(self.release_one(engine, one).await?);
        }
        Ok(Released { releases })
    }

    async fn release_one(&self, engine: &Engine, wanted: Wanted) -> Result<One, CliError> {
        let approval = if self.now { Approval::Urgent } else { Approval::Given };
        let Wanted { view, automation, policies } = wanted;
        let asked = PlanRequest { policies: policies.clone(), approval, ..PlanRequest::default() };
        let empty = One {
            source: view.name.clone(),
            automation: automation.clone(),
            outcome: "failed",
            id: None,
            commit: None,
            plan: None,
            clusters: Vec::new(),
            error: None,
        };
        let planned = match engine.plan(&view.name, &automation, &asked).await {
            Ok(planned) => planned,
            Err(error) => return Ok(One { error: Some(failure(&error)), ..empty }),
        };
        let shown = planned.planned.plan.clone();
        if !shown.is_empty() && planned.gates.is_empty() {
            self.confirm(&OnePlan::of(&view.name, &automation, Ok(planned)).text())?;
        }
        let request = ReleaseRequest {
            source: view.name.clone(),
            automation,
            policies,
            overrides: Default::default(),
            rule: None,
            approval,
            shown: (!shown.is_empty()).then_some(shown),
            message: self.message.clone(),
            started_by: person(),
        };
        let progress = Progress::start(format!("pushing {}", request.automation));
        let outcome = engine.release(&request).await;
        drop(progress);
        Ok(match outcome {
            Ok(ReleaseOutcome::Pushed(pushed)) => One {
                outcome: "pushed",
                clusters: in_clusters(engine, &pushed.id, self.follow.then_some(self.timeout)).await?,
                id: Some(pushed.id),
                commit: Some(pushed.commit),
                plan: Some(pushed.plan),
                ..empty
            },
            Ok(ReleaseOutcome::NothingToDo(_)) => One { outcome: "nothing-to-do", ..empty },
            Err(error) => One { error: Some(failure(&error)), ..empty },
        })
    }

    /// Shows a plan and asks, unless it was said that this is not needed.
    fn confirm(&self, plan: &str) -> Result<(), CliError> {
        if self.yes {
            return Ok(());
        }
        ask(plan)
    }
}

/// Asks Flux in the clusters to take a release up, and follows it where that is wanted.
pub(super) async fn in_clusters(
    engine: &Engine,
    id: &str,
    patience: Option<GoDuration>,
) -> Result<Vec<Rollout>, CliError> {
    match patience {
        Some(patience) => follow::follow(engine, id, patience.as_std()).await,
        None => {
            let _progress = Progress::start("asking the clusters");
            Ok(engine.ask_clusters(id).await?)
        }
    }
}

/// Shows what would be released on standard error and asks whether to go on.
pub(super) fn ask(what: &str) -> Result<(), CliError> {
    ask_to(what, "Release this?")
}

/// Shows something on standard error and asks a question about it.
pub(super) fn ask_to(what: &str, question: &str) -> Result<(), CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::Usage {
            message: "nobody is there to confirm; look at `sluice plan` and give --yes".to_owned(),
        });
    }
    say(what);
    say(&format!("\n{question} [y/N]"));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(CliError::Usage { message: "nothing was done".to_owned() })
}

fn failure(error: &EngineError) -> Failure {
    Failure { code: error.code(), message: error.to_string(), hint: error.hint() }
}

impl Report for Released {
    fn text(&self, _screen: &Screen) -> String {
        if self.releases.is_empty() {
            return "nothing to release: no source has an automation".to_owned();
        }
        let line = |one: &One| {
            let title = format!("{} in {}", one.automation, one.source);
            match (&one.error, &one.commit, &one.plan) {
                (Some(error), _, _) => {
                    let hint =
                        error.hint.as_ref().map(|hint| format!("\n{} {}", Tone::Note.paint("hint:"), visible(hint)));
                    format!("{} {title}: {}{}", Tone::Bad.paint("✗"), visible(&error.message), hint.unwrap_or_default())
                }
                (None, Some(commit), Some(plan)) => {
                    let commit = commit.get(..7).unwrap_or(commit);
                    let branch = plan.target.branch();
                    let pushed =
                        format!("{} {title}: {} pushed to {branch} as {commit}", Tone::Good.paint("✔"), plan.summary());
                    let clusters = one.clusters.iter().map(|rollout| format!("\n  {}", follow::summary(rollout)));
                    pushed + &clusters.collect::<String>()
                }
                _ => format!("{} {title}: nothing to do", Tone::Faint.paint("·")),
            }
        };
        self.releases.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
