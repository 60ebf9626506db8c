//! What the UI is shown and what it may send: one file a screen, apart from the domain's own types.
//!
//! JSON is camelCase; moments are RFC 3339 texts in UTC; spans are whole seconds; commits and digests are whole. Text that
//! comes from strangers (tags, labels, commit messages, what remotes say) stays text. English words come with a code and
//! fields that say the same, so that the UI can say it in its own language.

pub mod activity;
pub mod cluster;
pub mod common;
pub mod credential;
pub mod diagnosis;
pub mod error;
pub mod event;
pub mod gate;
pub mod images;
pub mod import;
pub mod inbox;
pub mod key;
pub mod policy;
pub mod proposal;
pub mod release;
pub mod review;
pub mod settings;
pub mod shell;
pub mod signature;
pub mod source;
pub mod timeline;
pub mod vault;
pub mod why;
