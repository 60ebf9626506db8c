//! What is remembered about a host while the client lives: how it may be reached, how often, and how one signs in.

mod endpoint;
mod gate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use endpoint::{Endpoint, Scheme, is_loopback, plain_http_is_possible};
pub(crate) use gate::{HostGate, Lane};

use crate::answer::challenge::{BearerChallenge, Challenge};

/// All hosts met so far.
#[derive(Debug)]
pub(crate) struct Hosts {
    all: Mutex<HashMap<String, Arc<HostState>>>,
    requests_per_host: usize,
}

/// Hosts are named by configuration, but token servers by registries: this bounds what a hostile one can fill.
const MOST_HOSTS: usize = 1024;

impl Hosts {
    pub(crate) fn new(requests_per_host: usize) -> Self {
        Self { all: Mutex::default(), requests_per_host }
    }

    /// What is remembered about a `host[:port]`.
    pub(crate) fn state(&self, host: &str) -> Arc<HostState> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = all.get(host) {
            return state.clone();
        }
        if all.len() >= MOST_HOSTS {
            all.retain(|_, state| Arc::strong_count(state) > 1 || state.gate.is_closed());
        }
        let state = Arc::new(HostState::new(self.requests_per_host));
        all.insert(host.to_owned(), state.clone());
        state
    }
}

/// What is remembered about one host.
#[derive(Debug)]
pub(crate) struct HostState {
    /// Keeps requests apart and obeys the host's limits.
    pub(crate) gate: HostGate,
    /// The scheme that answered, for hosts where plain HTTP is possible. The lock is held while finding out, so that
    /// it is found out once.
    pub(crate) scheme: tokio::sync::Mutex<Option<Scheme>>,
    challenges: Mutex<Challenges>,
}

#[derive(Debug, Default)]
struct Challenges {
    latest: Option<Challenge>,
    /// Scopes of repositories for which the registry asked for something else than what is usual.
    scopes: HashMap<String, Option<String>>,
}

/// The most repositories of one host whose unusual scope is remembered.
const MOST_SCOPES: usize = 16_384;

impl HostState {
    fn new(requests: usize) -> Self {
        Self { gate: HostGate::new(requests), scheme: tokio::sync::Mutex::default(), challenges: Mutex::default() }
    }

    /// How the host will most likely want us to sign in for a repository, so that asking without is spared.
    pub(crate) fn expected_challenge(&self, repository: Option<&str>) -> Option<Challenge> {
        let challenges = self.challenges.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = challenges.latest.clone()?;
        let Challenge::Bearer(bearer) = latest else { return Some(latest) };
        let scope = match repository {
            None => None,
            Some(repository) => {
                challenges.scopes.get(repository).cloned().unwrap_or_else(|| Some(usual_scope(repository)))
            }
        };
        Some(Challenge::Bearer(BearerChallenge { scope, error: None, ..bearer }))
    }

    /// Remembers what the host asked for.
    pub(crate) fn learn(&self, repository: Option<&str>, challenge: &Challenge) {
        let mut challenges = self.challenges.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Challenge::Bearer(bearer), Some(repository)) = (challenge, repository) {
            if challenges.scopes.len() >= MOST_SCOPES {
                challenges.scopes.clear();
            }
            if bearer.scope.as_deref() == Some(&usual_scope(repository)) {
                challenges.scopes.remove(repository);
            } else {
                challenges.scopes.insert(repository.to_owned(), bearer.scope.clone());
            }
        }
        challenges.latest = Some(challenge.clone());
    }
}

/// What reading a repository needs (distribution project, "Token scope documentation").
fn usual_scope(repository: &str) -> String {
    format!("repository:{repository}:pull")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(scope: Option<&str>) -> Challenge {
        Challenge::Bearer(BearerChallenge {
            realm: "https://auth.io/token".into(),
            service: Some("reg".into()),
            scope: scope.map(Into::into),
            error: Some("invalid_token".into()),
        })
    }

    fn scope_of(challenge: Option<Challenge>) -> Option<String> {
        match challenge {
            Some(Challenge::Bearer(bearer)) => bearer.scope,
            other => panic!("not a bearer challenge: {other:?}"),
        }
    }

    #[test]
    fn one_repository_s_challenge_tells_what_another_will_need() {
        let state = HostState::new(1);
        assert_eq!(state.expected_challenge(Some("a/b")), None);
        state.learn(Some("a/b"), &bearer(Some("repository:a/b:pull")));
        assert_eq!(scope_of(state.expected_challenge(Some("c/d"))).as_deref(), Some("repository:c/d:pull"));
        assert_eq!(scope_of(state.expected_challenge(None)), None);
        state.learn(Some("c/d"), &bearer(Some("odd:c/d:read")));
        assert_eq!(scope_of(state.expected_challenge(Some("c/d"))).as_deref(), Some("odd:c/d:read"));
        assert_eq!(scope_of(state.expected_challenge(Some("a/b"))).as_deref(), Some("repository:a/b:pull"));
    }

    #[test]
    fn hosts_that_registries_invent_do_not_fill_the_memory() {
        let hosts = Hosts::new(1);
        let kept = hosts.state("kept");
        for number in 0..3 * MOST_HOSTS {
            hosts.state(&format!("h{number}"));
        }
        assert!(hosts.all.lock().expect("no panic").len() <= MOST_HOSTS);
        assert!(Arc::ptr_eq(&kept, &hosts.state("kept")));
    }
}
