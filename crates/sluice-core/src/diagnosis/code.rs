//! The one list of diagnosis codes: each with its kebab-case name, title, usual severity and an explaining sentence.
//!
//! `sluice lint --explain`, the SARIF rules and the documentation are printed from [`Code::ALL`]. To add a diagnosis,
//! add a line to the table below; the compiler then asks for nothing else.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a diagnosis matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing is wrong yet.
    Hint,
    /// Something does less than its author probably wanted.
    Warning,
    /// Something does not work, or would do damage. `sluice lint` fails on it.
    Error,
}

impl Severity {
    /// The word in JSON and tables: `hint`, `warning`, `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $title:literal $explanation:literal)*) => {
        /// What kind of thing is wrong. The kebab-case name is stable: people switch on it in CI.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $explanation] #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The stable kebab-case name.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// A few words for a list.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }

            /// The severity that a diagnosis of this code usually has.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity),* }
            }

            /// One or two sentences: what it means and why it matters.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $explanation),* }
            }
        }
    };
}

codes! {
    YamlUnreadable "yaml-unreadable" Error "YAML cannot be read"
        "A document that mentions a Flux resource is not valid YAML, so nothing in that document counts. The other documents of the file are still read."
    FieldMissing "field-missing" Error "Required field is missing"
        "Flux's API server refuses the resource because a required field is absent."
    FieldInvalid "field-invalid" Error "Field has a value that Flux refuses"
        "The value has the wrong type, does not match the field's pattern or is not one of the allowed words."
    FieldUnknown "field-unknown" Hint "Field that Flux does not know"
        "Flux ignores the field. Its name is close to one that Flux does know, so it is probably a typing error."
    DuplicateKey "duplicate-key" Error "Key is written twice"
        "A mapping holds the same key twice; Kubernetes tools refuse that or silently take one of the two."
    VersionUnsupported "version-unsupported" Error "API version is not supported"
        "Only v1beta1, v1beta2 and v1 of Flux's resources are read; older ones were removed from Flux in 2022."
    NamespaceMissing "namespace-missing" Warning "Resource names no namespace"
        "Markers and references need the namespace. Without one in the file it depends on how the file is applied; `default` is assumed."
    Substitution "substitution" Warning "Value is substituted in the cluster"
        "The value holds ${…}, which Flux's Kustomization replaces from data in the cluster, so it cannot be known from Git alone and the resource is left out."
    DefinedTwice "defined-twice" Error "Resource is defined twice"
        "Two places define a resource of the same kind, namespace and name; which one counts depends on the order of applying. The first is used."
    NoRule "no-rule" Error "Policy has no rule"
        "spec.policy of an ImagePolicy needs one of semver, alphabetical and numerical; without one Flux reports InvalidPolicy and chooses nothing."
    SeveralRules "several-rules" Warning "Policy has several rules"
        "Only one rule of a policy counts: the first of semver, alphabetical, numerical. The others do nothing."
    PolicyInvalid "policy-invalid" Error "Policy cannot be evaluated"
        "The range or the filter pattern is not valid, so Flux reports InvalidPolicy and chooses nothing."
    ExtractGroupUnknown "extract-group-unknown" Error "Extract names a group that does not exist"
        "filterTags.extract refers to a group that filterTags.pattern does not define; it becomes an empty text and every tag looks the same."
    FilterUnanchored "filter-unanchored" Hint "Filter pattern is not anchored"
        "Without ^ and $ the pattern matches anywhere in a tag, so tags that merely contain the wanted text pass as well."
    FilterMatchesNothing "filter-matches-nothing" Warning "Filter matches no tag"
        "None of the image's tags match filterTags.pattern, so the policy can choose nothing."
    ExclusionInvalid "exclusion-invalid" Error "Exclusion pattern is not valid"
        "An entry of exclusionList is not a valid regular expression; Flux fails every scan of the image."
    IntervalAbsurd "interval-absurd" Hint "Interval is very short or very long"
        "Very short intervals run into registries' rate limits; very long ones look as if nothing happened."
    TemplateInvalid "template-invalid" Error "Commit message template is not valid"
        "git.commit.messageTemplate cannot be parsed or uses something that Flux removed; the first release would fail on it."
    TeamRuleInvalid "team-rule-invalid" Error "sluice.dev annotation is not valid"
        "An annotation sluice.dev/… has a value that is not understood. The strictest reading is used until it is mended."
    NoImageRepository "no-image-repository" Error "Policy without image repository"
        "imageRepositoryRef names an ImageRepository that is not in the source, so the policy has no tags to choose from."
    AccessDenied "access-denied" Error "Image repository does not allow this namespace"
        "The policy refers to an ImageRepository of another namespace, and that one has no spec.accessFrom: Flux denies every other namespace."
    AccessUnknown "access-unknown" Hint "Access depends on namespace labels"
        "The ImageRepository of another namespace allows access by labels of the policy's namespace, which only the cluster knows."
    NoGitRepository "no-git-repository" Error "Automation names no Git repository"
        "sourceRef names a GitRepository that is not in the source, so it is unknown where to check out and push."
    GitSpecMissing "git-spec-missing" Error "Automation has no spec.git"
        "Without spec.git there is no author to commit as; Flux reports InvalidSourceConfiguration."
    PushTargetUnknown "push-target-unknown" Error "Push branch cannot be inferred"
        "Neither git.push.branch nor a branch in the checkout reference is given, so it is unknown where to push."
    PushBranchMissing "push-branch-missing" Hint "Push branch does not exist yet"
        "The remote has no branch of that name. It will be created from the checkout branch by the first release."
    CheckoutRefMissing "checkout-ref-missing" Error "Checkout reference does not exist"
        "The remote has no branch, tag or reference of that name, so the automation cannot check anything out."
    UpdatePathMissing "update-path-missing" Error "Update path does not exist"
        "update.path names nothing in the tree; Flux fails with UpdateFailed."
    SelectorSelectsNothing "selector-selects-nothing" Warning "Policy selector selects nothing"
        "No ImagePolicy of the automation's namespace matches policySelector, so the automation never changes anything."
    Suspended "suspended" Hint "Part is suspended"
        "spec.suspend is true: the resource does nothing until it is resumed."
    ClusterWritesMarkers "cluster-writes-markers" Warning "The cluster writes the same markers"
        "Flux's own image-automation-controller works on the same markers. Two writers would fight, so Sluice only observes."
    MarkerUnknownPolicy "marker-unknown-policy" Error "Marker names an unknown policy"
        "No ImagePolicy of that namespace and name is in the source, so the marked value never changes."
    MarkerNotSettable "marker-not-settable" Warning "Marker that does nothing"
        "The marker stands where no value can be set, or is not written as Flux reads it, and is ignored."
    MarkerUncovered "marker-uncovered" Warning "Marker outside every automation's path"
        "No ImageUpdateAutomation has an update path that covers the file, so nothing ever writes the marked value."
    MarkerForeignNamespace "marker-foreign-namespace" Error "Marker names a policy of another namespace"
        "An automation only applies policies of its own namespace, and the automations that cover the file live in another one."
    MarkerNotSelected "marker-not-selected" Warning "Policy is not selected by the automation"
        "The automations that cover the file leave this policy out by their policySelector."
    MarkerTwoWriters "marker-two-writers" Error "Two automations write one marker"
        "More than one automation covers the marker and selects its policy; their pushes get in each other's way."
    MarkerWithoutDigest "marker-without-digest" Error "Digest marker without digest"
        "The marker asks for the digest, but the policy's digestReflectionPolicy is Never; Flux would write an empty text, Sluice refuses."
    MarkerMissing "marker-missing" Hint "Image without marker"
        "The manifest runs an image that an ImageRepository scans, but has no marker, so it stays as it is."
    PolicyUnused "policy-unused" Hint "Policy that no marker names"
        "A policy chooses a tag, but no marker writes it anywhere."
    SigningKeyMissing "signing-key-missing" Error "Signing key is not there"
        "git.commit.signingKey asks for signed commits, and Sluice does not have the key of that Secret. Nothing is committed unsigned instead."
    KeyReadOnly "key-read-only" Error "Deploy key is read-only"
        "The remote took the key for reading and refused it for writing."
    HostKeyUnknown "host-key-unknown" Error "Host key is unknown"
        "The server's SSH host key is not among the known hosts; without it nobody can tell the server from an impostor."
    HostKeyChanged "host-key-changed" Error "Host key has changed"
        "The server shows another SSH host key than the one on record: it was renewed, or somebody is in between."
    CredentialsRefused "credentials-refused" Error "Credentials were refused"
        "The remote answered that the credentials are missing, wrong, expired or not allowed here."
    RateLimited "rate-limited" Warning "Rate limit reached"
        "The registry or Git host asked to come back later; until then nothing is asked of it."
    TagListTruncated "tag-list-truncated" Warning "Tag list is incomplete"
        "The registry did not give the whole list of tags, so the choice may miss the newest ones."
    PushRefused "push-refused" Error "Push was refused"
        "The remote refused the push by a rule of its own: a protected branch, a hook or a policy."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| UnknownCode { text: text.to_owned() })
    }
}

/// The text is no diagnosis code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no diagnosis code; `sluice lint --explain` lists them")]
pub struct UnknownCode {
    /// What was given.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_name_and_survives_printing_and_json() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(code.explanation().ends_with('.') && !code.title().ends_with('.'), "{code}");
        }
        assert!("no-such-code".parse::<Code>().is_err());
    }
}
