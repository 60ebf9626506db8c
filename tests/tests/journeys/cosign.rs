//! Only signed images: a policy passes over what none of the team's keys has signed.

use serde_json::Value;
use sluice_testkit::registry::{
    Image, ImageSigner, KeylessSignature, SIGN, SignerKind, Signing, Sigstore, WireRegistry, bundle_manifest,
    keyless_manifest, signature_manifest, signature_tag,
};

use crate::support::bench::{APP, Bench, IMAGE};
use crate::support::{Desk, Files};

const KEY_FILE: &str = "keys/cosign.pub";
const POLICY: &str = "kind: ImagePolicy\nmetadata:\n  name: flask-app\n";

/// Files whose policy demands a signature.
fn demanding(rule: &str, pem: &str) -> impl FnOnce(Files) -> Files {
    let lines: String = rule.trim().lines().map(|line| format!("      {line}\n")).collect();
    let annotated = format!("{POLICY}  annotations:\n    sluice.dev/verify: |\n{lines}");
    let pem = pem.to_owned();
    move |files| files.replace(POLICY, &annotated).with(KEY_FILE, &pem).hurried()
}

fn push(registry: &WireRegistry, tag: &str) -> String {
    registry.push(IMAGE, tag, &Image::new("2026-11-20T10:00:00Z").label("version", tag))
}

fn sign(registry: &WireRegistry, digest: &str, signer: &ImageSigner) {
    registry.put(IMAGE, &signature_tag(digest), &signature_manifest(&[signer.simple(digest)]));
}

fn chosen(desk: &Desk) -> Value {
    desk.sluice(&["get", "policies", "-o", "json"]).json()["policies"][0].clone()
}

fn asked(desk: &Desk, tag: &str) -> Value {
    desk.sluice(&["why", APP, "--tag", tag, "-o", "json"]).json()["asked"].clone()
}

#[test]
fn a_tag_that_nobody_of_the_team_signed_is_passed_over_with_that_reason() {
    let (signer, other) = (ImageSigner::new(SignerKind::P256), ImageSigner::new(SignerKind::P256));
    let bench = Bench::over_http(demanding(KEY_FILE, &signer.public_pem()));
    let (desk, registry) = (&bench.desk, &bench.registry);
    sign(registry, &push(registry, "1.0.1"), &signer);
    sign(registry, &push(registry, "1.0.2"), &other);
    let unsigned = push(registry, "1.0.3");
    bench.add_source("review");
    bench.scan().exits(0);
    assert_eq!(chosen(desk)["tag"], "1.0.1");
    for (tag, reason, detail) in [
        ("1.0.3", "unverified", "not verified: nobody signed it"),
        ("1.0.2", "unverified", "not verified: its signature is by another key"),
        ("1.0.0", "behind", "ranks below 1.0.1"),
        ("1.0.1", "chosen", ""),
    ] {
        let why = asked(desk, tag);
        assert_eq!(why["reason"], reason, "{tag}: {why}");
        assert!(why["detail"].as_str().is_some_and(|words| words.contains(detail)), "{tag}: {why}");
    }
    let why = desk.sluice(&["why", APP]).stdout;
    assert!(why.contains("2 passed over without a signature") && why.contains("signed by the key sha256:"), "{why}");
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.1");

    // Its signature comes later, as a bundle.
    let bundle = bundle_manifest(&unsigned, &signer.bundle(&unsigned, SIGN));
    registry.refer(IMAGE, &unsigned, &[bundle]);
    let agent = desk.agent();
    desk.sluice(&["source", "set", "fleet", "--mode", "auto"]).exits(0);
    agent.wait_for_release("pushed");
    agent.stop();
    assert_eq!(bench.tag_in_git("main"), "1.0.3");
}

#[test]
fn what_was_verified_is_not_asked_for_again_and_a_tag_that_moves_is() {
    let signer = ImageSigner::new(SignerKind::P256);
    let bench = Bench::over_http(demanding(&signer.public_pem(), "unused"));
    let (desk, registry) = (&bench.desk, &bench.registry);
    let digest = push(registry, "1.0.1");
    sign(registry, &digest, &signer);
    bench.add_source("review");
    bench.scan().exits(0);
    assert_eq!(chosen(desk)["tag"], "1.0.1");
    registry.forget_requests();
    bench.scan().exits(0);
    let about_signatures: Vec<String> =
        registry.lines().into_iter().filter(|line| line.contains(".sig") || line.contains("referrers")).collect();
    assert_eq!(about_signatures, Vec::<String>::new());

    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-21T10:00:00Z").label("version", "pushed over it"));
    bench.scan();
    let policy = chosen(desk);
    assert!(policy["tag"].is_null(), "{policy}");
    assert_eq!(policy["problem"]["code"], "unverified", "{policy}");
    desk.sluice(&["release", "--yes"]);
    assert_eq!(bench.tag_in_git("main"), "1.0.0");

    // While the registry says nothing of signatures, nothing new is chosen, and what was verified stands.
    registry.push(IMAGE, "1.0.1", &Image::new("2026-11-20T10:00:00Z").label("version", "1.0.1"));
    bench.scan().exits(0);
    assert_eq!(chosen(desk)["tag"], "1.0.1");
    let newer = push(registry, "1.0.2");
    sign(registry, &newer, &signer);
    let path = format!("/v2/{IMAGE}/manifests/{}", signature_tag(&newer));
    registry.answer(&path, sluice_testkit::http::Reply::status(403));
    bench.scan();
    let policy = chosen(desk);
    assert_eq!((&policy["tag"], &policy["problem"]["code"]), (&"1.0.1".into(), &"unverified".into()), "{policy}");
    registry.answer_with(&path, |_| None);
    bench.scan().exits(0);
    assert_eq!(chosen(desk)["tag"], "1.0.2");
}

