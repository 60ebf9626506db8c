//! Small images as registries keep them: a layer, a configuration, a manifest.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What an image will say about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    created: String,
    platform: String,
    labels: Vec<(String, String)>,
    annotations: Vec<(String, String)>,
    layer: Vec<u8>,
}

/// An image, or an index of images, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The manifest's or index's media type.
    pub media_type: &'static str,
    /// The manifest or index.
    pub manifest: Vec<u8>,
    /// Its digest.
    pub digest: String,
    /// The blobs that it needs, by digest; none for an index.
    pub blobs: Vec<(String, Vec<u8>)>,
    /// The compressed size of configuration and layers in bytes; nothing for an index.
    pub size: u64,
    /// `os/architecture[/variant]`; empty for an index.
    pub platform: String,
}

/// The media types in use.
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

impl Image {
    /// An image for linux/amd64 with this moment (RFC 3339) of creation.
    pub fn new(created: &str) -> Self {
        Self {
            created: created.to_owned(),
            platform: "linux/amd64".to_owned(),
            labels: Vec::new(),
            annotations: Vec::new(),
            layer: b"a layer".to_vec(),
        }
    }

    /// For another platform: `os/architecture[/variant]`.
    #[must_use]
    pub fn platform(self, platform: &str) -> Self {
        Self { platform: platform.to_owned(), ..self }
    }

    /// With a label in its configuration.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an annotation on its manifest.
    #[must_use]
    pub fn annotation(mut self, name: &str, value: &str) -> Self {
        self.annotations.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these bytes as its only layer.
    #[must_use]
    pub fn layer(self, bytes: impl Into<Vec<u8>>) -> Self {
        Self { layer: bytes.into(), ..self }
    }

    /// The image as bytes. The same image always gives the same bytes.
    pub fn render(&self) -> Rendered {
        let mut config = platform(&self.platform);
        config["created"] = self.created.clone().into();
        config["config"] = json!({ "Labels": object(&self.labels) });
        config["rootfs"] = json!({ "type": "layers", "diff_ids": [digest(&self.layer)] });
        let config = config.to_string().into_bytes();
        let mut manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config),
            "layers": [descriptor(LAYER, &self.layer)],
        });
        if !self.annotations.is_empty() {
            manifest["annotations"] = object(&self.annotations);
        }
        let manifest = manifest.to_string().into_bytes();
        Rendered {
            media_type: MANIFEST,
            digest: digest(&manifest),
            manifest,
            size: (config.len() + self.layer.len()) as u64,
            blobs: vec![(digest(&config), config), (digest(&self.layer), self.layer.clone())],
            platform: self.platform.clone(),
        }
    }
}

/// An index of images, one a platform.
pub fn index(images: &[Rendered]) -> Rendered {
    let entry = |image: &Rendered| {
        let mut entry = descriptor(image.media_type, &image.manifest);
        entry["platform"] = platform(&image.platform);
        entry
    };
    let entries: Vec<Value> = images.iter().map(entry).collect();
    let manifest = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }).to_string().into_bytes();
    Rendered {
        media_type: INDEX,
        digest: digest(&manifest),
        manifest,
        blobs: Vec::new(),
        size: 0,
        platform: String::new(),
    }
}

/// `sha256:` and the hash of the bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

pub(super) fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

fn platform(text: &str) -> Value {
    let mut parts = text.split('/');
    let mut platform = json!({ "os": parts.next(), "architecture": parts.next() });
    if let Some(variant) = parts.next() {
        platform["variant"] = variant.into();
    }
    platform
}

fn object(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect()
}
