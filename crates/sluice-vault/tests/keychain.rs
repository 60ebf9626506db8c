//! The vault over a real GNOME Keyring on a private session bus.
#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use sluice_core::Secret;
use sluice_testkit::keyring::{Keyring, SessionBus};
use sluice_vault::keychain::OsKeychain;
use sluice_vault::{ItemName, KeychainState, Login, Patience, Vault, VaultError};

fn vault(address: &str) -> Vault {
    let patience = Patience { answer: Duration::from_secs(10), person: Duration::from_secs(20) };
    Vault::over(OsKeychain::at(address), patience)
}

fn item() -> ItemName {
    ItemName::new("4f2a", "ghcr.io/acme", "robot")
}

fn basic(password: &str) -> Login {
    Login::Basic { username: "robot".into(), password: Secret::new(password) }
}

async fn password(vault: &Vault) -> Option<String> {
    match vault.get(&item()).await.expect("the keychain answers") {
        Some(Login::Basic { username, password }) => {
            assert_eq!(username, "robot");
            Some(password.expose_str().expect("text").to_owned())
        }
        Some(other) => panic!("{other:?}"),
        None => None,
    }
}

#[tokio::test]
async fn logins_are_kept_replaced_and_removed() {
    let keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    assert_eq!(vault.state().await, KeychainState::Ready);
    assert_eq!(password(&vault).await, None);
    vault.put(&item(), &basic("first")).await.expect("it is kept");
    assert_eq!(password(&vault).await.as_deref(), Some("first"));
    vault.put(&item(), &basic("second")).await.expect("it is replaced");
    assert_eq!(password(&vault).await.as_deref(), Some("second"));
    let other = ItemName { id: "5b1c".into(), ..item() };
    vault.put(&other, &Login::SshAgent).await.expect("another id is another item");
    assert_eq!(password(&vault).await.as_deref(), Some("second"));
    assert_eq!(vault.remove(&item()).await, Ok(true));
    assert_eq!(vault.remove(&item()).await, Ok(false));
    assert_eq!(password(&vault).await, None);
    assert!(matches!(vault.get(&other).await, Ok(Some(Login::SshAgent))));
}

#[tokio::test]
async fn long_keys_survive_with_every_byte() {
    let keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    let key: Vec<u8> = (0..16 * 1024).map(|at: u32| (at * 7 % 256) as u8).collect();
    let login = Login::SshKey {
        private_key: Secret::new(key.clone()),
        public_key: Some("ssh-ed25519 AAAA".into()),
        passphrase: Some(Secret::new("over the hills")),
    };
    vault.put(&item(), &login).await.expect("it is kept");
    let Ok(Some(Login::SshKey { private_key, public_key, passphrase })) = vault.get(&item()).await else {
        panic!("a key comes back")
    };
    assert_eq!(private_key.expose(), key);
    assert_eq!(public_key.as_deref(), Some("ssh-ed25519 AAAA"));
    assert_eq!(passphrase.expect("a passphrase").expose(), b"over the hills");
    let huge = Login::Bearer(Secret::new(vec![b'x'; 300 * 1024]));
    assert!(matches!(vault.put(&item(), &huge).await, Err(VaultError::TooLarge { size: 300_000.., .. })));
}

