//! The plan: the exact edits that a release makes to one commit, as a value.
//!
//! Pure: file contents and choices are arguments. A [`Plan`] prints, compares and is kept; the bytes to write are beside
//! it in [`Planned`], because they follow from the commit and the edits and need not be kept.

use super::diff::unified;
use super::rule_edit::{FieldEdit, NewRule, RuleEditError, with_rule};
use crate::diagnosis::nearest;
use crate::flux::{Author, UpdatePath};
use crate::image::{Digest, ImageRef, Tag};
use crate::key::ObjectKey;
use crate::marker::{Edit, Field, IgnoredMarker, Marker, MarkerRef, Reason, Resolution, rewrite};
use crate::template::{Change, MessageContext, MessageTemplate, TemplateError, default_message};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan knows of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Its markers get this image.
    Write(ImageRef),
    /// Its markers stay as they are: nothing is chosen yet, a gate is closed, or it is suspended or not selected.
    Leave,
}

/// What a plan is made of.
#[derive(Debug, Clone)]
pub struct PlanInputs<'a> {
    /// The automation.
    pub automation: &'a ObjectKey,
    /// Which files it covers (`update.path`).
    pub update_path: &'a UpdatePath,
    /// Every policy of the automation's namespace.
    pub choices: &'a BTreeMap<ObjectKey, Choice>,
    /// Where the edits go.
    pub target: &'a Target,
    /// Author and committer.
    pub author: &'a Author,
    /// `messageTemplate`, parsed.
    pub template: Option<&'a MessageTemplate>,
    /// `messageTemplateValues`.
    pub values: &'a BTreeMap<String, String>,
}

/// Where a plan's commit goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The remote's address, without credentials.
    pub remote: String,
    /// The commit that the edits are made to: the tip of the checkout reference. 40 hex digits.
    pub base: String,
    /// The checkout reference in words, such as `main`.
    pub checkout: String,
    /// The reference that is pushed, such as `refs/heads/main`.
    pub reference: String,
    /// What that reference holds at the remote; nothing when it does not exist yet.
    pub expected: Option<String>,
    /// A further push with exactly this refspec, when it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refspec: Option<String>,
    /// Options sent with the push.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

impl Target {
    /// Whether the edits go to another branch than the one they are made to, which is then rebuilt on it.
    pub fn switches_branch(&self) -> bool {
        self.expected.as_deref() != Some(self.base.as_str())
    }

    /// The branch's name without `refs/heads/`.
    pub fn branch(&self) -> &str {
        self.reference.strip_prefix("refs/heads/").unwrap_or(&self.reference)
    }
}

/// The edits of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilePlan {
    /// Path in the repository.
    pub path: String,
    /// What is replaced behind markers, in the order of lines.
    pub edits: Vec<Edit>,
    /// Fields of resources that are written, where the plan changes a policy itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldEdit>,
    /// The unified diff, as `git diff` prints it.
    pub diff: String,
}

/// What a plan does for one policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// The policy.
    pub policy: ObjectKey,
    /// The tags or digests that stand in Git now, without doubles, in order.
    pub from: Vec<String>,
    /// The image that will.
    pub to: ImageRef,
    /// How many values change.
    pub edits: usize,
}

/// The exact edits against one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The automation it is made for.
    pub automation: ObjectKey,
    /// Where it goes.
    pub target: Target,
    /// Changed files, by path.
    pub files: Vec<FilePlan>,
    /// What it does for each policy.
    pub updates: Vec<Update>,
    /// Author and committer.
    pub author: Author,
    /// The commit message.
    pub message: String,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether both make the same edits, wherever their commits stand: the question after the branch has moved.
    pub fn makes_same_edits(&self, other: &Self) -> bool {
        let values = |plan: &Self| -> BTreeSet<(String, String, String, String)> {
            let of_file = |file: &FilePlan| {
                let path = file.path.clone();
                file.edits
                    .iter()
                    .map(move |edit| (path.clone(), edit.reference.to_string(), edit.old.clone(), edit.new.clone()))
                    .collect::<Vec<_>>()
            };
            plan.files.iter().flat_map(of_file).collect()
        };
        let fields = |plan: &Self| -> BTreeSet<(String, FieldEdit)> {
            let of_file = |file: &FilePlan| {
                let path = file.path.clone();
                file.fields.iter().map(move |field| (path.clone(), field.clone())).collect::<Vec<_>>()
            };
            plan.files.iter().flat_map(of_file).collect()
        };
        self.automation == other.automation
            && self.target.reference == other.target.reference
            && values(self) == values(other)
            && fields(self) == fields(other)
    }

    /// The diff of all files.
    pub fn diff(&self) -> String {
        self.files.iter().map(|file| file.diff.as_str()).collect()
    }

    /// `app 1.0.0 → 1.0.1` for each policy, in one line; for a policy that is changed itself its fields.
    pub fn summary(&self) -> String {
        let one = |update: &Update| format!("{} {} → {}", update.policy.name, update.from.join(", "), update.to.tag);
        let fields = self.fields().map(|field| format!("{} {}", field.object.name, field.words()));
        self.updates.iter().map(one).chain(fields).collect::<Vec<_>>().join("; ")
    }

    /// The fields of resources that it writes.
    pub fn fields(&self) -> impl Iterator<Item = &FieldEdit> {
        self.files.iter().flat_map(|file| &file.fields)
    }
}

