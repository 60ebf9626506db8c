//! Reading one file, within bounds.

use super::walk::{Folder, Found};
use sluice_core::marker::mentions_marker;
use std::fs::{File, Metadata};
use std::io::{self, Read};

/// The most bytes of a file that are read, 16 MiB. Manifests that large are generated, and nobody marks them by hand.
pub const LARGEST_FILE: u64 = 16 * 1024 * 1024;
/// Bytes of a larger file that are looked at together.
const PIECE: u64 = 1024 * 1024;

/// What became of a file.
pub(super) enum Content {
    /// The buffer holds it; the metadata is from before it was read, so that any change since shows.
    Whole(Metadata),
    /// It is beyond the bound.
    TooLarge {
        /// Whether it mentions a marker anywhere.
        mentions_marker: bool,
    },
    /// The link leads to nothing that can be read as a file.
    Nothing,
}

/// Reads a file into the buffer. A link is read only to see whether what it leads to is marked.
pub(super) fn read(folder: &Folder, found: &Found, buffer: &mut Vec<u8>) -> io::Result<Content> {
    let path = folder.root().join(&found.path);
    if found.is_link {
        // Opening a pipe would wait for ever, and a link may lead to one.
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            _ => return Ok(Content::Nothing),
        }
    }
    let mut file = File::open(&path)?;
    let metadata = file.metadata()?;
    if metadata.len() > LARGEST_FILE {
        return Ok(Content::TooLarge { mentions_marker: mentions(&mut file)? });
    }
    buffer.clear();
    // One byte more than it said, so that the end shows without growing the buffer.
    buffer.reserve(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    // A file may grow while it is read.
    file.take(LARGEST_FILE).read_to_end(buffer)?;
    Ok(Content::Whole(metadata))
}

/// Whether a file mentions a marker anywhere. Reads it in pieces.
fn mentions(file: &mut File) -> io::Result<bool> {
    /// A mention may lie across two pieces.
    const OVERLAP: usize = 64;
    let mut piece = Vec::new();
    loop {
        let kept = piece.len();
        file.by_ref().take(PIECE).read_to_end(&mut piece)?;
        if mentions_marker(&piece) {
            return Ok(true);
        }
        if piece.len() == kept {
            return Ok(false);
        }
        piece.drain(..piece.len() - OVERLAP.min(piece.len()));
    }
}
