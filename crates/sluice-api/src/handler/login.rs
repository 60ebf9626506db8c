//! What a person typed or pasted, as the login that is kept of it.

use sluice_core::Secret;
use sluice_engine::{CredentialKind as Kind, GitHubApp, Installation, Login, signing_login};

use crate::view::credential::{CredentialDetails, GitHubAppDetails};
use crate::view::error::{ErrorCode, WireError};

/// The login of a request: the secret, and what its kind needs besides.
pub(super) fn login(
    kind: Kind,
    username: &str,
    secret: Secret,
    passphrase: Option<Secret>,
    details: CredentialDetails,
) -> Result<Login, WireError> {
    let invalid = |message: &str, hint: &str| WireError::new(ErrorCode::InvalidRequest, message, hint);
    let may_be_empty = matches!(kind, Kind::Tls | Kind::Proxy);
    if secret.is_empty() && !may_be_empty {
        return Err(invalid("the secret is empty", "paste it again"));
    }
    Ok(match kind {
        Kind::GitSsh => Login::SshKey { private_key: secret, public_key: None, passphrase },
        Kind::Signing => signing_login(secret, passphrase),
        Kind::Forge => Login::Bearer(secret),
        Kind::Tls => {
            let certificate = details.certificate_pem.filter(|pem| !pem.trim().is_empty());
            if certificate.is_some() == secret.is_empty() {
                return Err(invalid("a certificate and its key come together", "give both, or neither"));
            }
            let ca_pem = details.ca_pem.filter(|pem| !pem.trim().is_empty()).map(String::into_bytes);
            Login::Tls { ca_pem, identity: certificate.map(|pem| (pem.into_bytes(), secret)) }
        }
        Kind::Proxy => {
            let address = details.address.unwrap_or_default();
            Login::Proxy { address, credential: (!username.is_empty()).then(|| (username.to_owned(), secret)) }
        }
        Kind::GitHttp if details.app.is_some() => app(details.app.unwrap_or_default(), secret)?,
        Kind::Registry | Kind::GitHttp if username.is_empty() => Login::Bearer(secret),
        Kind::Registry | Kind::GitHttp => Login::Basic { username: username.to_owned(), password: secret },
    })
}

fn app(details: GitHubAppDetails, private_key: Secret) -> Result<Login, WireError> {
    let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let missing = |what: &str| {
        WireError::new(
            ErrorCode::InvalidRequest,
            format!("the GitHub App has no {what}"),
            "its page at GitHub shows it",
        )
    };
    let app_id = given(Some(details.app_id)).ok_or_else(|| missing("id"))?;
    let installation = match (given(details.installation_id), given(details.installation_owner)) {
        (Some(id), _) => Installation::Id(id),
        (None, Some(owner)) => Installation::Owner(owner),
        (None, None) => return Err(missing("installation")),
    };
    Ok(Login::GitHubApp(Box::new(GitHubApp { app_id, installation, api: given(details.api), private_key })))
}
