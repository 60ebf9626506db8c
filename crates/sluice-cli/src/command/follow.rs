//! `sluice follow`: how far a release has come in the clusters.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use sluice_core::duration::GoDuration;
use sluice_engine::{Engine, Rollout, RolloutState};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, say, visible};
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  sluice follow
  sluice follow 0193a5c2 --timeout 5m

Exit codes: 0 it runs everywhere, 1 it is stuck or did not get there in time, 2 there is no such release,
3 no cluster follows it";

/// Follow a release through the clusters until it runs
///
/// Asks Flux in every cluster that follows the repository to fetch and apply the commit at once, and tells each step:
/// fetched, applied, rolled out, healthy; or where it is stuck, in the cluster's own words, with the way back.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Follow {
    /// The release: its id or the beginning of it; the newest when absent
    #[arg(value_name = "RELEASE")]
    release: Option<String>,
    /// How long to wait at most
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration)]
    timeout: GoDuration,
}

pub(super) fn duration(text: &str) -> Result<GoDuration, String> {
    GoDuration::parse_interval(text).map_err(|error| error.to_string())
}

impl Follow {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let engine = &session.engine;
        let (followed, exit) = session.run(async {
            let id = match &self.release {
                Some(id) => id.clone(),
                None => newest(engine).await?,
            };
            let rollouts = follow(engine, &id, self.timeout.as_std()).await?;
            let exit = exit_of(&rollouts);
            Ok((Followed { release: id, rollouts }, exit))
        })?;
        screen.print(&followed)?;
        Ok(exit)
    }
}

async fn newest(engine: &Engine) -> Result<String, CliError> {
    let newest = engine.releases(20).await?.into_iter().find(|row| row.state == sluice_engine::ReleaseState::Pushed);
    newest.map(|row| row.id).ok_or_else(|| {
        CliError::invalid("not-found", "nothing was released yet", "release something first: sluice release")
    })
}

/// Follows a release and says each step on standard error.
pub(super) async fn follow(engine: &Engine, id: &str, patience: Duration) -> Result<Vec<Rollout>, CliError> {
    let said: Mutex<HashSet<String>> = Mutex::default();
    let told = |rollout: &Rollout| {
        for line in lines(rollout) {
            if said.lock().unwrap_or_else(PoisonError::into_inner).insert(line.clone()) {
                say(&line);
            }
        }
    };
    Ok(engine.follow_release(id, patience, &told).await?)
}

/// How a process ends after it has followed.
pub(super) fn exit_of(rollouts: &[Rollout]) -> Exit {
    let any = |states: &[RolloutState]| rollouts.iter().any(|rollout| states.contains(&rollout.state));
    if any(&[RolloutState::Stuck, RolloutState::Moving]) {
        Exit::Failed
    } else if any(&[RolloutState::Healthy, RolloutState::Unseen]) {
        Exit::Fine
    } else {
        Exit::Nothing
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Followed {
    release: String,
    rollouts: Vec<Rollout>,
}

impl Report for Followed {
    fn text(&self, _screen: &Screen) -> String {
        if self.rollouts.is_empty() {
            return "no cluster is connected: sluice source add cluster CONTEXT".to_owned();
        }
        self.rollouts.iter().map(summary).collect::<Vec<_>>().join("\n")
    }
}

/// One line on how a release is in a cluster, with the way back where it is stuck.
pub(super) fn summary(rollout: &Rollout) -> String {
    let cluster = visible(&rollout.cluster);
    let line = |tone: Tone, sign: &str, words: &str| format!("{} {cluster}: {}", tone.paint(sign), visible(words));
    match rollout.state {
        RolloutState::Healthy => line(Tone::Good, "✔", "it runs and is ready"),
        RolloutState::Stuck => format!(
            "{}\n  {} sluice rollback NS/NAME --reason '…' writes what stood before, and holds it",
            line(Tone::Bad, "✗", &format!("stuck: {}", rollout.words)),
            Tone::Note.paint("→"),
        ),
        RolloutState::Moving => line(Tone::Note, "◷", &moving_words(rollout)),
        RolloutState::Unseen => line(Tone::Warning, "!", &format!("applied; {}", rollout.words)),
        RolloutState::NotFollowed => line(Tone::Faint, "·", "nothing here follows what was changed"),
        RolloutState::Overtaken => line(Tone::Faint, "·", "a later release took its place"),
    }
}

fn moving_words(rollout: &Rollout) -> String {
    let at = rollout.steps.iter().find(|step| step.state != "done");
    match (at, rollout.words.is_empty()) {
        (_, false) => rollout.words.clone(),
        (Some(step), _) if !step.words.is_empty() => step.words.clone(),
        _ => "on its way".to_owned(),
    }
}

/// The steps of a rollout, a line each.
fn lines(rollout: &Rollout) -> Vec<String> {
    let cluster = visible(&rollout.cluster);
    let steps = rollout.steps.iter().filter(|step| !step.words.is_empty()).map(|step| {
        let (tone, sign) = match step.state.as_str() {
            "done" => (Tone::Good, "✔"),
            "stuck" => (Tone::Bad, "✗"),
            _ => (Tone::Faint, "·"),
        };
        format!("{} {cluster} {:<11} {}", tone.paint(sign), step.stage, visible(&step.words)).trim_end().to_owned()
    });
    let request = (!rollout.request.is_empty())
        .then(|| format!("{} {cluster} {:<11} {}", Tone::Note.paint("→"), "requested", visible(&rollout.request)));
    request.into_iter().chain(steps).collect()
}
