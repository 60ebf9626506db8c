//! Who signs commits: the key that an automation names, or the one that a person prefers.
//!
//! A Secret's contents are not in Git, so a `signingKey.secretRef` is found by its name: the credential of kind `signing`
//! whose target is `namespace/name` of the Secret. A key of the person's own (`[signing]` in the settings) signs where the
//! automation names none; in place of a named one only where the person says so, because whoever verifies commits in the
//! cluster expects the named one.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use sluice_core::diagnosis::{Code, Trouble};
use sluice_core::flux::{SigningKey as WantedKey, SigningKind};
use sluice_core::{ObjectKey, Secret};
use sluice_git::{KeyProblem, SignatureKind, SignerFacts, SigningError, SigningKey, SshPublicKey, agent_message};
use sluice_git::{agent_signature, ssh_facts};
use sluice_store::{CredentialKind, CredentialRecord};
use sluice_vault::{Login, Machine};

use crate::engine::read_secret;
use crate::{Engine, EngineError};

/// How a commit will be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSignature {
    /// The key, as anybody may see it.
    pub facts: SignerFacts,
    /// Where the key is: `keychain, signing flux-system/signing`, `ssh agent`, a path.
    pub origin: String,
    key: KeyPlace,
}

impl fmt::Display for PlannedSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SignerFacts { kind, name, key, .. } = &self.facts;
        let name = if name.is_empty() { String::new() } else { format!("{name}, ") };
        write!(f, "{} key {name}{key} ({})", kind.name(), self.origin)
    }
}

/// Where the secret half is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum KeyPlace {
    Kept(Box<CredentialRecord>),
    File(PathBuf),
    Agent(Box<SshPublicKey>),
}

/// Signs the bytes of a commit, on a thread that may block.
pub(crate) enum CommitSigner {
    Key { key: Box<SigningKey>, at: Timestamp },
    Agent { key: Box<SshPublicKey>, machine: Machine, runtime: tokio::runtime::Handle },
}

impl CommitSigner {
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<String, SigningError> {
        match self {
            Self::Key { key, at } => key.sign(bytes, *at),
            Self::Agent { key, machine, runtime } => {
                let message = agent_message(bytes)?;
                let answer = runtime.block_on(machine.agent_sign(&key.wire(), &message));
                agent_signature(key, bytes, &answer.map_err(|error| SigningError(error.to_string()))?)
            }
        }
    }
}

impl Engine {
    /// How commits of an automation are signed; nothing when they are not. Asks no keychain.
    pub(crate) async fn planned_signature(
        &self,
        automation: &ObjectKey,
        wanted: Option<&WantedKey>,
    ) -> Result<Option<PlannedSignature>, EngineError> {
        let settings = self.settings();
        let Some(wanted) = wanted.filter(|_| !settings.signing.always) else { return self.own_signature().await };
        let secret = format!("{}/{}", automation.namespace, wanted.secret);
        let fails = |message: String, hint: String| EngineError::Automation {
            automation: automation.clone(),
            message,
            hint,
            code: Code::SigningKeyMissing,
        };
        let Some(record) = self.signing_credential(&secret).await? else {
            let trouble = Trouble::SigningKeyMissing { secret }.diagnosis(None);
            return Err(fails(trouble.message, trouble.hint));
        };
        let planned = kept(record)?;
        let kind = match wanted.kind {
            SigningKind::Gpg => SignatureKind::OpenPgp,
            SigningKind::Ssh => SignatureKind::Ssh,
        };
        if planned.facts.kind != kind {
            return Err(fails(
                format!(
                    "it asks for {} signatures (signingKey.type), and the key kept for Secret {secret} is {}",
                    kind.name(),
                    planned.facts.kind.name()
                ),
                "mend spec.git.commit.signingKey.type, or keep the right key".to_owned(),
            ));
        }
        self.refuse_expired(planned).map(Some)
    }

