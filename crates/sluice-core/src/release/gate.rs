//! Why a release waits.
//!
//! Two questions, because a plan may hold several policies: what stands against one policy's new version
//! ([`policy_gates`]), and what stands against the automation as a whole ([`automation_gates`]). Both return every closed
//! gate, the most binding first; an empty answer means that nothing stands in the way.

use super::hold::Hold;
use super::mode::Mode;
use super::window::Window;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One reason to wait. Ordered by how binding it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "gate", rename_all = "kebab-case")]
pub enum Gate {
    /// The resource is suspended; resume it.
    Suspended {
        /// Which, such as `ImagePolicy flux-system/app`.
        object: String,
    },
    /// The automation is only observed.
    Observe,
    /// The same places are changed by somebody else.
    Conflict {
        /// By whom and where.
        detail: String,
    },
    /// The last try failed.
    Failure {
        /// What the other side said.
        detail: String,
        /// When the next try is made by itself.
        retry_at: Option<Timestamp>,
    },
    /// A version is kept on purpose.
    Hold {
        /// Which, why and until when.
        hold: Hold,
    },
    /// The chosen version is lower than the one in Git; a person decides.
    Downgrade {
        /// Tag in Git.
        from: String,
        /// Chosen tag.
        to: String,
    },
    /// The tag has not been known for long enough.
    CoolDown {
        /// When it has.
        until: Timestamp,
    },
    /// No release window is open.
    Window {
        /// When the next one opens.
        opens: Option<Timestamp>,
    },
    /// A person must say yes.
    Review,
}

impl Gate {
    /// The stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Suspended { .. } => "suspended",
            Self::Observe => "observe",
            Self::Conflict { .. } => "conflict",
            Self::Failure { .. } => "failure",
            Self::Hold { .. } => "hold",
            Self::Downgrade { .. } => "downgrade",
            Self::CoolDown { .. } => "cool-down",
            Self::Window { .. } => "window",
            Self::Review => "review",
        }
    }

    /// When the gate opens by itself; `None` when it takes a person.
    pub fn opens_at(&self) -> Option<Timestamp> {
        match self {
            Self::CoolDown { until } => Some(*until),
            Self::Window { opens } => *opens,
            Self::Failure { retry_at, .. } => *retry_at,
            Self::Hold { hold } => hold.until,
            Self::Suspended { .. } | Self::Observe | Self::Conflict { .. } | Self::Downgrade { .. } | Self::Review => {
                None
            }
        }
    }

    /// Whether an approval of this strength opens the gate.
    pub fn opens_for(&self, approval: Approval) -> bool {
        match self {
            Self::Review | Self::Downgrade { .. } | Self::Failure { .. } => approval >= Approval::Given,
            Self::CoolDown { .. } | Self::Window { .. } => approval >= Approval::Urgent,
            Self::Suspended { .. } | Self::Observe | Self::Conflict { .. } | Self::Hold { .. } => false,
        }
    }
}

impl std::fmt::Display for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Suspended { object } => write!(f, "{object} is suspended"),
            Self::Observe => f.write_str("only observed: the mode is observe"),
            Self::Conflict { detail } => write!(f, "conflict: {detail}"),
            Self::Failure { detail, retry_at: Some(at) } => write!(f, "failed: {detail}; next try at {at:.0}"),
            Self::Failure { detail, retry_at: None } => write!(f, "failed: {detail}"),
            Self::Hold { hold } => {
                write!(f, "held at {}", hold.tag.as_deref().unwrap_or("what is in Git"))?;
                if let Some(until) = hold.until {
                    write!(f, " until {until:.0}")?;
                }
                if hold.reason.is_empty() { Ok(()) } else { write!(f, ": {}", hold.reason) }
            }
            Self::Downgrade { from, to } => write!(f, "{to} is lower than {from}: waits for a person"),
            Self::CoolDown { until } => write!(f, "cooling down until {until:.0}"),
            Self::Window { opens: Some(opens) } => write!(f, "the release window opens at {opens:.0}"),
            Self::Window { opens: None } => f.write_str("no release window opens"),
            Self::Review => f.write_str("waits for review"),
        }
    }
}

/// What a person has said about a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    /// Nothing.
    #[default]
    None,
    /// Yes, when cool-down and windows allow it.
    Given,
    /// Yes, now, whatever the cool-down and the windows say.
    Urgent,
}

