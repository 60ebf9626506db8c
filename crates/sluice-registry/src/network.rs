//! What failures of the network mean.

use crate::error::{Place, RegistryError};

/// The most bytes of a refusal's body that are read, as go-containerregistry does.
pub(crate) const READ_OF_ERRORS: usize = 64 << 10;

/// Turns what the HTTP client says into a fact. `words` takes out secrets.
pub(crate) fn classify(at: Box<Place>, error: reqwest::Error, words: impl Fn(&str) -> String) -> RegistryError {
    let error = error.without_url();
    let said = words(&innermost(&error));
    if find::<rustls::Error>(&error).is_some() {
        return RegistryError::Tls { at, words: said };
    }
    let unreadable = find::<hyper::Error>(&error).is_some_and(hyper::Error::is_parse);
    if unreadable || error.is_builder() {
        return RegistryError::BadAnswer { at, what: "HTTP answer", words: said };
    }
    // A connection that breaks while unpacking has the connection's own error inside.
    if error.is_decode() && find::<hyper::Error>(&error).is_none() {
        return RegistryError::BadAnswer { at, what: "compressed answer", words: said };
    }
    RegistryError::Unreachable { at, words: said }
}

/// Whether the other side speaks TLS and it is the certificates, or something after the handshake, that failed. (With
/// TLS 1.3 a server that misses our certificate hangs up when the handshake is over for us.)
///
/// A peer that answers TLS with something that is not TLS is a server of plain HTTP.
pub(crate) fn speaks_tls(error: &reqwest::Error) -> bool {
    match find::<rustls::Error>(error) {
        Some(rustls::Error::InvalidMessage(_)) => false,
        Some(_) => true,
        None => !error.is_connect() && !error.is_timeout(),
    }
}

/// Whether the other side hung up instead of answering: a connection was made, and broke in one of many ways.
pub(crate) fn hung_up(error: &reqwest::Error) -> bool {
    let is_answered_badly = find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse);
    error.is_request() && !error.is_connect() && !error.is_timeout() && !is_answered_badly
}

/// Looks for a cause of one type, also inside the I/O errors that TLS errors are wrapped in.
fn find<'e, E: std::error::Error + 'static>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e E> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            let inner: &(dyn std::error::Error + 'static) = inner;
            if let Some(found) = find::<E>(inner) {
                return Some(found);
            }
        }
        current = error.source();
    }
    None
}

/// The two innermost causes: the last one is what happened, the one before says to what.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut chain = vec![error.to_string()];
    let mut current = error;
    while let Some(source) = current.source() {
        chain.push(source.to_string());
        current = source;
    }
    chain.dedup();
    let last = chain.len().saturating_sub(2);
    chain.split_off(last).join(": ")
}
