//! The why chain: nine steps from scanned to running, always all nine.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::common::{FilePlace, ImageVersion, Mode, ObjectRef, Remedy};
use super::gate::Gate;
use super::policy::TrialCounts;

/// Asks why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct WhyRequest {
    /// Which policy.
    pub policy: ObjectRef,
    /// About this tag instead of the choice.
    pub tag: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    /// The policy.
    pub policy: ObjectRef,
    /// What comes next: what the first six steps speak of.
    pub next: Option<ImageVersion>,
    /// When Sluice first saw it.
    pub next_seen: Option<Timestamp>,
    /// What is there now: what the last three steps speak of.
    pub now: Option<ImageVersion>,
    /// Since when it stands in Git.
    pub now_since: Option<Timestamp>,
    /// The nine steps, in order.
    pub steps: Vec<WhyStep>,
    /// One sentence over all.
    pub words: String,
    /// The same as a command line.
    pub command: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WhyStep {
    /// How it is.
    pub state: WhyState,
    /// What is known of it.
    pub facts: WhyFacts,
    /// The headline in English: `177 tags`.
    pub words: String,
    /// A second line in English; perhaps empty.
    pub detail: String,
    /// What mends it, where it is broken or waits for a person.
    pub remedy: Option<Remedy>,
}

/// How a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WhyState {
    /// Done, nothing to see to.
    Fine,
    /// It waits: for a person, a moment or the step before.
    Waiting,
    /// It works less well than it should.
    Degraded,
    /// It is broken.
    Broken,
    /// It cannot be known, because no cluster is connected.
    Unknown,
}

/// The nine steps with what is known of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum WhyFacts {
    /// 1. The registry's tags were listed.
    Scanned {
        /// Tags.
        tags: u32,
        /// The last success.
        at: Option<Timestamp>,
        /// The next try.
        next_at: Option<Timestamp>,
        /// What the registry said, when the last try failed.
        error: Option<String>,
    },
    /// 2. Exclusion list and filter.
    Filtered {
        /// How many each left out.
        counts: TrialCounts,
    },
    /// 3. The rule chose.
    Chosen {
        /// The choice.
        tag: Option<String>,
        /// Why there is none, or why the tag that was asked about is not it.
        reason: Option<super::timeline::PassedOver>,
        /// Tags that could be chosen.
        matching: u32,
        /// Of those, not old enough.
        cooling: u32,
    },
    /// 4. Markers that name the policy.
    Marker {
        /// Where, by place.
        places: Vec<FilePlace>,
        /// Files.
        files: u32,
        /// Markers that do nothing.
        ignored: u32,
    },
    /// 5. The automation that writes.
    Automation {
        /// Which.
        automation: Option<ObjectRef>,
        /// Its mode.
        mode: Option<Mode>,
        /// The branch that is pushed.
        branch: Option<String>,
        /// Seconds between runs.
        interval: Option<u32>,
    },
    /// 6. The gates.
    Gate {
        /// The closed ones, the most binding first.
        gates: Vec<Gate>,
        /// Since when it waits.
        since: Option<Timestamp>,
    },
    /// 7. What stands in Git was pushed.
    Pushed {
        /// The commit, in full.
        commit: Option<String>,
        /// When.
        at: Option<Timestamp>,
        /// What the last push said, when it failed.
        error: Option<String>,
    },
    /// 8. The cluster applied it.
    Applied {
        /// The revision that was applied.
        commit: Option<String>,
    },
    /// 9. It runs.
    Running {
        /// The tag that runs.
        tag: Option<String>,
    },
}
