//! Table `image_detail`: what an image says of itself, by digest. A digest never changes, so each is fetched once ever.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sluice_core::image::Digest;

use crate::{Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE image_detail (
  digest TEXT PRIMARY KEY,
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;";

/// What an image says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageDetail {
    /// When it was built, as it claims.
    pub created: Option<jiff::Timestamp>,
    /// Platforms, such as `linux/amd64`.
    pub platforms: Vec<String>,
    /// Compressed size of one platform's layers, in bytes.
    pub size: Option<u64>,
    /// Its labels.
    pub labels: std::collections::BTreeMap<String, String>,
}

impl Store {
    /// What is known of a digest.
    ///
    /// # Errors
    /// When the database fails or the row cannot be read.
    pub async fn image_detail(&self, digest: &Digest) -> Result<Option<ImageDetail>, StoreError> {
        let digest = digest.to_string();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached("SELECT detail FROM image_detail WHERE digest = ?1")?;
            let found: Option<String> = statement.query_row(params![digest], |row| row.get(0)).optional()?;
            let read = |text: String| {
                serde_json::from_str(&text).map_err(|cause| StoreError::Row { table: "image_detail", cause })
            };
            found.map(read).transpose()
        })
        .await
    }

    /// Remembers what is known of a digest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember_image_detail(&self, digest: &Digest, detail: &ImageDetail) -> Result<(), StoreError> {
        let digest = digest.to_string();
        let text = serde_json::to_string(detail).map_err(|cause| StoreError::Row { table: "image_detail", cause })?;
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO image_detail (digest, detail) VALUES (?1, ?2)",
                params![digest, text],
            )?;
            Ok(())
        })
        .await
    }
}
