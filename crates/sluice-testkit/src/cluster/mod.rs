//! A Kubernetes cluster of the test's own: etcd, kube-apiserver, controllers and scheduler on loopback, a stand-in for
//! its nodes ([`FakeKubelet`]) and one for Flux's controllers ([`FluxStandIn`]).
//!
//! The programs come from where `cargo xtask cluster` has put them. What is real: the API server with its watches,
//! conflicts, server-side apply and RBAC, and the controllers that make replica sets and pods. What is not: nothing ever
//! runs in the pods.

mod crds;
mod flux;
mod kubelet;
mod manifests;
mod programs;
mod seed;
mod server;

pub use flux::FluxStandIn;
pub use kubelet::FakeKubelet;
pub use server::{ClusterOptions, TestCluster, User};
