//! Table `automation_run`: what each automation's last run was made of, so that a run that would do the same is skipped.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE automation_run (
  source     TEXT NOT NULL,
  automation TEXT NOT NULL,
  inputs     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  outcome    TEXT NOT NULL,
  PRIMARY KEY (source, automation)
) STRICT, WITHOUT ROWID;";

/// The last run of an automation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomationRun {
    /// Stands for everything the run was made of: the whole spec, the policies' choices, the commit.
    pub inputs: String,
    /// When it was.
    pub at: Timestamp,
    /// What came of it, for people.
    pub outcome: String,
}

impl Store {
    /// The last run of an automation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn automation_run(
        &self,
        source: &str,
        automation: &ObjectKey,
    ) -> Result<Option<AutomationRun>, StoreError> {
        let (source, automation) = (source.to_owned(), automation.to_string());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT inputs, at, outcome FROM automation_run WHERE source = ?1 AND automation = ?2",
            )?;
            let found = statement.query_row(params![source, automation], |row| {
                Ok(AutomationRun { inputs: row.get(0)?, at: timestamp(row.get(1)?), outcome: row.get(2)? })
            });
            Ok(found.optional()?)
        })
        .await
    }

    /// Records a run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_automation_run(
        &self,
        source: &str,
        automation: &ObjectKey,
        run: AutomationRun,
    ) -> Result<(), StoreError> {
        let (source, automation) = (source.to_owned(), automation.to_string());
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO automation_run (source, automation, inputs, at, outcome) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![source, automation, run.inputs, millis(run.at), run.outcome],
            )?;
            Ok(())
        })
        .await
    }
}
