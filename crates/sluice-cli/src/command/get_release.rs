//! The releases of `sluice get`: the newest, and those that do not get on in a cluster.

use serde::Serialize;
use sluice_engine::{Engine, ReleaseRow, ReleaseState, Rollout, StuckRelease};

use crate::error::CliError;
use crate::output::{Cell, Screen, Table, Tone};
use crate::when::age;

/// A release, with the clusters in which it does not get on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneRelease {
    #[serde(flatten)]
    row: ReleaseRow,
    /// How it is in each cluster in which it is stuck; empty where it gets on everywhere.
    stuck: Vec<Rollout>,
}

/// The newest releases of a source, or of all. Those that are stuck are among them, however old they are.
pub(super) async fn releases(engine: &Engine, source: Option<&str>, limit: u32) -> Result<Vec<OneRelease>, CliError> {
    let mut rows = engine.releases(limit).await?;
    let stuck = engine.stuck().await?;
    for StuckRelease { row, .. } in &stuck {
        if !rows.iter().any(|known| known.id == row.id) {
            rows.push(row.clone());
        }
    }
    let mine = rows.into_iter().filter(|row| source.is_none_or(|name| name == row.source));
    let one = |row: ReleaseRow| {
        let stuck = stuck.iter().filter(|stuck| stuck.row.id == row.id).map(|stuck| stuck.rollout.clone()).collect();
        OneRelease { row, stuck }
    };
    Ok(mine.map(one).collect())
}

/// The table of releases; below it the way back of those that are stuck.
pub(super) fn text(releases: &[OneRelease], screen: &Screen) -> String {
    let mut table = Table::new(["id", "automation", "state", "commit", "by", "message", "age"]);
    for OneRelease { row, stuck } in releases {
        let (tone, state) = match row.state {
            _ if !stuck.is_empty() => (Tone::Bad, "stuck"),
            ReleaseState::Pushed => (Tone::Good, row.state.as_str()),
            ReleaseState::Failed => (Tone::Bad, row.state.as_str()),
            _ => (Tone::Faint, row.state.as_str()),
        };
        let last = row.steps.last().map(|step| step.detail.clone()).unwrap_or_default();
        let message = match stuck.is_empty() {
            true => row.failure.clone().unwrap_or(last),
            false => stuck.iter().map(words).collect::<Vec<_>>().join("; "),
        };
        table.row([
            row.id.clone().into(),
            row.automation.to_string().into(),
            Cell::toned(tone, state),
            row.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or("-").into(),
            row.started_by.clone().into(),
            message.into(),
            age(Some(row.updated_at)).into(),
        ]);
    }
    let table = table.text(screen);
    match releases.iter().any(|one| !one.stuck.is_empty()) {
        true => format!(
            "{table}\n{} sluice rollback NS/NAME --reason '…' writes what stood before, and holds it",
            Tone::Note.paint("→")
        ),
        false => table,
    }
}

fn words(rollout: &Rollout) -> String {
    format!("stuck in {}: {}", rollout.cluster, rollout.words)
}
