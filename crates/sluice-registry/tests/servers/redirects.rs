//! Redirects: followed within bounds, without the credential and the certificate once another host is reached.

use sluice_core::Secret;
use sluice_registry::{Access, ClientIdentity, Credential, RegistryError};
use sluice_testkit::http::{HttpServer, Reply};
use sluice_testkit::registry::{Authority, Challenge, Image, WireOptions, WireRegistry};

use crate::common::{CANARY, client, describe, list, me, texts, told, trusting};

const LIST: &str = "/v2/app/tags/list";

fn some_image() -> Image {
    Image::new("2026-01-01T00:00:00Z")
}

/// Where the image's configuration lies, and its bytes.
fn config() -> (String, Vec<u8>) {
    let (digest, bytes) = some_image().render().blobs.remove(0);
    (format!("/v2/app/blobs/{digest}"), bytes)
}

fn https(host: &str, rest: &str) -> String {
    format!("https://{host}{rest}")
}

#[tokio::test]
async fn a_blob_may_lie_at_another_host_which_sees_no_credential() {
    let authority = Authority::new("ours");
    let (wire, other) = (WireRegistry::encrypted(&authority), WireRegistry::encrypted(&authority));
    wire.push("app", "1", &some_image());
    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    let (path, bytes) = config();
    wire.answer(&path, Reply::redirect(307, &https(&other.other_name(), "/store/x?signature=abc")));
    other.answer("/store/x", Reply::of("application/octet-stream", bytes));
    let access = trusting(&authority, me());
    let described = describe(&client(), &wire.image("app"), "1", &access).await.expect("an image");
    assert!(described.created.is_some());
    let seen = other.requests();
    assert_eq!(seen[0].query, "signature=abc");
    assert!(seen.iter().all(|request| request.authorization().is_none()), "{seen:?}");
    assert!(wire.requests().iter().any(|request| request.authorization().is_some()));

    other.answer("/store/x", Reply::refusal(403, "EXPIRED", "signature expired"));
    let error = describe(&client(), &wire.image("app"), "1", &access).await.expect_err("expired");
    let text = told(&error, &wire.address(), &["EXPIRED"]);
    assert!(!text.contains("abc"), "the signature is shown: {text}");
}

#[tokio::test]
async fn a_certificate_of_our_own_is_not_shown_to_another_host() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let wanting = WireOptions { tls: Some(&servers), clients: Some(&clients), ..WireOptions::default() };
    let (wire, other) = (WireRegistry::with(&wanting), WireRegistry::with(&wanting));
    wire.tags("app", ["1"]);
    let own = clients.client("me");
    let identity =
        ClientIdentity { certificate_pem: own.certificate_pem.into_bytes(), key_pem: Secret::new(own.key_pem) };
    let access = Access { client_identity: Some(identity), ..trusting(&servers, Access::default()) };
    let client = client();
    assert_eq!(texts(&list(&client, &wire.image("app"), &access).await.expect("tags")), ["1"]);
    // The other host wants the same certificate and does not get it.
    wire.answer(LIST, Reply::redirect(307, &https(&other.other_name(), LIST)));
    let error = list(&client, &wire.image("app"), &access).await.expect_err("no certificate shown");
    assert!(matches!(error, RegistryError::Tls { .. }), "{error:?}");
    told(&error, &wire.address(), &[&other.other_name()]);
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn the_same_host_keeps_the_credential_and_another_port_does_not() {
    let authority = Authority::new("ours");
    let (wire, other) = (WireRegistry::encrypted(&authority), WireRegistry::encrypted(&authority));
    wire.tags("moved", ["1"]);
    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    wire.answer(LIST, Reply::redirect(301, "/v2/moved/tags/list?n=1000"));
    let access = trusting(&authority, me());
    assert_eq!(texts(&list(&client(), &wire.image("app"), &access).await.expect("tags")), ["1"]);

    other.ask_to_sign_in(Challenge::basic("me", CANARY));
    wire.answer(LIST, Reply::redirect(307, &https(&other.address(), LIST)));
    let error = list(&client(), &wire.image("app"), &access).await.expect_err("another server");
    told(&error, &wire.address(), &["UNAUTHORIZED"]);
    assert!(other.requests().iter().all(|request| request.authorization().is_none()));
}

