//! Deploy keys: SSH keys that are made here, kept in the keychain, shown by their public half, and taken along.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sluice_core::{ObjectKey, Secret};
use sluice_git::{RemoteUrl, Scheme, SshKey, SshKeyKind, SshPublicKey};
use sluice_kube::{KubeError, SecretWritten};
use sluice_store::{CredentialKind, CredentialRecord};
use sluice_vault::Login;
use zeroize::Zeroizing;

use crate::access::{credential_target, lies_under};
use crate::credential::NewCredential;
use crate::{Engine, EngineError};

/// A deploy key to be made.
#[derive(Debug)]
pub struct NewKey {
    /// What kind of key.
    pub kind: SshKeyKind,
    /// What it is for: a source's name, a repository's address, or `host[:port][/path]`.
    pub place: String,
    /// What it is called; made from the place when absent.
    pub comment: Option<String>,
    /// What encrypts it, in the keychain and when it is taken along.
    pub passphrase: Option<Secret>,
    /// Whether it may take the place of a key that is there.
    pub replace: bool,
}

/// A deploy key, as anybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// What is on record of it.
    pub record: CredentialRecord,
    /// Its public half.
    pub public: SshPublicKey,
}

impl KeyView {
    /// A credential as a key, where it is an SSH key for Git.
    pub fn of(record: CredentialRecord) -> Option<Self> {
        let is_key = record.kind == CredentialKind::GitSsh && record.public_key.is_some();
        is_key.then(|| view_of(record).ok()).flatten()
    }
}

/// The Secret that a key is taken along as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A key that was taken along into a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInCluster {
    /// The key here.
    pub key: KeyView,
    /// The cluster.
    pub cluster: String,
    /// The Secret there.
    pub secret: SecretName,
    /// What became of it.
    pub written: SecretWritten,
}

/// A key with what goes along with it.
struct Taken {
    key: KeyView,
    private_key: Secret,
    passphrase: Option<Secret>,
    /// Lines of known_hosts.
    known: Vec<String>,
}

/// What a key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyPlace {
    /// `host[:port][/path]`.
    pub(crate) target: String,
    /// The repository, where the place names one.
    pub(crate) url: Option<RemoteUrl>,
}

impl Engine {
    /// Makes a key and keeps it in the keychain.
    ///
    /// # Errors
    /// When the place is none, there is a key for it already, or the keychain refuses.
    pub async fn generate_key(&self, new: NewKey, who: &str) -> Result<KeyView, EngineError> {
        let place = self.key_place(&new.place)?;
        let all = self.store().credentials().await?;
        let before = all.iter().find(|one| one.kind == CredentialKind::GitSsh && one.target == place.target);
        if let Some(before) = before.filter(|_| !new.replace) {
            return Err(EngineError::Invalid {
                message: format!("there is a key for {} already ({})", before.target, before.id),
                hint: "show it: sluice key show; or put a new one in its place: --replace".to_owned(),
            });
        }
        let comment = new.comment.unwrap_or_else(|| format!("sluice@{}", place.target.trim_end_matches(".git")));
        let (kind, passphrase) = (new.kind, new.passphrase);
        // RSA takes seconds, and encrypting takes a good part of one.
        let made = tokio::task::spawn_blocking(move || {
            let key = SshKey::generate(kind, &comment)?;
            let private_key = key.to_openssh(passphrase.as_ref())?;
            let public_key = Some(key.public().line);
            Ok(Login::SshKey { private_key, public_key, passphrase })
        });
        let what = format!("for {}", place.target);
        let login = made.await.map_err(|_| EngineError::Stopped)?;
        let login = login.map_err(|cause| EngineError::Key { what, hint: None, cause })?;
        let kept = NewCredential { kind: CredentialKind::GitSsh, target: place.target, username: String::new(), login };
        let record = self.add_credential(kept, who).await?;
        view_of(record)
    }

