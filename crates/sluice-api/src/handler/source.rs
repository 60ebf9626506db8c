//! Git remotes and registries, how each is, adding, testing and removing one.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use sluice_core::release::Mode as DomainMode;
use sluice_engine::{Engine, LoginOrigin, LoginPlace, NewSource, OriginKind, ReleaseState, Tries};

use crate::api::{Api, Inner};
use crate::board::{Board, SourceBoard};
use crate::command::{AddSource, Answers, GetSources, RemoveSource, StartDemo, TestRemote};
use crate::convert::count;
use crate::convert::error::code_of;
use crate::view::common::{CheckScope, Health, Nothing, Remedy, RemedyAction, SourceRequest};
use crate::view::credential::{CredentialKind, CredentialOrigin, CredentialPlace};
use crate::view::error::{ErrorCode, WireError};
use crate::view::source::{
    AddSourceRequest, Beat, GitSource, Heartbeat, RateLimit, Registry, Remote, SourceAdded, Sources, TestKind,
    TestRequest, TestResult, TestStep,
};

/// What a registry's images come to.
#[derive(Default)]
pub(crate) struct OfHost {
    images: usize,
    waiting: usize,
    is_insecure: bool,
    /// One of its repositories, to find the login by.
    repository: String,
    interval: u64,
}

impl OfHost {
    /// One of the registry's repositories.
    pub(crate) fn repository(&self) -> &str {
        &self.repository
    }
}

impl Answers<GetSources> for Api {
    async fn answer(&self, _: Nothing) -> Result<Sources, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let mut git = Vec::new();
        for source in &board.sources {
            git.push(inner.git_source(&board, source).await?);
        }
        git.sort_by(|a, b| a.source.cmp(&b.source));
        let mut registries = Vec::new();
        for (host, of_host) in hosts(&board) {
            let origin = inner.engine.registry_origin(&host, &of_host.repository).await?;
            registries.push(Registry {
                heartbeat: inner.registry_heartbeat(&board, &host, of_host.interval),
                origin: origin_view(origin),
                images: count(of_host.images),
                waiting: count(of_host.waiting),
                limit: inner.engine.registry_limit(&host).map(|(limit, at)| rate_limit(limit, at)),
                is_insecure: of_host.is_insecure
                    || inner.engine.settings().registries.get(&host).is_some_and(|registry| registry.insecure),
                host,
            });
        }
        let beats = git.iter().map(|one| &one.heartbeat).chain(registries.iter().map(|one| &one.heartbeat));
        Ok(Sources { need_you: count(beats.filter(|beat| beat.needs_you).count()), git, registries })
    }
}

/// Every registry that images name.
pub(crate) fn hosts(board: &Board) -> BTreeMap<String, OfHost> {
    let mut hosts: BTreeMap<String, OfHost> = BTreeMap::new();
    for source in &board.sources {
        let Some(view) = &source.view else { continue };
        for (key, repository) in &view.catalogue.image_repositories {
            let host = hosts.entry(repository.image.registry().to_owned()).or_default();
            let is_scanned = source
                .images
                .get(key)
                .and_then(|image| image.state.as_ref())
                .is_some_and(|state| state.last_success_at.is_some());
            let interval = repository.interval.as_std().as_secs();
            host.images += 1;
            host.waiting += usize::from(!is_scanned && !repository.suspend);
            host.is_insecure |= repository.insecure;
            host.interval = if host.interval == 0 { interval } else { host.interval.min(interval) };
            host.repository = repository.image.repository().to_owned();
        }
    }
    hosts
}

impl Inner {
    /// Every Git remote and registry with how it is.
    pub(crate) fn remotes(&self, board: &Board) -> Vec<(Remote, Heartbeat)> {
        let git = board.sources.iter().map(|source| {
            let remote = Remote::Git { source: source.settings.name.clone() };
            (remote, self.git_heartbeat(board, source))
        });
        let registries = hosts(board).into_iter().map(|(host, of_host)| {
            let beat = self.registry_heartbeat(board, &host, of_host.interval);
            (Remote::Registry { host }, beat)
        });
        git.chain(registries).collect()
    }

