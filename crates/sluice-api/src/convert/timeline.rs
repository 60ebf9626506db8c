//! The tag timeline.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_core::policy::{Decision, Policy, Reason};
use sluice_engine::RanIn;

use super::lane::{self, LaneTag};
use super::reason::Reasons;
use crate::view::common::ObjectRef;
use crate::view::timeline::{
    Band, BandKind, Flag, FlagOwner, Mark, PassedOver, StepLine, Timeline, TimelineTag, Tread, Upcoming, UpcomingKind,
};

/// A tag that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTag {
    /// The tag.
    pub tag: String,
    /// When Sluice first saw it.
    pub first_seen: Timestamp,
    /// When it was built, where its image was looked at.
    pub created: Option<Timestamp>,
    /// Since when the registry no longer has it.
    pub gone_at: Option<Timestamp>,
}

/// A commit that changed what stands in Git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitMove {
    /// The commit's time.
    pub at: Timestamp,
    /// The tag that it brought, or the whole value where that holds none.
    pub tag: String,
    /// The commit, in full.
    pub commit: String,
    /// Its author's name.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

/// What a timeline is made of.
#[derive(Debug, Clone)]
pub struct TimelineInputs<'a> {
    /// The policy.
    pub key: &'a ObjectRef,
    /// The present moment.
    pub now: Timestamp,
    /// Every tag that was ever seen, in any order.
    pub tags: &'a [SeenTag],
    /// The compiled policy with the exclusions of its image repository; nothing when it cannot be compiled.
    pub policy: Option<&'a Policy>,
    /// The tags that stand in Git now; the first is what newer tags are compared with.
    pub in_git: &'a [String],
    /// What stood in Git, oldest first.
    pub history: &'a [GitMove],
    /// There is an older history that was not read.
    pub has_older: bool,
    /// How long after first sight a tag must wait.
    pub cool_down: Duration,
    /// Tags that were rolled back or are held against, with the reason.
    pub blocked: &'a BTreeMap<String, String>,
    /// When the next window opens, while none is open.
    pub opens_at: Option<Timestamp>,
    /// The tag that will be released by itself, and when.
    pub scheduled: Option<(&'a str, Timestamp)>,
    /// The registry did not give its whole list of tags.
    pub is_truncated: bool,
}

/// Makes the timeline.
pub fn timeline(inputs: &TimelineInputs<'_>) -> Timeline {
    let present: Vec<&str> =
        inputs.tags.iter().filter(|tag| tag.gone_at.is_none()).map(|tag| tag.tag.as_str()).collect();
    let decision = inputs.policy.map(|policy| policy.decide(&present));
    let chosen = decision.as_ref().and_then(Decision::chosen).map(|tag| (*tag).to_owned());
    let mut ordered: Vec<(&SeenTag, Timestamp)> =
        inputs.tags.iter().map(|tag| (tag, tag.created.unwrap_or(tag.first_seen).min(inputs.now))).collect();
    ordered.sort_by(|(a, at_a), (b, at_b)| at_a.cmp(at_b).then_with(|| a.tag.cmp(&b.tag)));
    let mut reasons = Reasons::default();
    let fates: Vec<Fate> = ordered.iter().map(|(tag, _)| fate(inputs, decision.as_ref(), tag)).collect();
    let lane_tags: Vec<LaneTag<'_>> = ordered
        .iter()
        .zip(&fates)
        .map(|((tag, at), fate)| LaneTag { tag: &tag.tag, at: *at, matches: fate.mark != Mark::PassedOver })
        .collect();
    let lanes = lane::lanes(&lane_tags);
    let tags = ordered
        .iter()
        .zip(fates)
        .zip(&lanes.of_tags)
        .map(|(((tag, at), fate), lane)| TimelineTag {
            tag: tag.tag.clone(),
            label: lane::label(&tag.tag).map(str::to_owned),
            at: *at,
            created: tag.created,
            first_seen: tag.first_seen,
            lane: *lane,
            mark: fate.mark,
            reason: fate.reason.map(|reason| reasons.place(reason)),
            cools_until: fate.cools_until,
            blocked: fate.blocked,
            gone_at: tag.gone_at,
        })
        .collect::<Vec<_>>();
    Timeline {
        policy: inputs.key.clone(),
        upcoming: upcoming(inputs, &tags),
        tags,
        lanes: lanes.lanes,
        reasons: reasons.into_list(),
        chosen,
        flags: flags(inputs),
        lines: step_line(inputs).into_iter().collect(),
        bands: bands(inputs),
        is_truncated: inputs.is_truncated,
    }
}

/// How a tag is drawn, and why.
struct Fate {
    mark: Mark,
    reason: Option<PassedOver>,
    cools_until: Option<Timestamp>,
    blocked: Option<String>,
}

