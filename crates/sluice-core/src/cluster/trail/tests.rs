use std::sync::Arc;

use super::*;
use crate::cluster::{
    AppliedBy, Condition, Container, LiveRef, Pod, PodTrouble, Replicas, RunningImage, Truth, WorkloadId,
};
use crate::key::ObjectKey;

const OLD: &str = "1111111111111111111111111111111111111111";
const NEW: &str = "2222222222222222222222222222222222222222";
const URL: &str = "https://git.example.com/fleet.git";

fn object(kind: LiveKind, name: &str) -> LiveObject {
    LiveObject {
        id: LiveRef { kind, key: ObjectKey::new("flux-system", name) },
        api_version: format!("{}/v1", kind.group()),
        generation: 1,
        observed: Some(1),
        is_suspended: false,
        conditions: vec![ready(Truth::True, "Succeeded", "fine")],
        requested_at: None,
        handled_at: None,
        revision: Some(format!("main@sha1:{OLD}")),
        attempted: None,
        source: None,
        url: None,
        branch: None,
        path: None,
        target_namespace: None,
        inventory: Vec::new(),
        applied_by: None,
        image: None,
        last_run: None,
        last_push: None,
        resource: None,
    }
}

fn ready(status: Truth, reason: &str, message: &str) -> Condition {
    Condition { kind: "Ready".into(), status, reason: reason.into(), message: message.into(), since: None }
}

fn source() -> LiveObject {
    LiveObject { url: Some(URL.into()), branch: Some("main".into()), ..object(LiveKind::GitRepository, "fleet") }
}

fn kustomization() -> LiveObject {
    LiveObject { source: Some(source().id), path: Some("./test".into()), ..object(LiveKind::Kustomization, "app") }
}

fn deployment(tag: &str, rollout: Rollout) -> Workload {
    Workload {
        id: WorkloadId { kind: WorkloadKind::Deployment, key: ObjectKey::new("app", "app") },
        containers: vec![Container { name: "app".into(), image: format!("ghcr.io/acme/app:{tag}") }],
        applied_by: Some(AppliedBy::Kustomization(kustomization().id.key)),
        rollout,
        replicas: Replicas { wanted: 1, total: 1, updated: 1, ready: 1, available: 1 },
    }
}

fn pod(tag: &str, trouble: Option<PodTrouble>) -> Pod {
    Pod {
        key: ObjectKey::new("app", format!("app-{tag}")),
        workload: Some(Arc::new(deployment(tag, Rollout::Current).id)),
        images: [RunningImage { image: format!("ghcr.io/acme/app:{tag}").into(), digest: None }].into(),
        is_ready: trouble.is_none(),
        is_leaving: false,
        restarts: 0,
        trouble: trouble.map(Box::new),
    }
}

fn snapshot(objects: Vec<LiveObject>, workloads: Vec<Workload>, pods: Vec<Pod>) -> Snapshot {
    Snapshot {
        objects: objects.into_iter().map(|object| (object.id.clone(), object)).collect(),
        workloads: workloads.into_iter().map(|workload| (workload.id.clone(), workload)).collect(),
        pods: pods.into_iter().map(|pod| (pod.key.clone(), pod)).collect(),
        gaps: Vec::new(),
    }
}

fn change() -> Change {
    Change {
        commit: NEW.into(),
        branch: "main".into(),
        files: vec!["test/deployment.yml".into()],
        images: vec![ImageRef::parse("ghcr.io/acme/app:1.0.1").expect("an image")],
        objects: vec![("Deployment".into(), "app".into())],
    }
}

fn trail(snapshot: &Snapshot) -> Trail {
    Trail::of(&change(), &Ground { snapshot, is_repository: &|url| url == URL, contains: &|commit| commit == NEW })
}

/// The states as one letter each, and the ending.
#[track_caller]
fn check(snapshot: &Snapshot, states: &str, ending: &str) -> Trail {
    let trail = trail(snapshot);
    let found: String = trail
        .steps
        .iter()
        .map(|step| match step.state {
            StageState::Done => '+',
            StageState::Waiting => '.',
            StageState::Stuck => '!',
        })
        .collect();
    assert_eq!((found.as_str(), trail.ending.as_str()), (states, ending), "{trail:#?}");
    trail
}

fn at(mut object: LiveObject, commit: &str) -> LiveObject {
    object.revision = Some(format!("main@sha1:{commit}"));
    object.attempted = object.revision.clone();
    object
}

#[test]
fn a_change_goes_from_stage_to_stage() {
    let old = deployment("1.0.0", Rollout::Current);
    check(&snapshot(vec![source(), kustomization()], vec![old.clone()], vec![]), "....", "moving");
    check(&snapshot(vec![at(source(), NEW), kustomization()], vec![old.clone()], vec![]), "+...", "moving");
    let applied = || vec![at(source(), NEW), at(kustomization(), NEW)];
    check(&snapshot(applied(), vec![old], vec![]), "++..", "moving");
    let under_way = Workload {
        replicas: Replicas { wanted: 2, total: 3, updated: 1, ready: 2, available: 2 },
        ..deployment("1.0.1", Rollout::InProgress { words: "Updated: 1/2".into() })
    };
    check(&snapshot(applied(), vec![under_way.clone()], vec![]), "++..", "moving");
    let replaced = Workload {
        replicas: Replicas { wanted: 2, total: 2, updated: 2, ready: 1, available: 1 },
        rollout: Rollout::InProgress { words: "Ready: 1/2".into() },
        ..under_way
    };
    check(&snapshot(applied(), vec![replaced], vec![]), "+++.", "moving");
    check(
        &snapshot(applied(), vec![deployment("1.0.1", Rollout::Current)], vec![pod("1.0.1", None)]),
        "++++",
        "healthy",
    );
}

