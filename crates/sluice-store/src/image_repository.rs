//! Table `image_repository`: each ImageRepository's last scan. Its tags are in [`crate::tag`].
//!
//! Keyed by source and object, not by image: two ImageRepositories with one image may see different tags, because
//! they sign in differently.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sluice_core::ObjectKey;
use sluice_core::image::Tag;

use crate::{Store, StoreError, millis, tag, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE image_repository (
  id              INTEGER PRIMARY KEY,
  source          TEXT NOT NULL,
  object          TEXT NOT NULL,
  image           TEXT NOT NULL,
  etag            TEXT,
  revision        TEXT NOT NULL DEFAULT '',
  tag_count       INTEGER NOT NULL DEFAULT 0,
  last_scan_at    INTEGER NOT NULL,
  last_success_at INTEGER,
  next_scan_at    INTEGER,
  failures        INTEGER NOT NULL DEFAULT 0,
  last_error      TEXT,
  UNIQUE (source, object)
) STRICT;";

/// The state of an image repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageState {
    /// The image that was scanned, as it was written.
    pub image: String,
    /// The registry's ETag for the list, where it sent one.
    pub etag: Option<String>,
    /// Changes when and only when the set of tags does.
    pub revision: String,
    /// Tags in the registry at the last successful scan.
    pub tag_count: usize,
    /// The last attempt.
    pub last_scan_at: Timestamp,
    /// The last success.
    pub last_success_at: Option<Timestamp>,
    /// When the next attempt is due, if the agent has said so.
    pub next_scan_at: Option<Timestamp>,
    /// Attempts that failed since the last success.
    pub failures: u32,
    /// Why the last attempt failed; nothing after a success.
    pub last_error: Option<String>,
}

/// A scan that worked.
#[derive(Debug, Clone)]
pub struct ScanResult {
    /// The image, as it was written.
    pub image: String,
    /// Every tag of the registry, in any order.
    pub tags: Vec<Tag>,
    /// The registry's ETag.
    pub etag: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

/// What a scan changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanOutcome {
    /// Tags never seen before.
    pub added: Vec<Tag>,
    /// Tags that were there and are not any more.
    pub gone: Vec<Tag>,
    /// Tags that were gone and are back.
    pub returned: Vec<Tag>,
    /// Tags in the registry.
    pub total: usize,
    /// Whether there was no successful scan before.
    pub is_first: bool,
    /// Changes when and only when the set of tags does.
    pub revision: String,
}

impl Store {
    /// What is known of an image repository.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn image_state(&self, source: &str, object: &ObjectKey) -> Result<Option<ImageState>, StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.read(move |connection| find(connection, &source, &object).map(|found| found.map(|(_, state)| state))).await
    }

    /// Records a scan that worked. An unchanged set of tags costs one row, however many tags there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_scan(
        &self,
        source: &str,
        object: &ObjectKey,
        scan: ScanResult,
    ) -> Result<ScanOutcome, StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.write(move |connection| record(connection, &source, &object, scan)).await
    }

    /// Records that the registry said nothing has changed (`304 Not Modified`).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_unchanged(&self, source: &str, object: &ObjectKey, at: Timestamp) -> Result<(), StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.write(move |connection| {
            connection.execute(
                "UPDATE image_repository SET last_scan_at = ?3, last_success_at = ?3, failures = 0, last_error = NULL
                 WHERE source = ?1 AND object = ?2",
                params![source, object, millis(at)],
            )?;
            Ok(())
        })
        .await
    }

    /// Records a scan that failed. Known tags stay in use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_scan_failure(
        &self,
        source: &str,
        object: &ObjectKey,
        image: &str,
        at: Timestamp,
        message: &str,
    ) -> Result<(), StoreError> {
        let (source, object, image, message) =
            (source.to_owned(), object.to_string(), image.to_owned(), message.to_owned());
        self.write(move |connection| {
            connection.execute(
                "INSERT INTO image_repository (source, object, image, last_scan_at, failures, last_error)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5)
                 ON CONFLICT (source, object) DO UPDATE SET
                   last_scan_at = excluded.last_scan_at, failures = failures + 1, last_error = excluded.last_error",
                params![source, object, image, millis(at), message],
            )?;
            Ok(())
        })
        .await
    }

    /// Says when the next scan is due, so that it can be shown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_next_scan(&self, source: &str, object: &ObjectKey, at: Timestamp) -> Result<(), StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.write(move |connection| {
            connection.execute(
                "UPDATE image_repository SET next_scan_at = ?3 WHERE source = ?1 AND object = ?2",
                params![source, object, millis(at)],
            )?;
            Ok(())
        })
        .await
    }
}

pub(crate) fn find(
    connection: &Connection,
    source: &str,
    object: &str,
) -> Result<Option<(i64, ImageState)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, image, etag, revision, tag_count, last_scan_at, last_success_at, next_scan_at, failures, last_error
         FROM image_repository WHERE source = ?1 AND object = ?2",
    )?;
    Ok(statement.query_row(params![source, object], read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, ImageState)> {
    let state = ImageState {
        image: row.get(1)?,
        etag: row.get(2)?,
        revision: row.get(3)?,
        tag_count: usize::try_from(row.get::<_, i64>(4)?).unwrap_or_default(),
        last_scan_at: timestamp(row.get(5)?),
        last_success_at: row.get::<_, Option<i64>>(6)?.map(timestamp),
        next_scan_at: row.get::<_, Option<i64>>(7)?.map(timestamp),
        failures: row.get(8)?,
        last_error: row.get(9)?,
    };
    Ok((row.get(0)?, state))
}

fn record(connection: &Connection, source: &str, object: &str, scan: ScanResult) -> Result<ScanOutcome, StoreError> {
    let ScanResult { image, mut tags, etag, at } = scan;
    tags.sort_unstable();
    tags.dedup();
    let revision = revision(&tags);
    let before = find(connection, source, object)?;
    let count = i64::try_from(tags.len()).unwrap_or(i64::MAX);
    connection.execute(
        "INSERT INTO image_repository (source, object, image, etag, revision, tag_count, last_scan_at, last_success_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
         ON CONFLICT (source, object) DO UPDATE SET
           image = excluded.image, etag = excluded.etag, revision = excluded.revision, tag_count = excluded.tag_count,
           last_scan_at = excluded.last_scan_at, last_success_at = excluded.last_success_at, failures = 0, last_error = NULL",
        params![source, object, image, etag, revision, count, millis(at)],
    )?;
    let is_first = before.as_ref().is_none_or(|(_, state)| state.last_success_at.is_none());
    let mut outcome = ScanOutcome { total: tags.len(), is_first, revision, ..ScanOutcome::default() };
    let same_image = before.as_ref().is_none_or(|(_, state)| state.image == image);
    if before.as_ref().is_some_and(|(_, state)| state.revision == outcome.revision) && same_image {
        return Ok(outcome);
    }
    let (id, _) = find(connection, source, object)?.ok_or(StoreError::Closed)?;
    if !same_image {
        // Another image under the same object: what was seen of the old one says nothing about the new one.
        tag::forget(connection, id)?;
    }
    tag::replace(connection, id, &tags, at, &mut outcome)?;
    Ok(outcome)
}

/// A digest over the sorted tags.
fn revision(sorted: &[Tag]) -> String {
    let mut hash = Sha256::new();
    for tag in sorted {
        hash.update(tag.as_str());
        hash.update(b"\n");
    }
    let digest = hash.finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
