//! What Sluice remembers: one SQLite file with tags, decisions, releases, the audit log and what was heard last from
//! every remote.
//!
//! [`Store`] is a cheap handle; each call is one transaction on the connection's own thread, so nothing blocks an async
//! task. Several processes may use one file at once (write-ahead log, a busy time-out, immediate transactions). Times
//! are UTC and kept in milliseconds.
//!
//! A table is a file: its migration, its row, its reads and writes. To add a column, append a migration in the table's
//! file and name it at the end of [`schema`]; a migration that has landed never changes. The crate knows the core and no
//! other adapter, and it never sees a secret.

mod audit;
mod automation_run;
mod claim;
mod cluster_writer;
mod credential;
mod decision;
mod error;
mod heartbeat;
mod image_detail;
mod image_repository;
mod release;
mod repository_index;
mod rollout;
mod saved_view;
mod schema;
mod signature_check;
mod snooze;
mod tag;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

pub use audit::AuditEntry;
pub use automation_run::AutomationRun;
pub use cluster_writer::ClusterWriter;
pub use credential::{CredentialKind, CredentialRecord};
pub use decision::{Changed, DecisionRow, PastDecision};
pub use error::StoreError;
pub use heartbeat::{Beat, Heartbeat, Tries};
pub use image_detail::ImageDetail;
pub use image_repository::{ImageState, ScanOutcome, ScanResult};
pub use release::{NewRelease, ReleaseRow, ReleaseState, ReleaseStep};
pub use rollout::{Rollout, RolloutState, RolloutStep};
pub use saved_view::SavedView;
pub use signature_check::SignatureCheck;
pub use snooze::Snooze;
pub use tag::StoredTag;

/// How long a writer waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    connection: tokio_rusqlite::Connection,
}

impl Store {
    /// Opens the file, making it and its folder if needed, and brings it to this version's schema. A file of an older
    /// version is copied beside itself (`….before-N`) first.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a database, is damaged, or was written by a newer Sluice.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let file = path.to_owned();
        let opened = |cause| StoreError::Open { path: path.to_owned(), cause };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| StoreError::Folder { path: folder.to_owned(), cause })?;
        }
        let connection = tokio_rusqlite::Connection::open(path).await.map_err(opened)?;
        let prepared =
            connection.call(move |connection| Ok::<_, rusqlite::Error>(schema::prepare(connection, Some(&file)))).await;
        prepared.map_err(StoreError::from)??;
        Ok(Self { connection })
    }

    /// A store that is gone when it is dropped.
    ///
    /// # Errors
    /// When SQLite cannot be started.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let connection = tokio_rusqlite::Connection::open_in_memory()
            .await
            .map_err(|cause| StoreError::Open { path: ":memory:".into(), cause })?;
        let prepared = connection.call(|connection| Ok::<_, rusqlite::Error>(schema::prepare(connection, None))).await;
        prepared.map_err(StoreError::from)??;
        Ok(Self { connection })
    }

    /// Runs one writing transaction. It takes the write lock at its start, so it cannot fail half-way for want of it.
    async fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let outcome = self
            .connection
            .call(move |connection| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let result = work(&transaction);
                if result.is_ok() {
                    transaction.commit()?;
                }
                Ok::<_, rusqlite::Error>(result)
            })
            .await;
        outcome.map_err(StoreError::from)?
    }

    async fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        let outcome = self.connection.call(move |connection| Ok::<_, rusqlite::Error>(work(connection))).await;
        outcome.map_err(StoreError::from)?
    }
}

/// A time as it is kept: UTC milliseconds.
fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time as it was kept. What cannot be a time (a damaged row) becomes the epoch.
fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}
