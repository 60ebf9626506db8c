//! The domain of Sluice: image names, tags, policies, markers, Flux resources, commit messages, plans and gates.
//!
//! Everything here is a pure function or a value. The crate does no I/O, spawns nothing, reads no clock and no
//! environment: the present moment, file contents and tag lists are arguments. Adapters (registry, git, store, vault)
//! know this crate and never each other; `sluice-engine` brings them together.
//!
//! Where a rule comes from somebody else (Flux's API, go-containerregistry, Masterminds/semver, Go's `regexp`,
//! `text/template`, YAML) the item that carries it says so.
//!
//! To extend: a policy kind is a file in [`policy`]; a diagnosis is a variant in [`diagnosis`]; a resource is a file in
//! [`flux`].

pub mod catalogue;
pub mod cluster;
pub mod diagnosis;
pub mod duration;
pub mod export;
pub mod flux;
pub mod image;
pub mod key;
pub mod marker;
pub mod policy;
pub mod regexp;
pub mod release;
pub mod schedule;
pub mod secret;
pub mod template;
pub mod version;
pub mod words;

pub use key::ObjectKey;
pub use secret::Secret;
