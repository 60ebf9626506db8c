//! The page of one policy, and its history.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::catalogue::Placed;
use sluice_core::marker::Marker;
use sluice_engine::{AuditEntry, AutomationStatus, SourceView};

use crate::api::{Api, Inner};
use crate::board::SourceBoard;
use crate::command::{Answers, GetPolicy, GetPolicyHistory};
use crate::convert::{gate, key, rule, seconds, version};
use crate::handler::timeline::resource;
use crate::handler::why::draft_of;
use crate::policy_board::PolicyBoard;
use crate::view::common::{FilePlace, ImageVersion, ObjectRef, Pause, PolicyRequest};
use crate::view::diagnosis::Diagnosis;
use crate::view::error::WireError;
use crate::view::gate::Hold;
use crate::view::policy::{
    HistoryEntry, HistoryEvent, HistoryRequest, IgnoredMarker, MarkerUse, PolicyAutomation, PolicyHistory, PolicyPage,
};

/// Commits and decisions that the history is made of.
const COMMITS: usize = 300;
const DECISIONS: u32 = 500;

impl Answers<GetPolicy> for Api {
    async fn answer(&self, request: PolicyRequest) -> Result<PolicyPage, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let (source, policy) = board.policy(&request.policy)?;
        let view = source.view()?;
        let written = resource(view, &request.policy.key())?;
        let used = inner.used(view, &request.policy.key()).await?;
        let diagnoses = inner.diagnoses_of_source(source).await?;
        let mut page = page(inner, source, policy, view, written, used, diagnoses);
        for automation in &mut page.automations {
            automation.writer = inner.writer_of(view, &automation.automation.key()).await?;
        }
        Ok(page)
    }
}

fn page(
    inner: &Inner,
    source: &SourceBoard,
    policy: &PolicyBoard,
    view: &SourceView,
    written: &sluice_core::flux::ImagePolicy,
    used: Vec<MarkerUse>,
    diagnoses: Vec<Diagnosis>,
) -> PolicyPage {
    let row = &policy.row;
    let object = |key: &ObjectKey| ObjectRef::of(&view.name, key);
    let repository = view.catalogue.image_repository_of(written);
    let image = source.images.get(&written.image_repository).and_then(|image| image.state.as_ref());
    let file = view.catalogue.policies.get(&policy.status.policy).map(|placed| placed.file.to_string());
    PolicyPage {
        policy: row.policy.clone(),
        image: row.image.clone(),
        image_repository: repository.map(|repository| object(&repository.meta.key)),
        rule: draft_of(written),
        chip: row.rule.clone(),
        place: file.map(|path| FilePlace {
            source: view.name.clone(),
            path,
            line: written.rule_place.0,
            column: written.rule_place.1,
        }),
        exclusions: repository.map(|repository| repository.exclusion_list.clone()).unwrap_or_default(),
        chosen: policy.status.chosen.as_ref().map(Into::into),
        chosen_at: policy.status.chosen_at,
        in_git: row.in_git.clone(),
        candidate: row.candidate.clone(),
        problem: policy.status.problem.as_ref().map(rule::problem),
        state: row.state,
        gates: row.gates.clone(),
        next: row.next.clone(),
        holds: policy.holds.iter().map(|(hold, origin)| gate::hold(hold, origin)).collect(),
        cool_down: seconds(policy.cool_down),
        automations: view
            .catalogue
            .automations_of(written)
            .filter_map(|automation| source.automations.get(&automation.meta.key))
            .map(|status| automation(inner, source, view, status))
            .collect(),
        used,
        ignored: ignored(view, &policy.status.policy),
        diagnoses: diagnoses.into_iter().filter(|diagnosis| concerns(diagnosis, policy, repository)).collect(),
        checked_at: row.checked_at,
        next_check_at: policy.next_check,
        last_error: image.and_then(|image| image.last_error.clone()),
    }
}

