//! Why tags were passed over, each reason once for all tags that have it.

use std::collections::HashMap;

use sluice_core::policy::Reason;

use super::count;
use crate::view::timeline::{PassedOver, PassedOverCode};

/// Reasons in the order of their first use.
#[derive(Debug, Default)]
pub struct Reasons {
    places: HashMap<PassedOver, u32>,
    list: Vec<PassedOver>,
}

impl Reasons {
    /// The place of a reason; it is added when it is new.
    pub fn place(&mut self, reason: PassedOver) -> u32 {
        if let Some(place) = self.places.get(&reason) {
            return *place;
        }
        let place = count(self.list.len());
        self.list.push(reason.clone());
        self.places.insert(reason, place);
        place
    }

    /// The reasons by their places.
    pub fn into_list(self) -> Vec<PassedOver> {
        self.list
    }
}

impl PassedOver {
    fn plain(code: PassedOverCode, words: impl Into<String>) -> Self {
        Self { code, words: words.into(), pattern: None, range: None, comparator: None, chosen: None }
    }

    /// The registry no longer has the tag.
    pub fn gone() -> Self {
        Self::plain(PassedOverCode::Gone, "no longer in the registry")
    }

    /// Whether the policy could choose the tag if the better ones were not there.
    pub fn could_win(&self) -> bool {
        use PassedOverCode::{Behind, Equal, NothingChosen, SameText};
        matches!(self.code, Behind | Equal | SameText | NothingChosen)
    }
}

impl From<&Reason> for PassedOver {
    fn from(reason: &Reason) -> Self {
        match reason {
            Reason::Excluded { pattern } => {
                Self { pattern: Some(pattern.clone()), ..Self::plain(PassedOverCode::Excluded, reason.detail()) }
            }
            Reason::FilteredOut { pattern } => Self {
                pattern: Some(pattern.clone()),
                ..Self::plain(PassedOverCode::FilteredOut, format!("the filter `{pattern}` does not match"))
            },
            Reason::NotAVersion { cause, .. } => {
                Self::plain(PassedOverCode::NotAVersion, format!("not a version: {cause}"))
            }
            Reason::Prerelease { range } => {
                Self { range: Some(range.clone()), ..Self::plain(PassedOverCode::Prerelease, reason.detail()) }
            }
            Reason::OutsideRange { range, comparator } => Self {
                range: Some(range.clone()),
                comparator: (range.trim() != comparator).then(|| comparator.clone()),
                ..Self::plain(PassedOverCode::OutsideRange, reason.detail())
            },
            Reason::NotANumber { .. } => Self::plain(PassedOverCode::NotANumber, "not a number"),
            Reason::Unverified { .. } => Self::plain(PassedOverCode::Unverified, reason.detail()),
            Reason::Behind { chosen } => {
                Self { chosen: Some(chosen.clone()), ..Self::plain(PassedOverCode::Behind, reason.detail()) }
            }
            Reason::Equal { chosen } => {
                Self { chosen: Some(chosen.clone()), ..Self::plain(PassedOverCode::Equal, reason.detail()) }
            }
            Reason::SameText { chosen, .. } => Self {
                chosen: Some(chosen.clone()),
                ..Self::plain(
                    PassedOverCode::SameText,
                    format!("the filter extracts the same from it as from {chosen}"),
                )
            },
            Reason::NothingChosen => Self::plain(PassedOverCode::NothingChosen, reason.detail()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::policy::{Policy, Rule};

    #[test]
    fn a_thousand_tags_share_their_reasons() {
        let tags: Vec<String> =
            (0..1000).map(|n| format!("build-{n}")).chain(["1.0.0".into(), "1.0.1".into()]).collect();
        let policy = Policy::compile(&Rule::Semver { range: "1.0.x".to_owned() }, None).expect("a range");
        let decision = policy.decide(&tags);
        let mut reasons = Reasons::default();
        for passed in decision.passed_over() {
            reasons.place((&passed.reason).into());
        }
        let codes: Vec<_> = reasons.into_list().into_iter().map(|reason| reason.code).collect();
        assert_eq!(codes, [PassedOverCode::NotAVersion, PassedOverCode::Behind]);
    }
}
