//! Releases: the plan of exact edits, the gates that stand before it, and the team's and the person's rules for both.
//!
//! Pure: the present moment, file contents and decisions are arguments. To add a gate: a variant of `Gate` and its
//! condition in `gate.rs`.

mod diff;
mod gate;
mod hold;
mod mode;
mod plan;
mod rule_edit;
mod window;

pub use diff::unified;
pub use gate::{Approval, AutomationInputs, Gate, PolicyInputs, automation_gates, policy_gates};
pub use hold::{Hold, HoldEndError, parse_hold_end};
pub use mode::{Mode, ModeError};
pub use plan::{
    Choice, FileContent, FilePlan, Plan, PlanInputs, Planned, Standing, Target, Update, plan, plan_rule,
    unknown_policy, value_of,
};
pub use rule_edit::{FieldEdit, NewRule, RuleEditError, RuleEdited, with_rule};
pub use window::{Window, WindowError};
