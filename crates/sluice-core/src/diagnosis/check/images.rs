//! Images that could have a marker and have none.

use super::{Findings, Scene, id, place};
use crate::diagnosis::{Code, Fix};
use crate::flux::{ImagePolicy, Kind};
use crate::key::ObjectKey;
use crate::marker::MarkerRef;
use std::collections::BTreeSet;

/// Returns the policies for which a marker is offered.
pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) -> BTreeSet<ObjectKey> {
    let mut offered = BTreeSet::new();
    for unmarked in scene.here.unmarked(scene.around.elsewhere) {
        let (image, repository) = (unmarked.image, &unmarked.repository.meta.key);
        let marker = |policy: &ImagePolicy| MarkerRef { policy: policy.meta.key.clone(), field: image.field };
        let (hint, fix) = match unmarked.policies.as_slice() {
            [] => (format!("add an ImagePolicy for {repository} and a marker, if it is to be updated"), None),
            [policy] => {
                let marker = marker(policy);
                let hint =
                    format!("add # {{\"$imagepolicy\": \"{marker}\"}}, if it is to be updated; `sluice mark` does");
                let file = image.file.to_string();
                (hint, Some(Fix::AddMarker { file, line: image.line, column: image.column, marker }))
            }
            several => {
                let names: Vec<_> = several.iter().map(|policy| marker(policy).to_string()).collect();
                (format!("choose one of {} for a marker, if it is to be updated", names.join(", ")), None)
            }
        };
        offered.extend(unmarked.policies.iter().map(|policy| policy.meta.key.clone()));
        let message = format!("{} has no marker, though {repository} scans it", image.image);
        let at = place(&image.file, (image.line, image.column));
        findings.tell(Code::MarkerMissing, at, id(Kind::ImageRepository, repository), message, hint).with_fix(fix);
    }
    offered
}
