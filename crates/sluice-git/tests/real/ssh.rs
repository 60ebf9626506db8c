//! Over a real sshd.

use sluice_core::Secret;
use sluice_core::diagnosis::Code;
use sluice_git::{GitAccess, GitCredential, GitError, KnownHosts, ProxyAddress, scan_host_key};
use sluice_testkit::git::{AuthorizedKey, BareRepository, ClientKey, KeyKind, SshAgent, SshServer};
use sluice_testkit::http::{ForwardProxy, SocksProxy};

use crate::{PATIENCE, Place, by_key, id, onto_main, served};

/// Fetches, commits and pushes.
fn release(place: &Place, access: &GitAccess, repository: &BareRepository) -> Result<(), GitError> {
    let tip = place.fetch(access)?.refs.branch("main").expect("main is there");
    let commit = place.commit(tip, "app.yaml", &format!("image: app:1.0.1 # {tip}\n"));
    place.push(&onto_main(commit, tip), access)?;
    assert_eq!(repository.tip("refs/heads/main"), commit.to_string());
    Ok(())
}

#[test]
fn every_kind_of_key_reads_and_writes() {
    let repository = BareRepository::with_files("fleet", &[("app.yaml", "image: app:1.0.0\n")]);
    let keys = [
        ClientKey::new(KeyKind::Ed25519, None),
        ClientKey::new(KeyKind::Ed25519, Some("pass phrase")),
        ClientKey::new(KeyKind::EcdsaP256, None),
        ClientKey::new(KeyKind::EcdsaP521, None),
        ClientKey::new(KeyKind::EcdsaP521, Some("pass phrase")),
        ClientKey::new(KeyKind::Rsa3072, None),
        ClientKey::new(KeyKind::Rsa3072, Some("pass phrase")),
        ClientKey::new(KeyKind::Rsa3072Pkcs8, Some("pass phrase")),
    ];
    let authorized: Vec<_> = keys.iter().map(AuthorizedKey::Writer).collect();
    let server = SshServer::start(repository.root(), &authorized);
    let place = Place::of(&server.url(&repository.path()));
    for key in &keys {
        let kind = key.public_line.split(' ').next().unwrap_or_default();
        release(&place, &by_key(&server, key), &repository).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
    repository.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn an_agents_key_is_used_where_the_server_takes_it() {
    let (repository, server, key) = served();
    let other = ClientKey::new(KeyKind::EcdsaP256, None);
    let agent = SshAgent::with(&[&other, &key]);
    // The agent is found through the environment, so the example runs as a program of its own.
    let known = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(known.path(), server.known_hosts()).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let run = |socket: Option<std::path::PathBuf>| {
        let mut command = std::process::Command::new(crate::shared::example("agent"));
        command.arg(cache.path()).arg(server.url(&repository.path())).arg(known.path()).env_remove("SSH_AUTH_SOCK");
        if let Some(socket) = socket {
            command.env("SSH_AUTH_SOCK", socket);
        }
        let output = command.output().expect("the example starts");
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (is_fine, words) = run(Some(agent.socket()));
    assert!(is_fine, "{words}");
    let gone = SshAgent::with(&[&other]).socket();
    let (is_fine, words) = run(Some(gone));
    assert!(!is_fine && words.contains("git-access-unusable"), "the agent is gone: {words}");
    let strangers = SshAgent::with(&[&other]);
    let (is_fine, words) = run(Some(strangers.socket()));
    assert!(!is_fine && words.contains("git-credentials-refused"), "{words}");
    let (is_fine, words) = run(None);
    assert!(!is_fine && words.contains("git-access-unusable"), "{words}");
}

#[test]
fn an_unknown_host_key_is_refused_with_the_line_that_would_make_it_known() {
    let (repository, server, key) = served();
    let place = Place::of(&server.url(&repository.path()));
    let mut access = GitAccess { known_hosts: KnownHosts::default(), ..by_key(&server, &key) };
    let error = place.fetch(&access).unwrap_err();
    assert_eq!((error.code(), error.diagnosis()), ("git-host-key-unknown", Some(Code::HostKeyUnknown)));
    let GitError::HostKeyUnknown { host, key: shown, .. } = &error else { panic!("{error}") };
    assert_eq!(host, &format!("127.0.0.1:{}", server.port()));
    assert!(server.known_hosts().contains(&shown.line), "{} is not the server's", shown.line);
    access.known_hosts.merge(KnownHosts::parse(&shown.line));
    place.fetch(&access).expect("the line made it known");
    // The key was never offered before the server was known.
    assert!(server.log().matches("Accepted publickey").count() == 1, "{}", server.log());
}

#[test]
fn a_changed_host_key_is_refused_and_says_what_was_expected() {
    let (repository, mut server, key) = served();
    let place = Place::of(&server.url(&repository.path()));
    let access = by_key(&server, &key);
    place.fetch(&access).unwrap();
    server.change_host_keys();
    let error = place.fetch(&access).unwrap_err();
    let GitError::HostKeyChanged { known, key, .. } = &error else { panic!("{error}") };
    assert_eq!(known.len(), 3);
    assert!(error.to_string().contains(&key.fingerprint) && error.to_string().contains(&known[0].fingerprint));
    assert_eq!(error.diagnosis(), Some(Code::HostKeyChanged));
}

#[test]
fn a_revoked_host_key_is_refused() {
    let (repository, server, key) = served();
    let mut access = by_key(&server, &key);
    for name in ["host_ed25519", "host_ecdsa", "host_rsa"] {
        access.known_hosts.merge(KnownHosts::parse(&format!("@revoked * {}", server.host_key(name))));
    }
    let error = Place::of(&server.url(&repository.path())).fetch(&access).unwrap_err();
    assert!(matches!(error, GitError::HostKeyRevoked { .. }), "{error}");
}

#[test]
fn the_kind_of_host_key_on_record_is_asked_for() {
    let (repository, server, key) = served();
    for name in ["host_ed25519", "host_ecdsa", "host_rsa"] {
        let line = format!("[127.0.0.1]:{} {}", server.port(), server.host_key(name));
        let access = GitAccess { known_hosts: KnownHosts::parse(&line), ..by_key(&server, &key) };
        let fetched = Place::of(&server.url(&repository.path())).fetch(&access);
        fetched.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn hashed_known_hosts_of_ssh_keygen_are_understood() {
    let (repository, server, key) = served();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_hosts");
    std::fs::write(&file, server.known_hosts()).unwrap();
    let hashed = std::process::Command::new("ssh-keygen").arg("-H").arg("-f").arg(&file).output().unwrap();
    assert!(hashed.status.success());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("|1|") && !text.contains("127.0.0.1"), "{text}");
    let access = GitAccess { known_hosts: KnownHosts::parse(&text), ..by_key(&server, &key) };
    Place::of(&server.url(&repository.path())).fetch(&access).unwrap();
}

#[test]
fn a_scan_shows_every_host_key_as_the_server_has_it() {
    let (_repository, server, _) = served();
    let keys = scan_host_key("127.0.0.1", server.port(), PATIENCE).unwrap();
    let mut lines: Vec<_> = keys.iter().map(|key| format!("{}\n", key.line)).collect();
    let mut expected: Vec<_> = server.known_hosts().lines().map(|line| format!("{line}\n")).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
    assert!(keys.iter().all(|key| key.fingerprint.starts_with("SHA256:")));
    let nobody = sluice_testkit::free_port();
    assert!(matches!(scan_host_key("127.0.0.1", nobody, PATIENCE), Err(GitError::Unreachable { .. })));
}

#[test]
fn keys_that_are_not_taken_are_told_from_keys_that_cannot_be_read() {
    let (repository, server, key) = served();
    let place = Place::of(&server.url(&repository.path()));
    let stranger = ClientKey::new(KeyKind::Ed25519, None);
    let encrypted = ClientKey::new(KeyKind::Ed25519, Some("pass phrase"));
    let error = place.fetch(&by_key(&server, &stranger)).unwrap_err();
    let GitError::CredentialsRefused { origin, .. } = &error else { panic!("{error}") };
    assert_eq!((origin.as_str(), error.diagnosis()), ("secret default/fleet", Some(Code::CredentialsRefused)));
    let with = |private_key: &str, passphrase: Option<&str>| {
        let credential =
            GitCredential::SshKey { private_key: Secret::new(private_key), passphrase: passphrase.map(Secret::new) };
        place.fetch(&GitAccess { credential: Some(credential), ..by_key(&server, &key) }).unwrap_err()
    };
    for error in [
        with(&encrypted.private_pem, None),
        with(&encrypted.private_pem, Some("wrong phrase")),
        with("not a key", None),
        with("", None),
        with("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", None),
    ] {
        assert!(matches!(error, GitError::BadAccess { what: "private key", .. }), "{error}");
        assert!(!format!("{error:?}").contains("phrase wrong phrase"), "{error:?}");
    }
    let none = GitAccess { credential: None, ..by_key(&server, &key) };
    assert!(matches!(place.fetch(&none).unwrap_err(), GitError::CredentialsMissing { .. }));
    let password =
        GitAccess { known_hosts: KnownHosts::parse(&server.known_hosts()), ..crate::by_password("me", "pw") };
    assert!(matches!(place.fetch(&password).unwrap_err(), GitError::BadAccess { what: "credential", .. }));
}

#[test]
fn a_read_only_key_reads_and_its_push_is_refused_in_the_servers_words() {
    let (repository, server, key) = served();
    server.authorize(&[AuthorizedKey::Reader(&key)]);
    let place = Place::of(&server.url(&repository.path()));
    let before = repository.tip("refs/heads/main");
    let error = release(&place, &by_key(&server, &key), &repository).unwrap_err();
    let GitError::ReadOnlyKey { words, origin, .. } = &error else { panic!("{error}") };
    assert!(words.contains("marked as read only"), "{words}");
    assert_eq!(origin, "secret default/fleet");
    assert_eq!((error.diagnosis(), error.is_transient()), (Some(Code::KeyReadOnly), false));
    assert_eq!(repository.tip("refs/heads/main"), before);
}

#[test]
fn a_key_that_may_not_see_the_repository_hears_that_there_is_none() {
    let (repository, server, key) = served();
    server.authorize(&[AuthorizedKey::Stranger(&key)]);
    let error = Place::of(&server.url(&repository.path())).fetch(&by_key(&server, &key)).unwrap_err();
    let GitError::NotFound { words, .. } = &error else { panic!("{error}") };
    assert!(words.contains("Repository not found"), "{words}");

    server.authorize(&[AuthorizedKey::Writer(&key)]);
    let elsewhere = server.url(&repository.root().join("other.git"));
    let error = Place::of(&elsewhere).fetch(&by_key(&server, &key)).unwrap_err();
    assert!(matches!(error, GitError::NotFound { .. }), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    let (repository, server, key) = served();
    let (url, access) = (server.url(&repository.path()), by_key(&server, &key));
    let place = Place::of(&url);
    let tip = place.fetch(&access).unwrap().refs.branch("main").unwrap();
    drop(server);
    let error = place.fetch(&access).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }) && error.is_transient(), "{error}");
    // What was fetched is still known.
    assert_eq!(place.mirror.refs().unwrap().branch("main"), Some(tip));
    assert_eq!(tip, id(&repository.tip("main")));
}

#[test]
fn ssh_goes_through_proxies_of_both_kinds() {
    let (repository, server, key) = served();
    let place = Place::of(&server.url(&repository.path()));
    let (connect, socks) =
        (ForwardProxy::basic("user", "pw-of-proxy"), SocksProxy::start(Some(("user", "pw-of-proxy"))));
    let through = |address: String, credential: Option<(&str, &str)>| {
        let credential = credential.map(|(name, password)| (name.to_owned(), Secret::new(password)));
        GitAccess { proxy: Some(ProxyAddress { address, credential }), ..by_key(&server, &key) }
    };
    let mine = Some(("user", "pw-of-proxy"));
    release(&place, &through(connect.url(), mine), &repository).unwrap();
    release(&place, &through(socks.url(), mine), &repository).unwrap();
    // A name and password in the address are used too.
    release(&place, &through(socks.url().replace("socks5://", "socks5://user:pw-of-proxy@"), None), &repository)
        .unwrap();
    let target = format!("127.0.0.1:{}", server.port());
    assert!(
        !socks.targets().is_empty() && socks.targets().iter().all(|other| *other == target),
        "{:?}",
        socks.targets()
    );
    for access in
        [through(socks.url(), None), through(socks.url(), Some(("user", "wrong"))), through(connect.url(), None)]
    {
        let error = place.fetch(&access).unwrap_err();
        assert!(matches!(error, GitError::Unreachable { .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("pw-of-proxy"));
    }
}
