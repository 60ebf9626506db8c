//! Proposals: what a person wants done that is no release. Each is shown exactly, confirmed, and then done.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{Mode, ObjectRef, Remedy};
use super::error::WireError;
use super::review::{FieldChange, FileChange};

/// Works out what a wish means. Nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalRequest {
    /// What is wanted.
    pub wish: Wish,
}

/// What a person wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "wish", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[ts(optional_fields)]
pub enum Wish {
    /// Hand the writing of an automation over.
    HandOver {
        /// The automation, as its source declares it.
        automation: ObjectRef,
        /// The cluster; absent takes the one that writes, or the only one that has it.
        cluster: Option<String>,
        /// Who is to write.
        to: Writer,
        /// What Sluice may do from then on, where it is to write; `review` when absent.
        mode: Option<Mode>,
    },
    /// Apply a Kustomization to a cluster without Flux.
    Apply {
        /// The Kustomization, as its source declares it.
        kustomization: ObjectRef,
        /// The cluster.
        cluster: String,
    },
    /// Bring a workload under an image policy: write the resources that are missing, and the marker.
    Export {
        /// The source.
        source: String,
        /// `Deployment/flask-app`.
        workload: String,
        /// Which of its images, where it has several.
        image: Option<String>,
        /// The name of the new resources; the workload's own when absent.
        name: Option<String>,
        /// Their namespace; `flux-system` when absent.
        namespace: Option<String>,
        /// The folder that they are written to; beside Flux's other resources when absent.
        into: Option<String>,
        /// The versions that are wanted; the patch releases of what stands there when absent.
        range: Option<String>,
        /// The Secret that Flux signs in with.
        secret: Option<String>,
    },
    /// Set Flux up in a cluster, by the `flux` that is installed.
    Bootstrap {
        /// The source, or the repository's address.
        repository: String,
        /// The cluster.
        cluster: String,
        /// The folder of the cluster in the repository; `clusters/NAME` when absent.
        path: Option<String>,
        /// The branch; the source's own when absent.
        branch: Option<String>,
        /// The owner is a person and no organisation.
        is_personal: bool,
        /// The image controllers come too.
        with_images: bool,
    },
}

/// Who writes an automation's markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Writer {
    /// Sluice.
    Here,
    /// The cluster's image-automation-controller.
    Cluster,
}

/// A proposal is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalId {
    /// Its id.
    pub proposal: String,
}

/// A person's yes to a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct CarryOutRequest {
    /// The proposal.
    pub proposal: String,
    /// The commit message as the person left it, where there is one.
    pub message: Option<String>,
}

/// What would be done, exactly. It is kept for an hour, and while it is being done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// Its id.
    pub proposal: String,
    /// What was asked for, with what was found out about it.
    pub wish: Wish,
    /// What is done, in order.
    pub steps: Vec<ProposalStep>,
    /// What a person should know.
    pub notes: Vec<ProposalNote>,
    /// The commit, where one is made.
    pub commit: Option<ProposedCommit>,
    /// The program that is run, where one is.
    pub run: Option<ProposedRun>,
    /// The revision that is applied, such as `main@sha1:…`, where one is.
    pub revision: Option<String>,
    /// Why it cannot be done; nothing when it can.
    pub obstacle: Option<WireError>,
    /// What mends the obstacle.
    pub remedy: Option<Remedy>,
    /// When it was worked out.
    pub made_at: Timestamp,
    /// How far it is.
    pub course: Course,
    /// What the program said so far, the last lines of it.
    pub output: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalStep {
    /// What is done.
    pub verb: StepVerb,
    /// With what: `Deployment flask-app/flask-app`, or a file.
    pub object: String,
    /// Where.
    pub place: StepPlace,
    /// The fields that are set.
    pub fields: Vec<FieldChange>,
    /// The object or file before and after, where it is shown whole.
    pub file: Option<FileChange>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StepVerb {
    /// Pause an object of Flux.
    Suspend,
    /// Let it go on.
    Resume,
    /// Change what Sluice may do.
    SetMode,
    /// Make an object or a file.
    Create,
    /// Change one.
    Change,
    /// It stands as it should.
    Keep,
    /// Delete an object that left Git.
    Delete,
    /// A resource that is there already is used.
    Use,
}

/// Where a step does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "at", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StepPlace {
    /// In a cluster.
    Cluster {
        /// Which.
        cluster: String,
    },
    /// In a repository.
    Source {
        /// Which.
        source: String,
    },
    /// In Sluice's own settings.
    Here,
}

/// Something that a person should know before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalNote {
    /// What, as a code …
    pub code: NoteCode,
    /// … and in an English sentence.
    pub words: String,
}

/// The kinds of [`ProposalNote`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NoteCode {
    /// Git says that the automation is suspended, and Flux will suspend it again.
    SuspendedInGit,
    /// Git does not say whether it is suspended: it stays so until somebody resumes it.
    StaysSuspended,
    /// Something that is left for a person to do.
    Other,
}

/// The commit that a proposal makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposedCommit {
    /// The source.
    pub source: String,
    /// The branch that is pushed.
    pub branch: String,
    /// The commit that it was worked out on, in full.
    pub base: String,
    /// The message.
    pub message: String,
}

/// The program that a proposal runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposedRun {
    /// The command without its token.
    pub command: String,
    /// Where the token comes from; nothing where there is none.
    pub token: Option<String>,
    /// The program's path; nothing where it is not installed.
    pub program: Option<String>,
}

/// How far a proposal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "course", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Course {
    /// It waits for a person's yes.
    Proposed,
    /// It is being done.
    Running {
        /// Since when.
        since: Timestamp,
        /// Whether it can be stopped.
        stop: Stop,
    },
    /// A person stopped it. What was done by then stays done.
    Stopped {
        /// When.
        at: Timestamp,
        /// What is there by now.
        checks: Vec<ProposalCheck>,
    },
    /// It was done.
    Done {
        /// When.
        at: Timestamp,
        /// The commit that was pushed, where one was.
        commit: Option<String>,
        /// What was looked at afterwards.
        checks: Vec<ProposalCheck>,
    },
    /// It failed. What was done by then stays done.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        error: WireError,
    },
}

/// Whether what is being done can be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Stop {
    /// It is over too soon for that.
    Never,
    /// A person may stop it.
    Possible,
    /// A person did, and it is ending.
    Asked,
}

/// Something that was looked at after a proposal was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProposalCheck {
    /// What: `GitRepository flux-system/flux-system`.
    pub what: String,
    /// Whether it is as it should be.
    pub is_fine: bool,
    /// What it says, in English or in the controller's own words.
    pub words: String,
}

/// The workloads of a source that can be brought under a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exportables {
    /// By name; one line for each image.
    pub workloads: Vec<Exportable>,
}

/// A workload of a source, with one of its images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Exportable {
    /// `Deployment/flask-app`.
    pub workload: String,
    /// Its namespace, as written; perhaps empty.
    pub namespace: String,
    /// The image without tag and digest.
    pub image: String,
    /// What stands there.
    pub value: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// A marker stands behind it already.
    pub is_marked: bool,
    /// The range of versions that is proposed; nothing where what stands there is no version.
    pub range: Option<String>,
}
