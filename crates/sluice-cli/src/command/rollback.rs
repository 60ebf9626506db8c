//! `sluice rollback`: write what stood before, and hold it there.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::duration::GoDuration;
use sluice_core::image::Tag;
use sluice_engine::{ReleaseOutcome, Rollout};

use super::follow;
use super::plan::OnePlan;
use super::release::{ask, in_clusters};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::progress::Progress;
use crate::session::{Session, object, person};

const EXAMPLES: &str = "\
Examples:
  sluice rollback flux-system/flask-app
  sluice rollback flux-system/flask-app --to 1.0.0 --reason '1.0.1 leaks memory' --yes

Exit codes: 0 rolled back, 1 the release failed, 2 nobody confirmed or it is unknown what stood before, 3 it stands already";

/// How long is waited for the clusters.
const PATIENCE: GoDuration = GoDuration::from_secs(600);

/// Go back to an earlier tag, and hold it
///
/// Writes the tag that stood before the newest release, or the one of --to, and holds the policy there until
/// `sluice unhold`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Rollback {
    /// The policy
    #[arg(value_name = "NS/NAME", value_parser = object)]
    policy: ObjectKey,
    /// The tag to go back to
    #[arg(long, value_name = "TAG")]
    to: Option<String>,
    /// Why, for everybody who asks later
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Wait until it runs in the clusters, or is stuck
    #[arg(long)]
    follow: bool,
    /// The source, where several have a policy of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RolledBack {
    policy: ObjectKey,
    tag: String,
    commit: Option<String>,
    held: bool,
    /// How it is in each cluster; nothing where no cluster is connected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clusters: Vec<Rollout>,
}

impl Rollback {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let tag = self
            .to
            .as_deref()
            .map(Tag::parse)
            .transpose()
            .map_err(|error| CliError::invalid("tag", error, "write a tag of the image, such as 1.0.0"))?;
        let report = session.run(self.roll_back(session, tag.as_ref()))?;
        screen.print(&report)?;
        if self.follow && follow::exit_of(&report.clusters) == Exit::Failed {
            return Ok(Exit::Failed);
        }
        Ok(if report.commit.is_some() { Exit::Fine } else { Exit::Nothing })
    }

    async fn roll_back(&self, session: &Session, tag: Option<&Tag>) -> Result<RolledBack, CliError> {
        let engine = &session.engine;
        let who = person();
        let progress = Progress::start("reading the source");
        let view = engine.find_policy(&self.policy, self.source.as_deref()).await?;
        let rollback = engine.plan_rollback(&view.name, &self.policy, tag, &self.reason, &who).await?;
        drop(progress);
        let kept = rollback.hold.tag.clone().unwrap_or_default();
        if !rollback.plan.planned.plan.is_empty() && !self.yes {
            let plan = OnePlan::of(&view.name, &rollback.request.automation, Ok(rollback.plan));
            ask(&format!("{}\n\n{} is then held at {kept}.", plan.text(), self.policy))?;
        }
        // Held first: an agent that looks in between must not write the newer tag again.
        engine.hold(rollback.hold, &who).await?;
        let pushed = match engine.release(&rollback.request).await {
            Ok(ReleaseOutcome::Pushed(pushed)) => Some(pushed),
            Ok(ReleaseOutcome::NothingToDo(_)) => None,
            Err(error) => {
                engine.unhold(&view.name, &self.policy, &who).await?;
                return Err(error.into());
            }
        };
        let clusters = match &pushed {
            Some(pushed) => in_clusters(engine, &pushed.id, self.follow.then_some(PATIENCE)).await?,
            None => Vec::new(),
        };
        let commit = pushed.map(|pushed| pushed.commit);
        Ok(RolledBack { policy: self.policy.clone(), tag: kept, commit, held: true, clusters })
    }
}

impl Report for RolledBack {
    fn text(&self, _screen: &Screen) -> String {
        let tag = visible(&self.tag);
        match self.commit.as_deref().and_then(|commit| commit.get(..7)) {
            Some(commit) => {
                let clusters = self.clusters.iter().map(|rollout| format!("\n  {}", follow::summary(rollout)));
                let back = format!("{} {} is back at {tag} as {commit}, and held", Tone::Good.paint("✔"), self.policy);
                back + &clusters.collect::<String>()
            }
            None => format!("{} {} stands at {tag} already, and is held", Tone::Faint.paint("·"), self.policy),
        }
    }
}
