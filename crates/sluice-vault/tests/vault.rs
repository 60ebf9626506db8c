//! The vault over keychains of this process: long logins, keychains that hang, the encrypted file.

mod support;

use std::sync::mpsc;
use std::time::{Duration, Instant};

use sluice_core::Secret;
use sluice_vault::keychain::{FileKeychain, Keychain, KeychainError, MemoryKeychain, Slot};
use sluice_vault::{ItemName, KeychainState, Login, Patience, Vault, VaultError};
use support::told;

fn item(id: &str) -> ItemName {
    ItemName::new(id, "git.acme.io", "")
}

fn key(length: usize) -> Login {
    let private_key = Secret::new((0..length).map(|byte| (byte % 253) as u8).collect::<Vec<_>>());
    Login::SshKey { private_key, public_key: Some("ssh-rsa AAAA".into()), passphrase: None }
}

fn same(one: &Login, other: &Login) -> bool {
    match (one, other) {
        (Login::SshKey { private_key: one, .. }, Login::SshKey { private_key: other, .. }) => {
            one.expose() == other.expose()
        }
        _ => told(one) == told(other),
    }
}

#[tokio::test]
async fn long_keys_fit_into_the_short_slots_of_windows() {
    let vault = Vault::over(MemoryKeychain::with_longest(2560), Patience::default());
    for length in [100, 2500, 2560, 13_000, 40, 100_000] {
        vault.put(&item("1"), &key(length)).await.expect("it fits");
        let kept = vault.get(&item("1")).await.expect("it can be read").expect("it is there");
        assert!(same(&kept, &key(length)), "{length} bytes come back");
    }
    assert_eq!(vault.remove(&item("1")).await, Ok(true));
    assert!(matches!(vault.get(&item("1")).await, Ok(None)));
}

/// A keychain whose answer waits for somebody who has the sender.
struct Hangs(mpsc::Receiver<()>, MemoryKeychain);

impl Keychain for Hangs {
    fn name(&self) -> String {
        "the hanging keychain".into()
    }
    fn longest(&self) -> usize {
        self.1.longest()
    }
    fn probe(&mut self) -> Result<(), KeychainError> {
        self.1.probe()
    }
    fn unlock(&mut self) -> Result<(), KeychainError> {
        // It ends when the test lets it.
        let _ = self.0.recv();
        Ok(())
    }
    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        self.1.set(slot, secret)
    }
    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        self.1.get(slot)
    }
    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        self.1.remove(slot)
    }
}

#[tokio::test]
async fn a_keychain_that_hangs_is_left_waiting_and_used_again_afterwards() {
    let (person, question) = mpsc::channel();
    let patience = Patience { answer: Duration::from_millis(300), person: Duration::from_millis(500) };
    let vault = Vault::over(Hangs(question, MemoryKeychain::new()), patience);
    let error = vault.put(&item("1"), &key(10)).await.expect_err("nobody answers");
    assert_eq!(
        error.to_string(),
        "the hanging keychain did not answer within 0.5 s; if it asks to be unlocked, do so and try again"
    );
    let started = Instant::now();
    for _ in 0..100 {
        assert!(matches!(vault.get(&item("1")).await, Err(VaultError::NoAnswer { .. })));
    }
    assert!(started.elapsed() < Duration::from_millis(200), "nobody waits in line behind an open question");
    assert!(matches!(vault.state().await, KeychainState::Locked { .. }));
    person.send(()).expect("somebody asks");
    let started = Instant::now();
    while !matches!(vault.state().await, KeychainState::Ready) {
        assert!(started.elapsed() < Duration::from_secs(10), "it works again once the question is answered");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(vault.get(&item("1")).await, Ok(Some(_))), "what the person was asked for was done");
}

#[tokio::test]
async fn an_encrypted_file_keeps_logins_for_whoever_has_the_passphrase() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("data/vault.sluice");
    let passphrase = || Secret::new("correct horse");
    let vault = Vault::file(&path, passphrase()).await.expect("it is made");
    assert_eq!(vault.state().await, KeychainState::Ready);
    let login = Login::Basic { username: "robot".into(), password: Secret::new("CANARY") };
    vault.put(&item("1"), &login).await.expect("it is kept");
    vault.put(&item("2"), &key(16 * 1024)).await.expect("it is kept");

    let bytes = std::fs::read(&path).expect("a file");
    assert!(!bytes.windows(6).any(|window| window == b"CANARY" || window == b"git.ac"), "all of it is encrypted");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
    }

    let wrong = Vault::file(&path, Secret::new("correct hors")).await.map(drop).expect_err("the wrong passphrase");
    assert!(matches!(wrong, VaultError::WrongPassphrase { .. }), "{wrong}");
    assert!(!format!("{wrong} {wrong:?}").contains("hors"), "{wrong}");

    let again = Vault::file(&path, passphrase()).await.expect("it opens");
    assert_eq!(told(&again.get(&item("1")).await.expect("read").expect("there")), "robot:CANARY");
    assert_eq!(again.remove(&item("1")).await, Ok(true));
    assert_eq!(again.remove(&item("1")).await, Ok(false));
    assert!(matches!(vault.get(&item("1")).await, Ok(None)), "the other handle sees it at once");
    assert!(same(&vault.get(&item("2")).await.expect("read").expect("there"), &key(16 * 1024)));

    std::fs::write(&path, "not a vault").expect("a file");
    assert!(matches!(vault.get(&item("2")).await, Err(VaultError::Locked { .. })));
    std::fs::remove_file(&path).expect("a file");
    let error = vault.get(&item("2")).await.map(drop).expect_err("it is gone");
    assert!(
        error
            .to_string()
            .ends_with("(the file is gone); bring the file back, or begin a new vault: sluice vault use file"),
        "{error}"
    );
    let error = vault.put(&item("2"), &key(1)).await.expect_err("it is not made again behind the person's back");
    assert!(matches!(error, VaultError::Missing { .. }) && !path.exists(), "{error}");
}

#[tokio::test]
async fn two_processes_that_share_a_file_lose_nothing() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("vault.sluice");
    let passphrase = Secret::new("x");
    // Each handle has its own key and its own lock, as each process would.
    let handles: Vec<Vault> = (0..3)
        .map(|_| Vault::over(FileKeychain::open(&path, &passphrase).expect("it opens"), Patience::default()))
        .collect();
    let writes: Vec<_> = (0..30)
        .map(|number| {
            let vault = handles[number % 3].clone();
            tokio::spawn(async move { vault.put(&item(&number.to_string()), &key(number)).await })
        })
        .collect();
    for write in writes {
        write.await.expect("it ends").expect("it is kept");
    }
    for number in 0..30 {
        let kept = handles[0].get(&item(&number.to_string())).await.expect("it can be read");
        assert!(kept.is_some_and(|kept| same(&kept, &key(number))), "{number} is there");
    }
}

#[tokio::test]
async fn a_file_that_is_no_vault_is_told_and_left_alone() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "my notes").expect("a file");
    let error = Vault::file(&path, Secret::new("x")).await.map(drop).expect_err("it is no vault");
    assert!(error.to_string().ends_with("notes.txt cannot be used: it is not a vault"), "{error}");
    assert_eq!(std::fs::read(&path).expect("a file"), b"my notes");
    let error = Vault::file(folder.path(), Secret::new("x")).await.map(drop).expect_err("it is a folder");
    assert!(matches!(error, VaultError::File { .. }), "{error}");
}
