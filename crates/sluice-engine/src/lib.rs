//! The use cases of Sluice and its clockwork: scan, decide, plan, release, explain, and the agent that does so by itself.
//!
//! [`Engine`] is the one handle; the command line and the window call the same methods. It alone holds several adapters
//! (registry, Git, Kubernetes, store, vault), owns the clock and spawns tasks. Whatever is only computed lives in
//! [`sluice_core`]; how a remote is spoken to lives in its adapter.
//!
//! Nothing is written to a repository but by [`Engine::release`], which applies a plan that was shown or that the rules
//! allow. What the agent knows is in the store: killing the process anywhere loses nothing and repeats nothing.
//!
//! To add a use case: a file in `job/` with a method of [`Engine`]; background work: a variant of the agent's `Job`.

mod access;
mod agent;
mod cluster;
mod credential;
mod describe;
mod desk;
mod diagnosis;
mod doctor;
mod engine;
mod error;
mod event;
pub mod folder;
mod forges;
mod git_history;
mod github_app;
mod hosts;
mod import;
mod index;
mod job;
mod keys;
mod lock;
mod network;
mod origin;
mod paths;
mod remote;
mod remote_test;
pub mod settings;
mod signed_by;
mod signing;
mod source;
mod sources;
mod status;
mod vault;
mod why;

pub use agent::AgentStatus;
pub use cluster::{
    ApplyAction, ApplyPlan, ApplyStep, BootstrapCheck, BootstrapPlan, BootstrapWish, Bootstrapped, ClusterStatus,
    Difference, DifferenceKind, HandOver, HandOverNote, HandOverStep, InCluster, Lookalike, NewCluster, PLAIN, Ran,
    RanIn, Sight, Sights, StuckRelease, Writer,
};
pub use credential::{CredentialTest, NewCredential};
pub use describe::TagFacts;
pub use desk::SettingValue;
pub use doctor::{Check, CheckState};
pub use engine::{Engine, EngineOptions};
pub use error::EngineError;
pub use event::Event;
pub use forges::{KeyAtForge, KeyState, Registration};
pub use git_history::{MarkerHistory, ReleasedFile, Stood};
pub use hosts::{HostTrust, SeenHostKey};
pub use import::{FluxCredential, ImportState, ImportWish};
pub use job::decide::DecisionReport;
pub use job::export::{ExportPlan, Exportable};
pub use job::hold::Pause;
pub use job::plan::{AutomationPlan, PlanRequest, PolicyPlan};
pub use job::release::{Pushed, ReleaseOutcome, ReleaseRequest};
pub use job::rollback::Rollback;
pub use job::scan::ScanReport;
pub use keys::{KeyInCluster, KeyView, NewKey, SecretName};
pub use origin::{LoginOrigin, LoginPlace};
pub use paths::{NoHome, Paths};
pub use signed_by::{SignedBy, SignedState, TrustedSigners};
pub use signing::{PlannedSignature, signing_login};
pub use source::SourceView;
pub use sources::NewSource;
pub use status::{AutomationStatus, ImageStatus, PolicyRelease, PolicyStatus, SourceStatus};
pub use vault::{VaultChoice, VaultMoved, VaultStatus};
pub use why::{AskedTag, MarkerPlace, Why, WhyCluster, WhyFacts, WhyState, WhyStep};

// What the engine's values are made of, so that shells need not know the adapters.
pub use sluice_forge::ForgeKind;
pub use sluice_git::{KeyProblem, RemoteUrl, SameRepository, SignatureKind, SignerFacts, SshKeyKind, SshPublicKey};
pub use sluice_kube::{Context, Right, Rights, SecretWritten, SignIn, role_manifest};
pub use sluice_registry::{ImageDescription, Platform, RateLimit};
pub use sluice_store::{
    AuditEntry, AutomationRun, CredentialKind, CredentialRecord, Heartbeat, ImageDetail, ImageState, PastDecision,
    ReleaseRow, ReleaseState, ReleaseStep, Rollout, RolloutState, RolloutStep, SavedView, Snooze, StoredTag, Tries,
};
pub use sluice_vault::{
    GitHubApp, Installation, KeychainState, Login, Machine, OriginKind, PassphrasePrompt, Vault, no_core_files,
};