/// The content of one changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// Path in the repository.
    pub path: String,
    /// As it stands.
    pub before: Vec<u8>,
    /// As the plan writes it.
    pub after: Vec<u8>,
}

/// A plan with the bytes to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The changed files, in the plan's order.
    pub contents: Vec<FileContent>,
    /// Markers of the covered files that do nothing, with their file.
    pub ignored: Vec<(String, IgnoredMarker)>,
}

/// Makes the plan of an automation. `files` are the covered files that mention a marker: path and content.
///
/// # Errors
/// When the message template fails on the changes.
pub fn plan(
    inputs: &PlanInputs<'_>,
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<Planned, TemplateError> {
    let mut contents = Vec::new();
    let mut plans = Vec::new();
    let mut ignored = Vec::new();
    for (path, before) in files {
        if inputs.update_path.relative(&path).is_none() {
            continue;
        }
        let outcome = rewrite(&before, &|marker| resolve(inputs, marker));
        ignored.extend(outcome.ignored.into_iter().map(|one| (path.clone(), one)));
        if let Some(after) = outcome.bytes {
            plans.push(FilePlan {
                diff: unified(&path, &before, &after),
                path: path.clone(),
                edits: outcome.edits,
                fields: Vec::new(),
            });
            contents.push(FileContent { path, before, after });
        }
    }
    plans.sort_by(|a, b| a.path.cmp(&b.path));
    contents.sort_by(|a, b| a.path.cmp(&b.path));
    let message = message(inputs, &plans)?;
    let plan = Plan {
        automation: inputs.automation.clone(),
        target: inputs.target.clone(),
        updates: updates(inputs, &plans),
        files: plans,
        author: inputs.author.clone(),
        message,
    };
    Ok(Planned { plan, contents, ignored })
}

/// Makes the plan that writes another rule into a policy: the file that declares it, as path and content.
///
/// The message is Sluice's own, because an automation's template speaks of images.
///
/// # Errors
/// When the file cannot be edited so that nothing else changes.
pub fn plan_rule(
    inputs: &PlanInputs<'_>,
    policy: &ObjectKey,
    wanted: &NewRule,
    (path, before): (String, Vec<u8>),
) -> Result<Planned, RuleEditError> {
    let edited = with_rule(&before, policy, wanted)?;
    let words: Vec<String> = edited.edits.iter().map(FieldEdit::words).collect();
    let mut plan = Plan {
        automation: inputs.automation.clone(),
        target: inputs.target.clone(),
        updates: Vec::new(),
        files: Vec::new(),
        author: inputs.author.clone(),
        message: format!("Change the policy {policy}\n\n{}\n", words.join("\n")),
    };
    let mut contents = Vec::new();
    if !edited.edits.is_empty() {
        let diff = unified(&path, &before, &edited.bytes);
        plan.files.push(FilePlan { path: path.clone(), edits: Vec::new(), fields: edited.edits, diff });
        contents.push(FileContent { path, before, after: edited.bytes });
    }
    Ok(Planned { plan, contents, ignored: Vec::new() })
}

fn resolve(inputs: &PlanInputs<'_>, marker: &MarkerRef) -> Resolution {
    if marker.policy.namespace != inputs.automation.namespace {
        return Resolution::Leave;
    }
    match inputs.choices.get(&marker.policy) {
        Some(Choice::Write(image)) => value_of(marker.field, image),
        Some(Choice::Leave) => Resolution::Leave,
        None => Resolution::Ignore(unknown_policy(&marker.policy, inputs.choices.keys())),
    }
}

/// The value that a marker's field asks for (Flux's setters: `ns:name`, `:name`, `:tag`, `:digest`). A digest that is
/// not there is refused; Flux would write an empty text.
pub fn value_of(field: Field, image: &ImageRef) -> Resolution {
    match field {
        Field::Image => Resolution::Write(image.to_string()),
        Field::Name => Resolution::Write(image.name.as_written().to_owned()),
        Field::Tag => Resolution::Write(image.tag.to_string()),
        Field::Digest => match &image.digest {
            Some(digest) => Resolution::Write(digest.to_string()),
            None => Resolution::Ignore(Reason::NoDigest),
        },
    }
}

/// The reason of a marker whose policy is none of `known`, with the names that look alike.
pub fn unknown_policy<'k>(wanted: &ObjectKey, known: impl IntoIterator<Item = &'k ObjectKey>) -> Reason {
    let names: Vec<String> = known.into_iter().map(ObjectKey::marker).collect();
    let near = nearest(&wanted.marker(), names.iter().map(String::as_str), 3);
    Reason::UnknownPolicy { nearest: near.into_iter().map(str::to_owned).collect() }
}

