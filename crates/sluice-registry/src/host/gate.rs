//! Keeps requests to one host within its limits: so many at a time, and none while it asked to be left alone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// What a request counts as. Registries limit pulls (manifests and blobs) and not listings, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Tag lists, knocks and tokens.
    Listing,
    /// Manifests and blobs.
    Pull,
}

/// The gate of one host.
#[derive(Debug)]
pub(crate) struct HostGate {
    slots: Semaphore,
    /// When each lane opens again.
    opens: Mutex<[Option<Instant>; 2]>,
}

/// The host asked to be left alone for longer than the caller can wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed {
    /// For how long, from now.
    pub(crate) wait: Duration,
}

impl HostGate {
    pub(crate) fn new(requests: usize) -> Self {
        Self { slots: Semaphore::new(requests.max(1)), opens: Mutex::default() }
    }

    /// Waits for a turn, as long as the host does not ask for more than `longest`.
    pub(crate) async fn enter(&self, lane: Lane, longest: Duration) -> Result<SemaphorePermit<'_>, Closed> {
        loop {
            self.wait_until_open(lane, longest).await?;
            let permit = self.slots.acquire().await.expect("the semaphore of a gate is never closed");
            // The host may have closed the gate while we queued.
            if self.remaining(lane).is_none() {
                return Ok(permit);
            }
        }
    }

    async fn wait_until_open(&self, lane: Lane, longest: Duration) -> Result<(), Closed> {
        while let Some(wait) = self.remaining(lane) {
            if wait > longest {
                return Err(Closed { wait });
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn remaining(&self, lane: Lane) -> Option<Duration> {
        let opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner)[lane as usize]?;
        Some(opens.saturating_duration_since(Instant::now())).filter(|wait| !wait.is_zero())
    }

    /// Closes both lanes: the host asked to be left alone.
    pub(crate) fn close(&self, wait: Duration) {
        self.close_lane(Lane::Listing, wait);
        self.close_lane(Lane::Pull, wait);
    }

    /// Closes one lane. It never opens earlier than an earlier answer said.
    pub(crate) fn close_lane(&self, lane: Lane, wait: Duration) {
        let mut opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait;
        let slot = &mut opens[lane as usize];
        *slot = Some(slot.map_or(until, |earlier| earlier.max(until)));
    }

    /// Whether a lane is closed now.
    pub(crate) fn is_closed(&self) -> bool {
        self.remaining(Lane::Listing).is_some() || self.remaining(Lane::Pull).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_lets_nobody_in_until_it_opens() {
        let gate = HostGate::new(2);
        gate.close(5 * SECOND);
        gate.close(2 * SECOND);
        let start = Instant::now();
        drop(gate.enter(Lane::Listing, 10 * SECOND).await.expect("five seconds are short enough"));
        assert_eq!(start.elapsed().as_secs(), 5);
        drop(gate.enter(Lane::Pull, Duration::ZERO).await.expect("it is open now"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_too_long_is_told_at_once() {
        let gate = HostGate::new(1);
        gate.close_lane(Lane::Pull, 60 * SECOND);
        assert_eq!(gate.enter(Lane::Pull, 10 * SECOND).await.err(), Some(Closed { wait: 60 * SECOND }));
        assert!(gate.enter(Lane::Listing, 10 * SECOND).await.is_ok(), "the other lane is open");
        assert!(gate.is_closed());
    }

    #[tokio::test(start_paused = true)]
    async fn who_queued_when_the_gate_closed_is_told_too() {
        let gate = std::sync::Arc::new(HostGate::new(1));
        let first = gate.enter(Lane::Listing, SECOND).await.expect("an open gate");
        let queued = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter(Lane::Listing, SECOND).await.err() }
        });
        tokio::task::yield_now().await;
        gate.close(60 * SECOND);
        drop(first);
        assert_eq!(queued.await.expect("no panic"), Some(Closed { wait: 60 * SECOND }));
    }
}
