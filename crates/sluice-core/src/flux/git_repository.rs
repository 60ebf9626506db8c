//! `GitRepository`: where the manifests live, and the reference to check out.

use super::fields::{Fields, Misfit};
use super::meta::Meta;
use super::texts;
use crate::duration::GoDuration;
use serde::{Deserialize, Serialize};

/// The fields of a GitRepository that automation uses, and those that explain what the cluster does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitRepository {
    /// Identity.
    pub meta: Meta,
    /// `http://`, `https://` or `ssh://` address.
    pub url: String,
    /// How often the cluster fetches.
    pub interval: GoDuration,
    /// Time for one Git operation; 60s unless written.
    pub timeout: GoDuration,
    /// Name of the Secret with the credentials.
    pub secret: Option<String>,
    /// Name of the Secret with a proxy.
    pub proxy_secret: Option<String>,
    /// How to sign in.
    pub provider: GitProvider,
    /// Service account for the cloud's login.
    pub service_account: Option<String>,
    /// What to check out; the automation's own reference comes first.
    pub reference: Option<CheckoutRef>,
    /// The cluster does not fetch; automation ignores this.
    pub suspend: bool,
}

/// `spec.provider` of a GitRepository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GitProvider {
    /// By `secretRef`.
    #[default]
    Generic,
    /// Amazon's login.
    Aws,
    /// Azure's login.
    Azure,
    /// A GitHub App.
    Github,
}

/// Which commit to check out. Precedence: commit, name, semver, tag, branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct CheckoutRef {
    /// A branch.
    pub branch: Option<String>,
    /// A tag.
    pub tag: Option<String>,
    /// The highest tag in a range.
    pub semver: Option<String>,
    /// A full reference such as `refs/pull/1/head`.
    pub name: Option<String>,
    /// A commit.
    pub commit: Option<String>,
}

impl CheckoutRef {
    /// The branch that is really checked out: only when nothing of higher precedence is written.
    pub fn checked_out_branch(&self) -> Option<&str> {
        let outranked = self.commit.is_some() || self.name.is_some() || self.semver.is_some() || self.tag.is_some();
        if outranked { None } else { self.branch.as_deref() }
    }

    pub(super) fn read(section: &Fields<'_>) -> Self {
        let text = |name| section.text(name).filter(|text| !text.is_empty());
        let reference = Self {
            branch: text("branch"),
            tag: text("tag"),
            semver: text("semver"),
            name: text("name"),
            commit: text("commit"),
        };
        section.finish();
        reference
    }
}

/// Sixty seconds, the default of `spec.timeout`.
const DEFAULT_TIMEOUT: GoDuration = GoDuration::from_secs(60);

impl GitRepository {
    pub(super) fn read(meta: Meta, spec: &Fields<'_>) -> Option<Self> {
        let url = spec.required_parsed("url", "write the repository's address", |text| {
            let known = ["http://", "https://", "ssh://"].iter().any(|scheme| text.starts_with(scheme));
            if known { Ok(text.to_owned()) } else { Err(url_misfit(text)) }
        });
        let interval = spec.required_parsed("interval", "write how often to fetch, such as 1m", texts::interval);
        if let Some(interval) = interval {
            texts::judge_interval(spec, "interval", interval);
        }
        let provider = spec.word("provider", &PROVIDERS).unwrap_or_default();
        let service_account = spec.parsed("serviceAccountName", texts::at_most(253));
        if service_account.is_some() && !matches!(provider, GitProvider::Aws | GitProvider::Azure) {
            spec.invalid(
                "serviceAccountName",
                "it is only accepted with provider aws or azure",
                "remove it, or set the provider",
            );
        }
        spec.known(&[
            "recurseSubmodules",
            "ignore",
            "include",
            "verify",
            "sparseCheckout",
            "gitImplementation",
            "accessFrom",
        ]);
        Some(Self {
            timeout: spec.parsed("timeout", texts::timeout).unwrap_or(DEFAULT_TIMEOUT),
            secret: spec.named("secretRef"),
            proxy_secret: spec.named("proxySecretRef"),
            provider,
            service_account,
            reference: spec.section("ref").map(|section| CheckoutRef::read(&section)),
            suspend: spec.boolean("suspend").unwrap_or_default(),
            meta,
            url: url?,
            interval: interval?,
        })
    }
}

const PROVIDERS: [(&str, GitProvider); 4] = [
    ("generic", GitProvider::Generic),
    ("aws", GitProvider::Aws),
    ("azure", GitProvider::Azure),
    ("github", GitProvider::Github),
];

fn url_misfit(text: &str) -> Misfit {
    let scp = text
        .split_once(':')
        .filter(|(host, path)| host.contains('@') && !host.contains('/') && !path.starts_with("//"));
    let hint = match scp {
        Some((host, path)) => format!("write ssh://{host}/{}", path.trim_start_matches('/')),
        None => "write an address that begins with https://, http:// or ssh://".to_owned(),
    };
    Misfit {
        cause: format!("Flux does not accept {}", if scp.is_some() { "scp-style addresses" } else { "this address" }),
        hint,
    }
}
