//! Table `tag`: when each tag was first seen. Table `tag_digest`: what a tag pointed at.
//!
//! A row is a few dozen bytes, because there are millions: when a tag was last seen is not written at every scan but
//! follows from its repository's last success while the tag is not gone. First seen never changes, even when a tag goes
//! and comes back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;
use sluice_core::image::{Digest, Tag};

use crate::{ScanOutcome, Store, StoreError, image_repository, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE tag (
  repository INTEGER NOT NULL REFERENCES image_repository (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  gone_at    INTEGER,
  PRIMARY KEY (repository, name)
) STRICT, WITHOUT ROWID;";

pub(crate) const CREATE_DIGESTS: &str = "
CREATE TABLE tag_digest (
  repository INTEGER NOT NULL REFERENCES image_repository (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  seen_at    INTEGER NOT NULL,
  digest     TEXT NOT NULL,
  PRIMARY KEY (repository, name, seen_at)
) STRICT, WITHOUT ROWID;";

/// A tag that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTag {
    /// The tag.
    pub tag: Tag,
    /// When Sluice first saw it.
    pub first_seen: Timestamp,
    /// Since when it is gone; nothing while it is in the registry.
    pub gone_at: Option<Timestamp>,
}

impl Store {
    /// The tags of an image repository that are in the registry, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags(&self, source: &str, object: &ObjectKey) -> Result<Vec<StoredTag>, StoreError> {
        let mut tags = self.tags_ever(source, object).await?;
        tags.retain(|tag| tag.gone_at.is_none());
        Ok(tags)
    }

    /// Every tag that was ever seen, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags_ever(&self, source: &str, object: &ObjectKey) -> Result<Vec<StoredTag>, StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.read(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else { return Ok(Vec::new()) };
            let mut statement = connection
                .prepare_cached("SELECT name, first_seen, gone_at FROM tag WHERE repository = ?1 ORDER BY name")?;
            let mut rows = statement.query(params![id])?;
            let mut tags = Vec::new();
            while let Some(row) = rows.next()? {
                // Only tags are ever written; a row that is none was damaged and is passed by.
                let Ok(tag) = Tag::parse(row.get_ref(0)?.as_str().unwrap_or_default()) else { continue };
                let gone_at: Option<i64> = row.get(2)?;
                tags.push(StoredTag { tag, first_seen: timestamp(row.get(1)?), gone_at: gone_at.map(timestamp) });
            }
            Ok(tags)
        })
        .await
    }

    /// Remembers what a tag points at. Tells whether it pointed elsewhere before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_digest(
        &self,
        source: &str,
        object: &ObjectKey,
        tag: &Tag,
        digest: &Digest,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (source, object, tag, digest) =
            (source.to_owned(), object.to_string(), tag.to_string(), digest.to_string());
        self.write(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else { return Ok(false) };
            let before = last_digest(connection, id, &tag)?;
            if before.as_deref() == Some(&digest) {
                return Ok(false);
            }
            connection.execute(
                "INSERT OR REPLACE INTO tag_digest (repository, name, seen_at, digest) VALUES (?1, ?2, ?3, ?4)",
                params![id, tag, millis(at), digest],
            )?;
            Ok(before.is_some())
        })
        .await
    }

    /// What a tag pointed at when it was last looked up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn digest_of(&self, source: &str, object: &ObjectKey, tag: &Tag) -> Result<Option<Digest>, StoreError> {
        let (source, object, tag) = (source.to_owned(), object.to_string(), tag.to_string());
        self.read(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else { return Ok(None) };
            Ok(last_digest(connection, id, &tag)?.and_then(|digest| Digest::parse(&digest).ok()))
        })
        .await
    }

    /// When the images behind the tags were built, as they claim: of those that were looked at, by what they point at now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn built(&self, source: &str, object: &ObjectKey) -> Result<BTreeMap<String, Timestamp>, StoreError> {
        let (source, object) = (source.to_owned(), object.to_string());
        self.read(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else {
                return Ok(BTreeMap::new());
            };
            let mut statement = connection.prepare_cached(
                "SELECT now.name, json_extract(detail, '$.created') FROM tag_digest AS now
                 JOIN image_detail USING (digest)
                 WHERE repository = ?1 AND seen_at = (
                   SELECT max(seen_at) FROM tag_digest AS all_times
                   WHERE all_times.repository = now.repository AND all_times.name = now.name)",
            )?;
            let mut built = BTreeMap::new();
            let mut rows = statement.query(params![id])?;
            while let Some(row) = rows.next()? {
                let (name, created): (String, Option<String>) = (row.get(0)?, row.get(1)?);
                // What cannot be read back is as good as not looked at.
                built.extend(created.and_then(|created| created.parse().ok()).map(|created| (name, created)));
            }
            Ok(built)
        })
        .await
    }

    /// One tag as it was seen; nothing when it never was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seen_tag(&self, source: &str, object: &ObjectKey, tag: &Tag) -> Result<Option<StoredTag>, StoreError> {
        use rusqlite::OptionalExtension as _;
        let (source, object, tag) = (source.to_owned(), object.to_string(), tag.clone());
        self.read(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else { return Ok(None) };
            let mut statement =
                connection.prepare_cached("SELECT first_seen, gone_at FROM tag WHERE repository = ?1 AND name = ?2")?;
            let found = statement.query_row(params![id, tag.as_str()], |row| {
                Ok((timestamp(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(timestamp)))
            });
            Ok(found.optional()?.map(|(first_seen, gone_at)| StoredTag { tag, first_seen, gone_at }))
        })
        .await
    }

    /// What a tag pointed at whenever it was looked up, newest first, with when that was first seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn digests_of(
        &self,
        source: &str,
        object: &ObjectKey,
        tag: &Tag,
    ) -> Result<Vec<(Digest, Timestamp)>, StoreError> {
        let (source, object, tag) = (source.to_owned(), object.to_string(), tag.to_string());
        self.read(move |connection| {
            let Some((id, _)) = image_repository::find(connection, &source, &object)? else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(
                "SELECT digest, seen_at FROM tag_digest WHERE repository = ?1 AND name = ?2 ORDER BY seen_at DESC",
            )?;
            let rows: Vec<(String, i64)> = statement
                .query_map(params![id, tag], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let read = |(digest, at): (String, i64)| Some((Digest::parse(&digest).ok()?, timestamp(at)));
            Ok(rows.into_iter().filter_map(read).collect())
        })
        .await
    }
}

