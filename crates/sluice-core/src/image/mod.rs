//! Image names, tags and digests.
