//! Certificates that a person gives: whether they can be used, and until when.

use std::sync::Arc;

use jiff::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::access::ClientIdentity;
use crate::words::cleaned;

/// What a certificate says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whose it is, as X.509 writes names.
    pub subject: String,
    /// From when it counts.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

/// Why certificates cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// There is none in it.
    #[error("there is no certificate in PEM in it")]
    None,
    /// It is cut off, or something else.
    #[error("the certificate cannot be read: {0}")]
    Damaged(String),
    /// Its time is over.
    #[error("the certificate of {subject} expired on {:.0}", at)]
    Expired {
        /// Whose it is.
        subject: String,
        /// When.
        at: Timestamp,
    },
    /// Its time has not come.
    #[error("the certificate of {subject} counts from {:.0} on only", at)]
    NotYet {
        /// Whose it is.
        subject: String,
        /// From when.
        at: Timestamp,
    },
    /// The key is no key.
    #[error("its key cannot be read; it must be in PEM and not encrypted")]
    Key,
    /// The key belongs to another certificate.
    #[error("the key is not that of the certificate of {subject}")]
    Mismatch {
        /// Whose the certificate is.
        subject: String,
    },
}

impl CertificateFacts {
    /// Reads every certificate of a text in PEM; at least one, all readable.
    ///
    /// # Errors
    /// What is wrong with it. Times are not judged.
    pub fn read_all(pem: &[u8]) -> Result<Vec<Self>, CertificateProblem> {
        let ders: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let ders = ders.map_err(|error| CertificateProblem::Damaged(cleaned(&error.to_string(), 200)))?;
        if ders.is_empty() {
            return Err(CertificateProblem::None);
        }
        ders.iter().map(|der| Self::of(der)).collect()
    }

    /// Reads authorities, of which at least one must count at that time; gives the one that counts longest.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of_authorities(pem: &[u8], at: Timestamp) -> Result<Self, CertificateProblem> {
        let all = Self::read_all(pem)?;
        let last = all.into_iter().max_by_key(|one| one.not_after).ok_or(CertificateProblem::None)?;
        last.counts(at)
    }

    fn of(der: &[u8]) -> Result<Self, CertificateProblem> {
        let damaged = |error: x509_cert::der::Error| CertificateProblem::Damaged(error.to_string());
        let certificate = Certificate::from_der(der).map_err(damaged)?.tbs_certificate;
        let moment = |time: x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
            Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
        };
        Ok(Self {
            subject: cleaned(&certificate.subject.to_string(), 200),
            not_before: moment(certificate.validity.not_before),
            not_after: moment(certificate.validity.not_after),
        })
    }

    fn counts(self, at: Timestamp) -> Result<Self, CertificateProblem> {
        if self.not_after <= at {
            return Err(CertificateProblem::Expired { subject: self.subject, at: self.not_after });
        }
        if at < self.not_before {
            return Err(CertificateProblem::NotYet { subject: self.subject, at: self.not_before });
        }
        Ok(self)
    }
}

impl ClientIdentity {
    /// Finds out whether the certificate counts at that time and the key is its own.
    ///
    /// # Errors
    /// What is wrong with them; nothing of the key is in the error.
    pub fn check(&self, at: Timestamp) -> Result<CertificateFacts, CertificateProblem> {
        let first = CertificateFacts::read_all(&self.certificate_pem)?.into_iter().next();
        let facts = first.ok_or(CertificateProblem::None)?.counts(at)?;
        let key = PrivateKeyDer::from_pem_slice(self.key_pem.expose()).map_err(|_| CertificateProblem::Key)?;
        let key = rustls::crypto::ring::sign::any_supported_type(&key).map_err(|_| CertificateProblem::Key)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate_pem).collect();
        let chain = chain.map_err(|error| CertificateProblem::Damaged(error.to_string()))?;
        match CertifiedKey::new(chain, Arc::clone(&key)).keys_match() {
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                Err(CertificateProblem::Mismatch { subject: facts.subject })
            }
            // What cannot be compared is not known to be wrong.
            _ => Ok(facts),
        }
    }
}
