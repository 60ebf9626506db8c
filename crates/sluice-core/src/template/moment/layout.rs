//! Layouts: what the reference time `Mon Jan 2 15:04:05 MST 2006` says about a form (Go's `time`, `nextStdChunk`).

/// A part of a layout.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
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
pub(super) enum Unit {
    Month,
    Day,
    YearDay,
    Hour,
    Hour12,
    Minute,
    Second,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Pad {
    None,
    Zero(usize),
    Space(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct OffsetStyle {
    pub(super) z_for_utc: bool,
    pub(super) colon: bool,
    pub(super) minutes: bool,
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

pub(super) fn next_part(layout: &str) -> Option<(&str, Part, &str)> {
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
