//! Every diagnosis has its section in `docs/diagnoses.md`, and the examples there are run: position, words and remedy on
//! the page are what Sluice says.
//!
//! `UPDATE_DOCS=1 cargo test -p sluice-core --test diagnoses` writes the answers into the page; read the difference.

#![allow(clippy::unwrap_used, reason = "a test that meets a surprise should stop there")]

use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, FileFacts};
use sluice_core::diagnosis::{Code, Diagnosis, Surroundings, Trouble, diagnose};
use sluice_core::flux::UpdatePath;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn page_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnoses.md")
}

/// A fenced block: the words behind its fence, and its text.
struct Block<'p> {
    kind: &'p str,
    text: String,
}

/// A section of the page.
struct Section<'p> {
    title: &'p str,
    prose: String,
    blocks: Vec<Block<'p>>,
}

fn sections(page: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let mut inside: Option<Block<'_>> = None;
    for line in page.lines() {
        match &mut inside {
            Some(block) if line == "```" => {
                let done = Block { kind: block.kind, text: std::mem::take(&mut block.text) };
                sections.last_mut().unwrap().blocks.push(done);
                inside = None;
            }
            Some(block) => block.text += &format!("{line}\n"),
            None => match (line.strip_prefix("## "), line.strip_prefix("```"), sections.last_mut()) {
                (Some(title), _, _) => {
                    sections.push(Section { title: title.trim_matches('`'), prose: String::new(), blocks: Vec::new() });
                }
                (_, Some(kind), _) => inside = Some(Block { kind, text: String::new() }),
                (_, _, Some(section)) => section.prose += &format!("{line}\n"),
                _ => {}
            },
        }
    }
    sections
}

/// The files of a section, by the name in their first line.
fn files(section: &Section<'_>) -> BTreeMap<String, String> {
    let blocks = section.blocks.iter().filter(|block| block.kind == "yaml");
    let named = blocks.map(|block| {
        let name = block.text.lines().next().and_then(|line| line.strip_prefix("# "));
        (name.expect("the first line names the file").to_owned(), block.text.clone())
    });
    named.collect()
}

/// `WHAT NS/NAME: words` of a section's `known` blocks.
fn known(section: &Section<'_>, what: &str) -> BTreeMap<ObjectKey, Vec<String>> {
    let lines = section.blocks.iter().filter(|block| block.kind == "text known").flat_map(|block| block.text.lines());
    let own = lines.filter_map(|line| line.strip_prefix(what)?.trim().split_once(": "));
    own.map(|(key, words)| (ObjectKey::parse(key).unwrap(), words.split(' ').map(str::to_owned).collect())).collect()
}

fn examine(files: &BTreeMap<String, String>, section: &Section<'_>) -> Vec<Diagnosis> {
    let facts: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), FileFacts::read(text.as_bytes()))).collect();
    let catalogue = Catalogue::build(facts.iter().map(|(path, facts)| (*path, facts)));
    let exists = |path: &UpdatePath| files.keys().any(|file| path.covers(file));
    let (tags, references) = (known(section, "tags"), known(section, "references"));
    let references: BTreeMap<_, BTreeSet<String>> =
        references.into_iter().map(|(key, names)| (key, names.into_iter().collect())).collect();
    let around = Surroundings {
        exists: Some(&exists),
        tags: tags.iter().map(|(key, tags)| (key.clone(), tags.iter().map(String::as_str).collect())).collect(),
        references: references.iter().map(|(key, names)| (key.clone(), names)).collect(),
        ..Surroundings::default()
    };
    diagnose(&catalogue, &around)
}

