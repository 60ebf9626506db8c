//! What holds for a whole client.

use std::time::Duration;

use crate::access::{Access, ProxyAddress};

/// Settings of a [`RegistryClient`](crate::RegistryClient).
#[derive(Debug)]
pub struct ClientOptions {
    /// Sent as `User-Agent`.
    pub user_agent: String,
    /// Bounds on what is accepted.
    pub limits: Limits,
    /// Which proxy is used where [`Access::proxy`](crate::Access::proxy) names none.
    pub proxy: ProxyRule,
    /// How temporary failures are repeated.
    pub retries: Retries,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("sluice/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            proxy: ProxyRule::System,
            retries: Retries::default(),
        }
    }
}

/// Which proxy is used.
#[derive(Debug)]
pub enum ProxyRule {
    /// What the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) and the system say.
    System,
    /// None.
    Direct,
    /// This one, for every host.
    Address(ProxyAddress),
}

impl ClientOptions {
    /// The proxy that is named for an access, if one is. What the system says is known to the HTTP client only.
    pub(crate) fn named_proxy<'p>(&'p self, access: &'p Access) -> Option<&'p ProxyAddress> {
        match (&access.proxy, &self.proxy) {
            (Some(address), _) | (None, ProxyRule::Address(address)) => Some(address),
            (None, ProxyRule::Direct | ProxyRule::System) => None,
        }
    }
}

/// Bounds on what is accepted from a registry. What exceeds one is an error, never a shortened answer.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of all pages of a tag list together, after decompression.
    pub tag_list_bytes: usize,
    /// Tags of one repository. A short tag is four bytes on the wire and ten times that in memory.
    pub tags: usize,
    /// Bytes of a manifest or index. The OCI distribution specification asks registries to take 4 MiB.
    pub manifest_bytes: usize,
    /// Bytes of an image's configuration.
    pub config_bytes: usize,
    /// Pages of a tag list.
    pub pages: u32,
    /// Redirects of one request.
    pub redirects: u32,
    /// Time for one operation: sign-in, all pages, retries and waiting included. Flux's `timeout` is 60 s by default.
    pub total_time: Duration,
    /// Time to connect.
    pub connect_time: Duration,
    /// The longest wait that a registry may ask for (`Retry-After`) and get within an operation. A longer one is an
    /// error with [`retry_after`](crate::RegistryError::retry_after), so that the caller plans the next try.
    pub longest_wait: Duration,
    /// Requests to one host at a time.
    pub requests_per_host: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tag_list_bytes: 64 << 20,
            tags: 1_000_000,
            manifest_bytes: 4 << 20,
            config_bytes: 8 << 20,
            pages: 5_000,
            redirects: 5,
            total_time: Duration::from_secs(60),
            connect_time: Duration::from_secs(10),
            longest_wait: Duration::from_secs(10),
            requests_per_host: 6,
        }
    }
}

/// How temporary failures (network errors, 408, 429, 499, 500, 502, 503, 504, 522) are repeated: go-containerregistry's
/// three attempts after 1 s and 3 s, with jitter, unless `Retry-After` says longer.
#[derive(Debug, Clone)]
pub struct Retries {
    /// Attempts in total; 1 means no repetition.
    pub attempts: u32,
    /// The wait before the second attempt.
    pub first_wait: Duration,
    /// What each further wait is multiplied by.
    pub factor: f32,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 3, first_wait: Duration::from_secs(1), factor: 3.0 }
    }
}
