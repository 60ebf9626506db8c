//! A machine without a keychain, and a person who chooses the encrypted file instead.

use std::fs;

use sluice_testkit::registry::DockerRegistry;

use crate::support::bench::IMAGE;
use crate::support::{Desk, Files};

const PASSWORD: &str = "canary-of-the-vault-4731";
const PASSPHRASE: &str = "canary phrase of the vault 4732";

fn passphrase(desk: &Desk) -> String {
    desk.put("passphrase", &format!("{PASSPHRASE}\n"));
    desk.home("passphrase").to_str().expect("the path is text").to_owned()
}

/// Everything that is written in the data and configuration folders.
fn written(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be read").flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => all.extend(written(&entry.path())),
            _ => all.extend(fs::read(entry.path()).unwrap_or_default()),
        }
    }
    all
}

#[test]
fn without_a_keychain_nothing_is_kept_until_the_person_chooses_the_encrypted_file() {
    let registry = DockerRegistry::basic("robot", PASSWORD);
    let repository = sluice_testkit::git::BareRepository::new("fleet");
    let url = format!("file://{}", repository.path().display());
    Files::reference("v1", &url, &registry.image(IMAGE)).hurried().commit_to(&repository);
    registry.push(IMAGE, "1.0.1");
    let desk = Desk::new();
    let place = registry.address();
    let add = ["credential", "add", "registry", &place, "--username", "robot"];

    // There is no keychain, and that is said with the way out. Nothing is written instead.
    let refused = desk.sluice_with_input(&[&add[..], &["-o", "json"]].concat(), PASSWORD).exits(1).error();
    assert_eq!(refused["code"], "keychain-missing", "{refused}");
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("sluice vault use file")), "{refused}");
    let shown = desk.sluice(&["vault", "show", "-o", "json"]).exits(1).json();
    assert_eq!((&shown["place"], &shown["state"]), (&"system".into(), &"missing".into()), "{shown}");
    desk.sluice(&["credential", "list"]).exits(3);

    // The file is chosen, by a passphrase that is worth one.
    desk.put("short", "1234567");
    let short = desk.home("short");
    let short = short.to_str().expect("the path is text");
    let refused = desk.sluice(&["vault", "use", "file", "--passphrase-file", short, "-o", "json"]).exits(2).error();
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("8 characters")), "{refused}");
    desk.sluice(&["vault", "use", "file"]).exits(2);
    let phrase = passphrase(&desk);
    let moved = desk.sluice(&["vault", "use", "file", "--passphrase-file", &phrase, "-o", "json"]).exits(0).json();
    assert_eq!((&moved["vault"]["place"], &moved["vault"]["state"]), (&"file".into(), &"ready".into()), "{moved}");
    let given = ["--vault-passphrase-file", phrase.as_str()];
    desk.sluice_with_input(&[&add[..], &given].concat(), PASSWORD).exits(0);
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet"]).exits(0);
    desk.sluice(&[&["scan"], &given[..]].concat()).exits(0);
    desk.sluice(&[&["credential", "test", &place], &given[..]].concat()).exits(0);

    // Without the passphrase it is locked, and says what to do.
    let locked = desk.sluice(&["credential", "test", &place, "-o", "json"]).exits(1).error();
    assert_eq!(locked["code"], "keychain-locked", "{locked}");
    assert!(locked["message"].as_str().is_some_and(|words| words.contains("--vault-passphrase-file")), "{locked}");
    let shown = desk.sluice(&["vault", "show", "-o", "json"]).exits(1).json();
    assert_eq!(shown["state"], "locked", "{shown}");
    desk.put("wrong", "another phrase");
    let wrong = desk.home("wrong");
    let wrong = wrong.to_str().expect("the path is text");
    let refused = desk.sluice(&["scan", "--vault-passphrase-file", wrong, "-o", "json"]).exits(1).error();
    assert_eq!(refused["code"], "vault-passphrase-wrong", "{refused}");

    // The agent opens it once. A second choice of the same file changes nothing.
    let agent = desk.agent_in(&[("SLUICE_VAULT_PASSPHRASE_FILE", phrase.clone())]);
    agent.wait_for("scanned", |_| true);
    agent.stop();
    desk.sluice(&["vault", "use", "file", "--passphrase-file", &phrase]).exits(0);

    for folder in ["data", "config"] {
        let bytes = written(&desk.folder().join(folder));
        for secret in [PASSWORD, PASSPHRASE] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {folder}");
        }
    }

    // A file that is gone is told, and not begun anew.
    let file = desk.data().join("vault.sluice");
    fs::rename(&file, desk.data().join("away")).expect("it can be moved");
    let gone = desk.sluice(&[&["credential", "test", &place, "-o", "json"], &given[..]].concat()).exits(1).error();
    assert_eq!(gone["code"], "keychain-missing", "{gone}");
    assert!(!file.exists());
}

#[test]
fn secrets_move_from_the_keychain_into_the_file_and_back_and_stay_in_one_place() {
    let desk = Desk::with_keychain();
    let phrase = passphrase(&desk);
    for host in ["one.example", "two.example"] {
        let add = ["credential", "add", "registry", host, "--username", "robot"];
        desk.sluice_with_input(&add, PASSWORD).exits(0);
    }
    let moved = desk.sluice(&["vault", "use", "file", "--passphrase-file", &phrase, "-o", "json"]).exits(0).json();
    assert_eq!((&moved["moved"], &moved["left"]), (&2.into(), &serde_json::json!([])), "{moved}");
    assert!(fs::read_to_string(desk.settings()).expect("it is written").contains("[vault]\nfile = "));

    // Back without the passphrase: what cannot be read is named, and its secret is asked for again.
    let moved = desk.sluice(&["vault", "use", "system", "-o", "json"]).exits(0).json();
    assert_eq!((&moved["moved"], &moved["left"]), (&0.into(), &serde_json::json!(["one.example", "two.example"])));
    let none = desk.sluice(&["credential", "test", "one.example", "-o", "json"]).exits(2).error();
    assert!(none["hint"].as_str().is_some_and(|hint| hint.starts_with("give it again")), "{none}");

    // To the file again, which still has them, and back with it open.
    desk.sluice(&["vault", "use", "file", "--passphrase-file", &phrase]).exits(0);
    let back = ["vault", "use", "system", "--vault-passphrase-file", &phrase, "-o", "json"];
    let moved = desk.sluice(&back).exits(0).json();
    assert_eq!((&moved["vault"]["place"], &moved["moved"]), (&"system".into(), &2.into()), "{moved}");
}