fn fate<'d>(inputs: &TimelineInputs<'_>, decision: Option<&Decision<'d, &'d str>>, tag: &SeenTag) -> Fate {
    let reason = match decision {
        _ if tag.gone_at.is_some() => Some(PassedOver::gone()),
        Some(decision) => decision.why(&tag.tag).map(|reason| (&reason).into()),
        None => Some((&Reason::NothingChosen).into()),
    };
    let blocked = inputs.blocked.get(&tag.tag).cloned();
    let could_win = decision.is_some() && reason.as_ref().is_none_or(PassedOver::could_win);
    let cools_until = if could_win && blocked.is_none() { cools_until(inputs, tag) } else { None };
    let mark = match (&blocked, could_win, cools_until) {
        (Some(_), ..) => Mark::Blocked,
        (None, false, _) => Mark::PassedOver,
        (None, true, Some(_)) => Mark::Cooling,
        (None, true, None) => Mark::Matches,
    };
    Fate { mark, reason, cools_until, blocked }
}

/// When a tag will be old enough, while it is not. Only a tag above the one in Git waits for anything.
fn cools_until(inputs: &TimelineInputs<'_>, tag: &SeenTag) -> Option<Timestamp> {
    let until = later(tag.first_seen, inputs.cool_down);
    if until <= inputs.now || inputs.in_git.contains(&tag.tag) {
        return None;
    }
    let is_above = match (inputs.policy, inputs.in_git.first()) {
        (Some(policy), Some(in_git)) => policy.is_downgrade(in_git, &tag.tag) != Some(true),
        _ => true,
    };
    is_above.then_some(until)
}

fn later(from: Timestamp, span: Duration) -> Timestamp {
    SignedDuration::try_from(span).ok().and_then(|span| from.checked_add(span).ok()).unwrap_or(Timestamp::MAX)
}

fn flags(inputs: &TimelineInputs<'_>) -> Vec<Flag> {
    let seen: BTreeSet<&str> = inputs.tags.iter().map(|tag| tag.tag.as_str()).collect();
    let since = |tag: &str| inputs.history.iter().rev().find(|one| one.tag == tag).map(|one| one.at);
    let distinct: BTreeSet<&str> = inputs.in_git.iter().map(String::as_str).collect();
    distinct
        .into_iter()
        .filter(|tag| seen.contains(tag))
        .map(|tag| Flag { tag: tag.to_owned(), owner: FlagOwner::Git, since: since(tag) })
        .collect()
}

fn step_line(inputs: &TimelineInputs<'_>) -> Option<StepLine> {
    let treads = treads(inputs.history);
    (!treads.is_empty()).then_some(StepLine { owner: FlagOwner::Git, treads, has_older: inputs.has_older })
}

/// The flags and the line of a cluster. Flags stand on tags that were seen only.
pub fn in_cluster(ran: &RanIn, seen: &BTreeSet<&str>) -> (Vec<Flag>, Option<StepLine>) {
    let owner = FlagOwner::Cluster { cluster: ran.cluster.clone() };
    let since = |tag: &str| ran.moves.iter().rev().find(|one| one.tag == tag).map(|one| one.at);
    let flags = ran.running.iter().filter(|tag| seen.contains(tag.as_str()));
    let flags = flags.map(|tag| Flag { tag: tag.clone(), owner: owner.clone(), since: since(tag) }).collect();
    let moves: Vec<GitMove> = ran
        .moves
        .iter()
        .map(|one| GitMove {
            at: one.at,
            tag: one.tag.clone(),
            commit: one.commit.clone(),
            author: one.started_by.clone(),
            subject: String::new(),
        })
        .collect();
    let treads = treads(&moves);
    // What ran there before the first release through Sluice is not known.
    let line = (!treads.is_empty()).then_some(StepLine { owner, treads, has_older: true });
    (flags, line)
}

fn treads(history: &[GitMove]) -> Vec<Tread> {
    let mut treads: Vec<Tread> = Vec::new();
    for one in history {
        if treads.last().is_some_and(|last| last.tag == one.tag) {
            continue;
        }
        let is_rollback = treads.iter().any(|tread| tread.tag == one.tag);
        treads.push(Tread {
            at: one.at,
            tag: one.tag.clone(),
            commit: one.commit.clone(),
            author: one.author.clone(),
            subject: one.subject.clone(),
            is_rollback,
        });
    }
    treads
}

fn bands(inputs: &TimelineInputs<'_>) -> Vec<Band> {
    let cool_down = SignedDuration::try_from(inputs.cool_down).ok().filter(|span| !span.is_zero());
    let cooling = cool_down.map(|span| {
        let from = inputs.now.checked_sub(span).unwrap_or(Timestamp::MIN);
        Band { kind: BandKind::CoolDown, from, to: inputs.now }
    });
    let closed = inputs.opens_at.map(|to| Band { kind: BandKind::Closed, from: inputs.now, to });
    cooling.into_iter().chain(closed).collect()
}

fn upcoming(inputs: &TimelineInputs<'_>, tags: &[TimelineTag]) -> Vec<Upcoming> {
    let scheduled = inputs.scheduled.filter(|(_, at)| *at > inputs.now).map(|(tag, at)| Upcoming {
        tag: tag.to_owned(),
        at,
        kind: UpcomingKind::Released,
    });
    let cooled = tags.iter().filter(|tag| inputs.scheduled.is_none_or(|(scheduled, _)| scheduled != tag.tag));
    let cooled = cooled
        .filter_map(|tag| tag.cools_until.map(|at| Upcoming { tag: tag.tag.clone(), at, kind: UpcomingKind::Cooled }));
    scheduled.into_iter().chain(cooled).collect()
}

#[cfg(test)]
mod tests;
