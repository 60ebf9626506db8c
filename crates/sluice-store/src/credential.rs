//! Table `credential`: which credentials there are. The secrets themselves are in the OS keychain, under the same id.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, millis, timestamp};

pub(crate) const CREATE: &str = "
CREATE TABLE credential (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  target     TEXT NOT NULL,
  username   TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (kind, target)
) STRICT, WITHOUT ROWID;";

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// An OCI registry.
    Registry,
    /// Git over HTTPS or HTTP.
    GitHttp,
    /// Git over SSH: a private key.
    GitSsh,
}

impl CredentialKind {
    /// The word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::GitHttp => "git-http",
            Self::GitSsh => "git-ssh",
        }
    }

    fn named(text: &str) -> Self {
        match text {
            "git-http" => Self::GitHttp,
            "git-ssh" => Self::GitSsh,
            _ => Self::Registry,
        }
    }
}

/// A credential, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRecord {
    /// Names the keychain's item.
    pub id: String,
    /// What it is for.
    pub kind: CredentialKind,
    /// `host[:port][/path]`: it is used for everything below, by whole path segments.
    pub target: String,
    /// The user name; empty for a bearer token.
    pub username: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Store {
    /// Every credential, by target.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self) -> Result<Vec<CredentialRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, kind, target, username, created_at FROM credential ORDER BY target, kind",
            )?;
            Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Adds a credential, or replaces the one for the same kind and target.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_credential(&self, record: CredentialRecord) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO credential (id, kind, target, username, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![record.id, record.kind.as_str(), record.target, record.username, millis(record.created_at)],
            )?;
            Ok(())
        })
        .await
    }

    /// Forgets a credential.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_credential(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            connection.execute("DELETE FROM credential WHERE id = ?1", params![id])?;
            Ok(())
        })
        .await
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CredentialRecord> {
    let kind: String = row.get(1)?;
    Ok(CredentialRecord {
        id: row.get(0)?,
        kind: CredentialKind::named(&kind),
        target: row.get(2)?,
        username: row.get(3)?,
        created_at: timestamp(row.get(4)?),
    })
}
