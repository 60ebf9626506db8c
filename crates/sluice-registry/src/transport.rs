//! HTTP clients, one a combination of certificates and proxy.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::{Certificate, Client, ClientBuilder, Identity, Proxy};
use sha2::{Digest as _, Sha256};

use crate::access::{Access, ProxyAddress};
use crate::error::RegistryError;
use crate::options::{ClientOptions, ProxyRule};
use crate::words::{SHOWN, cleaned};

/// The clients for one registry.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    /// For the registry's own host: it shows our certificate, if there is one.
    pub(crate) own: Client,
    /// For hosts that the registry sends us to: it never shows our certificate.
    pub(crate) foreign: Client,
    /// Which combination this is, for telling apart what was fetched through it.
    pub(crate) fingerprint: [u8; 32],
}

/// All combinations in use.
#[derive(Debug, Default)]
pub(crate) struct Transports {
    all: Mutex<HashMap<[u8; 32], Transport>>,
}

/// More combinations than anybody has; when there are, they are built anew.
const MOST: usize = 64;

impl Transports {
    /// The clients for an access. Building them reads the system's certificates: about three milliseconds, once a
    /// combination, on the thread that asks first.
    pub(crate) fn get(&self, options: &ClientOptions, host: &str, access: &Access) -> Result<Transport, RegistryError> {
        let fingerprint = fingerprint(access);
        if let Some(transport) = self.all.lock().unwrap_or_else(PoisonError::into_inner).get(&fingerprint) {
            return Ok(transport.clone());
        }
        // reqwest panics without a provider.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(RegistryError::NoCryptoProvider);
        }
        let foreign = build(options, host, access, None)?;
        let own = match identity(host, access)? {
            None => foreign.clone(),
            Some(identity) => build(options, host, access, Some(identity))?,
        };
        let transport = Transport { own, foreign, fingerprint };
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        Ok(all.entry(fingerprint).or_insert(transport).clone())
    }
}

/// Tells combinations apart without keeping their secrets.
fn fingerprint(access: &Access) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(access.ca_pem.as_deref().unwrap_or_default());
    match &access.client_identity {
        None => add(b"no identity"),
        Some(identity) => {
            add(&identity.certificate_pem);
            add(identity.key_pem.expose());
        }
    }
    if let Some(proxy) = &access.proxy {
        add(proxy.address.as_bytes());
        if let Some((username, password)) = &proxy.credential {
            add(username.as_bytes());
            add(password.expose());
        }
    }
    hash.finalize().into()
}

fn build(
    options: &ClientOptions,
    host: &str,
    access: &Access,
    identity: Option<Identity>,
) -> Result<Client, RegistryError> {
    let authorities = authorities(host, access)?;
    let prepared = || -> Result<ClientBuilder, RegistryError> {
        let builder = Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(options.limits.connect_time)
            .pool_max_idle_per_host(options.limits.requests_per_host)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        let builder = with_proxy(builder, options, host, access)?;
        Ok(match &identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        })
    };
    prepared()?.tls_certs_merge(authorities.iter().cloned()).build().or_else(|error| {
        // A machine without any certificate authority of its own can still trust those that were given; everything
        // else is then refused, which is what such a machine means.
        tracing::warn!(error = %cause(&error), "the system's certificate authorities cannot be used");
        let built = prepared()?.tls_certs_only(authorities).build();
        built.map_err(|error| unusable(host, "TLS configuration", &error))
    })
}

fn authorities(host: &str, access: &Access) -> Result<Vec<Certificate>, RegistryError> {
    let Some(pem) = &access.ca_pem else { return Ok(Vec::new()) };
    let authorities = Certificate::from_pem_bundle(pem).map_err(|error| unusable(host, "CA certificate", &error))?;
    if authorities.is_empty() {
        let words = "there is no certificate in it".to_owned();
        return Err(RegistryError::Unusable { host: host.to_owned(), what: "CA certificate", words });
    }
    Ok(authorities)
}

