//! Answers that no registry should give: each ends in an error that says what is wrong, or does no harm.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sluice_registry::{Access, RegistryError};
use sluice_testkit::http::{Body, Reply};
use sluice_testkit::registry::{Challenge, WireRegistry};

use crate::common::{CANARY, bounded, client, describe, list, me, texts, told};

const LIST: &str = "/v2/app/tags/list";

async fn error_of(wire: &WireRegistry, access: &Access) -> RegistryError {
    list(&client(), &wire.image("app"), access).await.expect_err("a bad answer")
}

/// Serves a tag list of so many bytes to everybody, and counts what the other side took.
fn endless_list(bytes: u64) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has free ports");
    let address = listener.local_addr().expect("an address").to_string();
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    std::thread::spawn(move || {
        let chunk = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",".repeat(2048);
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { return };
            let mut head = [0; 4096];
            let read = connection.read(&mut head).unwrap_or(0);
            if head.first() == Some(&22) || read == 0 {
                // A TLS client; whoever hangs up on it speaks plain HTTP.
                let _ = connection.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n");
                continue;
            }
            let is_list = String::from_utf8_lossy(&head).contains("tags/list");
            let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"name\":\"app\",\"tags\":[");
            let mut left = if is_list { bytes } else { 0 };
            while left > 0 && connection.write_all(chunk.as_bytes()).is_ok() {
                counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                left = left.saturating_sub(chunk.len() as u64);
            }
        }
    });
    (address, sent)
}

