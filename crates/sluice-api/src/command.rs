//! The one list of the UI's commands.
//!
//! A line reads: documentation, the type that stands for the command, its name on the wire, what it is asked, what it
//! answers, and what it has to do with the UI's cache. `reads` makes it a question that changes nothing and whose answer is
//! made of these tags; `spoils` makes it an action after which answers made of these tags are stale. What becomes stale
//! later or by itself is told by [`Event::Stale`](crate::view::event::Event::Stale).

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ts_rs::TS;

use crate::view::activity::{Activity, ActivityRequest};
use crate::view::cluster::{
    AddClusterRequest, Apps, ClusterDetail, ClusterId, ClusterRow, Clusters, Contexts, ReconcileRequest, SuspendRequest,
};
use crate::view::common::{Nothing, PolicyRequest, SourceRequest};
use crate::view::credential::{AddCredentialRequest, CredentialAdded, CredentialId, Credentials};
use crate::view::diagnosis::{Diagnoses, DiagnosesRequest};
use crate::view::error::{ErrorCode, WireError};
use crate::view::event::CacheTag;
use crate::view::gate::HoldRequest;
use crate::view::images::{Images, SavedViews};
use crate::view::import::{ClusterCredentials, ClusterCredentialsRequest, ImportCredentialsRequest};
use crate::view::inbox::{Inbox, SnoozeRequest};
use crate::view::key::{
    ExportKeyRequest, GenerateKeyRequest, HostKeys, HostRequest, KeyAtHost, KeyInCluster, KeyMade, KeyRequest,
    RegisterKeyRequest, TrustHostRequest,
};
use crate::view::policy::{HistoryRequest, PolicyHistory, PolicyPage, Trial, TrialRequest};
use crate::view::proposal::{CarryOutRequest, Exportables, Proposal, ProposalId, ProposalRequest};
use crate::view::release::{ReleaseDetail, ReleaseId, Releases, ReleasesRequest};
use crate::view::review::{ReleaseRequest, ReleasesStarted, ReplanRequest, Review, ReviewId, ReviewRequest};
use crate::view::settings::{About, Settings, SettingsChange};
use crate::view::shell::{CheckRequest, CheckStarted, OpenLinkRequest, PauseRequest, PickedFolder, Shell, StartPage};
use crate::view::signature::{Signatures, SignaturesRequest};
use crate::view::source::{
    AddSourceRequest, AutomationId, Found, KnownAsRequest, ModeRequest, PauseAutomationRequest, SourceAdded,
    SourceDetail, Sources, TestRequest, TestResult, WritingRequest,
};
use crate::view::timeline::{PolicyClusters, TagDetail, TagRequest, Timeline, WhyNot, WhyNotRequest};
use crate::view::vault::{ChooseVaultRequest, UnlockRequest, VaultMoved};
use crate::view::why::{Why, WhyRequest};

/// A command of the list.
pub trait Command: Send + Sync + 'static {
    /// What it is asked.
    type Request: DeserializeOwned + TS + Send + 'static;
    /// What it answers.
    type Response: Serialize + TS + Send + 'static;
    /// What is known of it without asking.
    const INFO: CommandInfo;
}

/// What is known of a command without asking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandInfo {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it does, in one or a few sentences.
    pub doc: &'static str,
    /// Whether it asks or acts.
    pub kind: CommandKind,
    /// The cache tags that it reads or spoils.
    pub tags: &'static [CacheTag],
}

/// Whether a command asks or acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandKind {
    /// It changes nothing; its answer is made of its tags and may be kept until one of them is stale.
    Query,
    /// It changes something; answers made of its tags are stale afterwards.
    Action,
}

/// Whoever answers a command. The application does for each; a missing one does not compile.
pub trait Answers<C: Command>: Sync {
    /// Answers.
    ///
    /// # Errors
    /// Whatever went wrong, in the one form that the UI reads.
    fn answer(&self, request: C::Request) -> impl Future<Output = Result<C::Response, WireError>> + Send;
}

/// Walks through the list by type, for whoever needs more than [`CommandInfo`].
pub trait CommandVisitor {
    /// The next command.
    fn command<C: Command>(&mut self);
}

async fn run<A: Answers<C>, C: Command>(answers: &A, request: Value) -> Result<Value, WireError> {
    let name = C::INFO.name;
    let request = serde_json::from_value(request).map_err(|cause| {
        WireError::new(ErrorCode::InvalidRequest, format!("the request of `{name}` cannot be read: {cause}"), "")
    })?;
    let response = answers.answer(request).await?;
    serde_json::to_value(response).map_err(|cause| {
        WireError::new(ErrorCode::Internal, format!("the answer of `{name}` cannot be written: {cause}"), "")
    })
}

