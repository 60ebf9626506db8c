//! The reader of Flux's resources.

use sluice_core::flux::{mentions_flux, read};

/// Any bytes as a file of a repository: every problem and resource has a place inside the file.
pub fn flux_resources(bytes: &[u8]) {
    let found = read(bytes);
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u32 + 1;
    for problem in &found.problems {
        assert!(problem.line >= 1 && problem.line <= lines, "line {} of {lines}: {problem:?}", problem.line);
        assert!(problem.column >= 1, "{problem:?}");
    }
    for resource in &found.resources {
        let meta = resource.meta();
        assert!(meta.line >= 1 && meta.line <= lines, "line {} of {lines}", meta.line);
    }
    if !mentions_flux(bytes) {
        assert!(found.resources.is_empty(), "a resource that the cheap look does not see");
    }
}
