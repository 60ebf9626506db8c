//! Policies: their image repository, rule and filter, and whether anything uses them.

use super::{Findings, Scene, id, place};
use crate::catalogue::Placed;
use crate::diagnosis::{Code, Severity, nearest};
use crate::flux::{AccessFrom, ImagePolicy, ImageRepository, Kind};
use crate::key::ObjectKey;
use crate::policy::{Exclusions, Policy, PolicyError};
use std::collections::BTreeSet;

/// The label that Kubernetes itself puts on every namespace.
const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";

pub(super) fn check(scene: &Scene<'_>, told: &BTreeSet<ObjectKey>, findings: &mut Findings) {
    let named = named_policies(scene);
    for policy in scene.here.policies.values() {
        check_repository(scene, policy, findings);
        check_rule(scene, policy, findings);
        let key = &policy.meta.key;
        if !named.contains(&key.marker())
            && !told.contains(key)
            && scene.around.elsewhere.is_empty()
            && is_for_here(scene, key)
        {
            findings.tell(
                Code::PolicyUnused,
                place(&policy.file, (policy.meta.line, policy.meta.column)),
                id(Kind::ImagePolicy, key),
                format!("{key} chooses a tag that no marker writes"),
                format!("add # {{\"$imagepolicy\": \"{}\"}} behind the image, or remove the policy", key.marker()),
            );
        }
    }
}

/// Every policy that some marker names, the ignored ones too: those are told of where they stand.
fn named_policies(scene: &Scene<'_>) -> BTreeSet<String> {
    let markers = scene.here.markers.iter().map(|marker| marker.reference.policy.marker());
    let ignored = scene.here.ignored.iter().filter_map(|ignored| {
        let mut parts = ignored.text.splitn(3, ':');
        Some(format!("{}:{}", parts.next()?, parts.next()?))
    });
    markers.chain(ignored).collect()
}

/// Whether the policy's markers belong into this repository: they do unless every automation of its namespace writes to
/// another one.
fn is_for_here(scene: &Scene<'_>, key: &ObjectKey) -> bool {
    let mut own = scene.here.automations.values().filter(|one| one.meta.key.namespace == key.namespace).peekable();
    own.peek().is_none() || own.any(|automation| scene.writes_here(automation))
}

fn check_repository(scene: &Scene<'_>, policy: &Placed<ImagePolicy>, findings: &mut Findings) {
    let wanted = &policy.image_repository;
    let at = || place(&policy.file, (policy.meta.line, policy.meta.column));
    let object = || id(Kind::ImagePolicy, &policy.meta.key);
    if let Some(repository) = scene.image_repository(wanted) {
        check_access(policy, repository, findings);
    } else if let Some(refused) = scene.refused(Kind::ImageRepository, wanted) {
        let message = format!("{wanted} is in {}:{} but refused, so there are no tags", refused.file, refused.line);
        let hint = format!("mend what is wrong with the ImageRepository in {}", refused.file);
        findings.tell(Code::NoImageRepository, at(), object(), message, hint).with_severity(Severity::Hint);
    } else {
        let names: Vec<_> = scene.image_repositories().map(|one| one.meta.key.to_string()).collect();
        let hint = near(&wanted.to_string(), &names)
            .unwrap_or_else(|| "add the ImageRepository, or correct imageRepositoryRef".to_owned());
        let message = format!("no ImageRepository {wanted} is here, so there are no tags to choose from");
        findings.tell(Code::NoImageRepository, at(), object(), message, hint);
    }
}