/// What only a remote or a cluster can say.
fn troubles() -> Vec<Trouble> {
    let text = str::to_owned;
    let remote = || text("ssh://git@git.example.com/team/app.git");
    vec![
        Trouble::ClusterWritesMarkers { cluster: text("prod-eu"), automation: ObjectKey::new("flux-system", "app") },
        Trouble::SigningKeyMissing { secret: text("flux-system/signing-key") },
        Trouble::KeyReadOnly {
            remote: remote(),
            words: text("The key you are authenticating with has been marked as read only."),
        },
        Trouble::HostKeyUnknown {
            host: text("git.example.com"),
            fingerprint: text("SHA256:uNiVztksCsDhcc0u9e8BrqXyfI0hPNzA"),
        },
        Trouble::HostKeyChanged {
            host: text("git.example.com"),
            fingerprint: text("SHA256:uNiVztksCsDhcc0u9e8BrqXyfI0hPNzA"),
        },
        Trouble::CredentialsRefused {
            remote: text("registry.example.com"),
            words: text("unauthorized: authentication required"),
        },
        Trouble::RateLimited { remote: text("index.docker.io"), retry_after: Some(3600) },
        Trouble::TagListTruncated { image: text("registry.example.com/team/app"), tags: 100_000 },
        Trouble::PushRefused { reference: text("refs/heads/main"), words: text("protected branch hook declined") },
    ]
}

/// The answer as the page shows it.
fn answer(found: &[Diagnosis]) -> String {
    let one = |diagnosis: &Diagnosis| {
        let fix = diagnosis.fix.as_ref().map_or(String::new(), |fix| format!("  fix: {fix}\n"));
        format!("{diagnosis}\n  remedy: {}\n{fix}", diagnosis.hint)
    };
    found.iter().map(one).collect()
}

/// The page with each section's last block replaced by what Sluice says now.
fn corrected(page: &str) -> String {
    let all = sections(page);
    let base = files(&all[0]);
    let mut new = page.to_owned();
    for section in &all[1..] {
        let own: Vec<_> = troubles()
            .iter()
            .filter(|one| one.code().as_str() == section.title)
            .map(|one| one.diagnosis(None))
            .collect();
        let found = if own.is_empty() {
            let mut files_here = base.clone();
            files_here.extend(files(section));
            examine(&files_here, section)
        } else {
            own
        };
        let old = section.blocks.last().filter(|block| block.kind == "text").expect("a section ends with its answer");
        let heading = format!("## `{}`\n", section.title);
        let start = new.find(&heading).unwrap();
        let at = start + new[start..].find(&format!("```text\n{}```", old.text)).unwrap();
        new.replace_range(at..at + "```text\n".len() + old.text.len(), &format!("```text\n{}", answer(&found)));
    }
    new
}

#[test]
fn the_page_has_a_section_for_every_code_in_their_order_with_their_words() {
    let page = std::fs::read_to_string(page_path()).unwrap();
    let all = sections(&page);
    let titles: Vec<_> = all[1..].iter().map(|section| section.title).collect();
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(titles, codes, "docs/diagnoses.md");
    for (section, code) in all[1..].iter().zip(Code::ALL) {
        let words = format!("**{}** ({}). {}", code.title(), code.severity(), code.explanation());
        let prose = section.prose.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(prose.contains(&words), "{code}: the page should say: {words}");
    }
}

#[test]
fn every_example_of_the_page_is_answered_as_the_page_says() {
    let page = std::fs::read_to_string(page_path()).unwrap();
    let now = corrected(&page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(page_path(), &now).unwrap();
    }
    let wrong: Vec<_> = sections(&now)
        .iter()
        .zip(sections(&page))
        .skip(1)
        .filter(|(now, page)| now.blocks.last().unwrap().text != page.blocks.last().unwrap().text)
        .map(|(now, _)| format!("{}:\n{}", now.title, now.blocks.last().unwrap().text))
        .collect();
    assert!(wrong.is_empty(), "docs/diagnoses.md should say\n{}", wrong.join("\n"));
    for section in &sections(&page)[1..] {
        let said = &section.blocks.last().unwrap().text;
        assert!(
            said.contains(&format!(" {} ", section.title)) || said.contains(&format!("{} ", section.title)),
            "the example of {} does not show it: {said}",
            section.title
        );
    }
}

#[test]
fn nothing_is_told_of_the_files_beside_the_examples() {
    let page = std::fs::read_to_string(page_path()).unwrap();
    let all = sections(&page);
    assert_eq!(answer(&examine(&files(&all[0]), &all[0])), "");
}