    pub(crate) fn git_heartbeat(&self, board: &Board, source: &SourceBoard) -> Heartbeat {
        let name = &source.settings.name;
        let subject = self.engine.source_subject(name).unwrap_or_default();
        let interval = source.settings.interval(&self.engine.settings().agent).as_secs();
        let url = &source.settings.url;
        let kind = match url.scheme().as_str() {
            "ssh" => CredentialKind::GitSsh,
            _ => CredentialKind::GitHttp,
        };
        let target = format!("{}/{}", url.authority(), url.path().trim_matches('/'));
        let scope = CheckScope::Source { source: name.clone() };
        let beat = self.heartbeat(board, &subject, interval, (kind, target), scope);
        match &source.write_refused {
            // Fetching works all the while, and where nothing is written nothing is amiss.
            Some(words) if beat.problem.is_none() && writes(source) => read_only(beat, name, words),
            _ => beat,
        }
    }

    pub(crate) fn registry_heartbeat(&self, board: &Board, host: &str, interval: u64) -> Heartbeat {
        let subject = Engine::registry_subject(host);
        let scope = CheckScope::Registry { host: host.to_owned() };
        let login = (CredentialKind::Registry, host.to_owned());
        self.heartbeat(board, &subject, interval, login, scope)
    }

    fn heartbeat(
        &self,
        board: &Board,
        subject: &str,
        interval: u64,
        (kind, target): (CredentialKind, String),
        scope: CheckScope,
    ) -> Heartbeat {
        let Some(beat) = board.heartbeats.get(subject) else {
            let health = if self.checks.is_under_way() { Health::Working } else { Health::Untried };
            return untried(health);
        };
        let span = SignedDuration::from_secs(i64::try_from(interval.max(1)).unwrap_or(i64::MAX));
        let code = self.engine.last_trouble(subject).map_or(ErrorCode::Unreachable, code_of);
        let words = beat.words.clone().filter(|_| beat.failures > 0);
        let age = beat.last_success.map(|at| self.now().duration_since(at));
        let (health, needs_you) = judge(words.as_ref().map(|_| code), age, span);
        let is_running = self.engine.agent_status().is_running;
        let next = beat.next_try.or_else(|| beat.last_attempt.checked_add(span).ok().filter(|_| is_running));
        Heartbeat {
            health,
            needs_you,
            last_attempt: Some(beat.last_attempt),
            last_success: beat.last_success,
            next_try: next,
            failures: beat.failures,
            problem: words.as_ref().map(|words| WireError::new(code, words.clone(), "")),
            remedy: words.as_ref().map(|_| mend(code, kind, target, scope)),
            words,
            beats: beats(board.tries.get(subject).map(Vec::as_slice).unwrap_or_default(), board.made_at),
        }
    }

    pub(crate) async fn git_source(&self, board: &Board, source: &SourceBoard) -> Result<GitSource, WireError> {
        let settings = &source.settings;
        let view = source.view.as_deref();
        let own = settings.mode.unwrap_or_default();
        let freest = source.automations.values().map(|status| status.mode).max().unwrap_or(own);
        let unfinished = |state: ReleaseState| matches!(state, ReleaseState::Planned | ReleaseState::Pushing);
        let waiting = board.releases.iter().filter(|row| row.source == settings.name && unfinished(row.state)).count();
        Ok(GitSource {
            source: settings.name.clone(),
            address: settings.url.to_string(),
            known_as: settings.known_as.iter().map(ToString::to_string).collect(),
            branch: view.map(|view| view.branch.clone()).or_else(|| settings.branch.clone()).unwrap_or_default(),
            commit: view.map(|view| view.commit.to_string()),
            may_write: own != DomainMode::Observe,
            mode: freest.into(),
            is_demo: self.host.demo_address().is_some_and(|demo| demo == settings.url.to_string()),
            is_folder: settings.url.scheme().as_str() == "file",
            heartbeat: self.git_heartbeat(board, source),
            origin: origin_view(self.engine.git_origin(&settings.url).await?),
            policies: count(source.policies.len()),
            waiting: count(waiting),
        })
    }
}

/// The tries of the last day in half hours, oldest first.
fn beats(tries: &[Tries], now: Timestamp) -> Vec<Beat> {
    let part = |at: Timestamp| at.as_second().div_euclid(30 * 60);
    let last = part(now);
    let mut beats = vec![Beat::default(); 48];
    for one in tries {
        let back = usize::try_from(last - part(one.from)).ok().filter(|back| *back < beats.len());
        if let Some(back) = back {
            let at = beats.len() - 1 - back;
            beats[at] = Beat { fine: one.fine, failed: one.failed };
        }
    }
    beats
}

