//! Logins for Git over SSH: a real ssh agent, real keys, the real ssh reading its configuration.
#![cfg(unix)]

mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sluice_testkit::{Running, program};
use sluice_vault::{Found, Login, OriginKind};
use support::{Home, lines, problems};

const URL: &str = "ssh://git@git.acme.io/acme/app.git";

fn keygen(home: &Home, kind: &str, file: &str, passphrase: &str) {
    std::fs::create_dir_all(home.path(file).parent().expect("a folder")).expect("a folder");
    home.run("ssh-keygen", "openssh-client", &["-q", "-t", kind, "-N", passphrase, "-C", "me@laptop", "-f", file]);
}

async fn keys(home: &Home, url: &str) -> Vec<Found> {
    let offers = home.machine().git_logins(url).await;
    assert_eq!(problems(&offers), [""; 0]);
    offers.found.into_iter().filter(|found| found.source == OriginKind::SshKeyFile).collect()
}

async fn origins(home: &Home, url: &str) -> Vec<String> {
    keys(home, url).await.into_iter().map(|found| found.origin).collect()
}

#[tokio::test]
async fn an_agent_that_holds_keys_is_offered_first() {
    let mut home = Home::new();
    keygen(&home, "ed25519", "elsewhere/key", "");
    keygen(&home, "ed25519", ".ssh/id_ed25519", "");
    home.set("SSH_AUTH_SOCK", "~/agent");
    let mut command = Command::new(program("ssh-agent", "openssh-client"));
    command.arg("-D").arg("-a").arg(home.path("agent")).stdin(Stdio::null()).stdout(Stdio::null());
    let agent = Running::start(&mut command);
    let started = Instant::now();
    while !home.path("agent").exists() {
        assert!(started.elapsed() < Duration::from_secs(10), "ssh-agent does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(origins(&home, URL).await, ["~/.ssh/id_ed25519"], "an empty agent is no offer");

    home.run("ssh-add", "openssh-client", &["-q", "elsewhere/key"]);
    let offers = home.machine().git_logins(URL).await;
    assert_eq!(lines(&offers)[0], "agent | ssh agent (me@laptop)");
    assert_eq!(offers.found[1].origin, "~/.ssh/id_ed25519");
    assert!(matches!(offers.found[0].login, Login::SshAgent));

    drop(agent);
    assert_eq!(home.machine().git_logins(URL).await.found.len(), 1, "an agent that has ended is no offer");
}

#[tokio::test]
async fn an_agent_that_never_answers_holds_nobody_up() {
    let mut home = Home::new();
    let _silent = std::os::unix::net::UnixListener::bind(home.path("agent")).expect("a socket");
    home.set("SSH_AUTH_SOCK", "~/agent");
    let started = Instant::now();
    assert!(home.machine().git_logins(URL).await.found.is_empty());
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn keys_of_every_kind_are_found_with_their_public_half() {
    let home = Home::new();
    keygen(&home, "ed25519", ".ssh/id_ed25519", "");
    keygen(&home, "ecdsa", ".ssh/id_ecdsa", "correct horse");
    home.run(
        "ssh-keygen",
        "openssh-client",
        &["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", ".ssh/id_rsa"],
    );
    std::fs::remove_file(home.path(".ssh/id_ed25519.pub")).expect("a file");
    let mut found = keys(&home, URL).await;
    found.sort_by(|a, b| a.origin.cmp(&b.origin));
    let kinds = ["ecdsa-sha2-nistp256 ", "ssh-ed25519 ", "ssh-rsa "];
    let encrypted = [true, false, false];
    assert_eq!(found.len(), 3);
    for ((found, kind), encrypted) in found.iter().zip(kinds).zip(encrypted) {
        let Login::SshKey { private_key, public_key, passphrase } = &found.login else { panic!("{found:?}") };
        assert!(public_key.as_deref().is_some_and(|key| key.starts_with(kind)), "{public_key:?} for {kind}");
        assert_eq!((found.needs_passphrase, passphrase.is_none()), (encrypted, true), "{}", found.origin);
        let file = found.origin.replace("~/", "");
        assert_eq!(private_key.expose(), home.read(&file).as_bytes(), "the key is used as it lies there");
        assert!(!format!("{found:?}").contains("PRIVATE KEY"));
    }
    let public = home.read(".ssh/id_ecdsa.pub");
    let Login::SshKey { public_key: Some(shown), .. } = &found[0].login else { panic!("a key") };
    assert!(public.starts_with(shown.as_str()), "{public} is {shown}");
}

#[tokio::test]
async fn ssh_says_which_keys_are_for_a_host() {
    let home = Home::new();
    keygen(&home, "ed25519", ".ssh/id_ed25519", "");
    keygen(&home, "ed25519", ".ssh/deploy", "");
    keygen(&home, "ed25519", "keys/git@git.acme.io", "");
    home.write(
        ".ssh/config",
        "Host work\n  HostName git.acme.io\n  IdentityFile ~/.ssh/deploy\nHost *.acme.io\n  User git\n  \
         IdentityFile %d/keys/%r@%h\nHost none.example\n  IdentityFile ~/.ssh/missing\n",
    );
    let cases: [(&str, &[&str]); 5] = [
        ("git@work:acme/app.git", &["~/.ssh/deploy"]),
        ("git@git.acme.io:acme/app.git", &["~/keys/git@git.acme.io"]),
        ("ssh://git.acme.io:2222/acme/app.git", &["~/keys/git@git.acme.io"]),
        ("git@github.com:acme/app.git", &["~/.ssh/id_ed25519"]),
        ("git@none.example:acme/app.git", &[]),
    ];
    for (url, expected) in cases {
        assert_eq!(origins(&home, url).await, expected, "{url}");
    }
}

#[tokio::test]
async fn without_ssh_the_usual_keys_are_found() {
    let mut home = Home::new();
    keygen(&home, "ed25519", ".ssh/id_ed25519", "");
    home.set("PATH", "~/bin");
    assert_eq!(origins(&home, URL).await, ["~/.ssh/id_ed25519"]);
}

#[tokio::test]
async fn keys_that_cannot_be_used_are_told_without_their_contents() {
    let home = Home::new();
    home.write(".ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n-----END OPENSSH PRIVATE KEY-----\n");
    home.write(".ssh/id_ed25519", vec![b'C'; 100_000]);
    let offers = home.machine().git_logins(URL).await;
    let mut told = problems(&offers);
    told.sort();
    let expected = [
        "~/.ssh/id_ed25519 cannot be used: it is too large for what it should be",
        "~/.ssh/id_rsa cannot be used: the private key is damaged",
    ];
    assert_eq!(told, expected);
    assert!(!format!("{offers:?}").contains("CANARY"));
}

#[tokio::test]
async fn known_hosts_are_read_where_ssh_keeps_them() {
    let home = Home::new();
    assert_eq!(home.machine().known_hosts_text().await, "");
    home.write(".ssh/known_hosts", "git.acme.io ssh-ed25519 AAAA")
        .write("system/ssh_known_hosts", "github.com ssh-rsa BBBB\n");
    let machine = home.machine().with_system_ssh(home.path("system"));
    assert_eq!(machine.known_hosts_text().await, "git.acme.io ssh-ed25519 AAAA\ngithub.com ssh-rsa BBBB\n");
}
