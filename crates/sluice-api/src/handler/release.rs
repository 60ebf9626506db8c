//! The queue and the history of releases.

use std::collections::BTreeSet;

use sluice_core::release::Plan;
use sluice_engine::{ReleaseRow as Row, ReleaseState as Stored};

use crate::api::{Api, Inner};
use crate::board::plan_of;
use crate::command::{Answers, GetReleases};
use crate::convert::{count, version};
use crate::handler::sheet::{fields, standing_words, target};
use crate::view::common::ObjectRef;
use crate::view::error::WireError;
use crate::view::release::{
    ReleaseChange, ReleaseFilter, ReleaseRow, ReleaseState, Releases, ReleasesRequest, Starter,
};
use crate::view::review::Target;

/// Releases that are looked through, the newest.
pub(crate) const LOOKED_AT: u32 = 5000;

impl Answers<GetReleases> for Api {
    async fn answer(&self, request: ReleasesRequest) -> Result<Releases, WireError> {
        let inner = &self.inner;
        let all = inner.engine.releases(LOOKED_AT).await?;
        let stuck = inner.engine.stuck_releases().await?;
        let limit = request.limit.unwrap_or(100).clamp(1, 500) as usize;
        let is_open = |row: &Row| matches!(row.state, Stored::Planned | Stored::Pushing);
        // A plan that another one replaced before it was sent is a step of that release, not one of its own.
        let listed: Vec<&Row> = all.iter().filter(|row| row.state != Stored::Superseded).collect();
        let open = listed.iter().filter(|row| is_open(row)).count();
        let fits = |row: &&&Row| inner.fits(&request, row, &stuck);
        let (mut found, ended): (Vec<&Row>, Vec<&Row>) =
            listed.iter().copied().filter(|row| fits(&row)).partition(|row| is_open(row));
        let is_older = |row: &&Row| request.before.as_ref().is_none_or(|before| row.id < *before);
        if request.before.is_some() {
            found.clear();
        }
        let rest: Vec<&Row> = ended.into_iter().filter(is_older).collect();
        let room = limit.saturating_sub(found.len());
        let has_more = rest.len() > room;
        found.extend(rest.into_iter().take(room));
        Ok(Releases {
            releases: found.into_iter().map(|row| inner.release_row(row, &all, &stuck)).collect(),
            open: count(open),
            done: count(listed.len() - open),
            has_more,
        })
    }
}

impl Inner {
    fn fits(&self, request: &ReleasesRequest, row: &Row, stuck: &BTreeSet<String>) -> bool {
        let of_kind = match request.show {
            ReleaseFilter::All => true,
            ReleaseFilter::Mine => self.starter(&row.started_by) == Starter::You,
            ReleaseFilter::Failed => row.state == Stored::Failed || stuck.contains(&row.id),
        };
        let updates = || plan_of(row).map(|plan| plan.updates).unwrap_or_default();
        let ruled = || plan_of(row).map(|plan| plan.fields().map(|field| field.object.clone()).collect::<Vec<_>>());
        let of_policy = request.policy.as_ref().is_none_or(|policy| {
            row.source == policy.source
                && (updates().iter().any(|update| update.policy == policy.key())
                    || ruled().unwrap_or_default().contains(&policy.key()))
        });
        let text = request.text.as_deref().unwrap_or_default().trim().to_lowercase();
        let holds = |words: &str| words.to_lowercase().contains(&text);
        let of_text = text.is_empty()
            || holds(&row.started_by)
            || row.commit.as_deref().is_some_and(holds)
            || holds(&row.automation.to_string())
            || ruled().unwrap_or_default().iter().any(|policy| holds(&policy.to_string()))
            || updates().iter().any(|update| holds(&update.policy.to_string()) || holds(update.to.tag.as_str()));
        of_kind && of_policy && of_text
    }

