//! The answers, one file a screen.

mod activity;
mod apps;
mod automation;
mod cluster;
mod credential;
mod images;
mod import;
mod inbox;
mod key;
mod login;
mod policy;
mod proposal;
pub(crate) mod release;
mod release_page;
mod review;
mod settings;
mod sheet;
mod shell;
mod signature;
mod source;
mod source_page;
mod timeline;
mod vault;
mod why;

use jiff::Timestamp;

use crate::api::Inner;
use crate::view::error::{ErrorCode, WireError};
use crate::view::shell::PauseSpan;

impl Inner {
    /// When a span ends; nothing when a person ends it.
    pub(crate) fn end_of(&self, span: &PauseSpan) -> Result<Option<Timestamp>, WireError> {
        let now = self.now();
        let later = |at: Option<Timestamp>| {
            at.ok_or_else(|| WireError::new(ErrorCode::InvalidRequest, "that end lies beyond all calendars", ""))
        };
        match span {
            PauseSpan::Open => Ok(None),
            PauseSpan::Until { until } if *until <= now => {
                Err(WireError::new(ErrorCode::InvalidRequest, "the pause would end in the past", "give a later end"))
            }
            PauseSpan::Until { until } => Ok(Some(*until)),
            PauseSpan::Seconds { seconds } => {
                later(now.checked_add(jiff::SignedDuration::from_secs(i64::from(*seconds))).ok()).map(Some)
            }
            PauseSpan::UntilTomorrow => {
                let here = now.to_zoned(jiff::tz::TimeZone::system());
                let morning =
                    here.tomorrow().ok().and_then(|day| day.with().time(jiff::civil::time(8, 0, 0, 0)).build().ok());
                later(morning.map(|morning| morning.timestamp())).map(Some)
            }
        }
    }
}
