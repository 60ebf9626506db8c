//! Scanning: which tags an image has now.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::flux::ImageRepository;
use sluice_registry::TagListing;
use sluice_store::ScanResult;

use crate::{Engine, EngineError, Event};

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanReport {
    /// The source.
    pub source: String,
    /// The image repository.
    pub repository: ObjectKey,
    /// Its image.
    pub image: String,
    /// Tags in the registry.
    pub total: usize,
    /// New ones, by name.
    pub added: Vec<String>,
    /// Those that are gone.
    pub gone: Vec<String>,
    /// Whether it was the first scan of this image.
    pub is_first: bool,
    /// Whether the registry may have held tags back.
    pub may_be_truncated: bool,
    /// When it ended.
    pub at: Timestamp,
}

impl ScanReport {
    /// Whether the set of tags is another one than before.
    pub fn is_changed(&self) -> bool {
        self.is_first || !self.added.is_empty() || !self.gone.is_empty()
    }
}

impl Engine {
    /// Looks for the tags of an image repository now.
    ///
    /// # Errors
    /// When the registry cannot be asked; tags known before stay in use. Suspended image repositories are
    /// [`EngineError::Invalid`].
    pub async fn scan(&self, source: &str, repository: &ImageRepository) -> Result<ScanReport, EngineError> {
        if repository.suspend {
            return Err(EngineError::Invalid {
                message: format!("ImageRepository {} is suspended", repository.meta.key),
                hint: "set spec.suspend to false in Git".to_owned(),
            });
        }
        let _turn = self.shared.scans.acquire().await.map_err(|_| EngineError::Stopped)?;
        let outcome = self.scan_now(source, repository).await;
        let key = &repository.meta.key;
        if let Err(error) = &outcome
            && !matches!(error, EngineError::Stopped | EngineError::Store(_))
        {
            let image = repository.image.as_written();
            self.store().record_scan_failure(source, key, image, self.now(), &error.to_string()).await?;
        }
        let failure = outcome.as_ref().err().filter(|error| !matches!(error, EngineError::Store(_)));
        self.heard(&registry_subject(repository.image.registry()), failure).await?;
        if let Ok(report) = &outcome
            && report.is_changed()
        {
            let (added, gone) = (report.added.clone(), report.gone.clone());
            self.tell(Event::TagsChanged { source: source.to_owned(), repository: key.clone(), added, gone });
        }
        self.tell(Event::Scanned { source: source.to_owned(), repository: key.clone() });
        outcome
    }

    async fn scan_now(&self, source: &str, repository: &ImageRepository) -> Result<ScanReport, EngineError> {
        let key = &repository.meta.key;
        let state = self.store().image_state(source, key).await?;
        let state = state.filter(|state| state.image == repository.image.as_written());
        let access = self.registry_access(repository).await?;
        let etag = state.as_ref().and_then(|state| state.etag.as_deref());
        let listing = self.shared.registry.list_tags(&repository.image, &access, etag).await?;
        let at = self.now();
        let mut report = ScanReport {
            source: source.to_owned(),
            repository: key.clone(),
            image: repository.image.as_written().to_owned(),
            total: state.as_ref().map_or(0, |state| state.tag_count),
            added: Vec::new(),
            gone: Vec::new(),
            is_first: false,
            may_be_truncated: false,
            at,
        };
        let list = match listing {
            TagListing::NotModified => {
                self.store().record_unchanged(source, key, at).await?;
                return Ok(report);
            }
            TagListing::Tags(list) => list,
        };
        if let Some(limit) = list.rate_limit {
            self.note_limit(repository.image.registry(), limit);
        }
        if list.may_be_truncated {
            tracing::warn!(image = report.image, "the registry may have held tags back");
        }
        report.may_be_truncated = list.may_be_truncated;
        let scan = ScanResult { image: report.image.clone(), tags: list.tags, etag: list.etag, at };
        let outcome = self.store().record_scan(source, key, scan).await?;
        let names = |tags: &[sluice_core::image::Tag]| tags.iter().map(ToString::to_string).collect::<Vec<_>>();
        report.total = outcome.total;
        report.is_first = outcome.is_first;
        report.gone = names(&outcome.gone);
        report.added = names(&outcome.added);
        report.added.extend(names(&outcome.returned));
        Ok(report)
    }
}

/// The subject of a registry's heartbeat.
pub(crate) fn registry_subject(host: &str) -> String {
    format!("registry {host}")
}
