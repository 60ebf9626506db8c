//! A version that is kept on purpose.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Keeps what a policy has written, whatever newer tags appear, until its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hold {
    /// The tag that is kept; `None` keeps whatever stands in Git.
    pub tag: Option<String>,
    /// Why, in a person's words; perhaps empty.
    pub reason: String,
    /// When it ends by itself; `None` = when somebody lifts it.
    pub until: Option<Timestamp>,
}

impl Hold {
    /// Whether the hold still counts.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether the hold stands against writing `tag`.
    pub fn stops(&self, tag: &str, now: Timestamp) -> bool {
        self.is_active(now) && self.tag.as_deref() != Some(tag)
    }
}

/// Neither an instant nor a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no end of a hold: write a day such as 2026-12-01 or an instant such as 2026-12-01T18:00:00Z")]
pub struct HoldEndError {
    /// What was given.
    pub text: String,
}

/// Reads the end of a hold: an RFC 3339 instant, or a day, which is held to its end in UTC.
pub fn parse_hold_end(text: &str) -> Result<Timestamp, HoldEndError> {
    let text = text.trim();
    let wrong = || HoldEndError { text: text.to_owned() };
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let day = jiff::civil::Date::strptime("%Y-%m-%d", text).map_err(|_| wrong())?;
    let next = day.tomorrow().map_err(|_| wrong())?;
    next.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_hold_on_a_tag_stops_every_other_tag_until_it_ends() {
        let hold =
            Hold { tag: Some("1.0.3".into()), reason: "1.0.4 leaks".into(), until: Some(at("2026-12-02T00:00:00Z")) };
        let (before, after) = (at("2026-12-01T23:59:59Z"), at("2026-12-02T00:00:00Z"));
        assert!(hold.stops("1.0.4", before));
        assert!(!hold.stops("1.0.3", before));
        assert!(!hold.stops("1.0.4", after));
        let any = Hold { tag: None, reason: String::new(), until: None };
        assert!(any.stops("1.0.3", after));
    }

    #[test]
    fn an_end_is_an_instant_or_a_whole_day() {
        assert_eq!(parse_hold_end("2026-12-01T18:00:00+01:00"), Ok(at("2026-12-01T17:00:00Z")));
        assert_eq!(parse_hold_end(" 2026-12-01 "), Ok(at("2026-12-02T00:00:00Z")));
        for text in ["", "tomorrow", "2026-13-01", "2026-12-01 18:00", "9999-12-31"] {
            assert!(parse_hold_end(text).is_err(), "{text:?}");
        }
    }
}
