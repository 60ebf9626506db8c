//! The way to a registry: proxies, plain HTTP, and Docker Hub, which is not where its name says.

use sluice_core::Secret;
use sluice_registry::{Access, ProxyAddress, ProxyRule, RegistryError, SignInKind};
use sluice_testkit::free_port;
use sluice_testkit::http::{ForwardProxy, Reply};
use sluice_testkit::registry::{Authority, Challenge, WireOptions, WireRegistry};

use crate::common::{CANARY, client, client_with, list, me, options, texts, told, trusting};

/// An access by way of a proxy.
pub(crate) fn proxied(proxy: &ForwardProxy, access: Access) -> Access {
    through(proxy.url(), None, access)
}

fn through(address: String, credential: Option<(&str, &str)>, access: Access) -> Access {
    let credential = credential.map(|(name, password)| (name.to_owned(), Secret::new(password)));
    Access { proxy: Some(ProxyAddress { address, credential }), ..access }
}

#[tokio::test]
async fn a_proxy_sees_addresses_of_plain_http_and_names_of_encrypted_hosts() {
    let (wire, proxy) = (WireRegistry::start(), ForwardProxy::open());
    wire.tags("app", ["1"]);
    assert_eq!(texts(&list(&client(), &wire.image("app"), &proxied(&proxy, me())).await.expect("tags")), ["1"]);
    let line = format!("GET {}/v2/app/tags/list?n=1000 HTTP/1.1", wire.url());
    assert!(proxy.requests().contains(&line), "{:?}", proxy.requests());

    let authority = Authority::new("ours");
    let (wire, proxy) = (WireRegistry::encrypted(&authority), ForwardProxy::open());
    wire.tags("app", ["1"]);
    let access = proxied(&proxy, trusting(&authority, me()));
    assert_eq!(texts(&list(&client(), &wire.image("app"), &access).await.expect("tags")), ["1"]);
    let tunnel = format!("CONNECT {} HTTP/1.1", wire.address());
    assert!(!proxy.requests().is_empty() && proxy.requests().iter().all(|line| *line == tunnel));
}

