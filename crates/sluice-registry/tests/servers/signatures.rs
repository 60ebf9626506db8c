//! Signatures of images, where cosign puts them, by OpenSSL's keys.

use serde_json::json;
use sluice_core::image::Digest;
use sluice_registry::{Access, Demand, RegistryError, Verification, VerifyKey, VerifyKeyProblem};
use sluice_testkit::http::Reply;
use sluice_testkit::registry::{
    DockerRegistry, Image, ImageSignature, ImageSigner, SIGN, SignerKind, WireRegistry, bundle_manifest, referrers,
    signature_manifest, signature_tag,
};

use crate::common::{client, digest, image, told};

const REPOSITORY: &str = "team/app";

fn some_image() -> Image {
    Image::new("2026-11-20T10:00:00Z").label("team", "payments")
}

fn pushed() -> (WireRegistry, Digest) {
    let wire = WireRegistry::start();
    let pushed = digest(&wire.push(REPOSITORY, "1", &some_image()));
    (wire, pushed)
}

async fn verify(name: &str, pushed: &Digest, keys: &[&ImageSigner]) -> Result<Verification, RegistryError> {
    let pem: String = keys.iter().map(|signer| signer.public_pem()).collect();
    let keys = VerifyKey::read_all(&pem).expect("they are public keys");
    client().verify(&image(name), pushed, &Access::anonymous(), &Demand::Keys(keys)).await
}

fn verified(signer: &ImageSigner) -> Verification {
    let keys = VerifyKey::read_all(&signer.public_pem()).expect("it is a public key");
    Verification::Verified { by: keys[0].fingerprint().to_owned() }
}

fn refused(words: &str) -> Verification {
    Verification::Refused { words: words.to_owned() }
}

#[tokio::test]
async fn a_signature_below_its_tag_counts_for_every_kind_of_key() {
    let registry = DockerRegistry::open();
    let pushed = digest(&registry.push_image(REPOSITORY, "1", &some_image()));
    let name = registry.image(REPOSITORY);
    for kind in [SignerKind::P256, SignerKind::P384, SignerKind::Ed25519, SignerKind::Rsa2048] {
        let (signer, other) = (ImageSigner::new(kind), ImageSigner::new(SignerKind::P256));
        let signature = signature_manifest(&[signer.simple(pushed.as_str())]);
        registry.put(REPOSITORY, &signature_tag(pushed.as_str()), &signature);
        assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(verified(&signer)), "{kind:?}");
        assert_eq!(verify(&name, &pushed, &[&other, &signer]).await, Ok(verified(&signer)), "{kind:?}");
        let outcome = verify(&name, &pushed, &[&other]).await;
        assert_eq!(outcome, Ok(refused("its signature is by another key")), "{kind:?}");
    }
    let unsupported = VerifyKey::read_all(&ImageSigner::new(SignerKind::P521).public_pem());
    assert_eq!(unsupported, Err(VerifyKeyProblem::Unsupported));
    let unsigned = digest(&registry.push(REPOSITORY, "2"));
    assert_eq!(verify(&name, &unsigned, &[&ImageSigner::new(SignerKind::P256)]).await, Ok(Verification::Unsigned));
}

#[tokio::test]
async fn a_bundle_that_refers_to_the_image_counts_with_and_without_the_api_of_referrers() {
    let signer = ImageSigner::new(SignerKind::P256);
    let (wire, pushed) = pushed();
    let bundle = bundle_manifest(pushed.as_str(), &signer.bundle(pushed.as_str(), SIGN));
    wire.refer(REPOSITORY, pushed.as_str(), std::slice::from_ref(&bundle));
    assert_eq!(verify(&wire.image(REPOSITORY), &pushed, &[&signer]).await, Ok(verified(&signer)));

    // docker-registry 2.8 has no such API: the list is below a tag.
    let registry = DockerRegistry::open();
    let pushed = digest(&registry.push_image(REPOSITORY, "1", &some_image()));
    registry.put(REPOSITORY, "bundle", &bundle);
    registry.put(REPOSITORY, &pushed.as_str().replacen(':', "-", 1), &referrers(&[bundle]));
    let name = registry.image(REPOSITORY);
    assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(verified(&signer)));
    let other = ImageSigner::new(SignerKind::P256);
    assert_eq!(verify(&name, &pushed, &[&other]).await, Ok(refused("its signature is by another key")));
}