/// What is known about one policy's new version.
#[derive(Debug, Clone)]
pub struct PolicyInputs<'a> {
    /// The present moment.
    pub now: Timestamp,
    /// The policy, as `ImagePolicy ns/name`, when it is suspended.
    pub suspended: Option<&'a str>,
    /// The tag that would be written.
    pub to: &'a str,
    /// The tag in Git when the new one is lower than it.
    pub downgrade_from: Option<&'a str>,
    /// Holds of the team and of the person; each counts.
    pub holds: &'a [&'a Hold],
    /// The longest of the minimum ages that apply.
    pub min_age: Duration,
    /// When Sluice first saw the tag; `None` counts as now.
    pub first_seen: Option<Timestamp>,
    /// What a person has said.
    pub approval: Approval,
}

/// What stands against one policy's new version.
pub fn policy_gates(inputs: &PolicyInputs<'_>) -> Vec<Gate> {
    let mut gates = Vec::new();
    if let Some(object) = inputs.suspended {
        gates.push(Gate::Suspended { object: object.to_owned() });
    }
    for hold in inputs.holds.iter().filter(|hold| hold.stops(inputs.to, inputs.now)) {
        gates.push(Gate::Hold { hold: (*hold).clone() });
    }
    if let Some(from) = inputs.downgrade_from {
        gates.push(Gate::Downgrade { from: from.to_owned(), to: inputs.to.to_owned() });
    }
    let seen = inputs.first_seen.unwrap_or(inputs.now);
    let age = SignedDuration::try_from(inputs.min_age).unwrap_or(SignedDuration::MAX);
    let until = seen.checked_add(age).unwrap_or(Timestamp::MAX);
    if inputs.now < until {
        gates.push(Gate::CoolDown { until });
    }
    gates.retain(|gate| !gate.opens_for(inputs.approval));
    gates
}

/// What is known about an automation.
#[derive(Debug, Clone)]
pub struct AutomationInputs<'a> {
    /// The present moment.
    pub now: Timestamp,
    /// The automation, as `ImageUpdateAutomation ns/name`, when it is suspended.
    pub suspended: Option<&'a str>,
    /// The mode that counts; see [`Mode::effective`].
    pub mode: Mode,
    /// Windows of the team and of the person; all must be open.
    pub windows: &'a [&'a Window],
    /// Who else writes the same places.
    pub conflict: Option<&'a str>,
    /// What the last try said, and when the next is made.
    pub failure: Option<(&'a str, Option<Timestamp>)>,
    /// What a person has said.
    pub approval: Approval,
}

/// What stands against the automation as a whole.
pub fn automation_gates(inputs: &AutomationInputs<'_>) -> Vec<Gate> {
    let mut gates = Vec::new();
    if let Some(object) = inputs.suspended {
        gates.push(Gate::Suspended { object: object.to_owned() });
    }
    if inputs.mode == Mode::Observe {
        gates.push(Gate::Observe);
    }
    if let Some(detail) = inputs.conflict {
        gates.push(Gate::Conflict { detail: detail.to_owned() });
    }
    if let Some((detail, retry_at)) = inputs.failure
        && retry_at.is_none_or(|at| inputs.now < at)
    {
        gates.push(Gate::Failure { detail: detail.to_owned(), retry_at });
    }
    if inputs.windows.iter().any(|window| !window.is_open(inputs.now)) {
        gates.push(Gate::Window { opens: all_open(inputs.windows, inputs.now) });
    }
    if inputs.mode == Mode::Review {
        gates.push(Gate::Review);
    }
    gates.retain(|gate| !gate.opens_for(inputs.approval));
    gates
}

/// Steps tried to find a moment at which several windows are open at once.
const MOST_STEPS: usize = 200;

