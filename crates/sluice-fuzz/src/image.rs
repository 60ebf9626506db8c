//! Names of images, tags and digests; durations, which are as small.

use sluice_core::duration::GoDuration;
use sluice_core::image::{Digest, ImageName, ImageRef, Tag};

/// Any text as a reference and as each of its parts: what is taken says the same when it is written and read again.
pub fn image_reference(bytes: &[u8]) {
    let text = crate::text(bytes);
    if let Ok(reference) = ImageRef::parse(text) {
        assert_eq!(ImageRef::parse(&reference.to_string()).as_ref(), Ok(&reference));
    }
    if let Ok(name) = ImageName::parse(text) {
        assert_eq!(name.as_written(), text);
        // `library/` may make a name longer than names may be.
        if name.repository().len() <= 255 {
            let again = ImageName::parse(&name.canonical());
            assert!(again.is_ok_and(|again| again.is_same_repository(&name)), "{text} is another repository");
        }
    }
    if let Ok(tag) = Tag::parse(text) {
        assert_eq!(tag.as_str(), text);
        assert!(text.is_ascii() && text.len() <= Tag::LONGEST);
    }
    if let Ok(digest) = Digest::parse(text) {
        assert_eq!(digest.to_string(), text);
        assert_eq!(format!("{}:{}", digest.algorithm(), digest.hex()), text);
    }
    if let Ok(duration) = GoDuration::parse(text) {
        assert_eq!(GoDuration::parse(&duration.to_string()), Ok(duration));
    }
}
