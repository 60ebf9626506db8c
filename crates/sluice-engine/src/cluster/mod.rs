//! Clusters: which there are, what they say, how far a release has come in each, and what may be asked of them.
//!
//! What a cluster says is never kept on disk: a process that runs for long keeps up by watching, one that answers a
//! single question reads once. What is kept is how far each release came ([`sluice_store::Rollout`]), so that following
//! goes on after a restart.

mod act;
mod admin;
mod bootstrap;
mod borrowed;
mod compare;
mod desk;
mod follow;
mod lookalike;
mod past;
mod plain;
mod rivals;
mod standing;
mod stuck;
mod trail;
mod writers;

pub(crate) use act::refuse_read_only;
pub use admin::{ClusterStatus, NewCluster};
pub use bootstrap::{BootstrapCheck, BootstrapPlan, BootstrapWish, Bootstrapped};
pub use compare::{Difference, DifferenceKind};
pub(crate) use desk::Clusters;
pub use desk::Sight;
pub use lookalike::Lookalike;
pub use past::{Ran, RanIn};
pub use plain::{ApplyAction, ApplyPlan, ApplyStep};
pub use standing::{InCluster, Sights};
pub use stuck::StuckRelease;
pub(crate) use writers::Place;
pub use writers::{HandOver, HandOverNote, HandOverStep, Writer};

/// The version of the objects that stand for what Sluice itself has applied in a cluster without Flux.
pub const PLAIN: &str = sluice_kube::PLAIN_VERSION;
