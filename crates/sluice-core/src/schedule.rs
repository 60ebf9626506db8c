//! When something runs next: intervals with jitter, back-off after failures, and missed runs after sleep.
//!
//! Pure: the present moment and the seed of the jitter are arguments. The caller keeps a [`Pace`] per scheduled thing and
//! asks [`Pace::next`] after each run; after waking it asks [`Timing::is_due`]. A run that was missed ten times while the
//! machine slept is due once.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// First delay after a failure: Flux's `--min-retry-delay`.
pub const FIRST_RETRY: Duration = Duration::from_millis(750);
/// Longest delay after failures: Flux's `--max-retry-delay`.
pub const LONGEST_RETRY: Duration = Duration::from_secs(15 * 60);
/// Shortest interval that is kept; Flux accepts 10ms, which only floods a registry.
pub const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// Longest that a server's `Retry-After` is obeyed without asking again.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Longest interval: a year, so that no addition leaves the calendar.
const LONGEST_INTERVAL: Duration = Duration::from_secs(366 * 86_400);

/// How often something runs and how much that is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Time from the end of one run to the next.
    pub interval: Duration,
    /// Part of the interval by which a run may come later, in percent (0 to 100).
    pub jitter_percent: u8,
}

/// How the last run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It did what it should.
    Success,
    /// It failed, and so did the runs before it.
    Failure {
        /// Failures in a row, this one included; at least 1.
        in_a_row: u32,
        /// What the server asked for by `Retry-After`.
        retry_after: Option<Duration>,
    },
}

/// When the next run is due, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// When it was computed.
    pub set_at: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
}

impl Pace {
    /// An interval with Flux's usual spread of nothing; add jitter by the field.
    pub fn every(interval: Duration) -> Self {
        Self { interval, jitter_percent: 0 }
    }

    /// The next run, counted from the end of the last one. `seed` decides the jitter: the same seed gives the same moment.
    pub fn next(&self, ended: Timestamp, outcome: Outcome, seed: u64) -> Timing {
        let wait = match outcome {
            Outcome::Success => {
                let interval = self.interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
                interval + spread(interval, self.jitter_percent, seed)
            }
            Outcome::Failure { in_a_row, retry_after } => {
                let backed_off = back_off(in_a_row);
                let backed_off = backed_off + spread(backed_off, self.jitter_percent, seed);
                retry_after.map_or(backed_off, |asked| asked.min(LONGEST_RETRY_AFTER).max(backed_off))
            }
        };
        Timing { set_at: ended, due_at: later(ended, wait) }
    }
}

impl Timing {
    /// Due at once: for something that never ran, or when a person asks.
    pub fn at_once(now: Timestamp) -> Self {
        Self { set_at: now, due_at: now }
    }

