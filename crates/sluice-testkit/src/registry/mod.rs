//! Registries for tests: Debian's docker-registry in its variants, a token server, and a fake of the wire for what no
//! real registry can be made to say.

mod authority;

pub use authority::{Authority, Certified};