#[tokio::test]
async fn a_proxy_s_name_and_password_are_used_wherever_they_stand() {
    let authority = Authority::new("ours");
    let (plain, encrypted) = (WireRegistry::start(), WireRegistry::encrypted(&authority));
    let proxy = ForwardProxy::basic("me", CANARY);
    let password = CANARY.replace('/', "%2F").replace('+', "%2B");
    let in_address = proxy.url().replace("://", &format!("://me:{password}@"));
    for wire in [&plain, &encrypted] {
        wire.tags("app", ["1"]);
        let apart = through(proxy.url(), Some(("me", CANARY)), trusting(&authority, Access::default()));
        assert_eq!(texts(&list(&client(), &wire.image("app"), &apart).await.expect("tags")), ["1"]);
        let inside = through(in_address.clone(), None, trusting(&authority, Access::default()));
        assert_eq!(texts(&list(&client(), &wire.image("app"), &inside).await.expect("tags")), ["1"]);
        assert!(wire.requests().iter().all(|request| request.header("proxy-authorization").is_none()));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let plain = WireRegistry::start();
    let proxy = ForwardProxy::basic("me", "other");
    for credential in [None, Some(("me", CANARY))] {
        let access = through(proxy.url(), credential, Access::default());
        let error = list(&client(), &plain.image("app"), &access).await.expect_err("refused");
        assert_eq!(error.code(), "registry-proxy-refused", "{error:?}");
        told(&error, &plain.address(), &["the proxy on the way", "name and password"]);

        let access = through(proxy.url(), credential, Access::default());
        let error = list(&client(), "registry.example/app", &access).await.expect_err("refused");
        assert!(matches!(error, RegistryError::Unreachable { .. }), "{error:?}");
        let parts = ["proxy authorization required", &format!("through the proxy {}", proxy.url())];
        told(&error, "registry.example", &parts);
    }
    assert!(plain.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_that_is_gone_is_named() {
    let address = format!("127.0.0.1:{}", free_port());
    let access = through(format!("http://me:{}@{address}", "canary"), None, Access::default());
    let error = list(&client(), "registry.example/app", &access).await.expect_err("nobody there");
    told(&error, "registry.example", &["refused", &format!("through the proxy http://{address}")]);
}

#[tokio::test]
async fn a_registry_s_own_proxy_wins_over_the_client_s() {
    let (wire, everybody_s, own) = (WireRegistry::start(), ForwardProxy::open(), ForwardProxy::open());
    wire.tags("app", ["1"]);
    let mut options = options();
    options.proxy = ProxyRule::Address(ProxyAddress { address: everybody_s.url(), credential: None });
    let client = client_with(options);
    list(&client, &wire.image("app"), &Access::anonymous()).await.expect("tags");
    let seen = everybody_s.requests().len();
    assert!(seen > 0);
    list(&client, &wire.image("app"), &proxied(&own, Access::default())).await.expect("tags");
    assert_eq!(everybody_s.requests().len(), seen);
    assert!(!own.requests().is_empty());
}

#[tokio::test]
async fn plain_http_is_spoken_only_where_it_was_asked_for() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    let proxy = ForwardProxy::leading_to(&wire.address());
    let name = "registry.example:5000/app";
    let error = list(&client(), name, &proxied(&proxy, Access::default())).await.expect_err("not encrypted");
    assert!(matches!(error, RegistryError::Tls { .. }), "{error:?}");
    told(&error, "registry.example:5000", &["TLS with https://registry.example:5000/v2/app/tags/list"]);
    assert!(proxy.requests().iter().all(|line| line.starts_with("CONNECT ")), "{:?}", proxy.requests());
    assert!(wire.requests().is_empty());

    let asked_for = Access { insecure_http: true, ..proxied(&proxy, Access::default()) };
    let client = client();
    assert_eq!(texts(&list(&client, name, &asked_for).await.expect("tags")), ["1"]);
    // What one was told does not count for the next, who did not ask for it.
    let error = list(&client, name, &proxied(&proxy, Access::default())).await.expect_err("not encrypted");
    assert!(matches!(error, RegistryError::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn https_is_tried_first_even_where_plain_http_was_asked_for() {
    let authority = Authority::new("ours");
    let wire = WireRegistry::with(&WireOptions {
        tls: Some(&authority),
        names: &["registry.example"],
        ..WireOptions::default()
    });
    wire.tags("app", ["1"]);
    let proxy = ForwardProxy::leading_to(&wire.address());
    let access = Access { insecure_http: true, ..proxied(&proxy, trusting(&authority, me())) };
    assert_eq!(texts(&list(&client(), "registry.example/app", &access).await.expect("tags")), ["1"]);
    assert!(proxy.requests().iter().all(|line| line == "CONNECT registry.example:443 HTTP/1.1"));
}

#[tokio::test]
async fn docker_hub_is_asked_where_it_is() {
    let authority = Authority::new("hub");
    let wire = WireRegistry::with(&WireOptions {
        tls: Some(&authority),
        names: &["registry-1.docker.io", "auth.docker.io"],
        ..WireOptions::default()
    });
    wire.tags("library/alpine", ["3.20"]);
    wire.tags("acme/app", ["1"]);
    let mut challenge = Challenge::bearer("https://auth.docker.io/token", None, &["t"]);
    challenge.asked = vec!["Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\"".to_owned()];
    wire.ask_to_sign_in(challenge);
    wire.answer("/token", Reply::json(r#"{"token":"t"}"#));
    let proxy = ForwardProxy::leading_to(&wire.address());
    let access = proxied(&proxy, trusting(&authority, Access::default()));
    let client = client();
    for (name, tag, path) in [
        ("alpine", "3.20", "/v2/library/alpine/tags/list"),
        ("docker.io/alpine", "3.20", "/v2/library/alpine/tags/list"),
        ("index.docker.io/library/alpine", "3.20", "/v2/library/alpine/tags/list"),
        ("acme/app", "1", "/v2/acme/app/tags/list"),
    ] {
        wire.forget_requests();
        assert_eq!(texts(&list(&client, name, &access).await.expect(name)), [tag], "{name}");
        assert_eq!(wire.requests().last().map(|request| request.path.clone()).as_deref(), Some(path), "{name}");
    }
    let ping = client.ping("index.docker.io", &access).await.expect("an answer");
    assert_eq!(ping.kind, SignInKind::Token { realm: "https://auth.docker.io/token".into() });
    let mut hosts = proxy.requests();
    hosts.sort();
    hosts.dedup();
    assert_eq!(hosts, ["CONNECT auth.docker.io:443 HTTP/1.1", "CONNECT registry-1.docker.io:443 HTTP/1.1"]);
}
