//! How everything stands at one moment: what the table, the inbox, the rail and the pages of policies are made of.
//!
//! A board is computed from what is known, without asking remotes, and kept until something happens or a few seconds
//! passed, so that the answers to one look at the window agree and cost one computation.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sluice_core::ObjectKey;
use sluice_core::release::{Approval, Plan};
use sluice_engine::settings::SourceSettings;
use sluice_engine::{
    AutomationPlan, AutomationStatus, EngineError, Heartbeat, ImageStatus, PlanRequest, ReleaseRow, ReleaseState,
    Snooze, SourceView, StuckRelease, Tries,
};

use crate::api::Inner;
use crate::convert::gate::HoldOrigin;
use crate::policy_board::PolicyBoard;
use crate::view::common::ObjectRef;
use crate::view::error::{ErrorCode, WireError};

/// How long a board holds when nothing happens: gates open by the clock.
const HOLDS_FOR: SignedDuration = SignedDuration::from_secs(5);
/// What the bars of a remote show.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Releases that are looked at for what became of each policy's newest.
const RELEASES: u32 = 200;

/// Everything at one moment.
pub(crate) struct Board {
    pub(crate) made_at: Timestamp,
    pub(crate) sources: Vec<SourceBoard>,
    pub(crate) heartbeats: BTreeMap<String, Heartbeat>,
    /// The tries of the last day, by remote.
    pub(crate) tries: BTreeMap<String, Vec<Tries>>,
    /// The newest releases, newest first.
    pub(crate) releases: Vec<ReleaseRow>,
    /// Those that do not get on in a cluster.
    pub(crate) stuck: Vec<StuckRelease>,
}

/// One source.
pub(crate) struct SourceBoard {
    pub(crate) settings: SourceSettings,
    pub(crate) view: Option<Arc<SourceView>>,
    /// Why it was never read.
    pub(crate) problem: Option<WireError>,
    pub(crate) images: BTreeMap<ObjectKey, ImageStatus>,
    pub(crate) automations: BTreeMap<ObjectKey, AutomationStatus>,
    pub(crate) policies: Vec<PolicyBoard>,
    /// What the server said when it refused a push because the source's deploy key may only read.
    pub(crate) write_refused: Option<String>,
}

/// What each policy's state is made of, beside its own source.
pub(crate) struct Around {
    pub(crate) now: Timestamp,
    pub(crate) snoozes: Vec<Snooze>,
    /// The newest release of each policy, by source.
    pub(crate) newest: HashMap<(String, ObjectKey), (String, ReleaseState)>,
    /// Who set holds, and when, by `source namespace/name`.
    pub(crate) holders: HashMap<String, (String, Timestamp)>,
    pub(crate) who: String,
    /// Somebody is looking for tags.
    pub(crate) is_looking: bool,
}

impl Around {
    pub(crate) fn local_hold(&self, source: &str, policy: &ObjectKey) -> HoldOrigin {
        match self.holders.get(&format!("{source} {policy}")) {
            Some((by, since)) => HoldOrigin::Local { by: by.clone(), since: Some(*since) },
            None => HoldOrigin::Local { by: self.who.clone(), since: None },
        }
    }
}

impl Board {
    pub(crate) fn policies(&self) -> impl Iterator<Item = (&SourceBoard, &PolicyBoard)> {
        self.sources.iter().flat_map(|source| source.policies.iter().map(move |policy| (source, policy)))
    }

    pub(crate) fn source(&self, name: &str) -> Result<&SourceBoard, WireError> {
        self.sources
            .iter()
            .find(|source| source.settings.name == name)
            .ok_or_else(|| WireError::new(ErrorCode::NotFound, format!("there is no source `{name}`"), ""))
    }

    pub(crate) fn policy(&self, wanted: &ObjectRef) -> Result<(&SourceBoard, &PolicyBoard), WireError> {
        let source = self.source(&wanted.source)?;
        let policy = source.policies.iter().find(|policy| policy.row.policy == *wanted).ok_or_else(|| {
            let words = format!("there is no policy {}/{} in {}", wanted.namespace, wanted.name, wanted.source);
            WireError::new(ErrorCode::NotFound, words, "it may have been removed from Git")
        })?;
        Ok((source, policy))
    }
}

impl SourceBoard {
    /// The view of a source that was read.
    pub(crate) fn view(&self) -> Result<&Arc<SourceView>, WireError> {
        self.view.as_ref().ok_or_else(|| {
            self.problem.clone().unwrap_or_else(|| {
                WireError::new(ErrorCode::NotFound, format!("{} was never read", self.settings.name), "")
            })
        })
    }
}