fn message(inputs: &PlanInputs<'_>, files: &[FilePlan]) -> Result<String, TemplateError> {
    let changes: Vec<Change> = files
        .iter()
        .flat_map(|file| {
            let relative = inputs.update_path.relative(&file.path).unwrap_or(&file.path).to_owned();
            file.edits.iter().map(move |edit| Change {
                file: relative.clone(),
                object: edit.object.clone(),
                setter: edit.reference.to_string(),
                old: edit.old.clone(),
                new: edit.new.clone(),
            })
        })
        .collect();
    let context = MessageContext { automation: inputs.automation, changes: &changes, values: inputs.values };
    match inputs.template {
        // Nothing is committed without changes, so the template is not asked.
        Some(template) if !changes.is_empty() => template.render(&context),
        _ => Ok(default_message(&context)),
    }
}

fn updates(inputs: &PlanInputs<'_>, files: &[FilePlan]) -> Vec<Update> {
    let mut by_policy: BTreeMap<&ObjectKey, (BTreeSet<String>, usize)> = BTreeMap::new();
    for edit in files.iter().flat_map(|file| &file.edits) {
        let (from, edits) = by_policy.entry(&edit.reference.policy).or_default();
        from.extend(Standing::of_value(edit.reference.field, &edit.old).map(|standing| standing.to_string()));
        *edits += 1;
    }
    let update = |(policy, (from, edits)): (&ObjectKey, (BTreeSet<String>, usize))| match inputs.choices.get(policy) {
        Some(Choice::Write(to)) => {
            Some(Update { policy: policy.clone(), from: from.into_iter().collect(), to: to.clone(), edits })
        }
        _ => None,
    };
    by_policy.into_iter().filter_map(update).collect()
}

/// What stands behind a marker now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// A tag, and the digest beside it if there is one.
    Tag(Tag, Option<Digest>),
    /// A digest alone.
    Digest(Digest),
}

impl Standing {
    /// What a marker's value says; nothing for a name alone, or for text that is neither tag nor digest.
    pub fn of(marker: &Marker) -> Option<Self> {
        Self::of_value(marker.reference.field, &marker.value)
    }

    fn of_value(field: Field, value: &str) -> Option<Self> {
        let value = value.trim();
        match field {
            Field::Image => {
                let (image, digest) =
                    value.split_once('@').map_or((value, None), |(image, digest)| (image, Some(digest)));
                let digest = digest.and_then(|digest| Digest::parse(digest).ok());
                let name = image.rfind('/').map_or(0, |slash| slash + 1);
                let tag = image[name..].split_once(':').and_then(|(_, tag)| Tag::parse(tag).ok());
                match (tag, digest) {
                    (Some(tag), digest) => Some(Self::Tag(tag, digest)),
                    (None, Some(digest)) => Some(Self::Digest(digest)),
                    (None, None) => None,
                }
            }
            Field::Tag => Tag::parse(value).ok().map(|tag| Self::Tag(tag, None)),
            Field::Digest => Digest::parse(value).ok().map(Self::Digest),
            Field::Name => None,
        }
    }

