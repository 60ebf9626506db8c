//! Logins for Git: over HTTP from Git's helpers, the forges' command lines and `~/.netrc`; over SSH from the agent and
//! `~/.ssh`.

mod address;
mod forge;
mod helper;
mod netrc;

use super::Machine;
use crate::{Offers, VaultError};

pub(super) use address::Address;
use address::Transport;

impl Machine {
    /// Everything on the machine that could sign in at a Git remote, in the order in which to try it.
    ///
    /// `url` is what Git takes: `https://host/path`, `ssh://user@host:port/path`, `user@host:path`. For a folder, and for
    /// an address that names no host, there is nothing. Over HTTP Git's own credential helpers come first, then `gh` and
    /// `glab`, then `~/.netrc`; over SSH the agent, then the private keys that ssh would use.
    pub async fn git_logins(&self, url: &str) -> Offers {
        let address = match Address::parse(url) {
            Ok(Some(address)) => address,
            Ok(None) => return Offers::default(),
            Err(words) => return Offers { problems: vec![VaultError::Address { words }], ..Offers::default() },
        };
        let mut offers = Offers::default();
        match address.transport {
            Transport::Http | Transport::Https => {
                offers.append(self.of_git_helpers(&address).await);
                // Tokens of the forges' command lines are never sent in the clear.
                if address.transport == Transport::Https {
                    offers.append(self.of_forge_programs(&address).await);
                }
                offers.append(self.of_netrc(&address).await);
            }
            Transport::Ssh => {
                offers.append(self.of_ssh_agent().await);
                offers.append(self.of_ssh_keys(&address).await);
            }
        }
        offers
    }
}