#[tokio::test]
async fn a_list_that_lives_at_another_host_is_read_there_to_its_end() {
    // As registry.k8s.io does.
    let authority = Authority::new("ours");
    let (wire, other) = (WireRegistry::encrypted(&authority), WireRegistry::encrypted(&authority));
    other.tags("mirror/app", ["1", "2", "3"]);
    other.page_by(2);
    wire.answer(LIST, Reply::redirect(307, &https(&other.other_name(), "/v2/mirror/app/tags/list?n=1000")));
    let access = trusting(&authority, me());
    assert_eq!(texts(&list(&client(), &wire.image("app"), &access).await.expect("tags")), ["1", "2", "3"]);
    assert!(other.requests().iter().all(|request| request.authorization().is_none()));
}

#[tokio::test]
async fn nobody_is_led_out_of_https() {
    let authority = Authority::new("ours");
    let (wire, plain) = (WireRegistry::encrypted(&authority), WireRegistry::start());
    plain.tags("app", ["1"]);
    for target in [format!("http://{}{LIST}", plain.other_name()), format!("http://{}{LIST}", plain.address())] {
        for insecure_http in [false, true] {
            wire.answer(LIST, Reply::redirect(302, &target));
            let access = Access { insecure_http, ..trusting(&authority, me()) };
            let error = list(&client(), &wire.image("app"), &access).await.expect_err("out of HTTPS");
            assert!(matches!(error, RegistryError::Redirect { .. }), "{error:?}");
            told(&error, &wire.address(), &["it would leave HTTPS", &target]);
        }
    }
    for target in ["file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)"] {
        wire.answer(LIST, Reply::redirect(302, target));
        let access = trusting(&authority, me());
        let error = list(&client(), &wire.image("app"), &access).await.expect_err(target);
        told(&error, &wire.address(), &["it would leave HTTPS"]);
    }
    assert!(plain.requests().is_empty());
}

#[tokio::test]
async fn redirects_come_to_an_end() {
    let wire = WireRegistry::start();
    wire.answer(LIST, Reply::redirect(307, LIST));
    let error = list(&client(), &wire.image("app"), &Access::anonymous()).await.expect_err("a loop");
    told(&error, &wire.address(), &["there were too many"]);
    assert_eq!(wire.requests().iter().filter(|request| request.path == LIST).count(), 6);

    wire.answer(LIST, Reply::redirect(307, "http://["));
    let error = list(&client(), &wire.image("app"), &Access::anonymous()).await.expect_err("no address");
    told(&error, &wire.address(), &["its target is no address"]);
    for reply in [Reply::status(307), Reply::status(300), Reply::status(304)] {
        let status = reply.status.to_string();
        wire.answer(LIST, reply);
        let error = list(&client(), &wire.image("app"), &Access::anonymous()).await.expect_err("no target");
        told(&error, &wire.address(), &[&status]);
    }
}

#[tokio::test]
async fn a_token_server_cannot_pass_a_sign_in_on() {
    let stranger = HttpServer::start(None, |_| Reply::json(r#"{"token":"t"}"#));
    let target = format!("http://{}/token", stranger.other_name());
    let server = HttpServer::start(None, move |_| Reply::redirect(307, &target));
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", server.url()), None, &["t"]));

    // By POST the secret is in the body: it goes nowhere else.
    let identity = Credential::IdentityToken(Secret::new(CANARY));
    let access = Access { credential: Some(identity), ..Access::default() };
    let error = list(&client(), &wire.image("app"), &access).await.expect_err("passed on");
    told(&error, &wire.address(), &["a sign-in must not be sent elsewhere"]);
    assert!(stranger.requests().is_empty());

    // By GET the other host is asked without the password.
    assert_eq!(texts(&list(&client(), &wire.image("app"), &me()).await.expect("tags")), ["1"]);
    assert!(stranger.requests().iter().all(|request| request.authorization().is_none()));
}