#[tokio::test]
async fn what_is_signed_must_be_this_image_and_be_a_signature() {
    let signer = ImageSigner::new(SignerKind::P256);
    let elsewhere = format!("sha256:{}", "7".repeat(64));
    let (wire, pushed) = pushed();
    let name = wire.image(REPOSITORY);
    let genuine = signer.simple(pushed.as_str());
    let changed = ImageSignature { payload: signer.simple(&elsewhere).payload, signature: genuine.signature.clone() };
    let garbled = ImageSignature { signature: "%%%".to_owned(), ..genuine.clone() };
    let critical = json!({ "image": { "docker-manifest-digest": pushed.as_str() }, "type": "something else" });
    let kind = signer.payload(&json!({ "critical": critical }));
    let nothing = signer.payload(&json!({}));
    for (signatures, words) in [
        (vec![signer.simple(&elsewhere)], "its signature is for another image"),
        (vec![changed], "its signature is by another key"),
        (vec![garbled.clone()], "its signature cannot be read"),
        (vec![kind], "its signature is a statement of another kind"),
        (vec![nothing], "its signature cannot be read"),
        (vec![garbled.clone(), garbled.clone()], "none of its 2 signatures can be read"),
        (vec![garbled.clone(), signer.simple(&elsewhere)], "none of its 2 signatures counts; one is for another image"),
    ] {
        wire.put(REPOSITORY, &signature_tag(pushed.as_str()), &signature_manifest(&signatures));
        assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(refused(words)));
    }
    wire.put(REPOSITORY, &signature_tag(pushed.as_str()), &signature_manifest(&[garbled, genuine]));
    assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(verified(&signer)));
    wire.delete_tag(REPOSITORY, &signature_tag(pushed.as_str()));

    let bundles = [
        (signer.bundle(&elsewhere, SIGN), "its signature is for another image"),
        (
            signer.bundle(pushed.as_str(), "https://slsa.dev/provenance/v1"),
            "its signature is a statement of another kind",
        ),
        (b"{}".to_vec(), "its signature cannot be read"),
        (b"hunter2".to_vec(), "its signature cannot be read"),
    ];
    for (bundle, words) in bundles {
        wire.refer(REPOSITORY, pushed.as_str(), &[bundle_manifest(pushed.as_str(), &bundle)]);
        assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(refused(words)));
    }
}

#[tokio::test]
async fn a_registry_that_fails_says_nothing_about_signatures() {
    let signer = ImageSigner::new(SignerKind::P256);
    let (wire, pushed) = pushed();
    let name = wire.image(REPOSITORY);
    let (below_tag, listed) = (
        format!("/v2/{REPOSITORY}/manifests/{}", signature_tag(pushed.as_str())),
        format!("/v2/{REPOSITORY}/referrers/{pushed}"),
    );
    for path in [&below_tag, &listed] {
        for status in [401, 403, 503] {
            wire.answer(path, Reply::status(status));
            let error = verify(&name, &pushed, &[&signer]).await.expect_err("it failed");
            told(&error, &wire.address(), &[]);
        }
        wire.answer_with(path, |_| None);
    }
    // A list that is none, and one without end.
    wire.answer(&listed, Reply::of("text/html", "<h1>Hello</h1>"));
    assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(Verification::Unsigned));
    let endless = Reply::json(r#"{"manifests":[]}"#).header("Link", &format!("<{listed}>; rel=\"next\""));
    wire.answer(&listed, endless);
    wire.forget_requests();
    assert_eq!(verify(&name, &pushed, &[&signer]).await, Ok(Verification::Unsigned));
    assert!(wire.requests().len() < 10, "{:?}", wire.lines());
    // More signatures than anybody makes, and a payload larger than any.
    wire.answer_with(&listed, |_| None);
    let many: Vec<ImageSignature> = (0..200)
        .map(|number| ImageSignature { payload: format!("{{{number}").into_bytes(), signature: "AAAA".to_owned() })
        .collect();
    wire.put(REPOSITORY, &signature_tag(pushed.as_str()), &signature_manifest(&many));
    wire.forget_requests();
    let outcome = verify(&name, &pushed, &[&signer]).await;
    assert_eq!(outcome, Ok(refused("none of its 32 signatures is by a key of the policy")));
    assert!(wire.requests().len() < 50, "{}", wire.requests().len());
    let large = ImageSignature { payload: vec![b'x'; 2 << 20], signature: "AAAA".to_owned() };
    wire.put(REPOSITORY, &signature_tag(pushed.as_str()), &signature_manifest(&[large]));
    let error = verify(&name, &pushed, &[&signer]).await.expect_err("it is too large");
    assert!(matches!(error, RegistryError::TooLarge { .. }), "{error}");
}
