//! What runs where: Flux's objects, workloads and pods of Kubernetes clusters, watched and reduced to what a release
//! needs ([`sluice_core::cluster`]), and the few writes that a person may ask for.
//!
//! [`Kubeconfigs`] lists the contexts of a person's kubeconfig files; [`Cluster`] is a connection to one of them:
//! [`Cluster::probe`] asks how it is, [`Cluster::snapshot`] reads everything once, [`Cluster::watch`] keeps it up to
//! date, [`Cluster::request_reconcile`] and its neighbours write. Every request has a time limit, and nothing ever waits
//! for a terminal: credential plugins run without one.
//!
//! The crate knows the core and no other adapter. Kubernetes' words stay inside: whoever calls sees the core's values
//! and [`KubeError`]. Objects are read tolerantly, so that older and newer servers are understood alike.
//!
//! To add a kind of Flux's: a variant of [`LiveKind`](sluice_core::cluster::LiveKind), its plural in `served.rs`, what is
//! read of it in `reduce/flux.rs`.

mod access;
mod apply;
mod bootstrap;
mod call;
mod error;
mod group;
mod kubeconfig;
mod kustomize;
mod plugin;
mod reduce;
mod role;
mod secret;
mod served;
mod snapshot;
mod watch;
mod wire;
mod write;

pub use access::{ClusterAccess, Surroundings};
pub use apply::{Applier, Difference, Inventory, InventoryPlace, ManifestId, PLAIN_VERSION, in_order};
pub use bootstrap::{Bootstrap, BootstrapEnd, bootstrap};
pub use call::{Cluster, Probe};
pub use error::KubeError;
pub use kubeconfig::{Context, Kubeconfigs, SignIn};
pub use kustomize::build;
pub use role::{Right, Rights, role_manifest};
pub use secret::{LiveSecret, SecretWritten};
pub use served::Served;
pub use watch::{Health, HealthState, KubeErrorWords, Watching};
