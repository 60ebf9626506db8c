//! Signatures of images: those of cosign, checked with public keys or, keyless, with certificates.
//!
//! They are looked for where cosign puts them: below the tag `sha256-<hex>.sig`, and among the artifacts that refer to the
//! image (OCI distribution specification, "Listing Referrers", with its fallback tag). Where keys are
//! demanded the key alone counts, and no log is looked at; a keyless signature needs its certificate and its log entry.

mod claim;
mod key;
mod keyless;
mod log_entry;
mod trust_root;

use reqwest::Method;
use reqwest::header::LINK;
use serde::Deserialize;
use sluice_core::image::{Digest, Tag};
use url::Url;

use crate::answer::image::{Descriptor, Manifest};
use crate::answer::link::next_target;
use crate::client::Reference;
use crate::error::RegistryError;
use crate::host::Lane;
use crate::manifest::manifest_ask;
use crate::operation::{Ask, Operation, texts};
use claim::{
    BUNDLE, CERTIFICATE, CHAIN, Fault, LOG_ENTRY, SIGNATURE, SIMPLE_ARTIFACT, SIMPLE_SIGNING, check_bundle,
    check_simple,
};
pub use key::{VerifyKey, VerifyKeyProblem};
use keyless::Evidence;
pub use keyless::Keyless;
pub use trust_root::{TrustRoot, TrustRootProblem};

/// Signatures of one image that are looked at.
const MOST_SIGNATURES: usize = 32;
/// Pages of referrers that are read.
const MOST_PAGES: usize = 4;
/// The largest payload or bundle, in bytes; usual ones have a few thousand.
const LARGEST: usize = 1 << 20;

/// What a signature must be to count.
#[derive(Debug, Clone)]
pub enum Demand {
    /// By one of these keys.
    Keys(Vec<VerifyKey>),
    /// By somebody whom authorities know.
    Keyless(Box<Keyless>),
}

impl Demand {
    /// One text that stands for all of it: what was found under one demand says nothing under another.
    pub fn fingerprint(&self) -> String {
        match self {
            Self::Keys(keys) => {
                let mut prints: Vec<&str> = keys.iter().map(VerifyKey::fingerprint).collect();
                prints.sort_unstable();
                prints.join(" ")
            }
            Self::Keyless(keyless) => keyless.fingerprint(),
        }
    }

    /// Who made a signature over `message`: the fingerprint of a key, or an identity.
    fn signer(&self, message: &[u8], payload: &[u8], signature: &[u8], evidence: &Evidence) -> Result<String, Fault> {
        match self {
            Self::Keys(keys) => {
                let key = keys.iter().find(|key| key.made(message, signature)).ok_or(Fault::OtherKey)?;
                Ok(key.fingerprint().to_owned())
            }
            Self::Keyless(keyless) => keyless.signer(message, payload, signature, evidence),
        }
    }
}

/// What the signatures of an image came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Somebody signed it who counts.
    Verified {
        /// Who: the key's fingerprint (`sha256:…`), or the identity of the certificate.
        by: String,
    },
    /// Nobody signed it, as far as the registry shows.
    Unsigned,
    /// It carries signatures, and none of them counts.
    Refused {
        /// Why, a sentence's end: `none of its 2 signatures is by a key of the policy`.
        words: String,
    },
}

/// What was found so far.
#[derive(Default)]
struct Seen {
    count: usize,
    worst: Option<Fault>,
}

#[derive(Deserialize)]
struct Referrers {
    manifests: Option<Vec<Referrer>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Referrer {
    digest: Digest,
    artifact_type: Option<String>,
}

impl Operation<'_> {
    pub(crate) async fn verify_signatures(
        &self,
        image: &Digest,
        demand: &Demand,
    ) -> Result<Verification, RegistryError> {
        let mut seen = Seen::default();
        if let Some(manifest) = self.manifest_below(&format!("{}.sig", dashed(image))).await?
            && let Some(by) = self.check_layers(&manifest, image, demand, &mut seen).await?
        {
            return Ok(Verification::Verified { by });
        }
        for referrer in self.referrers(image).await? {
            if seen.count >= MOST_SIGNATURES {
                break;
            }
            let manifest = self.manifest(Reference::Digest(&referrer)).await?.manifest;
            if let Some(by) = self.check_layers(&manifest, image, demand, &mut seen).await? {
                return Ok(Verification::Verified { by });
            }
        }
        Ok(seen.verdict())
    }

