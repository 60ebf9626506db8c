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

/// What is known of a credential besides what it is for: how it signs in, its public half, and how it went.
pub(crate) const ADD_FACTS: &str = "
ALTER TABLE credential ADD COLUMN way TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN public_key TEXT;
ALTER TABLE credential ADD COLUMN expires_at INTEGER;
ALTER TABLE credential ADD COLUMN last_used_at INTEGER;
ALTER TABLE credential ADD COLUMN wrote_at INTEGER;
ALTER TABLE credential ADD COLUMN refused_at INTEGER;
ALTER TABLE credential ADD COLUMN refused_words TEXT;";

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
    /// Signing commits: an OpenPGP or SSH key.
    Signing,
    /// The interface of a forge: a token that may manage deploy keys.
    Forge,
    /// TLS with a host: certificate authorities, a certificate of our own.
    Tls,
    /// A proxy on the way to a host.
    Proxy,
}

impl CredentialKind {
    /// The word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::GitHttp => "git-http",
            Self::GitSsh => "git-ssh",
            Self::Signing => "signing",
            Self::Forge => "forge",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
        }
    }

    fn named(text: &str) -> Self {
        match text {
            "git-http" => Self::GitHttp,
            "git-ssh" => Self::GitSsh,
            "signing" => Self::Signing,
            "forge" => Self::Forge,
            "tls" => Self::Tls,
            "proxy" => Self::Proxy,
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
    /// `host[:port][/path]`: it is used for everything below, by whole path segments. For signing, a name: that of the
    /// Secret, `namespace/name`, or a person's own.
    pub target: String,
    /// The user name; empty for a bearer token.
    pub username: String,
    /// How it signs in: `basic`, `bearer`, `ssh-key`, `openpgp-key`, …; empty where an older version wrote it.
    pub way: String,
    /// Its public half, for keys.
    pub public_key: Option<String>,
    /// When it was added, or replaced by another secret.
    pub created_at: Timestamp,
    /// When it ends, where that is known.
    pub expires_at: Option<Timestamp>,
    /// When it was last taken out of the keychain to be used.
    pub last_used_at: Option<Timestamp>,
    /// When a push by it last went through.
    pub wrote_at: Option<Timestamp>,
    /// When a push by it was last refused because it may only read, and the remote's own words.
    pub write_refused: Option<(Timestamp, String)>,
}

/// How often a use is written down at most.
const USES: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

impl Store {
    /// Every credential, by target.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials(&self) -> Result<Vec<CredentialRecord>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY target, kind"))?;
            Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Adds a credential, or replaces the one for the same kind and target. How it went with the one before is forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_credential(&self, record: CredentialRecord) -> Result<(), StoreError> {
        self.write(move |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO credential (id, kind, target, username, created_at, way, public_key, expires_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    record.id,
                    record.kind.as_str(),
                    record.target,
                    record.username,
                    millis(record.created_at),
                    record.way,
                    record.public_key,
                    record.expires_at.map(millis),
                ],
            )?;
            Ok(())
        })
        .await
    }

    /// Writes down that a credential was used; within a minute of the last time nothing is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credential_was_used(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let (id, before) = (id.to_owned(), at - USES);
        self.write(move |connection| {
            connection.execute(
                "UPDATE credential SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?3)",
                params![id, millis(at), millis(before)],
            )?;
            Ok(())
        })
        .await
    }

    /// Writes down how a push by a credential went: it went through, or was refused in these words because the
    /// credential may only read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credential_pushed(&self, id: &str, at: Timestamp, refused: Option<&str>) -> Result<(), StoreError> {
        let (id, refused) = (id.to_owned(), refused.map(str::to_owned));
        self.write(move |connection| {
            match refused {
                None => connection.execute(
                    "UPDATE credential SET wrote_at = ?2, refused_at = NULL, refused_words = NULL WHERE id = ?1",
                    params![id, millis(at)],
                )?,
                Some(words) => connection.execute(
                    "UPDATE credential SET refused_at = ?2, refused_words = ?3 WHERE id = ?1",
                    params![id, millis(at), words],
                )?,
            };
            Ok(())
        })
        .await
    }

    /// Forgets that a push by a credential was refused: it was given the right to write since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credential_may_write(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.write(move |connection| {
            connection
                .execute("UPDATE credential SET refused_at = NULL, refused_words = NULL WHERE id = ?1", params![id])?;
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

const SELECT: &str =
    "SELECT id, kind, target, username, created_at, way, public_key, expires_at, last_used_at, wrote_at,
    refused_at, refused_words FROM credential";

fn read(row: &Row<'_>) -> rusqlite::Result<CredentialRecord> {
    let kind: String = row.get(1)?;
    let moment = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(timestamp));
    let words: Option<String> = row.get(11)?;
    Ok(CredentialRecord {
        id: row.get(0)?,
        kind: CredentialKind::named(&kind),
        target: row.get(2)?,
        username: row.get(3)?,
        created_at: timestamp(row.get(4)?),
        way: row.get(5)?,
        public_key: row.get(6)?,
        expires_at: moment(7)?,
        last_used_at: moment(8)?,
        wrote_at: moment(9)?,
        write_refused: moment(10)?.map(|at| (at, words.unwrap_or_default())),
    })
}
