//! Secrets that a person types: asked for on a real terminal, never shown, and nothing kept when they change their mind.

use sluice_testkit::git::{ClientKey, GnuPg, KeyKind};

use crate::support::Desk;
use crate::support::terminal::Terminal;

const PASSPHRASE: &str = "typed phrase of the vault 5521";
const PASSWORD: &str = "typed-password-5522";

fn on_terminal(desk: &Desk, words: &[&str]) -> Terminal {
    Terminal::start(&desk.command(words))
}

fn file_vault() -> Desk {
    let desk = Desk::new();
    let mut terminal = on_terminal(&desk, &["vault", "use", "file"]);
    terminal.wait_for("New passphrase").types(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("once more").types(&format!("{PASSPHRASE}\r"));
    assert!(!terminal.ends_well().contains(PASSPHRASE));
    desk
}

#[test]
fn the_encrypted_vault_asks_for_its_passphrase_when_a_secret_in_it_is_needed_and_only_then() {
    let desk = file_vault();
    let add = ["credential", "add", "registry", "127.0.0.1:1", "--username", "robot"];
    let mut terminal = on_terminal(&desk, &add);
    terminal.wait_for("Password or token of robot for 127.0.0.1:1: ").types(&format!("{PASSWORD}\r"));
    terminal.wait_for("Passphrase of the vault").types("not this one\r");
    terminal.wait_for("That was not it").types(&format!("{PASSPHRASE}\r"));
    let shown = terminal.ends_well();
    assert!(shown.contains("is in the keychain"), "{shown}");
    assert!(!shown.contains(PASSWORD) && !shown.contains(PASSPHRASE) && !shown.contains("not this one"), "{shown}");

    // What needs no secret asks for none.
    let shown = on_terminal(&desk, &["credential", "list"]).ends_well();
    assert!(shown.contains("robot") && !shown.contains("Passphrase"), "{shown}");
    // Where nobody is, the way to give it is named.
    let refused = desk.sluice(&["credential", "remove", "127.0.0.1:1", "-o", "json"]).exits(1).error();
    assert_eq!(refused["code"], "keychain-locked", "{refused}");
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("--vault-passphrase-file")), "{refused}");
    let without = desk.sluice(&["vault", "use", "file", "--path", "/nowhere/vault", "-o", "json"]).exits(2).error();
    assert!(without["message"].as_str().is_some_and(|words| words.contains("--passphrase-file")), "{without}");
}

#[test]
fn passphrases_that_differ_and_ctrl_c_leave_nothing_behind() {
    let desk = Desk::new();
    let mut terminal = on_terminal(&desk, &["vault", "use", "file"]);
    terminal.wait_for("New passphrase").types(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("once more").types("another phrase\r");
    let (status, shown) = terminal.end();
    assert_eq!(status.code(), Some(2), "{shown}");
    assert!(shown.contains("not the same") && !shown.contains(PASSPHRASE), "{shown}");
    for stop_at in ["New passphrase", "once more"] {
        let mut terminal = on_terminal(&desk, &["vault", "use", "file"]);
        terminal.wait_for("New passphrase");
        if stop_at == "once more" {
            terminal.types(&format!("{PASSPHRASE}\r")).wait_for(stop_at);
        }
        terminal.types("half a phr");
        let shown = terminal.interrupted();
        assert!(!shown.contains("half") && !shown.contains(PASSPHRASE), "{shown}");
    }
    assert!(!desk.data().join("vault.sluice").exists());
    assert_eq!(desk.sluice(&["vault", "show", "-o", "json"]).json()["place"], "system");

    let desk = file_vault();
    let add = ["credential", "add", "registry", "127.0.0.1:1", "--username", "robot"];
    let mut terminal = on_terminal(&desk, &add);
    terminal.wait_for("Password or token").types(&format!("{PASSWORD}\r"));
    terminal.wait_for("Passphrase of the vault").types("half");
    assert!(!terminal.interrupted().contains(PASSWORD));
    desk.sluice(&["credential", "list"]).exits(3);
}

#[test]
fn the_passphrase_of_a_key_is_asked_for_where_the_key_is_encrypted() {
    let desk = Desk::with_keychain();
    let ssh = ClientKey::new(KeyKind::EcdsaP521, Some(PASSPHRASE));
    desk.put("key", &ssh.private_pem);
    let file = desk.home("key");
    let file = file.to_str().expect("the path is text");
    let add = ["credential", "add", "git-ssh", "git.acme.example/fleet.git", "--key-file", file];
    let mut terminal = on_terminal(&desk, &add);
    terminal.wait_for("Passphrase of the key").types("wrong\r");
    terminal.wait_for("That was not it").types(&format!("{PASSPHRASE}\r"));
    assert!(!terminal.ends_well().contains(PASSPHRASE));
    let plain = ClientKey::new(KeyKind::Ed25519, None);
    desk.put("plain", &plain.private_pem);
    let plain = desk.home("plain");
    let words = ["credential", "add", "git-ssh", "b.example", "--key-file", plain.to_str().expect("the path is text")];
    assert!(!on_terminal(&desk, &words).ends_well().contains("Passphrase"));

    let refused = desk.sluice(&[&add[..], &["-o", "json"]].concat()).exits(2).error();
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("no passphrase was given")), "{refused}");

    // A key that is pasted: all its lines, none of them shown.
    let gpg = GnuPg::new();
    let id = gpg.key("Release Bot <bot@acme.example>", "ed25519", "sign,cert", "never", PASSPHRASE);
    let armored = gpg.secret(&id, PASSPHRASE);
    let mut terminal = on_terminal(&desk, &["credential", "add", "signing", "flux-system/signing-key"]);
    terminal.wait_for("Private key for flux-system/signing-key").types(&armored.replace('\n', "\r"));
    terminal.wait_for("Passphrase of the key").types(&format!("{PASSPHRASE}\r"));
    let shown = terminal.ends_well();
    assert!(!shown.contains(PASSPHRASE), "{shown}");
    let lines = armored.lines().filter(|line| line.len() > 8);
    assert_eq!(lines.filter(|line| shown.contains(line)).count(), 0, "{shown}");
    let tested = desk.sluice(&["credential", "test", "flux-system/signing-key", "-o", "json"]).exits(0).json();
    assert!(tested["message"].as_str().is_some_and(|words| words.contains(&id)), "{tested}");
    let mut terminal = on_terminal(&desk, &["credential", "add", "signing", "another"]);
    terminal.wait_for("Private key for another").types("-----BEGIN PGP PRIVATE KEY BLOCK-----\rhalf of it");
    assert!(!terminal.interrupted().contains("half of it"));
    let kept = desk.sluice(&["credential", "list", "-o", "json"]).exits(0).json();
    assert_eq!(kept["credentials"].as_array().map(Vec::len), Some(3), "{kept}");
}

#[test]
fn a_key_that_is_made_is_encrypted_by_a_passphrase_that_is_typed_twice() {
    let desk = Desk::with_keychain();
    let words = ["key", "generate", "ssh://git@127.0.0.1/acme/fleet.git", "--ask-passphrase"];
    let mut terminal = on_terminal(&desk, &words);
    terminal.wait_for("New passphrase of the key").types(&format!("{PASSPHRASE}\r"));
    terminal.wait_for("once more").types(&format!("{PASSPHRASE}\r"));
    assert!(!terminal.ends_well().contains(PASSPHRASE));
    desk.sluice(&["key", "list"]).exits(0);
    let refused = desk.sluice(&[&words[..], &["--replace", "-o", "json"]].concat()).exits(2).error();
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("--passphrase-file")), "{refused}");
}
