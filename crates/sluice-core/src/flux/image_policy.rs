//! `ImagePolicy`: which of an image's tags is the one to run.

use super::fields::Fields;
use super::meta::{ApiVersion, Meta};
use super::texts;
use crate::diagnosis::Code;
use crate::duration::GoDuration;
use crate::key::ObjectKey;
use crate::policy::{DigestReflection, Order, Rule, TagFilter};
use serde::{Deserialize, Serialize};

/// `spec` of an ImagePolicy with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePolicy {
    /// Identity and team rules.
    pub meta: Meta,
    /// The image repository whose tags it chooses from; its own namespace unless another is written.
    pub image_repository: ObjectKey,
    /// The rule that counts: the first of semver, alphabetical, numerical. `None` is an invalid policy.
    pub rule: Option<Rule>,
    /// `filterTags`, when written.
    pub filter: Option<TagFilter>,
    /// Whether the digest belongs to the choice.
    pub digest_reflection: DigestReflection,
    /// How often the digest is looked up; only with [`DigestReflection::Always`].
    pub interval: Option<GoDuration>,
    /// A suspended policy is not applied.
    pub suspend: bool,
    /// Line and column of `spec.policy`, for diagnoses of the rule.
    pub rule_place: (u32, u32),
    /// Line and column of `spec.filterTags`, or of the spec without one.
    pub filter_place: (u32, u32),
}

impl ImagePolicy {
    pub(super) fn read(meta: Meta, spec: &Fields<'_>) -> Option<Self> {
        let reference = spec.required_section("imageRepositoryRef", "name the ImageRepository to choose from");
        let image_repository = reference.as_ref().and_then(|reference| {
            let name = reference.required_text("name", "name the ImageRepository");
            let namespace = reference.text("namespace").filter(|namespace| !namespace.is_empty());
            reference.finish();
            Some(ObjectKey::new(namespace.unwrap_or_else(|| meta.key.namespace.clone()), name?))
        });
        let rule = read_rule(spec);
        let filter = spec.section("filterTags").map(|section| {
            let pattern = section.text("pattern").unwrap_or_default();
            let extract = section.verbatim("extract").unwrap_or_default();
            section.finish();
            TagFilter { pattern, extract }
        });
        let (mut digest_reflection, mut interval, mut suspend) = (DigestReflection::Never, None, false);
        if meta.version == ApiVersion::V1Beta1 {
            spec.dropped(&["digestReflectionPolicy", "interval", "suspend"], meta.version);
        } else {
            digest_reflection = spec.word("digestReflectionPolicy", &REFLECTIONS).unwrap_or(DigestReflection::Never);
            interval = spec.parsed("interval", texts::interval);
            suspend = spec.boolean("suspend").unwrap_or_default();
            check_interval(spec, digest_reflection, interval);
        }
        Some(Self {
            image_repository: image_repository?,
            rule,
            filter,
            digest_reflection,
            interval,
            suspend,
            rule_place: spec.place("policy"),
            filter_place: spec.place("filterTags"),
            meta,
        })
    }
}

const REFLECTIONS: [(&str, DigestReflection); 3] = [
    ("Never", DigestReflection::Never),
    ("IfNotPresent", DigestReflection::IfNotPresent),
    ("Always", DigestReflection::Always),
];

/// The two validation rules of the resource's schema, with their own words.
fn check_interval(spec: &Fields<'_>, reflection: DigestReflection, interval: Option<GoDuration>) {
    match (reflection, spec.node("interval")) {
        (DigestReflection::Always, None) => {
            spec.missing("interval", "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'")
        }
        (DigestReflection::Never | DigestReflection::IfNotPresent, Some(_)) => spec.invalid(
            "interval",
            "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
            "remove the interval, or set digestReflectionPolicy: Always",
        ),
        _ => {}
    }
    if let Some(interval) = interval {
        texts::judge_interval(spec, "interval", interval);
    }
}

fn read_rule(spec: &Fields<'_>) -> Option<Rule> {
    let policy = spec.required_section("policy", "write one of semver, alphabetical and numerical")?;
    let semver = policy.section("semver").and_then(|section| {
        let range = section.required_text("range", "write the versions wanted, such as 1.0.x or '>=1.0.0 <2.0.0'");
        section.finish();
        range.map(|range| Rule::Semver { range })
    });
    let ordered = |name: &'static str| {
        policy.section(name).map(|section| {
            let order = section.word("order", &[("asc", Order::Asc), ("desc", Order::Desc)]).unwrap_or(Order::Asc);
            section.finish();
            order
        })
    };
    let alphabetical = ordered("alphabetical").map(|order| Rule::Alphabetical { order });
    let numerical = ordered("numerical").map(|order| Rule::Numerical { order });
    policy.finish();
    let written: Vec<&str> =
        ["semver", "alphabetical", "numerical"].into_iter().filter(|name| spec_has(&policy, name)).collect();
    match written.as_slice() {
        [] => spec.note(
            Code::NoRule,
            "policy",
            "none of semver, alphabetical and numerical is written",
            "write for example `semver: {range: 1.0.x}` or `alphabetical: {order: asc}`",
        ),
        [_] => {}
        [counts, others @ ..] => spec.note(
            Code::SeveralRules,
            "policy",
            &format!("only {counts} counts; {} has no effect", others.join(" and ")),
            "keep one rule",
        ),
    }
    semver.or(alphabetical).or(numerical)
}

fn spec_has(policy: &Fields<'_>, name: &&'static str) -> bool {
    policy.node(name).is_some()
}
