//! Credentials: those that Sluice keeps, and those that are on the machine already.
//!
//! Two things live here, and neither knows the store, the registries or Git:
//!
//! - [`Vault`] keeps a [`Login`] in the operating system's keychain under an [`ItemName`]. A keychain that is locked or
//!   missing is a state with words ([`KeychainState`]), never a reason to write a secret into a file.
//! - [`Machine`] finds what a person set up for other programs: docker's and podman's configuration with their
//!   credential helpers, Git's credential helpers, `~/.netrc`, the GitHub and GitLab command lines, the ssh agent and
//!   `~/.ssh`. It is used where it is found and copied nowhere; [`Found::origin`] says where that is.
//!
//! A secret is a [`sluice_core::Secret`] from the moment it is read. What a helper prints reaches no error, log, argument
//! or environment; what it complains about is shown only after everything that could be a secret was taken out.
//!
//! To extend: a keychain is a file in `keychain/`; a place where other programs keep credentials is a file in
//! `machine/` and an [`OriginKind`].

mod envelope;
mod error;
mod item;
pub mod keychain;
mod login;
mod machine;
mod process;
#[cfg(test)]
mod properties;
mod vault;
mod words;

pub use error::{HelperProblem, VaultError};
pub use item::ItemName;
pub use keychain::{KeychainState, PassphrasePrompt};
pub use login::{Found, GitHubApp, Installation, Login, Offers, OriginKind};
pub use machine::{AgentKey, DockerEntry, Machine, docker_entries};
pub use process::no_core_files;
pub use vault::{Patience, Vault};
