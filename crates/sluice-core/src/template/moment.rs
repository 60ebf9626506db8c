//! `time.Time`, for the few date functions that don't read the clock: `toDate`, `mustDateModify`, `unixEpoch`.
//!
//! The local zone is UTC, as it is in Flux's controller image.

use std::fmt;

use super::call::Param;
use super::fault::Fault;
use super::value::{Value, Width};

/// A moment and the zone it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Seconds since 1970 in UTC.
    seconds: i64,
    nanos: u32,
    zone: Zone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Utc,
    /// Seconds east, and a name of up to five letters, padded with zeros.
    Fixed(i32, [u8; 5]),
}

/// A date and time of day, in the zone.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1)
}

impl Moment {
    /// Go's zero time: the first of January of the year 1.
    pub(crate) const ZERO: Self = Self { seconds: -62_135_596_800, nanos: 0, zone: Zone::Utc };

    /// Seconds since 1970.
    pub(crate) fn unix(self) -> i64 {
        self.seconds
    }

    /// A moment later or, with a negative number, earlier. `None` beyond what Go's time can hold.
    pub(crate) fn plus_nanos(self, nanos: i128) -> Option<Self> {
        let total = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos) + nanos;
        let seconds = i64::try_from(total.div_euclid(1_000_000_000)).ok().filter(|seconds| seconds.abs() < 1 << 50)?;
        let nanos = u32::try_from(total.rem_euclid(1_000_000_000)).ok()?;
        Some(Self { seconds, nanos, ..self })
    }

    fn offset(self) -> i64 {
        match self.zone {
            Zone::Utc => 0,
            Zone::Fixed(offset, _) => offset.into(),
        }
    }

    fn civil(self) -> Civil {
        let local = self.seconds + self.offset();
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let weekday = usize::try_from((days + 4).rem_euclid(7)).unwrap_or_default();
        Civil { year, month, day, weekday, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60 }
    }

    fn day_of_year(self) -> i64 {
        let civil = self.civil();
        days_from_civil(civil.year, civil.month, civil.day) - days_from_civil(civil.year, 1, 1) + 1
    }

    /// `Time.Format`.
    pub(crate) fn format(self, layout: &str) -> String {
        let mut out = String::new();
        let mut rest = layout;
        while let Some((before, part, after)) = next_part(rest) {
            out.push_str(before);
            self.push_part(&mut out, part);
            rest = after;
        }
        out + rest
    }

    fn push_part(self, out: &mut String, part: Part) {
        let civil = self.civil();
        let twelve = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
        let month = MONTHS[usize::try_from(civil.month - 1).unwrap_or_default().min(11)];
        let text = match part {
            Part::Year => format!("{}{:04}", if civil.year < 0 { "-" } else { "" }, civil.year.abs()),
            Part::ShortYear => format!("{:02}", civil.year.rem_euclid(100)),
            Part::MonthName => month.to_owned(),
            Part::ShortMonthName => month[..3].to_owned(),
            Part::Number(unit, pad) => {
                let value = match unit {
                    Unit::Month => civil.month,
                    Unit::Day => civil.day,
                    Unit::YearDay => self.day_of_year(),
                    Unit::Hour => civil.hour,
                    Unit::Hour12 => twelve,
                    Unit::Minute => civil.minute,
                    Unit::Second => civil.second,
                };
                match pad {
                    Pad::None => value.to_string(),
                    Pad::Zero(2) => format!("{value:02}"),
                    Pad::Zero(_) => format!("{value:03}"),
                    Pad::Space(2) => format!("{value:2}"),
                    Pad::Space(_) => format!("{value:3}"),
                }
            }
            Part::Weekday => DAYS[civil.weekday].to_owned(),
            Part::ShortWeekday => DAYS[civil.weekday][..3].to_owned(),
            Part::Half(upper) => match (civil.hour >= 12, upper) {
                (true, true) => "PM",
                (false, true) => "AM",
                (true, false) => "pm",
                (false, false) => "am",
            }
            .to_owned(),
            Part::ZoneName => self.zone_name(),
            Part::Offset(style) => self.offset_text(style),
            Part::Fraction { digits, trims, mark } => {
                let nanos = format!("{:09}", self.nanos);
                let digits = &nanos[..digits.min(9)];
                let digits = if trims { digits.trim_end_matches('0') } else { digits };
                if digits.is_empty() { String::new() } else { format!("{mark}{digits}") }
            }
        };
        out.push_str(&text);
    }

    fn zone_name(self) -> String {
        match self.zone {
            Zone::Utc => "UTC".to_owned(),
            Zone::Fixed(_, name) if name[0] != 0 => {
                name.iter().take_while(|b| **b != 0).map(|b| char::from(*b)).collect()
            }
            Zone::Fixed(offset, _) => {
                let minutes = offset.abs() / 60;
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    fn offset_text(self, style: OffsetStyle) -> String {
        let offset = self.offset();
        if style.z_for_utc && offset == 0 {
            return "Z".to_owned();
        }
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset.abs() / 3600, offset.abs() / 60 % 60);
        match (style.minutes, style.colon) {
            (false, _) => format!("{sign}{hours:02}"),
            (true, true) => format!("{sign}{hours:02}:{minutes:02}"),
            (true, false) => format!("{sign}{hours:02}{minutes:02}"),
        }
    }

    /// `time.ParseInLocation(layout, text, time.UTC)`.
    ///
    /// # Errors
    /// When the text does not follow the layout or is no date.
    pub(crate) fn parse(layout: &str, text: &str) -> Result<Self, Fault> {
        let failure = || Fault::new(format!("parsing time {text:?} as {layout:?}: cannot parse"));
        let mut read = Read::default();
        let (mut rest_layout, mut rest) = (layout, text);
        while let Some((before, part, after)) = next_part(rest_layout) {
            rest = skip_prefix(rest, before).ok_or_else(failure)?;
            rest = read.part(part, rest, after).ok_or_else(failure)?;
            rest_layout = after;
        }
        rest = skip_prefix(rest, rest_layout).ok_or_else(failure)?;
        if !rest.is_empty() {
            return Err(Fault::new(format!("parsing time {text:?}: extra text: {rest:?}")));
        }
        read.finish().ok_or_else(|| Fault::new(format!("parsing time {text:?}: out of range")))
    }

    /// The parameters of a method.
    pub(crate) fn method_params(name: &str) -> Option<&'static [Param]> {
        match name {
            "String" | "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Nanosecond" | "Weekday"
            | "YearDay" | "Unix" | "UnixMilli" | "IsZero" | "UTC" | "Local" => Some(&[]),
            "Format" => Some(&[Param::Text]),
            "After" | "Before" | "Equal" | "Compare" => Some(&[Param::Moment]),
            _ => None,
        }
    }

    /// Calls a method. A month and a weekday are their names, without Go's numeric type behind them.
    ///
    /// # Errors
    /// None so far.
    pub(crate) fn call(self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let civil = self.civil();
        let other = match args.first() {
            Some(Value::Object(super::data::Object::Moment(other))) => *other,
            _ => Self::ZERO,
        };
        let order = (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos));
        Ok(match (name, args.first()) {
            ("Format", Some(Value::Text(layout))) => self.format(layout).into(),
            ("Year", _) => Value::int(civil.year),
            ("Month", _) => self.format("January").into(),
            ("Day", _) => Value::int(civil.day),
            ("Hour", _) => Value::int(civil.hour),
            ("Minute", _) => Value::int(civil.minute),
            ("Second", _) => Value::int(civil.second),
            ("Nanosecond", _) => Value::int(self.nanos.into()),
            ("Weekday", _) => self.format("Monday").into(),
            ("YearDay", _) => Value::int(self.day_of_year()),
            ("Unix", _) => Value::int64(self.seconds),
            ("UnixMilli", _) => {
                Value::Int(Width::Int64, i128::from(self.seconds) * 1000 + i128::from(self.nanos / 1_000_000))
            }
            ("IsZero", _) => (self.seconds == Self::ZERO.seconds && self.nanos == 0).into(),
            ("UTC" | "Local", _) => Value::Object(super::data::Object::Moment(Self { zone: Zone::Utc, ..self })),
            ("After", _) => order.is_gt().into(),
            ("Before", _) => order.is_lt().into(),
            ("Equal", _) => order.is_eq().into(),
            ("Compare", _) => Value::int(order as i64),
            _ => self.to_string().into(),
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

/// A part of a layout.
#[derive(Debug, Clone, Copy)]
enum Part {
    Year,
    ShortYear,
    MonthName,
    ShortMonthName,
    Number(Unit, Pad),
    Weekday,
    ShortWeekday,
    Half(bool),
    ZoneName,
    Offset(OffsetStyle),
    Fraction { digits: usize, trims: bool, mark: char },
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Month,
    Day,
    YearDay,
    Hour,
    Hour12,
    Minute,
    Second,
}

#[derive(Debug, Clone, Copy)]
enum Pad {
    None,
    Zero(usize),
    Space(usize),
}

#[derive(Debug, Clone, Copy)]
struct OffsetStyle {
    z_for_utc: bool,
    colon: bool,
    minutes: bool,
}

const fn style(z_for_utc: bool, colon: bool, minutes: bool) -> Part {
    Part::Offset(OffsetStyle { z_for_utc, colon, minutes })
}

/// `nextStdChunk`: longest first where one begins another.
const PARTS: &[(&str, Part)] = &[
    ("January", Part::MonthName),
    ("Jan", Part::ShortMonthName),
    ("Monday", Part::Weekday),
    ("Mon", Part::ShortWeekday),
    ("MST", Part::ZoneName),
    ("002", Part::Number(Unit::YearDay, Pad::Zero(3))),
    ("01", Part::Number(Unit::Month, Pad::Zero(2))),
    ("02", Part::Number(Unit::Day, Pad::Zero(2))),
    ("03", Part::Number(Unit::Hour12, Pad::Zero(2))),
    ("04", Part::Number(Unit::Minute, Pad::Zero(2))),
    ("05", Part::Number(Unit::Second, Pad::Zero(2))),
    ("06", Part::ShortYear),
    ("15", Part::Number(Unit::Hour, Pad::Zero(2))),
    ("1", Part::Number(Unit::Month, Pad::None)),
    ("2006", Part::Year),
    ("2", Part::Number(Unit::Day, Pad::None)),
    ("__2", Part::Number(Unit::YearDay, Pad::Space(3))),
    ("_2", Part::Number(Unit::Day, Pad::Space(2))),
    ("3", Part::Number(Unit::Hour12, Pad::None)),
    ("4", Part::Number(Unit::Minute, Pad::None)),
    ("5", Part::Number(Unit::Second, Pad::None)),
    ("PM", Part::Half(true)),
    ("pm", Part::Half(false)),
    ("-07:00", style(false, true, true)),
    ("-0700", style(false, false, true)),
    ("-07", style(false, false, false)),
    ("Z07:00", style(true, true, true)),
    ("Z0700", style(true, false, true)),
    ("Z07", style(true, false, false)),
];

fn next_part(layout: &str) -> Option<(&str, Part, &str)> {
    for (at, c) in layout.char_indices() {
        let rest = &layout[at..];
        if matches!(c, '.' | ',') {
            let digit = rest[1..].chars().next().filter(|digit| matches!(digit, '0' | '9'));
            if let Some(digit) = digit {
                let length = rest[1..].find(|other| other != digit).unwrap_or(rest.len() - 1);
                if !rest[1 + length..].starts_with(|next: char| next.is_ascii_digit()) {
                    let part = Part::Fraction { digits: length, trims: digit == '9', mark: c };
                    return Some((&layout[..at], part, &rest[1 + length..]));
                }
            }
        }
        // `Jan` and `Mon` inside of a longer word are words; `_2006` is an underscore and a year.
        let found = PARTS.iter().find(|(name, _)| {
            let follows = rest.strip_prefix(name);
            let in_word = matches!(*name, "Jan" | "Mon")
                && follows.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_lowercase()));
            let year_after = *name == "_2" && rest.starts_with("_2006");
            follows.is_some() && !in_word && !year_after
        });
        if let Some((name, part)) = found {
            return Some((&layout[..at], *part, &rest[name.len()..]));
        }
    }
    None
}

/// Text of the layout must be there; one space stands for any number.
fn skip_prefix<'t>(mut text: &'t str, mut prefix: &str) -> Option<&'t str> {
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
struct Read {
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
    fn part<'t>(&mut self, part: Part, text: &'t str, after: &str) -> Option<&'t str> {
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

    fn finish(self) -> Option<Moment> {
        let year = self.year.unwrap_or(0);
        let (month, day) = match self.year_day {
            Some(number) => {
                let days = days_from_civil(year, 1, 1) + number - 1;
                let (found, month, day) = civil_from_days(days);
                if number < 1 || found != year {
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
