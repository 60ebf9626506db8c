//! Times for people: how long ago, in few characters, as kubectl prints ages.

use jiff::Timestamp;

/// `42s`, `7m`, `3h`, `12d`, or `-` for never.
pub(crate) fn age(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| between(at, Timestamp::now()))
}

/// The time between two moments; a moment to come is `0s`.
fn between(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).as_secs().max(0);
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=7199 => format!("{}m", seconds / 60),
        7200..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// A moment as RFC 3339 in seconds, or `-`.
pub(crate) fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| format!("{at:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        let from: Timestamp = "2026-11-25T00:00:00Z".parse().expect("a time");
        for (to, expected) in [
            ("2026-11-25T00:00:42Z", "42s"),
            ("2026-11-25T00:07:10Z", "7m"),
            ("2026-11-25T03:00:00Z", "3h"),
            ("2026-12-07T00:00:00Z", "12d"),
            ("2026-11-24T00:00:00Z", "0s"),
        ] {
            assert_eq!(between(from, to.parse().expect("a time")), expected);
        }
    }
}
