//! Table `signature_check`: what the signatures of the tags came to that a policy wanted to choose last.

use jiff::Timestamp;
use rusqlite::params;
use sluice_core::ObjectKey;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE signature_check (
  source     TEXT NOT NULL,
  policy     TEXT NOT NULL,
  tag        TEXT NOT NULL,
  digest     TEXT NOT NULL,
  rule       TEXT NOT NULL,
  signed_by  TEXT NOT NULL,
  refused    TEXT NOT NULL,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (source, policy, tag)
) STRICT, WITHOUT ROWID;";

/// What the signatures of a tag came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureCheck {
    /// The tag.
    pub tag: String,
    /// What it pointed at.
    pub digest: String,
    /// Stands for the keys that it was checked with.
    pub rule: String,
    /// The fingerprint of the key that signed it (`sha256:…`), or the identity of whoever did; empty when no signature
    /// counts.
    pub signed_by: String,
    /// Why no signature counts; empty when one does.
    pub refused: String,
    /// When it was checked.
    pub checked_at: Timestamp,
}

impl SignatureCheck {
    /// Whether a signature counts.
    pub fn is_verified(&self) -> bool {
        self.refused.is_empty()
    }
}

impl Store {
    /// What was found when the policy was decided last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signature_checks(&self, source: &str, policy: &ObjectKey) -> Result<Vec<SignatureCheck>, StoreError> {
        let (source, policy) = (source.to_owned(), policy.to_string());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT tag, digest, rule, signed_by, refused, checked_at FROM signature_check
                 WHERE source = ?1 AND policy = ?2 ORDER BY tag",
            )?;
            let rows = statement.query_map(params![source, policy], |row| {
                Ok(SignatureCheck {
                    tag: row.get(0)?,
                    digest: row.get(1)?,
                    rule: row.get(2)?,
                    signed_by: row.get(3)?,
                    refused: row.get(4)?,
                    checked_at: timestamp(row.get(5)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Puts down what was found for a policy, in place of what was found before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_signature_checks(
        &self,
        source: &str,
        policy: &ObjectKey,
        checks: Vec<SignatureCheck>,
    ) -> Result<(), StoreError> {
        let (source, policy) = (source.to_owned(), policy.to_string());
        self.write(move |connection| {
            connection
                .execute("DELETE FROM signature_check WHERE source = ?1 AND policy = ?2", params![source, policy])?;
            let mut statement = connection.prepare_cached(
                "INSERT OR REPLACE INTO signature_check
                   (source, policy, tag, digest, rule, signed_by, refused, checked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for check in checks {
                let SignatureCheck { tag, digest, rule, signed_by, refused, checked_at } = check;
                statement.execute(params![
                    source,
                    policy,
                    tag,
                    digest,
                    rule,
                    signed_by,
                    refused,
                    millis(checked_at)
                ])?;
            }
            Ok(())
        })
        .await
    }
}
