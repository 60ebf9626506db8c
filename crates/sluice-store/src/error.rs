//! What can go wrong with the database.

use std::path::PathBuf;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the file cannot be made.
    #[error("cannot make the folder {}: {cause}; name another with --data-dir", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The operating system's answer.
        #[source]
        cause: std::io::Error,
    },
    /// The file cannot be opened.
    #[error("cannot open the database {}: {cause}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's answer.
        #[source]
        cause: rusqlite::Error,
    },
    /// The file was written by a newer version.
    #[error(
        "the database was written by a newer version of Sluice (its schema is {found}, this version knows {known}); install the newer version"
    )]
    TooNew {
        /// The schema of the file.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The file is damaged or is no database.
    #[error("the database is damaged: {cause}; move the file away to begin anew, it was left as it is")]
    Damaged {
        /// SQLite's answer.
        cause: rusqlite::Error,
    },
    /// Another process held the database too long.
    #[error("another process is writing to the database and did not finish in time; try again")]
    Busy,
    /// A release was to take a step that does not follow the one it took last.
    #[error("release {id} is {found} and cannot become {wanted}: another process has gone on with it")]
    ReleaseMoved {
        /// The release.
        id: String,
        /// The state it is in.
        found: String,
        /// The state that it was to take.
        wanted: String,
    },
    /// A row holds something that this version cannot read.
    #[error("a row of {table} cannot be read: {cause}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// The schema could not be brought up to date.
    #[error("the database could not be brought up to date: {0}; the old file was copied beside it first")]
    Migration(#[source] rusqlite_migration::Error),
    /// Anything else that SQLite says.
    #[error("the database refused: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// The store was closed.
    #[error("the database is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { cause: error },
            _ => Self::Sqlite(error),
        }
    }
}

impl From<tokio_rusqlite::Error<rusqlite::Error>> for StoreError {
    fn from(error: tokio_rusqlite::Error<rusqlite::Error>) -> Self {
        match error {
            tokio_rusqlite::Error::Error(cause) => cause.into(),
            tokio_rusqlite::Error::Close((_, cause)) => cause.into(),
            _ => Self::Closed,
        }
    }
}
