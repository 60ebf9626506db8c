//! `sluice run`: the agent in the foreground.

use clap::Args;
use sluice_engine::Event;
use tokio_util::sync::CancellationToken;

use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{Format, Screen, Tone, say, visible};
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  sluice run
  sluice run -o json | jq .";

/// Work by itself: scan, choose, plan, and release what the rules allow
///
/// Runs until it is stopped (Ctrl-C or SIGTERM), at the intervals of the resources. What the mode observe or review holds
/// back is only planned. Every event is a line; with -o json a JSON object.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {}

impl Run {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen, session: &Session) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        session.run(async {
            let stop = stop_on_signal()?;
            let mut events = session.engine.listen();
            let agent = session.engine.run(stop);
            tokio::pin!(agent);
            if screen.format == Format::Table {
                say(&format!("working on {}; Ctrl-C ends it", session.engine.paths().settings.display()));
            }
            loop {
                tokio::select! {
                    outcome = &mut agent => return outcome.map_err(CliError::from),
                    event = events.recv() => {
                        if let Ok(event) = event {
                            print(screen, &event)?;
                        }
                    }
                }
            }
        })?;
        Ok(Exit::Fine)
    }
}

/// A token that is cancelled by Ctrl-C, and by SIGTERM where there is such a thing.
pub(super) fn stop_on_signal() -> Result<CancellationToken, CliError> {
    let stop = CancellationToken::new();
    let on_signal = stop.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|source| CliError::Start { what: "its signals", source })?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        on_signal.cancel();
    });
    Ok(stop)
}

fn print(screen: &Screen, event: &Event) -> Result<(), CliError> {
    match screen.format {
        Format::Json => {
            let line = serde_json::to_string(event)
                .map_err(|error| CliError::Print { format: "json", cause: error.to_string() })?;
            screen.write(&line)
        }
        Format::Yaml => screen.write(&format!("---\n{}", screen.format.encode(event)?)),
        _ => match words(event) {
            Some((tone, words)) => {
                let now = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
                screen.write(&format!("{} {}", Tone::Faint.paint(&now), tone.paint(&visible(&words))))
            }
            None => Ok(()),
        },
    }
}

/// What a person wants to read of an event; nothing for those that only say that something was looked at.
fn words(event: &Event) -> Option<(Tone, String)> {
    Some(match event {
        Event::Scanned { .. } | Event::AgentMoved | Event::ClusterChanged { .. } => return None,
        Event::SettingsChanged => (Tone::Note, "the settings changed".to_owned()),
        Event::SourceRead { source, commit } => {
            (Tone::Plain, format!("{source} reads at {}", commit.get(..7).unwrap_or(commit)))
        }
        Event::Heard { subject, failure: None } => (Tone::Good, format!("{subject} answers")),
        Event::Heard { subject, failure: Some(words) } => (Tone::Bad, format!("{subject}: {words}")),
        Event::TagsChanged { source, repository, added, gone } => {
            let part = |what: &str, tags: &[String]| match tags.len() {
                0 => String::new(),
                1..=5 => format!(" {what} {}", tags.join(", ")),
                many => format!(" {what} {many} tags"),
            };
            (Tone::Note, format!("{source} {repository}:{}{}", part("new", added), part("gone", gone)))
        }
        Event::Decided { source, policy, chosen, before } => {
            let name = |image: &Option<sluice_core::image::ImageRef>| {
                image.as_ref().map_or_else(|| "nothing".to_owned(), |image| image.tag.to_string())
            };
            (Tone::Note, format!("{source} {policy} chooses {} (before: {})", name(chosen), name(before)))
        }
        Event::Ready { source, automation, summary } => {
            (Tone::Good, format!("{source} {automation} is ready: {summary}; look: sluice plan; go: sluice release"))
        }
        Event::Release { source, automation, state, detail, .. } => {
            let tone = match state.as_str() {
                "pushed" => Tone::Good,
                "failed" => Tone::Bad,
                _ => Tone::Plain,
            };
            (tone, format!("{source} {automation} {state}: {detail}"))
        }
        Event::Rollout { source, automation, cluster, state, stage, detail, .. } => {
            let tone = match state.as_str() {
                "healthy" => Tone::Good,
                "stuck" => Tone::Bad,
                _ => Tone::Plain,
            };
            (tone, format!("{source} {automation} in {cluster}: {state} ({stage}): {detail}"))
        }
        Event::AutomationFailed { source, automation, words, next_try } => {
            let next = next_try.map(|at| format!("; next try {at:.0}")).unwrap_or_default();
            (Tone::Bad, format!("{source} {automation} failed: {words}{next}"))
        }
    })
}
