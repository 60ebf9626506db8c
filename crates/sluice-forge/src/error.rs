//! What can go wrong with a forge, as facts. No variant ever holds a secret.

use std::time::Duration;

use jiff::Timestamp;

/// Why a forge did not do what was asked. `words` are its own, without secrets, cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgeError {
    /// The address of an interface is none.
    #[error("`{address}` is no address of a forge's interface")]
    BadAddress {
        /// As it was given, without a password in it being possible to use.
        address: String,
    },
    /// What the caller brought cannot be used.
    #[error("{forge}: the {what} cannot be used: {words}")]
    BadAccess {
        /// The interface's host.
        forge: String,
        /// `token`, `CA certificate`, `client certificate`, `proxy`.
        what: &'static str,
        /// Why.
        words: String,
    },
    /// Nobody knows what kind of forge it is.
    #[error("{host} is no GitHub, GitLab, Gitea or Forgejo as far as it says")]
    UnknownForge {
        /// The host.
        host: String,
    },
    /// The path of a repository is not one that this kind of forge has.
    #[error("`{path}` is no repository of {forge}")]
    BadRepository {
        /// The forge.
        forge: String,
        /// The path.
        path: String,
    },
    /// Nothing answered, or the connection broke.
    #[error("{forge}: no connection: {words}")]
    Unreachable {
        /// The interface's host.
        forge: String,
        /// The network's words.
        words: String,
    },
    /// It took too long.
    #[error("{forge}: no answer within {} s", after.as_secs_f32())]
    TimedOut {
        /// The interface's host.
        forge: String,
        /// How long was waited.
        after: Duration,
    },
    /// Its certificate is not trusted, or TLS failed otherwise.
    #[error("{forge}: TLS failed: {words}")]
    Certificate {
        /// The interface's host.
        forge: String,
        /// Why.
        words: String,
    },
    /// It wants a token and got none, or does not take the one it got.
    #[error("{forge} refuses the token{}: {words}", from(origin))]
    TokenRefused {
        /// The interface's host.
        forge: String,
        /// Where the token came from; empty without one.
        origin: String,
        /// Its words.
        words: String,
    },
    /// It does not take the proof of being an app.
    #[error("{forge} does not take this key for the app {app}: {words}")]
    AppRefused {
        /// The interface's host.
        forge: String,
        /// The app's id.
        app: String,
        /// Its words.
        words: String,
    },
    /// The token is known and may not do this.
    #[error("{forge}: the token{} may not do this: {words}", from(origin))]
    NotAllowed {
        /// The interface's host.
        forge: String,
        /// Where the token came from.
        origin: String,
        /// Its words.
        words: String,
    },
    /// There is no such repository or key, or the token may not see it.
    #[error("{forge}: there is no {what}, or the token may not see it")]
    NotFound {
        /// The interface's host.
        forge: String,
        /// What was asked for.
        what: String,
    },
    /// The repository is somewhere else now.
    #[error("{forge} says that it moved to {to}")]
    Moved {
        /// The interface's host.
        forge: String,
        /// Where to.
        to: String,
    },
    /// It asked to be left alone for a while.
    #[error("{forge}: too many questions{}: {words}", until.map(|until| format!(", again from {until:.0}")).unwrap_or_default())]
    RateLimited {
        /// The interface's host.
        forge: String,
        /// Until when.
        until: Option<Timestamp>,
        /// Its words.
        words: String,
    },
    /// The key is registered somewhere already, at another repository or as a person's.
    #[error("{forge}: the key is in use there already: {words}")]
    KeyTaken {
        /// The interface's host.
        forge: String,
        /// Its words.
        words: String,
    },
    /// It does not take what was sent.
    #[error("{forge} refused with status {status}: {words}")]
    Refused {
        /// The interface's host.
        forge: String,
        /// The status.
        status: u16,
        /// Its words.
        words: String,
    },
    /// It has a problem of its own that may pass.
    #[error("{forge} answered with status {status}: {words}")]
    Unavailable {
        /// The interface's host.
        forge: String,
        /// The status.
        status: u16,
        /// Its words.
        words: String,
    },
    /// The answer is not what its interface says.
    #[error("{forge}: the answer cannot be understood: {words}")]
    BadAnswer {
        /// The interface's host.
        forge: String,
        /// What is wrong with it.
        words: String,
    },
}

impl ForgeError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => "forge-address-invalid",
            Self::BadAccess { .. } => "forge-access-unusable",
            Self::UnknownForge { .. } => "forge-unknown",
            Self::BadRepository { .. } => "forge-repository-invalid",
            Self::Unreachable { .. } => "forge-unreachable",
            Self::TimedOut { .. } => "forge-timeout",
            Self::Certificate { .. } => "forge-tls-failed",
            Self::TokenRefused { .. } => "forge-token-refused",
            Self::AppRefused { .. } => "forge-app-refused",
            Self::NotAllowed { .. } => "forge-not-allowed",
            Self::NotFound { .. } => "forge-not-found",
            Self::Moved { .. } => "forge-moved",
            Self::RateLimited { .. } => "forge-rate-limited",
            Self::KeyTaken { .. } => "forge-key-taken",
            Self::Refused { .. } => "forge-refused",
            Self::Unavailable { .. } => "forge-unavailable",
            Self::BadAnswer { .. } => "forge-answer-invalid",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => "Write the root of the interface, such as https://git.acme.example/api/v4.",
            Self::BadAccess { .. } => "Look at the token, the certificates and the proxy of this host.",
            Self::UnknownForge { .. } => {
                "Say what it is in the settings: [forge.\"host\"] with kind and api, or register the public key by hand."
            }
            Self::BadRepository { .. } => "Give the address of a repository, with its owner or group.",
            Self::Unreachable { .. } | Self::TimedOut { .. } => "Check the network and the proxy, and try again.",
            Self::Certificate { .. } => {
                "Add the certificate authority of this host, or check that the host is the right one."
            }
            Self::TokenRefused { .. } => "Make a new token at the forge: it may have expired or been revoked.",
            Self::AppRefused { .. } => {
                "Check the app's id, that the key is one of its own and not deleted there, and this machine's clock."
            }
            Self::NotAllowed { .. } => {
                "Give a token that may administer the repository: `repo` or Administration at GitHub, `api` with the role Maintainer at GitLab, write:repository at Gitea."
            }
            Self::NotFound { .. } => "Check the address, and that the token's owner is a member there.",
            Self::Moved { .. } => "Write the new address in the source, if it is the right one.",
            Self::RateLimited { .. } => "Wait, and try again.",
            Self::KeyTaken { .. } => "Make a key of its own for this repository: a forge takes each key once.",
            Self::Refused { .. } => "Look at what the forge says.",
            Self::Unavailable { .. } => "Try again later, and look at the forge's own status.",
            Self::BadAnswer { .. } => {
                "Check that the address is the forge's interface and not a web page or a proxy's."
            }
        }
    }

    /// Whether the same may succeed later with nothing changed on our side.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::RateLimited { .. } | Self::Unavailable { .. }
        )
    }
}

fn from(origin: &str) -> String {
    if origin.is_empty() { String::new() } else { format!(" from {origin}") }
}
