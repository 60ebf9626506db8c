//! The order of the migrations, and how a connection is made ready.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{BUSY, StoreError};
use crate::{
    audit, automation_run, claim, cluster_writer, credential, decision, heartbeat, image_detail, image_repository,
    release, repository_index, rollout, saved_view, signature_check, snooze, tag,
};

/// Every migration, oldest first. Append only.
const MIGRATIONS: &[M<'static>] = &[
    M::up(image_repository::CREATE),
    M::up(tag::CREATE),
    M::up(decision::CREATE),
    M::up(release::CREATE),
    M::up(audit::CREATE),
    M::up(heartbeat::CREATE),
    M::up(repository_index::CREATE),
    M::up(automation_run::CREATE),
    M::up(claim::CREATE),
    M::up(image_detail::CREATE),
    M::up(credential::CREATE),
    M::up(tag::CREATE_DIGESTS),
    M::up(snooze::CREATE),
    M::up(saved_view::CREATE),
    M::up(credential::ADD_FACTS),
    M::up(rollout::CREATE),
    M::up(cluster_writer::CREATE),
    M::up(heartbeat::CREATE_BEATS),
    M::up(release::ADD_FAILURE_CODE),
    M::up(signature_check::CREATE),
    M::up(rollout::ADD_STUCK_SINCE),
];

/// Sets the connection up and brings the schema up to date.
pub(crate) fn prepare(connection: &mut Connection, file: Option<&Path>) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With the write-ahead log, NORMAL survives a killed process whole; only a power cut may lose the last moments.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    if let (Some(file), true) = (file, found > 0) {
        let mut copy = file.as_os_str().to_owned();
        copy.push(format!(".before-{known}"));
        connection.backup("main", std::path::PathBuf::from(copy), None)?;
    }
    Migrations::from_slice(MIGRATIONS).to_latest(connection).map_err(|error| migration_error(error, known))
}

fn migration_error(error: rusqlite_migration::Error, known: i64) -> StoreError {
    match error {
        rusqlite_migration::Error::MigrationDefinition(
            rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead,
        ) => StoreError::TooNew { found: known + 1, known },
        other => StoreError::Migration(other),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use rusqlite_migration::Migrations;

    use super::*;

    /// The schema as the version with the first `count` migrations left it, with a row in it.
    fn older(file: &Path, count: usize) {
        let mut connection = Connection::open(file).expect("a file");
        Migrations::from_slice(&MIGRATIONS[..count]).to_latest(&mut connection).expect("an older schema");
        connection
            .execute_batch(
                "INSERT INTO image_repository (source, object, image, last_scan_at) VALUES ('s', 'ns/app', 'ghcr.io/acme/app', 1000);
                 INSERT INTO tag (repository, name, first_seen) VALUES (1, '1.0.0', 1000);",
            )
            .expect("rows");
    }

    #[test]
    fn every_older_schema_is_brought_up_to_date_with_its_rows_and_a_copy_is_kept() {
        for count in 2..MIGRATIONS.len() {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("sluice.db");
            older(&file, count);
            let mut connection = Connection::open(&file).expect("a file");
            prepare(&mut connection, Some(&file)).expect("it is brought up to date");
            let tags: i64 = connection.query_row("SELECT count(*) FROM tag", [], |row| row.get(0)).expect("a count");
            assert_eq!(tags, 1, "from schema {count}");
            connection
                .execute("INSERT INTO audit (at, who, action, subject, detail) VALUES (1, '', '', '', '')", [])
                .expect("a row");
            let copy = folder.path().join(format!("sluice.db.before-{}", MIGRATIONS.len()));
            let old: i64 = Connection::open(copy)
                .and_then(|copy| copy.pragma_query_value(None, "user_version", |row| row.get(0)))
                .expect("the copy is a database");
            assert_eq!(old, count as i64);
        }
    }

    #[test]
    fn the_migrations_are_valid() {
        Migrations::from_slice(MIGRATIONS).validate().expect("every migration runs on an empty database");
    }
}