#[tokio::test]
async fn people_recognise_items_in_their_keyring() {
    let keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    vault.put(&item(), &basic("canary")).await.expect("it is kept");
    let shown = keyring.secret_tool(&["search", "--all", "service", "Sluice"]);
    let text = format!("{}{}", String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(text.contains("label = Sluice: robot at ghcr.io/acme"), "{text}");
    assert!(text.contains("attribute.username = robot at ghcr.io/acme (4f2a)"), "{text}");
    // What lies on disk is encrypted with the keyring's passphrase.
    for file in std::fs::read_dir(keyring.folder()).expect("the keyring's folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("it can be read");
        assert!(!bytes.windows(6).any(|window| window == b"canary"));
    }
}

#[tokio::test]
async fn a_locked_keychain_is_a_state_with_a_way_out() {
    let mut keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    vault.put(&item(), &basic("kept")).await.expect("it is kept");
    keyring.restart_locked();
    let KeychainState::Locked { way_out } = vault.state().await else { panic!("it is locked") };
    assert!(way_out.contains("unlock"), "{way_out}");
    let started = Instant::now();
    for outcome in [
        vault.get(&item()).await.map(drop),
        vault.put(&item(), &basic("new")).await,
        vault.remove(&item()).await.map(drop),
        vault.unlock().await,
    ] {
        let error = outcome.expect_err("nobody unlocked it");
        assert!(matches!(error, VaultError::Locked { .. }), "{error}");
        assert!(error.to_string().contains("is locked; unlock it"), "{error}");
    }
    assert!(started.elapsed() < Duration::from_secs(15), "without a display it is known at once");
    keyring.restart();
    assert_eq!(password(&vault).await.as_deref(), Some("kept"), "what was there is there still");
}

#[tokio::test]
async fn a_question_that_nobody_answers_holds_nobody_up() {
    let keyring = Keyring::locked_with_display();
    // Whoever owns this name is asked to ask the person; it never answers. Asked for by hand: zbus would answer for us.
    let prompter = zbus::blocking::connection::Builder::address(keyring.address()).and_then(|builder| builder.build());
    let prompter = prompter.expect("a bus");
    let bus = "org.freedesktop.DBus";
    let name = ("org.gnome.keyring.SystemPrompter", 0_u32);
    prompter.call_method(Some(bus), "/", Some(bus), "RequestName", &name).expect("the name is free");
    let patience = Patience { answer: Duration::from_millis(1500), person: Duration::from_secs(2) };
    let vault = Vault::over(OsKeychain::at(keyring.address()), patience);
    let error = vault.put(&item(), &basic("new")).await.expect_err("nobody answers");
    assert!(matches!(error, VaultError::NoAnswer { .. }), "{error}");
    let started = Instant::now();
    let error = vault.get(&item()).await.map(drop).expect_err("the question is still open");
    assert!(matches!(error, VaultError::NoAnswer { .. }), "{error}");
    assert!(matches!(vault.state().await, KeychainState::Locked { .. }));
    assert!(started.elapsed() < Duration::from_millis(500), "others hear at once that a question is open");
}

#[tokio::test]
async fn a_missing_keychain_is_a_state_with_a_way_out() {
    let bus = SessionBus::start();
    let nowhere = format!("unix:path={}", std::env::temp_dir().join("no-such-bus").display());
    for address in [bus.address(), &nowhere, "nonsense"] {
        let vault = vault(address);
        let started = Instant::now();
        let KeychainState::Missing { words, way_out } = vault.state().await else { panic!("there is none: {address}") };
        assert!(!words.is_empty() && way_out.contains("gnome-keyring"), "{words}; {way_out}");
        let error = vault.put(&item(), &basic("canary")).await.expect_err("there is none");
        assert!(matches!(error, VaultError::Missing { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_keychain_that_was_restarted_works_again() {
    let mut keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    vault.put(&item(), &basic("before")).await.expect("it is kept");
    keyring.restart();
    assert_eq!(password(&vault).await.as_deref(), Some("before"));
    keyring.restart();
    vault.put(&item(), &basic("after")).await.expect("it is kept");
    assert_eq!(password(&vault).await.as_deref(), Some("after"));
    keyring.stop();
    assert!(matches!(vault.get(&item()).await, Err(VaultError::Missing { .. })));
    keyring.restart();
    assert_eq!(password(&vault).await.as_deref(), Some("after"));
}

#[tokio::test]
async fn an_item_that_somebody_else_wrote_is_told_and_can_be_replaced() {
    let keyring = Keyring::unlocked();
    let vault = vault(keyring.address());
    vault.put(&item(), &basic("mine")).await.expect("it is kept");
    let cleared = keyring.secret_tool(&["clear", "service", "Sluice"]);
    assert!(cleared.status.success());
    let bus = zbus::blocking::connection::Builder::address(keyring.address()).and_then(|builder| builder.build());
    let service = secret_service::blocking::SecretService::connect_with_existing(
        secret_service::EncryptionType::Dh,
        bus.expect("a bus"),
    )
    .expect("a Secret Service");
    let names = std::collections::HashMap::from([("service", "Sluice"), ("username", "robot at ghcr.io/acme (4f2a)")]);
    let collection = service.get_default_collection().expect("a collection");
    collection.create_item("forged", names, b"canary", true, "text/plain").expect("an item");
    let error = vault.get(&item()).await.map(drop).expect_err("it is not ours");
    assert!(matches!(error, VaultError::Damaged { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"));
    vault.put(&item(), &basic("mine again")).await.expect("it is replaced");
    assert_eq!(password(&vault).await.as_deref(), Some("mine again"));
}