fn automation(inner: &Inner, source: &SourceBoard, view: &SourceView, status: &AutomationStatus) -> PolicyAutomation {
    let written = view.catalogue.automations.get(&status.automation);
    PolicyAutomation {
        automation: ObjectRef::of(&view.name, &status.automation),
        mode: status.mode.into(),
        most: written.and_then(|written| written.meta.team.mode).map(Into::into),
        branch: push_branch(view, &status.automation),
        interval: u32::try_from(status.interval_seconds).unwrap_or(u32::MAX),
        is_suspended: status.is_suspended,
        paused: pause_of(inner, source, &status.automation),
        writer: None,
    }
}

/// A person's pause of an automation.
pub(crate) fn pause_of(inner: &Inner, source: &SourceBoard, automation: &ObjectKey) -> Option<Pause> {
    if !source.settings.is_paused(automation, inner.now()) {
        return None;
    }
    let own = source.settings.automations.get(automation);
    let is_open = source.settings.paused || own.is_some_and(|own| own.paused);
    Some(Pause { until: own.and_then(|own| own.paused_until).filter(|_| !is_open) })
}

/// The branch that an automation pushes, as far as its resource says.
pub(crate) fn push_branch(view: &SourceView, automation: &ObjectKey) -> String {
    let written = view.catalogue.automations.get(automation);
    let git = written.and_then(|written| written.git.as_ref());
    let pushed = git.and_then(|git| git.push.as_ref()).and_then(|push| push.branch.clone());
    let repository = written.and_then(|written| view.catalogue.git_repositories.get(&written.source));
    let reference = git
        .and_then(|git| git.checkout.as_ref())
        .or_else(|| repository.and_then(|repository| repository.reference.as_ref()));
    let checked_out = reference.and_then(|reference| reference.checked_out_branch()).map(str::to_owned);
    pushed.filter(|branch| !branch.is_empty()).or(checked_out).unwrap_or_else(|| view.branch.clone())
}

fn ignored(view: &SourceView, policy: &ObjectKey) -> Vec<IgnoredMarker> {
    key::ignored_markers(&view.catalogue, policy)
        .map(|marker| IgnoredMarker {
            place: FilePlace {
                source: view.name.clone(),
                path: marker.file.to_string(),
                line: marker.line,
                column: marker.column,
            },
            text: marker.text.clone(),
            code: marker.reason.code().to_owned(),
            message: marker.reason.to_string(),
            hint: marker.reason.hint(),
        })
        .collect()
}

/// Whether a diagnosis is about the policy, its image repository, or one of its markers.
fn concerns(
    diagnosis: &Diagnosis,
    policy: &PolicyBoard,
    repository: Option<&Placed<sluice_core::flux::ImageRepository>>,
) -> bool {
    let is_object = diagnosis.object.as_ref().is_some_and(|found| {
        let key = found.object.key();
        found.kind == "ImagePolicy" && key == policy.status.policy
            || found.kind == "ImageRepository" && repository.is_some_and(|repository| repository.meta.key == key)
    });
    let at_marker = diagnosis
        .place
        .as_ref()
        .is_some_and(|place| policy.places.iter().any(|marker| marker.path == place.path && marker.line == place.line));
    is_object || at_marker
}

impl Inner {
    /// Where a policy is used, with the lines as they are in the files.
    async fn used(&self, view: &SourceView, policy: &ObjectKey) -> Result<Vec<MarkerUse>, WireError> {
        let markers: Vec<&Placed<Marker>> = view.catalogue.markers_of(policy).collect();
        let paths: BTreeSet<String> = markers.iter().map(|marker| marker.file.to_string()).collect();
        let files = self.engine.files_of(view, paths).await?;
        let written = resource(view, policy)?;
        let one = |marker: &Placed<Marker>| {
            let text = files.get(&*marker.file).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
            let line = text.lines().nth(marker.line.saturating_sub(1) as usize).unwrap_or_default().to_owned();
            let covers =
                view.catalogue.automations_of(written).find(|automation| automation.update_path().covers(&marker.file));
            MarkerUse {
                place: key::place(&view.name, marker),
                value: marker.value.value.trim_end().to_owned(),
                line,
                part: marker.reference.field.into(),
                object: key::object_words(&marker.object),
                automation: covers.map(|automation| ObjectRef::of(&view.name, &automation.meta.key)),
            }
        };
        Ok(markers.into_iter().map(one).collect())
    }
}

