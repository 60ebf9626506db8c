//! One release with its trail and diff.

use sluice_core::release::Plan;
use sluice_engine::{
    ReleaseRow as Row, ReleaseState as Stored, RemoteUrl, Rollout, RolloutState as Reached, RolloutStep,
};

use crate::api::{Api, Inner};
use crate::board::plan_of;
use crate::command::{Answers, GetRelease};
use crate::convert::error::code_of;
use crate::convert::file;
use crate::handler::release::LOOKED_AT;
use crate::handler::sheet::edits;
use crate::handler::source::register_key;
use crate::review::no_release;
use crate::view::common::{ObjectRef, Remedy, RemedyAction};
use crate::view::error::{ErrorCode, WireError};
use crate::view::release::{
    NoUndo, ReleaseDetail, ReleaseId, RolloutRow, RolloutState, TrailKind, TrailState, TrailStep, Undo,
};
use crate::view::review::{Edit, FileChange};

impl Answers<GetRelease> for Api {
    async fn answer(&self, request: ReleaseId) -> Result<ReleaseDetail, WireError> {
        let inner = &self.inner;
        let row = inner.engine.release_of(&request.release).await?.ok_or_else(|| no_release(&request.release))?;
        let all = inner.engine.releases(LOOKED_AT).await?;
        let plan = plan_of(&row);
        let listed = inner.release_row(&row, &all, &inner.engine.stuck_releases().await?);
        let undo = match (&plan, &listed.undone_by) {
            (_, Some(_)) => no(NoUndo::Undone, "it was undone already"),
            (Some(plan), None) => inner.undo(&row, plan).await?,
            (None, None) => no(NoUndo::Unreadable, "its plan cannot be read"),
        };
        let mut by_place: Vec<Edit> =
            plan.as_ref().map(|plan| edits(&row.source, plan).into_values().flatten().collect()).unwrap_or_default();
        by_place.sort_by(|a, b| a.place.cmp(&b.place));
        let failure = (row.state == Stored::Failed).then(|| {
            let words = row.failure.clone().unwrap_or_else(|| "it failed".to_owned());
            let code = row.failure_code.as_deref().map_or(ErrorCode::PushRefused, code_of);
            WireError::new(code, words, "mend the cause, then try it again")
        });
        let rollouts = inner.engine.rollouts_of(&row.id).await?;
        Ok(ReleaseDetail {
            trail: trail(&row, &rollouts),
            rollouts: rollout_rows(&rollouts),
            files: inner.files_of_release(&row, plan.as_ref()).await?,
            edits: by_place,
            message: plan.map(|plan| plan.message).unwrap_or_default(),
            commit_url: row.commit.as_deref().and_then(|commit| commit_url(&row.remote, commit)),
            remedy: failure.as_ref().map(|failure| remedy(failure.code, &row)),
            failure,
            undo,
            row: listed,
        })
    }
}

fn remedy(code: ErrorCode, row: &Row) -> Remedy {
    match code {
        ErrorCode::KeyReadOnly if row.remote.starts_with("ssh://") => register_key(&row.source),
        _ => Remedy { words: "mend the cause, then try it again".to_owned(), action: RemedyAction::Read },
    }
}

fn no(code: NoUndo, why: &str) -> Undo {
    Undo::No { code, why: why.to_owned(), policy: None }
}

impl Inner {
    /// Whether what the release brought still stands, so that it can be taken back.
    pub(crate) async fn undo(&self, row: &Row, plan: &Plan) -> Result<Undo, WireError> {
        if row.state != Stored::Pushed {
            return Ok(no(NoUndo::NotPushed, "the remote does not have it"));
        }
        if plan.updates.is_empty() {
            return Ok(no(NoUndo::Rule, "it changed a rule: change it back on the policy's page"));
        }
        if plan.updates.iter().any(|update| update.from.is_empty()) {
            return Ok(no(NoUndo::NothingBefore, "nothing stood there before"));
        }
        let board = self.board().await?;
        for update in &plan.updates {
            let object = ObjectRef::of(&row.source, &update.policy);
            let Ok((_, policy)) = board.policy(&object) else {
                let why = format!("{} is not in Git any more", update.policy);
                return Ok(Undo::No { code: NoUndo::PolicyGone, why, policy: Some(object) });
            };
            let stands = policy.row.in_git.as_ref().and_then(|version| version.tag.as_deref());
            if stands != Some(update.to.tag.as_str()) {
                let why = format!("{} was changed since", update.policy);
                return Ok(Undo::No { code: NoUndo::ChangedSince, why, policy: Some(object) });
            }
        }
        Ok(Undo::Yes)
    }

    async fn files_of_release(&self, row: &Row, plan: Option<&Plan>) -> Result<Vec<FileChange>, WireError> {
        let found = self.engine.released_files(row).await?;
        let Some(plan) = plan else { return Ok(Vec::new()) };
        let one = |planned: &sluice_core::release::FilePlan| {
            let found = found.iter().find(|file| file.path == planned.path);
            match found.and_then(|file| file.after.as_ref().map(|after| (&file.before, after))) {
                Some((before, after)) => file::file_change(&planned.path, before, after),
                // Without a commit the plan's own diff says what would have been written.
                None => diff_alone(planned, found.map(|file| file.before.as_slice()).unwrap_or_default()),
            }
        };
        Ok(plan.files.iter().map(one).collect())
    }
}

fn diff_alone(planned: &sluice_core::release::FilePlan, before: &[u8]) -> FileChange {
    let lines = |sign: char| planned.diff.lines().skip(2).filter(|line| line.starts_with(sign)).count();
    FileChange {
        before: String::new(),
        after: String::new(),
        is_large: true,
        diff: planned.diff.clone(),
        lines_added: crate::convert::count(lines('+')),
        lines_removed: crate::convert::count(lines('-')),
        ..file::file_change(&planned.path, before, before)
    }
}

