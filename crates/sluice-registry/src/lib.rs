//! A client of the OCI distribution API: tags, digests and what an image says about itself.
//!
//! It knows the domain ([`sluice_core`]) and the wire, nothing else: credentials, certificates and proxies arrive as
//! arguments ([`Access`]), nothing is stored on disk, and no other adapter is known here. Every answer of a registry is
//! foreign input: it is bounded in size, pages and time, and a wrong one ends in a [`RegistryError`] that names the
//! host, the cause and the next step.
//!
//! Start at [`RegistryClient`]. To extend:
//! - a way of signing in: a file in `auth/`, an arm in `auth/mod.rs`;
//! - a kind of answer: a file in `answer/` with a pure function from bytes to a type, and a property test;
//! - a registry's peculiarity of addresses: `host/endpoint.rs`.

mod access;
pub mod answer;
mod auth;
mod client;
mod error;
mod host;
mod knock;
mod listing;
mod manifest;
mod network;
mod operation;
mod options;
mod rate_limit;
mod redact;
mod reports;
mod scheme;
mod transport;
mod verify;
mod words;

pub use access::{Access, ClientIdentity, Credential, ProxyAddress};
pub use answer::image::{Description, ImageDescription, Platform};
pub use answer::tags::{RefusedTag, RefusedTags};
pub use client::{Reference, RegistryClient};
pub use error::{PagingProblem, Place, RegistryError};
pub use options::{ClientOptions, Limits, ProxyRule, Retries};
pub use rate_limit::RateLimit;
pub use reports::{PingReport, SignIn, SignInKind, TagList, TagListing};
pub use verify::{Demand, Keyless, TrustRoot, TrustRootProblem, Verification, VerifyKey, VerifyKeyProblem};
