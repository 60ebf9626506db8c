//! What lies between this machine and a host: a GitHub App's tokens, certificates of one's own, a proxy.

use std::path::Path;

use sluice_testkit::git::{BareRepository, ClientKey, HttpGit, HttpGitOptions, HttpUser, KeyKind};
use sluice_testkit::github_app::{FakeApp, INSTALLATION, ORGANISATION, PERSON};
use sluice_testkit::http::ForwardProxy;
use sluice_testkit::registry::{Authority, DockerOptions, DockerRegistry, DockerTls, Image, WireRegistry};

use crate::support::bench::{IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Desk, Files, wait_until};

const APP_ID: &str = "12345";

/// The host and port of an address.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").expect("an address has a scheme").1;
    rest.split('/').next().expect("an address has a host").to_owned()
}

fn text(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}

/// A repository that takes the tokens of an app, from the `from`th on.
fn repository_of_app(from: u64) -> (BareRepository, HttpGit, String) {
    let repository = BareRepository::new("fleet");
    let users = (from..from + 500).map(|number| HttpUser::writer("x-access-token", &format!("ghs_canary{number:04}")));
    let options = HttpGitOptions { users: users.collect(), ..HttpGitOptions::default() };
    let server = HttpGit::start(repository.root(), &options);
    let url = server.url(&repository.path());
    (repository, server, url)
}

#[test]
fn a_github_app_reads_and_releases_with_tokens_that_are_renewed() {
    let key = ClientKey::new(KeyKind::Rsa2048Pkcs1, None);
    let app = FakeApp::start(APP_ID, &key);
    let (repository, _server, url) = repository_of_app(1);
    let registry = WireRegistry::start();
    Files::reference("v1", &url, &registry.image(IMAGE)).hurried().commit_to(&repository);
    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-20T10:00:00Z"));

    let desk = Desk::with_keychain();
    let (host, api) = (host_of(&url), app.api());
    let add = |more: &[&str]| {
        let words = ["credential", "add", "github-app", &host, "--api", &api];
        desk.sluice_with_input(&[&words, more].concat(), &key.private_pem)
    };
    for owner in [PERSON, ORGANISATION] {
        add(&["--app-id", APP_ID, "--installation-owner", owner]).exits(0);
        desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review"]).exits(0);
        desk.sluice(&["source", "remove", "fleet"]).exits(0);
    }
    add(&["--app-id", APP_ID, "--installation-id", &INSTALLATION.to_string()]).exits(0);
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review"]).exits(0);
    let listed = desk.sluice(&["credential", "list", "-o", "json"]).exits(0).json();
    assert_eq!(
        (&listed["credentials"][0]["kind"], &listed["credentials"][0]["way"]),
        (&"git-http".into(), &"github-app".into()),
        "{listed}"
    );
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");

    // Tokens that end soon: one process needs several.
    app.tokens_last(601);
    let before = app.tokens().len();
    desk.sluice(&["source", "set", "fleet", "--mode", "auto"]).exits(0);
    let agent = desk.agent();
    for tag in ["1.0.2", "1.0.3", "1.0.4"] {
        registry.push(IMAGE, tag, &Image::new("2026-11-21T10:00:00Z").label("version", tag));
        wait_until(tag, || tag_of(&repository.show("main", DEPLOYMENT)) == tag);
    }
    agent.stop();
    let taken = app.tokens().len() - before;
    assert!(taken > 1, "{taken} tokens were taken by the agent");
}

#[test]
fn a_github_app_that_is_refused_is_told_in_githubs_words() {
    let key = ClientKey::new(KeyKind::Rsa2048Pkcs1, None);
    let app = FakeApp::start(APP_ID, &key);
    let (_repository, _server, url) = repository_of_app(1);
    let desk = Desk::with_keychain();
    let (host, api) = (host_of(&url), app.api());
    let add = |pem: &str, more: &[&str]| {
        let words = ["credential", "add", "github-app", &host, "--api", &api];
        desk.sluice_with_input(&[&words, more].concat(), pem)
    };
    let source = || desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "-o", "json"]).exits(1).error();

    let cases: [(&[&str], &str, &str); 3] = [
        (&["--app-id", "1", "--installation-id", "4711"], "forge-app-refused", "'Issuer' claim"),
        (&["--app-id", APP_ID, "--installation-id", "1"], "forge-not-found", "installation 1 of the app 12345"),
        (&["--app-id", APP_ID, "--installation-owner", "nobody"], "forge-not-found", "at nobody"),
    ];
    for (words, code, said) in cases {
        add(&key.private_pem, words).exits(0);
        let error = source();
        assert_eq!(error["code"], code, "{error}");
        assert!(error["message"].as_str().is_some_and(|message| message.contains(said)), "{error}");
        assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{error}");
    }
    // Somebody else's key.
    let other = ClientKey::new(KeyKind::Rsa2048Pkcs1, None);
    add(&other.private_pem, &["--app-id", APP_ID, "--installation-id", "4711"]).exits(0);
    assert_eq!(source()["code"], "forge-app-refused");

    // What is no key of an app is not kept at all.
    for pem in ["", "hunter2", &key.private_pem[..400], &ClientKey::new(KeyKind::EcdsaP256Sec1, None).private_pem] {
        let run = add(pem, &["--app-id", APP_ID, "--installation-id", "4711"]).exits(2);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
    add(&key.private_pem, &["--installation-id", "4711"]).exits(2);
    add(&key.private_pem, &["--app-id", APP_ID]).exits(2);
}

