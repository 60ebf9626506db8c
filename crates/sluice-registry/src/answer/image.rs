//! Manifests, indexes and configurations: what an image says about itself (OCI image specification; Docker image
//! manifest version 2, schema 2).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, Unexpected};
use serde::{Deserialize, Deserializer};
use sluice_core::image::Digest;

use crate::words::cleaned;

/// The kinds of manifests that are asked for (`Accept`).
pub const MANIFEST_TYPES: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// What was found out about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Description {
    /// The tag points at a digest that the caller knows already; nothing more was fetched.
    Known(Digest),
    /// The digest is new to the caller.
    New(Box<ImageDescription>),
}

impl Description {
    /// The digest that the tag points at.
    pub fn digest(&self) -> &Digest {
        match self {
            Self::Known(digest) => digest,
            Self::New(image) => &image.digest,
        }
    }
}

/// What an image says about itself. A digest never changes its content, so this never changes either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDescription {
    /// The digest of the manifest, or of the index where there are several platforms.
    pub digest: Digest,
    /// The media type of what has that digest.
    pub media_type: String,
    /// When the publisher says that it was made. Year 1, which means "not said", is left out.
    pub created: Option<Timestamp>,
    /// The platforms; attestations are no platforms.
    pub platforms: Vec<Platform>,
    /// The compressed size in bytes of layers and configuration, of [`ImageDescription::described`].
    pub size_bytes: Option<u64>,
    /// The platform that `created`, `size_bytes` and `labels` were read from.
    pub described: Option<Digest>,
    /// The configuration's labels.
    pub labels: BTreeMap<String, String>,
    /// The annotations of the index and of the manifest; the manifest's win.
    pub annotations: BTreeMap<String, String>,
    /// The kind of artifact, where it is no image to run (`artifactType` or the configuration's media type).
    pub artifact_type: Option<String>,
}

/// A platform an image runs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Platform {
    /// `linux`, `windows`, …
    pub os: String,
    /// `amd64`, `arm64`, …
    pub architecture: String,
    /// `v7`, … or nothing.
    pub variant: String,
    /// The manifest for this platform, where there is an index.
    pub digest: Option<Digest>,
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        if self.variant.is_empty() { Ok(()) } else { write!(f, "/{}", self.variant) }
    }
}

/// A manifest or an index, as far as Sluice looks at it. Unknown fields are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manifest {
    /// The media type that the content names itself.
    pub media_type: Option<String>,
    /// The kind of artifact.
    pub artifact_type: Option<String>,
    /// The configuration, of a manifest.
    pub config: Option<Descriptor>,
    /// The layers, of a manifest.
    pub layers: Option<Vec<Descriptor>>,
    /// The manifests, of an index.
    pub manifests: Option<Vec<Descriptor>>,
    /// Annotations.
    pub annotations: Option<BTreeMap<String, Option<String>>>,
}

/// A reference to content (OCI image specification, "Content descriptors").
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The kind of content.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub media_type: String,
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub size: u64,
    /// Its platform, in an index.
    pub platform: Option<DescribedPlatform>,
    /// Annotations.
    pub annotations: Option<BTreeMap<String, Option<String>>>,
}

/// A platform as an index writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DescribedPlatform {
    #[serde(deserialize_with = "null_is_empty")]
    os: String,
    #[serde(deserialize_with = "null_is_empty")]
    architecture: String,
    variant: Option<String>,
}

/// An image's configuration, as far as Sluice looks at it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Configuration {
    created: Option<String>,
    #[serde(deserialize_with = "null_is_empty")]
    os: String,
    #[serde(deserialize_with = "null_is_empty")]
    architecture: String,
    variant: Option<String>,
    config: Option<RunConfiguration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct RunConfiguration {
    labels: Option<Texts>,
}

/// Labels or annotations. Go, which registries and builders are written in, reads `null` as the empty text.
type Texts = BTreeMap<String, Option<String>>;

fn null_is_empty<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads a manifest or an index.
///
/// # Errors
/// When it is not JSON of that shape.
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, serde_json::Error> {
    object(bytes)
}