#[tokio::test]
async fn a_body_of_a_gigabyte_is_left_at_the_limit() {
    let (address, sent) = endless_list(1 << 30);
    let small = bounded(|limits| limits.tag_list_bytes = 1 << 20);
    let error = list(&small, &format!("{address}/app"), &Access::anonymous()).await.expect_err("too large");
    assert!(matches!(error, RegistryError::TooLarge { limit: 1_048_576, .. }), "{error:?}");
    told(&error, &address, &["tag list is larger than 1048576 bytes"]);
    // What was not read may still lie in the system's buffers, which hold a few megabytes.
    assert!(sent.load(Ordering::Relaxed) < 64 << 20, "{} bytes were taken", sent.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_read_at_all() {
    let wire = WireRegistry::start();
    wire.answer(LIST, Reply::json("{}").header("Content-Length", "1073741824"));
    told(&error_of(&wire, &Access::anonymous()).await, &wire.address(), &["larger than"]);
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_left_at_the_limit() {
    let wire = WireRegistry::start();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..256 {
        packed.write_all(&[b' '; 1 << 18]).expect("memory takes all");
    }
    let packed = packed.finish().expect("memory takes all");
    assert!(packed.len() < 1 << 20);
    wire.answer(LIST, Reply::json(packed).header("Content-Encoding", "gzip"));
    let small = bounded(|limits| limits.tag_list_bytes = 2 << 20);
    let error = list(&small, &wire.image("app"), &Access::anonymous()).await.expect_err("too large");
    assert!(matches!(error, RegistryError::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_tag_list_is_said_to_be_none() {
    let wire = WireRegistry::start();
    let page = "<!DOCTYPE html><html><head><title>Please\u{202e} \u{7}sign in</title></head></html>";
    let cases = [
        (Reply::json("{\"name\":\"app\",\"tags\":[\"1\""), "application/json"),
        (Reply::json("\u{1b}]0;owned\u{7}\u{1b}[2Jafter"), "starting with `after`"),
        (Reply::json("{\"tags\":{\"1\":2}}"), "array"),
        (Reply::json("{}"), "neither"),
        (Reply::json(""), "EOF"),
        (Reply::of("text/html", page), "a web page titled `Please sign in`"),
        (Reply::json(vec![0xff, 0xfe, 0x00]), "tag list"),
        (Reply::json("not gzip").header("Content-Encoding", "gzip"), "cannot be read"),
    ];
    for (reply, part) in cases {
        wire.answer(LIST, reply);
        let error = error_of(&wire, &Access::anonymous()).await;
        assert!(matches!(error, RegistryError::BadAnswer { .. }), "{error:?}");
        told(&error, &wire.address(), &[part]);
    }
}

#[tokio::test]
async fn no_tags_are_written_in_several_ways() {
    let wire = WireRegistry::start();
    for body in [r#"{"name":"app","tags":null}"#, r#"{"name":"app"}"#, r#"{"name":"app","tags":[]}"#] {
        wire.answer(LIST, Reply::json(body));
        let tags = list(&client(), &wire.image("app"), &Access::anonymous()).await.expect(body);
        assert!(tags.tags.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn entries_that_would_act_on_a_terminal_are_no_tags() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1.0.0", "1.0.0\u{202e}", "\u{1b}[31mred", "a\nb", "9.9.9\u{200b}", "2.0.0"]);
    let tags = list(&client(), &wire.image("app"), &Access::anonymous()).await.expect("tags");
    assert_eq!(texts(&tags), ["1.0.0", "2.0.0"]);
    assert_eq!(tags.refused.count, 4);
    for refused in &tags.refused.examples {
        assert!(refused.shown.is_ascii() && !refused.shown.contains(|c: char| c.is_control()), "{refused:?}");
    }
}

#[tokio::test]
async fn words_of_a_refusal_are_made_harmless_and_short() {
    let wire = WireRegistry::start();
    let words = format!("go away\u{1b}[2J\u{202e}\r\nX: y {}", "z".repeat(5000));
    wire.answer(LIST, Reply::refusal(403, "DENIED\u{7}", &words));
    let error = error_of(&wire, &Access::anonymous()).await;
    told(&error, &wire.address(), &["access denied: DENIED : go away X: y zzz", "…"]);
    wire.answer(LIST, Reply::status(418).body(Body::Repeated { chunk: vec![b'x'; 65_536], total: 1 << 30 }));
    told(&error_of(&wire, &Access::anonymous()).await, &wire.address(), &["status 418", "…"]);
}

#[tokio::test]
async fn a_secret_that_a_server_echoes_is_taken_out() {
    let wire = WireRegistry::start();
    wire.ask_to_sign_in(Challenge::basic("me", CANARY));
    let encoded = CANARY.replace('/', "%2F").replace('+', "%2B");
    let pair = |request: &sluice_testkit::http::Request| request.authorization().unwrap_or_default().to_owned();
    for status in [400, 401, 403, 404, 429, 500] {
        let encoded = encoded.clone();
        wire.answer_with(LIST, move |request| {
            let words = format!("you sent {} that is {CANARY} or {encoded}", pair(request));
            Some(Reply::refusal(status, "ECHO", &words))
        });
        told(&error_of(&wire, &me()).await, &wire.address(), &["***"]);
    }
    let target = format!("http://elsewhere.example/{encoded}?password={encoded}");
    wire.answer(LIST, Reply::redirect(307, &target));
    // Nobody answers there, and its address is what the error names.
    told(&error_of(&wire, &me()).await, &wire.address(), &["elsewhere.example"]);
    for body in [format!("{CANARY} is no JSON"), format!("{}{CANARY}", " ".repeat(4090))] {
        wire.answer(LIST, Reply::json(body));
        told(&error_of(&wire, &me()).await, &wire.address(), &["***"]);
    }
    let link = format!("<http://other.example/{encoded}>; rel=next");
    wire.answer(LIST, Reply::json(r#"{"tags":["1"]}"#).header("Link", &link));
    told(&error_of(&wire, &me()).await, &wire.address(), &["another host", "***"]);
}

#[tokio::test]
async fn what_is_no_http_is_said_to_be_none() {
    let wire = WireRegistry::start();
    wire.answer(LIST, Reply::raw("SSH-2.0-OpenSSH_9.2\r\n"));
    let error = error_of(&wire, &Access::anonymous()).await;
    assert!(matches!(error, RegistryError::BadAnswer { .. }), "{error:?}");
    told(&error, &wire.address(), &["HTTP answer cannot be read"]);
    let head = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(2_000_000));
    wire.answer(LIST, Reply::raw(head));
    told(&error_of(&wire, &Access::anonymous()).await, &wire.address(), &["HTTP answer cannot be read"]);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_asked_for_again() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    wire.answer_once(LIST, Reply::json("").body(Body::Cut { bytes: b"{\"tags\":[".to_vec(), missing: 50 }));
    assert_eq!(texts(&list(&client(), &wire.image("app"), &Access::anonymous()).await.expect("tags")), ["1"]);
    wire.answer(LIST, Reply::json("").body(Body::Cut { bytes: b"{\"tags\":[".to_vec(), missing: 50 }));
    let error = error_of(&wire, &Access::anonymous()).await;
    assert!(error.is_transient(), "{error:?}");
    told(&error, &wire.address(), &["no connection", "body"]);
}

#[tokio::test]
async fn a_limit_beyond_all_clocks_does_no_harm() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1"]);
    let reply = Reply::json(r#"{"tags":["1"]}"#)
        .header("RateLimit-Limit", "1;w=18446744073709551615")
        .header("RateLimit-Remaining", "0;w=18446744073709551615");
    wire.answer(LIST, reply);
    let client = client();
    list(&client, &wire.image("app"), &Access::anonymous()).await.expect("tags");
    let error = list(&client, &wire.image("app"), &Access::anonymous()).await.expect_err("limited");
    assert!(error.retry_after().is_some_and(|wait| wait <= Duration::from_secs(24 * 3600)), "{error:?}");
}

#[tokio::test]
async fn manifests_and_configurations_are_bounded_and_read_with_care() {
    let wire = WireRegistry::start();
    wire.push("app", "1", &sluice_testkit::registry::Image::new("2026-01-01T00:00:00Z"));
    let manifest = "/v2/app/manifests/1";
    let name = wire.image("app");
    let of = |body: &str| {
        // HEAD tells no digest, so that the manifest itself is asked for.
        wire.answer(manifest, Reply::of("application/vnd.oci.image.manifest.v1+json", body));
    };
    of(&format!("{{\"annotations\":{{\"a\":\"{}\"}}}}", "x".repeat(3000)));
    let small = bounded(|limits| limits.manifest_bytes = 2000);
    let error = describe(&small, &name, "1", &Access::anonymous()).await.expect_err("too large");
    told(&error, &wire.address(), &["manifest is larger than 2000 bytes"]);
    for body in ["<html>", "[]", r#"{"config":{"digest":"../../etc/passwd"}}"#, "{\"layers\":[{}]}", "\u{1b}[2J"] {
        of(body);
        let error = describe(&client(), &name, "1", &Access::anonymous()).await.expect_err(body);
        told(&error, &wire.address(), &["the manifest cannot be read"]);
    }
    of("{}");
    let odd = describe(&client(), &name, "1", &Access::anonymous()).await.expect("an artifact of its own kind");
    assert_eq!((odd.created, odd.platforms.len()), (None, 0));
}