/// The first moment at which all windows are open; `None` when none is found within many weeks.
fn all_open(windows: &[&Window], now: Timestamp) -> Option<Timestamp> {
    let mut at = now;
    for _ in 0..MOST_STEPS {
        let latest =
            windows.iter().map(|window| window.next_open(at)).collect::<Option<Vec<_>>>()?.into_iter().max()?;
        if latest == at {
            return Some(at);
        }
        at = latest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn codes(gates: &[Gate]) -> Vec<&'static str> {
        gates.iter().map(Gate::code).collect()
    }

    #[test]
    fn each_gate_of_a_policy_closes_for_its_own_reason_and_opens_for_the_right_approval() {
        let now = at("2026-11-24T12:00:00Z");
        let hold = Hold { tag: Some("1.0.0".into()), reason: "freeze".into(), until: None };
        let free = PolicyInputs {
            now,
            suspended: None,
            to: "1.0.1",
            downgrade_from: None,
            holds: &[],
            min_age: Duration::ZERO,
            first_seen: Some(at("2026-11-24T11:00:00Z")),
            approval: Approval::None,
        };
        let day = Duration::from_secs(86_400);
        for (inputs, closed) in [
            (free.clone(), vec![]),
            (
                PolicyInputs { suspended: Some("ImagePolicy a/b"), approval: Approval::Urgent, ..free.clone() },
                vec!["suspended"],
            ),
            (PolicyInputs { holds: &[&hold], approval: Approval::Urgent, ..free.clone() }, vec!["hold"]),
            (PolicyInputs { holds: &[&hold], to: "1.0.0", ..free.clone() }, vec![]),
            (PolicyInputs { downgrade_from: Some("1.0.2"), ..free.clone() }, vec!["downgrade"]),
            (PolicyInputs { downgrade_from: Some("1.0.2"), approval: Approval::Given, ..free.clone() }, vec![]),
            (PolicyInputs { min_age: day, approval: Approval::Given, ..free.clone() }, vec!["cool-down"]),
            (PolicyInputs { min_age: day, approval: Approval::Urgent, ..free.clone() }, vec![]),
            (PolicyInputs { min_age: day, first_seen: None, ..free.clone() }, vec!["cool-down"]),
            (PolicyInputs { min_age: Duration::from_secs(3_600), ..free.clone() }, vec![]),
            (PolicyInputs { min_age: Duration::MAX, ..free }, vec!["cool-down"]),
        ] {
            assert_eq!(codes(&policy_gates(&inputs)), closed, "{inputs:?}");
        }
    }

    #[test]
    fn each_gate_of_an_automation_closes_for_its_own_reason() {
        let tuesday_noon = at("2026-11-24T12:00:00Z");
        let (mornings, tuesdays) =
            (Window::parse("daily 08:00-10:00").unwrap(), Window::parse("Tue 09:00-17:00").unwrap());
        let free = AutomationInputs {
            now: tuesday_noon,
            suspended: None,
            mode: Mode::Auto,
            windows: &[],
            conflict: None,
            failure: None,
            approval: Approval::None,
        };
        for (inputs, closed) in [
            (free.clone(), vec![]),
            (AutomationInputs { mode: Mode::Review, ..free.clone() }, vec!["review"]),
            (AutomationInputs { mode: Mode::Review, approval: Approval::Given, ..free.clone() }, vec![]),
            (AutomationInputs { mode: Mode::Observe, approval: Approval::Urgent, ..free.clone() }, vec!["observe"]),
            (AutomationInputs { windows: &[&tuesdays], ..free.clone() }, vec![]),
            (AutomationInputs { windows: &[&mornings], approval: Approval::Given, ..free.clone() }, vec!["window"]),
            (AutomationInputs { conflict: Some("the cluster"), ..free.clone() }, vec!["conflict"]),
            (AutomationInputs { failure: Some(("no", Some(tuesday_noon))), ..free.clone() }, vec![]),
            (AutomationInputs { failure: Some(("no", None)), ..free.clone() }, vec!["failure"]),
            (AutomationInputs { failure: Some(("no", None)), approval: Approval::Given, ..free.clone() }, vec![]),
        ] {
            assert_eq!(codes(&automation_gates(&inputs)), closed, "{inputs:?}");
        }
        let both = automation_gates(&AutomationInputs { windows: &[&mornings, &tuesdays], ..free });
        assert_eq!(both, [Gate::Window { opens: Some(at("2026-12-01T09:00:00Z")) }]);
        assert_eq!(both[0].to_string(), "the release window opens at 2026-12-01T09:00:00Z");
    }

    #[test]
    fn windows_that_never_meet_say_so() {
        let (one, other) = (Window::parse("Mon 08:00-10:00").unwrap(), Window::parse("Tue 08:00-10:00").unwrap());
        assert_eq!(all_open(&[&one, &other], at("2026-11-24T12:00:00Z")), None);
    }
}
