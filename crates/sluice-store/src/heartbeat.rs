//! Table `heartbeat`: for every remote the last success, the last words and the next try. Table `beat`: how many tries of
//! each half hour succeeded and failed, for two days.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE heartbeat (
  subject      TEXT PRIMARY KEY,
  last_attempt INTEGER NOT NULL,
  last_success INTEGER,
  next_try     INTEGER,
  failures     INTEGER NOT NULL DEFAULT 0,
  words        TEXT
) STRICT, WITHOUT ROWID;";

pub(crate) const CREATE_BEATS: &str = "
CREATE TABLE beat (
  subject TEXT NOT NULL,
  part    INTEGER NOT NULL,
  fine    INTEGER NOT NULL DEFAULT 0,
  failed  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subject, part)
) STRICT, WITHOUT ROWID;";

/// Milliseconds of one part of [`Tries`].
const PART: i64 = 30 * 60 * 1000;
/// Parts that are kept: two days.
const KEPT: i64 = 96;

/// The tries of half an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tries {
    /// The remote: `git <address>` or `registry <host>`.
    pub subject: String,
    /// When the half hour began: a full or half hour in UTC.
    pub from: Timestamp,
    /// Tries that succeeded.
    pub fine: u32,
    /// Tries that failed.
    pub failed: u32,
}

/// What was heard from a remote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    /// The remote: `git <address>` or `registry <host>`.
    pub subject: String,
    /// The last attempt.
    pub last_attempt: Timestamp,
    /// The last success.
    pub last_success: Option<Timestamp>,
    /// The next try, where one is planned.
    pub next_try: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: u32,
    /// The cause of the last failure; nothing after a success.
    pub words: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beat {
    /// The remote answered.
    Success,
    /// It did not, or refused; in words.
    Failure(String),
}

impl Store {
    /// Records an attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_beat(
        &self,
        subject: &str,
        at: Timestamp,
        beat: Beat,
        next_try: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let subject = subject.to_owned();
        self.write(move |connection| {
            let (success, words) = match beat {
                Beat::Success => (Some(millis(at)), None),
                Beat::Failure(words) => (None, Some(words)),
            };
            connection.execute(
                "INSERT INTO heartbeat (subject, last_attempt, last_success, next_try, failures, words)
                 VALUES (?1, ?2, ?3, ?4, ?3 IS NULL, ?5)
                 ON CONFLICT (subject) DO UPDATE SET
                   last_attempt = excluded.last_attempt,
                   last_success = coalesce(excluded.last_success, last_success),
                   next_try = excluded.next_try,
                   failures = CASE WHEN excluded.last_success IS NULL THEN failures + 1 ELSE 0 END,
                   words = excluded.words",
                params![subject, millis(at), success, next_try.map(millis), words],
            )?;
            let part = millis(at).div_euclid(PART);
            connection.execute(
                "INSERT INTO beat (subject, part, fine, failed) VALUES (?1, ?2, ?3 IS NOT NULL, ?3 IS NULL)
                 ON CONFLICT (subject, part) DO UPDATE SET fine = fine + excluded.fine, failed = failed + excluded.failed",
                params![subject, part, success],
            )?;
            connection.execute("DELETE FROM beat WHERE subject = ?1 AND part < ?2", params![subject, part - KEPT])?;
            Ok(())
        })
        .await
    }

    /// Everything heard, by subject.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeats(&self) -> Result<Vec<Heartbeat>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT subject, last_attempt, last_success, next_try, failures, words FROM heartbeat ORDER BY subject",
            )?;
            Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The tries of every remote since a moment, by subject and time. Two days are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tries(&self, since: Timestamp) -> Result<Vec<Tries>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT subject, part, fine, failed FROM beat WHERE part >= ?1 ORDER BY subject, part",
            )?;
            let tries = statement.query_map(params![millis(since).div_euclid(PART)], |row| {
                let from = timestamp(row.get::<_, i64>(1)? * PART);
                Ok(Tries { subject: row.get(0)?, from, fine: row.get(2)?, failed: row.get(3)? })
            })?;
            Ok(tries.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// What was heard from one remote.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heartbeat(&self, subject: &str) -> Result<Option<Heartbeat>, StoreError> {
        Ok(self.heartbeats().await?.into_iter().find(|beat| beat.subject == subject))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Heartbeat> {
    Ok(Heartbeat {
        subject: row.get(0)?,
        last_attempt: timestamp(row.get(1)?),
        last_success: row.get::<_, Option<i64>>(2)?.map(timestamp),
        next_try: row.get::<_, Option<i64>>(3)?.map(timestamp),
        failures: row.get(4)?,
        words: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[tokio::test]
    async fn tries_are_counted_by_the_half_hour_and_forgotten_after_two_days() {
        let store = Store::in_memory().await.expect("a database");
        let failure = || Beat::Failure("refused".to_owned());
        for (moment, beat) in [
            ("2026-11-24T09:59:00Z", Beat::Success),
            ("2026-11-26T10:01:00Z", Beat::Success),
            ("2026-11-26T10:29:59Z", failure()),
            ("2026-11-26T10:30:00Z", failure()),
        ] {
            store.record_beat("git a", at(moment), beat, None).await.expect("it is written");
        }
        let tries = store.tries(at("2026-11-20T00:00:00Z")).await.expect("they are read");
        let short: Vec<_> = tries.iter().map(|one| (one.from.to_string(), one.fine, one.failed)).collect();
        assert_eq!(short, [("2026-11-26T10:00:00Z".to_owned(), 1, 1), ("2026-11-26T10:30:00Z".to_owned(), 0, 1)]);
        assert_eq!(store.tries(at("2026-11-26T10:31:00Z")).await.expect("they are read").len(), 1);
    }
}