    /// Whether to run now. When the clock was set back behind the moment of planning, the plan says nothing any more
    /// about how long was waited, so the run is due rather than late by the size of the jump.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.due_at || now < self.set_at
    }

    /// How long to sleep before asking again; zero when due.
    pub fn wait(&self, now: Timestamp) -> Duration {
        if self.is_due(now) {
            return Duration::ZERO;
        }
        self.due_at.duration_since(now).try_into().unwrap_or(Duration::ZERO)
    }

    /// How many runs of `interval` were missed beyond the one that is due; they are made up for by that one.
    pub fn missed(&self, now: Timestamp, interval: Duration) -> u64 {
        let late = Duration::try_from(now.duration_since(self.due_at)).unwrap_or(Duration::ZERO);
        let interval = interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
        u64::try_from(late.as_nanos() / interval.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Spreads the first runs after a start or a wake over the interval, so that a hundred repositories don't all begin at
/// once: a moment between `now` and `now + within`.
pub fn first_run(now: Timestamp, within: Duration, seed: u64) -> Timing {
    Timing { set_at: now, due_at: later(now, spread(within.min(LONGEST_INTERVAL), 100, seed)) }
}

/// The delay after so many failures in a row: 750 ms, doubled each time, 15 minutes at most.
pub fn back_off(failures_in_a_row: u32) -> Duration {
    let doublings = failures_in_a_row.saturating_sub(1).min(31);
    FIRST_RETRY.saturating_mul(1 << doublings).min(LONGEST_RETRY)
}

fn later(from: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| from.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

/// A part of `whole` between nothing and `percent`, decided by the seed.
fn spread(whole: Duration, percent: u8, seed: u64) -> Duration {
    let most = whole.as_nanos() * u128::from(percent.min(100)) / 100;
    // The upper half of the mixed seed, as a fraction of 2^32.
    let part = (most * u128::from(mix(seed) >> 32)) >> 32;
    Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX))
}

/// SplitMix64's finaliser: neighbouring seeds give unrelated numbers.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn back_off_doubles_from_750_ms_to_15_minutes() {
        for (failures, millis) in
            [(0, 750), (1, 750), (2, 1_500), (3, 3_000), (11, 768_000), (12, 900_000), (4_000_000_000, 900_000)]
        {
            assert_eq!(back_off(failures), Duration::from_millis(millis), "{failures}");
        }
    }

    #[test]
    fn a_server_that_says_when_is_obeyed_but_never_sooner_than_the_back_off_and_not_for_ever() {
        let pace = Pace::every(SECOND * 10);
        let ended = at("2026-11-24T12:00:00Z");
        for (in_a_row, retry_after, due) in [
            (1, None, "2026-11-24T12:00:00.75Z"),
            (1, Some(SECOND * 60), "2026-11-24T12:01:00Z"),
            (12, Some(SECOND), "2026-11-24T12:15:00Z"),
            (1, Some(SECOND * 10_000_000), "2026-11-25T12:00:00Z"),
        ] {
            let timing = pace.next(ended, Outcome::Failure { in_a_row, retry_after }, 7);
            assert_eq!(timing.due_at, at(due), "{in_a_row} {retry_after:?}");
        }
    }

    #[test]
    fn runs_missed_in_sleep_are_one_run() {
        let pace = Pace::every(SECOND * 100);
        let timing = pace.next(at("2026-11-24T12:00:00Z"), Outcome::Success, 0);
        assert!(!timing.is_due(at("2026-11-24T12:01:39Z")));
        assert_eq!(timing.wait(at("2026-11-24T12:01:39Z")), SECOND);
        let woken = at("2026-11-24T20:00:00Z");
        assert!(timing.is_due(woken));
        assert_eq!(timing.missed(woken, pace.interval), 287);
        let after = pace.next(woken, Outcome::Success, 0);
        assert_eq!(after.due_at, at("2026-11-24T20:01:40Z"));
        assert!(!after.is_due(woken));
    }

    #[test]
    fn a_clock_set_back_does_not_stop_the_runs() {
        let timing = Pace::every(SECOND * 100).next(at("2026-11-24T12:00:00Z"), Outcome::Success, 0);
        assert!(timing.is_due(at("2026-11-23T12:00:00Z")));
        assert_eq!(timing.missed(at("2026-11-23T12:00:00Z"), SECOND), 0);
    }

    #[test]
    fn absurd_intervals_stay_inside_the_calendar() {
        let ended = at("2026-11-24T12:00:00Z");
        let due = |interval| Pace { interval, jitter_percent: 100 }.next(ended, Outcome::Success, u64::MAX).due_at;
        assert!(due(Duration::ZERO) >= at("2026-11-24T12:00:01Z"));
        assert!(due(Duration::MAX) < at("2028-12-31T00:00:00Z"));
        assert_eq!(Pace::every(Duration::MAX).next(Timestamp::MAX, Outcome::Success, 0).due_at, Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn jitter_only_delays_and_never_by_more_than_its_part(millis in 1_000_u64..10_000_000, percent in 0_u8..=100, seed: u64) {
            let pace = Pace { interval: Duration::from_millis(millis), jitter_percent: percent };
            let ended = at("2026-11-24T12:00:00Z");
            let timing = pace.next(ended, Outcome::Success, seed);
            let waited = Duration::try_from(timing.due_at.duration_since(ended)).unwrap();
            prop_assert!(waited >= pace.interval);
            prop_assert!(waited <= pace.interval + pace.interval.mul_f64(f64::from(percent) / 100.0) + Duration::from_micros(1));
            prop_assert_eq!(timing, pace.next(ended, Outcome::Success, seed));
        }
    }
}
