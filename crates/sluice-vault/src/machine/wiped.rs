//! Secret texts on their way out of JSON and YAML.

use serde::{Deserialize, Deserializer};
use sluice_core::Secret;
use zeroize::Zeroizing;

/// A text that is wiped when it is dropped and does not show itself.
#[derive(Default)]
pub(super) struct Wiped(Zeroizing<String>);

impl Wiped {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn secret(&self) -> Secret {
        Secret::new(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Wiped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl std::fmt::Debug for Wiped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
