//! Table `heartbeat`: for every remote the last success, the last words and the next try.

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
