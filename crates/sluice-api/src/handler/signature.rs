//! Who signed what stands in Git.

use sluice_engine::{SignedBy, SignedState};

use crate::api::Api;
use crate::command::{Answers, GetSignatures};
use crate::view::error::{ErrorCode, WireError};
use crate::view::signature::{CommitSignature, SignatureKind, SignatureState, Signatures, SignaturesRequest};

/// Commits that may be asked about at once: as many as a page of a history has entries.
const MOST: usize = 500;

impl Answers<GetSignatures> for Api {
    async fn answer(&self, request: SignaturesRequest) -> Result<Signatures, WireError> {
        if request.commits.len() > MOST {
            let words = format!("{} commits are too many at once", request.commits.len());
            return Err(WireError::new(ErrorCode::InvalidRequest, words, format!("ask for at most {MOST}")));
        }
        let board = self.inner.board().await?;
        let view = board.source(&request.source)?.view()?;
        let engine = &self.inner.engine;
        let trusted = engine.trusted_signers().await?;
        let mut signatures = Vec::with_capacity(request.commits.len());
        for commit in request.commits {
            let found = engine.signed_by(&view.url, &commit, &trusted).await?;
            signatures.push(signature(commit, found));
        }
        Ok(Signatures { signatures, problems: trusted.problems })
    }
}

fn signature(commit: String, found: Option<SignedBy>) -> CommitSignature {
    let Some(found) = found else {
        return CommitSignature {
            commit,
            state: SignatureState::CannotCheck,
            kind: None,
            key: String::new(),
            by: String::new(),
            words: "this computer does not have the commit".to_owned(),
        };
    };
    let state = match found.state {
        SignedState::Good => SignatureState::Good,
        SignedState::UnknownKey => SignatureState::UnknownKey,
        SignedState::NotValid => SignatureState::NotValid,
        SignedState::Bad => SignatureState::Bad,
        SignedState::Unsigned => SignatureState::Unsigned,
    };
    let kind = match found.kind {
        Some("gpg") => Some(SignatureKind::Gpg),
        Some("ssh") => Some(SignatureKind::Ssh),
        _ => None,
    };
    CommitSignature { commit, state, kind, key: found.key, by: found.by, words: found.words }
}