#[test]
fn git_and_a_registry_that_want_a_certificate_get_the_one_that_is_kept_for_them() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let repository = BareRepository::new("fleet");
    let options = HttpGitOptions {
        authority: Some(&servers),
        clients: Some(&clients),
        users: vec![HttpUser::writer("bot", "pass")],
        ..HttpGitOptions::default()
    };
    let server = HttpGit::start(repository.root(), &options);
    let url = server.url(&repository.path());
    let tls = DockerTls { authority: &servers, clients: Some(&clients) };
    let registry = DockerRegistry::with(&DockerOptions { tls: Some(tls), ..DockerOptions::default() });
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.1");

    let desk = Desk::with_keychain();
    desk.put(".netrc", "machine 127.0.0.1 login bot password pass\n");
    let mine = clients.client("sluice");
    desk.put("ca.pem", &servers.pem());
    desk.put("me.pem", &mine.certificate_pem);
    desk.put("me.key", &mine.key_pem);
    let (ca, certificate, own_key) =
        (text(&desk.home("ca.pem")), text(&desk.home("me.pem")), text(&desk.home("me.key")));
    let add_source =
        || desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review", "-o", "json"]);
    let (git_host, registry_host) = (host_of(&url), registry.address());

    let error = add_source().exits(1).error();
    assert_eq!(error["code"], "git-tls-failed", "{error}");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("sluice credential add tls")), "{error}");
    desk.sluice(&["credential", "add", "tls", &git_host, "--ca-file", &ca]).exits(0);
    let error = add_source().exits(1).error();
    assert!(error["message"].as_str().is_some_and(|words| words.to_lowercase().contains("certificate")), "{error}");

    let whole = ["--ca-file", &ca, "--certificate-file", &certificate, "--key-file", &own_key];
    for host in [&git_host, &registry_host] {
        desk.sluice(&[&["credential", "add", "tls", host], whole.as_slice()].concat()).exits(0);
    }
    let listed = desk.sluice(&["credential", "list", "-o", "json"]).exits(0).json();
    assert!(listed["credentials"][0]["expiresAt"].is_string(), "{listed}");
    desk.sluice(&["credential", "test", &registry_host]).exits(0);
    add_source().exits(0);
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");

    // A certificate that another authority gave.
    let stranger = Authority::new("others").client("sluice");
    desk.put("me.pem", &stranger.certificate_pem);
    desk.put("me.key", &stranger.key_pem);
    desk.sluice(&[&["credential", "add", "tls", &git_host], whole.as_slice()].concat()).exits(0);
    desk.sluice(&["source", "remove", "fleet"]).exits(0);
    let error = add_source().exits(1).error();
    assert_eq!(error["code"], "git-tls-failed", "{error}");

    // Certificates that cannot be used are not kept.
    let expired = clients.expired_client("sluice");
    let cases = [
        (expired.certificate_pem.as_str(), expired.key_pem.as_str(), "expired on"),
        (&mine.certificate_pem, &stranger.key_pem, "the key is not that of the certificate"),
        (&mine.certificate_pem, "hunter2", "key cannot be read"),
        (&mine.certificate_pem[..200], &mine.key_pem, "certificate"),
        ("", &mine.key_pem, "no certificate in PEM"),
    ];
    for (certificate, key, said) in cases {
        desk.put("me.pem", certificate);
        desk.put("me.key", key);
        let run = desk.sluice(&[&["credential", "add", "tls", &git_host], whole.as_slice()].concat()).exits(2);
        assert!(run.stderr.contains(said) && !run.stderr.contains("hunter2"), "{}", run.stderr);
    }
    desk.sluice(&["credential", "add", "tls", &git_host]).exits(2);
}

#[test]
fn a_proxy_with_a_password_leads_git_and_the_registry() {
    let authority = Authority::new("servers");
    let repository = BareRepository::new("fleet");
    let users = vec![HttpUser::writer("bot", "pass")];
    let options = HttpGitOptions { authority: Some(&authority), users, ..HttpGitOptions::default() };
    let server = HttpGit::start(repository.root(), &options);
    let url = server.url(&repository.path());
    let registry = WireRegistry::encrypted(&authority);
    Files::reference("v1", &url, &registry.image(IMAGE)).commit_to(&repository);
    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-20T10:00:00Z"));

    let desk = Desk::with_keychain();
    desk.put(".netrc", "machine 127.0.0.1 login bot password pass\n");
    desk.put("ca.pem", &authority.pem());
    let ca = text(&desk.home("ca.pem"));
    let proxy = ForwardProxy::basic("me", "password-of-the-proxy");
    let proxied = |password: &str| {
        for host in [&host_of(&url), &registry.address()] {
            desk.sluice(&["credential", "add", "tls", host, "--ca-file", &ca]).exits(0);
            let words = ["credential", "add", "proxy", host, "--address", &proxy.url(), "--username", "me"];
            desk.sluice_with_input(&words, password).exits(0);
        }
    };
    proxied("wrong-password");
    let error = desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "-o", "json"]).exits(1).error();
    let words = error["message"].as_str().unwrap_or_default();
    assert!(words.contains("407") && !words.contains("wrong-password"), "{error}");

    proxied("password-of-the-proxy");
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review"]).exits(0);
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");
    let through = proxy.requests();
    for host in [host_of(&url), registry.address()] {
        assert!(through.iter().any(|line| line.contains(&host)), "{host}: {through:?}");
    }
    for address in ["ftp://proxy:1", "http://me:secret@proxy:1", "nonsense"] {
        let words = ["credential", "add", "proxy", &host_of(&url), "--address", address];
        let run = desk.sluice(&words).exits(2);
        assert!(!run.stderr.contains("secret"), "{}", run.stderr);
    }
}
