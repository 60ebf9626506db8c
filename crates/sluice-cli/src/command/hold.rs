//! `sluice hold`, `sluice unhold`: keep a version on purpose.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_core::release::parse_hold_end;
use sluice_engine::settings::HoldSettings;

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, exit_if_any, visible};
use crate::session::{Session, object, person};

const HOLD_EXAMPLES: &str = "\
Examples:
  sluice hold flux-system/flask-app --reason 'release freeze'
  sluice hold flux-system/flask-app --tag 1.0.3 --until 2026-12-01 --reason '1.0.4 leaks'";

const UNHOLD_EXAMPLES: &str = "\
Examples:
  sluice unhold flux-system/flask-app

Exit codes: 0 lifted, 3 there was no hold of yours";

/// Keep a policy's version, whatever newer tags appear
///
/// Without --tag it keeps what stands in Git. Automation respects it, also in the mode auto.
#[derive(Debug, Args)]
#[command(after_help = HOLD_EXAMPLES)]
pub(crate) struct Hold {
    /// The policy
    #[arg(value_name = "NS/NAME", value_parser = object)]
    policy: ObjectKey,
    /// The tag that is kept
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Why, for everybody who asks later
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// When it ends by itself: a day (held to its end, UTC) or an instant as RFC 3339
    #[arg(long, value_name = "WHEN", value_parser = end)]
    until: Option<Timestamp>,
    /// The source, where several have a policy of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

fn end(text: &str) -> Result<Timestamp, String> {
    parse_hold_end(text).map_err(|error| error.to_string())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    source: String,
    policy: ObjectKey,
    tag: Option<String>,
    reason: String,
    until: Option<Timestamp>,
}

impl Hold {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let hold = session.run(async {
            let view = session.engine.find_policy(&self.policy, self.source.as_deref()).await?;
            let hold = HoldSettings {
                source: view.name.clone(),
                policy: self.policy.clone(),
                tag: self.tag.clone(),
                reason: self.reason.clone(),
                until: self.until,
            };
            session.engine.hold(hold.clone(), &person()).await?;
            Ok(hold)
        })?;
        let HoldSettings { source, policy, tag, reason, until } = hold;
        screen.print(&Held { source, policy, tag, reason, until })?;
        Ok(Exit::Fine)
    }
}

impl Report for Held {
    fn text(&self, _screen: &Screen) -> String {
        let what = self.tag.as_deref().unwrap_or("what is in Git");
        let until = self.until.map_or_else(|| "until you lift it".to_owned(), |until| format!("until {until:.0}"));
        format!("{} is held at {} {until}", self.policy, visible(what))
    }
}

/// Lift a hold
#[derive(Debug, Args)]
#[command(after_help = UNHOLD_EXAMPLES)]
pub(crate) struct Unhold {
    /// The policy
    #[arg(value_name = "NS/NAME", value_parser = object)]
    policy: ObjectKey,
    /// The source, where several have a policy of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Serialize)]
struct Lifted {
    policy: ObjectKey,
    lifted: bool,
}

impl Unhold {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let lifted = session.run(async {
            let view = session.engine.find_policy(&self.policy, self.source.as_deref()).await?;
            Ok(session.engine.unhold(&view.name, &self.policy, &person()).await?)
        })?;
        screen.print(&Lifted { policy: self.policy.clone(), lifted })?;
        Ok(exit_if_any(lifted))
    }
}

impl Report for Lifted {
    fn text(&self, _screen: &Screen) -> String {
        if self.lifted {
            format!("{} is not held any more", self.policy)
        } else {
            format!("{} has no hold of yours; one that stands in Git is lifted there", self.policy)
        }
    }
}
