//! How long it takes to find and rewrite the markers of manifests.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use sluice_core::marker::{MarkerRef, Resolution, find, mentions_marker, rewrite};

fn main() {
    divan::main();
}

/// A file of so many Deployments; the image of each is marked, or of none.
fn manifest(objects: usize, is_marked: bool) -> Vec<u8> {
    let mut text = String::new();
    for n in 0..objects {
        let marker = if is_marked { " # {\"$imagepolicy\": \"flux-system:app\"}" } else { "" };
        text.push_str(&format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{n}\n  namespace: team-{n}\n  labels:\n    \
             app.kubernetes.io/name: app-{n}\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: app-{n}\n  \
             template:\n    metadata:\n      labels:\n        app: app-{n}\n    spec:\n      containers:\n        - name: app\n          \
             image: registry.example.com/team/app:1.0.0{marker}\n          env:\n            - name: LEVEL\n              \
             value: \"info\"\n          resources:\n            limits: {{cpu: 500m, memory: 128Mi}}\n"
        ));
    }
    text.into_bytes()
}

fn to(image: &'static str) -> impl Fn(&MarkerRef) -> Resolution {
    move |_| Resolution::Write(image.to_owned())
}

#[divan::bench(args = [1, 4, 100])]
fn rewrite_each_object(bencher: Bencher<'_, '_>, objects: usize) {
    let file = manifest(objects, true);
    let new = to("registry.example.com/team/app:1.0.1");
    assert_eq!(rewrite(&file, &new).edits.len(), objects);
    bencher.counter(BytesCount::new(file.len())).bench(|| rewrite(black_box(&file), &new));
}

#[divan::bench(args = [1, 4, 100])]
fn rewrite_what_stands_already(bencher: Bencher<'_, '_>, objects: usize) {
    let file = manifest(objects, true);
    let same = to("registry.example.com/team/app:1.0.0");
    assert_eq!(rewrite(&file, &same).bytes, None);
    bencher.counter(BytesCount::new(file.len())).bench(|| rewrite(black_box(&file), &same));
}

#[divan::bench(args = [1, 4, 100])]
fn find_each_object(bencher: Bencher<'_, '_>, objects: usize) {
    let file = manifest(objects, true);
    bencher.counter(BytesCount::new(file.len())).bench(|| find(black_box(&file)));
}

#[divan::bench(args = [4, 100])]
fn pass_over_files_without_markers(bencher: Bencher<'_, '_>, objects: usize) {
    let file = manifest(objects, false);
    bencher.counter(BytesCount::new(file.len())).bench(|| mentions_marker(black_box(&file)));
}
