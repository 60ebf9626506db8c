//! `time.Time`, for the few date functions that don't read the clock: `toDate`, `mustDateModify`, `unixEpoch`.
//!
//! The local zone is UTC, as it is in Flux's controller image.

mod layout;
mod read;

use std::fmt;

use self::layout::{OffsetStyle, Pad, Part, Unit, next_part};
use self::read::{Read, skip_prefix};
use super::call::Param;
use super::fault::Fault;
use super::value::Value;

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

    /// Time since 1970 in units of so many nanoseconds, as an `int64` that wraps as Go's does.
    fn since_1970(self, unit: u32) -> Value {
        let units = i128::from(self.seconds) * i128::from(1_000_000_000 / unit) + i128::from(self.nanos / unit);
        Value::int64(units as i64)
    }

    /// `Time.AddDate(years, months, days)`: a day beyond the month's end runs into the next month.
    fn plus_date(self, args: &[Value]) -> Result<Self, Fault> {
        let beyond = || Fault::new("the date is out of range".to_owned());
        let number = |at: usize| match args.get(at) {
            Some(Value::Int(_, number)) => i64::try_from(*number).ok().filter(|n| n.abs() < 1 << 40).ok_or_else(beyond),
            _ => Ok(0),
        };
        let (years, months, days) = (number(0)?, number(1)?, number(2)?);
        let civil = self.civil();
        let month = civil.month - 1 + months;
        let year = civil.year + years + month.div_euclid(12);
        if year.abs() > 1 << 24 || days.abs() > 1 << 32 {
            return Err(beyond());
        }
        let moved = days_from_civil(year, month.rem_euclid(12) + 1, 1) + civil.day - 1 + days;
        let passed = moved - days_from_civil(civil.year, civil.month, civil.day);
        self.plus_nanos(i128::from(passed) * 86_400_000_000_000).ok_or_else(beyond)
    }

    /// The parameters of a method.
    pub(crate) fn method_params(name: &str) -> Option<&'static [Param]> {
        match name {
            "String" | "Year" | "Month" | "Day" | "Hour" | "Minute" | "Second" | "Nanosecond" | "Weekday"
            | "YearDay" | "Unix" | "UnixMilli" | "UnixMicro" | "UnixNano" | "IsZero" | "UTC" | "Local" => Some(&[]),
            "AddDate" => Some(&[Param::Int, Param::Int, Param::Int]),
            "Format" => Some(&[Param::Text]),
            "After" | "Before" | "Equal" | "Compare" => Some(&[Param::Moment]),
            _ => None,
        }
    }

    /// Calls a method. A month and a weekday are their names, without Go's numeric type behind them.
    ///
    /// # Errors
    /// When the outcome is a moment, or a number, that Go's types cannot hold.
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
            ("UnixMilli", _) => self.since_1970(1_000_000),
            ("UnixMicro", _) => self.since_1970(1000),
            ("UnixNano", _) => self.since_1970(1),
            ("AddDate", _) => Value::Object(super::data::Object::Moment(self.plus_date(args)?)),
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
