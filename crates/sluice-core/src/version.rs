//! Versions as Masterminds/semver reads them.
