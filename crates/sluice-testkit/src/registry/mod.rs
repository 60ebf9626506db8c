//! Registries for tests: Debian's docker-registry in its variants, a token server, and a fake of the wire for what no
//! real registry can be made to say.

mod authority;
mod cosign;
mod docker;
mod image;
mod jwt;
mod keyless;
mod tokens;
mod wire;

pub use authority::{Authority, Certified};
pub use cosign::{
    BUNDLE, ImageSignature, ImageSigner, SIGN, SignerKind, bundle_manifest, referrers, signature_manifest,
    signature_tag,
};
pub use docker::{DockerAuth, DockerOptions, DockerRegistry, DockerTls};
pub use image::{Image, Rendered, index};
pub use keyless::{KeylessSignature, Signing, Sigstore, keyless_manifest};
pub use tokens::{TokenOptions, TokenServer};
pub use wire::{Challenge, WireOptions, WireRegistry};
