//! The checks, one file a group. Each looks at [`Scene`] and tells what it finds to [`Findings`].

mod automations;
mod images;
mod markers;
mod policies;
mod scene;
mod suspended;
mod written;

use super::{Code, Diagnosis, Fix, Place, Severity, Surroundings};
use crate::catalogue::Catalogue;
use crate::flux::{Kind, ResourceId};
use crate::key::ObjectKey;
use scene::Scene;

/// Everything that is wrong with a repository or worth knowing, in the order of files, lines and columns. Each cause is
/// told once, where it is mended best.
pub fn diagnose(catalogue: &Catalogue, around: &Surroundings<'_>) -> Vec<Diagnosis> {
    let scene = Scene::new(catalogue, around);
    let mut findings = Findings::default();
    written::check(&scene, &mut findings);
    // A policy that a marker has probably meant, or that a marker is offered for, is not called unused as well.
    let mut told = markers::check(&scene, &mut findings);
    told.extend(images::check(&scene, &mut findings));
    policies::check(&scene, &told, &mut findings);
    automations::check(&scene, &mut findings);
    suspended::check(&scene, &mut findings);
    findings.in_order()
}

/// The resource of a key.
fn id(kind: Kind, key: &ObjectKey) -> ResourceId {
    ResourceId { kind, namespace: key.namespace.clone(), name: key.name.clone() }
}

fn place(file: &str, (line, column): (u32, u32)) -> Place {
    Place { file: file.to_owned(), line, column }
}

/// What has been told so far.
#[derive(Default)]
struct Findings(Vec<Diagnosis>);

impl Findings {
    /// Tells something, with the code's own severity.
    fn tell(
        &mut self,
        code: Code,
        place: Place,
        object: ResourceId,
        message: String,
        hint: impl Into<String>,
    ) -> &mut Diagnosis {
        self.add(Diagnosis {
            code,
            severity: code.severity(),
            place: Some(place),
            object: Some(object),
            message,
            hint: hint.into(),
            fix: None,
        })
    }

    fn add(&mut self, diagnosis: Diagnosis) -> &mut Diagnosis {
        let at = self.0.len();
        self.0.push(diagnosis);
        &mut self.0[at]
    }

    fn in_order(mut self) -> Vec<Diagnosis> {
        let key = |found: &Diagnosis| (found.place.clone(), found.code, found.message.clone());
        self.0.sort_by_cached_key(key);
        self.0.dedup_by(|later, first| {
            later.place == first.place && later.code == first.code && later.message == first.message
        });
        self.0
    }
}

impl Diagnosis {
    fn with_severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    fn with_fix(&mut self, fix: Option<Fix>) -> &mut Self {
        self.fix = fix;
        self
    }
}

/// `1 marker`, `3 markers`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
