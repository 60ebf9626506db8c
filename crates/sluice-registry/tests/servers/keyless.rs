//! Keyless signatures: by certificates of an authority made for the test, seen by a log made for the test.

use serde_json::{Value, json};
use sluice_core::flux::{KeylessRule, Wanted};
use sluice_core::image::Digest;
use sluice_registry::{Access, Demand, Keyless, TrustRoot, Verification};
use sluice_testkit::registry::{
    DockerRegistry, Image, ImageSigner, KeylessSignature, SIGN, SignerKind, Signing, Sigstore, bundle_manifest,
    keyless_manifest, referrers, signature_manifest, signature_tag,
};

use crate::common::{client, digest, image};

const REPOSITORY: &str = "team/app";

struct Signed {
    registry: DockerRegistry,
    pushed: Digest,
}

impl Signed {
    fn start() -> Self {
        let registry = DockerRegistry::open();
        let pushed = digest(&registry.push_image(REPOSITORY, "1", &Image::new("2026-11-20T10:00:00Z")));
        Self { registry, pushed }
    }

    /// What the signatures below the tag come to.
    async fn simple(&self, signatures: &[KeylessSignature], demand: &Demand) -> Verification {
        self.registry.put(REPOSITORY, &signature_tag(self.pushed.as_str()), &keyless_manifest(signatures));
        self.verdict(demand).await
    }

    /// What a bundle that refers to the image comes to.
    async fn bundle(&self, bundle: &Value, demand: &Demand) -> Verification {
        let bundle = bundle_manifest(self.pushed.as_str(), bundle.to_string().as_bytes());
        self.registry.put(REPOSITORY, "bundle", &bundle);
        self.registry.put(REPOSITORY, &self.pushed.as_str().replacen(':', "-", 1), &referrers(&[bundle]));
        self.verdict(demand).await
    }

    async fn verdict(&self, demand: &Demand) -> Verification {
        let name = image(&self.registry.image(REPOSITORY));
        client().verify(&name, &self.pushed, &Access::anonymous(), demand).await.expect("the registry answers")
    }
}

fn rule(identity: Wanted, issuer: Wanted) -> KeylessRule {
    KeylessRule { trusted_root: "trusted_root.json".to_owned(), identity, issuer }
}

fn demand_of(root: &str, rule: &KeylessRule) -> Demand {
    Demand::Keyless(Box::new(Keyless::new(rule, TrustRoot::read(root).expect("it is a trust root"))))
}

/// The signer that [`Signing::default`] is, by this root.
fn demand(root: &str) -> Demand {
    let Signing { identity, issuer, .. } = Signing::default();
    demand_of(root, &rule(Wanted::Exactly(identity), Wanted::Exactly(issuer)))
}

fn verified() -> Verification {
    Verification::Verified { by: Signing::default().identity }
}

fn refused(words: &str) -> Verification {
    Verification::Refused { words: words.to_owned() }
}

#[tokio::test]
async fn a_signature_by_the_identity_that_is_demanded_counts_in_both_forms() {
    let (sigstore, signed) = (Sigstore::start(), Signed::start());
    let (root, image, signing) = (sigstore.trusted_root(), signed.pushed.as_str(), Signing::default());
    assert_eq!(signed.simple(&[sigstore.simple(image, &signing)], &demand(&root)).await, verified());
    let old = Signing { has_old_issuer: true, ..signing.clone() };
    assert_eq!(signed.simple(&[sigstore.simple(image, &old)], &demand(&root)).await, verified());
    let pattern = |text: &str| Wanted::Pattern(text.to_owned());
    let by_pattern = rule(pattern("^https://github\\.com/acme/"), pattern("githubusercontent\\.com$"));
    assert_eq!(signed.verdict(&demand_of(&root, &by_pattern)).await, verified());

    // A key's signature beside it is passed by.
    let signer = ImageSigner::new(SignerKind::P256);
    signed.registry.put(REPOSITORY, &signature_tag(image), &signature_manifest(&[signer.simple(image)]));
    assert_eq!(signed.verdict(&demand(&root)).await, refused("its signature carries no certificate"));
    assert_eq!(signed.bundle(&sigstore.bundle(image, SIGN, &signing), &demand(&root)).await, verified());
}

