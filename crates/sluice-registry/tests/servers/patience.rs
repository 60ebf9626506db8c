//! Registries that are busy, slow, or gone: asked again where that helps, left alone where they ask for it.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use sluice_registry::{Access, Limits, RegistryError};
use sluice_testkit::free_port;
use sluice_testkit::http::{Body, Reply};
use sluice_testkit::registry::{Image, WireRegistry};

use crate::common::{bounded, client, client_with, describe, image, list, options, tag, texts, told};

const LIST: &str = "/v2/app/tags/list";
const SECOND: Duration = Duration::from_secs(1);

fn with_a_tag() -> (WireRegistry, String) {
    let wire = WireRegistry::start();
    wire.push("app", "1", &Image::new("2026-01-01T00:00:00Z"));
    let name = wire.image("app");
    (wire, name)
}

fn listings(wire: &WireRegistry) -> usize {
    wire.requests().iter().filter(|request| request.path == LIST).count()
}

fn busy(status: u16) -> Reply {
    Reply::refusal(status, "TOOMANYREQUESTS", "slow down")
}

#[tokio::test]
async fn a_short_retry_after_is_waited_for() {
    let date = || {
        let in_three_seconds = jiff::Timestamp::now() + 3 * SECOND;
        in_three_seconds.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    };
    for value in [&|| "1".to_owned(), &date as &dyn Fn() -> String] {
        let (wire, name) = with_a_tag();
        let client = client();
        list(&client, &name, &Access::anonymous()).await.expect("tags");
        let value = value();
        wire.answer_once(LIST, busy(429).header("Retry-After", &value));
        let start = Instant::now();
        assert_eq!(texts(&list(&client, &name, &Access::anonymous()).await.expect(&value)), ["1"]);
        assert!(start.elapsed() > Duration::from_millis(900), "{value}: waited for {:?}", start.elapsed());
        assert_eq!(listings(&wire), 3);
    }
}

#[tokio::test]
async fn a_long_retry_after_is_told_and_the_host_left_alone() {
    let ((wire, name), (other, elsewhere)) = (with_a_tag(), with_a_tag());
    wire.answer_once(LIST, busy(429).header("Retry-After", "120"));
    let client = client();
    let error = list(&client, &name, &Access::anonymous()).await.expect_err("limited");
    assert_eq!(error.retry_after(), Some(120 * SECOND));
    told(&error, &wire.address(), &["rate limited for 120 s", "TOOMANYREQUESTS: slow down"]);
    assert_eq!(listings(&wire), 1);

    let again = list(&client, &name, &Access::anonymous()).await.expect_err("still limited");
    let RegistryError::RateLimited { retry_after: Some(left), .. } = again else { panic!("{again:?}") };
    assert!(left <= 120 * SECOND && left > 100 * SECOND, "{left:?}");
    assert_eq!(listings(&wire), 1, "it was asked though it wanted to be left alone");
    assert_eq!(texts(&list(&client, &elsewhere, &Access::anonymous()).await.expect("another host")), ["1"]);
    drop(other);
}