    /// The tag, if one stands there.
    pub fn tag(&self) -> Option<&Tag> {
        match self {
            Self::Tag(tag, _) => Some(tag),
            Self::Digest(_) => None,
        }
    }
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tag(tag, _) => f.write_str(tag.as_str()),
            Self::Digest(digest) => f.write_str(digest.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::find;

    const DEPLOYMENT: &str = "\
kind: Deployment
metadata:
  name: app
spec:
  image: ghcr.io/a/app:1.0.0 # {\"$imagepolicy\": \"flux-system:app\"}
  digest: x # {\"$imagepolicy\": \"flux-system:app:digest\"}
  other: ghcr.io/a/b:1 # {\"$imagepolicy\": \"flux-system:ap\"}
";

    fn target() -> Target {
        Target {
            remote: "https://git.example.com/fleet.git".into(),
            base: "1".repeat(40),
            checkout: "main".into(),
            reference: "refs/heads/main".into(),
            expected: Some("1".repeat(40)),
            refspec: None,
            options: BTreeMap::new(),
        }
    }

    fn planned(choice: Choice, path: &str, text: &str) -> Planned {
        let automation = ObjectKey::new("flux-system", "updates");
        let choices = BTreeMap::from([(ObjectKey::new("flux-system", "app"), choice)]);
        let inputs = PlanInputs {
            automation: &automation,
            update_path: &UpdatePath::new("./test"),
            choices: &choices,
            target: &target(),
            author: &Author { name: "fluxbot".into(), email: "flux@example.com".into() },
            template: None,
            values: &BTreeMap::new(),
        };
        plan(&inputs, [(path.to_owned(), text.as_bytes().to_vec())]).expect("there is no template to fail")
    }

    fn image(text: &str) -> Choice {
        Choice::Write(ImageRef::parse(text).expect("an image"))
    }

    #[test]
    fn a_plan_says_what_changes_and_what_does_nothing() {
        let planned = planned(image("ghcr.io/a/app:1.0.1"), "test/app.yaml", DEPLOYMENT);
        assert_eq!(planned.plan.summary(), "app 1.0.0 → 1.0.1");
        assert!(
            planned.plan.message.starts_with("app 1.0.0 → 1.0.1 (flux-system/updates)\n\n"),
            "{}",
            planned.plan.message
        );
        assert_eq!(planned.contents[0].after, DEPLOYMENT.replace("app:1.0.0", "app:1.0.1").into_bytes());
        let reasons: Vec<_> = planned.ignored.iter().map(|(_, ignored)| ignored.reason.clone()).collect();
        assert_eq!(reasons, [Reason::NoDigest, Reason::UnknownPolicy { nearest: vec!["flux-system:app".to_owned()] }]);
        let again = super::tests::planned(
            image("ghcr.io/a/app:1.0.1"),
            "test/app.yaml",
            &DEPLOYMENT.replace("app:1.0.0", "app:1.0.1"),
        );
        assert!(again.plan.is_empty(), "planning on the result is empty");
    }

    #[test]
    fn what_is_left_or_not_covered_is_not_planned() {
        assert!(planned(Choice::Leave, "test/app.yaml", DEPLOYMENT).plan.is_empty());
        assert!(planned(image("ghcr.io/a/app:1.0.1"), "other/app.yaml", DEPLOYMENT).plan.is_empty());
    }

    #[test]
    fn plans_compare_by_their_edits_and_survive_json() {
        let one = planned(image("ghcr.io/a/app:1.0.1"), "test/app.yaml", DEPLOYMENT).plan;
        let mut moved = planned(image("ghcr.io/a/app:1.0.1"), "test/app.yaml", &format!("# new\n{DEPLOYMENT}")).plan;
        moved.target.base = "2".repeat(40);
        assert!(one.makes_same_edits(&moved), "lines moved, values did not");
        let other = planned(image("ghcr.io/a/app:1.0.2"), "test/app.yaml", DEPLOYMENT).plan;
        assert!(!one.makes_same_edits(&other));
        let json = serde_json::to_string(&one).expect("a plan is JSON");
        assert_eq!(serde_json::from_str::<Plan>(&json).expect("it is read back"), one);
    }

    #[test]
    fn what_stands_in_git_is_read_from_the_marked_value() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (value, suffix, standing) in [
            ("localhost:5000/a/b:1.0.0".to_owned(), "", Some("1.0.0".to_owned())),
            (format!("a/b:1.0.0@{digest}"), "", Some("1.0.0".to_owned())),
            (format!("a/b@{digest}"), "", Some(digest.clone())),
            ("localhost:5000/a/b".to_owned(), "", None),
            ("1.0.0".to_owned(), ":tag", Some("1.0.0".to_owned())),
            ("a/b".to_owned(), ":name", None),
            (digest.clone(), ":digest", Some(digest.clone())),
        ] {
            let text = format!("x: \"{value}\" # {{\"$imagepolicy\": \"ns:p{suffix}\"}}\n");
            let marker = &find(text.as_bytes()).markers[0];
            assert_eq!(Standing::of(marker).map(|standing| standing.to_string()), standing, "{value}");
        }
    }
}
