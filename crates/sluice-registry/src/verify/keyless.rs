//! Signatures without a kept key: by a certificate that an authority made for somebody who signed in somewhere.
//!
//! Everything is checked offline, from what lies beside the image and the trust root that the policy names: the signature,
//! the log's promise that it saw it, the certificate's chain at that moment, and whom the certificate is for. Source:
//! sigstore's client specification ("Verification") and Fulcio's `oid-info.md`.

use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use sluice_core::flux::{KeylessRule, Wanted};
use spki::ObjectIdentifier;
use spki::der::asn1::Utf8StringRef;
use spki::der::{Decode as _, Encode as _};
use webpki::{EndEntityCert, KeyUsage};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::claim::Fault;
use super::key::VerifyKey;
use super::log_entry::{LogEntry, Subject};
use super::trust_root::TrustRoot;
use crate::words::cleaned;

/// Who vouched for the identity, as a DER text …
const ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");
/// … and as older Fulcio wrote it, as bare bytes.
const ISSUER_BEFORE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");
/// `id-kp-codeSigning`, 1.3.6.1.5.5.7.3.3.
const CODE_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 3];
/// Certificates of a chain that are read.
const MOST: usize = 8;
/// How much of an identity is shown.
const SHOWN: usize = 200;

/// By whom an image must be signed, and by which authorities that is known.
#[derive(Debug, Clone)]
pub struct Keyless {
    root: TrustRoot,
    identity: Wanted,
    issuer: Wanted,
}

/// What lies beside a signature.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The certificate, then those that lead to the authority.
    pub(super) certificates: Vec<CertificateDer<'static>>,
    /// What the log says.
    pub(super) entry: Option<Result<LogEntry, Fault>>,
}

impl Evidence {
    /// Reads the annotations of a signature made the older way.
    pub(super) fn of_annotations(certificate: &str, chain: &str, bundle: &str) -> Self {
        let read = |pem: &str| {
            let all = CertificateDer::pem_slice_iter(pem.as_bytes()).take(MOST);
            all.filter_map(Result::ok).map(CertificateDer::into_owned).collect::<Vec<_>>()
        };
        let mut certificates = read(certificate);
        if !certificates.is_empty() {
            certificates.truncate(1);
            certificates.extend(read(chain));
        }
        Self { certificates, entry: (!bundle.is_empty()).then(|| LogEntry::of_annotation(bundle)) }
    }
}

impl Keyless {
    /// What a policy demands, with the trust root that it names.
    pub fn new(rule: &KeylessRule, root: TrustRoot) -> Self {
        Self { root, identity: rule.identity.clone(), issuer: rule.issuer.clone() }
    }

    /// One text that stands for all of it.
    pub fn fingerprint(&self) -> String {
        format!("keyless {} {} {}", self.root.fingerprint(), self.identity, self.issuer)
    }

    /// Who made a signature over `message`, once everything about it was found in order. `payload` is what the log has
    /// the hash of.
    pub(super) fn signer(
        &self,
        message: &[u8],
        payload: &[u8],
        signature: &[u8],
        evidence: &Evidence,
    ) -> Result<String, Fault> {
        let [leaf, chain @ ..] = evidence.certificates.as_slice() else { return Err(Fault::NoCertificate) };
        let certificate = Certificate::from_der(leaf).map_err(|_| Fault::Unreadable)?;
        let public = certificate.tbs_certificate.subject_public_key_info.to_der().map_err(|_| Fault::Unreadable)?;
        let key = VerifyKey::of_der(&public).map_err(|_| Fault::Unreadable)?;
        if !key.made(message, signature) {
            return Err(Fault::Tampered);
        }
        let entry = evidence.entry.as_ref().ok_or(Fault::NotInLog)?.as_ref().map_err(Clone::clone)?;
        let at = entry.checked(&self.root, &Subject { payload, signature, certificate: leaf })?;
        self.check_chain(leaf, chain, at)?;
        let issuer = issuer_of(&certificate).unwrap_or_default();
        if !self.issuer.is_met_by(&issuer) {
            return Err(Fault::OtherIssuer(cleaned(&issuer, SHOWN)));
        }
        let identities = identities_of(&certificate);
        match identities.iter().find(|identity| self.identity.is_met_by(identity)) {
            Some(identity) => Ok(cleaned(identity, SHOWN)),
            None => Err(Fault::OtherIdentity(cleaned(&identities.join(", "), SHOWN))),
        }
    }

    /// Whether a certificate leads to one of the authorities, and was valid when the log saw the signature.
    fn check_chain(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'static>],
        at: Timestamp,
    ) -> Result<(), Fault> {
        let certificate = EndEntityCert::try_from(leaf).map_err(|_| Fault::Unreadable)?;
        let seconds = u64::try_from(at.as_second()).map_err(|_| Fault::Expired)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let mut fault = Fault::OtherRoot;
        for authority in self.root.authorities.iter().filter(|authority| authority.valid.holds(at)) {
            let intermediates: Vec<_> = authority.intermediates.iter().chain(chain).cloned().collect();
            let checked = certificate.verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                std::slice::from_ref(&authority.anchor),
                &intermediates,
                time,
                KeyUsage::required(CODE_SIGNING),
                None,
                None,
            );
            match checked {
                Ok(_) => return Ok(()),
                Err(webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. }) => {
                    fault = Fault::Expired;
                }
                Err(_) => {}
            }
        }
        Err(fault)
    }
}

/// Whom a certificate is for: an address for mail, or an address of a workflow or workload.
fn identities_of(certificate: &Certificate) -> Vec<String> {
    let Ok(Some((_, names))) = certificate.tbs_certificate.get::<SubjectAltName>() else { return Vec::new() };
    let text = |name: GeneralName| match name {
        GeneralName::Rfc822Name(text) | GeneralName::UniformResourceIdentifier(text) => Some(text.to_string()),
        _ => None,
    };
    names.0.into_iter().filter_map(text).collect()
}

/// Who vouched for the identity.
fn issuer_of(certificate: &Certificate) -> Option<String> {
    let extensions = certificate.tbs_certificate.extensions.as_ref()?;
    let value = |id: ObjectIdentifier| {
        let found = extensions.iter().find(|extension| extension.extn_id == id);
        found.map(|extension| extension.extn_value.as_bytes())
    };
    let before = || value(ISSUER_BEFORE).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    match value(ISSUER) {
        Some(der) => Utf8StringRef::from_der(der).ok().map(|text| text.as_str().to_owned()),
        None => before(),
    }
}
