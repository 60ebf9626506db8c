//! What can go wrong with a registry, as facts.

use std::fmt;
use std::time::Duration;

/// Which host, repository and address an error is about. It never holds a secret: addresses are without query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The registry's `host[:port]` as the image names it.
    pub host: String,
    /// The repository, or nothing when the host itself is meant.
    pub repository: Option<String>,
    /// The address asked, without name, password and query.
    pub url: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{}/{repository}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// Why an operation on a registry did not succeed.
///
/// `words` are the other side's own, cleaned of control characters and secrets and cut to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The program did not install a cryptography provider for TLS.
    #[error(
        "no cryptography provider is installed for TLS; the program must install rustls' ring provider at its start"
    )]
    NoCryptoProvider,
    /// A certificate, key or proxy that the caller brought cannot be used.
    #[error("the {what} for {host} cannot be used: {words}")]
    Unusable {
        /// The registry's host.
        host: String,
        /// What is unusable: `CA certificate`, `client certificate`, `proxy`.
        what: &'static str,
        /// Why.
        words: String,
    },
    /// The repository's name makes no address below `/v2/`.
    #[error("`{repository}` cannot be asked for at {host}: its path would leave the registry's API")]
    Name {
        /// The registry's host.
        host: String,
        /// The repository.
        repository: String,
    },
    /// Nothing answered.
    #[error("{at}: no connection to {}: {words}", at.url)]
    Unreachable {
        /// Where.
        at: Box<Place>,
        /// What the network said.
        words: String,
    },
    /// The other side's certificate is not trusted, or ours was refused, or no common version was found.
    #[error("{at}: TLS with {} failed: {words}", at.url)]
    Tls {
        /// Where.
        at: Box<Place>,
        /// What TLS said.
        words: String,
    },
    /// The operation took too long.
    #[error("{at}: no complete answer within {} s", after.as_secs_f32())]
    Timeout {
        /// Where.
        at: Box<Place>,
        /// How long was waited.
        after: Duration,
    },
    /// The registry limits how often it may be asked.
    #[error("{at}: rate limited{}{}", for_how_long(*retry_after), said(words))]
    RateLimited {
        /// Where.
        at: Box<Place>,
        /// When the registry may be asked again, from now.
        retry_after: Option<Duration>,
        /// What the registry said.
        words: String,
    },
    /// The registry has a problem of its own that may pass.
    #[error("{at}: the registry answered {status}{}", said(words))]
    Unavailable {
        /// Where.
        at: Box<Place>,
        /// The HTTP status.
        status: u16,
        /// When the registry may be asked again, from now.
        retry_after: Option<Duration>,
        /// What the registry said.
        words: String,
    },
    /// The registry wants a credential, or another one.
    #[error("{at}: {}{}", unauthorized(origin), said(words))]
    Unauthorized {
        /// Where.
        at: Box<Place>,
        /// Where the credential came from; nothing when none was sent.
        origin: Option<String>,
        /// What the registry said.
        words: String,
    },
    /// The credential is known and not allowed to do this.
    #[error("{at}: access denied{}", said(words))]
    Denied {
        /// Where.
        at: Box<Place>,
        /// Where the credential came from; nothing when none was sent.
        origin: Option<String>,
        /// What the registry said.
        words: String,
    },
    /// There is no such repository, tag or digest.
    #[error("{at}{} does not exist{}", reference.as_deref().map(|r| format!(" `{r}`")).unwrap_or_default(), said(words))]
    NotFound {
        /// Where.
        at: Box<Place>,
        /// The tag or digest asked for; nothing when the repository itself is missing.
        reference: Option<String>,
        /// What the registry said.
        words: String,
    },
    /// The registry answered with a status that repeating will not change.
    #[error("{at}: {} was answered with status {status}{}", at.url, said(words))]
    Refused {
        /// Where.
        at: Box<Place>,
        /// The HTTP status.
        status: u16,
        /// What the registry said.
        words: String,
    },
    /// The proxy on the way to an unencrypted registry wants a credential, or another one. (On the way to an encrypted
    /// one it can only be told by [`RegistryError::Unreachable`]'s words.)
    #[error("{at}: the proxy on the way to {} wants a name and password{}", at.url, said(words))]
    Proxy {
        /// Where.
        at: Box<Place>,
        /// What the proxy said.
        words: String,
    },
    /// The token server did not give a token.
    #[error("{at}: signing in at {realm} failed with status {status}{}", said(words))]
    SignIn {
        /// Where.
        at: Box<Place>,
        /// The token server's address.
        realm: String,
        /// The HTTP status.
        status: u16,
        /// Where the credential came from; nothing when none was sent.
        origin: Option<String>,
        /// What the token server said.
        words: String,
    },
    /// The way in which the registry wants us to sign in is not one we have.
    #[error("{at}: the registry asks to sign in as `{words}`, which is not supported with this credential")]
    Challenge {
        /// Where.
        at: Box<Place>,
        /// The challenge.
        words: String,
    },
    /// A credential or token would have travelled unencrypted, to a place where nobody asked for that.
    #[error("{at}: {what} would travel unencrypted to {to}; refused")]
    Unencrypted {
        /// Where.
        at: Box<Place>,
        /// What would have travelled.
        what: &'static str,
        /// Where to.
        to: String,
    },
    /// A redirect leads where it must not.
    #[error("{at}: a redirect to {to} was refused: {why}")]
    Redirect {
        /// Where.
        at: Box<Place>,
        /// The redirect's target.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// The next page of the tag list is where it must not be.
    #[error("{at}: the tag list's next page is refused: {why}{}", said(words))]
    Paging {
        /// Where.
        at: Box<Place>,
        /// Why.
        why: PagingProblem,
        /// The link, where that helps.
        words: String,
    },
    /// An answer is larger than it may be.
    #[error("{at}: the {what} is larger than {limit} bytes")]
    TooLarge {
        /// Where.
        at: Box<Place>,
        /// What: `tag list`, `manifest`, `configuration`, `token`.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// A tag list has more tags than are taken.
    #[error("{at}: the repository has more than {limit} tags")]
    TooManyTags {
        /// Where.
        at: Box<Place>,
        /// The limit.
        limit: usize,
    },
    /// An answer is not what the OCI distribution specification says it is.
    #[error("{at}: the {what} cannot be read: {words}")]
    BadAnswer {
        /// Where.
        at: Box<Place>,
        /// What: `tag list`, `manifest`, `configuration`, `token`, `digest`, `HTTP answer`.
        what: &'static str,
        /// What is wrong with it.
        words: String,
    },
    /// Content does not have the digest that it is said to have.
    #[error("{at}: the content is not what its digest says: expected {expected}, got {actual}")]
    DigestMismatch {
        /// Where.
        at: Box<Place>,
        /// The digest that was claimed or asked for.
        expected: String,
        /// The content's digest.
        actual: String,
    },
}

/// Why a page of a tag list cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PagingProblem {
    /// The `Link` header is malformed (RFC 8288).
    #[error("its Link header cannot be read")]
    Malformed,
    /// The link leads to another host.
    #[error("it leads to another host")]
    Elsewhere,
    /// The page was already read.
    #[error("it was read already, so the list has no end")]
    Cycle,
    /// There are more pages than allowed.
    #[error("the list has more than {0} pages")]
    TooMany(u32),
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

fn for_how_long(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(" for {} s", wait.as_secs().max(1))).unwrap_or_default()
}

