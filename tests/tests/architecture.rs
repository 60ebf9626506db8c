//! The arrows of ARCHITECTURE.md, checked against what cargo says: who may know whom, and what the domain may never touch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which of our crates a crate may depend on. A crate that is not listed fails the test: decide where it belongs.
const ARROWS: &[(&str, &[&str])] = &[
    ("sluice-core", &[]),
    ("sluice-registry", &["sluice-core"]),
    ("sluice-git", &["sluice-core"]),
    ("sluice-forge", &["sluice-core"]),
    ("sluice-kube", &["sluice-core"]),
    ("sluice-store", &["sluice-core"]),
    ("sluice-vault", &["sluice-core"]),
    (
        "sluice-engine",
        &[
            "sluice-core",
            "sluice-registry",
            "sluice-git",
            "sluice-forge",
            "sluice-kube",
            "sluice-store",
            "sluice-vault",
        ],
    ),
    ("sluice-api", &["sluice-core", "sluice-engine"]),
    ("sluice-demo", &["sluice-core", "sluice-engine"]),
    ("sluice-cli", &["sluice-core", "sluice-engine", "sluice-demo"]),
    ("sluice-fuzz", &["sluice-core", "sluice-git", "sluice-registry"]),
    ("sluice-desktop", &["sluice-api", "sluice-engine", "sluice-demo"]),
    ("sluice-testkit", &[]),
    ("sluice-tests", &[]),
    (
        "sluice-web-host",
        &[
            "sluice-core",
            "sluice-store",
            "sluice-vault",
            "sluice-engine",
            "sluice-api",
            "sluice-demo",
            "sluice-testkit",
        ],
    ),
    ("xtask", &[]),
];

/// What would let the domain reach the outside: the network, files, processes, a database, the clock of a runtime.
const NEVER_IN_CORE: &[&str] = &[
    "tokio",
    "async-std",
    "reqwest",
    "hyper",
    "git2",
    "rusqlite",
    "keyring-core",
    "tempfile",
    "walkdir",
    "ureq",
    "rand",
];

/// How the domain would reach the outside with the standard library alone.
const NEVER_SAID_IN_CORE: &[&str] = &[
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}

/// Every package of the workspace with what it needs outside of its tests.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a name is a text").to_owned();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let needed =
                dependencies.iter().filter(|one| one["kind"].is_null()).map(|one| text(&one["name"])).collect();
            (text(&package["name"]), needed)
        })
        .collect()
}

#[test]
fn crates_know_only_whom_the_architecture_lets_them_know() {
    let packages = packages();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    assert_eq!(
        packages.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        arrows.keys().copied().collect::<BTreeSet<_>>(),
        "the crates of the workspace and of the list differ"
    );
    let strays: Vec<String> = packages
        .iter()
        .flat_map(|(package, needed)| {
            let (packages, allowed) = (&packages, arrows[package.as_str()]);
            let ours = needed.iter().filter(move |name| packages.contains_key(*name));
            ours.filter(move |name| !allowed.contains(&name.as_str())).map(move |name| format!("{package} → {name}"))
        })
        .collect();
    assert!(strays.is_empty(), "not allowed by the architecture: {strays:?}");
}

#[test]
fn the_domain_depends_on_nothing_that_reaches_the_outside() {
    let packages = packages();
    let needed = &packages["sluice-core"];
    let strays: Vec<_> = NEVER_IN_CORE.iter().filter(|name| needed.contains(**name)).collect();
    assert!(strays.is_empty(), "sluice-core is pure, but depends on {strays:?}");
}

#[test]
fn the_domain_reads_no_file_no_clock_and_no_environment() {
    let mut strays = Vec::new();
    for file in rust_files(&root().join("crates/sluice-core/src")) {
        let text = std::fs::read_to_string(&file).expect("a source file is readable");
        // What tests do is their own affair: they follow the code.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (number, line) in lines {
            if let Some(said) = NEVER_SAID_IN_CORE.iter().find(|said| line.contains(**said)) {
                strays.push(format!("{}:{}: {said}", file.display(), number + 1));
            }
        }
    }
    assert!(strays.is_empty(), "sluice-core is pure, but says {strays:#?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a source folder is readable");
    entries
        .map(|entry| entry.expect("an entry is readable").path())
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}
