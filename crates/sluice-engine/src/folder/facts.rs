//! What the files of a folder say.

use super::read::{Content, LARGEST_FILE, read};
use super::spread::spread;
use super::walk::{Folder, Found};
use sluice_core::catalogue::{Catalogue, FileFacts};
use sluice_core::marker::{FileMarkers, IgnoredMarker, Reason, ignore_all};
use std::io;

/// What a folder says.
#[derive(Debug)]
pub struct FolderFacts {
    /// The files that say something, by path.
    pub files: Vec<(String, FileFacts)>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// A file or folder that could not be read.
#[derive(Debug)]
pub struct Unread {
    /// Path in the folder, with `/`.
    pub file: String,
    /// The operating system's word.
    pub cause: io::Error,
}

impl FolderFacts {
    /// The files' facts joined.
    pub fn catalogue(&self) -> Catalogue {
        Catalogue::build(self.files.iter().map(|(path, facts)| (path.as_str(), facts)))
    }
}

impl Folder {
    /// Reads what every file says. What cannot be read is among the result.
    pub fn facts(&self) -> FolderFacts {
        let unlisted = |(file, cause): &(String, io::Error)| Unread {
            file: file.clone(),
            cause: io::Error::new(cause.kind(), cause.to_string()),
        };
        let mut facts = FolderFacts { files: Vec::new(), unread: self.unlisted.iter().map(unlisted).collect() };
        let read = spread(&self.files, Vec::new, |buffer, found| match facts_of(self, found, buffer) {
            Ok(facts) if facts.is_empty() => None,
            Ok(facts) => Some(Ok((found.name(), facts))),
            Err(cause) => Some(Err(Unread { file: found.name(), cause })),
        });
        for one in read {
            match one {
                Ok(file) => facts.files.push(file),
                Err(unread) => facts.unread.push(unread),
            }
        }
        facts
    }
}

fn facts_of(folder: &Folder, found: &Found, buffer: &mut Vec<u8>) -> io::Result<FileFacts> {
    let content = read(folder, found, buffer)?;
    Ok(match without_reading(found, &content, buffer) {
        Some(ignored) => FileFacts { markers: FileMarkers { ignored, markers: Vec::new() }, ..FileFacts::default() },
        None => FileFacts::read(buffer),
    })
}

/// The markers of a file that is never edited: a link, or one beyond the bound. `None` for any other.
pub(super) fn without_reading(found: &Found, content: &Content, buffer: &[u8]) -> Option<Vec<IgnoredMarker>> {
    match content {
        Content::Nothing | Content::TooLarge { mentions_marker: false } => Some(Vec::new()),
        Content::TooLarge { mentions_marker: true } => {
            let reason = Reason::TooLarge { limit_mib: LARGEST_FILE / 1024 / 1024 };
            Some(vec![IgnoredMarker { text: "$imagepolicy".to_owned(), line: 1, column: 1, reason }])
        }
        Content::Whole(_) if found.is_link => Some(ignore_all(buffer, &Reason::SymbolicLink)),
        Content::Whole(_) => None,
    }
}