#[test]
fn a_pod_that_cannot_run_stops_it_at_once() {
    let trouble = PodTrouble::of_waiting("app", "ImagePullBackOff", "Back-off pulling image");
    // The old pod serves on while the new one cannot start.
    let under_way = Workload {
        replicas: Replicas { wanted: 1, total: 2, updated: 1, ready: 1, available: 1 },
        ..deployment("1.0.1", Rollout::InProgress { words: "Pending termination: 1".into() })
    };
    let objects = vec![at(source(), NEW), at(kustomization(), NEW)];
    let stuck = check(
        &snapshot(objects.clone(), vec![under_way.clone()], vec![pod("1.0.1", trouble.clone())]),
        "++!.",
        "stuck",
    );
    let Ending::Stuck { reason, words } = stuck.ending else { panic!("it is stuck") };
    assert_eq!(reason, "ImagePullBackOff");
    assert!(words.contains("pod app/app-1.0.1") && words.contains("Back-off pulling image"), "{words}");
    // Pods of the version before are nobody's concern.
    check(&snapshot(objects, vec![under_way], vec![pod("1.0.0", trouble)]), "++..", "moving");
}

#[test]
fn flux_own_words_say_why_it_stops() {
    let fails = |object: LiveObject, reason: &str| LiveObject {
        conditions: vec![ready(Truth::False, reason, "its words")],
        ..object
    };
    let broken = fails(source(), "GitOperationFailed");
    let stuck = check(&snapshot(vec![broken, kustomization()], vec![], vec![]), "!...", "stuck");
    assert_eq!(
        stuck.ending,
        Ending::Stuck {
            reason: "GitOperationFailed".into(),
            words: "GitRepository flux-system/fleet: its words".into(),
        }
    );
    let mut broken = fails(kustomization(), "BuildFailed");
    broken.attempted = Some(format!("main@sha1:{NEW}"));
    check(&snapshot(vec![at(source(), NEW), broken], vec![], vec![]), "+!..", "stuck");
    // What failed before the push says nothing about the pushed commit.
    check(&snapshot(vec![at(source(), NEW), fails(kustomization(), "BuildFailed")], vec![], vec![]), "+...", "moving");
    let suspended = LiveObject { is_suspended: true, ..source() };
    check(&snapshot(vec![suspended, kustomization()], vec![], vec![]), "!...", "stuck");
}

#[test]
fn what_does_not_follow_the_repository_or_the_file_is_left_out() {
    let elsewhere = LiveObject { url: Some("https://git.example.com/other.git".into()), ..source() };
    check(&snapshot(vec![elsewhere, kustomization()], vec![], vec![]), "", "not-followed");
    let other_branch = LiveObject { branch: Some("next".into()), ..source() };
    check(&snapshot(vec![other_branch, kustomization()], vec![], vec![]), "", "not-followed");
    let other_folder = LiveObject { path: Some("./testing".into()), ..kustomization() };
    check(&snapshot(vec![source(), other_folder.clone()], vec![], vec![]), "", "not-followed");
    // An overlay elsewhere that runs the image follows the base.
    let overlay = snapshot(vec![source(), other_folder], vec![deployment("1.0.0", Rollout::Current)], vec![]);
    check(&overlay, "....", "moving");
}

#[test]
fn what_cannot_be_seen_is_said() {
    let objects = vec![at(source(), NEW), at(kustomization(), NEW)];
    let mut blind = snapshot(objects.clone(), vec![], vec![]);
    blind.gaps.push(crate::cluster::Gap {
        resource: "deployments.apps".into(),
        namespace: None,
        is_forbidden: true,
        words: "forbidden".into(),
    });
    let unseen = check(&blind, "++..", "unseen");
    assert_eq!(unseen.ending, Ending::Unseen { words: "workloads may not be read in this cluster".into() });
    check(&snapshot(objects, vec![], vec![]), "++..", "unseen");
}

#[test]
fn a_request_goes_to_the_source_first() {
    let snapshot = snapshot(vec![kustomization(), source()], vec![], vec![]);
    let ground = Ground { snapshot: &snapshot, is_repository: &|url| url == URL, contains: &|_| false };
    let route: Vec<String> = Trail::route(&change(), &ground).iter().map(|object| object.id.to_string()).collect();
    assert_eq!(route, ["GitRepository flux-system/fleet", "Kustomization flux-system/app"]);
}

#[test]
fn workloads_of_a_helm_release_are_the_kustomizations_too() {
    let release = LiveObject {
        applied_by: Some(AppliedBy::Kustomization(kustomization().id.key)),
        ..object(LiveKind::HelmRelease, "chart")
    };
    let workload = Workload {
        applied_by: Some(AppliedBy::HelmRelease(release.id.key.clone())),
        ..deployment("1.0.1", Rollout::Current)
    };
    check(
        &snapshot(vec![at(source(), NEW), at(kustomization(), NEW), release], vec![workload], vec![]),
        "++++",
        "healthy",
    );
}
