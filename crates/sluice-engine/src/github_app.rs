//! Tokens of GitHub Apps: taken when they are needed, kept in memory until shortly before they end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sluice_core::Secret;
use sluice_forge::{AppToken, ForgeKind, InstalledAt, Place, app_token};
use sluice_git::RemoteUrl;
use sluice_vault::{GitHubApp, Installation};

use crate::{Engine, EngineError};

/// How long before its end a token is taken for ended: an operation begun with it must be able to finish.
const EARLY: SignedDuration = SignedDuration::from_mins(10);

/// The tokens that were taken, by the credential that they are of.
#[derive(Debug, Default)]
pub(crate) struct AppTokens(Mutex<HashMap<String, AppToken>>);

impl AppTokens {
    fn fresh(&self, credential: &str, now: Timestamp) -> Option<Secret> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(credential).filter(|token| now + EARLY < token.expires_at).map(|token| token.token.duplicate())
    }

    fn keep(&self, credential: &str, token: AppToken) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(credential.to_owned(), token);
    }

    /// Forgets every token: a remote refused one, and they are cheap.
    pub(crate) fn forget_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets what was taken for a credential that was replaced or removed.
    pub(crate) fn forget(&self, credential: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(credential);
    }
}

impl Engine {
    /// A token of the app's installation, for a repository; `credential` names what is kept, where it is.
    pub(crate) async fn app_token(
        &self,
        credential: Option<&str>,
        app: &GitHubApp,
        url: &RemoteUrl,
    ) -> Result<Secret, EngineError> {
        let now = self.now();
        if let Some(token) = credential.and_then(|credential| self.shared.app_tokens.fresh(credential, now)) {
            return Ok(token);
        }
        let place = match &app.api {
            Some(api) => Place::at(ForgeKind::GitHub, api)?,
            None => match Place::of_host(url.host()).filter(|place| place.kind == ForgeKind::GitHub) {
                Some(place) => place,
                None => Place::of_kind(ForgeKind::GitHub, &url.authority())?,
            },
        };
        let installed = match &app.installation {
            Installation::Id(id) => InstalledAt::Id(id.clone()),
            Installation::Owner(owner) => InstalledAt::Owner(owner.clone()),
        };
        let access = self.forge_network(url).await?;
        let taken = app_token(&place, &access, &app.app_id, &installed, &app.private_key, now).await?;
        let token = taken.token.duplicate();
        if let Some(credential) = credential {
            self.shared.app_tokens.keep(credential, taken);
        }
        Ok(token)
    }
}
