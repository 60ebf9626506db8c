//! Table `claim`: which process is doing what only one may do at a time: pushing to one branch, being the agent.
//!
//! A claim ends by itself, so that a process that was killed holds nobody up for long.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use crate::{Store, StoreError, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE claim (
  name  TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;";

impl Store {
    /// Takes or renews a claim for `span` from now. Exactly one owner has it at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, name: &str, owner: &str, now: Timestamp, span: Duration) -> Result<bool, StoreError> {
        let (name, owner) = (name.to_owned(), owner.to_owned());
        let until = millis(now).saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
        self.write(move |connection| {
            let changed = connection.execute(
                "INSERT INTO claim (name, owner, until) VALUES (?1, ?2, ?4)
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
                 WHERE claim.owner = excluded.owner OR claim.until <= ?3",
                params![name, owner, millis(now), until],
            )?;
            Ok(changed == 1)
        })
        .await
    }

    /// Gives a claim up. Does nothing when another owner has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_claim(&self, name: &str, owner: &str) -> Result<(), StoreError> {
        let (name, owner) = (name.to_owned(), owner.to_owned());
        self.write(move |connection| {
            connection.execute("DELETE FROM claim WHERE name = ?1 AND owner = ?2", params![name, owner])?;
            Ok(())
        })
        .await
    }

    /// Who has a claim now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_owner(&self, name: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached("SELECT owner FROM claim WHERE name = ?1 AND until > ?2")?;
            Ok(statement.query_row(params![name, millis(now)], |row| row.get(0)).optional()?)
        })
        .await
    }
}
