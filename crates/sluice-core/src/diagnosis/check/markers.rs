//! Markers against the policies and automations that are there.

use super::scene::Writer;
use super::{Findings, Scene, id, place};
use crate::catalogue::Placed;
use crate::diagnosis::{Code, Fix, Severity};
use crate::flux::{ImagePolicy, Kind};
use crate::key::ObjectKey;
use crate::marker::{Field, Marker, MarkerRef, Reason};
use crate::policy::DigestReflection;
use crate::release::unknown_policy;
use std::collections::{BTreeMap, BTreeSet};

/// Markers of one cause: the first of them, and how many there are.
struct Several<'c> {
    first: &'c Placed<Marker>,
    count: usize,
}

impl<'c> Several<'c> {
    fn count<K: Ord>(counts: &mut BTreeMap<K, Self>, key: K, marker: &'c Placed<Marker>) {
        counts.entry(key).or_insert(Self { first: marker, count: 0 }).count += 1;
    }
}

/// What is told once for many markers.
#[derive(Default)]
struct Causes<'c> {
    /// By refused policy.
    refused: BTreeMap<&'c ObjectKey, Several<'c>>,
    /// By the automations that write the same markers to the same branch.
    rivals: BTreeMap<Vec<&'c ObjectKey>, Several<'c>>,
    /// Without any automation; there is one entry.
    unwritten: BTreeMap<(), Several<'c>>,
}

/// Returns the policies that are probably meant by markers that name no policy.
pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) -> BTreeSet<ObjectKey> {
    let mut causes = Causes::default();
    let mut meant = BTreeSet::new();
    for marker in &scene.here.markers {
        let key = &marker.reference.policy;
        match scene.policy(key) {
            Some(policy) => {
                check_digest(marker, policy, findings);
                check_writers(scene, marker, policy, &mut causes, findings);
            }
            None if scene.refused(Kind::ImagePolicy, key).is_some() => {
                Several::count(&mut causes.refused, key, marker);
            }
            None => meant.extend(tell_unknown(scene, marker, findings)),
        }
    }
    tell_causes(scene, &causes, findings);
    meant
}

/// Returns the policies that look like the one that is named.
fn tell_unknown(scene: &Scene<'_>, marker: &Placed<Marker>, findings: &mut Findings) -> Vec<ObjectKey> {
    let key = &marker.reference.policy;
    let reason = unknown_policy(key, scene.policies().map(|policy| &policy.meta.key));
    let near: Vec<ObjectKey> = match &reason {
        Reason::UnknownPolicy { nearest } => {
            nearest.iter().filter_map(|near| MarkerRef::parse(near).ok()).map(|near| near.policy).collect()
        }
        _ => Vec::new(),
    };
    let fix = match near.as_slice() {
        [only] => Some(Fix::ReplaceMarker {
            file: marker.file.to_string(),
            line: marker.line,
            column: marker.column,
            marker: MarkerRef { policy: only.clone(), field: marker.reference.field },
        }),
        _ => None,
    };
    let message = format!("no ImagePolicy {key} is here, so this value never changes");
    let at = place(&marker.file, (marker.line, marker.column));
    findings.tell(Code::MarkerUnknownPolicy, at, id(Kind::ImagePolicy, key), message, reason.hint()).with_fix(fix);
    near
}

fn check_digest(marker: &Placed<Marker>, policy: &ImagePolicy, findings: &mut Findings) {
    if marker.reference.field == Field::Digest && policy.digest_reflection == DigestReflection::Never {
        let key = &policy.meta.key;
        findings.tell(
            Code::MarkerWithoutDigest,
            place(&marker.file, (marker.line, marker.column)),
            id(Kind::ImagePolicy, key),
            format!("`{}` asks for a digest, and {key} has digestReflectionPolicy Never", marker.reference),
            Reason::NoDigest.hint(),
        );
    }
}

