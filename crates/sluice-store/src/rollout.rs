//! Table `rollout`: how far each release has come in each cluster. One row a release and cluster, written whenever
//! something moved, so that whoever starts next goes on following.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE rollout (
  release      TEXT NOT NULL REFERENCES release (id) ON DELETE CASCADE,
  cluster      TEXT NOT NULL,
  state        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  words        TEXT NOT NULL,
  steps        TEXT NOT NULL,
  requested_at INTEGER,
  request      TEXT NOT NULL,
  updated_at   INTEGER NOT NULL,
  PRIMARY KEY (release, cluster)
) STRICT, WITHOUT ROWID;
CREATE INDEX rollout_open ON rollout (state) WHERE state IN ('moving', 'stuck');";

pub(crate) const ADD_STUCK_SINCE: &str = "ALTER TABLE rollout ADD COLUMN stuck_since INTEGER;";

/// How a release is in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// The release.
    pub release: String,
    /// The cluster's name in the settings.
    pub cluster: String,
    /// Where it has come to.
    pub state: RolloutState,
    /// One word for why it is stuck: `ImagePullBackOff`, `BuildFailed`, …; else empty.
    pub reason: String,
    /// The other side's words; else empty.
    pub words: String,
    /// The stages, in order; none where nothing in the cluster follows the change.
    pub steps: Vec<RolloutStep>,
    /// When Flux was asked to begin at once.
    pub requested_at: Option<Timestamp>,
    /// What came of asking: whom it went to, or why it was refused; empty while nothing came of it yet.
    pub request: String,
    /// When it last moved.
    pub updated_at: Timestamp,
    /// Since when it has not got beyond the stage at which it is stuck. It stays while the cluster tries that stage again,
    /// and goes with the next stage.
    pub stuck_since: Option<Timestamp>,
}

/// Where a release has come to in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolloutState {
    /// It goes on.
    Moving,
    /// It does not go on by itself.
    Stuck,
    /// The new image runs everywhere and is ready.
    Healthy,
    /// It was applied, and what runs cannot be seen.
    Unseen,
    /// Nothing in the cluster follows the change.
    NotFollowed,
    /// A later release of the same automation took its place.
    Overtaken,
}

impl RolloutState {
    /// The word in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Stuck => "stuck",
            Self::Healthy => "healthy",
            Self::Unseen => "unseen",
            Self::NotFollowed => "not-followed",
            Self::Overtaken => "overtaken",
        }
    }

    /// The state of that word; one that this version does not know is over.
    pub fn named(word: &str) -> Self {
        let all = [Self::Moving, Self::Stuck, Self::Healthy, Self::Unseen, Self::NotFollowed];
        all.into_iter().find(|state| state.as_str() == word).unwrap_or(Self::Overtaken)
    }

    /// Whether it may still move. What is stuck may be mended by somebody.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Moving | Self::Stuck)
    }
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutStep {
    /// `fetched`, `applied`, `rolled-out`, `healthy`.
    pub stage: String,
    /// `done`, `waiting`, `stuck`.
    pub state: String,
    /// More about it, for people.
    pub words: String,
    /// When Sluice first saw it done.
    pub at: Option<Timestamp>,
}

impl Store {
    /// Writes down how a release is in a cluster.
    ///
    /// # Errors
    /// When there is no such release, or the database fails.
    pub async fn record_rollout(&self, rollout: Rollout) -> Result<(), StoreError> {
        self.write(move |connection| {
            let steps =
                serde_json::to_string(&rollout.steps).map_err(|cause| StoreError::Row { table: "rollout", cause })?;
            connection.execute(
                "INSERT INTO rollout (release, cluster, state, reason, words, steps, requested_at, request, updated_at,
                                      stuck_since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (release, cluster) DO UPDATE SET
                   state = excluded.state, reason = excluded.reason, words = excluded.words, steps = excluded.steps,
                   requested_at = excluded.requested_at, request = excluded.request, updated_at = excluded.updated_at,
                   stuck_since = excluded.stuck_since",
                params![
                    rollout.release,
                    rollout.cluster,
                    rollout.state.as_str(),
                    rollout.reason,
                    rollout.words,
                    steps,
                    rollout.requested_at.map(millis),
                    rollout.request,
                    millis(rollout.updated_at),
                    rollout.stuck_since.map(millis),
                ],
            )?;
            Ok(())
        })
        .await
    }

    /// How a release is in every cluster, by the clusters' names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rollouts_of(&self, release: &str) -> Result<Vec<Rollout>, StoreError> {
        let release = release.to_owned();
        self.read(move |connection| select(connection, "WHERE release = ?1 ORDER BY cluster", params![release])).await
    }

    /// What may still move, the newest release first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_rollouts(&self) -> Result<Vec<Rollout>, StoreError> {
        self.read(|connection| {
            select(connection, "WHERE state IN ('moving', 'stuck') ORDER BY release DESC, cluster", params![])
        })
        .await
    }

    /// Forgets a cluster that is not there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_cluster(&self, cluster: &str) -> Result<(), StoreError> {
        let cluster = cluster.to_owned();
        self.write(move |connection| {
            connection.execute("DELETE FROM cluster_writer WHERE cluster = ?1", params![cluster])?;
            connection
                .execute("DELETE FROM rollout WHERE cluster = ?1 AND state IN ('moving', 'stuck')", params![cluster])?;
            Ok(())
        })
        .await
    }
}

fn select(connection: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Rollout>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT release, cluster, state, reason, words, steps, requested_at, request, updated_at, stuck_since
         FROM rollout {tail}"
    ))?;
    Ok(statement.query_map(values, read)?.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Rollout> {
    let (state, steps): (String, String) = (row.get(2)?, row.get(5)?);
    Ok(Rollout {
        release: row.get(0)?,
        cluster: row.get(1)?,
        state: RolloutState::named(&state),
        reason: row.get(3)?,
        words: row.get(4)?,
        steps: serde_json::from_str(&steps).unwrap_or_default(),
        requested_at: row.get::<_, Option<i64>>(6)?.map(timestamp),
        request: row.get(7)?,
        updated_at: timestamp(row.get(8)?),
        stuck_since: row.get::<_, Option<i64>>(9)?.map(timestamp),
    })
}
