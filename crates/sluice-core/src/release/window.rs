//! Release windows: the times of the week in which releases may happen by themselves.
//!
//! ```text
//! windows = window { (";" | ",") window }      days and zone of `sluice.dev/window`
//! window  = [days] times [zone] | "always"
//! days    = day ["-" day] { "," day ["-" day] } | "daily" | "weekdays" | "weekends"
//! times   = HH[:MM] "-" HH[:MM]                24:00 is the end of the day; an end before the start is on the next day
//! zone    = "UTC" | IANA name such as Europe/Berlin
//! ```
//!
//! A window behind a comma takes the days of the one before it when it names none; behind a semicolon that is every day.
//! One zone named anywhere counts for all windows that name none; without any it is UTC. The time zone rules are the
//! bundled ones, so the same text means the same instants on every machine.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The bit of a day in [`Span::days`], Monday first.
fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

const EVERY_DAY: u8 = 0b111_1111;
const WEEKDAYS: u8 = 0b001_1111;
const WEEKENDS: u8 = 0b110_0000;
/// Days looked ahead: two weeks, because a clock change can swallow a short window of one week.
const HORIZON: i32 = 16;

/// One or several windows, read from text and printed as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    text: String,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    days: u8,
    /// Minutes since midnight.
    opens: u16,
    /// Minutes since the midnight of the opening day; above 1440 on the next day.
    closes: u16,
    zone: TimeZone,
}

/// The text is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no release window: {cause}; write for example `Mon-Fri 09:00-17:00 Europe/Berlin`")]
pub struct WindowError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub cause: String,
}

impl Window {
    /// Reads windows by the grammar above.
    pub fn parse(text: &str) -> Result<Self, WindowError> {
        let error = |cause: String| WindowError { text: text.to_owned(), cause };
        let mut drafts = Vec::new();
        for group in text.split(';').filter(|group| !group.trim().is_empty()) {
            read_group(group, &mut drafts).map_err(error)?;
        }
        if drafts.is_empty() {
            return Err(error("it is empty".to_owned()));
        }
        let mut zones: Vec<&str> = drafts.iter().filter_map(|draft| draft.zone.as_deref()).collect();
        zones.sort_unstable();
        zones.dedup();
        if zones.len() > 1 && drafts.iter().any(|draft| draft.zone.is_none()) {
            return Err(error(format!("it names the zones {}, but not every window says which", zones.join(" and "))));
        }
        let shared = zones.first().map(|zone| (*zone).to_owned());
        let mut spans = Vec::new();
        for draft in drafts {
            let name = draft.zone.or_else(|| shared.clone());
            let zone = name.map_or(Ok(TimeZone::UTC), |name| find_zone(&name)).map_err(error)?;
            spans.push(Span { days: draft.days, opens: draft.opens, closes: draft.closes, zone });
        }
        Ok(Self { text: text.trim().to_owned(), spans })
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a release may happen now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.openings(now).any(|(opens, closes)| opens <= now && now < closes)
    }

    /// When a release may happen next: `now` itself when a window is open. `None` only at the end of representable time.
    pub fn next_open(&self, now: Timestamp) -> Option<Timestamp> {
        if self.is_open(now) {
            return Some(now);
        }
        self.openings(now).filter(|(opens, _)| *opens > now).map(|(opens, _)| opens).min()
    }

    /// When the window that is open now closes, windows that touch counted as one. `None` when nothing is open or when it
    /// stays open for more than a week.
    pub fn closes(&self, now: Timestamp) -> Option<Timestamp> {
        let mut openings: Vec<_> = self.openings(now).collect();
        openings.sort_unstable();
        let mut end = None;
        for (opens, closes) in openings {
            if opens <= end.unwrap_or(now) && closes > end.unwrap_or(now) {
                end = Some(closes);
            }
        }
        end.filter(|end| end.duration_since(now).as_hours() <= 7 * 24)
    }

    /// Openings around `now`, as instants, in no order. A time that a clock change skips is the moment of
    /// the change; one that comes twice is its first.
    fn openings(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        self.spans.iter().flat_map(move |span| {
            let today = span.zone.to_datetime(now).date();
            (-2..=HORIZON).filter_map(move |offset| {
                let day = today.checked_add(offset.days()).ok()?;
                if span.days & bit(day.weekday()) == 0 {
                    return None;
                }
                let (opens, closes) = (instant(day, span.opens, &span.zone)?, instant(day, span.closes, &span.zone)?);
                (opens < closes).then_some((opens, closes))
            })
        })
    }
}

/// The instant of a number of minutes after a day's midnight on the wall clock.
fn instant(day: Date, minutes: u16, zone: &TimeZone) -> Option<Timestamp> {
    let day = day.checked_add(i32::from(minutes / 1440).days()).ok()?;
    let minutes = minutes % 1440;
    let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(day.to_datetime(time));
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        let before = ambiguous.earlier().ok()?;
        return zone.following(before).next().map(|change| change.timestamp());
    }
    ambiguous.compatible().ok()
}

