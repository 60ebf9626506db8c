//! Registries for tests: Debian's docker-registry in its variants, a token server, and a fake of the wire for what no
//! real registry can be made to say.

mod authority;
mod docker;
mod image;
mod jwt;
mod tokens;
mod wire;

pub use authority::{Authority, Certified};
pub use docker::{DockerAuth, DockerOptions, DockerRegistry, DockerTls};
pub use image::{Image, Rendered, index};
pub use tokens::{TokenOptions, TokenServer};
pub use wire::{Challenge, WireOptions, WireRegistry};
