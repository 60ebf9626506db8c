//! Image names, tags and digests, by the rules of go-containerregistry's `name` package (weak validation), which is
//! what Flux reads `spec.image` with, and of the OCI distribution specification.

mod digest;
mod name;
mod reference;
mod tag;

pub use digest::{Digest, DigestError};
pub use name::{ImageName, ImageNameError};
pub use reference::{ImageRef, ImageRefError};
pub use tag::{Tag, TagError};
