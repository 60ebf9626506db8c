//! Table `audit`: who did what, when. Rows are added and never changed: the database itself refuses it.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append only'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append only'); END;";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a person's login name, or `agent`.
    pub who: String,
    /// What: `source-added`, `released`, `credential-added`, …
    pub action: String,
    /// To what.
    pub subject: String,
    /// More about it; never a secret.
    pub detail: String,
}

impl Store {
    /// Adds an entry.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_to_audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute(
                "INSERT INTO audit (at, who, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![millis(entry.at), entry.who, entry.action, entry.subject, entry.detail],
            )?;
            Ok(())
        })
        .await
    }

    /// The newest entries, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&self, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT at, who, action, subject, detail FROM audit ORDER BY id DESC LIMIT ?1")?;
            let rows = statement.query_map(params![limit], |row| {
                Ok(AuditEntry {
                    at: timestamp(row.get(0)?),
                    who: row.get(1)?,
                    action: row.get(2)?,
                    subject: row.get(3)?,
                    detail: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
