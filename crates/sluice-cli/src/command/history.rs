//! `sluice history`: what a policy chose, what was released, and who signed it.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use sluice_core::ObjectKey;
use sluice_engine::{RemoteUrl, SignedBy, SignedState};

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Cell, Report, Screen, Table, Tone, exit_if_any, warn};
use crate::session::{Session, object};
use crate::when::moment;

const EXAMPLES: &str = "\
Examples:
  sluice history flux-system/flask-app
  sluice history flux-system/flask-app --limit 100 -o json

Exit codes: 0 there is something, 3 nothing happened yet";

/// Show what a policy chose and what was released, newest first
///
/// Of each commit it says who signed it: by the keys that Sluice signs with, and those that the settings name under
/// [signing] (allowed-signers, openpgp-keys).
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct History {
    /// The policy
    #[arg(value_name = "NS/NAME", value_parser = object)]
    policy: ObjectKey,
    /// How many entries at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// The source, where several have a policy of this name
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    policy: ObjectKey,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    at: Timestamp,
    /// `chosen`, or a release's state: `pushed`, `failed`, …
    what: String,
    detail: String,
    by: Option<String>,
    commit: Option<String>,
    /// Who signed that commit, where this computer has it.
    signature: Option<SignedBy>,
    release: Option<String>,
}

impl History {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let entries = session.run(async {
            let engine = &session.engine;
            let view = engine.find_policy(&self.policy, self.source.as_deref()).await?;
            let chosen = engine.decisions_of(&view.name, &self.policy, self.limit).await?;
            let mut entries: Vec<Entry> = chosen
                .into_iter()
                .map(|past| Entry {
                    at: past.at,
                    what: "chosen".to_owned(),
                    detail: past.chosen.to_string(),
                    by: None,
                    commit: None,
                    signature: None,
                    release: None,
                })
                .collect();
            let trusted = engine.trusted_signers().await?;
            for problem in &trusted.problems {
                warn(problem);
            }
            for release in engine.releases_of_policy(&view.name, &self.policy, self.limit).await? {
                let signature = match (&release.row.commit, RemoteUrl::parse(&release.row.remote)) {
                    (Some(commit), Ok(url)) => engine.signed_by(&url, commit, &trusted).await?,
                    _ => None,
                };
                entries.push(Entry {
                    signature,
                    at: release.row.updated_at,
                    what: release.row.state.as_str().to_owned(),
                    detail: release.row.failure.clone().unwrap_or(release.summary),
                    by: Some(release.row.started_by),
                    commit: release.row.commit,
                    release: Some(release.row.id),
                });
            }
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
            entries.truncate(self.limit as usize);
            Ok(entries)
        })?;
        let any = !entries.is_empty();
        screen.print(&Shown { policy: self.policy.clone(), entries })?;
        Ok(exit_if_any(any))
    }
}

/// What a signature is worth, in a few words.
fn signature(signed: &SignedBy) -> Cell {
    let tone = match signed.state {
        SignedState::Good => Tone::Good,
        SignedState::Unsigned => Tone::Faint,
        SignedState::UnknownKey => Tone::Warning,
        SignedState::NotValid | SignedState::Bad => Tone::Bad,
    };
    Cell::toned(tone, signed.summary())
}

impl Report for Shown {
    fn text(&self, screen: &Screen) -> String {
        if self.entries.is_empty() {
            return format!("nothing happened to {} yet", self.policy);
        }
        let mut table = Table::new(["when", "what", "by", "commit", "signature", "detail"]);
        for entry in &self.entries {
            let tone = match entry.what.as_str() {
                "pushed" => Tone::Good,
                "failed" => Tone::Bad,
                "chosen" => Tone::Note,
                _ => Tone::Faint,
            };
            table.row([
                moment(Some(entry.at)).into(),
                Cell::toned(tone, entry.what.clone()),
                entry.by.clone().unwrap_or_else(|| "-".to_owned()).into(),
                entry.commit.as_deref().and_then(|commit| commit.get(..7)).unwrap_or("-").into(),
                entry.signature.as_ref().map_or_else(|| Cell::from("-"), signature),
                entry.detail.clone().into(),
            ]);
        }
        table.text(screen)
    }
}
