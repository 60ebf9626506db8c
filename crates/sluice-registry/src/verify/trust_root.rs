//! Whom keyless signatures are trusted by: sigstore's `trusted_root.json`, which cosign takes as `--trusted-root`.
//!
//! Source: sigstore/protobuf-specs, `sigstore_trustroot.proto`. Its authorities (Fulcio's certificates) and transparency
//! logs (Rekor's keys) are read; logs of certificates and authorities for timestamps are not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, TrustAnchor};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::key::VerifyKey;

/// Authorities and logs that are read; sigstore's own root has two of each.
const MOST: usize = 32;

/// Authorities and logs that are trusted.
#[derive(Debug, Clone)]
pub struct TrustRoot {
    pub(super) authorities: Vec<Authority>,
    pub(super) logs: Vec<Log>,
    fingerprint: String,
}

/// An authority that makes certificates for identities.
#[derive(Debug, Clone)]
pub(super) struct Authority {
    pub(super) anchor: TrustAnchor<'static>,
    pub(super) intermediates: Vec<CertificateDer<'static>>,
    pub(super) valid: Span,
}

/// A transparency log.
#[derive(Debug, Clone)]
pub(super) struct Log {
    /// The hash of its key, in hexadecimal digits.
    pub(super) id: String,
    pub(super) key: VerifyKey,
    pub(super) valid: Span,
}

/// From when until when something counts.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Span {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Span {
    pub(super) fn holds(self, at: Timestamp) -> bool {
        self.start.is_none_or(|start| start <= at) && self.end.is_none_or(|end| at <= end)
    }
}

/// Why a text is no trust root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustRootProblem {
    /// It is something else.
    #[error("it is no trusted_root.json of sigstore")]
    Format,
    /// It cannot say who anybody is.
    #[error("there is no certificate authority in it that can be read")]
    NoAuthority,
    /// It cannot say when anything was signed.
    #[error("there is no transparency log in it whose key can be read")]
    NoLog,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    tlogs: Vec<WrittenLog>,
    #[serde(default)]
    certificate_authorities: Vec<WrittenAuthority>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenLog {
    public_key: WrittenKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenKey {
    raw_bytes: String,
    #[serde(default)]
    valid_for: Span,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenAuthority {
    cert_chain: WrittenChain,
    #[serde(default)]
    valid_for: Span,
}

#[derive(Deserialize)]
struct WrittenChain {
    certificates: Vec<WrittenCertificate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenCertificate {
    raw_bytes: String,
}

impl TrustRoot {
    /// Reads a `trusted_root.json`. Authorities and logs that cannot be read are left out.
    ///
    /// # Errors
    /// When it is none, or leaves nothing to verify with.
    pub fn read(json: &str) -> Result<Self, TrustRootProblem> {
        // A list would be read as the fields in their order.
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(json).map_err(|_| TrustRootProblem::Format)?;
        let written: Written = serde_json::from_value(object.into()).map_err(|_| TrustRootProblem::Format)?;
        let authorities: Vec<_> =
            written.certificate_authorities.into_iter().take(MOST).filter_map(authority).collect();
        let logs: Vec<_> = written.tlogs.into_iter().take(MOST).filter_map(log).collect();
        if authorities.is_empty() {
            return Err(TrustRootProblem::NoAuthority);
        }
        if logs.is_empty() {
            return Err(TrustRootProblem::NoLog);
        }
        Ok(Self { authorities, logs, fingerprint: format!("sha256:{:x}", Sha256::digest(json)) })
    }

    /// `sha256:` and the hash of the file.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// The chain stands leaf first: what is last is trusted, what stands before leads there.
fn authority(written: WrittenAuthority) -> Option<Authority> {
    let chain = written.cert_chain.certificates.into_iter().take(MOST);
    let mut chain: Vec<CertificateDer<'static>> = chain
        .map(|certificate| STANDARD.decode(certificate.raw_bytes).ok().map(CertificateDer::from))
        .collect::<Option<_>>()?;
    let root = chain.pop()?;
    let anchor = webpki::anchor_from_trusted_cert(&root).ok()?.to_owned();
    Some(Authority { anchor, intermediates: chain, valid: written.valid_for })
}

fn log(written: WrittenLog) -> Option<Log> {
    let der = STANDARD.decode(written.public_key.raw_bytes).ok()?;
    let key = VerifyKey::of_der(&der).ok()?;
    Some(Log { id: format!("{:x}", Sha256::digest(&der)), key, valid: written.public_key.valid_for })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_trust_root_are_told_apart() {
        let broken = r#"{"certificateAuthorities":[{"certChain":{"certificates":[{"rawBytes":"AAAA"}]}}]}"#;
        for (text, expected) in [
            ("", TrustRootProblem::Format),
            ("[]", TrustRootProblem::Format),
            (r#"{"tlogs":[{}]}"#, TrustRootProblem::Format),
            ("{}", TrustRootProblem::NoAuthority),
            (broken, TrustRootProblem::NoAuthority),
        ] {
            assert_eq!(TrustRoot::read(text).err(), Some(expected), "{text}");
        }
    }
}
