//! What is suspended on purpose, and perhaps forgotten.

use super::{Findings, Scene, id, place};
use crate::diagnosis::Code;
use crate::flux::{Kind, Meta};

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    let here = scene.here;
    let repositories =
        here.image_repositories.values().map(|one| (&one.file, Kind::ImageRepository, &one.meta, one.suspend));
    let policies = here.policies.values().map(|one| (&one.file, Kind::ImagePolicy, &one.meta, one.suspend));
    let automations =
        here.automations.values().map(|one| (&one.file, Kind::ImageUpdateAutomation, &one.meta, one.suspend));
    let sources = here.git_repositories.values().map(|one| (&one.file, Kind::GitRepository, &one.meta, one.suspend));
    let kustomizations =
        here.kustomizations.values().map(|one| (&one.file, Kind::Kustomization, &one.meta, one.suspend));
    let all = repositories.chain(policies).chain(automations).chain(sources).chain(kustomizations);
    for (file, kind, meta, _) in all.filter(|(_, _, _, suspended)| *suspended) {
        tell(file, kind, meta, findings);
    }
}

fn tell(file: &str, kind: Kind, meta: &Meta, findings: &mut Findings) {
    let consequence = match kind {
        Kind::ImageRepository => "its tags are not looked for",
        Kind::ImagePolicy => "its choice is not applied",
        Kind::ImageUpdateAutomation => "it writes nothing",
        Kind::GitRepository => "the cluster does not fetch it",
        Kind::Kustomization => "the cluster does not apply it",
    };
    findings.tell(
        Code::Suspended,
        place(file, (meta.line, meta.column)),
        id(kind, &meta.key),
        format!("{kind} {} is suspended: {consequence}", meta.key),
        "remove spec.suspend when it is to go on",
    );
}