    /// The key that a person prefers, from the settings.
    pub(crate) async fn own_signature(&self) -> Result<Option<PlannedSignature>, EngineError> {
        let settings = self.settings();
        let own = &settings.signing;
        if let Some(name) = &own.credential {
            let record = self.signing_credential(name).await?.ok_or_else(|| EngineError::Invalid {
                message: format!(
                    "the settings sign by the credential `{name}` ([signing]), and none of that name is kept"
                ),
                hint: format!("keep it: sluice credential add signing {name} < KEY"),
            })?;
            return kept(record).and_then(|planned| self.refuse_expired(planned)).map(Some);
        }
        if let Some(wanted) = &own.agent {
            return self.agent_signature_by(wanted).await.map(Some);
        }
        match &own.file {
            Some(path) => self.file_signature(path.clone()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn agent_signature_by(&self, wanted: &str) -> Result<PlannedSignature, EngineError> {
        let held = self.shared.machine.agent_identities().await?;
        let keys = held.iter().filter_map(|key| SshPublicKey::from_wire(&key.blob, &key.comment).ok());
        let keys: Vec<SshPublicKey> = keys.collect();
        let found = keys.iter().find(|key| key.fingerprint == wanted || key.comment == wanted);
        let found = found.ok_or_else(|| {
            let names: Vec<String> = keys.iter().map(|key| format!("{} {}", key.fingerprint, key.comment)).collect();
            let there =
                if names.is_empty() { "it holds none".to_owned() } else { format!("it holds {}", names.join(", ")) };
            EngineError::Invalid {
                message: format!("the ssh agent has no key `{wanted}` to sign by ([signing]); {there}"),
                hint: "load the key with ssh-add, or name another one by its fingerprint or comment".to_owned(),
            }
        })?;
        Ok(of_agent(found.clone()))
    }

    async fn file_signature(&self, path: PathBuf) -> Result<PlannedSignature, EngineError> {
        let path = self.shared.machine.expanded(&path);
        let text = read_secret(&path).await?;
        match SigningKey::read(&text, None, self.now()) {
            Ok(key) => {
                let origin = path.display().to_string();
                Ok(PlannedSignature { facts: key.facts().clone(), origin, key: KeyPlace::File(path) })
            }
            Err(problem @ KeyProblem::PassphraseMissing) => {
                // The agent may hold the same key, opened already.
                let public = SshPublicKey::of_private(&text);
                let held = self.shared.machine.agent_identities().await.unwrap_or_default();
                let opened = public.filter(|public| held.iter().any(|key| key.blob == public.wire()));
                opened.map(of_agent).ok_or_else(|| EngineError::Key {
                    what: path.display().to_string(),
                    hint: Some(
                        "load it with ssh-add, or keep it with its passphrase: sluice credential add signing"
                            .to_owned(),
                    ),
                    cause: problem,
                })
            }
            Err(cause) => Err(EngineError::Key { what: path.display().to_string(), hint: None, cause }),
        }
    }

    /// What signs, with its secret.
    pub(crate) async fn signer(&self, planned: &PlannedSignature) -> Result<CommitSigner, EngineError> {
        let at = self.now();
        let unusable = |cause| EngineError::Key { what: planned.origin.clone(), hint: None, cause };
        let key = match &planned.key {
            KeyPlace::Agent(key) => {
                let (machine, runtime) = (self.shared.machine.clone(), tokio::runtime::Handle::current());
                return Ok(CommitSigner::Agent { key: key.clone(), machine, runtime });
            }
            KeyPlace::File(path) => SigningKey::read(&read_secret(path).await?, None, at).map_err(unusable)?,
            KeyPlace::Kept(record) => {
                let login = self.login_of(record).await?;
                self.store().credential_was_used(&record.id, at).await?;
                // Opening an OpenPGP key takes a good part of a second.
                let read = tokio::task::spawn_blocking(move || signing_key(&login, at)).await;
                read.map_err(|_| EngineError::Stopped)?.map_err(unusable)?
            }
        };
        Ok(CommitSigner::Key { key: Box::new(key), at })
    }

    /// The kept key of that name: the target, or the id.
    pub(crate) async fn signing_credential(&self, name: &str) -> Result<Option<CredentialRecord>, EngineError> {
        let all = self.store().credentials().await?;
        let mut signing = all.into_iter().filter(|record| record.kind == CredentialKind::Signing);
        Ok(signing.find(|record| record.target == name || record.id == name))
    }

    fn refuse_expired(&self, planned: PlannedSignature) -> Result<PlannedSignature, EngineError> {
        match planned.facts.expires_at.filter(|expires| *expires <= self.now()) {
            None => Ok(planned),
            Some(expires) => {
                let cause = KeyProblem::Expired(expires.to_zoned(jiff::tz::TimeZone::UTC).date());
                Err(EngineError::Key { what: planned.origin, hint: None, cause })
            }
        }
    }
}

fn of_agent(key: SshPublicKey) -> PlannedSignature {
    let facts = ssh_facts(key.clone());
    PlannedSignature { facts, origin: "ssh agent".to_owned(), key: KeyPlace::Agent(Box::new(key)) }
}

fn kept(record: CredentialRecord) -> Result<PlannedSignature, EngineError> {
    let origin = format!("keychain, signing {}", record.target);
    let facts = SignerFacts::of_public(record.public_key.as_deref().unwrap_or_default());
    let facts = facts.map_err(|cause| EngineError::Key { what: origin.clone(), hint: None, cause })?;
    Ok(PlannedSignature { facts, origin, key: KeyPlace::Kept(Box::new(record)) })
}

/// The signing key in a login.
pub(crate) fn signing_key(login: &Login, at: Timestamp) -> Result<SigningKey, KeyProblem> {
    match login {
        Login::SshKey { private_key, passphrase, .. } => SigningKey::read(private_key, passphrase.as_ref(), at),
        Login::OpenPgpKey { armored, passphrase } => SigningKey::read(armored, passphrase.as_ref(), at),
        _ => Err(KeyProblem::NotAKey),
    }
}

/// A private key as the login that is kept of it for signing: OpenPGP where it is armored so, SSH otherwise.
pub fn signing_login(key: Secret, passphrase: Option<Secret>) -> Login {
    let is_openpgp = key.expose_str().is_ok_and(|text| text.contains("-----BEGIN PGP "));
    if is_openpgp {
        Login::OpenPgpKey { armored: key, passphrase }
    } else {
        Login::SshKey { private_key: key, public_key: None, passphrase }
    }
}
