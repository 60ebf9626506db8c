//! A cluster on loopback until Ctrl-C, with a stand-in for nodes: `cargo xtask cluster --run`.
//!
//! `SLUICE_CLUSTER_REPOSITORY=URL=PATH` adds a stand-in for Flux that takes the address for the bare repository there.

#![allow(clippy::print_stdout)] // The path of the kubeconfig is its product.

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    use sluice_testkit::cluster::{FakeKubelet, FluxStandIn, TestCluster};

    let cluster = TestCluster::start();
    let _kubelet = FakeKubelet::start(&cluster);
    let repository = std::env::var("SLUICE_CLUSTER_REPOSITORY").unwrap_or_default();
    let _flux = repository.rsplit_once('=').map(|(url, path)| FluxStandIn::start(&cluster, url, path.as_ref()));
    println!("{}", cluster.kubeconfig("admin", "test").display());
    cluster.block_on(async {
        let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("signals");
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        }
    });
}