macro_rules! kind {
    (reads) => {
        CommandKind::Query
    };
    (spoils) => {
        CommandKind::Action
    };
}

macro_rules! commands {
    ($(
        $(#[doc = $doc:literal])+
        $command:ident $name:literal: $request:ty => $response:ty, $kind:ident [$($tag:ident)*];
    )*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Copy)]
            pub struct $command;

            impl Command for $command {
                type Request = $request;
                type Response = $response;
                const INFO: CommandInfo = CommandInfo {
                    name: $name,
                    doc: concat!($($doc),+).trim_ascii(),
                    kind: kind!($kind),
                    tags: &[$(CacheTag::$tag),*],
                };
            }
        )*

        /// Every command, in the order of the list.
        pub const COMMANDS: &[CommandInfo] = &[$($command::INFO),*];

        /// Walks through the list.
        pub fn visit_commands(visitor: &mut impl CommandVisitor) {
            $(visitor.command::<$command>();)*
        }

        /// Reads a request, has it answered and writes the answer.
        ///
        /// # Errors
        /// When there is no such command, the request does not have its form, or it fails.
        pub async fn dispatch<A>(answers: &A, name: &str, request: Value) -> Result<Value, WireError>
        where
            $(A: Answers<$command>,)*
        {
            match name {
                // Boxed, so that the future is not as large as the largest of all.
                $($name => Box::pin(run::<A, $command>(answers, request)).await,)*
                _ => Err(WireError::new(
                    ErrorCode::UnknownCommand,
                    format!("there is no command `{name}`"),
                    "restart Sluice: its window and its engine are of different versions",
                )),
            }
        }
    };
}

