//! The settings: `sluice.toml`, a commented file that a person edits and shares.
//!
//! [`Settings`] is what it says, checked; [`SettingsFile`] reads it and changes it without touching comments, order or
//! what a newer version may have added. To add a setting: a field here, its line in `TEMPLATE` of `file.rs`.

mod file;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;
use sluice_core::duration::GoDuration;
use sluice_core::flux::parse_age;
use sluice_core::release::{Hold, Mode, Window};
use sluice_git::{RemoteUrl, SameRepository};

pub(crate) use file::addresses;
pub use file::{SettingsError, SettingsFile};

/// What `sluice.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// The repositories, `[[source]]`.
    #[serde(default, rename = "source", skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceSettings>,
    /// Versions that are kept on purpose, `[[hold]]`.
    #[serde(default, rename = "hold", skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldSettings>,
    /// The clusters, `[[cluster]]`.
    #[serde(default, rename = "cluster", skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterSettings>,
    /// How to reach registries, `[registry."host"]`.
    #[serde(default, rename = "registry", skip_serializing_if = "BTreeMap::is_empty")]
    pub registries: BTreeMap<String, RegistrySettings>,
    /// Forges that don't say what they are, or are elsewhere than their Git server, `[forge."host"]`.
    #[serde(default, rename = "forge", skip_serializing_if = "BTreeMap::is_empty")]
    pub forges: BTreeMap<String, ForgeSettings>,
    /// Who signs commits and whose signatures count, `[signing]`.
    #[serde(default)]
    pub signing: SigningSettings,
    /// Where secrets are kept, `[vault]`.
    #[serde(default)]
    pub vault: VaultSettings,
    /// The background work, `[agent]`.
    #[serde(default)]
    pub agent: AgentSettings,
    /// The window, `[window]`.
    #[serde(default)]
    pub window: WindowSettings,
}

impl Settings {
    /// Which addresses are one repository, by what is said of the sources.
    pub fn same_repository(&self) -> SameRepository {
        let mut same = SameRepository::default();
        for source in &self.sources {
            same.learn(source.url.clone(), source.known_as.clone());
        }
        same
    }
}

/// One repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SourceSettings {
    /// A short name of its own.
    pub name: String,
    /// Where it is cloned from; never with a password.
    pub url: RemoteUrl,
    /// Further addresses of the same repository, such as the one that a cluster reads it from; never with a password.
    /// Nothing is ever asked of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_as: Vec<RemoteUrl>,
    /// The branch that the resources are read from; the remote's HEAD unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// What Sluice does with its automations; observe unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Time between two looks at the remote; one minute unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<GoDuration>,
    /// How long a tag must be known before it is released, such as `2h` or `3d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_age: Option<MinAge>,
    /// When releases may happen by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Certificate authorities in PEM for this remote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Nothing is released while true.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// It is forgotten with the end of the program that added it: the built-in demo, whose servers end then too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub temporary: bool,
    /// What differs for single automations.
    #[serde(default, rename = "automation", skip_serializing_if = "BTreeMap::is_empty")]
    pub automations: BTreeMap<ObjectKey, AutomationSettings>,
}

impl SourceSettings {
    /// A source as it is when it was just added.
    pub fn new(name: impl Into<String>, url: RemoteUrl) -> Self {
        Self {
            name: name.into(),
            url,
            known_as: Vec::new(),
            branch: None,
            mode: None,
            interval: None,
            min_age: None,
            window: None,
            ca_file: None,
            paused: false,
            temporary: false,
            automations: BTreeMap::new(),
        }
    }

    /// The local mode of an automation.
    pub fn mode_of(&self, automation: &ObjectKey) -> Option<Mode> {
        self.automations.get(automation).and_then(|settings| settings.mode).or(self.mode)
    }

    /// Whether a person has paused the automation or all of the source.
    pub fn is_paused(&self, automation: &ObjectKey, now: Timestamp) -> bool {
        let own =
            |settings: &AutomationSettings| settings.paused || settings.paused_until.is_some_and(|until| now < until);
        self.paused || self.automations.get(automation).is_some_and(own)
    }

    /// The longest local minimum age for an automation.
    pub fn min_age_of(&self, automation: &ObjectKey) -> Duration {
        let own = self.automations.get(automation).and_then(|settings| settings.min_age);
        [own, self.min_age].into_iter().flatten().map(MinAge::as_std).max().unwrap_or_default()
    }

    /// The local windows of an automation; all must be open.
    pub fn windows_of(&self, automation: &ObjectKey) -> Vec<&Window> {
        let own = self.automations.get(automation).and_then(|settings| settings.window.as_ref());
        [own, self.window.as_ref()].into_iter().flatten().collect()
    }

