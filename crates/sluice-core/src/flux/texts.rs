//! Field formats that several resources share.

use super::fields::{Fields, Misfit};
use crate::duration::GoDuration;

/// An interval: Go's notation with the units ms, s, m, h.
pub(super) fn interval(text: &str) -> Result<GoDuration, Misfit> {
    GoDuration::parse_interval(text)
        .map_err(|error| Misfit { cause: error.to_string(), hint: "write for example 10s, 1m40s or 5m".to_owned() })
}

/// A timeout: like an interval, but Flux's schema allows no hours.
pub(super) fn timeout(text: &str) -> Result<GoDuration, Misfit> {
    GoDuration::parse_timeout(text).map_err(|error| Misfit {
        cause: error.to_string(),
        hint: "write for example 60s or 2m; hours are not allowed here".to_owned(),
    })
}

/// A text of at most `longest` characters.
pub(super) fn at_most(longest: usize) -> impl Fn(&str) -> Result<String, Misfit> {
    move |text| {
        let length = text.chars().count();
        if length <= longest {
            return Ok(text.to_owned());
        }
        Err(Misfit { cause: format!("it has {length} characters"), hint: format!("at most {longest} are allowed") })
    }
}

/// Hints at intervals that hurt: below five seconds registries limit, above a week nothing seems to happen.
pub(super) fn judge_interval(fields: &Fields<'_>, name: &str, interval: GoDuration) {
    let seconds = interval.as_std().as_secs_f64();
    let (cause, hint) = if seconds < 5.0 {
        ("is so short that registries and Git hosts will limit it", "use 1m or more, and a webhook for speed")
    } else if seconds > 7.0 * 86_400.0 {
        ("is so long that changes seem to do nothing", "use a day at most")
    } else {
        return;
    };
    fields.note(crate::diagnosis::Code::IntervalAbsurd, name, &format!("`{interval}` {cause}"), hint);
}