#[tokio::test]
async fn each_way_in_which_a_signature_does_not_count_is_told_apart() {
    let (sigstore, other, signed) = (Sigstore::start(), Sigstore::start(), Signed::start());
    let (root, image, signing) = (sigstore.trusted_root(), signed.pushed.as_str(), Signing::default());
    let good = || sigstore.simple(image, &signing);
    let elsewhere = format!("sha256:{}", "7".repeat(64));
    let somebody = Signing { identity: "https://github.com/mallory/app".to_owned(), ..signing.clone() };
    let voucher = Signing { issuer: "https://issuer.mallory.example".to_owned(), ..signing.clone() };
    let entry = |change: fn(&mut Value)| {
        let mut bundle = good().bundle.expect("it has one");
        change(&mut bundle);
        KeylessSignature { bundle: Some(bundle), ..good() }
    };
    // Days before and after the certificate's.
    let (early, late) = (signing.seen_at - 2 * 86_400, signing.seen_at + 2 * 86_400);
    let at = |seen_at| sigstore.simple(image, &Signing { seen_at, ..signing.clone() });
    let cases = [
        (KeylessSignature { certificate: String::new(), ..good() }, "carries no certificate"),
        (
            KeylessSignature { payload: sigstore.simple(&elsewhere, &signing).payload, ..good() },
            "does not fit what it is over",
        ),
        (KeylessSignature { certificate: good().certificate, ..good() }, "does not fit what it is over"),
        (KeylessSignature { bundle: None, ..good() }, "is not in a transparency log"),
        (KeylessSignature { bundle: Some(json!({})), ..good() }, "cannot be read"),
        (KeylessSignature { bundle: good().bundle, ..good() }, "has the log entry of another signature"),
        (
            entry(|bundle| bundle["Payload"]["integratedTime"] = json!(1_795_168_801)),
            "has a log entry that the log did not sign",
        ),
        (entry(|bundle| bundle["Payload"]["logIndex"] = json!(8)), "has a log entry that the log did not sign"),
        (entry(|bundle| bundle["SignedEntryTimestamp"] = json!("AAAA")), "has a log entry that the log did not sign"),
        (
            entry(|bundle| bundle["Payload"]["logID"] = json!("00".repeat(32))),
            "is in a transparency log that the trust root does not name",
        ),
        (at(early), "was made when its certificate was not valid"),
        (at(late), "was made when its certificate was not valid"),
        (
            sigstore.simple(image, &somebody),
            "is by `https://github.com/mallory/app`, not the certificate-identity of the policy",
        ),
        (
            sigstore.simple(image, &voucher),
            "is by somebody whom `https://issuer.mallory.example` vouches for, not the certificate-oidc-issuer of the policy",
        ),
        (sigstore.simple(&elsewhere, &signing), "is for another image"),
    ];
    for (signature, words) in cases {
        let outcome = signed.simple(&[signature], &demand(&root)).await;
        assert_eq!(outcome, refused(&format!("its signature {words}")));
    }

    // An authority of somebody else's, with the same log and without.
    let foreign = [other.simple(image, &signing)];
    let outcome = signed.simple(&foreign, &demand(&root)).await;
    assert_eq!(outcome, refused("its signature is in a transparency log that the trust root does not name"));
    let outcome = signed.simple(&foreign, &demand(&sigstore.trusted_root_with_log_of(&other))).await;
    assert_eq!(outcome, refused("its signature has a certificate that does not lead to the trust root"));

    // Of several the gravest is told, and a good one is enough.
    let several = [foreign[0].clone(), sigstore.simple(image, &somebody)];
    let outcome = signed.simple(&several, &demand(&root)).await;
    let words = "none of its 2 signatures counts; one is by `https://github.com/mallory/app`, not the \
                 certificate-identity of the policy";
    assert_eq!(outcome, refused(words));
    assert_eq!(signed.simple(&[foreign[0].clone(), good()], &demand(&root)).await, verified());
}

#[tokio::test]
async fn a_bundle_is_held_to_the_same() {
    let (sigstore, signed) = (Sigstore::start(), Signed::start());
    let (root, image, signing) = (sigstore.trusted_root(), signed.pushed.as_str(), Signing::default());
    let changed = |change: fn(&mut Value)| {
        let mut bundle = sigstore.bundle(image, SIGN, &signing);
        change(&mut bundle);
        bundle
    };
    let late = Signing { seen_at: signing.seen_at + 2 * 86_400, ..signing.clone() };
    let somebody = Signing { identity: "https://github.com/mallory/app".to_owned(), ..signing.clone() };
    let entry = |bundle: &mut Value| bundle["verificationMaterial"]["tlogEntries"][0].take();
    let mut swapped = sigstore.bundle(image, SIGN, &signing);
    swapped["verificationMaterial"]["tlogEntries"][0] = entry(&mut sigstore.bundle(image, SIGN, &signing));
    let cases = [
        (changed(|bundle| bundle["verificationMaterial"]["certificate"] = Value::Null), "carries no certificate"),
        (changed(|bundle| bundle["verificationMaterial"]["tlogEntries"] = json!([])), "is not in a transparency log"),
        (
            changed(|bundle| bundle["verificationMaterial"]["tlogEntries"][0]["inclusionPromise"] = Value::Null),
            "has a log entry without the log's promise (Rekor version 2), which is not checked",
        ),
        (
            changed(|bundle| bundle["verificationMaterial"]["tlogEntries"][0]["integratedTime"] = json!("1795168801")),
            "has a log entry that the log did not sign",
        ),
        (swapped, "has the log entry of another signature"),
        (sigstore.bundle(image, SIGN, &late), "was made when its certificate was not valid"),
        (
            sigstore.bundle(image, SIGN, &somebody),
            "is by `https://github.com/mallory/app`, not the certificate-identity of the policy",
        ),
        (sigstore.bundle(image, "https://slsa.dev/provenance/v1", &signing), "is a statement of another kind"),
        (sigstore.bundle(&format!("sha256:{}", "7".repeat(64)), SIGN, &signing), "is for another image"),
    ];
    for (bundle, words) in cases {
        assert_eq!(signed.bundle(&bundle, &demand(&root)).await, refused(&format!("its signature {words}")));
    }
    let whole = sigstore.bundle(image, SIGN, &signing);
    assert_eq!(signed.bundle(&whole, &demand(&root)).await, verified());
}
