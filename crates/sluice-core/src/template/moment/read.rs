//! Reading a time by a layout (Go's `time.Parse`).

use super::layout::{OffsetStyle, Pad, Part, Unit, next_part};
use super::{DAYS, MONTHS, Moment, Zone, civil_from_days, days_from_civil, days_in};

/// Text of the layout must be there; one space stands for any number.
pub(super) fn skip_prefix<'t>(mut text: &'t str, mut prefix: &str) -> Option<&'t str> {
    while let Some(c) = prefix.chars().next() {
        if c == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            prefix = prefix.trim_start_matches(' ');
            text = text.trim_start_matches(' ');
            continue;
        }
        text = text.strip_prefix(c)?;
        prefix = &prefix[c.len_utf8()..];
    }
    Some(text)
}

/// What was read so far.
#[derive(Default)]
pub(super) struct Read {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    half: Option<bool>,
    offset: Option<i32>,
    is_utc: bool,
    zone: Option<String>,
}

fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least { None } else { Some((text[..length].parse().ok()?, &text[length..])) }
}

fn name<'t>(text: &'t str, names: &[&str], length: Option<usize>) -> Option<(usize, &'t str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = &name[..length.unwrap_or(name.len())];
        let start = text.get(..name.len())?;
        start.eq_ignore_ascii_case(name).then(|| (index, &text[name.len()..]))
    })
}

impl Read {
    /// Reads one part; the rest of the text. `after` is the layout behind the part.
    pub(super) fn part<'t>(&mut self, part: Part, text: &'t str, after: &str) -> Option<&'t str> {
        let month = |found: (usize, &'t str)| (i64::try_from(found.0 + 1).unwrap_or(1), found.1);
        Some(match part {
            Part::Year => {
                let (year, rest) = digits(text, 4, 4)?;
                self.year = Some(year);
                rest
            }
            Part::ShortYear => {
                let (year, rest) = digits(text, 2, 2)?;
                self.year = Some(if year >= 69 { year + 1900 } else { year + 2000 });
                rest
            }
            Part::MonthName | Part::ShortMonthName => {
                let length = matches!(part, Part::ShortMonthName).then_some(3);
                let (number, rest) = month(name(text, &MONTHS, length)?);
                self.month = Some(number);
                rest
            }
            Part::Weekday => name(text, &DAYS, None)?.1,
            Part::ShortWeekday => name(text, &DAYS, Some(3))?.1,
            Part::Number(unit, pad) => self.number(unit, pad, text, after)?,
            Part::Half(upper) => {
                let (am, pm) = if upper { ("AM", "PM") } else { ("am", "pm") };
                self.half = Some(text.starts_with(pm));
                text.strip_prefix(am).or_else(|| text.strip_prefix(pm))?
            }
            Part::Fraction { digits, trims, .. } => self.fraction(digits, trims, text)?,
            Part::Offset(style) => self.read_offset(style, text)?,
            Part::ZoneName => self.zone_name(text)?,
        })
    }

    fn number<'t>(&mut self, unit: Unit, pad: Pad, text: &'t str, after: &str) -> Option<&'t str> {
        let text = if matches!(pad, Pad::Space(_)) { text.trim_start_matches(' ') } else { text };
        let fixed = matches!(pad, Pad::Zero(_)) && !matches!(unit, Unit::Hour);
        let most = if matches!(unit, Unit::YearDay) { 3 } else { 2 };
        let (value, rest) = digits(text, if fixed { most } else { 1 }, most)?;
        match unit {
            Unit::Month => self.month = Some(value).filter(|month| (1..=12).contains(month)).or(Some(0)),
            Unit::Day => self.day = Some(value),
            Unit::YearDay => self.year_day = Some(value),
            Unit::Hour => self.hour = value,
            Unit::Hour12 => self.hour = if value > 12 { 24 } else { value },
            Unit::Minute => self.minute = value,
            Unit::Second => {
                self.second = value;
                // A fraction behind the seconds is read even where the layout has none.
                let wants_one = next_part(after)
                    .is_some_and(|(before, part, _)| before.is_empty() && matches!(part, Part::Fraction { .. }));
                if rest.starts_with(['.', ',']) && rest[1..].starts_with(|c: char| c.is_ascii_digit()) && !wants_one {
                    return self.fraction(9, true, rest);
                }
            }
        }
        Some(rest)
    }

    fn fraction<'t>(&mut self, count: usize, trims: bool, text: &'t str) -> Option<&'t str> {
        let Some(rest) = text.strip_prefix(['.', ',']) else { return trims.then_some(text) };
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !trims && length < count {
            return None;
        }
        let length = if trims { length } else { count };
        let padded: String = rest[..length].chars().chain(std::iter::repeat('0')).take(9).collect();
        self.nanos = padded.parse().ok()?;
        Some(&rest[length..])
    }

    fn read_offset<'t>(&mut self, style: OffsetStyle, text: &'t str) -> Option<&'t str> {
        if style.z_for_utc && text.starts_with('Z') {
            self.is_utc = true;
            return Some(&text[1..]);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, mut rest) = digits(&text[1..], 2, 2)?;
        let mut minutes = 0;
        if style.minutes {
            rest = if style.colon { rest.strip_prefix(':')? } else { rest };
            (minutes, rest) = digits(rest, 2, 2)?;
        }
        if hours > 24 || minutes > 60 {
            return None;
        }
        self.offset = i32::try_from(sign * (hours * 3600 + minutes * 60)).ok();
        Some(rest)
    }

    fn zone_name<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(rest) = text.strip_prefix("UTC") {
            self.is_utc = true;
            return Some(rest);
        }
        let length = text.bytes().take(6).take_while(u8::is_ascii_uppercase).count();
        let fits = match length {
            3 => true,
            4 => text[..4].ends_with('T') || text.starts_with("WITA"),
            5 => text[..5].ends_with('T'),
            _ => false,
        };
        if !fits {
            return None;
        }
        self.zone = Some(text[..length].to_owned());
        Some(&text[length..])
    }

    pub(super) fn finish(self) -> Option<Moment> {
        let year = self.year.unwrap_or(0);
        let (month, day) = match self.year_day {
            Some(number) => {
                let days = days_from_civil(year, 1, 1) + number - 1;
                let (found, month, day) = civil_from_days(days);
                let contradicts = self.month.is_some_and(|m| m != month) || self.day.is_some_and(|d| d != day);
                if number < 1 || found != year || contradicts {
                    return None;
                }
                (month, day)
            }
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        let hour = match self.half {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let fits = (1..=12).contains(&month) && day >= 1 && hour < 24 && self.minute < 60 && self.second < 60;
        if !fits || day > days_in(year, month) {
            return None;
        }
        let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + self.minute * 60 + self.second;
        let mut letters = [0; 5];
        for (letter, byte) in letters.iter_mut().zip(self.zone.as_deref().unwrap_or("").bytes()) {
            *letter = byte;
        }
        let zone = match (self.is_utc, self.offset, &self.zone) {
            (true, ..) | (_, None, None) => Zone::Utc,
            (_, Some(0), None) => Zone::Utc,
            (_, Some(offset), _) => Zone::Fixed(offset, letters),
            (_, None, Some(_)) => Zone::Fixed(0, letters),
        };
        let offset = if self.is_utc { 0 } else { self.offset.unwrap_or(0) };
        Some(Moment { seconds: seconds - i64::from(offset), nanos: self.nanos, zone })
    }
}