#[tokio::test]
async fn limits_in_headers_are_told_and_obeyed() {
    let (wire, name) = with_a_tag();
    let tags = Reply::json(r#"{"tags":["1"]}"#);
    wire.answer(LIST, tags.header("RateLimit-Limit", "100;w=21600").header("RateLimit-Remaining", "76;w=21600"));
    let client = client();
    let limit = list(&client, &name, &Access::anonymous()).await.expect("tags").rate_limit.expect("a limit");
    assert_eq!((limit.limit, limit.remaining, limit.window), (Some(100), 76, Some(21_600 * SECOND)));

    // The last pull of a window: pulls wait, lists do not.
    let manifest = Image::new("2026-01-01T00:00:00Z").render();
    let path = format!("/v2/app/manifests/{}", manifest.digest);
    let reply = Reply::of(manifest.media_type, manifest.manifest);
    wire.answer(&path, reply.header("RateLimit-Limit", "100;w=21600").header("RateLimit-Remaining", "0;w=21600"));
    let error = describe(&client, &name, "1", &Access::anonymous()).await.expect_err("no pulls left");
    assert_eq!(error.code(), "registry-rate-limited");
    told(&error, &wire.address(), &["rate limited"]);
    assert!(list(&client, &name, &Access::anonymous()).await.is_ok());
    assert!(client.digest(&image(&name), &tag("1"), &Access::anonymous()).await.is_ok(), "HEAD is no pull");
}

#[tokio::test]
async fn a_registry_that_is_busy_for_a_moment_is_asked_again() {
    for status in [408, 429, 500, 502, 503, 504, 522] {
        let (wire, name) = with_a_tag();
        wire.answer_once(LIST, busy(status));
        wire.answer_once(LIST, busy(status));
        assert_eq!(texts(&list(&client(), &name, &Access::anonymous()).await.expect("tags")), ["1"], "{status}");
        assert_eq!(listings(&wire), 3, "{status}");
    }
}

#[tokio::test]
async fn three_attempts_are_enough() {
    let (wire, name) = with_a_tag();
    wire.answer(LIST, busy(503));
    let error = list(&client(), &name, &Access::anonymous()).await.expect_err("unavailable");
    assert!(matches!(error, RegistryError::Unavailable { status: 503, .. }), "{error:?}");
    told(&error, &wire.address(), &["answered 503", "slow down"]);
    assert_eq!(listings(&wire), 3);
    wire.answer(LIST, Reply::status(400));
    let error = list(&client(), &name, &Access::anonymous()).await.expect_err("refused");
    told(&error, &wire.address(), &["status 400"]);
    assert_eq!(listings(&wire), 4, "what will not change is not asked for again");
}

#[tokio::test]
async fn a_slow_registry_is_given_the_time_that_was_set() {
    let time = Duration::from_millis(300);
    let slow = Access { timeout: Some(time), ..Access::default() };
    for reply in [
        Reply::status(200).after(2 * SECOND),
        Reply::json("").body(Body::Dripping { bytes: vec![b' '; 100], pause: Duration::from_millis(20) }),
        Reply::status(503).body(Body::Dripping { bytes: vec![b' '; 100], pause: Duration::from_millis(20) }),
    ] {
        let (wire, name) = with_a_tag();
        let client = client();
        // How it is reached is found out before, on a machine that may be busy.
        list(&client, &name, &Access::anonymous()).await.expect("tags");
        wire.answer(LIST, reply);
        let error = list(&client, &name, &slow).await.expect_err("too slow");
        let RegistryError::Timeout { after, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*after, time);
        told(&error, &wire.address(), &["no complete answer within 0.3 s"]);
        assert_eq!(error.place().map(|place| place.url.clone()), Some(format!("{}/v2/", wire.url())));
    }
}

#[tokio::test]
async fn a_dead_server_is_unreachable_and_a_silent_one_times_out() {
    let address = format!("127.0.0.1:{}", free_port());
    let error = list(&client(), &format!("{address}/app"), &Access::anonymous()).await.expect_err("nobody there");
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error:?}");
    told(&error, &address, &["no connection to", "refused"]);

    let silent = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
    let address = silent.local_addr().expect("an address").to_string();
    let impatient = bounded(|limits: &mut Limits| limits.total_time = Duration::from_millis(200));
    let error = list(&impatient, &format!("{address}/app"), &Access::anonymous()).await.expect_err("silence");
    told(&error, &address, &["no complete answer within 0.2 s"]);

    let unknown = "registry.invalid";
    let error = list(&client(), &format!("{unknown}/app"), &Access::anonymous()).await.expect_err("no such name");
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error:?}");
    told(&error, unknown, &["no connection to https://registry.invalid/v2/"]);
}

#[tokio::test]
async fn a_time_beyond_all_clocks_is_a_long_time() {
    let (_wire, name) = with_a_tag();
    let access = Access { timeout: Some(Duration::MAX), ..Access::default() };
    assert_eq!(texts(&list(&client(), &name, &access).await.expect("tags")), ["1"]);
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    let (wire, name) = with_a_tag();
    wire.answer(LIST, Reply::json(r#"{"tags":["1"]}"#).after(Duration::from_millis(50)));
    let mut options = options();
    options.limits.requests_per_host = 2;
    let (client, access) = (client_with(options), Access::anonymous());
    let start = Instant::now();
    let all = futures_util::future::join_all((0..8).map(|_| list(&client, &name, &access))).await;
    assert!(all.iter().all(Result::is_ok));
    assert!(start.elapsed() >= Duration::from_millis(200), "eight of 50 ms, two at a time: {:?}", start.elapsed());
    assert_eq!(listings(&wire), 8);
}