/// A limit for the wire. One that names no count or no window says what is left and nothing else.
fn rate_limit(limit: sluice_engine::RateLimit, at: Timestamp) -> RateLimit {
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    RateLimit {
        limit: number(limit.limit.unwrap_or(limit.remaining)),
        remaining: number(limit.remaining),
        window: limit.window.or(limit.reset_after).map_or(0, crate::convert::seconds),
        at,
    }
}

/// How a remote is, and whether it needs a person, by its trouble, how long ago it answered, and how often it is asked.
fn judge(trouble: Option<ErrorCode>, age: Option<SignedDuration>, interval: SignedDuration) -> (Health, bool) {
    let is_recent = age.is_some_and(|age| age <= interval.saturating_add(interval));
    match trouble {
        None if is_recent => (Health::Fine, false),
        // Nothing failed, but nobody asked for long.
        None => (Health::Attention, false),
        // It usually mends by itself, but it may not be silent for long.
        Some(ErrorCode::Unreachable | ErrorCode::RateLimited | ErrorCode::Busy) => (Health::Attention, !is_recent),
        Some(_) => (Health::Broken, true),
    }
}

fn untried(health: Health) -> Heartbeat {
    Heartbeat {
        health,
        needs_you: false,
        last_attempt: None,
        last_success: None,
        next_try: None,
        failures: 0,
        words: None,
        problem: None,
        remedy: None,
        beats: Vec::new(),
    }
}

/// Whether pushes to a source are wanted.
fn writes(source: &SourceBoard) -> bool {
    source.settings.mode.unwrap_or_default() != DomainMode::Observe
}

/// A remote that answers, and lets nothing be pushed by the deploy key that is used there.
fn read_only(beat: Heartbeat, source: &str, words: &str) -> Heartbeat {
    Heartbeat {
        health: Health::Attention,
        needs_you: true,
        words: Some(words.to_owned()),
        problem: Some(WireError::new(ErrorCode::KeyReadOnly, words, "")),
        remedy: Some(register_key(source)),
        ..beat
    }
}

/// What mends a deploy key that may only read.
pub(crate) fn register_key(source: &str) -> Remedy {
    let words = format!("register the deploy key of {source} with write access, or another one");
    Remedy { words, action: RemedyAction::RegisterKey { source: source.to_owned() } }
}

/// What mends a remote that does not answer as it should.
fn mend(code: ErrorCode, kind: CredentialKind, target: String, scope: CheckScope) -> Remedy {
    match code {
        ErrorCode::CredentialsRefused => {
            Remedy { words: format!("give a credential for {target}"), action: RemedyAction::SignIn { kind, target } }
        }
        ErrorCode::Keychain => Remedy { words: "unlock the keychain".to_owned(), action: RemedyAction::UnlockKeychain },
        ErrorCode::HostKey => Remedy {
            words: format!(
                "compare the host key of {target} with what its operator publishes, then add it to known_hosts"
            ),
            action: RemedyAction::Read,
        },
        _ => Remedy { words: "try again now".to_owned(), action: RemedyAction::CheckNow { scope } },
    }
}

/// Where a login comes from, for the wire.
pub(crate) fn origin_view(origin: LoginOrigin) -> CredentialOrigin {
    let place = match origin.place {
        LoginPlace::Anonymous => CredentialPlace::Anonymous,
        LoginPlace::Keychain => CredentialPlace::Keychain,
        LoginPlace::Machine(OriginKind::DockerConfig | OriginKind::PodmanAuth) => CredentialPlace::DockerConfig,
        LoginPlace::Machine(OriginKind::DockerHelper) => CredentialPlace::DockerHelper,
        LoginPlace::Machine(OriginKind::GitHelper | OriginKind::GitHubCli | OriginKind::GitLabCli) => {
            CredentialPlace::GitHelper
        }
        LoginPlace::Machine(OriginKind::Netrc) => CredentialPlace::Netrc,
        LoginPlace::Machine(OriginKind::SshAgent) => CredentialPlace::SshAgent,
        LoginPlace::Machine(OriginKind::SshKeyFile) => CredentialPlace::SshFile,
    };
    CredentialOrigin { place, username: origin.username, detail: origin.detail }
}