fn unauthorized(origin: &Option<String>) -> String {
    match origin {
        None => "the registry wants a credential".to_owned(),
        Some(origin) if origin.is_empty() => "the registry refuses the credential".to_owned(),
        Some(origin) => format!("the registry refuses the credential from {origin}"),
    }
}

impl RegistryError {
    /// Where it happened, if it got as far as an address.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::NoCryptoProvider | Self::Unusable { .. } | Self::Name { .. } => None,
            Self::Unreachable { at, .. }
            | Self::Tls { at, .. }
            | Self::Timeout { at, .. }
            | Self::RateLimited { at, .. }
            | Self::Unavailable { at, .. }
            | Self::Unauthorized { at, .. }
            | Self::Denied { at, .. }
            | Self::NotFound { at, .. }
            | Self::Refused { at, .. }
            | Self::Proxy { at, .. }
            | Self::SignIn { at, .. }
            | Self::Challenge { at, .. }
            | Self::Unencrypted { at, .. }
            | Self::Redirect { at, .. }
            | Self::Paging { at, .. }
            | Self::TooLarge { at, .. }
            | Self::TooManyTags { at, .. }
            | Self::BadAnswer { at, .. }
            | Self::DigestMismatch { at, .. } => Some(at),
        }
    }

    /// How long the registry asked to be left alone, from now.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the same request may succeed later with nothing changed on our side.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::RateLimited { .. } | Self::Unavailable { .. }
        )
    }

    /// The HTTP status, where there was one of interest.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unavailable { status, .. } | Self::Refused { status, .. } | Self::SignIn { status, .. } => {
                Some(*status)
            }
            Self::RateLimited { .. } => Some(429),
            Self::Unauthorized { .. } => Some(401),
            Self::Denied { .. } => Some(403),
            Self::NotFound { .. } => Some(404),
            Self::Proxy { .. } => Some(407),
            _ => None,
        }
    }

    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCryptoProvider => "registry-no-crypto-provider",
            Self::Unusable { .. } => "registry-access-unusable",
            Self::Name { .. } => "registry-name-invalid",
            Self::Unreachable { .. } => "registry-unreachable",
            Self::Tls { .. } => "registry-tls-failed",
            Self::Timeout { .. } => "registry-timeout",
            Self::RateLimited { .. } => "registry-rate-limited",
            Self::Unavailable { .. } => "registry-unavailable",
            Self::Unauthorized { .. } => "registry-unauthorized",
            Self::Denied { .. } => "registry-denied",
            Self::NotFound { reference: None, .. } => "registry-repository-not-found",
            Self::NotFound { .. } => "registry-image-not-found",
            Self::Refused { .. } => "registry-refused",
            Self::Proxy { .. } => "registry-proxy-refused",
            Self::SignIn { .. } => "registry-sign-in-failed",
            Self::Challenge { .. } => "registry-challenge-unsupported",
            Self::Unencrypted { .. } => "registry-unencrypted",
            Self::Redirect { .. } => "registry-redirect-refused",
            Self::Paging { .. } => "registry-paging-refused",
            Self::TooLarge { .. } | Self::TooManyTags { .. } => "registry-answer-too-large",
            Self::BadAnswer { .. } => "registry-answer-invalid",
            Self::DigestMismatch { .. } => "registry-digest-mismatch",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoCryptoProvider => "This is a fault of the program; report it.",
            Self::Unusable { .. } => {
                "Give a PEM certificate with its key, or a proxy as http://, https:// or socks5://host:port."
            }
            Self::Name { .. } => "Write the image as host/path without `..`.",
            Self::Unreachable { .. } => "Check the host's name, the network and the proxy; it will be tried again.",
            Self::Tls { .. } => {
                "Add the registry's certificate authority (ca.crt), or check that the host is the right one."
            }
            Self::Timeout { .. } => "It will be tried again; raise `timeout` if the registry is slow.",
            Self::RateLimited { .. } => {
                "It will be tried again when the registry allows; sign in or lengthen `interval` to be limited less."
            }
            Self::Unavailable { .. } => "It will be tried again; look at the registry's own status.",
            Self::Unauthorized { origin: None, .. } => {
                "Add a credential for this registry; it may also be that the repository does not exist."
            }
            Self::Unauthorized { .. } | Self::SignIn { origin: Some(_), .. } => {
                "Replace the credential for this registry; it may have expired."
            }
            Self::SignIn { .. } => "Add a credential for this registry, or check that the repository is public.",
            Self::Denied { origin: None, .. } => {
                "Add a credential that may pull from this repository; the repository may also not exist."
            }
            Self::Denied { .. } => "Give this account the right to pull from the repository.",
            Self::NotFound { reference: None, .. } => "Check the image's name; nothing may have been pushed yet.",
            Self::NotFound { .. } => "Scan again: the tag may have been deleted.",
            Self::Refused { .. } => "Check that the host is a registry and that the image's name is right.",
            Self::Proxy { .. } => "Give the proxy's name and password (`proxySecretRef`), or replace them.",
            Self::Challenge { .. } => "Use a name and password or a token of a kind that this registry takes.",
            Self::Unencrypted { .. } => "Use HTTPS, or set `insecure: true` if the network is trusted.",
            Self::Redirect { .. } => "Name the registry's real host in the image.",
            Self::Paging { .. } => {
                "Report it to the registry's operator; the tags were not taken over, because some would be missing."
            }
            Self::TooLarge { .. } | Self::TooManyTags { .. } => {
                "Delete old tags, or point the image at a smaller repository."
            }
            Self::BadAnswer { .. } => "Check that the host is a registry and not a sign-in page or proxy.",
            Self::DigestMismatch { .. } => {
                "Do not use this image: a cache or proxy on the way, or the registry, altered it."
            }
        }
    }
}
