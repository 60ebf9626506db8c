//! Versions, and the step between two.

use sluice_core::image::ImageRef;
use sluice_core::policy::Policy;
use sluice_core::release::{Mode as DomainMode, Standing};
use sluice_core::version::Change;

use crate::view::common::{ImageVersion, Mode, Step, VersionMove};

impl From<Change> for Step {
    fn from(change: Change) -> Self {
        match change {
            Change::Prerelease => Self::Prerelease,
            Change::Patch => Self::Patch,
            Change::Minor => Self::Minor,
            Change::Major => Self::Major,
        }
    }
}

impl From<DomainMode> for Mode {
    fn from(mode: DomainMode) -> Self {
        match mode {
            DomainMode::Observe => Self::Observe,
            DomainMode::Review => Self::Review,
            DomainMode::Auto => Self::Auto,
        }
    }
}

impl From<Mode> for DomainMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Observe => Self::Observe,
            Mode::Review => Self::Review,
            Mode::Auto => Self::Auto,
        }
    }
}

impl From<&Standing> for ImageVersion {
    fn from(standing: &Standing) -> Self {
        match standing {
            Standing::Tag(tag, digest) => {
                Self { tag: Some(tag.to_string()), digest: digest.as_ref().map(ToString::to_string) }
            }
            Standing::Digest(digest) => Self { tag: None, digest: Some(digest.to_string()) },
        }
    }
}

impl From<&ImageRef> for ImageVersion {
    fn from(image: &ImageRef) -> Self {
        Self { tag: Some(image.tag.to_string()), digest: image.digest.as_ref().map(ToString::to_string) }
    }
}

/// The step from one version to another: nothing when they are the same or cannot be compared.
pub fn step(from: &ImageVersion, to: &ImageVersion) -> Option<Step> {
    match (&from.tag, &to.tag) {
        (Some(old), Some(new)) if old != new => Change::between(old, new).map(Step::from),
        _ if from.digest != to.digest => Some(Step::Digest),
        _ => None,
    }
}

/// From one version to another, as a policy ranks them.
pub fn version_move(from: Option<ImageVersion>, to: ImageVersion, policy: Option<&Policy>) -> VersionMove {
    let ranked = from.as_ref().and_then(|from| from.tag.as_deref()).zip(to.tag.as_deref()).zip(policy);
    let is_downgrade = ranked.and_then(|((old, new), policy)| policy.is_downgrade(old, new)).unwrap_or_default();
    let step = from.as_ref().and_then(|from| step(from, &to));
    VersionMove { from, to, step, is_downgrade }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::policy::Rule;

    fn version(text: &str) -> ImageVersion {
        let (tag, digest) = text.split_once('@').map_or((text, None), |(tag, digest)| (tag, Some(digest.to_owned())));
        ImageVersion { tag: (!tag.is_empty()).then(|| tag.to_owned()), digest }
    }

    #[test]
    fn a_step_is_the_first_part_that_differs() {
        for (from, to, expected) in [
            ("1.0.0", "1.0.1", Some(Step::Patch)),
            ("1.0.0", "1.1.0", Some(Step::Minor)),
            ("1.9.9", "2.0.0", Some(Step::Major)),
            ("2.0.0-rc.1", "2.0.0-rc.2", Some(Step::Prerelease)),
            ("1.27@sha256:a", "1.27@sha256:b", Some(Step::Digest)),
            ("@sha256:a", "@sha256:b", Some(Step::Digest)),
            ("1.0.0", "1.0.0@sha256:b", Some(Step::Digest)),
            ("1.0.0@sha256:a", "1.0.1@sha256:b", Some(Step::Patch)),
            ("main-1", "main-2", None),
            ("1.0.0", "1.0.0", None),
        ] {
            assert_eq!(step(&version(from), &version(to)), expected, "{from} → {to}");
        }
    }

    #[test]
    fn a_step_back_is_said() {
        let policy = Policy::compile(&Rule::Semver { range: "*".to_owned() }, None).expect("a range");
        let back = version_move(Some(version("1.2.0")), version("1.1.9"), Some(&policy));
        assert!(back.is_downgrade);
        assert_eq!(back.step, Some(Step::Minor));
        let on = version_move(Some(version("1.2.0")), version("1.3.0"), Some(&policy));
        assert!(!on.is_downgrade);
        assert!(!version_move(None, version("1.3.0"), Some(&policy)).is_downgrade);
    }
}
