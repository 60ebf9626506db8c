//! Digests, and what images say about themselves.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use sha2::Digest as _;
use sluice_core::image::{Digest, Tag};

use crate::answer::image::{
    Configuration, Description, Descriptor, ImageDescription, MANIFEST_TYPES, Manifest, moment, read_configuration,
    read_manifest,
};
use crate::client::Reference;
use crate::error::RegistryError;
use crate::host::Lane;
use crate::operation::{Answer, Ask, Operation, texts};
use crate::words::cleaned;

/// A manifest that was fetched, with the digest its bytes have.
pub(crate) struct Fetched {
    pub(crate) manifest: Manifest,
    digest: Digest,
    media_type: String,
}

/// Configurations that describe an image to run; others belong to other artifacts (Helm charts, signatures).
const IMAGE_CONFIGURATIONS: [&str; 3] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json", ""];

impl Operation<'_> {
    pub(crate) async fn digest(&self, tag: &Tag) -> Result<Digest, RegistryError> {
        match self.digest_by_head(tag).await? {
            Some(digest) => Ok(digest),
            None => Ok(self.manifest(Reference::Tag(tag)).await?.digest),
        }
    }

    /// Nothing where the registry does not answer HEAD, or does not say a digest.
    async fn digest_by_head(&self, tag: &Tag) -> Result<Option<Digest>, RegistryError> {
        let path = self.manifest_path(tag.as_str());
        match self.exchange(&manifest_ask(Method::HEAD, &path, tag.as_str(), 0)).await {
            Ok(answer) => Ok(self.claimed_digest(&answer)),
            Err(RegistryError::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn claimed_digest(&self, answer: &Answer) -> Option<Digest> {
        Digest::parse(texts(&answer.headers, "docker-content-digest").next()?.trim()).ok()
    }

    fn manifest_path(&self, reference: &str) -> String {
        format!("{}/manifests/{reference}", self.repository.as_deref().unwrap_or_default())
    }

    pub(crate) async fn manifest(&self, reference: Reference<'_>) -> Result<Fetched, RegistryError> {
        let path = self.manifest_path(reference.as_str());
        let limit = self.shared.options.limits.manifest_bytes;
        let answer = self.exchange(&manifest_ask(Method::GET, &path, reference.as_str(), limit)).await?;
        let digest = match (reference, self.claimed_digest(&answer)) {
            (Reference::Digest(digest), _) => digest.clone(),
            (Reference::Tag(_), Some(claimed)) => claimed,
            (Reference::Tag(_), None) => sha256(&answer.body),
        };
        self.verify(&answer, &digest)?;
        let manifest = read_manifest(&answer.body).map_err(|error| self.unreadable(&answer, "manifest", &error))?;
        let header = texts(&answer.headers, CONTENT_TYPE.as_str()).next();
        let media_type = manifest.media_type.as_deref().or(header).unwrap_or_default();
        let media_type = cleaned(media_type.split(';').next().unwrap_or_default(), 200);
        Ok(Fetched { manifest, digest, media_type })
    }

    async fn configuration(&self, descriptor: &Descriptor) -> Result<Configuration, RegistryError> {
        let repository = self.repository.as_deref().unwrap_or_default();
        let path = format!("{repository}/blobs/{}", descriptor.digest);
        let answer = self
            .exchange(&Ask {
                accept: "*/*",
                what: "configuration",
                ..manifest_ask(Method::GET, &path, descriptor.digest.as_str(), self.shared.options.limits.config_bytes)
            })
            .await?;
        self.verify(&answer, &descriptor.digest)?;
        read_configuration(&answer.body).map_err(|error| self.unreadable(&answer, "configuration", &error))
    }

    fn unreadable(&self, answer: &Answer, what: &'static str, error: &serde_json::Error) -> RegistryError {
        RegistryError::BadAnswer { at: self.at(&answer.url), what, words: self.words(&error.to_string()) }
    }

    /// Content is what its digest says (OCI distribution specification, "Pulling manifests").
    pub(crate) fn verify(&self, answer: &Answer, expected: &Digest) -> Result<(), RegistryError> {
        let actual = match expected.algorithm() {
            "sha512" => format!("sha512:{:x}", sha2::Sha512::digest(&answer.body)),
            "sha384" => format!("sha384:{:x}", sha2::Sha384::digest(&answer.body)),
            _ => sha256(&answer.body).to_string(),
        };
        if actual == expected.as_str() {
            return Ok(());
        }
        Err(RegistryError::DigestMismatch { at: self.at(&answer.url), expected: expected.to_string(), actual })
    }

    pub(crate) async fn describe(
        &self,
        reference: Reference<'_>,
        known: &(dyn Fn(&Digest) -> bool + Sync),
    ) -> Result<Description, RegistryError> {
        let digest = match reference {
            Reference::Digest(digest) => Some(digest.clone()),
            Reference::Tag(tag) => self.digest_by_head(tag).await?,
        };
        if let Some(digest) = digest.as_ref().filter(|digest| known(digest)) {
            return Ok(Description::Known(digest.clone()));
        }
        let top = match &digest {
            Some(digest) => self.manifest(Reference::Digest(digest)).await?,
            None => self.manifest(reference).await?,
        };
        if known(&top.digest) {
            return Ok(Description::Known(top.digest));
        }
        Ok(Description::New(Box::new(self.described(top).await?)))
    }

    async fn described(&self, top: Fetched) -> Result<ImageDescription, RegistryError> {
        let mut description = ImageDescription {
            platforms: top.manifest.platforms(),
            annotations: top.manifest.shown_annotations(),
            artifact_type: top.manifest.artifact_type.as_deref().map(|kind| cleaned(kind, 200)),
            digest: top.digest.clone(),
            media_type: top.media_type.clone(),
            created: None,
            size_bytes: None,
            described: None,
            labels: BTreeMap::new(),
        };
        let image = match top.manifest.preferred_image().filter(|_| top.manifest.is_index()) {
            Some(entry) => self.manifest(Reference::Digest(&entry.digest)).await?,
            None => top,
        };
        description.annotations.extend(image.manifest.shown_annotations());
        description.size_bytes = image.manifest.size_bytes();
        match &image.manifest.config {
            Some(config) if IMAGE_CONFIGURATIONS.contains(&config.media_type.as_str()) => {
                let configuration = self.configuration(config).await?;
                description.created = configuration.created();
                description.labels = configuration.labels();
                if description.platforms.is_empty() {
                    description.platforms.extend(configuration.platform(None));
                }
            }
            Some(config) if description.artifact_type.is_none() => {
                description.artifact_type = Some(cleaned(&config.media_type, 200));
            }
            _ => {}
        }
        if description.created.is_none() {
            let annotation = description.annotations.get("org.opencontainers.image.created");
            description.created = annotation.and_then(|text| moment(text));
        }
        description.described = Some(image.digest);
        Ok(description)
    }
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest::parse(&format!("sha256:{:x}", sha2::Sha256::digest(bytes))).expect("64 hexadecimal digits make a digest")
}

pub(crate) fn manifest_ask<'q>(method: Method, path: &'q str, reference: &'q str, limit: usize) -> Ask<'q> {
    // HEAD does not count as a pull at Docker Hub.
    let lane = if method == Method::HEAD { Lane::Listing } else { Lane::Pull };
    Ask {
        method,
        url: None,
        path,
        accept: MANIFEST_TYPES,
        if_none_match: None,
        lane,
        limit,
        what: "manifest",
        reference: Some(reference),
    }
}
