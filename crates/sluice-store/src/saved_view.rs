//! Table `saved_view`: the views of the window's tables that a person keeps, in their order.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE saved_view (
  position INTEGER PRIMARY KEY,
  view     TEXT NOT NULL
) STRICT;";

/// A view of a table that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The filter's text.
    pub filter: String,
    /// The column it is sorted by; nothing leaves the table's own order.
    pub sort: Option<String>,
    /// Sorted downwards.
    pub is_descending: bool,
    /// The columns that are shown, in order; empty shows the usual ones.
    pub columns: Vec<String>,
}

impl Store {
    /// The views that are kept.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub async fn saved_views(&self) -> Result<Vec<SavedView>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT view FROM saved_view ORDER BY position")?;
            let rows: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let read = |text: &String| {
                serde_json::from_str(text).map_err(|cause| StoreError::Row { table: "saved_view", cause })
            };
            rows.iter().map(read).collect()
        })
        .await
    }

    /// Keeps these views instead of the ones before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_views(&self, views: &[SavedView]) -> Result<(), StoreError> {
        let texts: Vec<String> = views
            .iter()
            .map(|view| serde_json::to_string(view).map_err(|cause| StoreError::Row { table: "saved_view", cause }))
            .collect::<Result<_, _>>()?;
        self.write(move |connection| {
            connection.execute("DELETE FROM saved_view", [])?;
            for (position, view) in texts.iter().enumerate() {
                connection.execute(
                    "INSERT INTO saved_view (position, view) VALUES (?1, ?2)",
                    params![i64::try_from(position).unwrap_or(i64::MAX), view],
                )?;
            }
            Ok(())
        })
        .await
    }
}
