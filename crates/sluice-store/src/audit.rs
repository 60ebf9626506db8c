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

    /// A part of the log with the numbers of its entries, newest first: at most `limit`, only those older than the entry
    /// `before`, only those with `text` in person, action, subject or detail (in any case).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_page(
        &self,
        before: Option<u64>,
        text: &str,
        limit: u32,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        let before = before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let text = text.to_lowercase();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, at, who, action, subject, detail FROM audit WHERE id < ?1 AND
                 (?2 = '' OR instr(lower(who || ' ' || action || ' ' || subject || ' ' || detail), ?2) > 0)
                 ORDER BY id DESC LIMIT ?3",
            )?;
            let rows = statement.query_map(params![before, text, limit], |row| {
                let entry = AuditEntry {
                    at: timestamp(row.get(1)?),
                    who: row.get(2)?,
                    action: row.get(3)?,
                    subject: row.get(4)?,
                    detail: row.get(5)?,
                };
                Ok((u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), entry))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
