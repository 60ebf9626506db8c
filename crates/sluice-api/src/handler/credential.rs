//! Credentials: what Sluice keeps, and what is on this computer already.

use std::time::Instant;

use sluice_engine::{CredentialKind as Kind, CredentialRecord, KeyView, LoginPlace, NewCredential};

use crate::api::{Api, Inner};
use crate::board::Board;
use crate::command::{AddCredential, Answers, GetCredentials, RemoveCredential, TestCredential};
use crate::handler::key::deploy_key;
use crate::handler::login::login;
use crate::handler::source::{hosts, origin_view, test_steps};
use crate::view::common::{CheckScope, Nothing};
use crate::view::credential::{
    AddCredentialRequest, Credential, CredentialAdded, CredentialId, CredentialKind, Credentials, FoundCredential,
    FoundEntry, SecretInput, Tried,
};
use crate::view::error::{ErrorCode, WireError};
use crate::view::source::{Heartbeat, TestResult};

pub(super) fn kind_view(kind: Kind) -> CredentialKind {
    match kind {
        Kind::Registry => CredentialKind::Registry,
        Kind::GitHttp => CredentialKind::GitHttp,
        Kind::GitSsh => CredentialKind::GitSsh,
        Kind::Signing => CredentialKind::Signing,
        Kind::Forge => CredentialKind::Forge,
        Kind::Tls => CredentialKind::Tls,
        Kind::Proxy => CredentialKind::Proxy,
    }
}

fn kind_of(kind: CredentialKind) -> Kind {
    match kind {
        CredentialKind::Registry => Kind::Registry,
        CredentialKind::GitHttp => Kind::GitHttp,
        CredentialKind::GitSsh => Kind::GitSsh,
        CredentialKind::Signing => Kind::Signing,
        CredentialKind::Forge => Kind::Forge,
        CredentialKind::Tls => Kind::Tls,
        CredentialKind::Proxy => Kind::Proxy,
    }
}

impl Answers<GetCredentials> for Api {
    async fn answer(&self, _: Nothing) -> Result<Credentials, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let mut records = inner.engine.credentials().await?;
        records.sort_by(|a, b| a.target.cmp(&b.target));
        let troubles = inner.remotes(&board);
        let kept = records.into_iter().map(|record| credential(record, troubles.iter().map(|(_, beat)| beat)));
        Ok(Credentials { kept: kept.collect(), found: inner.found_credentials(&board).await? })
    }
}

fn credential<'b>(record: CredentialRecord, beats: impl Iterator<Item = &'b Heartbeat>) -> Credential {
    // What a remote below the target said last is what it said of this credential.
    let mut refused = beats.filter_map(|beat| {
        let problem = beat.problem.as_ref().filter(|problem| problem.code == ErrorCode::CredentialsRefused)?;
        match &beat.remedy.as_ref()?.action {
            crate::view::common::RemedyAction::SignIn { kind, target }
                if *kind == kind_view(record.kind) && target.starts_with(record.target.as_str()) =>
            {
                Some(problem.clone())
            }
            _ => None,
        }
    });
    let key = KeyView::of(record.clone()).map(deploy_key);
    Credential {
        problem: refused.next(),
        credential: record.id,
        kind: kind_view(record.kind),
        target: record.target,
        username: record.username,
        created_at: record.created_at,
        last_used: record.last_used_at,
        expires_at: record.expires_at,
        key,
    }
}

