//! Table `snooze`: versions that a person put off. It ends at its time, or when the policy chooses something else.

use jiff::Timestamp;
use rusqlite::params;
use sluice_core::ObjectKey;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE snooze (
  source TEXT NOT NULL,
  policy TEXT NOT NULL,
  tag    TEXT NOT NULL,
  until  INTEGER NOT NULL,
  PRIMARY KEY (source, policy)
) STRICT, WITHOUT ROWID;";

/// A version that was put off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// The source.
    pub source: String,
    /// The policy.
    pub policy: ObjectKey,
    /// The tag that is put off; another one is not.
    pub tag: String,
    /// Until when.
    pub until: Timestamp,
}

impl Store {
    /// Puts a version off. It takes the place of what was put off before for the policy; what has ended is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snooze(&self, snooze: Snooze, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute("DELETE FROM snooze WHERE until <= ?1", params![millis(now)])?;
            connection.execute(
                "INSERT OR REPLACE INTO snooze (source, policy, tag, until) VALUES (?1, ?2, ?3, ?4)",
                params![snooze.source, snooze.policy.to_string(), snooze.tag, millis(snooze.until)],
            )?;
            Ok(())
        })
        .await
    }

    /// What is put off at this moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn snoozes(&self, now: Timestamp) -> Result<Vec<Snooze>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT source, policy, tag, until FROM snooze WHERE until > ?1 ORDER BY source, policy",
            )?;
            let mut rows = statement.query(params![millis(now)])?;
            let mut snoozes = Vec::new();
            while let Some(row) = rows.next()? {
                // A name that cannot be read back names no policy, so nothing is put off by it.
                if let Ok(policy) = ObjectKey::parse(&row.get::<_, String>(1)?) {
                    let (source, tag, until) = (row.get(0)?, row.get(2)?, timestamp(row.get(3)?));
                    snoozes.push(Snooze { source, policy, tag, until });
                }
            }
            Ok(snoozes)
        })
        .await
    }
}
