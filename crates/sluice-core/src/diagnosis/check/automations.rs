//! Automations: what they check out, where they push, what they cover and select.

use super::policies::near;
use super::scene::{checkout, push_branch};
use super::{Findings, Scene, id, place};
use crate::catalogue::Placed;
use crate::diagnosis::{Code, Severity};
use crate::flux::{CheckoutRef, GitRepository, ImageUpdateAutomation, Kind};
use crate::policy::Constraint;
use crate::version::Version;
use std::collections::BTreeSet;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for automation in scene.here.automations.values() {
        let source = scene.git_repository(&automation.source);
        if source.is_none() {
            tell_no_source(scene, automation, findings);
        }
        check_push(automation, source.map(|source| &source.value), findings);
        check_references(scene, automation, source.map(|source| &source.value), findings);
        check_path(scene, automation, findings);
        check_selector(scene, automation, findings);
    }
}

fn tell_no_source(scene: &Scene<'_>, automation: &Placed<ImageUpdateAutomation>, findings: &mut Findings) {
    let wanted = &automation.source;
    let at = place(&automation.file, automation.source_place);
    let object = id(Kind::ImageUpdateAutomation, &automation.meta.key);
    if let Some(refused) = scene.refused(Kind::GitRepository, wanted) {
        let message =
            format!("{wanted} is in {}:{} but refused, so it is unknown where to push", refused.file, refused.line);
        let hint = format!("mend what is wrong with the GitRepository in {}", refused.file);
        findings.tell(Code::NoGitRepository, at, object, message, hint).with_severity(Severity::Hint);
        return;
    }
    let names: Vec<_> = scene.git_repositories().map(|one| one.meta.key.to_string()).collect();
    let hint =
        near(&wanted.to_string(), &names).unwrap_or_else(|| "add the GitRepository, or correct sourceRef".to_owned());
    let message = format!("no GitRepository {wanted} is here, so it is unknown what to check out and where to push");
    findings.tell(Code::NoGitRepository, at, object, message, hint);
}

fn check_push(automation: &Placed<ImageUpdateAutomation>, source: Option<&GitRepository>, findings: &mut Findings) {
    let Some(git) = &automation.git else { return };
    if push_branch(automation, source).is_some() {
        return;
    }
    let what = match checkout(automation, source) {
        Some(reference) => format!("what is checked out is {}", in_words(reference)),
        // The missing GitRepository is told of, and could have a reference.
        None if source.is_none() => return,
        None => "no reference to check out is written".to_owned(),
    };
    findings.tell(
        Code::PushTargetUnknown,
        place(&automation.file, git.push_place),
        id(Kind::ImageUpdateAutomation, &automation.meta.key),
        format!("no push branch is written, and {what}"),
        "write spec.git.push.branch",
    );
}

fn in_words(reference: &CheckoutRef) -> String {
    let parts = [
        ("the commit", &reference.commit),
        ("the reference", &reference.name),
        ("a tag in the range", &reference.semver),
        ("the tag", &reference.tag),
        ("the branch", &reference.branch),
    ];
    let first = parts.into_iter().find_map(|(what, text)| text.as_ref().map(|text| format!("{what} {text}")));
    first.unwrap_or_else(|| "nothing in particular".to_owned())
}

fn check_references(
    scene: &Scene<'_>,
    automation: &Placed<ImageUpdateAutomation>,
    source: Option<&GitRepository>,
    findings: &mut Findings,
) {
    let Some(references) = scene.around.references.get(&automation.source) else { return };
    let Some(git) = &automation.git else { return };
    let object = || id(Kind::ImageUpdateAutomation, &automation.meta.key);
    let reference = checkout(automation, source);
    if let Some(reference) = reference.filter(|reference| !is_there(reference, references)) {
        // The reference of the source is written in another file.
        let at = if git.checkout.is_some() { git.push_place } else { automation.source_place };
        let branches: Vec<_> =
            references.iter().filter_map(|name| name.strip_prefix("refs/heads/")).map(str::to_owned).collect();
        let hint = reference
            .checked_out_branch()
            .and_then(|branch| near(branch, &branches))
            .unwrap_or_else(|| "create it, or correct the reference".to_owned());
        let message = format!("the remote does not have {}, which is checked out", in_words(reference));
        findings.tell(Code::CheckoutRefMissing, place(&automation.file, at), object(), message, hint);
    }
    let checked_out = reference.and_then(CheckoutRef::checked_out_branch);
    if let Some(branch) = push_branch(automation, source).filter(|branch| Some(*branch) != checked_out)
        && !references.contains(&format!("refs/heads/{branch}"))
    {
        let message = format!("the remote has no branch {branch} yet");
        let hint = "nothing: the first release creates it from what is checked out";
        findings.tell(Code::PushBranchMissing, place(&automation.file, git.push_place), object(), message, hint);
    }
}

/// Whether a remote with these references has what is to be checked out. A commit may be anywhere in it.
fn is_there(reference: &CheckoutRef, references: &BTreeSet<String>) -> bool {
    if reference.commit.is_some() {
        return true;
    }
    if let Some(name) = &reference.name {
        return references.contains(name);
    }
    if let Some(range) = &reference.semver {
        let Ok(range) = Constraint::parse(range) else { return false };
        let mut tags = references.iter().filter_map(|name| name.strip_prefix("refs/tags/"));
        return tags.any(|tag| Version::of_tag(tag).is_ok_and(|version| range.admits(&version)));
    }
    if let Some(tag) = &reference.tag {
        return references.contains(&format!("refs/tags/{tag}"));
    }
    reference.branch.as_ref().is_none_or(|branch| references.contains(&format!("refs/heads/{branch}")))
}

fn check_path(scene: &Scene<'_>, automation: &Placed<ImageUpdateAutomation>, findings: &mut Findings) {
    let Some(exists) = scene.around.exists else { return };
    let path = automation.update_path();
    if path.is_root() || !scene.writes_here(automation) || exists(&path) {
        return;
    }
    findings.tell(
        Code::UpdatePathMissing,
        place(&automation.file, automation.path_place),
        id(Kind::ImageUpdateAutomation, &automation.meta.key),
        format!("the repository has nothing at {path}"),
        "correct spec.update.path; it is read from the root of the repository",
    );
}

fn check_selector(scene: &Scene<'_>, automation: &Placed<ImageUpdateAutomation>, findings: &mut Findings) {
    let key = &automation.meta.key;
    if scene.selected_by(automation).next().is_some() || scene.any_refused(Kind::ImagePolicy) {
        return;
    }
    let is_empty = !scene.policies().any(|policy| policy.meta.key.namespace == key.namespace);
    let (message, hint) = if is_empty {
        (
            format!("the namespace {} has no ImagePolicy", key.namespace),
            "automations apply the policies of their own namespace: add some, or move the automation",
        )
    } else {
        (
            format!("policySelector of {key} takes none of the policies in {}", key.namespace),
            "give policies the labels that the selector asks for, or widen the selector",
        )
    };
    findings.tell(
        Code::SelectorSelectsNothing,
        place(&automation.file, (automation.meta.line, automation.meta.column)),
        id(Kind::ImageUpdateAutomation, key),
        message,
        hint,
    );
}
