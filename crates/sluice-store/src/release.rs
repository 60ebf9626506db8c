//! Table `release`: every plan that was applied or is being applied. Table `release_step`: its trail.
//!
//! A release is written down, with the commit that will be pushed and what the branch is expected to hold, *before* the
//! push. Whatever kills the process, [`Store::unfinished_releases`] then tells the next start what to ask the remote.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE release (
  id          TEXT PRIMARY KEY,
  source      TEXT NOT NULL,
  automation  TEXT NOT NULL,
  remote      TEXT NOT NULL,
  target_ref  TEXT NOT NULL,
  base        TEXT NOT NULL,
  commit_id   TEXT,
  expected    TEXT,
  started_by  TEXT NOT NULL,
  plan        TEXT NOT NULL,
  state       TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  failure     TEXT
) STRICT;
CREATE INDEX release_by_time ON release (created_at DESC);
CREATE INDEX release_open ON release (state) WHERE state IN ('planned', 'pushing');
CREATE INDEX release_commit ON release (remote, commit_id);
CREATE TABLE release_step (
  release TEXT NOT NULL REFERENCES release (id) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  step    TEXT NOT NULL,
  detail  TEXT NOT NULL,
  PRIMARY KEY (release, seq)
) STRICT, WITHOUT ROWID;";

pub(crate) const ADD_FAILURE_CODE: &str = "ALTER TABLE release ADD COLUMN failure_code TEXT;";

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseState {
    /// Written down; nothing was sent.
    Planned,
    /// A commit was made and is being sent; only the remote knows whether it landed.
    Pushing,
    /// The remote has it.
    Pushed,
    /// The remote does not have it, and it will not be tried again.
    Failed,
    /// Another plan took its place before it was sent, because the branch had moved or nothing was left to do.
    Superseded,
}

impl ReleaseState {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Pushing => "pushing",
            Self::Pushed => "pushed",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    fn named(text: &str) -> Self {
        match text {
            "planned" => Self::Planned,
            "pushing" => Self::Pushing,
            "pushed" => Self::Pushed,
            "superseded" => Self::Superseded,
            _ => Self::Failed,
        }
    }

    /// Which states may come next.
    fn may_become(self, next: Self) -> bool {
        match self {
            Self::Planned => matches!(next, Self::Pushing | Self::Failed | Self::Superseded),
            Self::Pushing => matches!(next, Self::Planned | Self::Pushed | Self::Failed | Self::Superseded),
            // A remote may take a commit after it was given up: its hooks were slow, or the answer was lost.
            Self::Failed | Self::Superseded => next == Self::Pushed,
            Self::Pushed => false,
        }
    }
}

/// A release that begins.
#[derive(Debug, Clone)]
pub struct NewRelease {
    /// The source that declares the automation.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// The remote's address, without credentials.
    pub remote: String,
    /// The reference that will be pushed, such as `refs/heads/main`.
    pub target_ref: String,
    /// The commit that the plan was made on.
    pub base: String,
    /// Who or what started it: a person's name, or `agent`.
    pub started_by: String,
    /// The plan, as JSON.
    pub plan: serde_json::Value,
    /// Now.
    pub at: Timestamp,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseRow {
    /// Unique, and ordered by time.
    pub id: String,
    /// The source that declares the automation.
    pub source: String,
    /// The automation.
    pub automation: ObjectKey,
    /// The remote's address, without credentials.
    pub remote: String,
    /// The reference that is pushed.
    pub target_ref: String,
    /// The commit that the plan was made on.
    pub base: String,
    /// The commit, once it was made.
    pub commit: Option<String>,
    /// What the reference was expected to hold at the push; nothing when it was to be new.
    pub expected: Option<String>,
    /// Who or what started it.
    pub started_by: String,
    /// The plan, as JSON.
    pub plan: serde_json::Value,
    /// Where it stands.
    pub state: ReleaseState,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// Why it failed.
    pub failure: Option<String>,
    /// The stable name of why it failed, where it is known.
    pub failure_code: Option<String>,
    /// Its trail, oldest first.
    pub steps: Vec<ReleaseStep>,
}

/// One step of a release's trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseStep {
    /// When.
    pub at: Timestamp,
    /// What: `planned`, `pushing`, `pushed`, `failed`, …
    pub step: String,
    /// More about it, for people.
    pub detail: String,
}

