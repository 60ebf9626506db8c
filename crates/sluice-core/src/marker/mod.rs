//! The `$imagepolicy` markers: grammar, finding them, rewriting the value they stand behind.
