//! 2,000,000 tags in 5,000 repositories: the size of the store and the memory of an engine that decides for all of them.
//!
//! It prints figures and asserts nothing: `cargo bench -p sluice-engine --bench scale`. Linux only, where the kernel tells
//! a process its peak memory.

#![allow(clippy::print_stdout)] // What it prints is its product.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::Tag;
use sluice_engine::{Engine, EngineOptions, NewSource, Paths};
use sluice_store::{ScanResult, Store};

const REPOSITORIES: usize = 5_000;
const TAGS: usize = 400;

fn main() {
    if std::env::args().any(|word| word == "--test") {
        // `cargo test --benches` only asks whether it starts.
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(measure());
}

async fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let remote = folder.path().join("fleet.git");
    write_repository(&remote);
    let paths = Paths {
        settings: folder.path().join("sluice.toml"),
        data: folder.path().join("data"),
        cache: folder.path().join("cache"),
    };
    let started = Instant::now();
    let engine = Engine::open(EngineOptions::isolated(paths.clone())).await.expect("an engine");
    let source = NewSource { address: remote.display().to_string(), ..NewSource::default() };
    let view = engine.add_source(source, "bench").await.expect("it is read");
    println!("read {} policies of a new repository: {:.1?}", view.catalogue.policies.len(), started.elapsed());

    let started = Instant::now();
    fill(&paths, &view.name).await;
    println!("recorded {} tags: {:.1?}", REPOSITORIES * TAGS, started.elapsed());

    let started = Instant::now();
    for policy in view.catalogue.policies.values() {
        let report = engine.decide(&view.name, &view.catalogue, policy).await.expect("it decides");
        assert!(report.chosen.is_some(), "{report:?}");
    }
    println!("decided for all: {:.1?}", started.elapsed());
    let started = Instant::now();
    for policy in view.catalogue.policies.values() {
        engine.decide(&view.name, &view.catalogue, policy).await.expect("it decides");
    }
    println!("decided again, nothing changed: {:.1?}", started.elapsed());
    println!("peak memory of the process: {}", peak());
    drop(engine);
    let bytes: u64 = ["", "-wal"]
        .iter()
        .filter_map(|end| std::fs::metadata(format!("{}{end}", paths.database().display())).ok())
        .map(|file| file.len())
        .sum();
    println!("store: {} MB", bytes / 1_000_000);
}

async fn fill(paths: &Paths, source: &str) {
    let store = Store::open(&paths.database()).await.expect("the database");
    for n in 0..REPOSITORIES {
        let tags = (0..TAGS).map(|t| Tag::parse(&format!("{}.{}.{}", t % 4, t / 40, t % 40)).expect("a tag")).collect();
        let scan = ScanResult { image: image(n), tags, etag: None, at: Timestamp::now() };
        store.record_scan(source, &ObjectKey::new("flux-system", name(n)), scan).await.expect("it is recorded");
    }
}

fn name(n: usize) -> String {
    format!("app-{n}")
}

fn image(n: usize) -> String {
    format!("registry.example.com/team-{}/app-{n}", n % 100)
}

/// A bare repository with a file for each image: ImageRepository, ImagePolicy and a marked Deployment.
fn write_repository(folder: &Path) {
    let git = |words: &[&str]| Command::new("git").args(words).status().expect("git runs").success();
    assert!(git(&["init", "--quiet", "--bare", "--initial-branch=main", &folder.display().to_string()]));
    let mut import = Command::new("git")
        .args(["-C", &folder.display().to_string(), "fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut to = import.stdin.take().expect("it is piped");
    write!(to, "commit refs/heads/main\ncommitter bench <bench@example.com> 1700000000 +0000\ndata 5\nfirst\n")
        .expect("git reads");
    for n in 0..REPOSITORIES {
        let (name, image) = (name(n), image(n));
        let text = format!(
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {{name: {name}, namespace: flux-system}}\n\
             spec: {{image: {image}, interval: 5m}}\n---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\n\
             metadata: {{name: {name}, namespace: flux-system}}\nspec:\n  imageRepositoryRef: {{name: {name}}}\n  \
             policy: {{semver: {{range: 1.x}}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  \
             image: {image}:1.0.1 # {{\"$imagepolicy\": \"flux-system:{name}\"}}\n"
        );
        write!(to, "M 100644 inline apps/{name}.yaml\ndata {}\n{text}\n", text.len()).expect("git reads");
    }
    drop(to);
    assert!(import.wait().expect("git ends").success());
}

/// The most memory that this process ever held, as the kernel says it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known on this system".to_owned(), |line| line.trim().to_owned())
}
