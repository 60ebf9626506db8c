//! Repositories as plain folders: what `sluice set`, `lint` and `mark` work on, without Git and without a network.
//!
//! Blocking functions. [`Folder::open`] lists the files that Flux would look at; [`Folder::facts`] reads what they say,
//! [`set_images`] and [`mark`] work out [`Changes`], and nothing is written before [`Changes::write`]. Memory is
//! bounded: a file beyond [`LARGEST_FILE`] is not read but reported where it mentions a marker, and changes beyond
//! [`MOST_CHANGES`] are refused. To add a way of changing a folder: a file here that ends in [`Changes`].

mod changes;
mod error;
mod facts;
mod mark;
mod read;
mod set;
mod spread;
mod walk;

pub use changes::{Change, Changes, MOST_CHANGES};
pub use error::FolderError;
pub use facts::{FolderFacts, Unread};
pub use mark::{Mark, Marks, Undecided, Wanted, mark};
pub use read::LARGEST_FILE;
pub use set::{FileEdits, Rewritten, set_images};
pub use walk::Folder;