    /// Time between two looks at the remote.
    pub fn interval(&self, agent: &AgentSettings) -> Duration {
        self.interval.or(agent.git_interval).map_or(DEFAULT_INTERVAL, GoDuration::as_std)
    }
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClusterSettings {
    /// A short name of its own.
    pub name: String,
    /// The context in the kubeconfig.
    pub context: String,
    /// The kubeconfig; the person's own (`KUBECONFIG`, `~/.kube/config`) unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubeconfig: Option<PathBuf>,
    /// Only these namespaces are read; all unless written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Nothing is ever asked of the cluster's Flux while true: no reconcile after a push either.
    #[serde(default, skip_serializing_if = "is_false")]
    pub read_only: bool,
}

/// Time between two looks at a remote: that of most GitRepositories.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(60);

/// What differs for one automation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AutomationSettings {
    /// Its own mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Its own minimum age; the longest counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_age: Option<MinAge>,
    /// Its own window; all must be open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Nothing is released while true.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// Nothing is released by itself until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Timestamp>,
}

/// A version that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HoldSettings {
    /// The source.
    pub source: String,
    /// The policy.
    pub policy: ObjectKey,
    /// The tag that is kept; without one, whatever stands in Git.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl HoldSettings {
    /// The hold itself.
    pub fn hold(&self) -> Hold {
        Hold { tag: self.tag.clone(), reason: self.reason.clone(), until: self.until }
    }
}

/// How to reach one registry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RegistrySettings {
    /// Certificate authorities in PEM, added to the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Plain HTTP is allowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub insecure: bool,
    /// A proxy for this registry, `http://host:port` or `socks5://host:port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// A client certificate in PEM; its key is in the keychain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate_file: Option<PathBuf>,
}

/// The interface of one forge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ForgeSettings {
    /// `github`, `gitlab`, `gitea` or `forgejo`; it is asked unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The root of its interface, such as `https://git.acme.example/gitlab/api/v4`; the usual place unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Certificate authorities in PEM, added to the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// A proxy, `http://host:port` or `socks5://host:port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
}

/// Who signs commits, and whose signatures count. At most one of `credential`, `file` and `agent` is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SigningSettings {
    /// A person's own key: the name of a credential of kind `signing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// A person's own key: a file with a private SSH key or an armored OpenPGP secret key; `~` is the home folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// A person's own key: one that the ssh agent holds, by its fingerprint (`SHA256:…`) or comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Whether the person's own key signs also where an automation names another one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub always: bool,
    /// Whose SSH signatures count: a file as ssh-keygen(1) describes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_signers: Option<PathBuf>,
    /// Whose OpenPGP signatures count: a file of armored public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openpgp_keys: Option<PathBuf>,
}

impl SigningSettings {
    /// How many keys of the person's own are written.
    fn own_keys(&self) -> usize {
        usize::from(self.credential.is_some()) + usize::from(self.file.is_some()) + usize::from(self.agent.is_some())
    }
}

/// Where secrets are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VaultSettings {
    /// An encrypted file; the operating system's keychain unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

/// The background work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AgentSettings {
    /// Nothing is released by itself until then; looking goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<Timestamp>,
    /// Nothing is released by itself while true.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// The shortest time between two scans of one image, whatever its resource says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortest_scan_interval: Option<GoDuration>,
    /// Time between two looks at a Git remote whose source says none; one minute unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_interval: Option<GoDuration>,
    /// How long every tag must be known before it is released; the longest of all that is said counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_age: Option<MinAge>,
    /// When releases may happen by themselves, beside what sources and the team say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
}

impl AgentSettings {
    /// Whether releases by themselves are paused.
    pub fn is_paused(&self, now: Timestamp) -> bool {
        self.paused || self.paused_until.is_some_and(|until| now < until)
    }
}

/// What the window remembers by a person's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowSettings {
    /// `en` or `zh-CN`; the system's unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `light` or `dark`; the system's unless written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// Whether Sluice starts with the session.
    #[serde(default, skip_serializing_if = "is_false")]
    pub autostart: bool,
    /// Whether closing the window ends Sluice instead of leaving it in the tray.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quit_on_close: bool,
    /// Notifications that are switched off: `ready`, `released`, `failed`, `source`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<String>,
}

/// A minimum age as it is written: a Go duration, also with `d` and `w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MinAge(Duration);

impl MinAge {
    /// The age.
    pub fn as_std(self) -> Duration {
        self.0
    }
}

impl TryFrom<String> for MinAge {
    type Error = sluice_core::flux::AgeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_age(&text).map(Self)
    }
}

impl From<MinAge> for String {
    fn from(age: MinAge) -> Self {
        // Whole seconds are what parse_age gives at the finest that people write.
        format!("{}s", age.0.as_secs())
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
