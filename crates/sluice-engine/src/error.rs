//! What can go wrong in the engine. Errors of the adapters keep their own words; here is only what they don't know.

use std::path::PathBuf;

use sluice_core::ObjectKey;
use sluice_core::diagnosis::Code;
use sluice_core::release::Gate;
use sluice_core::template::TemplateError;
use sluice_forge::ForgeError;
use sluice_git::{GitError, KeyProblem};
use sluice_kube::KubeError;
use sluice_registry::RegistryError;
use sluice_store::StoreError;
use sluice_vault::VaultError;

use crate::paths::NoHome;
use crate::settings::SettingsError;

/// Why an operation of the engine did not succeed. Prints as one sentence; [`EngineError::hint`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The operating system has no places for files.
    #[error(transparent)]
    NoHome(#[from] NoHome),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A Git remote.
    #[error("{cause}")]
    Git {
        /// The remote, without credentials.
        remote: String,
        /// What happened.
        #[source]
        cause: Box<GitError>,
    },
    /// A registry.
    #[error(transparent)]
    Registry(#[from] Box<RegistryError>),
    /// A cluster.
    #[error("{cluster}: {cause}")]
    Cluster {
        /// Its name in the settings, or the context's.
        cluster: String,
        /// What happened.
        #[source]
        cause: Box<KubeError>,
    },
    /// The keychain, or what was read from the machine.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A forge.
    #[error(transparent)]
    Forge(#[from] Box<ForgeError>),
    /// A key cannot be used.
    #[error("the key {what} cannot be used: {cause}")]
    Key {
        /// Which: where it is, or what it is for. Never anything of it.
        what: String,
        /// What to do, where that is more than what the cause says.
        hint: Option<String>,
        /// What is wrong with it.
        cause: KeyProblem,
    },
    /// A file that the settings name cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// A file of our own cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// There is no source of that name.
    #[error("there is no source `{name}`")]
    NoSource {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Nothing of that name is in any source.
    #[error("no {what} `{name}` is known{}", or_like(nearest))]
    NotFound {
        /// Such as `policy`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What looks alike.
        nearest: Vec<String>,
    },
    /// More than one source has it.
    #[error("{what} `{name}` is in several sources: {}", sources.join(", "))]
    Ambiguous {
        /// Such as `policy`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// Where it is.
        sources: Vec<String>,
    },
    /// More than one cluster has it.
    #[error("{what} `{name}` is in several clusters: {}", clusters.join(", "))]
    InClusters {
        /// Such as `Kustomization`.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// Where it is.
        clusters: Vec<String>,
    },
    /// A cluster that is kept up with cannot be reached.
    #[error("{cluster}: {message}")]
    ClusterTrouble {
        /// Its name.
        cluster: String,
        /// The stable name of what is wrong.
        code: &'static str,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The source was not read yet, and the remote is out of reach.
    #[error("`{source_name}` was never read: {cause}")]
    NeverRead {
        /// The source.
        source_name: String,
        /// Why not.
        cause: Box<EngineError>,
    },
    /// The automation cannot work as it is written.
    #[error("automation {automation}: {message}")]
    Automation {
        /// The automation.
        automation: ObjectKey,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
        /// The diagnosis of the same.
        code: Code,
    },
    /// The commit message template fails.
    #[error("automation {automation}: {cause}")]
    Template {
        /// The automation.
        automation: ObjectKey,
        /// What the template says.
        cause: Box<TemplateError>,
    },
    /// A gate is closed.
    #[error("{automation} is not released: {gate}")]
    GateClosed {
        /// The automation.
        automation: ObjectKey,
        /// The most binding gate.
        gate: Box<Gate>,
    },
    /// What would be written is not what was shown.
    #[error("{automation} would write something else now than what was shown")]
    PlanChanged {
        /// The automation.
        automation: ObjectKey,
    },
    /// The branch moved again and again.
    #[error("{remote}: {reference} moved {attempts} times while it was being pushed to")]
    BranchRestless {
        /// The remote.
        remote: String,
        /// The branch.
        reference: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// Somebody else committed to the push branch.
    #[error("{remote}: {branch} has commits that Sluice did not make, the newest by {author} ({commit})")]
    ForeignCommits {
        /// The remote.
        remote: String,
        /// The push branch.
        branch: String,
        /// Who made the newest of them.
        author: String,
        /// That commit, short.
        commit: String,
    },
    /// Another process is at it.
    #[error("{what} is being worked on by another process")]
    Busy {
        /// What.
        what: String,
    },
    /// Another agent runs on this data folder.
    #[error("another agent runs on {}", folder.display())]
    AgentRuns {
        /// The data folder.
        folder: PathBuf,
    },
    /// A lock file cannot be made.
    #[error("cannot lock {}: {cause}", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// What was given is not valid.
    #[error("{message}")]
    Invalid {
        /// What is wrong, naming the value.
        message: String,
        /// What would be right.
        hint: String,
    },
    /// It was cancelled, or the engine is stopping.
    #[error("it was stopped")]
    Stopped,
}

fn or_like(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; similar: {}", names.join(", ")),
    }
}

impl EngineError {
    /// A Git error at a remote.
    pub(crate) fn git(remote: impl ToString, cause: GitError) -> Self {
        Self::Git { remote: remote.to_string(), cause: Box::new(cause) }
    }

    /// An error of a cluster.
    pub(crate) fn cluster(cluster: impl Into<String>, cause: KubeError) -> Self {
        Self::Cluster { cluster: cluster.into(), cause: Box::new(cause) }
    }

    /// The stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Settings(SettingsError::NoSource { .. }) | Self::NoSource { .. } => "no-source",
            Self::Settings(_) => "settings",
            Self::NoHome(_) => "no-home",
            Self::Store(_) => "database",
            Self::Git { cause, .. } => cause.code(),
            Self::Registry(cause) => cause.code(),
            Self::Cluster { cause, .. } => cause.code(),
            Self::Vault(cause) => vault_code(cause),
            Self::Forge(cause) => cause.code(),
            Self::Key { .. } => "key-unusable",
            Self::Read { .. } => "read-failed",
            Self::Write { .. } => "write-failed",
            Self::NotFound { .. } => "not-found",
            Self::Ambiguous { .. } => "ambiguous",
            Self::InClusters { .. } => "ambiguous",
            Self::ClusterTrouble { code, .. } => code,
            Self::NeverRead { cause, .. } => cause.code(),
            Self::Automation { code, .. } => code.as_str(),
            Self::Template { .. } => Code::TemplateInvalid.as_str(),
            Self::GateClosed { gate, .. } => gate.code(),
            Self::PlanChanged { .. } => "plan-changed",
            Self::BranchRestless { .. } => "branch-restless",
            Self::ForeignCommits { .. } => "foreign-commits",
            Self::Busy { .. } => "busy",
            Self::AgentRuns { .. } => "agent-runs",
            Self::Lock { .. } => "lock-failed",
            Self::Invalid { .. } => "invalid",
            Self::Stopped => "stopped",
        }
    }

    /// The next step, where there is one.
    pub fn hint(&self) -> Option<String> {
        let own = match self {
            Self::Git { remote, cause } => match **cause {
                GitError::ReadOnlyKey { .. } if remote.starts_with("ssh://") => {
                    format!("{} Sluice can ask the forge for it: sluice key register {remote}", cause.hint())
                }
                GitError::HostKeyUnknown { ref host, .. } => {
                    format!("{} To look and confirm: sluice host trust {host}", cause.hint())
                }
                GitError::Certificate { .. } => {
                    format!("{} To keep it: sluice credential add tls HOST --ca-file ca.pem", cause.hint())
                }
                _ => cause.hint().to_owned(),
            },
            Self::Forge(cause) => cause.hint().to_owned(),
            Self::Registry(cause) => cause.remedy().to_owned(),
            Self::Key { hint: Some(hint), .. } => hint.clone(),
            Self::Key { cause, .. } => cause.hint().to_owned(),
            Self::Cluster { cause, .. } => cause.hint(),
            Self::NeverRead { cause, .. } => return cause.hint(),
            // The vault's words hold the way out already.
            Self::Vault(_)
            | Self::Store(_)
            | Self::NoHome(_)
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Lock { .. }
            | Self::Stopped => {
                return None;
            }
            Self::Settings(SettingsError::NoSource { .. }) => "`sluice source list` shows the sources".to_owned(),
            Self::Settings(_) => "mend the file; nothing was changed".to_owned(),
            Self::NoSource { known, .. } if known.is_empty() => {
                "add a repository: sluice source add git URL".to_owned()
            }
            Self::NoSource { known, .. } => format!("there are: {}", known.join(", ")),
            Self::NotFound { .. } => "`sluice get all` shows what is known".to_owned(),
            Self::Ambiguous { sources, .. } => format!("say which: --source {}", sources.first()?),
            Self::InClusters { clusters, .. } => format!("say which: --cluster {}", clusters.first()?),
            Self::Automation { hint, .. } | Self::Invalid { hint, .. } | Self::ClusterTrouble { hint, .. } => {
                hint.clone()
            }
            Self::Template { cause, .. } if cause.hint.is_empty() => return None,
            Self::Template { cause, .. } => cause.hint.clone(),
            Self::GateClosed { gate, .. } => gate_hint(gate),
            Self::PlanChanged { .. } => "look at the new plan: sluice plan".to_owned(),
            Self::BranchRestless { .. } => "try again when the branch is quieter".to_owned(),
            Self::ForeignCommits { branch, .. } => {
                format!("merge or delete {branch} at the remote; Sluice rebuilds only what it made itself")
            }
            Self::Busy { .. } => "try again in a moment".to_owned(),
            Self::AgentRuns { .. } => "one agent a data folder is enough; stop the other one first".to_owned(),
        };
        Some(own)
    }

    /// Whether trying again later may help without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Git { cause, .. } => cause.is_transient(),
            Self::Registry(cause) => cause.is_transient(),
            Self::Cluster { cause, .. } => cause.is_transient(),
            Self::Forge(cause) => cause.is_transient(),
            Self::NeverRead { cause, .. } => cause.is_transient(),
            Self::BranchRestless { .. } | Self::Busy { .. } | Self::Stopped => true,
            _ => false,
        }
    }

    /// How long the other side asked to be left alone.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Registry(cause) => cause.retry_after(),
            Self::Git { cause, .. } => cause.retry_after(),
            Self::NeverRead { cause, .. } => cause.retry_after(),
            _ => None,
        }
    }
}

