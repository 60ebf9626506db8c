//! Table `decision`: what each policy chooses now. Table `decision_history`: what it chose before.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::policy::PolicyProblem;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE decision (
  source     TEXT NOT NULL,
  policy     TEXT NOT NULL,
  inputs     TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  chosen     TEXT,
  chosen_at  INTEGER,
  problem    TEXT,
  PRIMARY KEY (source, policy)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision_history (
  id     INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  policy TEXT NOT NULL,
  at     INTEGER NOT NULL,
  chosen TEXT NOT NULL
) STRICT;
CREATE INDEX decision_history_of ON decision_history (source, policy, at);";

/// What a policy chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Stands for everything the decision was made of; while it is the same, the decision is.
    pub inputs: String,
    /// When it was made.
    pub decided_at: Timestamp,
    /// What is chosen. When the policy fails it stays at what was chosen before, as Flux's `latestRef`.
    pub chosen: Option<ImageRef>,
    /// Since when that is chosen.
    pub chosen_at: Option<Timestamp>,
    /// Why the policy fails, if it does.
    pub problem: Option<PolicyProblem>,
}

/// What a policy chose at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDecision {
    /// Since when.
    pub at: Timestamp,
    /// What.
    pub chosen: ImageRef,
}

impl Store {
    /// What a policy chooses, if it was ever evaluated.
    ///
    /// # Errors
    /// When the database fails or the row cannot be read.
    pub async fn decision(&self, source: &str, policy: &ObjectKey) -> Result<Option<DecisionRow>, StoreError> {
        let (source, policy) = (source.to_owned(), policy.to_string());
        self.read(move |connection| find(connection, &source, &policy)).await
    }

    /// Records a decision: what is chosen, or why nothing is. Gives the choice before, if this one is another.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_decision(
        &self,
        source: &str,
        policy: &ObjectKey,
        inputs: &str,
        outcome: Result<ImageRef, PolicyProblem>,
        at: Timestamp,
    ) -> Result<Changed, StoreError> {
        let (source, policy, inputs) = (source.to_owned(), policy.to_string(), inputs.to_owned());
        self.write(move |connection| {
            let before = find(connection, &source, &policy)?;
            let old = before.as_ref().and_then(|row| row.chosen.clone());
            let (chosen, problem) = match outcome {
                Ok(chosen) => (Some(chosen), None),
                Err(problem) => (old.clone(), Some(problem)),
            };
            let changed = chosen != old;
            let chosen_at = match &before {
                Some(row) if !changed => row.chosen_at,
                _ => chosen.as_ref().map(|_| at),
            };
            connection.execute(
                "INSERT OR REPLACE INTO decision (source, policy, inputs, decided_at, chosen, chosen_at, problem)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![source, policy, inputs, millis(at), json(&chosen)?, chosen_at.map(millis), json(&problem)?],
            )?;
            if changed && let Some(chosen) = &chosen {
                connection.execute(
                    "INSERT INTO decision_history (source, policy, at, chosen) VALUES (?1, ?2, ?3, ?4)",
                    params![source, policy, millis(at), json(&Some(chosen))?],
                )?;
            }
            Ok(if changed { Changed::From(old) } else { Changed::No })
        })
        .await
    }

    /// Forgets what a policy chose, because that may not stand any longer. Its history stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_choice(&self, source: &str, policy: &ObjectKey) -> Result<(), StoreError> {
        let (source, policy) = (source.to_owned(), policy.to_string());
        self.write(move |connection| {
            connection.execute(
                "UPDATE decision SET chosen = NULL, chosen_at = NULL WHERE source = ?1 AND policy = ?2",
                params![source, policy],
            )?;
            Ok(())
        })
        .await
    }

    /// What a policy chose, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub async fn decisions_of(
        &self,
        source: &str,
        policy: &ObjectKey,
        limit: u32,
    ) -> Result<Vec<PastDecision>, StoreError> {
        let (source, policy) = (source.to_owned(), policy.to_string());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT at, chosen FROM decision_history WHERE source = ?1 AND policy = ?2 ORDER BY id DESC LIMIT ?3",
            )?;
            let mut rows = statement.query(params![source, policy, limit])?;
            let mut past = Vec::new();
            while let Some(row) = rows.next()? {
                if let Some(chosen) = parse(row.get(1)?)? {
                    past.push(PastDecision { at: timestamp(row.get(0)?), chosen });
                }
            }
            Ok(past)
        })
        .await
    }
}

/// Whether a decision is another one than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The same image is chosen.
    No,
    /// Another image is chosen; before it was this one.
    From(Option<ImageRef>),
}

fn find(connection: &Connection, source: &str, policy: &str) -> Result<Option<DecisionRow>, StoreError> {
    type Columns = (String, i64, Option<String>, Option<i64>, Option<String>);
    let mut statement = connection.prepare_cached(
        "SELECT inputs, decided_at, chosen, chosen_at, problem FROM decision WHERE source = ?1 AND policy = ?2",
    )?;
    let found: Option<Columns> = statement
        .query_row(params![source, policy], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .optional()?;
    let Some((inputs, decided_at, chosen, chosen_at, problem)) = found else { return Ok(None) };
    Ok(Some(DecisionRow {
        inputs,
        decided_at: timestamp(decided_at),
        chosen: parse(chosen)?,
        chosen_at: chosen_at.map(timestamp),
        problem: parse(problem)?,
    }))
}

fn json<T: Serialize>(value: &Option<T>) -> Result<Option<String>, StoreError> {
    let write = |value| serde_json::to_string(value).map_err(|cause| StoreError::Row { table: "decision", cause });
    value.as_ref().map(write).transpose()
}

fn parse<T: for<'d> Deserialize<'d>>(text: Option<String>) -> Result<Option<T>, StoreError> {
    let read = |text: String| serde_json::from_str(&text).map_err(|cause| StoreError::Row { table: "decision", cause });
    text.map(read).transpose()
}
