//! How much an automation may do by itself.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What Sluice does with an automation. Ordered by freedom: [`Mode::Observe`] is the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Never writes. The default for a source just added.
    #[default]
    Observe,
    /// Plans, and waits for a person.
    Review,
    /// Releases by itself within its interval and windows.
    Auto,
}

impl Mode {
    /// Every mode, strictest first.
    pub const ALL: [Mode; 3] = [Self::Observe, Self::Review, Self::Auto];

    /// The word in settings and annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Review => "review",
            Self::Auto => "auto",
        }
    }

    /// The mode that counts: a local setting may only be stricter than the team's rule in Git. Without either it is
    /// [`Mode::Observe`]; a team's rule alone does not make an unconfigured source write, so the local default is strict.
    pub fn effective(local: Option<Mode>, team: Option<Mode>) -> Mode {
        match (local, team) {
            (Some(local), Some(team)) => local.min(team),
            (Some(local), None) => local,
            (None, _) => Mode::default(),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        Self::ALL
            .into_iter()
            .find(|mode| mode.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| ModeError { text: text.to_owned() })
    }
}

/// The text names no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no mode: use observe, review or auto")]
pub struct ModeError {
    /// What was given.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use Mode::{Auto, Observe, Review};

    #[test]
    fn a_local_setting_is_never_looser_than_the_team_and_the_default_is_to_observe() {
        for (local, team, expected) in [
            (None, None, Observe),
            (None, Some(Auto), Observe),
            (Some(Auto), None, Auto),
            (Some(Auto), Some(Review), Review),
            (Some(Review), Some(Auto), Review),
            (Some(Auto), Some(Observe), Observe),
        ] {
            assert_eq!(Mode::effective(local, team), expected, "{local:?} {team:?}");
        }
    }

    #[test]
    fn modes_are_read_by_their_word() {
        assert_eq!(" Auto ".parse(), Ok(Auto));
        assert_eq!("automatic".parse::<Mode>(), Err(ModeError { text: "automatic".into() }));
        assert!(Observe < Review && Review < Auto);
    }
}