fn last_digest(connection: &Connection, repository: i64, tag: &str) -> Result<Option<String>, StoreError> {
    use rusqlite::OptionalExtension as _;
    let mut statement = connection.prepare_cached(
        "SELECT digest FROM tag_digest WHERE repository = ?1 AND name = ?2 ORDER BY seen_at DESC LIMIT 1",
    )?;
    Ok(statement.query_row(params![repository, tag], |row| row.get(0)).optional()?)
}

pub(crate) fn forget(connection: &Connection, repository: i64) -> Result<(), StoreError> {
    connection.execute("DELETE FROM tag WHERE repository = ?1", params![repository])?;
    connection.execute("DELETE FROM tag_digest WHERE repository = ?1", params![repository])?;
    Ok(())
}

/// Brings the rows of a repository in line with `sorted` and notes the difference.
pub(crate) fn replace(
    connection: &Connection,
    repository: i64,
    sorted: &[Tag],
    at: Timestamp,
    outcome: &mut ScanOutcome,
) -> Result<(), StoreError> {
    let mut known: Vec<(String, bool)> = Vec::new();
    {
        let mut statement =
            connection.prepare_cached("SELECT name, gone_at IS NULL FROM tag WHERE repository = ?1 ORDER BY name")?;
        let mut rows = statement.query(params![repository])?;
        while let Some(row) = rows.next()? {
            known.push((row.get(0)?, row.get(1)?));
        }
    }
    let mut insert = connection.prepare_cached("INSERT INTO tag (repository, name, first_seen) VALUES (?1, ?2, ?3)")?;
    let mut mark = connection.prepare_cached("UPDATE tag SET gone_at = ?3 WHERE repository = ?1 AND name = ?2")?;
    let mut known = known.into_iter().peekable();
    let mut is_gone = |name: String, present: bool, outcome: &mut ScanOutcome| -> Result<(), StoreError> {
        if present {
            mark.execute(params![repository, name, millis(at)])?;
            outcome.gone.extend(Tag::parse(&name));
        }
        Ok(())
    };
    let mut returned = Vec::new();
    for tag in sorted {
        while let Some((name, present)) = known.next_if(|(name, _)| name.as_str() < tag.as_str()) {
            is_gone(name, present, outcome)?;
        }
        match known.next_if(|(name, _)| name == tag.as_str()) {
            Some((_, true)) => {}
            Some((_, false)) => returned.push(tag.clone()),
            None => {
                insert.execute(params![repository, tag.as_str(), millis(at)])?;
                outcome.added.push(tag.clone());
            }
        }
    }
    for (name, present) in known {
        is_gone(name, present, outcome)?;
    }
    for tag in &returned {
        mark.execute(params![repository, tag.as_str(), None::<i64>])?;
    }
    outcome.returned = returned;
    Ok(())
}
