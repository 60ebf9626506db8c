//! `ImageUpdateAutomation`: what is written where, and who it is committed as.

use super::fields::{Fields, Report};
use super::git_repository::CheckoutRef;
use super::meta::{ApiVersion, Meta};
use super::selector::LabelSelector;
use super::texts;
use super::update_path::UpdatePath;
use crate::diagnosis::Code;
use crate::duration::GoDuration;
use crate::key::ObjectKey;
use crate::template::MessageTemplate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `spec` of an ImageUpdateAutomation with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageUpdateAutomation {
    /// Identity and team rules.
    pub meta: Meta,
    /// The Git repository; its own namespace unless another is written.
    pub source: ObjectKey,
    /// `spec.git`: optional by the schema, but nothing can be committed without it.
    pub git: Option<GitSpec>,
    /// Time between runs.
    pub interval: GoDuration,
    /// Which policies of its namespace it applies; `None` is all of them.
    pub policy_selector: Option<LabelSelector>,
    /// `update.path` as written; empty is the root of the repository.
    pub update_path: String,
    /// The automation does nothing.
    pub suspend: bool,
    /// Line and column of `spec.update.path`, or of what stands for it.
    pub path_place: (u32, u32),
    /// Line and column of `spec.sourceRef`.
    pub source_place: (u32, u32),
}

/// `spec.git`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitSpec {
    /// What to check out instead of the GitRepository's own reference.
    pub checkout: Option<CheckoutRef>,
    /// Author and committer.
    pub author: Author,
    /// How commits are signed.
    pub signing: Option<SigningKey>,
    /// Go template of the commit message.
    pub message_template: Option<String>,
    /// `.Values` of the template.
    pub message_values: BTreeMap<String, String>,
    /// Where to push.
    pub push: Option<PushSpec>,
    /// Line and column of the push specification, or of `spec.git` without one.
    pub push_place: (u32, u32),
}

/// Who a commit is made by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Author {
    /// Perhaps empty.
    pub name: String,
    /// Never empty when read from a resource.
    pub email: String,
}

/// `git.commit.signingKey`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Secret in the automation's namespace.
    pub secret: String,
    /// OpenPGP or SSH.
    pub kind: SigningKind,
}

/// `git.commit.signingKey.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SigningKind {
    /// OpenPGP.
    #[default]
    Gpg,
    /// An SSH key.
    Ssh,
}

/// `git.push`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PushSpec {
    /// The branch; the checked out one when absent.
    pub branch: Option<String>,
    /// A further push with exactly this refspec.
    pub refspec: Option<String>,
    /// Options sent with every push.
    pub options: BTreeMap<String, String>,
}

impl ImageUpdateAutomation {
    /// Whether a policy with these labels in the automation's own namespace is applied.
    pub fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        self.policy_selector.as_ref().is_none_or(|selector| selector.selects(labels))
    }

    /// Which files it covers.
    pub fn update_path(&self) -> UpdatePath {
        UpdatePath::new(&self.update_path)
    }

    pub(super) fn read(meta: Meta, spec: &Fields<'_>, report: &Report) -> Option<Self> {
        let source = read_source(&meta, spec);
        let interval = spec.required_parsed("interval", "write how often to run, such as 5m", texts::interval);
        if let Some(interval) = interval {
            texts::judge_interval(spec, "interval", interval);
        }
        let git = spec.section("git");
        let git = match &git {
            Some(section) => read_git(&meta, section, report),
            None => {
                spec.note(
                    Code::GitSpecMissing,
                    "git",
                    "it is missing, so there is no author to commit as",
                    "add spec.git.commit.author with name and email",
                );
                None
            }
        };
        let policy_selector = if meta.version == ApiVersion::V1Beta1 {
            spec.dropped(&["policySelector"], meta.version);
            None
        } else {
            spec.section("policySelector").map(|section| LabelSelector::read(&section))
        };
        let update = spec.section("update");
        let mut path_place = spec.place("update");
        let update_path = update.as_ref().and_then(|update| {
            path_place = update.place("path");
            if meta.version == ApiVersion::V1Beta1 && update.node("strategy").is_none() {
                update.missing("strategy", "v1beta1 requires strategy: Setters");
            }
            let _only_one = update.word("strategy", &[("Setters", ())]);
            let path = update.text("path");
            update.finish();
            path
        });
        Some(Self {
            git,
            policy_selector,
            update_path: update_path.unwrap_or_default(),
            suspend: spec.boolean("suspend").unwrap_or_default(),
            path_place,
            source_place: spec.place("sourceRef"),
            meta,
            source: source?,
            interval: interval?,
        })
    }
}