commands! {
    // Around every page.

    /// The rail's counters, its foot and the tray.
    GetShell "shell": Nothing => Shell, reads [Shell];
    /// The page to begin with: where a deep link, a notification or the last session points. Given once.
    GetStartPage "startPage": Nothing => StartPage, reads [];
    /// Looks for new commits and tags now. It answers at once; events tell how it goes on.
    CheckNow "checkNow": CheckRequest => CheckStarted, spoils [Shell];
    /// Ends a look that is under way; what was found stays.
    StopChecking "stopChecking": Nothing => Nothing, spoils [Shell];
    /// Pauses everything: nothing is released by itself until it ends. Looking goes on, and a person may release.
    PauseAll "pauseAll": PauseRequest => Nothing, spoils [Shell Inbox Images Policy];
    /// Ends the pause of everything.
    ResumeAll "resumeAll": Nothing => Nothing, spoils [Shell Inbox Images Policy];
    /// Opens the vault: the operating system asks the person to unlock its keychain, an encrypted file takes its passphrase.
    UnlockKeychain "unlockKeychain": UnlockRequest => Nothing, spoils [Shell Sources Credentials];
    /// Keeps secrets somewhere else from now on, and takes along those that can be read.
    ChooseVault "chooseVault": ChooseVaultRequest => VaultMoved, spoils [Shell Sources Credentials Activity];
    /// Opens an https address in the person's browser, after a check.
    OpenLink "openLink": OpenLinkRequest => Nothing, spoils [];
    /// Lets the person pick a folder in the desktop's own dialog.
    PickFolder "pickFolder": Nothing => PickedFolder, spoils [];

    // Inbox.

    /// Everything that wants a decision, by why it waits.
    GetInbox "inbox": Nothing => Inbox, reads [Inbox];
    /// Puts versions off: no notification and no counter until then.
    Snooze "snooze": SnoozeRequest => Nothing, spoils [Shell Inbox];

    // Images.

    /// The table of policies.
    GetImages "images": Nothing => Images, reads [Images];
    /// The views of the table that the person keeps.
    GetSavedViews "savedViews": Nothing => SavedViews, reads [SavedViews];
    /// Keeps these views, in this order, instead of the ones before.
    KeepViews "keepViews": SavedViews => SavedViews, spoils [SavedViews];

    // Policy page.

    /// A policy: rule, choice, gates, markers, automations.
    GetPolicy "policy": PolicyRequest => PolicyPage, reads [Policy];
    /// The tag timeline of a policy.
    GetTimeline "timeline": PolicyRequest => Timeline, reads [Tags Policy];
    /// What of a policy runs in each cluster, and since when. Apart from the timeline, because a cluster may be slow.
    GetPolicyClusters "policyClusters": PolicyRequest => PolicyClusters, reads [Clusters Releases];
    /// One tag: digest, size, platforms, labels. The registry is asked once for each digest.
    GetTag "tag": TagRequest => TagDetail, reads [Tags];
    /// Why brushed tags were passed over, and what one change of the policy would choose of them.
    AskWhyNot "whyNot": WhyNotRequest => WhyNot, reads [Tags Policy];
    /// The why chain: nine steps from scanned to running.
    AskWhy "why": WhyRequest => Why, reads [Policy Tags Releases Sources];
    /// What happened to a policy, newest first.
    GetPolicyHistory "policyHistory": HistoryRequest => PolicyHistory, reads [Policy];
    /// Who signed commits, by the keys on record now. A commit stays what it is, so only other keys, other settings and a
    /// fetch change the answer.
    GetSignatures "signatures": SignaturesRequest => Signatures, reads [Credentials Settings Sources];
    /// Tries a rule on the tags that are known. Nothing is saved.
    TryPolicy "tryPolicy": TrialRequest => Trial, reads [Tags Policy];
    /// Holds policies at a version.
    Hold "hold": HoldRequest => Nothing, spoils [Shell Inbox Images Policy Review Activity];
    /// Lifts a person's hold of a policy; a hold in Git is lifted there.
    LiftHold "liftHold": PolicyRequest => Nothing, spoils [Shell Inbox Images Policy Review Activity];

    // Automations.

    /// Sets how much an automation may do.
    SetMode "setMode": ModeRequest => Nothing, spoils [Shell Inbox Images Policy Review Sources Activity];
    /// Pauses an automation.
    PauseAutomation "pauseAutomation": PauseAutomationRequest => Nothing, spoils [Shell Inbox Images Policy Sources Activity];
    /// Ends a person's pause of an automation.
    ResumeAutomation "resumeAutomation": AutomationId => Nothing, spoils [Shell Inbox Images Policy Sources Activity];

    // Review sheet.

    /// Plans and opens a sheet. Nothing is written. A remote that cannot be asked is planned on as it was last seen.
    OpenReview "openReview": ReviewRequest => Review, spoils [];
    /// A sheet as it is now. When its branch moved it is planned again: look at each plan's `freshness`.
    GetReview "review": ReviewId => Review, reads [Review];
    /// Fetches the branches, plans again and keeps only the named changes.
    Replan "replan": ReplanRequest => Review, spoils [Review];
    /// Commits and pushes what the sheet shows. It answers once the releases are written down; events tell how they go on.
    Release "release": ReleaseRequest => ReleasesStarted, spoils [Shell Inbox Images Policy Releases Review Activity];
    /// Throws a sheet away.
    DiscardReview "discardReview": ReviewId => Nothing, spoils [Review];

    // Releases.

    /// The queue and the history, newest first.
    GetReleases "releases": ReleasesRequest => Releases, reads [Releases];
    /// One release with its trail and diff.
    GetRelease "releaseDetail": ReleaseId => ReleaseDetail, reads [Releases];
    /// Tries a failed release again: a new plan of the same changes, opened as a sheet.
    RetryRelease "retryRelease": ReleaseId => Review, spoils [];

    // Sources.

    /// Git remotes and registries, and how each is.
    GetSources "sources": Nothing => Sources, reads [Sources];
    /// A Git remote with everything in it.
    GetSource "source": SourceRequest => SourceDetail, reads [Sources Diagnoses];
    /// Adds a Git remote or folder, read-only. It answers once the repository was read; then tags are looked for, and
    /// events tell how that goes on.
    AddSource "addSource": AddSourceRequest => SourceAdded, spoils [Shell Sources Inbox Images Diagnoses Activity];
    /// What was found in a source so far.
    GetFound "found": SourceRequest => Found, reads [Sources Diagnoses Images];
    /// Forgets a source: its mirror, tags and choices go; releases and the audit log stay.
    RemoveSource "removeSource": SourceRequest => Nothing, spoils [Shell Sources Inbox Images Policy Diagnoses Activity];
    /// Allows or forbids writing to a repository.
    AllowWriting "allowWriting": WritingRequest => Nothing, spoils [Shell Sources Inbox Images Policy Review Activity];
    /// Says by which further addresses a repository is known, such as the one that a cluster reads it from.
    SetKnownAs "setKnownAs": KnownAsRequest => Nothing, spoils [Shell Sources Inbox Images Policy Releases Review Clusters Activity];
    /// Tests a remote now: reach it, sign in, read, and whether it would let us write.
    TestRemote "testRemote": TestRequest => TestResult, spoils [Shell Sources Credentials];
    /// Starts the built-in demo and adds it.
    StartDemo "startDemo": Nothing => SourceAdded, spoils [Shell Sources Inbox Images Diagnoses Activity];
    /// What is wrong, the worst first.
    GetDiagnoses "diagnoses": DiagnosesRequest => Diagnoses, reads [Diagnoses];

    // Clusters.

    /// Apps over environments: what of each policy runs in each cluster.
    GetApps "apps": Nothing => Apps, reads [Clusters Images];
    /// The clusters, and how each is. One that is not kept up with is asked now.
    GetClusters "clusters": Nothing => Clusters, reads [Clusters];
    /// A cluster with everything in it.
    GetCluster "cluster": ClusterId => ClusterDetail, reads [Clusters];
    /// The contexts of the person's kubeconfigs.
    GetContexts "contexts": Nothing => Contexts, reads [Clusters];
    /// Connects a cluster. It is only added when its API server answers.
    AddCluster "addCluster": AddClusterRequest => ClusterRow, spoils [Clusters Shell Activity];
    /// Forgets a cluster: nothing there is changed.
    RemoveCluster "removeCluster": ClusterId => Nothing, spoils [Clusters Shell Activity];
    /// Asks an object's controller to begin at once, its source's first where that is wanted.
    ReconcileInCluster "reconcileInCluster": ReconcileRequest => Nothing, spoils [Clusters Activity];
    /// Pauses an object's controller in a cluster, or lets it go on.
    SuspendInCluster "suspendInCluster": SuspendRequest => Nothing, spoils [Clusters Activity];

    // Proposals.

    /// Works out what a hand-over, an apply, an export or a bootstrap would do. Nothing is changed.
    Propose "propose": ProposalRequest => Proposal, spoils [];
    /// A proposal as it is now.
    GetProposal "proposal": ProposalId => Proposal, reads [Proposals];
    /// Does what a proposal shows. It answers once that began; events tell how it goes on.
    CarryOut "carryOut": CarryOutRequest => Proposal, spoils [Proposals];
    /// Stops what is being done, where it can be stopped. It answers at once; events tell when it has ended.
    StopProposal "stopProposal": ProposalId => Proposal, spoils [Proposals];
    /// Throws a proposal away.
    DiscardProposal "discardProposal": ProposalId => Nothing, spoils [];
    /// The workloads of a source that can be brought under a policy.
    GetExportables "exportables": SourceRequest => Exportables, reads [Sources];

    // Credentials.

    /// What Sluice keeps, and what was found on this computer.
    GetCredentials "credentials": Nothing => Credentials, reads [Credentials];
    /// Tries a credential and keeps it in the keychain.
    AddCredential "addCredential": AddCredentialRequest => CredentialAdded, spoils [Shell Credentials Sources Activity];
    /// What the Flux of a cluster signs in with, and how each stands to what is kept. Secrets are read there, nothing is
    /// kept; it is an action because nobody wants a cluster's Secrets read again by themselves.
    LookForClusterCredentials "lookForClusterCredentials": ClusterCredentialsRequest => ClusterCredentials, spoils [];
    /// Keeps what the Flux of a cluster signs in with.
    ImportClusterCredentials "importClusterCredentials": ImportCredentialsRequest => ClusterCredentials, spoils [Shell Credentials Sources Activity];
    /// Tests a kept credential now.
    TestCredential "testCredential": CredentialId => TestResult, spoils [Credentials Sources];
    /// Removes a credential from the keychain.
    RemoveCredential "removeCredential": CredentialId => Nothing, spoils [Shell Credentials Sources Activity];

    // Deploy keys and host keys.

    /// Makes a deploy key and keeps it in the keychain. Its public half is to be registered at the Git host.
    GenerateKey "generateKey": GenerateKeyRequest => KeyMade, spoils [Shell Credentials Sources Activity];
    /// Writes a key into a connected cluster, as the Secret that Flux reads.
    ExportKey "exportKey": ExportKeyRequest => KeyInCluster, spoils [Activity];
    /// Registers a key at GitHub, GitLab, Gitea or Forgejo; one that may only read there is allowed to write.
    RegisterKey "registerKey": RegisterKeyRequest => KeyAtHost, spoils [Shell Credentials Sources Activity];
    /// Asks the Git host whether it knows a key, and whether that may write.
    CheckKey "checkKey": KeyRequest => KeyAtHost, spoils [];
    /// The host keys that were trusted in Sluice.
    GetTrustedHosts "trustedHosts": Nothing => HostKeys, reads [Credentials];
    /// Asks a server for its host keys, and compares them with what is on record and what the host publishes.
    ScanHost "scanHost": HostRequest => HostKeys, spoils [];
    /// Trusts host keys whose fingerprints a person compared.
    TrustHost "trustHost": TrustHostRequest => HostKeys, spoils [Shell Credentials Sources Activity];
    /// Forgets the host keys of a server that were trusted in Sluice.
    ForgetHost "forgetHost": HostRequest => Nothing, spoils [Shell Credentials Sources Activity];

    // Activity and settings.

    /// The audit log, newest first.
    GetActivity "activity": ActivityRequest => Activity, reads [Activity];
    /// The settings.
    GetSettings "settings": Nothing => Settings, reads [Settings];
    /// Changes settings: only what is given. The file keeps its comments.
    ChangeSettings "changeSettings": SettingsChange => Settings, spoils [Settings Shell Inbox Images Policy];
    /// What this program is and where it keeps things.
    GetAbout "about": Nothing => About, reads [Settings];
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use serde_json::json;

    /// Answers every command with an error that names it, so that a test sees where a request arrived.
    struct Doorman;

    impl<C: Command> Answers<C> for Doorman {
        async fn answer(&self, _: C::Request) -> Result<C::Response, WireError> {
            Err(WireError::new(ErrorCode::NotFound, C::INFO.name, ""))
        }
    }

    #[test]
    fn names_are_camel_case_and_unique() {
        let names: BTreeSet<_> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        for name in names {
            assert!(
                name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_alphabetic())
            );
        }
    }

    #[test]
    fn what_an_action_spoils_is_read_by_some_query() {
        let tags = |kind| -> BTreeSet<CacheTag> {
            COMMANDS.iter().filter(|c| c.kind == kind).flat_map(|c| c.tags.iter().copied()).collect()
        };
        let read = tags(CommandKind::Query);
        for tag in tags(CommandKind::Action) {
            assert!(read.contains(&tag), "{tag:?} is spoilt and never read");
        }
    }

    #[tokio::test]
    async fn every_command_of_the_list_reaches_its_own_answer() {
        for (name, request) in [
            ("shell", Value::Null),
            ("inbox", json!({})),
            ("policy", json!({ "policy": { "source": "fleet", "namespace": "flux-system", "name": "flask-app" } })),
            (
                "policyClusters",
                json!({ "policy": { "source": "fleet", "namespace": "flux-system", "name": "flask-app" } }),
            ),
            ("pauseAll", json!({ "span": { "for": "untilTomorrow" } })),
            ("releases", json!({ "show": "all" })),
            ("apps", json!({})),
            ("clusters", json!({})),
            ("cluster", json!({ "cluster": "dev" })),
            ("contexts", json!({})),
            ("addCluster", json!({ "context": "kind-dev", "isReadOnly": true })),
            ("removeCluster", json!({ "cluster": "dev" })),
            (
                "reconcileInCluster",
                json!({ "cluster": "dev", "kind": "Kustomization", "namespace": "flux-system", "name": "apps", "withSource": true }),
            ),
            (
                "suspendInCluster",
                json!({ "cluster": "dev", "kind": "Kustomization", "namespace": "flux-system", "name": "apps", "suspended": true }),
            ),
            (
                "addCredential",
                json!({ "kind": "registry", "target": "ghcr.io", "username": "bot", "secret": "s", "keepUntested": false }),
            ),
        ] {
            let answer = dispatch(&Doorman, name, request).await.expect_err("the doorman lets nobody in");
            assert_eq!((answer.code, answer.message.as_str()), (ErrorCode::NotFound, name));
        }
    }

    #[tokio::test]
    async fn strangers_and_wrong_forms_are_refused_with_words() {
        let unknown = dispatch(&Doorman, "rm -rf", Value::Null).await.expect_err("there is none");
        assert_eq!(unknown.code, ErrorCode::UnknownCommand);
        for (name, request) in [
            ("policy", Value::Null),
            ("policy", json!({ "policy": "flask-app" })),
            ("setMode", json!({ "automation": { "source": "a", "namespace": "b", "name": "c" }, "mode": "wild" })),
        ] {
            let wrong = dispatch(&Doorman, name, request).await.expect_err("the form is wrong");
            assert_eq!(wrong.code, ErrorCode::InvalidRequest, "{name}: {}", wrong.message);
        }
    }

    #[tokio::test]
    async fn a_secret_of_the_wrong_form_is_not_repeated() {
        let request = json!({
            "kind": "registry", "target": "ghcr.io", "username": "bot", "secret": 31337, "keepUntested": false,
        });
        let wrong = dispatch(&Doorman, "addCredential", request).await.expect_err("a number is no secret");
        assert!(!wrong.message.contains("31337"), "{}", wrong.message);
        assert!(wrong.message.contains("secret"), "{}", wrong.message);
    }
}
