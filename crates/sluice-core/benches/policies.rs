//! How long it takes to choose among 100,000 tags, and to say why each other tag was passed over.
//!
//! Flux's own code needs 81 ms for the semver case and 85 ms for the numerical one, on two cores of a small machine.

use divan::{Bencher, black_box};
use sluice_core::policy::{Exclusions, Order, Policy, Rule, TagFilter};

fn main() {
    divan::main();
}

const TAGS: usize = 100_000;

/// Versions as a busy repository has them: releases, prereleases, and builds that are no versions.
fn versions() -> Vec<String> {
    let version = |n: usize| match n % 10 {
        0 => format!("main-{n:07x}"),
        1 | 2 => format!("v{}.{}.{}-rc.{}", n % 7, n % 40, n % 90, n % 5),
        _ => format!("{}.{}.{}", n % 7, n % 40, n),
    };
    (0..TAGS).map(version).collect()
}

/// Builds of a branch: a commit and a moment.
fn builds() -> Vec<String> {
    (0..TAGS).map(|n| format!("main-{:07x}-{}", n * 2_654_435 % 0xfff_ffff, 1_700_000_000 + n * 37 % TAGS)).collect()
}

fn semver() -> Policy {
    Policy::compile(&Rule::Semver { range: ">=1.0.0 <6.0.0".into() }, None).expect("a range")
}

fn numerical() -> Policy {
    let filter = TagFilter { pattern: "^main-[a-f0-9]+-(?P<ts>[0-9]+)$".into(), extract: "$ts".into() };
    Policy::compile(&Rule::Numerical { order: Order::Asc }, Some(&filter)).expect("a pattern")
}

fn alphabetical() -> Policy {
    Policy::compile(&Rule::Alphabetical { order: Order::Asc }, None).expect("no pattern")
}

fn choose(bencher: Bencher<'_, '_>, policy: &Policy, tags: &[String]) {
    bencher.bench(|| black_box(policy.decide(black_box(tags))).chosen().cloned().expect("one of them fits"));
}

#[divan::bench]
fn semver_of_100_000(bencher: Bencher<'_, '_>) {
    choose(bencher, &semver(), &versions());
}

#[divan::bench]
fn numerical_with_extract_of_100_000(bencher: Bencher<'_, '_>) {
    choose(bencher, &numerical(), &builds());
}

#[divan::bench]
fn alphabetical_of_100_000(bencher: Bencher<'_, '_>) {
    choose(bencher, &alphabetical(), &builds());
}

#[divan::bench]
fn semver_of_100_000_with_exclusions(bencher: Bencher<'_, '_>) {
    let exclusions = Exclusions::compile(&["^.*-rc\\.".into(), "^main-".into()]).expect("patterns");
    choose(bencher, &semver().with_exclusions(exclusions), &versions());
}

#[divan::bench]
fn why_not_each_of_100_000(bencher: Bencher<'_, '_>) {
    let (policy, tags) = (semver(), versions());
    let decision = policy.decide(&tags);
    bencher.bench(|| black_box(&decision).passed_over().filter(|tag| !black_box(tag.reason.code()).is_empty()).count());
}
