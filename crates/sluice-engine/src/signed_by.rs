//! Who signed what stands in Git.

use serde::Serialize;
use sluice_git::{CommitId, Mirror, RemoteUrl, SignatureReport, SignatureState, TrustedKeys};
use sluice_store::CredentialKind;

use crate::{Engine, EngineError};

/// What is known of a commit's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedBy {
    /// What it is worth.
    pub state: SignedState,
    /// `gpg` or `ssh`, as Flux and Git call them; nothing for a commit that is not signed.
    pub kind: Option<&'static str>,
    /// The key that the signature names: a fingerprint, or its end; perhaps empty.
    pub key: String,
    /// Whose key that is, where it is on record; perhaps empty.
    pub by: String,
    /// One sentence for people.
    pub words: String,
}

/// What a commit's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedState {
    /// There is none.
    Unsigned,
    /// It is of a key on record, valid at the time.
    Good,
    /// It is of a key that is not on record.
    UnknownKey,
    /// It is of a key on record that was not valid at the time.
    NotValid,
    /// It does not belong to the commit, or cannot be read.
    Bad,
}

impl SignedState {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Good => SignatureState::Good.as_str(),
            Self::UnknownKey => SignatureState::UnknownKey.as_str(),
            Self::NotValid => SignatureState::NotValid.as_str(),
            Self::Bad => SignatureState::Bad.as_str(),
        }
    }
}

impl SignedBy {
    fn of(report: Option<SignatureReport>) -> Self {
        let Some(report) = report else {
            return Self {
                state: SignedState::Unsigned,
                kind: None,
                key: String::new(),
                by: String::new(),
                words: "the commit is not signed".to_owned(),
            };
        };
        let state = match report.state {
            SignatureState::Good => SignedState::Good,
            SignatureState::UnknownKey => SignedState::UnknownKey,
            SignatureState::NotValid => SignedState::NotValid,
            SignatureState::Bad => SignedState::Bad,
        };
        let kind = report.kind.map(sluice_git::SignatureKind::as_str);
        Self { state, kind, key: report.key, by: report.by, words: report.words }
    }

    /// A few words for a line: `signed by bot@acme.example`, `not signed`, `signed by an unknown key SHA256:…`.
    pub fn summary(&self) -> String {
        match self.state {
            SignedState::Unsigned => "not signed".to_owned(),
            SignedState::Good => format!("signed by {}", if self.by.is_empty() { &self.key } else { &self.by }),
            SignedState::UnknownKey => format!("signed by an unknown key {}", self.key),
            SignedState::NotValid | SignedState::Bad => self.words.clone(),
        }
    }
}

/// The keys whose signatures count, and what could not be read of them.
#[derive(Debug, Clone, Default)]
pub struct TrustedSigners {
    pub(crate) keys: TrustedKeys,
    /// What stands in the way of some, one sentence each.
    pub problems: Vec<String>,
}

impl Engine {
    /// The keys whose signatures count: those that Sluice signs by, and those that the settings name (`[signing]`,
    /// `allowed-signers` and `openpgp-keys`).
    ///
    /// # Errors
    /// When the database fails. A file that cannot be read is a problem beside the others.
    pub async fn trusted_signers(&self) -> Result<TrustedSigners, EngineError> {
        let mut trusted = TrustedSigners::default();
        for record in self.store().credentials().await? {
            let Some(public) = record.public_key.filter(|_| record.kind == CredentialKind::Signing) else { continue };
            if !trusted.keys.add_ssh(&record.target, &public) {
                trusted.keys.add_openpgp(&public);
            }
        }
        let settings = self.settings();
        if settings.signing.agent.is_some() || settings.signing.file.is_some() {
            match self.own_signature().await {
                Ok(Some(own)) => {
                    let name = if own.facts.name.is_empty() { "you" } else { &own.facts.name };
                    if !trusted.keys.add_ssh(name, &own.facts.public) {
                        trusted.keys.add_openpgp(&own.facts.public);
                    }
                }
                Ok(None) => {}
                Err(error) => trusted.problems.push(error.to_string()),
            }
        }
        if let Some(path) = &settings.signing.allowed_signers {
            match self.text_of(path).await {
                Ok(text) => {
                    let ignored = trusted.keys.add_allowed_signers(&text);
                    let told =
                        ignored.iter().map(|one| format!("{}, line {}: {}", path.display(), one.number, one.why));
                    trusted.problems.extend(told);
                }
                Err(error) => trusted.problems.push(error.to_string()),
            }
        }
        if let Some(path) = &settings.signing.openpgp_keys {
            match self.text_of(path).await {
                Ok(text) if trusted.keys.add_openpgp(&text).is_some_and(|count| count > 0) => {}
                Ok(_) => trusted.problems.push(format!("{} holds no armored OpenPGP public keys", path.display())),
                Err(error) => trusted.problems.push(error.to_string()),
            }
        }
        Ok(trusted)
    }

    async fn text_of(&self, path: &std::path::Path) -> Result<String, EngineError> {
        let bytes = crate::engine::read_file(&self.shared.machine.expanded(path)).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Who signed a commit of a remote; nothing when the mirror does not have it.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn signed_by(
        &self,
        url: &RemoteUrl,
        commit: &str,
        trusted: &TrustedSigners,
    ) -> Result<Option<SignedBy>, EngineError> {
        let Ok(id) = commit.parse::<CommitId>() else { return Ok(None) };
        let keys = trusted.keys.clone();
        let read = move |mirror: &Mirror| match mirror.signature(id) {
            Ok(signature) => Ok(Some(signature.map(|signature| signature.verify(&keys)))),
            Err(sluice_git::GitError::NoSuchObject { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        Ok(self.shared.remotes.offline(url, read).await?.map(SignedBy::of))
    }
}
