//! Finding out whether a registry near by, or one for which plain HTTP was asked for, speaks HTTPS.

use std::time::Duration;

use url::Url;

use crate::error::RegistryError;
use crate::host::{Endpoint, Scheme, plain_http_is_possible};
use crate::network::speaks_tls;
use crate::operation::Operation;

/// How long HTTPS may take to answer before plain HTTP is tried.
const HTTPS_FIRST: Duration = Duration::from_secs(3);

impl Operation<'_> {
    /// The root of the registry's API. Where plain HTTP is possible, HTTPS is tried first and what answers is kept, as
    /// go-containerregistry does; anywhere else it is always HTTPS.
    pub(crate) async fn base(&self) -> Result<Url, RegistryError> {
        let https = self.root(Scheme::Https)?;
        if !self.access.insecure_http && !plain_http_is_possible(self.host) {
            return Ok(https);
        }
        let mut scheme = self.state.scheme.lock().await;
        let found = match *scheme {
            Some(scheme) => scheme,
            None => *scheme.insert(self.probe(&https).await?),
        };
        self.root(found)
    }

    /// The root for messages: by the scheme that answered, or else HTTPS.
    pub(crate) fn last_known_root(&self) -> Option<Url> {
        let known = self.state.scheme.try_lock().ok().and_then(|scheme| *scheme);
        self.root(known.unwrap_or(Scheme::Https)).ok()
    }

    fn root(&self, scheme: Scheme) -> Result<Url, RegistryError> {
        Endpoint::of(self.host).base(scheme).ok_or_else(|| RegistryError::Name {
            host: self.host.to_owned(),
            repository: self.repository.clone().unwrap_or_default(),
        })
    }

    async fn probe(&self, https: &Url) -> Result<Scheme, RegistryError> {
        match tokio::time::timeout(HTTPS_FIRST, self.transport.own.get(https.clone()).send()).await {
            Ok(Ok(_)) => return Ok(Scheme::Https),
            // Whoever speaks TLS is not asked in the clear: a certificate that is not trusted must not lead there.
            Ok(Err(error)) if speaks_tls(&error) => return Err(self.network_error(https, error)),
            Ok(Err(_)) | Err(_) => {}
        }
        let http = self.root(Scheme::Http)?;
        tracing::debug!(host = self.host, "no HTTPS; trying plain HTTP");
        match self.transport.own.get(http.clone()).send().await {
            Ok(_) => Ok(Scheme::Http),
            Err(error) => Err(self.network_error(&http, error)),
        }
    }

    /// After a failure to connect, the scheme is found out anew: the registry may have moved.
    pub(crate) async fn forget_scheme(&self, error: &RegistryError) {
        if matches!(error, RegistryError::Unreachable { .. } | RegistryError::Tls { .. }) {
            *self.state.scheme.lock().await = None;
        }
    }
}
