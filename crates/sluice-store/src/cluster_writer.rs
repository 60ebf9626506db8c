//! Table `cluster_writer`: the image automations that were last seen at work in each cluster. A cluster that is out of
//! reach still writes, so that what was seen last counts until it is seen otherwise.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE cluster_writer (
  cluster     TEXT NOT NULL,
  automation  TEXT NOT NULL,
  remote      TEXT NOT NULL,
  branch      TEXT,
  path        TEXT NOT NULL,
  last_run    INTEGER,
  seen_at     INTEGER NOT NULL,
  PRIMARY KEY (cluster, automation)
) STRICT, WITHOUT ROWID;";

/// An image automation at work in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterWriter {
    /// The cluster's name in the settings.
    pub cluster: String,
    /// The automation.
    pub automation: ObjectKey,
    /// The address that it writes to.
    pub remote: String,
    /// The branch that it writes to, where it is known.
    pub branch: Option<String>,
    /// Its `update.path`.
    pub path: String,
    /// When it ran last.
    pub last_run: Option<Timestamp>,
    /// When it was seen last.
    pub seen_at: Timestamp,
}

impl Store {
    /// Remembers what is at work in a cluster now, in the place of what was before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_cluster_writers(&self, cluster: &str, writers: Vec<ClusterWriter>) -> Result<(), StoreError> {
        let cluster = cluster.to_owned();
        self.write(move |connection| {
            connection.execute("DELETE FROM cluster_writer WHERE cluster = ?1", params![cluster])?;
            let mut insert = connection.prepare_cached(
                "INSERT INTO cluster_writer (cluster, automation, remote, branch, path, last_run, seen_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for writer in &writers {
                insert.execute(params![
                    cluster,
                    writer.automation.to_string(),
                    writer.remote,
                    writer.branch,
                    writer.path,
                    writer.last_run.map(millis),
                    millis(writer.seen_at),
                ])?;
            }
            Ok(())
        })
        .await
    }

    /// What was last seen at work, in all clusters.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cluster_writers(&self) -> Result<Vec<ClusterWriter>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT cluster, automation, remote, branch, path, last_run, seen_at FROM cluster_writer
                 ORDER BY cluster, automation",
            )?;
            Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ClusterWriter> {
    let automation: String = row.get(1)?;
    Ok(ClusterWriter {
        cluster: row.get(0)?,
        automation: ObjectKey::parse(&automation).unwrap_or_else(|_| ObjectKey::new("", automation)),
        remote: row.get(2)?,
        branch: row.get(3)?,
        path: row.get(4)?,
        last_run: row.get::<_, Option<i64>>(5)?.map(timestamp),
        seen_at: timestamp(row.get(6)?),
    })
}
