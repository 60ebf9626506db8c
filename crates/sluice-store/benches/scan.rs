//! How long it takes to record a scan: all new, and unchanged.

use divan::Bencher;
use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::Tag;
use sluice_store::{ScanResult, Store};

fn main() {
    divan::main();
}

fn tags(count: usize) -> Vec<Tag> {
    (0..count).map(|n| Tag::parse(&format!("main-{n:07x}-{}", 1_700_000_000 + n)).expect("a tag")).collect()
}

fn scan(tags: &[Tag]) -> ScanResult {
    ScanResult { image: "ghcr.io/acme/app".into(), tags: tags.to_vec(), etag: None, at: Timestamp::now() }
}

#[divan::bench(args = [1_000, 100_000], sample_count = 5)]
fn first_scan(bencher: Bencher<'_, '_>, count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let tags = tags(count);
    bencher
        .with_inputs(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let store = runtime.block_on(Store::open(&folder.path().join("s.db"))).expect("a store");
            (folder, store)
        })
        .bench_values(|(folder, store)| {
            runtime.block_on(store.record_scan("s", &ObjectKey::new("ns", "app"), scan(&tags))).expect("recorded");
            folder
        });
}

#[divan::bench(args = [1_000, 100_000], sample_count = 10)]
fn unchanged_scan(bencher: Bencher<'_, '_>, count: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let store = runtime.block_on(Store::open(&folder.path().join("s.db"))).expect("a store");
    let tags = tags(count);
    let key = ObjectKey::new("ns", "app");
    runtime.block_on(store.record_scan("s", &key, scan(&tags))).expect("recorded");
    bencher.bench_local(|| runtime.block_on(store.record_scan("s", &key, scan(&tags))).expect("recorded"));
}