/// Always all six steps; what only a cluster knows is unknown where none is connected.
fn trail(row: &Row, rollouts: &[Rollout]) -> Vec<TrailStep> {
    let last = row.steps.last();
    let words = last.map(|step| step.detail.clone()).unwrap_or_default();
    let (state, at) = match row.state {
        Stored::Pushed => (TrailState::Done, Some(row.updated_at)),
        Stored::Failed | Stored::Superseded => (TrailState::Failed, Some(row.updated_at)),
        Stored::Pushing => (TrailState::Working, None),
        Stored::Planned => (TrailState::Waiting, None),
    };
    let planned = TrailStep {
        step: TrailKind::Planned,
        state: TrailState::Done,
        at: Some(row.created_at),
        words: format!("on {}", row.base.get(..7).unwrap_or(&row.base)),
        commit: Some(row.base.clone()),
    };
    let pushed = TrailStep { step: TrailKind::Pushed, state, at, words, commit: row.commit.clone() };
    let rest = STAGES.into_iter().map(|(step, stage)| over_clusters(step, stage, rollouts));
    [planned, pushed].into_iter().chain(rest).collect()
}

/// What follows a push, with the name that each has in the database.
const STAGES: [(TrailKind, &str); 4] = [
    (TrailKind::Fetched, "fetched"),
    (TrailKind::Applied, "applied"),
    (TrailKind::RolledOut, "rolled-out"),
    (TrailKind::Healthy, "healthy"),
];

/// Each cluster that follows the release.
fn rollout_rows(rollouts: &[Rollout]) -> Vec<RolloutRow> {
    let one = |rollout: &Rollout| {
        let state = match rollout.state {
            Reached::Moving => RolloutState::Moving,
            Reached::Stuck => RolloutState::Stuck,
            Reached::Healthy => RolloutState::Healthy,
            Reached::Unseen => RolloutState::Unseen,
            Reached::Overtaken => RolloutState::Overtaken,
            Reached::NotFollowed => return None,
        };
        let only = std::slice::from_ref(rollout);
        let steps = STAGES.into_iter().map(|(step, stage)| {
            let TrailStep { state, at, words, .. } = over_clusters(step, stage, only);
            // The cluster is named beside it.
            let words = words.strip_prefix(&format!("{}: ", rollout.cluster)).map_or(words.clone(), str::to_owned);
            TrailStep { step, state, at, words, commit: None }
        });
        Some(RolloutRow {
            cluster: rollout.cluster.clone(),
            state,
            reason: rollout.reason.clone(),
            words: rollout.words.clone(),
            steps: steps.collect(),
            requested_at: rollout.requested_at,
            request: rollout.request.clone(),
            updated_at: rollout.updated_at,
        })
    };
    let mut rows: Vec<RolloutRow> = rollouts.iter().filter_map(one).collect();
    rows.sort_by_key(|row| row.state != RolloutState::Stuck);
    rows
}

/// A stage over all clusters that follow the release: as far as the one that is furthest behind.
fn over_clusters(step: TrailKind, stage: &str, rollouts: &[Rollout]) -> TrailStep {
    let of_stage = rollouts.iter().filter_map(|rollout| {
        let step = rollout.steps.iter().find(|step| step.stage == stage)?;
        Some((rollout, step))
    });
    let all: Vec<_> = of_stage.collect();
    if all.is_empty() {
        return TrailStep { step, state: TrailState::Unknown, at: None, words: String::new(), commit: None };
    }
    let words = |state: &str| {
        let said = all.iter().filter(|(_, step)| step.state == state && !step.words.is_empty());
        said.map(|(rollout, step)| format!("{}: {}", rollout.cluster, step.words)).collect::<Vec<_>>().join("; ")
    };
    let is_any = |state: &str| all.iter().any(|(_, step)| step.state == state);
    let is_begun = |(rollout, step): &(&Rollout, &RolloutStep)| {
        step.state == "waiting"
            && rollout.steps.iter().find(|step| step.state != "done").is_some_and(|first| first.stage == stage)
    };
    let (state, words) = if is_any("stuck") {
        (TrailState::Failed, words("stuck"))
    } else if all.iter().any(is_begun) {
        (TrailState::Working, words("waiting"))
    } else if is_any("waiting") {
        (TrailState::Waiting, String::new())
    } else {
        (TrailState::Done, words("done"))
    };
    let at = all.iter().filter_map(|(_, step)| step.at).max().filter(|_| state == TrailState::Done);
    TrailStep { step, state, at, words, commit: None }
}

/// The page of a commit at a forge whose addresses are known.
fn commit_url(remote: &str, commit: &str) -> Option<String> {
    let url = RemoteUrl::parse(remote).ok()?;
    let path = url.path().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let host = url.host();
    let below = match host {
        "github.com" | "codeberg.org" => "commit",
        "gitlab.com" => "-/commit",
        "bitbucket.org" => "commits",
        _ => return None,
    };
    Some(format!("https://{host}/{path}/{below}/{commit}"))
}

#[cfg(test)]
mod tests {
    use super::commit_url;

    #[test]
    fn commits_have_pages_at_known_forges() {
        for (remote, url) in [
            ("git@github.com:acme/fleet.git", Some("https://github.com/acme/fleet/commit/abc")),
            ("https://gitlab.com/acme/fleet", Some("https://gitlab.com/acme/fleet/-/commit/abc")),
            ("http://127.0.0.1:3000/fleet.git", None),
        ] {
            assert_eq!(commit_url(remote, "abc").as_deref(), url, "{remote}");
        }
    }
}