    /// Every SSH key that is kept for Git, by target.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<KeyView>, EngineError> {
        let all = self.store().credentials().await?;
        Ok(all.into_iter().filter_map(KeyView::of).collect())
    }

    /// The key of that name: its id, its target, or a source or address that it is used for.
    ///
    /// # Errors
    /// When there is none.
    pub async fn key(&self, name: &str) -> Result<KeyView, EngineError> {
        let mut keys = self.keys().await?;
        let place = self.key_place(name).ok();
        let by_name = keys.iter().position(|key| key.record.id == name || key.record.target == name);
        let by_use = || {
            let target = place.as_ref().map(|place| place.target.as_str())?;
            let below = keys.iter().enumerate().filter(|(_, key)| lies_under(target, &key.record.target));
            below.max_by_key(|(_, key)| key.record.target.len()).map(|(at, _)| at)
        };
        match by_name.or_else(by_use) {
            Some(at) => Ok(keys.swap_remove(at)),
            None => Err(EngineError::NotFound {
                what: "deploy key",
                name: name.to_owned(),
                nearest: keys.into_iter().map(|key| key.record.target).take(3).collect(),
            }),
        }
    }

    /// A key as the Secret that `flux create secret git` makes, in YAML: `identity`, `identity.pub`, `known_hosts`, and
    /// `password` where the key is encrypted.
    ///
    /// # Errors
    /// When there is no such key, the keychain refuses, or no host key of its host is trusted yet.
    pub async fn export_key(&self, name: &str, secret: &SecretName, who: &str) -> Result<Secret, EngineError> {
        let Taken { key, private_key, passphrase, known } = self.taken_along(name, secret).await?;
        let yaml = secret_yaml(secret, &private_key, &key.public.line, &known, passphrase.as_ref());
        self.audit(who, "key-exported", &key.record.target, &key.public.fingerprint).await?;
        Ok(yaml)
    }

    /// Writes a key into a cluster, as the Secret of [`Engine::export_key`]. One that is there with other contents is
    /// only replaced where that is wanted.
    ///
    /// # Errors
    /// As [`Engine::export_key`]; when the cluster is read only here, does not answer or refuses, or another Secret is
    /// there.
    pub async fn export_key_to_cluster(
        &self,
        name: &str,
        secret: &SecretName,
        cluster: Option<&str>,
        replace: bool,
        who: &str,
    ) -> Result<KeyInCluster, EngineError> {
        let settings = self.one_cluster(cluster)?;
        crate::cluster::refuse_read_only(&settings)?;
        let Taken { key, private_key, passphrase, known } = self.taken_along(name, secret).await?;
        let mut data = BTreeMap::from([
            ("identity", private_key),
            ("identity.pub", Secret::new(format!("{}\n", key.public.line))),
            ("known_hosts", Secret::new(known.join("\n") + "\n")),
        ]);
        data.extend(passphrase.map(|phrase| ("password", phrase)));
        let object = ObjectKey::new(&secret.namespace, &secret.name);
        let written = self.connection(&settings).cluster.put_secret(&object, &data, replace).await;
        let written = written.map_err(|cause| match cause {
            KubeError::Refused { status: 409, .. } if !replace => EngineError::Invalid {
                message: format!("the Secret {object} is in {} already, with other contents", settings.name),
                hint: "look at who uses it; to put this key in its place: --replace".to_owned(),
            },
            cause => EngineError::cluster(&settings.name, cause),
        })?;
        if written != SecretWritten::Same {
            let place = format!("{} as Secret {object} in {}", key.public.fingerprint, settings.name);
            self.audit(who, "key-exported", &key.record.target, &place).await?;
        }
        Ok(KeyInCluster { key, cluster: settings.name, secret: secret.clone(), written })
    }

    /// A key with everything that goes along with it.
    async fn taken_along(&self, name: &str, secret: &SecretName) -> Result<Taken, EngineError> {
        let key = self.key(name).await?;
        for part in [&secret.namespace, &secret.name] {
            checked_label(part)?;
        }
        let (host, port) = host_and_port(&key.record.target)?;
        let known: Vec<String> = self.known_hosts().await.of(&host, port).into_iter().map(|key| key.line).collect();
        if known.is_empty() {
            return Err(EngineError::Invalid {
                message: format!("no host key of {host} is trusted yet, and Flux wants them in the Secret"),
                hint: format!("look at them and confirm: sluice host trust {}", authority(&host, port)),
            });
        }
        let Login::SshKey { private_key, passphrase, .. } = self.login_of(&key.record).await? else {
            return Err(EngineError::NotFound { what: "private key", name: name.to_owned(), nearest: Vec::new() });
        };
        Ok(Taken { key, private_key, passphrase, known })
    }

    /// What a place means: a source's name, an address, or `host[:port][/path]`.
    pub(crate) fn key_place(&self, place: &str) -> Result<KeyPlace, EngineError> {
        let place = place.trim();
        let of = |url: &RemoteUrl| {
            if url.scheme() == Scheme::File {
                return Err(EngineError::Invalid {
                    message: format!("{url} is a folder, which no key opens"),
                    hint: "name a repository at a Git host".to_owned(),
                });
            }
            Ok(KeyPlace { target: credential_target(url), url: Some(url.clone()) })
        };
        if let Some(source) = self.settings().sources.iter().find(|source| source.name == place) {
            return of(&source.url);
        }
        let is_address = place.contains("://") || place.contains('@');
        if is_address {
            let url = RemoteUrl::parse(place).map_err(|cause| EngineError::git(place, cause.into()))?;
            return of(&url);
        }
        let target = crate::credential::checked_target(place)?;
        let url = target.contains('/').then(|| RemoteUrl::parse(&format!("ssh://git@{target}")).ok()).flatten();
        Ok(KeyPlace { target, url })
    }
}

