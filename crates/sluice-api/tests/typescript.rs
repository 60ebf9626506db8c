//! The TypeScript that is kept in the repository is the one that the list and the views give now.

use std::path::Path;

use sluice_api::typescript;

fn kept() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(typescript::PATH);
    let text = std::fs::read_to_string(&path);
    // A checkout on Windows may end lines with CR LF.
    text.unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask codegen`", path.display())).replace("\r\n", "\n")
}

#[test]
fn the_kept_file_is_current() {
    let (kept, current) = (kept(), typescript::generate());
    let differs = kept.lines().zip(current.lines()).position(|(kept, current)| kept != current);
    let at = differs.unwrap_or_else(|| kept.lines().count().min(current.lines().count()));
    assert!(
        kept == current,
        "{} is stale from line {} on: run `cargo xtask codegen`\n  kept:    {}\n  current: {}",
        typescript::PATH,
        at + 1,
        kept.lines().nth(at).unwrap_or("(end)"),
        current.lines().nth(at).unwrap_or("(end)")
    );
}

#[test]
fn every_type_that_is_mentioned_is_declared() {
    let text = typescript::generate();
    let declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("export type "))
        .filter_map(|line| line.split([' ', '<']).next())
        .collect();
    for command in sluice_api::command::COMMANDS {
        let line = text.lines().find(|line| line.starts_with(&format!("  {}: {{ request:", command.name)));
        let line = line.unwrap_or_else(|| panic!("{} is missing", command.name));
        for name in line.split(": ").skip(2).filter_map(|part| part.split([';', ' ']).next()) {
            assert!(declared.contains(&name), "{name} of {} is not declared", command.name);
        }
    }
    assert!(declared.contains(&"Event") && declared.contains(&"CacheTag") && declared.contains(&"WireError"));
}

#[test]
fn no_number_is_a_bigint() {
    assert!(!typescript::generate().contains("bigint"));
}
