//! What one file says, worked out once for each content.

use crate::flux::{self, FACTS_VERSION as FLUX_VERSION, FileResources};
use crate::marker::{self, FileMarkers, ImageField};
use serde::{Deserialize, Serialize};

/// Version of [`FileFacts`]. A remembered value of another version is read again.
pub const FACTS_VERSION: u32 = FLUX_VERSION * 100 + 1;

/// What one file says: Flux's resources, markers, and images that could carry a marker. It depends on the bytes alone,
/// so it is remembered by the file's blob id and a file that did not change is never read again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Flux's resources and what is wrong with them.
    #[serde(default, skip_serializing_if = "has_no_resources")]
    pub flux: FileResources,
    /// The markers, and those that do nothing.
    #[serde(default, skip_serializing_if = "has_no_markers")]
    pub markers: FileMarkers,
    /// Values that name an image, marked or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageField>,
}

impl FileFacts {
    /// Reads a file. Any bytes are taken; what cannot be read is among the problems. Cheap for files that mention none
    /// of the words that matter: their bytes are searched and nothing is parsed.
    pub fn read(bytes: &[u8]) -> Self {
        let mut facts = Self::default();
        if flux::mentions_flux(bytes) {
            facts.flux = flux::read(bytes);
        }
        if marker::mentions_marker(bytes) {
            facts.markers = marker::find(bytes);
        }
        if marker::mentions_image(bytes) {
            facts.images = marker::images(bytes);
        }
        facts
    }

    /// Whether the file says nothing that matters here.
    pub fn is_empty(&self) -> bool {
        has_no_resources(&self.flux) && has_no_markers(&self.markers) && self.images.is_empty()
    }
}

fn has_no_resources(found: &FileResources) -> bool {
    found.resources.is_empty() && found.refused.is_empty() && found.problems.is_empty()
}

fn has_no_markers(found: &FileMarkers) -> bool {
    found.markers.is_empty() && found.ignored.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_for_what_it_mentions_and_survives_being_remembered() {
        let deployment =
            b"kind: Deployment\nspec:\n  image: ghcr.io/a/b:1.0.0 # {\"$imagepolicy\": \"flux-system:b\"}\n";
        let facts = FileFacts::read(deployment);
        assert_eq!(facts.markers.markers.len(), 1);
        assert_eq!(facts.images.len(), 1);
        assert!(facts.flux.resources.is_empty());
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<FileFacts>(&json).unwrap(), facts);
        assert!(FileFacts::read(b"kind: Service\n").is_empty());
        assert!(FileFacts::read(&[0xff, 0xfe, 0x00]).is_empty());
    }
}
