//! Digests, and what images say about themselves.

use std::sync::atomic::{AtomicUsize, Ordering};

use sluice_core::image::Digest;
use sluice_registry::{Access, Description, Reference, RegistryError};
use sluice_testkit::http::Reply;
use sluice_testkit::registry::{Image, Rendered, WireRegistry};

use crate::common::{client, describe, digest, image, tag, told};

const MANIFEST: &str = "/v2/app/manifests/1";

fn some_image() -> Image {
    Image::new("2026-11-20T10:00:00Z").label("team", "payments").annotation("note", "hand-made").layer(vec![1; 500])
}

fn pushed() -> (WireRegistry, String, Digest) {
    let wire = WireRegistry::start();
    let pushed = digest(&wire.push("app", "1", &some_image()));
    let name = wire.image("app");
    (wire, name, pushed)
}

/// What was asked for below the repository, without knocks.
fn asked(wire: &WireRegistry) -> Vec<String> {
    wire.lines().into_iter().filter(|line| line.contains("/v2/app/")).collect()
}

#[tokio::test]
async fn a_digest_is_asked_for_by_head() {
    let (wire, name, pushed) = pushed();
    assert_eq!(client().digest(&image(&name), &tag("1"), &Access::anonymous()).await, Ok(pushed));
    assert_eq!(asked(&wire), ["HEAD /v2/app/manifests/1"]);
    let accept = wire.requests().pop().and_then(|request| request.header("accept").map(str::to_owned));
    assert!(accept.is_some_and(|kinds| kinds.contains("image.index.v1") && kinds.contains("manifest.v2+json")));
}

#[tokio::test]
async fn where_head_does_not_tell_the_digest_is_computed() {
    for (reply, because) in [
        (Reply::status(405), "HEAD is not allowed"),
        (Reply::status(501), "HEAD is not known"),
        (Reply::status(200), "there is no digest"),
        (Reply::status(200).header("Docker-Content-Digest", "sha256:nonsense"), "the digest is none"),
    ] {
        let (wire, name, pushed) = pushed();
        wire.answer_with(MANIFEST, move |request| (request.method == "HEAD").then(|| reply.clone()));
        let found = client().digest(&image(&name), &tag("1"), &Access::anonymous()).await;
        assert_eq!(found, Ok(pushed), "{because}");
        assert_eq!(asked(&wire), ["HEAD /v2/app/manifests/1", "GET /v2/app/manifests/1"], "{because}");
    }
}

#[tokio::test]
async fn content_that_is_not_what_its_digest_says_is_refused() {
    let (wire, name, pushed) = pushed();
    let other = Image::new("2020-01-01T00:00:00Z").render();
    let kind = other.media_type;
    // The manifest is another one than HEAD said.
    wire.answer(&format!("/v2/app/manifests/{pushed}"), Reply::of(kind, other.manifest.clone()));
    let error = describe(&client(), &name, "1", &Access::anonymous()).await.expect_err("another manifest");
    let RegistryError::DigestMismatch { expected, actual, .. } = &error else { panic!("{error:?}") };
    assert_eq!((expected.as_str(), actual.as_str()), (pushed.as_str(), other.digest.as_str()));
    told(&error, &wire.address(), &[pushed.as_str(), &other.digest]);

    // The manifest's own header lies.
    wire.answer_with(MANIFEST, move |request| {
        let lie = Reply::of(kind, other.manifest.clone()).header("Docker-Content-Digest", pushed.as_str());
        Some(if request.method == "HEAD" { Reply::status(405) } else { lie })
    });
    let error = client().digest(&image(&name), &tag("1"), &Access::anonymous()).await.expect_err("a lie");
    assert_eq!(error.code(), "registry-digest-mismatch");
}

