//! `sluice why`: from the registry's tags to what runs.

use clap::Args;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_engine::{Why as Answer, WhyState};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Report, Screen, Tone, visible};
use crate::session::{Session, object};

const EXAMPLES: &str = "\
Examples:
  sluice why flux-system/flask-app
  sluice why flux-system/flask-app --tag 1.1.0
  sluice why flux-system/flask-app -o json

Exit codes: 0 nothing is broken, 1 a step is broken, 2 there is no such policy";

/// Explain what a policy chooses, and why nothing happened
///
/// Nine steps from the registry's tags to what runs, each fine, waiting or broken, with what mends it. Answers from what
/// is known, without asking any remote.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Why {
    /// The policy
    #[arg(value_name = "NS/NAME", value_parser = object)]
    policy: ObjectKey,
    /// Say why this tag is not the choice
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// The source, where several have a policy of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Shown(Answer);

impl Why {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let answer = session.run(async {
            let view = session.engine.find_policy(&self.policy, self.source.as_deref()).await?;
            Ok(session.engine.why(&view, &self.policy, self.tag.as_deref()).await?)
        })?;
        let is_broken = answer.steps.iter().any(|step| step.state == WhyState::Broken);
        screen.print(&Shown(answer))?;
        Ok(if is_broken { Exit::Failed } else { Exit::Fine })
    }
}

const NAMES: [&str; 9] =
    ["scanned", "filtered", "chosen", "marker", "automation", "gate", "pushed", "applied", "running"];

impl Report for Shown {
    fn text(&self, _screen: &Screen) -> String {
        let answer = &self.0;
        let mut text = format!("{} in {}: {}", answer.policy, answer.source, visible(&answer.words));
        if let Some(asked) = &answer.asked {
            let tone = if asked.reason == "chosen" { Tone::Good } else { Tone::Warning };
            text.push_str(&format!("\n{} {}", tone.paint(&visible(&asked.tag)), visible(&asked.detail)));
        }
        for (name, step) in NAMES.iter().zip(&answer.steps) {
            let (tone, sign) = match step.state {
                WhyState::Fine => (Tone::Good, "✔"),
                WhyState::Waiting => (Tone::Note, "◷"),
                WhyState::Degraded => (Tone::Warning, "!"),
                WhyState::Broken => (Tone::Bad, "✗"),
                WhyState::Unknown => (Tone::Faint, "·"),
            };
            text.push_str(&format!("\n{} {name:<11} {}", tone.paint(sign), visible(&step.words)));
            if !step.detail.is_empty() {
                text.push_str(&format!("\n              {}", Tone::Faint.paint(&visible(&step.detail))));
            }
            if let Some(remedy) = &step.remedy {
                text.push_str(&format!("\n              {} {}", Tone::Note.paint("→"), visible(remedy)));
            }
        }
        text
    }
}
