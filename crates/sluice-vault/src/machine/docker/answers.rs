//! What helpers answered a moment ago: a scan of five hundred repositories asks each helper once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::{Login, VaultError};

/// The answers by helper and server.
#[derive(Default)]
pub(in crate::machine) struct Answers(Mutex<HashMap<(String, String), Arc<Answer>>>);

/// One answer. Whoever asks while a helper runs waits for it.
#[derive(Default)]
pub(super) struct Answer(tokio::sync::Mutex<Option<Heard>>);

struct Heard {
    at: Instant,
    answer: Result<Option<Login>, VaultError>,
}

/// How long an answer counts: the shortest-lived tokens of clouds count for 15 minutes and more.
const COUNTS_FOR: Duration = Duration::from_secs(5 * 60);
/// How long a failure counts.
const FAILURE_COUNTS_FOR: Duration = Duration::from_secs(30);
/// How many answers are kept: far more than anybody has registries.
const MOST: usize = 1000;

impl Answers {
    /// The place for a helper's answer about a server.
    pub(super) fn of(&self, helper: &str, server: &str) -> Arc<Answer> {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.entry((helper.to_owned(), server.to_owned())).or_default().clone()
    }

    /// Forgets them all.
    pub(in crate::machine) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Answer {
    /// The answer that still counts, or a new one.
    pub(super) async fn get_or_ask<F, A>(&self, ask: F) -> Result<Option<Login>, VaultError>
    where
        F: FnOnce() -> A,
        A: Future<Output = Result<Option<Login>, VaultError>>,
    {
        let mut heard = self.0.lock().await;
        if let Some(heard) = heard.as_ref().filter(|heard| heard.counts()) {
            return duplicate(&heard.answer);
        }
        let answer = ask().await;
        let given = duplicate(&answer);
        *heard = Some(Heard { at: Instant::now(), answer });
        given
    }
}

impl Heard {
    fn counts(&self) -> bool {
        let counts_for = if self.answer.is_ok() { COUNTS_FOR } else { FAILURE_COUNTS_FOR };
        self.at.elapsed() < counts_for
    }
}

fn duplicate(answer: &Result<Option<Login>, VaultError>) -> Result<Option<Login>, VaultError> {
    match answer {
        Ok(login) => Ok(login.as_ref().map(Login::duplicate)),
        Err(error) => Err(error.clone()),
    }
}