impl Store {
    /// Writes a new release down. Gives its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_release(&self, new: NewRelease) -> Result<String, StoreError> {
        self.write(move |connection| {
            let random: String = connection.query_row("SELECT lower(hex(randomblob(5)))", [], |row| row.get(0))?;
            let id = format!("{:011x}-{random}", millis(new.at));
            connection.execute(
                "INSERT INTO release (id, source, automation, remote, target_ref, base, started_by, plan, state, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'planned', ?9, ?9)",
                params![
                    id,
                    new.source,
                    new.automation.to_string(),
                    new.remote,
                    new.target_ref,
                    new.base,
                    new.started_by,
                    new.plan.to_string(),
                    millis(new.at)
                ],
            )?;
            add_step(connection, &id, new.at, "planned", &format!("on {}", short(&new.base)))?;
            Ok(id)
        })
        .await
    }

    /// Writes down which commit is about to be sent and what the branch is expected to hold. Call it before the push.
    ///
    /// # Errors
    /// When the release is not `planned` any more, or the database fails.
    pub async fn release_is_pushing(
        &self,
        id: &str,
        commit: &str,
        expected: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, commit, expected) = (id.to_owned(), commit.to_owned(), expected.map(str::to_owned));
        self.write(move |connection| {
            move_to(connection, &id, ReleaseState::Pushing, at, &format!("commit {}", short(&commit)))?;
            connection.execute(
                "UPDATE release SET commit_id = ?2, expected = ?3 WHERE id = ?1",
                params![id, commit, expected],
            )?;
            Ok(())
        })
        .await
    }

    /// Moves a release on; `detail` goes into its trail and, for a failure, into the row.
    ///
    /// # Errors
    /// When the state does not follow the one it is in, or the database fails.
    pub async fn move_release(
        &self,
        id: &str,
        state: ReleaseState,
        detail: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, detail) = (id.to_owned(), detail.to_owned());
        self.write(move |connection| {
            move_to(connection, &id, state, at, &detail)?;
            let failure = (state == ReleaseState::Failed).then_some(detail);
            connection.execute("UPDATE release SET failure = ?2 WHERE id = ?1", params![id, failure])?;
            Ok(())
        })
        .await
    }

    /// Ends a release that failed: the words go into its trail and into the row, beside the stable name of the cause.
    ///
    /// # Errors
    /// When it had ended already, or the database fails.
    pub async fn fail_release(&self, id: &str, code: &str, words: &str, at: Timestamp) -> Result<(), StoreError> {
        let (id, code, words) = (id.to_owned(), code.to_owned(), words.to_owned());
        self.write(move |connection| {
            move_to(connection, &id, ReleaseState::Failed, at, &words)?;
            connection.execute(
                "UPDATE release SET failure = ?2, failure_code = ?3 WHERE id = ?1",
                params![id, words, code],
            )?;
            Ok(())
        })
        .await
    }

    /// Adds to a release's trail without moving it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_release_step(&self, id: &str, step: &str, detail: &str, at: Timestamp) -> Result<(), StoreError> {
        let (id, step, detail) = (id.to_owned(), step.to_owned(), detail.to_owned());
        self.write(move |connection| add_step(connection, &id, at, &step, &detail)).await
    }

    /// Releases that were begun and neither landed nor failed, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_releases(&self) -> Result<Vec<ReleaseRow>, StoreError> {
        self.read(|connection| {
            select(connection, "WHERE state IN ('planned', 'pushing') ORDER BY created_at", params![])
        })
        .await
    }

    /// Releases to a remote that were given up since a moment although a commit had been made, newest first, at most 50:
    /// the remote may have taken the commit after all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn given_up_releases(&self, remote: &str, since: Timestamp) -> Result<Vec<ReleaseRow>, StoreError> {
        let remote = remote.to_owned();
        self.read(move |connection| {
            let tail = "WHERE remote = ?1 AND state IN ('failed', 'superseded') AND commit_id IS NOT NULL
                        AND updated_at >= ?2 ORDER BY created_at DESC, id DESC LIMIT 50";
            select(connection, tail, params![remote, millis(since)])
        })
        .await
    }

    /// The newest releases, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases(&self, limit: u32) -> Result<Vec<ReleaseRow>, StoreError> {
        self.read(move |connection| select(connection, "ORDER BY created_at DESC, id DESC LIMIT ?1", params![limit]))
            .await
    }

    /// One release, by its id or the beginning of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, id: &str) -> Result<Option<ReleaseRow>, StoreError> {
        let id = id.to_owned();
        self.read(move |connection| {
            let mut found = select(connection, "WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2", params![id])?;
            Ok(if found.len() == 1 { found.pop() } else { None })
        })
        .await
    }

    /// The newest releases of one automation, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases_of(
        &self,
        source: &str,
        automation: &ObjectKey,
        limit: u32,
    ) -> Result<Vec<ReleaseRow>, StoreError> {
        let (source, automation) = (source.to_owned(), automation.to_string());
        self.read(move |connection| {
            let order = "WHERE source = ?1 AND automation = ?2 ORDER BY created_at DESC, id DESC LIMIT ?3";
            select(connection, order, params![source, automation, limit])
        })
        .await
    }

    /// Whether a commit on a remote was made by a release of ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_our_commit(&self, remote: &str, commit: &str) -> Result<bool, StoreError> {
        let (remote, commit) = (remote.to_owned(), commit.to_owned());
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT 1 FROM release WHERE remote = ?1 AND commit_id = ?2 LIMIT 1")?;
            Ok(statement.exists(params![remote, commit])?)
        })
        .await
    }
}

fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

fn move_to(
    connection: &Connection,
    id: &str,
    next: ReleaseState,
    at: Timestamp,
    detail: &str,
) -> Result<(), StoreError> {
    let found: Option<String> =
        connection.query_row("SELECT state FROM release WHERE id = ?1", params![id], |row| row.get(0)).optional()?;
    let state = found.as_deref().map(ReleaseState::named);
    if !state.is_some_and(|state| state.may_become(next)) {
        return Err(StoreError::ReleaseMoved {
            id: id.to_owned(),
            found: found.unwrap_or_else(|| "unknown".to_owned()),
            wanted: next.as_str().to_owned(),
        });
    }
    connection.execute(
        "UPDATE release SET state = ?2, updated_at = ?3 WHERE id = ?1",
        params![id, next.as_str(), millis(at)],
    )?;
    add_step(connection, id, at, next.as_str(), detail)
}

fn add_step(connection: &Connection, id: &str, at: Timestamp, step: &str, detail: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO release_step (release, seq, at, step, detail)
         SELECT ?1, 1 + coalesce(max(seq), 0), ?2, ?3, ?4 FROM release_step WHERE release = ?1",
        params![id, millis(at), step, detail],
    )?;
    Ok(())
}

fn select(connection: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<ReleaseRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, source, automation, remote, target_ref, base, commit_id, expected, started_by, plan, state, created_at,
                updated_at, failure, failure_code FROM release {tail}"
    ))?;
    let rows = statement.query_map(values, read)?;
    let mut releases = rows.collect::<Result<Vec<_>, _>>()?;
    let mut steps =
        connection.prepare_cached("SELECT at, step, detail FROM release_step WHERE release = ?1 ORDER BY seq")?;
    for release in &mut releases {
        let rows = steps.query_map(params![release.id], |row| {
            Ok(ReleaseStep { at: timestamp(row.get(0)?), step: row.get(1)?, detail: row.get(2)? })
        })?;
        release.steps = rows.collect::<Result<_, _>>()?;
    }
    Ok(releases)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ReleaseRow> {
    let automation: String = row.get(2)?;
    let plan: String = row.get(9)?;
    let state: String = row.get(10)?;
    Ok(ReleaseRow {
        id: row.get(0)?,
        source: row.get(1)?,
        automation: ObjectKey::parse(&automation).unwrap_or_else(|_| ObjectKey::new("", automation)),
        remote: row.get(3)?,
        target_ref: row.get(4)?,
        base: row.get(5)?,
        commit: row.get(6)?,
        expected: row.get(7)?,
        started_by: row.get(8)?,
        plan: serde_json::from_str(&plan).unwrap_or_default(),
        state: ReleaseState::named(&state),
        created_at: timestamp(row.get(11)?),
        updated_at: timestamp(row.get(12)?),
        failure: row.get(13)?,
        failure_code: row.get(14)?,
        steps: Vec::new(),
    })
}
