//! `ImageRepository`: an image whose tags are scanned.

use super::fields::{Fields, Misfit, Report};
use super::meta::{ApiVersion, Meta};
use super::texts;
use crate::diagnosis::Code;
use crate::duration::GoDuration;
use crate::image::ImageName;
use crate::policy::Exclusions;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The pattern of `spec.exclusionList` when it is absent or empty: cosign's signature tags.
pub const DEFAULT_EXCLUSION: &str = r"^.*\.sig$";
const MOST_EXCLUSIONS: usize = 25;

/// `spec` of an ImageRepository with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRepository {
    /// Identity and team rules.
    pub meta: Meta,
    /// `image`, to the letter.
    pub image: ImageName,
    /// Time between scans.
    pub interval: GoDuration,
    /// `timeout` as written; see [`ImageRepository::effective_timeout`].
    pub timeout: Option<GoDuration>,
    /// Name of the registry Secret in the same namespace.
    pub secret: Option<String>,
    /// Name of the Secret with `address`, `username`, `password` of a proxy.
    pub proxy_secret: Option<String>,
    /// Name of the Secret with a client certificate and a certificate authority.
    pub cert_secret: Option<String>,
    /// Service account whose pull secrets are used.
    pub service_account: Option<String>,
    /// No scans while true; tags found before stay in use.
    pub suspend: bool,
    /// Who else may refer to it; `None` denies every other namespace.
    pub access_from: Option<AccessFrom>,
    /// Patterns of tags that are left out; never empty.
    pub exclusion_list: Vec<String>,
    /// How to sign in.
    pub provider: Provider,
    /// Plain HTTP.
    pub insecure: bool,
}

/// Namespaces that may refer to the resource: those that match any of the selectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessFrom {
    /// Labels that a namespace must have; an empty set is met by every namespace.
    pub namespace_selectors: Vec<BTreeMap<String, String>>,
}

/// `spec.provider`: how credentials for the registry are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// By `secretRef` and the service account.
    #[default]
    Generic,
    /// Amazon's login.
    Aws,
    /// Azure's login.
    Azure,
    /// Google's login.
    Gcp,
}

impl ImageRepository {
    /// The time that one scan may take: `timeout`, else `interval`, and at least one second.
    pub fn effective_timeout(&self) -> Duration {
        self.timeout.unwrap_or(self.interval).as_std().max(Duration::from_secs(1))
    }

    pub(super) fn read(meta: Meta, spec: &Fields<'_>, report: &Report) -> Option<Self> {
        let image = spec.required_parsed("image", "write the image without tag, such as ghcr.io/org/app", |text| {
            ImageName::parse(text).map_err(|error| Misfit {
                cause: error.to_string(),
                hint: "write the image without scheme and tag, such as ghcr.io/org/app".to_owned(),
            })
        });
        let interval = spec.required_parsed("interval", "write how often to scan, such as 5m", texts::interval);
        if let Some(interval) = interval {
            texts::judge_interval(spec, "interval", interval);
        }
        let timeout = spec.parsed("timeout", texts::timeout);
        let exclusion_list = read_exclusions(spec, report);
        let (mut proxy_secret, mut provider, mut insecure) = (None, Provider::default(), false);
        if meta.version == ApiVersion::V1Beta1 {
            spec.dropped(&["proxySecretRef", "provider", "insecure"], meta.version);
        } else {
            proxy_secret = spec.named("proxySecretRef");
            provider = spec.word("provider", &PROVIDERS).unwrap_or_default();
            insecure = spec.boolean("insecure").unwrap_or_default();
        }
        Some(Self {
            timeout,
            secret: spec.named("secretRef"),
            proxy_secret,
            cert_secret: spec.named("certSecretRef"),
            service_account: spec.parsed("serviceAccountName", texts::at_most(253)),
            suspend: spec.boolean("suspend").unwrap_or_default(),
            access_from: read_access(spec),
            exclusion_list,
            provider,
            insecure,
            meta,
            image: image?,
            interval: interval?,
        })
    }
}

const PROVIDERS: [(&str, Provider); 4] =
    [("generic", Provider::Generic), ("aws", Provider::Aws), ("azure", Provider::Azure), ("gcp", Provider::Gcp)];

fn read_exclusions(spec: &Fields<'_>, report: &Report) -> Vec<String> {
    let texts = spec.texts("exclusionList");
    if texts.len() > MOST_EXCLUSIONS {
        spec.invalid(
            "exclusionList",
            &format!("it has {} entries", texts.len()),
            &format!("at most {MOST_EXCLUSIONS} are allowed"),
        );
    }
    for (pattern, line, column) in &texts {
        if let Err(error) = Exclusions::compile(std::slice::from_ref(pattern)) {
            let message = format!("spec.exclusionList: {error}");
            report.note(
                Code::ExclusionInvalid,
                *line,
                *column,
                message,
                "write a regular expression in Go's syntax".to_owned(),
            );
        }
    }
    let patterns: Vec<String> = texts.into_iter().map(|(pattern, _, _)| pattern).collect();
    if patterns.is_empty() { vec![DEFAULT_EXCLUSION.to_owned()] } else { patterns }
}

fn read_access(spec: &Fields<'_>) -> Option<AccessFrom> {
    let access = spec.section("accessFrom")?;
    if access.node("namespaceSelectors").is_none() {
        access.missing("namespaceSelectors", "list the selectors of the namespaces that may refer to it");
    }
    let namespace_selectors = access
        .sections("namespaceSelectors")
        .iter()
        .map(|selector| {
            let labels = selector.text_map("matchLabels");
            selector.finish();
            labels
        })
        .collect();
    access.finish();
    Some(AccessFrom { namespace_selectors })
}
