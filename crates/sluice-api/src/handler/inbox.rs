//! The inbox, and putting things off.

use sluice_engine::{Snooze as PutOff, StuckRelease};

use crate::api::{Api, Inner};
use crate::board::{Board, plan_of};
use crate::command::{Answers, GetInbox, Snooze};
use crate::convert::{count, gate};
use crate::handler::release;
use crate::policy_board::PolicyBoard;
use crate::view::common::{Health, Nothing};
use crate::view::error::{ErrorCode, WireError};
use crate::view::event::{CacheTag, Event};
use crate::view::gate::GateCode;
use crate::view::inbox::{Inbox, InboxGroup, InboxItem, SnoozeRequest, StuckRollout, Wait};
use crate::view::release::Undo;
use crate::view::source::Heartbeat;

/// The groups in their order.
const GROUPS: [Wait; 7] =
    [Wait::Ready, Wait::Cooling, Wait::Window, Wait::Approval, Wait::Held, Wait::Blocked, Wait::Stuck];

impl Answers<GetInbox> for Api {
    async fn answer(&self, _: Nothing) -> Result<Inbox, WireError> {
        let board = self.inner.board().await?;
        let mut groups: Vec<InboxGroup> = Vec::new();
        for wait in GROUPS {
            let waiting = board
                .policies()
                .filter(|(_, policy)| !policy.is_snoozed && gate::wait(policy.row.state) == Some(wait))
                .filter_map(|(_, policy)| item(policy));
            let mut items: Vec<InboxItem> = waiting.collect();
            // What opens first stands first; what takes a person is in the order of its age.
            items.sort_by_key(|item| (item.waits_until.is_none(), item.waits_until, item.first_seen));
            if !items.is_empty() {
                groups.push(InboxGroup { wait, items });
            }
        }
        let mut rollouts = Vec::new();
        for stuck in &board.stuck {
            rollouts.push(self.inner.stuck_rollout(stuck).await?);
        }
        // The newest release of each cluster stays first.
        rollouts.sort_by(|a, b| a.cluster.cmp(&b.cluster));
        let total = count(groups.iter().map(|group| group.items.len()).sum::<usize>() + rollouts.len());
        Ok(Inbox { groups, rollouts, total, as_of: self.inner.as_of(&board) })
    }
}

impl Inner {
    /// When anything last answered, while nothing does: every remote fails or was not asked for two of its intervals.
    /// While one answers, the ages in the rows say enough.
    pub(crate) fn as_of(&self, board: &Board) -> Option<jiff::Timestamp> {
        let beats: Vec<_> = self.remotes(board).into_iter().map(|(_, beat)| beat).collect();
        let answers = |beat: &Heartbeat| matches!(beat.health, Health::Fine | Health::Working);
        beats.iter().filter_map(|beat| beat.last_success).max().filter(|_| !beats.iter().any(answers))
    }

    async fn stuck_rollout(&self, stuck: &StuckRelease) -> Result<StuckRollout, WireError> {
        let StuckRelease { row, rollout } = stuck;
        let plan = plan_of(row);
        let can_undo = match &plan {
            Some(plan) => self.undo(row, plan).await? == Undo::Yes,
            None => false,
        };
        Ok(StuckRollout {
            release: row.id.clone(),
            cluster: rollout.cluster.clone(),
            source: row.source.clone(),
            changes: plan.map(|plan| release::changes(&row.source, &plan)).unwrap_or_default(),
            reason: rollout.reason.clone(),
            words: rollout.words.clone(),
            since: rollout.stuck_since.unwrap_or(rollout.updated_at),
            can_undo,
        })
    }
}

/// What waits; a policy that fails without anything to write has no item but its row in the table.
fn item(policy: &PolicyBoard) -> Option<InboxItem> {
    let row = &policy.row;
    let change = row.candidate.clone()?;
    let span = row.gates.iter().find(|gate| matches!(gate.code, GateCode::CoolDown | GateCode::Window));
    let is_cooling = span.is_some_and(|gate| gate.code == GateCode::CoolDown);
    Some(InboxItem {
        policy: row.policy.clone(),
        image: row.image.clone().unwrap_or_default(),
        change,
        first_seen: row.first_seen,
        places: policy.places.clone(),
        words: policy.words.clone(),
        gates: row.gates.clone(),
        waits_since: row.first_seen.filter(|_| is_cooling),
        waits_until: span.and_then(|gate| gate.opens_at),
        next: row.next.clone(),
        release: policy.release.clone(),
        automation: row.automation.clone(),
    })
}

impl Answers<Snooze> for Api {
    async fn answer(&self, request: SnoozeRequest) -> Result<Nothing, WireError> {
        if request.until <= self.inner.now() {
            return Err(WireError::new(ErrorCode::InvalidRequest, "that moment is past", "give a later one"));
        }
        let board = self.inner.board().await?;
        for wanted in &request.policies {
            let (source, policy) = board.policy(wanted)?;
            let Some(tag) = policy.row.chosen.clone() else {
                let words = format!("{} has chosen nothing that could be put off", wanted.name);
                return Err(WireError::new(ErrorCode::NotFound, words, ""));
            };
            let source = source.settings.name.clone();
            self.inner.engine.snooze(PutOff { source, policy: wanted.key(), tag, until: request.until }).await?;
        }
        self.inner.snoozed.notify_one();
        // It may have been put off outside of the window, which then has to hear of it.
        self.inner.outdate();
        self.inner.tell(Event::Stale { tags: vec![CacheTag::Inbox, CacheTag::Shell], policy: None, source: None });
        Ok(Nothing {})
    }
}
