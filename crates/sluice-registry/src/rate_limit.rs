//! What a registry says about how often it may be asked: `Retry-After` (RFC 9110 section 10.2.3), the `RateLimit`
//! headers of Docker Hub (`ratelimit-limit: 100;w=21600`) and the `X-RateLimit` headers of GitHub, Quay and others.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::HeaderMap;

/// A registry's limit as its headers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimit {
    /// Requests allowed in a window.
    pub limit: Option<u64>,
    /// Requests left.
    pub remaining: u64,
    /// The window.
    pub window: Option<Duration>,
    /// When the count starts anew, from the answer's arrival.
    pub reset_after: Option<Duration>,
}

/// No header makes us wait longer than this; longer ones are mistakes.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl RateLimit {
    /// Reads an answer's headers. `now` turns the moments in them into waits.
    pub fn read(headers: &HeaderMap, now: Timestamp) -> Option<Self> {
        let (remaining, remaining_window) = counted(headers, &["ratelimit-remaining", "x-ratelimit-remaining"])?;
        let (limit, limit_window) = counted(headers, &["ratelimit-limit", "x-ratelimit-limit"]).unzip();
        let reset = counted(headers, &["ratelimit-reset", "x-ratelimit-reset"]).map(|(reset, _)| reset);
        Some(Self {
            limit,
            remaining,
            window: remaining_window.or(limit_window.flatten()),
            reset_after: reset.map(|reset| moment_or_wait(reset, now)),
        })
    }

    /// How long to leave the registry alone: nothing while requests are left; then until the count starts anew, or for
    /// as long as one request of a sliding window takes to come back.
    pub fn wait(&self) -> Option<Duration> {
        if self.remaining > 0 {
            return None;
        }
        let one_of_window = || {
            let per_request = self.window?.checked_div(u32::try_from(self.limit?.max(1)).ok()?)?;
            Some(per_request.max(Duration::from_secs(1)))
        };
        self.reset_after.or_else(one_of_window).map(|wait| wait.min(LONGEST)).filter(|wait| !wait.is_zero())
    }
}

/// The first of the headers that is a count, with the window in `;w=`.
fn counted(headers: &HeaderMap, names: &[&str]) -> Option<(u64, Option<Duration>)> {
    names.iter().find_map(|name| {
        let mut parts = headers.get(*name)?.to_str().ok()?.split([';', ',']);
        let count = parts.next()?.trim().parse().ok()?;
        let window = parts.find_map(|part| part.trim().strip_prefix("w=")?.parse().ok().map(Duration::from_secs));
        Some((count, window))
    })
}

/// A number of seconds, or a moment in Unix time (GitHub), which no wait is as large as.
fn moment_or_wait(number: u64, now: Timestamp) -> Duration {
    let wait = if number > 1_000_000_000 {
        number.saturating_sub(u64::try_from(now.as_second()).unwrap_or_default())
    } else {
        number
    };
    Duration::from_secs(wait).min(LONGEST)
}

/// Reads `Retry-After`: seconds, or an HTTP date; Docker Hub's `X-Retry-After` is a moment in Unix time.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(value) = text("retry-after") {
        if let Ok(seconds) = value.parse::<u64>() {
            return Some(Duration::from_secs(seconds).min(LONGEST));
        }
        if let Some(moment) = http_date(value) {
            let wait = Duration::try_from(moment.duration_since(now)).unwrap_or_default();
            return Some(wait.min(LONGEST));
        }
    }
    text("x-retry-after")?.parse().ok().map(|number| moment_or_wait(number, now))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT` (RFC 9110 section 5.6.7; its obsolete forms are not sent by registries).
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header value");
        lines.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
    }

    fn now() -> Timestamp {
        "2026-10-21T07:27:00Z".parse().expect("a time")
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        type Lines<'a> = &'a [(&'static str, &'a str)];
        let cases: [(Lines<'_>, Option<u64>); 9] = [
            (&[], None),
            (&[("retry-after", "7")], Some(7)),
            (&[("retry-after", "0")], Some(0)),
            (&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], Some(60)),
            (&[("retry-after", "Wed, 21 Oct 2026 07:00:00 GMT")], Some(0)),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "99999999999")], Some(24 * 3600)),
            (&[("x-retry-after", "1792567650")], Some(30)),
        ];
        for (lines, seconds) in cases {
            assert_eq!(retry_after(&headers(lines), now()), seconds.map(Duration::from_secs), "{lines:?}");
        }
    }

    #[test]
    fn limits_are_read_as_docker_hub_and_github_write_them() {
        let hub = headers(&[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "0;w=21600")]);
        let read = RateLimit::read(&hub, now()).expect("a limit");
        assert_eq!((read.limit, read.remaining, read.window), (Some(100), 0, Some(Duration::from_secs(21600))));
        assert_eq!(read.wait(), Some(Duration::from_secs(216)));

        let github = headers(&[
            ("x-ratelimit-limit", "60"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1792567680"),
        ]);
        let read = RateLimit::read(&github, now()).expect("a limit");
        assert_eq!((read.reset_after, read.wait()), (Some(Duration::from_secs(60)), Some(Duration::from_secs(60))));

        let left = RateLimit::read(&headers(&[("ratelimit-remaining", "3;w=60")]), now()).expect("a limit");
        assert_eq!(left.wait(), None);
        let hostile = headers(&[("ratelimit-limit", "1"), ("ratelimit-remaining", "0;w=18446744073709551615")]);
        assert_eq!(RateLimit::read(&hostile, now()).and_then(|limit| limit.wait()), Some(LONGEST));
        assert_eq!(RateLimit::read(&headers(&[("ratelimit-remaining", "many")]), now()), None);
        assert_eq!(RateLimit::read(&headers(&[("ratelimit-limit", "5")]), now()), None);
    }
}