/// serde would take an array for an object, too: its first item for the first field.
fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    match bytes.trim_ascii_start().first() {
        Some(b'[') => Err(serde::de::Error::invalid_type(Unexpected::Seq, &"an object")),
        _ => serde_json::from_slice(bytes),
    }
}

/// Reads a configuration.
///
/// # Errors
/// When it is not JSON of that shape.
pub fn read_configuration(bytes: &[u8]) -> Result<Configuration, serde_json::Error> {
    object(bytes)
}

impl Manifest {
    /// Whether it is an index of manifests.
    pub fn is_index(&self) -> bool {
        self.manifests.is_some() && self.config.is_none()
    }

    /// The index's manifests that are images for a platform. Attestations, which BuildKit stores beside them with the
    /// platform `unknown/unknown`, are not.
    pub fn images(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().flatten().filter(|entry| {
            let is_attestation =
                entry.annotations.as_ref().is_some_and(|all| all.contains_key("vnd.docker.reference.type"));
            let is_unknown = entry.platform.as_ref().is_some_and(|platform| platform.os == "unknown");
            !is_attestation && !is_unknown
        })
    }

    /// The image of an index that stands for all: linux/amd64 where there is one, else the first.
    pub fn preferred_image(&self) -> Option<&Descriptor> {
        let is_preferred = |entry: &&Descriptor| {
            entry.platform.as_ref().is_some_and(|platform| platform.os == "linux" && platform.architecture == "amd64")
        };
        self.images().find(is_preferred).or_else(|| self.images().next())
    }

    /// The platforms of an index.
    pub fn platforms(&self) -> Vec<Platform> {
        let with_platform =
            |entry: &Descriptor| entry.platform.as_ref().map(|platform| platform.named(Some(entry.digest.clone())));
        self.images().filter_map(with_platform).take(MOST_ENTRIES).collect()
    }

    /// The compressed size of layers and configuration in bytes; nothing for an index.
    pub fn size_bytes(&self) -> Option<u64> {
        let layers = self.layers.as_ref()?.iter().map(|layer| layer.size);
        Some(layers.chain(self.config.iter().map(|config| config.size)).fold(0, u64::saturating_add))
    }

    /// The annotations, fit to be shown.
    pub fn shown_annotations(&self) -> BTreeMap<String, String> {
        shown(self.annotations.as_ref())
    }
}

impl DescribedPlatform {
    fn named(&self, digest: Option<Digest>) -> Platform {
        platform(&self.os, &self.architecture, self.variant.as_deref(), digest)
    }
}

impl Configuration {
    /// When the image was made.
    pub fn created(&self) -> Option<Timestamp> {
        moment(self.created.as_deref()?)
    }

    /// The platform, if it names one.
    pub fn platform(&self, digest: Option<Digest>) -> Option<Platform> {
        (!self.os.is_empty()).then(|| platform(&self.os, &self.architecture, self.variant.as_deref(), digest))
    }

    /// The labels, fit to be shown.
    pub fn labels(&self) -> BTreeMap<String, String> {
        shown(self.config.as_ref().and_then(|config| config.labels.as_ref()))
    }
}

/// A moment as builders write it. Go's zero time is how they write "not set".
pub fn moment(text: &str) -> Option<Timestamp> {
    let moment: Timestamp = text.parse().ok()?;
    (moment.as_second() > -62_135_596_800 + 86_400).then_some(moment)
}

fn platform(os: &str, architecture: &str, variant: Option<&str>, digest: Option<Digest>) -> Platform {
    Platform {
        os: cleaned(os, 40),
        architecture: cleaned(architecture, 40),
        variant: cleaned(variant.unwrap_or_default(), 40),
        digest,
    }
}

/// The most platforms, labels or annotations that are kept, and the most characters of a label's name and value.
const MOST_ENTRIES: usize = 256;
const LONGEST_KEY: usize = 256;
const LONGEST_VALUE: usize = 4096;