    /// Checks every layer that is a signature, until one counts.
    async fn check_layers(
        &self,
        manifest: &Manifest,
        image: &Digest,
        demand: &Demand,
        seen: &mut Seen,
    ) -> Result<Option<String>, RegistryError> {
        for layer in manifest.layers.iter().flatten() {
            let is_bundle = layer.media_type.starts_with(BUNDLE);
            if !is_bundle && layer.media_type != SIMPLE_SIGNING {
                continue;
            }
            if seen.count >= MOST_SIGNATURES {
                break;
            }
            let content = self.signature_blob(layer).await?;
            let checked = if is_bundle {
                check_bundle(&content, image, demand)
            } else {
                let of = |name| annotation(layer, name);
                let evidence = Evidence::of_annotations(of(CERTIFICATE), of(CHAIN), of(LOG_ENTRY));
                check_simple(&content, of(SIGNATURE), &evidence, image, demand)
            };
            match checked {
                Ok(by) => return Ok(Some(by)),
                Err(fault) => seen.note(fault),
            }
        }
        Ok(None)
    }

    async fn signature_blob(&self, layer: &Descriptor) -> Result<Vec<u8>, RegistryError> {
        let path = format!("{}/blobs/{}", self.repository.as_deref().unwrap_or_default(), layer.digest);
        let ask = manifest_ask(Method::GET, &path, layer.digest.as_str(), LARGEST);
        let answer = self.exchange(&Ask { accept: "*/*", what: "signature", ..ask }).await?;
        self.verify(&answer, &layer.digest)?;
        Ok(answer.body)
    }

