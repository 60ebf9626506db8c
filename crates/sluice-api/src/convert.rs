//! From the domain's values to views, and back where the UI sends some: pure functions. The present moment, tags and
//! histories are arguments.

pub mod diagnosis;
pub mod error;
pub mod file;
pub mod gate;
pub mod key;
pub mod lane;
pub mod reason;
pub mod rule;
pub mod timeline;
pub mod trial;
pub mod version;
pub mod why_not;

/// A count for the wire. More than four billion of anything is as many.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A span for the wire, in whole seconds.
pub fn seconds(span: std::time::Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}
