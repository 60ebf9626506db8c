//! What forges refuse, and what is no forge: a clear error each, without the token.

use std::time::Duration;

use sluice_core::Secret;
use sluice_forge::{Forge, ForgeAccess, ForgeError, detect};
use sluice_testkit::forge::FakeForge;
use sluice_testkit::git::SilentServer;
use sluice_testkit::http::{HttpServer, Reply};

use crate::{FLAVOURS, PUBLIC, TOKEN, forge, new_key, place};

/// The error, seen to be without the token.
fn checked(error: ForgeError) -> ForgeError {
    let shown = format!("{error} {error:?} {}", error.hint());
    assert!(!shown.contains(TOKEN), "{shown}");
    assert!(error.hint().ends_with('.') && error.code().starts_with("forge-"), "{error}");
    error
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_repository_are_named() {
    for flavour in FLAVOURS {
        let fake = FakeForge::start(flavour, "acme/fleet", TOKEN);
        let wrong = Forge::new(&place(&fake), &ForgeAccess::with(Secret::new("wrong-token"), "keychain, forge x"));
        let refused =
            wrong.expect("it can be spoken to").deploy_keys("acme/fleet").await.expect_err("the token is wrong");
        assert!(
            matches!(&refused, ForgeError::TokenRefused { origin, .. } if origin == "keychain, forge x"),
            "{refused}"
        );
        assert!(!refused.to_string().contains("wrong-token"), "{refused}");
        let anonymous = Forge::new(&place(&fake), &ForgeAccess::default()).expect("it can be spoken to");
        let refused = checked(anonymous.deploy_keys("acme/fleet").await.expect_err("nobody signed in"));
        assert!(matches!(refused, ForgeError::TokenRefused { .. }), "{refused}");
        let unknown = checked(forge(&fake).deploy_keys("acme/other").await.expect_err("there is none"));
        assert!(matches!(&unknown, ForgeError::NotFound { what, .. } if what == "repository acme/other"), "{unknown}");
    }
}

#[tokio::test]
async fn a_key_in_use_elsewhere_is_told_in_the_forges_words() {
    for flavour in FLAVOURS {
        let fake = FakeForge::start(flavour, "acme/fleet", TOKEN);
        fake.add("another", PUBLIC, true);
        let taken = checked(forge(&fake).add("acme/fleet", &new_key(true)).await.expect_err("it is in use"));
        assert!(matches!(taken, ForgeError::KeyTaken { .. }), "{flavour:?}: {taken}");
    }
}

#[tokio::test]
async fn limits_outages_and_refusals_are_told_apart() {
    let fake = FakeForge::start(FLAVOURS[0], "acme/fleet", TOKEN);
    let forge = forge(&fake);
    let said = |status, text: &str| Reply::json(serde_json::json!({ "message": text }).to_string()).with_status(status);
    let reset = jiff_seconds() + 600;
    for (reply, code) in [
        (
            said(403, "API rate limit exceeded")
                .header("x-ratelimit-remaining", "0")
                .header("x-ratelimit-reset", &reset.to_string()),
            "forge-rate-limited",
        ),
        (said(403, "You have exceeded a secondary rate limit").header("retry-after", "60"), "forge-rate-limited"),
        (said(429, "slow down"), "forge-rate-limited"),
        (said(403, "Resource not accessible by personal access token"), "forge-not-allowed"),
        (said(422, &format!("no {TOKEN}")), "forge-refused"),
        (said(502, "bad gateway"), "forge-unavailable"),
        (Reply::of("text/html", "<html>down</html>").with_status(503), "forge-unavailable"),
        (Reply::of("text/html", "<html>welcome</html>"), "forge-answer-invalid"),
        (Reply::json("{}"), "forge-answer-invalid"),
        (Reply::json("[{}]"), "forge-answer-invalid"),
        (Reply::json("[]").header("Link", "<https://evil.example/keys>; rel=\"next\""), "forge-answer-invalid"),
        (Reply::json(format!("[\"{}\"]", "x".repeat(2 << 20))), "forge-answer-invalid"),
        (Reply::redirect(301, "https://evil.example/repos/acme/fleet/keys"), "forge-moved"),
    ] {
        fake.answer_next([reply]);
        let error = checked(forge.deploy_keys("acme/fleet").await.expect_err("it is refused"));
        assert_eq!(error.code(), code, "{error}");
    }
    // A repository that was renamed is found at the same interface, and nothing is changed at its new address unasked.
    fake.answer_next([Reply::redirect(301, "/api/v3/repos/acme/fleet/keys?per_page=100")]);
    assert_eq!(forge.deploy_keys("acme/fleet").await, Ok(Vec::new()));
    fake.answer_next([Reply::json("[]"), Reply::redirect(307, "/api/v3/repos/acme/new/keys")]);
    let moved = checked(forge.register("acme/fleet", &new_key(true)).await.expect_err("it moved"));
    assert_eq!(moved.code(), "forge-moved");
}

fn jiff_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("it is after 1970").as_secs()).expect("it fits")
}

#[tokio::test]
async fn what_is_no_forge_or_does_not_answer_is_told() {
    sluice_testkit::install_crypto();
    let authority = sluice_testkit::registry::Authority::new("acme");
    let tls = authority.server(&["127.0.0.1", "localhost"]).server_config(None);
    let pages = HttpServer::start(Some(tls), |_| Reply::of("text/html", "<html>hello</html>"));
    let access = ForgeAccess { ca_pem: Some(authority.pem().into_bytes()), ..ForgeAccess::default() };
    let unknown = checked(detect(&pages.address(), &access).await.expect_err("it is no forge"));
    assert_eq!(unknown.code(), "forge-unknown");

    let silent = SilentServer::start();
    let hurried = ForgeAccess { timeout: Duration::from_millis(300), ..ForgeAccess::default() };
    let late = checked(detect(&format!("127.0.0.1:{}", silent.port()), &hurried).await.expect_err("nobody answers"));
    assert!(matches!(late.code(), "forge-timeout" | "forge-unreachable"), "{late}");
    let closed = format!("127.0.0.1:{}", sluice_testkit::free_port());
    let gone = checked(detect(&closed, &hurried).await.expect_err("nobody is there"));
    assert_eq!(gone.code(), "forge-unreachable", "{gone}");
}

#[tokio::test]
async fn what_the_caller_brings_is_checked_before_anything_is_asked() {
    sluice_testkit::install_crypto();
    let fake = FakeForge::start(FLAVOURS[0], "acme/fleet", TOKEN);
    let with = |change: &dyn Fn(&mut ForgeAccess)| {
        let mut access = ForgeAccess::with(Secret::new(TOKEN), "a test");
        change(&mut access);
        checked(Forge::new(&place(&fake), &access).err().expect("it cannot be used"))
    };
    for error in [
        with(&|access| access.token = Some(Secret::new("with\nline break"))),
        with(&|access| access.token = Some(Secret::new(vec![0xff]))),
        with(&|access| access.ca_pem = Some(b"no certificate".to_vec())),
        with(&|access| access.client_identity = Some((b"no certificate".to_vec(), Secret::new("no key")))),
        with(&|access| access.proxy = Some("no address".to_owned())),
    ] {
        assert_eq!(error.code(), "forge-access-unusable", "{error}");
    }
    assert_eq!(fake.server().requests().len(), 0);
}
