//! The journeys: what a person lives through with Sluice, from one end to the other, on real parts.
//!
//! Each test is a sentence. It starts what it needs (a registry, a Git server, a keychain) on loopback, drives the real
//! binary, and looks at what is in Git afterwards. To add one: a function in the file whose subject it is.

#![cfg(unix)]

mod agent;
mod borrowed;
mod branches;
mod clock;
mod cosign;
mod credential_errors;
mod downgrade;
mod export;
mod keys;
mod killed;
mod leaks;
mod network;
mod prompts;
mod quiet;
mod races;
mod reference;
mod refusals;
mod registry;
mod rivals;
mod secrets;
mod signing;
#[allow(dead_code)] // What only the journeys into a cluster use.
mod support;
mod vault;
