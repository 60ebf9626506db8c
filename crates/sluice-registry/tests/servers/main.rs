//! The client against real registries, and against a fake of the wire for what no real one can be made to say.
//!
//! One program, because each would link the whole client again. Each error is held to what people are promised: it
//! names the host and the cause, and holds no secret and nothing that acts on a terminal ([`common::told`]).

mod common;
mod docker;
mod hostile;
mod images;
mod keyless;
mod network;
mod paging;
mod patience;
mod redirects;
mod sign_in;
mod signatures;
