//! The team's rules that travel in Git: annotations `sluice.dev/…` on Flux's resources. Flux itself ignores them.
//!
//! | annotation | value | on |
//! |---|---|---|
//! | `sluice.dev/mode` | `observe`, `review`, `auto` | automation |
//! | `sluice.dev/window` | see [`crate::release::Window`] | automation |
//! | `sluice.dev/min-age` | Go duration, also with `d` and `w` | automation, policy |
//! | `sluice.dev/hold` | `true` (keep what is in Git), a tag, or `false` | automation, policy |
//! | `sluice.dev/hold-reason` | text | with a hold |
//! | `sluice.dev/hold-until` | day or RFC 3339 instant | with a hold |
//! | `sluice.dev/verify` | public keys in PEM, or paths of files with them | policy |
//!
//! A rule that can't be read must not set anything free: it counts as `mode: observe`.

use super::fields::Report;
use super::problem::Kind;
use super::verify_rule::VerifyRule;
use super::yaml::{Node, Value};
use crate::diagnosis::{Code, nearest};
use crate::image::Tag;
use crate::release::{Hold, Mode, Window, parse_hold_end};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const PREFIX: &str = "sluice.dev/";
const NAMES: [&str; 7] = ["mode", "window", "min-age", "hold", "hold-reason", "hold-until", "verify"];

/// What the team has written down for one automation or policy. Local settings may only be stricter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TeamRules {
    /// The freest mode allowed.
    pub mode: Option<Mode>,
    /// How long after its first sight a tag must wait.
    pub min_age: Option<Duration>,
    /// When releases may happen by themselves.
    pub window: Option<Window>,
    /// What is kept on purpose.
    pub hold: Option<Hold>,
    /// By whose keys an image must be signed.
    pub verify: Option<VerifyRule>,
}

/// Reads the annotations of a resource.
pub(super) fn read(annotations: Option<&Node>, kind: Kind, report: &Report) -> TeamRules {
    let mut rules = TeamRules::default();
    let Some(Node { value: Value::Mapping(entries), .. }) = annotations else { return rules };
    let (mut reason, mut until) = (None, None);
    for entry in entries.iter() {
        let Some(name) = entry.key.text().and_then(|key| key.strip_prefix(PREFIX)) else { continue };
        let text = entry.value.text().unwrap_or_default();
        let outcome = match name {
            "mode" if kind == Kind::ImageUpdateAutomation => {
                text.parse().map(|mode| rules.mode = Some(mode)).map_err(words)
            }
            "window" if kind == Kind::ImageUpdateAutomation => {
                text.parse().map(|window| rules.window = Some(window)).map_err(words)
            }
            "min-age" if has_rules(kind) => parse_age(text).map(|age| rules.min_age = Some(age)).map_err(words),
            "hold" if has_rules(kind) => read_hold(text).map(|hold| rules.hold = hold),
            "hold-reason" if has_rules(kind) => {
                reason = Some(text.to_owned());
                Ok(())
            }
            "hold-until" if has_rules(kind) => {
                parse_hold_end(text).map(|end| until = Some((end, entry))).map_err(words)
            }
            "verify" if kind == Kind::ImagePolicy => {
                VerifyRule::parse(text).map(|rule| rules.verify = Some(rule)).map_err(|error| {
                    rules.verify = Some(VerifyRule::Unreadable(error.to_string()));
                    words(error)
                })
            }
            _ => Err(misplaced(name, kind)),
        };
        if let Err(message) = outcome {
            report.note(
                Code::TeamRuleInvalid,
                entry.value.line,
                entry.value.column,
                format!("{PREFIX}{name}: {message}"),
                advice(name),
            );
            if NAMES.contains(&name) && has_rules(kind) {
                rules.mode = Some(Mode::Observe);
            }
        }
    }
    match (&mut rules.hold, until) {
        (Some(hold), until) => {
            hold.reason = reason.unwrap_or_default();
            hold.until = until.map(|(end, _)| end);
        }
        (None, Some((_, entry))) => report.note(
            Code::TeamRuleInvalid,
            entry.key.line,
            entry.key.column,
            "sluice.dev/hold-until without sluice.dev/hold holds nothing".to_owned(),
            "add `sluice.dev/hold: \"true\"`, or the tag to keep".to_owned(),
        ),
        (None, None) => {}
    }
    if rules.mode == Some(Mode::Auto)
        && report.problems.borrow().iter().any(|problem| problem.code == Code::TeamRuleInvalid)
    {
        rules.mode = Some(Mode::Observe);
    }
    rules
}

fn has_rules(kind: Kind) -> bool {
    matches!(kind, Kind::ImageUpdateAutomation | Kind::ImagePolicy)
}

fn words(error: impl std::error::Error) -> String {
    error.to_string()
}

fn misplaced(name: &str, kind: Kind) -> String {
    if NAMES.contains(&name) {
        return format!("it has no effect on a {kind}");
    }
    match nearest(name, NAMES, 1).first() {
        Some(near) => format!("no such rule; did you mean {PREFIX}{near}?"),
        None => "no such rule".to_owned(),
    }
}

fn advice(name: &str) -> String {
    match name {
        "mode" => "use observe, review or auto",
        "window" => "write for example \"Mon-Fri 09:00-17:00 Europe/Berlin\"",
        "min-age" => "write for example \"24h\" or \"3d\"",
        "hold" => "write \"true\" to keep what is in Git, or the tag to keep",
        "verify" => "write the path of a file with the public key, such as \"keys/cosign.pub\", or the key itself in PEM",
        "hold-until" => "write a day such as \"2026-12-01\"",
        _ => {
            "the rules are mode and window (automation), min-age, hold, hold-reason and hold-until (automation, policy), \
             and verify (policy)"
        }
    }
    .to_owned()
}

fn read_hold(text: &str) -> Result<Option<Hold>, String> {
    let hold = |tag| Some(Hold { tag, reason: String::new(), until: None });
    match text.trim() {
        "true" => Ok(hold(None)),
        "false" => Ok(None),
        tag => Tag::parse(tag).map(|tag| hold(Some(tag.as_str().to_owned()))).map_err(words),
    }
}

/// The text is no age.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no age: write a duration such as 24h, 3d or 1w")]
pub struct AgeError {
    /// What was given.
    pub text: String,
}

/// Reads an age: numbers with the units `w`, `d`, `h`, `m`, `s`, as in `1d12h`.
pub fn parse_age(text: &str) -> Result<Duration, AgeError> {
    let wrong = || AgeError { text: text.to_owned() };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut seconds: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest.as_bytes()[digits] {
            b'w' => 7 * 86_400,
            b'd' => 86_400,
            b'h' => 3_600,
            b'm' => 60,
            b's' => 1,
            _ => return Err(wrong()),
        };
        seconds = number.checked_mul(unit).and_then(|part| seconds.checked_add(part)).ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    // A hundred years is beyond any release; larger numbers would leave the calendar.
    if seconds > 100 * 366 * 86_400 { Err(wrong()) } else { Ok(Duration::from_secs(seconds)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_days_and_weeks() {
        for (text, seconds) in [("24h", 86_400), ("3d", 259_200), ("1w", 604_800), ("1d12h30m5s", 131_405), ("0s", 0)] {
            assert_eq!(parse_age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "3", "d", "3 d", "-1h", "1y", "999999999999999999w", "3d4", "1é"] {
            assert!(parse_age(text).is_err(), "{text}");
        }
    }
}
