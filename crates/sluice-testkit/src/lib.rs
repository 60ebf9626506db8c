//! Real servers and fakes on the wire, for tests only.
//!
//! It knows none of Sluice's own crates, so that any of them can use it. Whatever it starts listens on loopback and a
//! free port, works in a temporary folder and ends with the value that stands for it, by its process id. A part that
//! the machine lacks makes the test fail with the words of what to install ([`program`]); nothing passes by skipping.
//!
//! To add a part: a folder with a runner whose constructor returns when the part is ready to be used.

#[cfg(all(unix, feature = "cluster"))]
pub mod cluster;
pub mod forge;
pub mod git;
pub mod github_app;
pub mod http;
#[cfg(unix)]
pub mod keyring;
pub mod kubernetes;
mod port;
mod process;
pub mod registry;

pub use port::free_port;
pub use process::{Running, install_crypto, program};
