//! The client itself.

use std::sync::Arc;

use sluice_core::image::{Digest, ImageName, Tag};

use crate::access::Access;
use crate::answer::image::Description;
use crate::auth::Tokens;
use crate::error::RegistryError;
use crate::host::Hosts;
use crate::operation::Operation;
use crate::options::ClientOptions;
use crate::reports::{PingReport, TagListing};
use crate::transport::Transports;
use crate::verify::{Demand, Verification};

/// A client of registries. Clones share connections, tokens and what hosts asked for; one client serves a process.
#[derive(Debug, Clone)]
pub struct RegistryClient {
    shared: Arc<Shared>,
}

/// What all operations of a client share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: ClientOptions,
    pub(crate) transports: Transports,
    pub(crate) hosts: Hosts,
    pub(crate) tokens: Tokens,
}

/// What an image is asked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'r> {
    /// A tag, which may move.
    Tag(&'r Tag),
    /// A digest, which never does.
    Digest(&'r Digest),
}

impl Reference<'_> {
    /// The reference as the API's path has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Tag(tag) => tag.as_str(),
            Self::Digest(digest) => digest.as_str(),
        }
    }
}

impl RegistryClient {
    /// Makes a client; nothing is connected to yet.
    ///
    /// # Errors
    /// [`RegistryError::NoCryptoProvider`] when the program did not install one, and [`RegistryError::Unusable`] when
    /// the proxy of the options cannot be used.
    pub fn new(options: ClientOptions) -> Result<Self, RegistryError> {
        let transports = Transports::default();
        transports.get(&options, "any registry", &Access::anonymous())?;
        let hosts = Hosts::new(options.limits.requests_per_host);
        Ok(Self { shared: Arc::new(Shared { options, transports, hosts, tokens: Tokens::default() }) })
    }

    /// Lists all tags of an image, page by page to the end (OCI distribution specification, "Listing tags"). `etag` is
    /// that of an earlier [`TagList`](crate::TagList); where the registry knows it, the answer is
    /// [`TagListing::NotModified`].
    ///
    /// # Errors
    /// Any [`RegistryError`]. A list that cannot be read to its end is an error, never a shortened list.
    pub async fn list_tags(
        &self,
        image: &ImageName,
        access: &Access,
        etag: Option<&str>,
    ) -> Result<TagListing, RegistryError> {
        let operation = Operation::new(&self.shared, image.registry(), Some(image), access)?;
        operation.within_its_time(operation.list_tags(etag)).await
    }

    /// The digest that a tag points at now: of the index, where there are several platforms. It is asked for by HEAD,
    /// which rate limits do not count; where that does not tell, the manifest is fetched and its digest computed.
    ///
    /// # Errors
    /// Any [`RegistryError`].
    pub async fn digest(&self, image: &ImageName, tag: &Tag, access: &Access) -> Result<Digest, RegistryError> {
        let operation = Operation::new(&self.shared, image.registry(), Some(image), access)?;
        operation.within_its_time(operation.digest(tag)).await
    }

    /// What an image says about itself: created, platforms, size, labels, annotations. `known` tells which digests
    /// need not be described again; for those only the tag is resolved.
    ///
    /// # Errors
    /// Any [`RegistryError`].
    pub async fn describe(
        &self,
        image: &ImageName,
        reference: Reference<'_>,
        access: &Access,
        known: &(dyn Fn(&Digest) -> bool + Sync),
    ) -> Result<Description, RegistryError> {
        let operation = Operation::new(&self.shared, image.registry(), Some(image), access)?;
        operation.within_its_time(operation.describe(reference, known)).await
    }

    /// Looks for signatures of an image by cosign and checks them. One that counts is enough.
    ///
    /// # Errors
    /// Any [`RegistryError`]; nothing is known of the signatures then.
    pub async fn verify(
        &self,
        image: &ImageName,
        digest: &Digest,
        access: &Access,
        demand: &Demand,
    ) -> Result<Verification, RegistryError> {
        let operation = Operation::new(&self.shared, image.registry(), Some(image), access)?;
        operation.within_its_time(operation.verify_signatures(digest, demand)).await
    }

    /// Knocks at a registry's API (`GET /v2/`) and signs in if it asks for that, as `docker login` does.
    ///
    /// # Errors
    /// Any [`RegistryError`]; a credential that is not taken is [`RegistryError::Unauthorized`] or
    /// [`RegistryError::SignIn`].
    pub async fn ping(&self, host: &str, access: &Access) -> Result<PingReport, RegistryError> {
        let operation = Operation::new(&self.shared, host, None, access)?;
        operation.within_its_time(operation.ping()).await
    }
}
