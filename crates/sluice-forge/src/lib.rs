//! What Git hosts offer beside Git: deploy keys and tokens of apps, over the REST interfaces of GitHub, GitLab, Gitea and Forgejo.
//!
//! It knows the core and HTTP, nothing else: tokens, certificates and proxies arrive as arguments ([`ForgeAccess`]). A
//! token travels in a header to the interface's own address and nowhere else; redirects to other places are told, not
//! followed. What a forge says is foreign input: it is bounded in size and time, and a refusal ends in a [`ForgeError`]
//! with the forge's own words.
//!
//! Start at [`Forge`]. To add a forge: a file in `dialect/` with its addresses and forms, and its line in [`ForgeKind`].

mod access;
mod app;
mod deploy_key;
mod detect;
mod dialect;
mod error;
mod forge;
mod kind;
mod wire;

pub use access::ForgeAccess;
pub use app::{APP_USER, AppKey, AppToken, InstalledAt, app_token};
pub use deploy_key::{DeployKey, NewDeployKey};
pub use detect::detect;
pub use error::ForgeError;
pub use forge::{Forge, Registered};
pub use kind::{ForgeKind, Place};
