//! What a caller brings along to reach one registry.

use std::fmt;
use std::time::Duration;

use sluice_core::Secret;

/// How to reach a registry: credential, certificates, proxy. [`Access::anonymous`] brings nothing.
///
/// It corresponds to `secretRef`, `certSecretRef`, `proxySecretRef`, `insecure` and `timeout` of Flux's ImageRepository.
#[derive(Debug, Default)]
pub struct Access {
    /// Who signs in; none is anonymous.
    pub credential: Option<Credential>,
    /// Certificate authorities in PEM, added to the system's own (`ca.crt`).
    pub ca_pem: Option<Vec<u8>>,
    /// A certificate of our own (`tls.crt` and `tls.key`).
    pub client_identity: Option<ClientIdentity>,
    /// Whether plain HTTP was asked for. HTTPS is still tried first.
    pub insecure_http: bool,
    /// A proxy for this registry only; it wins over the client's [`ProxyRule`](crate::ProxyRule).
    pub proxy: Option<ProxyAddress>,
    /// The time for one operation with all its pages and retries; none is the client's own
    /// ([`Limits::total_time`](crate::Limits::total_time)).
    pub timeout: Option<Duration>,
    /// Where the credential comes from, in words for messages: `docker config, ghcr.io/acme`. Never a secret.
    pub origin: String,
}

impl Access {
    /// Nothing but the address.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Signs in with a name and a password.
    pub fn basic(username: impl Into<String>, password: Secret) -> Self {
        Self { credential: Some(Credential::Basic { username: username.into(), password }), ..Self::default() }
    }
}

/// Who signs in at a registry.
#[derive(Debug)]
pub enum Credential {
    /// A name and a password or access token.
    ///
    /// The name `<token>` marks an identity token, as docker's credential helpers do.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A refresh token to be exchanged at the token server (`identitytoken` in docker's configuration).
    IdentityToken(Secret),
    /// A token for the registry itself (`registrytoken` in docker's configuration).
    Bearer(Secret),
}

impl Credential {
    /// The secret inside.
    pub(crate) fn secret(&self) -> &Secret {
        match self {
            Self::Basic { password, .. } => password,
            Self::IdentityToken(token) | Self::Bearer(token) => token,
        }
    }
}

/// A certificate and its key.
#[derive(Debug)]
pub struct ClientIdentity {
    /// The certificate, with its chain, in PEM.
    pub certificate_pem: Vec<u8>,
    /// The key in PEM (PKCS#8, PKCS#1 or SEC1).
    pub key_pem: Secret,
}

/// A proxy by address: `http://host:port`, `https://host:port` or `socks5://host:port` (`proxySecretRef`).
pub struct ProxyAddress {
    /// The address. A name and password in it are used and never shown.
    pub address: String,
    /// The name and password (`username` and `password` of Flux's Secret).
    pub credential: Option<(String, Secret)>,
}

impl ProxyAddress {
    /// The name and password that stand in the address itself, decoded.
    pub(crate) fn credential_in_address(&self) -> Option<(String, Secret)> {
        let url = url::Url::parse(&self.address).ok()?;
        if url.username().is_empty() && url.password().is_none() {
            return None;
        }
        let password = percent_decoded(url.password().unwrap_or_default());
        Some((percent_decoded(url.username()), Secret::new(password)))
    }
}

fn percent_decoded(text: &str) -> String {
    // The url crate decodes forms; a literal plus must survive that.
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyAddress")
            .field("address", &crate::words::without_userinfo(&self.address))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_password_is_decoded() {
        assert_eq!(percent_decoded("p%40ss+w"), "p@ss+w");
    }

    #[test]
    fn no_secret_shows_in_what_is_printed_for_debugging() {
        let access = Access {
            client_identity: Some(ClientIdentity { certificate_pem: Vec::new(), key_pem: Secret::new("hunter2") }),
            proxy: Some(ProxyAddress {
                address: "http://me:hunter2@proxy:3128".into(),
                credential: Some(("me".into(), Secret::new("hunter2"))),
            }),
            ..Access::basic("me", Secret::new("hunter2"))
        };
        let shown = format!("{access:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("proxy:3128"), "{shown}");
    }
}