fn read_source(meta: &Meta, spec: &Fields<'_>) -> Option<ObjectKey> {
    let reference = spec.required_section("sourceRef", "name the GitRepository to write to")?;
    if meta.version == ApiVersion::V1Beta1 && reference.node("kind").is_none() {
        reference.missing("kind", "v1beta1 requires kind: GitRepository");
    }
    let _only_one = reference.word("kind", &[("GitRepository", ())]);
    let name = reference.required_text("name", "name the GitRepository");
    let namespace = reference.text("namespace").filter(|namespace| !namespace.is_empty());
    reference.known(&["apiVersion"]);
    reference.finish();
    Some(ObjectKey::new(namespace.unwrap_or_else(|| meta.key.namespace.clone()), name?))
}

fn read_git(meta: &Meta, git: &Fields<'_>, report: &Report) -> Option<GitSpec> {
    let checkout = git.section("checkout").and_then(|checkout| {
        let reference = checkout.required_section("ref", "write what to check out, such as ref: {branch: main}");
        checkout.finish();
        reference.map(|reference| CheckoutRef::read(&reference))
    });
    let push = git.section("push").map(|push| {
        let text = |name| push.text(name).filter(|text| !text.is_empty());
        let read = PushSpec { branch: text("branch"), refspec: text("refspec"), options: push.text_map("options") };
        push.finish();
        read
    });
    let push_place = git.place("push");
    let commit = git.required_section("commit", "write spec.git.commit.author")?;
    let author = commit.required_section("author", "write the author's name and email").and_then(|author| {
        let name = author.text("name").unwrap_or_default();
        let email = author.required_text("email", "write the author's email address");
        author.finish();
        Some(Author { name, email: email? })
    });
    let signing = commit.section("signingKey").and_then(|key| read_signing(meta, &key));
    let message_template = commit.verbatim("messageTemplate").filter(|template| !template.is_empty());
    if let Some(template) = &message_template {
        check_template(&commit, template, report);
    }
    let message_values = if meta.version == ApiVersion::V1Beta1 {
        commit.dropped(&["messageTemplateValues"], meta.version);
        BTreeMap::new()
    } else {
        commit.text_map("messageTemplateValues")
    };
    commit.finish();
    git.finish();
    Some(GitSpec { checkout, author: author?, signing, message_template, message_values, push, push_place })
}

fn read_signing(meta: &Meta, key: &Fields<'_>) -> Option<SigningKey> {
    if key.node("secretRef").is_none() {
        key.missing("secretRef", "name the Secret that holds the signing key");
    }
    let secret = key.named("secretRef");
    let kind = if meta.version == ApiVersion::V1 {
        key.word("type", &[("gpg", SigningKind::Gpg), ("ssh", SigningKind::Ssh)]).unwrap_or_default()
    } else {
        key.dropped(&["type"], meta.version);
        SigningKind::Gpg
    };
    key.finish();
    Some(SigningKey { secret: secret?, kind })
}

/// A template that can't be used is reported when it is read, not at the first release. The resource stays usable: a
/// person can still write the message.
fn check_template(commit: &Fields<'_>, template: &str, report: &Report) {
    let wrong = match MessageTemplate::parse(template) {
        Ok(template) => template.check(),
        Err(error) => vec![error],
    };
    for error in wrong {
        let (line, column) = commit.place_inside("messageTemplate", error.line, error.column);
        let message = format!("spec.git.commit.messageTemplate: line {}: {}", error.line, error.message);
        let hint =
            if error.hint.is_empty() { "`sluice template test` shows what a template renders" } else { &error.hint };
        report.note(Code::TemplateInvalid, line, column, message, hint.to_owned());
    }
}
