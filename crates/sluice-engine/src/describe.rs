//! What is known of one tag: what it points at, and what that image says of itself.

use jiff::Timestamp;
use sluice_core::flux::ImageRepository;
use sluice_core::image::{Digest, Tag};
use sluice_registry::{Description, ImageDescription, Reference};
use sluice_store::{ImageDetail, StoredTag};

use crate::{Engine, EngineError};

/// What is known of one tag.
#[derive(Debug)]
pub struct TagFacts {
    /// When it was seen; nothing when no scan ever listed it.
    pub seen: Option<StoredTag>,
    /// What it points at now, or pointed at when it was last looked up.
    pub digest: Option<Digest>,
    /// What it pointed at, newest first, with when that was first seen.
    pub digests: Vec<(Digest, Timestamp)>,
    /// What the image says of itself.
    pub detail: Option<ImageDetail>,
    /// Why the registry could not be asked; what was known before is given all the same.
    pub problem: Option<EngineError>,
}

impl Engine {
    /// Looks a tag up. The registry is asked where the tag points; what a digest says of itself is fetched once ever.
    ///
    /// # Errors
    /// When the database fails. A registry that does not answer is a fact, not an error.
    pub async fn tag_facts(
        &self,
        source: &str,
        repository: &ImageRepository,
        tag: &Tag,
    ) -> Result<TagFacts, EngineError> {
        let key = &repository.meta.key;
        let mut problem = None;
        let mut detail = None;
        match self.describe(source, repository, tag).await {
            Ok(found) => detail = found,
            Err(error @ EngineError::Store(_)) => return Err(error),
            Err(error) => problem = Some(error),
        }
        let digest = self.store().digest_of(source, key, tag).await?;
        if let (None, Some(digest)) = (&detail, &digest) {
            detail = self.store().image_detail(digest).await?;
        }
        Ok(TagFacts {
            seen: self.store().seen_tag(source, key, tag).await?,
            digests: self.store().digests_of(source, key, tag).await?,
            digest,
            detail,
            problem,
        })
    }

    async fn describe(
        &self,
        source: &str,
        repository: &ImageRepository,
        tag: &Tag,
    ) -> Result<Option<ImageDetail>, EngineError> {
        let key = &repository.meta.key;
        let last = self.store().digest_of(source, key, tag).await?;
        let kept = match &last {
            Some(digest) => self.store().image_detail(digest).await?,
            None => None,
        };
        let is_kept = kept.is_some();
        let known = |digest: &Digest| is_kept && Some(digest) == last.as_ref();
        let access = self.registry_access(repository).await?;
        let found = self.shared.registry.describe(&repository.image, Reference::Tag(tag), &access, &known).await?;
        self.store().record_digest(source, key, tag, found.digest(), self.now()).await?;
        match found {
            Description::Known(_) => Ok(kept),
            Description::New(image) => {
                let digest = image.digest.clone();
                let detail = detail_of(*image);
                self.store().remember_image_detail(&digest, &detail).await?;
                Ok(Some(detail))
            }
        }
    }
}

fn detail_of(image: ImageDescription) -> ImageDetail {
    ImageDetail {
        created: image.created,
        platforms: image.platforms.iter().map(ToString::to_string).collect(),
        size: image.size_bytes,
        labels: image.labels,
    }
}
