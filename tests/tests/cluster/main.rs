//! The journeys that end in a cluster: from a pushed tag to the pod that runs, and what happens when it does not.
//!
//! Each test starts a Kubernetes cluster of its own beside the registry and the Git server, with a stand-in for nodes and
//! one for Flux's controllers, and drives the real binary. To add one: a function in the file whose subject it is.

#![cfg(unix)]

#[path = "../journeys/support/mod.rs"]
#[allow(dead_code)] // What only the journeys without a cluster use.
mod support;

mod demo;
mod plain;
mod secrets;
mod several;
mod stage;
mod trail;
mod window;
mod writers;
