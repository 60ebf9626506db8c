//! How far a workload's last change has come, as kstatus derives it (sigs.k8s.io/cli-utils, `pkg/kstatus/status`).

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Truth, find};
use super::workload::WorkloadKind;

/// Pods of a workload in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Replicas {
    /// How many there should be.
    pub wanted: u32,
    /// How many there are, old ones too.
    pub total: u32,
    /// How many are of the newest template.
    pub updated: u32,
    /// How many are ready.
    pub ready: u32,
    /// How many are ready for long enough.
    pub available: u32,
}

impl Replicas {
    /// Whether every pod is of the newest template, ready or not.
    pub fn are_new(&self) -> bool {
        self.updated >= self.wanted && self.total <= self.updated
    }
}

/// How far a change has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Rollout {
    /// Everything is as it should be.
    Current,
    /// It is under way.
    InProgress {
        /// What is missing yet, such as `Ready: 1/3`.
        words: String,
    },
    /// It does not go on by itself.
    Failed {
        /// One word: `ProgressDeadlineExceeded`, `FailedCreate`, …
        reason: String,
        /// The controller's words.
        words: String,
    },
}

/// What a workload's object says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolloutFacts {
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`; nothing where the kind has none, or nobody looked yet.
    pub observed: Option<i64>,
    /// How many pods there should be: `spec.replicas`, `status.desiredNumberScheduled`.
    pub wanted: u32,
    /// How many there are.
    pub total: u32,
    /// How many are of the newest template.
    pub updated: u32,
    /// How many are ready.
    pub ready: u32,
    /// How many are ready for long enough.
    pub available: u32,
    /// Pods below this number keep the old template (`spec.updateStrategy.rollingUpdate.partition`).
    pub partition: u32,
    /// Pods are only replaced by hand (`OnDelete`).
    pub by_hand: bool,
    /// `status.currentRevision` and `status.updateRevision` differ.
    pub revisions_differ: bool,
    /// `status.conditions`.
    pub conditions: Vec<Condition>,
}

impl RolloutFacts {
    /// The numbers.
    pub fn replicas(&self) -> Replicas {
        let Self { wanted, total, updated, ready, available, .. } = *self;
        Replicas { wanted, total, updated, ready, available }
    }

    /// How far the last change has come.
    pub fn rollout(&self, kind: WorkloadKind) -> Rollout {
        let observes = matches!(kind, WorkloadKind::Deployment | WorkloadKind::StatefulSet | WorkloadKind::DaemonSet);
        if observes && self.observed != Some(self.generation) {
            return missing("its controller has not seen the change yet");
        }
        match kind {
            WorkloadKind::Deployment => self.deployment(),
            WorkloadKind::StatefulSet => self.stateful_set(),
            WorkloadKind::DaemonSet => self.daemon_set(),
            WorkloadKind::CronJob => Rollout::Current,
            WorkloadKind::Job => self.job(),
        }
    }

    fn deployment(&self) -> Rollout {
        let progressing = find(&self.conditions, "Progressing");
        if let Some(over) = progressing.filter(|condition| condition.reason == "ProgressDeadlineExceeded") {
            return failed(over);
        }
        // Pods cannot even be made: a quota, an admission webhook.
        if let Some(cause) =
            find(&self.conditions, "ReplicaFailure").filter(|condition| condition.status == Truth::True)
        {
            return failed(cause);
        }
        let counts = [
            ("Replicas", self.total, self.wanted),
            ("Updated", self.updated, self.wanted),
            ("Available", self.available, self.updated),
            ("Ready", self.ready, self.wanted),
        ];
        if let Some(words) = lacking(&counts).or_else(|| surplus(self.total, self.wanted)) {
            return missing(words);
        }
        if progressing.is_some_and(|condition| condition.status != Truth::True) {
            return missing("its newest replica set is not available");
        }
        match find(&self.conditions, "Available").map(|condition| condition.status) {
            Some(Truth::True) => Rollout::Current,
            _ => missing("it is not available"),
        }
    }

    fn stateful_set(&self) -> Rollout {
        if self.by_hand {
            return Rollout::Current;
        }
        let counts = [("Replicas", self.total, self.wanted), ("Ready", self.ready, self.wanted)];
        if let Some(words) = lacking(&counts).or_else(|| surplus(self.total, self.wanted)) {
            return missing(words);
        }
        let to_update = self.wanted.saturating_sub(self.partition);
        if let Some(words) = lacking(&[("Updated", self.updated, to_update)]) {
            return missing(words);
        }
        if self.partition == 0 && self.revisions_differ {
            return missing("the old revision is still current");
        }
        Rollout::Current
    }

    fn daemon_set(&self) -> Rollout {
        if self.by_hand {
            return Rollout::Current;
        }
        let counts = [
            ("Current", self.total, self.wanted),
            ("Updated", self.updated, self.wanted),
            ("Available", self.available, self.wanted),
            ("Ready", self.ready, self.wanted),
        ];
        lacking(&counts).map_or(Rollout::Current, missing)
    }

    fn job(&self) -> Rollout {
        match find(&self.conditions, "Failed").filter(|condition| condition.status == Truth::True) {
            Some(cause) => failed(cause),
            // A job that has begun does what it should, also while it runs.
            None => Rollout::Current,
        }
    }
}

fn lacking(counts: &[(&str, u32, u32)]) -> Option<String> {
    let (what, has, wants) = counts.iter().find(|(_, has, wants)| has < wants)?;
    Some(format!("{what}: {has}/{wants}"))
}

fn surplus(total: u32, wanted: u32) -> Option<String> {
    (total > wanted).then(|| format!("Pending termination: {}", total - wanted))
}

fn missing(words: impl Into<String>) -> Rollout {
    Rollout::InProgress { words: words.into() }
}

fn failed(condition: &Condition) -> Rollout {
    Rollout::Failed { reason: condition.reason.clone(), words: condition.message.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(kind: &str, status: Truth, reason: &str) -> Condition {
        Condition {
            kind: kind.to_owned(),
            status,
            reason: reason.to_owned(),
            message: format!("words of {reason}"),
            since: None,
        }
    }

    fn done() -> RolloutFacts {
        RolloutFacts {
            generation: 2,
            observed: Some(2),
            wanted: 3,
            total: 3,
            updated: 3,
            ready: 3,
            available: 3,
            conditions: vec![
                condition("Available", Truth::True, "MinimumReplicasAvailable"),
                condition("Progressing", Truth::True, "NewReplicaSetAvailable"),
            ],
            ..RolloutFacts::default()
        }
    }

    #[track_caller]
    fn check(kind: WorkloadKind, facts: &RolloutFacts, words: Option<&str>) {
        match (facts.rollout(kind), words) {
            (Rollout::Current, None) => {}
            (Rollout::InProgress { words: found } | Rollout::Failed { reason: found, .. }, Some(words)) => {
                assert_eq!(found, words);
            }
            (found, words) => panic!("{found:?}, not {words:?}"),
        }
    }

    #[test]
    fn a_deployment_is_current_when_every_pod_is_new_and_ready() {
        use WorkloadKind::Deployment;
        check(Deployment, &done(), None);
        check(
            Deployment,
            &RolloutFacts { observed: Some(1), ..done() },
            Some("its controller has not seen the change yet"),
        );
        check(Deployment, &RolloutFacts { total: 2, ..done() }, Some("Replicas: 2/3"));
        check(Deployment, &RolloutFacts { updated: 1, ..done() }, Some("Updated: 1/3"));
        check(Deployment, &RolloutFacts { total: 4, ..done() }, Some("Pending termination: 1"));
        check(Deployment, &RolloutFacts { available: 2, ..done() }, Some("Available: 2/3"));
        check(Deployment, &RolloutFacts { ready: 2, ..done() }, Some("Ready: 2/3"));
        let mut late = done();
        late.conditions[1] = condition("Progressing", Truth::False, "ProgressDeadlineExceeded");
        check(Deployment, &late, Some("ProgressDeadlineExceeded"));
        let mut refused = done();
        refused.conditions.push(condition("ReplicaFailure", Truth::True, "FailedCreate"));
        check(Deployment, &refused, Some("FailedCreate"));
        let none = RolloutFacts { wanted: 0, total: 0, updated: 0, ready: 0, available: 0, ..done() };
        check(Deployment, &none, None);
    }

    #[test]
    fn other_kinds_follow_their_own_rules() {
        use WorkloadKind::{CronJob, DaemonSet, Job, StatefulSet};
        check(StatefulSet, &done(), None);
        check(
            StatefulSet,
            &RolloutFacts { revisions_differ: true, ..done() },
            Some("the old revision is still current"),
        );
        check(StatefulSet, &RolloutFacts { updated: 1, ..done() }, Some("Updated: 1/3"));
        check(StatefulSet, &RolloutFacts { updated: 1, partition: 2, revisions_differ: true, ..done() }, None);
        check(StatefulSet, &RolloutFacts { updated: 0, by_hand: true, ..done() }, None);
        check(DaemonSet, &RolloutFacts { updated: 2, ..done() }, Some("Updated: 2/3"));
        check(DaemonSet, &done(), None);
        check(CronJob, &RolloutFacts::default(), None);
        check(Job, &RolloutFacts::default(), None);
        let failed = RolloutFacts {
            conditions: vec![condition("Failed", Truth::True, "BackoffLimitExceeded")],
            ..RolloutFacts::default()
        };
        check(Job, &failed, Some("BackoffLimitExceeded"));
    }
}