fn vault_code(error: &VaultError) -> &'static str {
    match error {
        VaultError::Locked { .. } => "keychain-locked",
        VaultError::Missing { .. } => "keychain-missing",
        VaultError::NoAnswer { .. } => "keychain-silent",
        VaultError::WrongPassphrase { .. } => "vault-passphrase-wrong",
        VaultError::Agent { .. } => "ssh-agent-failed",
        VaultError::Helper { .. } | VaultError::HelperName { .. } => "credential-helper-failed",
        _ => "credential-unusable",
    }
}

fn gate_hint(gate: &Gate) -> String {
    match gate {
        Gate::Suspended { .. } => "set spec.suspend to false in Git".to_owned(),
        Gate::Observe => "allow writing for the source: sluice source set NAME --mode review".to_owned(),
        Gate::Hold { .. } => "lift the hold: sluice unhold NS/NAME".to_owned(),
        Gate::CoolDown { .. } | Gate::Window { .. } => "wait, or release now all the same: --now".to_owned(),
        Gate::Review | Gate::Downgrade { .. } => "look at the plan and release it: sluice release".to_owned(),
        Gate::Failure { .. } => "mend the cause and release by hand: sluice release".to_owned(),
        Gate::Conflict { .. } => {
            "decide who writes: sluice handover NS/NAME --to here, or leave it to the cluster".to_owned()
        }
    }
}

impl From<ForgeError> for EngineError {
    fn from(cause: ForgeError) -> Self {
        Self::Forge(Box::new(cause))
    }
}

impl From<RegistryError> for EngineError {
    fn from(cause: RegistryError) -> Self {
        Self::Registry(Box::new(cause))
    }
}