    async fn manifest_below(&self, tag: &str) -> Result<Option<Manifest>, RegistryError> {
        let Ok(tag) = Tag::parse(tag) else { return Ok(None) };
        match self.manifest(Reference::Tag(&tag)).await {
            Ok(fetched) => Ok(Some(fetched.manifest)),
            Err(RegistryError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The artifacts that refer to an image and sign it.
    async fn referrers(&self, image: &Digest) -> Result<Vec<Digest>, RegistryError> {
        let path = format!("{}/referrers/{image}", self.repository.as_deref().unwrap_or_default());
        let mut found = Vec::new();
        let mut next: Option<Url> = None;
        for _ in 0..MOST_PAGES {
            let ask = Ask {
                method: Method::GET,
                url: next.take(),
                path: &path,
                accept: "application/vnd.oci.image.index.v1+json",
                if_none_match: None,
                lane: Lane::Listing,
                limit: self.shared.options.limits.manifest_bytes,
                what: "list of referrers",
                reference: None,
            };
            let answer = match self.exchange(&ask).await {
                Ok(answer) => answer,
                // Registries that are older than referrers keep the list below a tag.
                Err(RegistryError::NotFound { .. } | RegistryError::Refused { .. }) => {
                    return self.referrers_below_tag(image).await;
                }
                Err(error) => return Err(error),
            };
            let Ok(page) = serde_json::from_slice::<Referrers>(&answer.body) else {
                // A web page with status 200 is how some say that they have no such thing.
                return self.referrers_below_tag(image).await;
            };
            found.extend(page.signatures());
            let target = next_target(texts(&answer.headers, LINK.as_str())).ok().flatten();
            next = target.and_then(|target| answer.url.join(&target).ok());
            if next.as_ref().is_none_or(|next| next.origin() != answer.url.origin()) || found.len() > MOST_SIGNATURES {
                break;
            }
        }
        found.truncate(MOST_SIGNATURES);
        Ok(found)
    }

    async fn referrers_below_tag(&self, image: &Digest) -> Result<Vec<Digest>, RegistryError> {
        let tag = dashed(image);
        let path = format!("{}/manifests/{tag}", self.repository.as_deref().unwrap_or_default());
        let limit = self.shared.options.limits.manifest_bytes;
        match self.exchange(&manifest_ask(Method::GET, &path, &tag, limit)).await {
            Ok(answer) => {
                let page = serde_json::from_slice::<Referrers>(&answer.body).ok();
                Ok(page.into_iter().flat_map(Referrers::signatures).take(MOST_SIGNATURES).collect())
            }
            Err(RegistryError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

impl Referrers {
    fn signatures(self) -> impl Iterator<Item = Digest> {
        let signs = |referrer: &Referrer| {
            let kind = referrer.artifact_type.as_deref().unwrap_or_default();
            kind == SIMPLE_ARTIFACT || kind.starts_with(BUNDLE)
        };
        self.manifests.unwrap_or_default().into_iter().filter(signs).map(|referrer| referrer.digest)
    }
}

impl Fault {
    /// What a keyless signature does that it should not.
    fn of_keyless(&self) -> String {
        let words = match self {
            Self::NoCertificate => "carries no certificate",
            Self::Tampered => "does not fit what it is over",
            Self::NotInLog => "is not in a transparency log",
            Self::NoPromise => "has a log entry without the log's promise (Rekor version 2), which is not checked",
            Self::OtherLog => "is in a transparency log that the trust root does not name",
            Self::LogForged => "has a log entry that the log did not sign",
            Self::OtherEntry => "has the log entry of another signature",
            Self::OtherRoot => "has a certificate that does not lead to the trust root",
            Self::Expired => "was made when its certificate was not valid",
            Self::OtherIssuer(found) => {
                return format!(
                    "is by somebody whom `{found}` vouches for, not the certificate-oidc-issuer of the policy"
                );
            }
            Self::OtherIdentity(found) => {
                return format!("is by `{found}`, not the certificate-identity of the policy");
            }
            Self::Unreadable | Self::OtherKey | Self::OtherStatement | Self::OtherImage => "does not count",
        };
        words.to_owned()
    }
}

impl Seen {
    fn note(&mut self, fault: Fault) {
        self.count += 1;
        if self.worst.as_ref() < Some(&fault) {
            self.worst = Some(fault);
        }
    }

    fn verdict(self) -> Verification {
        let several = self.count > 1;
        let Some(fault) = self.worst else { return Verification::Unsigned };
        let whose = if several { format!("of its {} signatures", self.count) } else { "its signature".to_owned() };
        let words = match (fault, several) {
            (Fault::Unreadable, false) => format!("{whose} cannot be read"),
            (Fault::Unreadable, true) => format!("none {whose} can be read"),
            (Fault::OtherKey, false) => format!("{whose} is by another key"),
            (Fault::OtherKey, true) => format!("none {whose} is by a key of the policy"),
            (Fault::OtherStatement, false) => format!("{whose} is a statement of another kind"),
            (Fault::OtherStatement, true) => format!("none {whose} says that the image is signed"),
            (Fault::OtherImage, false) => format!("{whose} is for another image"),
            (Fault::OtherImage, true) => format!("none {whose} counts; one is for another image"),
            (fault, false) => format!("{whose} {}", fault.of_keyless()),
            (fault, true) => format!("none {whose} counts; one {}", fault.of_keyless()),
        };
        Verification::Refused { words }
    }
}

/// `sha256-<hex>`: a digest as part of a tag.
fn dashed(digest: &Digest) -> String {
    digest.as_str().replacen(':', "-", 1)
}

fn annotation<'d>(layer: &'d Descriptor, name: &str) -> &'d str {
    let value = layer.annotations.as_ref().and_then(|annotations| annotations.get(name));
    value.and_then(Option::as_deref).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_fault_is_told() {
        let verdict = |faults: &[Fault]| {
            let mut seen = Seen::default();
            faults.iter().for_each(|fault| seen.note(fault.clone()));
            seen.verdict()
        };
        let refused = |words: &str| Verification::Refused { words: words.to_owned() };
        assert_eq!(verdict(&[]), Verification::Unsigned);
        assert_eq!(verdict(&[Fault::OtherKey]), refused("its signature is by another key"));
        assert_eq!(
            verdict(&[Fault::OtherKey, Fault::Unreadable]),
            refused("none of its 2 signatures is by a key of the policy")
        );
        assert_eq!(
            verdict(&[Fault::OtherImage, Fault::OtherKey]),
            refused("none of its 2 signatures counts; one is for another image")
        );
    }
}
