//! Finding out what kind of forge a host is, by what its interfaces say. No token is sent meanwhile.

use reqwest::StatusCode;
use serde_json::Value;

use crate::access::ForgeAccess;
use crate::error::ForgeError;
use crate::kind::{ForgeKind, Place};
use crate::wire::Wire;

/// The forge at a host (`host` or `host:port` of its web pages): known ones at once, others by asking them.
///
/// `access` says how to reach it; its token stays here.
///
/// # Errors
/// When nobody answers there, or not as any known forge does.
pub async fn detect(host: &str, access: &ForgeAccess) -> Result<Place, ForgeError> {
    if let Some(place) = Place::of_host(host) {
        return Ok(place);
    }
    let mut unreachable = None;
    for kind in [ForgeKind::Gitea, ForgeKind::GitLab, ForgeKind::GitHub] {
        let place = Place::of_kind(kind, host)?;
        let tokenless = ForgeAccess {
            token: None,
            ca_pem: access.ca_pem.clone(),
            client_identity: access.client_identity.as_ref().map(|(pem, key)| (pem.clone(), key.duplicate())),
            proxy: access.proxy.clone(),
            proxy_credential: access
                .proxy_credential
                .as_ref()
                .map(|(name, password)| (name.clone(), password.duplicate())),
            timeout: access.timeout,
            origin: String::new(),
        };
        let wire = Wire::new(&place.api, place.host(), &tokenless, None, &[])?;
        let question = if kind == ForgeKind::GitHub { "meta" } else { "version" };
        match wire.knock(question).await {
            Ok((status, headers, body)) => {
                let is_github =
                    headers.contains_key("x-github-request-id") || headers.contains_key("x-github-enterprise-version");
                if is_it(kind, status, body.as_ref(), is_github) {
                    return Ok(place);
                }
            }
            Err(error) if error.is_transient() || matches!(error, ForgeError::Certificate { .. }) => {
                // The next question would fail for the same reason.
                unreachable = Some(error);
                break;
            }
            Err(error) => tracing::debug!(%error, host, "it does not answer as {} does", kind.name()),
        }
    }
    Err(unreachable.unwrap_or_else(|| ForgeError::UnknownForge { host: host.to_owned() }))
}

/// Whether an answer is that of the kind that was asked for.
fn is_it(kind: ForgeKind, status: StatusCode, body: Option<&Value>, is_github: bool) -> bool {
    let text = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
    match kind {
        // `{"version":"1.22.0"}`, Forgejo's `{"version":"7.0.0+gitea-1.22.0"}`; private ones answer 401 or 403.
        ForgeKind::Gitea => {
            (status.is_success() && text("version").is_some() && text("revision").is_none())
                || (status == StatusCode::FORBIDDEN
                    && text("message").is_some_and(|said| said.contains("Only signed in")))
        }
        // It tells its version to members only, and says so in JSON.
        ForgeKind::GitLab => {
            (status.is_success() && text("revision").is_some())
                || (status == StatusCode::UNAUTHORIZED && text("message") == Some("401 Unauthorized"))
        }
        ForgeKind::GitHub => is_github || (status.is_success() && text("installed_version").is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        for (kind, status, body, expected) in [
            (ForgeKind::Gitea, 200, json(r#"{"version":"1.22.0"}"#), true),
            (ForgeKind::Gitea, 200, json(r#"{"version":"7.0.0+gitea-1.22.0"}"#), true),
            (ForgeKind::Gitea, 403, json(r#"{"message":"Only signed in user is allowed to call APIs."}"#), true),
            (ForgeKind::Gitea, 404, json(r#"{"message":"404 Not Found"}"#), false),
            (ForgeKind::Gitea, 200, json(r#""a web page""#), false),
            (ForgeKind::GitLab, 401, json(r#"{"message":"401 Unauthorized"}"#), true),
            (ForgeKind::GitLab, 200, json(r#"{"version":"17.0.0","revision":"abc"}"#), true),
            (ForgeKind::GitLab, 401, json(r#"{"message":"no"}"#), false),
            (ForgeKind::GitHub, 200, json(r#"{"installed_version":"3.14.0"}"#), true),
            (ForgeKind::GitHub, 200, json("{}"), false),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(is_it(kind, status, Some(&body), false), expected, "{kind:?} {status} {body}");
        }
    }
}
