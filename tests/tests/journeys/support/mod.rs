//! What the journeys share: a desk with its own files, the reference scenario, an agent that runs.

mod agent;
pub(crate) mod bench;
mod desk;
pub(crate) mod fleet;
pub(crate) mod terminal;
pub(crate) mod watch;

pub(crate) use agent::Agent;
pub(crate) use bench::Bench;
pub(crate) use desk::{Desk, Run, ended_within};
pub(crate) use fleet::Files;

use std::time::{Duration, Instant};

/// How long something may take on a busy machine before a journey gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until something is so.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "in vain waited until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
