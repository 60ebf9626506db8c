//! Logins for SSH: the agent, and the private keys that ssh itself would use.

mod agent;
mod config;
mod private_key;

use std::path::{Path, PathBuf};

use sluice_core::Secret;

use super::Machine;
use super::git::Address;
use crate::{Found, Login, Offers, OriginKind, VaultError};
pub use agent::AgentKey;
use private_key::PrivateKey;

/// The largest private key file: 16,384 bits of RSA have 13 kB.
const LARGEST_KEY: usize = 64 * 1024;

impl Machine {
    /// What this machine's user and the machine itself know about hosts: `~/.ssh/known_hosts`, `~/.ssh/known_hosts2` and
    /// the machine's `ssh_known_hosts`, one after the other. A file that is missing or cannot be read adds nothing.
    pub async fn known_hosts_text(&self) -> String {
        let own = ["known_hosts", "known_hosts2"].map(|name| self.in_home(Path::new(".ssh").join(name)));
        let system = ["ssh_known_hosts", "ssh_known_hosts2"].map(|name| Some(self.0.system_ssh.join(name)));
        let mut text = String::new();
        for path in own.into_iter().chain(system).flatten() {
            match self.read(&path).await {
                Ok(Some(contents)) => {
                    text.push_str(&String::from_utf8_lossy(contents.expose()));
                    if !text.ends_with('\n') {
                        text.push('\n');
                    }
                }
                Ok(None) => {}
                Err(problem) => tracing::warn!(%problem, "known hosts are not read"),
            }
        }
        text
    }

    /// The agent, when it is there and holds a key.
    pub(super) async fn of_ssh_agent(&self) -> Offers {
        let Some(keys) = self.agent_keys().await else { return Offers::default() };
        if keys.is_empty() {
            return Offers::default();
        }
        let origin = format!("ssh agent ({})", keys.join(", "));
        Offers { found: vec![Found::new(OriginKind::SshAgent, origin, Login::SshAgent)], problems: Vec::new() }
    }

    /// The private keys that ssh would use for a host, where they lie.
    pub(super) async fn of_ssh_keys(&self, address: &Address) -> Offers {
        let mut offers = Offers::default();
        for path in self.identities(address).await {
            match self.key_file(&path).await {
                Ok(found) => offers.found.extend(found),
                Err(problem) => offers.problems.push(problem),
            }
        }
        offers
    }

    async fn key_file(&self, path: &Path) -> Result<Option<Found>, VaultError> {
        let Some(private_key) = self.read_up_to(path, LARGEST_KEY).await? else { return Ok(None) };
        let wrong = |words: &str| VaultError::File { path: self.shown(path), entry: None, words: words.to_owned() };
        let key = PrivateKey::of(&private_key).map_err(wrong)?;
        // The key itself is in a device, which only ssh can ask.
        if key.is_in_a_device {
            return Ok(None);
        }
        let beside = self.read_up_to(&with_pub(path), LARGEST_KEY).await.ok().flatten();
        let beside = beside.as_ref().and_then(one_line);
        let login = Login::SshKey { private_key, public_key: key.public.or(beside), passphrase: None };
        let found = Found::new(OriginKind::SshKeyFile, self.shown(path), login);
        Ok(Some(Found { needs_passphrase: key.is_encrypted, ..found }))
    }
}

fn with_pub(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn one_line(contents: &Secret) -> Option<String> {
    let line = contents.expose_str().ok()?.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