#[tokio::test]
async fn a_configuration_that_is_not_what_its_digest_says_is_refused() {
    let (wire, name, _) = pushed();
    let config = some_image().render().blobs[0].0.clone();
    wire.answer(&format!("/v2/app/blobs/{config}"), Reply::json(r#"{"created":"1999-01-01T00:00:00Z"}"#));
    let error = describe(&client(), &name, "1", &Access::anonymous()).await.expect_err("another configuration");
    told(&error, &wire.address(), &[&config]);
}

#[tokio::test]
async fn an_image_says_when_where_and_how_large() {
    let (_wire, name, pushed) = pushed();
    let described = describe(&client(), &name, "1", &Access::anonymous()).await.expect("an image");
    assert_eq!(described.digest, pushed);
    assert_eq!(described.described, Some(pushed));
    assert_eq!(described.created.map(|time| time.to_string()).as_deref(), Some("2026-11-20T10:00:00Z"));
    assert_eq!(described.platforms.iter().map(ToString::to_string).collect::<Vec<_>>(), ["linux/amd64"]);
    assert_eq!(described.size_bytes, Some(some_image().render().size));
    assert_eq!(described.labels["team"], "payments");
    assert_eq!(described.annotations["note"], "hand-made");
    assert_eq!(described.artifact_type, None);
}

#[tokio::test]
async fn a_digest_that_is_known_is_not_fetched_again() {
    let (wire, name, pushed) = pushed();
    let (client, name, access) = (client(), image(&name), Access::anonymous());
    let (one, questions) = (tag("1"), AtomicUsize::new(0));
    let known = |digest: &Digest| {
        questions.fetch_add(1, Ordering::Relaxed);
        *digest == pushed
    };
    let found = client.describe(&name, Reference::Tag(&one), &access, &known).await;
    assert_eq!(found, Ok(Description::Known(pushed.clone())));
    assert_eq!(asked(&wire), ["HEAD /v2/app/manifests/1"]);
    assert_eq!(questions.load(Ordering::Relaxed), 1);
    wire.forget_requests();
    let found = client.describe(&name, Reference::Digest(&pushed), &access, &known).await;
    assert_eq!(found, Ok(Description::Known(pushed.clone())));
    assert!(asked(&wire).is_empty(), "{:?}", asked(&wire));

    // Where only GET tells the digest, the configuration is spared.
    wire.answer_with(MANIFEST, |request| (request.method == "HEAD").then(|| Reply::status(405)));
    let found = client.describe(&name, Reference::Tag(&one), &access, &known).await;
    assert_eq!(found, Ok(Description::Known(pushed)));
    assert_eq!(asked(&wire), ["HEAD /v2/app/manifests/1", "GET /v2/app/manifests/1"]);
}

#[tokio::test]
async fn an_index_is_described_in_four_requests() {
    let wire = WireRegistry::start();
    let images = ["linux/arm/v7", "linux/amd64", "windows/amd64"];
    let images = images.map(|platform| some_image().platform(platform));
    let pushed = wire.push_index("app", "1", &images);
    let described = describe(&client(), &wire.image("app"), "1", &Access::anonymous()).await.expect("an index");
    assert_eq!(described.digest, digest(&pushed));
    let platforms: Vec<String> = described.platforms.iter().map(ToString::to_string).collect();
    assert_eq!(platforms, ["linux/arm/v7", "linux/amd64", "windows/amd64"]);
    assert_eq!(described.described.map(|digest| digest.to_string()), Some(images[1].render().digest));
    assert_eq!(asked(&wire).len(), 4, "{:?}", asked(&wire));
}

#[tokio::test]
async fn what_is_no_image_to_run_says_what_it_is() {
    let wire = WireRegistry::start();
    let config = b"{}".to_vec();
    let config_digest = format!("sha256:{}", "a".repeat(64));
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "config": { "mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": config_digest, "size": 2 },
        "layers": [],
        "annotations": { "org.opencontainers.image.created": "2026-03-03T03:03:03Z" },
    });
    let manifest = manifest.to_string().into_bytes();
    let rendered = Rendered {
        media_type: "application/vnd.oci.image.manifest.v1+json",
        digest: format!("sha256:{:x}", <sha2::Sha256 as sha2::Digest>::digest(&manifest)),
        manifest,
        blobs: vec![(config_digest, config)],
        size: 2,
        platform: String::new(),
    };
    wire.put("chart", "1", &rendered);
    let described = describe(&client(), &wire.image("chart"), "1", &Access::anonymous()).await.expect("a chart");
    assert_eq!(described.artifact_type.as_deref(), Some("application/vnd.cncf.helm.config.v1+json"));
    assert_eq!(described.created.map(|time| time.to_string()).as_deref(), Some("2026-03-03T03:03:03Z"));
}
