//! What a signature is over: which image, said in which form.
//!
//! Source: cosign's SIGNATURE_SPEC.md ("Simple Signing"), the sigstore bundle (sigstore/protobuf-specs,
//! `sigstore_bundle.proto`), DSSE (secure-systems-lab/dsse, protocol.md) and the in-toto statement v1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use sluice_core::image::Digest;

use super::Demand;
use super::keyless::Evidence;
use super::log_entry::{BundledEntry, LogEntry};

/// The layer of a signature made the older way.
pub(super) const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// Where such a layer carries its signature.
pub(super) const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
/// Where it carries the certificate of a keyless one, those that lead to the authority, and what the log says.
pub(super) const CERTIFICATE: &str = "dev.sigstore.cosign/certificate";
/// See [`CERTIFICATE`].
pub(super) const CHAIN: &str = "dev.sigstore.cosign/chain";
/// See [`CERTIFICATE`].
pub(super) const LOG_ENTRY: &str = "dev.sigstore.cosign/bundle";
/// The kinds of artifacts that refer to an image and sign it.
pub(super) const SIMPLE_ARTIFACT: &str = "application/vnd.dev.cosign.artifact.sig.v1+json";
/// A bundle: what is signed, the signature, and what it can be checked with, in one file.
pub(super) const BUNDLE: &str = "application/vnd.dev.sigstore.bundle";
/// What a signature is that says no more than "I signed this image".
const SIGN: &str = "https://sigstore.dev/cosign/sign/v1";
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Why a signature does not count, the gravest last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// It is cut off, or nothing of the kind.
    Unreadable,
    /// It is none of the keys'.
    OtherKey,
    /// A keyless one is wanted, and it carries no certificate.
    NoCertificate,
    /// It is not its certificate's over what it is said to be over.
    Tampered,
    /// No log saw it.
    NotInLog,
    /// The log gave no promise at a time, as version 2 of Rekor does not.
    NoPromise,
    /// A log saw it that is not trusted, or not at that time.
    OtherLog,
    /// The log did not sign what it is said to have seen.
    LogForged,
    /// The log saw another signature.
    OtherEntry,
    /// The certificate is of an authority that is not trusted, or not for signing.
    OtherRoot,
    /// The certificate was not valid when the log saw the signature.
    Expired,
    /// Somebody else vouches for who made it.
    OtherIssuer(String),
    /// Somebody else made it.
    OtherIdentity(String),
    /// It is genuine and says something else about the image, such as what it was built from.
    OtherStatement,
    /// It is genuine, and for another image.
    OtherImage,
}

#[derive(Deserialize)]
struct Simple {
    critical: Critical,
}

#[derive(Deserialize)]
struct Critical {
    image: SignedImage,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct SignedImage {
    #[serde(rename = "docker-manifest-digest")]
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    dsse_envelope: Option<Envelope>,
    verification_material: Option<Material>,
}

/// What a bundle can be checked with.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Material {
    certificate: Option<BundledCertificate>,
    /// As version 0.1 and 0.2 had it.
    x509_certificate_chain: Option<BundledChain>,
    tlog_entries: Vec<BundledEntry>,
}

#[derive(Deserialize)]
struct BundledChain {
    certificates: Vec<BundledCertificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BundledCertificate {
    raw_bytes: String,
}

impl Material {
    fn evidence(&self) -> Evidence {
        let chain = self.x509_certificate_chain.iter().flat_map(|chain| &chain.certificates);
        let all = self.certificate.iter().chain(chain).take(8);
        let certificates = all.filter_map(|one| decoded(&one.raw_bytes).ok()).map(CertificateDer::from).collect();
        // One log is enough; the others are not looked at.
        Evidence { certificates, entry: self.tlog_entries.first().map(LogEntry::of_bundle) }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Deserialize)]
struct EnvelopeSignature {
    sig: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    subject: Vec<Subject>,
    predicate_type: String,
}

#[derive(Deserialize)]
struct Subject {
    digest: std::collections::BTreeMap<String, String>,
}

/// Checks a payload of simple signing with its signature in base64; says who made it.
pub(super) fn check_simple(
    payload: &[u8],
    signature: &str,
    evidence: &Evidence,
    image: &Digest,
    demand: &Demand,
) -> Result<String, Fault> {
    let signer = demand.signer(payload, payload, &decoded(signature)?, evidence)?;
    let signed: Simple = serde_json::from_slice(payload).map_err(|_| Fault::Unreadable)?;
    if !["cosign container image signature", SIGN].contains(&signed.critical.kind.as_str()) {
        return Err(Fault::OtherStatement);
    }
    if signed.critical.image.digest != image.as_str() {
        return Err(Fault::OtherImage);
    }
    Ok(signer)
}

/// Checks a bundle; says who made it.
pub(super) fn check_bundle(bundle: &[u8], image: &Digest, demand: &Demand) -> Result<String, Fault> {
    let bundle: Bundle = serde_json::from_slice(bundle).map_err(|_| Fault::Unreadable)?;
    let evidence = bundle.verification_material.unwrap_or_default().evidence();
    let envelope = bundle.dsse_envelope.ok_or(Fault::Unreadable)?;
    let payload = decoded(&envelope.payload)?;
    let signed = pre_authentication_encoding(&envelope.payload_type, &payload);
    let mut outcome = Err(Fault::Unreadable);
    for signature in envelope.signatures.iter().take(8) {
        outcome = decoded(&signature.sig).and_then(|signature| demand.signer(&signed, &payload, &signature, &evidence));
        if outcome.is_ok() {
            break;
        }
    }
    let signer = outcome?;
    if envelope.payload_type != IN_TOTO {
        return Err(Fault::OtherStatement);
    }
    let statement: Statement = serde_json::from_slice(&payload).map_err(|_| Fault::Unreadable)?;
    if statement.predicate_type != SIGN {
        return Err(Fault::OtherStatement);
    }
    let (algorithm, hex) = image.as_str().split_once(':').unwrap_or_default();
    let is_meant = |subject: &Subject| subject.digest.get(algorithm).is_some_and(|named| named == hex);
    if statement.subject.iter().any(is_meant) { Ok(signer) } else { Err(Fault::OtherImage) }
}

fn decoded(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text.trim()).map_err(|_| Fault::Unreadable)
}

/// The bytes that DSSE signs.
fn pre_authentication_encoding(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_that_of_the_specification() {
        // The example of dsse/protocol.md.
        let encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
