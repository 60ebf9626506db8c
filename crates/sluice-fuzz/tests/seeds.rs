//! Every target on its seeds and on mutations of them.
//!
//! The mutations are the same each time, so that a change that breaks nothing does not fail by chance. With
//! `SLUICE_FUZZ_CASES` there are so many for each target, and other ones each time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sluice_fuzz::{TARGETS, Target};

/// How many mutations of a target's seeds are tried unless the environment says otherwise.
const CASES: u32 = 200;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = fuzz().join("seeds").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    files.sort();
    assert!(files.len() >= 3, "{target} has hardly any seeds");
    files.iter().map(|file| std::fs::read(file).expect("a seed can be read")).collect()
}

/// What is done to a seed.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Insert(Index, &'static str),
    Remove(Index, usize),
    /// A part again, so many times: depth and length are where readers break.
    Repeat(Index, usize, usize),
    Swap(Index, Index),
    /// What stands from here on comes from another seed.
    Splice(Index, Index),
}

/// Words that mean something to one reader or another.
const WORDS: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "#",
    " # {\"$imagepolicy\": \"ns:p\"}",
    "{\"$imagepolicy\": \"ns:n:tag\"}",
    "---\n",
    "...\n",
    ": ",
    "- ",
    "? ",
    "|\n  ",
    ">-\n  ",
    "&a ",
    "*a",
    "!!str ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "%YAML 1.2\n",
    "\u{feff}",
    "\u{2028}",
    "\u{202e}",
    "\u{0}",
    "é",
    "😀",
    "null",
    "~",
    "0x1f",
    "1e309",
    "-0",
    "18446744073709551616",
    "{{",
    "}}",
    "{{ range .Changed }}",
    "{{ end }}",
    "| printf \"%v\"",
    "(?P<a>",
    ")",
    "*",
    "+",
    "{2,1000}",
    "[[:alpha:]]",
    "\\pL",
    "\\Q",
    "^",
    "$1",
    "||",
    ">=",
    "~>",
    " - ",
    ".x",
    "@sha256:",
    ":",
    "/",
    "..",
    "://",
    "?",
    "<",
    ">;",
    "rel=next",
    "Bearer realm=",
    ",",
    "=",
    "\\u0000",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Flip(at, byte)),
        (any::<Index>(), 0..WORDS.len()).prop_map(|(at, word)| Mutation::Insert(at, WORDS[word])),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), 1..12_usize, 2..300_usize).prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Mutation::Swap(a, b)),
        (any::<Index>(), any::<Index>()).prop_map(|(seed, at)| Mutation::Splice(seed, at)),
    ]
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |at: &Index, bytes: &[u8]| at.index(bytes.len() + 1);
        match self {
            Self::Flip(at, byte) => {
                let at = place(at, bytes);
                match bytes.get_mut(at) {
                    Some(old) => *old ^= byte,
                    None => bytes.push(*byte),
                }
            }
            Self::Insert(at, word) => {
                let at = place(at, bytes);
                bytes.splice(at..at, word.bytes());
            }
            Self::Remove(at, length) => {
                let at = place(at, bytes);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Repeat(at, length, times) => {
                let at = place(at, bytes);
                let part = bytes[at..(at + length).min(bytes.len())].repeat(*times);
                bytes.splice(at..at, part);
            }
            Self::Swap(a, b) => {
                if !bytes.is_empty() {
                    let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
                    bytes.swap(a, b);
                }
            }
            Self::Splice(seed, at) => {
                let other = &seeds[seed.index(seeds.len())];
                bytes.truncate(place(at, bytes));
                bytes.extend_from_slice(&other[place(at, other)..]);
            }
        }
    }
}

fn runner() -> TestRunner {
    let cases = std::env::var("SLUICE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config { cases: cases.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    match cases {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

fn check(name: &str, target: Target) {
    let seeds = seeds(name);
    for seed in &seeds {
        target(seed);
    }
    let mutated = (any::<Index>(), vec(mutation(), 1..6)).prop_map(|(seed, mutations)| {
        let mut bytes = seeds[seed.index(seeds.len())].clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut bytes, &seeds));
        bytes
    });
    let outcome = runner().run(&mutated, |bytes| {
        target(&bytes);
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(why, bytes)) = outcome {
        panic!("{name}: {why}\nas text: {:?}\nas bytes: {bytes:?}", String::from_utf8_lossy(&bytes));
    }
    outcome.expect("no case is thrown away");
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() {
            let (name, target) = TARGETS.iter().find(|(name, _)| *name == stringify!($name)).expect("a target");
            check(name, *target);
        })*
        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! {
    commit_template flux_resources git_address image_reference known_hosts manifest marker_rewrite paging_link policy regexp
    sign_in_challenge tag_list version_range
}

#[test]
fn every_target_has_a_test_a_file_a_section_and_seeds() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, TESTED.iter().copied().collect(), "the tests of this file");
    let in_folder = |folder: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(fuzz().join(folder)).expect("the folder is there");
        let stem = |entry: std::io::Result<std::fs::DirEntry>| {
            let path = entry.expect("a folder can be read").path();
            path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned).expect("names are text")
        };
        entries.map(stem).collect()
    };
    let names: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
    assert_eq!(in_folder("fuzz_targets"), names, "fuzz/fuzz_targets");
    assert_eq!(in_folder("seeds"), names, "fuzz/seeds");
    let manifest = std::fs::read_to_string(fuzz().join("Cargo.toml")).expect("fuzz/Cargo.toml");
    let sections: BTreeSet<String> = manifest
        .split("[[bin]]\n")
        .skip(1)
        .filter_map(|section| section.split('"').nth(1).map(str::to_owned))
        .collect();
    assert_eq!(sections, names, "fuzz/Cargo.toml");
    for name in &names {
        let one_line =
            std::fs::read_to_string(fuzz().join(format!("fuzz_targets/{name}.rs"))).expect("a target's file");
        assert!(one_line.contains(&format!("::{name}(bytes)")), "fuzz_targets/{name}.rs calls another target");
    }
}