    /// A release for the list; `all` are the releases among which one may have undone it, `stuck` those that do not go on
    /// in a cluster.
    pub(crate) fn release_row(&self, row: &Row, all: &[Row], stuck: &BTreeSet<String>) -> ReleaseRow {
        let plan = plan_of(row);
        ReleaseRow {
            release: row.id.clone(),
            state: match state(row.state) {
                ReleaseState::Pushed if stuck.contains(&row.id) => ReleaseState::Stuck,
                state => state,
            },
            changes: plan.as_ref().map(|plan| changes(&row.source, plan)).unwrap_or_default(),
            target: plan.as_ref().map_or_else(|| bare_target(row), |plan| target(&row.source, plan)),
            commit: row.commit.clone(),
            started: self.starter(&row.started_by),
            created_at: row.created_at,
            updated_at: row.updated_at,
            undoes: all.iter().find(|older| older.id < row.id && undoes(row, older)).map(|older| older.id.clone()),
            undone_by: all.iter().rev().find(|newer| newer.id > row.id && undoes(newer, row)).map(|one| one.id.clone()),
        }
    }
}

/// How a release is, for the wire.
pub(crate) fn state(state: Stored) -> ReleaseState {
    match state {
        Stored::Planned => ReleaseState::Queued,
        Stored::Pushing => ReleaseState::Pushing,
        Stored::Pushed => ReleaseState::Pushed,
        Stored::Failed => ReleaseState::Failed,
        Stored::Superseded => ReleaseState::Superseded,
    }
}

/// What a release changed, by policy.
pub(crate) fn changes(source: &str, plan: &Plan) -> Vec<ReleaseChange> {
    let change = |update: &sluice_core::release::Update| {
        let from = update.from.first().map(|stood| standing_words(stood));
        ReleaseChange {
            policy: Some(ObjectRef::of(source, &update.policy)),
            title: update.policy.name.clone(),
            version: Some(version::version_move(from, (&update.to).into(), None)),
            fields: Vec::new(),
        }
    };
    let ruled = fields(plan).into_iter().map(|(policy, fields)| ReleaseChange {
        title: policy.name.clone(),
        policy: Some(ObjectRef::of(source, &policy)),
        version: None,
        fields,
    });
    plan.updates.iter().map(change).chain(ruled).collect()
}

/// What a release is called in a line: `storefront 2026.11.2`, or `3 images`.
pub(crate) fn title(row: &Row) -> String {
    match plan_of(row) {
        Some(plan) => match (plan.updates.as_slice(), plan.fields().next()) {
            ([only], _) => format!("{} {}", only.policy.name, only.to.tag),
            ([], Some(field)) => field.object.name.clone(),
            (several, _) => format!("{} images", several.len()),
        },
        None => row.automation.to_string(),
    }
}

fn bare_target(row: &Row) -> Target {
    Target {
        source: row.source.clone(),
        remote: row.remote.clone(),
        checkout: String::new(),
        branch: row.target_ref.trim_start_matches("refs/heads/").to_owned(),
        creates_branch: row.expected.is_none(),
        automation: Some(ObjectRef::of(&row.source, &row.automation)),
    }
}

/// Whether a release took exactly back what an older one had brought.
pub(crate) fn undoes(newer: &Row, older: &Row) -> bool {
    let same = (&newer.source, &newer.automation) == (&older.source, &older.automation);
    if !same || newer.state != Stored::Pushed || older.state != Stored::Pushed {
        return false;
    }
    let moves = |row: &Row, back: bool| -> Option<Vec<(String, Vec<String>, String)>> {
        let updates = plan_of(row)?.updates;
        let one = |update: sluice_core::release::Update| {
            let (from, to) = (update.from.join(" "), update.to.tag.to_string());
            let (from, to) = if back { (to, from) } else { (from, to) };
            (update.policy.to_string(), vec![from], to)
        };
        Some(updates.into_iter().map(one).collect())
    };
    let (forth, back) = (moves(newer, false), moves(older, true));
    forth.as_ref().is_some_and(|forth| !forth.is_empty()) && forth == back
}
