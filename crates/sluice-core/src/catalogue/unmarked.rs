//! Images that could have a marker and have none.

use super::{Catalogue, Placed};
use crate::flux::{ImagePolicy, ImageRepository, Kind};
use crate::image::ImageName;
use crate::marker::ImageField;
use std::collections::BTreeMap;

/// An image without a marker that some ImageRepository scans.
#[derive(Debug, Clone)]
pub struct Unmarked<'c> {
    /// Where it stands.
    pub image: &'c Placed<ImageField>,
    /// The first of the image repositories that scan it, by key.
    pub repository: &'c ImageRepository,
    /// The policies that choose among its tags, by key.
    pub policies: Vec<&'c ImagePolicy>,
}

impl Catalogue {
    /// The values that name an image to run and carry no marker: not the `image` of Flux's own resources, and none that
    /// has a marker beside it that does nothing, because that is told of already.
    pub fn images_without_marker(&self) -> impl Iterator<Item = &Placed<ImageField>> {
        self.images.iter().filter(|image| {
            let is_run = !image.object.api_version.starts_with(Kind::ImageRepository.group());
            let beside = |line: u32| line.abs_diff(image.line) <= 1;
            let mut ignored = self.ignored.iter().filter(|ignored| ignored.file == image.file);
            !image.is_marked && is_run && !ignored.any(|ignored| beside(ignored.line))
        })
    }

    /// The images of this repository that some image repository scans, here or `elsewhere`, and that have no marker.
    pub fn unmarked<'c>(&'c self, elsewhere: &[&'c Catalogue]) -> Vec<Unmarked<'c>> {
        let everywhere = || std::iter::once(self).chain(elsewhere.iter().copied());
        let policies: Vec<&ImagePolicy> =
            everywhere().flat_map(|one| one.policies.values()).map(|placed| &placed.value).collect();
        let mut scanned: BTreeMap<String, (&'c ImageRepository, Vec<&'c ImagePolicy>)> = BTreeMap::new();
        for repository in everywhere().flat_map(|one| one.image_repositories.values()) {
            let (_, choosing) = scanned.entry(repository.image.canonical()).or_insert((&repository.value, Vec::new()));
            choosing.extend(policies.iter().filter(|policy| policy.image_repository == repository.meta.key));
        }
        if scanned.is_empty() {
            return Vec::new();
        }
        let matched = self.images_without_marker().filter_map(|image| {
            let name = ImageName::parse(&image.image).ok()?;
            let (repository, policies) = scanned.get(&name.canonical())?;
            Some(Unmarked { image, repository, policies: policies.clone() })
        });
        matched.collect()
    }
}