fn view_of(record: CredentialRecord) -> Result<KeyView, EngineError> {
    let line = record.public_key.as_deref().unwrap_or_default();
    let public = SshPublicKey::read(line);
    let what = format!("for {}", record.target);
    Ok(KeyView { public: public.map_err(|cause| EngineError::Key { what, hint: None, cause })?, record })
}

/// The host and the SSH port of a target.
pub(crate) fn host_and_port(target: &str) -> Result<(String, u16), EngineError> {
    let place = target.split('/').next().unwrap_or_default();
    let url = RemoteUrl::parse(&format!("ssh://git@{place}/x"));
    let url = url.map_err(|cause| EngineError::git(place, cause.into()))?;
    Ok((url.host().to_owned(), url.port().unwrap_or(22)))
}

/// `host`, or `host:port` where it is not SSH's own.
pub(crate) fn authority(host: &str, port: u16) -> String {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    if port == 22 { host } else { format!("{host}:{port}") }
}

/// A name as Kubernetes has them (RFC 1123).
fn checked_label(text: &str) -> Result<(), EngineError> {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let at_ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = text.len() <= 253 && text.chars().all(inside) && text.starts_with(at_ends) && text.ends_with(at_ends);
    if fits {
        return Ok(());
    }
    Err(EngineError::Invalid {
        message: format!("`{}` is no name of a Secret or namespace", text.escape_debug()),
        hint: "use lower-case letters, digits, `-` and `.`".to_owned(),
    })
}

/// The Secret. Everything but the passphrase is in lines that YAML takes as they are; that is quoted as in JSON.
fn secret_yaml(
    secret: &SecretName,
    private_key: &Secret,
    public: &str,
    known_hosts: &[String],
    passphrase: Option<&Secret>,
) -> Secret {
    let private = private_key.expose_str().unwrap_or_default();
    // Allocated once: a buffer that grows leaves copies behind.
    let mut yaml =
        Zeroizing::new(String::with_capacity(private.len() * 2 + public.len() + 4096 + known_hosts.len() * 1024));
    let SecretName { namespace, name } = secret;
    // Writing to a text cannot fail.
    let _ = write!(
        yaml,
        "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\ntype: Opaque\nstringData:\n"
    );
    let mut field = |name: &str, lines: &mut dyn Iterator<Item = &str>| {
        let _ = writeln!(yaml, "  {name}: |");
        for line in lines {
            let _ = writeln!(yaml, "    {line}");
        }
    };
    field("identity", &mut private.lines());
    field("identity.pub", &mut public.lines());
    field("known_hosts", &mut known_hosts.iter().map(String::as_str));
    if let Some(passphrase) = passphrase.and_then(|phrase| phrase.expose_str().ok()) {
        let quoted = Zeroizing::new(serde_json::to_string(passphrase).unwrap_or_default());
        let _ = writeln!(yaml, "  password: {}", quoted.as_str());
    }
    Secret::new(yaml.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_the_one_that_flux_reads() {
        let secret = SecretName { namespace: "flux-system".into(), name: "fleet".into() };
        let key = Secret::new("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
        let hosts = ["github.com ssh-ed25519 AAAA".to_owned(), "github.com ssh-rsa BBBB".to_owned()];
        let yaml =
            secret_yaml(&secret, &key, "ecdsa-sha2-nistp521 CCCC me", &hosts, Some(&Secret::new("a: \"b\"\\ #c")));
        let text = yaml.expose_str().expect("it is text");
        assert_eq!(
            text,
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: fleet\n  namespace: flux-system\ntype: Opaque\nstringData:\n  \
             identity: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    AAAA\n    -----END OPENSSH PRIVATE KEY-----\n  \
             identity.pub: |\n    ecdsa-sha2-nistp521 CCCC me\n  known_hosts: |\n    github.com ssh-ed25519 AAAA\n    \
             github.com ssh-rsa BBBB\n  password: \"a: \\\"b\\\"\\\\ #c\"\n"
        );
    }

    #[test]
    fn names_of_secrets_are_checked() {
        for name in ["flux-system", "a", "my.secret-1"] {
            assert!(checked_label(name).is_ok(), "{name}");
        }
        for name in ["", "Flux", "a b", "-a", "a-", "a\nb: c", &"x".repeat(254)] {
            assert!(checked_label(name).is_err(), "{name}");
        }
    }
}
