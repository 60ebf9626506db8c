//! What a transparency log (Rekor, version 1) says of a signature: that it saw it, and when.
//!
//! The log's promise is its signature over the entry as canonical JSON (the "signed entry timestamp"); it is kept beside
//! the signature, so that nobody has to be asked. Source: cosign's SIGNATURE_SPEC.md ("Rekor bundle"), the protocol buffers
//! of sigstore (`sigstore_rekor.proto`), and the kinds `hashedrekord` and `dsse` of sigstore/rekor.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::claim::Fault;
use super::trust_root::TrustRoot;

/// The entry of a log, with the log's promise.
#[derive(Debug, Clone)]
pub(super) struct LogEntry {
    entry: Entry,
    promise: Vec<u8>,
}

/// What the log signed. The fields are written in this order, without white space: that is the canonical form, since
/// every text in it is of letters that need no escape.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    body: String,
    integrated_time: i64,
    #[serde(rename = "logID")]
    log_id: String,
    log_index: i64,
}

/// The annotation `dev.sigstore.cosign/bundle`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Annotation {
    signed_entry_timestamp: String,
    payload: Entry,
}

/// An entry in a bundle.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BundledEntry {
    log_index: Number,
    log_id: BundledLog,
    integrated_time: Option<Number>,
    inclusion_promise: Option<Promise>,
    canonicalized_body: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BundledLog {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Promise {
    signed_entry_timestamp: String,
}

/// Protocol buffers write large numbers as texts.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Number(i64),
}

impl Number {
    fn value(&self) -> Result<i64, Fault> {
        match self {
            Self::Text(text) => text.parse().map_err(|_| Fault::Unreadable),
            Self::Number(number) => Ok(*number),
        }
    }
}

#[derive(Deserialize)]
struct Body {
    kind: String,
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    data: Option<Data>,
    signature: Option<Seen>,
    payload_hash: Option<Hash>,
    signatures: Option<Vec<SeenEnvelope>>,
}

#[derive(Deserialize)]
struct Data {
    hash: Hash,
}

#[derive(Deserialize)]
struct Hash {
    algorithm: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    content: String,
    public_key: SeenKey,
}

#[derive(Deserialize)]
struct SeenKey {
    content: String,
}

#[derive(Deserialize)]
struct SeenEnvelope {
    signature: String,
    verifier: String,
}

/// What an entry has to be about.
pub(super) struct Subject<'s> {
    /// What is signed: the payload of simple signing, or of the envelope.
    pub(super) payload: &'s [u8],
    /// The signature.
    pub(super) signature: &'s [u8],
    /// The certificate, in DER.
    pub(super) certificate: &'s [u8],
}

impl LogEntry {
    /// Reads the annotation of a signature made the older way.
    pub(super) fn of_annotation(text: &str) -> Result<Self, Fault> {
        let read: Annotation = serde_json::from_str(text).map_err(|_| Fault::Unreadable)?;
        let promise = decoded(&read.signed_entry_timestamp)?;
        Ok(Self { entry: read.payload, promise })
    }

    /// Reads the entry of a bundle. An entry without a promise (Rekor, version 2) is a fault of its own.
    pub(super) fn of_bundle(read: &BundledEntry) -> Result<Self, Fault> {
        let promise = read.inclusion_promise.as_ref().ok_or(Fault::NoPromise)?;
        let time = read.integrated_time.as_ref().ok_or(Fault::NoPromise)?;
        let id = decoded(&read.log_id.key_id)?;
        let entry = Entry {
            body: read.canonicalized_body.clone(),
            integrated_time: time.value()?,
            log_id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
            log_index: read.log_index.value()?,
        };
        Ok(Self { entry, promise: decoded(&promise.signed_entry_timestamp)? })
    }

    /// When the log saw the signature, after the log's promise and that the entry is about it were checked.
    pub(super) fn checked(&self, root: &TrustRoot, subject: &Subject<'_>) -> Result<Timestamp, Fault> {
        let at = Timestamp::from_second(self.entry.integrated_time).map_err(|_| Fault::Unreadable)?;
        let mut logs = root.logs.iter().filter(|log| log.id == self.entry.log_id && log.valid.holds(at)).peekable();
        if logs.peek().is_none() {
            return Err(Fault::OtherLog);
        }
        let canonical = serde_json::to_vec(&self.entry).map_err(|_| Fault::Unreadable)?;
        if !logs.any(|log| log.key.made(&canonical, &self.promise)) {
            return Err(Fault::LogForged);
        }
        let body: Body = serde_json::from_slice(&decoded(&self.entry.body)?).map_err(|_| Fault::Unreadable)?;
        if body.is_about(subject) { Ok(at) } else { Err(Fault::OtherEntry) }
    }
}

impl Body {
    fn is_about(&self, subject: &Subject<'_>) -> bool {
        let spec = &self.spec;
        match self.kind.as_str() {
            "hashedrekord" => {
                let hash = spec.data.as_ref().is_some_and(|data| data.hash.is_of(subject.payload));
                let seen = spec.signature.as_ref().is_some_and(|seen| {
                    is_text_of(&seen.content, subject.signature) && is_pem_of(&seen.public_key.content, subject)
                });
                hash && seen
            }
            "dsse" => {
                let hash = spec.payload_hash.as_ref().is_some_and(|hash| hash.is_of(subject.payload));
                let seen =
                    spec.signatures.iter().flatten().any(|seen| {
                        is_text_of(&seen.signature, subject.signature) && is_pem_of(&seen.verifier, subject)
                    });
                hash && seen
            }
            _ => false,
        }
    }
}

impl Hash {
    fn is_of(&self, bytes: &[u8]) -> bool {
        self.algorithm == "sha256" && self.value == format!("{:x}", Sha256::digest(bytes))
    }
}

fn is_text_of(text: &str, bytes: &[u8]) -> bool {
    decoded(text).is_ok_and(|decoded| decoded == bytes)
}

fn is_pem_of(text: &str, subject: &Subject<'_>) -> bool {
    let pem = decoded(text).unwrap_or_default();
    CertificateDer::from_pem_slice(&pem).is_ok_and(|certificate| certificate.as_ref() == subject.certificate)
}

fn decoded(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text.trim()).map_err(|_| Fault::Unreadable)
}