fn identity(host: &str, access: &Access) -> Result<Option<Identity>, RegistryError> {
    let Some(identity) = &access.client_identity else { return Ok(None) };
    let both = sluice_core::Secret::new([identity.key_pem.expose(), b"\n", &identity.certificate_pem].concat());
    // The parser's words could quote the key, so ours are shown instead.
    let refused = |_| RegistryError::Unusable {
        host: host.to_owned(),
        what: "client certificate",
        words: "a certificate and its private key in PEM are needed".to_owned(),
    };
    Identity::from_pem(both.expose()).map(Some).map_err(refused)
}

fn with_proxy(
    builder: ClientBuilder,
    options: &ClientOptions,
    host: &str,
    access: &Access,
) -> Result<ClientBuilder, RegistryError> {
    match (options.named_proxy(access), &options.proxy) {
        (Some(address), _) => Ok(builder.no_proxy().proxy(proxy(host, address)?)),
        (None, ProxyRule::System) => Ok(builder),
        (None, _) => Ok(builder.no_proxy()),
    }
}

fn proxy(host: &str, address: &ProxyAddress) -> Result<Proxy, RegistryError> {
    let refused = |words: &str| RegistryError::Unusable {
        host: host.to_owned(),
        what: "proxy",
        words: format!("{}: {words}", crate::words::without_userinfo(&address.address)),
    };
    let mut url = url::Url::parse(&address.address).map_err(|error| refused(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || url.host().is_none() {
        return Err(refused("its scheme must be http, https or socks5"));
    }
    // Both fail only for addresses without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let proxy = Proxy::all(url).map_err(|_| refused("it is not an address of a proxy"))?;
    let in_address = address.credential_in_address();
    let Some((username, password)) = address.credential.as_ref().or(in_address.as_ref()) else { return Ok(proxy) };
    let password = password.expose_str().map_err(|error| refused(&error.to_string()))?;
    Ok(proxy.basic_auth(username, password))
}

fn unusable(host: &str, what: &'static str, error: &reqwest::Error) -> RegistryError {
    RegistryError::Unusable { host: host.to_owned(), what, words: cause(error) }
}

/// The innermost cause, which is the one that says something.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    cleaned(&innermost.to_string(), SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::ClientIdentity;
    use sluice_core::Secret;

    fn get(access: &Access) -> Result<Transport, RegistryError> {
        sluice_testkit::install_crypto();
        Transports::default().get(&ClientOptions::default(), "reg.io", access)
    }

    #[test]
    fn unusable_certificates_and_proxies_are_named_without_their_secrets() {
        let identity = ClientIdentity { certificate_pem: b"hunter2".to_vec(), key_pem: Secret::new("hunter2") };
        let proxy = |address: &str| ProxyAddress { address: address.into(), credential: None };
        let cases = [
            (Access { ca_pem: Some(b"nonsense".to_vec()), ..Access::default() }, "CA certificate"),
            (Access { client_identity: Some(identity), ..Access::default() }, "client certificate"),
            (Access { proxy: Some(proxy("ftp://me:hunter2@proxy")), ..Access::default() }, "proxy"),
            (Access { proxy: Some(proxy("me:hunter2@proxy:1")), ..Access::default() }, "proxy"),
            (Access { proxy: Some(proxy("")), ..Access::default() }, "proxy"),
        ];
        for (access, what) in cases {
            let message = get(&access).expect_err(what).to_string();
            assert!(message.contains(what) && message.contains("reg.io"), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn proxies_of_all_kinds_are_taken() {
        for address in ["http://proxy:3128", "https://me:p%40ss+w@proxy", "socks5://proxy:1080", "socks5h://proxy"] {
            let proxy = ProxyAddress { address: address.into(), credential: None };
            assert!(get(&Access { proxy: Some(proxy), ..Access::default() }).is_ok(), "{address}");
        }
    }

    #[test]
    fn clients_are_shared_by_those_who_need_the_same_one() {
        let password = |text: &str| Access {
            proxy: Some(ProxyAddress {
                address: "http://proxy:1".into(),
                credential: Some(("me".into(), Secret::new(text))),
            }),
            ..Access::default()
        };
        assert_eq!(fingerprint(&password("a")), fingerprint(&password("a")));
        assert_ne!(fingerprint(&password("a")), fingerprint(&password("b")));
        assert_ne!(fingerprint(&password("a")), fingerprint(&Access::default()));
        assert_eq!(fingerprint(&Access::default()), fingerprint(&Access::basic("me", Secret::new("x"))));
    }
}
