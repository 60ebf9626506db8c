//! The testkit's keyring, held to what tests take for granted about it.
#![cfg(target_os = "linux")]

use std::os::unix::fs::MetadataExt as _;

use sluice_testkit::keyring::{Keyring, SessionBus};

const SECRETS: &str = "org.freedesktop.secrets";

fn kept(keyring: &Keyring) -> bool {
    let shown = keyring.secret_tool(&["search", "--all", "use", "test"]);
    String::from_utf8_lossy(&shown.stdout).contains("label = a label")
}

#[test]
fn a_keyring_keeps_things_over_restarts_and_refuses_when_it_is_locked() {
    let mut keyring = Keyring::unlocked();
    let stored = keyring.secret_tool(&["store", "--label=a label", "use", "test"]);
    assert!(stored.status.success(), "{}", String::from_utf8_lossy(&stored.stderr));
    assert!(kept(&keyring));
    keyring.restart();
    assert!(kept(&keyring));
    keyring.restart_locked();
    let stored = keyring.secret_tool(&["store", "--label=another", "use", "test"]);
    assert!(!stored.status.success(), "nobody unlocked it");
}

#[test]
fn nothing_starts_by_itself_on_a_session_bus() {
    let bus = SessionBus::start();
    assert!(!bus.has_name(SECRETS));
    assert!(bus.has_name("org.freedesktop.DBus"), "the bus answers");
}

#[test]
fn a_keyring_lives_in_a_home_of_its_own() {
    let keyring = Keyring::locked();
    let folder = keyring.folder();
    assert!(folder.starts_with(std::env::temp_dir()) && folder.join("login.keyring").exists());
    let mode = std::fs::metadata(&folder).expect("a folder").mode();
    assert_eq!(mode & 0o077, 0, "nobody else reads it");
    drop(keyring);
    assert!(!folder.exists(), "nothing is left");
}
