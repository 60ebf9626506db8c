//! What an HTTP status in place of an answer means.

use std::io::Read as _;
use std::time::Duration;

use git2::transport::Service;
use ureq::Body;
use ureq::http::Response;

use crate::error::GitError;
use crate::operation::Operation;
use crate::refusal;

/// The most of a refusal's body that is read, in bytes.
const READ: u64 = 8 << 10;

/// The error that a status other than 200 stands for, with the server's own words.
pub(super) fn refusal(operation: &Operation, service: Service, answer: Response<Body>) -> GitError {
    let status = answer.status().as_u16();
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let retry_after = header("retry-after").and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let is_text = header("content-type").is_none_or(|kind| kind.starts_with("text/plain") || kind.contains("json"));
    let words = if is_text { operation.shown(&text(answer)) } else { String::new() };
    let remote = operation.place();
    let origin = operation.access.origin.clone();
    let is_anonymous = operation.access.credential.is_none();
    let is_push = matches!(service, Service::ReceivePack | Service::ReceivePackLs);
    match status {
        401 if is_anonymous => GitError::CredentialsMissing { remote, words },
        401 => GitError::CredentialsRefused { remote, origin, words },
        403 | 429 if retry_after.is_some() || status == 429 => GitError::RateLimited { remote, retry_after, words },
        403 if is_anonymous => GitError::CredentialsMissing { remote, words },
        403 if is_push || refusal::is_read_only(&words) => GitError::ReadOnlyKey { remote, origin, words },
        403 => GitError::AccessDenied { remote, origin, words },
        404 | 410 => GitError::NotFound { remote, words },
        408 | 500..=599 => GitError::Unavailable { remote, status, retry_after, words },
        _ => {
            let said = if words.is_empty() { String::new() } else { format!(": {words}") };
            GitError::BadAnswer { remote, words: format!("status {status}{said}") }
        }
    }
}

fn text(answer: Response<Body>) -> String {
    let mut bytes = Vec::new();
    // What arrived before a failure is still worth showing.
    let _ = answer.into_body().into_reader().take(READ).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