#[test]
fn a_rule_that_cannot_be_followed_lets_nothing_be_chosen() {
    let signer = ImageSigner::new(SignerKind::P521);
    let cases = [
        ("keys/missing.pub", "there is no file keys/missing.pub"),
        ("keyless", "keyless signatures are not checked"),
        ("../up.pub", "is no path in the repository"),
        (KEY_FILE, "of a kind that is not checked"),
        ("test/deployment.yml", "there is no public key in PEM"),
        ("-----BEGIN PUBLIC KEY-----\nMFkw", "cannot be read"),
    ];
    for (rule, words) in cases {
        let bench = Bench::over_http(demanding(rule, &signer.public_pem()));
        push(&bench.registry, "1.0.1");
        bench.add_source("review");
        bench.scan();
        let policy = chosen(&bench.desk);
        assert!(policy["tag"].is_null(), "{rule}: {policy}");
        let message = policy["problem"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{rule}: {policy}");
        bench.desk.sluice(&["release", "--yes"]);
        assert_eq!(bench.tag_in_git("main"), "1.0.0", "{rule}");
    }
}

#[test]
fn a_keyless_rule_passes_over_what_somebody_else_signed_and_is_refused_without_a_trust_root() {
    let sigstore = Sigstore::start();
    let signing = Signing::default();
    let rule = format!(
        "keyless\ntrusted-root: {KEY_FILE}\ncertificate-identity: {}\ncertificate-oidc-issuer: {}",
        signing.identity, signing.issuer
    );
    let bench = Bench::over_http(demanding(&rule, &sigstore.trusted_root()));
    let (desk, registry) = (&bench.desk, &bench.registry);
    let put = |digest: &str, signature| {
        registry.put(IMAGE, &signature_tag(digest), &keyless_manifest(&[signature]));
    };
    let good = push(registry, "1.0.1");
    put(&good, sigstore.simple(&good, &signing));
    let foreign = push(registry, "1.0.2");
    let somebody = Signing { identity: "https://github.com/mallory/app".to_owned(), ..signing.clone() };
    put(&foreign, sigstore.simple(&foreign, &somebody));
    let unlogged = push(registry, "1.0.3");
    put(&unlogged, KeylessSignature { bundle: None, ..sigstore.simple(&unlogged, &signing) });
    bench.add_source("review");
    bench.scan().exits(0);
    assert_eq!(chosen(desk)["tag"], "1.0.1");
    for (tag, detail) in [
        ("1.0.2", "is by `https://github.com/mallory/app`, not the certificate-identity of the policy"),
        ("1.0.3", "is not in a transparency log"),
    ] {
        let why = asked(desk, tag);
        assert_eq!(why["reason"], "unverified", "{tag}: {why}");
        assert!(why["detail"].as_str().is_some_and(|words| words.contains(detail)), "{tag}: {why}");
    }
    let why = desk.sluice(&["why", APP]).stdout;
    assert!(why.contains(&format!("signed by {}", signing.identity)), "{why}");
    bench.release().exits(0);
    assert_eq!(bench.tag_in_git("main"), "1.0.1");

    for (rule, root, words) in [
        ("certificate-identity: a\ncertificate-oidc-issuer: b", "{}", "not checked without a trust root"),
        (rule.as_str(), "{}", "there is no certificate authority in it"),
        ("trusted-root: keys/cosign.pub\ncertificate-identity: a", "{}", "needs certificate-oidc-issuer"),
        (
            "trusted-root: no.json\ncertificate-identity: a\ncertificate-oidc-issuer: b",
            "{}",
            "there is no file no.json",
        ),
    ] {
        let bench = Bench::over_http(demanding(rule, root));
        push(&bench.registry, "1.0.1");
        bench.add_source("review");
        bench.scan();
        let policy = chosen(&bench.desk);
        assert!(policy["tag"].is_null(), "{rule}: {policy}");
        let message = policy["problem"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{rule}: {policy}");
    }
}
