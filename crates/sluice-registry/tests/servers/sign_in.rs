//! Signing in: where credentials may go, what tokens may be, how often one asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sluice_core::Secret;
use sluice_registry::{Access, Credential, RegistryClient, RegistryError, SignIn};
use sluice_testkit::http::{ForwardProxy, HttpServer, Reply, Request};
use sluice_testkit::registry::{Authority, Challenge, TokenOptions, TokenServer, WireRegistry};

use crate::common::{CANARY, client, image, list, me, texts, told, trusting};
use crate::network::proxied;

/// A token server that answers with what the function returns for the number of the request.
fn token_server(answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> (HttpServer, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    let server = HttpServer::start(None, move |request| answer(counter.fetch_add(1, Ordering::Relaxed), request));
    (server, count)
}

fn token(value: &str) -> Reply {
    Reply::json(serde_json::json!({ "token": value, "expires_in": 300 }).to_string())
}

/// A registry on plain HTTP that wants one of these tokens of this server.
fn wanting(server: &HttpServer, tokens: &[&str]) -> WireRegistry {
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", server.url()), Some("repository:app:pull"), tokens));
    wire
}

async fn tags(client: &RegistryClient, wire: &WireRegistry, access: &Access) -> Result<usize, RegistryError> {
    list(client, &wire.image("app"), access).await.map(|tags| tags.tags.len())
}

#[tokio::test]
async fn a_token_server_on_plain_http_is_refused_for_an_encrypted_registry() {
    let authority = Authority::new("ours");
    let (server, asked) = token_server(|_, _| token("t"));
    let wire = WireRegistry::encrypted(&authority);
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", server.url()), None, &["t"]));
    for access in [me(), Access::anonymous(), Access { insecure_http: true, ..me() }] {
        let error = tags(&client(), &wire, &trusting(&authority, access)).await.expect_err("not encrypted");
        assert!(matches!(error, RegistryError::Unencrypted { .. }), "{error:?}");
        told(&error, &wire.address(), &["the sign-in would travel unencrypted", &server.url()]);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_token_server_may_be_another_encrypted_host() {
    let authority = Authority::new("ours");
    let user = Some(("me".to_owned(), CANARY.to_owned()));
    let server = TokenServer::start_encrypted(TokenOptions { user, ..TokenOptions::default() }, &authority);
    let realm = server.realm().replace("127.0.0.1", "localhost");
    let wire = WireRegistry::encrypted(&authority);
    wire.tags("app", ["1"]);
    // Which token it will be is not known before; what is checked here is who was asked for one.
    wire.ask_to_sign_in(Challenge::bearer(&realm, Some("repository:app:pull"), &[]));
    let error = tags(&client(), &wire, &trusting(&authority, me())).await.expect_err("no token is good enough");
    told(&error, &wire.address(), &["refuses the credential from a test"]);
    let asked = server.requests();
    assert_eq!(asked[0].basic(), Some(("me".to_owned(), CANARY.to_owned())));
    assert_eq!(asked.len(), 1);
    let sent: Vec<Option<String>> =
        wire.requests().iter().map(|request| request.authorization().map(str::to_owned)).collect();
    assert!(sent.iter().flatten().all(|header| header.starts_with("Bearer ")), "the password itself was sent");
}

#[tokio::test]
async fn credentials_do_not_travel_in_the_clear_unless_that_was_asked_for() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    let proxy = ForwardProxy::leading_to(&wire.address());
    let name = "10.1.2.3:5000/app";
    let error = list(&client(), name, &proxied(&proxy, me())).await.expect_err("in the clear");
    assert!(matches!(error, RegistryError::Unencrypted { .. }), "{error:?}");
    told(&error, "10.1.2.3:5000", &["the credential would travel unencrypted to http://10.1.2.3:5000/v2/"]);
    assert!(wire.requests().iter().all(|request| request.authorization().is_none()));
    let asked_for = Access { insecure_http: true, ..proxied(&proxy, me()) };
    assert_eq!(texts(&list(&client(), name, &asked_for).await.expect("tags")), ["1"]);
}

#[tokio::test]
async fn a_registry_in_the_clear_may_not_send_a_sign_in_to_strangers() {
    let wire = WireRegistry::start();
    wire.ask_to_sign_in(Challenge::bearer("http://stranger.example/token", None, &["t"]));
    let proxy = ForwardProxy::leading_to(&wire.address());
    let error = list(&client(), "10.1.2.3:5000/app", &proxied(&proxy, Access::default())).await.expect_err("strangers");
    told(&error, "10.1.2.3:5000", &["the sign-in would travel unencrypted to http://stranger.example/token"]);
}

#[tokio::test]
async fn what_a_token_server_answers_badly_is_told_without_the_secret() {
    let cases: [(Reply, &str, &str); 9] = [
        (
            Reply::refusal(403, "DENIED", &format!("no {CANARY}\u{1b}[2J")),
            "registry-sign-in-failed",
            "403: DENIED: no ***",
        ),
        (Reply::status(404), "registry-sign-in-failed", "status 404"),
        (Reply::status(500), "registry-unavailable", "answered 500"),
        (Reply::refusal(429, "SLOW", "").header("Retry-After", "60"), "registry-rate-limited", "for 60 s"),
        (Reply::of("text/html", "<html>"), "registry-answer-invalid", "not the JSON of a token server"),
        (Reply::json("{}"), "registry-answer-invalid", "there is no token in it"),
        (token("t\r\nX-Evil: canary"), "registry-answer-invalid", "characters that cannot be sent"),
        (token(&"eyJ".repeat(100_000)), "registry-answer-too-large", "token is larger than"),
        (token("\u{202e}"), "registry-answer-invalid", "characters that cannot be sent"),
    ];
    for (reply, code, part) in cases {
        let (server, _) = token_server(move |_, _| reply.clone());
        let wire = wanting(&server, &["t"]);
        let error = tags(&client(), &wire, &me()).await.expect_err(part);
        assert_eq!(error.code(), code, "{error}");
        told(&error, &wire.address(), &[part]);
        assert!(wire.requests().iter().all(|request| request.authorization().is_none()));
    }
}

#[tokio::test]
async fn a_token_as_long_as_a_header_may_be_is_sent() {
    let long = "a".repeat(30_000);
    let value = long.clone();
    let (server, _) = token_server(move |_, _| token(&value));
    let wire = wanting(&server, &[&long]);
    assert_eq!(tags(&client(), &wire, &Access::anonymous()).await, Ok(1));
}

#[tokio::test]
async fn a_token_is_used_as_long_as_it_is_said_to_live() {
    let short = |seconds: &str| Reply::json(format!(r#"{{"access_token":"t","expires_in":{seconds}}}"#));
    let reply = short("1");
    let (server, asked) = token_server(move |_, _| reply.clone());
    let (client, wire) = (client(), wanting(&server, &["t"]));
    tags(&client, &wire, &Access::anonymous()).await.expect("tags");
    tags(&client, &wire, &Access::anonymous()).await.expect("tags");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    tags(&client, &wire, &Access::anonymous()).await.expect("tags");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_once() {
    let (server, asked) = token_server(|number, _| token(&format!("t{number}")));
    let (client, wire) = (client(), wanting(&server, &["t0"]));
    tags(&client, &wire, &me()).await.expect("tags");
    let realm = format!("{}/token", server.url());
    wire.ask_to_sign_in(Challenge::bearer(&realm, None, &["t1"]));
    assert_eq!(tags(&client, &wire, &me()).await, Ok(1));
    assert_eq!(asked.load(Ordering::Relaxed), 2);

    wire.ask_to_sign_in(Challenge::bearer(&realm, None, &[]));
    let error = tags(&client, &wire, &me()).await.expect_err("no token is good enough");
    assert!(matches!(error, RegistryError::Unauthorized { origin: Some(_), .. }), "{error:?}");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn many_whose_token_is_revoked_fetch_one_new_token() {
    let (server, asked) = token_server(|number, _| token(&format!("t{number}")));
    let (client, wire) = (client(), wanting(&server, &["t0"]));
    tags(&client, &wire, &me()).await.expect("tags");
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", server.url()), Some("repository:app:pull"), &["t1"]));
    let access = me();
    let all = futures_util::future::join_all((0..12).map(|_| tags(&client, &wire, &access))).await;
    assert!(all.iter().all(|outcome| *outcome == Ok(1)), "{all:?}");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn who_signs_in_with_different_names_has_different_tokens() {
    let (server, asked) = token_server(|_, request| match request.basic() {
        Some((name, _)) => token(&name),
        None => token("anybody"),
    });
    let wire = wanting(&server, &["me", "you", "anybody"]);
    let (client, you) = (client(), Access::basic("you", Secret::new("x")));
    for access in [&me(), &you, &Access::anonymous(), &me(), &you] {
        tags(&client, &wire, access).await.expect("tags");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let sent: Vec<String> =
        wire.requests().iter().filter_map(|request| request.authorization().map(str::to_owned)).collect();
    assert_eq!(sent, ["Bearer me", "Bearer you", "Bearer anybody", "Bearer me", "Bearer you"]);
}

#[tokio::test]
async fn the_registry_says_which_scope_it_wants() {
    let (server, _) = token_server(|_, request| token(&request.parameters("scope").join("+")));
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    wire.tags("other", ["1"]);
    let scope = Some("odd:app:read odd:base:read");
    let realm = format!("{}/token?tenant=7", server.url());
    wire.ask_to_sign_in(Challenge::bearer(&realm, scope, &["odd:app:read+odd:base:read"]));
    let client = client();
    assert_eq!(tags(&client, &wire, &Access::anonymous()).await, Ok(1));
    assert_eq!(server.requests()[0].parameter("tenant").as_deref(), Some("7"));
    wire.forget_requests();
    assert_eq!(tags(&client, &wire, &Access::anonymous()).await, Ok(1));
    assert_eq!(wire.requests().len(), 1, "what was asked for once is brought along");
}

#[tokio::test]
async fn the_best_of_several_challenges_is_taken() {
    let (server, asked) = token_server(|_, _| token("t"));
    let wire = wanting(&server, &["t"]);
    let mut challenge = Challenge::bearer(&format!("{}/token", server.url()), None, &["t"]);
    challenge.asked.insert(0, "Negotiate".to_owned());
    challenge.asked.insert(1, "Basic realm=\"wire\"".to_owned());
    wire.ask_to_sign_in(challenge);
    assert_eq!(tags(&client(), &wire, &me()).await, Ok(1));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_challenge_that_nobody_can_meet_is_named() {
    let wire = WireRegistry::start();
    let asked = |value: &str| Challenge { asked: vec![value.to_owned()], accepted: Vec::new() };
    for value in ["Negotiate", "Bearer service=\"x\"", "Bearer realm=\"ftp://canary:canary@x/\""] {
        wire.ask_to_sign_in(asked(value));
        let error = tags(&client(), &wire, &me()).await.expect_err(value);
        assert!(matches!(error, RegistryError::Challenge { .. }), "{error:?}");
        told(&error, &wire.address(), &[value.split(' ').next().expect("a scheme"), "not supported"]);
    }
    wire.ask_to_sign_in(asked("Negotiate"));
    let error = tags(&client(), &wire, &Access::anonymous()).await.expect_err("not met");
    told(&error, &wire.address(), &["wants a credential"]);
    wire.ask_to_sign_in(Challenge { asked: Vec::new(), accepted: Vec::new() });
    let error = tags(&client(), &wire, &me()).await.expect_err("nothing asked");
    assert!(matches!(error, RegistryError::Unauthorized { origin: None, .. }), "{error:?}");

    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    let identity = Access { credential: Some(Credential::IdentityToken(Secret::new(CANARY))), ..Access::default() };
    let error = tags(&client(), &wire, &identity).await.expect_err("an identity token is no password");
    told(&error, &wire.address(), &["Basic", "not supported with this credential"]);
}

#[tokio::test]
async fn a_registry_may_change_how_one_signs_in() {
    let (server, _) = token_server(|_, _| token("t"));
    let (client, wire) = (client(), wanting(&server, &["t"]));
    tags(&client, &wire, &me()).await.expect("by token");
    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    tags(&client, &wire, &me()).await.expect("by password");
    wire.ask_to_sign_in(Challenge::bearer(&format!("{}/token", server.url()), None, &["t"]));
    tags(&client, &wire, &me()).await.expect("by token again");
}

#[tokio::test]
async fn a_knock_tells_whether_a_credential_is_taken() {
    let (server, _) = token_server(|_, request| if request.basic().is_some() { token("t") } else { token("anybody") });
    let wire = wanting(&server, &["t", "anybody"]);
    let signed_in =
        |access: Access| async move { client().ping(&wire.address(), &access).await.map(|ping| ping.sign_in) };
    assert_eq!(signed_in(me()).await, Ok(SignIn::Accepted));
    let wire = wanting(&server, &["t", "anybody"]);
    let ping = client().ping(&wire.address(), &Access::anonymous()).await.expect("an answer");
    assert_eq!(ping.sign_in, SignIn::Anonymous);
    let name = image(&wire.image("app"));
    assert_eq!(name.registry(), ping.host);
}
