//! HTTP/1.1 for tests, by hand and on threads: a server that can also misbehave, a small client and a forward proxy.
//!
//! They are written on sockets because no proper library can be made to send what a test of bad servers needs, and on
//! threads so that they serve tests with and without an async runtime alike.

mod client;
mod message;
mod proxy;
mod server;
mod socks;

pub use client::{Answer, HttpClient};
pub use message::{Body, Reply, Request};
pub use proxy::ForwardProxy;
pub use server::HttpServer;
pub use socks::SocksProxy;

pub(crate) use message::read_head;
