//! What a cluster says, reduced to what a release needs to know: Flux's objects with their revisions, workloads with the
//! images of their template, pods with the images that run and what keeps them from running.
//!
//! Values and pure functions only: who watches an API server fills these in. [`Rollout`] is derived as kstatus does it,
//! [`Trail`] says how far a pushed commit has come in a cluster.
//!
//! To add a kind of workload: a variant of [`WorkloadKind`] and its arm in `rollout.rs`; a kind of Flux's: a variant of
//! [`LiveKind`].

mod condition;
mod live;
mod pod;
mod revision;
mod rollout;
mod snapshot;
mod trail;
mod workload;

pub use condition::{Condition, Truth};
pub use live::{LiveKind, LiveObject, LiveRef};
pub use pod::{Pod, PodTrouble, RunningImage};
pub use revision::Revision;
pub use rollout::{Replicas, Rollout, RolloutFacts};
pub use snapshot::{Gap, Snapshot};
pub use trail::{Change, Ending, Ground, Stage, StageState, Trail, TrailStep};
pub use workload::{AppliedBy, Container, ImageInUse, Workload, WorkloadId, WorkloadKind};