struct Draft {
    days: u8,
    opens: u16,
    closes: u16,
    zone: Option<String>,
}

/// Reads the comma-separated windows of one group. A part of days only belongs to the next part that has times.
fn read_group(group: &str, drafts: &mut Vec<Draft>) -> Result<(), String> {
    let mut pending: u8 = 0;
    let mut inherited = EVERY_DAY;
    for part in group.split(',') {
        let words: Vec<&str> = part.split_whitespace().collect();
        let mut rest = words.as_slice();
        if let [word] = rest
            && word.eq_ignore_ascii_case("always")
        {
            drafts.push(Draft { days: EVERY_DAY, opens: 0, closes: 1440, zone: None });
            continue;
        }
        let mut days = pending;
        while let [word, others @ ..] = rest
            && let Some(found) = read_days(word)?
        {
            days |= found;
            rest = others;
        }
        let (times, zone) = match rest {
            [] if days != pending => {
                pending = days;
                continue;
            }
            [] => return Err("a part between two separators is empty".to_owned()),
            [times] => (times, None),
            [times, zone] => (times, Some((*zone).to_owned())),
            [_, _, extra, ..] => return Err(format!("`{extra}` is one word too many")),
        };
        let (opens, closes) = read_times(times)?;
        if days != 0 {
            inherited = days;
        }
        drafts.push(Draft { days: inherited, opens, closes, zone });
        pending = 0;
    }
    if pending == 0 { Ok(()) } else { Err("days without times".to_owned()) }
}

/// `Ok(None)` when the word is no day at all.
fn read_days(word: &str) -> Result<Option<u8>, String> {
    match word.to_ascii_lowercase().as_str() {
        "daily" | "everyday" | "*" => return Ok(Some(EVERY_DAY)),
        "weekdays" => return Ok(Some(WEEKDAYS)),
        "weekends" => return Ok(Some(WEEKENDS)),
        _ => {}
    }
    let Some((first, last)) = word.split_once('-') else { return Ok(read_day(word).map(bit)) };
    match (read_day(first), read_day(last)) {
        (Some(first), Some(last)) => {
            let mut days = bit(first);
            let mut day = first;
            while day != last {
                day = day.next();
                days |= bit(day);
            }
            Ok(Some(days))
        }
        (None, None) => Ok(None),
        _ => Err(format!("`{word}` is no range of days")),
    }
}