impl Answers<AddSource> for Api {
    async fn answer(&self, request: AddSourceRequest) -> Result<SourceAdded, WireError> {
        let new = NewSource {
            name: request.name.filter(|name| !name.is_empty()),
            address: request.address,
            branch: request.branch.filter(|branch| !branch.is_empty()),
            ..NewSource::default()
        };
        let view = self.inner.engine.add_source(new, &self.inner.who).await?;
        self.inner.start_reading(&view.name);
        Ok(SourceAdded { source: view.name.clone() })
    }
}

impl Answers<StartDemo> for Api {
    async fn answer(&self, _: Nothing) -> Result<SourceAdded, WireError> {
        let inner = &self.inner;
        let address = inner.host.start_demo().await?;
        let there = inner.engine.settings();
        if let Some(source) = there.sources.iter().find(|source| source.url.to_string() == address) {
            return Ok(SourceAdded { source: source.name.clone() });
        }
        // The demo is there to be released from, it is nobody's repository, and its servers end with this program.
        let new = NewSource { address, mode: Some(DomainMode::Review), temporary: true, ..NewSource::default() };
        let view = inner.engine.add_source(new, &inner.who).await?;
        inner.start_reading(&view.name);
        Ok(SourceAdded { source: view.name.clone() })
    }
}

impl Answers<RemoveSource> for Api {
    async fn answer(&self, request: SourceRequest) -> Result<Nothing, WireError> {
        self.inner.engine.remove_source(&request.source, &self.inner.who).await?;
        Ok(Nothing {})
    }
}

impl Answers<TestRemote> for Api {
    async fn answer(&self, request: TestRequest) -> Result<TestResult, WireError> {
        let began = Instant::now();
        let engine = &self.inner.engine;
        let outcome = match &request.remote {
            Remote::Git { source } => {
                engine.source_settings(source)?;
                engine.refresh(source).await.map(|view| format!("{} at {}", view.branch, view.commit.short()))
            }
            Remote::Registry { host } => engine.test_registry_host(host).await,
        };
        let steps = test_steps(outcome.map_err(WireError::from));
        Ok(TestResult { steps, took: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX) })
    }
}

/// The steps up to the one that failed.
pub(crate) fn test_steps(outcome: Result<String, WireError>) -> Vec<TestStep> {
    let fine = |step, words: &str| TestStep { step, words: words.to_owned(), problem: None };
    let failed = |step, problem| TestStep { step, words: String::new(), problem: Some(problem) };
    match outcome {
        Ok(words) => {
            vec![fine(TestKind::Reach, ""), fine(TestKind::SignIn, ""), fine(TestKind::Read, &words)]
        }
        Err(problem) => match problem.code {
            ErrorCode::CredentialsRefused | ErrorCode::Keychain => {
                vec![fine(TestKind::Reach, ""), failed(TestKind::SignIn, problem)]
            }
            ErrorCode::NotFound => {
                vec![fine(TestKind::Reach, ""), fine(TestKind::SignIn, ""), failed(TestKind::Read, problem)]
            }
            _ => vec![failed(TestKind::Reach, problem)],
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_forty_eight_bars_and_the_last_one_is_now() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let one = |from: &str, fine| Tries { subject: String::new(), from: at(from), fine, failed: 1 };
        let tries = [one("2026-11-25T10:00:00Z", 7), one("2026-11-25T10:30:00Z", 3), one("2026-11-26T10:00:00Z", 5)];
        let beats = beats(&tries, at("2026-11-26T10:12:00Z"));
        assert_eq!(beats.len(), 48);
        assert_eq!((beats[0].fine, beats[47].fine), (3, 5));
        assert_eq!(beats.iter().filter(|beat| beat.failed > 0).count(), 2, "what is older than a day has no bar");
    }

    #[test]
    fn a_remote_out_of_reach_needs_a_person_after_two_intervals() {
        let unreachable = Some(ErrorCode::Unreachable);
        for (trouble, age, expected) in [
            (None, Some(119), (Health::Fine, false)),
            (None, Some(121), (Health::Attention, false)),
            (unreachable, Some(119), (Health::Attention, false)),
            (unreachable, Some(121), (Health::Attention, true)),
            (unreachable, None, (Health::Attention, true)),
            (Some(ErrorCode::RateLimited), Some(1), (Health::Attention, false)),
            (Some(ErrorCode::CredentialsRefused), Some(1), (Health::Broken, true)),
        ] {
            let judged = judge(trouble, age.map(SignedDuration::from_secs), SignedDuration::from_secs(60));
            assert_eq!(judged, expected, "{trouble:?} {age:?}");
        }
    }
}