impl Inner {
    /// What other programs keep for the remotes that are in use, by place.
    async fn found_credentials(&self, board: &Board) -> Result<Vec<FoundCredential>, WireError> {
        let mut asked = Vec::new();
        for source in &board.sources {
            let origin = self.engine.git_origin(&source.settings.url).await?;
            asked.push((source.settings.url.authority(), origin, self.git_heartbeat(board, source)));
        }
        for (host, of_host) in hosts(board) {
            let origin = self.engine.registry_origin(&host, of_host.repository()).await?;
            let beat = self.registry_heartbeat(board, &host, 0);
            asked.push((host, origin, beat));
        }
        let mut found: Vec<FoundCredential> = Vec::new();
        for (target, origin, beat) in asked {
            if !matches!(origin.place, LoginPlace::Machine(_)) {
                continue;
            }
            let origin = origin_view(origin);
            let at = found.iter().position(|one| (one.place, &one.detail) == (origin.place, &origin.detail));
            let at = at.unwrap_or_else(|| {
                let (place, detail) = (origin.place, origin.detail.clone());
                found.push(FoundCredential { place, detail, entries: Vec::new(), tried: Tried::No });
                found.len() - 1
            });
            let one = &mut found[at];
            note(&mut one.tried, &target, &beat);
            // Several repositories of one host are one line of the file.
            let entry = FoundEntry { target, username: origin.username };
            if !one.entries.contains(&entry) {
                one.entries.push(entry);
            }
        }
        found.sort_by_key(|one| one.place);
        Ok(found)
    }
}

/// Takes what a remote said into the word about the place.
fn note(tried: &mut Tried, target: &str, beat: &Heartbeat) {
    let refused = beat.problem.as_ref().filter(|problem| problem.code == ErrorCode::CredentialsRefused);
    match (refused, &mut *tried) {
        (Some(problem), _) => *tried = Tried::Refused { words: problem.message.clone() },
        (None, Tried::Works { targets }) if targets.iter().any(|known| known == target) => {}
        (None, Tried::Works { targets }) if beat.last_success.is_some() => targets.push(target.to_owned()),
        (None, Tried::No) if beat.last_success.is_some() => *tried = Tried::Works { targets: vec![target.to_owned()] },
        _ => {}
    }
}

impl Answers<AddCredential> for Api {
    async fn answer(&self, request: AddCredentialRequest) -> Result<CredentialAdded, WireError> {
        let engine = &self.inner.engine;
        let AddCredentialRequest { kind, target, username, secret, passphrase, details, keep_untested } = request;
        let (kind, target) = (kind_of(kind), target.trim().trim_end_matches('/').to_owned());
        let passphrase = passphrase.map(SecretInput::into_secret).filter(|phrase| !phrase.is_empty());
        let login = login(kind, &username, secret.into_secret(), passphrase, details.unwrap_or_default())?;
        // Tried before it is kept, so that a wrong one does not take the place of one that works.
        let problem = engine.try_login(kind, &target, &login).await.err().map(WireError::from);
        if let Some(problem) = &problem
            && !keep_untested
            && problem.code != ErrorCode::InvalidRequest
        {
            return Err(problem.clone());
        }
        let new = NewCredential { kind, target: target.clone(), username, login };
        let record = engine.add_credential(new, &self.inner.who).await?;
        // Whatever failed for want of it is asked again at once.
        if let Some(scope) = opened_by(kind, &target) {
            self.inner.start_check(scope).await?;
        }
        Ok(CredentialAdded { credential: record.id, problem })
    }
}

/// What a new credential may open.
fn opened_by(kind: Kind, target: &str) -> Option<CheckScope> {
    match kind {
        Kind::Registry => {
            let host = target.split('/').next().unwrap_or_default().to_owned();
            Some(CheckScope::Registry { host })
        }
        Kind::GitHttp | Kind::GitSsh | Kind::Tls | Kind::Proxy => Some(CheckScope::All),
        Kind::Signing | Kind::Forge => None,
    }
}

impl Answers<TestCredential> for Api {
    async fn answer(&self, request: CredentialId) -> Result<TestResult, WireError> {
        let began = Instant::now();
        let test = self.inner.engine.test_credential(&request.credential).await?;
        let outcome = match test.is_accepted {
            true => Ok(test.words),
            false => Err(WireError::new(ErrorCode::CredentialsRefused, test.words, "")),
        };
        let took = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        Ok(TestResult { steps: test_steps(outcome), took })
    }
}

impl Answers<RemoveCredential> for Api {
    async fn answer(&self, request: CredentialId) -> Result<Nothing, WireError> {
        self.inner.engine.remove_credential(&request.credential, &self.inner.who).await?;
        Ok(Nothing {})
    }
}
