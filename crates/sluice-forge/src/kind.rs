//! Which forges there are, and where their interfaces are.

use url::Url;

use crate::error::ForgeError;

/// A kind of forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForgeKind {
    /// GitHub, GitHub Enterprise Server and GitHub Enterprise Cloud with data residency.
    GitHub,
    /// GitLab, hosted or one's own.
    GitLab,
    /// Gitea, Forgejo and Codeberg.
    Gitea,
}

/// Where a forge's interface is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What kind of forge it is.
    pub kind: ForgeKind,
    /// The root of its interface, ending in `/`.
    pub api: Url,
}

impl ForgeKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Gitea];

    /// The word in settings: `github`, `gitlab`, `gitea`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Gitea => "gitea",
        }
    }

    /// The kind of that word; `forgejo` is Gitea's.
    pub fn named(text: &str) -> Option<Self> {
        match text {
            "forgejo" | "codeberg" => Some(Self::Gitea),
            _ => Self::ALL.into_iter().find(|kind| kind.as_str() == text),
        }
    }

    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Gitea => "Gitea",
        }
    }

    /// Where the interface of one's own installation is below its web address.
    pub(crate) fn below(self) -> &'static str {
        match self {
            Self::GitHub => "api/v3/",
            Self::GitLab => "api/v4/",
            Self::Gitea => "api/v1/",
        }
    }
}

impl Place {
    /// The interface that settings name in full.
    ///
    /// # Errors
    /// When the address is none for HTTP.
    pub fn at(kind: ForgeKind, api: &str) -> Result<Self, ForgeError> {
        let refused = || ForgeError::BadAddress { address: api.to_owned() };
        let with_slash = format!("{}/", api.trim_end_matches('/'));
        let api = Url::parse(&with_slash).map_err(|_| refused())?;
        let fits = matches!(api.scheme(), "https" | "http") && api.has_host() && api.username().is_empty();
        if fits && api.password().is_none() { Ok(Self { kind, api }) } else { Err(refused()) }
    }

    /// The interface of one's own installation of a kind, at a host.
    ///
    /// # Errors
    /// When the host is none.
    pub fn of_kind(kind: ForgeKind, host: &str) -> Result<Self, ForgeError> {
        Self::at(kind, &format!("https://{host}/{}", kind.below()))
    }

    /// The forge behind a host that everybody knows; nothing for others, which have to be asked. A host that is only for
    /// SSH (`ssh.github.com`, `altssh.gitlab.com`) is the same forge.
    pub fn of_host(host: &str) -> Option<Self> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        let (kind, api) = match name.as_str() {
            "github.com" | "ssh.github.com" | "www.github.com" => {
                (ForgeKind::GitHub, "https://api.github.com/".to_owned())
            }
            "gitlab.com" | "altssh.gitlab.com" => (ForgeKind::GitLab, "https://gitlab.com/api/v4/".to_owned()),
            "codeberg.org" | "gitea.com" => (ForgeKind::Gitea, format!("https://{name}/api/v1/")),
            other if other.ends_with(".ghe.com") => {
                let tenant = other.strip_prefix("ssh.").unwrap_or(other);
                (ForgeKind::GitHub, format!("https://api.{tenant}/"))
            }
            _ => return None,
        };
        Self::at(kind, &api).ok()
    }

    /// The interface's host, for messages.
    pub fn host(&self) -> String {
        let host = self.api.host_str().unwrap_or_default();
        self.api.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_everybody_knows_need_no_question() {
        for (host, expected) in [
            ("github.com", Some("github https://api.github.com/")),
            ("GitHub.com:22", Some("github https://api.github.com/")),
            ("ssh.github.com:443", Some("github https://api.github.com/")),
            ("acme.ghe.com", Some("github https://api.acme.ghe.com/")),
            ("gitlab.com", Some("gitlab https://gitlab.com/api/v4/")),
            ("altssh.gitlab.com:443", Some("gitlab https://gitlab.com/api/v4/")),
            ("codeberg.org", Some("gitea https://codeberg.org/api/v1/")),
            ("git.acme.example", None),
            ("github.com.evil.example", None),
            ("notgithub.com", None),
        ] {
            let found = Place::of_host(host).map(|place| format!("{} {}", place.kind.as_str(), place.api));
            assert_eq!(found.as_deref(), expected, "{host}");
        }
    }

    #[test]
    fn an_interface_is_named_by_an_address_without_secrets() {
        let place = Place::at(ForgeKind::GitLab, "https://acme.example/gitlab/api/v4").expect("an address");
        assert_eq!(place.api.as_str(), "https://acme.example/gitlab/api/v4/");
        assert_eq!(place.host(), "acme.example");
        for wrong in ["", "acme.example", "ssh://acme.example/", "https://me:pw@acme.example/api"] {
            assert!(Place::at(ForgeKind::GitLab, wrong).is_err(), "{wrong}");
        }
        for kind in ForgeKind::ALL {
            assert_eq!(ForgeKind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(ForgeKind::named("forgejo"), Some(ForgeKind::Gitea));
        assert_eq!(ForgeKind::named("sourceforge"), None);
    }
}
