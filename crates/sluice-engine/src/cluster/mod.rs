//! Clusters: which there are, what they say, how far a release has come in each, and what may be asked of them.
//!
//! What a cluster says is never kept on disk: a process that runs for long keeps up by watching, one that answers a
//! single question reads once. What is kept is how far each release came ([`sluice_store::Rollout`]), so that following
//! goes on after a restart.

mod act;
mod admin;
mod desk;
mod follow;
mod standing;
mod trail;

pub use admin::{ClusterStatus, NewCluster};
pub(crate) use desk::Clusters;
pub use desk::Sight;
pub(crate) use standing::InCluster;
