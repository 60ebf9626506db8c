//! Commit messages, as Go text/template.
