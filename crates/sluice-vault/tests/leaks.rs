//! Secrets everywhere, in and out of order; then everything that a person, a log or another process could see is searched
//! for them.
#![cfg(target_os = "linux")]

mod support;

use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use sluice_core::Secret;
use sluice_vault::keychain::{Keychain, KeychainError, MemoryKeychain, Slot};
use sluice_vault::{ItemName, Login, Offers, Patience, Vault, VaultError};
use support::Home;

/// In every secret place of these tests, also inside of base64.
const CANARY: &str = "canary-5ecret";

fn encoded(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Everything that could be shown.
#[derive(Default)]
struct Seen(Vec<String>);

impl Seen {
    fn error(&mut self, error: &VaultError) {
        self.0.push(error.to_string());
        self.debug(error);
        let mut source = error.source();
        while let Some(error) = source {
            self.0.push(format!("{error} {error:?}"));
            source = error.source();
        }
    }

    fn debug(&mut self, value: &impl Debug) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn offers(&mut self, offers: &Offers) {
        self.debug(offers);
        offers.problems.iter().for_each(|problem| self.error(problem));
        offers.found.iter().for_each(|found| self.0.push(found.origin.clone()));
    }

    fn check(&self) {
        assert!(!self.0.is_empty());
        for text in &self.0 {
            for secret in [CANARY, "5ecret", "secretly", &encoded(CANARY), &encoded(&format!("me:{CANARY}"))] {
                assert!(!text.contains(secret), "{text}");
            }
            let bytes = format!("{:?}", CANARY.as_bytes());
            assert!(!text.contains(bytes.trim_matches(['[', ']'])), "{text}");
        }
    }
}

#[tokio::test]
async fn nothing_of_docker_shows_a_secret() {
    let auth = encoded(&format!("me:{CANARY}"));
    let no_colon = encoded(CANARY);
    let files = [
        format!(r#"{{"auths":{{"reg.io":{{"auth":"{auth}"}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"auth":"{no_colon}"}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"auth":"{CANARY}?"}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"auth":["{CANARY}"]}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":"{CANARY}"}}}}"#),
        format!(r#"{{"auths":"{CANARY}"}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"identitytoken":"{CANARY}","registrytoken":"{CANARY}"}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"username":"me","password":"{CANARY}"}}}}}}"#),
        format!(r#"{{"auths":{{"reg.io":{{"auth":"{CANARY}"#),
        CANARY.to_owned(),
    ];
    let mut seen = Seen::default();
    for file in files {
        let home = Home::new();
        home.write(".docker/config.json", &file).write(".config/containers/auth.json", &file);
        seen.offers(&home.machine().registry_logins("reg.io", "app").await);
        match home.machine().registry_login("reg.io", "app").await {
            Ok(found) => seen.debug(&found),
            Err(error) => seen.error(&error),
        }
    }
    let bodies = [
        format!(r#"echo '{{"Username":"me","Secret":"{CANARY}"}}'"#),
        format!(r#"echo '{{"Username":"<token>","Secret":"{CANARY}"}}'; echo {CANARY} >&2"#),
        format!("echo {CANARY}; echo {CANARY} >&2; exit 1"),
        format!("echo {CANARY} >&2; exit 1"),
        format!("echo 'my secret is {CANARY} today' >&2; exit 1"),
        format!("echo 'https://me:{CANARY}@reg.io/v2/ refused' >&2; exit 1"),
        "printf 'canary\\0-5ecret \\033[31mcanary-5\\302\\255ecret' >&2; exit 1".to_owned(),
        format!("echo '{{\"Secret\": \"{CANARY}\", oops'"),
        "echo canary-secretly-of-letters >&2; exit 1".to_owned(),
        format!("echo {CANARY}; kill -9 $$"),
        format!("echo {CANARY}; sleep 100"),
    ];
    for body in bodies {
        let home = Home::new();
        home.write(".docker/config.json", r#"{"credsStore":"leaky"}"#).script("docker-credential-leaky", &body);
        let machine = home.machine().with_patience(Duration::from_secs(2));
        seen.debug(&machine);
        seen.offers(&machine.registry_logins("reg.io", "app").await);
    }
    assert!(seen.0.len() > 60);
    seen.check();
}

#[tokio::test]
async fn nothing_of_git_and_ssh_shows_a_secret() {
    let mut home = Home::new();
    home.run("git", "git", &["config", "--global", "credential.helper", "store"]);
    home.write(".git-credentials", format!("https://me:{CANARY}@github.com\n"));
    home.write(
        ".netrc",
        format!("machine github.com login me password {CANARY}\nmachine gitlab.com password {CANARY}"),
    );
    home.write(".config/gh/hosts.yml", format!("github.com:\n  oauth_token: {CANARY}\nghe.io: {{}}\n"));
    home.write(
        ".config/glab-cli/config.yml",
        format!("hosts:\n  gitlab.com: {{ token: {CANARY} }}\n  x: [{CANARY}]\n"),
    );
    home.script("gh", &format!("echo {CANARY}; echo 'no: {CANARY}' >&2; exit 1"));
    let key = format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n", encoded(CANARY));
    home.write(".ssh/id_ed25519", key).write(".ssh/id_rsa", format!("-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n"));
    home.write(".ssh/id_ecdsa", CANARY);
    home.set("GH_TOKEN", CANARY);
    let urls = [
        "https://github.com/acme/app".to_owned(),
        "https://gitlab.com/acme/app".to_owned(),
        "https://ghe.io/acme/app".to_owned(),
        "git@github.com:acme/app".to_owned(),
        format!("https://me:{CANARY}@github.com/acme/app"),
        format!("https://{CANARY}@/acme"),
        format!("https://github.com/\n{CANARY}"),
        format!("https://me:{CANARY}@github.com:99999/acme"),
        format!("ssh://me:{CANARY}@-bad/acme"),
    ];
    let mut seen = Seen::default();
    seen.debug(&home.machine());
    for url in urls {
        seen.offers(&home.machine().git_logins(&url).await);
    }
    seen.check();
}

/// A keychain that fails in every way, holding a secret.
struct Fails(MemoryKeychain, fn() -> KeychainError);

impl Keychain for Fails {
    fn name(&self) -> String {
        "the failing keychain".into()
    }
    fn longest(&self) -> usize {
        self.0.longest()
    }
    fn probe(&mut self) -> Result<(), KeychainError> {
        Ok(())
    }
    fn unlock(&mut self) -> Result<(), KeychainError> {
        Ok(())
    }
    fn set(&mut self, _: &Slot, _: &Secret) -> Result<(), KeychainError> {
        Err(self.1())
    }
    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        // What is there was not written by Sluice.
        self.0.set(slot, &Secret::new(CANARY)).and_then(|()| self.0.get(slot))
    }
    fn remove(&mut self, _: &Slot) -> Result<bool, KeychainError> {
        Err(self.1())
    }
}

#[tokio::test]
async fn nothing_of_the_vault_shows_a_secret() {
    let item = ItemName::new("1", "reg.io", "me");
    let secret = || Secret::new(CANARY);
    let logins = [
        Login::Basic { username: "me".into(), password: secret() },
        Login::IdentityToken(secret()),
        Login::Bearer(Secret::new(CANARY.repeat(100_000))),
        Login::SshKey { private_key: secret(), public_key: None, passphrase: Some(secret()) },
        Login::ClientCertificate { certificate_pem: b"public".to_vec(), key_pem: secret() },
        Login::OpenPgpKey { armored: secret(), passphrase: Some(secret()) },
        Login::Tls { ca_pem: Some(b"public".to_vec()), identity: Some((b"public".to_vec(), secret())) },
        Login::Proxy { address: "http://proxy:3128".into(), credential: Some(("me".into(), secret())) },
    ];
    let failures: [fn() -> KeychainError; 4] = [
        || KeychainError::Locked,
        || KeychainError::Missing("gone".into()),
        || KeychainError::Refused("no".into()),
        || KeychainError::Damaged("odd"),
    ];
    let mut seen = Seen::default();
    for failure in failures {
        let vault = Vault::over(Fails(MemoryKeychain::new(), failure), Patience::default());
        seen.debug(&vault);
        for login in &logins {
            seen.debug(login);
            seen.error(&vault.put(&item, login).await.expect_err("it fails"));
        }
        seen.error(&vault.get(&item).await.map(drop).expect_err("it is not ours"));
        seen.error(&vault.remove(&item).await.map(drop).expect_err("it fails"));
    }
    let vault = Vault::in_memory();
    vault.put(&item, &logins[0]).await.expect("it is kept");
    seen.debug(&vault.get(&item).await);
    seen.check();
}

#[tokio::test]
async fn no_process_shows_a_secret_in_its_arguments() {
    let home = Home::new();
    let auth = encoded(&format!("me:{CANARY}"));
    home.write(".docker/config.json", format!(r#"{{"credsStore":"slow","auths":{{"other.io":{{"auth":"{auth}"}}}}}}"#));
    home.script("docker-credential-slow", "cat > /dev/null; cat $HOME/answer; sleep 0.3");
    home.write("answer", format!(r#"{{"Username":"me","Secret":"{CANARY}"}}"#));
    home.run("git", "git", &["config", "--global", "credential.helper", "slow"]);
    home.script("git-credential-slow", "sleep 0.3; echo username=me; sed s/^/password=/ $HOME/answer");

    let stop = Arc::new(AtomicBool::new(false));
    let watching = stop.clone();
    let watcher = std::thread::spawn(move || {
        let (mut looks, mut shown) = (0, Vec::new());
        while !watching.load(Ordering::Relaxed) {
            looks += 1;
            for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
                let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).into_owned();
                if line.contains(CANARY) {
                    shown.push(line);
                }
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        (looks, shown)
    });
    let machine = home.machine();
    let (registry, git) = (machine.registry_logins("reg.io", "app"), machine.git_logins("https://github.com/acme/app"));
    let (registry, git) = tokio::join!(registry, git);
    stop.store(true, Ordering::Relaxed);
    let (looks, shown) = watcher.join().expect("the watcher ends");
    assert_eq!((registry.found.len(), git.found.len()), (1, 1), "both were found");
    assert!(looks >= 5 && shown.is_empty(), "{looks} looks: {shown:?}");
}
