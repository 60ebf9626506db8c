//! One run of an automation by the agent.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::release::{Approval, Gate, Mode};
use sluice_store::AutomationRun;

use super::jobs::Came;
use crate::job::plan::PlanRequest;
use crate::job::release::{ReleaseOutcome, ReleaseRequest};
use crate::{AutomationPlan, Engine, EngineError, Event};

/// Who starts what the agent starts.
const AGENT: &str = "agent";

impl Engine {
    /// Plans an automation on what is known, and releases it where the rules allow. A plan that only waits for a person
    /// is told once.
    pub(crate) async fn job_automation(&self, source: &str, automation: &ObjectKey) -> Result<Came, EngineError> {
        let asked = PlanRequest { approval: Approval::None, ..PlanRequest::default() };
        let plan = self.plan(source, automation, &asked).await?;
        let again_at = next_opening(&plan);
        if plan.is_ready() && plan.mode == Mode::Auto {
            let request = ReleaseRequest {
                source: source.to_owned(),
                automation: automation.clone(),
                policies: None,
                overrides: Default::default(),
                rule: None,
                approval: Approval::None,
                shown: None,
                message: None,
                started_by: AGENT.to_owned(),
            };
            let outcome = match self.release(&request).await? {
                ReleaseOutcome::Pushed(pushed) => format!("pushed {}", pushed.commit),
                ReleaseOutcome::NothingToDo(_) => "nothing to do".to_owned(),
            };
            self.note_run(source, automation, &plan, &outcome).await?;
            return Ok(Came { again_at, ..Came::default() });
        }
        let waits = waits_only_for_a_person(&plan);
        let is_news = self.note_run(source, automation, &plan, if waits { "ready" } else { "nothing to do" }).await?;
        if waits && is_news {
            let summary = plan.planned.plan.summary();
            self.tell(Event::Ready { source: source.to_owned(), automation: automation.clone(), summary });
        }
        Ok(Came { again_at, ..Came::default() })
    }

    /// Remembers a run. Tells whether it was made of something else than the one before.
    async fn note_run(
        &self,
        source: &str,
        automation: &ObjectKey,
        plan: &AutomationPlan,
        outcome: &str,
    ) -> Result<bool, EngineError> {
        let updates: Vec<String> =
            plan.planned.plan.updates.iter().map(|update| format!("{} {}", update.policy, update.to)).collect();
        let inputs = format!("{outcome} {}", updates.join(", "));
        let before = self.store().automation_run(source, automation).await?;
        let is_news = before.is_none_or(|before| before.inputs != inputs);
        let run = AutomationRun { inputs, at: self.now(), outcome: outcome.to_owned() };
        self.store().record_automation_run(source, automation, run).await?;
        Ok(is_news)
    }
}

/// Whether a person's yes is all that is missing.
fn waits_only_for_a_person(plan: &AutomationPlan) -> bool {
    !plan.planned.plan.is_empty() && plan.gates == [Gate::Review]
}

/// The first moment at which a gate opens by itself.
fn next_opening(plan: &AutomationPlan) -> Option<Timestamp> {
    let of_policies = plan.policies.iter().flat_map(|policy| &policy.gates);
    plan.gates.iter().chain(of_policies).filter_map(Gate::opens_at).min()
}
