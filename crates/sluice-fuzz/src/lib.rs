//! What fuzzing holds the readers of foreign bytes to: one function a target, which panics where a promise is broken.
//!
//! The fuzzer calls them (`fuzz/fuzz_targets`, one line each), and so does a test of this crate on the seeds and on
//! mutations of them, so that what fuzzing knows is checked wherever the tests run. It depends on the crates that read,
//! and nothing depends on it. To add a target: a function, a line in [`TARGETS`], a file in `fuzz/fuzz_targets`, a
//! section in `fuzz/Cargo.toml`, and seeds in `fuzz/seeds`; the test names what is missing.

pub mod flux;
pub mod git;
pub mod image;
pub mod marker;
pub mod policy;
pub mod registry;
pub mod template;

/// A target's function.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("commit_template", template::commit_template),
    ("flux_resources", flux::flux_resources),
    ("git_address", git::git_address),
    ("image_reference", image::image_reference),
    ("known_hosts", git::known_hosts),
    ("manifest", registry::manifest),
    ("marker_rewrite", marker::marker_rewrite),
    ("paging_link", registry::paging_link),
    ("policy", policy::policy),
    ("regexp", policy::regexp),
    ("sign_in_challenge", registry::sign_in_challenge),
    ("tag_list", registry::tag_list),
    ("version_range", policy::version_range),
];

/// The bytes as text, as far as they are.
pub(crate) fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// The first line, and what follows it.
pub(crate) fn head(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}