fn shown(all: Option<&Texts>) -> BTreeMap<String, String> {
    let entries = all.into_iter().flatten().take(MOST_ENTRIES);
    let value = |value: &Option<String>| cleaned(value.as_deref().unwrap_or_default(), LONGEST_VALUE);
    entries.map(|(key, text)| (cleaned(key, LONGEST_KEY), value(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(c: char) -> String {
        format!("sha256:{}", c.to_string().repeat(64))
    }

    #[test]
    fn an_index_names_its_platforms_and_not_its_attestations() {
        let text = format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
                {{"digest":"{}","size":1,"platform":{{"os":"linux","architecture":"arm","variant":"v7"}}}},
                {{"digest":"{}","size":1,"platform":{{"os":"linux","architecture":"amd64"}}}},
                {{"digest":"{}","size":1,"platform":{{"os":"unknown","architecture":"unknown"}},
                  "annotations":{{"vnd.docker.reference.type":"attestation-manifest"}}}}]}}"#,
            hex('a'),
            hex('b'),
            hex('c'),
        );
        let index = read_manifest(text.as_bytes()).expect("an index");
        assert!(index.is_index());
        let names: Vec<String> = index.platforms().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["linux/arm/v7", "linux/amd64"]);
        assert_eq!(index.preferred_image().map(|entry| entry.digest.to_string()), Some(hex('b')));
        assert_eq!(index.size_bytes(), None);
    }

    #[test]
    fn a_manifest_weighs_its_layers_and_configuration() {
        let text = format!(
            r#"{{"config":{{"digest":"{}","size":5}},"layers":[{{"digest":"{}","size":10}},{{"digest":"{}","size":18446744073709551615}}]}}"#,
            hex('a'),
            hex('b'),
            hex('c'),
        );
        let manifest = read_manifest(text.as_bytes()).expect("a manifest");
        assert!(!manifest.is_index());
        assert_eq!(manifest.size_bytes(), Some(u64::MAX));
        assert!(read_manifest(br#"{"config":{"digest":"nonsense"}}"#).is_err());
    }

    #[test]
    fn a_configuration_says_when_and_for_what_it_was_made() {
        let cases = [
            (r#"{"created":"2026-11-20T10:00:00.5Z"}"#, Some("2026-11-20T10:00:00.5Z")),
            (r#"{"created":"2026-11-20T12:00:00+02:00"}"#, Some("2026-11-20T10:00:00Z")),
            (r#"{"created":"1970-01-01T00:00:00Z"}"#, Some("1970-01-01T00:00:00Z")),
            (r#"{"created":"0001-01-01T00:00:00Z"}"#, None),
            (r#"{"created":"yesterday"}"#, None),
            (r#"{"created":null}"#, None),
            ("{}", None),
        ];
        for (text, expected) in cases {
            let created = read_configuration(text.as_bytes()).expect(text).created();
            assert_eq!(created.map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
        let labelled = read_configuration(
            "{\"os\":\"linux\",\"architecture\":\"arm64\",\"config\":{\"Labels\":{\"a\":\"b\u{202e}c\\u0007\"}}}"
                .as_bytes(),
        )
        .expect("a configuration");
        assert_eq!(labelled.labels(), BTreeMap::from([("a".into(), "bc".into())]));
        assert_eq!(labelled.platform(None).map(|p| p.to_string()).as_deref(), Some("linux/arm64"));
        assert!(read_configuration(br#"{"config":{"Labels":null}}"#).expect("a configuration").labels().is_empty());
    }

    #[test]
    fn null_is_read_as_go_reads_it() {
        let configuration = read_configuration(br#"{"os":null,"architecture":null,"config":{"Labels":{"a":null}}}"#);
        let configuration = configuration.expect("a configuration");
        assert_eq!(configuration.labels(), BTreeMap::from([("a".into(), String::new())]));
        assert_eq!(configuration.platform(None), None);
        let entry = format!(
            r#"{{"digest":"{}","size":null,"mediaType":null,"annotations":{{"b":null}},"platform":{{"os":null,"architecture":null}}}}"#,
            hex('a')
        );
        let index = read_manifest(format!(r#"{{"manifests":[{entry}],"annotations":{{"a":null}}}}"#).as_bytes());
        let index = index.expect("an index");
        assert_eq!((index.images().count(), index.shown_annotations().len()), (1, 1));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, created: String) {
            let _ = read_manifest(&bytes);
            let _ = read_configuration(&bytes);
            let _ = Configuration { created: Some(created), ..Configuration::default() }.created();
        }
    }
}