impl Inner {
    /// How everything stands.
    pub(crate) async fn board(&self) -> Result<Arc<Board>, WireError> {
        let generation = self.generation.load(Ordering::SeqCst);
        let now = self.now();
        let kept = self.board.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, board)) = kept
            && of == generation
            && now.duration_since(board.made_at) < HOLDS_FOR
        {
            return Ok(board);
        }
        let board = Arc::new(self.make_board(now).await?);
        *self.board.lock().unwrap_or_else(PoisonError::into_inner) = Some((generation, board.clone()));
        Ok(board)
    }

    async fn make_board(&self, now: Timestamp) -> Result<Board, EngineError> {
        let engine = &self.engine;
        let releases = engine.releases(RELEASES).await?;
        let holders = match engine.settings().holds.is_empty() {
            true => HashMap::new(),
            false => holders(engine.audit_page(None, "hold", 500).await?),
        };
        let around = Around {
            now,
            snoozes: engine.snoozes().await?,
            newest: newest(&releases),
            holders,
            who: self.who.clone(),
            is_looking: self.checks.is_under_way() || engine.agent_status().is_running,
        };
        let mut sources = Vec::new();
        for (name, view) in engine.views().await {
            let Ok(settings) = engine.source_settings(&name) else { continue };
            sources.push(self.source_board(settings, view, &around).await?);
        }
        let heartbeats = engine.heartbeats().await?.into_iter().map(|beat| (beat.subject.clone(), beat)).collect();
        let mut tries: BTreeMap<String, Vec<Tries>> = BTreeMap::new();
        for one in engine.tries(now.checked_sub(A_DAY).unwrap_or(now)).await? {
            tries.entry(one.subject.clone()).or_default().push(one);
        }
        Ok(Board { made_at: now, sources, heartbeats, tries, releases, stuck: engine.stuck().await? })
    }

    async fn source_board(
        &self,
        settings: SourceSettings,
        view: Result<Arc<SourceView>, EngineError>,
        around: &Around,
    ) -> Result<SourceBoard, EngineError> {
        let write_refused = self.write_refused(&settings).await?;
        let view = match view {
            Ok(view) => view,
            Err(error) => {
                return Ok(SourceBoard {
                    settings,
                    view: None,
                    problem: Some((&error).into()),
                    images: BTreeMap::new(),
                    automations: BTreeMap::new(),
                    policies: Vec::new(),
                    write_refused,
                });
            }
        };
        let engine = &self.engine;
        let images: BTreeMap<_, _> =
            engine.image_statuses(&view).await?.into_iter().map(|status| (status.repository.clone(), status)).collect();
        let automations: BTreeMap<_, _> = engine
            .automation_statuses(&view)
            .await?
            .into_iter()
            .map(|status| (status.automation.clone(), status))
            .collect();
        let mut plans: BTreeMap<ObjectKey, Result<AutomationPlan, WireError>> = BTreeMap::new();
        for key in view.catalogue.automations.keys() {
            let asked = PlanRequest { approval: Approval::None, ..PlanRequest::default() };
            let plan = match engine.plan(&view.name, key, &asked).await {
                Ok(plan) => Ok(plan),
                Err(error @ EngineError::Store(_)) => return Err(error),
                Err(error) => Err((&error).into()),
            };
            plans.insert(key.clone(), plan);
        }
        let mut policies = Vec::new();
        for status in engine.policy_statuses(&view).await? {
            let board = self.policy_board(&settings, &view, status, &images, &automations, &plans, around).await?;
            policies.push(board);
        }
        Ok(SourceBoard { settings, view: Some(view), problem: None, images, automations, policies, write_refused })
    }

    async fn write_refused(&self, settings: &SourceSettings) -> Result<Option<String>, EngineError> {
        if settings.url.scheme().as_str() != "ssh" {
            return Ok(None);
        }
        match self.engine.key(&settings.url.to_string()).await {
            Ok(key) => Ok(key.record.write_refused.map(|(_, words)| words)),
            Err(EngineError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The plan of a release; nothing where it cannot be read back.
pub(crate) fn plan_of(release: &ReleaseRow) -> Option<Plan> {
    serde_json::from_value(release.plan.clone()).ok()
}

fn newest(releases: &[ReleaseRow]) -> HashMap<(String, ObjectKey), (String, ReleaseState)> {
    let mut newest = HashMap::new();
    for release in releases.iter().filter(|release| release.state != ReleaseState::Superseded) {
        for update in plan_of(release).into_iter().flat_map(|plan| plan.updates) {
            newest
                .entry((release.source.clone(), update.policy))
                .or_insert_with(|| (release.id.clone(), release.state));
        }
    }
    newest
}

/// The newest hold of each policy, from the log.
fn holders(log: Vec<(u64, sluice_engine::AuditEntry)>) -> HashMap<String, (String, Timestamp)> {
    let mut holders = HashMap::new();
    for (_, entry) in log.into_iter().filter(|(_, entry)| entry.action == "hold") {
        holders.entry(entry.subject).or_insert((entry.who, entry.at));
    }
    holders
}