/// `did you mean …?`, where a known name is close.
pub(super) fn near(wrong: &str, names: &[String]) -> Option<String> {
    let near = nearest(wrong, names.iter().map(String::as_str), 2);
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

/// What the files tell of an access list.
#[derive(PartialEq, Eq)]
enum Access {
    Allowed,
    Denied,
    /// It depends on labels that only the cluster knows.
    Unknown,
}

fn access(from: &AccessFrom, namespace: &str) -> Access {
    let of_selector = |labels: &std::collections::BTreeMap<String, String>| {
        if labels.get(NAMESPACE_LABEL).is_some_and(|name| name != namespace) {
            Access::Denied
        } else if labels.keys().all(|key| key == NAMESPACE_LABEL) {
            Access::Allowed
        } else {
            Access::Unknown
        }
    };
    let answers: Vec<_> = from.namespace_selectors.iter().map(of_selector).collect();
    if answers.contains(&Access::Allowed) {
        Access::Allowed
    } else if answers.contains(&Access::Unknown) {
        Access::Unknown
    } else {
        Access::Denied
    }
}

fn check_access(policy: &Placed<ImagePolicy>, repository: &ImageRepository, findings: &mut Findings) {
    let (own, other) = (&policy.meta.key.namespace, &repository.meta.key);
    if *own == other.namespace {
        return;
    }
    let at = place(&policy.file, (policy.meta.line, policy.meta.column));
    let object = id(Kind::ImagePolicy, &policy.meta.key);
    let hint =
        format!("add to {other}: accessFrom: {{namespaceSelectors: [{{matchLabels: {{{NAMESPACE_LABEL}: {own}}}}}]}}");
    match repository.access_from.as_ref().map(|from| access(from, own)) {
        Some(Access::Allowed) => {}
        Some(Access::Unknown) => {
            let message = format!("whether {other} may be used depends on the labels of the namespace {own}");
            let hint = format!("see that the namespace {own} has the labels that accessFrom of {other} asks for");
            findings.tell(Code::AccessUnknown, at, object, message, hint);
        }
        Some(Access::Denied) => {
            let message = format!("accessFrom of {other} does not let the namespace {own} in");
            findings.tell(Code::AccessDenied, at, object, message, hint);
        }
        None => {
            let message = format!("{other} is closed to other namespaces, and {own} is one");
            findings.tell(Code::AccessDenied, at, object, message, hint);
        }
    }
}

fn check_rule(scene: &Scene<'_>, policy: &Placed<ImagePolicy>, findings: &mut Findings) {
    let Some(rule) = &policy.rule else { return };
    let object = || id(Kind::ImagePolicy, &policy.meta.key);
    let compiled = match Policy::compile(rule, policy.filter.as_ref()) {
        Ok(compiled) => compiled,
        Err(error) => {
            let at = match &error {
                PolicyError::Range { .. } => policy.rule_place,
                PolicyError::Filter { .. } => policy.filter_place,
            };
            findings.tell(Code::PolicyInvalid, place(&policy.file, at), object(), error.to_string(), error.hint());
            return;
        }
    };
    let Some(filter) = policy.filter.as_ref().filter(|filter| !filter.pattern.is_empty() || !filter.extract.is_empty())
    else {
        return;
    };
    let at = || place(&policy.file, policy.filter_place);
    let unknown = filter.unknown_groups();
    if !unknown.is_empty() {
        let message =
            format!("extract `{}` names {}, which the pattern does not define", filter.extract, quoted(&unknown));
        let hint =
            "define the group as (?P<name>…) in the pattern; in extract, write ${name} before letters and digits";
        findings.tell(Code::ExtractGroupUnknown, at(), object(), message, hint);
    }
    if !filter.pattern.is_empty() && !filter.is_anchored() {
        let message = format!("the pattern `{}` also passes tags that merely contain it", filter.pattern);
        let hint = format!(
            "write ^{}$, or begin and end it with .* if that is meant",
            filter.pattern.trim_start_matches('^').trim_end_matches('$')
        );
        findings.tell(Code::FilterUnanchored, at(), object(), message, hint);
    }
    check_matches(scene, policy, compiled, &filter.pattern, findings);
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

fn check_matches(
    scene: &Scene<'_>,
    policy: &Placed<ImagePolicy>,
    compiled: Policy,
    pattern: &str,
    findings: &mut Findings,
) {
    let Some(tags) = scene.around.tags.get(&policy.image_repository).filter(|tags| !tags.is_empty()) else { return };
    let list = scene.image_repository(&policy.image_repository).map(|repository| repository.exclusion_list.as_slice());
    // A wrong exclusion is told of at the ImageRepository.
    let Ok(exclusions) = Exclusions::compile(list.unwrap_or_default()) else { return };
    let counts = compiled.with_exclusions(exclusions).decide(tags).counts();
    if counts.filtered > 0 && counts.excluded + counts.filtered == counts.tags {
        let sample = tags.iter().copied().find(|tag| !tag.is_empty()).unwrap_or_default();
        let message = format!("none of the {} tags matches `{pattern}`", counts.tags);
        let hint =
            format!("the tags look like `{sample}`; correct the pattern: `sluice policy test` shows what it passes");
        findings.tell(
            Code::FilterMatchesNothing,
            place(&policy.file, policy.filter_place),
            id(Kind::ImagePolicy, &policy.meta.key),
            message,
            hint,
        );
    }
}