impl Answers<GetPolicyHistory> for Api {
    async fn answer(&self, request: HistoryRequest) -> Result<PolicyHistory, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let (source, policy) = board.policy(&request.policy)?;
        let view = source.view()?;
        let key = request.policy.key();
        let mut entries = written(inner, view, policy, &key).await?;
        for past in inner.engine.decisions_of(&view.name, &key, DECISIONS).await? {
            entries.push(HistoryEntry { at: past.at, event: HistoryEvent::Chose { tag: past.chosen.tag.to_string() } });
        }
        let subject = format!("{} {key}", view.name);
        let log = inner.engine.audit_page(None, &subject, DECISIONS).await?;
        entries.extend(log.into_iter().filter(|(_, entry)| entry.subject == subject).filter_map(|(_, one)| held(one)));
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
        entries.retain(|entry| request.before.is_none_or(|before| entry.at < before));
        let limit = request.limit.unwrap_or(50).clamp(1, 500) as usize;
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        Ok(PolicyHistory { entries, has_more })
    }
}

/// Commits that changed what stands in Git, whoever made them.
async fn written(
    inner: &Inner,
    view: &SourceView,
    policy: &PolicyBoard,
    key: &ObjectKey,
) -> Result<Vec<HistoryEntry>, WireError> {
    let history = inner.engine.history_of_policy(view, key, COMMITS).await?;
    let releases = inner.engine.releases_of_policy(&view.name, key, DECISIONS).await?;
    let mut entries = Vec::new();
    let mut stood: Vec<ImageVersion> = Vec::new();
    for one in history.moves {
        let to: ImageVersion = (&one.standing).into();
        let release = releases.iter().find(|release| release.row.commit.as_deref() == Some(one.commit.as_str()));
        let event = HistoryEvent::Written {
            change: version::version_move(stood.last().cloned(), to.clone(), policy.compiled.as_ref()),
            commit: one.commit,
            author: one.author,
            release: release.map(|release| release.row.id.clone()),
            is_rollback: stood.contains(&to),
        };
        entries.push(HistoryEntry { at: one.at, event });
        stood.push(to);
    }
    // Newest first: Git tells seconds, and two commits of one second keep the order that they are given here.
    entries.reverse();
    Ok(entries)
}

fn held(entry: AuditEntry) -> Option<HistoryEntry> {
    let at: Timestamp = entry.at;
    let event = match entry.action.as_str() {
        "hold" => {
            // `1.0.0 until …: why`, as the engine writes it.
            let (kept, reason) = entry.detail.split_once(": ").unwrap_or((&entry.detail, ""));
            let tag = kept.split(' ').next().filter(|_| !kept.starts_with("what is in Git")).map(str::to_owned);
            let until = kept.split_once(" until ").and_then(|(_, until)| until.parse().ok());
            let hold =
                Hold { tag, reason: reason.to_owned(), until, since: Some(at), by: Some(entry.who), is_in_git: false };
            HistoryEvent::Held { hold }
        }
        "unhold" => HistoryEvent::Lifted { by: entry.who },
        _ => return None,
    };
    Some(HistoryEntry { at, event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_is_read_back_from_the_log() {
        let entry = |detail: &str| AuditEntry {
            at: Timestamp::UNIX_EPOCH,
            who: "kim".into(),
            action: "hold".into(),
            subject: "fleet flux-system/app".into(),
            detail: detail.into(),
        };
        let read = |detail: &str| match held(entry(detail)).map(|entry| entry.event) {
            Some(HistoryEvent::Held { hold }) => hold,
            other => panic!("{other:?}"),
        };
        let hold = read("1.0.0 until 2026-12-01T00:00:00Z: leaks: memory");
        assert_eq!((hold.tag.as_deref(), hold.reason.as_str()), (Some("1.0.0"), "leaks: memory"));
        assert_eq!(hold.until, "2026-12-01T00:00:00Z".parse().ok());
        assert_eq!(read("what is in Git: no").tag, None);
    }
}
