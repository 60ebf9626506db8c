//! Knocking at a registry's API.

use reqwest::Method;

use crate::answer::challenge::Challenge;
use crate::error::RegistryError;
use crate::host::Lane;
use crate::operation::{Ask, Operation};
use crate::reports::{PingReport, SignIn, SignInKind};
use crate::words::{shown_url, without_userinfo};

/// The answer's body says nothing; a page in its place is not read to its end.
const LARGEST: usize = 1 << 20;

impl Operation<'_> {
    pub(crate) async fn ping(&self) -> Result<PingReport, RegistryError> {
        let answer = self
            .exchange(&Ask {
                method: Method::GET,
                url: None,
                path: "",
                accept: "*/*",
                if_none_match: None,
                lane: Lane::Listing,
                limit: LARGEST,
                what: "API version check",
                reference: None,
            })
            .await?;
        let kind = match self.state.expected_challenge(None) {
            Some(Challenge::Basic) => SignInKind::Basic,
            Some(Challenge::Bearer(bearer)) => SignInKind::Token { realm: without_userinfo(&bearer.realm) },
            Some(Challenge::Other(_)) | None => SignInKind::Open,
        };
        let sign_in = match (&kind, answer.signed_in) {
            (SignInKind::Open, _) => SignIn::NotAsked,
            (_, true) => SignIn::Accepted,
            (_, false) => SignIn::Anonymous,
        };
        Ok(PingReport {
            host: self.host.to_owned(),
            url: shown_url(&answer.url),
            encrypted: answer.url.scheme() == "https",
            kind,
            sign_in,
            rate_limit: answer.rate_limit,
        })
    }
}
