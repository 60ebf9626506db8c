//! Images that could have a marker and have none.

use super::{Findings, Scene, id, place};
use crate::catalogue::Placed;
use crate::diagnosis::{Code, Fix};
use crate::flux::{ImagePolicy, ImageRepository, Kind};
use crate::image::ImageName;
use crate::key::ObjectKey;
use crate::marker::{ImageField, MarkerRef};
use std::collections::{BTreeMap, BTreeSet};

/// The policies of the image repositories, by the image's canonical name.
type Scanned<'c> = BTreeMap<String, (&'c Placed<ImageRepository>, Vec<&'c Placed<ImagePolicy>>)>;

/// Returns the policies for which a marker is offered.
pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) -> BTreeSet<ObjectKey> {
    let scanned = scanned(scene);
    let mut offered = BTreeSet::new();
    if scanned.is_empty() {
        return offered;
    }
    let unmarked = scene.here.images.iter().filter(|image| !image.is_marked && is_run(image));
    for image in unmarked {
        let name = ImageName::parse(&image.image).ok().map(|name| name.canonical());
        let Some((repository, policies)) = name.and_then(|name| scanned.get(&name)) else { continue };
        if has_marker_beside(scene, image) {
            continue;
        }
        let message = format!("{} has no marker, though {} scans it", image.image, repository.meta.key);
        let marker = |policy: &ImagePolicy| MarkerRef { policy: policy.meta.key.clone(), field: image.field };
        let (hint, fix) = match policies.as_slice() {
            [] => {
                (format!("add an ImagePolicy for {} and a marker, if it is to be updated", repository.meta.key), None)
            }
            [policy] => {
                let marker = marker(policy);
                let add = Fix::AddMarker {
                    file: image.file.to_string(),
                    line: image.line,
                    column: image.column,
                    marker: marker.clone(),
                };
                (
                    format!("add # {{\"$imagepolicy\": \"{marker}\"}}, if it is to be updated; `sluice mark` does"),
                    Some(add),
                )
            }
            several => {
                let names: Vec<_> = several.iter().map(|policy| marker(policy).to_string()).collect();
                (format!("choose one of {} for a marker, if it is to be updated", names.join(", ")), None)
            }
        };
        offered.extend(policies.iter().map(|policy| policy.meta.key.clone()));
        findings
            .tell(
                Code::MarkerMissing,
                place(&image.file, (image.line, image.column)),
                id(Kind::ImageRepository, &repository.meta.key),
                message,
                hint,
            )
            .with_fix(fix);
    }
    offered
}

/// Whether a marker that does nothing stands on the line or beside it; that is told of there.
fn has_marker_beside(scene: &Scene<'_>, image: &Placed<ImageField>) -> bool {
    scene.here.ignored.iter().any(|ignored| ignored.file == image.file && ignored.line.abs_diff(image.line) <= 1)
}

/// Whether the field is what runs; an ImageRepository names an image too.
fn is_run(image: &ImageField) -> bool {
    !image.object.api_version.starts_with(Kind::ImageRepository.group())
}

fn scanned<'c>(scene: &Scene<'c>) -> Scanned<'c> {
    let mut scanned = Scanned::new();
    for repository in scene.image_repositories() {
        let (_, policies) = scanned.entry(repository.image.canonical()).or_insert((repository, Vec::new()));
        policies.extend(scene.policies().filter(|policy| policy.image_repository == repository.meta.key));
    }
    scanned
}
