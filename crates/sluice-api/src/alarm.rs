//! Versions that were put off come back when their time is over: into the inbox, and before a person's eyes.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use sluice_engine::Snooze;

use crate::api::Inner;
use crate::convert::gate;
use crate::view::common::ObjectRef;
use crate::view::event::{CacheTag, Event};

/// The longest sleep: a laptop's sleep and a clock that is set are noticed then.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Waits for the ends of what was put off until nobody needs the application any more. Does nothing while nothing is.
pub(crate) fn start(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    let changed = inner.snoozed.clone();
    tokio::spawn(async move {
        let mut waiting: Vec<Snooze> = Vec::new();
        loop {
            let Some(inner) = Weak::upgrade(&weak) else { return };
            let now = inner.now();
            // The store answers those that go on; what we waited for and it does not answer any more is over.
            let Ok(put_off) = inner.engine.snoozes().await else { return };
            waiting.retain(|snooze| !put_off.contains(snooze) && snooze.until <= now);
            if !waiting.is_empty() {
                inner.bring_back(&waiting).await;
            }
            waiting = put_off;
            drop(inner);
            match waiting.iter().map(|snooze| snooze.until).min() {
                Some(until) => {
                    let _ = tokio::time::timeout(rest(now, until), changed.notified()).await;
                }
                None => changed.notified().await,
            }
        }
    });
}

fn rest(now: Timestamp, until: Timestamp) -> Duration {
    // A moment later than the end, for whoever rounds it.
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default() + Duration::from_millis(5);
    left.min(LONGEST_SLEEP)
}

impl Inner {
    async fn bring_back(&self, ended: &[Snooze]) {
        self.outdate();
        self.tell(Event::Stale {
            tags: vec![CacheTag::Inbox, CacheTag::Shell, CacheTag::Images, CacheTag::Policy],
            policy: None,
            source: None,
        });
        let Ok(board) = self.board().await else { return };
        let mut sources: BTreeSet<&str> = BTreeSet::new();
        sources.extend(ended.iter().map(|snooze| snooze.source.as_str()));
        for source in sources {
            let still_waiting: Vec<ObjectRef> = ended
                .iter()
                .filter(|snooze| snooze.source == source)
                .map(|snooze| (ObjectRef::of(source, &snooze.policy), &snooze.tag))
                .filter(|(policy, tag)| {
                    board.policy(policy).is_ok_and(|(_, found)| {
                        found.row.chosen.as_ref() == Some(tag) && gate::wait(found.row.state).is_some()
                    })
                })
                .map(|(policy, _)| policy)
                .collect();
            self.notify_ready(&format!("snoozed-{source}"), still_waiting, String::new());
        }
    }
}