fn check_writers<'c>(
    scene: &Scene<'c>,
    marker: &'c Placed<Marker>,
    policy: &ImagePolicy,
    causes: &mut Causes<'c>,
    findings: &mut Findings,
) {
    if scene.writers.is_empty() {
        // One that is refused, or writes to another repository, is told of where it stands.
        let is_explained = scene.any_refused(Kind::ImageUpdateAutomation) || !scene.here.automations.is_empty();
        if !is_explained {
            Several::count(&mut causes.unwritten, (), marker);
        }
        return;
    }
    let key = &policy.meta.key;
    let at = || place(&marker.file, (marker.line, marker.column));
    let mut covering = scene.writers.iter().filter(|writer| writer.path.covers(&marker.file)).peekable();
    if covering.peek().is_none() {
        if scene.writers.iter().any(|writer| is_lost(scene, writer, key)) {
            return;
        }
        let message = format!("no automation covers {}, so this value never changes", marker.file);
        findings.tell(Code::MarkerUncovered, at(), id(Kind::ImagePolicy, key), message, widen(scene, key));
        return;
    }
    let covering: Vec<_> = covering.collect();
    let own: Vec<_> =
        covering.iter().filter(|writer| writer.automation.meta.key.namespace == key.namespace).copied().collect();
    if own.is_empty() {
        let message = format!(
            "{} only {} policies of {} own namespace",
            names(&covering),
            applies(covering.len()),
            if covering.len() == 1 { "its" } else { "their" }
        );
        let hint = format!(
            "add an automation for this path to the namespace {}, or move the policy to {}",
            key.namespace, covering[0].automation.meta.key.namespace
        );
        findings.tell(Code::MarkerForeignNamespace, at(), id(Kind::ImagePolicy, key), message, hint);
        return;
    }
    let selecting: Vec<_> =
        own.iter().filter(|writer| writer.automation.selects(&policy.meta.labels)).copied().collect();
    if selecting.is_empty() {
        // A selector that takes nothing at all is told of where it stands.
        let takes_any = |writer: &Writer<'_>| scene.selected_by(writer.automation).next().is_some();
        if !own.iter().any(|writer| takes_any(writer)) {
            return;
        }
        let message = format!("the policySelector of {} leaves {key} out", names(&own));
        let hint = "give the policy the labels that the selector asks for, or widen the selector";
        findings.tell(Code::MarkerNotSelected, at(), id(Kind::ImagePolicy, key), message, hint);
        return;
    }
    let rivals = rivals(&selecting);
    if rivals.len() > 1 {
        Several::count(&mut causes.rivals, rivals, marker);
    }
}

/// Whether an automation of the policy's namespace has an update path that does not exist, which is told of there.
fn is_lost(scene: &Scene<'_>, writer: &Writer<'_>, policy: &ObjectKey) -> bool {
    writer.automation.meta.key.namespace == policy.namespace
        && scene.around.exists.is_some_and(|exists| !writer.path.is_root() && !exists(&writer.path))
}

fn applies(count: usize) -> &'static str {
    if count == 1 { "applies" } else { "apply" }
}

/// The automations that push to a branch that another of them pushes to as well.
fn rivals<'c>(writers: &[&Writer<'c>]) -> Vec<&'c ObjectKey> {
    let running: Vec<_> = writers.iter().filter(|writer| !writer.automation.suspend).collect();
    let meet = |a: &Writer<'_>, b: &Writer<'_>| match (a.branch, b.branch) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    let has_rival = |(at, writer): &(usize, &&&Writer<'c>)| {
        running.iter().enumerate().any(|(other, rival)| other != *at && meet(writer, rival))
    };
    running.iter().enumerate().filter(has_rival).map(|(_, writer)| &writer.automation.meta.key).collect()
}

fn names(writers: &[&Writer<'_>]) -> String {
    let names: Vec<_> = writers.iter().map(|writer| writer.automation.meta.key.to_string()).collect();
    names.join(" and ")
}

/// What to do so that an automation of the policy's namespace covers the file.
fn widen(scene: &Scene<'_>, policy: &ObjectKey) -> String {
    let near = scene.writers.iter().find(|writer| writer.automation.meta.key.namespace == policy.namespace);
    match near {
        Some(writer) => format!(
            "widen the update path of {} (now {}), move the file, or add an automation",
            writer.automation.meta.key, writer.path
        ),
        None => format!("add an ImageUpdateAutomation for this path to the namespace {}", policy.namespace),
    }
}

fn tell_causes(scene: &Scene<'_>, causes: &Causes<'_>, findings: &mut Findings) {
    for (key, several) in &causes.refused {
        let Some(refused) = scene.refused(Kind::ImagePolicy, key) else { continue };
        let message =
            format!("{key} is in {}:{} but refused, so {} nothing", refused.file, refused.line, does(several.count));
        let at = place(&several.first.file, (several.first.line, several.first.column));
        let hint = format!("mend what is wrong with the policy in {}", refused.file);
        findings
            .tell(Code::MarkerUnknownPolicy, at, id(Kind::ImagePolicy, key), message, hint)
            .with_severity(Severity::Hint);
    }
    for (keys, several) in &causes.rivals {
        let names: Vec<_> = keys.iter().map(|key| key.to_string()).collect();
        let message = format!("{} write {} to one branch", names.join(" and "), these(several.count));
        let at = place(&several.first.file, (several.first.line, several.first.column));
        let object = id(Kind::ImageUpdateAutomation, keys[0]);
        let hint = "give them update paths or policy selectors that share nothing, or suspend one";
        findings.tell(Code::MarkerTwoWriters, at, object, message, hint);
    }
    for several in causes.unwritten.values() {
        let at = place(&several.first.file, (several.first.line, several.first.column));
        let message = format!("no ImageUpdateAutomation is here, so nothing writes {}", these(several.count));
        let policy = id(Kind::ImagePolicy, &several.first.reference.policy);
        findings.tell(
            Code::MarkerUncovered,
            at,
            policy,
            message,
            "add an ImageUpdateAutomation whose update path covers it",
        );
    }
}

fn does(count: usize) -> String {
    if count == 1 { "this marker does".to_owned() } else { format!("this marker and {} more do", count - 1) }
}

fn these(count: usize) -> String {
    if count == 1 { "this marker".to_owned() } else { format!("this marker and {} more", count - 1) }
}