fn read_day(word: &str) -> Option<Weekday> {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_ascii_lowercase();
    let at = names.iter().position(|name| *name == word || (word.len() >= 3 && name.starts_with(&word)))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

fn read_times(word: &str) -> Result<(u16, u16), String> {
    let wrong = || format!("`{word}` is no time range such as 09:00-17:00");
    let (from, to) = word.split_once('-').ok_or_else(wrong)?;
    let (opens, closes) = (read_minutes(from).ok_or_else(wrong)?, read_minutes(to).ok_or_else(wrong)?);
    if opens == 1440 {
        return Err("a window cannot open at 24:00; write 00:00 of the next day".to_owned());
    }
    match closes {
        _ if closes == opens => Err(format!("`{word}` closes when it opens; write 00:00-24:00 for a whole day")),
        _ if closes < opens => Ok((opens, closes + 1440)),
        _ => Ok((opens, closes)),
    }
}

fn read_minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "00"));
    let fits = |part: &str, least: usize| (least..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !fits(hours, 1) || !fits(minutes, 2) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

fn find_zone(name: &str) -> Result<TimeZone, String> {
    if matches!(name, "UTC" | "utc" | "Z" | "GMT") {
        return Ok(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| format!("`{name}` is no time zone of the IANA database (such as Europe/Berlin or UTC)"))
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Window {
    type Error = WindowError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(window: &str, now: &str) -> Option<Timestamp> {
        Window::parse(window).unwrap().next_open(at(now))
    }

    #[test]
    fn windows_open_at_the_hours_that_people_mean() {
        // 2026-11-23 is a Monday; Berlin is UTC+1 in winter.
        for (window, now, opens) in [
            ("Mon-Fri 09:00-17:00 Europe/Berlin", "2026-11-23T07:59:59Z", "2026-11-23T08:00:00Z"),
            ("Mon-Fri 09:00-17:00 Europe/Berlin", "2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"),
            ("Mon-Fri 09:00-17:00 Europe/Berlin", "2026-11-23T16:00:00Z", "2026-11-24T08:00:00Z"),
            ("Mon-Fri 09:00-17:00 Europe/Berlin", "2026-11-27T16:00:00Z", "2026-11-30T08:00:00Z"),
            ("Mon,Wed,Fri 9-17", "2026-11-24T10:00:00Z", "2026-11-25T09:00:00Z"),
            ("weekdays 09:00-12:00, 13:00-17:00 UTC", "2026-11-23T12:30:00Z", "2026-11-23T13:00:00Z"),
            ("weekdays 09:00-12:00, 13:00-17:00 UTC", "2026-11-28T13:30:00Z", "2026-11-30T09:00:00Z"),
            ("weekdays 09:00-12:00; 13:00-17:00 UTC", "2026-11-28T13:30:00Z", "2026-11-28T13:30:00Z"),
            ("Sat 22:00-04:00", "2026-11-29T03:59:00Z", "2026-11-29T03:59:00Z"),
            ("Sat 22:00-04:00", "2026-11-29T04:00:00Z", "2026-12-05T22:00:00Z"),
            ("Fri-Mon 00:00-24:00", "2026-11-24T00:00:00Z", "2026-11-27T00:00:00Z"),
            ("always", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("daily 10:00-11:00 America/New_York", "2026-11-24T00:00:00Z", "2026-11-24T15:00:00Z"),
        ] {
            assert_eq!(next(window, now), Some(at(opens)), "{window} at {now}");
        }
    }

    #[test]
    fn clock_changes_neither_lose_nor_repeat_a_window() {
        // Berlin: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
        for (window, now, opens, closes) in [
            ("Sun 02:30-03:10 Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z"),
            ("Sun 01:00-03:00 Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T02:00:00Z"),
            ("Sun 09:00-17:00 Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T07:00:00Z", "2026-03-29T15:00:00Z"),
        ] {
            let window = Window::parse(window).unwrap();
            assert_eq!(window.next_open(at(now)), Some(at(opens)), "{window}");
            assert_eq!(window.closes(at(opens)), Some(at(closes)), "{window}");
        }
    }

    #[test]
    fn touching_windows_close_once() {
        let window = Window::parse("daily 20:00-24:00, 00:00-02:00").unwrap();
        assert_eq!(window.closes(at("2026-11-24T21:00:00Z")), Some(at("2026-11-25T02:00:00Z")));
        assert_eq!(window.closes(at("2026-11-24T12:00:00Z")), None);
        assert_eq!(Window::parse("always").unwrap().closes(at("2026-11-24T12:00:00Z")), None);
    }

    #[test]
    fn what_is_no_window_says_why() {
        for (text, cause) in [
            ("", "empty"),
            ("Mon-Fri", "days without times"),
            ("Mon 25:00-26:00", "no time range"),
            ("Mon 09:00", "no time range"),
            ("Mon 09:00-09:00", "closes when it opens"),
            ("Mon 24:00-02:00", "24:00"),
            ("Mon-Foo 09:00-10:00", "no range of days"),
            ("Mon 09:00-10:00 Mars/Base", "no time zone"),
            ("Mon 09:00-10:00 UTC please", "one word too many"),
            ("Mon 09:00-10:00 UTC, Tue 09:00-10:00 Europe/Berlin, Wed 1-2", "not every window says which"),
            ("Mon 09:00-10:00,,", "empty"),
        ] {
            let error = Window::parse(text).unwrap_err().to_string();
            assert!(error.contains(cause), "{text}: {error}");
        }
    }

    #[test]
    fn a_window_survives_json() {
        let window = Window::parse(" Mon-Fri 09:00-17:00 Europe/Berlin ").unwrap();
        let json = serde_json::to_string(&window).unwrap();
        assert_eq!(json, "\"Mon-Fri 09:00-17:00 Europe/Berlin\"");
        assert_eq!(serde_json::from_str::<Window>(&json).unwrap(), window);
    }

    proptest! {
        #[test]
        fn the_next_opening_is_open_and_nothing_before_it_is(
            now in 1_700_000_000_i64..2_000_000_000, day in 0_usize..7, from in 0_u16..1440, to in 0_u16..1440, zone in 0_usize..4,
        ) {
            prop_assume!(from != to);
            let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
            let zone = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"][zone];
            let text = format!("{} {:02}:{:02}-{:02}:{:02} {zone}", days[day], from / 60, from % 60, to / 60, to % 60);
            let window = Window::parse(&text).unwrap();
            let now = Timestamp::from_second(now).unwrap();
            let opens = window.next_open(now).unwrap();
            prop_assert!(opens >= now && opens.duration_since(now).as_hours() <= 15 * 24, "{text} {now} {opens}");
            prop_assert!(window.is_open(opens));
            if opens > now {
                prop_assert!(!window.is_open(now));
                prop_assert!(!window.is_open(opens - 1.second()));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_crash(text in ".{0,60}") {
            let _outcome = Window::parse(&text);
        }
    }
}
