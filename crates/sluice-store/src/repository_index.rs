//! Table `repository_index`: what the files of a repository say, for the commit they were last read at.
//!
//! It saves reading them again: the next commit costs its changed files only. It may be deleted at any time.

use rusqlite::{OptionalExtension, params};

use crate::{Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE repository_index (
  remote  TEXT NOT NULL,
  slot    TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  facts   TEXT NOT NULL,
  PRIMARY KEY (remote, slot)
) STRICT, WITHOUT ROWID;";

impl Store {
    /// The remembered facts of a remote: commit and JSON, when they were written by the same version of the reader.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repository_index(
        &self,
        remote: &str,
        slot: &str,
        version: u32,
    ) -> Result<Option<(String, String)>, StoreError> {
        let (remote, slot) = (remote.to_owned(), slot.to_owned());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT commit_id, facts FROM repository_index WHERE remote = ?1 AND slot = ?2 AND version = ?3",
            )?;
            Ok(statement.query_row(params![remote, slot, version], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
        })
        .await
    }

    /// Remembers the facts of a remote at a commit. `slot` is the reference they were read from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember_index(
        &self,
        remote: &str,
        slot: &str,
        commit: &str,
        version: u32,
        facts: String,
    ) -> Result<(), StoreError> {
        let (remote, slot, commit) = (remote.to_owned(), slot.to_owned(), commit.to_owned());
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO repository_index (remote, slot, commit_id, version, facts) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![remote, slot, commit, version, facts],
            )?;
            Ok(())
        })
        .await
    }
}
