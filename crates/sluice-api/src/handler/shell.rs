//! The rail, the tray, and what stands around every page.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use sluice_engine::{KeychainState, Pause as EnginePause, ReleaseState as Stored};

use crate::api::{Api, Inner};
use crate::board::Board;
use crate::command::{
    Answers, CheckNow, GetShell, GetStartPage, OpenLink, PauseAll, PickFolder, ResumeAll, StopChecking,
};
use crate::convert::{count, gate};
use crate::view::common::{Health, Nothing, Pause};
use crate::view::error::{ErrorCode, WireError};
use crate::view::images::ImageState;
use crate::view::inbox::Wait;
use crate::view::shell::{
    Agent, CheckRequest, CheckStarted, Counters, Keychain, Network, OpenLinkRequest, PauseRequest, PickedFolder, Shell,
    SourcesSummary, StartPage, Tray, TrayRelease, TrayState, Working,
};
use crate::view::source::Heartbeat;

impl Answers<GetShell> for Api {
    async fn answer(&self, _: Nothing) -> Result<Shell, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let beats = inner.remotes(&board).into_iter().map(|(_, beat)| beat).collect::<Vec<_>>();
        let need_you = count(beats.iter().filter(|beat| beat.needs_you).count());
        let counters = counters(&board, need_you);
        let agent = inner.agent();
        let sources = SourcesSummary {
            total: count(beats.len()),
            need_you,
            health: worst(&beats),
            checked_at: beats.iter().filter_map(|beat| beat.last_success).max(),
        };
        let tray = tray(&board, &counters, agent.paused.is_some(), agent.working.is_some());
        Ok(Shell {
            agent,
            network: network(&beats, counters.releases),
            keychain: inner.keychain(&beats).await,
            is_empty: board.sources.is_empty(),
            is_demo: inner.is_demo_running(&board),
            counters,
            sources,
            tray,
        })
    }
}

impl Inner {
    /// The agent as it is now. Nothing has to be looked up for it.
    pub(crate) fn agent(&self) -> Agent {
        let agent = self.engine.agent_status();
        let of_agent = || (agent.working > 0).then(|| Working { done: 0, total: count(agent.working) });
        Agent {
            is_here: agent.is_running,
            elsewhere: None,
            paused: self.paused(),
            next_check_at: agent.next,
            working: self.checks.working().or_else(of_agent),
        }
    }

    /// The pause of everything.
    pub(crate) fn paused(&self) -> Option<Pause> {
        let agent = &self.engine.settings().agent;
        if agent.paused {
            return Some(Pause { until: None });
        }
        agent.is_paused(self.now()).then_some(Pause { until: agent.paused_until })
    }

    fn is_demo_running(&self, board: &Board) -> bool {
        let demo = self.host.demo_address();
        demo.is_some_and(|demo| board.sources.iter().any(|source| source.settings.url.to_string() == demo))
    }

    async fn keychain(&self, beats: &[Heartbeat]) -> Keychain {
        let status = self.engine.vault_status().await;
        let file = status.file.map(|path| path.display().to_string());
        match status.state {
            KeychainState::Ready => Keychain::Open { file },
            KeychainState::Locked { .. } => {
                let waits = |beat: &&Heartbeat| {
                    beat.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::Keychain)
                };
                Keychain::Locked { waiting: count(beats.iter().filter(waits).count()), file }
            }
            KeychainState::Missing { words, way_out } => {
                Keychain::Missing { words: format!("{words}; {way_out}"), file }
            }
        }
    }
}

fn counters(board: &Board, sources_attention: u32) -> Counters {
    let mut counters = Counters { sources_attention, ..Counters::default() };
    for (_, policy) in board.policies() {
        counters.images += 1;
        // What the inbox lists: a policy that only fails has its row in the table.
        let is_listed = policy.row.candidate.is_some() && !policy.is_snoozed;
        if let Some(wait) = gate::wait(policy.row.state).filter(|_| is_listed) {
            counters.inbox += 1;
            counters.ready += u32::from(wait == Wait::Ready);
        }
        counters.releases_failed += u32::from(policy.row.state == ImageState::Stuck);
    }
    counters.inbox += count(board.stuck.len());
    let stuck: BTreeSet<&str> = board.stuck.iter().map(|stuck| stuck.row.id.as_str()).collect();
    counters.releases_failed += count(stuck.len());
    let open = |state: Stored| matches!(state, Stored::Planned | Stored::Pushing);
    counters.releases = count(board.releases.iter().filter(|release| open(release.state)).count());
    counters
}

fn worst(beats: &[Heartbeat]) -> Health {
    let rank = |health: Health| match health {
        Health::Broken => 4,
        Health::Attention => 3,
        Health::Working => 2,
        Health::Fine => 1,
        Health::Untried => 0,
    };
    beats.iter().map(|beat| beat.health).max_by_key(|health| rank(*health)).unwrap_or(Health::Untried)
}

/// Offline is when every remote is out of reach.
fn network(beats: &[Heartbeat], queued: u32) -> Network {
    let is_out_of_reach =
        |beat: &Heartbeat| beat.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::Unreachable);
    let since = beats.iter().filter_map(|beat| beat.last_success).max();
    match (beats.iter().all(is_out_of_reach), beats.iter().filter_map(|beat| beat.last_attempt).max()) {
        (true, Some(tried)) => Network::Offline {
            since: since.unwrap_or(tried),
            next_try_at: beats.iter().filter_map(|beat| beat.next_try).min(),
            queued,
        },
        _ => Network::Online,
    }
}

fn tray(board: &Board, counters: &Counters, is_paused: bool, is_working: bool) -> Tray {
    let state = match () {
        () if is_paused => TrayState::Paused,
        () if counters.releases_failed > 0 => TrayState::Stuck,
        () if counters.sources_attention > 0 => TrayState::Attention,
        () if is_working || counters.releases > 0 => TrayState::Working,
        () if counters.ready > 0 => TrayState::Ready,
        () => TrayState::Idle,
    };
    let last = board.releases.iter().find(|release| release.state != Stored::Superseded);
    let last_release = last.map(|release| TrayRelease {
        release: release.id.clone(),
        title: crate::handler::release::title(release),
        at: release.updated_at,
        state: crate::handler::release::state(release.state),
    });
    Tray { state, count: counters.ready, last_release }
}

impl Answers<GetStartPage> for Api {
    async fn answer(&self, _: Nothing) -> Result<StartPage, WireError> {
        let was_given = self.inner.was_start_page_given.swap(true, Ordering::SeqCst);
        Ok(StartPage { page: if was_given { None } else { self.inner.host.start_page() } })
    }
}

impl Answers<CheckNow> for Api {
    async fn answer(&self, request: CheckRequest) -> Result<CheckStarted, WireError> {
        Ok(CheckStarted { asked: self.inner.start_check(request.scope).await? })
    }
}

impl Answers<StopChecking> for Api {
    async fn answer(&self, _: Nothing) -> Result<Nothing, WireError> {
        self.inner.checks.stop();
        Ok(Nothing {})
    }
}

impl Answers<PauseAll> for Api {
    async fn answer(&self, request: PauseRequest) -> Result<Nothing, WireError> {
        let pause = match self.inner.end_of(&request.span)? {
            Some(until) => EnginePause::Until(until),
            None => EnginePause::UntilFurtherNotice,
        };
        self.inner.engine.pause(pause, &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<ResumeAll> for Api {
    async fn answer(&self, _: Nothing) -> Result<Nothing, WireError> {
        self.inner.engine.pause(EnginePause::No, &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<OpenLink> for Api {
    async fn answer(&self, request: OpenLinkRequest) -> Result<Nothing, WireError> {
        if !is_safe_link(&request.url) {
            let words = format!("`{}` is not opened", request.url.escape_debug());
            return Err(WireError::new(ErrorCode::InvalidRequest, words, "only https addresses without a login are"));
        }
        self.inner.host.open_link(&request.url).await?;
        Ok(Nothing {})
    }
}

/// https, a host, no login, nothing that a shell or a log could stumble over.
fn is_safe_link(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty()
        && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
        && url.len() <= 2048
        && url.chars().all(|c| c.is_ascii_graphic() && !"\"'`\\<>^{|}".contains(c))
}

impl Answers<PickFolder> for Api {
    async fn answer(&self, _: Nothing) -> Result<PickedFolder, WireError> {
        Ok(PickedFolder { path: self.inner.host.pick_folder().await? })
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe_link;

    #[test]
    fn only_plain_https_addresses_are_opened() {
        for (url, is_safe) in [
            ("https://github.com/acme/fleet/commit/3f1c2a9?diff=split#L1", true),
            ("http://github.com/acme", false),
            ("file:///etc/passwd", false),
            ("https://user:pass@example.com/", false),
            ("https://", false),
            ("https://example.com/a b", false),
            ("https://example.com/`id`", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_safe_link(url), is_safe, "{url}");
        }
    }
}
